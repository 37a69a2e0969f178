//! Rules and scenarios from the feature files.

use std::str::FromStr;

use crate::api::{ApiVersion, Area, Basis, Edition, Operation, Severity, UnknownName};

use super::Needs;

/// One requirement, and the scenarios that check it.
#[derive(Debug, Clone)]
pub struct Rule {
    /// `OPERATION.what-must-hold`
    pub id: String,
    /// The requirement in one sentence.
    pub title: String,
    /// The operation that the rule is about.
    pub operation: Operation,
    /// What the rule is about.
    pub area: Area,
    /// Whether it is a requirement or advice.
    pub severity: Severity,
    /// What kind of evidence it is based on.
    pub basis: Basis,
    /// The only edition that it applies to, if there is only one.
    pub edition: Option<Edition>,
    /// The checks that the rule applies in every scenario.
    pub watches: Vec<Watch>,
    /// The documents and sections that state it.
    pub sources: Vec<String>,
    /// The feature file, from the repository's root.
    pub feature: String,
    /// The rule's line in that file.
    pub line: usize,
    /// The scenarios, with outlines expanded.
    pub scenarios: Vec<Scenario>,
}

/// One behaviour, in steps.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// `RULE/scenario-in-kebab-case`
    pub id: String,
    /// The scenario's line in its feature file; for an outline, the line of the example.
    pub line: usize,
    /// Tags of the feature, the rule and the scenario, without `@`.
    pub tags: Vec<String>,
    /// Whether one answer is enough to judge it. Such a scenario suits an endpoint that stores nothing.
    pub single_answer: bool,
    /// Whether it checks the basic effect of its operation. Without this effect, other effects can't be judged.
    pub asks_for_effect: bool,
    /// Whether its requests are sent after all others: they may crash a careless server or leave it changed.
    pub last: bool,
    /// What it needs.
    pub needs: Needs,
    /// The scenario in the form that cucumber runs.
    pub gherkin: gherkin::Scenario,
}

impl Scenario {
    /// The only version that it applies to, if there is only one.
    pub fn version(&self) -> Option<ApiVersion> {
        self.tags.iter().find_map(|tag| tag.parse().ok())
    }
}

/// A check that applies in every scenario. If it fails, the rule that states it is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// A successful answer with a body is a phone.
    Phone,
    /// A successful answer is a collection of phones.
    Collection,
    /// A success answer has a status that the operation's pages name.
    Success,
    /// A refusal has an error object.
    ErrorObject,
    /// A user's phones keep this invariant whatever was requested.
    Kept(Invariant),
}

/// What holds for a user's phones at all times, by the definition of the resource.
///
/// Source: the resource's page, introduction and table of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariant {
    /// No type has more than one phone.
    OnePhoneOfEachType,
    /// A user with an alternateMobile phone has a mobile phone.
    AlternateMobileBesideAMobile,
    /// A phone that is not a mobile phone is notSupported for SMS sign-in.
    OthersAreNotSupported,
    /// No two phones of a user have the same id.
    IdsAreUnique,
    /// Types and states are those that the documents name.
    ValuesAreDocumented,
}

impl Invariant {
    /// Every invariant.
    pub const ALL: [Self; 5] = [
        Self::OnePhoneOfEachType,
        Self::AlternateMobileBesideAMobile,
        Self::OthersAreNotSupported,
        Self::IdsAreUnique,
        Self::ValuesAreDocumented,
    ];

    /// Its name after `@watch:`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnePhoneOfEachType => "one-phone-of-each-type",
            Self::AlternateMobileBesideAMobile => "alternate-mobile-beside-a-mobile",
            Self::OthersAreNotSupported => "others-are-not-supported",
            Self::IdsAreUnique => "ids-are-unique",
            Self::ValuesAreDocumented => "values-are-documented",
        }
    }
}

impl FromStr for Watch {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let answers =
            [("phone", Self::Phone), ("collection", Self::Collection), ("success", Self::Success), ("error-object", Self::ErrorObject)];
        let all = || answers.into_iter().chain(Invariant::ALL.map(|invariant| (invariant.name(), Self::Kept(invariant))));
        all()
            .find_map(|(name, watch)| (name == text).then_some(watch))
            .ok_or_else(|| UnknownName { text: text.to_owned(), known: all().map(|(name, _)| name).collect() })
    }
}
