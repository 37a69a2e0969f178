//! Replaces phone numbers in an answer. A snapshot shows which numbers are equal and how each is written, but not the
//! numbers.

use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use regex::{Captures, Regex};

/// A number with its country code, also percent-encoded or masked. Also a run of digits that is so long that it is most
/// likely a number.
static NUMBERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\+|%2[Bb])[\d*•●X]+(?:(?:[ .-]|%20|\+)?\(?[\d*•●X]{2,}\)?)*|[*•●X]{3,}[\d*•●X ().-]*[\d*•●X]|x{3,}[x -]*\d+|\d{7,}")
        .expect("the pattern is a constant")
});

/// The characters that hide a digit.
const MASKS: [char; 5] = ['*', '•', '●', 'X', 'x'];

/// A text with fewer digits is not a number: `+1` stays.
const FEWEST: usize = 4;

/// The numbers of one answer, in the order of appearance.
#[derive(Debug, Default)]
pub struct Numbers {
    seen: Vec<String>,
}

impl Numbers {
    /// The text with each number replaced by its index.
    pub fn redact(&mut self, text: &str) -> String {
        NUMBERS.replace_all(text, |found: &Captures<'_>| self.shown(&found[0])).into_owned()
    }

    fn shown(&mut self, found: &str) -> String {
        let plain = percent_decode_str(found).decode_utf8_lossy();
        let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
        if plain.contains(MASKS) {
            return if plain.chars().count() < FEWEST { found.to_owned() } else { "[masked number]".to_owned() };
        }
        if digits.len() < FEWEST {
            return found.to_owned();
        }
        let place = self.seen.iter().position(|seen| *seen == digits).unwrap_or_else(|| {
            self.seen.push(digits);
            self.seen.len() - 1
        });
        format!("[number {}{}]", place + 1, form(&plain))
    }
}

/// How a number is written, if not in the documented form.
fn form(number: &str) -> &'static str {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match number.strip_prefix('+').map(|rest| rest.split_once(' ').ok_or(rest)) {
        Some(Ok((country, national))) if country.len() <= 3 && digits(country) && digits(national) => "",
        Some(Err(rest)) if digits(rest) => " unspaced",
        _ => " otherwise",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_their_spelling_are_distinguished() {
        let mut numbers = Numbers::default();
        for (text, redacted) in [
            ("+1 2065550100 and +44 1632960000x123", "[number 1] and [number 2]x123"),
            ("+12065550100, 12065550100, +1 206-555-0100", "[number 1 unspaced], [number 1 otherwise], [number 1 otherwise]"),
            ("/a/%2B1%202065550100", "/a/[number 1]"),
            ("+1 XXXXXXXX01, +1 ******0100, xxx-01", "[masked number], [masked number], [masked number]"),
            ("+1, 12345, ISO8859, xxl", "+1, 12345, ISO8859, xxl"),
        ] {
            assert_eq!(numbers.redact(text), redacted);
        }
    }
}
