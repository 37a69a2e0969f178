//! The report as Cucumber's JSON, for Cucumber's reporters and plugins.
//!
//! Each element is a scenario in a version. Cucumber has no status for *blocked* and for known deviations: both become
//! `pending`, which is neither success nor failure. An errored scenario is `failed`, with the reason as its message,
//! and so is a stale expectation.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Announcement, Note, Outcome, Report, RuleReport, ScenarioReport, StepReport, plain};
use crate::api::ApiVersion;

/// Renders the report, indented, with a final line break.
pub fn render(report: &Report) -> String {
    let mut features: Vec<(&str, &RuleReport, Vec<Value>)> = Vec::new();
    for rule in &report.rules {
        let own = rule.scenarios.iter().map(|scenario| (scenario, element(rule, scenario)));
        let stale =
            rule.scenarios.first().map(|first| rule.stale().map(move |(known, came)| (first, self::stale(rule, first, known, &came))));
        for (scenario, element) in own.chain(stale.into_iter().flatten()) {
            match features.iter_mut().find(|(path, ..)| *path == scenario.feature) {
                Some((.., elements)) => elements.push(element),
                None => features.push((&scenario.feature, rule, vec![element])),
            }
        }
    }
    let notes: String = report.notes.iter().map(|note| format!("\n\n{}{}", note.message, hint(note))).collect();
    let feature = |(path, rule, elements): (&str, &RuleReport, Vec<Value>)| {
        json!({
            "uri": path,
            "id": format!("{}-{}", rule.operation, rule.area),
            "keyword": "Feature",
            "name": format!("{}: {}", rule.operation, rule.area),
            "description": format!("Checked against {}, {} edition: {}{notes}", report.target.name, report.target.edition, report.verdict),
            "line": 1,
            "tags": [],
            "elements": elements,
        })
    };
    let features: Vec<Value> = features.into_iter().map(feature).collect();
    format!("{:#}\n", Value::Array(features))
}

fn element(rule: &RuleReport, scenario: &ScenarioReport) -> Value {
    let seen = if scenario.seen_in().is_some() { "while: " } else { "" };
    json!({
        "id": format!("{};{}", scenario.id, scenario.version),
        "keyword": "Scenario",
        "type": "scenario",
        "name": format!("{seen}{} ({})", scenario.name, scenario.version),
        "description": format!("{}: {}", rule.id, rule.title),
        "line": scenario.line,
        "tags": tags(rule, scenario.line, Some(scenario.version)),
        "steps": steps(rule, scenario),
    })
}

/// The element for an outdated entry. Such an entry fails the run, so the element must fail too.
fn stale(rule: &RuleReport, first: &ScenarioReport, known: &Announcement, came: &str) -> Value {
    let step = StepReport {
        keyword: "*".to_owned(),
        text: "the expectation file is up to date".to_owned(),
        line: first.line,
        outcome: Outcome::Failed,
        exchanges: 0,
    };
    let mut step = self::step(&step, "failed", 0);
    step["result"]["error_message"] = json!(format!("{came}: update its entry in the expectation file"));
    let version = known.version.map_or("all versions", ApiVersion::name);
    json!({
        "id": format!("{}/stale;{version}", rule.id),
        "keyword": "Scenario",
        "type": "scenario",
        "name": format!("Entry in the expectation file ({version})"),
        "description": format!("{}: {}", rule.id, rule.title),
        "line": first.line,
        "tags": tags(rule, first.line, known.version),
        "steps": [step],
    })
}

fn tags(rule: &RuleReport, line: usize, version: Option<ApiVersion>) -> Vec<Value> {
    let tags = [rule.operation.name(), rule.area.name(), rule.severity.name(), rule.basis.name()].into_iter();
    let tags = tags.chain(version.map(ApiVersion::name)).map(str::to_owned).chain([format!("id:{}", rule.id)]);
    tags.map(|tag| json!({ "name": format!("@{tag}"), "line": line })).collect()
}

fn hint(note: &Note) -> String {
    note.hint.as_ref().map(|hint| format!(" Hint: {hint}")).unwrap_or_default()
}

/// The steps that ran, followed by other violations of the scenario: drift from a snapshot, or another broken rule.
fn steps(rule: &RuleReport, scenario: &ScenarioReport) -> Vec<Value> {
    let mut sent = 0;
    let mut steps = Vec::new();
    let mut told = 0;
    for step in rule.steps_of(scenario) {
        let exchanges = scenario.exchanges.iter().skip(sent).take(step.exchanges);
        sent += step.exchanges;
        let time: u64 = exchanges.clone().map(|exchange| exchange.duration_ms).sum();
        let deciding = told == 0 && step.outcome == scenario.outcome && scenario.outcome != Outcome::Passed;
        let mut value = self::step(step, status(rule.is_known(scenario), step.outcome), time);
        if deciding {
            value["result"]["error_message"] = json!(message(rule, scenario));
            told += 1;
        }
        // Nobody reads the exchanges of a passed scenario, and a report with all of them is slow to open.
        if scenario.outcome != Outcome::Passed {
            let texts = exchanges.map(plain::exchange).chain(scenario.reason.clone().filter(|_| deciding));
            value["embeddings"] = texts.map(|text| embedding(&text)).collect();
        }
        steps.push(value);
    }
    let rest: Vec<_> = scenario.exchanges.iter().skip(sent).map(plain::exchange).collect();
    if told == 0 && scenario.outcome != Outcome::Passed {
        let text = scenario.violations.first().map_or("the scenario is judged", |violation| violation.step.as_str());
        let beside =
            StepReport { keyword: "*".to_owned(), text: text.to_owned(), line: scenario.line, outcome: scenario.outcome, exchanges: 0 };
        let mut value = step(&beside, status(rule.is_known(scenario), scenario.outcome), 0);
        value["result"]["error_message"] = json!(message(rule, scenario));
        steps.push(value);
    }
    // The remaining exchanges were sent after the last step.
    if !rest.is_empty() && scenario.outcome != Outcome::Passed {
        let seen = StepReport {
            keyword: "*".to_owned(),
            text: "requests after the last step".to_owned(),
            line: scenario.line,
            outcome: Outcome::Passed,
            exchanges: rest.len(),
        };
        let mut value = step(&seen, "passed", 0);
        value["embeddings"] = rest.iter().map(|text| embedding(text)).collect();
        steps.push(value);
    }
    steps
}

