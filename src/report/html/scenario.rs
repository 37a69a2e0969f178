//! A scenario in the words of the feature file, with the exchanges of each step.

use std::collections::BTreeMap;
use std::ops::Range;

use maud::{Markup, html};

use super::exchange::{difference, exchange, line};
use super::shown::{Shown, step as step_text};
use super::{label, link};
use crate::report::terminal::text::duration;
use crate::report::{Outcome, ScenarioReport, StepReport, Violation};

/// A scenario that the reader can unfold. `file` is its feature file, if the page has not named it above. If it passed,
/// `alike` are the other passed cases; only their names are shown.
pub fn scenario<'a>(scenario: &ScenarioReport, file: Option<&str>, open: bool, alike: impl Iterator<Item = &'a ScenarioReport>) -> Markup {
    let parts = Parts { scenario };
    let mut alike = alike.filter(|_| scenario.outcome == Outcome::Passed).peekable();
    html! {
        details.scenario open[open] {
            summary {
                (label(scenario.outcome))
                " " span.name { (name(scenario)) }
                " " span.version { (scenario.version) }
            }
            p.place {
                @if let Some(file) = file { (Shown(file)) ", " }
                "line " (scenario.line)
                @if scenario.duration_ms > 0 { ", " (duration(scenario.duration_ms)) }
                // The rule around it has the first part of the id.
                br; (Shown(if scenario.is_own() { scenario.short_name() } else { &scenario.id }))
            }
            @if let Some((rule, _)) = scenario.seen_in().and_then(|id| id.split_once('/')) {
                p.reason { "Seen during a scenario of " (link(rule)) ". " (Shown(rule)) " itself may hold." }
            }
            @if let Some(reason) = &scenario.reason { p.reason { (Shown(reason)) } }
            @if let Some(case) = &scenario.case {
                p.reason { @for (what, value) in case { (Shown(what)) ": " (Shown(value)) br; } }
            }
            @if let Some(runs) = scenario.runs { p.reason { "It " (runs) "." } }
            @if !scenario.steps.is_empty() {
                ol.steps { (parts.steps()) }
            }
            @for violation in scenario.violations.iter().filter(|violation| parts.step_of(violation).is_none()) {
                div.stray {
                    // The step of a sighting is the name of a scenario, and the summary already shows that name.
                    @if scenario.seen_in().is_none() { p { (Shown(&violation.step)) } }
                    (parts.violation(violation))
                }
            }
            (parts.exchanges(parts.exchanges_in_steps()..scenario.exchanges.len(), None))
            @if alike.peek().is_some() {
                p { "The same steps passed as well with" }
                ul.alike { @for other in alike { li { (variant(other)) } } }
            }
        }
    }
}

/// The version and the values that distinguish a case from the other cases of its scenario.
fn variant(scenario: &ScenarioReport) -> Markup {
    html! {
        (scenario.version)
        @for value in scenario.case.iter().flat_map(BTreeMap::values) { ", " (Shown(value)) }
    }
}

/// The name of the scenario. A walk's name already says that it is a walk.
fn name(scenario: &ScenarioReport) -> Markup {
    html! {
        @if scenario.walk().is_none() {
            span.keyword { @if scenario.seen_in().is_some() { "While: " } @else { "Scenario: " } }
        }
        (Shown(&scenario.name))
    }
}

struct Parts<'a> {
    scenario: &'a ScenarioReport,
}

impl Parts<'_> {
    /// The number of exchanges that belong to steps.
    fn exchanges_in_steps(&self) -> usize {
        let number = self.scenario.steps.iter().fold(0_usize, |number, step| number.saturating_add(step.exchanges));
        number.min(self.scenario.exchanges.len())
    }

    /// The index of the step that a check belongs to. All steps of a walk have the same line; of these, it is the step
    /// that went wrong.
    fn step_of(&self, violation: &Violation) -> Option<usize> {
        let steps = || self.scenario.steps.iter().enumerate().filter(|(_, step)| step.line == violation.line);
        let decided = steps().find(|(_, step)| !matches!(step.outcome, Outcome::Passed | Outcome::Skipped));
        decided.or_else(|| steps().next()).map(|(index, _)| index)
    }

    fn steps(&self) -> Markup {
        let mut begin = 0;
        let all = self.scenario.exchanges.len();
        html! {
            @for (index, step) in self.scenario.steps.iter().enumerate() {
                @let end = step.exchanges.saturating_add(begin).min(all);
                (self.step(index, step, begin..end))
                @let () = begin = end;
            }
        }
    }

    fn step(&self, index: usize, step: &StepReport, exchanges: Range<usize>) -> Markup {
        html! {
            li class=(step.outcome) {
                p {
                    b { (Shown(step.keyword.trim())) } " " (step_text(&step.text))
                    @match step.outcome {
                        Outcome::Passed => {},
                        Outcome::Skipped if self.scenario.outcome == Outcome::Skipped => {},
                        Outcome::Skipped => span.came { "not reached" },
                        // The steps of a walk are not in a file.
                        outcome => strong class={ "came " (outcome) } {
                            (outcome) " here" @if self.scenario.walk().is_none() { ", line " (step.line) }
                        },
                    }
                }
                @for violation in self.scenario.violations.iter().filter(|violation| self.step_of(violation) == Some(index)) {
                    (self.violation(violation))
                }
                (self.exchanges(exchanges, Some(index)))
            }
        }
    }

    /// The difference, with the answer that shows it.
    fn violation(&self, violation: &Violation) -> Markup {
        let judged = violation.exchange.and_then(|index| self.scenario.exchanges.get(index));
        html! {
            (difference(violation))
            @if let Some(judged) = judged { (exchange(judged, true)) }
        }
    }

    /// The exchanges of a step, or those after the last one. A walk or sighting unfolds all of them, because all are
    /// needed to see what is wrong.
    fn exchanges(&self, range: Range<usize>, step: Option<usize>) -> Markup {
        let judging = |index| self.scenario.violations.iter().find(|violation| violation.exchange == Some(index));
        html! {
            @for index in range {
                @let this = &self.scenario.exchanges[index];
                @match judging(index) {
                    // For a passed scenario the request line is enough; the JSON report has the rest.
                    None if self.scenario.outcome == Outcome::Passed => { p.elsewhere { (line(this)) } },
                    None => (exchange(this, !self.scenario.is_own())),
                    Some(violation) => @if self.step_of(violation) != step { p.elsewhere { (line(this)) ": see the step that judged it" } },
                }
            }
        }
    }
}
