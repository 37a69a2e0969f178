//! The reports that `--report` asks for: where they go is settled before anything is sent.

use std::path::Path;
use std::process::ExitCode;

use crate::report::{EXIT_CONFORMANT, EXIT_INCONCLUSIVE, Format, Report, render};

use super::CliError;
use super::output::OutputFile;

/// Reports to be written, each with the file that waits for it.
#[derive(Debug, Default)]
pub struct Reports {
    files: Vec<(Format, OutputFile)>,
}

impl Reports {
    /// Reads each `FORMAT=PATH`, and opens its file.
    ///
    /// # Errors
    /// Fails where a format is unknown, a path is missing or stands twice, or a file can't be written.
    pub fn open(wanted: &[String]) -> Result<Self, CliError> {
        let mut reports = Self::default();
        for wanted in wanted {
            let (format, path) = parse(wanted)?;
            let file = OutputFile::open(Path::new(path), "the report")?;
            if let Some((other, _)) = reports.files.iter().find(|(_, other)| other.is_same_as(&file)) {
                return Err(CliError::new(format!("the reports {other} and {format} can't both be written to {path}"))
                    .with_hint("give each report a file of its own"));
            }
            reports.files.push((format, file));
        }
        Ok(reports)
    }

    /// Writes every report, and answers with the exit status: the verdict's, unless a report is lost that somebody relies on.
    pub fn finish(self, report: &Report) -> ExitCode {
        let mut status = report.verdict.exit_status();
        for (format, file) in self.files {
            let path = file.path().display().to_string();
            if let Err(error) = file.write(&render(format, report)) {
                super::complain(&CliError::new(format!("the report {path} can't be written: {error}")));
                if status == EXIT_CONFORMANT {
                    status = EXIT_INCONCLUSIVE;
                }
            }
        }
        ExitCode::from(status)
    }
}

fn parse(wanted: &str) -> Result<(Format, &str), CliError> {
    let (name, path) = wanted.split_once('=').unwrap_or((wanted, ""));
    let format: Format = name.parse().map_err(|_| unknown(name))?;
    if path.is_empty() {
        return Err(CliError::new(format!("--report {format} needs a path")).with_hint(format!("--report {format}=PATH")));
    }
    Ok((format, path))
}

fn unknown(name: &str) -> CliError {
    let names: Vec<_> = Format::ALL.iter().map(|format| format!("`{format}`")).collect();
    CliError::new(format!("`{name}` is no format of a report"))
        .with_hint(format!("--report FORMAT=PATH, where FORMAT is {}", names.join(", ")))
}
