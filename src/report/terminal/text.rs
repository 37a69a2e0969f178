//! Escapes, wraps and cuts text for a terminal.

use std::time::Duration;

use serde::de::IgnoredAny;

use crate::report::Counts;

/// At most this many lines of a body are shown.
const BODY_LINES: usize = 20;
const BODY_BYTES: usize = 1024;
/// JSON up to this length stays on one line.
const SHORT_JSON: usize = 80;

/// Escapes every character that a terminal might obey instead of show, except line breaks.
///
/// The endpoint controls the text of its answers; that text must not recolour, hide or reorder the report.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && is_unsafe(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// [`clean`], on one line.
pub fn clean_line(text: &str) -> String {
    clean(text).replace('\n', "\\n")
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        // These are invisible or change the direction of the text after them.
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
        || is_noncharacter(c)
}

/// Whether this code point is a noncharacter; XML forbids two of them, and its readers more.
fn is_noncharacter(c: char) -> bool {
    u32::from(c) & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}')
}

/// Wraps text at spaces, to lines of at most `width` characters. A longer word gets its own line.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut length = 0;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let word_length = word.chars().count();
            if length > 0 && length + 1 + word_length > width {
                lines.push(std::mem::take(&mut line));
                length = 0;
            }
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            line.push_str(word);
            length += word_length;
        }
        lines.push(line);
    }
    lines
}

/// Cuts a text to `width` characters, with a mark if it was cut.
pub fn shorten(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(width.saturating_sub(1)).collect();
    out.push('…');
    out
}

/// A body as escaped lines of at most `width` characters. JSON is indented, and a long body is cut with a note.
pub fn body(text: &str, width: usize) -> Vec<String> {
    let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
    let text = if is_json && (text.len() > SHORT_JSON || text.contains('\n')) { indent_json(text) } else { text.to_owned() };
    let escaped = clean(&text);
    let mut shown = 0;
    let mut lines = Vec::new();
    for line in escaped.lines() {
        let characters: Vec<char> = line.chars().collect();
        let chunks: Vec<String> = match characters.as_slice() {
            [] => vec![String::new()],
            characters => characters.chunks(width.max(1)).map(|chunk| chunk.iter().collect()).collect(),
        };
        for chunk in chunks {
            if lines.len() == BODY_LINES || shown + chunk.len() > BODY_BYTES {
                lines.push(format!("… cut: {} bytes in all, the JSON report holds them", text.len()));
                return lines;
            }
            shown += chunk.len();
            lines.push(chunk);
        }
    }
    lines
}

/// Indents JSON and changes nothing else: a parser would sort keys, drop duplicates and rewrite numbers.
pub fn indent_json(json: &str) -> String {
    let mut out = String::with_capacity(2 * json.len());
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for c in json.chars() {
        if in_string {
            out.push(c);
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '{' | '[' => {
                depth += 1;
                out.push(c);
                new_line(&mut out, depth);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                // Empty brackets stay together.
                if out.trim_end().ends_with(['{', '[']) {
                    out.truncate(out.trim_end().len());
                } else {
                    new_line(&mut out, depth);
                }
                out.push(c);
            }
            ',' => {
                out.push(c);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c if c.is_ascii_whitespace() => {}
            c => {
                in_string = c == '"';
                out.push(c);
            }
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', 2 * depth));
}

/// A duration in words.
pub fn duration(milliseconds: u64) -> String {
    let duration = Duration::from_millis(milliseconds);
    match duration.as_secs() {
        0..10 => format!("{:.2} s", duration.as_secs_f64()),
        10..60 => format!("{:.1} s", duration.as_secs_f64()),
        seconds @ 60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        seconds => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// A count with its noun.
pub fn count(number: usize, singular: &str) -> String {
    if number == 1 { format!("1 {singular}") } else { format!("{number} {singular}s") }
}

/// The number of requests, in words.
pub fn traffic(counts: &Counts) -> String {
    let counted = |number: u64, what| count(usize::try_from(number).unwrap_or(usize::MAX), what);
    let retries = match counts.retries {
        0 => String::new(),
        1 => " (1 of them a retry)".to_owned(),
        retries => format!(" ({retries} of them retries)"),
    };
    let walks = match counts.walks {
        0 => String::new(),
        walks => format!(" and {}", counted(walks, "walk")),
    };
    format!("{}{retries}{walks}", counted(counts.requests, "request"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn characters_that_a_terminal_might_obey_are_escaped() {
        assert_eq!(clean("a\u{1b}[31mb\r\tc\u{9b}d\u{202e}e"), r"a\u{1b}[31mb\r\tc\u{9b}d\u{202e}e");
        assert_eq!(clean("grün, 電話\nsecond"), "grün, 電話\nsecond");
        assert_eq!(clean_line("a\nb"), r"a\nb");
    }

    #[test]
    fn prose_is_wrapped_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("https://example.com/long x", 5), ["https://example.com/long", "x"]);
        assert_eq!(wrap("a\n\nb", 5), ["a", "", "b"]);
    }

    #[test]
    fn short_json_stays_on_one_line_and_long_json_is_indented() {
        assert_eq!(body(r#"{"value":[]}"#, 80), [r#"{"value":[]}"#]);
        let long = format!(r#"{{"value":"{}"}}"#, "x".repeat(90));
        assert_eq!(body(&long, 200).len(), 3);
    }

    #[test]
    fn indented_json_keeps_order_repetition_and_spelling() {
        let json = r#"{"b":1e2,"a" : ["x, {\"}",{ }, []],"a":null}"#;
        let expected = "{\n  \"b\": 1e2,\n  \"a\": [\n    \"x, {\\\"}\",\n    {},\n    []\n  ],\n  \"a\": null\n}";
        assert_eq!(indent_json(json), expected);
    }

    #[test]
    fn long_bodies_are_cut_with_a_note() {
        let lines = body(&"line\n".repeat(50), 80);
        assert_eq!(lines.len(), BODY_LINES + 1);
        assert_eq!(lines[BODY_LINES], "… cut: 250 bytes in all, the JSON report holds them");
        let lines = body(&"x".repeat(5000), 80);
        assert_eq!(lines.len(), BODY_BYTES / 80 + 1);
    }

    #[test]
    fn durations_are_written_in_words() {
        let shown = [0, 412, 9_999, 12_340, 125_000, 3_780_000].map(duration);
        assert_eq!(shown, ["0.00 s", "0.41 s", "10.00 s", "12.3 s", "2 min 5 s", "1 h 3 min"]);
    }

    proptest! {
        #[test]
        fn nothing_unsafe_is_left(text in prop::collection::vec(any::<char>(), 0..40), width in 0_usize..50) {
            let text: String = text.into_iter().collect();
            prop_assert!(!clean(&text).contains(|c| c != '\n' && is_unsafe(c)));
            for line in body(&text, width) {
                prop_assert!(!line.contains(char::is_control));
            }
        }

        #[test]
        fn indenting_changes_no_value(keys in prop::collection::vec("[a-z\"\\\\{,:]{0,6}", 0..5), number in any::<i32>()) {
            let object: serde_json::Map<_, _> = keys.iter().map(|key| (key.clone(), serde_json::json!([number, {"k": key}]))).collect();
            let value = serde_json::Value::Object(object);
            prop_assert_eq!(indent_json(&value.to_string()), format!("{value:#}"));
        }

        #[test]
        fn wrapping_loses_no_word(text in "[a-z ]{0,60}", width in 0_usize..20) {
            let wrapped = wrap(&text, width).join(" ");
            prop_assert!(wrapped.split_whitespace().eq(text.split_whitespace()));
        }
    }
}
