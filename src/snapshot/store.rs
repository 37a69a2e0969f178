//! Reads and writes snapshot files through insta.
//!
//! insta is made for tests: if texts differ, it prints, leaves a `.snap.new` and panics. A comparator that saves and
//! accepts everything prevents this. insta calls the comparator only if the file exists, so a placeholder file is
//! written first.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use insta::{Comparator, Settings, Snapshot};

use super::sections::Sections;

/// The contents of a file until insta writes it.
const BLANK: &str = "---\nsource: \"\"\n---\n";

/// A snapshot file can't be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the snapshot {file} can't be {done}: {why}")]
pub struct StoreError {
    file: String,
    done: &'static str,
    why: String,
}

impl StoreError {
    fn new(file: &Path, done: &'static str, why: String) -> Self {
        Self { file: file.display().to_string(), done, why }
    }
}

/// The answers in a file; `None` if it does not exist.
pub(super) fn read(file: &Path) -> Result<Option<Sections>, StoreError> {
    if !file.exists() {
        return Ok(None);
    }
    let sections =
        check(file).and_then(|text| Sections::parse(&contents(&text)).ok_or_else(|| "it does not begin with a heading".to_owned()));
    sections.map(Some).map_err(|why| StoreError::new(file, "read", why))
}

/// Writes a file, overwriting any earlier one.
pub(super) fn write(file: &Path, about: &str, sections: &Sections) -> Result<(), StoreError> {
    let failed = |why: String| StoreError::new(file, "written", why);
    if check(file).is_err() {
        file.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(file, BLANK))
            .map_err(|error| failed(error.to_string()))?;
    }
    let witness = Witness { file: file.to_owned(), refused: Arc::default() };
    assert(about, &sections.text(), &witness).map_err(failed)?;
    let refused = witness.refused.lock().expect("nothing panics while it is locked").take();
    refused.map_or(Ok(()), |why| Err(failed(why)))
}

/// A file's text, if insta can read the file without printing a warning.
fn check(file: &Path) -> Result<String, String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    if !text.starts_with("---\n") && !text.starts_with("---\r\n") {
        return Err("it does not begin with `---`".to_owned());
    }
    Snapshot::from_file(file).map(|_| text).map_err(|error| error.to_string())
}

/// The text of a snapshot file below its head.
pub(super) fn contents(file: &str) -> String {
    let file = file.replace("\r\n", "\n");
    let text = file.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or(file.as_str(), |(_, text)| text);
    text.trim_end().to_owned()
}

/// Runs insta's comparison. insta's settings belong to a thread, so they are bound and used without an await in
/// between.
fn assert(about: &str, text: &str, witness: &Witness) -> Result<(), String> {
    let mut settings = Settings::new();
    settings.set_snapshot_path(witness.file.parent().unwrap_or(&witness.file));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(about);
    settings.set_comparator(Box::new(witness.clone()));
    let name = witness.file.file_stem().unwrap_or_default().to_string_lossy();
    let asserted = || settings.bind(|| insta::assert_snapshot!(name.as_ref(), text));
    catch_unwind(AssertUnwindSafe(asserted)).map_err(|_| "insta gave up".to_owned())
}

/// Saves what insta compares, and accepts it.
#[derive(Clone)]
struct Witness {
    file: PathBuf,
    refused: Arc<Mutex<Option<String>>>,
}

impl Comparator for Witness {
    fn matches(&self, _: &Snapshot, test: &Snapshot) -> bool {
        *self.refused.lock().expect("nothing panics while it is locked") = test.save(&self.file).err().map(|error| error.to_string());
        true
    }

    fn dyn_clone(&self) -> Box<dyn Comparator> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ApiVersion;

    fn sections(answer: &str) -> Sections {
        let mut sections = Sections::default();
        sections.insert("one", ApiVersion::V1, answer);
        sections
    }

    #[test]
    fn recorded_answers_are_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("create/a.snap");
        assert_eq!(read(&file).unwrap(), None);
        write(&file, "create.a: A", &sections("a\n\nb\n")).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text, "---\nsource: src/snapshot/store.rs\ndescription: \"create.a: A\"\n---\n## one (v1.0)\na\n\nb\n");
        assert_eq!(read(&file).unwrap(), Some(sections("a\n\nb")));
        let left: Vec<_> = fs::read_dir(folder.path().join("create")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["a.snap"]);
    }

    #[test]
    fn a_broken_file_cannot_be_read_but_can_be_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("create/a.snap");
        fs::create_dir_all(folder.path().join("create")).unwrap();
        for broken in ["", "<<<<<<< HEAD\n---\n", "---\n[\n---\n", "---\nsource: a\n---\n<<<<<<< HEAD\n## one (v1.0)\na\n"] {
            fs::write(&file, broken).unwrap();
            let error = read(&file).unwrap_err().to_string();
            assert!(error.starts_with("the snapshot ") && error.contains("can't be read"), "{error}");
            write(&file, "x", &sections("a")).unwrap();
            assert_eq!(read(&file).unwrap(), Some(sections("a")));
        }
    }

    #[test]
    fn line_ends_make_no_difference() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.snap");
        write(&file, "x", &sections("a\nb")).unwrap();
        let text = fs::read_to_string(&file).unwrap().replace('\n', "\r\n");
        fs::write(&file, text).unwrap();
        assert_eq!(read(&file).unwrap(), Some(sections("a\nb")));
    }
}
