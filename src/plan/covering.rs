//! Selects few cases of a rule, so that every pair of values of two dimensions occurs in some case.
//!
//! The selection finds every mistake that depends on one value or on two values together. The same scenarios and values
//! give the same selection on every machine.

use std::cmp::Reverse;

use crate::api::{ApiVersion, named};
use crate::graph::PhoneType;
use crate::suite::Caller;
use crate::target::NumberKind;

use super::variation::{Address, Variation};

named! {
    /// How many of a scenario's cases run.
    Cells {
        /// Every pair of values of two dimensions occurs in some case of each rule.
        Covering = "covering",
        /// Every combination of values.
        All = "all",
        /// One case for each scenario and version.
        One = "one",
    }
}

/// A scenario in one version, with its variations.
#[derive(Debug, Clone)]
pub(super) struct Job {
    /// The version.
    pub version: ApiVersion,
    /// The line of the scenario in the feature file. The examples of an outline are one scenario.
    pub scenario: usize,
    /// The caller that the scenario names, if it names one.
    pub caller: Option<Caller>,
    /// The type of the phone that the request is about, if the scenario names one.
    pub kind: Option<PhoneType>,
    /// The variations, the canonical one first.
    pub variations: Vec<Variation>,
    /// Whether the request asks for a number. If not, each kind of number occurs with each version, but not with each
    /// scenario, caller and address.
    pub asks_for_number: bool,
    /// How long one case takes, as a weight.
    pub weight: u64,
}

/// A value of one of the dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Scenario(usize),
    Version(ApiVersion),
    Caller(Caller),
    Address(Address),
    Number(NumberKind),
    Kind(PhoneType),
}

/// The values of a case, one of each dimension, in this order: scenario, version, caller, address, number, type.
type Values<T> = [Option<T>; 6];

/// The places of two dimensions in [`Values`].
const VERSION: usize = 1;
const NUMBER: usize = 4;

impl Job {
    /// The values of a case.
    fn values(&self, variation: Variation) -> Values<Value> {
        let Variation { caller, address, number } = variation;
        [
            Some(Value::Scenario(self.scenario)),
            Some(Value::Version(self.version)),
            caller.or(self.caller).map(Value::Caller),
            address.map(Value::Address),
            number.map(Value::Number),
            self.kind.map(Value::Kind),
        ]
    }

    /// The pairs of values that have to occur together.
    fn pairs<T: Copy>(&self, values: Values<T>) -> Vec<(T, T)> {
        let mut pairs = Vec::with_capacity(15);
        for left in 0..values.len() {
            for right in left + 1..values.len() {
                let counts = self.asks_for_number || ![left, right].contains(&NUMBER) || left == VERSION;
                pairs.extend(values[left].zip(values[right]).filter(|_| counts));
            }
        }
        pairs
    }
}

impl Cells {
    /// For each job of a rule, the variations to run.
    pub(super) fn choose(self, jobs: &[Job]) -> Vec<Vec<Variation>> {
        match self {
            Self::All => jobs.iter().map(|job| job.variations.clone()).collect(),
            Self::One => jobs.iter().map(|job| job.variations.first().copied().into_iter().collect()).collect(),
            Self::Covering => covering(jobs),
        }
    }
}

/// Takes each job once, with the variation that adds most pairs. Then adds cases until every pair occurs.
fn covering(jobs: &[Job]) -> Vec<Vec<Variation>> {
    // Each value gets a number, and from them each pair, because numbers are faster to compare.
    let mut known: Vec<Value> = Vec::new();
    let mut number = |value: Value| {
        known.iter().position(|known| *known == value).unwrap_or_else(|| {
            known.push(value);
            known.len() - 1
        })
    };
    let mut numbers_of = |job: &Job, variation: &Variation| job.values(*variation).map(|value| value.map(&mut number));
    let numbers: Vec<Vec<Values<usize>>> =
        jobs.iter().map(|job| job.variations.iter().map(|variation| numbers_of(job, variation)).collect()).collect();
    let count = known.len();
    let pairs_of = |job: &Job, values: &Values<usize>| job.pairs(*values).into_iter().map(|(left, right)| left * count + right).collect();
    let pairs: Vec<Vec<Vec<usize>>> =
        jobs.iter().zip(&numbers).map(|(job, all)| all.iter().map(|values| pairs_of(job, values)).collect()).collect();
    let mut missing = Missing::new(count * count, pairs.iter().flatten().flatten());
    // For each job, the indices of its chosen variations.
    let mut chosen: Vec<Vec<usize>> = vec![Vec::new(); jobs.len()];
    // For each job, how many pairs its best variation adds, and its index. Other choices only make the number smaller.
    let mut best: Vec<Option<(usize, usize)>> = Vec::with_capacity(jobs.len());
    for (index, pairs) in pairs.iter().enumerate() {
        best.push(missing.best(pairs));
        if let Some((_, place)) = best[index] {
            missing.take(&pairs[place]);
            chosen[index].push(place);
        }
    }
    while missing.left > 0 {
        // Take a case that adds most pairs; if several do, the job with the fewest cases so far.
        let rank = |index: &usize| (best[*index].map(|(added, _)| added), Reverse((chosen[*index].len(), jobs[*index].weight, *index)));
        let index = (0..jobs.len()).max_by_key(rank).expect("what is missing is in some job");
        let before = std::mem::replace(&mut best[index], missing.best(&pairs[index]));
        if let Some((added, place)) = best[index]
            && before.is_some_and(|(before, _)| before == added)
        {
            missing.take(&pairs[index][place]);
            chosen[index].push(place);
        }
    }
    let sorted = chosen.into_iter().zip(jobs).map(|(mut places, job)| {
        places.sort_unstable();
        places.into_iter().map(|place| job.variations[place]).collect()
    });
    sorted.collect()
}

