//! Runs scenarios through cucumber: first all of them concurrently, then each deviating scenario again, alone.
//!
//! A mistake of the endpoint in one scenario may change a user of another scenario, so that the other scenario fails
//! too. So every scenario that deviates while others run is run again alone. The second run can show that another
//! scenario changed the users; it can't excuse a wrong answer.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::time::{Duration, Instant};

use cucumber::event::{ScenarioFinished, StepError};
use cucumber::{Cucumber, ScenarioType, World as _, Writer, cli, event, parser, runner, writer};
use futures::channel::mpsc;
use futures::{FutureExt as _, StreamExt as _, stream};

use crate::api::Operation;
use crate::report::terminal::text::count;
use crate::report::{Note, Outcome, Runs, Tally};
use crate::steps::{ScenarioWorld, Session};

use super::Options;
use super::around::neighbours;
use super::explain::leave_out_explained;
use super::recorder::{Cause, Progress, Record};
use super::stage::Stage;

/// The results of every case of a plan.
#[derive(Debug, Default)]
pub struct Executed {
    /// Each case's record.
    pub records: Vec<Record>,
    /// Whether a case that fails alone may change other scenarios' users, which explains failures under concurrency.
    pub explained: bool,
    /// What the second runs showed.
    pub notes: Vec<Note>,
}

/// At most this many cases wait for users at a time. Among more waiting cases, the pool finds one that needs fewer
/// requests, but each takes memory.
const MAX_WAITING: usize = 1024;

/// Runs every case of the plan, and more cases if some fail. The returned stage has all of them. `done` collects the
/// results as cases end, for a run that is cut short.
pub async fn execute(stage: Rc<Stage>, done: &Rc<RefCell<Vec<Record>>>, options: &Options<'_>) -> (Rc<Stage>, Executed) {
    let mut executed = planned(&stage, done, options).await;
    leave_out_explained(&stage, &mut executed.records);
    let more = neighbours(&stage, &executed.records);
    if more.is_empty() {
        return (stage, executed);
    }
    let planned = stage.cases.plan.cases.len();
    let stage = Rc::new(stage.with(more));
    let added: Vec<usize> = (planned..stage.cases.plan.cases.len()).collect();
    executed.records.extend(pass(&stage, &added, 1, &Rc::default(), &|_| {}).await);
    leave_out_explained(&stage, &mut executed.records);
    (stage, executed)
}

/// Runs every case of the plan.
async fn planned(stage: &Rc<Stage>, done: &Rc<RefCell<Vec<Record>>>, options: &Options<'_>) -> Executed {
    let all = stage.order();
    let repeats = stage.concurrency > 1 || stage.chained;
    let isolation = &stage.examined.endpoint.isolation;
    if !repeats {
        isolation.distrust();
    }
    // The pool decides which case starts when, because it knows what phones the users have.
    let mut records = pass(stage, &all, 0, done, options.progress).await;
    let in_doubt: Vec<usize> =
        records.iter().filter(|record| record.deviates() && record.cause != Cause::Preflight).map(|record| record.case).collect();
    if !repeats || in_doubt.is_empty() {
        return Executed { records, ..Executed::default() };
    }
    isolation.distrust();
    stage.clear_users().await;
    let alone = pass(stage, &in_doubt, 1, &Rc::default(), &|_| {}).await;
    let changes = |record: &&Record| record.has_breach() || record.is_a_finding() && stage.cases.changes_users(record.case);
    let left_behind = alone.iter().any(|record| changes(&record));
    let explained = alone.iter().filter(changes).any(|record| stage.cases.reaches_others(record.case));
    // If an operation shows other users' phones, it may do so in any scenario that runs while others run.
    let shows_others: BTreeSet<Operation> = alone
        .iter()
        .filter(|record| record.is_a_finding() && stage.cases.shows_others(record.case))
        .map(|record| stage.cases.operation(record.case))
        .collect();
    let mut differ = Differ::default();
    for second in alone {
        if let Some(first) = records.iter_mut().find(|first| first.case == second.case) {
            let id = &stage.cases.scenario(first.case).id;
            let before = first.outcome;
            // A scenario may inherit phones that another scenario's wrong write has damaged.
            let by_others = !first.by_itself && (explained || left_behind && first.inherited);
            let by_a_read = first.judged.and_then(|at| first.exchanges.get(at)).is_some_and(|read| shows_others.contains(&read.operation));
            *first = of_both(first.clone(), second, by_others || by_a_read, stage.deletions_fail());
            differ.note(id, before, first);
        }
    }
    Executed { records, explained, notes: differ.notes(stage.concurrency > 1) }
}

