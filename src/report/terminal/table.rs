//! A table with a row per operation and a column per area.

use super::page::{BAD, DOUBTFUL, FAINT, GOOD, Page, paint};
use crate::api::{Area, Operation};
use crate::report::{Counts, Outcome, Report, RuleReport};

/// The outcomes that a cell marks, each with its letter.
const MARKS: &[(Outcome, char)] = &[(Outcome::Failed, 'F'), (Outcome::Errored, 'E'), (Outcome::Blocked, 'B'), (Outcome::Warned, 'W')];
const OPERATION_WIDTH: usize = 22;
const CELL_WIDTH: usize = 18;

/// Writes the table and the legend of its marks. Nothing if there are no rules.
pub fn table(page: &mut Page, report: &Report) {
    if report.rules.is_empty() {
        return;
    }
    page.blank();
    let header = Area::ALL.iter().map(|area| format!("{area:<CELL_WIDTH$}")).collect::<Vec<_>>().concat();
    page.raw(&format!("{:OPERATION_WIDTH$}{}", "", paint(FAINT, header.trim_end())));
    for operation in Operation::ALL {
        let of_operation = |rule: &&RuleReport| rule.operation == *operation;
        if !report.rules.iter().any(|rule| of_operation(&rule)) {
            continue;
        }
        let mut row = format!("{operation:<OPERATION_WIDTH$}");
        for area in Area::ALL {
            let rules = report.rules.iter().filter(of_operation).filter(|rule| rule.area == *area);
            row.push_str(&cell(&Counts::of(rules)));
        }
        page.raw(&row);
    }
    let marked = MARKS.iter().filter(|(outcome, _)| report.counts.by(*outcome) > 0);
    let legend: Vec<String> = marked.map(|(outcome, mark)| format!("{mark} {outcome}")).collect();
    let legend = if legend.is_empty() { String::new() } else { format!("; {}", legend.join(", ")) };
    page.aside(0, &format!("rules passed/applicable{legend}"));
}

/// One painted cell with unpainted padding: `-` if every rule was skipped, empty if there is no rule.
fn cell(counts: &Counts) -> String {
    let total: u64 = Outcome::ALL.iter().map(|outcome| counts.by(*outcome)).sum();
    let applicable = total - counts.skipped;
    let mut text = match (total, applicable) {
        (0, _) => String::new(),
        (_, 0) => "-".to_owned(),
        _ => format!("{}/{applicable}", counts.passed),
    };
    for (outcome, mark) in MARKS {
        if counts.by(*outcome) > 0 {
            text = format!("{text} {mark}{}", counts.by(*outcome));
        }
    }
    let style = if counts.failed > 0 {
        BAD
    } else if applicable == 0 {
        FAINT
    } else if counts.passed < applicable {
        DOUBTFUL
    } else {
        GOOD
    };
    let padding = CELL_WIDTH.saturating_sub(text.chars().count());
    if text.is_empty() { " ".repeat(padding) } else { format!("{}{:padding$}", paint(style, &text), "") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(counts: Counts) -> String {
        anstream::adapter::strip_str(&cell(&counts)).to_string().trim_end().to_owned()
    }

    #[test]
    fn cells_read_without_colour() {
        let failed = Counts { passed: 12, failed: 1, blocked: 2, skipped: 3, ..Counts::default() };
        assert_eq!(plain(failed), "12/15 F1 B2");
        assert_eq!(plain(Counts { passed: 3, ..Counts::default() }), "3/3");
        assert_eq!(plain(Counts { skipped: 3, ..Counts::default() }), "-");
        assert_eq!(plain(Counts::default()), "");
    }
}
