//! Keeps the users' original phones on disk, so that they can be put back even if the run is killed.
//!
//! Each target has one file, and only one process at a time holds it. The file exists from before the first change
//! until every user is restored. So if the file exists, some users may not be restored.

mod disk;
mod document;

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::target::Target;

use super::Original;
use disk::Lock;
use document::{Flaw, read, write};

/// The journal of a target. Only one process at a time holds it.
#[derive(Debug)]
pub struct Journal {
    target: String,
    base_url: String,
    path: PathBuf,
    left: Option<Left>,
    /// Locks the file as long as this value exists.
    _lock: Lock,
}

/// What an earlier run left in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The users who may still lack their original phones, and these phones.
    pub users: Vec<Original>,
    /// Whether that run ended and reported that it could not put these users back. If not, it was killed.
    pub reported: bool,
    /// When the journal was written: RFC 3339, UTC.
    pub written_at: String,
}

/// The journal can't be used. A run must not change anything without it.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The folder or a file in it can't be written.
    #[error("the journal {} can't be written: {source}", path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The file exists but can't be read.
    #[error("the journal {} can't be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// Another process holds the journal.
    #[error("another run on the target `{target}` is under way: it has locked {}", path.display())]
    Busy {
        /// The target's name.
        target: String,
        /// The file that is locked.
        path: PathBuf,
    },
    /// The file was changed or cut.
    #[error("{}:{line}: the journal is damaged: {flaw}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, counted from one.
        line: usize,
        /// What is wrong with it.
        flaw: String,
    },
    /// Another version of this program wrote the file.
    #[error("{}:{line}: the journal has version {found}, but this program reads version {}", path.display(), document::VERSION)]
    Version {
        /// The file.
        path: PathBuf,
        /// The line, counted from one.
        line: usize,
        /// The version in the file.
        found: i64,
    },
}

impl JournalError {
    /// What to do about it, without `hint:`.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unwritable { .. } => {
                "name another folder with `--journal-dir DIR`: the run keeps the users' phones there until it has put them back"
            }
            Self::Unreadable { .. } => "it lists the phones that users had before a run: make it readable, or move it away",
            Self::Busy { .. } => "wait until it ends: two runs would change each other's users",
            Self::Damaged { .. } => "restore by hand the phones that it still lists, then move it away",
            Self::Version { .. } => "run `restore` with the program version that wrote it",
        }
    }
}

impl Journal {
    /// Takes the journal of a target in a folder, which is created if needed, and checks that it can be written.
    ///
    /// Fails if another process holds it, it can't be written, or its contents can't be understood.
    pub fn claim(folder: &Path, target: &Target) -> Result<Self, JournalError> {
        let base_url = target.base_url.as_str().trim_end_matches('/').to_owned();
        // Two targets with the same name are different if their addresses or their mock proxies differ.
        let place = target.mock_proxy.as_ref().map_or_else(|| base_url.clone(), |proxy| format!("{base_url} through {proxy}"));
        let name = format!("{}-{}", target.name, &document::digest(place.as_bytes())[..16]);
        let unwritable = |path: &Path| {
            let path = path.to_owned();
            move |source| JournalError::Unwritable { path, source }
        };
        disk::make_folder(folder).map_err(unwritable(folder))?;
        let path = folder.join(format!("{name}.lock"));
        let lock = Lock::take(&path).map_err(unwritable(&path))?.ok_or_else(|| JournalError::Busy { target: target.name.clone(), path })?;
        let path = folder.join(format!("{name}.toml"));
        disk::probe(&path).map_err(unwritable(&path))?;
        let left = load(&path)?;
        Ok(Self { target: target.name.clone(), base_url, path, left, _lock: lock })
    }

    /// What an earlier run left in the file before this process took the journal.
    pub const fn left(&self) -> Option<&Left> {
        self.left.as_ref()
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces the contents with these users' original phones. Once this returns, they survive a power cut. Omits
    /// users whose phones are unknown. If no user remains, removes the file.
    ///
    /// Fails if the file can't be written. It then keeps its earlier contents.
    pub fn write(&self, users: &[Original], reported: bool) -> Result<(), JournalError> {
        let unwritable = |source| JournalError::Unwritable { path: self.path.clone(), source };
        if !users.iter().any(Original::is_understood) {
            return disk::remove(&self.path).map_err(unwritable);
        }
        let written_at = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        let left = Left { users: users.to_vec(), reported, written_at };
        disk::replace(&self.path, write(&self.target, &self.base_url, &left).as_bytes()).map_err(unwritable)
    }
}

fn load(path: &Path) -> Result<Option<Left>, JournalError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(JournalError::Unreadable { path: path.to_owned(), source }),
    };
    read(&bytes).map(Some).map_err(|(line, flaw)| match flaw {
        Flaw::Version(found) => JournalError::Version { path: path.to_owned(), line, found },
        Flaw::Damage(flaw) => JournalError::Damaged { path: path.to_owned(), line, flaw },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Phones;

    fn target(name: &str, base_url: &str) -> Target {
        Target { name: name.to_owned(), ..Target::from_flags(base_url, "TOKEN", &["1".to_owned()]).unwrap() }
    }

    fn empty(user: &str) -> Original {
        Original { user: user.to_owned(), phones: Some(Phones::default()) }
    }

    #[test]
    fn the_next_process_finds_the_users_until_none_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let target = target("acme", "http://localhost:1");
        let journal = Journal::claim(folder.path(), &target).unwrap();
        assert_eq!(journal.left(), None);
        let unseen = Original { user: "unseen".to_owned(), phones: None };
        journal.write(&[empty("kim"), unseen.clone()], false).unwrap();
        drop(journal);
        let journal = Journal::claim(folder.path(), &target).unwrap();
        let left = journal.left().unwrap();
        assert_eq!((left.users.clone(), left.reported), (vec![empty("kim")], false));
        journal.write(&[unseen], true).unwrap();
        drop(journal);
        assert_eq!(Journal::claim(folder.path(), &target).unwrap().left(), None);
    }

    #[test]
    fn only_one_process_holds_the_journal_of_a_target() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::claim(folder.path(), &target("acme", "http://localhost:1")).unwrap();
        journal.write(&[empty("kim")], false).unwrap();
        let busy = Journal::claim(folder.path(), &target("acme", "http://localhost:1")).unwrap_err();
        assert!(matches!(busy, JournalError::Busy { .. }), "{busy}");
        let mocked = Target { mock_proxy: "http://localhost:8000".parse().ok(), ..target("acme", "http://localhost:1") };
        for other in [target("acme", "http://localhost:2"), target("other", "http://localhost:1"), mocked] {
            assert_eq!(Journal::claim(folder.path(), &other).unwrap().left(), None);
        }
    }

    #[test]
    fn the_error_names_a_folder_that_cannot_be_created() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), "").unwrap();
        let error = Journal::claim(&folder.path().join("file/below"), &target("acme", "http://localhost:1")).unwrap_err();
        assert!(matches!(error, JournalError::Unwritable { .. }) && error.to_string().contains("file/below"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_journal() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("state/journals");
        let journal = Journal::claim(&folder, &target("acme", "http://localhost:1")).unwrap();
        journal.write(&[empty("kim")], false).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(journal.path())), (0o700, 0o600));
    }
}
