//! Made-up reports for the renderers' tests.

mod beside;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{
    Announcement, Counts, ExchangeReport, Kind, Note, Outcome, Report, RuleReport, ScenarioReport, Skip, StepReport, TargetSummary, Tool,
    Verdict, Violation,
};
use crate::api::{ApiVersion, Area, Basis, Edition, Operation, Severity};

pub use beside::beside;

/// The text of the only feature file that the samples refer to.
pub const FEATURE: &str = "\
Feature: Creating a phone
  An administrator adds a phone to another user.

  Rule: A user has at most one phone of each type

    Scenario Outline: A second phone of the same type is refused
      Given a user with a <type> phone
      When an administrator adds another <type> phone
      Then the request is refused
      And the user still has one <type> phone
";

/// The path of that file.
pub const FEATURE_PATH: &str = "features/create/behaviour.feature";

/// Returns the text of the only feature file.
pub fn feature_text(path: &str) -> Option<&'static str> {
    (path == FEATURE_PATH).then_some(FEATURE)
}

/// Every sample, by name.
pub fn all() -> Vec<(&'static str, Report)> {
    vec![
        ("passing", passing()),
        ("one_failure", one_failure()),
        ("shared_requirement", shared_requirement()),
        ("unserved_operation", unserved_operation()),
        ("stateless_mock", stateless_mock()),
        ("inconclusive", inconclusive()),
        ("nothing_verified", nothing_verified()),
        ("expectations", expectations()),
        ("stale", stale()),
        ("beside", beside()),
    ]
}

/// A report of these rules.
pub fn report(rules: Vec<RuleReport>) -> Report {
    let requests = 15 * rules.len() as u64;
    Report {
        schema: 1,
        tool: Tool { name: "graph-phone-conformance".to_owned(), version: "0.1.0".to_owned() },
        target: TargetSummary {
            name: "acme-mock".to_owned(),
            base_url: "http://127.0.0.1:8080".to_owned(),
            cloud: None,
            versions: vec![ApiVersion::V1, ApiVersion::Beta],
            edition: Edition::Current,
        },
        started_at: "2026-01-01T00:00:00Z".to_owned(),
        duration_ms: 412,
        seed: 7,
        shard: None,
        command: Some("graph-phone-conformance --target acme-mock.toml --seed 7".to_owned()),
        init: None,
        verdict: Verdict::of(&rules, false),
        unfinished: None,
        counts: Counts { requests, ..Counts::of(&rules) },
        lag_ms: None,
        notes: Vec::new(),
        rules,
    }
}

/// A rule with one scenario of the given outcome.
pub fn rule(id: &str, outcome: Outcome) -> RuleReport {
    let (operation, requirement) = id.split_once('.').unwrap();
    RuleReport {
        id: id.to_owned(),
        title: format!("It holds that {}.", requirement.replace('-', " ")),
        operation: operation.parse().unwrap(),
        area: Area::Behaviour,
        severity: Severity::Must,
        basis: Basis::Stated,
        sources: vec![format!("phoneAuthenticationMethod: {operation}, \"Response\"")],
        outcome,
        expected: false,
        announced: Vec::new(),
        scenarios: vec![scenario(id, ApiVersion::V1, outcome)],
    }
}

fn scenario(rule: &str, version: ApiVersion, outcome: Outcome) -> ScenarioReport {
    ScenarioReport {
        id: format!("{rule}/as-it-should"),
        kind: Kind::Scenario,
        case: None,
        name: "As it should".to_owned(),
        version,
        feature: FEATURE_PATH.to_owned(),
        line: 6,
        outcome,
        reason: None,
        skip: None,
        runs: None,
        duration_ms: 9,
        steps: steps(outcome),
        violations: Vec::new(),
        exchanges: Vec::new(),
    }
}

/// The steps of the only feature file. The third step decides, or the first if the scenario does not get that far.
fn steps(outcome: Outcome) -> Vec<StepReport> {
    let deciding = match outcome {
        Outcome::Failed | Outcome::Warned => 2,
        Outcome::Passed => 4,
        Outcome::Errored | Outcome::Blocked | Outcome::Skipped => 0,
    };
    let steps = [
        ("Given", "a user with a mobile phone"),
        ("When", "an administrator adds another mobile phone"),
        ("Then", "the request is refused"),
        ("And", "the user still has one mobile phone"),
    ];
    let step = |(index, (keyword, text)): (usize, (&str, &str))| StepReport {
        keyword: keyword.to_owned(),
        text: text.to_owned(),
        line: 7 + index,
        outcome: match index.cmp(&deciding) {
            Ordering::Less => Outcome::Passed,
            Ordering::Equal => outcome,
            Ordering::Greater => Outcome::Skipped,
        },
        exchanges: 0,
    };
    steps.into_iter().enumerate().map(step).collect()
}