fn embedding(text: &str) -> Value {
    json!({ "mime_type": "text/plain", "data": STANDARD.encode(text) })
}

fn step(step: &StepReport, status: &str, time: u64) -> Value {
    json!({
        "keyword": format!("{} ", step.keyword.trim()),
        "name": step.text,
        "line": step.line,
        "match": { "location": format!("line {}", step.line) },
        "result": { "status": status, "duration": time * 1_000_000 },
    })
}

/// The status of a step. `known` tells whether the scenario's deviation is a known one.
fn status(known: bool, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed | Outcome::Warned => "passed",
        Outcome::Skipped => "skipped",
        Outcome::Blocked => "pending",
        Outcome::Failed | Outcome::Errored if known => "pending",
        Outcome::Failed | Outcome::Errored => "failed",
    }
}

/// The reason why a scenario did not pass.
fn message(rule: &RuleReport, scenario: &ScenarioReport) -> String {
    let known = rule.accepted_because_of(scenario).map(|reason| format!("known deviation: {reason}"));
    let violations = scenario.violations.iter().map(|violation| plain::violation(rule, scenario, violation));
    known.into_iter().chain(scenario.reason.clone()).chain(violations).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn rendered(report: &Report) -> Value {
        serde_json::from_str(&render(report)).unwrap()
    }

    #[test]
    fn a_failing_report_reads_as_it_should() {
        let mut report = sample::one_failure();
        report.rules.truncate(1);
        report.rules[0].scenarios.truncate(1);
        insta::assert_snapshot!(render(&report));
    }

    #[test]
    fn every_scenario_that_did_not_pass_has_a_step_with_an_error_message() {
        for (name, report) in sample::all() {
            let all = rendered(&report);
            let elements = all.as_array().unwrap().iter().flat_map(|feature| feature["elements"].as_array().unwrap());
            let scenarios = report.rules.iter().flat_map(|rule| &rule.scenarios);
            let told = elements
                .filter(|element| element["steps"].as_array().unwrap().iter().any(|step| step["result"]["error_message"].is_string()));
            let stale = report.rules.iter().map(|rule| rule.stale().count()).sum::<usize>();
            assert_eq!(told.count(), scenarios.filter(|scenario| scenario.outcome != Outcome::Passed).count() + stale, "{name}");
        }
    }

    #[test]
    fn exchanges_after_the_last_step_are_included() {
        let mut report = sample::one_failure();
        let scenario = &mut report.rules[0].scenarios[0];
        let steps: usize = scenario.steps.iter().map(|step| step.exchanges).sum();
        let mut late = scenario.exchanges[0].clone();
        late.url = "http://host/what-was-seen-late".to_owned();
        scenario.exchanges.truncate(steps);
        scenario.exchanges.push(late);
        let all = rendered(&report);
        let texts = all.as_array().unwrap().iter().flat_map(|feature| feature["elements"].as_array().unwrap());
        let embedded = texts.flat_map(|element| element["steps"].as_array().unwrap()).filter_map(|step| step["embeddings"].as_array());
        let mut decoded =
            embedded.flatten().map(|shown| String::from_utf8(STANDARD.decode(shown["data"].as_str().unwrap()).unwrap()).unwrap());
        assert!(decoded.any(|text| text.contains("what-was-seen-late")));
    }

    #[test]
    fn a_stale_expectation_fails() {
        let all = rendered(&sample::stale());
        let steps = all.as_array().unwrap().iter().flat_map(|feature| feature["elements"].as_array().unwrap());
        let failed: Vec<_> =
            steps.flat_map(|element| element["steps"].as_array().unwrap()).filter(|step| step["result"]["status"] == "failed").collect();
        assert_eq!(failed.len(), 1);
        assert_eq!(
            failed[0]["result"]["error_message"],
            "the rule was expected to fail, but passed: update its entry in the expectation file"
        );
    }

    #[test]
    fn findings_outside_the_steps_get_their_own_step() {
        let mut report = sample::one_failure();
        report.rules[0].scenarios[0].steps.clear();
        let steps = &rendered(&report)[0]["elements"][0]["steps"];
        assert_eq!(
            (steps[0]["name"].as_str(), steps[0]["result"]["status"].as_str()),
            (Some("Then the request is refused"), Some("failed"))
        );
    }
}
