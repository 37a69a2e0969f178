//! Waits for reads that may lag behind a write.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The pause between two looks starts at this length and grows up to the longest one.
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// The time during which it makes sense to look again.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    start: Instant,
    deadline: Instant,
}

impl Patience {
    /// Lasts for `timeout`, from `start`.
    pub fn since(start: Instant, timeout: Duration) -> Self {
        Self { start, deadline: start + timeout }
    }

    /// Waits for the next look; returns false if none is left. The last look happens exactly when the time is up,
    /// because by then the write must show.
    pub async fn lasts(self) -> bool {
        let now = Instant::now();
        if now >= self.deadline {
            return false;
        }
        let pause = (now.duration_since(self.start) / 3).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        sleep_until(self.deadline.min(now + pause)).await;
        true
    }

    /// The time since the start.
    pub fn elapsed(self) -> Duration {
        self.start.elapsed()
    }

    /// Waits until the time is up.
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
