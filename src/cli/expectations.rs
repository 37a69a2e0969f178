//! Known deviations: `--expect` and `--write-expect`.

use std::fs;
use std::path::Path;

use crate::expect::{Expectations, Names, to_toml};
use crate::report::Report;
use crate::report::terminal::text::count;
use crate::suite::Suite;

use super::CliError;
use super::output::OutputFile;

/// The known deviations, and the file to write new ones to.
#[derive(Debug)]
pub struct KnownDeviations {
    read: Option<Expectations>,
    write: Option<OutputFile>,
}

impl KnownDeviations {
    /// Reads the file of `--expect` and opens the file of `--write-expect`.
    ///
    /// # Errors
    /// Fails if a file can't be read or written, or if `--write-expect` would overwrite a file other than the one that
    /// was read.
    pub fn open(expect: Option<&Path>, write_expect: Option<&Path>, suite: &Suite) -> Result<Self, CliError> {
        let read = expect.map(|path| Expectations::read(path, &names(suite))).transpose()?;
        let write = write_expect.map(|path| open(path, expect)).transpose()?;
        Ok(Self { read, write })
    }

    /// Compares a report with the known deviations, and writes the deviations.
    ///
    /// # Errors
    /// Fails if the file can't be written.
    pub fn apply(self, report: &mut Report) -> Result<(), CliError> {
        if let Some(read) = &self.read {
            read.apply(report);
        }
        let Some(file) = self.write else { return Ok(()) };
        let path = file.path().display().to_string();
        let (text, entries) = to_toml(report, self.read.as_ref());
        file.write(&text).map_err(|error| CliError::new(format!("{path} can't be written: {error}")))?;
        let fill_in = if entries == 0 { "" } else { "; write in each `reason` why you accept the deviation" };
        super::say(&format!("{} written to {path}{fill_in}", count(entries, "known deviation")));
        Ok(())
    }
}

/// The names of each rule's scenarios in an expectation file.
fn names(suite: &Suite) -> Names {
    let short = |id: &str| id.split_once('/').map_or(id, |(_, name)| name).to_owned();
    suite.rules.iter().map(|rule| (rule.id.clone(), rule.scenarios.iter().map(|scenario| short(&scenario.id)).collect())).collect()
}

/// Opens the file of `--write-expect`. Only the file that was read may be overwritten, because its reasons are kept.
fn open(path: &Path, read: Option<&Path>) -> Result<OutputFile, CliError> {
    let canonical = |path: &Path| fs::canonicalize(path).ok();
    let same = read.is_some_and(|read| canonical(read).is_some_and(|read| canonical(path) == Some(read)));
    if path.is_file() && !same {
        return Err(CliError::new(format!("{} already exists", path.display()))
            .with_hint(format!("name another file, or give `--expect {}` as well, so that its reasons are kept", path.display())));
    }
    OutputFile::open(path, "the expectation file")
}
