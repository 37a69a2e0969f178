//! Checks that apply to every answer to an operation, in any scenario.

use crate::api::{ApiVersion, Operation};
use crate::graph::Exchange;
use crate::suite::Watch;
use crate::words::words;

use super::{Mismatch, answer::status, collection_object, error_object, phone_as_asked_for};

/// The result of watching an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    /// The check does not apply to the answer.
    NotConcerned,
    /// The check holds.
    Held,
    /// The check does not hold.
    Broken(Mismatch),
}

/// Applies a watching check to an answer.
pub fn watched(watch: Watch, exchange: &Exchange) -> Watched {
    if exchange.is_without_bulk() {
        return Watched::NotConcerned;
    }
    // A 204 has no body, and an update may be answered with 204.
    let verdict = match watch {
        Watch::Phone if exchange.succeeded() && exchange.status != 204 => phone_as_asked_for(exchange),
        Watch::Collection if exchange.succeeded() => collection_object(exchange),
        Watch::Success if exchange.succeeded() => status(exchange, successes(exchange.operation, exchange.version)),
        Watch::ErrorObject if exchange.refused() => error_object(exchange),
        _ => return Watched::NotConcerned,
    };
    match verdict {
        Ok(()) => Watched::Held,
        Err(mismatch) => Watched::Broken(mismatch),
    }
}

/// The success statuses of an operation.
fn successes(operation: Operation, version: ApiVersion) -> &'static [u16] {
    &words().operation(operation).status[&version]
}

#[cfg(test)]
mod tests {
    use super::super::answer::tests::answer;
    use super::*;

    #[test]
    fn each_operation_has_its_own_success_statuses() {
        let enable = |version| successes(Operation::EnableSmsSignIn, version);
        assert_eq!((enable(ApiVersion::V1), enable(ApiVersion::Beta)), (&[204][..], &[200, 204][..]));
        let others: Vec<_> =
            [Operation::Create, Operation::List, Operation::Update, Operation::Delete].map(|one| successes(one, ApiVersion::Beta)).into();
        assert_eq!(others, [&[201][..], &[200], &[200, 204], &[204]]);
    }

    #[test]
    fn different_checks_watch_refusals_and_successes() {
        assert_eq!(watched(Watch::ErrorObject, &answer(200, "")), Watched::NotConcerned);
        assert_eq!(watched(Watch::ErrorObject, &answer(500, "")), Watched::NotConcerned);
        assert!(matches!(watched(Watch::ErrorObject, &answer(404, "")), Watched::Broken(_)));
        assert_eq!(watched(Watch::Phone, &answer(204, "")), Watched::NotConcerned);
        assert_eq!(watched(Watch::Phone, &answer(404, "")), Watched::NotConcerned);
        assert!(matches!(watched(Watch::Phone, &answer(201, "{}")), Watched::Broken(_)));
        assert_eq!(watched(Watch::Collection, &answer(404, "")), Watched::NotConcerned);
        assert_eq!(watched(Watch::Success, &answer(404, "")), Watched::NotConcerned);
        assert_eq!(watched(Watch::Success, &answer(201, "")), Watched::Held);
        assert!(matches!(watched(Watch::Success, &answer(200, "")), Watched::Broken(_)));
        assert_eq!(watched(Watch::Collection, &answer(200, r#"{"value":[]}"#)), Watched::Held);
    }
}
