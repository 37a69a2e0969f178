//! Answering 429 to those who ask too often.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::reference::answer::Refusal;

/// How many requests are answered in a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub requests: u32,
    /// In which span of time.
    pub window: Duration,
}

/// Counts requests in one window of time after the other.
#[derive(Debug)]
pub(super) struct Throttle {
    rate: Rate,
    window: Mutex<Window>,
}

#[derive(Debug)]
struct Window {
    ends: Instant,
    left: u32,
}

impl Throttle {
    pub fn new(rate: Rate) -> Self {
        Self { rate, window: Mutex::new(Window { ends: Instant::now(), left: 0 }) }
    }

    /// Lets a request through, or says how long to wait.
    pub fn admit(&self) -> Result<(), Refusal> {
        self.wait(Instant::now()).map_or(Ok(()), |seconds| Err(Refusal::throttled(seconds)))
    }

    /// The seconds to wait, in whole numbers since many clients read no others.
    fn wait(&self, now: Instant) -> Option<u64> {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= window.ends {
            *window = Window { ends: now + self.rate.window, left: self.rate.requests };
        }
        if window.left == 0 {
            let left = window.ends - now;
            return Some(left.as_secs() + u64::from(left.subsec_nanos() > 0));
        }
        window.left -= 1;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_requests_are_let_through_and_then_as_many_again() {
        let throttle = Throttle::new(Rate { requests: 2, window: Duration::from_millis(2500) });
        let start = Instant::now() + Duration::from_secs(1);
        let after = |millis| throttle.wait(start + Duration::from_millis(millis));
        assert_eq!((after(0), after(10), after(20), after(2000)), (None, None, Some(3), Some(1)));
        assert_eq!((after(2500), after(2600), after(2700)), (None, None, Some(3)));
    }
}
