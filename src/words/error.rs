//! Errors in a folder of features.

use std::fmt;

/// A feature file can't be used; with the place of the error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SuiteError {
    /// The file or folder.
    pub path: String,
    /// Line and column, counted from one; `None` for the file as a whole.
    pub place: Option<(usize, usize)>,
    /// One sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl SuiteError {
    /// An error about a file as a whole.
    pub(crate) fn file(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), place: None, message: message.into(), hint: None }
    }

    /// An error about a place in a file.
    pub(crate) fn at(path: impl Into<String>, line: usize, column: usize, message: impl Into<String>) -> Self {
        Self { path: path.into(), place: Some((line, column)), message: message.into(), hint: None }
    }

    /// The same error with a hint.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for SuiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, column)) => write!(f, "{}:{line}:{column}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}
