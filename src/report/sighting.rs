//! Deviations from a rule that were seen while another rule's scenario ran.

use super::ScenarioReport;

/// How many sightings of one deviation a rule reports: they only differ in what else was going on.
pub const SIGHTINGS: usize = 3;

/// What stands between the rule that is broken and the scenario in which that was seen.
const SEEN_IN: &str = "/seen-in/";

/// The id of a deviation from a rule, seen in a scenario of another.
pub fn sighting_id(rule: &str, scenario: &str) -> String {
    format!("{rule}{SEEN_IN}{scenario}")
}

impl ScenarioReport {
    /// The id of the scenario in which a deviation was seen; `None` of a scenario of the rule's own.
    pub fn seen_in(&self) -> Option<&str> {
        self.id.split_once(SEEN_IN).map(|(_, scenario)| scenario)
    }
}
