//! The power of the suite: for every fault of the reference server, exactly the rules fail that `breaks.toml` lists.
//!
//! - Without variables, a few faults that together break many rules are tried, each against the rules of its operation.
//! - `POWER=all` tries every fault against every rule, and takes half an hour. `.ci/run` does it.
//! - `POWER=ID,ID` tries these faults against every rule; an id that ends with `*` means all ids with this prefix.
//! - `BLESS=1` writes what the faults break to `breaks.toml`: with `POWER` of these faults, without it of all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
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
/// The number of faults to try if nothing else is asked for.
const FEW_FAULTS: usize = 6;
/// The number of faults that walks alone must find; most others do not depend on history.
const FOUND_BY_WALKS: usize = 80;
/// The file that lists the rules that each fault breaks.
const BREAKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/reference/fault/breaks.toml");

/// Whether a fault reaches the users of other scenarios. Which rules it breaks would depend on which scenarios run at
/// the same time, so that one runs at a time.
fn reaches_everybody(fault: &Fault) -> bool {
    ["everybody", "every-user", "other-users"].iter().any(|words| fault.id.contains(words))
}

/// Runs the suite and walks against a reference server with these faults.
fn report(suite: &Arc<Suite>, edition: Edition, faults: Vec<Fault>, selection: &Selection, walks: u64, seed: u64) -> Report {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        // If phones can't be deleted, each scenario needs a user that no other scenario has used.
        let users = if faults.iter().any(|fault| fault.operation == Operation::Delete) { 64 } else { 16 };
        let one_at_a_time = faults.iter().any(reaches_everybody);
        let server = start(ServerOptions { users, edition, faults, ..ServerOptions::default() }).await.unwrap();
        let mut target = target(&server, edition, true);
        if one_at_a_time {
            target.concurrency = Some(1);
        }
        let target = Arc::new(target);
        let wallet = Wallet::open(&target, Box::new(|_| None)).await.unwrap();
        let plan = Plan::new(suite, &target, selection);
        let options = Options { strict: true, walks, seed, ..Options::default() };
        let report = run(suite, &target, &plan, wallet, &options).await.unwrap();
        server.stop().await.unwrap();
        report
    })
}

/// The rules with an outcome.
fn rules(report: &Report, outcome: Outcome) -> BTreeSet<&String> {
    report.rules.iter().filter(|rule| rule.outcome == outcome).map(|rule| &rule.id).collect()
}

/// How the rules that failed differ from those that the fault breaks. With `bless`, only an error is a complaint.
fn complaint(fault: &Fault, report: &Report, bless: bool) -> Option<String> {
    let failed = rules(report, Outcome::Failed);
    let breaks: BTreeSet<&String> = if bless { failed.clone() } else { fault.breaks().iter().collect() };
    let unnoticed: Vec<_> = breaks.difference(&failed).collect();
    let accused: Vec<_> = failed.difference(&breaks).collect();
    let (errored, blocked) = (rules(report, Outcome::Errored), rules(report, Outcome::Blocked).len());
    if unnoticed.is_empty() && accused.is_empty() && errored.is_empty() {
        return None;
    }
    Some(format!("{}\n    unnoticed {unnoticed:?}\n    accused   {accused:?}\n    errored   {errored:?}, blocked {blocked}", fault.id))
}

/// Writes what these faults break; the lines of other faults stay.
fn bless(measured: BTreeMap<String, Vec<String>>) {
    let before = fs::read_to_string(BREAKS).unwrap();
    let head = before.lines().next().unwrap();
    let mut breaks: BTreeMap<String, Vec<String>> = toml::from_str(&before).unwrap();
    breaks.extend(measured);
    breaks.retain(|id, _| id.parse::<Fault>().is_ok());
    let lines: String = breaks.iter().map(|(id, rules)| format!("{id:?} = {rules:?}\n")).collect();
    fs::write(BREAKS, format!("{head}\n{lines}")).unwrap();
}

