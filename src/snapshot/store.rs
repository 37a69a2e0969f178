//! Reads and writes snapshot files through insta.
//!
//! insta is made for tests: if texts differ, it prints, leaves a `.snap.new` and panics. A comparator that accepts
//! everything prevents all three and receives both texts. insta calls it only if the file exists, so a placeholder file
//! is written first.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use insta::{Comparator, Settings, Snapshot};

use super::Place;

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

/// The snapshot and the answer in comparable form; `None` if there is no snapshot.
pub(super) fn compared(folder: &Path, place: &Place, answer: &str) -> Result<Option<(String, String)>, StoreError> {
    let file = folder.join(place.path());
    if !file.exists() {
        return Ok(None);
    }
    check(&file).map_err(|why| StoreError::new(&file, "read", why))?;
    let witness = Witness::default();
    assert(folder, place, "", answer, &witness).map_err(|why| StoreError::new(&file, "read", why))?;
    let seen = witness.seen.lock().expect("nothing panics while it is locked").take();
    seen.map(Some).ok_or_else(|| StoreError::new(&file, "read", "it is no text".to_owned()))
}

/// Writes a snapshot, overwriting any earlier one.
pub(super) fn record(folder: &Path, place: &Place, about: &str, answer: &str) -> Result<(), StoreError> {
    let file = folder.join(place.path());
    let failed = |why: String| StoreError::new(&file, "written", why);
    if check(&file).is_err() {
        file.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&file, BLANK))
            .map_err(|error| failed(error.to_string()))?;
    }
    let witness = Witness { save: Some(file.clone()), ..Witness::default() };
    assert(folder, place, about, answer, &witness).map_err(failed)?;
    let refused = witness.refused.lock().expect("nothing panics while it is locked").take();
    refused.map_or(Ok(()), |why| Err(failed(why)))
}

/// Checks that insta can read a file without printing a warning.
fn check(file: &Path) -> Result<(), String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    if !text.starts_with("---\n") && !text.starts_with("---\r\n") {
        return Err("it does not begin with `---`".to_owned());
    }
    Snapshot::from_file(file).map(|_| ()).map_err(|error| error.to_string())
}

/// The text of a snapshot file, in the form that insta compares.
pub(super) fn contents(file: &str) -> String {
    let file = file.replace("\r\n", "\n");
    let text = file.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or(file.as_str(), |(_, text)| text);
    text.trim_end().to_owned()
}

/// Runs insta's comparison. Settings belong to a thread, so they are bound and used without an await in between.
fn assert(folder: &Path, place: &Place, about: &str, answer: &str, witness: &Witness) -> Result<(), String> {
    let mut settings = Settings::new();
    settings.set_snapshot_path(folder.join(&place.folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(about);
    settings.set_comparator(Box::new(witness.clone()));
    let asserted = || settings.bind(|| insta::assert_snapshot!(place.name.as_str(), answer));
    catch_unwind(AssertUnwindSafe(asserted)).map_err(|_| "insta gave up".to_owned())
}

/// Receives what insta compares, and accepts it.
#[derive(Clone, Default)]
struct Witness {
    /// Where to save the answer, if it must be saved.
    save: Option<PathBuf>,
    seen: Arc<Mutex<Option<(String, String)>>>,
    refused: Arc<Mutex<Option<String>>>,
}

impl Comparator for Witness {
    fn matches(&self, reference: &Snapshot, test: &Snapshot) -> bool {
        if let Some(file) = &self.save {
            *self.refused.lock().expect("nothing panics while it is locked") = test.save(file).err().map(|error| error.to_string());
        }
        let texts = reference.as_text().zip(test.as_text()).map(|(reference, test)| (reference.to_string(), test.to_string()));
        *self.seen.lock().expect("nothing panics while it is locked") = texts;
        true
    }

    fn dyn_clone(&self) -> Box<dyn Comparator> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place { folder: "v1.0/create/a".into(), name: "one".into() }
    }

    #[test]
    fn what_was_recorded_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(compared(folder.path(), &place(), "a").unwrap(), None);
        record(folder.path(), &place(), "create.a: One", "a\n\nb\n").unwrap();
        let text = fs::read_to_string(folder.path().join("v1.0/create/a/one.snap")).unwrap();
        assert_eq!(text, "---\nsource: src/snapshot/store.rs\ndescription: \"create.a: One\"\n---\na\n\nb\n");
        assert_eq!(contents(&text), "a\n\nb");
        assert_eq!(compared(folder.path(), &place(), "c").unwrap(), Some(("a\n\nb".into(), "c".into())));
        let left: Vec<_> = fs::read_dir(folder.path().join("v1.0/create/a")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["one.snap"]);
    }

    #[test]
    fn a_broken_file_is_no_snapshot_but_can_be_recorded_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("v1.0/create/a/one.snap");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        for broken in ["", "<<<<<<< HEAD\n---\n", "---\n[\n---\n"] {
            fs::write(&file, broken).unwrap();
            let error = compared(folder.path(), &place(), "a").unwrap_err().to_string();
            assert!(error.starts_with("the snapshot ") && error.contains("can't be read"), "{error}");
            record(folder.path(), &place(), "x", "a").unwrap();
            assert_eq!(compared(folder.path(), &place(), "a").unwrap(), Some(("a".into(), "a".into())));
        }
    }

    #[test]
    fn a_file_that_git_gave_other_line_ends_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        record(folder.path(), &place(), "x", "a\nb").unwrap();
        let file = folder.path().join("v1.0/create/a/one.snap");
        let text = fs::read_to_string(&file).unwrap().replace('\n', "\r\n");
        fs::write(&file, &text).unwrap();
        assert_eq!(contents(&text), "a\nb");
        assert_eq!(compared(folder.path(), &place(), "a\nb").unwrap(), Some(("a\nb".into(), "a\nb".into())));
    }
}
