//! The specification in readable form: rules with their sources, scenarios and the faults that break them, and the
//! documents' statements with the rules that check them.
//!
//! [`Spec`] is plain data. It is built from the suite, the catalogue of statements and a list of faults, and pure
//! functions render it.

mod excerpt;
mod faults;
mod html;
mod markdown;
mod page;
mod part;

pub use html::to_html;
pub use markdown::to_markdown;
pub use page::{WIDTH, to_terminal};

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::api::{ApiVersion, Area, Basis, Edition, Operation, Severity};
use crate::report::{Evidence, Outcome, Report, Verdict};
use crate::suite::{Editions, Glossary, Statement, Statements, Suite};

/// The version of the JSON structure.
pub const SCHEMA_VERSION: u32 = 1;

/// The specification or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spec {
    /// The version of this structure.
    pub schema: u32,
    /// How many rules are based on which evidence.
    pub evidence: Evidence,
    /// The report with the outcomes of the rules; `null` if none was given.
    pub report: Option<ReportEntry>,
    /// The decisions where the documents leave a choice.
    pub decisions: Vec<DecisionEntry>,
    /// Rules, by operation and area.
    pub rules: Vec<RuleEntry>,
    /// The source documents of the specification, with their statements.
    pub documents: Vec<DocumentEntry>,
    /// Other pages of the public reference.
    pub references: Vec<SourceEntry>,
    /// Observations of the live service.
    pub observations: Vec<SourceEntry>,
    /// The glossary.
    pub glossary: Vec<WordEntry>,
    /// Which part of the specification this is.
    #[serde(skip)]
    pub part: Part,
}

/// A part of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The whole, as an overview.
    Whole,
    /// Some rules, shown in full.
    Rules,
    /// Statements of documents.
    Statements,
}

/// The report whose outcomes the specification shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportEntry {
    /// The target's name.
    pub target: String,
    /// The service root.
    pub base_url: String,
    /// When the run began.
    pub started_at: String,
    /// The verdict.
    pub verdict: Verdict,
}

/// A decision where the documents leave a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionEntry {
    /// The decision in one sentence.
    pub title: String,
    /// What it means for the rules, and the reason for it.
    pub text: String,
}

/// A word and its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WordEntry {
    /// The word.
    pub word: String,
    /// What it means.
    pub means: String,
}

/// A rule and everything known about it.
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
    /// Whether it is a requirement or advice.
    pub severity: Severity,
    /// What kind of evidence it is based on.
    pub basis: Basis,
    /// The versions whose documents state it.
    pub stated_for: Vec<ApiVersion>,
    /// Its outcome in the report; `null` if there is no report or the report lacks the rule.
    pub outcome: Option<Outcome>,
    /// The only edition it holds in; `null` for both.
    pub edition: Option<Edition>,
    /// The documents and sections that state it.
    pub sources: Vec<String>,
    /// The feature file, from the repository's root.
    pub feature: String,
    /// The rule's line in that file.
    pub line: usize,
    /// Its scenarios, with examples expanded.
    pub scenarios: Vec<ScenarioEntry>,
    /// The rule's text in its feature file.
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
    /// Whether it can judge an endpoint that stores nothing.
    pub single_answer: bool,
}

/// A fault of the reference server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultEntry {
    /// `OPERATION.what-goes-wrong`
    pub id: String,
    /// The mistake in one sentence.
    pub summary: String,
    /// The kind of the mistake.
    pub kind: String,
    /// The only edition in which it shows; `null` for both.
    pub edition: Option<Edition>,
    /// The rules that it breaks.
    pub breaks: Vec<String>,
}

/// A document and what it states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentEntry {
    /// Its id in sources.
    pub id: String,
    /// Its title, in English.
    pub title: String,
    /// The name of the file that holds it.
    pub file: String,
    /// The SHA-256 digest of that file.
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
    pub editions: Vec<Edition>,
    /// What it is about.
    pub about: String,
    /// Its statements, in their order.
    pub statements: Vec<StatementEntry>,
}

/// One statement of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatementEntry {
    /// `DOCUMENT/N`, its place in the document.
    pub id: String,
    /// The section of the document.
    pub section: String,
    /// The document's own words.
    pub quote: String,
    /// The same statement in our words.
    pub says: String,
    /// The rules that check it.
    pub rules: Vec<String>,
    /// Why no rule checks it; `null` if one does.
    pub untested: Option<String>,
    /// The only edition that follows it; `null` for both.
    pub edition: Option<Edition>,
    /// Sources that say something else, and what they say.
    pub contradicts: Vec<String>,
    /// Further information for a reader.
    pub note: Option<String>,
}

/// A page or an observation that rules are based on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceEntry {
    /// Its id in sources.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its address; `null` if unknown.
    pub address: Option<String>,
    /// When it was written or seen, as far as is known.
    pub date: String,
    /// What rules take from it.
    pub about: String,
    /// Quotations by section; for an observation, under its id.
    pub quotes: BTreeMap<String, String>,
}

impl Spec {
    /// The whole specification.
    pub fn new(suite: &Suite, statements: &Statements, glossary: &Glossary, faults: &[FaultEntry]) -> Self {
        let decision = |one: &crate::suite::Decision| DecisionEntry { title: one.title.clone(), text: one.text.clone() };
        let word = |one: &crate::suite::Word| WordEntry { word: one.word.clone(), means: one.means.clone() };
        Self {
            schema: SCHEMA_VERSION,
            evidence: Evidence::of(suite.rules.iter().map(|rule| (rule.severity, rule.basis))),
            report: None,
            decisions: statements.decisions.iter().map(decision).collect(),
            rules: rules(suite, statements, faults),
            documents: documents(statements),
            references: references(statements),
            observations: observations(statements),
            glossary: glossary.words.iter().map(word).collect(),
            part: Part::Whole,
        }
    }

