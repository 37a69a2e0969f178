//! Tests with other people's report readers: they must count the same results as the JSON report.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use graph_phone_conformance::report::read::from_json;
use graph_phone_conformance::report::{Outcome, Report, RuleReport};
use serde_json::{Value, json};

use super::interop::{case, installed};
use super::support::Folder;

/// The reports of a run with every kind of result: failures, blocked rules, a known deviation and a stale one.
fn reports(folder: &Folder) -> Report {
    let known = |rule: &str, outcome: &str| format!("[[expect]]\nrule = \"{rule}\"\noutcome = \"{outcome}\"\nreason = \"known\"\n\n");
    folder.write("known.toml", &(known("create.one-phone-per-type", "failed") + &known("list.answers-200", "failed")));
    folder.write("cucumber/.keep", "");
    let faults = ["--fault", "create.second-mobile-replaces-the-first", "--fault", "list.items-with-lower-case-type"];
    let formats = ["--report", "json=report.json", "--report", "junit=junit.xml", "--report", "cucumber-json=cucumber/report.json"];
    let outcome = folder.run(&[&["--seed", "7", "--expect", "known.toml"], &faults[..], &formats].concat());
    assert_eq!(outcome.status, 1, "{}", outcome.stderr);
    let report = from_json(folder.read("report.json").as_bytes()).unwrap();
    for outcome in [Outcome::Failed, Outcome::Blocked] {
        assert!(report.rules.iter().any(|rule| rule.is_unexpected(outcome)), "{outcome}");
    }
    assert!(report.rules.iter().any(|rule| rule.outcome == Outcome::Skipped));
    assert!(report.rules.iter().any(|rule| rule.expected) && report.rules.iter().any(RuleReport::is_stale));
    report
}

/// The JSON that a program prints for these arguments.
fn printed(program: &Path, arguments: &[&Path]) -> Value {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"))
}

#[test]
#[ignore = "needs INTEROP; .ci/run sets it"]
fn a_reporter_renders_cucumber_json() {
    let folder = Folder::new();
    let report = reports(&folder);
    // Node looks for modules next to the script.
    let script = installed("cucumber.mjs");
    std::fs::copy(case("readers", "cucumber.mjs"), &script).unwrap();
    let mut counts = BTreeMap::from(["passed", "failed", "pending", "skipped", "total"].map(|name| (name, 0)));
    let mut features = std::collections::BTreeSet::new();
    for rule in &report.rules {
        let status = |outcome: Outcome| match outcome {
            Outcome::Passed | Outcome::Warned => "passed",
            Outcome::Skipped => "skipped",
            Outcome::Blocked => "pending",
            Outcome::Failed | Outcome::Errored => {
                if rule.expected {
                    "pending"
                } else {
                    "failed"
                }
            }
        };
        let stale = rule.stale().map(|_| "failed");
        for status in rule.scenarios.iter().map(|scenario| status(scenario.outcome)).chain(stale) {
            *counts.get_mut(status).unwrap() += 1;
            *counts.get_mut("total").unwrap() += 1;
        }
        features.extend(rule.scenarios.iter().map(|scenario| &scenario.feature));
    }
    let mut expected = json!(counts);
    expected["named"] = features.len().into();
    expected["pages"] = features.len().into();
    assert_eq!(printed(Path::new("node"), &[&script, &folder.path("cucumber"), &folder.path("pages")]), expected);
}

#[test]
#[ignore = "needs INTEROP; .ci/run sets it"]
fn a_parser_reads_junit() {
    let folder = Folder::new();
    let report = reports(&folder);
    let mut suites: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for rule in &report.rules {
        let [tests, failures, errors, skipped] = suites.entry(rule.operation.name()).or_default();
        for scenario in &rule.scenarios {
            *tests += 1;
            match scenario.outcome {
                Outcome::Passed | Outcome::Warned => {}
                Outcome::Skipped => *skipped += 1,
                _ if rule.expected => *skipped += 1,
                Outcome::Failed => *failures += 1,
                Outcome::Blocked | Outcome::Errored => *errors += 1,
            }
        }
        let stale = rule.stale().count();
        *tests += stale;
        *failures += stale;
    }
    let script = case("readers", "junit.py");
    assert_eq!(printed(&installed("python/bin/python"), &[&script, &folder.path("junit.xml")]), json!(suites));
}
