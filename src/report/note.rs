//! Notes about a run as a whole. Each shard has its own; the merged report combines equal ones.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::api::Operation;

/// A note about the run as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The sentence; its number, if any, comes at the end.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The number at the end of the sentence, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Number>,
}

/// A number that each shard reports, and how the merged report combines it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Number {
    /// A count: the merged report has the sum.
    Count(u64),
    /// The longest time, in milliseconds: the merged report has the maximum.
    LongestMs(u64),
    /// How often an operation answered with an error: the merged report has the sums.
    Failed {
        /// The operation.
        operation: Operation,
        /// The status of the error.
        status: u16,
        /// The number of errors.
        failed: u64,
        /// The number of requests of the operation.
        of: u64,
    },
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, ": {count}"),
            Self::LongestMs(longest) => write!(f, " {longest} ms"),
            Self::Failed { failed, of, .. } => write!(f, ": {failed} of {of}"),
        }
    }
}

impl Number {
    /// Combines two numbers; `None` if they are of different kinds.
    fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Count(ours), Self::Count(theirs)) => Some(Self::Count(ours.saturating_add(theirs))),
            (Self::LongestMs(ours), Self::LongestMs(theirs)) => Some(Self::LongestMs(ours.max(theirs))),
            (Self::Failed { operation, status, failed, of }, Self::Failed { operation: other, status: as_well, failed: more, of: and })
                if (operation, status) == (other, as_well) =>
            {
                Some(Self::Failed { operation, status, failed: failed.saturating_add(more), of: of.saturating_add(and) })
            }
            _ => None,
        }
    }
}

impl Note {
    /// A sentence without advice.
    pub fn plain(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, number: None }
    }

    /// A sentence, and what to do about it.
    pub fn with_hint(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..Self::plain(message) }
    }

    /// A sentence that ends with a count.
    pub fn counted(what: &str, count: u64, hint: Option<String>) -> Self {
        Self::numbered(what, Number::Count(count), hint)
    }

    /// Notes that an operation sometimes answers the same request with an error.
    pub fn failing(operation: Operation, status: u16, failed: u64, of: u64) -> Self {
        let hint = "the endpoint answers the same request differently at other times; rules that got this error fail or are blocked, and may pass in another run";
        let what = format!("{operation} sometimes answers {status}");
        Self::numbered(&what, Number::Failed { operation, status, failed, of }, Some(hint.to_owned()))
    }

    /// Whether the note says that this operation sometimes answers with this status.
    pub fn is_about_failures(&self, operation: Operation, status: u16) -> bool {
        matches!(self.number, Some(Number::Failed { operation: failing, status: with, .. }) if (failing, with) == (operation, status))
    }

    /// Notes that reads showed writes late, which no rule forbids.
    pub fn lagged(lag_ms: u64, timeout: Duration) -> Self {
        let timeout = humantime::format_duration(timeout);
        let what = format!("reads lag behind writes, within the consistency_timeout of {timeout}: the slowest write was visible after");
        Self::numbered(&what, Number::LongestMs(lag_ms), None)
    }

    /// Notes that the endpoint closed connections without notice, which no rule forbids.
    pub fn reconnected() -> Self {
        Self::with_hint(
            "the endpoint closes connections without notice; from then on, each request used a new connection",
            "before closing a connection, send `Connection: close` with its last answer",
        )
    }

    /// Notes a flaw in the form of answers that keeps many clients from reading them.
    pub fn flaw(flaw: &str) -> Self {
        Self::with_hint(
            format!("answers come with {flaw}: many clients can't read them; this run ignores the flaw and judges the rest"),
            "RFC 8259 requires JSON in UTF-8 without a byte-order mark, and RFC 9110 requires headers that match the body",
        )
    }

    /// Notes that a 204 answer comes in chunks. HTTP clients hide this from the programs that use them.
    pub fn chunked() -> Self {
        Self::with_hint(
            "204 comes with Transfer-Encoding, which RFC 9112 forbids: a client that keeps the connection reads the chunks as the next answer",
            "send a 204 without this header and without chunks",
        )
    }

    fn numbered(what: &str, number: Number, hint: Option<String>) -> Self {
        Self { message: format!("{what}{number}"), hint, number: Some(number) }
    }

    /// The sentence without its number.
    fn subject(&self) -> &str {
        let number = self.number.map_or_else(String::new, |number| number.to_string());
        self.message.strip_suffix(&number).unwrap_or(&self.message)
    }

    /// Combines another shard's note into this one, if both are about the same thing.
    fn absorb(&mut self, other: &Self) -> bool {
        if self.subject() != other.subject() || self.hint != other.hint {
            return false;
        }
        match (self.number, other.number) {
            (None, None) => true,
            (Some(ours), Some(theirs)) => {
                let Some(joined) = ours.join(theirs) else { return false };
                *self = Self::numbered(self.subject(), joined, self.hint.clone());
                true
            }
            _ => false,
        }
    }
}

/// The notes of all shards, merged: equal ones appear once, counts are added, and the longest time wins.
pub fn join<'a>(notes: impl IntoIterator<Item = &'a Note>) -> Vec<Note> {
    let mut joined: Vec<Note> = Vec::new();
    for note in notes {
        if !joined.iter_mut().any(|known| known.absorb(note)) {
            joined.push(note.clone());
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_notes_of_several_parts_are_merged() {
        let plain = |message: &str| Note::plain(message);
        let counted = |what: &str, number| Note::counted(what, number, Some("do".to_owned()));
        let lagged = |ms| Note::lagged(ms, Duration::from_secs(2));
        let notes = [
            plain("a: b"),
            counted("x", 3),
            lagged(20),
            plain("a: b"),
            plain("c"),
            counted("x", 3),
            counted("y", 1),
            lagged(35),
            lagged(7),
        ];
        assert_eq!(join(&notes), [plain("a: b"), counted("x", 6), lagged(35), plain("c"), counted("y", 1)]);
        let failing = |failed, of| Note::failing(Operation::List, 502, failed, of);
        assert_eq!(join(&[failing(1, 8), Note::failing(Operation::Get, 502, 1, 3), failing(2, 9)])[0], failing(3, 17));
        assert_eq!(join(&[counted("x", 1), Note::counted("x", 1, None)]).len(), 2);
        assert_eq!(lagged(35).message.rsplit_once(": ").unwrap().1, "the slowest write was visible after 35 ms");
    }

    #[test]
    fn a_plain_note_that_ends_with_a_number_is_not_added_up() {
        let note = Note::plain("the endpoint said: 5");
        assert_eq!(join(&[note.clone(), note.clone()]), std::slice::from_ref(&note));
        assert_eq!(join(&[note.clone(), Note::counted("the endpoint said", 5, None)]).len(), 2);
    }
}
