//! A table with a row per operation and a column per area.

use maud::{Markup, html};

use crate::api::{Area, Operation};
use crate::report::{Counts, Outcome, Report};

/// The table; each cell links to its rules. Nothing if there are no rules.
pub fn matrix(report: &Report) -> Markup {
    let counts = |operation: Operation, area: Option<Area>| {
        let in_area = |rule: &Area| area.is_none_or(|area| area == *rule);
        Counts::of(report.rules.iter().filter(|rule| rule.operation == operation && in_area(&rule.area)))
    };
    html! {
        @if !report.rules.is_empty() {
            section aria-labelledby="matrix" {
                h2 id="matrix" { "Operations and areas" }
                table.matrix {
                    caption { "Rules passed of those that apply" }
                    thead {
                        tr {
                            td {}
                            @for area in Area::ALL { th scope="col" { (area) } }
                        }
                    }
                    tbody {
                        @for operation in Operation::ALL.iter().filter(|operation| total(&counts(**operation, None)) > 0) {
                            tr {
                                th scope="row" { (operation) }
                                @for area in Area::ALL { (cell(*operation, *area, &counts(*operation, Some(*area)))) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One cell; deviations appear in words below the number.
fn cell(operation: Operation, area: Area, counts: &Counts) -> Markup {
    let applicable = total(counts) - counts.skipped;
    let worst = Outcome::ALL.iter().copied().find(|outcome| counts.by(*outcome) > 0);
    html! {
        @match worst {
            None => td.none { "–" },
            Some(worst) => td class=(worst) {
                a href={ "#" (anchor(operation, area)) } {
                    @if applicable == 0 { "skipped" } @else { (counts.passed) "/" (applicable) }
                }
                @for outcome in [Outcome::Failed, Outcome::Errored, Outcome::Blocked, Outcome::Warned] {
                    @if counts.by(outcome) > 0 {
                        span class={ "mark " (outcome) } { (counts.by(outcome)) " " (outcome) }
                    }
                }
            },
        }
    }
}

/// The anchor of the rules of an operation and an area.
pub fn anchor(operation: Operation, area: Area) -> String {
    format!("{operation}-{area}")
}

fn total(counts: &Counts) -> u64 {
    Outcome::ALL.iter().map(|outcome| counts.by(*outcome)).sum()
}
