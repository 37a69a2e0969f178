//! Ctrl-C and SIGTERM.

use std::io::Write as _;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::CliError;

/// What a shell reports of a program that Ctrl-C ended.
const ENDED_BY_CTRL_C: i32 = 130;

/// Requests to stop, from the moment on in which this is made: none of them is lost, and none ends the program by itself.
pub struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// Listens from now on.
    ///
    /// # Errors
    /// Where the operating system does not tell of signals.
    pub fn listen() -> Result<Self, CliError> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let listen = |kind| signal(kind).map_err(|error| CliError::new(format!("signals can't be listened for: {error}")));
            Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Ends with the next Ctrl-C or SIGTERM.
    pub async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// Tells of the first Ctrl-C or SIGTERM for as long as it is kept; the second ends the program at once.
pub struct Interruption {
    /// Notified of the first.
    pub first: Arc<Notify>,
    listener: JoinHandle<()>,
}

impl Interruption {
    /// Listens from now on.
    ///
    /// # Errors
    /// Where the operating system does not tell of signals.
    pub fn listen() -> Result<Self, CliError> {
        let mut signals = Signals::listen()?;
        let first = Arc::new(Notify::new());
        let notify = Arc::clone(&first);
        let listener = tokio::spawn(async move {
            signals.next().await;
            notify.notify_one();
            // Where nobody reads it, the users are put back all the same.
            let _ = writeln!(anstream::stderr(), "\nusers are put back before the end; once more ends the program at once");
            signals.next().await;
            std::process::exit(ENDED_BY_CTRL_C);
        });
        Ok(Self { first, listener })
    }
}

impl Drop for Interruption {
    fn drop(&mut self) {
        self.listener.abort();
    }
}
