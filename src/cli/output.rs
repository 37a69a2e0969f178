//! A file to write after a run. Whether it can be written is checked before anything is sent.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::CliError;

/// A file that can be written and is still unchanged. It is replaced as a whole or not at all.
#[derive(Debug)]
pub struct OutputFile {
    path: PathBuf,
}

impl OutputFile {
    /// Checks that a file can be written; `what` names it in errors.
    ///
    /// # Errors
    /// Fails if the file can't be written: its folder is missing, it is a folder, or permissions forbid it.
    pub fn open(path: &Path, what: &str) -> Result<Self, CliError> {
        // A link stays a link; the file it points to is replaced.
        let file = Self { path: fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()) };
        file.try_out()
            .map(|()| file)
            .map_err(|error| CliError::new(format!("{what} {} can't be written: {error}", path.display())).with_hint(advice(path, &error)))
    }

    /// Opens the file without changing it. Then creates a new file next to it and removes that file at once.
    fn try_out(&self) -> std::io::Result<()> {
        if self.path.exists() {
            OpenOptions::new().write(true).open(&self.path)?;
        }
        if self.is_replaced() {
            let beside = self.beside();
            File::create(&beside)?;
            fs::remove_file(&beside)?;
        }
        Ok(())
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether another path leads to the same file. A device does not count, because several outputs can share it.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.is_at(&other.path)
    }

    /// Whether this path leads to the file.
    pub fn is_at(&self, path: &Path) -> bool {
        self.is_replaced() && resolved(&self.path).is_some_and(|own| resolved(path).is_some_and(|other| own == other))
    }

    /// Replaces the contents of the file.
    ///
    /// # Errors
    /// Fails if the disk is full or the reader of a pipe is gone. A regular file then stays unchanged.
    pub fn write(self, text: &str) -> std::io::Result<()> {
        if !self.is_replaced() {
            return OpenOptions::new().write(true).open(&self.path)?.write_all(text.as_bytes());
        }
        let beside = self.beside();
        let written =
            File::create(&beside).and_then(|mut file| file.write_all(text.as_bytes())).and_then(|()| fs::rename(&beside, &self.path));
        if written.is_err() {
            // Half a report would look like a result. If it can't be removed, it at least has another name.
            let _ = fs::remove_file(&beside);
        }
        written
    }

    /// Whether the file is replaced by a new one; a device or pipe is written to directly.
    fn is_replaced(&self) -> bool {
        fs::metadata(&self.path).map_or(true, |metadata| metadata.is_file() || metadata.is_dir())
    }

    /// The path of the new file until it replaces the old one.
    fn beside(&self) -> PathBuf {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        self.path.with_file_name(format!(".{name}.{}.part", std::process::id()))
    }
}

/// A path with links resolved; the file itself may be missing.
fn resolved(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::canonicalize(path).ok().or_else(|| Some(fs::canonicalize(folder).ok()?.join(path.file_name()?)))
}

fn advice(path: &Path, error: &std::io::Error) -> String {
    match (error.kind(), path.parent()) {
        (ErrorKind::NotFound, Some(folder)) if !folder.as_os_str().is_empty() => format!("create the folder {} first", folder.display()),
        (ErrorKind::IsADirectory, _) => "this is a folder: name a file in it".to_owned(),
        (ErrorKind::NotADirectory, _) => "a part of this path is a file, not a folder".to_owned(),
        _ => "name a file in a writable folder".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_contents_until_a_report_is_written() {
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
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left in the folder");
    }

    #[test]
    fn different_paths_to_one_file_are_recognised() {
        let folder = tempfile::tempdir().unwrap();
        let open = |path: &str| OutputFile::open(&folder.path().join(path), "the report").unwrap();
        fs::create_dir(folder.path().join("inner")).unwrap();
        assert!(open("a").is_same_as(&open("inner/../a")));
        assert!(!open("a").is_same_as(&open("inner/a")));
        assert!(open("a").is_at(&folder.path().join("inner/../a")));
    }
}
