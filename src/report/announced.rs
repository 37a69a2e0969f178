//! Known deviations, held against what came: a pure function of the report, so that parts of a run can be joined first.

use serde::{Deserialize, Serialize};

use crate::api::ApiVersion;

use super::{Outcome, Report, RuleReport, SEEN, ScenarioReport, Skip, WALKS};

/// A deviation of a rule that an expectation file lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// The only version that it is about; `null` for all of them.
    pub version: Option<ApiVersion>,
    /// The scenarios that deviate, as the file calls them; left out for every scenario of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenarios: Option<Vec<String>>,
    /// The outcome that was expected.
    pub outcome: Outcome,
    /// Why that is accepted.
    pub reason: String,
    /// Whether something that it lists does better, so that it has to be changed.
    pub stale: bool,
    /// The scenarios that do better, where it lists scenarios.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub better: Vec<String>,
}

impl Announcement {
    fn is_about(&self, version: ApiVersion) -> bool {
        self.version.is_none_or(|only| only == version)
    }

    /// Whether it lists a scenario, or a walk or sighting of its rule.
    fn lists(&self, scenario: &ScenarioReport) -> bool {
        self.is_about(scenario.version) && self.scenarios.as_ref().is_none_or(|names| names.iter().any(|name| scenario.is_called(name)))
    }

    /// Whether it says that a scenario of its rule comes to the outcome that it came to.
    fn covers(&self, rule: &RuleReport, scenario: &ScenarioReport) -> bool {
        // Who expects a rule as a whole to fail expects nothing of each of its scenarios.
        let whole = || self.scenarios.is_none() && rule.outcome_in(self.version) == self.outcome;
        deviates(scenario.outcome) && self.lists(scenario) && (scenario.outcome == self.outcome || whole())
    }

    /// Whether these scenarios do better than it says; nobody knows what those would have come to that did not run.
    fn is_beaten_by<'a>(&self, mut scenarios: impl Iterator<Item = &'a ScenarioReport> + Clone) -> bool {
        let outcome = Outcome::worst(scenarios.clone().map(|scenario| scenario.outcome));
        let all_ran = !scenarios.any(|scenario| scenario.skip.is_some_and(|skip| skip != Skip::NotApplicable));
        all_ran && matches!(outcome, Outcome::Passed | Outcome::Warned) && outcome > self.outcome
    }

    /// The scenarios in its list that do better than it says.
    fn better_in(&self, rule: &RuleReport) -> Vec<String> {
        let is_better = |name: &&String| {
            // That no walk has found anything this time, or that it was not seen in passing, means little.
            let by_chance = [WALKS, SEEN].contains(&name.as_str());
            !by_chance
                && self.is_beaten_by(rule.scenarios.iter().filter(|scenario| self.is_about(scenario.version) && scenario.is_called(name)))
        };
        self.scenarios.iter().flatten().filter(is_better).cloned().collect()
    }
}

impl RuleReport {
    /// The worst outcome of the scenarios of a version, or of all of them.
    pub fn outcome_in(&self, version: Option<ApiVersion>) -> Outcome {
        Outcome::worst(self.of(version).map(|scenario| scenario.outcome))
    }

    /// Whether an expectation file lists what a scenario came to.
    pub fn is_known(&self, scenario: &ScenarioReport) -> bool {
        self.announced.iter().any(|known| known.covers(self, scenario))
    }

    /// The worst that no expectation file lists; `None` where nothing else deviates.
    pub fn unexpected(&self) -> Option<Outcome> {
        let unlisted = self.scenarios.iter().filter(|scenario| deviates(scenario.outcome) && !self.is_known(scenario));
        unlisted.map(|scenario| scenario.outcome).min()
    }

    /// Whether this is the worst that no expectation file lists.
    pub fn is_unexpected(&self, outcome: Outcome) -> bool {
        self.unexpected() == Some(outcome)
    }

    /// Whether the rule did better than an expectation file says.
    pub fn is_stale(&self) -> bool {
        self.announced.iter().any(|announcement| announcement.stale)
    }

    /// What an expectation file says of the rule that is not so any more, each with what came of it, in words.
    pub fn stale(&self) -> impl Iterator<Item = (&Announcement, String)> {
        self.announced.iter().filter(|announcement| announcement.stale).map(|announcement| {
            let version = announcement.version.map(|version| format!(" in {version}")).unwrap_or_default();
            let of = if announcement.better.is_empty() { String::new() } else { format!(" of {}", announcement.better.join(", ")) };
            let better = |scenario: &&ScenarioReport| {
                announcement.better.is_empty() || announcement.better.iter().any(|name| scenario.is_called(name))
            };
            let came = Outcome::worst(self.of(announcement.version).filter(better).map(|scenario| scenario.outcome));
            (announcement, format!("{} was expected{of}{version}, and it {came}", announcement.outcome))
        })
    }

    /// Why deviations of the rule are accepted; `None` where none of them is.
    pub fn accepted_because(&self) -> Option<String> {
        let happens = |known: &&Announcement| self.scenarios.iter().any(|scenario| known.covers(self, scenario));
        let mut reasons: Vec<&str> = self.announced.iter().filter(happens).map(|known| known.reason.as_str()).collect();
        reasons.dedup();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }

    /// Why a scenario's deviation is accepted; `None` where no expectation file lists it.
    pub fn accepted_because_of(&self, scenario: &ScenarioReport) -> Option<String> {
        self.announced.iter().find(|known| known.covers(self, scenario)).map(|known| known.reason.clone())
    }

    fn of(&self, version: Option<ApiVersion>) -> impl Iterator<Item = &ScenarioReport> + Clone {
        self.scenarios.iter().filter(move |scenario| version.is_none_or(|version| scenario.version == version))
    }

    /// Holds what was announced against what came.
    fn settle(&mut self) {
        let mut announced = self.announced.clone();
        for known in &mut announced {
            known.better = known.better_in(self);
            known.stale = if known.scenarios.is_some() { !known.better.is_empty() } else { known.is_beaten_by(self.of(known.version)) };
        }
        self.announced = announced;
        self.expected = deviates(self.outcome) && self.unexpected().is_none();
    }
}

/// Whether an outcome is neither a success nor no judgement at all.
const fn deviates(outcome: Outcome) -> bool {
    !matches!(outcome, Outcome::Passed | Outcome::Skipped)
}

impl Report {
    /// Holds what was announced of each rule against what came of it, and judges the whole anew.
    pub fn settle(&mut self) {
        self.rules.iter_mut().for_each(RuleReport::settle);
        self.judge();
    }

    /// How many entries of an expectation file something came to that they list.
    pub fn known_deviations(&self) -> usize {
        let happens = |rule: &RuleReport, known: &Announcement| rule.scenarios.iter().any(|scenario| known.covers(rule, scenario));
        self.rules.iter().map(|rule| rule.announced.iter().filter(|known| happens(rule, known)).count()).sum()
    }

    /// The rules of which an expectation file lists something that lacked what it takes this time, so that nobody knows whether it
    /// still happens.
    pub fn no_longer_checked(&self) -> impl Iterator<Item = &RuleReport> {
        self.rules.iter().filter(|rule| {
            let lacking = |scenario: &&ScenarioReport| scenario.skip == Some(Skip::TargetLacks);
            rule.scenarios.iter().filter(lacking).any(|scenario| rule.announced.iter().any(|known| known.lists(scenario)))
        })
    }
}
