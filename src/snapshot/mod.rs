//! Snapshots of answers: an endpoint's earlier answers, to compare with its present ones.
//!
//! A snapshot is an ordinary insta file at `DIR/TARGET/VERSION/OPERATION/REQUIREMENT/SCENARIO.snap`. Everything that
//! differs between runs is removed, so the same behaviour gives the same file for any seed, users, port and
//! concurrency.
//!
//! Recording writes the files of the scenarios that passed and changes no others, so a run of a few rules is enough.
//! The file of a deleted scenario stays, and is never read.

mod diff;
mod numbers;
mod redact;
mod render;
mod store;

pub use diff::{Drift, drift};
pub use redact::{AnyUser, Hidden};
pub use render::render;
pub use store::StoreError;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::api::ApiVersion;
use crate::target::nearest;

/// The target whose snapshots are embedded.
const REFERENCE: &str = "reference";

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/snapshots");

/// What a run does with snapshots.
#[derive(Debug, Clone)]
pub enum Snapshots {
    /// It compares the answers with a baseline.
    Compare(Baseline),
    /// It records the answers.
    Record(SnapshotDir),
}

/// The snapshots of one target, which may not exist.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// The target's name.
    pub name: String,
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    Folder(PathBuf),
    Embedded(&'static Dir<'static>),
    Missing,
}

/// The folder that one target's snapshots are written to.
#[derive(Debug, Clone)]
pub struct SnapshotDir {
    folder: PathBuf,
}

/// The path of a snapshot in its target's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder, with slashes.
    pub folder: String,
    /// The file's name without `.snap`.
    pub name: String,
}

/// The snapshots can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The name could point outside of the folder.
    #[error("`{0}` is no name of a target")]
    Name(String),
    /// The named folder does not exist.
    #[error("the folder of snapshots {0} does not exist")]
    NoFolder(String),
    /// No snapshots have this name.
    #[error("there is no snapshot baseline `{name}`")]
    NoBaseline {
        /// The name.
        name: String,
        /// The names that exist.
        known: Vec<String>,
    },
    /// The folder can't be written.
    #[error("snapshots can't be written to {folder}: {why}")]
    Unwritable {
        /// The folder.
        folder: String,
        /// The system's reason.
        why: String,
    },
}

impl SnapshotError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Name(_) => {
                "a name consists of lower-case letters, digits and hyphens, and is a folder in the one of --snapshot-dir".to_owned()
            }
            Self::NoFolder(_) => "`--snapshots record` makes it; `--snapshots off` does without".to_owned(),
            Self::NoBaseline { name, known } => {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                match nearest(name, &known) {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => format!("there are {}; `--snapshots record` makes one of this target", known.join(", ")),
                }
            }
            Self::Unwritable { .. } => "--snapshot-dir names another folder".to_owned(),
        }
    }
}

impl Baseline {
    /// The snapshots of a target in a folder. If the folder lacks the reference server's snapshots, the embedded ones
    /// are used.
    ///
    /// # Errors
    /// Fails if the name is invalid.
    pub fn find(folder: &Path, name: &str) -> Result<Self, SnapshotError> {
        let own = own_folder(folder, name)?;
        let source = if own.is_dir() {
            Source::Folder(own)
        } else {
            match EMBEDDED.get_dir(REFERENCE).filter(|_| name == REFERENCE) {
                Some(embedded) => Source::Embedded(embedded),
                None => Source::Missing,
            }
        };
        Ok(Self { name: name.to_owned(), source })
    }

    /// The snapshots that the user asked for by folder or name.
    ///
    /// # Errors
    /// Fails if there are none.
    pub fn named(folder: &Path, folder_is_given: bool, name: &str) -> Result<Self, SnapshotError> {
        if folder_is_given && !folder.is_dir() {
            return Err(SnapshotError::NoFolder(folder.display().to_string()));
        }
        let baseline = Self::find(folder, name)?;
        if baseline.is_missing() {
            let folders = fs::read_dir(folder).into_iter().flatten().flatten().filter(|entry| entry.path().is_dir());
            let known: BTreeSet<String> =
                folders.filter_map(|entry| entry.file_name().into_string().ok()).chain([REFERENCE.to_owned()]).collect();
            return Err(SnapshotError::NoBaseline { name: name.to_owned(), known: known.into_iter().collect() });
        }
        Ok(baseline)
    }

    /// Whether there is nothing to compare with.
    pub const fn is_missing(&self) -> bool {
        matches!(self.source, Source::Missing)
    }

