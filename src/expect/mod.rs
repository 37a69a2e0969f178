//! Known deviations: reads expectation files and applies them to reports.

mod file;
mod write;

pub use file::{ExpectError, Expectations, Names};
pub use write::to_toml;

use std::collections::BTreeSet;

use crate::report::{Announcement, Note, Report};

impl Expectations {
    /// Marks the expected outcomes in a report and judges it again.
    pub fn apply(&self, report: &mut Report) {
        for rule in &mut report.rules {
            let of_rule = self.entries.iter().filter(|entry| entry.rule == rule.id);
            rule.announced = of_rule
                .map(|entry| Announcement {
                    version: entry.version,
                    scenarios: entry.scenarios.clone(),
                    outcome: entry.outcome,
                    reason: entry.reason.clone(),
                    stale: false,
                    better: Vec::new(),
                })
                .collect();
        }
        report.apply_announced();
        let unchecked: Vec<_> = report.no_longer_checked().map(|rule| rule.id.as_str()).collect();
        if !unchecked.is_empty() {
            report.notes.push(Note::with_hint(
                format!("{} lists rules that are no longer checked: {}", self.path, unchecked.join(", ")),
                "SKIP lists what the target file lacks; `--dry-run` lists it for each rule",
            ));
        }
        let silent = self.entries.iter().filter(|entry| entry.reason.trim().is_empty());
        let silent: BTreeSet<_> = silent.map(|entry| entry.rule.as_str()).collect();
        if !silent.is_empty() {
            let silent: Vec<_> = silent.into_iter().collect();
            report.notes.push(Note::with_hint(
                format!("{} gives no reason for its entries about {}", self.path, silent.join(", ")),
                "fill in each `reason`: a ticket, or why the endpoint deviates",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ApiVersion;
    use crate::report::{Outcome, RuleReport, ScenarioReport, Skip, Unfinished, Verdict, sample};

    /// The report after applying this file. The file may name the rules of the report.
    fn expected(mut report: Report, file: &str) -> Report {
        parsed(&report, file).apply(&mut report);
        report
    }

    fn entry(rule: &str, more: &str, outcome: &str) -> String {
        format!("[[expect]]\nrule = \"{rule}\"\n{more}outcome = \"{outcome}\"\nreason = \"known\"\n")
    }

    fn report(outcome: Outcome) -> Report {
        sample::report(vec![sample::rule("get.found", outcome), sample::rule("list.found", Outcome::Passed)])
    }

    #[test]
    fn an_expected_outcome_does_not_count_and_a_better_one_makes_the_entry_stale() {
        use Outcome::{Blocked, Errored, Failed, Passed, Skipped, Warned};
        let (good, bad, open, old) = (Verdict::Conformant, Verdict::Nonconformant, Verdict::Inconclusive, Verdict::Stale);
        for (announced, outcome, expected_flag, stale, verdict) in [
            ("failed", Failed, true, false, good),
            ("failed", Passed, false, true, old),
            ("failed", Warned, false, true, old),
            // A rule that was not judged is no better than expected.
            ("failed", Blocked, false, false, open),
            ("failed", Errored, false, false, open),
            ("failed", Skipped, false, false, good),
            ("blocked", Blocked, true, false, good),
            ("blocked", Failed, false, false, bad),
            ("blocked", Errored, false, false, open),
            ("blocked", Passed, false, true, old),
            ("errored", Errored, true, false, good),
            ("warned", Warned, true, false, good),
            ("warned", Passed, false, true, old),
            ("warned", Failed, false, false, bad),
        ] {
            let report = expected(report(outcome), &entry("get.found", "", announced));
            let rule = &report.rules[0];
            assert_eq!((rule.expected, rule.is_stale(), report.verdict), (expected_flag, stale, verdict), "{announced}, {outcome}");
        }
    }

    #[test]
    fn an_entry_for_one_version_does_not_apply_to_the_other() {
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
        assert_eq!(verdict(two(Outcome::Failed, Outcome::Passed)), Verdict::Nonconformant, "the other version was expected to fail");
        assert_eq!(verdict(report(Outcome::Passed)), Verdict::Conformant, "the version was not asked");
        let whole = entry("get.found", "", "failed");
        assert_eq!(expected(two(Outcome::Passed, Outcome::Failed), &whole).verdict, Verdict::Conformant);
    }

    #[test]
    fn a_partly_checked_rule_is_not_stale() {
        let mut report = report(Outcome::Passed);
        let mut left_out: RuleReport = sample::rule("get.found", Outcome::Skipped);
        left_out.scenarios[0].skip = Some(Skip::NotSelected);
        report.rules[0].scenarios.append(&mut left_out.scenarios);
        let report = expected(report, &entry("get.found", "", "failed"));
        assert_eq!((report.rules[0].is_stale(), report.verdict), (false, Verdict::Conformant));
    }

    #[test]
    fn an_unfinished_run_stays_inconclusive() {
        let mut unfinished = report(Outcome::Failed);
        unfinished.rules[0].outcome = Outcome::Passed;
        unfinished.rules[0].scenarios[0].outcome = Outcome::Passed;
        unfinished.unfinished = Some(Unfinished { reason: "the run was interrupted".to_owned() });
        assert_eq!(expected(unfinished.clone(), "").verdict, Verdict::Inconclusive);
        unfinished.rules[0].outcome = Outcome::Failed;
        unfinished.rules[0].scenarios[0].outcome = Outcome::Failed;
        assert_eq!(expected(unfinished, &entry("get.found", "", "failed")).verdict, Verdict::Inconclusive);
    }

    #[test]
    fn an_empty_reason_gets_a_note() {
        let report = expected(report(Outcome::Failed), &entry("get.found", "", "failed").replace("known", " "));
        assert_eq!(report.verdict, Verdict::Conformant);
        assert_eq!(report.notes[0].message, "expect.toml gives no reason for its entries about get.found");
    }

    #[test]
    fn a_written_file_can_be_read_and_makes_the_run_conformant() {
        for (name, report) in sample::all() {
            let text = to_toml(&report, None).0;
            let written = expected(report.clone(), &text);
            let all_skipped = report.verdict == Verdict::NothingVerified;
            let errored = report.rules.iter().any(|rule| rule.outcome == Outcome::Errored);
            if !all_skipped && !errored {
                assert_eq!(written.verdict, Verdict::Conformant, "{name}\n{text}");
            }
            assert_eq!(to_toml(&report, Some(&parsed(&report, &text))).0, text, "{name}");
        }
    }

    fn parsed(report: &Report, text: &str) -> Expectations {
        let name = |scenario: &ScenarioReport| scenario.short_name().to_owned();
        let rules = report.rules.iter().map(|rule| (rule.id.clone(), rule.scenarios.iter().map(name).collect()));
        let mut names: Names = rules.collect();
        // A sighting happens in a scenario of another rule.
        names.insert("create.is-stored".to_owned(), vec!["a-phone-is-stored".to_owned()]);
        Expectations::parse(text, "expect.toml", &names).unwrap()
    }

    #[test]
    fn reasons_are_kept() {
        let report = report(Outcome::Failed);
        let (text, entries) = to_toml(&report, None);
        assert_eq!(entries, 1);
        let written = "[[expect]]\nrule = \"get.found\"\nscenarios = [\"as-it-should\"]\noutcome = \"failed\"\nreason = \"\"\n";
        assert!(text.ends_with(written), "{text}");
        let filled = text.replace("reason = \"\"", r#"reason = "a \"quoted\" \u0007 reason""#);
        let again = to_toml(&report, Some(&parsed(&report, &filled))).0;
        assert_eq!(parsed(&report, &again), parsed(&report, &filled));
    }

    /// A rule with two scenarios of these outcomes.
    fn two_scenarios(first: Outcome, second: Outcome) -> Report {
        let mut report = report(first);
        let late = ScenarioReport { id: "get.found/late".to_owned(), outcome: second, ..report.rules[0].scenarios[0].clone() };
        report.rules[0].scenarios.push(late);
        report.rules[0].outcome = report.rules[0].worst_outcome();
        report
    }

    #[test]
    fn an_unlisted_scenario_of_a_listed_rule_counts() {
        use Outcome::{Blocked, Failed, Passed};
        let file = to_toml(&two_scenarios(Failed, Passed), None).0;
        let verdict = |first, second| expected(two_scenarios(first, second), &file).verdict;
        assert_eq!(verdict(Failed, Passed), Verdict::Conformant);
        assert_eq!(verdict(Failed, Failed), Verdict::Nonconformant);
        assert_eq!(verdict(Failed, Blocked), Verdict::Inconclusive);
        assert_eq!(verdict(Passed, Failed), Verdict::Nonconformant);
        assert_eq!(verdict(Passed, Passed), Verdict::Stale);
    }

    #[test]
    fn a_listed_scenario_that_passes_is_named() {
        let file = to_toml(&two_scenarios(Outcome::Failed, Outcome::Failed), None).0;
        let report = expected(two_scenarios(Outcome::Failed, Outcome::Passed), &file);
        let stale: Vec<_> = report.rules[0].stale().map(|(_, came)| came).collect();
        assert_eq!((report.verdict, stale), (Verdict::Stale, vec!["late was expected to fail, but passed".to_owned()]));
    }

    #[test]
    fn a_listed_rule_that_the_target_no_longer_supports_is_named() {
        let file = to_toml(&report(Outcome::Failed), None).0;
        let mut lacking = report(Outcome::Skipped);
        lacking.rules[0].scenarios[0].skip = Some(Skip::TargetLacks);
        let report = expected(lacking, &file);
        assert_eq!(report.notes[0].message, "expect.toml lists rules that are no longer checked: get.found");
    }

    #[test]
    fn a_listed_scenario_that_did_not_run_stays_listed() {
        let file = to_toml(&two_scenarios(Outcome::Failed, Outcome::Failed), None).0.replace("reason = \"\"", "reason = \"known\"");
        let mut part = two_scenarios(Outcome::Failed, Outcome::Skipped);
        part.rules[0].scenarios[1].skip = Some(Skip::NotSelected);
        let again = to_toml(&part, Some(&parsed(&part, &file))).0;
        let listed: Vec<_> = parsed(&part, &again).entries.into_iter().map(|entry| (entry.scenarios.unwrap(), entry.reason)).collect();
        let entry = |name: &str| (vec![name.to_owned()], "known".to_owned());
        assert_eq!(listed, [entry("as-it-should"), entry("late")]);
    }
}