/// The result of a case that deviated while others ran, and then ran again alone.
///
/// The second result replaces the first only if it tells more. An answer that was wrong regardless of other scenarios
/// stays wrong. `explained` means that another scenario may have caused the first result, because a case that fails
/// alone affects other users. Then even a pass replaces the first result.
fn of_both(first: Record, mut second: Record, explained: bool, deletions_fail: bool) -> Record {
    if second.cause == Cause::Interrupted {
        return first;
    }
    let tally = |deviated: bool| Tally { deviated: u64::from(deviated), of: 1 };
    let runs = Some(Runs {
        in_company: tally(first.deviates()),
        alone: if second.outcome == Outcome::Errored { Tally::default() } else { tally(second.deviates()) },
    });
    // The first run did not check that setting up one user left the other unchanged. A wrong answer may come from that.
    let unchecked = first.relies_on_isolation;
    let takes_second = match (first.outcome, second.outcome) {
        (_, Outcome::Errored | Outcome::Skipped) => false,
        (_, Outcome::Failed | Outcome::Warned) => second.outcome <= first.outcome,
        // If phones can't be deleted, phones that the first run left behind block the second.
        (_, Outcome::Blocked) => !deletions_fail && (explained || unchecked || first.outcome == Outcome::Blocked),
        (_, Outcome::Passed) => second.has_breach() || explained,
    };
    if !takes_second {
        return Record { runs, ..first };
    }
    // An answer that breaks another rule does so regardless of other scenarios.
    let seen = first.sightings.into_iter().filter(|sighting| sighting.writer.is_none());
    let unseen: Vec<_> = seen.filter(|sighting| second.sightings.iter().all(|other| other.rule != sighting.rule)).collect();
    second.sightings.extend(unseen);
    Record { runs, ..second }
}

/// Scenarios that deviated while others ran, and passed alone.
#[derive(Debug, Default)]
struct Differ {
    /// Scenarios that keep their first result.
    kept: Vec<String>,
    /// Scenarios that take their second result.
    replaced: Vec<String>,
}

impl Differ {
    fn note(&mut self, id: &str, before: Outcome, record: &Record) {
        let passed_alone = record.runs.is_some_and(|runs| runs.alone.of > 0 && runs.alone.deviated == 0);
        if passed_alone {
            let list = if record.outcome == before && before != Outcome::Passed { &mut self.kept } else { &mut self.replaced };
            list.push(id.to_owned());
        }
    }

    /// The notes. `concurrent` tells whether scenarios ran at the same time.
    fn notes(self, concurrent: bool) -> Vec<Note> {
        let named = |ids: &[String]| {
            let more = ids.len().saturating_sub(NAMED);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            format!("{}{more}", ids[..ids.len().min(NAMED)].join(", "))
        };
        let (others, hint) = if concurrent {
            (
                "while others ran",
                "the endpoint answers differently while other requests are in flight, or only sometimes; `--concurrency 1` runs one scenario at a time",
            )
        } else {
            ("after others", "the endpoint remembers something of earlier scenarios, or its answers vary")
        };
        let kept = (!self.kept.is_empty()).then(|| {
            Note::with_hint(
                format!("{} {} only {others}, not alone: {}", count(self.kept.len(), "scenario"), "deviated", named(&self.kept)),
                hint,
            )
        });
        let replaced = (!self.replaced.is_empty()).then(|| {
            Note::with_hint(
                format!(
                    "{} deviated {others}, because others had changed their users, and passed alone: {}",
                    count(self.replaced.len(), "scenario"),
                    named(&self.replaced)
                ),
                "the rules that failed alone may have changed these users; fix them and run again",
            )
        });
        kept.into_iter().chain(replaced).collect()
    }
}

/// A note names at most this many scenarios.
const NAMED: usize = 3;

/// What the hooks and the writer of one pass share; cucumber runs them all on one task.
struct Shared {
    records: Rc<RefCell<Vec<Record>>>,
    /// How many of these records failed.
    failed: Cell<usize>,
    started: RefCell<HashMap<usize, Instant>>,
}

impl Shared {
    /// Reports how many cases have ended.
    fn tell(&self, all: usize, progress: &dyn Fn(Progress)) {
        progress(Progress { done: self.records.borrow().len(), all, failed: self.failed.get() });
    }
}

/// A scenario whose last step has ended.
struct Ending {
    index: usize,
    session: Option<Session>,
    complaint: Option<String>,
    /// Whether other scenarios were run at the same time.
    in_company: bool,
}

