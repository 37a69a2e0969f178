//! Records the result of each case.

use std::rc::Rc;
use std::time::Duration;

use crate::api::Operation;
use crate::check::{Mismatch, Watched, watched};
use crate::graph::Exchange;
use crate::plan::{Case, Plan};
use crate::report::{Outcome, Runs, Violation};
use crate::steps::{Breach, Halt, Session};
use crate::suite::{Rule, Scenario, Suite, Watch};

use super::preflight::Unjudgeable;

/// How far a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Cases that have ended.
    pub done: usize,
    /// Cases in all.
    pub all: usize,
    /// Cases that failed so far.
    pub failed: usize,
}

/// The result of a case.
#[derive(Debug, Clone)]
pub struct Record {
    /// The index of the case in the plan.
    pub case: usize,
    /// Its outcome.
    pub outcome: Outcome,
    /// The reason, if the outcome is neither passed nor failed.
    pub reason: Option<String>,
    /// Where the reason comes from.
    pub cause: Cause,
    /// Whether the failing answer is wrong regardless of what other scenarios did.
    pub by_itself: bool,
    /// Whether the scenario started with phones that an earlier scenario created.
    pub inherited: bool,
    /// How often it deviated, if it ran more than once.
    pub runs: Option<Runs>,
    /// What did not hold.
    pub violations: Vec<Violation>,
    /// The requests and answers, shared by the copies of the record.
    pub exchanges: Rc<Vec<Exchange>>,
    /// How many steps held.
    pub held: usize,
    /// The number of exchanges after each step, including the step that did not hold.
    pub sent: Vec<usize>,
    /// The index of the last exchange that was judged.
    pub judged: Option<usize>,
    /// Violations of other rules that were seen in the scenario.
    pub sightings: Vec<Sighting>,
    /// How long it took.
    pub duration: Duration,
    /// How long a write took to show, if it did not show at once.
    pub lag: Option<Duration>,
    /// Whether the scenario did not check that setting up one user left the others unchanged.
    pub relies_on_isolation: bool,
}

/// Where the reason comes from if a case could not be judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cause {
    /// It appeared in the case itself.
    #[default]
    Own,
    /// The preflight had already found it.
    Preflight,
    /// The run ended early.
    Interrupted,
}

/// A violation of one rule, seen during a scenario of another.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// The rule's index in the suite.
    pub rule: usize,
    /// What did not hold.
    pub violation: Violation,
    /// The exchanges that show it: first the request at fault, then the read that shows its effect, if there is one.
    pub exchanges: Vec<Exchange>,
    /// The operation that broke an invariant, if one was broken.
    pub writer: Option<Operation>,
}

impl Record {
    /// Whether a write broke an invariant of a user's phones.
    pub fn has_breach(&self) -> bool {
        self.sightings.iter().any(|sighting| sighting.writer.is_some())
    }

    /// Records every case of a plan as not judged.
    pub fn all_unjudged(plan: &Plan, why: &Unjudgeable) -> Vec<Self> {
        let outcome = if why.transport { Outcome::Errored } else { Outcome::Blocked };
        (0..plan.cases.len()).map(|case| Self::unrun(case, outcome, why.message.clone())).collect()
    }

    /// Adds to `done`, the cases that ended before the run was cut short, all other cases as not judged.
    pub fn cut_short(plan: &Plan, mut done: Vec<Self>, reason: &str) -> Vec<Self> {
        for record in done.iter_mut().filter(|record| record.cause == Cause::Interrupted) {
            record.reason = Some(reason.to_owned());
        }
        for case in 0..plan.cases.len() {
            if !done.iter().any(|record| record.case == case) {
                done.push(Self { cause: Cause::Interrupted, ..Self::unrun(case, Outcome::Errored, reason.to_owned()) });
            }
        }
        done
    }

    /// Whether the case failed, warned or is blocked, or one of its writes broke an invariant.
    pub fn deviates(&self) -> bool {
        matches!(self.outcome, Outcome::Failed | Outcome::Warned | Outcome::Blocked) || self.has_breach()
    }

    /// Whether the case shows a mistake of the endpoint.
    pub fn is_a_finding(&self) -> bool {
        matches!(self.outcome, Outcome::Failed | Outcome::Warned) || self.has_breach()
    }

    /// Shortens the exchanges of a case that passed.
    pub fn shorten(&mut self) {
        if self.outcome == Outcome::Passed {
            let exchanges = Rc::make_mut(&mut self.exchanges);
            exchanges.iter_mut().for_each(Exchange::shorten);
            exchanges.shrink_to_fit();
        }
    }

    /// A case that did not run.
    pub fn unrun(case: usize, outcome: Outcome, reason: String) -> Self {
        Self {
            case,
            outcome,
            reason: Some(reason),
            cause: Cause::Own,
            by_itself: false,
            inherited: false,
            runs: None,
            violations: Vec::new(),
            exchanges: Rc::default(),
            held: 0,
            sent: Vec::new(),
            judged: None,
            sightings: Vec::new(),
            duration: Duration::ZERO,
            lag: None,
            relies_on_isolation: false,
        }
    }

