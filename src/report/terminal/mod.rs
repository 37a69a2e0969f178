//! The report for people: what deviates and why, one table, one line of judgement.

mod block;
mod caret;
mod groups;
mod page;
mod table;
mod text;

use block::Context;
use page::{BAD, DOUBTFUL, GOOD, Page, paint};
use text::{clean_line, duration};

use super::{Outcome, Report, Verdict, cause};

/// How much is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// The ids of failed rules and the verdict.
    Quiet,
    /// Each root cause once.
    #[default]
    Normal,
    /// Every scenario, and the rules behind each reason.
    Verbose,
}

/// How the report is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How much is said.
    pub detail: Detail,
    /// Columns of the terminal; prose is wrapped to them, bodies are broken, curl lines are left whole.
    pub width: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { detail: Detail::Normal, width: 100 }
    }
}

/// Looks up the text of a feature file by the path that scenarios carry; `None` where it can't be had.
pub type FeatureText<'a> = dyn Fn(&str) -> Option<&'a str> + 'a;

/// Renders a report with ANSI styles, to be stripped by whoever prints it where colours are not wanted.
///
/// Text that comes from the endpoint is escaped: the only control sequences in the result are the renderer's own.
pub fn render(report: &Report, options: Options, feature_text: &FeatureText<'_>) -> String {
    let mut page = Page::new(options.width);
    if options.detail == Detail::Quiet {
        for rule in report.rules.iter().filter(|rule| rule.is_unexpected(Outcome::Failed)) {
            page.heading(BAD, "FAIL", &rule.id);
        }
    } else {
        let context = Context { base_url: &report.target.base_url, detail: options.detail, feature_text };
        notes(&mut page, report);
        for cause in cause::failures(report) {
            block::cause(&mut page, &cause, &context);
        }
        groups::unjudged(&mut page, report, Outcome::Errored, "ERROR", &context);
        groups::unjudged(&mut page, report, Outcome::Blocked, "BLOCKED", &context);
        groups::warned(&mut page, report, &context);
        groups::expected(&mut page, report);
        groups::skipped(&mut page, report, options.detail);
        table::table(&mut page, report);
        next_step(&mut page, report);
        page.blank();
    }
    page.raw(&verdict(report));
    page.into_text()
}

fn notes(page: &mut Page, report: &Report) {
    for note in &report.notes {
        page.blank();
        page.heading(DOUBTFUL, "NOTE", &note.message);
        if let Some(hint) = &note.hint {
            page.field("hint", hint);
        }
    }
}

/// What somebody who sees the report for the first time would want to do with it.
fn next_step(page: &mut Page, report: &Report) {
    let tool = &report.tool.name;
    let step = match report.verdict {
        Verdict::Conformant => return,
        Verdict::Nonconformant => format!(
            "Next: send a request again with its `repeat` line (set TOKEN to a bearer token), check one rule with `{tool} run --rule ID`, or read what it asks with `{tool} spec ID`."
        ),
        Verdict::Inconclusive => {
            "Next: make the requests named above work, then run again; rules that are blocked or errored say nothing about conformance yet."
                .to_owned()
        }
        Verdict::NothingVerified => format!(
            "Next: nothing was checked. Add what the reasons above ask for, or select other rules; `{tool} init` writes a commented target file."
        ),
    };
    page.blank();
    page.aside(0, &step);
}

/// The judgement in one line.
fn verdict(report: &Report) -> String {
    let style = match report.verdict {
        Verdict::Conformant => GOOD,
        Verdict::Nonconformant => BAD,
        Verdict::Inconclusive | Verdict::NothingVerified => DOUBTFUL,
    };
    let order = [Outcome::Passed, Outcome::Failed, Outcome::Errored, Outcome::Blocked, Outcome::Warned, Outcome::Skipped];
    let mut parts = Vec::new();
    for outcome in order {
        let number = report.counts.by(outcome);
        if number == 0 && !matches!(outcome, Outcome::Passed | Outcome::Failed) {
            continue;
        }
        let known = report.rules.iter().filter(|rule| rule.expected && rule.outcome == outcome).count() as u64;
        parts.push(match known {
            0 => format!("{number} {outcome}"),
            _ if known == number => format!("{number} {outcome} as expected"),
            _ => format!("{number} {outcome} ({known} as expected)"),
        });
    }
    let requests = if report.counts.requests == 1 { "request" } else { "requests" };
    let retries = match report.counts.retries {
        0 => String::new(),
        retries => format!(", {retries} of them retries,"),
    };
    let shard = report.shard.as_ref().map(|shard| format!("shard {}, ", clean_line(shard))).unwrap_or_default();
    format!(
        "{}: {} — {} {requests}{retries} in {} ({shard}seed {})",
        paint(style, report.verdict.name()),
        parts.join(", "),
        report.counts.requests,
        duration(report.duration_ms),
        report.seed,
    )
}

#[cfg(test)]
mod tests;
