//! Reads that lag behind writes: no right server is accused, and a wrong one is caught even if it is slow.

mod common;

use std::time::Duration;

use common::graph::{Manner, Stale, start};
use common::{Run, run};

const STALE: [Stale; 5] = [Stale::All, Stale::AtRandom, Stale::InTurns, Stale::Lists, Stale::Reads];

/// Rules of every operation about what is stored, shown and refused.
const RULES: [&str; 12] = [
    "create.is-stored",
    "create.one-phone-per-type",
    "create.refusal-changes-nothing",
    "delete.absent-phone-is-refused",
    "delete.removes-the-phone",
    "disable-sms-sign-in.frees-the-number",
    "enable-sms-sign-in.becomes-ready",
    "get.absent-phone-is-refused",
    "get.the-phone-asked-for",
    "list.",
    "update.refusal-changes-nothing",
    "update.shown-everywhere",
];

/// Runs against servers whose reads lag by 300 ms of the permitted 2 s, once for each way to lag.
fn runs(manner: &Manner, rules: &[&str]) -> Vec<Run> {
    let arguments: Vec<&str> = rules.iter().flat_map(|rule| ["--rule", rule]).chain(["--api-version", "v1.0"]).collect();
    std::thread::scope(|scope| {
        let runs = STALE.map(|stale| {
            let target = start(&Manner { lag: Duration::from_millis(300), stale, ..manner.clone() });
            scope.spawn(|| {
                let target = target;
                run(&target, &arguments)
            })
        });
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    })
}

#[test]
fn no_right_server_is_accused() {
    for run in runs(&Manner::default(), &RULES) {
        assert_eq!(run.rules(&["failed", "blocked", "errored", "warned"]), Vec::<String>::new(), "{}", run.all);
        assert_eq!(run.status, Some(0));
        let lag = run.report["lag_ms"].as_u64().expect("what showed late is told");
        assert!(
            run.note().starts_with("reads lag behind writes, within the consistency_timeout of ")
                && run.note().contains(&format!("what was written showed after up to {lag} ms")),
            "{}",
            run.note()
        );
    }
}

#[test]
fn a_right_server_may_put_writes_off_as_well() {
    let putting_off = Manner { throttles: 37, throttled: 503, ..Manner::default() };
    for run in runs(&putting_off, &["create.is-stored", "delete.removes-the-phone", "update.shown-everywhere"]) {
        assert_eq!(run.rules(&["failed", "blocked", "errored", "warned"]), Vec::<String>::new(), "{}", run.all);
        assert!(run.report["counts"]["retries"].as_u64().unwrap() > 0);
    }
}

#[test]
fn what_is_refused_and_stored_is_noticed() {
    for run in runs(
        &Manner { stores_what_it_refuses: true, ..Manner::default() },
        &["create.refusal-changes-nothing", "update.refusal-changes-nothing"],
    ) {
        assert_eq!(run.rules(&["failed"]), ["create.refusal-changes-nothing", "update.refusal-changes-nothing"]);
        assert_eq!(run.status, Some(1));
    }
}

#[test]
fn a_right_server_that_does_not_lag_is_not_said_to() {
    let run = run(&start(&Manner::default()), &["--rule", "list."]);
    assert!(run.report.get("lag_ms").is_none(), "{}", run.all);
}
