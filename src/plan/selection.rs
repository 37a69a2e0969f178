//! The rules and scenarios that the user selected.

use std::collections::{BTreeMap, BTreeSet};

use cucumber::tag::Ext as _;
use gherkin::tagexpr::TagOperation;

use crate::api::{ApiVersion, Operation};
use crate::suite::{Rule, Scenario, Suite};

use super::{Cells, Variation};

/// A text must have at least this many characters to be compared with parts of ids.
const SHORTEST: usize = 4;

/// A scenario's id and version, and its variation if it has several.
pub type Key = (String, ApiVersion, Option<BTreeMap<String, String>>);

/// What the user selected on the command line.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    rules: Vec<String>,
    tags: Option<TagOperation>,
    /// The selected cases; `None` for all.
    only: Option<BTreeSet<Key>>,
    /// Words that the full name of a case must contain, in lower case.
    words: Vec<String>,
    /// How many cases of a scenario run.
    cells: Option<Cells>,
}

/// The selection is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// No rule's id starts with this.
    #[error("no rule's id is or begins with `{0}`")]
    UnknownRule(String, Option<String>),
    /// The tag expression is invalid.
    #[error("`{0}` is not a tag expression")]
    Tags(String),
    /// No scenario has this tag.
    #[error("no scenario has the tag `{0}`")]
    UnknownTag(String, Option<String>),
}

impl SelectionError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownRule(_, Some(nearest)) | Self::UnknownTag(_, Some(nearest)) => format!("did you mean `{nearest}`?"),
            Self::UnknownTag(_, None) => {
                "`spec RULE` shows a rule's tags; every operation, area and version is a tag: @create, @access, @beta".to_owned()
            }
            Self::UnknownRule(_, None) => "`spec` lists every rule".to_owned(),
            Self::Tags(_) => "an expression combines tags with `and`, `or`, `not` and brackets: \"@create and not @advisory\"".to_owned(),
        }
    }
}

/// The id that the user may have meant: an id that contains `wanted`, or else the id that is most similar, in whole or
/// in its first characters.
pub fn nearest_id<'a>(wanted: &str, ids: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let length = wanted.chars().count();
    if length >= SHORTEST
        && let Some(holder) = ids.clone().find(|id| id.contains(wanted))
    {
        return Some(holder);
    }
    let likeness = |id: &str| {
        let beginning: String = id.chars().take(length).collect();
        let alike = |id: &str| strsim::normalized_damerau_levenshtein(id, wanted);
        alike(id).max(if length >= SHORTEST { alike(&beginning) } else { 0.0 })
    };
    let mut nearest = None;
    for id in ids {
        let alike = likeness(id);
        if alike > 0.7 && nearest.is_none_or(|(most, _)| alike > most) {
            nearest = Some((alike, id));
        }
    }
    nearest.map(|(_, id)| id)
}

/// Checks that some scenario has each tag of an expression.
fn all_known(tags: &TagOperation, suite: &Suite) -> Result<(), SelectionError> {
    match tags {
        TagOperation::And(left, right) | TagOperation::Or(left, right) => all_known(left, suite).and_then(|()| all_known(right, suite)),
        TagOperation::Not(inner) => all_known(inner, suite),
        TagOperation::Tag(tag) => {
            let known: BTreeSet<&str> =
                suite.rules.iter().flat_map(|rule| &rule.scenarios).flat_map(|scenario| &scenario.tags).map(String::as_str).collect();
            let bare = tag.trim_start_matches('@');
            if known.iter().any(|known| known.trim_start_matches('@') == bare) {
                return Ok(());
            }
            let nearest = nearest_id(bare, known.iter().map(|known| known.trim_start_matches('@'))).map(|nearest| format!("@{nearest}"));
            Err(SelectionError::UnknownTag(format!("@{bare}"), nearest))
        }
    }
}

impl Selection {
    /// Selects rules by id or prefix, and scenarios by a cucumber tag expression.
    ///
    /// # Errors
    /// Fails if no rule's id starts with a given prefix, or if the expression is invalid.
    pub fn new(suite: &Suite, rules: &[String], tags: Option<&str>) -> Result<Self, SelectionError> {
        for wanted in rules {
            if !suite.rules.iter().any(|rule| rule.id.starts_with(wanted.as_str())) {
                let families: Vec<String> = Operation::ALL.iter().map(|operation| format!("{operation}.")).collect();
                let ids = families.iter().chain(suite.rules.iter().map(|rule| &rule.id)).map(String::as_str);
                let nearest = nearest_id(wanted, ids).map(str::to_owned);
                return Err(SelectionError::UnknownRule(wanted.clone(), nearest));
            }
        }
        let tags: Option<TagOperation> = tags.map(|text| text.parse().map_err(|_| SelectionError::Tags(text.to_owned()))).transpose()?;
        if let Some(tags) = &tags {
            all_known(tags, suite)?;
        }
        Ok(Self { rules: rules.to_vec(), tags, ..Self::default() })
    }

    /// Restricts the selection to these cases.
    #[must_use]
    pub fn only(mut self, cases: BTreeSet<Key>) -> Self {
        self.only = Some(cases);
        self
    }

    /// Restricts the selection to this many cases of each scenario, and to cases whose full name contains all these
    /// words.
    #[must_use]
    pub fn narrowed_to(mut self, cells: Option<Cells>, words: &[String]) -> Self {
        self.cells = cells;
        self.words = words.iter().map(|words| words.to_lowercase()).collect();
        self
    }

    /// Selects every case of every scenario.
    pub fn every_case() -> Self {
        Self { cells: Some(Cells::All), ..Self::default() }
    }

    /// Whether the selection takes the default number of cases.
    pub fn covers(&self) -> bool {
        self.cells() == Cells::Covering
    }

    /// How many cases of a scenario are considered: all if the selection names cases.
    pub fn cells(&self) -> Cells {
        let named = self.only.is_some() || !self.words.is_empty();
        self.cells.unwrap_or(if named { Cells::All } else { Cells::Covering })
    }

    /// Whether a scenario is selected in a version.
    pub fn takes(&self, rule: &Rule, scenario: &Scenario, version: ApiVersion) -> bool {
        // A full id selects only that rule, even if other ids start with it.
        let exact = self.rules.contains(&rule.id);
        let by_rule = self.rules.is_empty() || exact || self.rules.iter().any(|wanted| rule.id.starts_with(wanted.as_str()));
        let is_it = |(id, of, _): &Key| *id == scenario.id && *of == version;
        let by_case = self.only.as_ref().is_none_or(|cases| cases.iter().any(is_it));
        by_rule && by_case && self.tags.as_ref().is_none_or(|tags| tags.eval(scenario.tags.iter()))
    }
    /// Whether a case of a selected scenario is selected.
    pub(super) fn takes_case(&self, scenario: &Scenario, version: ApiVersion, variation: Variation) -> bool {
        // The report of an older version does not name the variation.
        let is_it =
            |(id, of, case): &Key| *id == scenario.id && *of == version && case.as_ref().is_none_or(|case| *case == variation.named());
        let has_words = || {
            let full_name = variation.full_name(&scenario.gherkin.name, version).to_lowercase();
            self.words.iter().all(|words| full_name.contains(words))
        };
        self.only.as_ref().is_none_or(|cases| cases.iter().any(is_it)) && (self.words.is_empty() || has_words())
    }
}
