//! Decides what `run` does with snapshots.

use std::path::Path;

use crate::snapshot::{Baseline, SnapshotDir, Snapshots};
use crate::target::Target;

use super::CliError;
use super::args::{RunArgs, SnapshotMode};

/// The default folder of the snapshots.
const FOLDER: &str = "snapshots";

/// What the arguments ask for; `None` if the run does not use snapshots. To record answers, it creates the folder.
///
/// # Errors
/// Fails if the arguments contradict each other, the folder can't be written, or the environment changes what insta
/// does.
pub fn snapshots(args: &RunArgs, target: &Target, env: &dyn Fn(&str) -> Option<String>) -> Result<Option<Snapshots>, CliError> {
    let named = args.baseline.is_some() || args.snapshot_dir.is_some();
    let mode = args.snapshots.unwrap_or(if args.fault.is_empty() || named { SnapshotMode::Compare } else { SnapshotMode::Off });
    let folder = args.snapshot_dir.as_deref().unwrap_or(Path::new(FOLDER));
    if let Some(variable) = disturbing(env).filter(|_| mode == SnapshotMode::Record) {
        return Err(CliError::new(format!("the environment variable {variable} would change how snapshots are recorded"))
            .with_hint(format!("unset {variable}, or do not record")));
    }
    Ok(match mode {
        SnapshotMode::Off if args.baseline.is_some() => {
            return Err(CliError::new("`--baseline` says what to compare with, but `--snapshots off` compares nothing")
                .with_hint("remove `--baseline` or `--snapshots off`"));
        }
        SnapshotMode::Off => None,
        SnapshotMode::Compare => {
            let name = args.baseline.as_deref().unwrap_or(&target.name);
            let baseline = if named { Baseline::named(folder, args.snapshot_dir.is_some(), name)? } else { Baseline::find(folder, name)? };
            // A user who tries an endpoint with a few options has recorded no snapshots yet.
            let first_try = args.target.flags.base_url.is_some() && args.snapshots.is_none();
            (!first_try || !baseline.is_missing()).then_some(Snapshots::Compare(baseline))
        }
        SnapshotMode::Record if args.baseline.is_some() => {
            return Err(CliError::new("`--baseline` says what to compare with, but `--snapshots record` compares nothing")
                .with_hint("remove `--baseline` or `--snapshots record`"));
        }
        SnapshotMode::Record => Some(Snapshots::Record(SnapshotDir::open(folder, &target.name)?)),
    })
}

/// An environment variable that would make insta write files or use another folder; `None` if there is none.
fn disturbing(env: &dyn Fn(&str) -> Option<String>) -> Option<&'static str> {
    let value = |name| env(name).unwrap_or_default();
    let harmless = ["", "auto", "always", "1", "new", "unseen", "no"].contains(&value("INSTA_UPDATE").as_str());
    if !harmless {
        return Some("INSTA_UPDATE");
    }
    let forced = ["INSTA_FORCE_UPDATE", "INSTA_FORCE_UPDATE_SNAPSHOTS"].into_iter().find(|name| value(name) == "1");
    forced.or_else(|| (!value("INSTA_PENDING_DIR").is_empty()).then_some("INSTA_PENDING_DIR"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_variables_that_make_insta_write_are_refused() {
        let with = |name: &'static str, value: &'static str| disturbing(&move |asked| (asked == name).then(|| value.to_owned()));
        assert_eq!(with("INSTA_UPDATE", "force"), Some("INSTA_UPDATE"));
        assert_eq!(with("INSTA_UPDATE", "no"), None);
        assert_eq!(with("INSTA_FORCE_UPDATE", "1"), Some("INSTA_FORCE_UPDATE"));
        assert_eq!(with("INSTA_PENDING_DIR", "/tmp"), Some("INSTA_PENDING_DIR"));
        assert_eq!(with("CI", "true"), None);
    }
}
