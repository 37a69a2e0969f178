//! Finds the parts of an endpoint that the cases of a run depend on. The preflight examines only these.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{ApiVersion, Operation};
use crate::graph::PhoneType;
use crate::plan::{Cast, Plan};
use crate::steps::starts;
use crate::suite::{Caller, Scenario, Suite};
use crate::target::Target;
use crate::tenant::assign;

/// The run uses one user per this many cases, or more users if a case needs them.
const CASES: usize = 16;

/// Walks use at least this many users.
const WALKERS: usize = 4;

/// Words of the step that needs the endpoint to refuse a read of an absent phone.
const ABSENT: &str = "cannot be read";

/// What a run depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// The operations that the cases are about or start from.
    pub operations: BTreeSet<Operation>,
    /// The types of phone that the cases mention.
    pub kinds: BTreeSet<PhoneType>,
    /// Whether the cases need the endpoint to refuse a read of an absent phone.
    pub absent: bool,
    /// Indices of the target's users that the run lends to cases or signs in as callers.
    pub users: Vec<usize>,
    /// Indices of the identities that send requests.
    pub identities: BTreeSet<usize>,
}

impl Scope {
    /// The scope of a plan with this number of walks.
    pub fn of(suite: &Suite, target: &Target, cast: &Cast, plan: &Plan, walks: u64) -> Self {
        let mut scope = Self::default();
        scope.operations.extend(plan.checked().map(|(rule, _)| suite.rules[rule].operation));
        // For each caller, the users of its cases. A case without a user counts under the index after the last user.
        let nobody = target.users.len();
        let mut callers: BTreeMap<Caller, Vec<bool>> = BTreeMap::new();
        let mut scenarios = BTreeSet::new();
        for case in &plan.cases {
            let scenario = &suite.rules[case.rule].scenarios[case.scenario];
            for caller in scenario.needs.callers.iter().chain(&case.variation.caller) {
                let users = callers.entry(*caller).or_insert_with(|| vec![false; nobody + 1]);
                for user in case.candidates.first().unwrap_or(&vec![nobody]) {
                    users[*user] = true;
                }
            }
            if scenarios.insert((case.rule, case.scenario, case.version)) {
                scope.add(scenario, case.version);
            }
        }
        if scope.kinds.contains(&PhoneType::AlternateMobile) || scope.operations.iter().any(|operation| !operation.reads()) {
            scope.kinds.insert(PhoneType::Mobile);
        }
        let mut used = users(plan, target.users.len());
        // Walks need more users than one walk takes. Even if no case takes a user, the run needs one to show that the
        // endpoint accepts a valid request.
        let others = (0..target.users.len()).filter(|user| !cast.is_administrator(*user));
        let walkers = if walks == 0 { 1 } else { WALKERS };
        let missing = walkers.saturating_sub(used.len());
        let more: Vec<_> = others.filter(|user| !used.contains(user)).take(missing).collect();
        used.extend(more);
        for (caller, of) in callers {
            let of = (0..=nobody).filter(|user| of[*user] && (*user == nobody || used.contains(user)));
            scope.identities.extend(of.filter_map(|user| cast.identity(caller, (user != nobody).then_some(user))));
        }
        let signed_in = scope.identities.iter().filter_map(|identity| cast.signed_in(*identity));
        scope.users = used.into_iter().chain(signed_in).collect::<BTreeSet<_>>().into_iter().collect();
        scope
    }

    /// Adds what a scenario depends on, except for its users and callers.
    fn add(&mut self, scenario: &Scenario, version: ApiVersion) {
        let steps = &scenario.gherkin.steps;
        self.operations.extend(&scenario.needs.operations);
        let all = starts(steps, version);
        if all.iter().any(|start| !start.kinds.is_empty()) {
            self.operations.insert(Operation::Create);
        }
        self.kinds.extend(all.iter().flat_map(|start| &start.kinds));
        for step in steps {
            let words = step.value.split_whitespace().map(|word| word.trim_end_matches(','));
            self.kinds.extend(words.filter_map(|word| word.parse::<PhoneType>().ok()));
            self.absent |= step.value.contains(ABSENT);
        }
    }

    /// Whether the run covers every type of phone.
    pub fn is_whole(&self) -> bool {
        self.kinds.len() == PhoneType::ALL.len()
    }
}

/// The users that the cases use. Takes no more than needed, because each costs several reads before and after the run.
fn users(plan: &Plan, all: usize) -> BTreeSet<usize> {
    let mut used = vec![false; all];
    for case in &plan.cases {
        if assign(&case.candidates, &used).is_some() {
            continue;
        }
        // Prefer users that are already in use.
        let mut candidates = case.candidates.clone();
        for users in &mut candidates {
            users.sort_by_key(|user| !used[*user]);
        }
        for user in assign(&candidates, &vec![true; all]).unwrap_or_default() {
            used[user] = true;
        }
    }
    let enough = plan.cases.len().div_ceil(CASES);
    for user in plan.cases.iter().flat_map(|case| case.candidates.iter().flatten()) {
        if used.iter().filter(|used| **used).count() >= enough {
            break;
        }
        used[*user] = true;
    }
    (0..all).filter(|user| used[*user]).collect()
}
