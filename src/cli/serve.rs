//! `serve`: runs the reference server on its own.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::reference::{Options, SeedUser, start};
use crate::report::terminal::text::clean;
use crate::target::to_toml;

use super::args::ServeArgs;
use super::signals::Signals;
use super::{CliError, reference};

/// Serves until Ctrl-C or SIGTERM.
pub async fn serve(args: ServeArgs) -> Result<ExitCode, CliError> {
    let faults = reference::faults(&args.fault)?;
    let faulty = !faults.is_empty();
    let options = Options {
        listen: args.listen,
        users: args.users,
        seed: args.seed_file.as_deref().map(seed).transpose()?.unwrap_or_default(),
        edition: args.edition,
        faults,
        latency: args.latency.unwrap_or_default(),
        throttle: args.throttle,
        log: args.verbose.then_some(log),
    };
    let mut server = start(options).await.map_err(|error| {
        CliError::new(format!("can't listen on {}: {error}", args.listen)).with_hint("--listen 127.0.0.1:0 takes any free port")
    })?;
    if let Some(path) = &args.write_target {
        let text = to_toml(&reference::target(&server, args.edition, faulty));
        fs::write(path, text).map_err(|error| CliError::new(format!("{} can't be written: {error}", path.display())))?;
    }
    let mut signals = Signals::listen()?;
    let mut stdout = std::io::stdout();
    // The program that started the server may wait for this line.
    let _ = writeln!(stdout, "listening on http://{}", server.addr);
    let _ = stdout.flush();
    tokio::select! {
        () = signals.next() => {}
        result = server.finished() => {
            return Err(CliError::new(match result {
                Ok(()) => "the server stopped by itself".to_owned(),
                Err(failure) => format!("the server failed: {failure}"),
            }));
        }
    }
    server.stop().await.map_err(|failure| CliError::new(format!("the server failed: {failure}")))?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the initial users and phones.
fn seed(path: &Path) -> Result<Vec<SeedUser>, CliError> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| CliError::new(format!("{shown} can't be read: {error}")))?;
    SeedUser::read(&text).map_err(|error| {
        let colon = if error.position.is_some() { ":" } else { ": " };
        CliError::new(format!("{shown}{colon}{error}")).with_hint("`serve --help` shows such a file")
    })
}

/// Writes a log line. Paths and messages may quote a caller, so control characters are escaped.
fn log(line: &str) {
    // If standard error is closed, the server goes on.
    let _ = writeln!(anstream::stderr(), "{}", clean(line));
}
