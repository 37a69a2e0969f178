//! Which rules and scenarios were asked for.

use std::collections::{BTreeMap, BTreeSet};

use cucumber::tag::Ext as _;
use gherkin::tagexpr::TagOperation;

use crate::api::ApiVersion;
use crate::suite::{Rule, Scenario, Suite};

use super::{Cells, Variation};

/// A scenario by id and version, and its variation where there are several.
pub type Key = (String, ApiVersion, Option<BTreeMap<String, String>>);

/// What was asked for on the command line.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    rules: Vec<String>,
    tags: Option<TagOperation>,
    /// Scenarios by id and version, and by variation where there are several; `None` for all.
    only: Option<BTreeSet<Key>>,
    /// Words that the full name of a case must have, in lower case.
    words: Vec<String>,
    /// How many cases of a scenario are run.
    cells: Option<Cells>,
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
        Ok(Self { rules: rules.to_vec(), tags, ..Self::default() })
    }

    /// Of what is selected only these cases.
    #[must_use]
    pub fn only(mut self, cases: BTreeSet<Key>) -> Self {
        self.only = Some(cases);
        self
    }

    /// Of what is selected so many cases of each scenario, and of these the ones whose full name has all of these words.
    #[must_use]
    pub fn narrowed_to(mut self, cells: Option<Cells>, words: &[String]) -> Self {
        self.cells = cells;
        self.words = words.iter().map(|words| words.to_lowercase()).collect();
        self
    }

    /// How many cases of a scenario are considered: all of them where some are named.
    pub fn cells(&self) -> Cells {
        let named = self.only.is_some() || !self.words.is_empty();
        self.cells.unwrap_or(if named { Cells::All } else { Cells::Covering })
    }

    /// Whether a scenario was asked for against a version.
    pub fn takes(&self, rule: &Rule, scenario: &Scenario, version: ApiVersion) -> bool {
        // An id in full means that rule alone, even where others begin with it.
        let exact = self.rules.contains(&rule.id);
        let by_rule = self.rules.is_empty() || exact || self.rules.iter().any(|wanted| rule.id.starts_with(wanted.as_str()));
        let is_it = |(id, of, _): &Key| *id == scenario.id && *of == version;
        let by_case = self.only.as_ref().is_none_or(|cases| cases.iter().any(is_it));
        by_rule && by_case && self.tags.as_ref().is_none_or(|tags| tags.eval(scenario.tags.iter()))
    }
    /// Whether one case of a scenario that was asked for was asked for.
    pub(super) fn takes_case(&self, scenario: &Scenario, version: ApiVersion, variation: &Variation) -> bool {
        let named = variation.named();
        // An old report does not say which case it was.
        let is_it = |(id, of, case): &Key| *id == scenario.id && *of == version && case.as_ref().is_none_or(|case| *case == named);
        let full_name = variation.full_name(&scenario.gherkin.name, version).to_lowercase();
        self.only.as_ref().is_none_or(|cases| cases.iter().any(is_it)) && self.words.iter().all(|words| full_name.contains(words))
    }
}
