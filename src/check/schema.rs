//! Checks the shape of answers with JSON Schema.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::graph::{Exchange, PhoneType, SmsSignInState};
use crate::words::words;

use super::answer::came;
use super::{Mismatch, json_media_type};

/// The placeholder for a value in the documents' example answer.
const PLACEHOLDER: &str = "phoneType-value";

static PHONE: LazyLock<Validator> = LazyLock::new(|| compile(&phone()));
static COLLECTION: LazyLock<Validator> = LazyLock::new(|| compile(&embedded(include_str!("schemas/collection.json"))));
static ERROR: LazyLock<Validator> = LazyLock::new(|| compile(&embedded(include_str!("schemas/error.json"))));

/// The schema of a phone: each property is a string and one of its documented values.
fn phone() -> Value {
    let values = |names: Vec<&str>| json!({ "enum": names });
    let of = |name: &str| match name {
        "id" => json!({ "type": "string", "minLength": 1 }),
        "phoneType" => values(PhoneType::ALL.map(PhoneType::name).to_vec()),
        "smsSignInState" => values(SmsSignInState::DOCUMENTED.iter().map(SmsSignInState::name).collect()),
        _ => json!({ "type": "string" }),
    };
    let names: Vec<&str> = words().properties.iter().map(|property| property.name.as_str()).collect();
    let mut properties: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), of(name))).collect();
    properties.insert("@odata.type".to_owned(), json!({ "const": "#microsoft.graph.phoneAuthenticationMethod" }));
    json!({ "type": "object", "required": names, "properties": properties })
}

fn embedded(schema: &str) -> Value {
    serde_json::from_str(schema).expect("the embedded schemas are JSON")
}

fn compile(schema: &Value) -> Validator {
    jsonschema::options()
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        .build(schema)
        .expect("the embedded schemas are valid")
}

/// Checks that the answer is one phone, in JSON.
///
/// # Errors
/// Fails with every deviation from the schema.
pub fn phone_object(exchange: &Exchange) -> Result<(), Mismatch> {
    let body = json_body(exchange, "a phoneAuthenticationMethod object")?;
    conforms(&PHONE, body, "a phoneAuthenticationMethod with id, phoneNumber, phoneType and smsSignInState", "")
}

/// Checks that the answer is one phone in JSON, but accepts a wrong value that the request asked for. If the endpoint
/// accepts a request that it should refuse, an answer with the requested value is not a second mistake.
///
/// # Errors
/// Fails with every deviation from the schema.
pub fn phone_as_asked_for(exchange: &Exchange) -> Result<(), Mismatch> {
    let asked: Option<Value> = exchange.request_body.as_deref().and_then(|body| serde_json::from_str(body).ok());
    let (Some(asked), Some(shown)) = (asked, exchange.json()) else { return phone_object(exchange) };
    let mut rest = shown.clone();
    for (property, example) in [("phoneNumber", "+1 2065550100"), ("phoneType", "mobile")] {
        if asked.get(property).is_some_and(|value| shown.get(property) == Some(value)) {
            rest[property] = example.into();
        }
    }
    if PHONE.is_valid(&rest) && exchange.flaw.is_none() && exchange.media_type().as_deref() == Some("application/json") {
        Ok(())
    } else {
        phone_object(exchange)
    }
}

/// Checks that the answer is a collection of phones, in JSON.
///
/// # Errors
/// Fails with every deviation of the collection or of a phone in it.
pub fn collection_object(exchange: &Exchange) -> Result<(), Mismatch> {
    let expected = "an object whose `value` is an array of phoneAuthenticationMethod objects";
    let body = json_body(exchange, expected)?;
    conforms(&COLLECTION, body, expected, "")?;
    for (index, item) in body["value"].as_array().into_iter().flatten().enumerate() {
        conforms(&PHONE, item, "phones with id, phoneNumber, phoneType and smsSignInState", &format!("/value/{index}"))?;
    }
    Ok(())
}

/// Checks that the answer has an error object in Graph's form.
///
/// # Errors
/// Fails if it has none.
pub fn error_object(exchange: &Exchange) -> Result<(), Mismatch> {
    let expected = r#"an error object: {"error": {"code": "…", "message": "…"}}"#;
    let Some(body) = exchange.json() else {
        return Err(Mismatch::new(expected, not_json(exchange)));
    };
    readable(exchange)?;
    conforms(&ERROR, body, expected, "").map_err(|mismatch| match body.get("error") {
        None => mismatch
            .with_hint("Graph clients read only `error.code` and `error.message`; without them, they can't show why the request failed"),
        Some(_) => mismatch,
    })
}

fn json_body<'a>(exchange: &'a Exchange, expected: &str) -> Result<&'a Value, Mismatch> {
    if exchange.refused() {
        return Err(Mismatch::new(format!("success, with {expected}"), came(exchange)));
    }
    let Some(body) = exchange.json() else {
        return Err(Mismatch::new(format!("{expected}, as application/json"), not_json(exchange)));
    };
    json_media_type(exchange)?;
    readable(exchange).map(|()| body)
}

/// What every JSON answer must be.
pub const READABLE: &str = "JSON that every client can read";

