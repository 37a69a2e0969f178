//! Waits for reads that may lag behind a write.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The pause between two looks starts at this length and grows up to the longest one.
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// The time during which it makes sense to look again.
#[derive(Debug)]
pub struct Patience {
    start: Instant,
    deadline: Instant,
    /// Whether the last look has begun, or no look is left at all.
    over: Cell<bool>,
}

impl Patience {
    /// Lasts for `timeout`, from `start`.
    pub fn since(start: Instant, timeout: Duration) -> Self {
        let deadline = start + timeout;
        Self { start, deadline, over: Cell::new(Instant::now() >= deadline) }
    }

    /// Waits for the next look; returns false if none is left. The last look begins when the time is up or later, however
    /// long the one before it takes: by then the write must show.
    pub async fn lasts(&self) -> bool {
        if self.over.get() {
            return false;
        }
        let now = Instant::now();
        let pause = (now.duration_since(self.start) / 3).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        self.over.set(now + pause >= self.deadline);
        sleep_until(self.deadline.min(now + pause)).await;
        true
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
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

    #[tokio::test]
    async fn a_look_that_takes_too_long_is_not_the_last() {
        let patience = Patience::since(Instant::now(), Duration::from_millis(10));
        // The first look shows the state of its begin, and takes longer than there is time.
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(patience.lasts().await);
        assert!(!patience.lasts().await);
    }
}
