//! The specification as a page for reviewers: one file that needs no network and works without JavaScript.

mod documents;
mod rules;
mod sources;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::api::{Area, Operation};
use crate::report::Outcome;
use crate::report::html::{SCRIPT, Shown, anchor, fragment, head};

use super::{Part, RuleEntry, Spec, StatementEntry};

/// The style that only this page needs.
const STYLE: &str = include_str!("spec.css");

/// Renders the specification as a page.
///
/// Text is escaped, and the page's policy allows only its own style and script.
pub fn to_html(spec: &Spec) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(Some(SCRIPT), Some(STYLE), &html! { "Specification of phoneAuthenticationMethod" }))
            body {
                a.skip href="#rules" { "Skip to the rules" }
                header { (headline(spec)) }
                main {
                    (contents(spec))
                    @if spec.part == Part::Whole { (sources::decisions(spec)) }
                    (documents::overview(spec))
                    (matrix(spec))
                    (documents::documents(spec, &filter(spec)))
                    (rules::rules(spec))
                    (documents::untested(spec))
                    (sources::evidence(spec))
                    (sources::glossary(spec))
                }
                footer {
                    p {
                        "Made by " code { (concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"))) }
                        ", which checks whether an endpoint behaves as the documents of Microsoft Graph's phoneAuthenticationMethod API say."
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn headline(spec: &Spec) -> Markup {
    let statements: usize = spec.documents.iter().map(|document| document.statements.len()).sum();
    let untested = spec.documents.iter().flat_map(|document| &document.statements).filter(|one| one.untested.is_some()).count();
    let scenarios: usize = spec.rules.iter().map(|rule| rule.scenarios.len()).sum();
    html! {
        p.kind { "Specification" }
        h1 { "phoneAuthenticationMethod" }
        p.lead { (spec.evidence) }
        ul.counts aria-label="Counts" {
            @for (number, thing) in [
                (spec.documents.len(), "document"),
                (statements, "statement"),
                (untested, "untested statement"),
                (spec.rules.len(), "rule"),
                (scenarios, "scenario"),
            ] {
                li { b { (number) } " " (thing) @if number != 1 { "s" } }
            }
        }
        @if let Some(report) = &spec.report {
            p class={ "verdict " (report.verdict) } {
                strong { (report.verdict) } " "
                span { (Shown(&report.target)) " at " (Shown(&report.base_url)) ", " (Shown(&report.started_at)) }
            }
            p.hint { "The outcomes on this page come from this run." }
        }
    }
}

fn contents(spec: &Spec) -> Markup {
    html! {
        nav.contents aria-label="Contents" {
            ul {
                @if spec.part == Part::Whole { li { a href="#decisions" { "How the documents are read" } } }
                li { a href="#documents" { "Documents" } }
                li { a href="#matrix" { "Operations and areas" } }
                li {
                    a href="#statements" { "Statements" }
                    ul { @for document in &spec.documents { li { a href=(fragment(&document.id)) { (document.id) } } } }
                }
                li { a href="#rules" { "Rules" } }
                li { a href="#untested" { "What is not tested" } }
                li { a href="#evidence" { "Other evidence" } }
                li { a href="#glossary" { "Glossary" } }
            }
        }
    }
}

/// A table with a row per operation and a column per area; each cell links to its rules.
fn matrix(spec: &Spec) -> Markup {
    html! {
        section aria-labelledby="matrix" {
            h2 id="matrix" { "Operations and areas" }
            table.matrix {
                caption { "Rules" @if spec.report.is_some() { " and their outcomes" } }
                thead { tr { td {} @for area in Area::ALL { th scope="col" { (area) } } } }
                tbody {
                    @for operation in Operation::ALL.iter().filter(|operation| spec.rules.iter().any(|rule| rule.operation == **operation)) {
                        tr {
                            th scope="row" { (operation) }
                            @for area in Area::ALL { (cell(spec, *operation, *area)) }
                        }
                    }
                }
            }
        }
    }
}

fn cell(spec: &Spec, operation: Operation, area: Area) -> Markup {
    let rules: Vec<&RuleEntry> = spec.rules_of(operation, area).collect();
    html! {
        @if rules.is_empty() { td.none { "–" } } @else {
            td { a href={ "#" (anchor(operation, area)) } { (rules.len()) } (marks(rules.iter().copied())) }
        }
    }
}

/// The number of rules by outcome; nothing without a report.
fn marks<'a>(rules: impl Iterator<Item = &'a RuleEntry>) -> Markup {
    let outcomes: Vec<Outcome> = rules.filter_map(|rule| rule.outcome).collect();
    html! {
        @for outcome in Outcome::ALL {
            @let number = outcomes.iter().filter(|one| *one == outcome).count();
            @if number > 0 { span class={ "mark " (outcome) } { (number) " " (outcome) } }
        }
    }
}

/// The filter of statements and rules. Only the script can use it, so only the script shows it.
fn filter(spec: &Spec) -> Markup {
    html! {
        form #filter role="search" aria-label="Filter the statements and the rules" hidden {
            label { "Show" select name="outcome" {
                option value="" { "all" }
                option value="must" { "requirements" }
                option value="advisory" { "advisory rules" }
                option value="stated" { "stated by the documents" }
                option value="reference" { "based on the reference" }
                option value="observed" { "based on observation" }
                option value="untested" { "not tested" }
                option value="contradicted" { "contradicted" }
                @if spec.report.is_some() { @for outcome in Outcome::ALL { option { (outcome) } } }
            } }
            label { "Operation" select name="operation" {
                option value="" { "all" }
                @for operation in Operation::ALL { option { (operation) } }
            } }
            label { "Area" select name="area" {
                option value="" { "all" }
                @for area in Area::ALL { option { (area) } }
            } }
            label { "Text" input type="search" name="text" placeholder="statement, quotation, rule, step" autocomplete="off"; }
            button type="reset" { "Show all" }
            output #shown {}
            p #no-match hidden { "No statement and no rule matches." }
        }
    }
}

/// The rules that check a statement and are on this page.
fn rules_of<'a>(spec: &'a Spec, statement: &'a StatementEntry) -> impl Iterator<Item = &'a RuleEntry> {
    statement.rules.iter().filter_map(|id| spec.rules.iter().find(|rule| &rule.id == id))
}

/// Words without duplicates, for the filter.
fn words<T: ToString>(words: impl Iterator<Item = T>) -> String {
    let words: std::collections::BTreeSet<String> = words.map(|word| word.to_string()).collect();
    words.into_iter().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
