//! `spec`: the specification, to be read.

use std::io::Write as _;
use std::process::ExitCode;

use crate::plan::Selection;
use crate::reference::Fault;
use crate::spec::{FaultEntry, Matrix, Spec, to_json, to_markdown, to_terminal};
use crate::suite::{Statements, Suite};

use super::CliError;
use super::args::{SpecArgs, SpecFormat};
use super::page::width;

/// Prints the specification, or the rules whose ids begin as asked for.
pub fn print(args: &SpecArgs) -> Result<ExitCode, CliError> {
    let suite = Suite::embedded()?;
    let mut spec = Spec::new(&suite, &Statements::embedded()?, &faults());
    if let Some(wanted) = &args.rule {
        Selection::new(&suite, std::slice::from_ref(wanted), None)?;
        spec = spec.select(wanted);
    }
    let matrix = args.matrix.then(|| Matrix::new(&spec));
    let text = match (args.format, matrix) {
        (SpecFormat::Terminal, None) => to_terminal(&spec, width()),
        (SpecFormat::Markdown, None) => to_markdown(&spec),
        (SpecFormat::Json, None) => to_json(&spec),
        (SpecFormat::Terminal, Some(matrix)) => matrix.to_terminal(width()),
        (SpecFormat::Markdown, Some(matrix)) => matrix.to_markdown(),
        (SpecFormat::Json, Some(matrix)) => matrix.to_json(),
    };
    // A reader who has seen enough closes the pipe.
    let _ = anstream::stdout().write_all(text.as_bytes());
    Ok(ExitCode::SUCCESS)
}

fn faults() -> Vec<FaultEntry> {
    let entry = |fault: &Fault| {
        let info = fault.info();
        FaultEntry {
            id: info.id.to_owned(),
            summary: info.summary.to_owned(),
            edition: info.edition,
            kind: fault.kind().name().to_owned(),
            breaks: info.breaks.iter().map(|rule| (*rule).to_owned()).collect(),
        }
    };
    Fault::all().iter().map(entry).collect()
}