fn readable(exchange: &Exchange) -> Result<(), Mismatch> {
    exchange.flaw.as_ref().map_or(Ok(()), |flaw| Err(Mismatch::new(READABLE, flaw)))
}

fn not_json(exchange: &Exchange) -> String {
    let shown = if exchange.body.is_empty() { "an empty body" } else { "a body that is not JSON" };
    format!("{} and {shown}", exchange.status)
}

fn conforms(validator: &Validator, value: &Value, expected: &str, prefix: &str) -> Result<(), Mismatch> {
    let problems: Vec<String> = validator
        .iter_errors(value)
        .map(|error| {
            let path = format!("{prefix}{}", error.instance_path());
            // The message about a wrong number must not show the number.
            let message = if path.ends_with("/phoneNumber") { error.masked().to_string() } else { error.to_string() };
            if path.is_empty() { message } else { format!("{path}: {message}") }
        })
        .collect();
    if problems.is_empty() {
        return Ok(());
    }
    let mismatch = Mismatch::new(expected, problems.join("; "));
    Err(if value.get("phoneType").and_then(Value::as_str) == Some(PLACEHOLDER) {
        mismatch.with_hint(format!(
            "`{PLACEHOLDER}` is a placeholder in the documents' example answer: replace it with `mobile`, `alternateMobile` or `office`"
        ))
    } else {
        mismatch
    })
}

#[cfg(test)]
mod tests {
    use super::super::answer::tests::answer;
    use super::*;

    const PHONE_BODY: &str = r#"{"id":"3179e48a-750b-4051-897c-87b9720928f7","phoneNumber":"+1 2065550100","phoneType":"mobile","smsSignInState":"ready","@odata.context":"x","createdDateTime":null}"#;

    #[test]
    fn a_phone_with_annotations_is_a_phone() {
        assert_eq!(phone_object(&answer(201, PHONE_BODY)), Ok(()));
    }

    #[test]
    fn the_documents_placeholder_gets_a_hint() {
        let mismatch = phone_object(&answer(201, &PHONE_BODY.replace(r#""mobile""#, r#""phoneType-value""#))).unwrap_err();
        assert!(mismatch.actual.starts_with("/phoneType: "), "{}", mismatch.actual);
        assert!(mismatch.hint.unwrap().contains("placeholder"));
    }

    #[test]
    fn an_answer_with_the_requested_value_is_no_second_mistake() {
        let answered = |asked: &str, shown: &str| {
            let mut exchange = answer(201, &PHONE_BODY.replace(r#""mobile""#, shown));
            exchange.request_body = Some(format!(r#"{{"phoneNumber":"+1 2065550100","phoneType":{asked}}}"#));
            exchange
        };
        for kind in [r#""pager""#, "true", r#"["mobile"]"#] {
            assert!(phone_object(&answered(kind, kind)).is_err());
            assert_eq!(phone_as_asked_for(&answered(kind, kind)), Ok(()), "{kind}");
            assert!(phone_as_asked_for(&answered(r#""mobile""#, kind)).is_err(), "{kind}");
        }
        let mut bare = answered(r#""pager""#, r#""pager""#);
        bare.body = r#"{"phoneType":"pager"}"#.to_owned();
        assert!(phone_as_asked_for(&bare).is_err());
        assert!(phone_as_asked_for(&answer(201, "[]")).is_err());
    }

    #[test]
    fn every_deviation_is_listed_and_no_number_is_shown() {
        let mismatch = phone_object(&answer(200, r#"{"phoneNumber":12065550100,"phoneType":"pager"}"#)).unwrap_err();
        for part in ["\"id\"", "smsSignInState", "/phoneNumber", "/phoneType"] {
            assert!(mismatch.actual.contains(part), "{part} in {}", mismatch.actual);
        }
        assert!(!mismatch.actual.contains("12065550100"));
    }

    #[test]
    fn an_answer_that_is_not_json_is_no_phone() {
        assert_eq!(phone_object(&answer(200, "")).unwrap_err().actual, "200 and an empty body");
        assert_eq!(phone_object(&answer(200, "<html>")).unwrap_err().actual, "200 and a body that is not JSON");
    }

    #[test]
    fn a_phone_inside_a_collection_is_judged_too() {
        assert_eq!(collection_object(&answer(200, r#"{"value":[]}"#)), Ok(()));
        let mismatch = collection_object(&answer(200, &format!(r#"{{"value":[{PHONE_BODY},{{}}]}}"#))).unwrap_err();
        assert!(mismatch.actual.starts_with("/value/1: "), "{}", mismatch.actual);
        assert!(collection_object(&answer(200, "[]")).is_err());
    }

    #[test]
    fn an_error_needs_a_code_and_a_message() {
        assert_eq!(error_object(&answer(400, r#"{"error":{"code":"x","message":""}}"#)), Ok(()));
        for body in [
            "",
            "no",
            "{}",
            r#"{"error":"x"}"#,
            r#"{"error":{"code":"","message":"m"}}"#,
            r#"{"error":{"message":"m"}}"#,
            r#"{"error":{"code":"c"}}"#,
        ] {
            assert!(error_object(&answer(400, body)).is_err(), "{body}");
        }
    }
}
