//! Assigns the target's numbers: the preflight, each case and each further attempt have numbers of their own.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::plan::Plan;
use crate::target::{NumberKind, Target};
use crate::tenant::{Numbers, PER_SLOT, Share};

/// How many places the preflight uses: two for each version.
pub(super) const PREFLIGHT: usize = 4;

/// The places of the preflight, the cases and the attempts of a run. A place is the index of a slot of numbers in the
/// run's share; each kind of number has its own places.
#[derive(Debug)]
pub struct Places {
    /// The run's share of the target's numbers.
    pub share: Share,
    /// The number of slots of each kind.
    slots: BTreeMap<NumberKind, u64>,
    /// The index of each case among the cases with the same kind of number.
    cases: Vec<usize>,
    /// For each kind, the number of cases and the number of attempts so far.
    taken: RefCell<BTreeMap<NumberKind, (usize, usize)>>,
}

/// A target has too few numbers for a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFew {
    /// The kind of number.
    pub kind: NumberKind,
    /// The number of slots that exist.
    pub there: u64,
    /// The number of slots that the plan needs.
    pub needed: u64,
}

impl Places {
    /// Assigns places to the cases of a plan.
    ///
    /// # Errors
    /// Fails if the target has too few numbers of a kind.
    pub fn new(plan: &Plan, target: &Target) -> Result<Self, TooFew> {
        let share = plan.shard.map_or(Share::WHOLE, |shard| Share { index: shard.index() as u64, of: shard.parts() as u64 });
        let all = Numbers::slots(&target.phone_numbers);
        let mut taken: BTreeMap<NumberKind, (usize, usize)> = BTreeMap::from([(Numbers::kind(&all, None), (0, 0))]);
        let mut cases = Vec::new();
        for case in &plan.cases {
            let (cases_of_kind, _) = taken.entry(Numbers::kind(&all, case.variation.number)).or_default();
            cases.push(*cases_of_kind);
            *cases_of_kind += 1;
        }
        // At most one attempt per user runs at the same time, and a walk takes two slots.
        let attempts = 2 * target.users.len() + 1;
        for (kind, (cases, _)) in &taken {
            let slots = all.get(kind).copied().unwrap_or_default();
            let needed = (PREFLIGHT + cases + attempts) as u64;
            if slots / share.of < needed {
                return Err(TooFew { kind: *kind, there: slots * PER_SLOT, needed: needed * share.of * PER_SLOT });
            }
        }
        Ok(Self { share, slots: all, cases, taken: RefCell::new(taken) })
    }

    /// One of the preflight's places.
    pub const fn preflight(index: usize) -> usize {
        index % PREFLIGHT
    }

    /// The place of a case in its first run.
    pub fn case(&self, case: usize) -> usize {
        PREFLIGHT + self.cases[case]
    }

    /// A new place for a further attempt with a kind of number. A wrong endpoint may have damaged the numbers of an
    /// earlier attempt.
    pub fn attempt(&self, kind: Option<NumberKind>) -> usize {
        let kind = Numbers::kind(&self.slots, kind);
        let mut taken = self.taken.borrow_mut();
        let (cases, attempts) = taken.entry(kind).or_default();
        let slots = self.slots.get(&kind).map_or(usize::MAX, |slots| usize::try_from(slots / self.share.of).unwrap_or(usize::MAX));
        let place = PREFLIGHT + *cases + *attempts % slots.saturating_sub(PREFLIGHT + *cases).max(1);
        *attempts += 1;
        place
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::plan::Selection;
    use crate::shard::Shard;
    use crate::suite::Suite;

    fn target(numbers: &str) -> Target {
        let users: String = (1..=16).map(|user| format!("[[users]]\nid = \"{user}\"\n")).collect();
        let text = format!(
            "name = \"t\"\nbase_url = \"http://127.0.0.1:1\"\n{users}{numbers}\n[[identities]]\nname = \"admin\"\nkind = \"application\"\n\
             scopes = [\"UserAuthenticationMethod.ReadWrite.All\"]\ntoken = \"x\"\n"
        );
        Target::parse(&text, "t.toml", &|_| None).unwrap()
    }

    #[test]
    fn shards_scenarios_attempts_and_the_preflight_share_no_number() {
        let (suite, target) = (Suite::embedded().unwrap(), target(""));
        let whole = Plan::new(&suite, &target, &Selection::default());
        for of in ["1/1", "1/3", "1/5"] {
            let mut seen = BTreeSet::new();
            for (seed, shard) in of.parse::<Shard>().unwrap().all().enumerate() {
                let plan = whole.clone().part(&suite, &target, &Selection::default(), shard);
                let places = Places::new(&plan, &target).unwrap();
                let numbers = Numbers::new(&target.phone_numbers, places.share, seed as u64, []);
                let kind = |kind| Some(Numbers::kind(&places.slots, kind));
                let preflight = (0..PREFLIGHT).map(|index| (kind(None), Places::preflight(index)));
                let cases = (0..plan.cases.len()).map(|case| (kind(plan.cases[case].variation.number), places.case(case)));
                let mut own: Vec<(Option<NumberKind>, usize)> = preflight.chain(cases).collect();
                own.extend((0..20).map(|_| (kind(None), places.attempt(None))));
                let numbers = own.into_iter().map(|(kind, place)| numbers.number_of(kind, place, 0));
                assert!(numbers.into_iter().all(|number| seen.insert(number)), "shard {shard}");
            }
        }
    }

    #[test]
    fn attempts_never_take_the_places_of_cases() {
        let (suite, target) = (Suite::embedded().unwrap(), target(""));
        let plan = Plan::new(&suite, &target, &Selection::default());
        let places = Places::new(&plan, &target).unwrap();
        let kind = Numbers::kind(&places.slots, None);
        let (first, slots) = (PREFLIGHT + places.taken.borrow()[&kind].0, usize::try_from(places.slots[&kind]).unwrap());
        assert!((0..10_000).all(|_| (first..slots).contains(&places.attempt(None))));
    }

    #[test]
    fn four_digits_are_enough_for_a_run() {
        let suite = Suite::embedded().unwrap();
        let target = target("[phone_numbers]\nprefixes = [\"+1 206555\"]\ndigits = 4\n");
        assert!(Places::new(&Plan::new(&suite, &target, &Selection::default()), &target).is_ok());
    }

    #[test]
    fn the_error_about_too_few_numbers_says_how_many_are_needed() {
        let suite = Suite::embedded().unwrap();
        let few = target("[phone_numbers]\nprefixes = [\"+1 206555010\"]\ndigits = 1\n");
        let plan = Plan::new(&suite, &few, &Selection::default());
        let error = Places::new(&plan, &few).unwrap_err();
        assert_eq!((error.there, error.needed), (10, PER_SLOT * (4 + plan.cases.len() as u64 + 33)));
        let enough = target(&format!("[phone_numbers]\nprefixes = [\"+1 206\"]\ndigits = {}\n", error.needed.to_string().len()));
        assert!(Places::new(&Plan::new(&suite, &enough, &Selection::default()), &enough).is_ok());
    }
}
