//! Ends a run early.
//!
//! The run sends no more requests, but waits for requests in flight. Otherwise such a request could still change a user
//! after the user was put back.

use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{sleep_until, timeout};

use crate::graph::{Client, Silence};
use crate::report::Note;

/// The time to end the run, on top of the time of one request.
const GRACE: Duration = Duration::from_secs(5);

/// Why a run ends early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// The user interrupted the run.
    Interrupted,
    /// The run reached `--max-duration`, which is this long.
    TimeUp(Duration),
    /// The endpoint stopped answering and did not recover.
    Silent(Silence),
}

impl Cut {
    /// Why a scenario was not judged.
    pub fn reason(&self) -> String {
        match self {
            Self::Interrupted => "the run was interrupted".to_owned(),
            Self::TimeUp(limit) => format!("the run reached `--max-duration` ({})", humantime::format_duration(*limit)),
            Self::Silent(silence) => silence.message.clone(),
        }
    }

    /// The report's note about the early end.
    pub fn note(&self) -> Note {
        let hint = match self {
            Self::Interrupted => None,
            Self::TimeUp(_) => Some("a higher `--max-duration` gives it more time".to_owned()),
            Self::Silent(silence) => silence.hint.clone(),
        };
        Note { hint, ..Note::plain(format!("{}: the rest was not judged", self.reason())) }
    }
}

/// What may end a run early.
#[derive(Debug, Clone, Copy)]
pub struct Limits<'a> {
    /// A notification ends the run.
    pub interrupted: Option<&'a Notify>,
    /// The longest time of the run, without the time to put users back.
    pub max_duration: Duration,
    /// The longest time of one request.
    pub request_timeout: Duration,
}

/// Runs `work` until it is done or must end early, then waits for requests in flight. The first value is `None` if
/// `work` does not end in that time; the second says why it ended early.
pub async fn until_cut<T>(work: impl Future<Output = T>, client: &Client, limits: Limits<'_>) -> (Option<T>, Option<Cut>) {
    tokio::pin!(work);
    let asked = async {
        match limits.interrupted {
            Some(interrupted) => interrupted.notified().await,
            None => std::future::pending().await,
        }
    };
    let start = tokio::time::Instant::now();
    // A duration beyond what the clock can hold means no limit.
    let up = async {
        match start.checked_add(limits.max_duration) {
            Some(end) => sleep_until(end).await,
            None => std::future::pending().await,
        }
    };
    let cut = tokio::select! {
        result = &mut work => return (Some(result), None),
        () = asked => Cut::Interrupted,
        () = up => Cut::TimeUp(limits.max_duration),
        silence = client.outage.wait_until_gone() => Cut::Silent(silence),
    };
    client.halt();
    (timeout(limits.request_timeout.saturating_add(GRACE), work).await.ok(), Some(cut))
}
