//! Checks of a single answer, apart from its schema.

use crate::graph::{Exchange, Phone, PhoneType, StatusCode};

use super::{Mismatch, Phones, Wanted, same_number};

/// Checks that the status is one of these.
///
/// # Errors
/// Fails if the answer has another status.
pub fn status(exchange: &Exchange, allowed: &[u16]) -> Result<(), Mismatch> {
    if allowed.contains(&exchange.status) {
        return Ok(());
    }
    let expected = allowed.iter().map(|status| named(*status)).collect::<Vec<_>>().join(" or ");
    let mismatch = Mismatch::new(expected, came(exchange));
    let asks_for_more = exchange.refused()
        && matches!(exchange.status, 400 | 422)
        && allowed.iter().all(|status| (200..300).contains(status))
        && exchange.request_body.is_some();
    Err(if asks_for_more {
        mismatch.with_hint(
            "the body has everything that the documents require; a schema that requires more, such as `@odata.type`, refuses their examples",
        )
    } else {
        mismatch
    })
}

/// Checks that the endpoint refused the request.
///
/// The documents leave the exact status open, so every 4xx is a refusal.
///
/// # Errors
/// Fails if it was not.
pub fn refused(exchange: &Exchange) -> Result<(), Mismatch> {
    if exchange.refused() {
        return Ok(());
    }
    let mismatch = Mismatch::new("a refusal: any 4xx status", came(exchange));
    Err(match exchange.status {
        500..=599 => mismatch.with_hint("a 5xx status says that the server is at fault, and invites clients to try again"),
        _ => mismatch,
    })
}

/// Checks that the request was accepted.
///
/// # Errors
/// Fails if it was not.
pub fn succeeded(exchange: &Exchange) -> Result<(), Mismatch> {
    if exchange.succeeded() { Ok(()) } else { Err(Mismatch::new("success: any 2xx status", came(exchange))) }
}

/// Checks that the Content-Type of the answer is JSON.
///
/// # Errors
/// Fails if the answer has another Content-Type or none.
pub fn json_media_type(exchange: &Exchange) -> Result<(), Mismatch> {
    let came = match exchange.media_type().as_deref() {
        Some("application/json") => return Ok(()),
        Some(other) => format!("Content-Type {other}"),
        None => "no Content-Type".to_owned(),
    };
    Err(Mismatch::new("Content-Type application/json", came))
}

/// Checks that the answer tells its client to authenticate with a bearer token.
///
/// Source: RFC 9110, 11.6.1 and 15.5.2.
///
/// # Errors
/// Fails if no `WWW-Authenticate` header names the scheme.
pub fn names_bearer(exchange: &Exchange) -> Result<(), Mismatch> {
    let shown: Vec<&str> =
        exchange.headers.iter().filter(|(name, _)| name == "www-authenticate").map(|(_, value)| value.as_str()).collect();
    let names = |value: &&str| value.split([',', ' ']).any(|word| word.eq_ignore_ascii_case("Bearer"));
    if shown.iter().any(names) {
        return Ok(());
    }
    let came = if shown.is_empty() { "no WWW-Authenticate".to_owned() } else { format!("WWW-Authenticate: {}", shown.join(", ")) };
    Err(Mismatch::new("WWW-Authenticate: Bearer", came))
}

/// Checks that the body is empty.
///
/// # Errors
/// Fails if it is not.
pub fn empty(exchange: &Exchange) -> Result<(), Mismatch> {
    if !exchange.body.is_empty() {
        return Err(Mismatch::new("an empty body", format!("a body of {} bytes", exchange.body.len())));
    }
    // With status 204, neither header may announce a body. `Content-Length: 0` is fine.
    //
    // Source: RFC 9110, 8.6; RFC 9112, 6.1.
    let announced = [("content-length", "Content-Length"), ("transfer-encoding", "Transfer-Encoding")]
        .into_iter()
        .find_map(|(key, name)| Some((name, exchange.header(key).filter(|value| *value != "0")?)));
    match announced {
        Some((name, value)) if exchange.status == 204 => Err(Mismatch::new("an empty body", format!("204 with {name} {value}"))
            .with_hint("204 ends with its headers: a client that keeps the connection reads what follows as the next answer")),
        _ => Ok(()),
    }
}

