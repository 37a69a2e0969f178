//! The cases of a run.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::api::{Area, Operation};
use crate::plan::{Case, Plan};
use crate::suite::{Rule, Scenario, Suite};

use super::snapshots;

/// The cases of a run. Each has an index in the plan.
#[derive(Debug, Clone)]
pub struct Cases {
    /// The specification.
    pub suite: Arc<Suite>,
    /// The plan.
    pub plan: Arc<Plan>,
    /// The cases whose answers are compared with snapshots or recorded; `None` if the run does neither.
    compared: Option<BTreeSet<usize>>,
}

impl Cases {
    /// The cases of a plan.
    pub fn new(suite: &Arc<Suite>, plan: &Plan, snapshots: bool) -> Self {
        let compared = snapshots.then(|| snapshots::shown(plan));
        Self { suite: Arc::clone(suite), plan: Arc::new(plan.clone()), compared }
    }

    /// These cases and `more`.
    pub fn with(&self, more: Vec<Case>) -> Self {
        Self::new(&self.suite, &Plan::clone(&self.plan).with(more), self.compared.is_some())
    }

    /// Whether the answer of a case is compared with a snapshot or recorded. Such a case keeps its whole exchanges
    /// until then.
    pub fn is_compared(&self, index: usize) -> bool {
        self.compared.as_ref().is_some_and(|compared| compared.contains(&index))
    }

    /// A case.
    pub fn case(&self, index: usize) -> &Case {
        &self.plan.cases[index]
    }

    /// The rule of a case.
    pub fn rule(&self, index: usize) -> &Rule {
        &self.suite.rules[self.case(index).rule]
    }

    /// The scenario of a case.
    pub fn scenario(&self, index: usize) -> &Scenario {
        &self.rule(index).scenarios[self.case(index).scenario]
    }

    /// Whether the mistake that a case shows may affect other scenarios' users: the case is about several users, about
    /// a user whom the endpoint must tell from others by token or name, or about a user who does not exist.
    pub fn reaches_others(&self, index: usize) -> bool {
        let needs = &self.scenario(index).needs;
        needs.people.len() != 1 || needs.user_principal_name || needs.callers.iter().any(|caller| caller.is_the_user())
    }

    /// The operation that a case's rule is about.
    pub fn operation(&self, index: usize) -> Operation {
        self.rule(index).operation
    }

    /// Whether a case tests that a read does not show another user's phones.
    pub fn shows_others(&self, index: usize) -> bool {
        self.operation(index).reads() && self.scenario(index).needs.people.len() > 1
    }

    /// Whether the mistake that a case shows may change users' phones. A wrong status or body changes nothing.
    pub fn changes_users(&self, index: usize) -> bool {
        let rule = self.rule(index);
        rule.area != Area::Contract && !rule.operation.reads()
    }
}
