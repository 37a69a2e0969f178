//! A file that is to be written once a run is over: whether it can be is settled before anything is sent.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::CliError;

/// A file that is open and still as it was found; where nothing is written in the end, it stays so.
#[derive(Debug)]
pub struct OutputFile {
    path: PathBuf,
    file: File,
    /// Whether it has been made for this, and holds nothing yet.
    made: bool,
}

impl OutputFile {
    /// Opens a file for writing; `what` is what errors call it.
    ///
    /// # Errors
    /// Fails where the file can't be written: its folder is missing, it is a folder itself, or somebody else's.
    pub fn open(path: &Path, what: &str) -> Result<Self, CliError> {
        let made = !path.exists();
        // Not emptied yet: what an earlier run has left is worth more than nothing, should this one not come to its end.
        match OpenOptions::new().write(true).create(true).truncate(false).open(path) {
            Ok(file) => Ok(Self { path: path.to_owned(), file, made }),
            Err(error) => {
                Err(CliError::new(format!("{what} {} can't be written: {error}", path.display())).with_hint(advice(path, &error)))
            }
        }
    }

    /// The file, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether another file is the same one, however it was named. A device can be written to by several.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let regular = self.file.metadata().is_ok_and(|metadata| metadata.is_file());
        regular && matches!((fs::canonicalize(&self.path), fs::canonicalize(&other.path)), (Ok(own), Ok(other)) if own == other)
    }

    /// Replaces what the file holds.
    ///
    /// # Errors
    /// Fails where the disk is full, or a reader has gone.
    pub fn write(mut self, text: &str) -> std::io::Result<()> {
        if self.file.metadata()?.is_file() {
            self.file.set_len(0)?;
        }
        self.file.write_all(text.as_bytes())?;
        self.made = false;
        Ok(())
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        if self.made {
            // An empty file would look like a result. If it can't be removed, nothing is lost.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn advice(path: &Path, error: &std::io::Error) -> String {
    match (error.kind(), path.parent()) {
        (ErrorKind::NotFound, Some(folder)) if !folder.as_os_str().is_empty() => format!("make the folder {} first", folder.display()),
        (ErrorKind::IsADirectory, _) => "this is a folder: name a file in it".to_owned(),
        (ErrorKind::NotADirectory, _) => "a part of this path is a file, and no folder".to_owned(),
        _ => "name a file in a folder that can be written".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_stays_until_something_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        fs::write(&old, "a long report").unwrap();
        let open = || [&old, &new].map(|path| OutputFile::open(path, "the report").unwrap());
        drop(open());
        assert_eq!(fs::read_to_string(&old).unwrap(), "a long report");
        assert!(!new.exists());
        for file in open() {
            file.write("short").unwrap();
        }
        assert_eq!([old, new].map(|path| fs::read_to_string(path).unwrap()), ["short", "short"]);
    }

    #[test]
    fn a_file_is_known_again_under_another_name() {
        let folder = tempfile::tempdir().unwrap();
        let open = |path: &str| OutputFile::open(&folder.path().join(path), "the report").unwrap();
        fs::create_dir(folder.path().join("inner")).unwrap();
        assert!(open("a").is_same_as(&open("inner/../a")));
        assert!(!open("a").is_same_as(&open("inner/a")));
    }
}
