//! Snapshots of answers: an endpoint's earlier answers, to compare with its present ones.
//!
//! The answers of a rule are one ordinary insta file at `DIR/TARGET/OPERATION/REQUIREMENT.snap`. Its text has a section
//! for each scenario, in the order of their names:
//!
//! ```text
//! ## no-token-is-sent (v1.0, beta)
//! GET /[version]/users/[user]/authentication/phoneMethods
//! 401 application/json
//! ```
//!
//! The heading names the scenario and the versions that gave this answer. `[version]` stands for the version in paths.
//! If the answers of the versions still differ, each version has a section. Everything that differs between runs is
//! removed, so the same behaviour gives the same file for any seed, users, port and concurrency.
//!
//! Recording writes the answers of the scenarios that passed and keeps all others, so it is enough to run a few
//! scenarios. The section of a deleted scenario stays but is never read.

mod diff;
mod numbers;
mod redact;
mod render;
mod sections;
mod store;

pub use diff::{Drift, drift};
pub use redact::{AnyUser, Hidden};
pub use render::render;
pub use store::StoreError;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use self::sections::Sections;
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

/// The snapshots of one target. There may be none.
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
pub struct SnapshotDir(PathBuf);

/// The result of comparing an answer with its snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// No answer is recorded.
    NotRecorded,
    /// They are the same.
    Same,
    /// They differ.
    Drifted(Drift),
}

/// An answer to record.
#[derive(Debug)]
pub struct Recorded<'a> {
    /// The scenario's id.
    pub scenario: &'a str,
    /// The version that gave it.
    pub version: ApiVersion,
    /// The answer.
    pub answer: String,
}

/// The snapshots can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The name could point outside of the folder.
    #[error("`{0}` is not a valid target name")]
    Name(String),
    /// The named folder does not exist.
    #[error("the snapshot folder {0} does not exist")]
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
            Self::Name(_) => "a name consists of lower-case letters, digits and hyphens; it names a folder in `--snapshot-dir`".to_owned(),
            Self::NoFolder(_) => "`--snapshots record` creates it; `--snapshots off` needs none".to_owned(),
            Self::NoBaseline { name, known } => {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                match nearest(name, &known) {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => format!("known baselines: {}; `--snapshots record` creates one for this target", known.join(", ")),
                }
            }
            Self::Unwritable { .. } => "name another folder with `--snapshot-dir`".to_owned(),
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

    /// Compares an answer with the snapshot of its scenario.
    ///
    /// # Errors
    /// Fails if the snapshot can't be read.
    pub fn compare(&self, scenario: &str, version: ApiVersion, answer: &str) -> Result<Compared, StoreError> {
        let (rule, name) = split(scenario);
        let sections = match &self.source {
            Source::Folder(folder) => store::read(&folder.join(path(rule)))?,
            Source::Embedded(embedded) => {
                let file = embedded.get_file(embedded.path().join(path(rule)));
                file.and_then(include_dir::File::contents_utf8).and_then(|text| Sections::parse(&store::contents(text)))
            }
            Source::Missing => None,
        };
        Ok(match sections.and_then(|sections| sections.compare(name, version, answer)) {
            None => Compared::NotRecorded,
            Some(Ok(())) => Compared::Same,
            Some(Err(recorded)) => Compared::Drifted(drift(&recorded, answer.trim_end())),
        })
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
        Ok(Self(folder))
    }

    /// Records answers of a rule, and keeps its other answers if the file can be read. `about` describes the rule in
    /// the file.
    ///
    /// # Errors
    /// Fails if the file can't be written.
    pub fn record(&self, rule: &str, about: &str, answers: &[Recorded<'_>]) -> Result<(), StoreError> {
        let file = self.0.join(path(rule));
        let mut sections = store::read(&file).ok().flatten().unwrap_or_default();
        for Recorded { scenario, version, answer } in answers {
            sections.insert(split(scenario).1, *version, answer);
        }
        store::write(&file, about, &sections)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }
}

/// The absolute path of a target's folder. insta would resolve a relative path from the source file of its caller.
fn own_folder(folder: &Path, name: &str) -> Result<PathBuf, SnapshotError> {
    if name.is_empty() || !name.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        return Err(SnapshotError::Name(name.to_owned()));
    }
    let own = folder.join(name);
    Ok(std::path::absolute(&own).unwrap_or(own))
}

/// The path of a rule's file within its target's folder.
fn path(rule: &str) -> String {
    format!("{}.snap", rule.replacen('.', "/", 1))
}

/// A scenario's id as the rule's id and the rest.
fn split(scenario: &str) -> (&str, &str) {
    scenario.split_once('/').unwrap_or(("", scenario))
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
    fn every_embedded_snapshot_belongs_to_a_scenario() {
        let suite = Suite::embedded().unwrap();
        let ids: BTreeSet<&str> = suite.rules.iter().flat_map(|rule| &rule.scenarios).map(|scenario| scenario.id.as_str()).collect();
        let mut embedded = files(EMBEDDED.get_dir(REFERENCE).unwrap());
        assert!(!embedded.is_empty());
        for rule in &suite.rules {
            let path = format!("{REFERENCE}/{}", path(&rule.id));
            let Some(file) = EMBEDDED.get_file(&path) else { continue };
            let sections = Sections::parse(&store::contents(file.contents_utf8().unwrap())).expect(&path);
            for scenario in sections.scenarios() {
                assert!(ids.contains(format!("{}/{scenario}", rule.id).as_str()), "{path}: {scenario} is no scenario");
            }
            embedded.retain(|file| *file != path);
        }
        assert!(embedded.is_empty(), "these files belong to no rule: {embedded:#?}");
    }

    #[test]
    fn no_name_points_outside_of_the_folder() {
        for bad in ["", "..", "a/b", "A", "../reference"] {
            assert_eq!(Baseline::find(Path::new("snapshots"), bad).unwrap_err(), SnapshotError::Name(bad.to_owned()));
        }
    }

    #[test]
    fn only_the_reference_has_embedded_snapshots() {
        let empty = tempfile::tempdir().unwrap();
        assert!(!Baseline::find(empty.path(), REFERENCE).unwrap().is_missing());
        assert!(Baseline::find(empty.path(), "acme").unwrap().is_missing());
    }
}
