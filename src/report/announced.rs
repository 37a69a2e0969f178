//! Compares known deviations with the results. This needs only the report, so parts of a run can be merged first.

use serde::{Deserialize, Serialize};

use crate::api::ApiVersion;

use super::{Outcome, Report, RuleReport, SEEN, ScenarioReport, Skip, WALKS};

/// A known deviation of a rule, from an expectation file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// The only version that it applies to; `null` for all.
    pub version: Option<ApiVersion>,
    /// The scenarios that deviate, by their short names; absent for every scenario of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenarios: Option<Vec<String>>,
    /// The expected outcome.
    pub outcome: Outcome,
    /// Why the deviation is accepted.
    pub reason: String,
    /// Whether a listed scenario now does better, so that the entry must be changed.
    pub stale: bool,
    /// The listed scenarios that now do better; empty if the entry is about the whole rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub better: Vec<String>,
}

impl Announcement {
    fn is_about(&self, version: ApiVersion) -> bool {
        self.version.is_none_or(|only| only == version)
    }

    /// Whether the entry lists a scenario, or a walk or sighting of its rule.
    fn lists(&self, scenario: &ScenarioReport) -> bool {
        self.is_about(scenario.version) && self.scenarios.as_ref().is_none_or(|names| names.iter().any(|name| scenario.is_called(name)))
    }

    /// Whether the entry expects this outcome of a scenario of its rule.
    fn covers(&self, rule: &RuleReport, scenario: &ScenarioReport) -> bool {
        // An entry for a whole rule expects its worst outcome, not the same outcome of each scenario.
        let whole = || self.scenarios.is_none() && rule.outcome_in(self.version) == self.outcome;
        deviates(scenario.outcome) && self.lists(scenario) && (scenario.outcome == self.outcome || whole())
    }

    /// Whether these scenarios do better than expected. False if some did not run, because their outcome is unknown.
    fn is_outdated_by<'a>(&self, mut scenarios: impl Iterator<Item = &'a ScenarioReport> + Clone) -> bool {
        let outcome = Outcome::worst(scenarios.clone().map(|scenario| scenario.outcome));
        let all_ran = !scenarios.any(|scenario| scenario.skip.is_some_and(|skip| skip != Skip::NotApplicable));
        all_ran && matches!(outcome, Outcome::Passed | Outcome::Warned) && outcome > self.outcome
    }

    /// The listed scenarios that do better than expected.
    fn better_in(&self, rule: &RuleReport) -> Vec<String> {
        let is_better = |name: &&String| {
            // A run meets a deviation in a walk or sighting only by chance, so its absence proves little.
            let by_chance = [WALKS, SEEN].contains(&name.as_str());
            !by_chance
                && self.is_outdated_by(rule.scenarios.iter().filter(|scenario| self.is_about(scenario.version) && scenario.is_called(name)))
        };
        self.scenarios.iter().flatten().filter(is_better).cloned().collect()
    }
}

impl RuleReport {
    /// The worst outcome of the scenarios in one version, or in all.
    pub fn outcome_in(&self, version: Option<ApiVersion>) -> Outcome {
        Outcome::worst(self.of(version).map(|scenario| scenario.outcome))
    }

    /// Whether an expectation file lists a scenario's outcome.
    pub fn is_known(&self, scenario: &ScenarioReport) -> bool {
        self.announced.iter().any(|known| known.covers(self, scenario))
    }

    /// The worst outcome that no expectation file lists; `None` if every deviation is listed.
    pub fn unexpected(&self) -> Option<Outcome> {
        let unlisted = self.scenarios.iter().filter(|scenario| deviates(scenario.outcome) && !self.is_known(scenario));
        unlisted.map(|scenario| scenario.outcome).min()
    }

    /// Whether this is the worst outcome that no expectation file lists.
    pub fn is_unexpected(&self, outcome: Outcome) -> bool {
        self.unexpected() == Some(outcome)
    }

