//! Runs a plan. Only this module knows cucumber's runner.

mod around;
mod assemble;
mod cases;
mod cut;
mod estimate;
mod execute;
mod explain;
mod places;
mod preflight;
mod recorder;
mod restoration;
mod snapshots;
mod stage;
mod walks;

pub use estimate::estimate;
pub use recorder::Progress;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Notify;

use crate::api::Operation;
use crate::graph::{Client, Failures, Limits, Traffic, Wallet};
use crate::plan::{Cast, Plan};
use crate::report::{Note, Outcome, Report};
use crate::snapshot::Snapshots;
use crate::suite::Suite;
use crate::target::Target;
use crate::tenant::Journal;

use places::{Places, TooFew};
use preflight::{Preflight, Scope, Unjudgeable};
use recorder::Record;
use restoration::{LastSeen, Restorer};
use stage::Stage;
use walks::Walked;

/// The client reads at most this many bytes of a body. An answer with three phones is a thousand times smaller.
const LARGEST_BODY: usize = 1 << 20;

/// How long to wait for an endpoint on this machine that refuses connections. It may still be starting.
const WAIT: Duration = Duration::from_secs(10);

/// The options of a run.
pub struct Options<'a> {
    /// Whether advisory rules count as requirements.
    pub strict: bool,
    /// The seed of every random choice.
    pub seed: u64,
    /// The number of generated walks.
    pub walks: u64,
    /// What to do with snapshots of the answers; `None` for nothing.
    pub snapshots: Option<Snapshots>,
    /// A notification ends the run. The run abandons scenarios in flight, puts the users back, and reports what was
    /// judged.
    pub interrupted: Option<Arc<Notify>>,
    /// How long to wait for an endpoint that refuses connections. `None` means ten seconds on the loopback interface
    /// and no wait elsewhere.
    pub wait: Option<Duration>,
    /// The longest time of the run, without the time to put users back. A scenario that takes longer is not judged.
    pub max_duration: Duration,
    /// The file that records the users' phones; `None` for an endpoint that does not outlive the run. The run first
    /// puts back the users that an earlier run left in the file.
    pub journal: Option<Journal>,
    /// Called when a scenario ends, with the counts of ended, planned and failed cases.
    pub progress: &'a dyn Fn(Progress),
    /// Called for each user who could not be put back; the report says so too.
    pub missing: &'a dyn Fn(&Note),
}

impl Default for Options<'_> {
    /// A run without walks, snapshots, journal, time limit and progress messages.
    fn default() -> Self {
        Self {
            strict: false,
            seed: 0,
            walks: 0,
            snapshots: None,
            interrupted: None,
            wait: None,
            max_duration: Duration::MAX,
            journal: None,
            progress: &|_| {},
            missing: &|_| {},
        }
    }
}

/// What a run is asked to do.
#[derive(Clone, Copy)]
struct Job<'a> {
    suite: &'a Arc<Suite>,
    target: &'a Arc<Target>,
    plan: &'a Plan,
    options: &'a Options<'a>,
}

/// The results of a run.
struct Harvest {
    /// The plan, with the cases that the run added because others failed.
    plan: Plan,
    records: Vec<Record>,
    walked: Walked,
    notes: Vec<Note>,
    /// The reasons why the run is unfinished; empty if it is finished.
    undone: Vec<String>,
    traffic: Traffic,
}

/// A run could not begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RunError {
    /// One sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Whether a run of this plan with this number of walks sends any request. A shard may have walks and no scenario.
pub fn sends(plan: &Plan, walks: u64) -> bool {
    !plan.cases.is_empty() || walks > 0 && plan.checked().next().is_some()
}

