//! Arguments and commands. Only this module reads the environment and the terminal.

mod again;
mod args;
mod compare;
mod dry_run;
mod earlier;
mod error;
mod expectations;
mod faults;
mod init;
mod journal;
mod live;
mod manual;
mod merge;
mod output;
mod page;
mod panics;
mod quick;
pub mod reference;
mod reports;
mod rerun;
mod restore;
mod run;
mod serve;
mod signals;
mod snapshots;
mod spec;
mod stdout;

pub use args::Args;
pub use error::CliError;

use std::process::ExitCode;

use args::Command;

use crate::report::terminal::text::clean;
use crate::report::{EXIT_CONFORMANT, EXIT_USAGE, Note};

/// Runs the command and returns the exit status.
pub fn execute(args: Args) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&CliError::new(format!("the asynchronous runtime can't be started: {error}"))),
    };
    let result = match args.command {
        None => quick::add_init_hint(runtime.block_on(run::run(&args.run)), &args.run.target.flags, &args.run.api_version),
        Some(Command::Run(run)) => quick::add_init_hint(runtime.block_on(run::run(&run)), &run.target.flags, &run.api_version),
        Some(Command::Serve(serve)) => runtime.block_on(serve::serve(serve)),
        Some(Command::Faults) => faults::list(),
        Some(Command::Spec(spec)) => spec::print(&spec),
        Some(Command::Init(init)) => init::write(&init),
        Some(Command::Restore(restore)) => quick::add_init_hint(runtime.block_on(restore::restore(&restore)), &restore.target.flags, &[]),
        Some(Command::Merge(merge)) => merge::merge(&merge),
        Some(Command::Compare(compare)) => compare::compare(&compare),
        Some(Command::Completions { shell }) => manual::completions(shell),
        Some(Command::Man { folder }) => manual::manual(folder.as_deref()),
    };
    result.unwrap_or_else(|error| fail(&error))
}

/// Prints the requested help or version, or the mistake in the arguments.
pub fn answer(error: &clap::Error) -> ExitCode {
    match error.print() {
        Err(lost) if lost.kind() != std::io::ErrorKind::BrokenPipe => {
            fail(&CliError::new(format!("standard output can't be written: {lost}")))
        }
        _ => ExitCode::from(if error.use_stderr() { EXIT_USAGE } else { EXIT_CONFORMANT }),
    }
}

/// Prints the error of a command.
fn fail(error: &CliError) -> ExitCode {
    complain(error);
    ExitCode::from(EXIT_USAGE)
}

/// Prints a note to standard error.
fn warn(note: &Note) {
    use std::io::Write as _;

    let mut stderr = anstream::stderr();
    // If standard error is closed, the exit status still reports the result.
    let _ = writeln!(stderr, "note: {}", clean(&note.message));
    if let Some(hint) = &note.hint {
        let _ = writeln!(stderr, "hint: {}", clean(hint));
    }
}

/// Prints a message to standard error.
fn say(message: &str) {
    use std::io::Write as _;

    // If standard error is closed, the work is done all the same.
    let _ = writeln!(anstream::stderr(), "{}", clean(message));
}

/// Prints an error to standard error.
fn complain(error: &CliError) {
    use std::io::Write as _;

    let bold = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Red.into()));
    let mut stderr = anstream::stderr();
    // If standard error is closed, the exit status still reports the error. A message may quote a file or an endpoint,
    // so control characters are escaped.
    let _ = writeln!(stderr, "{bold}error:{bold:#} {}", clean(&error.message));
    if let Some(hint) = &error.hint {
        let _ = writeln!(stderr, "hint: {}", clean(hint));
    }
}
