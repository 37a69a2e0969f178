//! The scenarios of an earlier report to run again: those that did not pass.

use std::collections::BTreeSet;

use super::{Outcome, Report, ScenarioKey, ScenarioReport};

/// Every scenario that deviated, was blocked or errored. A skipped scenario is left out, because that run did not try
/// it.
///
/// For a deviation that was seen in a scenario of another rule, that scenario and the rule's own scenarios run again.
/// For a walk, the rule's own scenarios run again.
pub fn to_run_again(report: &Report) -> BTreeSet<ScenarioKey> {
    let mut again = BTreeSet::new();
    for rule in &report.rules {
        for scenario in rule.scenarios.iter().filter(|scenario| !matches!(scenario.outcome, Outcome::Passed | Outcome::Skipped)) {
            if scenario.is_own() {
                again.insert(scenario.key());
                continue;
            }
            let seen_in = |id: &str| ScenarioKey { id: id.to_owned(), ..scenario.key() };
            again.extend(scenario.seen_in().map(seen_in));
            again.extend(rule.scenarios.iter().filter(|own| own.is_own() && own.version == scenario.version).map(ScenarioReport::key));
        }
    }
    again
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ApiVersion;
    use crate::report::{Kind, sample, sighting_id};

    #[test]
    fn scenarios_that_did_not_pass_run_again() {
        let ids = |report: Report| to_run_again(&report).into_iter().map(|key| format!("{} {}", key.id, key.version)).collect::<Vec<_>>();
        assert_eq!(ids(sample::inconclusive()), ["delete.state-is-kept/as-it-should v1.0", "get.state-is-kept/as-it-should v1.0"]);
        assert_eq!(ids(sample::one_failure()).len(), 4 + 1);
        assert_eq!(ids(sample::nothing_verified()), Vec::<String>::new());
    }

    #[test]
    fn for_a_sighting_its_scenario_and_its_rule_run_again() {
        let mut rule = sample::rule("get.found", Outcome::Passed);
        let seen = ScenarioReport {
            id: sighting_id("get.found", "list.kept/one"),
            kind: Kind::Watch { seen_in: "list.kept/one".to_owned() },
            outcome: Outcome::Failed,
            version: ApiVersion::V1,
            ..rule.scenarios[0].clone()
        };
        rule.scenarios.push(seen);
        rule.outcome = Outcome::Failed;
        let again = to_run_again(&sample::report(vec![rule]));
        let ids: Vec<_> = again.iter().map(|key| key.id.as_str()).collect();
        assert_eq!(ids, ["get.found/as-it-should", "list.kept/one"]);
    }
}
