//! The JSON report, for every kind of result.

use graph_phone_conformance::report::json::SCHEMA;
use serde_json::Value;

use super::support::Folder;

/// The report of a run. Checks that it matches the schema and agrees with the exit status.
fn report(arguments: &[&str]) -> Value {
    let folder = Folder::new();
    let mut all = vec!["--report", "json=report.json"];
    all.extend(arguments);
    let outcome = folder.run_with(&all, &[("MOCK_TOKEN", "not-to-be-seen")]);
    let text = folder.read("report.json");
    assert!(!text.contains("not-to-be-seen"));
    let report: Value = serde_json::from_str(&text).unwrap();
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{arguments:?}: {errors:?}");
    let statuses = [("conformant", 0), ("nonconformant", 1), ("inconclusive", 3), ("nothing-verified", 4)];
    assert!(statuses.contains(&(report["verdict"].as_str().unwrap(), outcome.status)), "{} {}", report["verdict"], outcome.status);
    report
}

#[test]
fn every_verdict_has_its_report() {
    let nobody = ["--base-url", "http://127.0.0.1:1", "--token-env", "MOCK_TOKEN", "--user", "kim@contoso.com", "--wait", "0s"];
    for (arguments, verdict) in [
        (&["--rule", "list."][..], "conformant"),
        (&["--rule", "delete.", "--fault", "delete.answers-200"], "nonconformant"),
        (&nobody, "inconclusive"),
        (&["--tags", "@create and @list"], "nothing-verified"),
    ] {
        assert_eq!(report(arguments)["verdict"], verdict, "{arguments:?}");
    }
}

