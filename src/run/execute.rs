//! Scenarios through cucumber: all at once, and then once more alone what did not go well.
//!
//! A mistake of the endpoint that reaches a user whom another scenario has at that moment would be blamed on that other
//! scenario. So whatever deviates while others run is run again by itself, and that result counts.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use cucumber::event::{ScenarioFinished, StepError};
use cucumber::{Cucumber, ScenarioType, World as _, Writer, cli, event, parser, runner, writer};
use futures::channel::mpsc;
use futures::{FutureExt as _, StreamExt as _, stream};

use crate::report::Outcome;
use crate::steps::{ScenarioWorld, Session};

use super::Options;
use super::explain::leave_out_explained;
use super::recorder::{Cause, Progress, Record};
use super::stage::Stage;

/// Runs every case of the plan. `done` has what has ended, for whoever loses patience.
pub async fn execute(stage: &Rc<Stage>, done: &Rc<RefCell<Vec<Record>>>, options: &Options<'_>) -> Vec<Record> {
    let all = stage.order();
    // Who of them begins when is for the pool to say, which knows what the users have.
    let mut records = pass(stage, &all, 0, None, done, options.progress).await;
    let in_doubt: Vec<usize> =
        records.iter().filter(|record| deviates(record) && record.cause != Cause::Known).map(|record| record.case).collect();
    if (stage.concurrency > 1 || stage.chained) && !in_doubt.is_empty() {
        let alone = pass(stage, &in_doubt, 1, Some(1), &Rc::default(), &|_| {}).await;
        settle(&mut records, alone, stage.deletions_fail());
    }
    leave_out_explained(stage, &mut records);
    records
}

fn deviates(record: &Record) -> bool {
    matches!(record.outcome, Outcome::Failed | Outcome::Warned | Outcome::Blocked) || record.has_breach()
}

/// Takes the second results. Where nothing at all deviates alone, it was the company that made the difference, and that is a
/// finding too: then the first results stand.
fn settle(records: &mut [Record], alone: Vec<Record>, leftovers: bool) {
    if !alone.iter().any(deviates) {
        return;
    }
    // A run that ends meanwhile takes nothing back of what was found before.
    for record in alone.into_iter().filter(|record| record.cause != Cause::Interrupted) {
        // Where phones can't be deleted, what the first pass has left behind blocks the second: that acquits nobody.
        let blocked = leftovers && record.outcome == Outcome::Blocked;
        if let Some(first) = records.iter_mut().find(|first| first.case == record.case && !(blocked && first.outcome != Outcome::Blocked)) {
            *first = record;
        }
    }
}

/// What the hooks and the writer of one pass share; cucumber runs all of them on one task.
struct Shared {
    records: Rc<RefCell<Vec<Record>>>,
    started: RefCell<HashMap<usize, Instant>>,
}

/// A scenario whose last step is over.
struct Ending {
    index: usize,
    session: Option<Session>,
    complaint: Option<String>,
}

impl Ending {
    /// Looks again at what may show late, leaves the users to the next scenario, and keeps what became of the case.
    async fn close(mut self, stage: &Stage, shared: &Shared, chained: bool) {
        if let Some(session) = &mut self.session {
            session.look_late().await;
            session.look_back().await;
            let said = session.conversation.exchanges.len();
            // However long it took, its phones are not left to others.
            session.conversation.limit = None;
            session.leave(chained && self.complaint.is_none()).await;
            // What is said while leaving is nothing that the scenario is about.
            session.conversation.exchanges.truncate(said);
        }
        let index = self.index;
        let duration = shared.started.borrow_mut().remove(&index).map_or(Duration::ZERO, |start| start.elapsed());
        let record = if let Some(session) = self.session {
            Record::of(index, &stage.plan.cases[index], &stage.suite, session, self.complaint, stage.strict, duration)
        } else {
            let reason = self.complaint.unwrap_or_else(|| "the scenario could not be set up".to_owned());
            Record::unrun(index, Outcome::Errored, reason)
        };
        shared.records.borrow_mut().push(record);
    }
}

