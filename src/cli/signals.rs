//! Ctrl-C and SIGTERM.

use std::sync::Arc;

use tokio::sync::Notify;

/// What a shell reports of a program that Ctrl-C ended.
const ENDED_BY_CTRL_C: i32 = 130;

/// Ends with the next Ctrl-C or SIGTERM.
pub async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// Tells of the first Ctrl-C or SIGTERM, so that users can be put back; the second ends the program at once.
pub fn first_interruption() -> Arc<Notify> {
    let interrupted = Arc::new(Notify::new());
    let notify = Arc::clone(&interrupted);
    tokio::spawn(async move {
        asked_to_stop().await;
        notify.notify_one();
        asked_to_stop().await;
        std::process::exit(ENDED_BY_CTRL_C);
    });
    interrupted
}
