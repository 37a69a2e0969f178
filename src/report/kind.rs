//! What a scenario's report is about: a scenario of the rule's own, or something found beside them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ExchangeReport, ScenarioReport, Violation};
use crate::api::ApiVersion;

/// How many sightings of one deviation come with their exchanges: they only differ in what else was going on.
pub const SIGHTINGS: usize = 3;

/// What the walks of a rule are called together: the seed chooses them, so that their numbers mean little.
pub const WALKS: &str = "walk";

/// What the sightings of a rule are called together: in which scenario it is seen broken depends on the order in which they run.
pub const SEEN: &str = "watch";

/// What a scenario's report is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub enum Kind {
    /// A scenario that the rule has in its feature file.
    #[default]
    Scenario,
    /// A deviation from the rule that was seen in a scenario of another rule.
    Watch {
        /// The id of that scenario.
        seen_in: String,
    },
    /// A generated walk that found the rule broken.
    Walk {
        /// Its number, counted from one.
        walk: u64,
    },
}

/// A [`Kind`] as JSON has it.
#[derive(Serialize, Deserialize)]
struct Fields {
    #[serde(default)]
    kind: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen_in: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    walk: Option<u64>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Name {
    #[default]
    Scenario,
    Watch,
    Walk,
}

impl From<Kind> for Fields {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Scenario => Self { kind: Name::Scenario, seen_in: None, walk: None },
            Kind::Watch { seen_in } => Self { kind: Name::Watch, seen_in: Some(seen_in), walk: None },
            Kind::Walk { walk } => Self { kind: Name::Walk, seen_in: None, walk: Some(walk) },
        }
    }
}

impl TryFrom<Fields> for Kind {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        match fields {
            Fields { kind: Name::Scenario, seen_in: None, walk: None } => Ok(Self::Scenario),
            Fields { kind: Name::Watch, seen_in: Some(seen_in), walk: None } => Ok(Self::Watch { seen_in }),
            Fields { kind: Name::Walk, seen_in: None, walk: Some(walk) } => Ok(Self::Walk { walk }),
            _ => Err("a scenario has a kind that does not go with `seen_in` and `walk`"),
        }
    }
}

/// The variation of a scenario that was run, by what varies.
pub type Variation = BTreeMap<String, String>;

/// What tells a scenario from all others: reports of two runs are matched by it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScenarioKey {
    /// The scenario's id.
    pub id: String,
    /// The version it ran against.
    pub version: ApiVersion,
    /// The variation that was run, where there are several.
    pub case: Option<Variation>,
}

/// The id of a walk that did not go well, by its number, with the rule that it found broken.
pub fn walk_id(rule: &str, walk: u64) -> String {
    format!("{rule}/walk-{walk}")
}

/// The id of a deviation from a rule, seen in a scenario of another.
pub fn sighting_id(rule: &str, scenario: &str) -> String {
    format!("{rule}/seen-in/{scenario}")
}

impl ScenarioReport {
    /// What tells it from all others.
    pub fn key(&self) -> ScenarioKey {
        ScenarioKey { id: self.id.clone(), version: self.version, case: self.case.clone() }
    }

    /// The id of the scenario in which a deviation was seen; `None` of anything else.
    pub fn seen_in(&self) -> Option<&str> {
        match &self.kind {
            Kind::Watch { seen_in } => Some(seen_in),
            Kind::Scenario | Kind::Walk { .. } => None,
        }
    }

    /// The number of the generated walk, whose every request matters; `None` of anything else.
    pub const fn walk(&self) -> Option<u64> {
        match self.kind {
            Kind::Walk { walk } => Some(walk),
            Kind::Scenario | Kind::Watch { .. } => None,
        }
    }

    /// Whether it is one of the scenarios that the rule has in its feature file.
    pub const fn is_own(&self) -> bool {
        matches!(self.kind, Kind::Scenario)
    }

    /// What an expectation file calls it: its id without the rule, or one name for all walks and one for all sightings.
    pub fn short_name(&self) -> &str {
        match self.kind {
            Kind::Walk { .. } => WALKS,
            Kind::Watch { .. } => SEEN,
            Kind::Scenario => self.id.split_once('/').map_or(self.id.as_str(), |(_, name)| name),
        }
    }

    /// The short name of this very variation.
    pub fn full_name(&self) -> String {
        let case = self.case.iter().flatten().map(|(what, value)| format!("{what}: {value}")).collect::<Vec<_>>().join(", ");
        if case.is_empty() { self.short_name().to_owned() } else { format!("{} ({case})", self.short_name()) }
    }

    /// Whether an expectation file means it by this name.
    pub fn is_called(&self, name: &str) -> bool {
        name == self.short_name() || name == self.id || name == self.full_name()
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
