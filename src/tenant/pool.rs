//! Lends each user to one scenario at a time. The scenario that needs the fewest requests to set up its users comes
//! first.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::oneshot;
use tokio::task::yield_now;

use super::{KnownPhones, Start, distance};

/// The free users, and the scenarios that wait for users.
#[derive(Debug)]
pub struct Pool {
    state: Mutex<State>,
}

/// The users who are suitable for one person of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidates {
    /// Indices into the target's users.
    pub users: Vec<usize>,
    /// The phones that the scenario starts from; `None` if any phones will do.
    pub start: Option<Start>,
}

/// When a scenario gets its users, compared with other scenarios.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Terms {
    /// Whether the scenario should leave its users unchanged.
    pub keeps: bool,
    /// Whether the scenario waits until only scenarios with `last` wait.
    pub last: bool,
}

/// Users that belong to one scenario until the lease is dropped.
#[derive(Debug)]
pub struct Lease {
    /// Indices into the target's users.
    pub users: Vec<usize>,
    /// The phones that each user is known to have. When the lease is dropped, the next scenario starts from these.
    pub known: Vec<Option<KnownPhones>>,
    /// Whether the scenario counts as in flight.
    in_flight: bool,
    pool: Arc<Pool>,
}

#[derive(Debug)]
struct State {
    free: Vec<bool>,
    known: Vec<Option<KnownPhones>>,
    /// The different starting phones of all scenarios that asked for users.
    starts: Vec<Start>,
    /// For each user and each start, the number of requests from the user's phones to the start.
    distances: Vec<Vec<usize>>,
    /// For each user, the number of its last loan.
    lent: Vec<u64>,
    loans: u64,
    /// Whether a scenario without users may start. Only one is in flight at a time, because a wrong endpoint may treat
    /// the callers of all such scenarios as one user.
    userless_may_start: bool,
    /// How many more scenarios may be in flight.
    slots: usize,
    /// The waiting scenarios, grouped by what they need.
    waiting: Vec<Group>,
    arrivals: usize,
}

/// [`Candidates`] with an index into the starts of the pool.
#[derive(Debug, PartialEq, Eq)]
struct Need {
    start: Option<usize>,
    users: Vec<usize>,
}

/// Decides which scenario starts first: the one with the lowest rank. The parts: whether every person has several
/// suitable users, the number of requests to the start, whether the scenario changes its users, and its place in the
/// queue.
type Rank = (bool, usize, bool, usize);

#[derive(Debug)]
struct Group {
    needs: Vec<Need>,
    terms: Terms,
    queue: VecDeque<(usize, oneshot::Sender<Lease>)>,
}

impl Pool {
    /// A pool with this many users and at most `slots` scenarios in flight.
    pub fn new(users: usize, slots: usize) -> Arc<Self> {
        let state = State {
            free: vec![true; users],
            known: vec![None; users],
            starts: Vec::new(),
            distances: vec![Vec::new(); users],
            lent: vec![0; users],
            loans: 0,
            userless_may_start: true,
            slots: slots.max(1),
            waiting: Vec::new(),
            arrivals: 0,
        };
        Arc::new(Self { state: Mutex::new(state) })
    }

    /// Records the phones that a user has; `None` if unknown.
    pub fn keep(&self, user: usize, known: Option<KnownPhones>) {
        self.lock().learn(user, known);
    }

    /// The phones that each user has; `None` if unknown.
    pub fn known(&self) -> Vec<Option<KnownPhones>> {
        self.lock().known.clone()
    }

    /// Waits for free users and lends one for each person. Lends all of them at once, so that scenarios can't deadlock.
    ///
    /// The plan makes sure that the target has a different user for each person.
    pub async fn lease(self: &Arc<Self>, candidates: &[Candidates], terms: Terms) -> Lease {
        let (sender, receiver) = oneshot::channel();
        {
            let mut state = self.lock();
            let place = state.arrivals;
            state.arrivals += 1;
            let needs: Vec<Need> = candidates.iter().map(|person| state.need(person)).collect();
            match state.waiting.iter_mut().find(|group| group.terms == terms && group.needs == needs) {
                Some(group) => group.queue.push_back((place, sender)),
                None => state.waiting.push(Group { needs, terms, queue: VecDeque::from([(place, sender)]) }),
            }
        }
        // Let other scenarios that arrive at the same time register first.
        yield_now().await;
        self.lend();
        receiver.await.expect("every waiting scenario gets users")
    }