/// The pairs that occur in no chosen case yet.
struct Missing {
    /// Whether each pair is missing, by the pair's number.
    pairs: Vec<bool>,
    /// How many are missing.
    left: usize,
}

impl Missing {
    /// These pairs are missing; each number is less than `end`.
    fn new<'a>(end: usize, pairs: impl Iterator<Item = &'a usize>) -> Self {
        let mut missing = Self { pairs: vec![false; end], left: 0 };
        for pair in pairs {
            missing.left += usize::from(!std::mem::replace(&mut missing.pairs[*pair], true));
        }
        missing
    }

    /// How many pairs the best variation adds, and its index. If several add the same number, the first is best.
    fn best(&self, variations: &[Vec<usize>]) -> Option<(usize, usize)> {
        let added = |pairs: &Vec<usize>| pairs.iter().filter(|pair| self.pairs[**pair]).count();
        let ways = variations.iter().enumerate().map(|(place, pairs)| (added(pairs), Reverse(place)));
        ways.max().map(|(added, Reverse(place))| (added, place))
    }

    fn take(&mut self, pairs: &[usize]) {
        for pair in pairs {
            self.left -= usize::from(std::mem::take(&mut self.pairs[*pair]));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::variation::Open;
    use super::*;

    fn any_jobs() -> impl Strategy<Value = Vec<Job>> {
        fn some<T: Copy + std::fmt::Debug + 'static>(values: &'static [T]) -> impl Strategy<Value = Vec<T>> {
            prop::sample::subsequence(values, 0..=values.len())
        }
        let callers = some(&[Caller::PrivilegedAuthenticationAdministrator, Caller::Application, Caller::AuthenticationAdministrator]);
        let open = (callers, some(Address::ALL), some(NumberKind::ALL)).prop_map(|(callers, addresses, numbers)| Open {
            callers,
            addresses,
            numbers,
        });
        let job =
            (prop::sample::select(ApiVersion::ALL), open, any::<bool>(), 1_u64..9).prop_map(|(version, open, asks_for_number, weight)| {
                Job { version, scenario: 1, caller: None, kind: None, variations: open.product(), asks_for_number, weight }
            });
        prop::collection::vec(job, 0..8)
    }

    fn all_pairs(jobs: &[Job], chosen: &[Vec<Variation>]) -> BTreeSet<(Value, Value)> {
        jobs.iter().zip(chosen).flat_map(|(job, chosen)| chosen.iter().flat_map(|variation| job.pairs(job.values(*variation)))).collect()
    }

    proptest! {
        #[test]
        fn every_pair_occurs_and_every_job_runs(jobs in any_jobs()) {
            let all = Cells::All.choose(&jobs);
            let chosen = Cells::Covering.choose(&jobs);
            prop_assert_eq!(all_pairs(&jobs, &chosen), all_pairs(&jobs, &all));
            for ((job, chosen), one) in jobs.iter().zip(&chosen).zip(Cells::One.choose(&jobs)) {
                prop_assert!(!chosen.is_empty());
                prop_assert!(chosen.iter().all(|variation| job.variations.contains(variation)));
                prop_assert_eq!(one, vec![job.variations[0]]);
                let once: BTreeSet<_> = chosen.iter().collect();
                prop_assert_eq!(once.len(), chosen.len());
            }
        }
    }

    #[test]
    fn few_cases_cover_many_pairs() {
        let open = Open {
            callers: vec![Caller::PrivilegedAuthenticationAdministrator, Caller::Application, Caller::AuthenticationAdministrator],
            addresses: vec![Address::Id, Address::Name],
            numbers: vec![NumberKind::OneDigit, NumberKind::TwoDigits, NumberKind::ThreeDigits],
        };
        let job =
            |version| Job { version, scenario: 1, caller: None, kind: None, variations: open.product(), asks_for_number: true, weight: 1 };
        let cases = |versions: &[ApiVersion]| covering(&versions.iter().map(|version| job(*version)).collect::<Vec<_>>()).concat().len();
        assert_eq!(cases(&[ApiVersion::V1]), 9);
        assert!(cases(ApiVersion::ALL) <= 11, "{}", cases(ApiVersion::ALL));
        let five = [ApiVersion::V1, ApiVersion::V1, ApiVersion::V1, ApiVersion::V1, ApiVersion::Beta];
        assert!(cases(&five) <= 11, "the cases are spread over the scenarios: {}", cases(&five));
    }
}
