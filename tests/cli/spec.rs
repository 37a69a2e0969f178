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

#[test]
fn a_rule_of_the_matrix() {
    for format in ["terminal", "markdown", "json"] {
        let outcome = run(&["spec", "--matrix", "create.one-phone-per-type", "--format", format]);
        assert_eq!(outcome.status, 0);
        insta::assert_snapshot!(format!("a_rule_of_the_matrix_{format}"), normal(&outcome.stdout));
    }
}

#[test]
fn the_matrix_has_every_claim_of_every_fault() {
    let json: serde_json::Value = serde_json::from_str(&run(&["spec", "--matrix", "--format", "json"]).stdout).unwrap();
    let claims: usize = Fault::all().iter().map(|fault| fault.info().breaks.len()).sum();
    let (mut named, mut counted) = (0, 0_u64);
    for table in json["operations"].as_array().unwrap() {
        for row in table["rules"].as_array().unwrap() {
            named += row["faults"].as_array().unwrap().len();
            let columns = table["kinds"].as_array().unwrap().iter().filter_map(|kind| row["counts"][kind.as_str().unwrap()].as_u64());
            counted += columns.sum::<u64>();
        }
    }
    assert_eq!((named, counted), (claims, claims as u64));
}