fn exchange(method: &str, path: &str, request: Option<&str>, status: u16, response: Option<&str>) -> ExchangeReport {
    let url = format!("http://127.0.0.1:8080{path}");
    let body = request.map(|body| format!(" -H 'Content-Type: application/json' -d '{body}'")).unwrap_or_default();
    ExchangeReport {
        method: method.to_owned(),
        curl: format!("curl -i -X {method} '{url}' -H \"Authorization: Bearer $TOKEN\"{body}"),
        url,
        request_headers: BTreeMap::from([("authorization".to_owned(), "Bearer".to_owned())]),
        request_body: request.map(str::to_owned),
        status: Some(status),
        response_headers: BTreeMap::from([("content-type".to_owned(), "application/json".to_owned())]),
        response_body: response.map(str::to_owned),
        duration_ms: 2,
    }
}

fn broken(scenario: &mut ScenarioReport, expected: &str, actual: &str, exchange: ExchangeReport) {
    scenario.violations.push(Violation {
        step: "Then the request is refused".to_owned(),
        line: 9,
        expected: expected.to_owned(),
        actual: actual.to_owned(),
        hint: None,
        exchange: Some(scenario.exchanges.len()),
    });
    scenario.exchanges.push(exchange);
    scenario.steps[1].exchanges += 1;
}

fn with_reason(id: &str, outcome: Outcome, reason: &str) -> RuleReport {
    let mut rule = rule(id, outcome);
    rule.scenarios[0].reason = Some(reason.to_owned());
    rule
}

fn skipped_as(skip: Skip, mut rule: RuleReport) -> RuleReport {
    rule.scenarios[0].skip = Some(skip);
    rule
}

