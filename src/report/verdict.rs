//! Derives the verdict: scenarios → rule → counts and verdict → exit status.

use std::fmt;

use super::{Counts, Outcome, Report, RuleReport, Skip, Verdict};
use crate::api::Severity;

/// Exit status of a run whose verdict is [`Verdict::Conformant`].
pub const EXIT_CONFORMANT: u8 = 0;
/// Exit status of a run whose verdict is [`Verdict::Nonconformant`] or [`Verdict::Stale`].
pub const EXIT_NONCONFORMANT: u8 = 1;
/// Exit status if the usage is wrong or an input file can't be read: nothing was sent, so there is no verdict.
pub const EXIT_USAGE: u8 = 2;
/// Exit status of a run whose verdict is [`Verdict::Inconclusive`].
pub const EXIT_INCONCLUSIVE: u8 = 3;
/// Exit status of a run whose verdict is [`Verdict::NothingVerified`].
pub const EXIT_NOTHING_VERIFIED: u8 = 4;

impl Outcome {
    /// Every outcome, worst first.
    pub const ALL: &[Self] = &[Self::Failed, Self::Errored, Self::Blocked, Self::Warned, Self::Passed, Self::Skipped];

    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Errored => "errored",
            Self::Blocked => "blocked",
            Self::Warned => "warned",
            Self::Passed => "passed",
            Self::Skipped => "skipped",
        }
    }

    /// The worst of several outcomes; [`Outcome::Skipped`] if there are none, because nothing was verified.
    pub fn worst(outcomes: impl IntoIterator<Item = Self>) -> Self {
        outcomes.into_iter().min().unwrap_or(Self::Skipped)
    }

    /// The outcome of a scenario with a failed check. With `strict`, an advisory rule counts as a requirement.
    pub const fn of_broken_check(severity: Severity, strict: bool) -> Self {
        match severity {
            Severity::Advisory if !strict => Self::Warned,
            Severity::Advisory | Severity::Must => Self::Failed,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl RuleReport {
    /// The worst outcome of the scenarios, which `outcome` must equal.
    pub fn worst_outcome(&self) -> Outcome {
        Outcome::worst(self.scenarios.iter().map(|scenario| scenario.outcome))
    }

    /// Whether the rule was checked, so that it is known whether it holds.
    pub const fn is_checked(&self) -> bool {
        matches!(self.outcome, Outcome::Passed | Outcome::Warned | Outcome::Failed)
    }

    /// Whether the rule applies to the target, whether or not it was checked.
    pub fn is_applicable(&self) -> bool {
        self.scenarios.is_empty() || self.scenarios.iter().any(|scenario| scenario.skip != Some(Skip::NotApplicable))
    }
}

impl Report {
    /// Derives the verdict from the rules and from whether the run is unfinished. Nothing else sets it.
    pub fn judge(&mut self) {
        self.verdict = Verdict::of(&self.rules, self.unfinished.is_some());
    }

    /// The number of rules that were checked, and of rules that apply to the target.
    pub fn checked(&self) -> (usize, usize) {
        let number = |holds: fn(&RuleReport) -> bool| self.rules.iter().filter(|rule| holds(rule)).count();
        (number(RuleReport::is_checked), number(RuleReport::is_applicable))
    }
}

impl Verdict {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conformant => "conformant",
            Self::Nonconformant => "nonconformant",
            Self::Stale => "stale",
            Self::Inconclusive => "inconclusive",
            Self::NothingVerified => "nothing-verified",
        }
    }

    /// Every verdict.
    pub const ALL: &[Self] = &[Self::Conformant, Self::Nonconformant, Self::Stale, Self::Inconclusive, Self::NothingVerified];

    /// The verdict that follows from the outcomes, the known deviations, and whether the run is unfinished.
    ///
    /// A known deviation does not count against the endpoint. A rule that failed as expected counts as verified; one
    /// that was blocked or errored does not.
    pub fn of(rules: &[RuleReport], unfinished: bool) -> Self {
        let unexpected = |outcome| rules.iter().any(|rule| rule.is_unexpected(outcome));
        if unexpected(Outcome::Failed) {
            Self::Nonconformant
        } else if unfinished {
            Self::Inconclusive
        } else if rules.iter().any(RuleReport::is_stale) {
            Self::Stale
        } else if unexpected(Outcome::Blocked) || unexpected(Outcome::Errored) {
            Self::Inconclusive
        } else if rules.iter().any(RuleReport::is_checked) {
            Self::Conformant
        } else {
            Self::NothingVerified
        }
    }

    /// The exit status of the process.
    pub const fn exit_status(self) -> u8 {
        match self {
            Self::Conformant => EXIT_CONFORMANT,
            Self::Nonconformant | Self::Stale => EXIT_NONCONFORMANT,
            Self::Inconclusive => EXIT_INCONCLUSIVE,
            Self::NothingVerified => EXIT_NOTHING_VERIFIED,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Counts {
    /// Counts rules by outcome. The counts of requests stay zero, because rules don't know what was sent between
    /// scenarios.
    pub fn of<'a>(rules: impl IntoIterator<Item = &'a RuleReport>) -> Self {
        let mut counts = Self::default();
        for rule in rules {
            *counts.slot(rule.outcome) += 1;
        }
        counts
    }

    /// The number of rules with an outcome.
    pub const fn by(&self, outcome: Outcome) -> u64 {
        match outcome {
            Outcome::Failed => self.failed,
            Outcome::Errored => self.errored,
            Outcome::Blocked => self.blocked,
            Outcome::Warned => self.warned,
            Outcome::Passed => self.passed,
            Outcome::Skipped => self.skipped,
        }
    }

    fn slot(&mut self, outcome: Outcome) -> &mut u64 {
        match outcome {
            Outcome::Failed => &mut self.failed,
            Outcome::Errored => &mut self.errored,
            Outcome::Blocked => &mut self.blocked,
            Outcome::Warned => &mut self.warned,
            Outcome::Passed => &mut self.passed,
            Outcome::Skipped => &mut self.skipped,
        }
    }
}

#[cfg(test)]
mod tests;
