//! `faults`: what the reference server can do wrong.

use std::io::Write as _;
use std::process::ExitCode;

use crate::reference::Fault;

/// Lists every fault with the rules that it breaks.
pub fn list() -> ExitCode {
    let bold = anstyle::Style::new().bold();
    let mut stdout = anstream::stdout().lock();
    for fault in Fault::all() {
        let info = fault.info();
        let edition = info.edition.map_or_else(String::new, |edition| format!(" ({edition} edition)"));
        // A reader who has seen enough closes the pipe.
        if writeln!(stdout, "{bold}{}{bold:#}{edition}\n    {}\n    breaks {}", info.id, info.summary, info.breaks.join(", ")).is_err() {
            break;
        }
    }
    ExitCode::SUCCESS
}
