//! Generated walks: from a seed, operations on users in any order, valid and invalid, each held against a small model of what the
//! documents say.
//!
//! A scenario tries one thing on phones that it has set up. A walk finds what only a history shows: a number that is not free
//! again, a state that is left over. What the model expects, it expects on account of a rule of the specification, and
//! a divergence is that rule's. Where the documents leave open what happens, the model follows the endpoint.
//!
//! The model is the judge's own and has nothing in common with the reference server.

mod expect;
mod generate;
mod model;
mod path;
mod rules;
mod step;

pub use generate::{Ways, fewer, sequence};
pub use model::{Divergence, Model};
pub use path::{End, Path, Walker};
pub use rules::RULES;
pub use step::{Deed, Manner, NumberChoice, Step};
