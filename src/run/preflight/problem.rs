//! What is wrong with the configuration rather than with the endpoint, in one sentence instead of seventy failures.

use crate::check::{Phones, is_masked};
use crate::graph::{Exchange, TransportError};
use crate::tenant::Original;

use super::Unjudgeable;

/// The endpoint does not answer.
pub(super) fn unreachable(error: &TransportError) -> Unjudgeable {
    Unjudgeable {
        message: format!("{} can't be judged: {error}", error.origin),
        hint: Some(error.hint.unwrap_or("is the endpoint running, and are scheme, host and port those of base_url?").to_owned()),
        transport: true,
    }
}

/// Users whose phones are shown with hidden digits: once replaced, they could not be put back.
pub(super) fn irretrievable(originals: &[Original]) -> Option<Unjudgeable> {
    let masked = |phones: &Phones| phones.iter().any(|phone| is_masked(&phone.number));
    let original = originals.iter().find(|original| original.phones.as_ref().is_some_and(masked))?;
    Some(Unjudgeable {
        message: format!(
            "the phones of user {} are shown with hidden digits, so that they could not be put back after a run",
            original.user
        ),
        hint: Some(
            "add an identity that sees whole numbers, such as a privileged authentication administrator, or delete these phones".to_owned(),
        ),
        transport: false,
    })
}

/// What is wrong with the configuration, where every answer is wrong in the same way.
pub(super) fn configuration_problem(exchanges: &[Exchange]) -> Option<Unjudgeable> {
    let all = |wrong: &dyn Fn(&Exchange) -> bool| !exchanges.is_empty() && exchanges.iter().all(wrong);
    let first = exchanges.first()?;
    let problem = |message: String, hint: &str| Some(Unjudgeable { message, hint: Some(hint.to_owned()), transport: false });
    let html = |exchange: &Exchange| exchange.media_type().as_deref() == Some("text/html") || exchange.body.trim_start().starts_with('<');
    if all(&|exchange| exchange.status == 401) {
        return problem(
            "every request is answered with 401: the endpoint accepts no token of the target file".to_owned(),
            "a token may have expired, or belong to another endpoint",
        );
    }
    if all(&|exchange| exchange.status == 403) {
        return problem(
            "every request is answered with 403: no identity of the target file may look after users".to_owned(),
            "one needs UserAuthenticationMethod.ReadWrite.All, and a signed-in one an administrator role as well",
        );
    }
    if all(&|exchange| (300..400).contains(&exchange.status)) {
        let location = first.header("location").unwrap_or("nowhere");
        return problem(
            format!("every request is redirected ({} to {location}), and redirects are not followed", first.status),
            "set base_url to the address that answers itself",
        );
    }
    if all(&html) {
        return problem(
            format!("every answer is a web page ({}): this is not an API", first.status),
            "is base_url the root of the Graph endpoint, without the version segment?",
        );
    }
    if all(&|exchange| exchange.status == 404) {
        return problem(
            format!("every request is answered with 404, {} among them: the path or the users are not known there", first.url),
            "check the path prefix of base_url, version_paths for a mock that serves without /v1.0, and the ids in [[users]]",
        );
    }
    if first.status >= 400 && all(&|exchange| exchange.status == first.status) {
        return problem(
            format!("every request is answered with {}, whatever is asked", first.status),
            "is the endpoint out of order, or is something in front of it that does not let requests through?",
        );
    }
    None
}
