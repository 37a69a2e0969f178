//! Walks: sequences of valid and invalid operations on users. Some are written down, the others are random and derived
//! from a seed. After each operation, a small model of the documents says what the endpoint should show.
//!
//! A scenario tests one thing on phones that it sets up. A walk finds mistakes that depend on history: a number that
//! does not become free again, a state that is not reset. Each expectation of the model comes from a rule of the
//! specification, and a divergence breaks that rule. If the documents leave a result open, the model follows the
//! endpoint.
//!
//! The model belongs to the judge and shares nothing with the reference server.

mod expect;
mod expectation;
mod generate;
mod history;
mod judge;
mod model;
mod path;
mod rules;
mod step;

pub use generate::{Ways, fewer, sequence};
pub use history::history;
pub use path::{End, Path, Walker};
pub use rules::RULES;
pub use step::Step;
