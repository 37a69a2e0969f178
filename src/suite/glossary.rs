//! The words of the specification, each with its meaning.

use serde::Deserialize;

use crate::words::{SuiteError, read, words};

/// The path of the glossary in the repository.
const PATH: &str = "features/glossary.toml";

/// The words of the specification and of reports.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Glossary {
    /// The words, in display order.
    #[serde(rename = "word")]
    pub words: Vec<Word>,
}

/// A word and its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    /// The word, as steps and reports use it.
    pub word: String,
    /// What it means.
    pub means: String,
}

impl Glossary {
    /// The glossary that is built into the program, with the callers at its end.
    ///
    /// # Errors
    /// Fails if the file is not a valid glossary; a test makes sure that it is.
    pub fn embedded() -> Result<Self, SuiteError> {
        let mut glossary: Self = read(PATH, include_str!("../../features/glossary.toml"))?;
        glossary.words.extend(words().cast.iter().map(|member| Word { word: member.caller.clone(), means: member.described() }));
        Ok(glossary)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Caller, Suite};
    use super::*;

    #[test]
    fn every_word_is_used_and_explained_once() {
        let glossary = Glossary::embedded().unwrap();
        let used: String = Suite::embedded().unwrap().files.into_values().collect();
        for (index, word) in glossary.words.iter().enumerate() {
            assert!(word.means.ends_with('.'), "{}", word.word);
            assert!(glossary.words[..index].iter().all(|other| other.word != word.word), "{}", word.word);
        }
        let of_steps = |word: &&Word| Caller::ALL.iter().any(|caller| caller.phrase() == word.word);
        assert!(glossary.words.iter().filter(of_steps).count() > 3);
        assert!(glossary.words.iter().filter(of_steps).all(|word| used.contains(&word.word)));
    }
}
