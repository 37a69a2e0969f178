//! The walks that a plan comes with, as far as can be told before anything is sent.

use std::collections::BTreeSet;

use super::Plan;
use crate::api::Operation;
use crate::suite::Suite;
use crate::walk::RULES;

/// What a run means to take besides its scenarios; an endpoint that keeps no state, or deletes no phone, has none taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walks {
    /// How many of them fall to this run or part of a run.
    pub number: u64,
    /// What they consist of.
    pub operations: BTreeSet<Operation>,
}

impl Plan {
    /// The walks of a run that is asked for so many.
    pub fn walks(&self, suite: &Suite, number: u64) -> Walks {
        let rules: BTreeSet<usize> = self.checked().map(|(rule, _)| rule).collect();
        let walked = rules.into_iter().map(|rule| &suite.rules[rule]).filter(|rule| RULES.contains(&rule.id.as_str()));
        let operations: BTreeSet<Operation> = walked.map(|rule| rule.operation).collect();
        if operations.is_empty() {
            return Walks::default();
        }
        let own = (0..number).filter(|walk| self.shard.is_none_or(|shard| shard.has(*walk))).count();
        if own == 0 { Walks::default() } else { Walks { number: own as u64, operations } }
    }
}
