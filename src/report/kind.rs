//! The kind of a scenario's report: one of the rule's own scenarios, or something found during other ones.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ExchangeReport, ScenarioReport, Violation};
use crate::api::ApiVersion;

/// At most this many sightings of a rule keep their exchanges: they differ only in the scenario that was running.
pub const SIGHTINGS: usize = 3;

/// The common name of all walks of a rule. The seed chooses the walks, so their numbers mean little.
pub const WALKS: &str = "walk";

/// The common name of all sightings of a rule. The order of the run decides which scenario sees it broken.
pub const SEEN: &str = "watch";

/// The kind of a scenario's report.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub enum Kind {
    /// A scenario from the rule's feature file.
    #[default]
    Scenario,
    /// A deviation from the rule, seen in a scenario of another rule.
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

/// The fields of a [`Kind`] in JSON.
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
            _ => Err("a scenario has a kind that contradicts `seen_in` or `walk`"),
        }
    }
}

/// The variation of a scenario that was run, by dimension.
pub type Variation = BTreeMap<String, String>;

/// Identifies a scenario's report; matches the reports of two runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScenarioKey {
    /// The scenario's id.
    pub id: String,
    /// The version it ran against.
    pub version: ApiVersion,
    /// The variation that was run, if there are several.
    pub case: Option<Variation>,
}

/// The id of the report of a walk, from its number and the rule that it found broken.
pub fn walk_id(rule: &str, walk: u64) -> String {
    format!("{rule}/walk-{walk}")
}

/// The id of the report of a deviation that was seen in a scenario of another rule.
pub fn sighting_id(rule: &str, scenario: &str) -> String {
    format!("{rule}/seen-in/{scenario}")
}

impl ScenarioReport {
    /// The key that identifies the report.
    pub fn key(&self) -> ScenarioKey {
        ScenarioKey { id: self.id.clone(), version: self.version, case: self.case.clone() }
    }

    /// The id of the scenario in which a deviation was seen; `None` for other kinds.
    pub fn seen_in(&self) -> Option<&str> {
        match &self.kind {
            Kind::Watch { seen_in } => Some(seen_in),
            Kind::Scenario | Kind::Walk { .. } => None,
        }
    }

    /// The number of the walk; `None` for other kinds.
    pub const fn walk(&self) -> Option<u64> {
        match self.kind {
            Kind::Walk { walk } => Some(walk),
            Kind::Scenario | Kind::Watch { .. } => None,
        }
    }

    /// Whether it is a scenario from the rule's feature file.
    pub const fn is_own(&self) -> bool {
        matches!(self.kind, Kind::Scenario)
    }

    /// Its name in an expectation file: the id without the rule, or one name for all walks and one for all sightings.
    pub fn short_name(&self) -> &str {
        match self.kind {
            Kind::Walk { .. } => WALKS,
            Kind::Watch { .. } => SEEN,
            Kind::Scenario => self.id.split_once('/').map_or(self.id.as_str(), |(_, name)| name),
        }
    }

    /// The short name of exactly this variation.
    pub fn full_name(&self) -> String {
        let case = self.case.iter().flatten().map(|(what, value)| format!("{what}: {value}")).collect::<Vec<_>>().join(", ");
        if case.is_empty() { self.short_name().to_owned() } else { format!("{} ({case})", self.short_name()) }
    }

    /// Whether this name in an expectation file means it.
    pub fn is_called(&self, name: &str) -> bool {
        name == self.short_name() || name == self.id || name == self.full_name()
    }

    /// The exchanges that show a violation, in order. For a rule's own scenario this is the judged answer, or the last
    /// one if the check does not name it. For a walk or sighting it is everything that was kept, because no steps tell
    /// what came before.
    pub fn evidence(&self, violation: &Violation) -> &[ExchangeReport] {
        if !self.is_own() {
            return &self.exchanges;
        }
        let index = violation.exchange.or(self.exchanges.len().checked_sub(1));
        index.and_then(|index| self.exchanges.get(index)).map_or(&[], std::slice::from_ref)
    }
}
