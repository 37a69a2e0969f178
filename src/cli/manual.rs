//! `completions` and `man`: generated from the definitions of the arguments.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::Args;
use super::{CliError, stdout};

/// Prints a script that makes a shell complete the program's arguments.
///
/// # Errors
/// Fails if standard output can't be written.
pub fn completions(shell: Shell) -> Result<ExitCode, CliError> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), env!("CARGO_PKG_NAME"), &mut text);
    stdout::print(&String::from_utf8_lossy(&text))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the manual page of the program, or writes it and the pages of all commands into a folder.
///
/// # Errors
/// Fails if the folder can't be created or a page can't be written.
pub fn manual(folder: Option<&Path>) -> Result<ExitCode, CliError> {
    let Some(folder) = folder else {
        let mut page = Vec::new();
        Man::new(Args::command()).render(&mut page).map_err(|error| CliError::new(format!("the page can't be written: {error}")))?;
        stdout::print(&String::from_utf8_lossy(&page))?;
        return Ok(ExitCode::SUCCESS);
    };
    fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Args::command(), folder)).map_err(|error| {
        CliError::new(format!("the pages can't be written into {}: {error}", folder.display()))
            .with_hint("name a writable folder; it is created if it does not exist")
    })?;
    let first = folder.join(concat!(env!("CARGO_PKG_NAME"), ".1"));
    stdout::print(&format!("the pages are written to {}; `man -l {}` shows the first\n", folder.display(), first.display()))?;
    Ok(ExitCode::SUCCESS)
}
