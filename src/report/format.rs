//! The formats in which a report can be had.

use super::{Report, cucumber, github, html, json, junit, markdown};
use crate::api::named;

named! {
    /// A format that programs or people read.
    Format {
        /// Everything, for programs; what other commands read.
        Json = "json",
        /// For Jenkins, GitLab and their like.
        Junit = "junit",
        /// For Cucumber's reporters.
        CucumberJson = "cucumber-json",
        /// A page for a browser.
        Html = "html",
        /// For a comment on a change.
        Markdown = "markdown",
        /// Annotations of a GitHub workflow.
        Github = "github",
    }
}

impl Format {
    /// Whether it is written to standard output where no path is given.
    pub const fn needs_path(self) -> bool {
        !matches!(self, Self::Github)
    }
}

/// A report in a format: a pure function of the report, whatever command it comes from.
pub fn render(format: Format, report: &Report) -> String {
    match format {
        Format::Json => json::to_json(report),
        Format::Html => html::render(report),
        Format::Junit => junit::render(report),
        Format::CucumberJson => cucumber::render(report),
        Format::Markdown => markdown::render(report, markdown::COMMENT),
        Format::Github => github::render(report),
    }
}
