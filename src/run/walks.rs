//! Walks: all at once, and then alone those that did not go well, made as short as they can be.
//!
//! As with scenarios, what goes wrong beside others may be another's doing. It is held against the endpoint all the same, unless
//! something that is wrong alone explains it.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::{StreamExt as _, stream};
use tokio::time::Instant;

use crate::api::{ApiVersion, Operation};
use crate::graph::Exchange;
use crate::plan::Cast;
use crate::report::{Note, Outcome, Runs, Tally, Violation};
use crate::steps::{Control, VersionFacts};
use crate::target::User;
use crate::tenant::{Conversation, Known, Wish};
use crate::walk::{End, Path, RULES, Step, Walker, Ways, fewer, sequence};

use super::explain::Seen;
use super::recorder::Record;
use super::stage::Stage;

/// How long a walk that went wrong may be made shorter, beside the time that reads may lag.
const SHORTENING: Duration = Duration::from_secs(30);
/// How many waits for lagging reads that may take.
const WAITS: u32 = 10;

/// What came of the walks of a run.
#[derive(Debug, Default)]
pub struct Walked {
    /// How many were taken.
    pub taken: u64,
    /// What they found.
    pub found: Vec<Found>,
    /// Why some were not taken.
    pub notes: Vec<Note>,
}

impl Walked {
    /// What was found by walks of a run that ended meanwhile: of the others nothing can be said.
    pub fn cut_short(mut self) -> Self {
        self.found.retain(|found| matches!(found.outcome, Outcome::Failed | Outcome::Warned));
        self
    }
}

/// A walk that did not go well.
#[derive(Debug)]
pub struct Found {
    /// The rule that it is about: its index in the suite.
    pub rule: usize,
    /// Which walk it was, counted from one.
    pub walk: u64,
    /// The walk in words.
    pub name: String,
    /// The version that was asked.
    pub version: ApiVersion,
    /// What came of it.
    pub outcome: Outcome,
    /// Why, where that is no violation.
    pub reason: Option<String>,
    /// How often it went wrong, where it was taken more than once.
    pub runs: Option<Runs>,
    /// Whether the mistake may reach users of others.
    pub reaches_others: bool,
    /// Its steps, where what came of each is known.
    pub steps: Vec<String>,
    /// What did not hold.
    pub violations: Vec<Violation>,
    /// The requests of the shortest walk, and what was seen last.
    pub exchanges: Vec<Exchange>,
    /// How long it took.
    pub duration: Duration,
}

/// Takes so many walks.
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
    let walks = Walks { stage, seed, number, seen: Seen::of(stage, records) };
    // In whichever shard a walk is taken, it is the same walk.
    let own = |walk: u64| stage.plan.shard.is_none_or(|shard| shard.has(walk - 1));
    let numbered: Vec<_> = (1..=number).zip(grounds.iter().cycle()).filter(|(walk, _)| own(*walk)).collect();
    walked.taken = numbered.len() as u64;
    let first: Vec<_> = stream::iter(numbered)
        .map(|(walk, ground)| {
            let walks = &walks;
            async move {
                let steps = sequence(seed, walk, walks.ways(ground));
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
            End::Diverged { divergence, .. } => divergence.rule,
            End::Blocked(rule, _) | End::Errored(rule, _) => rule,
        };
        let known = |found: &Found, rule: &str| found.version == ground.version && stage.suite.rules[found.rule].id == rule;
        if walked.found.iter().any(|found| known(found, rule)) {
            continue;
        }
        match walks.settle(walk, ground, &steps, taken, explained).await {
            Settled::Found(found) => {
                explained |= found.reaches_others;
                if !walked.found.iter().any(|earlier| earlier.version == found.version && earlier.rule == found.rule) {
                    walked.found.push(found);
                }
            }
            Settled::Explained => acquitted += 1,
            Settled::Unknown => {}
        }
    }
    if acquitted > 0 {
        let hint = "what is wrong alone may have changed the users of these walks; run again once that is fixed";
        walked.notes.push(Note::counted("walks that went wrong beside others, and not alone", acquitted, Some(hint.to_owned())));
    }
    walked
}

/// Where walks can be taken: a version, the users that would do, and what can be asked.
#[derive(Debug)]
struct Ground {
    version: ApiVersion,
    /// Users of one standing with the policy, so that the same seed makes the same walk.
    wishes: Vec<Vec<usize>>,
    operations: Vec<Operation>,
    /// The rules that were asked for.
    selected: BTreeSet<&'static str>,
}

