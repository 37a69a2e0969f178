//! The specification as something to read: rules with what they rest on, what checks them and which faults break them, and the
//! statements of the documents with the rules that check them.
//!
//! [`Spec`] is plain data, made of the suite, the catalogue of statements and a list of faults; the renderers are pure functions of it.

mod excerpt;
mod faults;
mod markdown;
mod matrix;
mod page;

pub use markdown::to_markdown;
pub use matrix::{Matrix, OperationMatrix, RuleRow};
pub use page::{WIDTH, to_terminal};

use serde::Serialize;

use crate::api::{ApiVersion, Area, Basis, Edition, Operation, Severity};
use crate::suite::{Editions, Statement, Statements, Suite};

/// Version of the JSON structure.
pub const SCHEMA_VERSION: u32 = 1;

/// What there is to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spec {
    /// Version of this structure.
    pub schema: u32,
    /// Rules, by operation and area.
    pub rules: Vec<RuleEntry>,
    /// The documents that the specification is made from, with what they state.
    pub documents: Vec<DocumentEntry>,
    /// Other pages of the public reference.
    pub references: Vec<SourceEntry>,
    /// What was seen of the live service.
    pub observations: Vec<SourceEntry>,
    /// Whether this is a part of the specification, to be shown in full.
    #[serde(skip)]
    pub selected: bool,
}

/// A rule and everything that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleEntry {
    /// `OPERATION.what-must-hold`
    pub id: String,
    /// The requirement in one sentence.
    pub title: String,
    /// The operation that the rule is about.
    pub operation: Operation,
    /// What the rule is about.
    pub area: Area,
    /// How much it weighs.
    pub severity: Severity,
    /// What it rests on.
    pub basis: Basis,
    /// The only edition it holds in; `null` for both.
    pub edition: Option<Edition>,
    /// The documents and sections that state it.
    pub sources: Vec<String>,
    /// The feature file, from the repository's root.
    pub feature: String,
    /// The rule's line in that file.
    pub line: usize,
    /// Its scenarios, examples expanded.
    pub scenarios: Vec<ScenarioEntry>,
    /// The rule as the feature file words it.
    pub gherkin: String,
    /// The faults of the reference server that break it.
    pub faults: Vec<FaultEntry>,
}

/// A scenario by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScenarioEntry {
    /// `RULE/scenario-in-kebab-case`
    pub id: String,
    /// The scenario's name.
    pub name: String,
    /// The scenario's line in its feature file.
    pub line: usize,
    /// Whether an endpoint that keeps no state can be judged by it.
    pub single_answer: bool,
}

/// A fault of the reference server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultEntry {
    /// `OPERATION.what-goes-wrong`
    pub id: String,
    /// The mistake in one sentence.
    pub summary: String,
    /// What the mistake is about, in a word.
    pub kind: String,
    /// The only edition in which it shows; `null` for both.
    pub edition: Option<Edition>,
    /// The rules that it breaks.
    pub breaks: Vec<String>,
}

/// A document and what it states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentEntry {
    /// What sources call it.
    pub id: String,
    /// Its title, in English.
    pub title: String,
    /// The languages it is written in.
    pub language: String,
    /// The version of the API that it describes.
    pub version: ApiVersion,
    /// The editions that it belongs to.
    pub editions: Vec<Edition>,
    /// What it is about.
    pub about: String,
    /// What it states, in its order.
    pub statements: Vec<StatementEntry>,
}

/// One thing that a document states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatementEntry {
    /// The section of the document.
    pub section: String,
    /// What it says.
    pub says: String,
    /// The rules that check it.
    pub rules: Vec<String>,
    /// Why no rule checks it; `null` where one does.
    pub untested: Option<String>,
    /// The only edition that follows it; `null` for both.
    pub edition: Option<Edition>,
    /// Who says something else, and what.
    pub contradicts: Vec<String>,
    /// What else a reader should know.
    pub note: Option<String>,
}

/// A page or an observation that rules rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceEntry {
    /// What sources call it.
    pub id: String,
    /// Its title; of an observation, its id.
    pub title: String,
    /// What rules take from it.
    pub about: String,
}

impl Spec {
    /// Everything.
    pub fn new(suite: &Suite, statements: &Statements, faults: &[FaultEntry]) -> Self {
        let source =
            |id: &str, title: &str, about: &str| SourceEntry { id: id.to_owned(), title: title.to_owned(), about: about.to_owned() };
        Self {
            schema: SCHEMA_VERSION,
            rules: rules(suite, faults),
            documents: documents(statements),
            references: statements.references.iter().map(|page| source(&page.id, &page.title, &page.about)).collect(),
            observations: statements.observations.iter().map(|seen| source(&seen.id, &seen.id, &seen.about)).collect(),
            selected: false,
        }
    }

