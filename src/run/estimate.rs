//! How many requests a run will send, as far as its plan tells.

use std::collections::BTreeSet;

use crate::api::Operation;
use crate::plan::{Cast, Plan};
use crate::steps::{keeps, starts};
use crate::suite::Suite;
use crate::target::Target;

use super::preflight::Scope;

/// Looks at a user before and after the run, by a list and one by one.
const LOOKS: usize = 8;
/// What a walk takes: its steps, and looks at both its users after each.
const WALK: u64 = 32;

/// About how many requests a run sends where everything comes as it should.
pub fn estimate(suite: &Suite, target: &Target, plan: &Plan, walks: u64) -> u64 {
    let walks = plan.walks(suite, walks).number;
    let cast = Cast::new(target);
    let scope = Scope::of(suite, target, &cast, plan, walks);
    let mut requests = scope.users.len() * LOOKS;
    let asks = |operation| usize::from(scope.operations.contains(&operation));
    // A user is given each type of phone, and every operation is tried; a whole run compares versions and users as well.
    let trial = scope.kinds.len()
        + asks(Operation::Get)
        + 2 * asks(Operation::Update)
        + 2 * asks(Operation::EnableSmsSignIn)
        + (1 + scope.kinds.len()) * asks(Operation::Delete)
        + 1
        + usize::from(scope.is_whole());
    requests += trial * target.versions.len() + scope.identities.len();
    let mut beginnings: Vec<(usize, usize)> = Vec::new();
    let mut seen = BTreeSet::new();
    for case in &plan.cases {
        let steps = &suite.rules[case.rule].scenarios[case.scenario].gherkin.steps;
        let all = starts(steps, case.version);
        let (reads, keeps) = (steps.iter().any(|step| step.value.contains(" lists ") || step.value.contains(" reads ")), keeps(steps));
        requests += 1 + if reads { 0 } else { all.len().min(2) };
        // Whoever changes what a user has leaves something to be done for the next one.
        requests += usize::from(!keeps) + 2 * all.len().saturating_sub(1);
        for start in all {
            let key = format!("{:?} {:?} {:?}", start.version, start.kinds, start.sign_in);
            if seen.insert(key) {
                beginnings.push((start.kinds.len(), usize::from(start.sign_in == Some(false))));
            }
        }
    }
    requests += beginnings.iter().map(|(kinds, off)| kinds + 1 + 2 * off).sum::<usize>();
    requests as u64 + walks * WALK
}
