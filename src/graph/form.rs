//! Reads a body as text, and finds what keeps clients from reading its JSON.

use serde::de::IgnoredAny;

use crate::encoding::{self, Encoding};

/// Content codings that clients decode by themselves.
const CODINGS: [&str; 7] = ["gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress"];

/// The first two bytes of every gzip body.
const GZIP: &[u8] = b"\x1f\x8b";

/// The body of an answer as text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// The text; bytes that aren't text are replaced.
    pub text: String,
    /// Why clients can't read the body although this program can.
    pub flaw: Option<String>,
}

/// Reads a body. `codings` are the values of `Content-Encoding`.
///
/// Fails with the name of the compression if the body is compressed, because no request asks for that.
pub(super) fn read<'a>(bytes: &[u8], mut codings: impl Iterator<Item = &'a str>) -> Result<Text, String> {
    let coding = codings.find_map(|value| {
        let mut codings = value.split(',').map(str::trim);
        codings.find(|coding| CODINGS.iter().any(|known| known.eq_ignore_ascii_case(coding)))
    });
    if bytes.starts_with(GZIP) {
        return Err(coding.unwrap_or("gzip").to_owned());
    }
    let text = encoding::text(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes));
    let whole = text.trim_end_matches('\0');
    let is_json = || serde_json::from_str::<IgnoredAny>(whole).is_ok();
    let flaw = match (coding.filter(|_| !bytes.is_empty()), Encoding::of(bytes)) {
        (Some(coding), _) if is_json() => Some(format!("Content-Encoding {coding} on a body that is not compressed")),
        (Some(coding), _) => return Err(coding.to_owned()),
        (None, Encoding::MarkedUtf8) => Some("a byte-order mark before the JSON".to_owned()),
        (None, Encoding::Utf16Le | Encoding::Utf16Be) => Some("JSON in UTF-16".to_owned()),
        (None, Encoding::Utf8) => (whole.len() < text.len()).then(|| "a NUL after the JSON".to_owned()),
    };
    Ok(Text { text: whole.to_owned(), flaw })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw(bytes: &[u8], coding: &str) -> Result<Option<String>, String> {
        let text = read(bytes, std::iter::once(coding))?;
        assert_eq!(text.text, "{}", "the JSON is read all the same");
        Ok(text.flaw)
    }

    #[test]
    fn a_flaw_is_named_and_the_body_is_still_read() {
        for (bytes, coding, words) in [
            (&b"\xef\xbb\xbf{}"[..], "", "byte-order mark"),
            (b"{}\0", "", "NUL"),
            (b"\xff\xfe{\0}\0", "", "UTF-16"),
            (b"{}", "gzip", "gzip on a body that is not compressed"),
            (b"{}", "identity, Deflate", "Deflate on a body"),
        ] {
            let flaw = flaw(bytes, coding).unwrap().unwrap();
            assert!(flaw.contains(words), "{flaw}");
        }
    }

    #[test]
    fn a_readable_body_has_no_flaw() {
        for coding in ["", "identity", "utf-8"] {
            assert_eq!(flaw(b"{}", coding), Ok(None), "{coding}");
        }
        assert_eq!(read(b"", ["gzip"].into_iter()), Ok(Text { text: String::new(), flaw: None }));
    }

    #[test]
    fn a_compressed_body_is_not_read() {
        assert_eq!(flaw(b"\x1f\x8b\x08\0", "gzip"), Err("gzip".to_owned()));
        assert_eq!(flaw(b"\x1f\x8b\x08\0", ""), Err("gzip".to_owned()));
        assert_eq!(flaw(b"\x0b\x02\x80{}\x03", "br"), Err("br".to_owned()));
    }
}
