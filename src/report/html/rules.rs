//! Every rule: its requirement, its sources, and the results of its scenarios.

use maud::{Markup, html};

use super::deviations::{reason, stands_out};
use super::matrix::anchor;
use super::shown::Shown;
use super::{command, label, scenario, summary};
use crate::api::{Area, Basis, Operation, Severity};
use crate::report::cause::{causes, findings, reasons};
use crate::report::{Announcement, Outcome, Report, RuleReport, ScenarioReport};

/// This many failed rules are unfolded at the start, one per root cause.
const OPEN: usize = 5;
/// This many scenarios of an unfolded rule are unfolded, one per way of breaking it.
const OPEN_SCENARIOS: usize = 3;

/// All rules, by operation and area.
pub fn rules(report: &Report) -> Markup {
    let open: Vec<&str> = causes(report, Outcome::Failed).iter().take(OPEN).map(|cause| cause.rule.id.as_str()).collect();
    html! {
        section aria-labelledby="rules" {
            h2 id="rules" tabindex="-1" { "Rules" }
            (filter(report))
            @for operation in Operation::ALL {
                @for area in Area::ALL {
                    (group(report, *operation, *area, &open))
                }
            }
            p #no-match hidden { "No rule matches." }
        }
    }
}

/// The filter of the list. Only the script can use it, so only the script shows it.
fn filter(report: &Report) -> Markup {
    html! {
        form #filter role="search" aria-label="Filter the rules" hidden {
            label { "Outcome" select name="outcome" {
                option value="" { "all" }
                @if report.rules.iter().any(stands_out) { option value="deviating" { "all that did not pass" } }
                @if report.rules.iter().any(|rule| rule.expected) { option value="known" { "as expected" } }
                @if report.rules.iter().any(RuleReport::is_stale) { option value="stale" { "stale" } }
                @for outcome in Outcome::ALL.iter().filter(|outcome| report.counts.by(**outcome) > 0) {
                    option { (outcome) }
                }
            } }
            label { "Operation" select name="operation" {
                option value="" { "all" }
                @for operation in Operation::ALL { option { (operation) } }
            } }
            label { "Area" select name="area" {
                option value="" { "all" }
                @for area in Area::ALL { option { (area) } }
            } }
            label { "Text" input type="search" name="text" placeholder="rule, scenario, request, answer" autocomplete="off"; }
            button type="reset" { "Show all" }
            output #shown {}
        }
    }
}

fn group(report: &Report, operation: Operation, area: Area, open: &[&str]) -> Markup {
    let mut rules = report.rules.iter().filter(|rule| rule.operation == operation && rule.area == area).peekable();
    let file = rules.peek().and_then(|rule| rule.scenarios.first()).map_or("", |scenario| &scenario.feature);
    html! {
        @if rules.peek().is_some() {
            section.group id=(anchor(operation, area)) aria-label={ (operation) ", " (area) } {
                h3 { (operation) ": " (area) }
                p.place { (Shown(file)) }
                @for rule in rules {
                    (self::rule(report, rule, file, open.contains(&rule.id.as_str())))
                }
            }
        }
    }
}

/// A rule of a group whose other rules are in `file`.
fn rule(report: &Report, rule: &RuleReport, file: &str, open: bool) -> Markup {
    html! {
        details.rule open[open] data-outcomes=(outcomes(rule)) data-operation=(rule.operation) data-area=(rule.area) {
            summary {
                (label(rule.outcome))
                h4 {
                    code { (Shown(&rule.id)) } " "
                    span.title { (Shown(&rule.title)) }
                }
                @if rule.expected { span.expected { "as expected" } }
                @if rule.is_stale() { span.expected { "stale expectation" } }
            }
            // A link to this element unfolds the rule, even without the script.
            div.body id=(Shown(&rule.id)) tabindex="-1" {
                dl.facts {
                    div { dt { "Asked for by" } dd { ul { @for source in &rule.sources { li { (Shown(source)) } } } } }
                    div { dt { "Weight" } dd { (weight(rule)) } }
                    @if !rule.announced.is_empty() {
                        div { dt { "Expectation file" } dd { ul { @for known in &rule.announced { li { (announced(known)) } } } } }
                    }
                }
                @if matches!(rule.outcome, Outcome::Errored | Outcome::Blocked | Outcome::Skipped) {
                    @for reason in reasons([rule], rule.outcome) {
                        p.reason { b { (rule.outcome) ": " } (Shown(reason.text)) }
                    }
                }
                @let shown = first_cases(rule);
                @for scenario in &rule.scenarios {
                    @let mut alike = rule.alike(scenario);
                    // The entry of the first passed case names the other passed cases.
                    @if scenario.outcome != Outcome::Passed || alike.next().is_none_or(|first| std::ptr::eq(first, scenario)) {
                        @let other_file = (scenario.feature != file).then_some(scenario.feature.as_str());
                        (scenario::scenario(scenario, other_file, shown.iter().any(|first| std::ptr::eq(*first, scenario)), alike))
                    }
                }
                @if stands_out(rule) {
                    div.again {
                        p { "Check this rule alone" }
                        (command(&summary::again(report, &[&rule.id])))
                        p { "Read all that it asks" }
                        (command(&format!("{} spec {}", report.tool.name, rule.id)))
                    }
                }
            }
        }
    }
}

/// What an expectation file says about the rule, and why.
fn announced(known: &Announcement) -> Markup {
    html! {
        (known.outcome)
        @if let Some(version) = known.version { " in " (version) }
        @if known.stale { " (stale)" }
        ": " (reason(&known.reason))
    }
}

/// The words by which the filter finds a rule.
fn outcomes(rule: &RuleReport) -> String {
    let more = [(stands_out(rule), " deviating"), (rule.expected, " known"), (rule.is_stale(), " stale")];
    more.into_iter().filter(|(holds, _)| *holds).fold(rule.outcome.name().to_owned(), |outcomes, (_, word)| outcomes + word)
}

/// The scenarios to look at: one per way of breaking the rule, or one that could not be judged.
fn first_cases(rule: &RuleReport) -> Vec<&ScenarioReport> {
    let mut cases: Vec<&ScenarioReport> =
        findings(rule, rule.outcome).iter().map(|finding| finding.first.scenario).take(OPEN_SCENARIOS).collect();
    if cases.is_empty() && matches!(rule.outcome, Outcome::Errored | Outcome::Blocked) {
        cases.extend(rule.scenarios.iter().find(|scenario| scenario.outcome == rule.outcome));
    }
    cases
}

/// The severity and the basis of a rule, in words.
fn weight(rule: &RuleReport) -> String {
    let severity = match rule.severity {
        Severity::Must => "a requirement",
        Severity::Advisory => "advisory",
    };
    let basis = match rule.basis {
        Basis::Stated => "stated in the documents of the API",
        Basis::Reference => "stated on another page of the public reference",
        Basis::Observed => "seen in the live service's answers",
    };
    format!("{severity}, {basis}")
}
