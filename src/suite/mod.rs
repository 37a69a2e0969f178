//! The specification as data: rules and scenarios from feature files, and the catalogue of the documents' statements.

mod caller;
#[cfg(test)]
mod completeness;
mod glossary;
mod lint;
mod load;
mod matrix;
mod needs;
mod rule;
mod statements;
mod verify;

pub use caller::Caller;
pub use glossary::{Glossary, Word};
pub use lint::lint;
pub use needs::{Needs, PersonNeed};
pub use rule::{Invariant, Rule, Scenario, Watch};
pub use statements::{Decision, Document, Editions, Observation, Reference, Statement, Statements};
pub use verify::verify;

use std::collections::BTreeMap;
use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::graph::{PhoneType, SmsSignInState};
use crate::words::{self, SuiteError, Words, same_names};

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

/// Checks that the words of the API contain each type, state and caller that the program knows.
fn has_every_word(words: &Words, [api, cast]: &[String; 2]) -> Result<(), SuiteError> {
    fn names(words: &[words::Word]) -> Vec<&str> {
        words.iter().map(|word| word.name.as_str()).collect()
    }
    let callers: Vec<&str> = words.cast.iter().map(|member| member.caller.as_str()).collect();
    same_names(api, "type", PhoneType::ALL.into_iter().map(PhoneType::name), &names(&words.types))?;
    same_names(api, "state", SmsSignInState::DOCUMENTED.iter().map(SmsSignInState::name), &names(&words.states))?;
    same_names(cast, "caller", Caller::ALL.iter().map(|caller| caller.phrase()), &callers)
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
        words::read_from(folder, has_every_word)?;
        load::suite(load::folder_files(folder)?)
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}
