//! Running a plan: the only place that knows cucumber's runner.

mod around;
mod assemble;
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

use crate::graph::{Client, Failures, Limits, Wallet};
use crate::plan::{Cast, Plan};
use crate::report::{Note, Report, Unfinished};
use crate::snapshot::Snapshots;
use crate::suite::Suite;
use crate::target::Target;
use crate::tenant::Journal;

use places::{Places, TooFew};
use preflight::{Preflight, Scope, Unjudgeable};
use recorder::Record;
use restoration::Restorer;
use stage::Stage;
use walks::Walked;

/// Largest body that is read, in bytes: an answer about three phones has a thousandth of it.
const LARGEST_BODY: usize = 1 << 20;

/// How long an endpoint on this machine is waited for that refuses connections: it may be about to start.
const WAIT: Duration = Duration::from_secs(10);

/// How a run is to be done.
pub struct Options<'a> {
    /// Scenarios in flight at most; `None` for as many as the users allow.
    pub concurrency: Option<usize>,
    /// Whether advisory rules count as requirements.
    pub strict: bool,
    /// What everything that is chosen at random is chosen from.
    pub seed: u64,
    /// How many generated walks are taken besides the scenarios.
    pub walks: u64,
    /// What to do with snapshots of the answers; `None` for nothing.
    pub snapshots: Option<Snapshots>,
    /// Asks for an end: scenarios in flight are abandoned, users are put back, and what was judged is reported.
    pub interrupted: Option<Arc<Notify>>,
    /// How long an endpoint is waited for that refuses connections; `None` for ten seconds on this machine's loopback, and for no time
    /// elsewhere.
    pub wait: Option<Duration>,
    /// How long the run may take, but for putting users back; what has not ended by then is not judged.
    pub max_duration: Duration,
    /// Where it is written what users had; `None` for an endpoint that does not outlive the run. Users whom an earlier run has left in it
    /// are put back first.
    pub journal: Option<Journal>,
    /// Told of each scenario that ends: how many have, of how many, and how many of them deviate.
    pub progress: &'a dyn Fn(Progress),
    /// Told of each user who could not be put back; the report says so as well.
    pub missing: &'a dyn Fn(&Note),
}

/// A run that could not begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RunError {
    /// One sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Whether a run of a plan with so many walks sends anything; a shard may have walks and no scenario.
pub fn sends(plan: &Plan, walks: u64) -> bool {
    !plan.cases.is_empty() || walks > 0 && plan.checked().next().is_some()
}

/// Checks a target: preflight, scenarios, and the users put back, whatever the outcome.
///
/// # Errors
/// Fails where the client can't be set up; an endpoint that can't be reached is a finding, not an error.
pub async fn run(suite: &Arc<Suite>, target: &Arc<Target>, plan: &Plan, wallet: Wallet, options: &Options<'_>) -> Result<Report, RunError> {
    let clock = Instant::now();
    let started_at = SystemTime::now();
    let redactor = Arc::clone(wallet.redactor());
    let client = Arc::new(client(target, wallet, options.wait, options.concurrency.or(target.concurrency))?);
    let mut notes = Vec::new();
    let mut records = Vec::new();
    let mut walked = Walked::default();
    let mut undone: Vec<String> = Vec::new();
    // What is found may call for more cases.
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
        // What a run that is cut has come to.
        let (done, said) = (Rc::new(RefCell::new(Vec::new())), RefCell::new(Vec::new()));
        // What users have is known where no case was broken off.
        let mut seen = BTreeMap::new();
        let planned = &planned;
        let work = async {
            preflight.put_back_first().await?;
            let mut examined = preflight.examine().await?;
            said.borrow_mut().append(&mut examined.notes);
            let stage = Rc::new(Stage::new(suite, target, plan, &examined, &places, options));
            let (stage, executed) = execute::execute(stage, &done, options).await;
            planned.replace(Plan::clone(&stage.plan));
            done.borrow_mut().clone_from(&executed.records);
            said.borrow_mut().extend(executed.notes);
            let mut walked = walks::walks(&stage, options.walks, options.seed, &executed.records, executed.explained).await;
            said.borrow_mut().append(&mut walked.notes);
            Ok::<_, Unjudgeable>((executed.records, walked, stage.seen()))
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
            (Some(Ok((judged, taken, phones))), None) => {
                seen = phones;
                records = judged;
                walked = taken;
                notes.append(&mut said.borrow_mut());
                if let Some(snapshots) = &options.snapshots {
                    notes.extend(snapshots::settle(snapshots, suite, target, &planned.borrow(), &mut records, &redactor, options.strict));
                }
            }
            (Some(Err(unjudgeable)), None) => {
                records = Record::all_unjudged(plan, &unjudgeable);
                let proxy = client.proxy().filter(|proxy| !unjudgeable.message.contains(&proxy.to_string()));
                notes.push(Note { hint: unjudgeable.hint, ..Note::plain(unjudgeable.message) });
                notes.extend(proxy.map(|proxy| Note::plain(format!("every request passes {proxy}"))));
            }
            (None, None) => unreachable!("work that nobody ends has a result"),
        }
        let put_back = preflight.put_back(&seen).await;
        if let Some(silence) = client.was_silent() {
            notes.insert(0, Note { hint: silence.hint, ..Note::plain(silence.message) });
        }
        notes.splice(0..0, client.flaws().iter().map(|flaw| Note::flaw(flaw)));
        notes.extend(client.chunks_nothing().then(Note::chunked));
        notes.extend(client.reconnected().then(Note::reconnected));
        notes.extend(client.failures().into_iter().map(|failures| failing(&failures)));
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
    let unfinished = (!undone.is_empty()).then(|| Unfinished { reason: undone.join("; ") });
    let plan = planned.into_inner();
    let report =
        assemble::report(suite, target, &plan, records, walked, notes, unfinished, client.traffic(), options, started_at, clock.elapsed());
    Ok(assemble::redacted(report, &redactor))
}

