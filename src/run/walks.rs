//! Takes walks: first all of them concurrently, then each walk that deviated again, alone. Shortens deviating walks as
//! far as possible.
//!
//! As with scenarios, another walk or scenario may have caused a concurrent deviation. It still counts against the
//! endpoint, unless a mistake that also shows alone explains it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::{StreamExt as _, stream};
use tokio::time::Instant;

use crate::api::{ApiVersion, Operation};
use crate::graph::Exchange;
use crate::plan::Cast;
use crate::report::{Note, Outcome, Runs, Tally, Violation};
use crate::target::User;
use crate::tenant::{Candidates, Conversation, KnownPhones, PER_SLOT, Terms, VersionFacts};
use crate::walk::{End, Path, RULES, Step, Walker, Ways, fewer, history, sequence};

use super::explain::Supported;
use super::recorder::Record;
use super::stage::Stage;

/// A random walk has this many users if the target has them.
const USERS: usize = 2;
/// The longest time to shorten a walk, without the waits for lagging reads.
const SHORTENING: Duration = Duration::from_secs(30);
/// How many waits for lagging reads are added to that time.
const WAITS: u32 = 10;

/// The results of the walks of a run.
#[derive(Debug, Default)]
pub struct Walked {
    /// How many walks were taken.
    pub taken: u64,
    /// What they found.
    pub found: Vec<Found>,
    /// Why some walks were not taken.
    pub notes: Vec<Note>,
}

impl Walked {
    /// The findings so far, for a run that was cut short. The other walks are not judged.
    pub fn cut_short(mut self) -> Self {
        self.found.retain(|found| matches!(found.outcome, Outcome::Failed | Outcome::Warned));
        self
    }
}

/// A walk that deviated.
#[derive(Debug)]
pub struct Found {
    /// The index of the rule that it breaks.
    pub rule: usize,
    /// The number of the walk, counted from one.
    pub walk: u64,
    /// The walk in words.
    pub name: String,
    /// The version of the API.
    pub version: ApiVersion,
    /// The outcome.
    pub outcome: Outcome,
    /// The reason, if the outcome is not a violation.
    pub reason: Option<String>,
    /// How often it deviated, if it was taken more than once.
    pub runs: Option<Runs>,
    /// Whether the mistake may affect other scenarios' users.
    pub reaches_others: bool,
    /// Its steps, if the result of each is known.
    pub steps: Vec<String>,
    /// What did not hold.
    pub violations: Vec<Violation>,
    /// The requests of the shortest walk, and the reads that show the violation.
    pub exchanges: Vec<Exchange>,
    /// How long it took.
    pub duration: Duration,
}

/// Takes `number` walks.
pub async fn walks(stage: &Stage, number: u64, seed: u64, records: &[Record], explained: bool) -> Walked {
    let mut walked = Walked::default();
    if number == 0 {
        return walked;
    }
    let grounds = match grounds(stage) {
        Ok((grounds, notes)) => {
            walked.notes = notes;
            grounds
        }
        Err(note) => return Walked { notes: vec![note], ..walked },
    };
    if grounds.is_empty() {
        return walked;
    }
    let walks = Walks { stage, seed, number, supported: Supported::of(stage, records) };
    // A walk keeps its number, and so its steps, in every shard.
    let own = |walk: &u64| stage.cases.plan.shard.is_none_or(|shard| shard.has(walk - 1));
    let numbered: Vec<_> = (1..=number).filter(own).map(|walk| (walk, walks.steps(walk, &grounds))).collect();
    walked.taken = numbered.len() as u64;
    let first: Vec<_> = stream::iter(numbered)
        .map(|(walk, (ground, steps))| {
            let walks = &walks;
            async move {
                let taken = walks.take(ground, &steps, true).await;
                (walk, ground, steps, taken)
            }
        })
        .buffered(stage.concurrency.max(1))
        .collect()
        .await;
    let mut explained = explained;
    let mut acquitted = 0;
    for (walk, ground, steps, taken) in first {
        let rule = match &taken.end {
            End::Held => continue,
            // If an operation lacks its basic effect, a scenario already reports that.
            End::Diverged { steps, .. } if steps.last().is_some_and(|step| lacks_effect(stage, records, step, ground.version)) => continue,
            End::Diverged { divergence, .. } => divergence.rule,
            End::Blocked(rule, _) | End::Errored(rule, _) => rule,
        };
        let known = |found: &Found, rule: &str| found.version == ground.version && stage.cases.suite.rules[found.rule].id == rule;
        if walked.found.iter().any(|found| known(found, rule)) {
            continue;
        }
        match walks.confirm(walk, ground, &steps, taken, explained).await {
            Confirmation::Found(found) => {
                explained |= found.reaches_others;
                if !walked.found.iter().any(|earlier| earlier.version == found.version && earlier.rule == found.rule) {
                    walked.found.push(found);
                }
            }
            Confirmation::Explained => acquitted += 1,
            Confirmation::Unknown => {}
        }
    }
    if acquitted > 0 {
        let hint = "a failure that also shows alone may have changed these walks' users; fix it and run again";
        walked.notes.push(Note::counted("walks that failed only while others ran", acquitted, Some(hint.to_owned())));
    }
    walked
}

