//! Deviations and unjudged rules, by root cause: each mistake appears once.

use maud::{Markup, html};

use super::exchange::{difference, request};
use super::shown::Shown;
use super::{label, link};
use crate::report::cause::{Cause, Shared, causes, reasons};
use crate::report::terminal::text::count;
use crate::report::{Outcome, Report, RuleReport, pattern};

/// If there are more rules than this, their names are folded away.
const NAMED: usize = 6;
/// At most this many ways of breaking a rule are shown here; the rule's own entry shows all.
const FINDINGS: usize = 3;

/// Deviations and the reasons why rules were not judged, worst first; then the skipped rules.
pub fn deviations(report: &Report) -> Markup {
    html! {
        @if report.rules.iter().any(stands_out) {
            section aria-labelledby="deviations" {
                h2 id="deviations" { "What did not pass" }
                ul.deviations {
                    @for cause in causes(report, Outcome::Failed) { (self::cause(&cause, Outcome::Failed)) }
                    (stale(report))
                    (unjudged(report, Outcome::Errored))
                    (unjudged(report, Outcome::Blocked))
                    @for cause in causes(report, Outcome::Warned) { (self::cause(&cause, Outcome::Warned)) }
                    (known(report))
                }
            }
        }
        @if report.rules.iter().any(|rule| rule.outcome == Outcome::Skipped) {
            section aria-labelledby="left-out" {
                h2 id="left-out" { "Skipped" }
                ul.deviations { (unjudged(report, Outcome::Skipped)) }
            }
        }
    }
}

/// Whether the scenario or rule ran and did not pass.
pub const fn deviates(outcome: Outcome) -> bool {
    !matches!(outcome, Outcome::Passed | Outcome::Skipped)
}

/// Whether a rule needs attention: it deviates, or does better than expected.
pub fn stands_out(rule: &RuleReport) -> bool {
    deviates(rule.outcome) || rule.is_stale()
}

fn cause(cause: &Cause<'_>, outcome: Outcome) -> Markup {
    html! {
        li {
            (label(outcome))
            p {
                (link(&cause.rule.id))
                @if let Some(pattern) = pattern(cause.rule) { " " strong { (pattern.to_string()) "." } }
                " " (Shown(&cause.rule.title))
            }
            @for (index, finding) in cause.findings.iter().take(FINDINGS).enumerate() {
                @if index > 0 { p { "And in another way:" } }
                @if let Some(exchange) = finding.first.exchange() { p { (request(exchange)) } }
                (difference(finding.first.violation))
            }
            @if let Some(more) = cause.findings.len().checked_sub(FINDINGS).filter(|more| *more > 0) {
                p { "And in " (count(more, "more way")) "." }
            }
            @match &cause.shared {
                Shared::Requirement(others) if others.is_empty() => {},
                Shared::Sometimes { note, rules: others } => {
                    p { (Shown(note)) }
                    @if !others.is_empty() { (rules("Other rules with this result", others)) }
                },
                Shared::Requirement(others) => (rules("Broken alike", others)),
                Shared::Operation { status, rules: others } => {
                    p {
                        (cause.rule.operation) " answers " (status) " to " (count(others.len() + 1, "rule"))
                        (match status {
                            401 => ", as if the token was not accepted",
                            403 => ", as if the caller was not allowed to",
                            404 | 405 | 501 => ", as if it was not implemented",
                            _ => "",
                        })
                        "."
                    }
                    (rules("Broken alike", others))
                },
            }
            @if !cause.consequences.is_empty() { (rules("Explained by this", &cause.consequences)) }
        }
    }
}

/// Entries of an expectation file that are out of date.
fn stale(report: &Report) -> Markup {
    html! {
        @for rule in report.rules.iter().filter(|rule| rule.is_stale()) {
            li {
                span.outcome.failed { "stale" }
                p { (link(&rule.id)) " does better than the expectation file says: remove its entry." }
                ul { @for (known, came) in rule.stale() { li { (came) ": " (reason(&known.reason)) } } }
            }
        }
    }
}

/// Known deviations, by the reason for accepting them.
fn known(report: &Report) -> Markup {
    let mut known: Vec<(String, Vec<&RuleReport>)> = Vec::new();
    for rule in report.rules.iter().filter(|rule| deviates(rule.outcome)) {
        let Some(reason) = rule.accepted_because() else { continue };
        match known.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, rules)) => rules.push(rule),
            None => known.push((reason, vec![rule])),
        }
    }
    html! {
        @for (reason, concerned) in known {
            li {
                span.outcome.known { "known" }
                p { (self::reason(&reason)) }
                (rules("As the expectation file says of", &concerned))
            }
        }
    }
}

/// Why a deviation is accepted.
pub fn reason(text: &str) -> Markup {
    html! { @if text.trim().is_empty() { "no reason is given" } @else { (Shown(text)) } }
}

/// Rules that were not judged, by reason.
fn unjudged(report: &Report, outcome: Outcome) -> Markup {
    let of_concern = report.rules.iter().filter(|rule| outcome == Outcome::Skipped || rule.is_unexpected(outcome));
    html! {
        @for reason in reasons(of_concern, outcome) {
            li {
                (label(outcome))
                p {
                    (Shown(reason.text))
                    @if reason.varies { " (identifiers and versions differ)" }
                }
                @if let Some(exchange) = reason.scenario.filter(|_| outcome == Outcome::Blocked).and_then(|scenario| scenario.exchanges.last()) {
                    p { (request(exchange)) }
                }
                (rules("Concerns", &reason.rules))
            }
        }
    }
}

/// A text followed by links to rules; many links are folded away.
fn rules(said: &str, rules: &[&RuleReport]) -> Markup {
    let links = html! {
        @for (index, rule) in rules.iter().enumerate() {
            @if index > 0 { ", " }
            (link(&rule.id))
        }
    };
    html! {
        @if rules.len() <= NAMED {
            p { (said) ": " (links) }
        } @else {
            details { summary { (said) ": " (count(rules.len(), "rule")) } (links) }
        }
    }
}