/// Every ground of a run, and why some versions have none.
fn grounds(stage: &Stage) -> Result<(Vec<Ground>, Vec<Note>), Note> {
    let cast = Cast::new(&stage.target);
    let mut users: Vec<usize> =
        stage.lendable.iter().copied().filter(|user| !cast.is_administrator(*user) && !stage.is_left_alone(*user)).collect();
    if cast.administrators().is_empty() {
        users.clear();
    }
    let (mut grounds, mut notes) = (Vec::new(), Vec::new());
    let versions: BTreeSet<ApiVersion> = stage.plan.checked().map(|(_, version)| version).collect();
    for version in versions {
        let facts = &stage.facts.versions[&version];
        let (selected, operations) = selection(stage, version, facts);
        if operations.is_empty() {
            continue;
        }
        if let Some(reason) = obstacle(facts) {
            notes.push(no_walks(&reason, Some(version)));
            continue;
        }
        if users.is_empty() {
            return Err(no_walks("nobody can look after a user", None));
        }
        for allowed in [Some(true), Some(false), None] {
            let group: Vec<usize> = users.iter().copied().filter(|user| stage.target.users[*user].sms_sign_in == allowed).collect();
            if !group.is_empty() {
                let wishes = vec![group.clone(); group.len().min(2)];
                grounds.push(Ground { version, wishes, operations: operations.clone(), selected: selected.clone() });
            }
        }
    }
    Ok((grounds, notes))
}

/// The rules that were asked for of those that a walk can find broken, and the operations that they are about; without those of
/// which the endpoint refuses even the plainest request.
fn selection(stage: &Stage, version: ApiVersion, facts: &VersionFacts) -> (BTreeSet<&'static str>, Vec<Operation>) {
    let mut selected = BTreeSet::new();
    let mut operations = BTreeSet::new();
    for (rule, _) in stage.plan.checked().filter(|(_, checked)| *checked == version) {
        let rule = &stage.suite.rules[rule];
        if let Some(id) = RULES.iter().find(|id| **id == rule.id) {
            selected.insert(*id);
            operations.insert(rule.operation);
        }
    }
    let served = |operation: &Operation| !matches!(facts.controls.get(operation), Some(Control::Refused(_)));
    (selected, operations.into_iter().filter(served).collect())
}

/// Why no walk can be taken where these are the facts.
fn obstacle(facts: &VersionFacts) -> Option<String> {
    if facts.stateless {
        return Some("the endpoint keeps no state".to_owned());
    }
    let stuck = || (!facts.deletes()).then(|| "phones can't be deleted, so that no walk could begin without any".to_owned());
    facts.setup.clone().or_else(stuck)
}

fn no_walks(reason: &str, version: Option<ApiVersion>) -> Note {
    let against = version.map(|version| format!(" against {version}")).unwrap_or_default();
    Note::plain(format!("no walk was taken{against}: {reason}"))
}

/// How one walk ended, with what was said.
struct Taken {
    end: End,
    exchanges: Vec<Exchange>,
}

impl Taken {
    /// Whether it ended with an answer that is the endpoint's own failure, whatever anybody has done to the users.
    fn is_failure(&self) -> bool {
        let End::Diverged { exchanges, judged, .. } = &self.end else { return false };
        exchanges.get(*judged).and_then(|at| self.exchanges.get(*at)).is_some_and(|exchange| exchange.status >= 500)
    }
}

/// Taking walks.
struct Walks<'a> {
    stage: &'a Stage,
    seed: u64,
    /// How many there are.
    number: u64,
    /// What the endpoint knows.
    seen: Seen,
}

/// What a walk that did not go well comes to.
enum Settled {
    /// A finding.
    Found(Found),
    /// Nothing that the walk could be held against: what is wrong elsewhere explains it.
    Explained,
    /// Nothing: its rule is none of the run's.
    Unknown,
}

