//! Known deviations: `--expect` and `--write-expect`.

use std::fs;
use std::path::Path;

use crate::expect::{Expectations, to_toml};
use crate::report::Report;
use crate::suite::Suite;

use super::CliError;
use super::output::OutputFile;

/// What is expected of a run, and the file that waits for what deviates in it.
#[derive(Debug)]
pub struct Known {
    read: Option<Expectations>,
    write: Option<OutputFile>,
}

impl Known {
    /// Reads the one file, and opens the other.
    ///
    /// # Errors
    /// Fails where a file can't be read or written, and where one would be written over that is not the one that was read.
    pub fn open(expect: Option<&Path>, write_expect: Option<&Path>, suite: &Suite) -> Result<Self, CliError> {
        let rules: Vec<String> = suite.rules.iter().map(|rule| rule.id.clone()).collect();
        let read = expect.map(|path| Expectations::read(path, &rules)).transpose()?;
        let write = write_expect.map(|path| open(path, expect)).transpose()?;
        Ok(Self { read, write })
    }

    /// Holds a report against what was expected, and writes what deviates.
    ///
    /// # Errors
    /// Fails where the file can't be written after all.
    pub fn settle(self, report: &mut Report) -> Result<(), CliError> {
        if let Some(read) = &self.read {
            read.apply(report);
        }
        let Some(file) = self.write else { return Ok(()) };
        let path = file.path().display().to_string();
        file.write(&to_toml(report, self.read.as_ref())).map_err(|error| CliError::new(format!("{path} can't be written: {error}")))
    }
}

/// Opens a file for what deviates; only the file that was read may be written over, for its reasons are kept.
fn open(path: &Path, read: Option<&Path>) -> Result<OutputFile, CliError> {
    let canonical = |path: &Path| fs::canonicalize(path).ok();
    let same = read.is_some_and(|read| canonical(read).is_some_and(|read| canonical(path) == Some(read)));
    if path.is_file() && !same {
        return Err(CliError::new(format!("{} exists, and is left as it is", path.display()))
            .with_hint(format!("name another file, or give `--expect {}` as well, so that its reasons are kept", path.display())));
    }
    OutputFile::open(path, "the expectation file")
}