    /// Lends free users to waiting scenarios until none can be served.
    fn lend(self: &Arc<Self>) {
        loop {
            let Some((sender, lease)) = self.lock().next(self) else { return };
            // If the receiver is gone, the lease returns its users at once.
            drop(sender.send(lease));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it is locked")
    }
}

impl State {
    /// Records the phones that a user has, and the number of requests from them to each start.
    fn learn(&mut self, user: usize, known: Option<KnownPhones>) {
        self.distances[user] = self.starts.iter().map(|start| distance(known.as_ref(), start)).collect();
        self.known[user] = known;
    }

    /// The candidates, with the index of their start in `starts`, which grows if the start is new.
    fn need(&mut self, person: &Candidates) -> Need {
        let start = person.start.as_ref().map(|start| {
            self.starts.iter().position(|other| other == start).unwrap_or_else(|| {
                self.starts.push(start.clone());
                for (known, distances) in self.known.iter().zip(&mut self.distances) {
                    distances.push(distance(known.as_ref(), start));
                }
                self.starts.len() - 1
            })
        });
        Need { users: person.users.clone(), start }
    }

    /// The waiting scenario that starts next, with its users. [`Rank`] decides.
    fn next(&mut self, pool: &Arc<Pool>) -> Option<(oneshot::Sender<Lease>, Lease)> {
        if self.slots == 0 {
            return None;
        }
        let some_are_free = self.free.contains(&true);
        let all_are_last = self.waiting.iter().all(|group| group.terms.last);
        let may_start = |group: &Group| (some_are_free || group.needs.is_empty()) && (all_are_last || !group.terms.last);
        let mut first: Option<(Rank, usize, Vec<usize>)> = None;
        for (index, group) in self.waiting.iter().enumerate().filter(|(_, group)| may_start(group)) {
            let Some((place, _)) = group.queue.front() else { continue };
            let bound = group.needs.iter().any(|need| need.start.is_some() && need.users.len() == 1);
            let rank = |cost: usize| (!bound, cost, !group.terms.keeps, *place);
            // Skip the search for users if even a start without requests would not beat the best rank so far.
            if first.as_ref().is_some_and(|(best, ..)| *best < rank(0)) {
                continue;
            }
            if let Some((users, cost)) = self.best(&group.needs)
                && first.as_ref().is_none_or(|(best, ..)| rank(cost) < *best)
            {
                first = Some((rank(cost), index, users));
            }
        }
        let (_, index, users) = first?;
        let (_, sender) = self.waiting[index].queue.pop_front().expect("it has a first element, which was read above");
        if self.waiting[index].queue.is_empty() {
            self.waiting.swap_remove(index);
        }
        self.slots -= 1;
        self.loans += 1;
        self.userless_may_start &= !users.is_empty();
        for user in &users {
            self.free[*user] = false;
            self.lent[*user] = self.loans;
        }
        let known = users.iter().map(|user| self.known[*user].take()).collect();
        Some((sender, Lease { users, known, in_flight: true, pool: Arc::clone(pool) }))
    }

    /// The free suitable users with the fewest requests to the scenario's start, and the number of requests. Among
    /// equal users, takes the one whose last loan is longest ago: if phones can't be deleted, that user may still
    /// have none.
    fn best(&self, needs: &[Need]) -> Option<(Vec<usize>, usize)> {
        if needs.is_empty() {
            return self.userless_may_start.then(|| (Vec::new(), 0));
        }
        let mut users = Vec::with_capacity(needs.len());
        for need in needs {
            let free = need.users.iter().filter(|user| self.free[**user] && (users.is_empty() || !users.contains(*user)));
            let Some(user) = free.min_by_key(|user| self.rank(**user, need)) else {
                // Another need may have taken the only user that suits this one, so search all combinations.
                users = self.assigned(needs)?;
                break;
            };
            users.push(*user);
        }
        let cost = users.iter().zip(needs).map(|(user, need)| self.rank(*user, need).0).sum();
        Some((users, cost))
    }

    /// The number of requests from a user's phones to a start, and the user's last loan.
    fn rank(&self, user: usize, need: &Need) -> (usize, u64) {
        (need.start.map_or(0, |start| self.distances[user][start]), self.lent[user])
    }

