//! `init`: writes a target file to start from.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use crate::target::{filled, template};

use super::CliError;
use super::args::InitArgs;
use super::run::flagged_target;
use super::stdout::print;

/// Writes the file, but never overwrites one.
pub fn write(args: &InitArgs) -> Result<ExitCode, CliError> {
    let path = args.file.display();
    let target = flagged_target(&args.flags, &args.api_version)?;
    let (text, advice) = match &target {
        Some(target) => (filled(target), "it checks what the options check. Add identities and users to check more, then see"),
        None => (template(), "fill it in, then see"),
    };
    // `create_new` avoids a race: another program can't create the file between a check and the write.
    let mut file = OpenOptions::new().write(true).create_new(true).open(&args.file).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            CliError::new(format!("{path} already exists")).with_hint("name another file, or remove this one first")
        }
        _ => CliError::new(format!("{path} can't be written: {error}")).with_hint("does its folder exist?"),
    })?;
    if let Err(error) = file.write_all(text.as_bytes()) {
        // Half a file would look complete. If it can't be removed, the error still says what happened.
        let _ = fs::remove_file(&args.file);
        return Err(CliError::new(format!("{path} can't be written: {error}")));
    }
    print(&format!(
        "{path} is written; {advice} what a run would do, which sends nothing:\n  graph-phone-conformance --target {path} --dry-run\n"
    ))?;
    Ok(ExitCode::SUCCESS)
}
