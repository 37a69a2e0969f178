//! The catalogue of requirements: the documents' statements, and the rules that check them.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::api::{ApiVersion, Edition};

use crate::words::{SuiteError, place, read};

/// The path of the catalogue in the repository.
const PATH: &str = "features/statements.toml";
/// Marks an omission in a quotation.
const OMISSION: &str = " … ";

/// The statements of the documents, one by one, and the other sources of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statements {
    /// The path of the file, for messages.
    pub path: String,
    /// The decisions where the documents leave a choice.
    pub decisions: Vec<Decision>,
    /// The source documents of the specification.
    pub documents: Vec<Document>,
    /// Other pages of the public reference.
    pub references: Vec<Reference>,
    /// Observations of the live service.
    pub observations: Vec<Observation>,
    /// The statements of the documents.
    pub statements: Vec<Statement>,
}

/// A decision where the documents leave a choice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The decision in one sentence.
    pub title: String,
    /// What it means for the rules, and the reason for it.
    pub text: String,
}

/// A source document of the specification.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its id in sources.
    pub id: String,
    /// Its title, in English.
    pub title: String,
    /// The name of the file that holds it.
    pub file: String,
    /// The SHA-256 digest of that file, in hexadecimal.
    pub sha256: String,
    /// The languages it is written in.
    pub language: String,
    /// The language of its quotations, as an HTML language code.
    pub lang: String,
    /// The version of the API that it describes.
    pub version: ApiVersion,
    /// When it was written, as far as is known.
    pub date: String,
    /// The editions that it belongs to.
    pub edition: Editions,
    /// What it is about, in one line.
    pub about: String,
}

/// The editions that a document belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Editions {
    /// Only to the current one.
    Current,
    /// Only to the legacy one.
    Legacy,
    /// To both.
    Both,
}

/// Another page of the public reference; sources call it `reference:ID`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Its id after `reference:`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub address: String,
    /// When it was written, as far as is known.
    pub date: String,
    /// What rules take from it, in one line.
    pub about: String,
    /// Quotations by section.
    #[serde(default)]
    pub quotes: BTreeMap<String, String>,
}

/// An observation of the live service; sources call it `observed, ID`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// Its id after `observed,`.
    pub id: String,
    /// Where it was observed.
    pub title: String,
    /// The address of this place, if it has one.
    pub address: Option<String>,
    /// The date of the observation.
    pub date: String,
    /// What was seen, in one line.
    pub about: String,
    /// The words or the payload that show it.
    pub quote: String,
}

/// One statement of a document: an obligation, or a description of the API's behaviour.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The document's id.
    pub document: String,
    /// The section of the document, in English.
    pub section: String,
    /// The shortest quotation that shows it; ` … ` marks an omission.
    pub quote: String,
    /// The same statement in our words.
    pub says: String,
    /// The rules that check it.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Why no rule checks it.
    pub untested: Option<String>,
    /// The edition that follows this statement, if the other edition does not.
    pub edition: Option<Edition>,
    /// Sources that say something else: `SOURCE, SECTION: WHAT IT SAYS`.
    #[serde(default)]
    pub contradicts: Vec<String>,
    /// Further information for a reader.
    pub note: Option<String>,
    /// The statement's line in its file.
    #[serde(skip)]
    pub line: usize,
}

/// The structure of the catalogue file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    decision: Vec<Decision>,
    #[serde(default)]
    document: Vec<Document>,
    #[serde(default)]
    reference: Vec<Reference>,
    #[serde(default)]
    observation: Vec<Observation>,
    #[serde(default)]
    statement: Vec<Spanned<Statement>>,
}

impl Statements {
    /// The catalogue that is built into the program.
    ///
    /// # Errors
    /// Fails if the file is not a valid catalogue; a test makes sure that it is.
    pub fn embedded() -> Result<Self, SuiteError> {
        Self::parse(PATH, include_str!("../../features/statements.toml"))
    }

    /// Parses a catalogue. `path` names the file in errors.
    ///
    /// # Errors
    /// Fails if the text is not TOML, a key is missing or unknown, or a value is of the wrong kind.
    pub fn parse(path: &str, text: &str) -> Result<Self, SuiteError> {
        let file: File = read(path, text)?;
        let statements = file.statement.into_iter().map(|statement| {
            let line = place(text, statement.span().start).0;
            Statement { line, ..statement.into_inner() }
        });
        Ok(Self {
            path: path.to_owned(),
            decisions: file.decision,
            documents: file.document,
            references: file.reference,
            observations: file.observation,
            statements: statements.collect(),
        })
    }

