//! `serve`: the reference server on its own.

use std::fs;
use std::io::Write as _;
use std::process::ExitCode;

use crate::reference::{Options, start};
use crate::target::to_toml;

use super::args::ServeArgs;
use super::signals::Signals;
use super::{CliError, reference};

/// Serves until Ctrl-C or SIGTERM.
pub async fn serve(args: ServeArgs) -> Result<ExitCode, CliError> {
    let faults = reference::faults(&args.fault)?;
    let faulty = !faults.is_empty();
    let options = Options { listen: args.listen, users: args.users, edition: args.edition, faults };
    let mut server = start(options).await.map_err(|error| {
        CliError::new(format!("can't listen on {}: {error}", args.listen)).with_hint("--listen 127.0.0.1:0 takes any free port")
    })?;
    if let Some(path) = &args.write_target {
        let text = to_toml(&reference::target(&server, args.edition, faulty));
        fs::write(path, text).map_err(|error| CliError::new(format!("{} can't be written: {error}", path.display())))?;
    }
    let mut signals = Signals::listen()?;
    let mut stdout = std::io::stdout();
    // Whoever started the server may wait for this line; nobody has to.
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
