//! The power of the suite: for every fault of the reference server, exactly the rules fail that the fault claims to
//! break.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use graph_phone_conformance::api::{Edition, Operation};
use graph_phone_conformance::cli::reference::target;
use graph_phone_conformance::graph::Wallet;
use graph_phone_conformance::plan::{Plan, Selection};
use graph_phone_conformance::reference::{Fault, Options as ServerOptions, start};
use graph_phone_conformance::report::{Outcome, Report};
use graph_phone_conformance::run::{Options, run};
use graph_phone_conformance::suite::Suite;

/// The number of walks with the whole suite.
const WALKS: u64 = 24;
/// The number of walks if a fault is tried against the rules of its operation.
const FEW_WALKS: u64 = 4;
/// The number of faults that walks alone must find; most others do not depend on history.
const FOUND_BY_WALKS: usize = 80;

/// Runs the suite and walks against a reference server with these faults.
fn report(suite: &Arc<Suite>, edition: Edition, faults: Vec<Fault>, selection: &Selection, walks: u64, seed: u64) -> Report {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        // If phones can't be deleted, each scenario needs a user that no other scenario has used.
        let users = if faults.iter().any(|fault| fault.operation() == Operation::Delete) { 64 } else { 16 };
        let server = start(ServerOptions { users, edition, faults, ..ServerOptions::default() }).await.unwrap();
        let target = Arc::new(target(&server, edition, true));
        let wallet = Wallet::open(&target, Box::new(|_| None)).await.unwrap();
        let plan = Plan::new(suite, &target, selection);
        let options = Options { strict: true, walks, seed, ..Options::default() };
        let report = run(suite, &target, &plan, wallet, &options).await.unwrap();
        server.stop().await.unwrap();
        report
    })
}

/// How the run of a fault differs from the fault's claims.
fn complaint(fault: Fault, report: &Report) -> Option<String> {
    let info = fault.info();
    let claimed: BTreeSet<&str> = info.breaks.iter().copied().collect();
    let failed: BTreeSet<&str> = report.rules.iter().filter(|rule| rule.outcome == Outcome::Failed).map(|rule| rule.id.as_str()).collect();
    let errored: Vec<&str> = report.rules.iter().filter(|rule| rule.outcome == Outcome::Errored).map(|rule| rule.id.as_str()).collect();
    let unnoticed: Vec<_> = claimed.difference(&failed).collect();
    let blocked = report.rules.iter().filter(|rule| rule.outcome == Outcome::Blocked).count();
    let accused: Vec<_> = failed.difference(&claimed).collect();
    if unnoticed.is_empty() && accused.is_empty() && errored.is_empty() {
        return None;
    }
    Some(format!("{}\n    unnoticed {unnoticed:?}\n    accused   {accused:?}\n    errored   {errored:?}, blocked {blocked}", info.id))
}

#[test]
fn every_fault_is_noticed_by_the_rules_it_breaks_and_by_no_others() {
    let suite = Arc::new(Suite::embedded().unwrap());
    let (faults, whole) = selected_faults();
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(Vec::new());
    let found_by_walks = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let report = fault_report(&suite, *fault, whole);
                    found_by_walks.fetch_add(usize::from(fails_in_a_walk(&report)), Ordering::Relaxed);
                    complaints.lock().unwrap().extend(complaint(*fault, &report));
                }
            });
        }
    });
    let mut complaints = complaints.into_inner().unwrap();
    complaints.sort();
    // Printed, because cucumber removes the panic hook while it runs, and one of two concurrent runs may not restore
    // it.
    eprintln!("{}\n{} of {} faults are not noticed as they should be", complaints.join("\n"), complaints.len(), faults.len());
    assert!(complaints.is_empty());
    let found = found_by_walks.into_inner();
    assert!(found >= FOUND_BY_WALKS || !whole || faults.len() < Fault::all().len(), "walks find {found} faults only");
}

/// The report for a fault: of the whole suite, or of the rules of the fault's operation and those that it claims to
/// break.
fn fault_report(suite: &Arc<Suite>, fault: Fault, whole: bool) -> Report {
    let info = fault.info();
    let edition = info.edition.unwrap_or(Edition::Current);
    let rules: Vec<String> =
        std::iter::once(format!("{}.", fault.operation())).chain(info.breaks.iter().map(|rule| (*rule).to_owned())).collect();
    let selection = if whole { Selection::default() } else { Selection::new(suite, &rules, None).unwrap() };
    report(suite, edition, vec![fault], &selection, if whole { WALKS } else { FEW_WALKS }, 7)
}

