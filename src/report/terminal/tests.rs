//! Golden texts, and what holds for every text.

use proptest::prelude::*;

use super::*;
use crate::report::sample;

fn plain(report: &Report, detail: Detail) -> String {
    let text = render(report, Options { detail, ..Options::default() }, &sample::feature_text);
    anstream::adapter::strip_str(&text).to_string()
}

#[test]
fn every_sample_reads_as_it_should() {
    for (name, report) in sample::all() {
        insta::assert_snapshot!(name, plain(&report, Detail::Normal));
    }
}

#[test]
fn verbose_names_every_scenario() {
    insta::assert_snapshot!("one_failure_verbose", plain(&sample::one_failure(), Detail::Verbose));
}

#[test]
fn quiet_names_failed_rules_and_the_verdict() {
    let text = plain(&sample::one_failure(), Detail::Quiet);
    let expected = "FAIL create.one-phone-per-type\n\
        nonconformant: 28 passed, 1 failed, 1 warned, 1 skipped — 465 requests in 0.41 s (seed 7)\n";
    assert_eq!(text, expected);
}

/// A report in which every text of the endpoint's is `text`.
fn hostile(text: &str) -> Report {
    let mut report = sample::one_failure();
    for rule in &mut report.rules {
        for scenario in &mut rule.scenarios {
            for violation in &mut scenario.violations {
                text.clone_into(&mut violation.actual);
                text.clone_into(&mut violation.expected);
                violation.hint = Some(text.to_owned());
            }
            for exchange in &mut scenario.exchanges {
                exchange.response_body = Some(text.to_owned());
                exchange.request_body = Some(text.to_owned());
                exchange.response_headers.insert(text.to_owned(), text.to_owned());
                text.clone_into(&mut exchange.url);
                text.clone_into(&mut exchange.curl);
                text.clone_into(&mut exchange.method);
            }
        }
    }
    for outcome in [Outcome::Blocked, Outcome::Errored, Outcome::Skipped] {
        let mut rule = sample::rule("get.state-is-kept", outcome);
        rule.scenarios[0].reason = Some(text.to_owned());
        report.rules.push(rule);
    }
    report.notes.push(crate::report::Note { message: text.to_owned(), hint: Some(text.to_owned()) });
    report
}

/// Takes styles away and leaves every other control sequence, unlike a stripper for terminals.
fn without_styles(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let after = piece.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        match after.strip_prefix('m') {
            Some(after) => out.push_str(after),
            None => out.push_str(&format!("\u{1b}[{piece}")),
        }
    }
    out
}

fn is_command(c: char) -> bool {
    (c != '\n' && c.is_control()) || c == '\u{202e}'
}

#[test]
fn an_endpoint_can_not_command_the_terminal() {
    let attack = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{1b}[32mPASS\r\u{9b}31m\u{202e}";
    for detail in [Detail::Quiet, Detail::Normal, Detail::Verbose] {
        let text = render(&hostile(attack), Options { detail, ..Options::default() }, &sample::feature_text);
        let plain = without_styles(&text);
        assert!(!plain.contains(is_command), "{plain:?}");
        assert_eq!(plain.contains(r"\u{1b}[32mPASS\r"), detail != Detail::Quiet, "{plain}");
    }
}

#[test]
fn a_missing_feature_file_leaves_the_step_by_name() {
    let text = render(&sample::one_failure(), Options::default(), &|_| None);
    let text = anstream::adapter::strip_str(&text).to_string();
    assert!(text.contains("step      Then the request is refused (features/create/behaviour.feature:9, v1.0)"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_can_be_rendered(text in any::<String>(), feature in any::<String>(), width in 0_usize..120, line in 0_usize..5) {
        let mut report = hostile(&text);
        for scenario in &mut report.rules[0].scenarios {
            scenario.line = 1;
            scenario.violations[0].line = line;
        }
        for detail in [Detail::Quiet, Detail::Normal, Detail::Verbose] {
            let rendered = render(&report, Options { detail, width }, &|_| Some(feature.as_str()));
            let plain = without_styles(&rendered);
            prop_assert!(!plain.contains(is_command), "{plain:?}");
        }
    }
}