/// Checks a target: runs the preflight, the scenarios and the walks. Always puts the users back.
///
/// # Errors
/// Fails if the client can't be set up. An endpoint that can't be reached is a finding, not an error.
pub async fn run(suite: &Arc<Suite>, target: &Arc<Target>, plan: &Plan, wallet: Wallet, options: &Options<'_>) -> Result<Report, RunError> {
    let (clock, started_at) = (Instant::now(), SystemTime::now());
    let job = Job { suite, target, plan, options };
    let redactor = Arc::clone(wallet.redactor());
    let client = Arc::new(client(target, wallet, options.wait)?);
    let mut notes = Vec::new();
    let mut records = Vec::new();
    let mut walked = Walked::default();
    let mut undone: Vec<String> = Vec::new();
    // Failing cases may add more cases to the plan.
    let planned = RefCell::new(plan.clone());
    if sends(plan, options.walks) {
        let places = Rc::new(places(plan, target)?);
        let cast = Cast::new(target);
        let preflight = Preflight::new(
            target,
            &cast,
            &client,
            options.seed,
            places.share,
            Scope::of(suite, target, &cast, plan, plan.walks(suite, options.walks).number),
            options.journal.as_ref(),
        );
        // The results so far, for a run that is cut short.
        let (done, said) = (Rc::new(RefCell::new(Vec::new())), RefCell::new(Vec::new()));
        // The users' phones are known only if the run was not cut short.
        let mut seen = LastSeen::default();
        let planned = &planned;
        let work = async {
            preflight.put_back_first().await?;
            let mut examined = preflight.examine().await?;
            said.borrow_mut().append(&mut examined.notes);
            let stage = Rc::new(Stage::new(job, examined, &places));
            let (stage, executed) = execute::execute(stage, &done, options).await;
            planned.replace(Plan::clone(&stage.cases.plan));
            done.borrow_mut().clone_from(&executed.records);
            said.borrow_mut().extend(executed.notes);
            let mut walked = walks::walks(&stage, options.walks, options.seed, &executed.records, executed.explained).await;
            said.borrow_mut().append(&mut walked.notes);
            let seen = LastSeen { phones: stage.seen(), lists_are_right: lists_are_right(&stage, &executed.records, &walked) };
            Ok::<_, Unjudgeable>((executed.records, walked, seen))
        };
        let limits = cut::Limits {
            interrupted: options.interrupted.as_deref(),
            max_duration: options.max_duration,
            request_timeout: target.request_timeout,
        };
        match Box::pin(cut::until_cut(work, &client, limits)).await {
            (result, Some(cut)) => {
                let judged = if let Some(Ok((judged, taken, _))) = result {
                    walked = taken.cut_short();
                    judged
                } else {
                    done.take()
                };
                records = Record::cut_short(&planned.borrow(), judged, &cut.reason());
                notes.push(cut.note());
                notes.append(&mut said.borrow_mut());
                undone.push(cut.reason());
            }
            (Some(Ok((judged, taken, last))), None) => {
                seen = last;
                records = judged;
                walked = taken;
                notes.append(&mut said.borrow_mut());
                if let Some(snapshots) = &options.snapshots {
                    notes.extend(snapshots::compare_or_record(job, snapshots, &planned.borrow(), &mut records, &redactor));
                }
            }
            (Some(Err(unjudgeable)), None) => {
                records = Record::all_unjudged(plan, &unjudgeable);
                let proxy = client.line.proxy.as_ref().filter(|proxy| !unjudgeable.message.contains(&proxy.to_string()));
                notes.push(Note { hint: unjudgeable.hint, ..Note::plain(unjudgeable.message) });
                notes.extend(proxy.map(|proxy| Note::plain(format!("every request passes {proxy}"))));
            }
            (None, None) => unreachable!("work that nobody ends has a result"),
        }
        let put_back = preflight.put_back(&seen).await;
        note_health(&client, &mut notes);
        match put_back.missing.len() {
            0 => {}
            1 => undone.push("1 user could not be put back".to_owned()),
            users => undone.push(format!("{users} users could not be put back")),
        }
        if let Some(note) = put_back.unwritten {
            undone.push("the journal could not be written".to_owned());
            notes.push(note);
        }
        notes.extend(put_back.remarks);
        let missing = put_back.missing.into_iter().map(|missing| assemble::redacted_note(missing.note, &redactor));
        notes.extend(missing.inspect(|note| (options.missing)(note)));
    }
    let traffic = client.health().traffic;
    let harvest = Harvest { plan: planned.into_inner(), records, walked, notes, undone, traffic };
    let report = assemble::report(job, harvest, started_at, clock.elapsed());
    Ok(assemble::redacted(report, &redactor))
}