/// One pass of cucumber over these cases.
async fn pass(
    stage: &Rc<Stage>,
    cases: &[usize],
    round: usize,
    concurrency: Option<usize>,
    done: &Rc<RefCell<Vec<Record>>>,
    progress: &dyn Fn(Progress),
) -> Vec<Record> {
    let shared = Rc::new(Shared { records: Rc::clone(done), started: RefCell::default() });
    let (shared_before, shared_after) = (Rc::clone(&shared), Rc::clone(&shared));
    // What is run again by itself is left alone until the end.
    let (late, waiting) = mpsc::unbounded();
    let late = (round == 0).then_some(late);
    let chained = stage.chained && round == 0;
    let (stage_before, stage_after) = (Rc::clone(stage), Rc::clone(stage));
    let runner = runner::Basic::default()
        .steps(ScenarioWorld::collection())
        .max_concurrent_scenarios(concurrency)
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
                let mut ending = Ending { index, session, complaint };
                match late.filter(|_| waits) {
                    // The users stay lent while the next scenario begins with others.
                    Some(late) => {
                        ending.session.iter_mut().for_each(|session| session.lease.rest());
                        late.unbounded_send(ending).expect("whoever waits is listened to until the last scenario has ended");
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
    let looks = waiting.for_each_concurrent(None, |ending: Ending| async { ending.close(stage, &shared, chained).await });
    futures::join!(scenarios, looks);
    let mut records = done.borrow().clone();
    records.sort_by_key(|record| record.case);
    records
}

/// How a case is told to the hooks: cucumber hands them the scenario and nothing else.
const CASE: &str = "case:";

fn case_of(scenario: &gherkin::Scenario) -> usize {
    let tag = scenario.tags.iter().find_map(|tag| tag.strip_prefix(CASE)).and_then(|index| index.parse().ok());
    tag.expect("every scenario of a pass is tagged with its case")
}

/// One feature for each case, so that they run in the order of the plan.
fn features(stage: &Stage, cases: &[usize]) -> Vec<parser::Result<gherkin::Feature>> {
    cases
        .iter()
        .map(|index| {
            let case = &stage.plan.cases[*index];
            let rule = &stage.suite.rules[case.rule];
            let mut scenario = rule.scenarios[case.scenario].gherkin.clone();
            scenario.examples.clear();
            scenario.tags.push(format!("{CASE}{index}"));
            Ok(gherkin::Feature::builder()
                .keyword("Feature".to_owned())
                .name(rule.id.clone())
                .scenarios(vec![scenario])
                .path(Some(rule.feature.clone().into()))
                .build())
        })
        .collect()
}

/// What the runner says where the scenario itself has nothing to say.
fn complaint(finished: &ScenarioFinished) -> Option<String> {
    match finished {
        ScenarioFinished::StepPassed => None,
        ScenarioFinished::StepSkipped => Some("a step is not defined".to_owned()),
        ScenarioFinished::BeforeHookFailed(_) => Some("the harness failed while it set the scenario up".to_owned()),
        ScenarioFinished::StepFailed(_, _, StepError::AmbiguousMatch(_)) => Some("a step can be read in more than one way".to_owned()),
        ScenarioFinished::StepFailed(_, _, error) => Some(format!("the harness failed in a step: {error}")),
    }
}

/// Hands cucumber what was planned.
struct Planned(Vec<parser::Result<gherkin::Feature>>);

impl parser::Parser<()> for Planned {
    type Cli = cli::Empty;
    type Output = stream::Iter<std::vec::IntoIter<parser::Result<gherkin::Feature>>>;

    fn parse(self, (): (), _: Self::Cli) -> Self::Output {
        stream::iter(self.0)
    }
}

/// Counts the scenarios that end.
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
            let records = self.shared.records.borrow();
            let failed = records.iter().filter(|record| record.outcome == Outcome::Failed).count();
            (self.progress)(Progress { done: records.len(), all: self.all, failed });
        }
    }
}

// Events are only counted, in whatever order they come.
impl writer::Normalized for Counter<'_> {}
