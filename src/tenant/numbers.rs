//! Numbers that no user has; each scenario has its own.
//!
//! A target's numbers are divided into slots, one per scenario, and each kind of number has its own slots. Each shard of
//! a run has its own slots too, because shards may run at the same time.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::target::{NumberKind, PhoneNumbers};

/// The extension that is appended to a number.
pub const EXTENSION: &str = "x123";

/// How many numbers a slot has. No scenario needs more, and a prefix with four digits has enough slots for a whole run.
pub const PER_SLOT: u64 = 5;

/// A run's share of a target's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The index of the share, counted from 0.
    pub index: u64,
    /// The number of shares.
    pub of: u64,
}

impl Share {
    /// All numbers.
    pub const WHOLE: Self = Self { index: 0, of: 1 };
}

/// The numbers of one run. The same seed gives the same numbers. Numbers that users had before are left out.
#[derive(Debug, Clone)]
pub struct Numbers {
    /// The numbers of each kind; the first kind is the default.
    kinds: BTreeMap<NumberKind, Lines>,
}

/// The numbers of one kind.
#[derive(Debug, Clone)]
struct Lines {
    prefixes: Vec<String>,
    digits: u32,
    /// The run's slots.
    range: Range<u64>,
    /// Those of the run's slots with a number that a user had before, in order.
    spoilt: Vec<u64>,
    /// The first slot.
    start: u64,
}

impl Numbers {
    /// The number of slots for each kind of number.
    pub fn slots(numbers: &PhoneNumbers) -> BTreeMap<NumberKind, u64> {
        let each = 10_u64.pow(numbers.digits);
        prefixes(numbers).into_iter().map(|(kind, prefixes)| (kind, each.saturating_mul(prefixes.len() as u64) / PER_SLOT)).collect()
    }

    /// The kind of number to use: `asked`, or the default kind if `asked` is `None` or the target lacks it.
    pub fn kind(slots: &BTreeMap<NumberKind, u64>, asked: Option<NumberKind>) -> NumberKind {
        let there = asked.filter(|kind| slots.contains_key(kind));
        there.or_else(|| slots.keys().next().copied()).unwrap_or(NumberKind::OneDigit)
    }

    /// A run's share of a target's numbers, without slots that contain a number in `taken`.
    pub fn new(numbers: &PhoneNumbers, share: Share, seed: u64, taken: impl IntoIterator<Item = String>) -> Self {
        let taken: Vec<String> = taken.into_iter().collect();
        let slots = Self::slots(numbers);
        let lines = |(kind, prefixes)| {
            let each = slots[&kind] / share.of;
            let range = share.index * each..(share.index + 1) * each;
            (kind, Lines::new(prefixes, numbers.digits, range, seed, &taken))
        };
        Self { kinds: prefixes(numbers).into_iter().map(lines).collect() }
    }

    /// A number from the run's slot at `place`.
    pub fn number(&self, place: usize, index: u64) -> String {
        self.number_of(None, place, index)
    }

    /// A number of this kind, or of the default kind if the target lacks it.
    pub fn number_of(&self, kind: Option<NumberKind>, place: usize, index: u64) -> String {
        let lines = kind.and_then(|kind| self.kinds.get(&kind)).or_else(|| self.kinds.values().next());
        lines.map_or_else(String::new, |lines| lines.number(place, index))
    }

    /// Whether this is one of the run's numbers, with or without the extension.
    pub fn makes(&self, number: &str) -> bool {
        let line = number.strip_suffix(EXTENSION).unwrap_or(number);
        self.kinds.values().any(|lines| lines.makes(line))
    }
}

impl Lines {
    fn new(prefixes: Vec<String>, digits: u32, range: Range<u64>, seed: u64, taken: &[String]) -> Self {
        let mut own = Self { prefixes, digits, range, spoilt: Vec::new(), start: 0 };
        let spoilt: BTreeSet<u64> = taken.iter().filter_map(|number| own.slot_of(number)).collect();
        own.spoilt = spoilt.into_iter().filter(|slot| own.range.contains(slot)).collect();
        // If every slot is spoilt, use them all, because numbers can't be unique anyway.
        if own.spoilt.len() as u64 >= own.range.end - own.range.start {
            own.spoilt.clear();
        }
        own.start = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) % own.len();
        own
    }

    /// The number of usable slots.
    fn len(&self) -> u64 {
        (self.range.end - self.range.start - self.spoilt.len() as u64).max(1)
    }

    fn number(&self, place: usize, index: u64) -> String {
        let mut slot = self.range.start + (self.start + place as u64) % self.len();
        for spoilt in &self.spoilt {
            slot += u64::from(*spoilt <= slot);
        }
        self.nth(slot * PER_SLOT + index % PER_SLOT)
    }

    fn nth(&self, n: u64) -> String {
        let each = 10_u64.pow(self.digits);
        let prefix = usize::try_from(n / each).ok().and_then(|index| self.prefixes.get(index)).unwrap_or(&self.prefixes[0]);
        format!("{prefix}{:0width$}", n % each, width = self.digits as usize)
    }

    fn makes(&self, line: &str) -> bool {
        let own = |slot| self.range.contains(&slot) && !self.spoilt.contains(&slot);
        self.slot_of(line).is_some_and(own) && self.prefixes.iter().any(|prefix| line.len() == prefix.len() + self.digits as usize)
    }

    /// The slot of a number, with or without extension; `None` if no slot contains it.
    fn slot_of(&self, number: &str) -> Option<u64> {
        let digits = self.digits as usize;
        self.prefixes.iter().zip(0_u64..).find_map(|(prefix, place)| {
            let rest = number.strip_prefix(prefix.as_str())?.get(..digits)?;
            let n: u64 = rest.bytes().all(|byte| byte.is_ascii_digit()).then(|| rest.parse().ok())??;
            Some((place * 10_u64.pow(self.digits) + n) / PER_SLOT)
        })
    }
}

