//! What was expected of rules, held against what came: a pure function of the report, so that parts of a run can be joined first.

use serde::{Deserialize, Serialize};

use crate::api::ApiVersion;

use super::{Outcome, Report, RuleReport, ScenarioReport, Verdict};

/// Reasons of scenarios that nobody meant to run here: what they would have shown is not known.
const LEFT_OUT: [&str; 2] = [crate::plan::NOT_SELECTED, crate::shard::ELSEWHERE];

/// A deviation of a rule that an expectation file announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// The only version that it is about; `null` for all of them.
    pub version: Option<ApiVersion>,
    /// The outcome that was expected.
    pub outcome: Outcome,
    /// Why that is accepted.
    pub reason: String,
    /// Whether the rule did better, so that the announcement has to go.
    pub stale: bool,
}

impl RuleReport {
    /// The worst outcome of the scenarios of a version, or of all of them.
    pub fn outcome_in(&self, version: Option<ApiVersion>) -> Outcome {
        Outcome::worst(self.of(version).map(|scenario| scenario.outcome))
    }

    /// Whether the rule did better than an expectation file says.
    pub fn is_stale(&self) -> bool {
        self.announced.iter().any(|announcement| announcement.stale)
    }

    /// What an expectation file says of the rule that is not so any more, each with what came of it, in words.
    pub fn stale(&self) -> impl Iterator<Item = (&Announcement, String)> {
        self.announced.iter().filter(|announcement| announcement.stale).map(|announcement| {
            let version = announcement.version.map(|version| format!(" in {version}")).unwrap_or_default();
            let came = self.outcome_in(announcement.version);
            (announcement, format!("{} was expected{version}, and it {came}", announcement.outcome))
        })
    }

    /// Why a deviation is accepted; `None` where it was not expected.
    pub fn accepted_because(&self) -> Option<String> {
        let reasons: Vec<&str> = self.announced.iter().map(|announcement| announcement.reason.as_str()).collect();
        self.expected.then(|| reasons.join("; "))
    }

    fn of(&self, version: Option<ApiVersion>) -> impl Iterator<Item = &ScenarioReport> {
        self.scenarios.iter().filter(move |scenario| version.is_none_or(|version| scenario.version == version))
    }

    /// Holds what was announced against what came.
    fn settle(&mut self) {
        let mut announced = std::mem::take(&mut self.announced);
        for announcement in &mut announced {
            let left_out = |scenario: &ScenarioReport| scenario.reason.as_deref().is_some_and(|reason| LEFT_OUT.contains(&reason));
            let whole = !self.of(announcement.version).any(left_out);
            let outcome = self.outcome_in(announcement.version);
            // A rule that could not be judged has not done better.
            announcement.stale = whole && matches!(outcome, Outcome::Passed | Outcome::Warned) && outcome > announcement.outcome;
        }
        let covered = |version| {
            let outcome = self.outcome_in(Some(version));
            let own = announced.iter().any(|known| known.version == Some(version) && known.outcome == outcome);
            own || matches!(outcome, Outcome::Passed | Outcome::Warned | Outcome::Skipped)
        };
        let at_once = announced.iter().any(|known| known.version.is_none() && known.outcome == self.outcome);
        let one_by_one = announced.iter().any(|known| known.version.is_some_and(|version| self.outcome_in(Some(version)) == self.outcome))
            && self.scenarios.iter().all(|scenario| covered(scenario.version));
        let deviates = !matches!(self.outcome, Outcome::Passed | Outcome::Skipped);
        self.expected = deviates && (at_once || one_by_one);
        self.announced = announced;
    }
}

impl Report {
    /// Holds what was announced of each rule against what came of it, and judges the whole anew.
    pub fn settle(&mut self) {
        // Users who could not be put back are no deviation that could be expected: that verdict is not the rules' own.
        let unfinished = self.verdict == Verdict::Inconclusive && Verdict::of(&self.rules) == Verdict::Conformant;
        self.rules.iter_mut().for_each(RuleReport::settle);
        self.verdict = Verdict::of_report(&self.rules);
        if unfinished {
            self.verdict = self.verdict.join(Verdict::Inconclusive);
        }
    }
}
