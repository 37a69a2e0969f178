//! An error in how the program was called: exit status 2, and nothing was sent.

use crate::expect::ExpectError;
use crate::graph::WalletError;
use crate::plan::SelectionError;
use crate::run::RunError;
use crate::snapshot::SnapshotError;
use crate::target::{ConsentError, FlagsError, TargetError};
use crate::words::SuiteError;

/// One sentence, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CliError {
    /// One sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl CliError {
    /// An error without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// The same error with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<TargetError> for CliError {
    fn from(error: TargetError) -> Self {
        Self { hint: error.hint().map(str::to_owned), message: error.to_string() }
    }
}

impl From<FlagsError> for CliError {
    fn from(error: FlagsError) -> Self {
        Self { hint: error.hint().map(str::to_owned), message: error.to_string() }
    }
}

impl From<ConsentError> for CliError {
    fn from(error: ConsentError) -> Self {
        Self { hint: Some(error.hint()), message: error.to_string() }
    }
}

impl From<SuiteError> for CliError {
    fn from(error: SuiteError) -> Self {
        Self { hint: error.hint.clone(), message: error.to_string() }
    }
}

impl From<WalletError> for CliError {
    fn from(error: WalletError) -> Self {
        Self { hint: error.hint().map(str::to_owned), message: error.to_string() }
    }
}

impl From<SelectionError> for CliError {
    fn from(error: SelectionError) -> Self {
        Self { hint: Some(error.hint()), message: error.to_string() }
    }
}

impl From<SnapshotError> for CliError {
    fn from(error: SnapshotError) -> Self {
        Self { hint: Some(error.hint()), message: error.to_string() }
    }
}

impl From<ExpectError> for CliError {
    fn from(error: ExpectError) -> Self {
        Self { message: error.to_string(), hint: error.hint }
    }
}

impl From<RunError> for CliError {
    fn from(error: RunError) -> Self {
        Self { message: error.message, hint: error.hint }
    }
}
