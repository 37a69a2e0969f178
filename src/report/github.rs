//! The report as GitHub workflow commands: annotations.
//!
//! An unexpected finding is an error, advice is a warning, and a known deviation is a notice. GitHub shows an
//! annotation in the repository that runs the workflow, so an annotation names a feature file only if that repository
//! has the file.

use super::cause::{causes, reasons};
use super::terminal::text::clean;
use super::{Outcome, Report, RuleReport, plain};

/// GitHub shows at most this many annotations of a level for each step.
///
/// Source: GitHub Actions, limits of annotations.
const MOST: usize = 10;

/// Renders one command per root cause, each on its own line. `is_there` tells whether a file is in the repository.
pub fn render(report: &Report, is_there: &dyn Fn(&str) -> bool) -> String {
    let mut out = Annotations { is_there, shown: Vec::new() };
    for (outcome, level) in [(Outcome::Failed, "error"), (Outcome::Warned, "warning")] {
        for cause in causes(report, outcome) {
            let place = cause.findings.first().map(|finding| (finding.first.scenario.feature.as_str(), finding.first.violation.line));
            let what = cause.findings.first().map_or_else(String::new, |finding| plain::headline(finding.first.violation));
            let others = ids("\nlikewise: ", cause.others());
            out.add(level, place.or_else(|| first_place(cause.rule)), &cause.rule.id, &format!("{}\n{what}{others}", cause.rule.title));
        }
    }
    for rule in report.rules.iter().filter(|rule| rule.is_stale()) {
        let entries: String = rule.stale().map(|(_, came)| format!("\n{came}")).collect();
        let text = format!("does better than the expectation file says: remove the entry{entries}");
        out.add("error", first_place(rule), &rule.id, &text);
    }
    for outcome in [Outcome::Errored, Outcome::Blocked] {
        for reason in reasons(report.rules.iter().filter(|rule| rule.is_unexpected(outcome)), outcome) {
            let place = reason.scenario.map(|scenario| (scenario.feature.as_str(), scenario.line));
            out.add("error", place, outcome.name(), &format!("{}{}", reason.text, ids("\nrules: ", &reason.rules)));
        }
    }
    for note in &report.notes {
        let hint = note.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        out.add("notice", None, &report.target.name, &format!("{}{hint}", note.message));
    }
    for rule in report.rules.iter().filter(|rule| rule.expected) {
        let reason = rule.accepted_because().unwrap_or_default();
        out.add("notice", first_place(rule), &rule.id, &format!("{} as expected: {reason}", rule.outcome));
    }
    out.text(&report.target.name)
}

/// The commands so far, with their levels.
struct Annotations<'a> {
    is_there: &'a dyn Fn(&str) -> bool,
    shown: Vec<(&'static str, String)>,
}

impl Annotations<'_> {
    fn add(&mut self, level: &'static str, place: Option<(&str, usize)>, title: &str, text: &str) {
        let place = place.filter(|(file, _)| (self.is_there)(file));
        let place = place.map(|(file, line)| format!("file={},line={line},", property(file))).unwrap_or_default();
        self.shown.push((level, format!("::{level} {place}title={}::{}\n", property(title), data(text))));
    }

    /// The commands, but no more than GitHub shows. If there are more, the last command of a level counts the rest.
    fn text(self, target: &str) -> String {
        let mut out = String::new();
        for level in ["error", "warning", "notice"] {
            let all: Vec<&String> = self.shown.iter().filter(|(of, _)| *of == level).map(|(_, command)| command).collect();
            let kept = if all.len() > MOST { MOST - 1 } else { all.len() };
            out.extend(all[..kept].iter().copied().map(String::as_str));
            if all.len() > kept {
                let more = format!("{} more are in the output of the step: GitHub shows {MOST}", all.len() - kept);
                out.push_str(&format!("::{level} title={}::{more}\n", property(target)));
            }
        }
        out
    }
}

fn first_place(rule: &RuleReport) -> Option<(&str, usize)> {
    rule.scenarios.first().map(|scenario| (scenario.feature.as_str(), scenario.line))
}

fn ids(before: &str, rules: &[&RuleReport]) -> String {
    let ids: Vec<_> = rules.iter().map(|rule| rule.id.as_str()).collect();
    if ids.is_empty() { String::new() } else { format!("{before}{}", ids.join(", ")) }
}

/// Escapes text after the second `::`.
fn data(text: &str) -> String {
    clean(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::{Note, sample};

    #[test]
    fn every_kind_of_finding_has_its_annotation() {
        let shown: Vec<String> = [sample::one_failure(), sample::inconclusive(), sample::stateless_mock(), sample::stale()]
            .iter()
            .map(|report| render(report, &|_| true))
            .collect();
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn an_annotation_names_a_feature_file_only_if_it_exists() {
        let shown = |is_there| render(&sample::one_failure(), &|_| is_there);
        assert!(shown(true).contains("file=") && !shown(false).contains("file="));
    }

    #[test]
    fn no_more_annotations_are_written_than_github_shows() {
        for (notes, notices, more) in [(10, 10, None), (12, 10, Some("::notice title=acme-mock::3 more are in the output of the step"))] {
            let noted = vec![Note::plain("seen".to_owned()); notes];
            let report = Report { notes: noted, ..sample::passing() };
            let text = render(&report, &|_| true);
            assert_eq!(text.lines().filter(|line| line.starts_with("::notice ")).count(), notices, "{text}");
            assert!(more.is_none_or(|more| text.contains(more)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_cannot_add_a_command(text in prop::collection::vec(prop_oneof![any::<char>(), prop::sample::select(vec![':', '%', '\n', '\r', ','])], 0..40).prop_map(String::from_iter)) {
            let lines = render(&sample::one_failure(), &|_| true).lines().count();
            let hostile = render(&sample::hostile(&text), &|_| true);
            prop_assert!(hostile.lines().count() >= lines);
            for line in hostile.split(['\n', '\r']).filter(|line| !line.is_empty()) {
                let command = line.strip_prefix("::").and_then(|rest| rest.split_once("::"));
                prop_assert!(command.is_some_and(|(head, _)| ["error ", "warning ", "notice "].iter().any(|level| head.starts_with(level))), "{line}");
            }
        }

        #[test]
        fn escaped_text_reads_back(text in "[ -~\n]{0,40}") {
            let back = property(&text).replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
            prop_assert_eq!(back, text);
        }
    }
}
