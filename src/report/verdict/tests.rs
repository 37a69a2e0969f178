use proptest::prelude::*;

use super::*;
use crate::api::ApiVersion;
use crate::report::{Announcement, Kind, ScenarioReport, Unfinished, sample, walk_id};

#[test]
fn the_worst_outcome_of_every_pair_follows_the_documented_order() {
    for (rank, worse) in Outcome::ALL.iter().enumerate() {
        for better in &Outcome::ALL[rank..] {
            assert_eq!(Outcome::worst([*better, *worse]), *worse);
            assert_eq!(Outcome::worst([*worse, *better]), *worse);
        }
    }
    assert_eq!(Outcome::worst([]), Outcome::Skipped);
}

#[test]
fn outcomes_and_verdicts_are_named_as_in_json() {
    for outcome in Outcome::ALL {
        assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.name());
    }
    for verdict in Verdict::ALL {
        assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.name());
    }
}

#[test]
fn a_single_rule_decides_alone() {
    let table = [
        (Outcome::Passed, Verdict::Conformant),
        (Outcome::Warned, Verdict::Conformant),
        (Outcome::Failed, Verdict::Nonconformant),
        (Outcome::Blocked, Verdict::Inconclusive),
        (Outcome::Errored, Verdict::Inconclusive),
        (Outcome::Skipped, Verdict::NothingVerified),
    ];
    for (outcome, expected) in table {
        assert_eq!(Verdict::of(&[sample::rule("get.found", outcome)], false), expected, "{outcome}");
    }
    assert_eq!(Verdict::of(&[], false), Verdict::NothingVerified);
    assert_eq!(Verdict::of(&[], true), Verdict::Inconclusive);
}

#[test]
fn exit_statuses_are_the_documented_ones() {
    assert_eq!(Verdict::ALL.iter().map(|verdict| verdict.exit_status()).collect::<Vec<_>>(), [0, 1, 1, 3, 4]);
    assert_eq!(EXIT_USAGE, 2);
}

#[test]
fn strictness_turns_advice_into_requirement() {
    assert_eq!(Outcome::of_broken_check(Severity::Advisory, false), Outcome::Warned);
    assert_eq!(Outcome::of_broken_check(Severity::Advisory, true), Outcome::Failed);
    assert_eq!(Outcome::of_broken_check(Severity::Must, false), Outcome::Failed);
    assert_eq!(Outcome::of_broken_check(Severity::Must, true), Outcome::Failed);
}

/// The outcome of a generated scenario, and whether the expectation file lists it.
#[derive(Debug, Clone, Copy)]
struct Fact {
    outcome: Outcome,
    version: ApiVersion,
    walk: bool,
    listed: Listed,
}

/// What an expectation file says about a scenario.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Listed {
    No,
    /// The file lists its name with this outcome.
    As(Outcome),
}

/// A rule with these scenarios. It has one entry per listed scenario, or one entry for the rule as a whole.
fn rule(number: usize, facts: &[Fact], whole: Option<Outcome>) -> RuleReport {
    let mut rule = sample::rule(&format!("get.rule-{number}"), Outcome::Passed);
    let template = rule.scenarios.remove(0);
    for (place, fact) in facts.iter().enumerate() {
        // Only walks that deviate or could not be judged are reported.
        let is_walk = fact.walk && !matches!(fact.outcome, Outcome::Passed | Outcome::Skipped);
        let (id, kind) = if is_walk {
            (walk_id(&rule.id, place as u64), Kind::Walk { walk: place as u64 })
        } else {
            (format!("{}/scenario-{place}", rule.id), Kind::Scenario)
        };
        let scenario = ScenarioReport { id, kind, version: fact.version, outcome: fact.outcome, ..template.clone() };
        if let (Listed::As(outcome), None) = (fact.listed, whole) {
            let scenarios = Some(vec![scenario.short_name().to_owned()]);
            rule.announced.push(announcement(Some(fact.version), scenarios, outcome));
        }
        rule.scenarios.push(scenario);
    }
    rule.announced.extend(whole.map(|outcome| announcement(None, None, outcome)));
    rule.outcome = rule.worst_outcome();
    rule
}

fn announcement(version: Option<ApiVersion>, scenarios: Option<Vec<String>>, outcome: Outcome) -> Announcement {
    Announcement { version, scenarios, outcome, reason: String::new(), stale: false, better: Vec::new() }
}

fn any_outcome() -> impl Strategy<Value = Outcome> {
    prop::sample::select(Outcome::ALL)
}

fn any_deviation() -> impl Strategy<Value = Outcome> {
    prop::sample::select(vec![Outcome::Failed, Outcome::Errored, Outcome::Blocked, Outcome::Warned])
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let listed = prop_oneof![2 => Just(Listed::No), 1 => any_deviation().prop_map(Listed::As)];
    (any_outcome(), prop::sample::select(ApiVersion::ALL), prop::bool::weighted(0.2), listed)
        .prop_map(|(outcome, version, walk, listed)| Fact { outcome, version, walk, listed })
}

