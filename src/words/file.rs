//! Reads the TOML files of a folder of features.

use serde::de::DeserializeOwned;

use super::SuiteError;

/// Reads a TOML file of the specification; `path` names it in errors.
pub fn read<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, SuiteError> {
    toml::from_str(text).map_err(|error| {
        let (line, column) = place(text, error.span().map_or(0, |span| span.start));
        SuiteError::at(path, line, column, error.message())
    })
}

/// The line and column of a byte offset, counted from one.
pub fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
