//! Sentences on a run as a whole that hold a number: each part of a run has its own, and the whole has one.

use std::time::Duration;

use super::Note;

/// How the sentence on lagging reads begins, up to the milliseconds.
const LAG: &str = "reads lag behind writes: what was written showed after up to ";

impl Note {
    /// A sentence that says how many there are of something: the number stands at its end, whatever it is.
    pub fn counted(what: &str, number: u64, hint: Option<String>) -> Self {
        Self { message: format!("{what}: {number}"), hint }
    }

    /// Reads that showed late what had been written: nothing that a rule forbids.
    pub fn lagged(lag_ms: u64, timeout: Duration) -> Self {
        let timeout = humantime::format_duration(timeout);
        Self { message: format!("{LAG}{lag_ms} ms, within the consistency_timeout of {timeout}"), hint: None }
    }

    /// Connections that the endpoint did not keep, without having said so: nothing that a rule forbids.
    pub fn reconnected() -> Self {
        let message = "the endpoint closes connections without saying so: each request had one of its own from then on".to_owned();
        Self { message, hint: Some("an answer that is the last on its connection says `Connection: close`".to_owned()) }
    }

    fn count(&self) -> Option<(&str, u64)> {
        let (what, number) = self.message.rsplit_once(": ")?;
        Some((what, number.parse().ok()?))
    }

    fn lag_ms(&self) -> Option<u64> {
        self.message.strip_prefix(LAG)?.split_once(" ms")?.0.parse().ok()
    }

    /// Takes in what another part says, if it is about the same.
    fn absorb(&mut self, other: &Self) -> bool {
        if self == other && self.count().is_none() {
            return true;
        }
        if let (Some(ours), Some(theirs)) = (self.lag_ms(), other.lag_ms()) {
            if theirs > ours {
                self.clone_from(other);
            }
            return true;
        }
        match (self.count(), other.count()) {
            (Some((what, ours)), Some((other_what, theirs))) if what == other_what && self.hint == other.hint => {
                *self = Self::counted(what, ours.saturating_add(theirs), self.hint.clone());
                true
            }
            _ => false,
        }
    }
}

/// The notes of all parts of a run as those of the whole: what several say is said once, counts are added up, and of lags the longest
/// counts.
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
    fn what_parts_say_is_said_once() {
        let plain = |message: &str| Note { message: message.to_owned(), hint: None };
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
        assert_eq!(join(&[counted("x", 1), Note::counted("x", 1, None)]).len(), 2);
    }
}
