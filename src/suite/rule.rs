//! Rules and scenarios as the feature files state them.

use std::str::FromStr;

use crate::api::{Area, Basis, Edition, Operation, Severity, UnknownName};

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
    /// What every answer to the rule's operation is watched for, whatever a scenario is about.
    pub watch: Option<Watch>,
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
    /// What it takes to run it.
    pub needs: Needs,
    /// What cucumber runs.
    pub gherkin: gherkin::Scenario,
}

/// A property that an answer has whatever a scenario is about; broken, it is blamed on the rule that states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// A successful answer with a body is a phone.
    Phone,
    /// A successful answer is a collection of phones.
    Collection,
    /// A refusal has an error object.
    ErrorObject,
}

impl FromStr for Watch {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "phone" => Ok(Self::Phone),
            "collection" => Ok(Self::Collection),
            "error-object" => Ok(Self::ErrorObject),
            _ => Err(UnknownName { text: text.to_owned(), known: vec!["phone", "collection", "error-object"] }),
        }
    }
}
