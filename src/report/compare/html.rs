//! A comparison as a page: one file that needs no network and no JavaScript.

use maud::{DOCTYPE, Markup, html};

use super::{Cell, Comparison, Kind, Row, Section};
use crate::report::html::{Shown, head, words};
use crate::report::terminal::text::shorten;

/// The most characters of a reason: a snapshot can be long.
const REASON: usize = 300;

/// Renders a comparison as a page.
///
/// Text from the reports is escaped, and the page's policy forbids scripts.
pub fn to_html(comparison: &Comparison) -> String {
    let known = comparison.cells().any(|cell| cell.expected);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(None, None, &html! { (comparison.summary()) }))
            body {
                header {
                    p.kind { "Comparison of conformance reports" }
                    h1 { (comparison.summary()) }
                    dl.facts {
                        @for column in &comparison.columns {
                            div { dt { (Shown(&column.label)) ": " (column.verdict) } dd { (Shown(&column.origin)) } }
                        }
                    }
                }
                main {
                    @for section in &comparison.sections { (self::section(comparison, section)) }
                    section.next aria-labelledby="next" {
                        h2 id="next" { "What to do next" }
                        p { "Read what a rule asks, with all its scenarios; " code { "RULE" } " is an id from the tables:" }
                        pre.command { code { (concat!(env!("CARGO_PKG_NAME"), " spec RULE")) } }
                        p { "Requests and answers stand in the reports themselves: run again with " code { "--report html=report.html" } "." }
                        (words(known, false))
                    }
                }
            }
        }
    };
    page.into_string()
}

/// A table of rules; unchanged rules are folded away.
fn section(comparison: &Comparison, section: &Section) -> Markup {
    let title = html! { (section.kind.title()) " (" (section.rows.len()) ")" };
    html! {
        @if section.kind == Kind::Same {
            details.alike { summary { (title) } (table(comparison, section)) }
        } @else {
            h2 { (title) }
            (table(comparison, section))
        }
    }
}

/// On a narrow page the table scrolls on its own.
fn table(comparison: &Comparison, section: &Section) -> Markup {
    html! {
        div.wide role="region" aria-label=(section.kind.title()) tabindex="0" {
            table.matrix.comparison {
                thead {
                    tr {
                        th scope="col" { "rule" }
                        @for column in &comparison.columns { th scope="col" { (Shown(&column.label)) } }
                    }
                }
                tbody { @for row in &section.rows { (self::row(comparison, section.kind, row)) } }
            }
        }
    }
}

fn row(comparison: &Comparison, kind: Kind, row: &Row) -> Markup {
    html! {
        tr {
            th scope="row" {
                code { (Shown(&row.rule)) }
                @match kind {
                    Kind::NewlyBroken | Kind::NoLongerChecked => @for told in row.told() { p.hint { (Shown(&shorten(&told, REASON))) } },
                    Kind::StillBroken => @if let Some(why) = row.why() { p.hint { (Shown(&shorten(why, REASON))) } },
                    Kind::Differs => @for (columns, why) in reasons(comparison, row) {
                        p.hint { b { (Shown(&columns.join(", "))) } ": " (Shown(&shorten(why, REASON))) }
                    },
                    Kind::NewlyFixed | Kind::Otherwise | Kind::Same => {},
                }
            }
            @for cell in &row.cells { (self::cell(cell.as_ref())) }
        }
    }
}

/// Each reason why the rule is broken, with the reports that have it.
fn reasons<'a>(comparison: &'a Comparison, row: &'a Row) -> Vec<(Vec<&'a str>, &'a str)> {
    let mut reasons: Vec<(Vec<&str>, &str)> = Vec::new();
    for (column, cell) in comparison.columns.iter().zip(&row.cells) {
        let Some(why) = cell.as_ref().and_then(|cell| cell.why.as_deref()) else { continue };
        match reasons.iter_mut().find(|(_, known)| *known == why) {
            Some((columns, _)) => columns.push(&column.label),
            None => reasons.push((vec![&column.label], why)),
        }
    }
    reasons
}

fn cell(cell: Option<&Cell>) -> Markup {
    html! {
        @match cell {
            Some(cell) => td class=(cell.outcome) { (cell.text()) },
            None => td.none { "–" },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{changes, targets};
    use super::*;

    #[test]
    fn every_rule_has_a_row_and_every_report_a_column() {
        for comparison in [changes(), targets()] {
            let page = to_html(&comparison);
            let rows: Vec<_> = comparison.sections.iter().flat_map(|section| &section.rows).collect();
            assert_eq!(page.matches("<th scope=\"row\">").count(), rows.len());
            assert_eq!(page.matches("<td ").count(), rows.len() * comparison.columns.len());
            assert!(page.contains(&format!("<h1>{}</h1>", comparison.summary())));
        }
    }

    #[test]
    fn nothing_is_fetched_and_nothing_is_markup() {
        let mut comparison = changes();
        comparison.columns[0].label = "<script>alert(1)</script>".to_owned();
        comparison.sections[0].rows[0].rule = "\"><img src=x onerror=alert(1)>\u{202e}".to_owned();
        let page = to_html(&comparison);
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains('\u{202e}'));
        assert!(!page.contains("src=\"") && !page.contains("url("));
    }
}
