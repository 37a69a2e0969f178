//! Waiting for reads that may lag behind a write.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Between two looks at an endpoint whose reads may lag.
const PAUSE: Duration = Duration::from_millis(40);

/// How long it is worth looking again.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    deadline: Instant,
}

impl Patience {
    /// Patience that lasts for so long from a moment on.
    pub fn since(start: Instant, timeout: Duration) -> Self {
        Self { deadline: start + timeout }
    }

    /// Waits for the next look; false where there is no time left for one.
    pub async fn lasts(self) -> bool {
        if Instant::now() + PAUSE >= self.deadline {
            return false;
        }
        sleep(PAUSE).await;
        true
    }
}
