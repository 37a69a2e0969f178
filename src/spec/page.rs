//! The specification for a terminal.

use crate::api::{Area, Basis, Edition, Operation};
use crate::report::terminal::page::{BAD, DOUBTFUL, FAINT, GOOD, Page, paint};
use crate::report::terminal::text::{clean_line, count};

use super::faults::{families, named};
use super::{DocumentEntry, Part, RuleEntry, SourceEntry, Spec, StatementEntry, evidence};

/// The width of the page.
pub const WIDTH: usize = 100;

/// Renders the specification with ANSI styles; the caller strips them if colours are not wanted.
///
/// Selected rules show their scenarios in full; the whole specification is an overview.
pub fn to_terminal(spec: &Spec, width: usize) -> String {
    let mut page = Page::new(width);
    match spec.part {
        Part::Rules => spec.rules.iter().for_each(|rule| in_full(&mut page, spec, rule)),
        Part::Statements => spec.documents.iter().for_each(|document| statements(&mut page, document)),
        Part::Whole => whole(&mut page, spec),
    }
    page.into_text()
}

fn whole(page: &mut Page, spec: &Spec) {
    summary(page, spec);
    for decision in &spec.decisions {
        page.blank();
        page.raw(&paint(anstyle::Style::new().bold(), &clean_line(&decision.title)));
        page.prose(2, &decision.text);
    }
    for operation in Operation::ALL {
        for area in Area::ALL {
            let mut rules = spec.rules_of(*operation, *area).peekable();
            if rules.peek().is_none() {
                continue;
            }
            page.blank();
            page.raw(&paint(GOOD, &format!("{}: {area}", operation.name().to_uppercase())));
            for rule in rules {
                in_short(page, rule);
            }
        }
    }
    for document in &spec.documents {
        statements(page, document);
    }
    page.blank();
    page.raw(&paint(GOOD, "OTHER EVIDENCE"));
    for source in spec.references.iter().chain(&spec.observations) {
        other_evidence(page, source);
    }
    page.blank();
    page.raw(&paint(GOOD, "GLOSSARY"));
    for word in &spec.glossary {
        page.blank();
        page.raw(&paint(anstyle::Style::new().bold(), &clean_line(&word.word)));
        page.prose(2, &word.means);
    }
}

fn summary(page: &mut Page, spec: &Spec) {
    let scenarios = spec.rules.iter().map(|rule| rule.scenarios.len()).sum();
    let statements: Vec<_> = spec.documents.iter().flat_map(|document| &document.statements).collect();
    let untested = statements.iter().filter(|statement| statement.untested.is_some()).count();
    page.prose(0, &spec.evidence.to_string());
    if let Some(report) = &spec.report {
        page.prose(
            0,
            &format!("Outcomes are those of {} at {}, {}: {}.", report.target, report.base_url, report.started_at, report.verdict),
        );
    }
    page.prose(
        0,
        &format!(
            "{} with {}; {} of {}, {untested} of which no rule checks. `spec RULE` shows a rule in full.",
            count(spec.rules.len(), "rule"),
            count(scenarios, "scenario"),
            count(statements.len(), "statement"),
            count(spec.documents.len(), "document"),
        ),
    );
}

/// The severity of a rule, its basis, and where it applies.
pub(super) fn weight(rule: &RuleEntry) -> String {
    let versions = match (rule.basis, &rule.stated_for[..]) {
        (Basis::Stated, [version]) => format!(" for {version}"),
        _ => String::new(),
    };
    format!("{}, {}{versions}{}", rule.severity, rule.basis, only(rule.edition))
}

/// The remark that something applies in one edition only.
pub(super) fn only(edition: Option<Edition>) -> String {
    edition.map_or_else(String::new, |edition| format!(", {edition} edition only"))
}

fn in_short(page: &mut Page, rule: &RuleEntry) {
    page.blank();
    let weight = paint(FAINT, &format!("({}; {})", weight(rule), count(rule.scenarios.len(), "scenario")));
    page.raw(&format!("{} {weight}", paint(anstyle::Style::new().bold(), &clean_line(&rule.id))));
    page.prose(2, &rule.title);
    outcome(page, rule);
    page.field("sources", &rule.sources.join("; "));
    page.field("faults", &faults_in_short(rule));
}

fn outcome(page: &mut Page, rule: &RuleEntry) {
    if let Some(outcome) = rule.outcome {
        page.field("outcome", &outcome.to_string());
    }
}

fn faults_in_short(rule: &RuleEntry) -> String {
    if rule.faults.is_empty() {
        return "none of the reference server's breaks it".to_owned();
    }
    let faults: Vec<_> = families(&rule.faults).into_iter().map(|(fault, variants)| named(&fault.id, &variants)).collect();
    faults.join(", ")
}

