//! Waiting for reads that may lag behind a write.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Between two looks at an endpoint whose reads may lag: short at first, and no longer than this later on.
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// How long it is worth looking again.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    start: Instant,
    deadline: Instant,
}

impl Patience {
    /// Patience that lasts for so long from a moment on.
    pub fn since(start: Instant, timeout: Duration) -> Self {
        Self { start, deadline: start + timeout }
    }

    /// Waits for the next look; false where there is none left. The last one comes when the time is up: what may lag for so long has
    /// to show by then, and not before.
    pub async fn lasts(self) -> bool {
        let now = Instant::now();
        if now >= self.deadline {
            return false;
        }
        let pause = (now.duration_since(self.start) / 3).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        sleep_until(self.deadline.min(now + pause)).await;
        true
    }

    /// How much of it is gone.
    pub fn elapsed(self) -> Duration {
        self.start.elapsed()
    }

    /// Waits until the time is up; at once where it is.
    pub async fn ends(self) {
        sleep_until(self.deadline).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn looks(timeout: Duration) -> (u32, Duration) {
        let start = Instant::now();
        let patience = Patience::since(start, timeout);
        let mut looks = 1;
        while patience.lasts().await {
            looks += 1;
        }
        (looks, start.elapsed())
    }

    #[tokio::test]
    async fn the_last_look_comes_when_the_time_is_up() {
        assert_eq!(looks(Duration::ZERO).await.0, 1);
        for timeout in [1, 10, 40, 120].map(Duration::from_millis) {
            let (looks, took) = looks(timeout).await;
            assert!(looks > 1 && took >= timeout, "{looks} looks in {took:?} of {timeout:?}");
        }
    }
}
