//! Tests that the features are complete: someone who reads nothing else can build a server.

use crate::api::{ApiVersion, Edition, IdentityKind, Operation};
use crate::words::{Answer, Member, SignedIn, words};

use super::{Caller, Suite};

/// Names in a sentence: `a, b or c`.
fn listed<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

/// The introduction to an operation, with which its `contract.feature` must begin.
fn introduction(operation: Operation) -> String {
    let (words, entry, access) = (words(), words().operation(operation), words().may(operation));
    let statuses = |version| listed(&entry.status[&version].iter().map(u16::to_string).collect::<Vec<_>>());
    let [v1, beta] = [ApiVersion::V1, ApiVersion::Beta].map(statuses);
    let line = |account: &str| format!("{} /{{version}}/{account}/{}{}", entry.method, words.wire.phones, entry.path);
    let ids: Vec<String> = words.types.iter().map(|kind| format!("{} ({})", kind.id.as_deref().unwrap_or_default(), kind.name)).collect();
    let body = match (entry.request.is_empty(), entry.required.is_empty()) {
        (true, _) => "None.".to_owned(),
        (_, false) => format!("An object in JSON (Content-Type: application/json) with {}.", entry.required.join(" and ")),
        _ => format!("An object in JSON (Content-Type: application/json) with {}.", entry.request.join(" and, if need be, ")),
    };
    let success = match entry.answer {
        Answer::Phone if entry.status[&ApiVersion::V1].contains(&204) => ". With 200 comes the phone, with 204 no body",
        Answer::Phone => ", with the phone",
        Answer::Phones => ", with an object whose value is the array of the phones",
        Answer::Nothing => ", without a body",
    };
    let own = format!("a signed-in user with {}; no role is needed", listed(access.own.iter().chain(&access.all)));
    let own = match entry.own {
        Some(edition) => format!("nobody; in the {edition} edition, in beta, {own}"),
        None => own,
    };
    let text = |name: &str| words.properties.iter().find(|property| property.name == name).and_then(|property| property.example.as_deref());
    let object = |names: &[String]| {
        let pairs: Vec<String> = names.iter().map(|name| format!("\"{name}\": \"{}\"", text(name).unwrap_or_default())).collect();
        format!("{{{}}}", pairs.join(", "))
    };
    let phone = object(&words.properties.iter().map(|property| property.name.clone()).collect::<Vec<_>>());
    let answered = match entry.answer {
        Answer::Phone => phone,
        Answer::Phones => format!("{{\"value\": [{phone}]}}"),
        Answer::Nothing => String::new(),
    };
    let sent = if entry.request.is_empty() {
        String::new()
    } else {
        object(if entry.required.is_empty() { &entry.request[..1] } else { &entry.required })
    };
    let example = line(&words.wire.user)
        .replace("{version}", "v1.0")
        .replace("{id | userPrincipalName}", "kim@contoso.com")
        .replace("{phone id}", text("id").unwrap_or_default());
    [
        entry.does.clone(),
        line(&words.wire.user),
        line(&words.wire.me),
        words.wire.header.clone(),
        format!("The version is {}.", listed(&words.wire.versions.iter().map(ToString::to_string).collect::<Vec<_>>())),
        format!("A phone's id is {}.", listed(&ids)),
        format!("Body: {body}"),
        format!("Success: {}{success}.", if v1 == beta { v1 } else { format!("{v1} in v1.0, {beta} in beta") }),
        "Refusal: 401 without a valid token, otherwise any status from 400 to 499 unless a rule names one; with an error object."
            .to_owned(),
        format!(
            "Who may act on somebody else: a signed-in user with {} who is {}; an application with the same permission.",
            listed(&access.all),
            listed(&access.roles)
        ),
        format!("In the legacy edition, in beta, a {} may as well.", listed(&access.legacy_roles)),
        format!("Who may act on their own phones, under me or by their own id or userPrincipalName: {own}."),
        "A personal account may do nothing, and an application may do nothing under me.".to_owned(),
        format!("Accepted: {example} {sent}"),
        format!("{} {answered}", entry.status[&ApiVersion::V1][0]),
        format!("Refused: {}", entry.refusal),
    ]
    .join("\n")
}

fn without_space(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn each_operation_is_introduced_with_the_words_of_the_api() {
    let suite = Suite::embedded().unwrap();
    let differs = |operation: &&Operation| {
        let file = &suite.files[&format!("features/{operation}/contract.feature")];
        let (head, _) = file.split_once("  @id:").unwrap();
        let (_, written) = head.split_once("Feature:").unwrap().1.split_once('\n').unwrap();
        without_space(written) != without_space(&introduction(**operation))
    };
    let wanted = |operation| format!("features/{operation}/contract.feature must begin with\n{}\n", introduction(operation));
    let wrong: Vec<String> = Operation::ALL.iter().filter(differs).map(|operation| wanted(*operation)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether `api.toml` allows an operation to a caller: on the caller's own phones if the caller is the scenario's user,
/// else on another user's phones.
fn is_allowed(operation: Operation, member: &Member, edition: Edition) -> bool {
    let (entry, access) = (words().operation(operation), words().may(operation));
    let scope = member.scope.as_ref().unwrap();
    let legacy = edition == Edition::Legacy;
    let own = member.signed_in == Some(SignedIn::TheUser);
    match member.kind.unwrap() {
        IdentityKind::Personal => false,
        IdentityKind::Application => access.all.contains(scope),
        IdentityKind::Delegated if own => {
            entry.own.is_none_or(|only| only == edition) && (access.all.contains(scope) || access.own.contains(scope))
        }
        IdentityKind::Delegated => {
            let counts = |role: &String| access.roles.contains(role) || legacy && access.legacy_roles.contains(role);
            access.all.contains(scope) && member.roles.iter().any(counts)
        }
    }
}

#[test]
fn the_access_tables_agree_with_the_words_of_the_api() {
    let suite = Suite::embedded().unwrap();
    let mut compared = 0;
    for rule in suite.rules.iter().filter(|rule| rule.title.contains(" (User")) {
        let step = |scenario: &super::Scenario| {
            scenario.gherkin.steps.iter().find(|step| step.ty == gherkin::StepType::When).unwrap().value.clone()
        };
        for when in rule.scenarios.iter().map(step) {
            let member = Caller::at_start_of(&when).unwrap().member();
            let role = match (member.kind.unwrap(), member.roles.as_slice()) {
                (IdentityKind::Application, _) => "nobody signed in",
                (_, []) => "no role",
                (_, [role]) => role,
                _ => "either administrator role",
            };
            let shown = format!("({}, {role}) can", member.scope.as_ref().unwrap());
            assert!(rule.title.contains(&shown), "{}: {} is {shown}", rule.id, member.caller);
            let without_account = when.contains("their own") || when.contains("themself");
            let expected = is_allowed(rule.operation, member, rule.edition.unwrap_or(Edition::Current))
                && !(without_account && member.signed_in != Some(SignedIn::TheUser));
            assert_eq!(!rule.title.contains(" cannot "), expected, "{}: {when}", rule.id);
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared} rows");
}