/// Whether a scenario that asks for the basic effect of the step's operation failed.
fn lacks_effect(stage: &Stage, records: &[Record], step: &Step, version: ApiVersion) -> bool {
    records.iter().filter(|record| record.outcome == Outcome::Failed).any(|record| {
        let about = (stage.cases.operation(record.case), stage.cases.case(record.case).version);
        stage.cases.scenario(record.case).asks_for_effect && about == (step.operation(), version)
    })
}

/// What walks can use: a version, suitable users, and the possible requests.
#[derive(Debug)]
struct Ground {
    version: ApiVersion,
    /// Users with the same policy, so that the same seed makes the same walk.
    users: Vec<usize>,
    /// Whether the policy allows these users SMS sign-in; `None` if unknown.
    allowed: Option<bool>,
    operations: Vec<Operation>,
    /// The selected rules.
    selected: BTreeSet<&'static str>,
}

/// The grounds of a run, and notes that say why some versions have none.
fn grounds(stage: &Stage) -> Result<(Vec<Ground>, Vec<Note>), Note> {
    let cast = Cast::new(&stage.target);
    let of_walks = |user: &usize| !cast.is_administrator(*user) && !stage.is_left_alone(*user);
    let mut users: Vec<usize> = (0..stage.target.users.len()).filter(|user| stage.is_lendable(*user)).filter(of_walks).collect();
    if cast.administrators().is_empty() {
        users.clear();
    }
    let (mut grounds, mut notes) = (Vec::new(), Vec::new());
    let versions: BTreeSet<ApiVersion> = stage.cases.plan.checked().map(|(_, version)| version).collect();
    for version in versions {
        let facts = &stage.examined.facts.versions[&version];
        let (selected, operations) = selection(stage, version, facts);
        if operations.is_empty() {
            continue;
        }
        if let Some(reason) = obstacle(facts) {
            notes.push(no_walks(&reason, Some(version)));
            continue;
        }
        if users.is_empty() {
            return Err(no_walks("no identity can manage a user", None));
        }
        for allowed in [Some(true), Some(false), None] {
            let users: Vec<usize> = users.iter().copied().filter(|user| stage.target.users[*user].sms_sign_in == allowed).collect();
            if !users.is_empty() {
                grounds.push(Ground { version, users, allowed, operations: operations.clone(), selected: selected.clone() });
            }
        }
    }
    Ok((grounds, notes))
}

