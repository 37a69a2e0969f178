//! A scenario as the feature file words it, with what was said in each step.

use std::ops::Range;

use maud::{Markup, html};

use super::exchange::{difference, exchange, line};
use super::label;
use super::shown::{Shown, step as step_text};
use crate::report::{Outcome, ScenarioReport, StepReport, Violation};

/// A scenario behind a disclosure.
pub fn scenario(scenario: &ScenarioReport, open: bool) -> Markup {
    let stray = |violation: &&Violation| !scenario.steps.iter().any(|step| step.line == violation.line);
    let parts = Parts { scenario };
    html! {
        details.scenario open[open] {
            summary {
                (label(scenario.outcome))
                " " span.name { span.keyword { "Scenario: " } (Shown(&scenario.name)) }
                " " span.version { (scenario.version) }
            }
            p.place { (Shown(&scenario.feature)) ":" (scenario.line) }
            @if let Some(reason) = &scenario.reason { p.reason { (Shown(reason)) } }
            @if !scenario.steps.is_empty() {
                ol.steps { (parts.steps()) }
            }
            @for violation in scenario.violations.iter().filter(stray) {
                div.stray { p { (Shown(&violation.step)) } (parts.violation(violation)) }
            }
            (parts.exchanges(parts.told()..scenario.exchanges.len()))
        }
    }
}

struct Parts<'a> {
    scenario: &'a ScenarioReport,
}

impl Parts<'_> {
    /// How many exchanges the steps account for.
    fn told(&self) -> usize {
        let told = self.scenario.steps.iter().fold(0_usize, |told, step| told.saturating_add(step.exchanges));
        told.min(self.scenario.exchanges.len())
    }

    fn steps(&self) -> Markup {
        let mut begin = 0;
        let all = self.scenario.exchanges.len();
        html! {
            @for step in &self.scenario.steps {
                @let end = step.exchanges.saturating_add(begin).min(all);
                (self.step(step, begin..end))
                @let () = begin = end;
            }
        }
    }

    fn step(&self, step: &StepReport, exchanges: Range<usize>) -> Markup {
        html! {
            li class=(step.outcome) {
                p {
                    span.keyword { (Shown(step.keyword.trim())) } " " (step_text(&step.text))
                    @match step.outcome {
                        Outcome::Passed => {},
                        Outcome::Skipped if self.scenario.outcome == Outcome::Skipped => {},
                        Outcome::Skipped => span.came { "not reached" },
                        outcome => strong class={ "came " (outcome) } { (outcome) " here" },
                    }
                }
                @for violation in self.scenario.violations.iter().filter(|violation| violation.line == step.line) {
                    (self.violation(violation))
                }
                (self.exchanges(exchanges))
            }
        }
    }

    /// What differs, and the answer in which it does.
    fn violation(&self, violation: &Violation) -> Markup {
        let judged = violation.exchange.and_then(|index| self.scenario.exchanges.get(index));
        html! {
            (difference(violation))
            @if let Some(judged) = judged { (exchange(judged, true)) }
        }
    }

    fn exchanges(&self, range: Range<usize>) -> Markup {
        let is_judged = |index| self.scenario.violations.iter().any(|violation| violation.exchange == Some(index));
        html! {
            @for index in range {
                @let this = &self.scenario.exchanges[index];
                @if is_judged(index) {
                    p.elsewhere { (line(this)) ": shown where it was judged" }
                } @else {
                    (exchange(this, false))
                }
            }
        }
    }
}
