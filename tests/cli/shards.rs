//! `run --shard` and `merge`: a run in shards and the merged report.

use std::collections::BTreeSet;

use serde_json::Value;

use super::support::{Folder, Outcome, normal};

const FAULT: &str = "create.second-mobile-replaces-the-first";

/// Runs every shard; each writes `I.json`.
fn parts(folder: &Folder, of: usize, arguments: &[&str]) -> Vec<Outcome> {
    (1..=of)
        .map(|number| {
            let (shard, report) = (format!("{number}/{of}"), format!("json={number}.json"));
            folder.run(&[&["--shard", &shard, "--report", &report, "--snapshots", "off", "--walks", "0"], arguments].concat())
        })
        .collect()
}

fn report(folder: &Folder, name: &str) -> Value {
    serde_json::from_str(&folder.read(name)).unwrap()
}

/// The outcome of every rule, and of its scenarios in order.
fn outcomes(report: &Value) -> Vec<String> {
    let rules = report["rules"].as_array().unwrap();
    let scenarios = |rule: &Value| -> Vec<String> {
        let scenarios = rule["scenarios"].as_array().unwrap().iter();
        scenarios.map(|scenario| ["id", "version", "case", "outcome", "reason"].map(|key| scenario[key].to_string()).join(" ")).collect()
    };
    rules.iter().flat_map(|rule| [vec![format!("{} {}", rule["id"], rule["outcome"])], scenarios(rule)].concat()).collect()
}

fn ran(report: &Value) -> BTreeSet<String> {
    outcomes(report).into_iter().filter(|line| line.contains("\"passed\" ") || line.contains("\"failed\" ")).collect()
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn the_merged_report_is_the_report_of_an_unsharded_run() {
    let folder = Folder::new();
    let whole = folder.run(&["--seed", "0", "--walks", "0", "--fault", FAULT, "--report", "json=whole.json"]);
    assert!(parts(&folder, 3, &["--fault", FAULT]).iter().all(|part| [0, 1, 3].contains(&part.status)));
    let merged = folder.run(&["merge", "3.json", "1.json", "2.json", "--report", "json=merged.json"]);
    assert_eq!((merged.status, merged.stderr.as_str()), (whole.status, ""), "{}", merged.stdout);
    let [whole_report, merged_report] = ["whole.json", "merged.json"].map(|name| report(&folder, name));
    let merged_outcomes = outcomes(&merged_report);
    let in_parts: BTreeSet<&String> = merged_outcomes.iter().collect();
    let (planned, around): (Vec<_>, Vec<_>) = outcomes(&whole_report).into_iter().partition(|line| in_parts.contains(line));
    assert_eq!(merged_outcomes, planned);
    // An unsharded run also tries cases near a failing one.
    assert!(around.iter().all(|line| line.starts_with("\"create.one-phone-per-type/")), "{around:?}");
    for key in ["verdict", "shard", "seed", "tool", "notes"] {
        assert_eq!(merged_report[key], whole_report[key], "{key}");
    }
    let words = |text: &str| normal(text).lines().last().unwrap().to_owned();
    assert_eq!(words(&merged.stdout), words(&whole.stdout));

    let parts: Vec<Value> = ["1.json", "2.json", "3.json"].map(|name| report(&folder, name)).into();
    assert_eq!(parts.iter().map(|part| part["shard"].as_str().unwrap()).collect::<Vec<_>>(), ["1/3", "2/3", "3/3"]);
    let shares: Vec<usize> = parts.iter().map(|part| ran(part).len()).collect();
    let all: BTreeSet<String> = parts.iter().flat_map(ran).collect();
    assert_eq!(all.len(), shares.iter().sum::<usize>(), "a scenario ran twice");
    assert!(shares.iter().all(|share| share * 4 > all.len()), "{shares:?} of {}", all.len());
}

#[test]
fn a_shard_is_the_same_with_any_seed() {
    let folder = Folder::new();
    for seed in ["1", "2"] {
        let outcome = folder.run(&["--shard", "2/5", "--seed", seed, "--rule", "list.", "--report", &format!("json={seed}.json")]);
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        assert!(outcome.verdict().contains(&format!("(shard 2/5, seed {seed})")), "{}", outcome.verdict());
    }
    assert_eq!(outcomes(&report(&folder, "1.json")), outcomes(&report(&folder, "2.json")));
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_deviation_that_another_shard_sees_is_not_lost() {
    // The rule that watches every refusal has its own scenarios in one shard only.
    let (fault, rule) = ("get.error-without-message", "get.refusal-has-error-object");
    let folder = Folder::new();
    let whole = folder.run(&["--seed", "0", "--walks", "0", "--fault", fault, "--report", "json=whole.json"]);
    assert_eq!(whole.status, 1, "{}{}", whole.stdout, whole.stderr);
    parts(&folder, 4, &["--fault", fault]);
    folder.run(&["merge", "1.json", "2.json", "3.json", "4.json", "--report", "json=merged.json"]);
    let [whole, merged] = ["whole.json", "merged.json"].map(|name| outcomes(&report(&folder, name)));
    assert!(whole.iter().any(|line| line.contains(&format!("{rule}/seen-in/"))), "{whole:?}");
    assert_eq!(merged, whole);
}

#[test]
fn reports_that_cannot_be_merged_are_refused() {
    let folder = Folder::new();
    parts(&folder, 3, &["--rule", "delete.answers-204"]);
    folder.run(&["--rule", "delete.answers-204", "--report", "json=whole.json"]);
    folder.run(&["--rule", "list.", "--shard", "2/3", "--report", "json=other-rules.json"]);
    folder.run(&["--rule", "delete.answers-204", "--shard", "2/3", "--seed", "5", "--report", "json=other-seed.json"]);
    folder.write("no.json", "{\n  \"schema\": 1,\n  oops\n}");
    folder.write("other.json", "{}");
    folder.write("later.json", "{\"schema\": 99}");
    folder.write("spoilt.json", &folder.read("2.json").replace("\"delete\"", "\"deleting\""));
    let calls: &[&[&str]] = &[
        &["1.json", "3.json"],
        &["1.json", "2.json", "3.json", "2.json"],
        &["whole.json"],
        &["1.json", "other-rules.json", "3.json"],
        &["1.json", "other-seed.json", "3.json"],
        &["1.json", "missing.json"],
        &["no.json"],
        &["other.json"],
        &["later.json"],
        &["spoilt.json"],
    ];
    let mut page = String::new();
    for call in calls {
        let outcome = folder.run(&[&["merge"], *call].concat());
        assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""), "{call:?}");
        page.push_str(&format!("$ merge {}\n{}\n", call.join(" "), normal(&outcome.stderr)));
    }
    // The index of a rule changes when a rule is added.
    let page = regex::Regex::new(r"/rules/\d+/").unwrap().replace_all(&page, "/rules/[n]/").into_owned();
    insta::assert_snapshot!(page);
}

