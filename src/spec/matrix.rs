//! The power of the suite as a table: which faults of the reference server break which rule, and how many there are of each kind.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::api::Operation;
use crate::report::terminal::page::{FAINT, GOOD, Page, paint};

use super::{RuleEntry, SCHEMA_VERSION, Spec};

/// What the table is, and how far it can be trusted.
const HEADING: &str = "Which faults of the reference server break which rule, and how many, by what the mistake is about. tests/power.rs \
    proves it exact: against a server with a fault, the rules that the fault stands with fail, and no others.";
/// The kinds of mistake in the order of the columns, and what each is about.
const KINDS: [(&str, &str); 7] = [
    ("own", "what the operation alone does"),
    ("number", "phone numbers it accepts"),
    ("input", "what else it accepts"),
    ("answer", "how success looks"),
    ("refusal", "how a refusal looks"),
    ("effect", "whether what is answered has happened"),
    ("access", "who may call"),
];
/// Faults against rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// Version of this structure.
    pub schema: u32,
    /// What the table is, and how far it can be trusted.
    pub about: &'static str,
    /// The table of each operation that has a rule in it.
    pub operations: Vec<OperationMatrix>,
}

/// The table of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationMatrix {
    /// The operation that the rules are about.
    pub operation: Operation,
    /// The kinds of mistake that break one of the rules.
    pub kinds: Vec<&'static str>,
    /// A row for each rule.
    pub rules: Vec<RuleRow>,
}

/// The row of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleRow {
    /// `OPERATION.what-must-hold`
    pub rule: String,
    /// How many faults of each kind break it; a kind that has none is left out.
    pub counts: BTreeMap<String, usize>,
    /// The faults that break it.
    pub faults: Vec<String>,
}

impl Matrix {
    /// The table of the rules of a specification, or of a part of one.
    pub fn new(spec: &Spec) -> Self {
        let operations = Operation::ALL.iter().filter_map(|operation| {
            let rules: Vec<&RuleEntry> = spec.rules.iter().filter(|rule| rule.operation == *operation).collect();
            let breaks = |kind: &str| rules.iter().flat_map(|rule| &rule.faults).any(|fault| fault.kind == kind);
            let kinds = KINDS.iter().map(|(kind, _)| *kind).filter(|kind| breaks(kind)).collect();
            (!rules.is_empty()).then(|| OperationMatrix { operation: *operation, kinds, rules: rules.into_iter().map(row).collect() })
        });
        Self { schema: SCHEMA_VERSION, about: HEADING, operations: operations.collect() }
    }

    /// The table for a terminal, with ANSI styles.
    pub fn to_terminal(&self, width: usize) -> String {
        let mut page = Page::new(width);
        page.prose(0, HEADING);
        page.blank();
        page.aside(0, &legend());
        for table in &self.operations {
            page.blank();
            let columns: Vec<&str> = table.kinds.iter().copied().chain(["all"]).collect();
            let first =
                table.rules.iter().map(|row| short(table, row).len()).chain([table.operation.name().len()]).max().unwrap_or_default();
            let name = format!("{:first$}", table.operation.name().to_uppercase());
            page.raw(&format!("{} {}", paint(GOOD, &name), paint(FAINT, &columns.join(" "))));
            for row in &table.rules {
                let counts = columns.iter().zip(cells(table, row)).map(|(column, cell)| format!(" {cell:>width$}", width = column.len()));
                page.raw(&format!("{:first$}{}", short(table, row), counts.collect::<String>()));
            }
            for row in &table.rules {
                page.blank();
                page.raw(&paint(anstyle::Style::new().bold(), &row.rule));
                page.field("faults", &row.faults.join(", "));
            }
        }
        page.into_text()
    }

    /// The table as a Markdown page.
    pub fn to_markdown(&self) -> String {
        // Writing to a String can't fail, here and below.
        let mut out = format!("# Which fault breaks which rule\n\n{HEADING}\n\n{}\n", legend());
        for table in &self.operations {
            let _ = writeln!(out, "\n## {}\n\n| rule | {} | all | faults |", table.operation, table.kinds.join(" | "));
            let _ = writeln!(out, "| --- |{} --- |", " ---: |".repeat(table.kinds.len() + 1));
            for row in &table.rules {
                let faults: Vec<_> = row.faults.iter().map(|fault| format!("`{fault}`")).collect();
                let _ = writeln!(out, "| `{}` | {} | {} |", row.rule, cells(table, row).join(" | "), faults.join(", "));
            }
        }
        out
    }

    /// The table as JSON, indented, with a line break at its end.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("string keys serialize");
        text.push('\n');
        text
    }
}

/// What the kinds mean.
fn legend() -> String {
    let kinds: Vec<_> = KINDS.iter().map(|(kind, about)| format!("{kind}: {about}")).collect();
    format!("{}.", kinds.join("; "))
}

fn row(rule: &RuleEntry) -> RuleRow {
    let mut counts = BTreeMap::new();
    for fault in &rule.faults {
        *counts.entry(fault.kind.clone()).or_default() += 1;
    }
    RuleRow { rule: rule.id.clone(), counts, faults: rule.faults.iter().map(|fault| fault.id.clone()).collect() }
}

/// A rule's id without the operation, which stands above it.
fn short<'a>(table: &OperationMatrix, row: &'a RuleRow) -> &'a str {
    row.rule.strip_prefix(table.operation.name()).map_or(&row.rule, |rest| rest.trim_start_matches('.'))
}

/// A rule's counts in the order of the columns, nothing where there is none, and their sum.
fn cells(table: &OperationMatrix, row: &RuleRow) -> Vec<String> {
    let counts = table.kinds.iter().map(|kind| row.counts.get(*kind).map_or_else(String::new, usize::to_string));
    counts.chain([row.faults.len().to_string()]).collect()
}
