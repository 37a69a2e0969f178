//! What the preflight found out about an endpoint; scenarios rely on it.

use std::collections::BTreeMap;

use crate::api::{ApiVersion, Operation};

/// What the preflight found out about an endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// By version.
    pub versions: BTreeMap<ApiVersion, VersionFacts>,
}

impl Facts {
    /// Whether phones can be deleted in every version, as far as is known.
    pub fn deletes(&self) -> bool {
        self.versions.values().all(VersionFacts::deletes)
    }
}

/// What the preflight found out about a version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VersionFacts {
    /// Whether an administrator's valid request is accepted: otherwise a refusal shows nothing.
    pub controls: BTreeMap<Operation, Control>,
    /// The endpoint accepts changes and shows none of them: its answers are fixed examples.
    pub stateless: bool,
    /// The endpoint refuses to read an absent phone.
    pub absent_is_refused: bool,
    /// Operations that are accepted but have no effect, each with a description.
    pub ineffective: BTreeMap<Operation, String>,
    /// Why users can't be given phones, if they can't.
    pub setup: Option<String>,
    /// Whether the endpoint registers a mobile number for SMS sign-in only a moment after the answer.
    pub registers_late: bool,
}

impl VersionFacts {
    /// Whether phones can be deleted, as far as is known.
    pub fn deletes(&self) -> bool {
        !self.ineffective.contains_key(&Operation::Delete) && !self.refuses(Operation::Delete)
    }

    /// Whether an administrator's valid request is refused.
    pub fn refuses(&self, operation: Operation) -> bool {
        matches!(self.controls.get(&operation), Some(Control::Refused(_)))
    }
}

/// The result of a valid request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// It was accepted.
    Accepted,
    /// It was refused; the text describes the answer.
    Refused(String),
}
