//! Arguments and commands: the only place that reads the environment or the terminal.

mod again;
mod args;
mod error;
mod faults;
mod init;
mod journal;
mod output;
pub mod reference;
mod reports;
mod restore;
mod run;
mod serve;
mod signals;
mod snapshots;
mod spec;

pub use args::Args;
pub use error::CliError;

use std::process::ExitCode;

use args::Command;

use crate::report::EXIT_USAGE;

/// Does what the arguments say, and answers with the exit status.
pub fn execute(args: Args) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&CliError::new(format!("the asynchronous runtime can't be started: {error}"))),
    };
    let result = match args.command {
        None => runtime.block_on(run::run(args.run)),
        Some(Command::Run(run)) => runtime.block_on(run::run(*run)),
        Some(Command::Serve(serve)) => runtime.block_on(serve::serve(serve)),
        Some(Command::Faults) => Ok(faults::list()),
        Some(Command::Spec(spec)) => spec::print(&spec),
        Some(Command::Init(init)) => init::write(&init),
        Some(Command::Restore(restore)) => runtime.block_on(restore::restore(&restore)),
    };
    result.unwrap_or_else(|error| fail(&error))
}

/// Says what was wrong with a call.
fn fail(error: &CliError) -> ExitCode {
    complain(error);
    ExitCode::from(EXIT_USAGE)
}

/// Says on standard error what went wrong.
fn complain(error: &CliError) {
    use std::io::Write as _;

    let bold = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Red.into()));
    let mut stderr = anstream::stderr();
    // Where nobody listens any more, the exit status still tells.
    let _ = writeln!(stderr, "{bold}error:{bold:#} {}", error.message);
    if let Some(hint) = &error.hint {
        let _ = writeln!(stderr, "hint: {hint}");
    }
}
