//! What all scenarios of a run share, and the session that each of them gets.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::api::{Area, Operation};
use crate::check::Phones;
use crate::plan::{Case, Cast, sees_masks};
use crate::steps::{FreshNumbers, People, Session, Setting, keeps, starts, tries_number_of_other};
use crate::suite::Caller;
use crate::target::Target;
use crate::tenant::{Candidates, Conversation, Pool, Terms, VersionFacts, assign, clear};

use super::Job;
use super::cases::Cases;
use super::places::Places;
use super::preflight::Examined;

/// The time limit of a scenario is this many requests and waits of maximum length. Most take less than a second.
const LONGEST_REQUESTS: u32 = 10;

/// The time limit of a scenario. The limit of a request is not enough, because a scenario may send any number of them.
fn limit(target: &Target) -> Duration {
    (target.request_timeout.saturating_add(target.consistency_timeout))
        .saturating_mul(LONGEST_REQUESTS)
        .saturating_add(target.max_retry_wait)
}

/// A caller, the kind of administrator if the case chooses one, and the user under test.
type Part = (Caller, Option<Caller>, Option<usize>);

/// What the scenarios of a run share.
#[derive(Clone)]
pub struct Stage {
    /// The cases to run.
    pub cases: Cases,
    /// Whether advisory rules count as requirements.
    pub strict: bool,
    /// The target.
    pub target: Arc<Target>,
    /// The endpoint, and what the preflight found out about it.
    pub examined: Rc<Examined>,
    /// How the numbers are assigned.
    pub places: Rc<Places>,
    /// The users.
    pub pool: Arc<Pool>,
    /// The identity that plays a caller for a user under test, cached for all cases.
    players: RefCell<BTreeMap<Part, Option<usize>>>,
    /// The largest number of scenarios in flight.
    pub concurrency: usize,
    /// Whether a scenario may start from the phones that the previous scenario left. This needs working deletions and
    /// reliable, immediate reads.
    pub chained: bool,
}

impl Stage {
    /// The stage of a run on an examined target.
    pub fn new(job: Job<'_>, examined: Examined, places: &Rc<Places>) -> Self {
        let target = Arc::clone(job.target);
        let facts = &examined.facts;
        // If deletion does not work, a user can't be reset, so scenarios run one at a time.
        let concurrency = if facts.deletes() { target.concurrency.unwrap_or(target.users.len().max(1)) } else { 1 };
        let pool = Pool::new(target.users.len(), concurrency);
        for (user, known) in &examined.users {
            pool.keep(*user, known.clone());
        }
        let in_order = |facts: &VersionFacts| facts.setup.is_none() && facts.ineffective.is_empty() && !facts.stateless;
        let chained = facts.deletes()
            && target.consistency_timeout.is_zero()
            && examined.endpoint.wrong_lists.is_empty()
            && facts.versions.values().all(in_order);
        Self {
            cases: Cases::new(job.suite, job.plan, job.options.snapshots.is_some()),
            strict: job.options.strict,
            target,
            examined: Rc::new(examined),
            places: Rc::clone(places),
            pool,
            players: RefCell::default(),
            concurrency,
            chained,
        }
    }

    /// This stage with `more` cases.
    pub fn with(&self, more: Vec<Case>) -> Self {
        Self { cases: self.cases.with(more), ..self.clone() }
    }

    /// Whether the run may lend a user. It may if the user's original phones are recorded.
    pub fn is_lendable(&self, user: usize) -> bool {
        self.examined.users.iter().any(|(known, _)| *known == user)
    }

    /// For each user in a case, the users that are suitable and may be lent.
    pub fn lendable(&self, case: &Case) -> Vec<Vec<usize>> {
        let may_be_lent = |users: &Vec<usize>| users.iter().copied().filter(|user| self.is_lendable(*user)).collect();
        case.candidates.iter().map(may_be_lent).collect()
    }

    /// The cases in the order in which they run: the order of the plan, with scenarios marked `last` at the end. If
    /// phones can't be deleted, cases about deletions come first, while some users still have no phones of earlier
    /// scenarios.
    pub fn order(&self) -> Vec<usize> {
        let mut cases: Vec<usize> = (0..self.cases.plan.cases.len()).collect();
        if !self.examined.facts.deletes() {
            let ineffective = self.deletions_fail();
            cases.sort_by_key(|index| {
                let rule = self.cases.rule(*index);
                // If accepted deletions have no effect, only rules about behaviour report this.
                (rule.operation != Operation::Delete, ineffective && rule.area != Area::Behaviour)
            });
        }
        cases.sort_by_key(|index| self.cases.scenario(*index).last);
        cases
    }

    /// Whether the endpoint accepts deletions but keeps the phones.
    pub fn deletions_fail(&self) -> bool {
        self.examined.facts.versions.values().any(|facts| facts.ineffective.contains_key(&Operation::Delete))
    }

