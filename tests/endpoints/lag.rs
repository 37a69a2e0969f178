//! Reads that lag behind writes. A right server is never accused, and a wrong one is caught even if its reads lag.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use crate::common::graph::{Manner, Stale, start};
use crate::common::{Run, run};
use graph_phone_conformance::api::Edition;
use graph_phone_conformance::cli::reference::target;
use graph_phone_conformance::graph::Wallet;
use graph_phone_conformance::plan::{Plan, Selection};
use graph_phone_conformance::reference::{Options as ServerOptions, start as serve};
use graph_phone_conformance::run::{Options, run as check};
use graph_phone_conformance::suite::Suite;

const STALE: [Stale; 5] = [Stale::All, Stale::AtRandom, Stale::InTurns, Stale::Lists, Stale::Reads];

/// Rules of every operation about what is stored, shown and refused.
const RULES: [&str; 13] = [
    "create.is-stored",
    "create.one-phone-per-type",
    "create.refusal-changes-nothing",
    "delete.absent-phone-is-refused",
    "delete.removes-the-phone",
    "disable-sms-sign-in.frees-the-number",
    "enable-sms-sign-in.becomes-ready",
    "get.absent-phone-is-refused",
    "get.application-allowed",
    "get.the-phone-asked-for",
    "list.",
    "update.refusal-changes-nothing",
    "update.shown-everywhere",
];

/// Runs against servers whose reads lag by 300 ms. The target file permits 2 s. There is one run for each way to lag.
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
#[ignore = "slow; .ci/run runs it"]
fn no_right_server_is_accused() {
    for run in runs(&Manner::default(), &RULES) {
        assert_eq!(run.rules(&["failed", "blocked", "errored", "warned"]), Vec::<String>::new(), "{}", run.all);
        assert_eq!(run.status, Some(0));
        let lag = run.report["lag_ms"].as_u64().expect("what showed late is told");
        assert!(
            run.note().starts_with("reads lag behind writes, within the consistency_timeout of ")
                && run.note().contains(&format!("the slowest write was visible after {lag} ms")),
            "{}",
            run.note()
        );
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_right_server_may_also_throttle_writes() {
    let putting_off = Manner { throttles: 37, throttled: 503, ..Manner::default() };
    for run in runs(&putting_off, &["create.is-stored", "delete.removes-the-phone", "update.shown-everywhere"]) {
        assert_eq!(run.rules(&["failed", "blocked", "errored", "warned"]), Vec::<String>::new(), "{}", run.all);
        assert!(run.report["counts"]["retries"].as_u64().unwrap() > 0);
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_server_that_stores_what_it_refuses_is_noticed() {
    for run in runs(
        &Manner { stores_what_it_refuses: true, ..Manner::default() },
        &["create.refusal-changes-nothing", "update.refusal-changes-nothing"],
    ) {
        assert_eq!(run.rules(&["failed"]), ["create.refusal-changes-nothing", "update.refusal-changes-nothing"]);
        assert_eq!(run.status, Some(1));
    }
}

#[test]
fn a_report_mentions_no_lag_if_there_is_none() {
    let run = run(&start(&Manner::default()), &["--rule", "list."]);
    assert!(run.report.get("lag_ms").is_none(), "{}", run.all);
}

#[tokio::test]
async fn progress_counts_scenarios_that_look_again_after_a_lag() {
    let suite = Arc::new(Suite::embedded().unwrap());
    let server = serve(ServerOptions::default()).await.unwrap();
    let mut target = target(&server, Edition::Current, true);
    target.consistency_timeout = Duration::from_millis(200);
    let target = Arc::new(target);
    let wallet = Wallet::open(&target, Box::new(|_| None)).await.unwrap();
    let plan = Plan::new(&suite, &target, &Selection::new(&suite, &["create.one-phone-per-type".to_owned()], None).unwrap());
    let told = RefCell::new(Vec::new());
    let options = Options { progress: &|progress| told.borrow_mut().push((progress.done, progress.all)), ..Options::default() };
    check(&suite, &target, &plan, wallet, &options).await.unwrap();
    server.stop().await.unwrap();
    let all = plan.cases.len();
    assert_eq!(told.borrow().last(), Some(&(all, all)));
}
