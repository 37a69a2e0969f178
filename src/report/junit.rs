//! The report as `JUnit` XML, for Jenkins, GitLab and similar tools.
//!
//! A suite is an operation, and a case is a scenario in a version. A blocked or errored scenario is an error: a
//! pipeline that reads nothing else must not see a success. Known deviations are skipped, with their reasons.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::terminal::text::clean_line;
use super::{Outcome, Report, RuleReport, ScenarioReport, plain};
use crate::api::Operation;

/// Renders the report.
///
/// # Panics
///
/// Never: characters that XML can't hold are removed first.
pub fn render(report: &Report) -> String {
    let mut document = Document::new(report.target.name.as_str());
    document.set_time(Duration::from_millis(report.duration_ms));
    for operation in Operation::ALL {
        let mut rules = report.rules.iter().filter(|rule| rule.operation == *operation).peekable();
        if rules.peek().is_some() {
            document.add_test_suite(suite(report, *operation, rules));
        }
    }
    document.to_string().expect("text without illegal characters is written to memory")
}

fn suite<'a>(report: &Report, operation: Operation, rules: impl Iterator<Item = &'a RuleReport>) -> TestSuite {
    let mut suite = TestSuite::new(operation.name());
    suite.extra.insert("timestamp".into(), report.started_at.as_str().into());
    let versions = report.target.versions.iter().map(|version| version.name()).collect::<Vec<_>>().join(" ");
    for (name, value) in [
        ("tool", format!("{} {}", report.tool.name, report.tool.version).as_str()),
        ("target", &report.target.name),
        ("base_url", &report.target.base_url),
        ("versions", &versions),
        ("edition", report.target.edition.name()),
        ("seed", &report.seed.to_string()),
        ("verdict", report.verdict.name()),
    ] {
        suite.add_property(property(name, value));
    }
    let optional = [("shard", &report.shard), ("command", &report.command), ("cloud", &report.target.cloud.map(|cloud| cloud.to_string()))];
    suite.add_properties(optional.into_iter().filter_map(|(name, value)| Some(property(name, value.as_deref()?))));
    for note in &report.notes {
        suite.add_property(property("note", &note.message));
        suite.add_properties(note.hint.iter().map(|hint| property("hint", hint)));
    }
    let mut time = Duration::ZERO;
    for rule in rules {
        for scenario in &rule.scenarios {
            suite.add_test_case(case(rule, scenario));
            time += Duration::from_millis(scenario.duration_ms);
        }
        for (known, came) in rule.stale() {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type("stale").set_message(format!("{came}: update its entry in the expectation file"));
            let mut case =
                TestCase::new(format!("entry in the expectation file ({})", known.version.map_or("all versions", |v| v.name())), status);
            case.set_classname(rule.id.as_str());
            suite.add_test_case(case);
        }
    }
    suite.set_time(time);
    suite
}

fn case(rule: &RuleReport, scenario: &ScenarioReport) -> TestCase {
    let seen = if scenario.seen_in().is_some() { "while: " } else { "" };
    let mut case = TestCase::new(format!("{seen}{} ({})", scenario.name, scenario.version), status(rule, scenario));
    // Viewers group a class under its package, the part before the last point: here, the operation.
    case.set_classname(rule.id.as_str()).set_time(Duration::from_millis(scenario.duration_ms));
    case.extra.insert("file".into(), scenario.feature.as_str().into());
    case.extra.insert("line".into(), scenario.line.to_string().into());
    case.add_property(property("rule", &rule.id));
    case.add_property(property("requirement", &rule.title));
    case.add_properties(rule.sources.iter().map(|source| property("source", source)));
    if scenario.outcome == Outcome::Warned {
        let lines: Vec<_> = scenario.violations.iter().map(|broken| plain::violation(rule, scenario, broken)).collect();
        case.set_system_out(format!("advisory, and not held:\n{}", lines.join("\n\n")));
    }
    case
}

fn status(rule: &RuleReport, scenario: &ScenarioReport) -> TestCaseStatus {
    let reason = scenario.reason.as_deref().map(clean_line);
    let kind = match scenario.outcome {
        Outcome::Passed | Outcome::Warned => return TestCaseStatus::success(),
        Outcome::Skipped => None,
        _ if rule.is_known(scenario) => None,
        Outcome::Failed => Some(NonSuccessKind::Failure),
        Outcome::Errored | Outcome::Blocked => Some(NonSuccessKind::Error),
    };
    let Some(kind) = kind else {
        let known = rule.accepted_because_of(scenario);
        let message = known.map(|known| format!("known deviation, {}: {}", scenario.outcome, clean_line(&known))).or(reason);
        let mut status = TestCaseStatus::skipped();
        status.set_message(message.unwrap_or_else(|| "no reason was recorded".to_owned()));
        return status;
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(scenario.outcome.name());
    let headline = scenario.violations.first().map(plain::headline).or(reason);
    status.set_message(headline.unwrap_or_else(|| "no reason was recorded".to_owned()));
    let mut details: Vec<_> = scenario.violations.iter().map(|broken| plain::violation(rule, scenario, broken)).collect();
    if details.is_empty() {
        details.extend(scenario.exchanges.last().map(plain::exchange));
    }
    if !details.is_empty() {
        status.set_description(details.join("\n\n"));
    }
    status
}

fn property(name: &str, value: &str) -> Property {
    Property::new(name, clean_line(value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::sample;

    #[test]
    fn a_failing_report_reads_as_it_should() {
        insta::assert_snapshot!(render(&sample::one_failure()));
    }

    #[test]
    fn unjudged_scenarios_are_errors_and_known_deviations_are_skipped() {
        let count = |report: &Report, tag: &str| render(report).matches(tag).count();
        assert_eq!([count(&sample::inconclusive(), "<error "), count(&sample::inconclusive(), "<failure ")], [2, 0]);
        assert_eq!(
            [count(&sample::expectations(), "<failure "), count(&sample::expectations(), "known deviation, failed: ACME-1234")],
            [0, 4]
        );
        assert_eq!(count(&sample::stale(), "<failure type=\"stale\""), 0);
        assert_eq!(count(&sample::stale(), "update its entry in the expectation file"), 1);
    }

    /// Characters that XML or its readers do not allow.
    fn odd_character() -> impl Strategy<Value = char> {
        prop::sample::select(vec!['\0', '\u{1b}', '\u{85}', '\u{fdd0}', '\u{fdef}', '\u{fffe}', '\u{ffff}', '\u{1fffe}', '\u{10ffff}'])
    }

    proptest! {
        #[test]
        fn any_text_is_well_formed(text in prop::collection::vec(prop_oneof![any::<char>(), odd_character()], 0..40).prop_map(String::from_iter)) {
            let xml = render(&sample::hostile(&text));
            let read = Document::deserialize_from_str(&xml);
            prop_assert!(read.is_ok(), "{:?}", read.err());
            let legal = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..) && u32::from(c) & 0xfffe != 0xfffe;
            prop_assert!(xml.chars().all(legal));
        }
    }
}
