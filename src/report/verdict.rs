//! From outcomes to the judgement: scenarios → rule → counts and verdict → exit status.

use std::fmt;

use super::{Counts, Outcome, RuleReport, Verdict};
use crate::api::Severity;

/// Exit status of a run whose verdict is [`Verdict::Conformant`].
pub const EXIT_CONFORMANT: u8 = 0;
/// Exit status of a run whose verdict is [`Verdict::Nonconformant`].
pub const EXIT_NONCONFORMANT: u8 = 1;
/// Exit status of wrong usage or of an input file that can't be read: nothing was sent, so there is no verdict.
pub const EXIT_USAGE: u8 = 2;
/// Exit status of a run whose verdict is [`Verdict::Inconclusive`].
pub const EXIT_INCONCLUSIVE: u8 = 3;
/// Exit status of a run whose verdict is [`Verdict::NothingVerified`].
pub const EXIT_NOTHING_VERIFIED: u8 = 4;

impl Outcome {
    /// Every outcome, worst first.
    pub const ALL: &[Self] = &[Self::Failed, Self::Errored, Self::Blocked, Self::Warned, Self::Passed, Self::Skipped];

    /// The name as reports spell it.
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

    /// The worst of several outcomes; [`Outcome::Skipped`] where there are none, for nothing was verified.
    pub fn worst(outcomes: impl IntoIterator<Item = Self>) -> Self {
        outcomes.into_iter().min().unwrap_or(Self::Skipped)
    }

    /// What a check that did not hold means for its scenario. With `strict`, an advisory rule counts as a requirement.
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
    /// The worst outcome of the scenarios, which is what `outcome` has to hold.
    pub fn worst_outcome(&self) -> Outcome {
        Outcome::worst(self.scenarios.iter().map(|scenario| scenario.outcome))
    }

    /// Whether the rule speaks against the endpoint: it deviates, and no expectation announced that.
    pub fn is_unexpected(&self, outcome: Outcome) -> bool {
        self.outcome == outcome && !self.expected
    }
}

