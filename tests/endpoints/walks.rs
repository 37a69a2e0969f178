//! Tests of walks: they find no mistake in right servers, and one mistake that no scenario finds.

use std::time::Duration;

use crate::common::graph::{Manner, start};
use crate::common::{Run, run};

/// Runs many walks on a right server. They must find nothing.
fn find_nothing(manner: &Manner, arguments: &[&str]) {
    let run = run(&start(manner), arguments);
    assert_eq!(run.walks(), []);
    assert_eq!(run.rules(&["failed", "blocked", "errored"]), Vec::<String>::new());
    assert!(run.report["counts"]["walks"].as_u64().unwrap() > 0);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn walks_find_nothing_wrong_with_right_servers() {
    let plain = Manner::default();
    for manner in [
        plain.clone(),
        Manner { refusal: 409, updated: 200, refuses_twice: true, ..plain.clone() },
        Manner { conflict: (409, true), off: "notEnabled", spaces_numbers: true, ..plain.clone() },
        Manner { conflict: (409, false), refuses_twice: true, ..plain.clone() },
        Manner { extravagant: true, ids_only: true, ..plain.clone() },
        Manner { masks: true, cast: &["authentication"], ..plain.clone() },
        Manner { throttles: 97, ..plain },
    ] {
        find_nothing(&manner, &["--walks", "200", "--tags", "@behaviour and not @single-answer"]);
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn walks_find_nothing_wrong_with_a_server_whose_reads_lag() {
    // Each read takes time, so this runs only scenarios of rules that a late read could seem to break.
    let mut arguments = vec!["--walks", "24", "--api-version", "v1.0"];
    for rule in [
        "create.is-stored",
        "create.other-phones",
        "update.other-",
        "delete.other-",
        "enable-sms-sign-in.twice",
        "disable-sms-sign-in.twice",
    ] {
        arguments.extend(["--rule", rule]);
    }
    find_nothing(&Manner { lag: Duration::from_millis(10), conflict: (409, true), ..Manner::default() }, &arguments);
}

/// Runs walks on a server that refuses a number to the user who had it before.
fn remembering(more: &[&str]) -> Run {
    run(
        &start(&Manner { remembers: true, ..Manner::default() }),
        &[&["--walks", "60", "--rule", "create.", "--rule", "update.", "--rule", "delete."], more].concat(),
    )
}

/// The printed page, without the JSON report that follows.
fn printed(run: &Run) -> &str {
    run.all.split("\n{").next().unwrap()
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_mistake_that_needs_several_requests_is_found_and_shown_in_the_fewest() {
    let found = remembering(&[]);
    let failed = found.rules(&["failed"]);
    assert!(!failed.is_empty() && found.status == Some(1), "{}", found.all);
    let walks = found.walks();
    assert_eq!(walks.iter().filter(|(rule, _)| failed.iter().any(|failed| failed == rule)).count(), walks.len());
    for (rule, walk) in &walks {
        assert!(["create.allowed-user-is-ready", "update.sms-sign-in-follows-the-number"].contains(rule), "{rule}");
        // Three requests, and one read after the last one.
        let exchanges = walk["exchanges"].as_array().unwrap();
        assert_eq!(exchanges.len(), 4, "{}", walk["name"]);
        assert_eq!(walk["steps"].as_array().unwrap().len(), 3, "{}", walk["name"]);
    }
    // No scenario of this rule fails, so its block shows a walk.
    let shown = |run: &Run| run.walks().into_iter().find(|(rule, _)| *rule == "create.allowed-user-is-ready").unwrap().1.clone();
    // The page may cut a long name.
    let walk = shown(&found);
    let (number, _) = walk["name"].as_str().unwrap().split_once(':').unwrap();
    assert!(printed(&found).contains(number), "{}", found.all);
    assert!(printed(&found).contains("repeat    -v shows the commands of the whole walk in order"), "{}", found.all);
    let verbose = remembering(&["-v"]);
    for exchange in shown(&verbose)["exchanges"].as_array().unwrap() {
        assert!(printed(&verbose).contains(exchange["curl"].as_str().unwrap()), "{}", verbose.all);
    }
    let names = |run: &Run| run.walks().iter().map(|(rule, walk)| format!("{rule} {}", walk["name"])).collect::<Vec<_>>();
    assert_eq!(names(&verbose), names(&found), "the seed decides");
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn without_walks_the_mistake_is_not_found_in_creates() {
    let run = run(&start(&Manner { remembers: true, ..Manner::default() }), &["--walks", "0"]);
    assert!(!run.rules(&["failed"]).iter().any(|rule| rule == "create.allowed-user-is-ready"), "{}", run.all);
}
