//! What was not judged, and why: blocked, errored and skipped rules by reason, and a short list of advice and known
//! deviations.

use std::collections::BTreeSet;

use anstyle::Style;

use super::Detail;
use super::block::{self, Context, ids};
use super::brief;
use super::page::{BAD, DOUBTFUL, FAINT, Page};
use super::text::count;
use crate::report::cause::{Reason, causes, reasons};
use crate::report::{Outcome, Report, RuleReport, Skip};

/// If the target file lacks more things than this, each is shown in short.
const LACKS: usize = 3;
/// The short form names at most this many of them.
const NAMED: usize = 5;

/// Blocked or errored rules: each reason once, followed by its rules.
pub fn unjudged(page: &mut Page, report: &Report, outcome: Outcome, word: &str, context: &Context<'_, '_>) {
    let rules = report.rules.iter().filter(|rule| rule.is_unexpected(outcome));
    for reason in reasons(rules, outcome) {
        page.blank();
        // A note about the whole run already says this.
        if context.detail != Detail::Verbose && report.notes.iter().any(|note| note.message.starts_with(reason.text)) {
            page.heading(DOUBTFUL, word, &format!("{}: see the NOTE above", count(reason.rules.len(), "rule")));
            continue;
        }
        let alike = if reason.varies { " (identifiers and versions differ)" } else { "" };
        // The verdict names the base address; leaving it out here makes room for the path.
        let text = reason.text.replace(&format!("{}/", context.base_url.trim_end_matches('/')), "/");
        page.heading(DOUBTFUL, word, &format!("{}: {text}{alike}", count(reason.rules.len(), "rule")));
        page.field(if reason.rules.len() == 1 { "rule" } else { "rules" }, &ids(&reason.rules));
        let last = reason.scenario.and_then(|scenario| scenario.exchanges.last());
        match last {
            Some(exchange) if context.detail == Detail::Verbose => block::exchange(page, exchange, context),
            Some(exchange) => brief::request_and_answer(page, exchange, context),
            None => {}
        }
    }
}

/// Advisory rules that do not hold: two lines each, or in full.
pub fn warned(page: &mut Page, report: &Report, context: &Context<'_, '_>) {
    page.blank();
    for cause in causes(report, Outcome::Warned) {
        if context.detail == Detail::Verbose {
            block::cause(page, DOUBTFUL, "WARN", &cause, context);
            continue;
        }
        page.heading(DOUBTFUL, "WARN", &format!("{}: {}", cause.rule.id, cause.rule.title));
        if let Some(finding) = cause.findings.first() {
            let violation = finding.first.violation;
            let more = match cause.findings.len() - 1 {
                0 => String::new(),
                more => format!("; and in {}, -v shows all", count(more, "more way")),
            };
            page.prose(2, &format!("expected {}; got {}{more}", violation.expected, violation.actual));
        }
        block::others(page, &cause, context.detail);
    }
}

/// Known deviations.
pub fn expected(page: &mut Page, report: &Report) {
    let known: Vec<&RuleReport> = report.rules.iter().filter(|rule| rule.accepted_because().is_some()).collect();
    if known.is_empty() {
        return;
    }
    page.blank();
    let verb = if known.len() == 1 { "deviates" } else { "deviate" };
    page.heading(FAINT, "KNOWN", &format!("{} {verb} as the expectation file says", count(known.len(), "rule")));
    for rule in known {
        let reason = rule.accepted_because().filter(|reason| !reason.trim().is_empty()).map(|reason| format!(": {reason}"));
        let in_part = if rule.expected { "" } else { " in part" };
        page.prose(2, &format!("{} {}{in_part}{}", rule.id, rule.outcome, reason.unwrap_or_default()));
    }
}

/// Entries of an expectation file that are out of date.
pub fn stale(page: &mut Page, report: &Report) {
    let stale: Vec<&RuleReport> = report.rules.iter().filter(|rule| rule.is_stale()).collect();
    if stale.is_empty() {
        return;
    }
    page.blank();
    let verb = if stale.len() == 1 { "does" } else { "do" };
    page.heading(BAD, "STALE", &format!("{} {verb} better than the expectation file says: remove the entries", count(stale.len(), "rule")));
    for rule in stale {
        for (_, came) in rule.stale() {
            page.prose(2, &format!("{}: {came}", rule.id));
        }
    }
}

/// Reasons for skipping, with the number of rules; the rules are named only with `-v`. If the target file lacks many
/// things, they are listed in short.
pub fn skipped(page: &mut Page, report: &Report, detail: Detail) {
    const STYLE: Style = FAINT;
    page.blank();
    let lacks = |reason: &Reason<'_>| reason.scenario.is_some_and(|scenario| scenario.skip == Some(Skip::TargetLacks));
    let (lacking, others): (Vec<_>, Vec<_>) = reasons(&report.rules, Outcome::Skipped).into_iter().partition(lacks);
    let in_short = detail != Detail::Verbose && lacking.len() > LACKS;
    if in_short {
        let rules: BTreeSet<&str> = lacking.iter().flat_map(|reason| &reason.rules).map(|rule| rule.id.as_str()).collect();
        let named: Vec<_> = lacking.iter().take(NAMED).map(|reason| format!("{} ({})", need(reason.text), reason.rules.len())).collect();
        let more = lacking.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let (rules, verb) = (count(rules.len(), "rule"), if rules.len() == 1 { "needs" } else { "need" });
        let lacks = if report.init.is_some() { "more than the options say" } else { "what the target file lacks" };
        page.heading(STYLE, "SKIP", &format!("{rules} {verb} {lacks}: {}{more}", named.join(", ")));
        if report.init.is_none() {
            page.field("hint", "`--dry-run` says what to add, and for which rules");
        }
    }
    let list = |page: &mut Page, reasons: &[Reason<'_>]| {
        for reason in reasons {
            page.heading(STYLE, "SKIP", &format!("{}: {}", count(reason.rules.len(), "rule"), reason.text));
            if detail == Detail::Verbose {
                page.aside(2, &ids(&reason.rules));
            }
        }
    };
    if !in_short {
        list(page, &lacking);
    }
    if let Some(init) = report.init.as_ref().filter(|_| !lacking.is_empty()) {
        // Not wrapped, so that the command can be copied.
        page.verbatim_field("hint", ["a target file can supply them; this command writes one with instructions:".to_owned(), init.clone()]);
    }
    list(page, &others);
}

/// What a reason for skipping needs, without the advice on how to supply it.
fn need(reason: &str) -> &str {
    let need = reason.strip_prefix("needs ").unwrap_or(reason);
    need.split_once(": ").map_or(need, |(need, _)| need)
}