    /// The rule with this id or, where none has it, the rules whose ids begin like this; with the statements that they check, and the
    /// sources that they rest on.
    #[must_use]
    pub fn select(mut self, wanted: &str) -> Self {
        let exact = self.rules.iter().any(|rule| rule.id == wanted);
        self.rules.retain(|rule| if exact { rule.id == wanted } else { rule.id.starts_with(wanted) });
        let ids: Vec<&str> = self.rules.iter().map(|rule| rule.id.as_str()).collect();
        for document in &mut self.documents {
            document.statements.retain(|statement| statement.rules.iter().any(|rule| ids.contains(&rule.as_str())));
        }
        self.documents.retain(|document| !document.statements.is_empty());
        let sources: Vec<&String> = self.rules.iter().flat_map(|rule| &rule.sources).collect();
        self.references.retain(|page| sources.iter().any(|source| names(source, &format!("reference:{}", page.id))));
        self.observations.retain(|seen| sources.iter().any(|source| names(source, &format!("observed, {}", seen.id))));
        self.selected = true;
        self
    }

    /// The rules of an operation and an area.
    fn rules_of(&self, operation: Operation, area: Area) -> impl Iterator<Item = &RuleEntry> {
        self.rules.iter().filter(move |rule| rule.operation == operation && rule.area == area)
    }

    /// What a rule checks: documents and their statements.
    fn statements_of<'a>(&'a self, rule: &'a str) -> impl Iterator<Item = (&'a DocumentEntry, &'a StatementEntry)> {
        self.documents.iter().flat_map(move |document| {
            let checked = document.statements.iter().filter(move |statement| statement.rules.iter().any(|id| id == rule));
            checked.map(move |statement| (document, statement))
        })
    }
}

/// Whether a source begins with a name, as a whole.
fn names(source: &str, name: &str) -> bool {
    source.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([',', ':']))
}

/// The specification as JSON, indented, with a line break at its end.
pub fn to_json(spec: &Spec) -> String {
    let mut text = serde_json::to_string_pretty(spec).expect("string keys serialize");
    text.push('\n');
    text
}

fn rules(suite: &Suite, faults: &[FaultEntry]) -> Vec<RuleEntry> {
    let rule = |rule: &crate::suite::Rule| RuleEntry {
        id: rule.id.clone(),
        title: rule.title.clone(),
        operation: rule.operation,
        area: rule.area,
        severity: rule.severity,
        basis: rule.basis,
        edition: rule.edition,
        sources: rule.sources.clone(),
        feature: rule.feature.clone(),
        line: rule.line,
        scenarios: rule.scenarios.iter().map(scenario).collect(),
        gherkin: excerpt::rule(suite, rule),
        faults: faults.iter().filter(|fault| fault.breaks.contains(&rule.id)).cloned().collect(),
    };
    suite.rules.iter().map(rule).collect()
}

fn scenario(scenario: &crate::suite::Scenario) -> ScenarioEntry {
    ScenarioEntry {
        id: scenario.id.clone(),
        name: scenario.gherkin.name.clone(),
        line: scenario.line,
        single_answer: scenario.single_answer,
    }
}

fn documents(statements: &Statements) -> Vec<DocumentEntry> {
    let document = |document: &crate::suite::Document| DocumentEntry {
        id: document.id.clone(),
        title: document.title.clone(),
        language: document.language.clone(),
        version: document.version,
        editions: match document.edition {
            Editions::Current => vec![Edition::Current],
            Editions::Legacy => vec![Edition::Legacy],
            Editions::Both => Edition::ALL.to_vec(),
        },
        about: document.about.clone(),
        statements: statements.statements.iter().filter(|statement| statement.document == document.id).map(statement).collect(),
    };
    statements.documents.iter().map(document).collect()
}

fn statement(statement: &Statement) -> StatementEntry {
    StatementEntry {
        section: statement.section.clone(),
        says: statement.says.clone(),
        rules: statement.rules.clone(),
        untested: statement.untested.clone(),
        edition: statement.edition,
        contradicts: statement.contradicts.clone(),
        note: statement.note.clone(),
    }
}

#[cfg(test)]
mod tests;
