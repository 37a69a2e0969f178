//! A broken rule in full: its requirement, its source, the request and the answer.

use anstyle::Style;

use super::brief::headline;
use super::caret::caret;
use super::page::Page;
use super::text::{body, count};
use super::{Detail, FeatureText};
use crate::api::Severity;
use crate::report::cause::{Cause, FailedCheck, Finding, Shared};
use crate::report::{ExchangeReport, RuleReport, Runs};

/// At most this many ways of breaking a rule are shown, except with `-v`.
const FINDINGS: usize = 3;
/// At most this many further cases of a finding are named, except with `-v`.
const CASES: usize = 3;

/// What a block needs to know apart from the rule.
pub struct Context<'a, 'text> {
    pub base_url: &'a str,
    pub detail: Detail,
    pub feature_text: &'a FeatureText<'text>,
}

/// A root cause: its first rule in full, then the names of the others.
pub fn cause(page: &mut Page, style: Style, word: &str, cause: &Cause<'_>, context: &Context<'_, '_>) {
    page.blank();
    page.heading(style, word, &headline(cause));
    if matches!(cause.shared, Shared::Operation { .. }) {
        page.field("rule", &cause.rule.id);
    }
    rule(page, cause.rule, &cause.findings, context);
    others(page, cause, context.detail);
}

/// The rules with the same cause, on one line.
pub fn others(page: &mut Page, cause: &Cause<'_>, detail: Detail) {
    if !cause.consequences.is_empty() {
        page.field("explains", &ids(&cause.consequences));
    }
    if cause.others().is_empty() {
        return;
    }
    match &cause.shared {
        Shared::Requirement(rules) if detail != Detail::Verbose => {
            let operations: Vec<&str> = rules.iter().map(|rule| rule.operation.name()).collect();
            page.field("same at", &operations.join(", "));
        }
        Shared::Requirement(rules) => page.field("same at", &ids(rules)),
        Shared::Operation { rules, .. } | Shared::Sometimes { rules, .. } => page.field("likewise", &ids(rules)),
    }
}

/// The ids of rules, as a list in a sentence.
pub fn ids(rules: &[&RuleReport]) -> String {
    rules.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>().join(", ")
}

fn rule(page: &mut Page, rule: &RuleReport, findings: &[Finding<'_>], context: &Context<'_, '_>) {
    page.prose(2, &rule.title);
    let weight = match rule.severity {
        Severity::Must => "",
        Severity::Advisory => "advisory, ",
    };
    page.field("source", &format!("{} ({weight}basis: {})", rule.sources.join("; "), rule.basis));
    if findings.is_empty() {
        let reason = rule.scenarios.iter().find_map(|scenario| scenario.reason.as_deref());
        page.field("actual", reason.unwrap_or("no check was recorded"));
    }
    let shown = if context.detail == Detail::Verbose { findings.len() } else { FINDINGS };
    for (index, finding) in findings.iter().take(shown).enumerate() {
        if index > 0 {
            page.prose(2, "and in another way:");
        }
        self::finding(page, finding, index.checked_sub(1).and_then(|before| findings.get(before)), context);
    }
    if let Some(hidden) = findings.len().checked_sub(shown).filter(|hidden| *hidden > 0) {
        page.field("also", &format!("broken in {}; -v shows all", count(hidden, "more way")));
    }
}

fn finding(page: &mut Page, finding: &Finding<'_>, before: Option<&Finding<'_>>, context: &Context<'_, '_>) {
    let case = &finding.first;
    // A walk or sighting has no step in the feature file to point at.
    let source = (context.feature_text)(&case.scenario.feature).filter(|_| case.scenario.is_own());
    let caret = source.and_then(|text| caret(case, text, page.width() - 2));
    if let Some(caret) = &caret {
        for line in caret.text.lines() {
            page.raw(&format!("  {line}"));
        }
    } else {
        let FailedCheck { scenario, violation } = case;
        let place = match scenario.seen_in() {
            Some(seen_in) => format!("seen in {seen_in}"),
            None => format!("{}:{}", scenario.feature, violation.line),
        };
        page.field("step", &format!("{} ({place}, {})", violation.step, scenario.version));
    }
    if !caret.is_some_and(|caret| caret.complete) {
        page.field("expected", &case.violation.expected);
    }
    page.field("actual", &case.violation.actual);
    if let Some(hint) = &case.violation.hint {
        page.field("hint", hint);
    }
    if let Some(runs) = case.scenario.runs.filter(Runs::differ) {
        page.field("runs", &runs.to_string());
    }
    // If two checks judge one answer, it is shown once.
    let answer = case.exchange();
    let repeated = before.and_then(|before| before.first.exchange());
    if let Some(answer) = answer.filter(|answer| !repeated.is_some_and(|repeated| std::ptr::eq(*answer, repeated))) {
        exchange(page, answer, context);
    }
    // A sighting shows all its exchanges.
    for shown in case.scenario.exchanges.iter().skip(1).filter(|_| case.scenario.seen_in().is_some()) {
        exchange(page, shown, context);
    }
    if case.scenario.walk().is_some() {
        page.field("walk", &case.scenario.name);
        // Not wrapped, so that the commands can be copied.
        page.verbatim_field("in order", case.scenario.exchanges.iter().map(|exchange| exchange.curl.clone()));
    }
    cases(page, &finding.also, context.detail);
}

/// The request, the answer, and a command that repeats the request.
pub fn exchange(page: &mut Page, exchange: &ExchangeReport, context: &Context<'_, '_>) {
    let path = exchange.url.strip_prefix(context.base_url.trim_end_matches('/')).filter(|path| path.starts_with('/'));
    let path = path.unwrap_or(&exchange.url);
    page.verbatim_field("sent", [format!("{} {path}", exchange.method)]);
    if let Some(text) = &exchange.request_body {
        page.verbatim_field("", body(text, page.field_width()));
    }
    match exchange.status {
        Some(status) => page.verbatim_field("got", [status.to_string()]),
        None => page.verbatim_field("got", ["no answer".to_owned()]),
    }
    if context.detail == Detail::Verbose {
        page.verbatim_field("", exchange.response_headers.iter().map(|(name, value)| format!("{name}: {value}")));
    }
    if let Some(text) = &exchange.response_body {
        page.verbatim_field("", body(text, page.field_width()));
    }
    // Not wrapped, so that the command can be copied.
    page.verbatim_field("repeat", exchange.curl.lines().map(str::to_owned));
}

fn cases(page: &mut Page, cases: &[FailedCheck<'_>], detail: Detail) {
    if cases.is_empty() {
        return;
    }
    if detail == Detail::Verbose {
        let line = |case: &FailedCheck<'_>| {
            let FailedCheck { scenario, violation } = case;
            format!("{} {} ({}:{})", scenario.version, scenario.id, scenario.feature, violation.line)
        };
        page.verbatim_field("also", cases.iter().map(line));
        return;
    }
    let name = |case: &FailedCheck<'_>| {
        let id = &case.scenario.id;
        let name = id.split_once('/').map_or(id.as_str(), |(_, name)| name);
        let name = case.scenario.seen_in().map_or_else(|| name.to_owned(), |seen_in| format!("in passing in {seen_in}"));
        format!("{} {name}", case.scenario.version)
    };
    let mut text = cases.iter().take(CASES).map(name).collect::<Vec<_>>().join(", ");
    if let Some(hidden) = cases.len().checked_sub(CASES).filter(|hidden| *hidden > 0) {
        text = format!("{text}, {hidden} more; -v shows all");
    }
    page.field("also", &text);
}
