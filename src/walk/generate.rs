//! Sequences out of a seed, and shorter ones out of a longer one.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::strategy::{BoxedStrategy, Union, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::api::Operation;
use crate::graph::PhoneType;

use super::step::{BAD_NUMBERS, Deed, NumberChoice, Step};

/// How many steps a walk has at most; whatever is not found in as many, a further walk finds sooner than a longer one.
const LONGEST: usize = 12;
/// How many are drawn for it, of which most that would have no effect are left out.
const DRAWN: usize = 60;
/// How likely a step is kept that has none.
const IN_VAIN: f64 = 0.25;

/// The steps of a walk on so many users, made of these operations: the same for the same seed and walk.
///
/// Empty where there is no operation to make them of.
pub fn sequence(seed: u64, walk: u64, users: usize, operations: &[Operation]) -> Vec<Step> {
    let deeds: Vec<_> = operations.iter().flat_map(|operation| deeds(*operation)).collect();
    if deeds.is_empty() {
        return Vec::new();
    }
    // The user who is there for comparison acts less often.
    let user = prop_oneof![2 => Just(0), 1 => Just(users - 1)];
    let kind = prop_oneof![5 => Just(PhoneType::Mobile), 2 => Just(PhoneType::AlternateMobile), 2 => Just(PhoneType::Office)];
    let step = (user, kind, Union::new_weighted(deeds)).prop_map(|(user, kind, deed)| Step { user, kind, deed });
    let drawn = current(&vec((step, proptest::bool::weighted(IN_VAIN)), DRAWN), &mut runner(seed, walk));
    let mut there: [BTreeSet<PhoneType>; 2] = Default::default();
    let steps = drawn.into_iter().filter(|(step, in_vain)| has_effect(step, &mut there[step.user]) || *in_vain);
    steps.map(|(step, _)| step).take(LONGEST).collect()
}

/// Whether a step finds what it takes, and what there is afterwards: a walk that asks for nothing but what is refused gets nowhere.
fn has_effect(step: &Step, there: &mut BTreeSet<PhoneType>) -> bool {
    let alternate = there.contains(&PhoneType::AlternateMobile);
    match &step.deed {
        Deed::Create(number) => {
            let free = step.kind != PhoneType::AlternateMobile || there.contains(&PhoneType::Mobile);
            number.is_valid() && free && there.insert(step.kind)
        }
        Deed::Delete => (step.kind != PhoneType::Mobile || !alternate) && there.remove(&step.kind),
        Deed::Update(_) | Deed::Retype(..) => there.contains(&step.kind),
        Deed::Enable | Deed::Disable => step.kind == PhoneType::Mobile && there.contains(&step.kind),
    }
}

/// What an operation can ask, each with its weight: walks that are refused at every step get nowhere.
fn deeds(operation: Operation) -> Vec<(u32, BoxedStrategy<Deed>)> {
    // The first number most often: what becomes of a number shows when it comes back.
    let index = || prop_oneof![3 => Just(0_usize), 2 => Just(1), 1 => Just(2)];
    let own = move || (index(), any::<bool>()).prop_map(|(index, extension)| NumberChoice::Own { index, extension });
    let bad = || proptest::sample::select(&BAD_NUMBERS[..]).prop_map(NumberChoice::Bad);
    match operation {
        Operation::Create => vec![(12, own().prop_map(Deed::Create).boxed()), (1, bad().prop_map(Deed::Create).boxed())],
        Operation::Update => vec![
            (7, own().prop_map(Deed::Update).boxed()),
            (1, bad().prop_map(Deed::Update).boxed()),
            (1, (own(), proptest::sample::select(&PhoneType::ALL[..])).prop_map(|(number, kind)| Deed::Retype(number, kind)).boxed()),
        ],
        Operation::Delete => vec![(6, Just(Deed::Delete).boxed())],
        Operation::EnableSmsSignIn => vec![(5, Just(Deed::Enable).boxed())],
        Operation::DisableSmsSignIn => vec![(4, Just(Deed::Disable).boxed())],
        Operation::List | Operation::Get => Vec::new(),
    }
}

/// A tree that begins with all of these steps, of which each simplification leaves one out.
pub fn shorter(steps: &[Step]) -> impl ValueTree<Value = Vec<Option<Step>>> + use<> {
    /// As near to certainty as a probability may come.
    const KEPT: f64 = 1.0 - f64::EPSILON;
    let strategy: Vec<_> = steps.iter().cloned().map(|step| proptest::option::weighted(KEPT, Just(step))).collect();
    strategy.new_tree(&mut runner(0, 0)).expect("a strategy without a filter always has a value")
}

fn current<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> S::Value {
    strategy.new_tree(runner).expect("a strategy without a filter always has a value").current()
}

fn runner(seed: u64, walk: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&walk.to_le_bytes());
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Operation; 5] =
        [Operation::Create, Operation::Update, Operation::Delete, Operation::EnableSmsSignIn, Operation::DisableSmsSignIn];

    #[test]
    fn the_seed_and_the_walk_decide() {
        assert_eq!(sequence(7, 3, 2, &ALL), sequence(7, 3, 2, &ALL));
        assert_ne!(sequence(7, 3, 2, &ALL), sequence(7, 4, 2, &ALL));
        assert_ne!(sequence(7, 3, 2, &ALL), sequence(8, 3, 2, &ALL));
    }

    #[test]
    fn walks_are_neither_long_nor_empty_and_reach_everything() {
        let steps: Vec<Vec<Step>> = (0..200).map(|walk| sequence(7, walk, 2, &ALL)).collect();
        assert!(steps.iter().all(|steps| (1..=LONGEST).contains(&steps.len())));
        let seen: BTreeSet<_> = steps.iter().flatten().map(|step| (step.user, step.kind, step.operation())).collect();
        assert_eq!(seen.len(), 2 * 3 * ALL.len());
    }

    #[test]
    fn most_steps_find_what_they_take() {
        let (mut with_effect, mut all) = (0, 0);
        for walk in 0..200 {
            let mut there: [BTreeSet<PhoneType>; 2] = Default::default();
            for step in sequence(7, walk, 2, &ALL) {
                with_effect += u32::from(has_effect(&step, &mut there[step.user]));
                all += 1;
            }
        }
        assert!(with_effect > all / 2 && with_effect < all * 9 / 10, "{with_effect} of {all}");
    }

    #[test]
    fn only_operations_that_were_asked_for_are_used() {
        let steps = sequence(7, 0, 1, &[Operation::Create, Operation::List]);
        assert!(steps.iter().all(|step| step.operation() == Operation::Create && step.user == 0));
        assert_eq!(sequence(7, 0, 1, &[Operation::Get]), Vec::new());
    }

    #[test]
    fn a_tree_begins_whole_and_leaves_out_one_step_after_the_other() {
        let steps = sequence(7, 0, 2, &ALL);
        let mut tree = shorter(&steps);
        let left = |tree: &dyn ValueTree<Value = Vec<Option<Step>>>| tree.current().into_iter().flatten().collect::<Vec<_>>();
        assert_eq!(left(&tree), steps);
        assert!(tree.simplify());
        assert_eq!(left(&tree), steps[1..]);
        tree.complicate();
        assert_eq!(left(&tree), steps);
        while tree.simplify() {}
        assert_eq!(left(&tree), steps[..1], "the step that was put back stays");
    }
}