    /// The difference between an answer and its snapshot; `None` if it has no snapshot.
    ///
    /// # Errors
    /// Fails if the snapshot can't be read.
    pub fn compare(&self, place: &Place, answer: &str) -> Result<Option<Result<(), Drift>>, StoreError> {
        let recorded = match &self.source {
            Source::Folder(folder) => store::compared(folder, place, answer)?,
            Source::Embedded(embedded) => {
                let file = embedded.get_file(embedded.path().join(place.path()));
                file.and_then(include_dir::File::contents_utf8).map(|text| (store::contents(text), answer.trim_end().to_owned()))
            }
            Source::Missing => None,
        };
        Ok(recorded.map(|(recorded, came)| if recorded == came { Ok(()) } else { Err(drift(&recorded, &came)) }))
    }
}

impl SnapshotDir {
    /// The folder of a target's snapshots, created if missing.
    ///
    /// # Errors
    /// Fails if the name is invalid or the folder can't be written.
    pub fn open(folder: &Path, name: &str) -> Result<Self, SnapshotError> {
        let folder = own_folder(folder, name)?;
        let probe = folder.join(".writable");
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&probe, ""))
            .and_then(|()| fs::remove_file(&probe))
            .map_err(|error| SnapshotError::Unwritable { folder: folder.display().to_string(), why: error.to_string() })?;
        Ok(Self { folder })
    }

    /// Records an answer; `about` describes it in the file.
    ///
    /// # Errors
    /// Fails if the file can't be written.
    pub fn record(&self, place: &Place, about: &str, answer: &str) -> Result<(), StoreError> {
        store::record(&self.folder, place, about, answer)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The absolute path of a target's folder: insta resolves a relative path from its caller's source file.
fn own_folder(folder: &Path, name: &str) -> Result<PathBuf, SnapshotError> {
    if name.is_empty() || !name.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        return Err(SnapshotError::Name(name.to_owned()));
    }
    let own = folder.join(name);
    Ok(std::path::absolute(&own).unwrap_or(own))
}

impl Place {
    /// The path of a scenario's snapshot, from the scenario's id.
    pub fn of(scenario: &str, version: ApiVersion) -> Self {
        let (rule, name) = scenario.split_once('/').unwrap_or(("", scenario));
        let rule = rule.replacen('.', "/", 1);
        Self { folder: format!("{version}/{rule}"), name: name.to_owned() }
    }

    /// The path of the file within its target's folder.
    pub fn path(&self) -> String {
        format!("{}/{}.snap", self.folder, self.name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::suite::Suite;

    fn files(folder: &Dir<'_>) -> Vec<String> {
        let inner = folder.dirs().flat_map(files);
        inner.chain(folder.files().map(|file| file.path().to_string_lossy().replace('\\', "/"))).collect()
    }

    #[test]
    fn every_embedded_snapshot_belongs_to_a_scenario_of_its_own() {
        let suite = Suite::embedded().unwrap();
        let ids: Vec<&str> = suite.rules.iter().flat_map(|rule| &rule.scenarios).map(|scenario| scenario.id.as_str()).collect();
        let places: BTreeSet<String> = ApiVersion::ALL
            .iter()
            .flat_map(|version| ids.iter().map(|id| format!("{REFERENCE}/{}", Place::of(id, *version).path())))
            .collect();
        assert_eq!(places.len(), ids.len() * ApiVersion::ALL.len());
        assert!(places.iter().all(|place| place.rsplit('/').next().unwrap().len() < 200));
        let embedded = files(EMBEDDED.get_dir(REFERENCE).unwrap());
        assert!(!embedded.is_empty());
        let unexpected: Vec<_> = embedded.iter().filter(|file| !places.contains(*file)).collect();
        assert!(unexpected.is_empty(), "these snapshots belong to no scenario: {unexpected:#?}");
    }

    #[test]
    fn a_snapshot_lies_where_its_rule_says() {
        let place = Place::of("enable-sms-sign-in.needs-policy/one", ApiVersion::Beta);
        assert_eq!(place.path(), "beta/enable-sms-sign-in/needs-policy/one.snap");
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for bad in ["", "..", "a/b", "A", "../reference"] {
            assert_eq!(Baseline::find(Path::new("snapshots"), bad).unwrap_err(), SnapshotError::Name(bad.to_owned()));
        }
    }

    #[test]
    fn only_the_reference_has_snapshots_where_the_folder_has_none() {
        let empty = tempfile::tempdir().unwrap();
        assert!(!Baseline::find(empty.path(), REFERENCE).unwrap().is_missing());
        assert!(Baseline::find(empty.path(), "acme").unwrap().is_missing());
    }
}
