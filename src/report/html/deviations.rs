//! What deviates and what was not judged, by root cause: one mistake is read once.

use maud::{Markup, html};

use super::shown::Shown;
use super::{label, link};
use crate::report::cause::{Cause, Shared, causes, reasons};
use crate::report::terminal::text::count;
use crate::report::{Outcome, Report, RuleReport};

/// More rules than this are named behind a disclosure.
const NAMED: usize = 6;

/// Every deviation and every reason for not judging, worst first. Nothing where everything passed.
pub fn deviations(report: &Report) -> Markup {
    let known: Vec<_> = report.rules.iter().filter(|rule| rule.expected && deviates(rule.outcome)).collect();
    let nothing = known.is_empty() && report.rules.iter().all(|rule| rule.outcome == Outcome::Passed);
    html! {
        @if !nothing {
            section aria-labelledby="deviations" {
                h2 id="deviations" {
                    @if report.rules.iter().any(|rule| deviates(rule.outcome)) { "What did not pass" } @else { "What was left out" }
                }
                ul.deviations {
                    @for cause in causes(report, Outcome::Failed) { (self::cause(&cause, Outcome::Failed)) }
                    (unjudged(report, Outcome::Errored))
                    (unjudged(report, Outcome::Blocked))
                    @for cause in causes(report, Outcome::Warned) { (self::cause(&cause, Outcome::Warned)) }
                    @if !known.is_empty() {
                        li {
                            span.outcome.known { "known" }
                            (rules("As the expectation file says", &known))
                        }
                    }
                    (unjudged(report, Outcome::Skipped))
                }
            }
        }
    }
}

/// Whether an outcome is neither a success nor no judgement at all.
pub const fn deviates(outcome: Outcome) -> bool {
    !matches!(outcome, Outcome::Passed | Outcome::Skipped)
}

fn cause(cause: &Cause<'_>, outcome: Outcome) -> Markup {
    html! {
        li {
            (label(outcome))
            p {
                (link(&cause.rule.id)) " " (Shown(&cause.rule.title))
            }
            @if let Some(finding) = cause.findings.first() {
                dl.difference {
                    dt { "Expected" } dd.expected { (Shown(&finding.first.violation.expected)) }
                    dt { "Got" } dd.actual { (Shown(&finding.first.violation.actual)) }
                }
            }
            @match &cause.shared {
                Shared::Requirement(others) if others.is_empty() => {},
                Shared::Requirement(others) => (rules("Broken alike", others)),
                Shared::Operation { status, rules: others } => {
                    p {
                        (cause.rule.operation) " answers " (status) " whatever is asked, as if "
                        (match status {
                            401 => "the token was not accepted",
                            403 => "the caller was not allowed to",
                            404 | 405 | 501 => "it was not implemented",
                            _ => "it did not work",
                        })
                        "."
                    }
                    (rules("Broken alike", others))
                },
            }
        }
    }
}

/// Rules without a judgement, by reason.
fn unjudged(report: &Report, outcome: Outcome) -> Markup {
    let of_concern = report.rules.iter().filter(|rule| outcome == Outcome::Skipped || !rule.expected);
    html! {
        @for reason in reasons(of_concern, outcome) {
            li {
                (label(outcome))
                p {
                    (Shown(reason.text))
                    @if reason.varies { " (alike but for identifiers and version)" }
                }
                (rules("Concerns", &reason.rules))
            }
        }
    }
}

/// Links to rules after what is said of them; many of them behind a disclosure.
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
