//! The difference between a snapshot and an answer, in a few lines.

use similar::{ChangeTag, TextDiff};

/// At most this many differing lines are shown for each side.
const LINES: usize = 12;

/// How an answer differs from its snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The lines that only the snapshot has.
    pub recorded: String,
    /// The lines that only the answer has.
    pub came: String,
}

/// The difference between two unequal texts.
pub fn drift(recorded: &str, came: &str) -> Drift {
    // A property at the end gives the previous line a comma. Such a comma alone is not worth showing.
    let (mut gone, mut new) = changes(recorded, came, |line| line.trim_end_matches(','));
    if gone.is_empty() && new.is_empty() {
        (gone, new) = changes(recorded, came, |line| line);
    }
    Drift { recorded: shown(&gone, "no removed lines"), came: shown(&new, "no added lines") }
}

fn changes<'a>(recorded: &'a str, came: &'a str, as_compared: impl Fn(&'a str) -> &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let recorded: Vec<&str> = recorded.lines().map(&as_compared).collect();
    let came: Vec<&str> = came.lines().map(&as_compared).collect();
    let diff = TextDiff::from_slices(&recorded, &came);
    let of = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).map(|change| change.value()).collect();
    (of(ChangeTag::Delete), of(ChangeTag::Insert))
}

fn shown(lines: &[&str], none: &str) -> String {
    if lines.is_empty() {
        return none.to_owned();
    }
    let mut text = lines.iter().take(LINES).map(|line| line.trim()).collect::<Vec<_>>().join("\n");
    if let Some(hidden) = lines.len().checked_sub(LINES).filter(|hidden| *hidden > 0) {
        text.push_str(&format!("\n… and {hidden} more lines"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_differing_lines_are_shown() {
        let drift =
            drift("400 application/json\n\n{\n  \"code\": \"a\"\n}", "404 application/json\n\n{\n  \"code\": \"a\",\n  \"x\": 1\n}");
        assert_eq!(drift.recorded, "400 application/json");
        assert_eq!(drift.came, "404 application/json\n\"x\": 1");
    }

    #[test]
    fn a_removed_line_is_shown_without_a_replacement() {
        assert_eq!(drift("a\nb", "a"), Drift { recorded: "b".into(), came: "no added lines".into() });
        assert_eq!(drift("a,", "a"), Drift { recorded: "a,".into(), came: "a".into() });
    }

    #[test]
    fn many_lines_are_cut_short() {
        let long = (0..100).map(|line| format!("{line}\n")).collect::<String>();
        assert!(drift(&long, "").recorded.ends_with("11\n… and 88 more lines"));
    }
}
