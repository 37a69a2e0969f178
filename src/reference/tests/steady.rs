//! A server without faults gives the same answers each time, and never reports a server error.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::Request;
use serde_json::Value;

use super::super::Cast;
use super::super::wire::{Wire, serve};
use super::{ALTERNATE, MOBILE, OFFICE, Options};
use crate::api::{ApiVersion, Edition};

/// Conversations, each with a fresh server: caller, method, path, body.
///
/// In a path, `V` is the version and `W` the other one; `0` to `3` are the phones of a user, and `0@` the same by name;
/// `M`, `A` and `O` are the ids of phones. Users 0 and 2 are allowed SMS sign-in.
const CONVERSATIONS: &[&str] = &[
    // One of each type, and the shapes of the answers.
    r#"
    admin GET V/0
    admin GET V/0/M
    admin PATCH V/0/M {"phoneNumber":"+1 2065550100"}
    admin DELETE V/0/M
    admin POST V/0/M/enableSmsSignIn
    admin POST V/0/M/disableSmsSignIn
    admin POST V/0 {"phoneNumber":"+1 2065550102","phoneType":"alternateMobile"}
    admin POST V/0 {"phoneNumber":"+1 2065550100x7","phoneType":"mobile"}
    admin GET V/0
    admin GET W/0
    admin GET W/0/M
    admin POST V/0 {"phoneNumber":"+1 2065550101","phoneType":"mobile"}
    admin GET V/0
    admin POST V/0 {"phoneNumber":"+1 2065550102","phoneType":"alternateMobile"}
    admin POST V/0 {"phoneNumber":"+1 2065550103","phoneType":"alternateMobile"}
    admin POST V/0 {"phoneNumber":"+1 2065550104","phoneType":"office"}
    admin POST V/0 {"phoneNumber":"+1 2065550105","phoneType":"office"}
    admin GET V/0
    admin GET V/0/M
    admin GET V/0/A
    admin GET V/0/O
    admin GET V/1
    admin GET V/1/M
    admin PATCH V/0/A {"phoneNumber":"+1 2065550106x8"}
    admin GET V/0
    admin PATCH V/0/M {"phoneType":"office","phoneNumber":"+1 2065550107"}
    admin GET V/0
    admin PATCH V/0/M {"id":"x","smsSignInState":"notConfigured","phoneNumber":"+1 2065550108"}
    admin GET V/0
    admin DELETE V/0/M
    admin GET V/0
    admin DELETE V/0/A
    admin GET V/0
    admin DELETE V/0/M
    admin POST V/0 {"phoneNumber":"+1 2065550100","phoneType":"mobile"}
    admin GET V/0
    "#,
    // An office phone needs no other phone.
    r#"
    admin POST V/0 {"phoneNumber":"+1 2065550104","phoneType":"office"}
    admin POST V/0 {"phoneNumber":"+1 2065550100","phoneType":"mobile","smsSignInState":"notConfigured"}
    admin PATCH V/0/M {"phoneNumber":"+1 2065550101"}
    admin GET V/0
    admin DELETE V/0/M
    admin GET V/0
    "#,
    // SMS sign-in, and three users with one number.
    r#"
    admin POST V/0 {"phoneNumber":"+1 2065550100","phoneType":"mobile"}
    admin POST V/1 {"phoneNumber":"+1 2065550100","phoneType":"mobile"}
    admin POST V/2 {"phoneNumber":"+1 2065550100","phoneType":"mobile"}
    admin POST V/0 {"phoneNumber":"+1 2065550101","phoneType":"alternateMobile"}
    admin POST V/0 {"phoneNumber":"+1 2065550102","phoneType":"office"}
    admin POST V/0/A/enableSmsSignIn
    admin POST V/0/O/enableSmsSignIn
    admin POST V/0/A/disableSmsSignIn
    admin POST V/0/O/disableSmsSignIn
    admin POST V/1/M/enableSmsSignIn
    admin POST V/2/M/enableSmsSignIn
    admin GET V/2
    admin POST V/0/M/enableSmsSignIn
    admin GET V/0
    admin POST V/0/M/disableSmsSignIn
    admin POST V/0/M/disableSmsSignIn
    admin GET V/0
    admin POST V/0/M/enableSmsSignIn
    admin GET V/0
    admin PATCH V/0/M {"phoneNumber":"+1 2065550105"}
    admin GET V/1
    admin POST V/2/M/enableSmsSignIn
    admin PATCH V/0/M {"phoneNumber":"+1 2065550100"}
    admin GET V/0
    admin POST V/2/M/disableSmsSignIn
    admin GET V/0
    admin POST V/2/M/enableSmsSignIn
    admin DELETE V/0/O
    admin GET V/1
    "#,
    r#"
    admin POST V/0 {"phoneNumber":"+1 2065550100","phoneType":"mobile"}
    admin POST V/2 {"phoneNumber":"+1 2065550101","phoneType":"mobile"}
    admin POST V/0/M/disableSmsSignIn
    admin GET V/2
    admin POST V/0/M/enableSmsSignIn
    admin GET V/2
    admin DELETE V/0/M
    admin GET V/2
    admin GET V/0/M
    "#,
    // Refused bodies.
    r#"
    admin POST V/0 []
    admin POST V/0 {
    admin POST V/0
    untyped POST V/0 {"phoneNumber":"+1 2065550100","phoneType":"office"}
    mistyped POST V/0 {"phoneNumber":"+1 2065550100","phoneType":"office"}
    admin GET V/0
    admin POST V/1 {"phoneNumber":"+1 2065550101"}
    admin POST V/1 {"phoneType":"office"}
    admin POST V/2 {"phoneNumber":"+1 2065550102","phoneType":"fax"}
    admin POST V/2 {"phoneNumber":12065550102,"phoneType":"office"}
    admin POST V/3 {"phoneNumber":"+1 2065550103","phoneType":"office"}
    admin PATCH V/3/O []
    admin PATCH V/3/O {
    admin PATCH V/3/O
    untyped PATCH V/3/O {}
    mistyped PATCH V/3/O {}
    "#,
    // Permissions.
    r#"
    admin POST V/0@ {"phoneNumber":"+1 2065550100","phoneType":"mobile"}
    admin GET V/0
    kim GET V/me
    kim GET V/me/M
    kim POST V/me {"phoneNumber":"+1 2065550101","phoneType":"office"}
    kim POST V/0 {"phoneNumber":"+1 2065550101","phoneType":"office"}
    kim PATCH V/me/M {"phoneNumber":"+1 2065550102"}
    kim PATCH V/0/M {"phoneNumber":"+1 2065550103"}
    kim POST V/me/M/disableSmsSignIn
    admin GET V/0@
    kim POST V/me/M/enableSmsSignIn
    admin GET V/0@/M
    kim DELETE V/me/M
    admin GET V/0
    "#,
    r#"
    admin POST V/0 {"phoneNumber":"+1 2065550100","phoneType":"mobile"}
    admin PATCH V/0@/M {"phoneNumber":"+1 2065550101"}
    admin POST V/0@/M/disableSmsSignIn
    admin GET V/0
    admin POST V/0@/M/enableSmsSignIn
    admin GET V/0
    admin DELETE V/0@/M
    admin GET V/0
    "#,
];

/// The requests with which each caller tests its permissions.
const ATTEMPTS: &str = r#"
    CALLER POST V/0 {"phoneNumber":"+1 2065550100","phoneType":"mobile"}
    CALLER GET V/0
    CALLER GET V/0/M
    CALLER PATCH V/0/M {"phoneNumber":"+1 2065550101"}
    CALLER POST V/0/M/disableSmsSignIn
    CALLER POST V/0/M/enableSmsSignIn
    CALLER DELETE V/0/M
    CALLER POST V/me {"phoneNumber":"+1 2065550102","phoneType":"mobile"}
    CALLER GET V/me
    CALLER GET V/me/M
    CALLER PATCH V/me/M {"phoneNumber":"+1 2065550103"}
    CALLER POST V/me/M/disableSmsSignIn
    CALLER POST V/me/M/enableSmsSignIn
    CALLER DELETE V/me/M
"#;

const BAD_NUMBERS: &[&str] = &[
    "",
    "   ",
    "abc",
    "12345",
    "1 2065550100",
    "00+1 2065550100",
    "+",
    "+1",
    "+ 0005550100",
    "+a 2065550100",
    "+1 +2065550100",
    "+1 20655a0100",
    "+1 2065550100x",
    "+1 2065550100xabc",
    "+1 2065550100x1x2",
    "+1 2065550100x12garbage",
    "+12065550100",
];

/// All conversations, version by version.
fn conversations(edition: Edition) -> Vec<(ApiVersion, String)> {
    let mut texts: Vec<String> = CONVERSATIONS.iter().map(|&text| text.to_owned()).collect();
    let callers = Wire::new(options(edition)).1.identities.into_iter().map(|identity| identity.name);
    for caller in callers.chain(["nobody", "guesser", "blank", "basic"].map(str::to_owned)) {
        // The administrator creates the phone that the attempts are about.
        let phone = r#"admin POST V/0 {"phoneNumber":"+1 2065550104","phoneType":"mobile"}"#;
        texts.push(format!("{phone}\n{}", ATTEMPTS.replace("CALLER", &caller)));
    }
    for number in BAD_NUMBERS {
        texts.push(format!(
            r#"admin POST V/1 {{"phoneNumber":"{number}","phoneType":"office"}}
            admin GET V/1
            admin POST V/0 {{"phoneNumber":"+1 2065550100","phoneType":"office"}}
            admin PATCH V/0/O {{"phoneNumber":"{number}"}}
            admin GET V/0"#
        ));
    }
    ApiVersion::ALL.iter().flat_map(|version| texts.iter().map(|text| (*version, text.clone()))).collect()
}

fn options(edition: Edition) -> Options {
    Options { users: 4, edition, ..Options::default() }
}

/// Holds a conversation with a fresh server, and returns its answers.
async fn converse(options: Options, version: ApiVersion, conversation: &str) -> Vec<String> {
    let (wire, cast) = Wire::new(options);
    let mut answers = Vec::new();
    for line in conversation.lines().map(str::trim).filter(|line| !line.is_empty()) {
        answers.push(say(&wire, &cast, version, line).await);
    }
    answers
}

/// Sends one line of a conversation and returns the stable part of the answer.
async fn say(wire: &Arc<Wire>, cast: &Cast, version: ApiVersion, line: &str) -> String {
    let mut words = line.splitn(4, ' ');
    let (caller, method, path) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
    let body = words.next().unwrap_or_default().to_owned();

    let mut request = Request::builder().method(method).uri(expand(cast, version, path)).header("host", "localhost");
    let name = if matches!(caller, "admin" | "untyped" | "mistyped") { "authentication-administrator" } else { caller };
    let authorization = match name {
        "nobody" => None,
        "guesser" => Some("Bearer guess".to_owned()),
        "blank" => Some("Bearer ".to_owned()),
        "basic" => Some("Basic YTpi".to_owned()),
        name => cast.identities.iter().find(|identity| identity.name == name).map(|identity| format!("Bearer {}", identity.token)),
    };
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    request = match caller {
        "untyped" => request,
        "mistyped" => request.header("content-type", "text/plain"),
        _ => request.header("content-type", "application/json"),
    };

    let response = serve(State(Arc::clone(wire)), request.body(Body::from(body)).unwrap()).await;
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let text = match serde_json::from_slice::<Value>(&bytes) {
        Ok(mut value) => {
            if let Some(error) = value.pointer_mut("/error").and_then(Value::as_object_mut) {
                error.remove("innerError");
            }
            if let Some(object) = value.as_object_mut() {
                object.remove("innerError");
                // It contains ids of users, which are new at each start.
                object.remove("@odata.context");
            }
            value.to_string()
        }
        Err(_) => String::from_utf8(bytes.to_vec()).unwrap(),
    };
    format!("{status} {text}")
}

fn expand(cast: &Cast, version: ApiVersion, path: &str) -> String {
    let other = if version == ApiVersion::V1 { ApiVersion::Beta } else { ApiVersion::V1 };
    let mut expanded = String::new();
    for (place, segment) in path.split('/').enumerate() {
        let text = match (place, segment) {
            (0, "V") => version.to_string(),
            (0, _) => other.to_string(),
            (1, "me") => "me/authentication/phoneMethods".to_owned(),
            (1, user) => {
                let addressed = &cast.users[user[..1].parse::<usize>().unwrap()];
                let name = if user.ends_with('@') { &addressed.user_principal_name } else { &addressed.id };
                format!("users/{name}/authentication/phoneMethods")
            }
            (_, "M") => MOBILE.to_owned(),
            (_, "A") => ALTERNATE.to_owned(),
            (_, "O") => OFFICE.to_owned(),
            (_, action) => action.to_owned(),
        };
        expanded.push('/');
        expanded.push_str(&text);
    }
    expanded
}

#[tokio::test]
async fn a_server_without_faults_gives_the_same_answers_each_time() {
    for edition in Edition::ALL {
        for (version, text) in conversations(*edition) {
            let answers = converse(options(*edition), version, &text).await;
            assert_eq!(answers, converse(options(*edition), version, &text).await, "the same each time");
            assert!(answers.iter().all(|answer| !answer.starts_with('5')), "it does not fail");
        }
    }
}
