//! The exact words for every mistake that a target file can contain.

use proptest::prelude::*;

use super::{KEYS, Target};

const START: &str = "name = \"acme\"\nbase_url = \"http://localhost\"\n";
const USERS: &str = "[[users]]\nid = \"1\"\n";

/// What a terminal shows for the mistake in this text.
fn complaint(text: &str) -> String {
    let error = Target::parse(text, "t.toml", &|_| None).map(|_| text.to_owned()).unwrap_err();
    assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
    error.hint().map_or(format!("{error}\n"), |hint| format!("{error}\nhint: {hint}\n"))
}

/// A correct file with one change: `text` is inserted at `place` or is the whole file.
fn file(place: &str, text: &str) -> String {
    match place {
        "file" => text.to_owned(),
        "line 3" => format!("{START}{text}{USERS}"),
        "user, line 5" => format!("{START}{USERS}{text}"),
        "identity, line 6" => format!("{START}{USERS}[[identities]]\n{text}"),
        "token, line 9" => format!("{START}{USERS}[[identities]]\nname = \"a\"\nkind = \"delegated\"\nuser = \"u\"\ntoken = {text}"),
        other => panic!("`{other}` is no place"),
    }
}

/// Each paragraph of the list has a place, the text after vertical bars, and the expected message.
#[test]
fn every_mistake_has_its_message() {
    let list = include_str!("complaints.txt");
    let found: Vec<_> = list
        .split("\n\n")
        .map(|paragraph| {
            let (place, rest) = paragraph.split_once('\n').unwrap_or_default();
            let lines: Vec<_> = rest.lines().filter_map(|line| line.strip_prefix("| ")).collect();
            let bars: Vec<_> = lines.iter().map(|line| format!("| {line}\n")).collect();
            format!("{place}\n{}{}", bars.concat(), complaint(&file(place, &(lines.join("\n") + "\n"))))
        })
        .collect();
    assert!(list == found.join("\n"), "complaints.txt should be:\n{}", found.join("\n"));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        let _ = Target::parse(&text, "t.toml", &|_| None);
    }

    /// Lines of known keys with values of any kind. They cover more than random text.
    #[test]
    fn the_position_of_a_mistake_is_in_the_file(lines in prop::collection::vec((0..KEYS.len(), any::<u8>()), 0..12), cut in any::<prop::sample::Index>()) {
        let values = ["\"ü\"", "1", "{ env = \"X\" }", "[]", "[\"+1 \"]", "true", "{}", "\"https://h.example\"", "\"v1.0\""];
        let line = |(key, value): &(usize, u8)| match value % 16 {
            15 => format!("[[{}]]\n", KEYS[*key].path()),
            14 => format!("[{}]\r\n", KEYS[*key].path()),
            other => format!("{} = {}\n", KEYS[*key].path(), values[usize::from(other) % values.len()]),
        };
        let mut text: String = lines.iter().map(line).collect();
        let end = (0..=text.len()).rev().filter(|end| text.is_char_boundary(*end)).nth(cut.index(text.chars().count() + 1)).unwrap_or(0);
        text.truncate(end);
        if let Err(error) = Target::parse(&text, "t.toml", &|_| None) {
            let place = error.position().unwrap();
            let line = text.lines().nth(place.line - 1).unwrap_or_default();
            prop_assert!(place.line <= text.lines().count().max(1) && place.column <= line.chars().count() + 1, "{error}\n{text}");
        }
    }
}
