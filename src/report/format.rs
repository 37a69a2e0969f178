//! The formats in which a report can be had.

use super::{Report, html, json};
use crate::api::named;

named! {
    /// A format that programs or people read.
    Format {
        /// Everything, for programs; what other commands read.
        Json = "json",
        /// A page for a browser.
        Html = "html",
    }
}

/// A report in a format: a pure function of the report, whatever command it comes from.
pub fn render(format: Format, report: &Report) -> String {
    match format {
        Format::Json => json::to_json(report),
        Format::Html => html::render(report),
    }
}
