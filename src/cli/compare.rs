//! `compare`: shows reports side by side.

use std::process::ExitCode;

use crate::report::EXIT_NONCONFORMANT;
use crate::report::compare::{CompareError, Comparison, to_markdown, to_terminal};

use super::args::{CompareArgs, CompareFormat};
use super::page::width;
use super::{CliError, earlier, stdout};

/// Prints the comparison. The exit status is 1 if something is newly broken or no longer checked.
pub fn compare(args: &CompareArgs) -> Result<ExitCode, CliError> {
    let read = |path: &std::path::PathBuf| Ok((path.display().to_string(), earlier::read(path)?));
    let reports = args.files.iter().map(read).collect::<Result<Vec<_>, CliError>>()?;
    let comparison = Comparison::new(&reports)?;
    let text = match args.format {
        CompareFormat::Terminal => to_terminal(&comparison, width()),
        CompareFormat::Markdown => to_markdown(&comparison),
    };
    stdout::print(&text)?;
    Ok(if comparison.has_regressed() { ExitCode::from(EXIT_NONCONFORMANT) } else { ExitCode::SUCCESS })
}

impl From<CompareError> for CliError {
    fn from(error: CompareError) -> Self {
        Self { hint: Some(error.hint().to_owned()), message: error.to_string() }
    }
}