    /// Waits for the users that a case needs and builds the session of its scenario.
    ///
    /// Each round has its own numbers, because a wrong endpoint may have damaged those of an earlier round.
    pub async fn session(&self, index: usize, round: usize) -> Session {
        let (case, scenario) = (self.cases.case(index), self.cases.scenario(index));
        let steps = &scenario.gherkin.steps;
        let mut starts = starts(steps, case.version);
        let tried = if tries_number_of_other(steps) { starts.len() } else { 1 };
        for start in starts.iter_mut().take(tried) {
            start.number = case.variation.number;
        }
        let chained = self.chained && round == 0;
        let start = |person: usize| starts.get(person).filter(|_| chained).cloned();
        let candidates: Vec<_> =
            self.candidates(index).into_iter().enumerate().map(|(person, users)| Candidates { users, start: start(person) }).collect();
        let terms = Terms { keeps: !chained || keeps(steps), last: scenario.last };
        let mut lease = self.pool.lease(&candidates, terms).await;
        if !chained {
            lease.known.fill(None);
        }
        let players = self.cast(&scenario.needs.callers, case.variation.caller, lease.users.first().copied());
        let caller = players.get(&Caller::Administrator).copied().unwrap_or(self.examined.endpoint.administrator);
        let mut conversation = Conversation::new(Arc::clone(&self.examined.endpoint), case.version);
        conversation.scenario = Some(scenario.id.clone());
        let limit = limit(&self.target);
        conversation.limit = Instant::now().checked_add(limit).map(|end| (end, limit));
        let setting = Setting {
            facts: Arc::clone(&self.examined.facts),
            variation: case.variation,
            cast: players,
            other_version: self.target.versions.iter().copied().find(|version| *version != case.version),
            masking: self.examined.endpoint.masking || self.target.identities.get(caller).is_some_and(sees_masks),
            single_answer: scenario.single_answer,
            asks_for_effect_of: scenario.asks_for_effect.then_some(self.cases.operation(index)),
        };
        let place = if round == 0 { self.places.case(index) } else { self.places.attempt(case.variation.number) };
        let numbers = FreshNumbers::new(Arc::clone(&self.examined.numbers), case.variation.number, place);
        Session::new(setting, numbers, People::new(lease, &self.target.users, starts), conversation)
    }

    /// The suitable users for each user in a case. If phones can't be deleted, each case starts its search at another
    /// user, to find one that no case has changed yet.
    fn candidates(&self, index: usize) -> Vec<Vec<usize>> {
        let mut candidates = self.lendable(self.cases.case(index));
        // A user that the run does not write to allows few checks, so the case gets another user if possible.
        let others: Vec<Vec<usize>> =
            candidates.iter().map(|users| users.iter().copied().filter(|user| !self.is_left_alone(*user)).collect()).collect();
        if assign(&others, &vec![true; self.target.users.len()]).is_some() {
            candidates = others;
        }
        if !self.examined.facts.deletes() {
            for users in &mut candidates {
                let others = index % users.len().max(1);
                users.rotate_left(others);
            }
        }
        candidates
    }

    /// The phones that users were last seen to have, by user id.
    pub fn seen(&self) -> BTreeMap<String, Phones> {
        let users = self.target.users.iter().zip(self.pool.known());
        users.filter_map(|(user, known)| Some((user.id.clone(), known?.phones))).collect()
    }

    /// Deletes the phones that the last scenarios left. A case that runs again alone must not start with them.
    pub async fn clear_users(&self) {
        for (user, known) in self.pool.known().into_iter().enumerate() {
            let Some(known) = known.filter(|known| !known.phones.is_empty()) else { continue };
            let mut conversation = Conversation::new(Arc::clone(&self.examined.endpoint), known.version);
            // An error does not matter, because the next scenario reads this user's phones again.
            let _ = clear(&mut conversation, &self.target.users[user].id, &known.phones).await;
            self.pool.keep(user, None);
        }
    }

    /// Whether the run must not write to this user of the target.
    pub fn is_left_alone(&self, user: usize) -> bool {
        self.examined.endpoint.left_alone.has(&self.target.users[user].id)
    }

    /// Maps each caller to the identity that plays it.
    fn cast(&self, callers: &BTreeSet<Caller>, administrator: Option<Caller>, user: Option<usize>) -> BTreeMap<Caller, usize> {
        let mut players = self.players.borrow_mut();
        let mut player = |caller| *players.entry((caller, administrator, user)).or_insert_with(|| self.player(caller, administrator, user));
        callers.iter().filter_map(|caller| Some((*caller, player(*caller)?))).collect()
    }

    /// The identity that plays a caller. If possible, the identity that sets up the users also plays the administrator.
    fn player(&self, caller: Caller, administrator: Option<Caller>, user: Option<usize>) -> Option<usize> {
        let cast = Cast::new(&self.target);
        match (caller, administrator) {
            (Caller::Administrator, None) => None,
            (Caller::Administrator, Some(plays)) if cast.plays(self.examined.endpoint.administrator, plays) => {
                Some(self.examined.endpoint.administrator)
            }
            (Caller::Administrator, Some(plays)) => cast.identity(plays, user),
            _ => cast.identity(caller, user),
        }
    }
}