#[test]
fn every_fault_is_noticed_by_the_rules_it_breaks_and_by_no_others() {
    let suite = Arc::new(Suite::embedded().unwrap());
    let blesses = std::env::var_os("BLESS").is_some();
    let (faults, whole) = selected_faults(blesses);
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(Vec::new());
    let measured = Mutex::new(BTreeMap::new());
    let found_by_walks = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let report = fault_report(&suite, fault, whole);
                    found_by_walks.fetch_add(usize::from(fails_in_a_walk(&report)), Ordering::Relaxed);
                    complaints.lock().unwrap().extend(complaint(fault, &report, blesses));
                    let failed = rules(&report, Outcome::Failed).into_iter().cloned().collect();
                    measured.lock().unwrap().insert(fault.id.clone(), failed);
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
    if blesses {
        bless(measured.into_inner().unwrap());
    }
    let found = found_by_walks.into_inner();
    assert!(found >= FOUND_BY_WALKS || !whole || faults.len() < Fault::all().len(), "walks find {found} faults only");
}

/// The report for a fault: of the whole suite, or of the rules of the fault's operation and those that it breaks.
fn fault_report(suite: &Arc<Suite>, fault: &Fault, whole: bool) -> Report {
    let edition = fault.edition.unwrap_or(Edition::Current);
    let rules: Vec<String> = std::iter::once(format!("{}.", fault.operation)).chain(fault.breaks().iter().cloned()).collect();
    let selection = if whole { Selection::default() } else { Selection::new(suite, &rules, None).unwrap() };
    report(suite, edition, vec![fault.clone()], &selection, if whole { WALKS } else { FEW_WALKS }, 7)
}

/// The faults to try, and whether each is tried against the whole suite.
fn selected_faults(blesses: bool) -> (Vec<Fault>, bool) {
    let wanted = std::env::var("POWER").unwrap_or_default();
    if wanted.is_empty() && !blesses {
        return (few_faults(), false);
    }
    if wanted.is_empty() || wanted == "all" {
        return (Fault::all().to_vec(), true);
    }
    let is_named =
        |fault: &&Fault| wanted.split(',').any(|name| name.strip_suffix('*').map_or(fault.id == name, |start| fault.id.starts_with(start)));
    let faults: Vec<Fault> = Fault::all().iter().filter(is_named).cloned().collect();
    assert!(!faults.is_empty(), "POWER={wanted} names no fault");
    (faults, true)
}

/// A few faults that together break many rules. Each is the one that breaks most rules that the earlier ones do not.
fn few_faults() -> Vec<Fault> {
    let mut unbroken: BTreeSet<&String> = Fault::all().iter().flat_map(Fault::breaks).collect();
    let mut few = Vec::new();
    while few.len() < FEW_FAULTS {
        let broken = |fault: &&Fault| fault.breaks().iter().filter(|rule| unbroken.contains(*rule)).count();
        let most = Fault::all().iter().max_by_key(broken).expect("there are faults");
        unbroken.retain(|rule| !most.breaks().contains(rule));
        few.push(most.clone());
    }
    few
}

/// Whether a walk found something. Like every failure, its rule is one that the fault breaks.
fn fails_in_a_walk(report: &Report) -> bool {
    report.rules.iter().flat_map(|rule| &rule.scenarios).any(|scenario| scenario.walk().is_some() && scenario.outcome == Outcome::Failed)
}

#[test]
fn every_rule_has_a_fault_that_breaks_it() {
    let suite = Suite::embedded().unwrap();
    let broken: BTreeSet<&String> = Fault::all().iter().flat_map(Fault::breaks).collect();
    let rules: BTreeSet<&String> = suite.rules.iter().map(|rule| &rule.id).collect();
    assert_eq!(rules.difference(&broken).collect::<Vec<_>>(), Vec::<&&String>::new(), "rules that no fault breaks");
    assert_eq!(broken.difference(&rules).collect::<Vec<_>>(), Vec::<&&String>::new(), "rules that don't exist");
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
    let (seeds, walks) = if std::env::var("POWER").is_ok_and(|faults| faults == "all") { (4, 200) } else { (1, 50) };
    for edition in Edition::ALL {
        for seed in 0..seeds {
            let report = report(&suite, *edition, Vec::new(), &Selection::default(), walks, seed);
            assert_eq!(report.counts.walks, walks);
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
