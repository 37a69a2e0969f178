//! Checks: pure functions of a request and its answer.

mod answer;
mod invariant;
mod number;
mod phones;
mod schema;
mod watch;

pub use answer::{
    answers_without, echoes, empty, json_media_type, lists_well_known_id, names_bearer, refused, status, succeeded, well_known_id,
};
pub use invariant::{expected, keeps, listed};
pub use number::{line_of, same_number};
pub use phones::{Phones, Wanted, has_state, holds_exactly, is_phone, no_phone_has_id, no_phone_has_state};
pub use schema::{READABLE, collection_object, error_object, phone_as_asked_for, phone_object};
pub use watch::{Watched, watched};

/// A failed check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Every answer that would be right.
    pub expected: String,
    /// The actual answer.
    pub actual: String,
    /// The likely mistake, if there is a common one.
    pub hint: Option<String>,
}

impl Mismatch {
    /// A mismatch without a hint.
    pub fn new(expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self { expected: expected.into(), actual: actual.into(), hint: None }
    }

    /// The same mismatch with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
