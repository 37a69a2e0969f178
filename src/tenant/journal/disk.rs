//! Files that survive a power cut, and locks that die with their process.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// A lock on a path. The operating system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    #[cfg_attr(not(unix), expect(dead_code, reason = "elsewhere an open file can't be removed"))]
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Locks a path; `None` where somebody else has it.
    pub fn take(path: &Path) -> io::Result<Option<Self>> {
        loop {
            let file = private().create(true).truncate(false).open(path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // Whoever had it before may have removed the file between the two calls above: then this lock holds nobody off.
            if still_there(&file, path) {
                return Ok(Some(Self { path: path.to_owned(), _file: file }));
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Only a file that is still locked may go; where it can't, it is empty and in nobody's way.
        #[cfg(unix)]
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn still_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let same = |a: &std::fs::Metadata, b: &std::fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    matches!((file.metadata(), std::fs::metadata(path)), (Ok(locked), Ok(there)) if same(&locked, &there))
}

#[cfg(not(unix))]
fn still_there(_: &File, _: &Path) -> bool {
    true
}

/// Makes a folder that only its owner can look into; one that is there is left as it is.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).collect();
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)?;
    missing.into_iter().try_for_each(sync_entry)
}

/// Sees whether a file could be put in place of this one.
pub fn probe(path: &Path) -> io::Result<()> {
    let fresh = fresh(path);
    private().create(true).truncate(true).open(&fresh)?;
    std::fs::remove_file(fresh)
}

/// Puts a file with these contents in place of another: at every moment there is either the old one or the new one, as a whole.
pub fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    let fresh = fresh(path);
    let mut file = private().create(true).truncate(true).open(&fresh)?;
    file.write_all(contents)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    sync_entry(path)
}

/// Removes a file, if there is one.
pub fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Ok(()) => sync_entry(path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn fresh(path: &Path) -> PathBuf {
    path.with_extension("new")
}

/// A file to write that nobody but its owner can read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

/// Makes sure that the folder remembers a name. Elsewhere than on Unix a folder can't be synced, and need not be.
fn sync_entry(path: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_has_a_lock_and_nothing_is_left_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lock");
        let lock = Lock::take(&path).unwrap();
        assert!(lock.is_some());
        assert!(Lock::take(&path).unwrap().is_none());
        drop(lock);
        assert!(Lock::take(&path).unwrap().is_some());
        assert_eq!(path.exists(), !cfg!(unix));
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_removed_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        // What a process that was killed while it wrote has left.
        std::fs::write(fresh(&path), "half of an earlier one, which was longer").unwrap();
        probe(&path).unwrap();
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