    /// Whether the rule did better than an expectation file says.
    pub fn is_stale(&self) -> bool {
        self.announced.iter().any(|announcement| announcement.stale)
    }

    /// The entries about the rule that are out of date, each with a description of the present result.
    pub fn stale(&self) -> impl Iterator<Item = (&Announcement, String)> {
        self.announced.iter().filter(|announcement| announcement.stale).map(|announcement| {
            let version = announcement.version.map(|version| format!(" in {version}")).unwrap_or_default();
            let subject = match &announcement.better[..] {
                [] => "the rule was".to_owned(),
                [one] => format!("{one} was"),
                several => format!("{} were", several.join(", ")),
            };
            let expected = match announcement.outcome {
                Outcome::Failed => "fail",
                Outcome::Warned => "warn",
                Outcome::Blocked => "be blocked",
                Outcome::Errored => "end in an error",
                Outcome::Passed => "pass",
                Outcome::Skipped => "be skipped",
            };
            let better = |scenario: &&ScenarioReport| {
                announcement.better.is_empty() || announcement.better.iter().any(|name| scenario.is_called(name))
            };
            let actual = Outcome::worst(self.of(announcement.version).filter(better).map(|scenario| scenario.outcome));
            (announcement, format!("{subject} expected to {expected}{version}, but {actual}"))
        })
    }

    /// Why deviations of the rule are accepted; `None` if no deviation is accepted.
    pub fn accepted_because(&self) -> Option<String> {
        let happens = |known: &&Announcement| self.scenarios.iter().any(|scenario| known.covers(self, scenario));
        let mut reasons: Vec<&str> = self.announced.iter().filter(happens).map(|known| known.reason.as_str()).collect();
        reasons.dedup();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }

    /// Why a scenario's deviation is accepted; `None` if no expectation file lists it.
    pub fn accepted_because_of(&self, scenario: &ScenarioReport) -> Option<String> {
        self.announced.iter().find(|known| known.covers(self, scenario)).map(|known| known.reason.clone())
    }

    fn of(&self, version: Option<ApiVersion>) -> impl Iterator<Item = &ScenarioReport> + Clone {
        self.scenarios.iter().filter(move |scenario| version.is_none_or(|version| scenario.version == version))
    }

    /// Compares the entries with the results.
    fn apply_announced(&mut self) {
        let mut announced = self.announced.clone();
        for known in &mut announced {
            known.better = known.better_in(self);
            known.stale = if known.scenarios.is_some() { !known.better.is_empty() } else { known.is_outdated_by(self.of(known.version)) };
        }
        self.announced = announced;
        self.expected = deviates(self.outcome) && self.unexpected().is_none();
    }
}

/// Whether a scenario or rule ran and did not pass.
const fn deviates(outcome: Outcome) -> bool {
    !matches!(outcome, Outcome::Passed | Outcome::Skipped)
}

impl Report {
    /// Compares the entries of each rule with its results, and judges the report again.
    pub fn apply_announced(&mut self) {
        self.rules.iter_mut().for_each(RuleReport::apply_announced);
        self.judge();
    }

    /// How many entries of an expectation file match a deviation.
    pub fn known_deviations(&self) -> usize {
        let happens = |rule: &RuleReport, known: &Announcement| rule.scenarios.iter().any(|scenario| known.covers(rule, scenario));
        self.rules.iter().map(|rule| rule.announced.iter().filter(|known| happens(rule, known)).count()).sum()
    }

    /// The rules with a listed scenario that was skipped because the target lacks something. It may or may not still
    /// deviate.
    pub fn no_longer_checked(&self) -> impl Iterator<Item = &RuleReport> {
        self.rules.iter().filter(|rule| {
            let lacking = |scenario: &&ScenarioReport| scenario.skip == Some(Skip::TargetLacks);
            rule.scenarios.iter().filter(lacking).any(|scenario| rule.announced.iter().any(|known| known.lists(scenario)))
        })
    }
}
