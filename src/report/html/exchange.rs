//! A request and its answer that the reader can unfold.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::command;
use super::shown::{Shown, body};
use crate::report::terminal::text::shorten;
use crate::report::{ExchangeReport, Violation};

/// A request and its answer, unfolded if `open`.
///
/// A page may have thousands of these, so each has few elements.
pub fn exchange(exchange: &ExchangeReport, open: bool) -> Markup {
    html! {
        details.exchange open[open] {
            summary { (line(exchange)) }
            p { "Sent" }
            pre {
                (Shown(&exchange.method)) " " (Shown(&exchange.url)) "\n"
                (headers(&exchange.request_headers))
                @if let Some(text) = &exchange.request_body { "\n" (body(text)) }
            }
            p { "Received" }
            pre {
                (answer(exchange)) "\n"
                (headers(&exchange.response_headers))
                @if let Some(text) = &exchange.response_body { "\n" (body(text)) }
            }
            p { "Repeat it, with a bearer token in TOKEN" }
            (command(&exchange.curl))
        }
    }
}

/// Method, address and answer on one line. The address is cut to the part in which requests differ.
pub fn line(exchange: &ExchangeReport) -> Markup {
    const SHARED: &str = "/authentication/";
    let path = exchange.url.find(SHARED).map(|at| &exchange.url[at + SHARED.len()..]);
    html! {
        code {
            b { (Shown(&exchange.method)) } " "
            @match path { Some(path) => { "…/" (Shown(path)) }, None => (Shown(&exchange.url)) }
        }
        " " (answer(exchange)) ", " (exchange.duration_ms) " ms"
    }
}

/// The request and the status of its answer, on one line.
pub fn request(exchange: &ExchangeReport) -> Markup {
    const MOST: usize = 200;
    html! {
        (line(exchange))
        @if let Some(text) = &exchange.request_body { br; "with the body " code { (Shown(&shorten(text, MOST))) } }
    }
}

fn answer(exchange: &ExchangeReport) -> String {
    exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string())
}

fn headers(headers: &BTreeMap<String, String>) -> Markup {
    html! {
        @for (name, value) in headers { (Shown(name)) ": " (Shown(value)) "\n" }
    }
}

/// What was expected, and the actual answer.
pub fn difference(violation: &Violation) -> Markup {
    html! {
        dl.difference {
            dt { "Expected" } dd.expected { (Shown(&violation.expected)) }
            dt { "Got" } dd.actual { (Shown(&violation.actual)) }
            @if let Some(hint) = &violation.hint { dt { "Hint" } dd { (Shown(hint)) } }
        }
    }
}
