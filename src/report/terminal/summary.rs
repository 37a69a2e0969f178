//! The last screen of a run with findings: each root cause in two lines, the largest first.

use super::block::Context;
use super::brief::{headline, request};
use super::page::{BAD, Page};
use super::text::count;
use crate::report::cause::{Cause, causes};
use crate::report::{Outcome, Report};

/// At most this many causes are listed.
const CAUSES: usize = 12;
/// The evidence for a cause takes at most this many lines.
const EVIDENCE_LINES: usize = 2;

/// Lists the root causes of what failed, and the command that shows the first in full.
pub fn summary(page: &mut Page, report: &Report, context: &Context<'_, '_>) {
    let causes = causes(report, Outcome::Failed);
    let Some(first) = causes.first() else { return };
    page.blank();
    let failed: usize = causes.iter().map(Cause::rules).sum();
    let explained = if failed == causes.len() { String::new() } else { format!(" for {}", count(failed, "failed rule")) };
    page.heading(BAD, &count(causes.len(), "root cause"), explained.trim_start());
    for cause in causes.iter().take(CAUSES) {
        let more = match cause.rules() - 1 {
            0 => String::new(),
            more => format!(" (explains {})", count(more, "more rule")),
        };
        page.prose(2, &format!("{}{more}", headline(cause)));
        if let Some(line) = evidence(cause, context) {
            page.lines(4, EVIDENCE_LINES, &line);
        }
    }
    if let Some(hidden) = causes.len().checked_sub(CAUSES).filter(|hidden| *hidden > 0) {
        page.prose(2, &format!("and {hidden} more, above"));
    }
    let rules = first.rules_to_check().iter().map(|rule| format!(" --rule {rule}")).collect::<String>();
    let command = report.command.as_deref().unwrap_or("add to this command:");
    // Not wrapped, so that the command can be copied.
    page.verbatim_field("details", [format!("{command}{rules} -v")]);
    page.verbatim_field("meaning", [format!("{} spec {}", report.tool.name, first.rule.id)]);
}

/// The request and the answer, on one line.
fn evidence(cause: &Cause<'_>, context: &Context<'_, '_>) -> Option<String> {
    let case = cause.findings.first()?.first;
    let sent = case.exchange().map(|exchange| format!("{} → ", request(exchange, context.base_url))).unwrap_or_default();
    Some(format!("{sent}{}; expected {}", case.violation.actual, case.violation.expected))
}
