//! Known deviations: what an expectation file says, and what it makes of a report.

mod file;
mod write;

pub use file::{ExpectError, Expectations};
pub use write::to_toml;

use crate::report::{Announcement, Note, Report};

impl Expectations {
    /// Writes into a report what was expected, and judges it anew.
    pub fn apply(&self, report: &mut Report) {
        for rule in &mut report.rules {
            let of_rule = self.entries.iter().filter(|entry| entry.rule == rule.id);
            rule.announced = of_rule
                .map(|entry| Announcement { version: entry.version, outcome: entry.outcome, reason: entry.reason.clone(), stale: false })
                .collect();
        }
        report.settle();
        let silent: Vec<_> = self.entries.iter().filter(|entry| entry.reason.trim().is_empty()).map(|entry| entry.rule.as_str()).collect();
        if !silent.is_empty() {
            report.notes.push(Note {
                message: format!("{} gives no reason for what it expects of {}", self.path, silent.join(", ")),
                hint: Some("fill in each `reason`: a ticket, or why the endpoint deviates".to_owned()),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ApiVersion;
    use crate::plan::NOT_SELECTED;
    use crate::report::{Outcome, RuleReport, Verdict, sample};

    /// What becomes of a report under this file; the rules in it are those of the report.
    fn expected(mut report: Report, file: &str) -> Report {
        let ids: Vec<String> = report.rules.iter().map(|rule| rule.id.clone()).collect();
        Expectations::parse(file, "expect.toml", &ids).unwrap().apply(&mut report);
        report
    }

    fn entry(rule: &str, more: &str, outcome: &str) -> String {
        format!("[[expect]]\nrule = \"{rule}\"\n{more}outcome = \"{outcome}\"\nreason = \"known\"\n")
    }

    fn report(outcome: Outcome) -> Report {
        sample::report(vec![sample::rule("get.found", outcome), sample::rule("list.found", Outcome::Passed)])
    }

    #[test]
    fn what_is_expected_does_not_count_and_what_is_better_is_stale() {
        use Outcome::{Blocked, Errored, Failed, Passed, Skipped, Warned};
        let (good, bad, open) = (Verdict::Conformant, Verdict::Nonconformant, Verdict::Inconclusive);
        for (announced, outcome, expected_flag, stale, verdict) in [
            ("failed", Failed, true, false, good),
            ("failed", Passed, false, true, bad),
            ("failed", Warned, false, true, bad),
            // Whoever was not judged has not done better.
            ("failed", Blocked, false, false, open),
            ("failed", Errored, false, false, open),
            ("failed", Skipped, false, false, good),
            ("blocked", Blocked, true, false, good),
            ("blocked", Failed, false, false, bad),
            ("blocked", Errored, false, false, open),
            ("blocked", Passed, false, true, bad),
            ("errored", Errored, true, false, good),
            ("warned", Warned, true, false, good),
            ("warned", Passed, false, true, bad),
            ("warned", Failed, false, false, bad),
        ] {
            let report = expected(report(outcome), &entry("get.found", "", announced));
            let rule = &report.rules[0];
            assert_eq!((rule.expected, rule.is_stale(), report.verdict), (expected_flag, stale, verdict), "{announced}, {outcome}");
        }
    }

    #[test]
    fn an_expectation_of_one_version_says_nothing_of_the_other() {
        let two = |first, second| {
            let mut report = report(first);
            let mut other = sample::rule("get.found", second).scenarios.remove(0);
            other.version = ApiVersion::Beta;
            report.rules[0].scenarios.push(other);
            report.rules[0].outcome = report.rules[0].worst_outcome();
            report
        };
        let file = entry("get.found", "version = \"beta\"\n", "failed");
        let verdict = |report| expected(report, &file).verdict;
        assert_eq!(verdict(two(Outcome::Passed, Outcome::Failed)), Verdict::Conformant);
        assert_eq!(verdict(two(Outcome::Failed, Outcome::Failed)), Verdict::Nonconformant);
        assert_eq!(verdict(two(Outcome::Failed, Outcome::Passed)), Verdict::Nonconformant);
        assert_eq!(verdict(report(Outcome::Passed)), Verdict::Conformant, "the version was not asked");
        let whole = entry("get.found", "", "failed");
        assert_eq!(expected(two(Outcome::Passed, Outcome::Failed), &whole).verdict, Verdict::Conformant);
    }

    #[test]
    fn a_rule_that_was_checked_in_part_is_not_stale() {
        let mut report = report(Outcome::Passed);
        let mut left_out: RuleReport = sample::rule("get.found", Outcome::Skipped);
        left_out.scenarios[0].reason = Some(NOT_SELECTED.to_owned());
        report.rules[0].scenarios.append(&mut left_out.scenarios);
        let report = expected(report, &entry("get.found", "", "failed"));
        assert_eq!((report.rules[0].is_stale(), report.verdict), (false, Verdict::Conformant));
    }

    #[test]
    fn what_else_was_wrong_with_a_run_stays_wrong() {
        let mut unfinished = report(Outcome::Failed);
        unfinished.rules[0].outcome = Outcome::Passed;
        unfinished.rules[0].scenarios[0].outcome = Outcome::Passed;
        unfinished.verdict = Verdict::Inconclusive;
        assert_eq!(expected(unfinished, "").verdict, Verdict::Inconclusive);
    }

    #[test]
    fn an_empty_reason_is_complained_of() {
        let report = expected(report(Outcome::Failed), &entry("get.found", "", "failed").replace("known", " "));
        assert_eq!(report.verdict, Verdict::Conformant);
        assert_eq!(report.notes[0].message, "expect.toml gives no reason for what it expects of get.found");
    }

    #[test]
    fn what_is_written_is_what_is_read_and_makes_the_run_conformant() {
        for (name, report) in sample::all() {
            let text = to_toml(&report, None);
            let written = expected(report.clone(), &text);
            let all_skipped = report.verdict == Verdict::NothingVerified;
            let errored = report.rules.iter().any(|rule| rule.outcome == Outcome::Errored);
            if !all_skipped && !errored {
                assert_eq!(written.verdict, Verdict::Conformant, "{name}\n{text}");
            }
            assert_eq!(to_toml(&report, Some(&parsed(&report, &text))), text, "{name}");
        }
    }

    fn parsed(report: &Report, text: &str) -> Expectations {
        let ids: Vec<String> = report.rules.iter().map(|rule| rule.id.clone()).collect();
        Expectations::parse(text, "expect.toml", &ids).unwrap()
    }

    #[test]
    fn reasons_are_kept() {
        let report = report(Outcome::Failed);
        let text = to_toml(&report, None);
        assert!(text.ends_with("[[expect]]\nrule = \"get.found\"\noutcome = \"failed\"\nreason = \"\"\n"), "{text}");
        let filled = text.replace("reason = \"\"", r#"reason = "a \"quoted\" \u0007 reason""#);
        let again = to_toml(&report, Some(&parsed(&report, &filled)));
        assert_eq!(parsed(&report, &again), parsed(&report, &filled));
    }
}
