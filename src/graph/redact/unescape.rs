//! Decodes the escapes of several formats.

/// A text with escapes decoded, and the position of each byte in the original text.
pub(super) struct Unescaped {
    /// The decoded bytes.
    pub bytes: Vec<u8>,
    /// For each decoded byte, the range of the original bytes that encoded it.
    pub origins: Vec<(usize, usize)>,
}

/// The characters that start an escape: in a URL, in JSON and JavaScript, in HTML, and in a POSIX shell.
pub(super) const MARKS: [u8; 4] = [b'%', b'\\', b'&', b'\''];

/// HTML's names for printable ASCII characters.
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("sol", '/'),
    ("plus", '+'),
    ("equals", '='),
    ("period", '.'),
    ("lowbar", '_'),
    ("colon", ':'),
    ("semi", ';'),
    ("comma", ','),
    ("num", '#'),
    ("percnt", '%'),
    ("dollar", '$'),
    ("commat", '@'),
    ("ast", '*'),
    ("lpar", '('),
    ("rpar", ')'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("lcub", '{'),
    ("lbrace", '{'),
    ("rcub", '}'),
    ("rbrace", '}'),
    ("excl", '!'),
    ("quest", '?'),
    ("grave", '`'),
    ("hat", '^'),
    ("vert", '|'),
    ("verbar", '|'),
    ("bsol", '\\'),
    ("nbsp", ' '),
];

/// Decodes the escapes that start with `mark`, once. `None` if there are none.
///
/// Decodes one format at a time, because an escape in one format is ordinary text in another.
pub(super) fn unescape(text: &[u8], mark: u8) -> Option<Unescaped> {
    let first = text.iter().position(|byte| *byte == mark)?;
    let mut found = Unescaped { bytes: text[..first].to_vec(), origins: (0..first).map(|at| (at, at + 1)).collect() };
    let mut any = false;
    let mut at = first;
    while at < text.len() {
        if let Some((meant, length)) = Some(&text[at..]).filter(|rest| rest[0] == mark).and_then(escape) {
            found.origins.extend(std::iter::repeat_n((at, at + length), meant.len()));
            found.bytes.extend(meant);
            at += length;
            any = true;
        } else {
            found.bytes.push(text[at]);
            found.origins.push((at, at + 1));
            at += 1;
        }
    }
    any.then_some(found)
}

/// Decodes the escape at the start of a text, and returns its length.
fn escape(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    match text {
        [b'%', b'u' | b'U', rest @ ..] => Some((encoded(hex(rest, 4)?)?, 6)),
        [b'%', rest @ ..] => Some((vec![u8::try_from(hex(rest, 2)?).ok()?], 3)),
        [b'\\', b'u' | b'U', b'{', rest @ ..] => {
            let digits = rest.iter().take(7).position(|byte| *byte == b'}')?;
            Some((encoded(hex(rest, digits)?)?, digits + 4))
        }
        [b'\\', b'u' | b'U', rest @ ..] => utf16(rest),
        [b'\\', b'x' | b'X', rest @ ..] => Some((encoded(hex(rest, 2)?)?, 4)),
        [b'\\', letter @ (b'n' | b'r' | b't'), ..] => Some((vec![if *letter == b't' { b'\t' } else { b'\n' }], 2)),
        [b'\\', character, ..] if character.is_ascii_punctuation() => Some((vec![*character], 2)),
        [b'&', rest @ ..] => {
            let length = rest.iter().take(10).position(|byte| *byte == b';')?;
            Some((entity(std::str::from_utf8(&rest[..length]).ok()?)?, length + 2))
        }
        // A shell writes a quotation mark inside quotation marks like this.
        [b'\'', b'\\', b'\'', b'\'', ..] => Some((vec![b'\''], 4)),
        _ => None,
    }
}

/// A character from the digits of `\u`, or from those of two surrogates.
fn utf16(digits: &[u8]) -> Option<(Vec<u8>, usize)> {
    let first = hex(digits, 4)?;
    if let Some(bytes) = encoded(first) {
        return Some((bytes, 6));
    }
    let second = digits[4..].strip_prefix(b"\\u").and_then(|rest| hex(rest, 4)).filter(|unit| (0xdc00..0xe000).contains(unit))?;
    Some((encoded(0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff))?, 12))
}

fn entity(name: &str) -> Option<Vec<u8>> {
    let Some(number) = name.strip_prefix('#') else {
        return ENTITIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).and_then(|(_, meant)| encoded(u32::from(*meant)));
    };
    encoded(match number.strip_prefix(['x', 'X']) {
        Some(digits) => hex(digits.as_bytes(), digits.len())?,
        None => number.parse().ok()?,
    })
}

/// The number from this many hexadecimal digits at the start of a text.
fn hex(text: &[u8], digits: usize) -> Option<u32> {
    let digits = text.get(..digits).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// A character as UTF-8.
fn encoded(code: u32) -> Option<Vec<u8>> {
    char::from_u32(code).map(|character| character.to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let read = MARKS.iter().rev().find_map(|mark| unescape(text.as_bytes(), *mark));
        read.map_or_else(|| "unchanged".to_owned(), |read| String::from_utf8(read.bytes).unwrap())
    }

    #[test]
    fn every_kind_of_escape_is_decoded() {
        for (text, meant) in [
            ("a%2Bb%2f", "a+b/"),
            ("%u00fc%C3%BC", "üü"),
            (r#"\u002b\/\"\\"#, r#"+/"\"#),
            (r"\ud83d\ude00\x2B\u{2b}", "😀++"),
            ("&amp;&#43;&#x2B;&plus;", "&+++"),
            (r"it'\''s", "it's"),
        ] {
            assert_eq!(read(text), meant, "{text}");
        }
    }

    #[test]
    fn text_that_only_looks_like_an_escape_stays() {
        for text in ["100%", "%zz", r"\u12", r"\ud83d", "a & b; c", "&#xffffffff;", "&nothing;", "'", "plain"] {
            assert_eq!(read(text), "unchanged", "{text}");
        }
    }

    #[test]
    fn every_decoded_byte_has_its_original_position() {
        assert_eq!(unescape(b"x%C3%BC&", b'%').unwrap().origins, [(0, 1), (1, 4), (4, 7), (7, 8)]);
        assert_eq!(unescape(b"&#252;x", b'&').unwrap().origins, [(0, 6), (0, 6), (6, 7)]);
    }
}
