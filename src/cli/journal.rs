//! Finds the folder of journals, and decides whether a run may start although a journal names users.

use std::path::{Path, PathBuf};

use crate::target::Target;
use crate::tenant::Journal;

use super::CliError;

/// The program's folder inside the state folder.
const FOLDER: &str = "graph-phone-conformance";

/// Takes the target's journal from `folder`. Without a folder, takes it from the user's state folder.
///
/// # Errors
/// Fails if the journal can't be written, another run holds it, or its contents can't be understood.
pub fn claim(folder: Option<&Path>, target: &Target) -> Result<Journal, CliError> {
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None => state_folder(&|name| std::env::var_os(name).map(PathBuf::from), std::env::home_dir())
            .ok_or_else(|| CliError::new("there is no home folder for the journal").with_hint("name a folder with `--journal-dir DIR`"))?,
    };
    Journal::claim(&folder, target).map_err(|error| CliError::new(error.to_string()).with_hint(error.hint()))
}

/// Like [`claim`], for a run. The run may start if no user needs to be put back, or if that is done first.
///
/// On the loopback interface, the run may also start if an earlier run reported that it could not put users back.
/// Otherwise the author of a mock would have to run `restore` before every run. This run also tries to put them back;
/// if that fails, they stay in the journal.
///
/// # Errors
/// Fails like [`claim`], and if users must be put back first.
pub fn claim_for_run(folder: Option<&Path>, target: &Target, restore_first: bool) -> Result<Journal, CliError> {
    let journal = claim(folder, target)?;
    match journal.left() {
        Some(left) if !(restore_first || left.reported && target.is_loopback()) => {
            let users = if left.users.len() == 1 { "1 user".to_owned() } else { format!("{} users", left.users.len()) };
            Err(CliError::new(format!(
                "a run on the target `{}` at {} has not put {users} back: {} lists the phones that they had",
                target.name,
                left.written_at,
                journal.path().display()
            ))
            .with_hint("`graph-phone-conformance restore` with the same target puts them back; `--restore-first` does it before the run"))
        }
        _ => Ok(journal),
    }
}

/// The folder in which programs keep state between runs.
///
/// Source: the XDG Base Directory Specification, `XDG_STATE_HOME`; on Windows and macOS its equivalent.
fn state_folder(env: &dyn Fn(&str) -> Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    let named = if cfg!(windows) { env("LOCALAPPDATA") } else { env("XDG_STATE_HOME") };
    let below_home = || {
        let home = home.filter(|home| home.is_absolute())?;
        Some(home.join(if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/state" }))
    };
    // The specification says to ignore a relative path.
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
