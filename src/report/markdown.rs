//! The report as Markdown, for a comment on a pull request or for a job summary.

use std::fmt::Write as _;

use super::cause::{Cause, causes, reasons};
use super::terminal::text::{clean_line, count, duration, shorten, traffic};
use super::{Counts, Evidence, Outcome, Report, RuleReport, pattern, plain};
use crate::api::{Area, Operation};

/// The most characters of a comment on GitHub.
pub const COMMENT: usize = 65_536;
/// The most bytes of a job summary on GitHub.
pub const SUMMARY: usize = 1 << 20;
/// Space for the sentence that says what was left out.
const RESERVE: usize = 300;
/// The most characters of one text on a line.
const LINE: usize = 500;

/// Renders the report in at most `limit` bytes; a final sentence counts what did not fit.
pub fn render(report: &Report, limit: usize) -> String {
    let mut out = head(report);
    let mut left_out = 0;
    for section in sections(report) {
        if out.len() + section.len() + RESERVE <= limit {
            out.push_str(&section);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        let _ = writeln!(out, "\n{left_out} more findings do not fit here; the JSON report has all of them.");
    }
    out
}

/// The verdict and the counts, which are always short.
fn head(report: &Report) -> String {
    let target = &report.target;
    let mut out = format!("## {}: {}\n\n", code(&target.name), report.verdict.name());
    let counts = Outcome::ALL.iter().filter(|outcome| report.counts.by(**outcome) > 0);
    let counts: Vec<_> = counts.map(|outcome| format!("{} {outcome}", report.counts.by(*outcome))).collect();
    let versions = target.versions.iter().map(|version| version.name()).collect::<Vec<_>>().join(" and ");
    // Writing to a `String` can't fail, here and below.
    let shard = report.shard.as_ref().map(|shard| format!(", shard {}", code(shard))).unwrap_or_default();
    let _ = writeln!(
        out,
        "{}: {}. {} in {} to {}, {versions}, {} edition, seed {}{shard}.",
        count(report.rules.len(), "rule"),
        counts.join(", "),
        traffic(&report.counts),
        duration(report.duration_ms),
        code(&target.base_url),
        target.edition,
        report.seed
    );
    let _ = writeln!(out, "{}", Evidence::of_report(report));
    if !report.rules.is_empty() {
        out.push_str(&table(report));
    }
    out
}

/// A table with a row per operation and a column per area.
fn table(report: &Report) -> String {
    let mut out = format!("\n| passed/applicable | {} |\n| --- |{}\n", names(Area::ALL), " --- |".repeat(Area::ALL.len()));
    for operation in Operation::ALL {
        let of_operation: Vec<_> = report.rules.iter().filter(|rule| rule.operation == *operation).collect();
        if of_operation.is_empty() {
            continue;
        }
        let cell = |area: &Area| cell(&Counts::of(of_operation.iter().copied().filter(|rule| rule.area == *area)));
        let _ = writeln!(out, "| {operation} | {} |", Area::ALL.iter().map(cell).collect::<Vec<_>>().join(" | "));
    }
    out
}

fn names(areas: &[Area]) -> String {
    areas.iter().map(|area| area.name()).collect::<Vec<_>>().join(" | ")
}

fn cell(counts: &Counts) -> String {
    let total: u64 = Outcome::ALL.iter().map(|outcome| counts.by(*outcome)).sum();
    let applicable = total - counts.skipped;
    let mut text = match (total, applicable) {
        (0, _) => String::new(),
        (_, 0) => "–".to_owned(),
        _ => format!("{}/{applicable}", counts.passed),
    };
    for outcome in [Outcome::Failed, Outcome::Errored, Outcome::Blocked, Outcome::Warned] {
        if counts.by(outcome) > 0 {
            let _ = write!(text, ", {} {outcome}", counts.by(outcome));
        }
    }
    text
}

/// The findings, the most important first; each section can stand alone.
fn sections(report: &Report) -> Vec<String> {
    let note = |note: &super::Note| {
        let hint = note.hint.as_ref().map(|hint| format!(" Hint: {}", code(hint))).unwrap_or_default();
        format!("\n> {}{hint}\n", code(&note.message))
    };
    let mut out: Vec<String> = report.notes.iter().map(note).collect();
    out.extend(causes(report, Outcome::Failed).iter().map(|cause| finding("Failed", cause)));
    for rule in report.rules.iter().filter(|rule| rule.is_stale()) {
        let entries: String = rule.stale().map(|(known, came)| format!("\n- {came}: {}", code(&known.reason))).collect();
        out.push(format!(
            "\n### Stale: {}\n\nIt does better than the expectation file says: remove the entry.\n{entries}\n",
            code(&rule.id)
        ));
    }
    for (outcome, word) in [(Outcome::Errored, "Errored"), (Outcome::Blocked, "Blocked")] {
        for reason in reasons(report.rules.iter().filter(|rule| rule.is_unexpected(outcome)), outcome) {
            out.push(format!("\n### {word}: {}\n\n{}\n\n{}\n", count(reason.rules.len(), "rule"), code(reason.text), ids(&reason.rules)));
        }
    }
    out.extend(causes(report, Outcome::Warned).iter().map(|cause| finding("Advice not followed", cause)));
    for rule in report.rules.iter().filter(|rule| rule.expected) {
        let reason = rule.accepted_because().unwrap_or_default();
        out.push(format!("\n### Known: {}\n\n{} as expected: {}\n", code(&rule.id), rule.outcome, code(&reason)));
    }
    for reason in reasons(&report.rules, Outcome::Skipped) {
        out.push(format!("\nSkipped, {}: {}\n", count(reason.rules.len(), "rule"), code(reason.text)));
    }
    out
}

fn finding(word: &str, cause: &Cause<'_>) -> String {
    let rule = cause.rule;
    let apart = pattern(rule).map(|pattern| format!(" {pattern}")).unwrap_or_default();
    let mut out = format!("\n### {word}: {}{}\n\n{}\n", code(&rule.id), text(&apart), text(&rule.title));
    for finding in &cause.findings {
        let (scenario, violation) = (finding.first.scenario, finding.first.violation);
        let _ = writeln!(out, "\n- step {}, {}", code(&violation.step), code(&format!("{}:{}", scenario.feature, violation.line)));
        let _ = writeln!(out, "- expected {}", code(&violation.expected));
        let _ = writeln!(out, "- got {}", code(&violation.actual));
        if let Some(hint) = &violation.hint {
            let _ = writeln!(out, "- hint: {}", code(hint));
        }
        let evidence: Vec<_> = scenario.evidence(violation).iter().map(plain::exchange).collect();
        if !evidence.is_empty() {
            let title = if evidence.len() == 1 { "request and answer" } else { "requests and answers" };
            let _ = writeln!(out, "\n<details><summary>{title}</summary>\n\n{}\n</details>", fenced(&evidence.join("\n\n")));
        }
    }
    if !cause.others().is_empty() {
        let _ = writeln!(out, "\nLikewise {}", ids(cause.others()));
    }
    out
}

fn ids(rules: &[&RuleReport]) -> String {
    rules.iter().map(|rule| code(&rule.id)).collect::<Vec<_>>().join(", ")
}

/// Text of a feature file, escaped so that it contains no markup.
fn text(text: &str) -> String {
    clean_line(text).chars().flat_map(|c| c.is_ascii_punctuation().then_some('\\').into_iter().chain([c])).collect()
}

/// Untrusted text as inline code: nothing in it becomes markup, a link or a mention.
fn code(text: &str) -> String {
    let text = shorten(&clean_line(text), LINE);
    let fence = "`".repeat(longest_run(&text) + 1);
    if text.trim().is_empty() {
        return "(empty)".to_owned();
    }
    // Markdown removes one space on either side; the space separates a backtick from the fence.
    let pad = if text.starts_with([' ', '`']) || text.ends_with([' ', '`']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Untrusted lines as a code block.
fn fenced(text: &str) -> String {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    format!("{fence}text\n{text}\n{fence}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::sample;

    #[test]
    fn a_failing_report_reads_as_it_should() {
        insta::assert_snapshot!("one_failure", render(&sample::one_failure(), COMMENT));
        insta::assert_snapshot!("stale", render(&sample::stale(), COMMENT));
        insta::assert_snapshot!("stateless_mock", render(&sample::stateless_mock(), COMMENT));
    }

    #[test]
    fn a_long_report_is_cut_to_the_limit_and_counts_what_is_missing() {
        let mut report = sample::one_failure();
        let broken = report.rules[0].clone();
        for number in 0..2000 {
            let mut rule = broken.clone();
            rule.id = format!("create.one-phone-per-type-{number}");
            report.rules.push(rule);
        }
        for limit in [COMMENT, SUMMARY] {
            let text = render(&report, limit);
            assert!(text.len() <= limit && text.len() > limit - 4000, "{} of {limit}", text.len());
            assert!(text.ends_with(" more findings do not fit here; the JSON report has all of them.\n"));
        }
    }

    #[test]
    fn a_finding_that_is_too_large_is_left_out_alone() {
        let mut report = sample::one_failure();
        let mut large = report.rules[0].clone();
        large.id = "create.large".to_owned();
        large.title = "x".repeat(COMMENT);
        report.rules.insert(0, large);
        let text = render(&report, COMMENT);
        assert!(text.contains(report.rules[1].id.as_str()) && !text.contains("create.large"), "{text}");
        assert!(text.ends_with("\n1 more findings do not fit here; the JSON report has all of them.\n"), "{text}");
    }

    proptest! {
        #[test]
        fn text_stays_inside_its_code_span_or_block(text in prop::collection::vec(prop_oneof![any::<char>(), prop::sample::select(vec!['`', '\n', '<', '|'])], 0..40).prop_map(String::from_iter)) {
            let span = code(&text);
            prop_assert!(!span.contains('\n'));
            let fence: String = span.chars().take_while(|c| *c == '`').collect();
            if !fence.is_empty() {
                prop_assert_eq!(span.match_indices(&fence).filter(|(at, _)| !span[..*at].ends_with('`') && !span[at + fence.len()..].starts_with('`')).count(), 2);
            }
            let block = fenced(&text);
            let fence: String = block.chars().take_while(|c| *c == '`').collect();
            prop_assert_eq!(block.lines().filter(|line| line.trim().starts_with(&fence)).count(), 2);
        }
    }
}
