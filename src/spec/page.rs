//! The specification on a terminal.

use crate::api::{Area, Edition, Operation};
use crate::report::terminal::page::{BAD, DOUBTFUL, FAINT, GOOD, Page, paint};
use crate::report::terminal::text::{clean_line, count};

use super::faults::{families, named};
use super::{DocumentEntry, RuleEntry, Spec, StatementEntry, names};

/// Columns that the page is laid out for.
pub const WIDTH: usize = 100;

/// Renders the specification with ANSI styles, to be stripped by whoever prints it where colours are not wanted.
///
/// A part that was selected shows its scenarios in full; the whole is an overview.
pub fn to_terminal(spec: &Spec, width: usize) -> String {
    let mut page = Page::new(width);
    if spec.selected {
        for rule in &spec.rules {
            in_full(&mut page, spec, rule);
        }
        return page.into_text();
    }
    summary(&mut page, spec);
    for operation in Operation::ALL {
        for area in Area::ALL {
            let mut rules = spec.rules_of(*operation, *area).peekable();
            if rules.peek().is_none() {
                continue;
            }
            page.blank();
            page.raw(&paint(GOOD, &format!("{}: {area}", operation.name().to_uppercase())));
            for rule in rules {
                in_short(&mut page, rule);
            }
        }
    }
    for document in &spec.documents {
        statements(&mut page, document);
    }
    page.into_text()
}

fn summary(page: &mut Page, spec: &Spec) {
    let scenarios = spec.rules.iter().map(|rule| rule.scenarios.len()).sum();
    let statements: Vec<_> = spec.documents.iter().flat_map(|document| &document.statements).collect();
    let untested = statements.iter().filter(|statement| statement.untested.is_some()).count();
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

/// What binds, and since when.
pub(super) fn weight(rule: &RuleEntry) -> String {
    format!("{}, {}{}", rule.severity, rule.basis, only(rule.edition))
}

/// The remark that something holds in one edition.
pub(super) fn only(edition: Option<Edition>) -> String {
    edition.map_or_else(String::new, |edition| format!(", {edition} edition only"))
}

fn in_short(page: &mut Page, rule: &RuleEntry) {
    page.blank();
    let weight = paint(FAINT, &format!("({}; {})", weight(rule), count(rule.scenarios.len(), "scenario")));
    page.raw(&format!("{} {weight}", paint(anstyle::Style::new().bold(), &clean_line(&rule.id))));
    page.prose(2, &rule.title);
    page.field("sources", &rule.sources.join("; "));
    page.field("faults", &faults_in_short(rule));
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
    page.field("weight", &weight(rule));
    page.field("file", &format!("{}:{}", rule.feature, rule.line));
    for (index, source) in rule.sources.iter().enumerate() {
        page.field(if index == 0 { "sources" } else { "" }, source);
    }
    for (index, page_of_source) in pages(spec, rule).iter().enumerate() {
        page.field(if index == 0 { "pages" } else { "" }, page_of_source);
    }
    let mut label = "states";
    for (statement, documents) in said(spec, &rule.id) {
        page.field(label, &format!("{} ({}{})", statement.says, documents.join(", "), only(statement.edition)));
        // Below a remark it has to be told anew what the line is.
        label = if remarks(page, statement) { "states" } else { "" };
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

/// What the sources of a rule are called in full.
fn pages(spec: &Spec, rule: &RuleEntry) -> Vec<String> {
    let is_source = |name: &str| rule.sources.iter().any(|source| names(source, name));
    let documents = spec.documents.iter().filter(|document| is_source(&document.id));
    let documents = documents.map(|document| format!("{}: {}, {}, {}", document.id, document.title, document.version, document.language));
    let references = spec.references.iter().map(|page| (format!("reference:{}", page.id), page));
    let references = references.filter(|(name, _)| is_source(name)).map(|(name, page)| format!("{name}: {}", page.title));
    documents.chain(references).collect()
}

/// What a rule checks, each statement once, with the documents that make it.
fn said<'a>(spec: &'a Spec, rule: &'a str) -> Vec<(&'a StatementEntry, Vec<&'a str>)> {
    let mut said: Vec<(&StatementEntry, Vec<&str>)> = Vec::new();
    let alike = |one: &StatementEntry, other: &StatementEntry| {
        (&one.says, one.edition, &one.contradicts, &one.note) == (&other.says, other.edition, &other.contradicts, &other.note)
    };
    for (document, statement) in spec.statements_of(rule) {
        match said.iter_mut().find(|(known, _)| alike(known, statement)) {
            Some((_, documents)) => documents.push(&document.id),
            None => said.push((statement, vec![&document.id])),
        }
    }
    for (_, documents) in &mut said {
        documents.dedup();
    }
    said
}

fn statements(page: &mut Page, document: &DocumentEntry) {
    let editions = document.editions.iter().map(|edition| edition.name()).collect::<Vec<_>>().join(" and ");
    page.blank();
    page.raw(&paint(GOOD, &format!("DOCUMENT {}", clean_line(&document.id))));
    page.prose(2, &format!("{}: {}, {}, {editions} edition. {}", document.title, document.language, document.version, document.about));
    let mut section = "";
    for statement in &document.statements {
        if statement.section != section {
            page.blank();
            page.raw(&paint(anstyle::Style::new().bold(), &clean_line(&statement.section)));
            section = &statement.section;
        }
        page.prose(2, &format!("{}{}", statement.says, edition_remark(statement)));
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

/// What else is to be known of a statement; answers whether there is anything.
fn remarks(page: &mut Page, statement: &StatementEntry) -> bool {
    for contradiction in &statement.contradicts {
        page.heading_field(BAD, "but", contradiction);
    }
    if let Some(note) = &statement.note {
        page.field("note", note);
    }
    !statement.contradicts.is_empty() || statement.note.is_some()
}