type Facts = Vec<(Vec<Fact>, Option<Outcome>)>;

fn any_facts() -> impl Strategy<Value = Facts> {
    let rule = (prop::collection::vec(any_fact(), 1..5), prop::option::weighted(0.2, any_deviation()));
    prop::collection::vec(rule, 0..6)
}

fn report(facts: &Facts, cut: bool, put_back: bool) -> Report {
    let rules = facts.iter().enumerate().map(|(number, (facts, whole))| rule(number, facts, *whole)).collect();
    let mut report = sample::report(rules);
    let why = [(cut, "the run was interrupted"), (!put_back, "a user could not be put back")];
    let why: Vec<&str> = why.into_iter().filter(|(holds, _)| *holds).map(|(_, why)| why).collect();
    report.unfinished = (!why.is_empty()).then(|| Unfinished { reason: why.join("; ") });
    report.apply_announced();
    report
}

/// The documented table of verdicts, implemented in another way: decides whether each scenario counts, then takes the
/// first row that applies.
fn by_the_table(facts: &Facts, unfinished: bool) -> Verdict {
    let worst = |facts: &[Fact]| Outcome::worst(facts.iter().map(|fact| fact.outcome));
    let covered = |facts: &[Fact], whole: Option<Outcome>, fact: &Fact| match whole {
        Some(outcome) => fact.outcome == outcome || worst(facts) == outcome,
        // Walks share one entry.
        None if fact.walk => facts
            .iter()
            .any(|other| other.walk && other.version == fact.version && deviates(*other) && other.listed == Listed::As(fact.outcome)),
        None => fact.listed == Listed::As(fact.outcome),
    };
    let counts = |wanted: &[Outcome]| {
        facts.iter().any(|(facts, whole)| facts.iter().any(|fact| wanted.contains(&fact.outcome) && !covered(facts, *whole, fact)))
    };
    let better = |outcome: Outcome, than: Outcome| matches!(outcome, Outcome::Passed | Outcome::Warned) && outcome > than;
    let stale = facts.iter().any(|(facts, whole)| match whole {
        Some(outcome) => better(worst(facts), *outcome),
        None => facts.iter().any(|fact| match fact.listed {
            Listed::As(outcome) => !(fact.walk && deviates(*fact)) && better(fact.outcome, outcome),
            Listed::No => false,
        }),
    });
    let verified = facts.iter().any(|(facts, _)| matches!(worst(facts), Outcome::Passed | Outcome::Warned | Outcome::Failed));
    match () {
        () if counts(&[Outcome::Failed]) => Verdict::Nonconformant,
        () if unfinished => Verdict::Inconclusive,
        () if stale => Verdict::Stale,
        () if counts(&[Outcome::Blocked, Outcome::Errored]) => Verdict::Inconclusive,
        () if verified => Verdict::Conformant,
        () => Verdict::NothingVerified,
    }
}

const fn deviates(fact: Fact) -> bool {
    !matches!(fact.outcome, Outcome::Passed | Outcome::Skipped)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_verdict_matches_the_documented_table(facts in any_facts(), cut in prop::bool::weighted(0.2), put_back in prop::bool::weighted(0.8)) {
        let report = report(&facts, cut, put_back);
        prop_assert_eq!(report.verdict, by_the_table(&facts, cut || !put_back), "{:#?}", report.rules);
    }

    #[test]
    fn an_unfinished_run_is_never_a_success(facts in any_facts(), cut in any::<bool>()) {
        let report = report(&facts, cut, !cut);
        prop_assert_eq!(report.unfinished.is_some(), cut);
        if cut {
            prop_assert!(matches!(report.verdict, Verdict::Nonconformant | Verdict::Inconclusive), "{}", report.verdict);
        }
    }

    #[test]
    fn success_needs_something_verified_and_nothing_unexpected(facts in any_facts()) {
        let report = report(&facts, false, true);
        if report.verdict.exit_status() == EXIT_CONFORMANT {
            prop_assert!(report.rules.iter().any(RuleReport::is_checked));
            for rule in &report.rules {
                prop_assert!(rule.unexpected().is_none_or(|outcome| outcome == Outcome::Warned));
                prop_assert!(!rule.is_stale());
            }
        }
    }

    #[test]
    fn every_rule_is_counted_once(facts in any_facts()) {
        let report = report(&facts, false, true);
        let counts = Counts::of(&report.rules);
        let sum: u64 = Outcome::ALL.iter().map(|outcome| counts.by(*outcome)).sum();
        prop_assert_eq!(sum, facts.len() as u64);
        let (checked, applicable) = report.checked();
        prop_assert!(checked <= applicable && applicable <= facts.len());
    }
}