impl Ending {
    /// Takes the late looks, hands the users to the next scenario, and records the result.
    async fn close(mut self, stage: &Stage, shared: &Shared, chained: bool) {
        let mut by_itself = false;
        if let Some(session) = &mut self.session {
            session.look_late().await;
            session.look_back().await;
            by_itself = self.in_company && session.is_wrong_by_itself().await;
            let exchanges = session.conversation.exchanges.len();
            // The scenario may have used up its time, but the cleanup has no limit.
            session.conversation.limit = None;
            session.leave(chained && self.complaint.is_none()).await;
            // Exchanges of the cleanup are not part of the scenario.
            session.conversation.exchanges.truncate(exchanges);
        }
        let index = self.index;
        let duration = shared.started.borrow_mut().remove(&index).map_or(Duration::ZERO, |start| start.elapsed());
        let mut record = if let Some(session) = self.session {
            let result = Record::of(stage.cases.case(index), &stage.cases.suite, session, self.complaint, stage.strict);
            Record { case: index, by_itself, duration, ..result }
        } else {
            let reason = self.complaint.unwrap_or_else(|| "the scenario could not be set up".to_owned());
            Record::unrun(index, Outcome::Errored, reason)
        };
        if !stage.cases.is_compared(index) {
            record.shorten();
        }
        shared.failed.update(|failed| failed + usize::from(record.outcome == Outcome::Failed));
        shared.records.borrow_mut().push(record);
    }
}

/// One pass of cucumber over these cases. After the first round, each case runs alone.
async fn pass(
    stage: &Rc<Stage>,
    cases: &[usize],
    round: usize,
    done: &Rc<RefCell<Vec<Record>>>,
    progress: &dyn Fn(Progress),
) -> Vec<Record> {
    let shared = Rc::new(Shared { records: Rc::clone(done), failed: Cell::default(), started: RefCell::default() });
    let (shared_before, shared_after) = (Rc::clone(&shared), Rc::clone(&shared));
    // In the first round, late looks may happen while later scenarios run. A case that runs again alone takes its late
    // looks before the next case starts.
    let (late, waiting) = mpsc::unbounded();
    let late = (round == 0).then_some(late);
    let chained = stage.chained && round == 0;
    let in_company = round == 0 && (stage.concurrency > 1 || stage.chained);
    let (stage_before, stage_after) = (Rc::clone(stage), Rc::clone(stage));
    let runner = runner::Basic::default()
        .steps(ScenarioWorld::collection())
        .max_concurrent_scenarios(if round == 0 { MAX_WAITING } else { 1 })
        .which_scenario(|_, _, _| ScenarioType::Concurrent)
        .before(move |_, _, scenario, world: &mut ScenarioWorld| {
            let (shared, stage, index) = (Rc::clone(&shared_before), Rc::clone(&stage_before), case_of(scenario));
            async move {
                world.session = Some(stage.session(index, round).await);
                shared.started.borrow_mut().insert(index, Instant::now());
            }
            .boxed_local()
        })
        .after(move |_, _, scenario, finished, world| {
            let (shared, stage, index) = (Rc::clone(&shared_after), Rc::clone(&stage_after), case_of(scenario));
            let complaint = complaint(finished);
            let session = world.and_then(|world| world.session.take());
            let late = late.clone();
            async move {
                let waits = session.as_ref().is_some_and(Session::has_late_looks);
                let mut ending = Ending { index, session, complaint, in_company };
                match late.filter(|_| waits) {
                    // This scenario keeps its users during the late look; the next scenario starts with other users.
                    Some(late) => {
                        ending.session.iter_mut().for_each(|session| session.people.lease.rest());
                        late.unbounded_send(ending).expect("the receiver exists until the last scenario has ended");
                    }
                    None => ending.close(&stage, &shared, chained).await,
                }
            }
            .boxed_local()
        });
    let counter = Counter { shared: Rc::clone(&shared), all: cases.len(), progress };
    let scenarios = Cucumber::<ScenarioWorld, _, (), _, _, cli::Empty>::custom(Planned(features(stage, cases)), runner, counter)
        .with_cli(cli::Opts::<_, _, _, cli::Empty>::default())
        .run(());
    let looks = waiting.for_each_concurrent(None, |ending: Ending| async {
        ending.close(stage, &shared, chained).await;
        shared.tell(cases.len(), progress);
    });
    futures::join!(scenarios, looks);
    let mut records = done.borrow().clone();
    records.sort_by_key(|record| record.case);
    records
}

/// The prefix of the tag that tells the hooks which case runs, because cucumber gives them only the scenario.
const CASE: &str = "case:";

fn case_of(scenario: &gherkin::Scenario) -> usize {
    let tag = scenario.tags.iter().find_map(|tag| tag.strip_prefix(CASE)).and_then(|index| index.parse().ok());
    tag.expect("every scenario of a pass is tagged with its case")
}