/// The faults to try, and whether each is tried against the whole suite.
///
/// Without the variable `POWER`, a few faults that together break every rule are tried, each against the rules of its
/// operation. `POWER=all` tries every fault against every rule. Fault ids, separated by commas, try these faults
/// against every rule; an id that ends with `*` means all ids with this prefix.
fn selected_faults() -> (Vec<Fault>, bool) {
    let Ok(wanted) = std::env::var("POWER") else { return (few_faults(), false) };
    if wanted == "all" {
        return (Fault::all().to_vec(), true);
    }
    let is_named = |fault: &&Fault| {
        wanted.split(',').any(|name| name.strip_suffix('*').map_or(fault.info().id == name, |start| fault.info().id.starts_with(start)))
    };
    let faults: Vec<Fault> = Fault::all().iter().filter(is_named).copied().collect();
    assert!(!faults.is_empty(), "POWER={wanted} names no fault");
    (faults, true)
}

/// A few faults that together break every rule. Each is the one that breaks most rules that the earlier ones do not.
fn few_faults() -> Vec<Fault> {
    let mut unbroken: BTreeSet<&str> = Fault::all().iter().flat_map(|fault| fault.info().breaks).copied().collect();
    let mut few = Vec::new();
    while !unbroken.is_empty() {
        let broken = |fault: &&Fault| fault.info().breaks.iter().filter(|rule| unbroken.contains(*rule)).count();
        let most = *Fault::all().iter().max_by_key(broken).expect("there are faults");
        unbroken.retain(|rule| !most.info().breaks.contains(rule));
        few.push(most);
    }
    few
}

/// Whether a walk found something. Like every failure, its rule is compared with the fault's claims.
fn fails_in_a_walk(report: &Report) -> bool {
    report.rules.iter().flat_map(|rule| &rule.scenarios).any(|scenario| scenario.walk().is_some() && scenario.outcome == Outcome::Failed)
}

#[test]
fn every_rule_has_a_fault_that_breaks_it() {
    let suite = Suite::embedded().unwrap();
    let broken: BTreeSet<&str> = Fault::all().iter().flat_map(|fault| fault.info().breaks).copied().collect();
    let rules: BTreeSet<&str> = suite.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(rules.difference(&broken).collect::<Vec<_>>(), Vec::<&&str>::new(), "rules that no fault breaks");
    assert_eq!(broken.difference(&rules).collect::<Vec<_>>(), Vec::<&&str>::new(), "claims of rules that don't exist");
}

#[test]
fn the_reference_server_breaks_no_rule_in_either_edition() {
    let suite = Arc::new(Suite::embedded().unwrap());
    for edition in Edition::ALL {
        let report = report(&suite, *edition, Vec::new(), &Selection::default(), WALKS, 7);
        let deviating: Vec<_> = report
            .rules
            .iter()
            .filter(|rule| !matches!(rule.outcome, Outcome::Passed | Outcome::Skipped))
            .map(|rule| format!("{} {:?}", rule.id, rule.outcome))
            .collect();
        assert!(deviating.is_empty(), "{edition}: {deviating:?}");
        let other_edition = report.rules.iter().filter(|rule| rule.outcome == Outcome::Skipped).flat_map(|rule| &rule.scenarios);
        assert!(other_edition.into_iter().all(|scenario| scenario.reason.as_deref().is_some_and(|reason| reason.contains("edition"))));
    }
}

#[test]
fn no_walk_accuses_the_reference_server() {
    let suite = Arc::new(Suite::embedded().unwrap());
    for edition in Edition::ALL {
        for seed in 0..4 {
            let report = report(&suite, *edition, Vec::new(), &Selection::default(), 200, seed);
            assert_eq!(report.counts.walks, 200);
            let accused: Vec<_> = report
                .rules
                .iter()
                .flat_map(|rule| &rule.scenarios)
                .filter(|scenario| scenario.walk().is_some())
                .map(|walk| &walk.name)
                .collect();
            assert!(accused.is_empty(), "{edition}: {accused:?}");
        }
    }
}