/// The places of a plan among a target's numbers.
fn places(plan: &Plan, target: &Target) -> Result<Places, RunError> {
    Places::new(plan, target).map_err(|TooFew { kind, there, needed }| RunError {
        message: format!("the target's [phone_numbers] make {there} numbers of the kind `{}`, and this run needs {needed}", kind.name()),
        hint: Some(
            "give more `digits` or `prefixes`, leave [phone_numbers] out to use numbers reserved for fiction, or select fewer rules"
                .to_owned(),
        ),
    })
}

/// Whether a target has the numbers that a plan needs.
///
/// # Errors
/// Fails where it has not.
pub fn has_numbers(plan: &Plan, target: &Target) -> Result<(), RunError> {
    places(plan, target).map(drop)
}

/// An endpoint that answers one and the same request with an error now and then.
fn failing(failures: &Failures) -> Note {
    let Failures { operation, status, failed, of } = failures;
    Note::with_hint(
        format!("{operation} sometimes answers {status}: {failed} of {of}"),
        "the same request is answered otherwise at other times; rules that met with this fail or are blocked, and may pass another time",
    )
}

/// What came of putting users back from a journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restored {
    /// How many users have again what the run found.
    pub done: usize,
    /// Who has not, and the commands that would bring it about.
    pub missing: Vec<Note>,
    /// Who is no longer there.
    pub gone: Vec<Note>,
}

/// Puts the users back whom an earlier run has left in the journal, and keeps in it those who could not be.
///
/// # Errors
/// Fails where the client can't be set up, and where the journal can't be written.
pub async fn restore(target: &Target, wallet: Wallet, journal: &Journal) -> Result<Restored, RunError> {
    let Some(left) = journal.left() else { return Ok(Restored::default()) };
    let redactor = Arc::clone(wallet.redactor());
    let client = Arc::new(client(target, wallet, Some(Duration::ZERO), target.concurrency)?);
    let put_back = Restorer::new(target, &client, None).put_back(&left.users, &BTreeMap::new()).await;
    let (users, notes): (Vec<_>, Vec<_>) = put_back.missing.into_iter().map(|missing| (missing.original, missing.note)).unzip();
    journal.write(&users, left.reported).map_err(|error| RunError { message: error.to_string(), hint: Some(error.hint().to_owned()) })?;
    let clean = |notes: Vec<Note>| notes.into_iter().map(|note| assemble::redacted_note(note, &redactor)).collect();
    Ok(Restored { done: left.users.len() - users.len() - put_back.remarks.len(), missing: clean(notes), gone: clean(put_back.remarks) })
}

fn client(target: &Target, wallet: Wallet, wait: Option<Duration>, concurrency: Option<usize>) -> Result<Client, RunError> {
    let limits = Limits {
        request_timeout: target.request_timeout,
        max_retry_wait: target.max_retry_wait,
        body: LARGEST_BODY,
        wait: wait.unwrap_or(if target.is_loopback() { WAIT } else { Duration::ZERO }),
        concurrency,
    };
    let client = Client::new(target, Arc::new(wallet), limits);
    client.map_err(|error| RunError { message: error.to_string(), hint: error.hint().map(str::to_owned) })
}