impl Verdict {
    /// The name as reports spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conformant => "conformant",
            Self::Nonconformant => "nonconformant",
            Self::Inconclusive => "inconclusive",
            Self::NothingVerified => "nothing-verified",
        }
    }

    /// The judgement that follows from the rules.
    ///
    /// A rule whose outcome was expected does not speak against the endpoint. One that failed as expected was verified all the same;
    /// one that was blocked or errored was not.
    pub fn of(rules: &[RuleReport]) -> Self {
        let unexpected = |outcome| rules.iter().any(|rule| rule.is_unexpected(outcome));
        let verified = rules.iter().any(|rule| matches!(rule.outcome, Outcome::Passed | Outcome::Warned | Outcome::Failed));
        if unexpected(Outcome::Failed) {
            Self::Nonconformant
        } else if unexpected(Outcome::Blocked) || unexpected(Outcome::Errored) {
            Self::Inconclusive
        } else if verified {
            Self::Conformant
        } else {
            Self::NothingVerified
        }
    }

    /// The judgement that follows from the rules and from what was announced of them.
    pub fn of_report(rules: &[RuleReport]) -> Self {
        Self::of(rules).with_stale_expectations(rules.iter().any(RuleReport::is_stale))
    }

    /// The judgement once stale expectations count: where a rule did better than announced, the announcement is wrong,
    /// and a run must not succeed on it.
    #[must_use]
    pub const fn with_stale_expectations(self, stale: bool) -> Self {
        if stale { Self::Nonconformant } else { self }
    }

    /// The judgement on a run of which `self` and `other` judge two parts.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        let weight = |verdict| match verdict {
            Self::NothingVerified => 0,
            Self::Conformant => 1,
            Self::Inconclusive => 2,
            Self::Nonconformant => 3,
        };
        if weight(other) > weight(self) { other } else { self }
    }

    /// The process's exit status.
    pub const fn exit_status(self) -> u8 {
        match self {
            Self::Conformant => EXIT_CONFORMANT,
            Self::Nonconformant => EXIT_NONCONFORMANT,
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
    /// Counts rules by outcome. Requests and retries stay zero: rules don't know what was sent between scenarios.
    pub fn of<'a>(rules: impl IntoIterator<Item = &'a RuleReport>) -> Self {
        let mut counts = Self::default();
        for rule in rules {
            *counts.slot(rule.outcome) += 1;
        }
        counts
    }

    /// The number of rules that came to an outcome.
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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::sample;

    fn rules(outcomes: &[(Outcome, bool)]) -> Vec<RuleReport> {
        let rule = |&(outcome, expected)| RuleReport { outcome, expected, ..sample::rule("get.found", Outcome::Passed) };
        outcomes.iter().map(rule).collect()
    }

    #[test]
    fn the_worst_outcome_of_every_pair_follows_the_documented_order() {
        for (rank, worse) in Outcome::ALL.iter().enumerate() {
            for better in &Outcome::ALL[rank..] {
                assert_eq!(Outcome::worst([*better, *worse]), *worse);
                assert_eq!(Outcome::worst([*worse, *better]), *worse);
            }
        }
        assert_eq!(Outcome::worst([]), Outcome::Skipped);
    }

    #[test]
    fn outcomes_and_verdicts_are_named_as_in_json() {
        for outcome in Outcome::ALL {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.name());
        }
        for verdict in [Verdict::Conformant, Verdict::Nonconformant, Verdict::Inconclusive, Verdict::NothingVerified] {
            assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.name());
        }
    }

    #[test]
    fn a_single_rule_decides_alone() {
        let table = [
            (Outcome::Passed, Verdict::Conformant, Verdict::Conformant),
            (Outcome::Warned, Verdict::Conformant, Verdict::Conformant),
            (Outcome::Failed, Verdict::Nonconformant, Verdict::Conformant),
            (Outcome::Blocked, Verdict::Inconclusive, Verdict::NothingVerified),
            (Outcome::Errored, Verdict::Inconclusive, Verdict::NothingVerified),
            (Outcome::Skipped, Verdict::NothingVerified, Verdict::NothingVerified),
        ];
        for (outcome, unexpected, expected) in table {
            assert_eq!(Verdict::of(&rules(&[(outcome, false)])), unexpected, "{outcome}");
            assert_eq!(Verdict::of(&rules(&[(outcome, true)])), expected, "{outcome}, expected");
        }
        assert_eq!(Verdict::of(&[]), Verdict::NothingVerified);
    }

    #[test]
    fn expected_deviations_leave_a_verified_endpoint_conformant() {
        let rules = rules(&[(Outcome::Failed, true), (Outcome::Blocked, true), (Outcome::Passed, false)]);
        assert_eq!(Verdict::of(&rules), Verdict::Conformant);
        assert_eq!(Verdict::of(&rules).with_stale_expectations(true), Verdict::Nonconformant);
    }

    #[test]
    fn exit_statuses_are_the_documented_ones() {
        let verdicts = [Verdict::Conformant, Verdict::Nonconformant, Verdict::Inconclusive, Verdict::NothingVerified];
        assert_eq!(verdicts.map(Verdict::exit_status), [0, 1, 3, 4]);
        assert_eq!(EXIT_USAGE, 2);
    }

    #[test]
    fn strictness_turns_advice_into_requirement() {
        assert_eq!(Outcome::of_broken_check(Severity::Advisory, false), Outcome::Warned);
        assert_eq!(Outcome::of_broken_check(Severity::Advisory, true), Outcome::Failed);
        assert_eq!(Outcome::of_broken_check(Severity::Must, false), Outcome::Failed);
        assert_eq!(Outcome::of_broken_check(Severity::Must, true), Outcome::Failed);
    }

    fn any_outcomes() -> impl Strategy<Value = Vec<(Outcome, bool)>> {
        prop::collection::vec((prop::sample::select(Outcome::ALL), any::<bool>()), 0..12)
    }

    proptest! {
        #[test]
        fn judging_parts_and_joining_them_is_judging_the_whole(left in any_outcomes(), right in any_outcomes()) {
            let whole = rules(&[left.clone(), right.clone()].concat());
            prop_assert_eq!(Verdict::of(&rules(&left)).join(Verdict::of(&rules(&right))), Verdict::of(&whole));
        }

        #[test]
        fn success_needs_something_verified_and_nothing_unexpected(outcomes in any_outcomes()) {
            let bad = |(outcome, expected): &(Outcome, bool)| !expected && *outcome < Outcome::Warned;
            let good = |(outcome, _): &(Outcome, bool)| matches!(outcome, Outcome::Passed | Outcome::Warned | Outcome::Failed);
            let success = outcomes.iter().any(good) && !outcomes.iter().any(bad);
            prop_assert_eq!(Verdict::of(&rules(&outcomes)).exit_status() == EXIT_CONFORMANT, success);
        }

        #[test]
        fn every_rule_is_counted_once(outcomes in any_outcomes()) {
            let counts = Counts::of(&rules(&outcomes));
            let sum: u64 = Outcome::ALL.iter().map(|outcome| counts.by(*outcome)).sum();
            prop_assert_eq!(sum, outcomes.len() as u64);
        }
    }
}
