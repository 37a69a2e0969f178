//! Why a scenario does not run.

use std::fmt;

/// Why a scenario does not run against a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It never applies to the target, whatever the callers and the users. The text says why.
    NotApplicable(String),
    /// The target lacks something.
    Lacks(Lack),
    /// The user did not select it.
    NotSelected,
    /// Another shard runs it.
    Elsewhere,
}

/// What a target lacks, and how to add it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lack {
    /// What a scenario needs.
    pub need: String,
    /// How to add it; `None` if options describe the target and no option can add it.
    pub add: Option<String>,
    /// How to add it by an option, if options describe the target.
    pub option: Option<&'static str>,
}

impl Lack {
    /// A lack that a target file can fill. `add` says how.
    pub(super) fn in_file(need: impl Into<String>, add: impl Into<String>) -> Self {
        Self { need: need.into(), add: Some(add.into()), option: None }
    }

    /// The same lack, which `option` can fill too.
    pub(super) fn or_by(self, option: &'static str) -> Self {
        Self { option: Some(option), ..self }
    }
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.need)?;
        self.add.as_ref().map_or(Ok(()), |add| write!(f, ": {add}"))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSelected => f.write_str("not selected"),
            Self::Elsewhere => f.write_str("runs in another shard"),
            Self::NotApplicable(why) => f.write_str(why),
            Self::Lacks(lack) => write!(f, "needs {lack}"),
        }
    }
}
