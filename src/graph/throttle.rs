//! Obeys throttling: if the endpoint tells one request to wait, all requests wait.

use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::Exchange;

/// The wait after the first 429 without `Retry-After`. It doubles each time, up to `LONGEST_WAIT`.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(16);
/// The minimum wait before a repetition, even if `Retry-After` is shorter. It doubles each time.
const SHORTEST_WAIT: Duration = Duration::from_millis(20);
/// A request is repeated at most this many times.
const REPETITIONS: u32 = 8;

/// The gate that every request must pass.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// The gate is closed until this moment.
    open_at: Mutex<Option<Instant>>,
    /// Whether sending has ended.
    pub halted: watch::Sender<bool>,
}

impl Gate {
    /// Closes the gate for the time `wait`, before a request is sent again that was already sent `attempts` times.
    /// Returns false if `wait` ends after the deadline, or if the request was sent often enough.
    pub(super) fn close(&self, wait: Duration, attempts: u32, deadline: Instant) -> bool {
        let until = Instant::now().checked_add(wait).filter(|until| *until <= deadline && attempts <= REPETITIONS);
        until.map(|until| self.close_until(until)).is_some()
    }

    /// Closes the gate until a moment.
    fn close_until(&self, until: Instant) {
        let mut open_at = self.open_at.lock().expect("nothing panics while it is locked");
        *open_at = (*open_at).max(Some(until));
    }

    /// Waits until the gate is open. Returns false if sending has ended.
    pub(super) async fn pass(&self) -> bool {
        let mut halted = self.halted.subscribe();
        tokio::select! {
            biased;
            _ = halted.wait_for(|halted| *halted) => false,
            () = self.opens() => true,
        }
    }

    async fn opens(&self) {
        loop {
            let open_at = *self.open_at.lock().expect("nothing panics while it is locked");
            match open_at {
                Some(instant) if instant > Instant::now() => sleep_until(instant).await,
                _ => return,
            }
        }
    }
}

/// How long to wait before a request is sent again; `None` if its answer is final.
///
/// A 503 or 504 counts only with `Retry-After`.
pub(super) fn wait(status: u16, retry_after: Option<&str>, attempt: u32, now: SystemTime) -> Option<Duration> {
    let named = retry_after.and_then(|value| parse(value, now));
    let doublings = 2_u32.pow(attempt.saturating_sub(1).min(REPETITIONS));
    let wait = match status {
        429 => named.unwrap_or_else(|| LONGEST_WAIT.min(FIRST_WAIT * doublings)),
        503 | 504 => named?,
        _ => return None,
    };
    Some(wait.max(SHORTEST_WAIT * doublings))
}

/// The message about a request that the endpoint throttles for longer than `longest`.
pub(super) fn too_long(exchange: &Exchange, attempts: u32, longest: Duration) -> String {
    let asked = exchange.header("retry-after").map(|value| format!(" with Retry-After {value}")).unwrap_or_default();
    let tries = if attempts == 1 { "the first try".to_owned() } else { format!("{attempts} tries") };
    let longest = humantime::format_duration(longest);
    let enough = if attempts > REPETITIONS { String::new() } else { format!(", but max_retry_wait is {longest}") };
    format!("the endpoint answers {}{asked} after {tries}{enough}", exchange.status)
}

/// Parses `Retry-After`: an HTTP date, or seconds, which may have a fraction as in Graph's documents.
fn parse(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        let seconds: f64 = value.parse().ok()?;
        // A time too long for a `Duration` becomes the longest `Duration`.
        return Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    #[test]
    fn seconds_fractions_and_dates_are_understood() {
        let parsed = |value| parse(value, NOW);
        assert_eq!(parsed("0"), Some(Duration::ZERO));
        assert_eq!(parsed(" 12 "), Some(Duration::from_secs(12)));
        assert_eq!(parsed("2.128"), Some(Duration::from_millis(2128)));
        assert_eq!(parsed("Thu, 01 Jan 1970 00:01:00 GMT"), Some(Duration::from_secs(60)));
        assert_eq!(parse("Thu, 01 Jan 1970 00:01:00 GMT", NOW + Duration::from_secs(99)), Some(Duration::ZERO));
        assert_eq!(parse(&"9".repeat(400), NOW), Some(Duration::MAX));
        for garbage in ["", ".", "-1", "+1", "1e3", "inf", "NaN", "1,5", "1 s", "soon", "1.2.3", "Thu, 99 Jan 1970 00:01:00 GMT"] {
            assert_eq!(parsed(garbage), None, "{garbage}");
        }
    }

    #[test]
    fn only_an_answer_that_asks_to_wait_is_sent_again() {
        let waited = |status, retry_after| wait(status, retry_after, 1, NOW);
        assert_eq!(waited(429, Some("3")), Some(Duration::from_secs(3)));
        assert_eq!(waited(429, Some("0")), Some(SHORTEST_WAIT));
        assert_eq!(waited(429, Some("soon")), Some(FIRST_WAIT));
        assert_eq!(waited(503, Some("3")), Some(Duration::from_secs(3)));
        assert_eq!(waited(503, None), None);
        assert_eq!(waited(503, Some("soon")), None);
        assert_eq!(waited(504, Some("3")), Some(Duration::from_secs(3)));
        assert_eq!(waited(400, Some("3")), None);
    }

    #[test]
    fn the_wait_without_retry_after_grows_up_to_a_limit() {
        let waits: Vec<_> = (1..40).filter_map(|attempt| wait(429, None, attempt, NOW)).collect();
        assert!(waits.is_sorted() && waits[0] == FIRST_WAIT && waits[38] <= LONGEST_WAIT * 2, "{waits:?}");
    }

    #[test]
    fn the_wait_grows_even_if_retry_after_is_zero() {
        let waits: Vec<_> = (1..40).filter_map(|attempt| wait(429, Some("0"), attempt, NOW)).collect();
        assert!(waits.is_sorted() && waits[0] == SHORTEST_WAIT && waits[8] > Duration::from_secs(5), "{waits:?}");
        assert!(waits[38] < Duration::from_secs(30), "{waits:?}");
    }

    #[tokio::test]
    async fn all_requests_wait_for_the_later_of_two_waits() {
        let gate = Gate::default();
        let start = Instant::now();
        gate.close_until(start + Duration::from_millis(60));
        gate.close_until(start + Duration::from_millis(10));
        futures::join!(gate.pass(), gate.pass());
        assert!(start.elapsed() >= Duration::from_millis(60));
    }

    proptest! {
        #[test]
        fn any_retry_after_gives_a_wait_after_429(value in "\\PC{0,40}", status in 100_u16..600, attempt in any::<u32>()) {
            let waited = wait(status, Some(&value), attempt, SystemTime::now());
            prop_assert_eq!(waited.is_some(), status == 429 || matches!(status, 503 | 504) && parse(&value, NOW).is_some());
        }

        #[test]
        fn numbers_never_overflow(digits in "[0-9.]{0,60}") {
            let _ = parse(&digits, NOW);
        }
    }
}
