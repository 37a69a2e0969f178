//! Generates the steps of walks from a seed, and shortens them.

use std::collections::BTreeSet;

use crate::api::Operation;
use crate::graph::PhoneType;
use crate::suite::Caller;

use super::step::{BAD_NUMBERS, NumberChoice, Request, Sender, Step};

/// A walk has at most this many steps. Two short walks find more than a long one.
const LONGEST: usize = 12;
/// The number of steps drawn for a walk. Most steps without effect are dropped.
const DRAWN: usize = 60;

/// The possible requests of a walk.
#[derive(Debug, Clone, Copy)]
pub struct Ways<'a> {
    /// The number of users.
    pub users: usize,
    /// The operations.
    pub operations: &'a [Operation],
    /// The callers who may play the administrator, in addition to the identity that manages the users.
    pub callers: &'a [Caller],
    /// Whether requests may address users by user principal name.
    pub names: bool,
}

/// The steps of a walk. The same seed, walk and ways give the same steps.
///
/// Empty if there are no operations.
pub fn sequence(seed: u64, walk: u64, ways: Ways<'_>) -> Vec<Step> {
    let mut draw = Draw::new(seed, walk);
    let requests: Vec<(u64, Ask)> = ways.operations.iter().flat_map(|operation| asks(*operation)).collect();
    if requests.is_empty() {
        return Vec::new();
    }
    let mut there: Vec<BTreeSet<PhoneType>> = vec![BTreeSet::new(); ways.users];
    let mut steps = Vec::new();
    for _ in 0..DRAWN {
        let step = draw.step(&requests, ways);
        let anyway = draw.one_of(&[(1, true), (3, false)]);
        if (has_effect(&step, &mut there[step.user]) || anyway) && steps.len() < LONGEST {
            steps.push(step);
        }
    }
    steps
}

/// A random number generator: `SplitMix64`.
struct Draw(u64);