    /// A different free user for each need, if there are enough. Tries users with fewer requests first.
    fn assigned(&self, needs: &[Need]) -> Option<Vec<usize>> {
        let nearest = |need: &Need| {
            let mut users: Vec<usize> = need.users.iter().copied().filter(|user| self.free[*user]).collect();
            users.sort_by_key(|user| self.rank(*user, need));
            (!users.is_empty()).then_some(users)
        };
        let sorted: Vec<Vec<usize>> = needs.iter().map(nearest).collect::<Option<_>>()?;
        assign(&sorted, &self.free)
    }
}

/// A different user from each list of candidates; `None` if that is impossible.
pub fn assign(candidates: &[Vec<usize>], free: &[bool]) -> Option<Vec<usize>> {
    let Some((first, rest)) = candidates.split_first() else {
        return Some(Vec::new());
    };
    first.iter().copied().filter(|user| free[*user]).find_map(|user| {
        let mut left = free.to_vec();
        left[user] = false;
        let mut users = vec![user];
        users.extend(assign(rest, &left)?);
        Some(users)
    })
}

impl Lease {
    /// Lets another scenario start while this one only waits. This one keeps its users.
    pub fn rest(&mut self) {
        if std::mem::take(&mut self.in_flight) {
            self.pool.lock().slots += 1;
            self.pool.lend();
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        {
            let mut state = self.pool.lock();
            state.userless_may_start |= self.users.is_empty();
            state.slots += usize::from(self.in_flight);
            for (user, known) in self.users.iter().zip(self.known.drain(..)) {
                state.free[*user] = true;
                state.learn(*user, known);
            }
        }
        self.pool.lend();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ApiVersion;
    use crate::check::Phones;
    use crate::graph::PhoneType;

    const KEEPS: Terms = Terms { keeps: true, last: false };
    const CHANGES: Terms = Terms { keeps: false, last: false };
    const LAST: Terms = Terms { keeps: true, last: true };

    fn anybody(users: &[usize]) -> Candidates {
        Candidates { users: users.to_vec(), start: None }
    }

    #[test]
    fn users_are_lent_together_or_not_at_all() {
        // Both users suit the first person; only user 0 suits the second.
        assert_eq!(assign(&[vec![0, 1], vec![0]], &[true, true]), Some(vec![1, 0]));
        assert_eq!(assign(&[vec![0], vec![0]], &[true, true]), None);
        assert_eq!(assign(&[vec![0]], &[false, true]), None);
        assert_eq!(assign(&[], &[true]), Some(vec![]));
    }

    #[tokio::test]
    async fn a_returned_user_is_lent_again() {
        let pool = Pool::new(1, 1);
        let first = pool.lease(&[anybody(&[0])], KEEPS).await;
        let waiting = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move { pool.lease(&[anybody(&[0])], KEEPS).await.users.clone() }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        assert_eq!(waiting.await.unwrap(), [0]);
    }

    #[tokio::test]
    async fn a_scenario_that_rests_does_not_count_as_in_flight() {
        let pool = Pool::new(2, 1);
        let mut first = pool.lease(&[anybody(&[0, 1])], KEEPS).await;
        let second = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move { pool.lease(&[anybody(&[0, 1])], KEEPS).await.users.clone() }
        });
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        first.rest();
        assert_eq!(second.await.unwrap(), [1]);
    }

    #[tokio::test]
    async fn scenarios_without_users_run_one_after_the_other() {
        let pool = Pool::new(1, 4);
        let first = pool.lease(&[], KEEPS).await;
        let second = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move { drop(pool.lease(&[], KEEPS).await) }
        });
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        drop(first);
        second.await.unwrap();
    }

    #[tokio::test]
    async fn the_scenario_with_the_fewest_requests_gets_the_user() {
        let pool = Pool::new(1, 1);
        let wants = |kinds: &[PhoneType]| {
            let start = Start { version: ApiVersion::ALL[0], kinds: kinds.to_vec(), sign_in: None, number: None };
            Candidates { users: vec![0, 1], start: Some(start) }
        };
        let mut first = pool.lease(&[Candidates { users: vec![0], start: None }], KEEPS).await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let asks = [
            ("last", wants(&[]), LAST),
            ("mobile", wants(&[PhoneType::Mobile]), KEEPS),
            ("write", wants(&[]), CHANGES),
            ("read", wants(&[]), KEEPS),
        ];
        let tasks: Vec<_> = asks
            .into_iter()
            .map(|(name, candidates, terms)| {
                let (pool, order) = (Arc::clone(&pool), Arc::clone(&order));
                let candidates = Candidates { users: vec![0], ..candidates };
                tokio::spawn(async move {
                    let lease = pool.lease(&[candidates], terms).await;
                    order.lock().unwrap().push(name);
                    let known = lease.known.clone();
                    let mut lease = lease;
                    lease.known = known;
                })
            })
            .collect();
        tokio::task::yield_now().await;
        first.known[0] = Some(KnownPhones { version: ApiVersion::ALL[0], phones: Phones::default(), given: Vec::new(), switched: false });
        drop(first);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), ["read", "write", "mobile", "last"]);
    }
}