/// The prefixes of each kind of number. Any number can take an extension.
fn prefixes(numbers: &PhoneNumbers) -> BTreeMap<NumberKind, Vec<String>> {
    let of_kind = |kind: NumberKind| numbers.prefixes.iter().filter(move |prefix| kind.begins(prefix)).cloned().collect();
    let kinds = numbers.kinds().into_iter().filter(|kind| *kind != NumberKind::Extension);
    kinds.map(|kind| (kind, of_kind(kind))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn space() -> PhoneNumbers {
        PhoneNumbers { prefixes: vec!["+1 206555".into(), "+1 425555".into()], digits: 4 }
    }

    fn all(seed: u64) -> Numbers {
        Numbers::new(&space(), Share::WHOLE, seed, [])
    }

    fn lines(numbers: &Numbers) -> &Lines {
        &numbers.kinds[&NumberKind::OneDigit]
    }

    #[test]
    fn each_scenario_has_its_own_numbers() {
        let numbers = all(7);
        let all: Vec<_> = (0..500)
            .flat_map(|scenario| (0..PER_SLOT).map(move |index| (scenario, index)))
            .map(|(scenario, index)| numbers.number(scenario, index))
            .collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert!(all.iter().all(|number| number.len() == "+1 2065550100".len()), "{:?}", all.first());
    }

    #[test]
    fn the_seed_decides_the_numbers() {
        assert_eq!(all(7).number(3, 1), all(7).number(3, 1));
        assert_ne!(all(7).number(3, 1), all(8).number(3, 1));
    }

    #[test]
    fn numbers_of_users_are_never_used() {
        let first = all(7).number(3, 1);
        for taken in [first.clone(), format!("{first}x12")] {
            let numbers = Numbers::new(&space(), Share::WHOLE, 7, [taken]);
            let places = usize::try_from(lines(&numbers).len()).unwrap();
            assert!((0..places).all(|place| (0..PER_SLOT).all(|index| numbers.number(place, index) != first)));
        }
    }

    #[test]
    fn the_runs_numbers_are_recognised() {
        let numbers = all(7);
        assert!(numbers.makes(&numbers.number(3, 1)));
        assert!(numbers.makes(&format!("{}{EXTENSION}", numbers.number(3, 1))));
        for other in ["+1 2065550100x1", "+12065550100", "+1 20655501", "+44 2065550100"] {
            assert!(!numbers.makes(other), "{other}");
        }
    }

    #[test]
    fn the_default_kind_replaces_a_kind_that_the_target_lacks() {
        let mut space = space();
        space.prefixes.push("+353 76100".into());
        let numbers = Numbers::new(&space, Share::WHOLE, 7, []);
        assert!(numbers.number_of(Some(NumberKind::ThreeDigits), 3, 1).starts_with("+353 76100"));
        assert!(numbers.number_of(Some(NumberKind::TwoDigits), 3, 1).starts_with("+1 "));
        assert_eq!(numbers.number_of(Some(NumberKind::Extension), 3, 1), numbers.number(3, 1));
    }

    #[test]
    fn there_are_numbers_even_if_every_slot_is_taken() {
        let one = PhoneNumbers { prefixes: vec!["+1 206555010".into()], digits: 1 };
        let numbers = Numbers::new(&one, Share::WHOLE, 7, ["+1 2065550100".to_owned()]);
        assert!(numbers.number(900, 7).starts_with("+1 206555010"));
    }

    proptest! {
        #[test]
        fn runs_with_different_shares_have_different_numbers(
            seeds in (any::<u64>(), any::<u64>()), of in 2_u64..9, taken in prop::collection::vec(0_u64..20_000, 0..9), places in (any::<usize>(), any::<usize>())
        ) {
            let whole = all(0);
            let taken: Vec<String> = taken.iter().map(|n| lines(&whole).nth(*n)).collect();
            let one = Numbers::new(&space(), Share { index: 0, of }, seeds.0, taken);
            let other = Numbers::new(&space(), Share { index: of - 1, of }, seeds.1, []);
            prop_assert_ne!(one.number(places.0 / 2, places.0 as u64), other.number(places.1 / 2, places.1 as u64));
        }

        #[test]
        fn different_places_have_different_numbers(seed in any::<u64>(), taken in prop::collection::vec(0_u64..40 * PER_SLOT, 0..20), left in 0_usize..40, right in 0_usize..40) {
            let whole = all(0);
            let taken: Vec<String> = taken.iter().map(|n| lines(&whole).nth(*n)).collect();
            let numbers = Lines::new(space().prefixes, 4, 0..40, seed, &taken);
            let len = usize::try_from(numbers.len()).unwrap();
            let shared = (0..PER_SLOT).any(|index| numbers.number(left, index) == numbers.number(right, index));
            prop_assert_eq!(shared, left % len == right % len);
        }
    }
}
