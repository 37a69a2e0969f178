//! The report as GitHub workflow commands: annotations that point into the feature files.
//!
//! Whatever makes the run fail is an error, advice is a warning, and known deviations are notices.

use super::cause::{causes, reasons};
use super::terminal::text::clean;
use super::{Outcome, Report, RuleReport, plain};

/// Renders one command per root cause, each on its own line.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    for (outcome, level) in [(Outcome::Failed, "error"), (Outcome::Warned, "warning")] {
        for cause in causes(report, outcome) {
            let place = cause.findings.first().map(|finding| (finding.first.scenario.feature.as_str(), finding.first.violation.line));
            let what = cause.findings.first().map_or_else(String::new, |finding| plain::headline(finding.first.violation));
            let others = ids("\nlikewise: ", cause.others());
            command(
                &mut out,
                level,
                place.or_else(|| first_place(cause.rule)),
                &cause.rule.id,
                &format!("{}\n{what}{others}", cause.rule.title),
            );
        }
    }
    for rule in report.rules.iter().filter(|rule| rule.is_stale()) {
        let entries: String = rule.stale().map(|(_, came)| format!("\n{came}")).collect();
        let text = format!("does better than the expectation file says: remove the entry{entries}");
        command(&mut out, "error", first_place(rule), &rule.id, &text);
    }
    for outcome in [Outcome::Errored, Outcome::Blocked] {
        for reason in reasons(report.rules.iter().filter(|rule| rule.is_unexpected(outcome)), outcome) {
            let place = reason.scenario.map(|scenario| (scenario.feature.as_str(), scenario.line));
            command(&mut out, "error", place, outcome.name(), &format!("{}{}", reason.text, ids("\nrules: ", &reason.rules)));
        }
    }
    for note in &report.notes {
        let hint = note.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        command(&mut out, "notice", None, &report.target.name, &format!("{}{hint}", note.message));
    }
    for rule in report.rules.iter().filter(|rule| rule.expected) {
        let reason = rule.accepted_because().unwrap_or_default();
        command(&mut out, "notice", first_place(rule), &rule.id, &format!("{} as expected: {reason}", rule.outcome));
    }
    out
}

fn first_place(rule: &RuleReport) -> Option<(&str, usize)> {
    rule.scenarios.first().map(|scenario| (scenario.feature.as_str(), scenario.line))
}

fn ids(before: &str, rules: &[&RuleReport]) -> String {
    let ids: Vec<_> = rules.iter().map(|rule| rule.id.as_str()).collect();
    if ids.is_empty() { String::new() } else { format!("{before}{}", ids.join(", ")) }
}

fn command(out: &mut String, level: &str, place: Option<(&str, usize)>, title: &str, text: &str) {
    let place = place.map(|(file, line)| format!("file={},line={line},", property(file))).unwrap_or_default();
    out.push_str(&format!("::{level} {place}title={}::{}\n", property(title), data(text)));
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
    use crate::report::sample;

    #[test]
    fn every_kind_of_finding_has_its_annotation() {
        let shown: Vec<String> =
            [sample::one_failure(), sample::inconclusive(), sample::stateless_mock(), sample::stale()].iter().map(render).collect();
        insta::assert_snapshot!(shown.join("\n"));
    }

    proptest! {
        #[test]
        fn no_text_makes_a_command_of_its_own(text in prop::collection::vec(prop_oneof![any::<char>(), prop::sample::select(vec![':', '%', '\n', '\r', ','])], 0..40).prop_map(String::from_iter)) {
            let lines = render(&sample::one_failure()).lines().count();
            let hostile = render(&sample::hostile(&text));
            prop_assert!(hostile.lines().count() >= lines);
            for line in hostile.split(['\n', '\r']).filter(|line| !line.is_empty()) {
                let command = line.strip_prefix("::").and_then(|rest| rest.split_once("::"));
                prop_assert!(command.is_some_and(|(head, _)| ["error ", "warning ", "notice "].iter().any(|level| head.starts_with(level))), "{line}");
            }
        }

        #[test]
        fn what_is_escaped_reads_back(text in "[ -~\n]{0,40}") {
            let back = property(&text).replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
            prop_assert_eq!(back, text);
        }
    }
}
