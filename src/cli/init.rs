//! `init`: a target file to begin with.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use crate::target::template;

use super::CliError;
use super::args::InitArgs;

/// Writes the file, and never over another.
pub fn write(args: &InitArgs) -> Result<ExitCode, CliError> {
    let path = args.file.display();
    // `create_new` leaves no moment in which somebody else's file could come between a look and a write.
    let mut file = OpenOptions::new().write(true).create_new(true).open(&args.file).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            CliError::new(format!("{path} exists, and is left as it is")).with_hint("name another file, or remove this one first")
        }
        _ => CliError::new(format!("{path} can't be written: {error}")).with_hint("does its folder exist?"),
    })?;
    file.write_all(template().as_bytes()).map_err(|error| CliError::new(format!("{path} can't be written: {error}")))?;
    let mut stdout = anstream::stdout();
    // Where nobody listens any more, the file is there all the same.
    let _ = writeln!(stdout, "{path} is written; fill it in, then see what a run would do, which sends nothing:");
    let _ = writeln!(stdout, "  graph-phone-conformance --target {path} --dry-run");
    Ok(ExitCode::SUCCESS)
}
