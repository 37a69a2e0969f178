//! `run --rerun`: runs only the scenarios that did not pass before.

use serde_json::Value;

use super::support::Folder;

const FAULT: &str = "create.second-mobile-replaces-the-first";

/// Ids of the scenarios that ran.
fn ran(folder: &Folder, name: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(&folder.read(name)).unwrap();
    let scenarios = report["rules"].as_array().unwrap().iter().flat_map(|rule| rule["scenarios"].as_array().unwrap().clone());
    let ran = scenarios.filter(|scenario| scenario["outcome"] != "skipped");
    ran.map(|scenario| format!("{} {}", scenario["id"].as_str().unwrap(), scenario["version"].as_str().unwrap())).collect()
}

#[test]
fn only_scenarios_that_did_not_pass_run_again() {
    let folder = Folder::new();
    let arguments = ["--fault", FAULT, "--rule", "create.", "--snapshots", "off", "--walks", "0", "--report"];
    assert_eq!(folder.run(&[&arguments[..], &["json=first.json"]].concat()).status, 1);
    let first: Value = serde_json::from_str(&folder.read("first.json")).unwrap();
    let left = first["rules"].as_array().unwrap().iter().flat_map(|rule| rule["scenarios"].as_array().unwrap());
    let left: Vec<String> = left
        .filter(|scenario| ["failed", "blocked"].iter().any(|outcome| scenario["outcome"] == *outcome))
        .map(|scenario| format!("{} {}", scenario["id"].as_str().unwrap(), scenario["version"].as_str().unwrap()))
        .collect();
    assert!(!left.is_empty());
    assert_eq!(folder.run(&["--rerun", "first.json", "--fault", FAULT, "--report", "json=second.json"]).status, 1);
    assert_eq!(ran(&folder, "second.json"), left);

    // The endpoint is fixed now.
    let fixed = folder.run(&["--rerun", "first.json", "--report", "json=third.json"]);
    assert_eq!((fixed.status, ran(&folder, "third.json")), (0, left));
    let nothing = folder.run(&["--rerun", "third.json"]);
    assert_eq!(nothing.status, 4);
    assert!(nothing.stdout.starts_with("NOTE nothing in third.json failed, so there is nothing to run again\n"), "{}", nothing.stdout);
}

#[test]
fn scenarios_that_no_longer_exist_are_mentioned() {
    let folder = Folder::new();
    folder.run(&["--fault", FAULT, "--rule", "create.one-phone-per-type", "--snapshots", "off", "--report", "json=first.json"]);
    folder.write("gone.json", &folder.read("first.json").replace("create.one-phone-per-type/", "create.one-phone-per-type/formerly-"));
    let outcome = folder.run(&["--rerun", "gone.json", "--dry-run"]);
    assert_eq!(outcome.status, 4);
    assert!(outcome.stdout.contains("no longer has them: create.one-phone-per-type/formerly-"), "{}", outcome.stdout);
    let outcome = folder.run(&["--rerun", "first.json", "--dry-run", "--api-version", "v1.0"]);
    assert_eq!(outcome.status, 0);
    assert!(outcome.stdout.contains("note: ") && outcome.stdout.contains(" (beta)"), "{}", outcome.stdout);
}

#[test]
fn a_file_that_is_not_a_report_is_wrong_usage() {
    let folder = Folder::new();
    folder.write("no.json", "what");
    let outcome = folder.run(&["--rerun", "no.json"]);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""));
    assert_eq!(
        outcome.stderr,
        "error: no.json: line 1, column 1: expected value\nhint: a report is what `--report json=PATH` wrote, unchanged\n"
    );
}
