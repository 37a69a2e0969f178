//! Files that survive a power cut, and locks that end with their process.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// A lock on a path. The operating system releases it when the process ends, even after a crash.
#[derive(Debug)]
pub struct Lock {
    #[cfg_attr(not(unix), expect(dead_code, reason = "elsewhere an open file can't be removed"))]
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Locks a path; `None` if another process holds the lock.
    pub fn take(path: &Path) -> io::Result<Option<Self>> {
        loop {
            let file = private().create(true).truncate(false).open(path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // The previous holder may have removed the file between the two calls above. Then this lock is useless, and
            // the loop tries again.
            if still_there(&file, path) {
                return Ok(Some(Self { path: path.to_owned(), _file: file }));
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Only the holder of the lock may remove the file. If this fails, an empty file stays and does no harm.
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

/// Creates a folder that only its owner can open; an existing folder stays as it is.
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

/// Checks that a file could replace the one at this path.
pub fn probe(path: &Path) -> io::Result<()> {
    let new = new_file(path);
    private().create(true).truncate(true).open(&new)?;
    std::fs::remove_file(new)
}

/// Replaces a file atomically. At any moment, the path holds either the complete old file or the complete new file.
pub fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    let new = new_file(path);
    let mut file = private().create(true).truncate(true).open(&new)?;
    file.write_all(contents)?;
    file.sync_all()?;
    std::fs::rename(&new, path)?;
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

/// The path of the file that will replace this one.
fn new_file(path: &Path) -> PathBuf {
    path.with_extension("new")
}

/// Options to write a file that only its owner can read.
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

/// Syncs the folder entry of a file. Does nothing outside Unix, where a folder can't be synced and need not be.
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
    fn only_one_process_has_a_lock_and_its_file_is_removed() {
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
    fn a_file_is_replaced_as_a_whole_and_can_be_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        // A process that is killed while it writes leaves such a file.
        std::fs::write(new_file(&path), "half of an earlier one, which was longer").unwrap();
        probe(&path).unwrap();
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
