//! `faults`: lists the faults of the reference server.

use std::process::ExitCode;

use crate::reference::Fault;

use super::{CliError, stdout};

/// Lists every fault with the rules that it breaks.
///
/// # Errors
/// Fails if standard output can't be written.
pub fn list() -> Result<ExitCode, CliError> {
    let bold = anstyle::Style::new().bold();
    let entry = |fault: &Fault| {
        let edition = fault.edition.map_or_else(String::new, |edition| format!(" ({edition} edition)"));
        format!("{bold}{}{bold:#}{edition}\n    {}\n    breaks {}\n", fault.id, fault.summary, fault.breaks().join(", "))
    };
    stdout::print(&Fault::all().iter().map(entry).collect::<String>())?;
    Ok(ExitCode::SUCCESS)
}
