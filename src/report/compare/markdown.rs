//! A comparison in Markdown, for a comment or a job summary.

use std::fmt::Write as _;

use super::{Comparison, Kind};
use crate::report::terminal::text::clean_line;

/// Renders a comparison in GitHub's Markdown.
pub fn to_markdown(comparison: &Comparison) -> String {
    let mut out = format!("## {}\n\n", comparison.summary());
    // Writing to a `String` can't fail, here and below.
    for column in &comparison.columns {
        let _ = writeln!(out, "- **{}**: {}, {}", escaped(&column.label), column.verdict, escaped(&column.origin));
    }
    for section in &comparison.sections {
        let folded = section.kind == Kind::Same;
        let title = format!("{} ({})", section.kind.title(), section.rows.len());
        if folded {
            let _ = writeln!(out, "\n<details><summary>{title}</summary>\n");
        } else {
            let _ = writeln!(out, "\n### {title}\n");
        }
        let labels: Vec<_> = comparison.columns.iter().map(|column| escaped(&column.label)).collect();
        let why = matches!(section.kind, Kind::NewlyBroken | Kind::NoLongerChecked);
        let _ = writeln!(out, "| rule | {} |{}", labels.join(" | "), if why { " why |" } else { "" });
        let _ = writeln!(out, "| --- |{}{}", " --- |".repeat(labels.len()), if why { " --- |" } else { "" });
        for row in &section.rows {
            let cells: Vec<_> = row.cells.iter().map(|cell| cell.as_ref().map_or_else(|| "–".to_owned(), super::Cell::text)).collect();
            let why = if why { format!(" {} |", escaped(&row.named_scenarios().join("; "))) } else { String::new() };
            let _ = writeln!(out, "| {} | {} |{why}", escaped(&row.rule), cells.join(" | "));
        }
        if folded {
            out.push_str("\n</details>\n");
        }
    }
    out
}

/// Escapes text so that Markdown shows it as it is, also in a table cell.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean_line(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            // An `@` would notify a user of that name.
            '@' => out.push_str("&#64;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '#' | '~' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::{changes, targets};
    use super::*;

    #[test]
    fn what_has_changed() {
        insta::assert_snapshot!(to_markdown(&changes()));
    }

    #[test]
    fn several_targets() {
        insta::assert_snapshot!(to_markdown(&targets()));
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(escaped("a|b <i> @kim *x*\n`y`"), r"a\|b &lt;i> &#64;kim \*x\*\\n\`y\`");
    }
}
