//! Why a scenario does not run.

use std::fmt;

/// Why a scenario does not run against a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It never applies to the target, whichever callers and users exist; the text says why.
    NotApplicable(String),
    /// The target file lacks something; the text says what to add.
    Lacks(String),
    /// The user did not select it.
    NotSelected,
    /// Another shard runs it.
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