/// Every operation's rules pass, and one advisory rule does not hold.
pub fn passing() -> Report {
    let mut rules = Vec::new();
    for operation in Operation::ALL {
        for (area, requirement) in [
            (Area::Contract, "answers-with-the-documented-status"),
            (Area::Contract, "body-follows-the-schema"),
            (Area::Behaviour, "state-is-kept"),
            (Area::Access, "no-token-is-refused"),
        ] {
            rules.push(RuleReport { area, ..rule(&format!("{operation}.{requirement}"), Outcome::Passed) });
        }
    }
    let mut advice = rule("get.request-id-is-sent", Outcome::Warned);
    advice.area = Area::Contract;
    advice.severity = Severity::Advisory;
    advice.basis = Basis::Observed;
    broken(
        &mut advice.scenarios[0],
        "a header `request-id` that holds a GUID",
        "no header `request-id`",
        exchange("GET", "/v1.0/me/authentication/phoneMethods", None, 200, Some(r#"{"value":[]}"#)),
    );
    let operation = Operation::List;
    rules.push(RuleReport { id: format!("{operation}.request-id-is-sent"), operation, ..advice.clone() });
    rules.push(advice);
    rules.push(with_reason(
        "create.self-service-is-refused",
        Outcome::Skipped,
        "the target offers no delegated identity with UserAuthenticationMethod.ReadWrite that is one of its users: add one under [[identities]]",
    ));
    report(rules)
}

/// A second phone of a type is accepted; four scenarios see it.
pub fn one_failure() -> Report {
    let mut rule = rule("create.one-phone-per-type", Outcome::Failed);
    rule.title = "A user has at most one phone of each type: adding a second one fails, and changes nothing.".to_owned();
    rule.sources =
        vec!["Create phoneMethod (v1.0), introduction".to_owned(), "phoneAuthenticationMethod resource type, \"Properties\"".to_owned()];
    rule.scenarios.clear();
    for (name, type_name) in [("a-second-mobile", "mobile"), ("a-second-office", "office")] {
        for version in [ApiVersion::V1, ApiVersion::Beta] {
            let mut scenario = scenario("create.one-phone-per-type", version, Outcome::Failed);
            scenario.id = format!("create.one-phone-per-type/{name}");
            let request = format!(r#"{{"phoneNumber":"+1 2065550112","phoneType":"{type_name}"}}"#);
            let response = format!(
                r#"{{"@odata.context":"http://127.0.0.1:8080/{version}/$metadata#users('kim%40contoso.com')/authentication/phoneMethods/$entity","id":"3179e48a-750b-4051-897c-87b9720928f7","phoneNumber":"+1 2065550112","phoneType":"{type_name}","smsSignInState":"notAllowedByPolicy"}}"#
            );
            let path = format!("/{version}/users/00000000-0000-0000-0000-000000000001/authentication/phoneMethods");
            broken(
                &mut scenario,
                "status 400, 403 or 409, with an error body",
                "status 201",
                exchange("POST", &path, Some(&request), 201, Some(&response)),
            );
            scenario.violations[0].hint = Some("the phone was stored as if it were the first of its type".to_owned());
            rule.scenarios.push(scenario);
        }
    }
    let mut rules = vec![rule];
    rules.extend(passing().rules);
    report(rules)
}

/// Three operations answer without a token.
pub fn shared_requirement() -> Report {
    let rules = ["list", "get", "delete"].map(|operation| {
        let mut rule = rule(&format!("{operation}.no-token-is-refused"), Outcome::Failed);
        rule.area = Area::Access;
        let path = "/v1.0/users/kim%40contoso.com/authentication/phoneMethods";
        let answer = exchange("GET", path, None, 200, Some(r#"{"value":[]}"#));
        broken(&mut rule.scenarios[0], "status 401", &format!("status 200 from {operation}"), answer);
        rule
    });
    report(rules.into())
}

/// PATCH is not served at all.
pub fn unserved_operation() -> Report {
    let rules = ["update.phone-number-is-stored", "update.type-cannot-change", "update.bad-number-is-refused"].map(|id| {
        let mut rule = rule(id, Outcome::Failed);
        let path = "/v1.0/users/kim%40contoso.com/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7";
        let answer = exchange("PATCH", path, Some("{}"), 405, Some("<html>\n<h1>Method not allowed</h1>\n</html>"));
        broken(&mut rule.scenarios[0], "status 200 or 204", "status 405", answer);
        rule
    });
    report(rules.into())
}

/// A mock that answers with fixed examples: everything that needs state is blocked.
pub fn stateless_mock() -> Report {
    let mut rules = Vec::new();
    for (number, operation) in Operation::ALL.iter().enumerate() {
        rules.push(rule(&format!("{operation}.answers-with-the-documented-status"), Outcome::Passed));
        for requirement in ["state-is-kept", "unknown-phone-is-not-found"] {
            let reason = format!(
                "POST http://127.0.0.1:8080/v1.0/users/00000000-0000-0000-0000-00000000000{number}/authentication/phoneMethods answered 201, but the phone is not in the list that follows"
            );
            rules.push(with_reason(&format!("{operation}.{requirement}"), Outcome::Blocked, &reason));
        }
    }
    for id in ["enable-sms-sign-in.needs-policy", "disable-sms-sign-in.needs-mobile"] {
        rules.push(with_reason(id, Outcome::Blocked, "DELETE …/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7 answered 404"));
    }
    let notes = vec![Note::with_hint(
        "The endpoint does not keep what is written to it, so everything that needs state is blocked.",
        "this is usual for a mock that answers with fixed examples",
    )];
    Report { notes, ..report(rules) }
}

/// The network failed for one rule, the endpoint for another.
pub fn inconclusive() -> Report {
    report(vec![
        rule("list.answers-with-the-documented-status", Outcome::Passed),
        with_reason("get.state-is-kept", Outcome::Errored, "GET http://127.0.0.1:8080/v1.0/me: connection reset by peer"),
        with_reason("delete.state-is-kept", Outcome::Blocked, "POST http://127.0.0.1:8080/v1.0/users answered 503"),
    ])
}

/// All was skipped.
pub fn nothing_verified() -> Report {
    let lacks = ["an administrator", "an application", "a personal account", "the user"];
    let rules = ["create.state-is-kept", "list.state-is-kept", "get.state-is-kept", "delete.state-is-kept"].into_iter().zip(lacks);
    let skipped = |(id, lacks)| {
        let reason = format!("needs {lacks}: add to [[identities]] in the target file one with kind = \"…\"");
        skipped_as(Skip::TargetLacks, with_reason(id, Outcome::Skipped, &reason))
    };
    let mut rules: Vec<_> = rules.map(skipped).collect();
    rules.push(skipped_as(Skip::NotSelected, with_reason("update.state-is-kept", Outcome::Skipped, "not selected")));
    report(rules)
}

/// The one failure is a known one.
pub fn expectations() -> Report {
    let mut report = one_failure();
    announce(&mut report, 0, "ACME-1234: a second phone replaces the first");
    report
}

/// The one failure is known, and another known one is fixed.
pub fn stale() -> Report {
    let mut report = expectations();
    announce(&mut report, 1, "ACME-1235");
    report
}

/// A report in which every text from the endpoint is `text`.
pub fn hostile(text: &str) -> Report {
    let mut report = one_failure();
    for rule in &mut report.rules {
        for scenario in &mut rule.scenarios {
            for violation in &mut scenario.violations {
                text.clone_into(&mut violation.actual);
                text.clone_into(&mut violation.expected);
                violation.hint = Some(text.to_owned());
                text.clone_into(&mut violation.step);
            }
            for exchange in &mut scenario.exchanges {
                exchange.response_body = Some(text.to_owned());
                exchange.request_body = Some(text.to_owned());
                exchange.response_headers.insert(text.to_owned(), text.to_owned());
                text.clone_into(&mut exchange.url);
                text.clone_into(&mut exchange.curl);
                text.clone_into(&mut exchange.method);
            }
        }
    }
    for outcome in [Outcome::Blocked, Outcome::Errored, Outcome::Skipped] {
        let mut rule = rule("get.state-is-kept", outcome);
        rule.scenarios[0].reason = Some(text.to_owned());
        report.rules.push(rule);
    }
    report.notes.push(Note::with_hint(text, text));
    report
}

fn announce(report: &mut Report, rule: usize, reason: &str) {
    let announcement = Announcement {
        version: None,
        scenarios: None,
        outcome: Outcome::Failed,
        reason: reason.to_owned(),
        stale: false,
        better: Vec::new(),
    };
    report.rules[rule].announced.push(announcement);
    report.apply_announced();
}
