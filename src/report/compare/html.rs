//! A comparison as a page: one file that needs no network and no JavaScript.

use maud::{DOCTYPE, Markup, html};

use super::{Cell, Comparison, Kind, Section};
use crate::report::html::{Shown, head};

/// Renders a comparison as a page.
///
/// Text from the reports is escaped, and a policy in the page lets no script run.
pub fn to_html(comparison: &Comparison) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head("default-src 'none'; style-src 'unsafe-inline'; img-src data:", &html! { (comparison.summary()) }))
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
                main { @for section in &comparison.sections { (self::section(comparison, section)) } }
            }
        }
    };
    page.into_string()
}

/// A table of rules; what is alike is folded away.
fn section(comparison: &Comparison, section: &Section) -> Markup {
    let title = format!("{} ({})", section.kind.title(), section.rows.len());
    html! {
        @if section.kind == Kind::Same {
            details { summary { (title) } (table(comparison, section)) }
        } @else {
            h2 { (title) }
            (table(comparison, section))
        }
    }
}

fn table(comparison: &Comparison, section: &Section) -> Markup {
    html! {
        table.matrix {
            thead {
                tr {
                    th scope="col" { "rule" }
                    @for column in &comparison.columns { th scope="col" { (Shown(&column.label)) } }
                }
            }
            tbody {
                @for row in &section.rows {
                    tr {
                        th scope="row" {
                            code { (Shown(&row.rule)) }
                            @if let Some(why) = row.why().filter(|_| section.kind == Kind::NewlyBroken) { p.hint { (Shown(why)) } }
                        }
                        @for cell in &row.cells { (self::cell(cell.as_ref())) }
                    }
                }
            }
        }
    }
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
