//! Finds how a rule changed between two reports of one target, scenario by scenario.

use super::Kind;
use crate::report::{Outcome, Report, RuleReport, ScenarioReport};

/// How a rule changed, and the scenarios that show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub kind: Kind,
    /// Each scenario that changed, with a description.
    pub scenarios: Vec<String>,
}

/// Compares a rule in `before` and `now`.
pub(super) fn change(rule: &str, before: &Report, now: &Report) -> Change {
    let find = |report: &'_ Report| report.rules.iter().position(|known| known.id == rule);
    let (was, is) = (find(before).map(|at| &before.rules[at]), find(now).map(|at| &now.rules[at]));
    let outcome = |rule: Option<&RuleReport>| rule.map(|rule| rule.outcome);
    let newly_broken: Vec<String> = is
        .map_or(&[][..], |is| &is.scenarios)
        .iter()
        .filter(|scenario| is_broken(scenario) && !was_broken(was, scenario))
        .map(named)
        .collect();
    if !newly_broken.is_empty() {
        return Change { kind: Kind::NewlyBroken, scenarios: newly_broken };
    }
    let unchecked = no_longer_checked(was, is, now);
    let kind = match (outcome(was), outcome(is)) {
        _ if !unchecked.is_empty() => Kind::NoLongerChecked,
        (_, Some(Outcome::Failed | Outcome::Blocked)) => Kind::StillBroken,
        (Some(Outcome::Failed | Outcome::Blocked), Some(Outcome::Passed | Outcome::Warned)) => Kind::NewlyFixed,
        (was, is) if was == is => Kind::Same,
        _ => Kind::Otherwise,
    };
    Change { kind, scenarios: unchecked }
}

/// A skipped or errored scenario says nothing about the rule.
const fn is_broken(scenario: &ScenarioReport) -> bool {
    matches!(scenario.outcome, Outcome::Failed | Outcome::Blocked)
}

/// Whether a scenario was broken before. Any walk of the rule counts, because the seed chooses the walks.
fn was_broken(was: Option<&RuleReport>, scenario: &ScenarioReport) -> bool {
    let is_it = |other: &&ScenarioReport| match scenario.walk() {
        Some(_) => other.version == scenario.version,
        None => other.key() == scenario.key(),
    };
    was.is_some_and(|was| was.scenarios.iter().filter(is_it).any(is_broken))
}

/// The rule's own scenarios that were checked before and are not now: they are skipped, or the target no longer has
/// their version.
fn no_longer_checked(was: Option<&RuleReport>, is: Option<&RuleReport>, now: &Report) -> Vec<String> {
    let (Some(was), Some(is)) = (was, is) else { return Vec::new() };
    let checked =
        |scenario: &&ScenarioReport| scenario.is_own() && matches!(scenario.outcome, Outcome::Passed | Outcome::Warned | Outcome::Failed);
    let lost = |scenario: &ScenarioReport| {
        let found = is.scenarios.iter().find(|other| other.is_own() && other.key() == scenario.key());
        match found {
            Some(found) => (found.outcome == Outcome::Skipped).then(|| named(found)),
            None => (!now.target.versions.contains(&scenario.version))
                .then(|| format!("{} {}: the version is not checked", scenario.version, scenario.full_name())),
        }
    };
    was.scenarios.iter().filter(checked).filter_map(lost).collect()
}

/// A scenario's name, followed by the reason why it did not pass.
fn named(scenario: &ScenarioReport) -> String {
    let violation = scenario.violations.first().map(|violation| format!("expected {}; got {}", violation.expected, violation.actual));
    let why = violation.or_else(|| scenario.reason.clone()).unwrap_or_else(|| scenario.outcome.to_string());
    format!("{} {}: {why}", scenario.version, scenario.full_name())
}
