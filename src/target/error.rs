//! Errors in a target file, with their place.

use std::fmt;

/// A target file that can't be used: the reason, its place, and perhaps a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetError {
    path: String,
    position: Option<Position>,
    message: String,
    hint: Option<String>,
}

/// A place in a text. Line and column count from one, and the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl TargetError {
    /// The file could not be read.
    pub(super) fn unreadable(path: &str, error: &std::io::Error) -> Self {
        let hint = "`graph-phone-conformance init FILE` writes a target file to begin with";
        Self {
            path: path.to_owned(),
            position: None,
            message: format!("the target file cannot be read: {error}"),
            hint: (error.kind() == std::io::ErrorKind::NotFound).then(|| hint.to_owned()),
        }
    }

    /// The path, as given.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The place of the mistake; `None` if the file can't be read.
    pub fn position(&self) -> Option<Position> {
        self.position
    }

    /// The reason, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it, without `hint:`.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(Position { line, column }) => write!(f, "{}:{line}:{column}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}

impl std::error::Error for TargetError {}

/// The command-line options do not describe a target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FlagsError {
    message: String,
    hint: Option<String>,
}

impl FlagsError {
    /// What to do about it, without `hint:`.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl From<Complaint> for FlagsError {
    fn from(complaint: Complaint) -> Self {
        Self { message: complaint.message, hint: complaint.hint }
    }
}

/// A mistake in a value, from any source.
#[derive(Debug)]
pub(super) struct Complaint {
    message: String,
    hint: Option<String>,
}

impl Complaint {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same mistake at a byte offset of the file.
    pub(super) fn at(self, offset: usize) -> Mistake {
        Mistake { offset, complaint: self }
    }
}

/// A mistake at a byte offset of the file.
#[derive(Debug)]
pub(super) struct Mistake {
    offset: usize,
    complaint: Complaint,
}

impl Mistake {
    /// The same mistake with the path, line and column.
    pub(super) fn locate(self, path: &str, text: &str) -> TargetError {
        TargetError {
            path: path.to_owned(),
            position: Some(position(text, self.offset)),
            message: self.complaint.message,
            hint: self.complaint.hint,
        }
    }
}

impl Position {
    /// The line and column of a byte offset.
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        position(text, offset)
    }
}

/// The line and column of a byte offset. The end of the text counts as the end of its last line.
fn position(text: &str, offset: usize) -> Position {
    let body = text.strip_suffix('\n').map_or(text, |body| body.strip_suffix('\r').unwrap_or(body));
    let mut end = offset.min(body.len());
    while !body.is_char_boundary(end) {
        end -= 1;
    }
    let before = &body[..end];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Position { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_counts_characters() {
        assert_eq!(position("a = 1\nü = 2\n", 9), Position { line: 2, column: 3 });
    }

    #[test]
    fn the_end_of_a_text_is_on_its_last_line() {
        assert_eq!(position("a = \n", 5), Position { line: 1, column: 5 });
        assert_eq!(position("", 0), Position { line: 1, column: 1 });
    }

    #[test]
    fn an_offset_inside_a_character_is_the_place_of_the_character() {
        assert_eq!(position("ü", 1), Position { line: 1, column: 1 });
    }
}
