//! Recognises a wrong configuration and reports it in one sentence, instead of seventy failures.

use serde_json::Value;

use crate::check::Phones;
use crate::graph::{Account, Exchange, Phase, TransportError};
use crate::tenant::Original;

use super::Unjudgeable;

/// The endpoint does not answer.
pub(super) fn unreachable(error: &TransportError) -> Unjudgeable {
    let hint = error.hint.unwrap_or(match error.phase {
        Phase::Throttled => "wait until the endpoint takes requests again, or raise `max_retry_wait` in the target file",
        Phase::Connect | Phase::Refused => "is the endpoint running, and are scheme, host and port right?",
        _ => "check the base URL, and that the endpoint works",
    });
    Unjudgeable { message: format!("{} can't be judged: {error}", error.origin), hint: Some(hint.to_owned()), transport: true }
}

/// The endpoint does not know a user of the target, but knows others.
pub(super) fn unknown_user(user: &str) -> Unjudgeable {
    Unjudgeable {
        message: format!("the endpoint does not know the user {user} of the target: it answers 404 only to requests about this user"),
        hint: Some("check the id, or remove the user from the target".to_owned()),
        transport: false,
    }
}

/// Two users of the target are the same account.
pub(super) fn named_twice(one: &str, other: &str) -> Unjudgeable {
    Unjudgeable {
        message: format!("{one} and {other} are the same user: a phone that is added to one also appears for the other"),
        hint: Some("name each user once; a target file can name both `id` and `user_principal_name`".to_owned()),
        transport: false,
    }
}

/// The endpoint masks digits of users' phones. The run could not put such phones back after it replaced them.
pub(super) fn irretrievable(originals: &[Original]) -> Option<Unjudgeable> {
    let masked = |phones: &Phones| phones.iter().any(|phone| phone.number.is_masked());
    let original = originals.iter().find(|original| original.phones.as_ref().is_some_and(masked))?;
    Some(Unjudgeable {
        message: format!(
            "the phones of user {} are shown with hidden digits, so the run could not put them back",
            original.user
        ),
        hint: Some(
            "delete these phones, or add an identity that sees whole numbers to the target file, such as a privileged authentication administrator".to_owned(),
        ),
        transport: false,
    })
}

/// A user's phone contains a secret of the run. The journal must not hold secrets, so the run must not change this
/// phone.
pub(super) fn secret_in_phones(user: &str) -> Unjudgeable {
    Unjudgeable {
        message: format!("the phones of user {user} contain a secret that the run sent, so they can't be written to the journal"),
        hint: Some("fix the endpoint: it must show the user's phones, not values from requests".to_owned()),
        transport: false,
    }
}