    /// The result of a case whose scenario has ended, without the case's index and the duration. `complaint` is the
    /// runner's error; it counts only if the scenario has none of its own.
    pub fn of(case: &Case, suite: &Suite, session: Session, complaint: Option<String>, strict: bool) -> Self {
        let rule = &suite.rules[case.rule];
        let scenario = &rule.scenarios[case.scenario];
        let mut violations = Vec::new();
        let (outcome, reason) = match (&session.trace.halt, complaint) {
            (Some(Halt::Violated(mismatch) | Halt::WrongPhones(mismatch)), _) => {
                let step = scenario.gherkin.steps.get(session.trace.steps);
                violations.push(Violation {
                    step: step.map_or_else(String::new, |step| format!("{} {}", step.keyword.trim(), step.value)),
                    line: step.map_or(scenario.line, |step| step.position.line),
                    expected: mismatch.expected.clone(),
                    actual: mismatch.actual.clone(),
                    hint: mismatch.hint.clone(),
                    exchange: session.asked.judged,
                });
                (Outcome::of_broken_check(rule.severity, strict), None)
            }
            (Some(Halt::Blocked(reason) | Halt::Preflight(reason)), _) => (Outcome::Blocked, Some(reason.clone())),
            (Some(Halt::Errored(reason) | Halt::Interrupted(reason)), _) => (Outcome::Errored, Some(reason.clone())),
            (None, Some(complaint)) => (Outcome::Errored, Some(complaint)),
            (None, None) if session.trace.steps < scenario.gherkin.steps.len() => (
                Outcome::Errored,
                Some(format!("the scenario ended after {} of {} steps", session.trace.steps, scenario.gherkin.steps.len())),
            ),
            (None, None) => (Outcome::Passed, None),
        };
        let cause = match &session.trace.halt {
            Some(Halt::Preflight(_)) => Cause::Preflight,
            Some(Halt::Interrupted(_)) => Cause::Interrupted,
            _ => Cause::Own,
        };
        let mut sightings = sightings(suite, scenario, rule, &session.conversation.exchanges);
        if outcome == Outcome::Passed {
            sightings.extend(breaches(suite, scenario, &session));
        } else {
            // If an operation is wrong, later reads show its damage. So the rules of these reads are not reported as
            // broken.
            sightings.retain(|sighting| suite.rules[sighting.rule].operation == rule.operation && !rule.operation.reads());
        }
        let inherited = session.people.inherited;
        let (judged, held, sent) = (session.asked.judged, session.trace.steps, session.trace.sent);
        let lag = session.conversation.lag;
        let relies_on_isolation = session.trace.relies_on_isolation;
        let exchanges = Rc::new(session.conversation.exchanges.into_iter().map(Exchange::without_bulk).collect());
        Self {
            reason,
            cause,
            inherited,
            violations,
            exchanges,
            held,
            sent,
            judged,
            sightings,
            lag,
            relies_on_isolation,
            ..Self::unrun(0, outcome, String::new())
        }
    }
}

/// For each watching rule, the first answer that breaks it.
fn sightings(suite: &Suite, scenario: &Scenario, own: &Rule, exchanges: &[Exchange]) -> Vec<Sighting> {
    let mut sightings = Vec::new();
    for (index, rule) in suite.rules.iter().enumerate().filter(|(_, rule)| rule.id != own.id) {
        for watch in rule.watches.iter().filter(|watch| concerns(**watch, rule, own)) {
            let answers = exchanges.iter().enumerate().filter(|(_, exchange)| exchange.operation == rule.operation);
            let broken = answers.into_iter().find_map(|(at, exchange)| match watched(*watch, exchange) {
                Watched::Broken(mismatch) => Some((at, mismatch)),
                Watched::Held | Watched::NotConcerned => None,
            });
            if let Some((at, mismatch)) = broken {
                let violation = violation(rule, format!("while: {}", scenario.gherkin.name), mismatch);
                let exchanges = vec![exchanges[at].clone().without_bulk()];
                sightings.push(Sighting { rule: index, violation, exchanges, writer: None });
            }
        }
    }
    sightings
}

/// The invariants that the scenario's writes broke. Each counts against the rule of the writing operation about this
/// invariant, or against the list's rule if that operation has none.
fn breaches(suite: &Suite, scenario: &Scenario, session: &Session) -> Vec<Sighting> {
    let exchanges = &session.conversation.exchanges;
    let states = |breach: &Breach, operation: Operation| {
        suite.rules.iter().position(|rule| rule.operation == operation && rule.watches.contains(&Watch::Kept(breach.invariant)))
    };
    let sighting = |breach: &Breach| {
        let write = &exchanges[breach.write];
        let rule = states(breach, write.operation).or_else(|| states(breach, Operation::List))?;
        let actual = format!("after {}: {}", write.summary(), breach.mismatch.actual);
        let mismatch = Mismatch { actual, ..breach.mismatch.clone() };
        let violation = violation(&suite.rules[rule], format!("while: {}", scenario.gherkin.name), mismatch);
        // The answer to the write itself may show the broken invariant.
        let shown = if breach.write == breach.read { vec![breach.write] } else { vec![breach.write, breach.read] };
        let exchanges = shown.into_iter().map(|at| exchanges[at].clone().without_bulk()).collect();
        Some(Sighting { rule, violation, exchanges, writer: Some(write.operation) })
    };
    session.aftercare.watch.breaches.iter().filter_map(sighting).collect()
}

/// A violation in the first exchange of a sighting.
fn violation(rule: &Rule, step: String, mismatch: Mismatch) -> Violation {
    let Mismatch { expected, actual, hint } = mismatch;
    Violation { step, line: rule.line, expected, actual, hint, exchange: Some(0) }
}

/// Whether an answer to the operation of `rule`, seen in a scenario of `own`, can break `rule`.
///
/// A refusal can, and so can the answer to a write. A read may be wrong because of an earlier write.
fn concerns(watch: Watch, rule: &Rule, own: &Rule) -> bool {
    watch == Watch::ErrorObject || !rule.operation.reads() || rule.operation == own.operation
}
