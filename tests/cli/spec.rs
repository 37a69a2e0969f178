//! `spec` and `faults`: what there is to read.

use graph_phone_conformance::reference::Fault;
use graph_phone_conformance::suite::Suite;

use super::support::{normal, run};

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
fn every_fault_is_listed_with_what_it_breaks() {
    let outcome = run(&["faults"]);
    assert_eq!(outcome.status, 0);
    for fault in Fault::all() {
        let info = fault.info();
        assert!(outcome.stdout.contains(info.id) && outcome.stdout.contains(&info.breaks.join(", ")), "{}", info.id);
    }
}
