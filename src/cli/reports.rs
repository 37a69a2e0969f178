//! The reports of `--report`. Their destinations are checked before anything is sent.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use crate::report::{EXIT_CONFORMANT, EXIT_INCONCLUSIVE, Format, Report, markdown, render};

use super::CliError;
use super::output::OutputFile;

/// The path that means standard output.
const STANDARD_OUTPUT: &str = "-";

/// The variable that holds the path of a GitHub job's summary.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// The reports to write, each with its open file.
#[derive(Debug, Default)]
pub struct Reports {
    files: Vec<(Format, OutputFile)>,
    /// Formats printed to standard output after the page: a GitHub runner reads its commands there.
    printed: Vec<Format>,
    /// The report that has standard output to itself, because a program reads it there.
    piped: Option<Format>,
    /// The path and the file of a GitHub job's summary.
    summary: Option<(String, File)>,
}

impl Reports {
    /// Parses each `FORMAT=PATH` and opens its file.
    ///
    /// # Errors
    /// Fails if a format is unknown, a path is missing or used twice, a file can't be written, a file is one of
    /// `others`, or several reports would go to standard output.
    pub fn open(wanted: &[String], others: &[&Path]) -> Result<Self, CliError> {
        let mut reports = Self::default();
        for wanted in wanted {
            let (format, path) = parse(wanted)?;
            if format == Format::Github && reports.summary.is_none() {
                reports.summary = summary()?;
            }
            let Some(path) = path else {
                reports.printed.push(format);
                continue;
            };
            if path == STANDARD_OUTPUT {
                if let Some(other) = reports.piped.replace(format) {
                    return Err(both(other, format));
                }
                continue;
            }
            let file = OutputFile::open(Path::new(path), "the report")?;
            if let Some(other) = others.iter().find(|other| file.is_at(other)) {
                return Err(CliError::new(format!(
                    "the report {format} would replace {}, which this run reads or writes itself",
                    other.display()
                ))
                .with_hint("name another file for the report"));
            }
            if let Some((other, _)) = reports.files.iter().find(|(_, other)| other.is_same_as(&file)) {
                return Err(CliError::new(format!("the reports {other} and {format} can't both be written to {path}"))
                    .with_hint("give each report a file of its own"));
            }
            reports.files.push((format, file));
        }
        if let (Some(piped), Some(printed)) = (reports.piped, reports.printed.first()) {
            return Err(both(piped, *printed));
        }
        Ok(reports)
    }

    /// Whether a report has standard output to itself, so that everything else must go elsewhere.
    pub const fn take_standard_output(&self) -> bool {
        self.piped.is_some()
    }

    /// Writes every report and returns the exit status: that of the verdict, but never success if the page (`printed`)
    /// or a report could not be written.
    pub fn finish(self, report: &Report, printed: Result<(), CliError>) -> ExitCode {
        let mut status = report.verdict.exit_status();
        if let Err(error) = printed {
            super::complain(&error);
            status = unless_success(status);
        }
        let is_there = |path: &str| Path::new(path).is_file();
        let mut lost = Vec::new();
        for (format, file) in self.files {
            let path = file.path().display().to_string();
            lost.extend(file.write(&render(format, report, &is_there)).err().map(|error| (path, error)));
        }
        for format in self.printed {
            // If the reader has closed the pipe, it has seen enough.
            let _ = std::io::stdout().write_all(render(format, report, &is_there).as_bytes());
        }
        if let Some(format) = self.piped {
            let written =
                std::io::stdout().write_all(render(format, report, &is_there).as_bytes()).and_then(|()| std::io::stdout().flush());
            let lost_to_all = written.err().filter(|error| error.kind() != ErrorKind::BrokenPipe);
            lost.extend(lost_to_all.map(|error| ("on standard output".to_owned(), error)));
        }
        if let Some((path, file)) = self.summary {
            lost.extend(append(file, report).err().map(|error| (path, error)));
        }
        for (path, error) in lost {
            super::complain(&CliError::new(format!("the report {path} can't be written: {error}")));
            status = unless_success(status);
        }
        ExitCode::from(status)
    }
}

/// The exit status of a run whose output could not be written.
const fn unless_success(status: u8) -> u8 {
    if status == EXIT_CONFORMANT { EXIT_INCONCLUSIVE } else { status }
}

fn both(one: Format, other: Format) -> CliError {
    CliError::new(format!("the reports {one} and {other} can't both be written to standard output"))
        .with_hint(format!("write one of them to a file: --report {other}=PATH"))
}

/// The summary file of the GitHub job, if there is one.
fn summary() -> Result<Option<(String, File)>, CliError> {
    let Some(path) = std::env::var(STEP_SUMMARY).ok().filter(|path| !path.is_empty()) else { return Ok(None) };
    let file = OpenOptions::new().append(true).create(true).open(&path);
    let file = file.map_err(|error| {
        CliError::new(format!("the job summary {path} can't be written: {error}"))
            .with_hint(format!("the environment variable {STEP_SUMMARY} names it; to write no job summary, unset it"))
    })?;
    Ok(Some((path, file)))
}

/// Appends the report to what other commands of the step wrote. The size limit applies to the whole file.
fn append(mut file: File, report: &Report) -> std::io::Result<()> {
    let written = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    file.write_all(markdown::render(report, markdown::SUMMARY.saturating_sub(written)).as_bytes())
}

/// Parses the format and the optional path.
fn parse(wanted: &str) -> Result<(Format, Option<&str>), CliError> {
    let (name, path) = wanted.split_once('=').unwrap_or((wanted, ""));
    let format: Format = name.parse().map_err(|_| unknown(name))?;
    let path = Some(path).filter(|path| !path.is_empty());
    if path.is_none() && format.needs_path() {
        return Err(CliError::new(format!("--report {format} needs a path")).with_hint(format!("--report {format}=PATH")));
    }
    Ok((format, path))
}

fn unknown(name: &str) -> CliError {
    let names: Vec<_> = Format::ALL.iter().map(|format| format!("`{format}`")).collect();
    CliError::new(format!("`{name}` is not a report format"))
        .with_hint(format!("--report FORMAT=PATH, where FORMAT is {}", names.join(", ")))
}
