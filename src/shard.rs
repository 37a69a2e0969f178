//! Splits a run among machines, and says which cases belong to a shard.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

/// A run has at most this many shards. The specification has fewer scenarios.
const MOST: usize = 1000;

/// One of several disjoint parts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard {
    /// The number of the shard, counted from 1.
    number: usize,
    /// The number of shards.
    of: usize,
}

/// The text does not name a shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not of the form I/N, where I lies between 1 and N, and N between 1 and {MOST}")]
pub struct NotAShard(String);

impl FromStr for Shard {
    type Err = NotAShard;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()) && !part.starts_with('0');
        text.split_once('/')
            .filter(|(number, of)| digits(number) && digits(of))
            .and_then(|(number, of)| Some(Self { number: number.parse().ok()?, of: of.parse().ok()? }))
            .filter(|shard| (1..=shard.of).contains(&shard.number) && shard.of <= MOST)
            .ok_or_else(|| NotAShard(text.to_owned()))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl Shard {
    /// The number of shards.
    pub const fn parts(self) -> usize {
        self.of
    }

    /// The index of the shard, counted from 0.
    pub const fn index(self) -> usize {
        self.number - 1
    }

    /// Every shard of the run, including this one.
    pub fn all(self) -> impl Iterator<Item = Self> {
        (1..=self.of).map(move |number| Self { number, of: self.of })
    }

    /// Whether the job with this number belongs to this shard, if all jobs have the same weight. Each round deals one
    /// job to each shard. Rounds start with different shards, so that alternating kinds of job are spread evenly.
    pub const fn has(self, number: u64) -> bool {
        let of = self.of as u64;
        if of == 1 {
            return true;
        }
        let (mut rest, mut digits) = (number, 0);
        while rest > 0 {
            digits += rest % of;
            rest /= of;
        }
        digits % of == self.index() as u64
    }

    /// The jobs of this shard. `jobs` holds the name and the weight of every job; names must be unique. Deals the
    /// heaviest job first, and each job to the shard with the least weight so far. The split depends only on names and
    /// weights, not on the order of `jobs`.
    pub fn own<N: Ord + Copy>(self, jobs: impl IntoIterator<Item = (N, u64)>) -> Vec<N> {
        let mut jobs: Vec<_> = jobs.into_iter().collect();
        jobs.sort_by_key(|(name, weight)| (Reverse(*weight), *name));
        let mut loads = vec![0; self.of];
        let dealt = jobs.into_iter().filter_map(|(name, weight)| {
            let least = (0..loads.len()).min_by_key(|part| loads[*part])?;
            loads[least] += weight;
            (least + 1 == self.number).then_some(name)
        });
        dealt.collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shard(text: &str) -> Shard {
        text.parse().unwrap()
    }

    #[test]
    fn a_shard_is_written_as_it_is_read() {
        for text in ["1/1", "2/4", "1000/1000"] {
            assert_eq!(shard(text).to_string(), text);
        }
        for text in ["", "1", "/", "0/4", "5/4", "1/0", "01/4", "+1/4", "1/4/4", " 1/4", "1/1001", "1/99999999999999999999", "x/y"] {
            assert_eq!(text.parse::<Shard>(), Err(NotAShard(text.to_owned())));
        }
    }

    #[test]
    fn heavy_jobs_are_dealt_first() {
        let jobs = [("a", 1), ("b", 5), ("c", 1), ("d", 3)];
        assert_eq!(shard("1/2").own(jobs), ["b"]);
        assert_eq!(shard("2/2").own(jobs), ["d", "a", "c"]);
    }

    #[test]
    fn jobs_of_equal_weight_are_dealt_in_turn() {
        let own = |text: &str| (1..=7).filter(|number| shard(text).has(*number)).collect::<Vec<_>>();
        assert_eq!(["1/3", "2/3", "3/3"].map(own), [vec![5, 7], vec![1, 3], vec![2, 4, 6]]);
    }

    #[test]
    fn every_shard_gets_jobs_of_each_alternating_kind() {
        for (of, sorts) in [(2, 2), (2, 4), (3, 3), (4, 2), (4, 4)] {
            for part in shard(&format!("1/{of}")).all() {
                let of_sort = |sort| (0..64).filter(|number| number % sorts == sort && part.has(*number)).count();
                assert!((0..sorts).all(|sort| of_sort(sort) > 0), "{part}, {sorts} sorts");
            }
        }
    }

    fn any_jobs() -> impl Strategy<Value = Vec<(String, u64)>> {
        prop::collection::btree_map("[a-z]{1,4}", 1_u64..20, 0..60).prop_map(|jobs| jobs.into_iter().collect())
    }

    proptest! {
        #[test]
        fn the_shards_are_disjoint_complete_and_about_equal(jobs in any_jobs(), of in 1_usize..9) {
            let named = || jobs.iter().map(|(name, weight)| (name.as_str(), *weight));
            let weight = |name: &str| jobs.iter().find(|(known, _)| known == name).map_or(0, |(_, weight)| *weight);
            let parts: Vec<Vec<&str>> = shard(&format!("1/{of}")).all().map(|part| part.own(named())).collect();
            let mut all = parts.concat();
            all.sort_unstable();
            prop_assert_eq!(all, named().map(|(name, _)| name).collect::<Vec<_>>());
            let loads: Vec<u64> = parts.iter().map(|part| part.iter().map(|name| weight(name)).sum()).collect();
            let heaviest = jobs.iter().map(|(_, weight)| *weight).max().unwrap_or(0);
            prop_assert!(loads.iter().max().unwrap() - loads.iter().min().unwrap() <= heaviest, "{loads:?}");
        }

        #[test]
        fn the_order_of_the_jobs_does_not_matter(jobs in any_jobs().prop_shuffle(), of in 1_usize..5) {
            let mut sorted = jobs.clone();
            sorted.sort();
            for part in shard(&format!("1/{of}")).all() {
                let own = |jobs: &[(String, u64)]| part.own(jobs.iter().map(|(name, weight)| (name.as_str(), *weight))).into_iter().map(str::to_owned).collect::<Vec<_>>();
                prop_assert_eq!(own(&jobs), own(&sorted));
            }
        }
    }
}