/// The wrong configuration that explains why every answer is wrong in the same way.
pub(super) fn configuration_problem(exchanges: &[Exchange]) -> Option<Unjudgeable> {
    let all = |wrong: &dyn Fn(&Exchange) -> bool| !exchanges.is_empty() && exchanges.iter().all(wrong);
    let first = exchanges.first()?;
    let problem = |message: String, hint: &str| Some(Unjudgeable { message, hint: Some(hint.to_owned()), transport: false });
    let html = |exchange: &Exchange| exchange.media_type().as_deref() == Some("text/html") || exchange.body.trim_start().starts_with('<');
    if all(&|exchange| exchange.status == 401) {
        return problem(
            format!("every request is answered with 401{}: the endpoint accepts no token", said(first)),
            "a token may have expired, or belong to another endpoint",
        );
    }
    if all(&|exchange| exchange.status == 403) {
        return problem(
            format!("every request is answered with 403{}: no identity may manage users", said(first)),
            "an identity needs UserAuthenticationMethod.ReadWrite.All; a signed-in user also needs an administrator role",
        );
    }
    if all(&|exchange| (300..400).contains(&exchange.status)) {
        let location = first.header("location").unwrap_or("nowhere");
        return problem(
            format!("every request is redirected ({} to {location}), and redirects are not followed", first.status),
            if all(&adds_a_slash) {
                "serve the documented paths as they are: they have no slash at the end"
            } else {
                "set the base URL to the address that answers without a redirect"
            },
        );
    }
    if all(&|exchange| exchange.status == 400 && exchange.body.contains("HTTPS")) {
        return problem(
            "every request is answered with 400, because the port only accepts TLS".to_owned(),
            "the base URL must begin with `https://`",
        );
    }
    if all(&html) {
        return problem(
            format!("every answer is a web page ({}): this is not an API", first.status),
            "check the base URL: it must be the root of the Graph endpoint, without the version segment",
        );
    }
    // If the status differs between requests, such as 201 and 204, the endpoint may implement the API badly. Then the
    // configuration is right.
    if all(&|exchange| exchange.succeeded() && exchange.status == first.status && says_nothing(exchange)) {
        return problem(
            format!("every request is answered with {} and {}: this is not the API", first.status, nothing(first)),
            "check the base URL: this server gives the same answer to every request",
        );
    }
    if let Account::User(user) = &first.account
        && all(&|exchange| exchange.status == 404 && knows_paths(exchange))
    {
        return problem(
            format!("every request about the user {user} is answered with 404 and an error that names the user: no user has this id"),
            "check the ids of the users",
        );
    }
    if all(&|exchange| exchange.status == 404) {
        return problem(
            format!("every request is answered with 404 (for example {}): either the path or the users are wrong", first.url),
            "check the path of the base URL and the ids of the users; a mock that serves without /v1.0 needs `version_paths` in a target file",
        );
    }
    if all(&|exchange| exchange.body.contains(char::REPLACEMENT_CHARACTER)) {
        return problem(
            format!("every answer ({}) contains bytes that are not UTF-8: this is not the API", first.status),
            "check the base URL: it must be the root of the Graph endpoint, without the version segment",
        );
    }
    if !(200..400).contains(&first.status) && all(&|exchange| exchange.status == first.status) {
        return problem(
            format!("every request is answered with {}{}", first.status, said(first)),
            "check that the endpoint works and that no gateway in front of it blocks requests",
        );
    }
    None
}

/// The error text of a refusal, if it is short. The text is never cut, because the redactor would not recognise a cut
/// token.
fn said(exchange: &Exchange) -> String {
    let error = exchange.json().and_then(|body| body.get("error"));
    let text = |key: &str| error.and_then(|error| error.get(key)?.as_str()).filter(|text| !text.is_empty());
    let words: Vec<_> = [text("code"), text("message")].into_iter().flatten().collect();
    let said = words.join(": ");
    if said.is_empty() || said.len() > 160 { String::new() } else { format!(" ({said})") }
}

/// Whether a redirect leads to the same path with a slash at its end.
fn adds_a_slash(exchange: &Exchange) -> bool {
    let path = |url: &str| url.parse::<url::Url>().map_or_else(|_| url.to_owned(), |url| url.path().to_owned());
    exchange.header("location").map(path).is_some_and(|location| location.strip_suffix('/') == Some(&path(&exchange.url)))
}

/// Whether a 404 names the user and not the path.
fn knows_paths(exchange: &Exchange) -> bool {
    let Account::User(user) = &exchange.account else { return false };
    let error = exchange.json().and_then(|body| body.get("error"));
    let text = |key: &str| error.and_then(|error| error.get(key)?.as_str()).unwrap_or_default();
    let repeats_path = text("message").contains(&format!("/{user}"));
    !repeats_path && (text("code") == "Request_ResourceNotFound" || text("message").contains(user.as_str()))
}

/// Whether the body is an empty JSON object or array, or is neither an object nor an array.
fn says_nothing(exchange: &Exchange) -> bool {
    match exchange.json() {
        Some(Value::Object(object)) => object.is_empty(),
        Some(Value::Array(array)) => array.is_empty(),
        _ => true,
    }
}

/// Describes a body without content.
fn nothing(exchange: &Exchange) -> &'static str {
    let body = exchange.body.trim();
    if body.is_empty() {
        "an empty body"
    } else if exchange.json().is_some() {
        "JSON that says nothing"
    } else if body.contains(char::REPLACEMENT_CHARACTER) {
        "a body that is not UTF-8"
    } else if serde_json::from_str::<Value>(body).is_err_and(|error| error.to_string().starts_with("recursion limit")) {
        "JSON that is nested too deeply"
    } else {
        "a body that is not JSON"
    }
}
