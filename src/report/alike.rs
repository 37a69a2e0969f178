//! Cases of one scenario that passed. They have the same steps, so a report contains these steps only once.

use std::collections::BTreeSet;

use super::{Outcome, RuleReport, ScenarioReport, StepReport};

impl RuleReport {
    /// Removes the steps of a passed case if an earlier passed case of the same scenario has them.
    pub fn leave_out_repeated_steps(&mut self) {
        let mut shown = BTreeSet::new();
        for scenario in self.scenarios.iter_mut().filter(|scenario| passed(scenario)) {
            if !shown.insert(scenario.id.clone()) {
                scenario.steps = Vec::new();
            }
        }
    }

    /// The steps of a scenario. If they were removed, the steps of the passed case that still has them.
    pub fn steps_of<'a>(&'a self, scenario: &'a ScenarioReport) -> &'a [StepReport] {
        if scenario.steps.is_empty() && passed(scenario) {
            self.alike(scenario).next().map_or(&[], |first| &first.steps)
        } else {
            &scenario.steps
        }
    }

    /// The passed cases with the same scenario id, including `scenario` itself.
    pub fn alike<'a>(&'a self, scenario: &'a ScenarioReport) -> impl Iterator<Item = &'a ScenarioReport> {
        self.scenarios.iter().filter(|other| passed(other) && other.id == scenario.id)
    }
}

fn passed(scenario: &ScenarioReport) -> bool {
    scenario.outcome == Outcome::Passed && scenario.is_own()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn passed_cases_share_one_copy_of_their_steps() {
        let mut rule = sample::rule("get.found", Outcome::Passed);
        let first = rule.scenarios[0].clone();
        rule.scenarios.push(ScenarioReport { outcome: Outcome::Failed, ..first.clone() });
        rule.scenarios.push(first.clone());
        rule.scenarios.push(ScenarioReport { id: "get.found/another".to_owned(), ..first.clone() });
        rule.leave_out_repeated_steps();
        let kept: Vec<_> = rule.scenarios.iter().map(|scenario| !scenario.steps.is_empty()).collect();
        assert_eq!(kept, [true, true, false, true]);
        assert!(rule.scenarios.iter().all(|scenario| rule.steps_of(scenario) == first.steps));
    }
}
