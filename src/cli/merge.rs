//! `merge`: merges the reports of a sharded run.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::report::merge::{MergeError, Part};
use crate::suite::Suite;

use super::args::MergeArgs;
use super::expectations::KnownDeviations;
use super::page::{detail, print};
use super::reports::Reports;
use super::{CliError, earlier};

/// Merges the reports and judges the result.
pub fn merge(args: &MergeArgs) -> Result<ExitCode, CliError> {
    let suite = args.features.as_deref().map_or_else(Suite::embedded, Suite::read)?;
    let known = KnownDeviations::open(args.expect.as_deref(), args.write_expect.as_deref(), &suite)?;
    let inputs: Vec<&Path> =
        args.files.iter().map(PathBuf::as_path).chain(args.expect.as_deref()).chain(args.write_expect.as_deref()).collect();
    let reports = Reports::open(&args.report, &inputs)?;
    let part = |path: &std::path::PathBuf| Ok(Part { name: path.display().to_string(), report: earlier::read(path)? });
    let parts = args.files.iter().map(part).collect::<Result<_, CliError>>()?;
    let mut report = crate::report::merge::merge(parts)?;
    let written = known.apply(&mut report);
    let printed = print(&report, &suite.files, detail(args.quiet, args.verbose), reports.take_standard_output());
    written?;
    Ok(reports.finish(&report, printed))
}

impl From<MergeError> for CliError {
    fn from(error: MergeError) -> Self {
        Self { hint: Some(error.hint().to_owned()), message: error.to_string() }
    }
}
