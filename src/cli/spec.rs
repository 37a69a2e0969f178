//! `spec`: prints the specification.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use crate::plan::Selection;
use crate::reference::Fault;
use crate::report::EXIT_NONCONFORMANT;
use crate::report::terminal::text::count;
use crate::spec::{FaultEntry, Spec, to_html, to_json, to_markdown, to_terminal};
use crate::suite::{Glossary, Statements, Suite, verify};

use super::args::{SpecArgs, SpecFormat};
use super::page::width;
use super::{CliError, earlier, stdout};

/// Prints the specification or a part of it.
pub fn print(args: &SpecArgs) -> Result<ExitCode, CliError> {
    let statements = Statements::embedded()?;
    if let Some(folder) = &args.verify {
        return verified(&statements, folder);
    }
    let suite = Suite::embedded()?;
    let mut spec = Spec::new(&suite, &statements, &Glossary::embedded()?, &faults());
    if let Some(path) = &args.report_json {
        spec = spec.with_report(&earlier::read(path)?);
    }
    if let Some(wanted) = &args.rule {
        Selection::new(&suite, std::slice::from_ref(wanted), None)?;
        spec = spec.select(wanted);
    }
    if let Some(wanted) = &args.document {
        let known: Vec<&str> = statements.documents.iter().map(|document| document.id.as_str()).collect();
        if !known.contains(&wanted.as_str()) {
            return Err(CliError::new(format!("there is no document `{wanted}`")).with_hint(format!("one of {}", known.join(", "))));
        }
        spec = spec.of_document(wanted);
    }
    if args.untested {
        spec = spec.untested();
    }
    let text = match args.format {
        SpecFormat::Terminal => to_terminal(&spec, width()),
        SpecFormat::Markdown => to_markdown(&spec),
        SpecFormat::Json => to_json(&spec),
        SpecFormat::Html => to_html(&spec),
    };
    stdout::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints how the catalogue differs from the documents in a folder.
fn verified(statements: &Statements, folder: &Path) -> Result<ExitCode, CliError> {
    let complaints = verify(statements, |file| fs::read(folder.join(file)));
    if complaints.is_empty() {
        let documents = count(statements.documents.len(), "document");
        stdout::print(&format!("{documents} match their digests and contain all {}\n", count(statements.statements.len(), "quotation")))?;
        return Ok(ExitCode::SUCCESS);
    }
    stdout::print(&complaints.iter().map(|complaint| format!("{complaint}\n")).collect::<String>())?;
    Ok(ExitCode::from(EXIT_NONCONFORMANT))
}

fn faults() -> Vec<FaultEntry> {
    let entry = |fault: &Fault| FaultEntry {
        id: fault.id.clone(),
        summary: fault.summary.clone(),
        edition: fault.edition,
        kind: fault.kind.name().to_owned(),
        breaks: fault.breaks().to_vec(),
    };
    Fault::all().iter().map(entry).collect()
}
