//! `spec` and `faults`: what they print.

use graph_phone_conformance::reference::Fault;
use graph_phone_conformance::suite::Suite;

use super::support::{Folder, normal, run};

#[test]
fn a_rule_is_shown_with_its_scenarios() {
    let outcome = run(&["spec", "delete.answers-204"]);
    assert_eq!(outcome.status, 0);
    insta::assert_snapshot!(normal(&outcome.stdout));
}

#[test]
fn every_rule_is_listed() {
    let outcome = run(&["spec"]);
    for rule in &Suite::embedded().unwrap().rules {
        assert!(outcome.stdout.contains(&format!("\n{} (", rule.id)), "{}", rule.id);
    }
}

#[test]
fn every_format_holds_the_rules() {
    let json: serde_json::Value = serde_json::from_str(&run(&["spec", "--format", "json"]).stdout).unwrap();
    assert_eq!(json["rules"].as_array().unwrap().len(), Suite::embedded().unwrap().rules.len());
    let markdown = run(&["spec", "list.", "--format", "markdown"]).stdout;
    assert!(markdown.starts_with("# ") && markdown.contains("### `list.answers-200`") && !markdown.contains("### `get."), "{markdown}");
}

#[test]
fn every_fault_is_listed_with_the_rules_that_it_breaks() {
    let outcome = run(&["faults"]);
    assert_eq!(outcome.status, 0);
    for fault in Fault::all() {
        assert!(outcome.stdout.contains(&fault.id) && outcome.stdout.contains(&fault.breaks().join(", ")), "{}", fault.id);
    }
}

#[test]
fn a_part_of_the_documents_is_shown() {
    let document = run(&["spec", "--document", "enable-v1.0-fr"]);
    assert_eq!(document.status, 0);
    assert!(document.stdout.starts_with("DOCUMENT enable-v1.0-fr") && !document.stdout.contains("DOCUMENT create"), "{}", document.stdout);
    let untested = run(&["spec", "--untested"]).stdout;
    assert!(untested.contains("  untested  ") && !untested.contains("  rules     "), "{untested}");
    let both = run(&["spec", "--untested", "--document", "enable-v1.0-fr", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&both).unwrap();
    assert_eq!((json["documents"].as_array().unwrap().len(), json["rules"].as_array().unwrap().len()), (1, 0));
    let unknown = run(&["spec", "--document", "enable"]);
    assert_eq!((unknown.status, unknown.stdout.as_str()), (2, ""));
    assert!(unknown.stderr.contains("there is no document `enable`") && unknown.stderr.contains("enable-v1.0-fr"), "{}", unknown.stderr);
}

#[test]
fn the_page_for_reviewers_has_the_outcomes_of_a_report() {
    let folder = Folder::new();
    let rule = "create.one-phone-per-type";
    folder.run(&["--quiet", "--fault", "create.second-mobile-replaces-the-first", "--rule", rule, "--report", "json=report.json"]);
    let page = folder.run(&["spec", "--format", "html", "--report-json", "report.json"]);
    assert_eq!(page.status, 0);
    assert!(page.stdout.starts_with("<!DOCTYPE html>") && page.stdout.contains("nonconformant"));
    assert!(page.stdout.contains(&format!("<span class=\"outcome failed\">failed</span><h4><code>{rule}</code>")));
    assert!(folder.run(&["spec", rule, "--report-json", "report.json"]).stdout.contains("\n  outcome   failed\n"));
    assert_eq!(folder.run(&["spec", "--report-json", "missing.json"]).status, 2);
}

#[test]
fn missing_and_changed_documents_are_reported() {
    let folder = Folder::new();
    let missing = folder.run(&["spec", "--verify", "."]);
    assert_eq!((missing.status, missing.stdout.lines().count()), (1, 5));
    assert!(missing.stdout.starts_with("create-v1.0-ja: 000_160f43a64012cd35.txt can't be read: "), "{}", missing.stdout);
    folder.write("002_c51b3acb9aa25c10.txt", "Namespace: microsoft.graph");
    let other = folder.run(&["spec", "--verify", "."]).stdout;
    assert!(other.contains("the document has changed") && other.contains("does not have the words “Add a new phone"), "{other}");
    assert!(!other.contains("does not have the words “Namespace: microsoft.graph”"), "{other}");
}
