//! Recognises the encoding of text: UTF-8 with or without a byte-order mark, or UTF-16 as PowerShell's `>` writes it.

use std::borrow::Cow;
use std::str::Utf8Error;

/// An encoding that this module recognises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or an encoding that this module does not recognise.
    Utf8,
    /// UTF-8 with a byte-order mark before the text.
    MarkedUtf8,
    /// UTF-16, least significant byte first.
    Utf16Le,
    /// UTF-16, most significant byte first.
    Utf16Be,
}

impl Encoding {
    /// The encoding of a text. UTF-16 has a byte-order mark, or else NULs around its first two characters, which are
    /// ASCII in JSON and TOML.
    pub const fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0xef, 0xbb, 0xbf, ..] => Self::MarkedUtf8,
            [0xff, 0xfe, ..] | [1..=u8::MAX, 0, 1..=u8::MAX, 0, ..] => Self::Utf16Le,
            [0xfe, 0xff, ..] | [0, 1..=u8::MAX, 0, 1..=u8::MAX, ..] => Self::Utf16Be,
            _ => Self::Utf8,
        }
    }
}

/// The text of these bytes, without a mark.
///
/// # Errors
/// Fails if the bytes are neither UTF-8 nor UTF-16.
pub fn text(bytes: &[u8]) -> Result<Cow<'_, str>, Utf8Error> {
    let utf16 = |unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        let text = String::from_utf16_lossy(&units);
        Cow::Owned(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
    };
    match Encoding::of(bytes) {
        Encoding::Utf8 => std::str::from_utf8(bytes).map(Cow::Borrowed),
        Encoding::MarkedUtf8 => std::str::from_utf8(&bytes[3..]).map(Cow::Borrowed),
        Encoding::Utf16Le => Ok(utf16(u16::from_le_bytes)),
        Encoding::Utf16Be => Ok(utf16(u16::from_be_bytes)),
    }
}

/// Reads a file of text.
///
/// # Errors
/// Fails if the file can't be read, or holds neither UTF-8 nor UTF-16.
pub fn read(path: &std::path::Path) -> std::io::Result<String> {
    let bytes = std::fs::read(path)?;
    text(&bytes).map(Cow::into_owned).map_err(|error| {
        std::io::Error::new(std::io::ErrorKind::InvalidData, format!("it is not UTF-8 from byte {} on", error.valid_up_to() + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let json = "{\"ü\": \"☎\"}";
        let units = |mark: bool| json.encode_utf16().collect::<Vec<_>>().into_iter().rev().chain(mark.then_some(0xfeff)).rev();
        let forms = [
            json.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", json.as_bytes()].concat(),
            units(true).flat_map(u16::to_le_bytes).collect(),
            units(true).flat_map(u16::to_be_bytes).collect(),
            json.replace('ü', "u").encode_utf16().flat_map(u16::to_le_bytes).collect(),
            json.replace('ü', "u").encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ];
        for form in forms {
            assert_eq!(text(&form).unwrap().replace('u', "ü"), json, "{form:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(text(b"{\"\xff\"}").is_err());
        for bytes in [&b""[..], b"{", b"{}", b"\0", b"{}\0", b"{}\0\0"] {
            assert_eq!(Encoding::of(bytes), Encoding::Utf8, "{bytes:?}");
        }
    }
}
