//! Numbers that are nobody's, each scenario its own.

use std::collections::BTreeSet;

use crate::target::PhoneNumbers;

/// How many numbers a scenario can ask for before it would take another's.
const PER_SCENARIO: u64 = 8;

/// The numbers of one run: the same for the same seed, and none that a user had before.
#[derive(Debug, Clone)]
pub struct Numbers {
    prefixes: Vec<String>,
    digits: u32,
    seed: u64,
    taken: BTreeSet<String>,
}

impl Numbers {
    /// Numbers made of these prefixes, but for the ones that are taken.
    pub fn new(numbers: &PhoneNumbers, seed: u64, taken: impl IntoIterator<Item = String>) -> Self {
        Self { prefixes: numbers.prefixes.clone(), digits: numbers.digits, seed, taken: taken.into_iter().collect() }
    }

    /// The number with this index of a scenario.
    pub fn number(&self, scenario: usize, index: u64) -> String {
        let each = 10_u64.pow(self.digits);
        let all = each * self.prefixes.len() as u64;
        let start = self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) % all;
        let first = start + scenario as u64 * PER_SCENARIO + index % PER_SCENARIO;
        let free = (0..all).map(|step| self.nth((first + step * PER_SCENARIO) % all, each)).find(|number| !self.taken.contains(number));
        // Where every number is somebody's, uniqueness is lost either way.
        free.unwrap_or_else(|| self.nth(first % all, each))
    }

    /// Whether a number is one of those that are made here.
    pub fn makes(&self, number: &str) -> bool {
        let digits = |rest: &str| rest.len() == self.digits as usize && rest.bytes().all(|byte| byte.is_ascii_digit());
        self.prefixes.iter().any(|prefix| number.strip_prefix(prefix.as_str()).is_some_and(digits)) && !self.taken.contains(number)
    }

    fn nth(&self, n: u64, each: u64) -> String {
        let prefix = &self.prefixes[usize::try_from(n / each).expect("there are fewer prefixes than that")];
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
        for other in ["+1 2065550100x1", "+12065550100", "+1 20655501", "+44 2065550100"] {
            assert!(!numbers.makes(other), "{other}");
        }
    }

    #[test]
    fn a_small_space_still_gives_numbers() {
        let numbers = Numbers::new(&PhoneNumbers { prefixes: vec!["+1 206555010".into()], digits: 1 }, 7, []);
        assert!(numbers.number(900, 7).starts_with("+1 206555010"));
    }
}