impl Walks<'_> {
    /// What walks on a ground are made of.
    fn ways<'a>(&'a self, ground: &'a Ground) -> Ways<'a> {
        let named = |user: &usize| self.stage.target.users[*user].user_principal_name.is_some();
        let names = self.seen.names && ground.wishes.iter().flatten().all(named);
        Ways { users: ground.wishes.len(), operations: &ground.operations, callers: &self.seen.callers, names }
    }

    /// Takes these steps once; where walks are `chained`, from what the one before has left.
    async fn take(&self, ground: &Ground, steps: &[Step], chained: bool) -> Taken {
        let wishes: Vec<_> = ground.wishes.iter().map(|users| Wish { users: users.clone(), start: None }).collect();
        let mut lease = self.stage.pool.lease(&wishes, false).await;
        let users = lease.users.iter().map(|user| &self.stage.target.users[*user]);
        let walker = |user: &User| Walker { id: user.id.clone(), name: user.user_principal_name.clone(), allowed: user.sms_sign_in };
        let walkers: Vec<_> = users.map(walker).collect();
        let cast = Cast::new(&self.stage.target);
        let callers = self.seen.callers.iter().filter_map(|caller| Some((*caller, cast.identity(*caller, None)?))).collect();
        let mut conversation = Conversation::new(std::sync::Arc::clone(&self.stage.endpoint), ground.version);
        let places: Vec<_> = self.seen.numbers.iter().map(|kind| (Some(*kind), self.stage.places.attempt(Some(*kind)))).collect();
        let numbers = std::array::from_fn(|index| {
            let (kind, place) = places[index % places.len()];
            self.stage.numbers.number_of(kind, place, index as u64)
        });
        let registers_late = self.stage.facts.versions[&ground.version].registers_late;
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
            *left = phones.map(|phones| Known { version: ground.version, phones, given: Vec::new(), switched: false });
        }
        let end = match end {
            // What nobody asked about is nobody's business, and what comes after it can't be judged.
            End::Diverged { divergence, .. } if !ground.selected.contains(divergence.rule) => End::Held,
            End::Blocked(rule, _) | End::Errored(rule, _) if !ground.selected.contains(rule) => End::Held,
            end => end,
        };
        Taken { end, exchanges: conversation.exchanges }
    }

    /// What a walk that did not go well comes to when it is taken by itself.
    ///
    /// What does not go wrong again, went wrong beside others: that is a finding as well, unless what is wrong elsewhere explains it.
    async fn settle(&self, walk: u64, ground: &Ground, steps: &[Step], first: Taken, explained: bool) -> Settled {
        let clock = Instant::now();
        if !matches!(first.end, End::Diverged { .. }) {
            return match self.doubt(walk, ground, steps, &first.end) {
                // A walk that could not go on beside others may be another's doing.
                Some(found) if found.outcome == Outcome::Blocked => {
                    let alone = self.take(ground, steps, false).await;
                    match alone.end {
                        End::Held if explained => Settled::Explained,
                        End::Diverged { .. } => self.alone(walk, ground, clock, alone, explained).await,
                        _ => Settled::Found(found),
                    }
                }
                Some(found) => Settled::Found(found),
                None => Settled::Unknown,
            };
        }
        let alone = self.take(ground, steps, false).await;
        if matches!(alone.end, End::Diverged { .. }) {
            return self.alone(walk, ground, clock, alone, explained).await;
        }
        if explained && !first.is_failure() {
            return Settled::Explained;
        }
        let runs = Runs { in_company: Tally { deviated: 1, of: 1 }, alone: Tally { deviated: 0, of: 1 } };
        match self.told(walk, ground, clock, first) {
            Some(found) => Settled::Found(Found { runs: Some(runs), reaches_others: false, ..found }),
            None => Settled::Unknown,
        }
    }

    /// A walk that went wrong alone: as short as it can be made, if it goes wrong once more. What does not go wrong each time, goes wrong
    /// now and then, unless what is wrong elsewhere explains it.
    async fn alone(&self, walk: u64, ground: &Ground, clock: Instant, first: Taken, explained: bool) -> Settled {
        let End::Diverged { divergence, steps, .. } = &first.end else { return Settled::Unknown };
        let (rule, shortest) = self.shorten(ground, divergence.rule, steps.clone()).await;
        let again = self.take(ground, &shortest, false).await;
        let as_before = matches!(&again.end, End::Diverged { divergence, .. } if divergence.rule == rule);
        if !as_before && explained && !first.is_failure() {
            return Settled::Explained;
        }
        self.told(walk, ground, clock, if as_before { again } else { first }).map_or(Settled::Unknown, Settled::Found)
    }

    /// What a walk that went wrong has to tell.
    fn told(&self, walk: u64, ground: &Ground, clock: Instant, taken: Taken) -> Option<Found> {
        let End::Diverged { divergence, steps, exchanges, judged } = taken.end else { return None };
        let kept: BTreeSet<usize> = exchanges.into_iter().collect();
        let mut found = self.found(walk, ground, &steps, divergence.rule)?;
        let rule = &self.stage.suite.rules[found.rule];
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

    /// A walk of which nothing is known yet but the rule that it is about.
    fn found(&self, walk: u64, ground: &Ground, steps: &[Step], rule: &str) -> Option<Found> {
        let rule = self.stage.suite.rules.iter().position(|known| known.id == rule)?;
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

    /// A walk that can't be held against the endpoint, and why.
    fn doubt(&self, walk: u64, ground: &Ground, steps: &[Step], end: &End) -> Option<Found> {
        let (rule, outcome, reason) = match end {
            End::Held | End::Diverged { .. } => return None,
            End::Errored(rule, reason) => (*rule, Outcome::Errored, reason.clone()),
            End::Blocked(rule, reason) => (*rule, Outcome::Blocked, reason.clone()),
        };
        let found = self.found(walk, ground, steps, rule)?;
        Some(Found { outcome, reason: Some(reason), ..found })
    }

    /// Leaves out steps as long as something still goes wrong, and answers with the rule that is broken then: a step that has
    /// nothing to do with it may have made it look like another.
    async fn shorten(&self, ground: &Ground, mut rule: &'static str, mut shortest: Vec<Step>) -> (&'static str, Vec<Step>) {
        let deadline = Instant::now() + SHORTENING + self.stage.endpoint.consistency_timeout * WAITS;
        // Without a step that was needed for another, that other may be left out as well: this begins anew until nothing goes.
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
