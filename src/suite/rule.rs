//! Rules and scenarios as the feature files state them.

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
    /// How much it weighs.
    pub severity: Severity,
    /// What it rests on.
    pub basis: Basis,
    /// The only edition it holds in, where it is one.
    pub edition: Option<Edition>,
    /// What is watched for whatever a scenario is about.
    pub watches: Vec<Watch>,
    /// The documents and sections that state it.
    pub sources: Vec<String>,
    /// The feature file, from the repository's root.
    pub feature: String,
    /// The rule's line in that file.
    pub line: usize,
    /// The scenarios, examples expanded.
    pub scenarios: Vec<Scenario>,
}

/// One behaviour, in steps.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// `RULE/scenario-in-kebab-case`
    pub id: String,
    /// The scenario's line in its feature file; of an outline, the line of the example.
    pub line: usize,
    /// Tags of the feature, the rule and the scenario, without `@`.
    pub tags: Vec<String>,
    /// Whether one answer is enough to judge it, so that an endpoint that keeps no state can be judged as well.
    pub single_answer: bool,
    /// Whether it asks for the very effect that its operation has: without that, other effects can't be told.
    pub asks_for_effect: bool,
    /// What it takes to run it.
    pub needs: Needs,
    /// What cucumber runs.
    pub gherkin: gherkin::Scenario,
}

impl Scenario {
    /// The only version that it is asked of, where it is one.
    pub fn version(&self) -> Option<ApiVersion> {
        self.tags.iter().find_map(|tag| tag.parse().ok())
    }
}

/// What holds whatever a scenario is about; broken, it is blamed on the rule that states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// A successful answer with a body is a phone.
    Phone,
    /// A successful answer is a collection of phones.
    Collection,
    /// A successful answer has a status that the operation's pages name.
    Success,
    /// A refusal has an error object.
    ErrorObject,
    /// A user's phones keep to this whatever was asked for.
    Kept(Invariant),
}

/// What a user's phones are like at all times, because the resource is defined that way.
///
/// Source: the resource's page, introduction and table of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariant {
    /// No type has more than one phone.
    OnePhoneOfEachType,
    /// Whoever has an alternateMobile phone has a mobile phone.
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

    /// What comes after `@watch:` where a rule states it.
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
