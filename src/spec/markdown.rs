//! The specification as a Markdown page.

use std::fmt::Write as _;

use crate::api::{Area, Operation};

use super::faults::{families, named};
use super::page::{only, origin, weight};
use super::{DocumentEntry, Part, RuleEntry, SourceEntry, Spec, evidence};

/// Renders the specification as Markdown: rules by operation and area with their Gherkin, then the statements of each
/// document, the other evidence and the glossary.
pub fn to_markdown(spec: &Spec) -> String {
    let mut out = String::new();
    // Writing to a `String` can't fail, here and below.
    let _ = writeln!(out, "# Specification of phoneAuthenticationMethod\n\n{}", spec.evidence);
    if spec.part == Part::Whole {
        contents(&mut out, spec);
        for decision in &spec.decisions {
            let _ = writeln!(out, "\n**{}.** {}", escaped(&decision.title), escaped(&decision.text));
        }
    }
    for operation in Operation::ALL {
        for area in Area::ALL {
            let mut rules = spec.rules_of(*operation, *area).peekable();
            if rules.peek().is_some() {
                let _ = writeln!(out, "\n## {operation}: {area}");
            }
            for entry in rules {
                rule(&mut out, spec, entry);
            }
        }
    }
    if !spec.documents.is_empty() {
        let _ = writeln!(out, "\n## Statements of the documents");
    }
    for entry in &spec.documents {
        document(&mut out, entry);
    }
    if spec.part == Part::Whole {
        let _ = writeln!(out, "\n## Other evidence");
        for source in spec.references.iter().chain(&spec.observations) {
            other_evidence(&mut out, source);
        }
        let _ = writeln!(out, "\n## Glossary\n\n| word | meaning |\n| --- | --- |");
        for word in &spec.glossary {
            let _ = writeln!(out, "| {} | {} |", escaped(&word.word), escaped(&word.means));
        }
    }
    out
}

/// Links to the sections of the page, with the anchors that code hosts generate.
fn contents(out: &mut String, spec: &Spec) {
    out.push('\n');
    for operation in Operation::ALL {
        let areas = Area::ALL.iter().filter(|area| spec.rules_of(*operation, **area).next().is_some());
        let links: Vec<_> = areas.map(|area| format!("[{area}](#{operation}-{area})")).collect();
        if !links.is_empty() {
            let _ = writeln!(out, "- {operation}: {}", links.join(", "));
        }
    }
    let _ = writeln!(out, "- [Statements of the documents](#statements-of-the-documents)");
    let _ = writeln!(out, "- [Other evidence](#other-evidence), [Glossary](#glossary)");
}

fn rule(out: &mut String, spec: &Spec, rule: &RuleEntry) {
    let _ = writeln!(out, "\n### `{}`\n\n{}\n", rule.id, escaped(&rule.title));
    let _ = writeln!(out, "- {}", weight(rule));
    if let Some(outcome) = rule.outcome {
        let _ = writeln!(out, "- outcome: {outcome}");
    }
    let _ = writeln!(out, "- rests on {}", escaped(&rule.sources.join("; ")));
    for source in &rule.sources {
        if let Some((_, Some(quote))) = evidence(spec, source) {
            let _ = writeln!(out, "- {}: “{}”", escaped(source), escaped(quote));
        }
    }
    if !rule.faults.is_empty() {
        let faults: Vec<_> =
            families(&rule.faults).into_iter().map(|(fault, variants)| named(&format!("`{}`", fault.id), &variants)).collect();
        let _ = writeln!(out, "- broken by {}", faults.join(", "));
    }
    let _ = writeln!(out, "\n```gherkin\n{}\n```", rule.gherkin);
}

fn document(out: &mut String, document: &DocumentEntry) {
    let editions = document.editions.iter().map(|edition| edition.name()).collect::<Vec<_>>().join(" and ");
    let _ = writeln!(
        out,
        "\n### `{}`: {}\n\n{}, {}, {}, {editions} edition. {} File `{}`, SHA-256 `{}`.\n",
        document.id,
        escaped(&document.title),
        document.language,
        document.version,
        document.date,
        escaped(&document.about),
        document.file,
        document.sha256
    );
    let _ = writeln!(out, "| section | the document's words | our words | checked by |\n| --- | --- | --- | --- |");
    for statement in &document.statements {
        let mut says = format!("{}{}", statement.says, only(statement.edition));
        for contradiction in &statement.contradicts {
            let _ = write!(says, " But {contradiction}.");
        }
        if let Some(note) = &statement.note {
            let _ = write!(says, " {note}");
        }
        let checked = match &statement.untested {
            Some(reason) => format!("not tested: {}", escaped(reason)),
            None => statement.rules.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", "),
        };
        let _ = writeln!(out, "| {} | {} | {} | {checked} |", escaped(&statement.section), escaped(&statement.quote), escaped(&says));
    }
}

fn other_evidence(out: &mut String, source: &SourceEntry) {
    let _ = writeln!(out, "\n### `{}`\n\n{}. {}\n", source.id, escaped(&origin(source)), escaped(&source.about));
    for (section, quote) in &source.quotes {
        let _ = writeln!(out, "- {}: “{}”", escaped(section), escaped(quote));
    }
}

/// Escapes text so that it contains no Markdown markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '|' | '#' => out.extend(['\\', c]),
            '\n' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
