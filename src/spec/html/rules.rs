//! Every rule: quotations from its sources, and its scenarios.

use maud::{Markup, html};

use crate::api::{Area, Operation};
use crate::report::html::{Shown, anchor, command, fragment, label};
use crate::report::terminal::text::count;

use super::super::faults::{families, named};
use super::super::page::{origin, weight};
use super::super::{RuleEntry, Spec, evidence};

/// All rules, by operation and area.
pub fn rules(spec: &Spec) -> Markup {
    html! {
        section aria-labelledby="rules" {
            h2 id="rules" tabindex="-1" { "Rules" }
            @for operation in Operation::ALL {
                @for area in Area::ALL { (group(spec, *operation, *area)) }
            }
        }
    }
}

fn group(spec: &Spec, operation: Operation, area: Area) -> Markup {
    let mut rules = spec.rules_of(operation, area).peekable();
    html! {
        @if rules.peek().is_some() {
            section.group id=(anchor(operation, area)) aria-label={ (operation) ", " (area) } {
                h3 { (operation) ": " (area) }
                @for rule in rules { (self::rule(spec, rule)) }
            }
        }
    }
}

fn rule(spec: &Spec, rule: &RuleEntry) -> Markup {
    let kinds = format!("{} {}", rule.severity, rule.basis);
    let outcome = rule.outcome.map(|outcome| format!(" {outcome}")).unwrap_or_default();
    html! {
        details.rule data-outcomes={ (kinds) (outcome) } data-operation=(rule.operation) data-area=(rule.area) {
            summary {
                @if let Some(outcome) = rule.outcome { (label(outcome)) }
                h4 {
                    code { (rule.id) } " "
                    span.title { (Shown(&rule.title)) }
                }
                span.weight { (weight(rule)) }
            }
            // A link to this element unfolds the rule, even without the script.
            div.body id=(rule.id) tabindex="-1" {
                p.place { a href=(fragment(&rule.id)) { "Link to this rule" } ", " (rule.feature) ":" (rule.line) }
                (grounds(spec, rule))
                pre.gherkin { code { (Shown(&rule.gherkin)) } }
                (faults(rule))
                @if spec.report.is_none() {
                    p.hint { "Check an endpoint for this rule alone:" }
                    (command(&format!("{} --target target.toml --rule {}", env!("CARGO_PKG_NAME"), rule.id)))
                }
            }
        }
    }
}

/// What a rule is based on: the statements that it checks, and other quotations.
fn grounds(spec: &Spec, rule: &RuleEntry) -> Markup {
    html! {
        ul.grounds {
            @for (document, statement) in spec.statements_of(&rule.id) {
                li {
                    a href=(fragment(&statement.id)) { (statement.id) } " " (Shown(&statement.section))
                    blockquote lang=(document.lang) { (Shown(&statement.quote)) }
                }
            }
            @for source in &rule.sources {
                @if let Some((entry, quote)) = evidence(spec, source) {
                    li {
                        (Shown(source))
                        @if let Some(quote) = quote { blockquote { (Shown(quote)) } }
                        p.hint { (Shown(&origin(entry))) }
                    }
                }
            }
        }
    }
}

fn faults(rule: &RuleEntry) -> Markup {
    html! {
        @if rule.faults.is_empty() { p.hint { "No fault of the built-in server breaks this rule." } } @else {
            details.faults {
                summary { "Faults of the built-in server that break it: " (count(rule.faults.len(), "fault")) }
                ul { @for (fault, variants) in families(&rule.faults) {
                    li { code { (named(&fault.id, &variants)) } " " (Shown(&fault.summary)) }
                } }
            }
        }
    }
}
