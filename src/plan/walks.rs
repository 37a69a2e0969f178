//! The walks of a plan, as planned before the run sends anything.

use std::collections::BTreeSet;

use super::Plan;
use crate::api::Operation;
use crate::suite::Suite;
use crate::walk::RULES;

/// The walks that a run plans to take. It takes none if the preflight shows that the endpoint stores or deletes
/// nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walks {
    /// How many walks this run or shard takes.
    pub number: u64,
    /// The operations in the walks.
    pub operations: BTreeSet<Operation>,
}

impl Plan {
    /// The walks of a run that was asked for `number` walks.
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
