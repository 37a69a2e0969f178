//! The one place where secrets are taken out of what is shown, written or kept.

use aho_corasick::{AhoCorasick, MatchKind};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands where a secret stood.
pub const MARK: &str = "[secret]";

/// Shorter words would turn up in answers by chance, and would guard nothing.
const SHORTEST: usize = 4;

/// Replaces secrets, however an endpoint may have encoded them when it sent them back.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    patterns: Option<AhoCorasick>,
}

impl Redactor {
    /// A redactor of these secrets.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut forms: Vec<String> = Vec::new();
        for secret in secrets {
            let secret = secret.trim();
            if secret.len() < SHORTEST {
                continue;
            }
            let once: Vec<String> = SPELLINGS.iter().map(|spell| spell(secret)).collect();
            // What was escaped is often escaped again on its way through another format.
            forms.extend(once.iter().flat_map(|spelt| SPELLINGS.iter().map(move |spell| spell(spelt))));
            forms.push(hex(secret.as_bytes()));
            forms.push(secret.chars().rev().collect());
            forms.extend(base64_cores(secret.as_bytes()));
        }
        forms.retain(|form| form.len() >= SHORTEST);
        forms.sort();
        forms.dedup();
        let patterns = (!forms.is_empty()).then(|| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::LeftmostLongest)
                .build(&forms)
                .expect("secrets are far shorter than the automaton's limits")
        });
        Self { patterns }
    }

    /// The text without secrets.
    pub fn text(&self, text: &str) -> String {
        match &self.patterns {
            Some(patterns) if patterns.is_match(text) => {
                let mut shown = String::with_capacity(text.len());
                patterns.replace_all_with(text, &mut shown, |_, _, out| {
                    out.push_str(MARK);
                    true
                });
                shown
            }
            _ => text.to_owned(),
        }
    }

    /// Takes secrets out of a text in place.
    pub fn clean(&self, text: &mut String) {
        if self.patterns.as_ref().is_some_and(|patterns| patterns.is_match(text.as_str())) {
            *text = self.text(text);
        }
    }
}

/// How a format writes a text.
type Spelling = fn(&str) -> String;

/// The ways in which common formats and libraries write a text; the first leaves it as it is.
const SPELLINGS: [Spelling; 13] = [
    str::to_owned,
    |text| percent(text, NON_ALPHANUMERIC),
    |text| percent(text, UNRESERVED),
    |text| percent(text, PATH),
    |text| percent(text, COMPONENT),
    |text| percent(text, URI),
    |text| serde_json::Value::from(text).to_string().trim_matches('"').to_owned(),
    |text| serde_json::Value::from(text).to_string().trim_matches('"').replace('/', "\\/"),
    |text| unicode_escaped(text, |letter| "\"&'+<>`".contains(letter)),
    |text| unicode_escaped(text, |letter| !letter.is_ascii_alphanumeric()),
    |text| unicode_escaped(text, |_| true),
    html,
    |text| html(text).replace('+', "&#43;"),
];

/// What RFC 3986 leaves as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same but for slashes, as Python's `quote` does.
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');
/// What JavaScript's `encodeURIComponent` leaves as it is.
const COMPONENT: &AsciiSet = &UNRESERVED.remove(b'!').remove(b'*').remove(b'\'').remove(b'(').remove(b')');
/// What JavaScript's `encodeURI` leaves as it is.
const URI: &AsciiSet = &COMPONENT
    .remove(b';')
    .remove(b'/')
    .remove(b'?')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'=')
    .remove(b'+')
    .remove(b'$')
    .remove(b',')
    .remove(b'#');

fn percent(text: &str, escaped: &'static AsciiSet) -> String {
    utf8_percent_encode(text, escaped).to_string()
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// The text with JSON's `\u` escapes for some of its letters.
fn unicode_escaped(text: &str, escaped: impl Fn(char) -> bool) -> String {
    let spell = |letter: char| if escaped(letter) { format!("\\u{:04x}", u32::from(letter)) } else { letter.to_string() };
    text.chars().map(spell).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Base64 of a text depends on where in a longer text it begins: the characters that are the same at each of the three offsets
/// are what can be looked for.
fn base64_cores(secret: &[u8]) -> Vec<String> {
    let mut cores = Vec::new();
    for offset in 0..3 {
        let mut bytes = vec![0; offset];
        bytes.extend(secret);
        let first = (offset * 8).div_ceil(6);
        let whole = bytes.len() * 8 / 6;
        for alphabet in [&STANDARD, &URL_SAFE] {
            let text: String = (first..whole).map(|index| char::from(alphabet[sextet(&bytes, index)])).collect();
            if text.len() >= 6 {
                cores.push(text);
            }
        }
    }
    cores
}

/// The six bits of a base64 character.
fn sextet(bytes: &[u8], index: usize) -> usize {
    let bit = index * 6;
    let pair = (usize::from(bytes[bit / 8]) << 8) | usize::from(bytes.get(bit / 8 + 1).copied().unwrap_or(0));
    (pair >> (10 - bit % 8)) & 0x3f
}

const STANDARD: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "s3cr3t/with+sig\"ns=";

    #[test]
    fn a_secret_is_found_however_it_is_written() {
        let redactor = Redactor::new([SECRET]);
        for echo in [
            SECRET.to_owned(),
            "s3cr3t%2Fwith%2Bsig%22ns%3D".to_owned(),
            r#"{"a":"s3cr3t/with+sig\"ns="}"#.to_owned(),
            hex(SECRET.as_bytes()),
            "s3cr3t%2fwith%2bsig%22ns%3d".to_owned(),
            "s3cr3t%252Fwith%252Bsig%2522ns%253D".to_owned(),
            "s3cr3t/with%2Bsig%22ns%3D".to_owned(),
            r#"s3cr3t\/with+sig\"ns="#.to_owned(),
            r"s3cr3t/with\u002Bsig\u0022ns=".to_owned(),
            r#"s3cr3t\\/with+sig\\\"ns="#.to_owned(),
            "s3cr3t/with+sig&quot;ns=".to_owned(),
        ] {
            assert!(redactor.text(&echo).contains(MARK), "{echo}");
        }
    }

    #[test]
    fn base64_is_found_at_every_offset() {
        // "ab" + SECRET, "abc" + SECRET, "abcd" + SECRET
        let redactor = Redactor::new(["hunter2hunter2"]);
        for echo in ["YWJodW50ZXIyaHVudGVyMg==", "YWJjaHVudGVyMmh1bnRlcjI=", "YWJjZGh1bnRlcjJodW50ZXIy"] {
            assert!(redactor.text(echo).contains(MARK), "{echo}");
        }
    }

    #[test]
    fn a_short_word_mangles_nothing() {
        assert_eq!(Redactor::new(["abc", ""]).text("abcabc"), "abcabc");
    }

    proptest::proptest! {
        #[test]
        fn no_secret_survives(before in ".{0,20}", secret in "[!-~]{8,40}", after in ".{0,20}") {
            let shown = Redactor::new([secret.as_str()]).text(&format!("{before}{secret}{after}"));
            proptest::prop_assert!(!shown.contains(&secret));
        }
    }
}
