//! Numbers that are nobody's, each scenario its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::target::{NumberKind, PhoneNumbers};

/// What is appended to a number that is to have an extension.
pub const EXTENSION: &str = "x123";

/// How many numbers a scenario can ask for before it would take another's.
const PER_SCENARIO: u64 = 8;

/// The numbers of one run: the same for the same seed, and none that a user had before.
#[derive(Debug, Clone)]
pub struct Numbers {
    /// The beginnings of each kind of number that there is.
    prefixes: BTreeMap<NumberKind, Vec<String>>,
    digits: u32,
    seed: u64,
    taken: BTreeSet<String>,
}

impl Numbers {
    /// Numbers made of these prefixes, but for the ones that are taken.
    pub fn new(numbers: &PhoneNumbers, seed: u64, taken: impl IntoIterator<Item = String>) -> Self {
        let of_kind = |kind: NumberKind| numbers.prefixes.iter().filter(move |prefix| kind.begins(prefix)).cloned().collect();
        // An extension comes behind any number.
        let kinds = numbers.kinds().into_iter().filter(|kind| *kind != NumberKind::Extension);
        let prefixes = kinds.map(|kind| (kind, of_kind(kind))).collect();
        Self { prefixes, digits: numbers.digits, seed, taken: taken.into_iter().collect() }
    }

    /// The number with this index of a scenario.
    pub fn number(&self, scenario: usize, index: u64) -> String {
        self.number_of(None, scenario, index)
    }

    /// Whether a number is one of those that are made here.
    pub fn makes(&self, number: &str) -> bool {
        let digits = |rest: &str| rest.len() == self.digits as usize && rest.bytes().all(|byte| byte.is_ascii_digit());
        let line = number.strip_suffix(EXTENSION).unwrap_or(number);
        self.prefixes.values().flatten().any(|prefix| line.strip_prefix(prefix.as_str()).is_some_and(digits)) && !self.taken.contains(line)
    }

    /// The number of a kind with this index of a scenario; of the first kind where there is none of this one.
    pub fn number_of(&self, kind: Option<NumberKind>, scenario: usize, index: u64) -> String {
        let of_kind = kind.and_then(|kind| self.prefixes.get(&kind));
        let prefixes = of_kind.or_else(|| self.prefixes.values().next()).map_or(&[][..], Vec::as_slice);
        let each = 10_u64.pow(self.digits);
        let all = each * prefixes.len() as u64;
        let start = self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) % all;
        let first = start + scenario as u64 * PER_SCENARIO + index % PER_SCENARIO;
        let free =
            (0..all).map(|step| self.nth(prefixes, (first + step * PER_SCENARIO) % all, each)).find(|number| !self.taken.contains(number));
        // Where every number is somebody's, uniqueness is lost either way.
        free.unwrap_or_else(|| self.nth(prefixes, first % all, each))
    }

    fn nth(&self, prefixes: &[String], n: u64, each: u64) -> String {
        let prefix = &prefixes[usize::try_from(n / each).expect("there are fewer prefixes than that")];
        format!("{prefix}{:0width$}", n % each, width = self.digits as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space() -> PhoneNumbers {
        PhoneNumbers { prefixes: vec!["+1 206555".into(), "+1 425555".into()], digits: 4 }
    }

    #[test]
    fn scenarios_have_numbers_of_their_own() {
        let numbers = Numbers::new(&space(), 7, []);
        let all: Vec<_> = (0..500)
            .flat_map(|scenario| (0..PER_SCENARIO).map(move |index| (scenario, index)))
            .map(|(scenario, index)| numbers.number(scenario, index))
            .collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert!(all.iter().all(|number| number.len() == "+1 2065550100".len()), "{:?}", all.first());
    }

    #[test]
    fn the_seed_decides() {
        assert_eq!(Numbers::new(&space(), 7, []).number(3, 1), Numbers::new(&space(), 7, []).number(3, 1));
        assert_ne!(Numbers::new(&space(), 7, []).number(3, 1), Numbers::new(&space(), 8, []).number(3, 1));
    }

    #[test]
    fn nobodys_number_is_taken_away() {
        let first = Numbers::new(&space(), 7, []).number(3, 1);
        assert_ne!(Numbers::new(&space(), 7, [first.clone()]).number(3, 1), first);
    }

    #[test]
    fn a_number_is_known_again() {
        let numbers = Numbers::new(&space(), 7, []);
        assert!(numbers.makes(&numbers.number(3, 1)));
        assert!(numbers.makes(&format!("{}{EXTENSION}", numbers.number(3, 1))));
        for other in ["+1 2065550100x1", "+12065550100", "+1 20655501", "+44 2065550100"] {
            assert!(!numbers.makes(other), "{other}");
        }
    }

    #[test]
    fn a_kind_of_number_is_given_where_there_is_one() {
        let mut space = space();
        space.prefixes.push("+353 76100".into());
        let numbers = Numbers::new(&space, 7, []);
        assert!(numbers.number_of(Some(NumberKind::ThreeDigits), 3, 1).starts_with("+353 76100"));
        assert!(numbers.number_of(Some(NumberKind::TwoDigits), 3, 1).starts_with("+1 "));
        assert_eq!(numbers.number_of(Some(NumberKind::Extension), 3, 1), numbers.number(3, 1));
    }

    #[test]
    fn a_small_space_still_gives_numbers() {
        let numbers = Numbers::new(&PhoneNumbers { prefixes: vec!["+1 206555010".into()], digits: 1 }, 7, []);
        assert!(numbers.number(900, 7).starts_with("+1 206555010"));
    }
}
