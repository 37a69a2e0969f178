//! A comparison for a terminal.

use anstyle::Style;

use super::{Cell, Comparison, Kind, Row, Section};
use crate::report::terminal::page::{BAD, DOUBTFUL, FAINT, GOOD, Page, paint};
use crate::report::terminal::text::{clean_line, count, shorten};
use crate::report::{Outcome, Verdict};

/// The maximum width of a column's name; the widest outcome is `errored (known)`.
const LABEL_WIDTH: usize = 24;
const CELL_WIDTH: usize = 15;

/// The space between two columns.
const GAP: usize = 2;

/// Renders a comparison with ANSI styles; the caller strips them if colours are not wanted. Text is wrapped to `width`
/// columns; a table of many targets may be wider.
///
/// Text from the reports is escaped, so the result contains only the renderer's own control sequences.
pub fn to_terminal(comparison: &Comparison, width: usize) -> String {
    let mut page = Page::new(width);
    let labels = || comparison.columns.iter().map(|column| shorten(&clean_line(&column.label), LABEL_WIDTH));
    let widest = labels().map(|label| label.chars().count()).max().unwrap_or(0);
    for (label, column) in labels().zip(&comparison.columns) {
        page.raw(&format!("{label:widest$}  {}", paint(FAINT, &clean_line(&column.origin))));
    }
    let table = Table::of(comparison);
    page.blank();
    page.raw(&paint(FAINT, &table.header(comparison)));
    page.raw(&table.verdicts(comparison));
    for section in &comparison.sections {
        page.blank();
        let same = section.kind == Kind::Same;
        let outcomes = if same { format!(": {}", outcomes(section)) } else { String::new() };
        page.heading(
            style(section.kind),
            &section.kind.title().to_uppercase(),
            &format!("{}{outcomes}", count(section.rows.len(), "rule")),
        );
        // If all reports pass or skip a rule, the rule is counted but not listed.
        table.rows(&mut page, section.rows.iter().filter(|row| !same || !is_well(row)));
    }
    page.blank();
    let style = if comparison.has_regressed() { BAD } else { Style::new().bold() };
    page.raw(&paint(style, &comparison.summary()));
    page.into_text()
}

/// Counts these rules by outcome. All reports agree on the outcome of each rule.
fn outcomes(section: &Section) -> String {
    let number = |outcome: Outcome| section.rows.iter().filter(|row| of(row) == Some(outcome)).count();
    let told = Outcome::ALL.iter().rev().map(|outcome| (outcome, number(*outcome))).filter(|(_, number)| *number > 0);
    told.map(|(outcome, number)| format!("{number} {outcome}")).collect::<Vec<_>>().join(", ")
}

/// The outcome in the last report.
fn of(row: &Row) -> Option<Outcome> {
    row.cells.last().and_then(Option::as_ref).map(|cell| cell.outcome)
}

fn is_well(row: &Row) -> bool {
    matches!(of(row), None | Some(Outcome::Passed | Outcome::Skipped))
}

const fn style(kind: Kind) -> Style {
    match kind {
        Kind::NewlyBroken | Kind::NoLongerChecked => BAD,
        Kind::NewlyFixed => GOOD,
        Kind::StillBroken | Kind::Otherwise | Kind::Differs => DOUBTFUL,
        Kind::Same => FAINT,
    }
}

/// The widths of the table's columns, in characters.
struct Table {
    rule: usize,
    columns: Vec<usize>,
}

impl Table {
    fn of(comparison: &Comparison) -> Self {
        let rows = comparison.sections.iter().flat_map(|section| &section.rows);
        let rule = rows.map(|row| clean_line(&row.rule).chars().count()).max().unwrap_or(0);
        let label = |column: &super::Column| clean_line(&column.label).chars().count().clamp(CELL_WIDTH, LABEL_WIDTH);
        Self { rule: rule + GAP, columns: comparison.columns.iter().map(|column| label(column) + GAP).collect() }
    }

    fn header(&self, comparison: &Comparison) -> String {
        let labels = comparison
            .columns
            .iter()
            .zip(&self.columns)
            .map(|(column, width)| format!("{:width$}", shorten(&clean_line(&column.label), LABEL_WIDTH)));
        format!("{:rule$}{}", "rule", labels.collect::<String>(), rule = self.rule).trim_end().to_owned()
    }

    fn verdicts(&self, comparison: &Comparison) -> String {
        let verdicts = comparison.columns.iter().zip(&self.columns).map(|(column, width)| {
            let style = match column.verdict {
                Verdict::Conformant => GOOD,
                Verdict::Nonconformant | Verdict::Stale => BAD,
                Verdict::Inconclusive | Verdict::NothingVerified => DOUBTFUL,
            };
            padded(style, column.verdict.name(), *width)
        });
        format!("{:rule$}{}", "verdict", verdicts.collect::<String>(), rule = self.rule)
    }

    fn rows<'a>(&self, page: &mut Page, rows: impl IntoIterator<Item = &'a Row>) {
        for row in rows {
            let cells = row.cells.iter().zip(&self.columns).map(|(cell, width)| match cell {
                Some(cell) => padded(cell_style(cell), &cell.text(), *width),
                None => padded(FAINT, "-", *width),
            });
            page.raw(&format!("{:rule$}{}", clean_line(&row.rule), cells.collect::<String>(), rule = self.rule));
            for scenario in row.named_scenarios() {
                page.prose(2, &scenario);
            }
        }
    }
}

const fn cell_style(cell: &Cell) -> Style {
    match cell.outcome {
        Outcome::Failed => BAD,
        Outcome::Errored | Outcome::Blocked | Outcome::Warned => DOUBTFUL,
        Outcome::Passed => GOOD,
        Outcome::Skipped => FAINT,
    }
}

/// A styled text, with unstyled padding.
fn padded(style: Style, text: &str, width: usize) -> String {
    format!("{}{:padding$}", paint(style, text), "", padding = width.saturating_sub(text.chars().count()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{changes, report, targets};
    use super::*;

    fn plain(comparison: &Comparison) -> String {
        anstream::adapter::strip_str(&to_terminal(comparison, 100)).to_string()
    }

    #[test]
    fn what_has_changed() {
        insta::assert_snapshot!(plain(&changes()));
    }

    #[test]
    fn several_targets() {
        insta::assert_snapshot!(plain(&targets()));
    }

    #[test]
    fn rules_that_all_pass_are_counted_and_rules_that_all_fail_are_listed() {
        use Outcome::{Failed, Passed, Skipped};
        let outcomes = [("a", Passed), ("b", Passed), ("c", Skipped), ("broken", Failed)];
        let reports = ["one", "two", "three"].map(|target| (target.to_owned(), report(target, &outcomes)));
        let text = plain(&Comparison::new(&reports).unwrap());
        assert!(text.contains("\nTHE SAME 4 rules: 1 skipped, 2 passed, 1 failed\nlist.broken"), "{text}");
        assert!(!text.contains("list.a"), "{text}");
    }

    #[test]
    fn text_from_a_file_cannot_control_the_terminal() {
        let mut comparison = targets();
        comparison.columns[0].label = "\u{1b}[31m".to_owned();
        comparison.sections[0].rows[0].rule = "a\u{1b}]0;x\u{7}\nb".to_owned();
        assert!(!plain(&comparison).contains(|c: char| c.is_control() && c != '\n'));
    }
}
