//! Which rules and scenarios were asked for.

use std::collections::{BTreeMap, BTreeSet};

use cucumber::tag::Ext as _;
use gherkin::tagexpr::TagOperation;

use crate::api::ApiVersion;
use crate::suite::{Rule, Scenario, Suite};

/// A scenario by id and version, and its variation where there are several.
pub type Key = (String, ApiVersion, Option<BTreeMap<String, String>>);

/// What was asked for on the command line.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    rules: Vec<String>,
    tags: Option<TagOperation>,
    /// Scenarios by id and version, and by variation where there are several; `None` for all.
    cases: Option<BTreeSet<Key>>,
}

/// A selection that can't be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// No rule begins like this.
    #[error("no rule's id is or begins with `{0}`")]
    UnknownRule(String, Option<String>),
    /// The tag expression isn't one.
    #[error("`{0}` is no tag expression")]
    Tags(String),
}

impl SelectionError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownRule(_, Some(nearest)) => format!("did you mean `{nearest}`?"),
            Self::UnknownRule(_, None) => "`spec` lists every rule".to_owned(),
            Self::Tags(_) => "an expression combines tags with `and`, `or`, `not` and brackets: \"@create and not @advisory\"".to_owned(),
        }
    }
}

impl Selection {
    /// A selection of rules, by id or the beginning of one, and of scenarios, by a cucumber tag expression.
    ///
    /// # Errors
    /// Fails where no rule begins like that, or where the expression isn't one.
    pub fn new(suite: &Suite, rules: &[String], tags: Option<&str>) -> Result<Self, SelectionError> {
        for wanted in rules {
            if !suite.rules.iter().any(|rule| rule.id.starts_with(wanted.as_str())) {
                let nearest = suite
                    .rules
                    .iter()
                    .map(|rule| (strsim::normalized_damerau_levenshtein(&rule.id, wanted), &rule.id))
                    .max_by(|(left, _), (right, _)| left.total_cmp(right))
                    .filter(|(likeness, _)| *likeness > 0.7)
                    .map(|(_, id)| id.clone());
                return Err(SelectionError::UnknownRule(wanted.clone(), nearest));
            }
        }
        let tags = tags.map(|text| text.parse().map_err(|_| SelectionError::Tags(text.to_owned()))).transpose()?;
        Ok(Self { rules: rules.to_vec(), tags, cases: None })
    }

    /// Of what is selected only these scenarios.
    #[must_use]
    pub fn only(mut self, cases: BTreeSet<Key>) -> Self {
        self.cases = Some(cases);
        self
    }

    /// Whether a scenario was asked for against a version.
    pub fn takes(&self, rule: &Rule, scenario: &Scenario, version: ApiVersion) -> bool {
        // An id in full means that rule alone, even where others begin with it.
        let exact = self.rules.contains(&rule.id);
        let by_rule = self.rules.is_empty() || exact || self.rules.iter().any(|wanted| rule.id.starts_with(wanted.as_str()));
        let is_it = |(id, of, _): &Key| *id == scenario.id && *of == version;
        let by_case = self.cases.as_ref().is_none_or(|cases| cases.iter().any(is_it));
        by_rule && by_case && self.tags.as_ref().is_none_or(|tags| tags.eval(scenario.tags.iter()))
    }
}