#[test]
fn a_failure_has_its_exchanges() {
    let report = report(&["--rule", "delete.answers-204", "--fault", "delete.answers-200"]);
    let rule = report["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == "delete.answers-204").unwrap();
    let scenario = &rule["scenarios"][0];
    assert_eq!((&scenario["outcome"], scenario["violations"].as_array().unwrap().len()), (&Value::from("failed"), 1));
    let deleted =
        scenario["exchanges"].as_array().unwrap().iter().any(|exchange| exchange["method"] == "DELETE" && exchange["status"] == 200);
    assert!(deleted, "{scenario:#}");
}

#[test]
fn steps_say_how_far_a_scenario_came() {
    let report = report(&["--rule", "delete.", "--fault", "delete.answers-200"]);
    let scenarios = report["rules"].as_array().unwrap().iter().flat_map(|rule| rule["scenarios"].as_array().unwrap());
    let mut failed = 0;
    // A sighting has no steps.
    for scenario in scenarios.filter(|scenario| scenario["outcome"] != "skipped" && scenario["steps"].is_array()) {
        let steps = scenario["steps"].as_array().unwrap();
        let outcomes: Vec<_> = steps.iter().map(|step| step["outcome"].as_str().unwrap()).collect();
        let held = outcomes.iter().take_while(|outcome| **outcome == "passed").count();
        let exchanges: u64 = steps.iter().map(|step| step["exchanges"].as_u64().unwrap()).sum();
        assert_eq!(Ok(scenario["exchanges"].as_array().unwrap().len()), exchanges.try_into(), "{scenario:#}");
        if scenario["outcome"] == "failed" {
            failed += 1;
            assert_eq!(outcomes[held], "failed");
            assert_eq!(steps[held]["line"], scenario["violations"][0]["line"]);
            assert!(outcomes[held + 1..].iter().all(|outcome| *outcome == "skipped"), "{outcomes:?}");
        } else {
            assert_eq!(held, steps.len());
        }
    }
    assert!(failed > 0);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn reports_of_whole_runs_stay_small() {
    for (fault, json, html) in [(None, 2_900_000, 1_000_000), (Some("create.second-mobile-replaces-the-first"), 3_300_000, 1_500_000)] {
        let folder = Folder::new();
        let mut arguments = vec!["--snapshots", "off", "--report", "json=report.json", "--report", "html=report.html"];
        arguments.extend(fault.iter().flat_map(|fault| ["--fault", fault]));
        let outcome = folder.run(&arguments);
        assert_eq!(outcome.status, i32::from(fault.is_some()), "{}", outcome.stdout);
        let sizes = ["report.json", "report.html"].map(|name| folder.read(name).len());
        assert!(sizes[0] <= json && sizes[1] <= html, "{fault:?}: {sizes:?}, at most {json} and {html}");
    }
}

#[test]
fn only_passed_scenarios_have_shortened_exchanges() {
    let report = report(&["--rule", "delete.", "--fault", "delete.answers-200"]);
    let mut seen = [0, 0];
    for scenario in report["rules"].as_array().unwrap().iter().flat_map(|rule| rule["scenarios"].as_array().unwrap()) {
        let passed = scenario["outcome"] == "passed";
        for exchange in scenario["exchanges"].as_array().unwrap() {
            seen[usize::from(passed)] += 1;
            assert!(exchange["method"].is_string() && exchange["url"].is_string() && exchange["status"].is_number(), "{exchange}");
            let curl = exchange["curl"].as_str().unwrap();
            assert_eq!(curl.is_empty(), passed, "{exchange}");
            for headers in ["request_headers", "response_headers"] {
                assert_eq!(exchange[headers].as_object().unwrap().is_empty(), passed, "{exchange}");
            }
        }
    }
    assert!(seen.iter().all(|number| *number > 0), "{seen:?}");
}

#[test]
fn several_formats_at_once_and_a_job_summary() {
    let folder = Folder::new();
    folder.write("summary.md", "before\n");
    let summary = folder.path("summary.md");
    let arguments = [
        "--rule",
        "delete.",
        "--fault",
        "delete.answers-200",
        "--report",
        "junit=junit.xml",
        "--report",
        "markdown=report.md",
        "--report",
        "cucumber-json=cucumber.json",
        "--report",
        "github",
    ];
    let outcome = folder.run_with(&arguments, &[("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())]);
    assert_eq!(outcome.status, 1, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("\n::error title=delete.answers-204::"), "{}", outcome.stdout);
    folder.write("features/delete/contract.feature", "");
    let beside = folder.run(&["--rule", "delete.", "--fault", "delete.answers-200", "--report", "github"]);
    assert!(beside.stdout.contains("\n::error file=features/delete/contract.feature,line="), "{}", beside.stdout);
    assert!(folder.read("junit.xml").contains("<failure "));
    assert!(folder.read("summary.md").starts_with("before\n## ") && folder.read("report.md").starts_with("## "));
    let cucumber: Value = serde_json::from_str(&folder.read("cucumber.json")).unwrap();
    assert!(!cucumber[0]["elements"][0]["steps"].as_array().unwrap().is_empty());
    let nowhere = folder.run_with(&["--report", "github"], &[("GITHUB_STEP_SUMMARY", "missing/summary.md")]);
    assert_eq!((nowhere.status, nowhere.stdout.as_str()), (2, ""));
}

#[test]
fn the_report_has_the_seed() {
    assert_eq!(report(&["--rule", "list.", "--seed", "7"])["seed"], 7);
}

#[test]
fn one_report_can_go_to_standard_output() {
    let folder = Folder::new();
    let outcome =
        folder.run(&["--rule", "delete.", "--fault", "delete.answers-200", "--report", "json=-", "--report", "markdown=report.md"]);
    assert_eq!(outcome.status, 1, "{}", outcome.stderr);
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(report["verdict"], "nonconformant");
    assert!(outcome.stderr.contains("FAIL delete.answers-204") && outcome.stderr.contains("\nnonconformant: "), "{}", outcome.stderr);
    assert!(folder.read("report.md").starts_with("## "));
    assert!(!folder.path("-").exists());
    folder.write("part.json", &folder.run(&["--rule", "list.", "--shard", "1/1", "--report", "json=-"]).stdout);
    let merged = folder.run(&["merge", "part.json", "--report", "junit=-"]);
    assert!(merged.status == 0 && merged.stdout.starts_with("<?xml ") && merged.stderr.contains("conformant: "), "{}", merged.stderr);
    for both in [["json=-", "html=-"], ["junit=-", "github"]] {
        let refused = folder.run(&["--report", both[0], "--report", both[1]]);
        assert_eq!((refused.status, refused.stdout.as_str()), (2, ""));
        assert!(refused.stderr.contains("can't both be written to standard output"), "{}", refused.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_reports_as_they_were() {
    let folder = Folder::new();
    folder.write("old.json", "an earlier report");
    let mut run = folder.command(&["--report", "json=old.json", "--report", "junit=new.xml"]).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(400));
    assert_eq!(run.try_wait().unwrap(), None, "the run ended too early to be killed");
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(folder.read("old.json"), "an earlier report");
    assert!(!folder.path("new.xml").exists());
}
