//! Known deviations: `--expect` and `--write-expect`.

use serde_json::Value;

use super::support::{Folder, Outcome};

fn run(folder: &Folder, arguments: &[&str]) -> Outcome {
    folder.run(arguments)
}

/// The faults of a server with several known deviations.
const FAULTS: [&str; 4] = ["--fault", "delete.answers-200", "--fault", "create.second-mobile-replaces-the-first"];

fn with<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&FAULTS[..], arguments].concat()
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_run_with_the_written_expectations_is_conformant() {
    let folder = Folder::new();
    assert_eq!(run(&folder, &with(&["--write-expect", "expect.toml"])).status, 1);
    let text = folder.read("expect.toml");
    assert!(text.contains("rule = \"delete.answers-204\"\nscenarios = [\n    \""), "{text}");

    let silent = run(&folder, &with(&["--expect", "expect.toml"]));
    assert_eq!(silent.status, 0, "{}", silent.stdout);
    assert!(silent.stdout.contains("NOTE expect.toml gives no reason for its entries about"), "{}", silent.stdout);

    folder.write("expect.toml", &text.replace("reason = \"\"", "reason = \"ACME-1234: later\""));
    let known = run(&folder, &with(&["--expect", "expect.toml", "--write-expect", "expect.toml", "--report", "json=report.json"]));
    assert_eq!(known.status, 0, "{}", known.stdout);
    assert!(!known.stdout.contains("NOTE") && known.stdout.contains("ACME-1234: later"), "{}", known.stdout);
    assert_eq!(folder.read("expect.toml"), text.replace("reason = \"\"", "reason = \"ACME-1234: later\""));
    let report: Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    let rules = report["rules"].as_array().unwrap();
    assert!(rules.iter().all(|rule| rule["expected"] == !(rule["outcome"] == "passed" || rule["outcome"] == "skipped")));

    let fixed = run(&folder, &["--expect", "expect.toml", "--fault", "delete.answers-200"]);
    assert_eq!(fixed.status, 1);
    assert!(fixed.stdout.contains("STALE"), "{}", fixed.stdout);
    let selected = run(&folder, &["--expect", "expect.toml", "--rule", "list."]);
    assert_eq!(selected.status, 0, "{}", selected.stdout);
    let alone = run(&folder, &with(&["--expect", "expect.toml", "--rule", "delete.answers-204"]));
    assert_eq!(alone.status, 0, "{}", alone.stdout);
}

#[test]
fn mistakes_are_reported_before_anything_is_sent() {
    let folder = Folder::new();
    let entry = "[[expect]]\nrule = \"create.one-phone-per-type\"\noutcome = \"failed\"\nreason = \"\"\n";
    folder.write("good.toml", entry);
    folder.write("bad.toml", &entry.replace("per-type", "per-tipe"));
    for (arguments, complaint) in [
        (
            &["--expect", "bad.toml"][..],
            "error: bad.toml:2:8: there is no rule `create.one-phone-per-tipe`\nhint: did you mean `create.one-phone-per-type`?\n",
        ),
        (&["--expect", "missing.toml"], "error: missing.toml: the expectation file can't be read: "),
        (&["--write-expect", "good.toml"], "error: good.toml already exists\nhint: name another file, or give `--expect good.toml`"),
        (&["--write-expect", "missing/new.toml"], "error: the expectation file missing/new.toml can't be written: "),
    ] {
        let outcome = run(&folder, arguments);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(outcome.stderr.starts_with(complaint), "{}", outcome.stderr);
    }
    assert_eq!(folder.read("good.toml"), entry);
}

#[test]
fn another_mistake_in_a_listed_rule_counts() {
    let folder = Folder::new();
    let rule = ["--rule", "create.bad-number-is-refused", "--snapshots", "off"];
    let with = |more: &[&str]| run(&folder, &[&rule[..], more].concat());
    let written = with(&["--fault", "create.blank-number-accepted", "--write-expect", "known.toml"]);
    assert_eq!(written.status, 1);
    assert_eq!(written.stderr, "1 known deviation written to known.toml; write in each `reason` why you accept the deviation\n");
    let same = with(&["--fault", "create.blank-number-accepted", "--expect", "known.toml"]);
    assert_eq!(same.status, 0, "{}", same.stdout);
    assert!(same.verdict().contains(" rules checked, 1 known deviation — "), "{}", same.stdout);
    for faults in [
        &["--fault", "create.text-before-number-accepted"][..],
        &["--fault", "create.blank-number-accepted", "--fault", "create.text-before-number-accepted"],
    ] {
        let other = with(&[faults, &["--expect", "known.toml"]].concat());
        assert_eq!(other.status, 1, "{}", other.stdout);
        assert!(other.verdict().starts_with("nonconformant: "), "{}", other.stdout);
    }
    let fixed = with(&["--expect", "known.toml"]);
    assert_eq!(fixed.status, 1);
    assert!(fixed.verdict().starts_with("stale: "), "{}", fixed.stdout);
}

#[test]
fn an_unfinished_run_is_not_a_success_even_with_expectations() {
    let folder = Folder::new();
    let fault = ["--fault", "create.answers-200", "--snapshots", "off"];
    run(&folder, &[&fault[..], &["--write-expect", "known.toml"]].concat());
    for quiet in [&[][..], &["-q"]] {
        let cut = run(&folder, &[&fault[..], &["--expect", "known.toml", "--max-duration", "1ms"], quiet].concat());
        assert!([1, 3].contains(&cut.status), "{}", cut.stdout);
        assert!(cut.verdict().contains(", unfinished — "), "{}", cut.stdout);
        assert!(cut.stdout.contains("the run reached `--max-duration` (1ms)"), "{}", cut.stdout);
    }
}