impl Draw {
    fn new(seed: u64, walk: u64) -> Self {
        // Mix twice, so that neighbouring seeds and walks give unrelated numbers.
        let mut mixed = Self(seed);
        let start = mixed.next() ^ walk;
        Self(Self(start).next())
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Picks one value. The weights decide how likely each is.
    fn one_of<T: Copy>(&mut self, weighted: &[(u64, T)]) -> T {
        let all: u64 = weighted.iter().map(|(weight, _)| weight).sum();
        let mut left = self.next() % all;
        for (weight, value) in weighted {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        unreachable!("what is left is less than the sum of the weights")
    }

    fn any<T: Copy>(&mut self, values: &[T]) -> T {
        self.one_of(&values.iter().map(|value| (1, *value)).collect::<Vec<_>>())
    }

    fn step(&mut self, asks: &[(u64, Ask)], ways: Ways<'_>) -> Step {
        // The first user acts twice as often as each other user.
        let user = self.one_of(&(0..ways.users).map(|user| (if user == 0 { 2 } else { 1 }, user)).collect::<Vec<_>>());
        let kind = self.one_of(&[(5, PhoneType::Mobile), (2, PhoneType::AlternateMobile), (2, PhoneType::Office)]);
        let request = match self.one_of(asks) {
            Ask::Create => Request::Create(self.own()),
            Ask::CreateBad => Request::Create(NumberChoice::Bad(self.any(&BAD_NUMBERS))),
            Ask::Update => Request::Update(self.own()),
            Ask::UpdateBad => Request::Update(NumberChoice::Bad(self.any(&BAD_NUMBERS))),
            Ask::Retype => Request::Retype(self.own(), self.any(&PhoneType::ALL)),
            Ask::Delete => Request::Delete,
            Ask::Enable => Request::Enable,
            Ask::Disable => Request::Disable,
        };
        let callers: Vec<Option<Caller>> = std::iter::once(None).chain(ways.callers.iter().copied().map(Some)).collect();
        let sender = Sender { caller: self.any(&callers), by_name: self.any(&[false, true]) && ways.names };
        Step { user, kind, request, sender }
    }

    /// Picks one of the walk's numbers, most often the first, because mistakes show when a number is used again.
    fn own(&mut self) -> NumberChoice {
        NumberChoice::Own { index: self.one_of(&[(3, 0), (2, 1), (1, 2)]), extension: self.any(&[false, true]) }
    }
}

/// Whether a step can take effect. Updates `there`, the types of the user's phones. A walk of refused requests would
/// test little.
fn has_effect(step: &Step, there: &mut BTreeSet<PhoneType>) -> bool {
    let alternate = there.contains(&PhoneType::AlternateMobile);
    match &step.request {
        Request::Create(number) => {
            let free = step.kind != PhoneType::AlternateMobile || there.contains(&PhoneType::Mobile);
            number.is_valid() && free && there.insert(step.kind)
        }
        Request::Delete => (step.kind != PhoneType::Mobile || !alternate) && there.remove(&step.kind),
        Request::Update(_) | Request::Retype(..) => there.contains(&step.kind),
        Request::Enable | Request::Disable => step.kind == PhoneType::Mobile && there.contains(&step.kind),
    }
}

/// A request of a step.
#[derive(Debug, Clone, Copy)]
enum Ask {
    Create,
    CreateBad,
    Update,
    UpdateBad,
    Retype,
    Delete,
    Enable,
    Disable,
}

/// The possible requests of an operation with their weights. Invalid requests are rare, because a walk of refused
/// requests tests little.
fn asks(operation: Operation) -> Vec<(u64, Ask)> {
    match operation {
        Operation::Create => vec![(12, Ask::Create), (1, Ask::CreateBad)],
        Operation::Update => vec![(7, Ask::Update), (1, Ask::UpdateBad), (1, Ask::Retype)],
        Operation::Delete => vec![(6, Ask::Delete)],
        Operation::EnableSmsSignIn => vec![(5, Ask::Enable)],
        Operation::DisableSmsSignIn => vec![(4, Ask::Disable)],
        Operation::List | Operation::Get => Vec::new(),
    }
}

/// Shorter versions of a walk: without each half of the steps, then without each quarter, down to single steps.
pub fn fewer(steps: &[Step]) -> Vec<Vec<Step>> {
    let mut all = Vec::new();
    let mut size = steps.len() / 2;
    while size > 0 {
        for start in (0..steps.len()).step_by(size) {
            let end = (start + size).min(steps.len());
            all.push([&steps[..start], &steps[end..]].concat());
        }
        size /= 2;
    }
    all
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub const ALL: [Operation; 5] =
        [Operation::Create, Operation::Update, Operation::Delete, Operation::EnableSmsSignIn, Operation::DisableSmsSignIn];

    pub fn of(operations: &[Operation], users: usize) -> Ways<'_> {
        Ways { users, operations, callers: &[Caller::Application], names: true }
    }

    #[test]
    fn the_seed_and_the_walk_decide_the_steps() {
        assert_eq!(sequence(7, 3, of(&ALL, 2)), sequence(7, 3, of(&ALL, 2)));
        assert_ne!(sequence(7, 3, of(&ALL, 2)), sequence(7, 4, of(&ALL, 2)));
        assert_ne!(sequence(7, 3, of(&ALL, 2)), sequence(8, 3, of(&ALL, 2)));
    }

    #[test]
    fn walks_are_short_and_together_reach_every_request() {
        let steps: Vec<Vec<Step>> = (0..200).map(|walk| sequence(7, walk, of(&ALL, 2))).collect();
        assert!(steps.iter().all(|steps| (1..=LONGEST).contains(&steps.len())));
        let seen: BTreeSet<_> = steps.iter().flatten().map(|step| (step.user, step.kind, step.operation())).collect();
        assert_eq!(seen.len(), 2 * 3 * ALL.len());
        let senders: BTreeSet<_> = steps.iter().flatten().map(|step| (step.sender.caller, step.sender.by_name)).collect();
        assert_eq!(senders.len(), 2 * 2);
    }

    #[test]
    fn most_steps_can_take_effect() {
        let (mut with_effect, mut all) = (0, 0);
        for walk in 0..200 {
            let mut there: [BTreeSet<PhoneType>; 2] = Default::default();
            for step in sequence(7, walk, of(&ALL, 2)) {
                with_effect += u32::from(has_effect(&step, &mut there[step.user]));
                all += 1;
            }
        }
        assert!(with_effect > all / 2 && with_effect < all * 9 / 10, "{with_effect} of {all}");
    }

    #[test]
    fn a_walk_uses_only_the_given_ways() {
        let ways = Ways { callers: &[], names: false, ..of(&[Operation::Create, Operation::List], 1) };
        let steps = sequence(7, 0, ways);
        assert!(steps.iter().all(|step| step.operation() == Operation::Create && step.user == 0 && step.sender == Sender::default()));
        assert_eq!(sequence(7, 0, of(&[Operation::Get], 1)), Vec::new());
    }

    #[test]
    fn shorter_walks_keep_the_order_of_the_steps() {
        let steps = sequence(7, 0, of(&ALL, 2));
        let shorter = fewer(&steps);
        assert_eq!(shorter[0], steps[steps.len() / 2..]);
        assert!(shorter.iter().all(|fewer| fewer.len() < steps.len()));
        let without = |index: usize| [&steps[..index], &steps[index + 1..]].concat();
        assert!((0..steps.len()).all(|index| shorter.contains(&without(index))), "each step is left out alone");
        assert_eq!(fewer(&[]), Vec::<Vec<Step>>::new());
    }
}
