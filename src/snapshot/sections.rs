//! The text of a snapshot file: the answers of one rule, each below a heading that names its scenario and versions.

use std::collections::BTreeMap;

use crate::api::ApiVersion;

/// Begins a heading. If a line of an answer looks like a heading, `ESCAPE` is written before it.
const HEADING: &str = "## ";
const ESCAPE: char = '\\';
/// Stands for the version in paths, so that equal answers of two versions are one section.
const VERSION: &str = "/[version]/";

/// The answers of a rule, by scenario and version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sections(BTreeMap<String, BTreeMap<ApiVersion, String>>);

impl Sections {
    /// Reads a file's text; `None` if it is not made of sections.
    pub fn parse(text: &str) -> Option<Self> {
        let mut sections = Self::default();
        let text = text.trim_end();
        if text.is_empty() {
            return Some(sections);
        }
        for section in format!("\n{text}").split(&format!("\n{HEADING}")).skip(1) {
            let (heading, answer) = section.split_once('\n').unwrap_or((section, ""));
            let (scenario, versions) = heading.trim_end().strip_suffix(')')?.split_once(" (")?;
            for version in versions.split(", ") {
                sections.0.entry(scenario.to_owned()).or_default().insert(version.parse().ok()?, answer.trim_end().to_owned());
            }
        }
        text.starts_with(HEADING).then_some(sections)
    }

    /// The text of a file.
    pub fn text(&self) -> String {
        let mut parts = Vec::new();
        for (scenario, answers) in &self.0 {
            let mut different: Vec<(&str, Vec<&str>)> = Vec::new();
            for (version, answer) in answers {
                match different.iter_mut().find(|(other, _)| other == answer) {
                    Some((_, versions)) => versions.push(version.name()),
                    None => different.push((answer, vec![version.name()])),
                }
            }
            parts
                .extend(different.into_iter().map(|(answer, versions)| format!("{HEADING}{scenario} ({})\n{answer}", versions.join(", "))));
        }
        parts.join("\n\n")
    }

    /// Inserts an answer, or replaces an earlier one.
    pub fn insert(&mut self, scenario: &str, version: ApiVersion, answer: &str) {
        self.0.entry(scenario.to_owned()).or_default().insert(version, written(answer, version));
    }

    /// Compares an answer with the recorded one. `None` if none is recorded; the recorded answer as an error if they
    /// differ.
    pub fn compare(&self, scenario: &str, version: ApiVersion, answer: &str) -> Option<Result<(), String>> {
        let recorded = self.0.get(scenario)?.get(&version)?;
        Some(if *recorded == written(answer, version) { Ok(()) } else { Err(read(recorded, version)) })
    }

    /// The scenarios with an answer.
    #[cfg(test)]
    pub fn scenarios(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }
}

/// An answer as the file has it.
fn written(answer: &str, version: ApiVersion) -> String {
    let text = answer.replace('\r', "").replace(&format!("/{version}/"), VERSION);
    let lines = text.split('\n').map(|line| if is_like_heading(line) { format!("{ESCAPE}{line}") } else { line.to_owned() });
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

/// An answer from the file, as the endpoint sent it.
fn read(written: &str, version: ApiVersion) -> String {
    let lines = written.split('\n').map(|line| line.strip_prefix(ESCAPE).filter(|rest| is_like_heading(rest)).unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n").replace(VERSION, &format!("/{version}/"))
}

fn is_like_heading(line: &str) -> bool {
    line.trim_start_matches(ESCAPE).starts_with(HEADING)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn scenarios_are_sorted_and_equal_answers_of_versions_appear_once() {
        let mut sections = Sections::default();
        sections.insert("two", ApiVersion::Beta, "GET /beta/me\n404");
        sections.insert("one", ApiVersion::V1, "GET /v1.0/me\n200\n\n{}\n");
        sections.insert("one", ApiVersion::Beta, "GET /beta/me\n200\n\n{}");
        sections.insert("two", ApiVersion::V1, "GET /beta/me\n404");
        let text = "## one (v1.0, beta)\nGET /[version]/me\n200\n\n{}\n\n## two (v1.0)\nGET /beta/me\n404\n\n## two (beta)\nGET /[version]/me\n404";
        assert_eq!(sections.text(), text);
        assert_eq!(Sections::parse(text), Some(sections));
    }

    #[test]
    fn a_text_without_headings_is_not_a_snapshot() {
        for broken in ["a", "<<<<<<< HEAD\n## one (v1.0)\na", "## one\na", "## one (v3)\na"] {
            assert_eq!(Sections::parse(broken), None, "{broken:?}");
        }
        assert_eq!(Sections::parse("\n"), Some(Sections::default()));
    }

    proptest! {
        #[test]
        fn every_answer_is_read_back(
            answers in prop::collection::vec(
                ("[a-c]", prop::sample::select(ApiVersion::ALL), "[a\\x00-\\x20]{0,8}|(\\\\?## [a-c] \\(beta\\)|/v1.0/|/beta/|\r?\n|[a{} ]){0,8}"),
                1..6,
            ),
        ) {
            let mut sections = Sections::default();
            for (scenario, version, answer) in &answers {
                sections.insert(scenario, *version, answer);
                let read = Sections::parse(&sections.text());
                prop_assert_eq!(read.as_ref(), Some(&sections));
                let (scenario, version) = (scenario.as_str(), *version);
                prop_assert_eq!(sections.compare(scenario, version, answer), Some(Ok(())));
                let other = format!("x{answer}");
                let recorded = sections.compare(scenario, version, &other).unwrap().unwrap_err();
                let answer = answer.replace('\r', "");
                prop_assert_eq!(recorded, answer.trim_end());
            }
        }
    }
}
