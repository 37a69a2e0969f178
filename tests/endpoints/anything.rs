//! Any answer of an endpoint and any text in a feature file leads to a judgement or an error, never to a panic.

use std::time::Duration;

use graph_phone_conformance::api::{ApiVersion, Operation};
use graph_phone_conformance::check::{self, Phones, Wanted};
use graph_phone_conformance::graph::{Account, Body, Call, Credential, Exchange, Phone, PhoneType, Redactor};
use graph_phone_conformance::snapshot::{AnyUser, Hidden, render};
use graph_phone_conformance::suite::{Suite, Watch};
use graph_phone_conformance::target::Target;
use proptest::prelude::*;

const MOBILE: &str = "3179e48a-750b-4051-897c-87b9720928f7";

/// Bodies that caused a failure here or in other programs.
const KNOWN: &[&[u8]] = &[
    b"",
    b"null",
    b"\xff\xfe\x00",
    b"\xef\xbb\xbf{}",
    b"{\"value\":null}",
    b"{\"value\":[null]}",
    b"{\"value\":[[]]}",
    b"{\"value\":[{\"phoneType\":\"mobile\",\"phoneNumber\":1e999}]}",
    b"{\"error\":[]}",
    b"{\"error\":{\"code\":{},\"message\":[]}}",
    b"{\"id\":\"\\ud800\"}",
    b"{\"a\":1,\"a\":2}",
    b"\"\\u001b]0;owned\\u0007\"",
    b"{\"phoneNumber\":\"+\",\"phoneType\":\"mobile\",\"id\":\"\",\"smsSignInState\":\"\"}",
    b"{\"phoneNumber\":\"+1 \xc3\xa9\xc3\xa9\",\"phoneType\":\"mobile\"}",
    b"9999999999999999999999999999999999999999",
];

fn exchange(operation: Operation, status: u16, headers: Vec<(String, String)>, body: &[u8]) -> Exchange {
    let call = Call {
        operation,
        version: ApiVersion::V1,
        account: Account::User("kim@contoso.com".to_owned()),
        phone: Some(MOBILE.to_owned()),
        credential: Credential::Nothing,
        body: Some(Body::json("{}")),
    };
    let url = call.url(&"http://127.0.0.1:8080/v1.0".parse().unwrap()).to_string();
    let body = String::from_utf8_lossy(body).into_owned();
    Exchange::new(&call, url, Vec::new(), Some("{}".to_owned()), status, headers, body, Duration::ZERO)
}

/// Runs every check on an answer.
fn judge(exchange: &Exchange) {
    let target = Target::from_flags("http://127.0.0.1:8080", "TOKEN", &["kim@contoso.com".to_owned()]).unwrap();
    let wanted = Wanted { kind: PhoneType::Mobile, number: "+1 2065550100".to_owned() };
    for masking in [false, true] {
        let phones = Phones::read(exchange, masking).unwrap_or_default();
        let _ = phones.are(std::slice::from_ref(&wanted));
        let _ = check::holds_exactly(exchange, &phones);
        let _ = check::has_state(&phones, PhoneType::Mobile, &["ready".to_owned()]);
        if let Some(phone) = exchange.json().and_then(Phone::read) {
            assert_eq!(check::is_phone(exchange, &phone, masking).is_ok(), exchange.succeeded());
        }
    }
    let _ = (check::status(exchange, &[200]), check::refused(exchange), check::succeeded(exchange), check::empty(exchange));
    let _ = (check::echoes(exchange, &wanted), check::well_known_id(exchange, PhoneType::Mobile));
    let _ = check::answers_without(exchange, "id", MOBILE);
    for watch in [Watch::Phone, Watch::Collection, Watch::ErrorObject] {
        let _ = check::watched(watch, exchange);
    }
    let redactor = Redactor::new(["a-secret-token"]);
    let shown = render(exchange, &target, &Hidden::new(&target, &redactor), AnyUser::Yes);
    assert!(!shown.contains("kim@contoso.com"), "{shown}");
    let _ = (exchange.curl(), exchange.summary(), redactor.text(&exchange.body));
}

#[test]
fn bodies_that_once_caused_a_failure_are_judged() {
    for body in KNOWN {
        for operation in Operation::ALL {
            for status in [100, 200, 204, 304, 400, 404, 500, 999] {
                judge(&exchange(*operation, status, vec![("content-type".to_owned(), "application/json".to_owned())], body));
            }
        }
    }
}

/// Bytes that resemble an answer: a right one with a part replaced at random.
fn nearly_an_answer() -> impl Strategy<Value = Vec<u8>> {
    let right = format!(
        r#"{{"value":[{{"id":"{MOBILE}","phoneNumber":"+1 2065550100","phoneType":"mobile","smsSignInState":"ready"}}],"error":{{"code":"c","message":"m"}}}}"#
    );
    (any::<prop::sample::Index>(), 0_usize..12, prop::collection::vec(any::<u8>(), 0..8)).prop_map(move |(at, gone, new)| {
        let mut bytes = right.clone().into_bytes();
        let start = at.index(bytes.len());
        let end = bytes.len().min(start + gone);
        bytes.splice(start..end, new);
        bytes
    })
}

/// A line of a feature file with a random change.
fn nearly_a_feature() -> impl Strategy<Value = String> {
    let suite = Suite::embedded().unwrap();
    let files: Vec<String> = suite.files.into_values().collect();
    let pieces = ["", "\t", "|", "\"\"\"", "Rule:", "Scenario Outline:", "Examples:", "@id:", "<x>", "#", "\u{feff}", "\u{0}", "é", "\r"];
    let change = (any::<prop::sample::Index>(), 0_usize..30, prop::sample::select(pieces.to_vec()));
    (prop::sample::select(files), prop::collection::vec(change, 1..4)).prop_map(|(mut text, changes)| {
        for (at, gone, new) in changes {
            let characters: Vec<char> = text.chars().collect();
            let start = at.index(characters.len() + 1);
            let end = characters.len().min(start + gone);
            text = characters[..start].iter().chain(&new.chars().collect::<Vec<_>>()).chain(&characters[end..]).collect();
        }
        text
    })
}

proptest! {
    #[test]
    fn any_answer_is_judged(
        operation in prop::sample::select(Operation::ALL.to_vec()),
        status in 100_u16..1000,
        name in "[a-z-]{1,12}",
        value in "\\PC{0,40}",
        body in prop_oneof![prop::collection::vec(any::<u8>(), 0..80), nearly_an_answer()],
    ) {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned()), (name, value.clone()), ("retry-after".to_owned(), value)];
        judge(&exchange(operation, status, headers, &body));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_changed_feature_file_is_read_or_refused_with_its_place(text in nearly_a_feature()) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.feature"), &text).unwrap();
        if let Err(error) = Suite::read(folder.path()) {
            let lines = text.lines().count().max(1);
            prop_assert!(error.place.is_none_or(|(line, _)| (1..=lines + 1).contains(&line)), "{error} of {lines} lines");
        }
    }
}