/// Checks that the phone in the answer has the number and type that were sent.
///
/// # Errors
/// Fails if they differ or the answer contains no phone.
pub fn echoes(exchange: &Exchange, wanted: &Wanted) -> Result<(), Mismatch> {
    let expected = format!("phoneType {} and phoneNumber {}", wanted.kind, wanted.number);
    let Some(body) = exchange.json() else {
        return Err(Mismatch::new(expected, came(exchange)));
    };
    let shown = |key: &str| body.get(key).and_then(serde_json::Value::as_str);
    if shown("phoneType") == Some(wanted.kind.name())
        && shown("phoneNumber").is_some_and(|number| same_number(&wanted.number, number, false))
    {
        return Ok(());
    }
    let word = |key: &str| {
        body.get(key).map_or_else(|| "none".to_owned(), |value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    Err(Mismatch::new(expected, format!("{}, phoneType {} and phoneNumber {}", came(exchange), word("phoneType"), word("phoneNumber"))))
}

/// Checks that the phone in the answer has the well-known id of its type, which is the same for every user.
///
/// # Errors
/// Fails if it has another id or none.
pub fn well_known_id(exchange: &Exchange, kind: PhoneType) -> Result<(), Mismatch> {
    let id = exchange.json().and_then(|body| body.get("id")).and_then(serde_json::Value::as_str);
    match id {
        Some(id) if id.eq_ignore_ascii_case(kind.well_known_id()) => Ok(()),
        id => Err(Mismatch::new(
            format!("id {}", kind.well_known_id()),
            id.map_or_else(|| format!("{} and no id", came(exchange)), |id| format!("id {id}")),
        )
        .with_hint("the ids of the three types are the same for every user, and clients have them built in")),
    }
}

/// Checks that the list shows the phone of a type with the well-known id. `None` if the list shows no phone of the
/// type, or shows it without an id; other rules check that.
///
/// # Errors
/// Fails if the phone has another id.
pub fn lists_well_known_id(exchange: &Exchange, kind: PhoneType) -> Result<Option<()>, Mismatch> {
    let Some(id) = Phones::read(exchange, true).and_then(|phones| phones.of(kind)?.id.clone()) else { return Ok(None) };
    if id.eq_ignore_ascii_case(kind.well_known_id()) {
        return Ok(Some(()));
    }
    let mismatch = Mismatch::new(format!("{kind} with id {}", kind.well_known_id()), format!("{kind} with id {id}"));
    Err(mismatch.with_hint("the ids of the three types are the same for every user, and clients have them built in"))
}

/// Checks that the phone in the answer, if there is one, does not have this value of a property.
///
/// # Errors
/// Fails if the phone has this value.
pub fn answers_without(exchange: &Exchange, property: &str, value: &str) -> Result<(), Mismatch> {
    let shown = exchange.json().filter(|_| exchange.succeeded()).and_then(|body| body.get(property)).and_then(serde_json::Value::as_str);
    let same = |shown: &str| if property == "id" { shown.eq_ignore_ascii_case(value) } else { shown == value };
    if shown.is_some_and(same) {
        return Err(Mismatch::new(
            format!("an answer without {property} {value}"),
            format!("{}, and {property} {value} in it", came(exchange)),
        ));
    }
    Ok(())
}

/// The phone in the answer, if there is one.
pub(super) fn phone_in(exchange: &Exchange) -> Option<Phone> {
    exchange.succeeded().then(|| exchange.json().and_then(Phone::read)).flatten()
}

/// The status, and for a failed request also the endpoint's error code.
pub(super) fn came(exchange: &Exchange) -> String {
    let code = exchange.json().and_then(|body| body.pointer("/error/code")).and_then(serde_json::Value::as_str);
    match code {
        Some(code) if !exchange.succeeded() => format!("{} ({code})", named(exchange.status)),
        _ => named(exchange.status),
    }
}

/// A status with its reason phrase.
fn named(status: u16) -> String {
    match StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()) {
        Some(phrase) => format!("{status} {phrase}"),
        None => status.to_string(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use crate::graph::Call;

    use super::*;

    /// An answer with a JSON media type.
    pub(in crate::check) fn answer(status: u16, body: &str) -> Exchange {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Exchange::new(&Call::example(), "http://host/".into(), vec![], None, status, headers, body.to_owned(), Duration::ZERO)
    }

    #[test]
    fn any_bearer_challenge_passes() {
        let shown = |values: &[&str]| {
            let headers = values.iter().map(|value| ("www-authenticate".to_owned(), (*value).to_owned())).collect();
            names_bearer(&Exchange::new(&Call::example(), "http://host/".into(), vec![], None, 401, headers, String::new(), Duration::ZERO))
        };
        for values in [&["Bearer"][..], &["bearer realm=\"\""], &["Basic realm=\"a\", Bearer"], &["Negotiate", "Bearer error=\"x\""]] {
            assert_eq!(shown(values), Ok(()), "{values:?}");
        }
        assert_eq!(shown(&["Basic realm=\"a\""]).unwrap_err().actual, "WWW-Authenticate: Basic realm=\"a\"");
        assert_eq!(shown(&[]).unwrap_err().actual, "no WWW-Authenticate");
    }

    #[test]
    fn every_allowed_status_is_named() {
        assert_eq!(status(&answer(204, ""), &[200, 204]), Ok(()));
        let mismatch = status(&answer(201, ""), &[200, 204]).unwrap_err();
        assert_eq!((mismatch.expected.as_str(), mismatch.actual.as_str()), ("200 OK or 204 No Content", "201 Created"));
    }

    #[test]
    fn a_400_or_422_for_a_documented_body_gets_a_hint() {
        let created = |code: u16, body: Option<&str>| {
            let body = body.map(str::to_owned);
            Exchange::new(&Call::example(), "http://host/".into(), vec![], body, code, vec![], String::new(), Duration::ZERO)
        };
        let hinted = |exchange: &Exchange, allowed: &[u16]| status(exchange, allowed).unwrap_err().hint.is_some();
        assert!(hinted(&created(400, Some("{}")), &[201]));
        assert!(hinted(&created(422, Some("{}")), &[200, 204]));
        assert!(!hinted(&created(400, None), &[201]), "no body was sent");
        assert!(!hinted(&created(409, Some("{}")), &[201]), "a conflict is about something else");
        assert!(!hinted(&created(400, Some("{}")), &[201, 409]), "a refusal would do as well");
        assert!(!hinted(&created(200, Some("{}")), &[201]), "nothing was refused");
    }

    #[test]
    fn an_answer_that_shows_a_claimed_value_fails() {
        let claimed = |code: u16| answer(code, r#"{"smsSignInState":"ready"}"#);
        assert!(answers_without(&claimed(201), "smsSignInState", "ready").is_err());
        assert_eq!(answers_without(&claimed(201), "smsSignInState", "notConfigured"), Ok(()));
        assert_eq!(answers_without(&claimed(201), "id", "ready"), Ok(()));
        assert!(answers_without(&answer(201, r#"{"id":"A7"}"#), "id", "a7").is_err(), "ids are the same in either case");
        assert_eq!(answers_without(&claimed(400), "smsSignInState", "ready"), Ok(()), "a refusal shows no phone");
        assert_eq!(answers_without(&answer(204, ""), "smsSignInState", "ready"), Ok(()));
    }

    #[test]
    fn only_4xx_is_a_refusal() {
        for (status, holds) in [(200, false), (302, false), (399, false), (400, true), (418, true), (499, true), (500, false), (503, false)]
        {
            assert_eq!(refused(&answer(status, "")).is_ok(), holds, "{status}");
        }
        assert!(refused(&answer(500, "")).unwrap_err().hint.is_some());
    }

    #[test]
    fn only_2xx_is_success() {
        for (status, holds) in [(199, false), (200, true), (204, true), (299, true), (300, false), (404, false)] {
            assert_eq!(succeeded(&answer(status, "")).is_ok(), holds, "{status}");
        }
    }

    #[test]
    fn an_empty_answer_has_no_body_and_announces_none() {
        assert_eq!(empty(&answer(204, "")), Ok(()));
        assert_eq!(empty(&answer(204, "{}")).unwrap_err().actual, "a body of 2 bytes");
        let with = |status: u16, name: &str, value: &str| {
            let headers = vec![(name.to_owned(), value.to_owned())];
            empty(&Exchange::new(&Call::example(), "http://host/".into(), vec![], None, status, headers, String::new(), Duration::ZERO))
        };
        assert_eq!(with(204, "content-length", "0"), Ok(()));
        assert_eq!(with(204, "content-length", "4").unwrap_err().actual, "204 with Content-Length 4");
        assert_eq!(with(204, "transfer-encoding", "chunked").unwrap_err().actual, "204 with Transfer-Encoding chunked");
        assert_eq!(with(200, "transfer-encoding", "chunked"), Ok(()), "another status may have chunks");
    }

    #[test]
    fn an_answer_must_show_the_number_and_the_type() {
        let wanted = Wanted { kind: PhoneType::Office, number: "+1 2065550100x1".into() };
        let body = |kind: &str, number: &str| answer(201, &format!(r#"{{"phoneType":"{kind}","phoneNumber":"{number}"}}"#));
        assert_eq!(echoes(&body("office", "+1 2065550100x1"), &wanted), Ok(()));
        assert!(echoes(&body("mobile", "+1 2065550100x1"), &wanted).is_err());
        assert_eq!(
            echoes(&body("office", "+1 2065550100"), &wanted).unwrap_err().actual,
            "201 Created, phoneType office and phoneNumber +1 2065550100"
        );
        assert!(echoes(&answer(201, ""), &wanted).is_err());
    }

    #[test]
    fn a_phone_has_the_well_known_id_of_its_type() {
        let with = |id: &str| answer(201, &format!(r#"{{"id":"{id}"}}"#));
        assert_eq!(well_known_id(&with(&PhoneType::Mobile.well_known_id().to_uppercase()), PhoneType::Mobile), Ok(()));
        assert!(well_known_id(&with(PhoneType::Office.well_known_id()), PhoneType::Mobile).is_err());
        assert!(well_known_id(&answer(201, "{}"), PhoneType::Mobile).is_err());
    }

    #[test]
    fn a_listed_phone_has_the_well_known_id_of_its_type() {
        let with = |id: &str| answer(200, &format!(r#"{{"value":[{{"phoneType":"office","phoneNumber":"+1 2","id":"{id}"}}]}}"#));
        assert_eq!(lists_well_known_id(&with(PhoneType::Office.well_known_id()), PhoneType::Office), Ok(Some(())));
        assert!(lists_well_known_id(&with(PhoneType::Mobile.well_known_id()), PhoneType::Office).is_err());
        assert_eq!(lists_well_known_id(&with(PhoneType::Office.well_known_id()), PhoneType::Mobile), Ok(None));
    }

    #[test]
    fn a_failed_request_is_described_with_its_error_code() {
        assert_eq!(came(&answer(403, r#"{"error":{"code":"accessDenied"}}"#)), "403 Forbidden (accessDenied)");
        assert_eq!(came(&answer(200, r#"{"error":{"code":"accessDenied"}}"#)), "200 OK", "a success is not explained");
        assert_eq!(came(&answer(299, "")), "299");
    }
}
