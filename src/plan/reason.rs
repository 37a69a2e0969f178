//! Why a scenario doesn't run.

use std::fmt;

/// Why a scenario doesn't run against a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It does not apply to the target, whoever calls and whatever users there are; the text says why.
    NotApplicable(String),
    /// The target lacks what it takes; the text says what, and what to add to the target file.
    Lacks(String),
    /// Nobody asked for it.
    NotSelected,
    /// Another shard of the run checks it.
    Elsewhere,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSelected => f.write_str("not selected"),
            Self::Elsewhere => f.write_str("runs in another shard"),
            Self::NotApplicable(why) => f.write_str(why),
            Self::Lacks(what) => write!(f, "needs {what}"),
        }
    }
}