fn in_full(page: &mut Page, spec: &Spec, rule: &RuleEntry) {
    page.blank();
    page.raw(&paint(anstyle::Style::new().bold(), &clean_line(&rule.id)));
    page.prose(2, &rule.title);
    outcome(page, rule);
    page.field("weight", &weight(rule));
    page.field("file", &format!("{}:{}", rule.feature, rule.line));
    for (index, source) in rule.sources.iter().enumerate() {
        page.field(if index == 0 { "sources" } else { "" }, source);
    }
    for (statement, quotes) in said(spec, &rule.id) {
        page.field("states", &format!("{}{}", statement.says, edition_remark(statement)));
        for (document, quote) in quotes {
            page.field("", &format!("{document}: “{quote}”"));
        }
        remarks(page, statement);
    }
    for source in &rule.sources {
        if let Some((entry, Some(quote))) = evidence(spec, source) {
            page.field("quote", &format!("“{quote}”"));
            page.field("", &format!("{source}: {}", origin(entry)));
        }
    }
    page.blank();
    for line in rule.gherkin.lines() {
        page.raw(&format!("  {}", clean_line(line)));
    }
    if !rule.faults.is_empty() {
        page.blank();
        page.prose(2, "Faults of the reference server that break it; `--fault ID` shows what comes of one:");
    }
    for (fault, variants) in families(&rule.faults) {
        page.prose(4, &format!("{} – {}{}", named(&fault.id, &variants), fault.summary, only(fault.edition)));
    }
}

/// The address and date of a page or observation.
pub(super) fn origin(source: &SourceEntry) -> String {
    let address = source.address.as_ref().map_or_else(String::new, |address| format!(", {address}"));
    format!("{}{address}, {}", source.title, source.date)
}

/// The statements that a rule checks, each once, with the quotations from all documents that state it.
fn said<'a>(spec: &'a Spec, rule: &'a str) -> Vec<(&'a StatementEntry, Vec<(&'a str, &'a str)>)> {
    let mut said: Vec<(&StatementEntry, Vec<(&str, &str)>)> = Vec::new();
    let alike = |one: &StatementEntry, other: &StatementEntry| {
        (&one.says, one.edition, &one.contradicts, &one.note) == (&other.says, other.edition, &other.contradicts, &other.note)
    };
    for (document, statement) in spec.statements_of(rule) {
        let words = (document.id.as_str(), statement.quote.as_str());
        match said.iter_mut().find(|(known, _)| alike(known, statement)) {
            Some((_, quotes)) => quotes.push(words),
            None => said.push((statement, vec![words])),
        }
    }
    said
}

fn other_evidence(page: &mut Page, source: &SourceEntry) {
    page.blank();
    page.raw(&paint(anstyle::Style::new().bold(), &clean_line(&source.id)));
    page.prose(2, &format!("{}. {}", origin(source), source.about));
    for (section, quote) in &source.quotes {
        page.field("quote", &if section == &source.id { format!("“{quote}”") } else { format!("{section}: “{quote}”") });
    }
}

fn statements(page: &mut Page, document: &DocumentEntry) {
    let editions = document.editions.iter().map(|edition| edition.name()).collect::<Vec<_>>().join(" and ");
    page.blank();
    page.raw(&paint(GOOD, &format!("DOCUMENT {}", clean_line(&document.id))));
    page.prose(2, &format!("{}: {}, {}, {editions} edition. {}", document.title, document.language, document.version, document.about));
    page.field("date", &document.date);
    page.field("file", &document.file);
    page.field("sha256", &document.sha256);
    let mut section = "";
    for statement in &document.statements {
        if statement.section != section {
            page.blank();
            page.raw(&paint(anstyle::Style::new().bold(), &clean_line(&statement.section)));
            section = &statement.section;
        }
        page.prose(2, &format!("{}{}", statement.says, edition_remark(statement)));
        page.field("quote", &format!("“{}”", statement.quote));
        match &statement.untested {
            Some(reason) => page.heading_field(DOUBTFUL, "untested", reason),
            None => page.field("rules", &statement.rules.join(", ")),
        }
        remarks(page, statement);
    }
}

fn edition_remark(statement: &StatementEntry) -> String {
    statement.edition.map_or_else(String::new, |edition| format!(" ({edition} edition only)"))
}

/// Further remarks on a statement.
fn remarks(page: &mut Page, statement: &StatementEntry) {
    for contradiction in &statement.contradicts {
        page.heading_field(BAD, "but", contradiction);
    }
    if let Some(note) = &statement.note {
        page.field("note", note);
    }
}
