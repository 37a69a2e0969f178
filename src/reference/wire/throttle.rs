//! Limits the rate of requests with 429.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::reference::answer::Refusal;

/// The number of requests per time window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The number of requests.
    pub requests: u32,
    /// The time window.
    pub window: Duration,
}

/// Counts requests in consecutive time windows.
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

    /// The seconds to wait, as a whole number because many clients read nothing else.
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
    fn each_window_admits_the_same_number_of_requests() {
        let throttle = Throttle::new(Rate { requests: 2, window: Duration::from_millis(2500) });
        let start = Instant::now() + Duration::from_secs(1);
        let after = |millis| throttle.wait(start + Duration::from_millis(millis));
        assert_eq!((after(0), after(10), after(20), after(2000)), (None, None, Some(3), Some(1)));
        assert_eq!((after(2500), after(2600), after(2700)), (None, None, Some(3)));
    }
}
