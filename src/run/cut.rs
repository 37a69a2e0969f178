//! Ending a run before its last scenario has ended.
//!
//! Nothing more is sent, but requests in flight come to their end: what they do to a user must not come after the user was put back.

use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{sleep_until, timeout};

use crate::graph::{Client, Silence};
use crate::report::Note;

/// Beyond the time of the last request: for all that is not a request.
const GRACE: Duration = Duration::from_secs(5);

/// Why a run ends early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// Somebody asked for it.
    Interrupted,
    /// The run has had this time.
    TimeUp(Duration),
    /// The endpoint stopped answering, and did not come back.
    Silent(Silence),
}

impl Cut {
    /// Why a scenario was not judged.
    pub fn reason(&self) -> String {
        match self {
            Self::Interrupted => "the run was interrupted".to_owned(),
            Self::TimeUp(limit) => format!("the run's time was up: {}", humantime::format_duration(*limit)),
            Self::Silent(silence) => silence.message.clone(),
        }
    }

    /// What the report says of the run.
    pub fn note(&self) -> Note {
        let hint = match self {
            Self::Interrupted => None,
            Self::TimeUp(_) => Some("`--max-duration` gives it more time".to_owned()),
            Self::Silent(silence) => silence.hint.clone(),
        };
        Note { hint, ..Note::plain(format!("{}: what had not ended by then was not judged", self.reason())) }
    }
}

/// What may end a run early.
#[derive(Debug, Clone, Copy)]
pub struct Limits<'a> {
    /// Asks for an end.
    pub interrupted: Option<&'a Notify>,
    /// How long the run may take, but for putting users back.
    pub max_duration: Duration,
    /// How long one request may take.
    pub request_timeout: Duration,
}

/// Works until the work is done or is to end early; then only requests in flight are waited for. The result is missing where not even
/// that helped.
pub async fn until_cut<T>(work: impl Future<Output = T>, client: &Client, limits: Limits<'_>) -> (Option<T>, Option<Cut>) {
    tokio::pin!(work);
    let asked = async {
        match limits.interrupted {
            Some(interrupted) => interrupted.notified().await,
            None => std::future::pending().await,
        }
    };
    let start = tokio::time::Instant::now();
    // Whoever gives a run more time than a clock can show wants no limit.
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
        silence = client.goes_silent() => Cut::Silent(silence),
    };
    client.halt();
    (timeout(limits.request_timeout.saturating_add(GRACE), work).await.ok(), Some(cut))
}