/// Whether a run judged lists and found no fault at all.
fn lists_are_right(stage: &Stage, records: &[Record], walked: &Walked) -> bool {
    let is_list = |record: &Record| stage.cases.rule(record.case).operation == Operation::List;
    walked.found.is_empty() && records.iter().all(|record| record.outcome == Outcome::Passed) && records.iter().any(is_list)
}

/// Gives the cases of a plan their places among the target's numbers.
fn places(plan: &Plan, target: &Target) -> Result<Places, RunError> {
    Places::new(plan, target).map_err(|TooFew { kind, there, needed }| RunError {
        message: format!("the target's [phone_numbers] make {there} numbers of the kind `{}`, and this run needs {needed}", kind.name()),
        hint: Some(
            "give more `digits` or `prefixes`, leave [phone_numbers] out to use numbers reserved for fiction, or select fewer rules"
                .to_owned(),
        ),
    })
}

/// Checks that the target has enough numbers for a plan.
///
/// # Errors
/// Fails if there are too few.
pub fn has_numbers(plan: &Plan, target: &Target) -> Result<(), RunError> {
    places(plan, target).map(drop)
}

/// Adds what the answers say about the endpoint and the connections to it.
fn note_health(client: &Client, notes: &mut Vec<Note>) {
    if let Some(silence) = client.outage.back() {
        notes.insert(0, Note { hint: silence.hint, ..Note::plain(silence.message) });
    }
    let health = client.health();
    notes.splice(0..0, health.flaws.iter().map(|flaw| Note::flaw(flaw)));
    notes.extend(health.chunks_nothing.then(Note::chunked));
    notes.extend(health.reconnected().then(Note::reconnected));
    let failing = |Failures { operation, status, failed, of }: &Failures| Note::failing(*operation, *status, *failed, *of);
    notes.extend(health.failures().iter().map(failing));
}

/// The result of putting users back from a journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restored {
    /// How many users have their original phones again.
    pub done: usize,
    /// The users who do not, with the commands that would restore them.
    pub missing: Vec<Note>,
    /// The users who no longer exist.
    pub gone: Vec<Note>,
}

/// Puts back the users that an earlier run left in the journal. Users who can't be put back stay in it.
///
/// # Errors
/// Fails if the client can't be set up or the journal can't be written.
pub async fn restore(target: &Target, wallet: Wallet, journal: &Journal) -> Result<Restored, RunError> {
    let Some(left) = journal.left() else { return Ok(Restored::default()) };
    let redactor = Arc::clone(wallet.redactor());
    let client = Arc::new(client(target, wallet, Some(Duration::ZERO))?);
    let put_back = Restorer::new(target, &client, None).put_back(&left.users, &BTreeMap::new()).await;
    let (users, notes): (Vec<_>, Vec<_>) = put_back.missing.into_iter().map(|missing| (missing.original, missing.note)).unzip();
    journal.write(&users, left.reported).map_err(|error| RunError { message: error.to_string(), hint: Some(error.hint().to_owned()) })?;
    let clean = |notes: Vec<Note>| notes.into_iter().map(|note| assemble::redacted_note(note, &redactor)).collect();
    Ok(Restored { done: left.users.len() - users.len() - put_back.remarks.len(), missing: clean(notes), gone: clean(put_back.remarks) })
}

fn client(target: &Target, wallet: Wallet, wait: Option<Duration>) -> Result<Client, RunError> {
    let limits = Limits {
        request_timeout: target.request_timeout,
        max_retry_wait: target.max_retry_wait,
        body: LARGEST_BODY,
        wait: wait.unwrap_or(if target.is_loopback() { WAIT } else { Duration::ZERO }),
        concurrency: target.concurrency,
    };
    let client = Client::new(target, Arc::new(wallet), limits);
    client.map_err(|error| RunError { message: error.to_string(), hint: error.hint().map(str::to_owned) })
}
