//! The page on the terminal.

use std::collections::BTreeMap;
use std::io::Write as _;

use crate::report::Report;
use crate::report::terminal::{Detail, Options, render};

use super::{CliError, stdout};

/// How much is said, by the flags `-q` and `-v`.
pub const fn detail(quiet: bool, verbose: u8) -> Detail {
    match (quiet, verbose) {
        (true, _) => Detail::Quiet,
        (false, 0) => Detail::Normal,
        (false, _) => Detail::Verbose,
    }
}

/// Columns that a page is laid out for: those of the terminal that shows it, if one does, but neither so few that nothing fits nor so
/// many that lines are hard to read.
pub fn width() -> usize {
    let columns = terminal_size::terminal_size_of(std::io::stdout()).map(|(terminal_size::Width(columns), _)| usize::from(columns));
    columns.map_or(Options::default().width, |columns| columns.clamp(60, Options::default().width))
}

/// Prints a report, on standard error where standard output is taken; `files` has the texts that it points into.
///
/// # Errors
/// Fails where standard output can't be written.
pub fn print(report: &Report, files: &BTreeMap<String, String>, detail: Detail, taken: bool) -> Result<(), CliError> {
    let page = render(report, Options { detail, width: width() }, &|path| files.get(path).map(String::as_str));
    let page = if std::env::var_os("GITHUB_ACTIONS").is_some() { without_commands(&page, &uuid::Uuid::new_v4().to_string()) } else { page };
    if taken {
        // The report on standard output is what somebody relies on.
        let _ = write!(anstream::stderr(), "{page}");
        return Ok(());
    }
    stdout::print(&page)
}

/// The page with a runner of GitHub's told to read no commands in it: it shows what an endpoint sent, and that could be one. `token` is
/// what the runner waits for before it reads commands again; nobody may guess it.
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
