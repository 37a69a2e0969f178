//! Prints the report page to the terminal.

use std::collections::BTreeMap;
use std::io::Write as _;

use crate::report::Report;
use crate::report::terminal::{Detail, Options, render};

use super::{CliError, stdout};

/// How much to print, from the flags `-q` and `-v`.
pub const fn detail(quiet: bool, verbose: u8) -> Detail {
    match (quiet, verbose) {
        (true, _) => Detail::Quiet,
        (false, 0) => Detail::Normal,
        (false, _) => Detail::Verbose,
    }
}

/// The width of a page: the width of the terminal, within limits. A narrower page fits nothing, and a wider one is hard
/// to read.
pub fn width() -> usize {
    let columns = terminal_size::terminal_size_of(std::io::stdout()).map(|(terminal_size::Width(columns), _)| usize::from(columns));
    columns.map_or(Options::default().width, |columns| columns.clamp(60, Options::default().width))
}

/// Prints a report. It goes to standard error if standard output is `taken`. `files` has the texts of the feature files
/// that the report points into.
///
/// # Errors
/// Fails if standard output can't be written.
pub fn print(report: &Report, files: &BTreeMap<String, String>, detail: Detail, taken: bool) -> Result<(), CliError> {
    let page = render(report, Options { detail, width: width() }, &|path| files.get(path).map(String::as_str));
    let page = if std::env::var_os("GITHUB_ACTIONS").is_some() { without_commands(&page, &uuid::Uuid::new_v4().to_string()) } else { page };
    if taken {
        // The user relies on the report on standard output; the page is extra.
        let _ = write!(anstream::stderr(), "{page}");
        return Ok(());
    }
    stdout::print(&page)
}

/// Wraps the page so that a GitHub runner reads no commands in it, because the page quotes the endpoint. The runner
/// reads commands again after `token`, so the endpoint must not be able to guess it.
fn without_commands(page: &str, token: &str) -> String {
    format!("::stop-commands::{token}\n{page}::{token}::\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_again_after_the_page() {
        assert_eq!(without_commands("got ::add-mask::x\n", "t0ken"), "::stop-commands::t0ken\ngot ::add-mask::x\n::t0ken::\n");
    }
}
