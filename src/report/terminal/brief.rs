//! A broken rule in a few lines: the request, the expected and the actual answer.

use anstyle::Style;

use super::block::Context;
use super::page::Page;
use super::text::{count, shorten};
use crate::report::cause::{Cause, FailedCheck, Shared};
use crate::report::{ExchangeReport, RuleReport, pattern};

/// At most this many rules are named; the rest is counted.
const NAMED: usize = 3;

/// A root cause in about eight lines.
pub fn cause(page: &mut Page, style: Style, word: &str, cause: &Cause<'_>, context: &Context<'_, '_>) {
    page.blank();
    page.heading(style, word, &headline(cause));
    page.prose(2, &cause.rule.title);
    page.short_field("source", &source(cause.rule));
    if let Some(finding) = cause.findings.first() {
        case(page, &finding.first, context);
        let others = finding.also.len() + cause.findings.iter().skip(1).map(|other| 1 + other.also.len()).sum::<usize>();
        if others > 0 {
            page.short_field("also", &format!("in {} of this rule; -v shows them", count(others, "more case")));
        }
    } else {
        let reason = cause.rule.scenarios.iter().find_map(|scenario| scenario.reason.as_deref());
        page.short_field("actual", reason.unwrap_or("no check was recorded"));
    }
    explains(page, cause);
}

/// The headline of a cause.
pub fn headline(cause: &Cause<'_>) -> String {
    if let Shared::Sometimes { note, .. } = &cause.shared {
        return format!("{}: {note}", cause.rule.id);
    }
    let Shared::Operation { status, rules } = &cause.shared else {
        // The pattern says what the failing cases have in common.
        return pattern(cause.rule).map_or_else(|| cause.rule.id.clone(), |pattern| format!("{} {pattern}", cause.rule.id));
    };
    let reading = match status {
        401 => ", as if the token was not accepted",
        403 => ", as if the caller was not allowed to",
        404 | 405 | 501 => ", as if it was not implemented",
        _ => "",
    };
    format!("{} answers {status} to {}{reading}", cause.rule.operation, count(rules.len() + 1, "rule"))
}

/// The first section that states the rule, and the number of further ones.
fn source(rule: &RuleReport) -> String {
    let more = rule.sources.len().saturating_sub(1);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more} ({}, {})", rule.sources.first().map_or("", String::as_str), rule.severity, rule.basis)
}

fn case(page: &mut Page, case: &FailedCheck<'_>, context: &Context<'_, '_>) {
    if case.scenario.seen_in().is_some() {
        page.short_field("seen in", &format!("{} ({})", case.scenario.name, case.scenario.version));
    }
    if case.scenario.walk().is_some() {
        page.short_field("walk", &case.scenario.name);
    }
    if let Some(exchange) = case.exchange() {
        request_and_answer(page, exchange, context);
    }
    page.short_field("expected", &case.violation.expected);
    page.short_field("actual", &case.violation.actual);
    if let Some(hint) = &case.violation.hint {
        page.field("hint", hint);
    }
    if case.scenario.walk().is_some() {
        // The last request alone would not repeat the failure.
        page.short_field("repeat", "-v shows the commands of the whole walk in order");
    } else if let Some(exchange) = case.exchange() {
        // Not wrapped, so that the command can be copied.
        page.verbatim_field("repeat", exchange.curl.lines().map(str::to_owned));
    }
}

/// A request and its answer, one line each.
pub fn request_and_answer(page: &mut Page, exchange: &ExchangeReport, context: &Context<'_, '_>) {
    page.short_field("sent", &request(exchange, context.base_url));
    page.short_field("got", &answer(exchange));
}

/// A request on one line. The `repeat` line has its full address.
pub fn request(exchange: &ExchangeReport, base_url: &str) -> String {
    let path = exchange.url.strip_prefix(base_url.trim_end_matches('/')).filter(|path| path.starts_with('/'));
    let body = exchange.request_body.as_deref().map(|body| format!(" {}", one_line(body))).unwrap_or_default();
    let path = without_user(path.unwrap_or(&exchange.url));
    // A body says more about the request than the phone's id.
    let path = if body.is_empty() { path } else { without_phone(&path) };
    format!("{} {path}{body}", exchange.method)
}

/// A path without the id of a phone at its end.
fn without_phone(path: &str) -> String {
    const PHONE: &str = "/phoneMethods/";
    match path.rfind(PHONE).map(|at| at + PHONE.len()) {
        Some(id) if id < path.len() && !path[id..].contains('/') => format!("{}…", &path[..id]),
        _ => path.to_owned(),
    }
}

/// A path without the user's id or name, to save space for the body.
fn without_user(path: &str) -> String {
    const PHONES: &str = "/authentication";
    match (path.find("/users/"), path.find(PHONES)) {
        (Some(user), Some(phones)) if user < phones => format!("{}/users/…{}", &path[..user], &path[phones + PHONES.len()..]),
        _ => path.to_owned(),
    }
}

fn answer(exchange: &ExchangeReport) -> String {
    let status = exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let body = exchange.response_body.as_deref().map(|body| format!(" {}", one_line(body))).unwrap_or_default();
    format!("{status}{body}")
}

/// Text without line breaks and indentation, and without the leading `@odata.context`.
fn one_line(text: &str) -> String {
    const CONTEXT: &str = "{\"@odata.context\":\"";
    const LONGEST: usize = 400;
    let text = shorten(&without_layout(text), 2 * LONGEST);
    let context = text.strip_prefix(CONTEXT).and_then(|rest| rest.split_once("\",")).map(|(_, rest)| format!("{{{rest}"));
    shorten(&context.unwrap_or(text), LONGEST)
}

/// Text with one space for each run of white space. JSON strings stay as they are, because spaces in them matter.
fn without_layout(text: &str) -> String {
    let is_json = text.trim_start().starts_with(['{', '[', '"']);
    let mut out = String::with_capacity(text.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in text.trim().chars() {
        if is_json && c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && c == '\\' && !escaped;
        match c.is_ascii_whitespace() && !quoted {
            true if out.ends_with(' ') => {}
            true => out.push(' '),
            false => out.push(c),
        }
    }
    out
}

/// The other rules that the cause explains, on one line.
fn explains(page: &mut Page, cause: &Cause<'_>) {
    let rules: Vec<&str> = cause.others().iter().chain(&cause.consequences).map(|rule| rule.id.as_str()).collect();
    if rules.is_empty() {
        return;
    }
    let more = rules.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more; -v names them") } else { String::new() };
    let named = rules.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    page.field("explains", &format!("{} as well: {named}{more}", count(rules.len(), "rule")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_spaces_stay_only_inside_json_strings() {
        assert_eq!(without_layout("{\n  \"phoneNumber\":   \"+1  206 \\\"  x\"\r\n}\n"), r#"{ "phoneNumber": "+1  206 \"  x" }"#);
        assert_eq!(without_layout("<html>\n  <a href=\"x  y\">"), "<html> <a href=\"x y\">");
        assert_eq!(without_layout("  "), "");
    }
}
