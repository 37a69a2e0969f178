//! The page on the terminal.

use std::collections::BTreeMap;
use std::io::Write as _;

use crate::report::Report;
use crate::report::terminal::{Detail, Options, render};

/// How much is said, by the flags `-q` and `-v`.
pub const fn detail(quiet: bool, verbose: u8) -> Detail {
    match (quiet, verbose) {
        (true, _) => Detail::Quiet,
        (false, 0) => Detail::Normal,
        (false, _) => Detail::Verbose,
    }
}

/// Prints a report; `files` has the texts that it points into.
pub fn print(report: &Report, files: &BTreeMap<String, String>, detail: Detail) {
    let page = render(report, Options { detail, ..Options::default() }, &|path| files.get(path).map(String::as_str));
    // A reader who has seen enough closes the pipe; the exit status tells the verdict all the same.
    let _ = write!(anstream::stdout(), "{page}");
}
