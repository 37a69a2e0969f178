//! The cases of a scenario that passed: they have the same steps, so a report has the steps once.

use std::collections::BTreeSet;

use super::{Outcome, RuleReport, ScenarioReport, StepReport};

impl RuleReport {
    /// Leaves out the steps of a case that passed if an earlier passed case of the same scenario has them.
    pub fn leave_out_repeated_steps(&mut self) {
        let mut shown = BTreeSet::new();
        for scenario in self.scenarios.iter_mut().filter(|scenario| passed(scenario)) {
            if !shown.insert(scenario.id.clone()) {
                scenario.steps = Vec::new();
            }
        }
    }

    /// The steps of a scenario; if they were left out, those of the passed case that has them.
    pub fn steps_of<'a>(&'a self, scenario: &'a ScenarioReport) -> &'a [StepReport] {
        if scenario.steps.is_empty() && passed(scenario) {
            self.alike(scenario).next().map_or(&[], |first| &first.steps)
        } else {
            &scenario.steps
        }
    }

    /// The cases of the same scenario that passed, itself included.
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
    fn the_steps_of_passed_cases_are_kept_once() {
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
