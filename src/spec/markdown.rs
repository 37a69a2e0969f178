//! The specification as a Markdown page.

use std::fmt::Write as _;

use crate::api::{Area, Operation};

use super::faults::{families, named};
use super::page::{only, weight};
use super::{DocumentEntry, RuleEntry, Spec};

/// Renders the specification as Markdown: rules by operation and area with their Gherkin, then the statements of each document.
pub fn to_markdown(spec: &Spec) -> String {
    let mut out = String::new();
    // Writing to a String can't fail, here and below.
    let _ = writeln!(out, "# Specification of phoneAuthenticationMethod");
    for operation in Operation::ALL {
        for area in Area::ALL {
            let mut rules = spec.rules_of(*operation, *area).peekable();
            if rules.peek().is_some() {
                let _ = writeln!(out, "\n## {operation}: {area}");
            }
            for entry in rules {
                rule(&mut out, entry);
            }
        }
    }
    if !spec.documents.is_empty() {
        let _ = writeln!(out, "\n## Statements of the documents");
    }
    for entry in &spec.documents {
        document(&mut out, entry);
    }
    out
}

fn rule(out: &mut String, rule: &RuleEntry) {
    let _ = writeln!(out, "\n### `{}`\n\n{}\n", rule.id, escaped(&rule.title));
    let _ = writeln!(out, "- {}", weight(rule));
    let _ = writeln!(out, "- rests on {}", escaped(&rule.sources.join("; ")));
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
        "\n### `{}`: {}\n\n{}, {}, {editions} edition. {}\n",
        document.id,
        escaped(&document.title),
        document.language,
        document.version,
        escaped(&document.about)
    );
    let _ = writeln!(out, "| section | statement | checked by |\n| --- | --- | --- |");
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
        let _ = writeln!(out, "| {} | {} | {checked} |", escaped(&statement.section), escaped(&says));
    }
}

/// Text in which Markdown sees no markup.
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
