//! The specification: feature files as rules and scenarios, and the catalogue of what the documents state, as data.

mod caller;
mod error;
mod glossary;
mod lint;
mod load;
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
pub use statements::{Decision, Document, Editions, Observation, Reference, Statement, Statements};
pub use verify::verify;

use std::collections::BTreeMap;
use std::path::Path;

use include_dir::{Dir, include_dir};

/// The feature files as they were when the program was built, so that it runs from an empty folder.
static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/features");

/// Every rule that a run may check, in the order of the files.
#[derive(Debug, Clone)]
pub struct Suite {
    /// The rules.
    pub rules: Vec<Rule>,
    /// The text of each feature file by its path, for messages that point into it.
    pub files: BTreeMap<String, String>,
}

impl Suite {
    /// The specification that was built into the program.
    ///
    /// # Errors
    /// Fails where a feature file can't be read as rules; a test keeps that from happening.
    pub fn embedded() -> Result<Self, SuiteError> {
        load::suite(load::embedded_files(&EMBEDDED))
    }

    /// A specification from a folder, searched in all its depth for `.feature` files.
    ///
    /// # Errors
    /// Fails where the folder or a file can't be read, or where a file can't be read as rules.
    pub fn read(folder: &Path) -> Result<Self, SuiteError> {
        load::suite(load::folder_files(folder)?)
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}
