//! Running a plan: the only place that knows cucumber's runner.

mod assemble;
mod execute;
mod preflight;
mod recorder;
mod snapshots;
mod stage;
mod walks;

pub use recorder::Progress;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use tokio::sync::Notify;

use crate::api::ApiVersion;
use crate::graph::{Client, Limits, Wallet};
use crate::plan::{Cast, Plan};
use crate::report::{Note, Report, Verdict};
use crate::snapshot::Snapshots;
use crate::suite::Suite;
use crate::target::Target;
use crate::tenant::{Endpoint, Original, Restoration};

use preflight::Preflight;
use recorder::Record;
use stage::Stage;
use walks::Walked;

/// Largest body that is read, in bytes: an answer about three phones has a thousandth of it.
const LARGEST_BODY: usize = 1 << 20;

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
    /// Told of each scenario that ends: how many have, of how many, and how many of them deviate.
    pub progress: &'a dyn Fn(Progress),
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

/// Checks a target: preflight, scenarios, and the users put back, whatever the outcome.
///
/// # Errors
/// Fails where the client can't be set up; an endpoint that can't be reached is a finding, not an error.
pub async fn run(suite: &Arc<Suite>, target: &Arc<Target>, plan: &Plan, wallet: Wallet, options: &Options<'_>) -> Result<Report, RunError> {
    let clock = Instant::now();
    let started_at = SystemTime::now();
    let redactor = Arc::clone(wallet.redactor());
    let client = Arc::new(client(target, wallet)?);
    let mut notes = Vec::new();
    let mut records = Vec::new();
    let mut walked = Walked::default();
    let mut complete = true;
    if !plan.cases.is_empty() {
        let cast = Cast::new(target);
        let preflight = Preflight::new(target, &cast, &client, options.seed);
        let done = Rc::new(RefCell::new(Vec::new()));
        let work = async {
            let examined = preflight.examine().await?;
            let stage = Rc::new(Stage::new(suite, target, plan, &examined, options));
            let records = execute::execute(&stage, &done, options).await;
            let walked = walks::walks(&stage, options.walks, options.seed, &records).await;
            Ok((records, examined.notes, walked))
        };
        match with_interruption(work, options.interrupted.as_deref()).await {
            None => {
                records = Record::interrupted(plan, done.take());
                notes.push(Note { message: "the run was interrupted: what had not ended by then was not judged".to_owned(), hint: None });
            }
            Some(Err(unjudgeable)) => {
                records = Record::all_unjudged(plan, &unjudgeable);
                notes.push(Note { message: unjudgeable.message, hint: unjudgeable.hint });
            }
            Some(Ok((judged, seen, mut taken))) => {
                records = judged;
                notes.extend(seen);
                notes.append(&mut taken.notes);
                walked = taken;
                if let Some(snapshots) = &options.snapshots {
                    notes.extend(snapshots::settle(snapshots, suite, target, plan, &mut records, &redactor, options.strict));
                }
            }
        }
        if let Some((endpoint, originals)) = preflight.touched() {
            let missing = put_back(&endpoint, target, &originals).await;
            complete = missing.is_empty();
            notes.extend(missing);
        }
    }
    let mut report = assemble::report(suite, target, plan, records, walked, notes, client.traffic(), options, started_at, clock.elapsed());
    if !complete && report.verdict == Verdict::Conformant {
        // Users who are not as they were found are nothing that a run may pass over.
        report.verdict = Verdict::Inconclusive;
    }
    Ok(assemble::redacted(report, &redactor))
}

/// Works until the work is done, or until somebody asks for an end: then there is no result.
async fn with_interruption<T>(work: impl Future<Output = T>, interrupted: Option<&Notify>) -> Option<T> {
    let Some(interrupted) = interrupted else { return Some(work.await) };
    tokio::select! {
        result = work => Some(result),
        () = interrupted.notified() => None,
    }
}

fn client(target: &Target, wallet: Wallet) -> Result<Client, RunError> {
    let limits = Limits { request_timeout: target.request_timeout, max_retry_wait: target.max_retry_wait, body: LARGEST_BODY };
    let client = Client::new(target, Arc::new(wallet), limits);
    client.map_err(|error| RunError { message: error.to_string(), hint: error.hint().map(str::to_owned) })
}

/// Puts a user back through the first version in which that works.
async fn restore(original: &Original, endpoint: &Arc<Endpoint>, versions: &[ApiVersion]) -> Restoration {
    let mut result = Restoration::Done;
    for version in versions {
        result = original.restore(endpoint, *version).await;
        if result == Restoration::Done {
            break;
        }
    }
    result
}

/// Puts every user back, and says of whom that could not be done.
async fn put_back(endpoint: &Arc<Endpoint>, target: &Target, originals: &[Original]) -> Vec<Note> {
    // Whatever the scenarios have met with, users are owed a try.
    endpoint.client.hope_again();
    let restorations = futures::future::join_all(originals.iter().map(|original| restore(original, endpoint, &target.versions))).await;
    restorations
        .into_iter()
        .filter_map(|restoration| match restoration {
            Restoration::Done => None,
            Restoration::Incomplete { message, commands } => {
                let hint = (!commands.is_empty()).then(|| format!("these commands would: {}", commands.join(" && ")));
                Some(Note { message, hint })
            }
        })
        .collect()
}
