//! Right servers of many manners: none of them may be accused of anything, whatever the documents leave open.

mod common;

use std::time::Duration;

use common::graph::{Manner, start, start_seen};
use common::run;

/// Runs everything against a server, which must come out as conformant, with warnings from these rules alone.
fn conformant(manner: &Manner, warned: &[&str]) {
    let run = run(&start(manner), &[]);
    let wrong: Vec<_> = run.report["rules"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|rule| ["failed", "blocked", "errored"].contains(&rule["outcome"].as_str().unwrap()))
        .map(|rule| {
            let scenario = rule["scenarios"].as_array().unwrap().iter().find(|scenario| scenario["outcome"] == rule["outcome"]).unwrap();
            format!("{} {}: {} {}", rule["id"], rule["outcome"], scenario["reason"], scenario["violations"])
        })
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(run.rules(&["warned"]), warned);
    assert_eq!(run.status, Some(0), "{}", run.all);
    assert_eq!(run.report["verdict"], "conformant");
}

#[test]
fn a_plain_server_is_conformant() {
    conformant(&Manner::default(), &[]);
}

#[test]
fn every_status_of_a_refusal_will_do() {
    for refusal in [409, 422] {
        conformant(&Manner { refusal, no_self_service: 405, updated: 200, refuses_twice: true, ..Manner::default() }, &[]);
    }
}

#[test]
fn the_live_service_is_warned_of_at_most() {
    let live = Manner { conflict: (409, true), spaces_numbers: true, off: "notEnabled", no_self_service: 404, ..Manner::default() };
    conformant(&live, &["create.number-needs-a-space", "update.number-needs-a-space"]);
}

#[test]
fn a_taken_number_may_be_refused_and_not_kept() {
    conformant(&Manner { conflict: (409, false), ..Manner::default() }, &[]);
}

#[test]
fn capitals_order_and_more_properties_are_free() {
    conformant(&Manner { extravagant: true, ..Manner::default() }, &[]);
}

#[test]
fn an_administrator_who_sees_masks_can_look_after_users() {
    conformant(&Manner { masks: true, ..Manner::default() }, &[]);
    conformant(&Manner { masks: true, cast: &["authentication"], ..Manner::default() }, &[]);
}

#[test]
fn users_without_names_are_not_mistaken_for_fellow_users() {
    conformant(&Manner { ids_only: true, ..Manner::default() }, &[]);
}

#[test]
fn a_server_may_ask_for_patience() {
    for (throttles, throttled) in [(23, 429), (17, 503)] {
        conformant(&Manner { throttles, throttled, ..Manner::default() }, &[]);
    }
}

#[test]
fn a_server_may_close_connections_without_saying_so() {
    for closes in [1, 3, 10, 500] {
        conformant(&Manner { closes, ..Manner::default() }, &[]);
    }
    let run = run(&start(&Manner { closes: 3, ..Manner::default() }), &[]);
    assert!(run.all.contains("closes connections without saying so"), "{}", run.all);
}

#[test]
fn tokens_may_end_in_the_middle_of_a_run() {
    let manner = Manner { tokens_live: Some(Duration::from_millis(300)), ..Manner::default() };
    conformant(&manner, &[]);
    let run = run(&start(&manner), &["--rule", "create.", "-vvv"]);
    assert!(!run.all.contains("issued-token-") && !run.all.contains(common::graph::CLIENT_SECRET), "{}", run.all);
}

#[test]
fn users_get_back_what_they_had() {
    let before = &[("mobile", "+1 2065550111"), ("alternateMobile", "+1 2065550112"), ("office", "+1 2065550113x9")];
    let (target, look) = start_seen(&Manner { before, ..Manner::default() });
    let had = look();
    assert_eq!(run(&target, &[]).status, Some(0));
    assert_eq!(look(), had);
}

#[test]
fn phones_that_were_odd_before_are_nobodys_mistake() {
    let (target, _) = start_seen(&Manner { before: &[("alternateMobile", "+1 2065550112")], ..Manner::default() });
    assert_eq!(run(&target, &["--rule", "create.", "--rule", "list."]).rules(&["failed", "warned"]), Vec::<String>::new());
}

#[test]
fn phones_that_could_not_be_put_back_are_not_touched() {
    let (target, look) =
        start_seen(&Manner { masks: true, cast: &["authentication"], before: &[("office", "+1 2065550113")], ..Manner::default() });
    let had = look();
    let run = run(&target, &[]);
    assert_eq!(run.status, Some(3));
    assert!(run.note().ends_with("are shown with hidden digits, so that they could not be put back after a run"), "{}", run.note());
    assert_eq!(look(), had);
}
