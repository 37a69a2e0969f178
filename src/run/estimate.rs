//! Estimates how many requests a run sends.

use std::collections::BTreeMap;

use crate::api::Operation;
use crate::plan::{Cast, Plan};
use crate::steps::{keeps, starts};
use crate::suite::Suite;
use crate::target::Target;

use super::preflight::Scope;

/// The requests that read a user before and after the run, by list and by single reads.
const LOOKS: usize = 8;
/// How many cases with the same starting phones one user serves, if there are enough users.
const CHAIN: usize = 6;
/// The requests of one walk: its steps, and reads of its two users after each step.
const WALK: u64 = 32;

/// The approximate number of requests of a run against a correct endpoint. `embedded` tells whether the endpoint is the
/// embedded server.
pub fn estimate(suite: &Suite, target: &Target, plan: &Plan, walks: u64, embedded: bool) -> u64 {
    let walks = plan.walks(suite, walks).number;
    let cast = Cast::new(target);
    let scope = Scope::of(suite, target, &cast, plan, walks);
    let mut requests = scope.users.len() * LOOKS;
    if !embedded {
        // The preflight reads each user that the run does not use once.
        requests += target.users.len() - scope.users.len();
    }
    let asks = |operation| usize::from(scope.operations.contains(&operation));
    // The preflight gives a user each type of phone and tries every operation; a whole run also compares versions and
    // users.
    let trial = scope.kinds.len()
        + asks(Operation::Get)
        + 2 * asks(Operation::Update)
        + 2 * asks(Operation::EnableSmsSignIn)
        + (1 + scope.kinds.len()) * asks(Operation::Delete)
        + 1
        + usize::from(scope.is_whole());
    requests += trial * target.versions.len() + scope.identities.len();
    let mut beginnings: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for case in &plan.cases {
        let steps = &suite.rules[case.rule].scenarios[case.scenario].gherkin.steps;
        let all = starts(steps, case.version);
        let reads = steps.iter().any(|step| step.value.contains(" lists ") || step.value.contains(" reads "));
        let looks = steps.iter().any(|step| step.value.contains("unchanged") || step.value.contains("administrator sees"));
        requests += 1 + if reads { usize::from(looks) } else { all.len().min(2) };
        // A case that changes a user's phones causes more requests to set up the next case.
        requests += usize::from(!keeps(steps)) + 2 * all.len().saturating_sub(1);
        for start in all {
            let set_up = 1 + start.kinds.len() + 2 * usize::from(start.sign_in == Some(false));
            let (_, cases) = beginnings.entry(format!("{start:?}")).or_insert((set_up, 0));
            *cases += 1;
        }
    }
    // If more cases start from the same phones, more users need these phones.
    let users = scope.users.len();
    requests += beginnings.values().map(|(set_up, cases)| set_up * cases.div_ceil(CHAIN).min(users)).sum::<usize>();
    requests as u64 + walks * WALK
}
