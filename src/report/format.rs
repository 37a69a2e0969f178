//! The formats of a report.

use super::{Report, cucumber, github, html, json, junit, markdown};
use crate::api::named;

named! {
    /// A format that programs or people read.
    Format {
        /// Everything, for programs; other commands read it.
        Json = "json",
        /// For Jenkins, GitLab and similar tools.
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
    /// Whether it needs a path; otherwise it goes to standard output by default.
    pub const fn needs_path(self) -> bool {
        !matches!(self, Self::Github)
    }
}

/// Renders a report in a format. `is_there` tells whether a file is in the working directory.
pub fn render(format: Format, report: &Report, is_there: &dyn Fn(&str) -> bool) -> String {
    match format {
        Format::Json => json::to_json(report),
        Format::Html => html::render(report),
        Format::Junit => junit::render(report),
        Format::CucumberJson => cucumber::render(report),
        Format::Markdown => markdown::render(report, markdown::COMMENT),
        Format::Github => github::render(report, is_there),
    }
}
