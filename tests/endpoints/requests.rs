//! The number of requests of a run. It sends no more than its checks need.

use std::process::Command;

use serde_json::Value;

/// Runs against the embedded server. Returns the number of requests, the number of judged scenarios, and the estimate
/// of a dry run.
fn run(arguments: &[&str]) -> (f64, f64, f64) {
    let folder = tempfile::tempdir().unwrap();
    let program = || {
        let mut program = Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance"));
        program.args(arguments).args(["--seed", "7", "--snapshots", "off"]).current_dir(folder.path());
        program
    };
    let status = program().args(["--report", "json=report.json"]).output().unwrap().status;
    assert!(status.success());
    let report: Value = serde_json::from_slice(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    let scenarios = report["rules"].as_array().unwrap().iter().flat_map(|rule| rule["scenarios"].as_array().unwrap());
    let judged = scenarios.filter(|scenario| scenario["outcome"] != "skipped").count();
    let foretold = String::from_utf8(program().arg("--dry-run").output().unwrap().stdout).unwrap();
    let number = regex::Regex::new("about ([0-9]+) requests").unwrap().captures(&foretold).unwrap()[1].parse().unwrap();
    (report["counts"]["requests"].as_f64().unwrap(), f64::from(u32::try_from(judged).unwrap()), number)
}

/// Checks that the estimate of a dry run is close to the real number.
fn is_foretold(requests: f64, foretold: f64) {
    assert!((foretold / requests - 1.0).abs() < 0.35, "{foretold} were foretold and {requests} were sent");
}

#[test]
fn a_scenario_takes_few_requests_on_average() {
    let (requests, judged, foretold) = run(&["--walks", "0"]);
    assert!(requests / judged < 2.6, "{requests} requests for {judged} scenarios");
    is_foretold(requests, foretold);
    let (requests, judged, foretold) = run(&[]);
    assert!(requests / judged < 2.8, "{requests} requests for {judged} scenarios and the walks");
    is_foretold(requests, foretold);
}

#[test]
fn a_single_scenario_takes_few_requests() {
    for rule in ["disable-sms-sign-in.phone-stays", "update.authentication-administrator-allowed"] {
        let (requests, _, foretold) = run(&["--rule", rule, "--cells", "one", "--walks", "0", "--api-version", "v1.0"]);
        assert!(requests <= 17.0, "{rule} takes {requests} requests");
        is_foretold(requests, foretold);
    }
}

#[test]
fn one_family_of_rules_takes_few_requests_per_scenario() {
    // Deletions need the most setup. Scenarios that send two requests at once repeat them many times.
    for (family, most) in [("create", 3.9), ("update", 4.0), ("list", 3.5), ("delete", 5.0)] {
        let (requests, judged, foretold) = run(&["--rule", family, "--walks", "0"]);
        assert!(requests / judged < most, "{family} takes {requests} requests for {judged} scenarios");
        is_foretold(requests, foretold);
    }
}
