//! Adds cases near those that fail. Each differs from a failing case in the caller, the address, the number or the
//! version.
//!
//! A run tries only a few of all possible cases, so a failing case may differ from the passing ones in several things.
//! The extra cases show which of these things matters.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Case, Plan, Selection};
use crate::report::Outcome;
use crate::tenant::assign;

use super::recorder::Record;
use super::stage::Stage;

/// The run adds cases for at most this many failing scenarios of a rule.
const SCENARIOS: usize = 2;
/// The run adds at most this many cases. An endpoint with more mistakes has bigger problems.
const MOST: usize = 120;

/// The cases to add. Each differs in one thing from a failing case; the rule of that case also has passing cases.
pub fn neighbours(stage: &Stage, records: &[Record]) -> Vec<Case> {
    if !stage.cases.plan.covers || stage.cases.plan.shard.is_some() {
        return Vec::new();
    }
    let mut passing: BTreeSet<usize> = BTreeSet::new();
    let mut failing: BTreeMap<usize, Vec<&Case>> = BTreeMap::new();
    for record in records {
        let case = stage.cases.case(record.case);
        match record.outcome {
            Outcome::Passed => {
                passing.insert(case.rule);
            }
            Outcome::Failed | Outcome::Warned => {
                let first = failing.entry(case.rule).or_default();
                if first.len() < SCENARIOS && first.iter().all(|known| known.scenario != case.scenario) {
                    first.push(case);
                }
            }
            Outcome::Blocked | Outcome::Errored | Outcome::Skipped => {}
        }
    }
    failing.retain(|rule, _| passing.contains(rule));
    if failing.is_empty() {
        return Vec::new();
    }
    let every = Plan::new(&stage.cases.suite, &stage.target, &Selection::every_case());
    let is_new = |case: &Case| !stage.cases.plan.cases.iter().any(|known| known.is(case));
    let mut found: Vec<Case> = Vec::new();
    for case in failing.into_values().flatten() {
        let near = every.cases.iter().filter(|other| other.differs_in_one_thing_from(case) && is_new(other) && can_run(stage, other));
        for other in near {
            if found.len() < MOST && !found.iter().any(|known| known.is(other)) {
                found.push(other.clone());
            }
        }
    }
    found
}

/// Whether the run has users to lend to a case.
fn can_run(stage: &Stage, case: &Case) -> bool {
    assign(&stage.lendable(case), &vec![true; stage.target.users.len()]).is_some()
}
