//! The specification as data: rules and scenarios from feature files, and the catalogue of the documents' statements.

#[cfg(test)]
mod alone;
mod caller;
mod error;
mod glossary;
mod lint;
mod load;
mod matrix;
mod needs;
mod rule;
mod statements;
mod verify;

pub use caller::Caller;
pub use error::SuiteError;
pub use glossary::{Glossary, Word};
pub use lint::lint;
pub use needs::{Needs, PersonNeed};
pub use rule::{Invariant, Rule, Scenario, Watch};
pub(crate) use statements::read;
pub use statements::{Decision, Document, Editions, Observation, Reference, Statement, Statements};
pub use verify::verify;

use std::collections::BTreeMap;
use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::words;

/// The feature files at build time, so that the program runs from any folder.
static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/features");

/// Every rule that a run may check, in the order of the files.
#[derive(Debug, Clone)]
pub struct Suite {
    /// The rules.
    pub rules: Vec<Rule>,
    /// The text of each feature file, by path, for messages that point into it.
    pub files: BTreeMap<String, String>,
}

impl Suite {
    /// The specification that is built into the program.
    ///
    /// # Errors
    /// Fails if a feature file can't be read as rules; a test makes sure that all can.
    pub fn embedded() -> Result<Self, SuiteError> {
        load::suite(load::embedded_files(&EMBEDDED))
    }

    /// Reads a specification from the `.feature` files of a folder and its subfolders, and the words of the API from its
    /// `api.toml` and `cast.toml`, if it has them.
    ///
    /// # Errors
    /// Fails if the folder or a file can't be read, or a file has no valid rules.
    pub fn read(folder: &Path) -> Result<Self, SuiteError> {
        words::read_from(folder)?;
        load::suite(load::folder_files(folder)?)
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}
