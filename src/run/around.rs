//! Cases beside those that fail: with another caller, another address, another number or another version each.
//!
//! A run has few of all cases, so that several things may set a failing case apart from those that pass. Trying what lies around it
//! tells which of them it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Case, Plan, Selection};
use crate::report::Outcome;
use crate::tenant::assign;

use super::recorder::Record;
use super::stage::Stage;

/// Around how many failing scenarios of a rule is looked.
const SCENARIOS: usize = 2;
/// How many cases are tried at most: an endpoint with more mistakes than that has other worries.
const MOST: usize = 120;

/// The cases to try: those that differ in one thing from a case that fails, where other cases of the rule pass.
pub fn beside(stage: &Stage, records: &[Record]) -> Vec<Case> {
    if !stage.plan.covers || stage.plan.shard.is_some() {
        return Vec::new();
    }
    let mut passing: BTreeSet<usize> = BTreeSet::new();
    let mut failing: BTreeMap<usize, Vec<&Case>> = BTreeMap::new();
    for record in records {
        let case = &stage.plan.cases[record.case];
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
    let every = Plan::new(&stage.suite, &stage.target, &Selection::every_case());
    let is_new = |case: &Case| !stage.plan.cases.iter().any(|known| known.is(case));
    let mut found: Vec<Case> = Vec::new();
    for case in failing.into_values().flatten() {
        let beside = every.cases.iter().filter(|other| other.differs_in_one_thing_from(case) && is_new(other) && can_run(stage, other));
        for other in beside {
            if found.len() < MOST && !found.iter().any(|known| known.is(other)) {
                found.push(other.clone());
            }
        }
    }
    found
}

/// Whether there are users for a case among those that may be lent.
fn can_run(stage: &Stage, case: &Case) -> bool {
    let mut wishes = case.wishes.clone();
    for wish in &mut wishes {
        wish.retain(|user| stage.lendable.contains(user));
    }
    assign(&wishes, &vec![true; stage.target.users.len()]).is_some()
}
