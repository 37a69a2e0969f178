//! The last screen of a run with findings: each root cause in two lines, the largest first.

use super::block::Context;
use super::brief::{headline, request};
use super::page::{BAD, DOUBTFUL, Page};
use super::text::{clean_line, count, shorten};
use crate::report::cause::{Cause, causes};
use crate::report::{Outcome, Report, Skip, Violation};

/// At most this many causes are listed.
const CAUSES: usize = 18;
/// With more causes than this, each has one line of evidence.
const FEW: usize = 6;
/// The maximum width of the actual answer on a line, in characters.
const ACTUAL_WIDTH: usize = 40;
/// Separates a request from the actual answer.
const ARROW: &str = " → ";

/// Lists the root causes of what failed, and the command that shows the first in full.
pub fn summary(page: &mut Page, report: &Report, context: &Context<'_, '_>) {
    let causes = causes(report, Outcome::Failed);
    let Some(first) = causes.first() else { return };
    page.blank();
    if let Some(unfinished) = &report.unfinished {
        page.heading(DOUBTFUL, "UNFINISHED", &format!("{}: see the NOTE above", unfinished.reason));
    }
    let failed: usize = causes.iter().map(Cause::rules).sum();
    let explained = if failed == causes.len() { String::new() } else { format!(" for {}", count(failed, "failed rule")) };
    page.heading(BAD, &count(causes.len(), "root cause"), explained.trim_start());
    for cause in causes.iter().take(CAUSES) {
        let more = match cause.rules() - 1 {
            0 => String::new(),
            more => format!(" (explains {})", count(more, "more rule")),
        };
        page.prose(2, &format!("{}{more}", headline(cause)));
        if let Some((sent, violation)) = evidence(cause, context) {
            if causes.len() > FEW {
                let came = shorten(&clean_line(&violation.actual), ACTUAL_WIDTH);
                let room = page.width().saturating_sub(4 + ARROW.len() + came.chars().count());
                page.lines(4, 1, &format!("{}{ARROW}{came}", shorten(&clean_line(&sent), room)));
            } else {
                page.lines(4, 3, &format!("{sent}{ARROW}{}; expected {}", violation.actual, violation.expected));
            }
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
    let needs_token = |cause: &Cause<'_>| {
        cause.findings.iter().filter_map(|finding| finding.first.exchange()).any(|exchange| exchange.curl.contains("$TOKEN"))
    };
    if causes.iter().any(needs_token) {
        page.short_field("token", &format!("the commands after `repeat` send $TOKEN: {}", token(report)));
    }
    let lacking = report.rules.iter().filter(|rule| rule.scenarios.iter().any(|scenario| scenario.skip == Some(Skip::TargetLacks)));
    let lacking = lacking.filter(|rule| rule.outcome == Outcome::Skipped).count();
    if lacking > 0 {
        page.short_field("more", &format!("{} not checked, because callers or users are missing: see SKIP above", rules_were(lacking)));
    }
}

/// How to set the variable that commands read the token from.
fn token(report: &Report) -> String {
    let variable = report.init.as_deref().and_then(|init| init.split_once("--token-env ")?.1.split(' ').next());
    match variable {
        Some("TOKEN") => "it is set already".to_owned(),
        Some(name) => format!("export TOKEN=\"${name}\""),
        None => "set it to the caller's bearer token first".to_owned(),
    }
}

fn rules_were(number: usize) -> String {
    format!("{} {}", count(number, "rule"), if number == 1 { "was" } else { "were" })
}

/// The request and the failed check of a cause.
fn evidence<'a>(cause: &Cause<'a>, context: &Context<'_, '_>) -> Option<(String, &'a Violation)> {
    let case = cause.findings.first()?.first;
    Some((case.exchange().map(|exchange| request(exchange, context.base_url)).unwrap_or_default(), case.violation))
}
