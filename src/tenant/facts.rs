//! What the preflight found out about an endpoint; scenarios rely on it.

use std::collections::BTreeMap;

use crate::api::{ApiVersion, Operation};

/// What the preflight found out about an endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The facts of each version.
    pub versions: BTreeMap<ApiVersion, VersionFacts>,
}

impl Facts {
    /// Whether deletions work in all versions, as far as the preflight knows.
    pub fn deletes(&self) -> bool {
        self.versions.values().all(VersionFacts::deletes)
    }
}

/// What the preflight found out about a version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VersionFacts {
    /// For each operation, whether the endpoint accepts an administrator's valid request. If it refuses even that, its
    /// other refusals prove nothing.
    pub controls: BTreeMap<Operation, Control>,
    /// Whether the endpoint accepts changes but shows none of them, as a mock with fixed examples does.
    pub stateless: bool,
    /// Whether the endpoint refuses to read an absent phone.
    pub absent_is_refused: bool,
    /// Operations that the endpoint accepts but that have no effect, each with a description.
    pub ineffective: BTreeMap<Operation, String>,
    /// Why users can't be given phones, if they can't.
    pub setup: Option<String>,
    /// Whether the endpoint registers a mobile number for SMS sign-in only a moment after its answer.
    pub registers_late: bool,
}

impl VersionFacts {
    /// Whether deletions work, as far as the preflight knows.
    pub fn deletes(&self) -> bool {
        !self.ineffective.contains_key(&Operation::Delete) && !self.refuses(Operation::Delete)
    }

    /// Whether the endpoint refuses an administrator's valid request.
    pub fn refuses(&self, operation: Operation) -> bool {
        matches!(self.controls.get(&operation), Some(Control::Refused(_)))
    }
}

/// The result of a valid request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// The endpoint accepted it.
    Accepted,
    /// The endpoint refused it; the text describes the answer.
    Refused(String),
}
