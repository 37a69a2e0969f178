//! Finds requests that an endpoint sometimes answers with a server error and sometimes not.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash as _, Hasher as _};

use crate::api::Operation;

use super::{Account, Call, Exchange};

/// An operation that sometimes fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// The operation.
    pub operation: Operation,
    /// The status of the failure.
    pub status: u16,
    /// The number of failures.
    pub failed: u64,
    /// The number of requests of the operation.
    pub of: u64,
}

/// Counts of the answers of an endpoint.
#[derive(Debug, Default)]
pub(super) struct Answers {
    asked: BTreeMap<Operation, u64>,
    failed: BTreeMap<(Operation, u16), u64>,
    /// For each user id, the number of accepted writes. A request by name or `/me` does not tell the id, so such writes
    /// have the key `None` and count for every user.
    writes: HashMap<Option<String>, u64>,
    /// For each request and number of writes before it: whether it was ever answered without a failure, and the
    /// statuses of its failures.
    heard: HashMap<u64, (bool, BTreeSet<u16>)>,
}

impl Answers {
    /// Counts an answer. An answer with `Retry-After` is no failure.
    pub fn count(&mut self, call: &Call, exchange: &Exchange) {
        let (operation, status) = (call.operation, exchange.status);
        *self.asked.entry(operation).or_default() += 1;
        let user = match &call.account {
            Account::User(user) if !user.contains('@') => Some(user.clone()),
            Account::User(_) | Account::Me => None,
        };
        let writes = |user| self.writes.get(&user).copied().unwrap_or_default();
        let before = (writes(user.clone()), writes(None));
        if !operation.reads() && exchange.succeeded() {
            *self.writes.entry(user).or_default() += 1;
        }
        let mut request = DefaultHasher::new();
        (exchange.method, &exchange.url, &exchange.request_body, format!("{:?}", call.credential), before).hash(&mut request);
        let (answered, failures) = self.heard.entry(request.finish()).or_default();
        if status < 500 {
            *answered = true;
        } else if exchange.header("retry-after").is_none() {
            failures.insert(status);
            *self.failed.entry((operation, status)).or_default() += 1;
        }
    }

    /// The operations that sometimes fail: some request got this failure at one time and another answer at another.
    pub fn failures<'a>(&'a self, operations: impl Iterator<Item = &'a Operation> + 'a) -> impl Iterator<Item = Failures> + 'a {
        let now_and_then: BTreeSet<u16> =
            self.heard.values().filter(|(answered, _)| *answered).flat_map(|(_, failures)| failures.iter().copied()).collect();
        operations.flat_map(move |operation| {
            let of = self.asked.get(operation).copied().unwrap_or_default();
            let failed = self.failed.iter().filter(move |((failed, _), _)| failed == operation);
            let statuses = now_and_then.clone();
            failed.filter(move |((_, status), _)| statuses.contains(status)).map(move |((operation, status), failed)| Failures {
                operation: *operation,
                status: *status,
                failed: *failed,
                of,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::api::ApiVersion;
    use crate::graph::Credential;

    fn answers(told: &[(Operation, &str, u16)]) -> Vec<Failures> {
        let mut answers = Answers::default();
        for (operation, user, status) in told {
            let (account, credential) = (Account::User((*user).to_owned()), Credential::Identity(0));
            let call = Call { operation: *operation, version: ApiVersion::V1, account, phone: None, credential, body: None };
            let url = format!("http://x/{user}");
            answers.count(&call, &Exchange::new(&call, url, vec![], None, *status, vec![], String::new(), Duration::ZERO));
        }
        answers.failures(Operation::ALL.iter()).collect()
    }

    #[test]
    fn a_request_that_sometimes_fails_is_counted() {
        let told =
            [(Operation::List, "kim", 200), (Operation::List, "kim", 502), (Operation::List, "lee", 200), (Operation::List, "lee", 200)];
        assert_eq!(answers(&told), [Failures { operation: Operation::List, status: 502, failed: 1, of: 4 }]);
    }

    #[test]
    fn a_failure_before_a_write_does_not_count() {
        for writer in ["kim", "kim@contoso.com"] {
            let told = [(Operation::List, "kim", 500), (Operation::Create, writer, 201), (Operation::List, "kim", 200)];
            assert_eq!(answers(&told), [], "{writer}");
        }
        let told = [(Operation::List, "kim", 500), (Operation::Create, "lee", 201), (Operation::List, "kim", 200)];
        assert_eq!(answers(&told).len(), 1);
    }

    #[test]
    fn a_request_that_always_fails_does_not_count() {
        assert_eq!(answers(&[(Operation::List, "kim", 500), (Operation::List, "kim", 500), (Operation::List, "lee", 200)]), []);
    }
}