/// The selected rules that a walk can break, and their operations. Leaves out operations whose plainest request the
/// endpoint refuses.
fn selection(stage: &Stage, version: ApiVersion, facts: &VersionFacts) -> (BTreeSet<&'static str>, Vec<Operation>) {
    let mut selected = BTreeSet::new();
    let mut operations = BTreeSet::new();
    for (rule, _) in stage.cases.plan.checked().filter(|(_, checked)| *checked == version) {
        let rule = &stage.cases.suite.rules[rule];
        if let Some(id) = RULES.iter().find(|id| **id == rule.id) {
            selected.insert(*id);
            operations.insert(rule.operation);
        }
    }
    let served = |operation: &Operation| !facts.refuses(*operation);
    (selected, operations.into_iter().filter(served).collect())
}

/// Why these facts allow no walk.
fn obstacle(facts: &VersionFacts) -> Option<String> {
    if facts.stateless {
        return Some("the endpoint keeps no state".to_owned());
    }
    let stuck = || (!facts.deletes()).then(|| "phones can't be deleted, so no walk can start without phones".to_owned());
    facts.setup.clone().or_else(stuck)
}

fn no_walks(reason: &str, version: Option<ApiVersion>) -> Note {
    let against = version.map(|version| format!(" against {version}")).unwrap_or_default();
    Note::plain(format!("no walks ran{against}: {reason}"))
}

/// The end of one walk, with its exchanges.
struct Taken {
    end: End,
    exchanges: Vec<Exchange>,
}

impl Taken {
    /// Whether it ended with a 5xx answer. That is the endpoint's failure, whatever other walks did to the users.
    fn is_failure(&self) -> bool {
        let End::Diverged { exchanges, judged, .. } = &self.end else { return false };
        exchanges.get(*judged).and_then(|at| self.exchanges.get(*at)).is_some_and(|exchange| exchange.status >= 500)
    }
}

/// Takes the walks of a run.
struct Walks<'a> {
    stage: &'a Stage,
    seed: u64,
    /// The number of walks.
    number: u64,
    /// The callers, names and numbers that the endpoint knows.
    supported: Supported,
}

/// The result of a walk that deviated.
enum Confirmation {
    /// A finding.
    Found(Found),
    /// No finding, because a mistake found elsewhere explains it.
    Explained,
    /// No finding, because its rule is not part of the run.
    Unknown,
}

