//! What the documents state: quotations, the same in our words, and the rules that check them.

use maud::{Markup, html};

use crate::report::html::{Shown, command, fragment, label, link};
use crate::report::terminal::text::count;

use super::super::{DocumentEntry, Spec, StatementEntry};
use super::{marks, rules_of, words};

/// An overview of the documents.
pub fn overview(spec: &Spec) -> Markup {
    html! {
        section aria-labelledby="documents" {
            h2 id="documents" { "Documents" }
            div.wide role="region" aria-label="Documents" tabindex="0" {
                table.matrix.overview {
                    thead {
                        tr {
                            th scope="col" { "document" }
                            th scope="col" { "statements" }
                            th scope="col" { "tested" }
                            th scope="col" { "not tested" }
                            th scope="col" { "rules" }
                        }
                    }
                    tbody { @for document in &spec.documents { (row(spec, document)) } }
                }
            }
        }
    }
}

fn row(spec: &Spec, document: &DocumentEntry) -> Markup {
    let untested = document.statements.iter().filter(|one| one.untested.is_some()).count();
    let named = |id: &str| document.statements.iter().any(|one| one.rules.iter().any(|rule| rule == id));
    let rules = || spec.rules.iter().filter(|rule| named(&rule.id));
    html! {
        tr {
            th scope="row" {
                (link(&document.id))
                p.hint { (document.title) ", " (document.version) ", " (document.language) ", " (document.date) }
            }
            td { (document.statements.len()) }
            td { (document.statements.len() - untested) }
            td { (untested) }
            td { (rules().count()) (marks(rules())) }
        }
    }
}

/// Every statement of every document, below the filter.
pub fn documents(spec: &Spec, filter: &Markup) -> Markup {
    html! {
        h2 id="statements" { "Statements" }
        (filter)
        @for document in &spec.documents {
            section.group aria-labelledby=(document.id) {
                h3 id=(document.id) { (document.id) ": " (Shown(&document.title)) }
                p { (Shown(&document.about)) }
                dl.facts {
                    div { dt { "Version" } dd { (document.version) } }
                    div { dt { "Language" } dd { (document.language) } }
                    div { dt { "Date" } dd { (document.date) } }
                    div { dt { "Edition" } dd { (document.editions.iter().map(|edition| edition.name()).collect::<Vec<_>>().join(" and ")) } }
                    div { dt { "File" } dd { code { (document.file) } } }
                    div { dt { "SHA-256" } dd { code { (document.sha256) } } }
                }
                ol.statements { @for one in &document.statements { (statement(spec, document, one)) } }
            }
        }
        @if !spec.documents.is_empty() {
            p.hint { "With the documents' files in a folder, this checks their digests and each quotation:" }
            (command(concat!(env!("CARGO_PKG_NAME"), " spec --verify FOLDER")))
        }
    }
}

fn statement(spec: &Spec, document: &DocumentEntry, statement: &StatementEntry) -> Markup {
    let rules = || rules_of(spec, statement);
    let kinds = rules().flat_map(|rule| [rule.severity.to_string(), rule.basis.to_string()]);
    let outcomes = rules().filter_map(|rule| rule.outcome).map(|outcome| outcome.to_string());
    let untested = statement.untested.iter().map(|_| "untested".to_owned());
    let contradicted = statement.contradicts.first().map(|_| "contradicted".to_owned());
    html! {
        li.statement id=(statement.id)
            data-outcomes=(words(kinds.chain(outcomes).chain(untested).chain(contradicted)))
            data-operation=(words(rules().map(|rule| rule.operation)))
            data-area=(words(rules().map(|rule| rule.area))) {
            p.place {
                a href=(fragment(&statement.id)) { (statement.id) } " " (Shown(&statement.section))
                @if let Some(edition) = statement.edition { ", " (edition) " edition only" }
            }
            blockquote lang=(document.lang) { (Shown(&statement.quote)) }
            p.says { (Shown(&statement.says)) }
            div.checked {
                @if let Some(reason) = &statement.untested { p { b { "Not tested. " } (Shown(reason)) } } @else {
                    ul { @for rule in rules() { li { @if let Some(outcome) = rule.outcome { (label(outcome)) " " } (link(&rule.id)) } } }
                }
            }
            @if !statement.contradicts.is_empty() || statement.note.is_some() {
                div.remarks {
                    @for contradiction in &statement.contradicts { p { b { "But " } (Shown(contradiction)) } }
                    @if let Some(note) = &statement.note { p { (Shown(note)) } }
                }
            }
        }
    }
}

/// The statements that no rule checks, grouped by reason.
pub fn untested(spec: &Spec) -> Markup {
    let mut reasons: Vec<(&str, Vec<&StatementEntry>)> = Vec::new();
    for statement in spec.documents.iter().flat_map(|document| &document.statements) {
        let Some(reason) = statement.untested.as_deref() else { continue };
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, statements)) => statements.push(statement),
            None => reasons.push((reason, vec![statement])),
        }
    }
    html! {
        section aria-labelledby="untested" {
            h2 id="untested" { "What is not tested" }
            @if reasons.is_empty() { p { "Every statement on this page is tested." } }
            dl.list {
                @for (reason, statements) in &reasons {
                    dt { (Shown(reason)) }
                    dd {
                        p.hint { (count(statements.len(), "statement")) }
                        ul { @for one in statements { li { a href=(fragment(&one.id)) { (one.id) } ": " (Shown(&one.says)) } } }
                    }
                }
            }
        }
    }
}