/// One feature per case, so that cucumber runs the cases in this order.
fn features(stage: &Stage, cases: &[usize]) -> Vec<parser::Result<gherkin::Feature>> {
    cases
        .iter()
        .map(|index| {
            let rule = stage.cases.rule(*index);
            let mut scenario = stage.cases.scenario(*index).gherkin.clone();
            // Thousands of copies exist at the same time, so each has only what cucumber needs.
            scenario.description = None;
            scenario.examples = Vec::new();
            scenario.tags = vec![format!("{CASE}{index}")];
            Ok(gherkin::Feature::builder()
                .keyword("Feature".to_owned())
                .name(rule.id.clone())
                .scenarios(vec![scenario])
                .path(Some(rule.feature.clone().into()))
                .build())
        })
        .collect()
}

/// The runner's error, for a scenario that has no result of its own.
fn complaint(finished: &ScenarioFinished) -> Option<String> {
    match finished {
        ScenarioFinished::StepPassed => None,
        ScenarioFinished::StepSkipped => Some("a step is not defined".to_owned()),
        ScenarioFinished::BeforeHookFailed(_) => Some("the harness failed while it set the scenario up".to_owned()),
        ScenarioFinished::StepFailed(_, _, StepError::AmbiguousMatch(_)) => Some("a step has more than one definition".to_owned()),
        ScenarioFinished::StepFailed(_, _, error) => Some(format!("the harness failed in a step: {error}")),
    }
}

/// Feeds cucumber the planned features.
struct Planned(Vec<parser::Result<gherkin::Feature>>);

impl parser::Parser<()> for Planned {
    type Cli = cli::Empty;
    type Output = stream::Iter<std::vec::IntoIter<parser::Result<gherkin::Feature>>>;

    fn parse(self, (): (), _: Self::Cli) -> Self::Output {
        stream::iter(self.0)
    }
}

/// Counts scenarios as they end.
struct Counter<'a> {
    shared: Rc<Shared>,
    all: usize,
    progress: &'a dyn Fn(Progress),
}

impl Writer<ScenarioWorld> for Counter<'_> {
    type Cli = cli::Empty;

    async fn handle_event(&mut self, event: parser::Result<event::Event<event::Cucumber<ScenarioWorld>>>, _: &Self::Cli) {
        let finished = event.is_ok_and(|event| {
            matches!(&*event, event::Cucumber::Feature(_, event::Feature::Scenario(_, scenario)) if matches!(scenario.event, event::Scenario::Finished))
        });
        if finished {
            self.shared.tell(self.all, self.progress);
        }
    }
}

// Events are only counted, so their order does not matter.
impl writer::Normalized for Counter<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(outcome: Outcome) -> Record {
        Record { reason: None, ..Record::unrun(0, outcome, String::new()) }
    }

    #[test]
    fn a_second_result_replaces_the_first_only_if_it_tells_more() {
        use Outcome::{Blocked, Errored, Failed, Passed, Warned};
        // The first and second result; then the result of both, without and with an explanation.
        for (first, second, unexplained, explained) in [
            (Failed, Failed, Failed, Failed),
            (Failed, Passed, Failed, Passed),
            (Failed, Blocked, Failed, Blocked),
            (Failed, Errored, Failed, Failed),
            (Warned, Passed, Warned, Passed),
            (Warned, Blocked, Warned, Blocked),
            (Warned, Errored, Warned, Warned),
            (Blocked, Failed, Failed, Failed),
            (Blocked, Warned, Blocked, Blocked),
            (Blocked, Passed, Blocked, Passed),
            (Blocked, Blocked, Blocked, Blocked),
            (Blocked, Errored, Blocked, Blocked),
        ] {
            let outcome = |explained| of_both(record(first), record(second), explained, false).outcome;
            assert_eq!((outcome(false), outcome(true)), (unexplained, explained), "{first} and then {second}");
        }
    }

    #[test]
    fn an_unexplained_failure_is_kept_with_the_number_of_deviations() {
        let both = of_both(record(Outcome::Failed), record(Outcome::Passed), false, false);
        assert_eq!(both.outcome, Outcome::Failed);
        let tally = |deviated| Tally { deviated, of: 1 };
        assert_eq!(both.runs, Some(Runs { in_company: tally(1), alone: tally(0) }));
    }

    #[test]
    fn a_second_run_that_was_interrupted_changes_nothing() {
        let second = Record { cause: Cause::Interrupted, ..record(Outcome::Errored) };
        let both = of_both(record(Outcome::Failed), second, true, false);
        assert_eq!((both.outcome, both.runs), (Outcome::Failed, None));
    }
}