    /// Adds the outcomes of a report.
    #[must_use]
    pub fn with_report(mut self, report: &Report) -> Self {
        for rule in &mut self.rules {
            rule.outcome = report.rules.iter().find(|reported| reported.id == rule.id).map(|reported| reported.outcome);
        }
        self.report = Some(ReportEntry {
            target: report.target.name.clone(),
            base_url: report.target.base_url.clone(),
            started_at: report.started_at.clone(),
            verdict: report.verdict,
        });
        self
    }

    /// The rules of an operation and an area.
    fn rules_of(&self, operation: Operation, area: Area) -> impl Iterator<Item = &RuleEntry> {
        self.rules.iter().filter(move |rule| rule.operation == operation && rule.area == area)
    }

    /// The documents and statements that a rule checks.
    fn statements_of<'a>(&'a self, rule: &'a str) -> impl Iterator<Item = (&'a DocumentEntry, &'a StatementEntry)> {
        self.documents.iter().flat_map(move |document| {
            let checked = document.statements.iter().filter(move |statement| statement.rules.iter().any(|id| id == rule));
            checked.map(move |statement| (document, statement))
        })
    }
}

/// The page or observation in a source, with the quoted section.
fn evidence<'a>(spec: &'a Spec, source: &str) -> Option<(&'a SourceEntry, Option<&'a str>)> {
    let page = spec.references.iter().find(|page| names(source, &format!("reference:{}", page.id)));
    let seen = || spec.observations.iter().find(|seen| names(source, &format!("observed, {}", seen.id)));
    let entry = page.or_else(seen)?;
    let section = source.split_once(", ").map_or("", |(_, rest)| rest.split(": ").next().unwrap_or(rest));
    Some((entry, entry.quotes.get(section).map(String::as_str)))
}

/// Whether a source starts with a name, as a whole word.
fn names(source: &str, name: &str) -> bool {
    source.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([',', ':']))
}

/// The specification as JSON, indented, with a final line break.
pub fn to_json(spec: &Spec) -> String {
    let mut text = serde_json::to_string_pretty(spec).expect("string keys serialize");
    text.push('\n');
    text
}

fn rules(suite: &Suite, statements: &Statements, faults: &[FaultEntry]) -> Vec<RuleEntry> {
    let rule = |rule: &crate::suite::Rule| RuleEntry {
        id: rule.id.clone(),
        title: rule.title.clone(),
        operation: rule.operation,
        area: rule.area,
        severity: rule.severity,
        basis: rule.basis,
        stated_for: stated_for(&rule.id, statements),
        outcome: None,
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

/// The versions of the documents with a statement that the rule checks.
fn stated_for(rule: &str, statements: &Statements) -> Vec<ApiVersion> {
    let documents = statements.of_rule(rule).filter_map(|one| statements.documents.iter().find(|document| document.id == one.document));
    documents.map(|document| document.version).collect::<BTreeSet<_>>().into_iter().collect()
}

fn scenario(scenario: &crate::suite::Scenario) -> ScenarioEntry {
    ScenarioEntry {
        id: scenario.id.clone(),
        name: scenario.gherkin.name.clone(),
        line: scenario.line,
        single_answer: scenario.single_answer,
    }
}

fn references(statements: &Statements) -> Vec<SourceEntry> {
    let entry = |page: &crate::suite::Reference| SourceEntry {
        id: page.id.clone(),
        title: page.title.clone(),
        address: Some(page.address.clone()),
        date: page.date.clone(),
        about: page.about.clone(),
        quotes: page.quotes.clone(),
    };
    statements.references.iter().map(entry).collect()
}

fn observations(statements: &Statements) -> Vec<SourceEntry> {
    let entry = |seen: &crate::suite::Observation| SourceEntry {
        id: seen.id.clone(),
        title: seen.title.clone(),
        address: seen.address.clone(),
        date: seen.date.clone(),
        about: seen.about.clone(),
        quotes: BTreeMap::from([(seen.id.clone(), seen.quote.clone())]),
    };
    statements.observations.iter().map(entry).collect()
}

fn documents(statements: &Statements) -> Vec<DocumentEntry> {
    let document = |document: &crate::suite::Document| DocumentEntry {
        id: document.id.clone(),
        title: document.title.clone(),
        file: document.file.clone(),
        sha256: document.sha256.clone(),
        language: document.language.clone(),
        lang: document.lang.clone(),
        version: document.version,
        date: document.date.clone(),
        editions: match document.edition {
            Editions::Current => vec![Edition::Current],
            Editions::Legacy => vec![Edition::Legacy],
            Editions::Both => Edition::ALL.to_vec(),
        },
        about: document.about.clone(),
        statements: (1..)
            .zip(statements.statements.iter().filter(|statement| statement.document == document.id))
            .map(|(number, one)| statement(number, one))
            .collect(),
    };
    statements.documents.iter().map(document).collect()
}

fn statement(number: usize, statement: &Statement) -> StatementEntry {
    StatementEntry {
        id: format!("{}/{number}", statement.document),
        section: statement.section.clone(),
        quote: statement.quote.clone(),
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
