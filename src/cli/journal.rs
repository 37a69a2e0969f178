//! Where journals lie, and whether a run may begin in spite of what is left in one.

use std::path::{Path, PathBuf};

use crate::target::Target;
use crate::tenant::Journal;

use super::CliError;

/// The folder of this program in the folder for what programs keep between two runs.
const FOLDER: &str = "graph-phone-conformance";

/// Takes the target's journal, in the folder that was asked for or else in the user's own.
///
/// # Errors
/// Fails where it can't be written, where another run has it, and where what is in it can't be understood.
pub fn claim(folder: Option<&Path>, target: &Target) -> Result<Journal, CliError> {
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None => state_folder(&|name| std::env::var_os(name).map(PathBuf::from), std::env::home_dir()).ok_or_else(|| {
            CliError::new("there is no home folder to keep in it what users had").with_hint("name a folder with `--journal-dir DIR`")
        })?,
    };
    Journal::claim(&folder, target).map_err(|error| CliError::new(error.to_string()).with_hint(error.hint()))
}

/// The same for a run, which may begin where nobody waits to be put back, or where that is to be done first.
///
/// On this machine's loopback, users whom a run could not put back and has said so of stand in nobody's way: a mock that is being
/// mended would have to be asked to take them back before each run. The run tries, and goes on owing them what they had.
///
/// # Errors
/// As for [`claim`], and where users wait to be put back.
pub fn claim_for_run(folder: Option<&Path>, target: &Target, restore_first: bool) -> Result<Journal, CliError> {
    let journal = claim(folder, target)?;
    match journal.left() {
        Some(left) if !(restore_first || left.reported && target.is_loopback()) => {
            let users = if left.users.len() == 1 { "1 user".to_owned() } else { format!("{} users", left.users.len()) };
            Err(CliError::new(format!(
                "a run on the target `{}` at {} has not put {users} back: {} says what they had",
                target.name,
                left.written_at,
                journal.path().display()
            ))
            .with_hint("`graph-phone-conformance restore` with this target puts them back, `--restore-first` does it before the run"))
        }
        _ => Ok(journal),
    }
}

/// The folder for what a program keeps between two runs.
///
/// Source: the XDG Base Directory Specification, `XDG_STATE_HOME`; on Windows and macOS the folder that stands in for it.
fn state_folder(env: &dyn Fn(&str) -> Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    let named = if cfg!(windows) { env("LOCALAPPDATA") } else { env("XDG_STATE_HOME") };
    let below_home = || {
        let home = home.filter(|home| home.is_absolute())?;
        Some(home.join(if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/state" }))
    };
    // A relative path means nothing there.
    Some(named.filter(|folder| folder.is_absolute()).or_else(below_home)?.join(FOLDER))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_environment_comes_before_the_home_folder() {
        let folder = |named: Option<&str>, home: Option<&str>| {
            let named = named.map(PathBuf::from);
            state_folder(&|name| named.clone().filter(|_| name == "XDG_STATE_HOME"), home.map(PathBuf::from))
        };
        let path = |text: &str| Some(PathBuf::from(text));
        assert_eq!(folder(Some("/state"), Some("/home/kim")), path("/state/graph-phone-conformance"));
        assert_eq!(folder(Some("state"), Some("/home/kim")), path("/home/kim/.local/state/graph-phone-conformance"));
        assert_eq!(folder(Some(""), Some("/home/kim")), path("/home/kim/.local/state/graph-phone-conformance"));
        assert_eq!(folder(None, Some("")), None);
        assert_eq!(folder(None, None), None);
    }
}
