//! Decides whether a request is sent again.
//!
//! | What came back | A read | A write |
//! | --- | --- | --- |
//! | 429 | after the wait | after the wait |
//! | 503 or 504 with `Retry-After` | after the wait | after the wait, once a look does not show that it was carried out |
//! | any other answer | never | never |
//! | nothing: a kept connection closed, or the endpoint went down | at once | once a look shows that it was not carried out |
//! | nothing otherwise, or half an answer | never | never |
//!
//! Two more results show that the endpoint did nothing, so the client repeats both reads and writes: a 401, once with
//! each new token, and a refused connection, until the wait for the endpoint is over.
//!
//! The endpoint must not carry out a write twice. It would refuse the second one, and the report would blame it for the
//! wrong mistake. So the harness first looks at the user's phones.

use std::time::{Duration, SystemTime};

use super::{Call, Exchange, Phase, TransportError, throttle};

/// Whether to send a request again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// The result is final.
    Never,
    /// At once.
    Now,
    /// After this time.
    After(Duration),
    /// After this time, unless the user's phones show that the endpoint carried out the write although it asked to
    /// wait.
    UnlessDone(Duration),
    /// Only if the user's phones show that the endpoint did not carry out the write. The write got no answer.
    IfNotDone,
}

impl Repeat {
    /// Whether to send a request again after the result of an attempt. The first attempt is 1.
    pub fn of(call: &Call, result: Result<&Exchange, &TransportError>, attempt: u32) -> Self {
        let reads = call.operation.reads();
        match result {
            Ok(exchange) => match throttle::wait(exchange.status, exchange.header("retry-after"), attempt, SystemTime::now()) {
                None => Self::Never,
                Some(wait) if matches!(exchange.status, 503 | 504) && !reads => Self::UnlessDone(wait),
                Some(wait) => Self::After(wait),
            },
            Err(error) if error.phase != Phase::Dropped => Self::Never,
            Err(_) => {
                if reads {
                    Self::Now
                } else {
                    Self::IfNotDone
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Operation;

    #[test]
    fn requests_are_repeated_as_the_table_says() {
        let (read, write) = (Call::example(), Call { operation: Operation::Create, ..Call::example() });
        let (read, write) = (Call { operation: Operation::List, ..read }, write);
        let of = |call: &Call, status, retry_after: Option<&str>| {
            let headers = retry_after.map(|value| ("retry-after".to_owned(), value.to_owned())).into_iter().collect();
            let exchange = Exchange::new(call, String::new(), vec![], None, status, headers, String::new(), Duration::ZERO);
            Repeat::of(call, Ok(&exchange), 1)
        };
        let wait = Duration::from_secs(3);
        for (status, retry_after, on_read, on_write) in [
            (429, Some("3"), Repeat::After(wait), Repeat::After(wait)),
            (503, Some("3"), Repeat::After(wait), Repeat::UnlessDone(wait)),
            (503, None, Repeat::Never, Repeat::Never),
            (504, Some("3"), Repeat::After(wait), Repeat::UnlessDone(wait)),
            (500, Some("3"), Repeat::Never, Repeat::Never),
            (204, None, Repeat::Never, Repeat::Never),
        ] {
            assert_eq!((of(&read, status, retry_after), of(&write, status, retry_after)), (on_read, on_write), "{status}");
        }
        let lost = |call: &Call, phase| {
            let (origin, message) = (String::new(), String::new());
            Repeat::of(call, Err(&TransportError { phase, method: "POST", origin, message, hint: None }), 1)
        };
        assert_eq!((lost(&read, Phase::Dropped), lost(&write, Phase::Dropped)), (Repeat::Now, Repeat::IfNotDone));
        assert_eq!((lost(&read, Phase::Answer), lost(&write, Phase::Body)), (Repeat::Never, Repeat::Never));
    }
}