#[test]
fn walks_are_shared_among_the_shards() {
    let folder = Folder::new();
    for part in ["1", "2", "3"] {
        let (shard, report) = (format!("{part}/3"), format!("json={part}.json"));
        let outcome = folder.run(&["--rule", "create.is-stored", "--walks", "10", "--shard", &shard, "--report", &report]);
        assert!([0, 4].contains(&outcome.status), "{}{}", outcome.stdout, outcome.stderr);
    }
    assert_eq!(folder.run(&["merge", "1.json", "2.json", "3.json", "--report", "json=all.json"]).status, 0);
    let taken = ["1.json", "2.json", "3.json", "all.json"].map(|name| report(&folder, name)["counts"]["walks"].as_u64().unwrap());
    assert_eq!(taken, [3, 4, 3, 10]);
}

#[test]
fn known_deviations_apply_to_the_merged_report() {
    let folder = Folder::new();
    parts(&folder, 2, &["--fault", FAULT, "--rule", "create."]);
    assert_eq!(folder.run(&["merge", "1.json", "2.json", "--write-expect", "known.toml"]).status, 1);
    let reasons = folder.read("known.toml").replace("reason = \"\"", "reason = \"known\"");
    folder.write("known.toml", &reasons);
    let outcome = folder.run(&["merge", "1.json", "2.json", "--expect", "known.toml"]);
    assert_eq!(outcome.status, 0, "{}{}", outcome.stdout, outcome.stderr);
    let part = folder.run(&["--shard", "1/2", "--expect", "known.toml"]);
    assert_eq!((part.status, part.stdout.as_str()), (2, ""));
}

#[test]
fn an_invalid_shard_is_wrong_usage() {
    for shard in ["0/2", "3/2", "1", "1/0", "x/2", "1/2/3"] {
        let outcome = Folder::new().run(&["--shard", shard]);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""), "{shard}");
        assert!(outcome.stderr.contains("is not of the form I/N, where I lies between 1 and N"), "{}", outcome.stderr);
    }
}

#[test]
fn a_shard_without_scenarios_verifies_nothing() {
    let folder = Folder::new();
    let statuses: Vec<i32> =
        parts(&folder, 9, &["--rule", "delete.answers-204", "--api-version", "v1.0"]).iter().map(|part| part.status).collect();
    assert!(statuses.contains(&0) && statuses.contains(&4), "{statuses:?}");
    let all: Vec<String> = (1..=9).map(|number| format!("{number}.json")).collect();
    let arguments: Vec<&str> = std::iter::once("merge").chain(all.iter().map(String::as_str)).collect();
    assert_eq!(folder.run(&arguments).status, 0);
}