impl Walks<'_> {
    /// The ground and the steps of a walk. The first walks are histories, if SMS sign-in can be turned on.
    fn steps<'a>(&self, walk: u64, grounds: &'a [Ground]) -> (&'a Ground, Vec<Step>) {
        let of_histories: Vec<&Ground> = grounds.iter().filter(|ground| ground.allowed == Some(true)).collect();
        let nth = usize::try_from(walk - 1).unwrap_or(usize::MAX);
        let ground = nth.checked_rem(of_histories.len()).map(|at| of_histories[at]);
        let steps = ground.and_then(|ground| Some((ground, history(walk - 1, self.ways(ground, ground.users.len()))?)));
        steps.unwrap_or_else(|| {
            let ground = &grounds[nth % grounds.len()];
            (ground, sequence(self.seed, walk, self.ways(ground, USERS)))
        })
    }

    /// The requests that walks of up to this many users on a ground may use.
    fn ways<'a>(&'a self, ground: &'a Ground, users: usize) -> Ways<'a> {
        let named = |user: &usize| self.stage.target.users[*user].user_principal_name.is_some();
        let names = self.supported.names && ground.users.iter().all(named);
        Ways { users: ground.users.len().min(users), operations: &ground.operations, callers: &self.supported.callers, names }
    }

    /// Takes these steps once. If `chained`, starts from the phones that the previous walk left.
    async fn take(&self, ground: &Ground, steps: &[Step], chained: bool) -> Taken {
        let users = steps.iter().map(|step| step.user + 1).fold(ground.users.len().min(USERS), usize::max);
        let candidates: Vec<_> = (0..users).map(|_| Candidates { users: ground.users.clone(), start: None }).collect();
        let mut lease = self.stage.pool.lease(&candidates, Terms::default()).await;
        let users = lease.users.iter().map(|user| &self.stage.target.users[*user]);
        let walker = |user: &User| Walker { id: user.id.clone(), name: user.user_principal_name.clone(), allowed: user.sms_sign_in };
        let walkers: Vec<_> = users.map(walker).collect();
        let cast = Cast::new(&self.stage.target);
        let callers = self.supported.callers.iter().filter_map(|caller| Some((*caller, cast.identity(*caller, None)?))).collect();
        let mut conversation = Conversation::new(std::sync::Arc::clone(&self.stage.examined.endpoint), ground.version);
        let kinds = &self.supported.numbers;
        let mut places = BTreeMap::new();
        let numbers = std::array::from_fn(|index| {
            let (kind, nth) = (Some(kinds[index % kinds.len()]), (index / kinds.len()) as u64);
            let place = *places.entry((kind, nth / PER_SLOT)).or_insert_with(|| self.stage.places.attempt(kind));
            self.stage.examined.numbers.number_of(kind, place, nth)
        });
        let registers_late = self.stage.examined.facts.versions[&ground.version].registers_late;
        let known = lease.known.iter_mut().map(Option::take).map(|known| known.filter(|known| known.version == ground.version));
        let known: Vec<_> = known.map(|known| known.map(|known| known.phones)).collect();
        let known = if chained && self.stage.chained { known } else { Vec::new() };
        let mut path = Path {
            conversation: &mut conversation,
            walkers: &walkers,
            callers: &callers,
            numbers: &numbers,
            known,
            thorough: !chained,
            registers_late,
        };
        let end = path.take(steps).await;
        for (left, phones) in lease.known.iter_mut().zip(path.known) {
            *left = phones.map(|phones| KnownPhones { version: ground.version, phones, given: Vec::new(), switched: false });
        }
        let end = match end {
            // If the rule was not selected, the walk ends without a finding, because later steps can't be judged.
            End::Diverged { divergence, .. } if !ground.selected.contains(divergence.rule) => End::Held,
            End::Blocked(rule, _) | End::Errored(rule, _) if !ground.selected.contains(rule) => End::Held,
            end => end,
        };
        Taken { end, exchanges: conversation.exchanges }
    }

    /// Takes a deviating walk again, alone, and returns the result.
    ///
    /// A walk that deviates only among others is a finding too, unless a mistake found elsewhere explains it.
    async fn confirm(&self, walk: u64, ground: &Ground, steps: &[Step], first: Taken, explained: bool) -> Confirmation {
        let clock = Instant::now();
        if !matches!(first.end, End::Diverged { .. }) {
            return match self.doubt(walk, ground, steps, &first.end) {
                // If this walk could not go on, another walk may have caused that.
                Some(found) if found.outcome == Outcome::Blocked => {
                    let alone = self.take(ground, steps, false).await;
                    match alone.end {
                        End::Held if explained => Confirmation::Explained,
                        End::Diverged { .. } => self.alone(walk, ground, clock, alone, explained).await,
                        _ => Confirmation::Found(found),
                    }
                }
                Some(found) => Confirmation::Found(found),
                None => Confirmation::Unknown,
            };
        }
        let alone = self.take(ground, steps, false).await;
        if matches!(alone.end, End::Diverged { .. }) {
            return self.alone(walk, ground, clock, alone, explained).await;
        }
        if explained && !first.is_failure() {
            return Confirmation::Explained;
        }
        let runs = Runs { in_company: Tally { deviated: 1, of: 1 }, alone: Tally { deviated: 0, of: 1 } };
        match self.told(walk, ground, clock, first) {
            Some(found) => Confirmation::Found(Found { runs: Some(runs), reaches_others: false, ..found }),
            None => Confirmation::Unknown,
        }
    }

    /// The result of a walk that deviated alone, after shortening. If it deviates only sometimes, it is still a
    /// finding, unless a mistake found elsewhere explains it.
    async fn alone(&self, walk: u64, ground: &Ground, clock: Instant, first: Taken, explained: bool) -> Confirmation {
        let End::Diverged { divergence, steps, .. } = &first.end else { return Confirmation::Unknown };
        let (rule, shortest) = self.shorten(ground, divergence.rule, steps.clone()).await;
        let again = self.take(ground, &shortest, false).await;
        let as_before = matches!(&again.end, End::Diverged { divergence, .. } if divergence.rule == rule);
        if !as_before && explained && !first.is_failure() {
            return Confirmation::Explained;
        }
        self.told(walk, ground, clock, if as_before { again } else { first }).map_or(Confirmation::Unknown, Confirmation::Found)
    }

    /// The finding of a walk that deviated.
    fn told(&self, walk: u64, ground: &Ground, clock: Instant, taken: Taken) -> Option<Found> {
        let End::Diverged { divergence, steps, exchanges, judged } = taken.end else { return None };
        let kept: BTreeSet<usize> = exchanges.into_iter().collect();
        let mut found = self.found(walk, ground, &steps, divergence.rule)?;
        let rule = &self.stage.cases.suite.rules[found.rule];
        found.outcome = Outcome::of_broken_check(rule.severity, self.stage.strict);
        found.reaches_others = steps.iter().map(|step| step.user).collect::<BTreeSet<_>>().len() > 1;
        found.steps = steps.iter().map(ToString::to_string).collect();
        found.violations.push(Violation {
            step: format!("step {} of {0}: {}", steps.len(), found.steps.last().map_or("", String::as_str)),
            line: rule.line,
            expected: divergence.expected,
            actual: divergence.actual,
            hint: divergence.hint,
            exchange: Some(judged),
        });
        let said = taken.exchanges.into_iter().enumerate().filter(|(at, _)| kept.contains(at));
        found.exchanges = said.map(|(_, exchange)| exchange.without_bulk()).collect();
        found.duration = clock.elapsed();
        Some(found)
    }

    /// A finding with only the walk and the rule.
    fn found(&self, walk: u64, ground: &Ground, steps: &[Step], rule: &str) -> Option<Found> {
        let rule = self.stage.cases.suite.rules.iter().position(|known| known.id == rule)?;
        let words: Vec<_> = steps.iter().map(ToString::to_string).collect();
        let name = format!("Walk {walk} of {} with seed {}: {}", self.number, self.seed, words.join(", "));
        Some(Found {
            rule,
            walk,
            name,
            version: ground.version,
            outcome: Outcome::Errored,
            reason: None,
            runs: None,
            reaches_others: false,
            steps: Vec::new(),
            violations: Vec::new(),
            exchanges: Vec::new(),
            duration: Duration::ZERO,
        })
    }

    /// The finding of a walk that could not be judged, with the reason.
    fn doubt(&self, walk: u64, ground: &Ground, steps: &[Step], end: &End) -> Option<Found> {
        let (rule, outcome, reason) = match end {
            End::Held | End::Diverged { .. } => return None,
            End::Errored(rule, reason) => (*rule, Outcome::Errored, reason.clone()),
            End::Blocked(rule, reason) => (*rule, Outcome::Blocked, reason.clone()),
        };
        let found = self.found(walk, ground, steps, rule)?;
        Some(Found { outcome, reason: Some(reason), ..found })
    }

    /// Removes steps while the walk still deviates. Returns the rule that the shortened walk breaks, and its steps. It
    /// may break another rule than before.
    async fn shorten(&self, ground: &Ground, mut rule: &'static str, mut shortest: Vec<Step>) -> (&'static str, Vec<Step>) {
        let deadline = Instant::now() + SHORTENING + self.stage.examined.endpoint.consistency_timeout * WAITS;
        // Some steps can be removed only after others, so the loop starts again after each removal.
        'anew: loop {
            for fewer in fewer(&shortest) {
                if Instant::now() > deadline {
                    return (rule, shortest);
                }
                if let End::Diverged { divergence, steps, .. } = self.take(ground, &fewer, false).await.end {
                    rule = divergence.rule;
                    shortest = steps;
                    continue 'anew;
                }
            }
            return (rule, shortest);
        }
    }
}
