//! `run --watch`: runs again whenever a relevant file changes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use super::CliError;
use super::args::RunArgs;
use super::signals::Signals;

/// The interval at which the files are checked. Checking a few dozen files costs less than watching their folders.
const INTERVAL: Duration = Duration::from_millis(250);

/// The modification time and size of a file; `None` if it does not exist.
type Stamp = Option<(SystemTime, u64)>;

/// Runs, and runs again after each change, until Ctrl-C or SIGTERM. The exit status is that of the last run.
///
/// # Errors
/// Fails if there is no file to watch. An error in one of the files is printed, and watching goes on.
pub async fn watch(args: &RunArgs) -> Result<ExitCode, CliError> {
    let roots: Vec<&Path> = [&args.target.file, &args.expect, &args.features].into_iter().flatten().map(PathBuf::as_path).collect();
    if roots.is_empty() {
        return Err(CliError::new("--watch waits for a file to change, and this call names none")
            .with_hint("name a target file with --target, or feature files with --features"));
    }
    // One listener serves all runs, so a signal during a run also ends the watch.
    let mut signals = Signals::listen()?;
    let mut stop = tokio::spawn(async move { signals.next().await });
    loop {
        let seen = stamps(&roots);
        let status = super::run::run(args).await.unwrap_or_else(|error| super::fail(&error));
        if stop.is_finished() {
            return Ok(status);
        }
        let names: Vec<String> = roots.iter().map(|root| root.display().to_string()).collect();
        let _ = writeln!(anstream::stderr(), "watching {}: a change runs this again, Ctrl-C ends it", names.join(" and "));
        tokio::select! {
            _ = &mut stop => return Ok(status),
            () = changed(&roots, &seen) => {}
        }
    }
}

/// Waits until the files have changed and then stayed the same for a moment, since an editor may still be writing.
async fn changed(roots: &[&Path], seen: &BTreeMap<PathBuf, Stamp>) {
    let mut last = seen.clone();
    loop {
        tokio::time::sleep(INTERVAL).await;
        let now = stamps(roots);
        if now == last && now != *seen {
            return;
        }
        last = now;
    }
}

/// The stamp of each file, and of the feature files in each folder.
fn stamps(roots: &[&Path]) -> BTreeMap<PathBuf, Stamp> {
    let mut stamps = BTreeMap::new();
    for root in roots {
        stamps.insert((*root).to_owned(), stamp(root));
        collect(root, &mut stamps);
    }
    stamps
}

fn collect(folder: &Path, stamps: &mut BTreeMap<PathBuf, Stamp>) {
    // A path that can't be read is a file or is gone; its stamp shows either.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(&path, stamps);
        } else if path.extension().is_some_and(|extension| extension == "feature") {
            stamps.insert(path.clone(), stamp(&path));
        }
    }
}

fn stamp(path: &Path) -> Stamp {
    let metadata = fs::metadata(path).ok()?;
    // A folder's own time changes with every file in it, so it is ignored.
    let length = if metadata.is_file() { metadata.len() } else { return Some((SystemTime::UNIX_EPOCH, 0)) };
    Some((metadata.modified().ok()?, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_come_go_or_change_are_seen_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let stamps = || stamps(&[folder.path(), &at("target.toml")]);
        fs::create_dir(at("inner")).unwrap();
        fs::write(at("inner/a.feature"), "one").unwrap();
        let first = stamps();
        assert_eq!((first.len(), first[&at("target.toml")]), (3, None));
        fs::write(at("notes.txt"), "of no matter").unwrap();
        assert_eq!(stamps(), first);
        fs::write(at("inner/a.feature"), "longer").unwrap();
        let second = stamps();
        assert_ne!(second, first);
        fs::write(at("target.toml"), "").unwrap();
        assert_ne!(stamps(), second);
        fs::remove_file(at("target.toml")).unwrap();
        assert_eq!(stamps(), second);
        fs::remove_file(at("inner/a.feature")).unwrap();
        assert_eq!(stamps().len(), 2);
    }

    #[tokio::test]
    async fn a_change_is_waited_for_until_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("target.toml");
        fs::write(&path, "one").unwrap();
        let roots = [path.as_path()];
        let seen = stamps(&roots);
        let unchanged = tokio::time::timeout(4 * INTERVAL, changed(&roots, &seen)).await;
        assert!(unchanged.is_err());
        fs::write(&path, "another").unwrap();
        changed(&roots, &seen).await;
    }
}
