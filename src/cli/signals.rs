//! Handles Ctrl-C and SIGTERM.

use std::io::Write as _;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::CliError;

/// The exit status that a shell reports for a program ended by Ctrl-C.
const ENDED_BY_CTRL_C: i32 = 130;

/// Receives every Ctrl-C and SIGTERM as soon as it exists. From then on, these signals do not end the program by
/// themselves.
pub struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// Starts listening.
    ///
    /// # Errors
    /// Fails if the operating system does not deliver signals.
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

    /// Waits for the next Ctrl-C or SIGTERM.
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

/// Notifies of the first Ctrl-C or SIGTERM. The second one ends the program at once.
pub struct Interruption {
    /// Notified by the first signal.
    pub first: Arc<Notify>,
    listener: JoinHandle<()>,
}

impl Interruption {
    /// Starts listening.
    ///
    /// # Errors
    /// Fails if the operating system does not deliver signals.
    pub fn listen() -> Result<Self, CliError> {
        let mut signals = Signals::listen()?;
        let first = Arc::new(Notify::new());
        let notify = Arc::clone(&first);
        let listener = tokio::spawn(async move {
            signals.next().await;
            notify.notify_one();
            // If standard error is closed, the users are put back all the same.
            let _ = writeln!(anstream::stderr(), "\nputting users back; press Ctrl-C again to stop immediately");
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
