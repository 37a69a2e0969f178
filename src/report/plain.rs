//! Failed checks as plain text, for formats with a single text field.

use super::terminal::text::{body, clean, clean_line, shorten};
use super::{ExchangeReport, RuleReport, ScenarioReport, Violation};

/// The width of a body: long lines stay whole, and the viewer wraps them.
const WIDTH: usize = 1024;
/// The most characters of one line: a snapshot can be long.
const LINE: usize = 500;

/// A failed check in one line.
pub fn headline(violation: &Violation) -> String {
    let line = |text: &str| shorten(&clean_line(text), LINE);
    format!("expected {}, got {}", line(&violation.expected), line(&violation.actual))
}

/// Everything about a failed check: the requirement, the place, the answer, and how to repeat it.
pub fn violation(rule: &RuleReport, scenario: &ScenarioReport, violation: &Violation) -> String {
    let mut lines = vec![
        format!("{}: {}", rule.id, rule.title),
        format!("source    {}", rule.sources.join("; ")),
        format!("step      {} ({}:{}, {})", violation.step, scenario.feature, violation.line, scenario.version),
        format!("expected  {}", violation.expected),
        format!("actual    {}", violation.actual),
    ];
    lines.extend(violation.hint.as_ref().map(|hint| format!("hint      {hint}")));
    lines.extend(scenario.evidence(violation).iter().map(exchange));
    clean(&lines.join("\n"))
}

/// A request, its answer, and a command that repeats it.
pub fn exchange(exchange: &ExchangeReport) -> String {
    let mut lines = vec![format!("sent      {} {}", exchange.method, exchange.url)];
    lines.extend(exchange.request_body.iter().flat_map(|text| body(text, WIDTH)));
    lines.push(format!("got       {}", exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string())));
    lines.extend(exchange.response_body.iter().flat_map(|text| body(text, WIDTH)));
    lines.push(format!("repeat    {}", exchange.curl));
    clean(&lines.join("\n"))
}