    /// Whether a source exists: `DOCUMENT, SECTION`, `reference:PAGE, SECTION` or `observed, WHAT`.
    ///
    /// Text after the first colon behind the comma is a remark and does not count.
    pub fn knows(&self, source: &str) -> bool {
        let (name, rest) = source.split_once(',').unwrap_or((source, ""));
        match name.trim() {
            "observed" => {
                let observation = rest.split(':').next().unwrap_or_default().trim();
                self.observations.iter().any(|known| known.id == observation)
            }
            name => match name.strip_prefix("reference:") {
                Some(page) => self.references.iter().any(|known| known.id == page),
                None => self.documents.iter().any(|known| known.id == name),
            },
        }
    }

    /// The quotation of a source: a page's section, or an observation. Documents are quoted by their statements.
    pub fn quotation(&self, source: &str) -> Option<&str> {
        let (name, rest) = source.split_once(", ")?;
        let section = rest.split(": ").next().unwrap_or(rest);
        if name == "observed" {
            return self.observations.iter().find(|known| known.id == section).map(|seen| seen.quote.as_str());
        }
        let page = self.references.iter().find(|known| name.strip_prefix("reference:") == Some(&known.id))?;
        page.quotes.get(section).map(String::as_str)
    }

    /// The statements that this rule checks.
    pub fn of_rule(&self, id: &str) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(move |statement| statement.rules.iter().any(|rule| rule == id))
    }
}

/// The parts of a quotation between omissions, in order.
pub(super) fn quote_parts(quote: &str) -> impl Iterator<Item = &str> {
    quote.split(OMISSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
[[reference]]
id = "errors"
title = "T"
address = "https://example.com"
date = "2020"
about = "A"
quotes = { "404" = "Not Found" }

[[observation]]
id = "a missing phone"
title = "T"
date = "2020"
about = "A"
quote = "{}"

[[statement]]
document = "d"
section = "S"
quote = "Ça vaut."
says = "It holds."
rules = ["create.a"]
edition = "legacy"
"#;

    fn error(text: &str) -> String {
        Statements::parse("s.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn a_statement_knows_its_line() {
        let statements = Statements::parse("s.toml", TEXT).unwrap();
        let statement = &statements.statements[0];
        assert_eq!((statement.line, statement.edition, &statement.untested), (17, Some(Edition::Legacy), &None));
        assert_eq!(statements.of_rule("create.a").count(), 1);
        assert_eq!(statements.of_rule("create.b").count(), 0);
    }

    #[test]
    fn every_mistake_names_its_place() {
        assert_eq!(
            error(&TEXT.replace("says", "said")),
            "s.toml:21:1: unknown field `said`, expected one of `document`, `section`, `quote`, `says`, `rules`, `untested`, `edition`, `contradicts`, `note`"
        );
        assert_eq!(error(&TEXT.replace("says = \"It holds.\"\n", "")), "s.toml:17:1: missing field `says`");
        assert_eq!(error(&TEXT.replace("legacy", "old")), "s.toml:23:11: unknown variant `old`, expected `current` or `legacy`");
        assert!(error(&TEXT.replace("\"S\"", "S")).starts_with("s.toml:19:"));
        assert!(error("[[statements]]\n").starts_with("s.toml:1:3: unknown field `statements`"));
    }

    #[test]
    fn sources_are_known_by_their_kind() {
        let statements = Statements::parse("s.toml", TEXT).unwrap();
        for known in ["reference:errors, 404", "reference:errors", "observed, a missing phone", "observed, a missing phone: 404"] {
            assert!(statements.knows(known), "{known}");
        }
        for unknown in ["errors, 404", "reference:delete, 404", "observed, another", "observed", "a missing phone", ""] {
            assert!(!statements.knows(unknown), "{unknown}");
        }
    }

    #[test]
    fn sources_are_quoted_by_their_kind() {
        let statements = Statements::parse("s.toml", TEXT).unwrap();
        assert_eq!(statements.quotation("reference:errors, 404"), Some("Not Found"));
        assert_eq!(statements.quotation("reference:errors, 404: it is not there"), Some("Not Found"));
        assert_eq!(statements.quotation("observed, a missing phone"), Some("{}"));
        for without in ["reference:errors, 405", "reference:other, 404", "observed, another", "d, S", "errors, 404"] {
            assert_eq!(statements.quotation(without), None, "{without}");
        }
        assert_eq!(quote_parts("a b … c").collect::<Vec<_>>(), ["a b", "c"]);
    }

    #[test]
    fn the_embedded_catalogue_can_be_read() {
        let statements = Statements::embedded().unwrap();
        assert_eq!(statements.documents.len(), 5);
        assert!(statements.statements.len() > 100, "{} statements", statements.statements.len());
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "(\\[\\[statement\\]\\]\n|document = \"[a-zü]{0,3}\"\n|rules = \\[\n?|.{0,20}\n){0,12}") {
            let _ = Statements::parse("s.toml", &text);
        }
    }
}
