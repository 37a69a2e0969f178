//! What is found beside a rule's own scenarios: while another rule's scenario ran, or on a generated walk.

use super::{ExchangeReport, ScenarioReport, Violation};

/// How many sightings of one deviation a rule reports: they only differ in what else was going on.
pub const SIGHTINGS: usize = 3;

/// What stands between the rule that is broken and the scenario in which that was seen.
const SEEN_IN: &str = "/seen-in/";

/// What stands between a rule and the number of the walk that was about it.
const WALK: &str = "/walk-";

/// The id of a walk that did not go well, by its number, with the rule that it found broken.
pub fn walk_id(rule: &str, walk: u64) -> String {
    format!("{rule}{WALK}{walk}")
}

/// The id of a deviation from a rule, seen in a scenario of another.
pub fn sighting_id(rule: &str, scenario: &str) -> String {
    format!("{rule}{SEEN_IN}{scenario}")
}

impl ScenarioReport {
    /// The id of the scenario in which a deviation was seen; `None` of a scenario of the rule's own.
    pub fn seen_in(&self) -> Option<&str> {
        self.id.split_once(SEEN_IN).map(|(_, scenario)| scenario)
    }

    /// The number of the generated walk, whose every request matters; `None` of anything else.
    pub fn walk(&self) -> Option<u64> {
        self.id.rsplit_once(WALK).and_then(|(_, number)| number.parse().ok())
    }

    /// Whether it is one of the scenarios that the rule has in its feature file.
    pub fn is_own(&self) -> bool {
        self.seen_in().is_none() && self.walk().is_none()
    }

    /// The requests and answers that show what did not hold, in order: the answer that was judged, or the last one where the check
    /// does not say. Beside a rule's own scenarios it takes all that was kept: no steps tell what went before.
    pub fn evidence(&self, violation: &Violation) -> &[ExchangeReport] {
        if !self.is_own() {
            return &self.exchanges;
        }
        let index = violation.exchange.or(self.exchanges.len().checked_sub(1));
        index.and_then(|index| self.exchanges.get(index)).map_or(&[], std::slice::from_ref)
    }
}
