//! Waits for reads that may lag behind a write.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The pause between two looks starts at this length and grows up to `LONGEST_PAUSE`.
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// The time after which another look can show nothing new.
#[derive(Debug)]
pub struct Deadline {
    start: Instant,
    end: Instant,
    /// Whether no look is left.
    over: Cell<bool>,
}

impl Deadline {
    /// The deadline `timeout` after `start`.
    pub fn since(start: Instant, timeout: Duration) -> Self {
        let end = start + timeout;
        Self { start, end, over: Cell::new(Instant::now() >= end) }
    }

    /// Waits for the next look. Returns false if none is left. The last look begins when the time is up, because from
    /// then on the endpoint must show the write.
    pub async fn next_look(&self) -> bool {
        if self.over.get() {
            return false;
        }
        let now = Instant::now();
        let pause = (now.duration_since(self.start) / 3).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        self.over.set(now + pause >= self.end);
        sleep_until(self.end.min(now + pause)).await;
        true
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Waits until the time is up.
    pub async fn passes(self) {
        sleep_until(self.end).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn looks(timeout: Duration) -> (u32, Duration) {
        let start = Instant::now();
        let deadline = Deadline::since(start, timeout);
        let mut looks = 1;
        while deadline.next_look().await {
            looks += 1;
        }
        (looks, start.elapsed())
    }

    #[tokio::test]
    async fn the_last_look_begins_when_the_time_is_up() {
        assert_eq!(looks(Duration::ZERO).await.0, 1);
        for timeout in [1, 10, 40, 120].map(Duration::from_millis) {
            let (looks, took) = looks(timeout).await;
            assert!(looks > 1 && took >= timeout, "{looks} looks in {took:?} of {timeout:?}");
        }
    }

    #[tokio::test]
    async fn a_look_that_takes_too_long_is_not_the_last() {
        let deadline = Deadline::since(Instant::now(), Duration::from_millis(10));
        // The first look takes longer than the deadline, but shows the state at its beginning.
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(deadline.next_look().await);
        assert!(!deadline.next_look().await);
    }
}
