//! The decisions, the evidence from other sources than the documents, and the glossary.

use maud::{Markup, html};

use crate::report::html::Shown;

use super::super::{SourceEntry, Spec};

/// How the documents are read where they allow several readings.
pub fn decisions(spec: &Spec) -> Markup {
    html! {
        section aria-labelledby="decisions" {
            h2 id="decisions" { "How the documents are read" }
            dl.list {
                @for decision in &spec.decisions {
                    dt { (Shown(&decision.title)) }
                    dd { (Shown(&decision.text)) }
                }
            }
        }
    }
}

/// Other reference pages and observations, in their own words.
pub fn evidence(spec: &Spec) -> Markup {
    html! {
        section aria-labelledby="evidence" {
            h2 id="evidence" { "Other evidence" }
            h3 { "Pages of the reference" }
            dl.list { @for page in &spec.references { (source(&format!("reference:{}", page.id), page)) } }
            h3 { "Observations of the live service" }
            dl.list { @for seen in &spec.observations { (source(&format!("observed, {}", seen.id), seen)) } }
        }
    }
}

fn source(name: &str, source: &SourceEntry) -> Markup {
    html! {
        dt { code { (Shown(name)) } }
        dd {
            p { (Shown(&source.title)) ", " (Shown(&source.date)) ". " (Shown(&source.about)) }
            @if let Some(address) = &source.address { p { a href=(address) { (Shown(address)) } } }
            @for (section, quote) in &source.quotes {
                @if section != &source.id { p.place { (Shown(section)) } }
                blockquote { (Shown(quote)) }
            }
        }
    }
}

/// The glossary.
pub fn glossary(spec: &Spec) -> Markup {
    html! {
        section aria-labelledby="glossary" {
            h2 id="glossary" { "Glossary" }
            dl.words { @for word in &spec.glossary { dt { (Shown(&word.word)) } dd { (Shown(&word.means)) } } }
        }
    }
}
