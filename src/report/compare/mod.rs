//! Compares reports of several targets, rule by rule. Two reports of one target show what changed, scenario by
//! scenario.

mod change;
mod markdown;
mod terminal;

pub use markdown::to_markdown;
pub use terminal::to_terminal;

use std::collections::BTreeMap;

use super::{Outcome, Report, RuleReport, Verdict};
use change::{Change, change};

/// At most this many scenarios are named for each rule.
const MAX_NAMED: usize = 3;

/// Several reports, side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// One per report, in the given order.
    pub columns: Vec<Column>,
    /// Groups of rules that differ in the same way, the most important first; none is empty.
    pub sections: Vec<Section>,
    /// Whether these are two reports of one target.
    pub regression: bool,
}

/// A report as a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name of the column; no other column has the same.
    pub label: String,
    /// Where the report comes from, which target it is about, and when it was made.
    pub origin: String,
    /// The verdict.
    pub verdict: Verdict,
}

/// Rules that differ in the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The way in which they differ.
    pub kind: Kind,
    /// One per rule, in the order of the specification.
    pub rows: Vec<Row>,
}

/// How the outcomes of a rule differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Two reports of one target: the rule is broken in a scenario that was not broken before.
    NewlyBroken,
    /// Two reports of one target: a scenario of the rule was checked before and is skipped now.
    NoLongerChecked,
    /// Two reports of one target: the rule was broken and holds now.
    NewlyFixed,
    /// Two reports of one target: the rule is still broken.
    StillBroken,
    /// Two reports of one target: another change.
    Otherwise,
    /// Reports of several targets: the outcomes differ.
    Differs,
    /// All reports have the same outcome, and nothing above applies.
    Same,
}

/// A rule as a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The rule's id.
    pub rule: String,
    /// One per column; `None` if the report lacks the rule.
    pub cells: Vec<Option<Cell>>,
    /// The scenarios that changed between two reports of one target, each with a description.
    pub scenarios: Vec<String>,
}

/// The result of a rule in one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The outcome.
    pub outcome: Outcome,
    /// Whether an expectation file lists this outcome.
    pub expected: bool,
    /// What is wrong, in one sentence.
    pub why: Option<String>,
}

/// The reports can't be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// There are fewer than two reports.
    #[error("there is nothing to compare with")]
    Alone,
    /// A report of one shard, which says nothing about the others.
    #[error("{name} is the report of only one shard, {shard}")]
    Shard {
        /// The report's name.
        name: String,
        /// The shard.
        shard: String,
    },
}

impl CompareError {
    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Alone => "give the JSON reports of at least two runs",
            Self::Shard { .. } => "`merge` joins the shards of a run into a report that can be compared",
        }
    }
}

impl Kind {
    /// The title of a section of this kind.
    pub const fn title(self) -> &'static str {
        match self {
            Self::NewlyBroken => "newly broken",
            Self::NoLongerChecked => "no longer checked",
            Self::NewlyFixed => "newly fixed",
            Self::StillBroken => "still broken",
            Self::Otherwise => "changed otherwise",
            Self::Differs => "differs",
            Self::Same => "the same",
        }
    }
}

impl Comparison {
    /// Compares reports; each comes with the name of its file.
    ///
    /// # Errors
    ///
    /// Fails if there are fewer than two reports, or one is of a shard.
    pub fn new(reports: &[(String, Report)]) -> Result<Self, CompareError> {
        if reports.len() < 2 {
            return Err(CompareError::Alone);
        }
        for (name, report) in reports {
            if let Some(shard) = &report.shard {
                return Err(CompareError::Shard { name: name.clone(), shard: shard.clone() });
            }
        }
        let regression = matches!(reports, [(_, before), (_, now)] if before.target.name == now.target.name);
        let mut sections: BTreeMap<Kind, Vec<Row>> = BTreeMap::new();
        for rule in rules(reports) {
            let cells: Vec<Option<Cell>> = reports.iter().map(|(_, report)| cell(report, rule)).collect();
            let alike = || cells.iter().all(|cell| cell.as_ref().map(|cell| cell.outcome) == cells[0].as_ref().map(|cell| cell.outcome));
            let Change { kind, scenarios } = match reports {
                [(_, before), (_, now)] if regression => change(rule, before, now),
                _ => Change { kind: if alike() { Kind::Same } else { Kind::Differs }, scenarios: Vec::new() },
            };
            sections.entry(kind).or_default().push(Row { rule: rule.to_owned(), cells, scenarios });
        }
        let sections = sections.into_iter().map(|(kind, rows)| Section { kind, rows }).collect();
        Ok(Self { columns: columns(reports, regression), sections, regression })
    }

    /// Whether something is newly broken or no longer checked.
    pub fn has_regressed(&self) -> bool {
        self.sections.iter().any(|section| matches!(section.kind, Kind::NewlyBroken | Kind::NoLongerChecked))
    }

    /// The result of every rule in every report that has it.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.sections.iter().flat_map(|section| &section.rows).flat_map(|row| row.cells.iter().flatten())
    }

    /// Sums up the comparison in a sentence.
    pub fn summary(&self) -> String {
        let count =
            |kind: Kind| self.sections.iter().filter(|section| section.kind == kind).map(|section| section.rows.len()).sum::<usize>();
        if self.regression {
            let kinds = [Kind::NewlyBroken, Kind::NoLongerChecked, Kind::NewlyFixed, Kind::StillBroken, Kind::Otherwise, Kind::Same];
            let rare = |kind: &Kind| matches!(kind, Kind::NoLongerChecked | Kind::Otherwise);
            let kinds = kinds.into_iter().filter(|kind| !rare(kind) || count(*kind) > 0);
            return kinds.map(|kind| format!("{} {}", count(kind), kind.title())).collect::<Vec<_>>().join(", ");
        }
        let all: usize = self.sections.iter().map(|section| section.rows.len()).sum();
        format!("{} of {all} rules differ", count(Kind::Differs))
    }
}

impl Row {
    /// The first changed scenarios, and how many more there are.
    pub fn named_scenarios(&self) -> Vec<String> {
        let mut named: Vec<String> = self.scenarios.iter().take(MAX_NAMED).cloned().collect();
        let more = self.scenarios.len().saturating_sub(MAX_NAMED);
        if more > 0 {
            named.push(format!("and {more} more"));
        }
        named
    }

    /// Why the rule is broken, from the last report that gives a reason.
    pub fn why(&self) -> Option<&str> {
        self.cells.iter().rev().flatten().find_map(|cell| cell.why.as_deref())
    }
}

impl Cell {
    /// The outcome in a word or two.
    pub fn text(&self) -> String {
        let known = self.expected && !matches!(self.outcome, Outcome::Passed | Outcome::Skipped);
        format!("{}{}", self.outcome, if known { " (known)" } else { "" })
    }
}

/// The ids of all rules, each once: in the order of the first report, then those that only other reports have.
fn rules(reports: &[(String, Report)]) -> Vec<&str> {
    let mut rules: Vec<&str> = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    for rule in reports.iter().flat_map(|(_, report)| &report.rules) {
        if known.insert(&rule.id) {
            rules.push(&rule.id);
        }
    }
    rules
}

fn cell(report: &Report, rule: &str) -> Option<Cell> {
    let rule = report.rules.iter().find(|known| known.id == rule)?;
    Some(Cell { outcome: rule.outcome, expected: rule.expected, why: why(rule) })
}

/// The first thing that is wrong with a rule.
fn why(rule: &RuleReport) -> Option<String> {
    if matches!(rule.outcome, Outcome::Passed | Outcome::Skipped) {
        return None;
    }
    let scenario = rule.scenarios.iter().find(|scenario| scenario.outcome == rule.outcome)?;
    let violation = scenario.violations.first().map(|violation| format!("expected {}; got {}", violation.expected, violation.actual));
    violation.or_else(|| scenario.reason.clone())
}

fn columns(reports: &[(String, Report)], regression: bool) -> Vec<Column> {
    let named_alike = |name: &str| reports.iter().filter(|(_, report)| report.target.name == name).count() > 1;
    let label = |index: usize, file: &str, name: &str| match (regression, index) {
        (true, 0) => "before".to_owned(),
        (true, _) => "now".to_owned(),
        _ if named_alike(name) => file.to_owned(),
        _ => name.to_owned(),
    };
    reports
        .iter()
        .enumerate()
        .map(|(index, (file, report))| Column {
            label: label(index, file, &report.target.name),
            origin: format!("{} at {}, {} ({file})", report.target.name, report.target.base_url, report.started_at),
            verdict: report.verdict,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ApiVersion;
    use crate::report::{ScenarioReport, sample};

    /// A report with these outcomes, by the rules' names.
    pub(super) fn report(target: &str, outcomes: &[(&str, Outcome)]) -> Report {
        let mut report = sample::report(outcomes.iter().map(|(name, outcome)| sample::rule(&format!("list.{name}"), *outcome)).collect());
        target.clone_into(&mut report.target.name);
        report
    }

    /// Two reports of one target with every kind of change.
    pub(super) fn changes() -> Comparison {
        use Outcome::{Blocked, Errored, Failed, Passed, Skipped, Warned};
        let table = [
            ("stays", Passed, Passed),
            ("breaks", Passed, Failed),
            ("blocks", Warned, Blocked),
            ("first-judged", Skipped, Failed),
            ("mended", Failed, Passed),
            ("unblocked", Blocked, Warned),
            ("other-failure", Blocked, Failed),
            ("lost", Failed, Skipped),
            ("network", Passed, Errored),
            ("never", Skipped, Skipped),
        ];
        let before: Vec<_> = table.iter().map(|(name, before, _)| (*name, *before)).chain([("gone", Passed)]).collect();
        let now: Vec<_> = table.iter().map(|(name, _, now)| (*name, *now)).chain([("new", Failed)]).collect();
        let mut now = report("acme", &now);
        now.rules[1].scenarios[0].reason = Some("it | was\nnot so".to_owned());
        now.rules[6].expected = true;
        Comparison::new(&[("a.json".to_owned(), report("acme", &before)), ("b.json".to_owned(), now)]).unwrap()
    }

    /// Reports of three targets.
    pub(super) fn targets() -> Comparison {
        let one = report("acme", &[("kept", Outcome::Passed), ("sorted", Outcome::Passed)]);
        let two = report("other", &[("kept", Outcome::Passed), ("sorted", Outcome::Failed)]);
        let three = report("third", &[("kept", Outcome::Passed), ("more", Outcome::Passed)]);
        Comparison::new(&[("1".to_owned(), one), ("2".to_owned(), two), ("3".to_owned(), three)]).unwrap()
    }

    fn shown(comparison: &Comparison) -> Vec<String> {
        let rows = |section: &Section| section.rows.iter().map(|row| row.rule.trim_start_matches("list.")).collect::<Vec<_>>().join(" ");
        comparison.sections.iter().map(|section| format!("{}: {}", section.kind.title(), rows(section))).collect()
    }

    #[test]
    fn two_reports_of_one_target_show_what_has_changed() {
        let comparison = changes();
        assert_eq!(
            shown(&comparison),
            [
                "newly broken: breaks blocks first-judged new",
                "no longer checked: lost",
                "newly fixed: mended unblocked",
                "still broken: other-failure",
                "changed otherwise: network gone",
                "the same: stays never",
            ]
        );
        assert!(comparison.regression && comparison.has_regressed());
        assert_eq!(
            comparison.summary(),
            "4 newly broken, 1 no longer checked, 2 newly fixed, 1 still broken, 2 changed otherwise, 2 the same"
        );
        assert_eq!(comparison.columns.iter().map(|column| column.label.as_str()).collect::<Vec<_>>(), ["before", "now"]);
    }

    #[test]
    fn nothing_new_is_no_regression() {
        let report = sample::one_failure();
        let same = Comparison::new(&[("a".to_owned(), report.clone()), ("b".to_owned(), report)]).unwrap();
        assert!(same.regression && !same.has_regressed());
        assert_eq!(same.sections[0].rows[0].why(), Some("expected status 400, 403 or 409, with an error body; got status 201"));
    }

    /// The report of one rule with these scenarios, by name.
    fn scenarios(outcomes: &[(&str, Outcome)]) -> (String, Report) {
        let mut rule = sample::rule("list.kept", Outcome::Passed);
        let first = rule.scenarios.remove(0);
        let scenario =
            |(name, outcome): &(&str, Outcome)| ScenarioReport { id: format!("list.kept/{name}"), outcome: *outcome, ..first.clone() };
        rule.scenarios = outcomes.iter().map(scenario).collect();
        rule.outcome = rule.worst_outcome();
        ("a.json".to_owned(), sample::report(vec![rule]))
    }

    #[test]
    fn a_rule_that_was_broken_before_can_break_in_another_scenario() {
        use Outcome::{Failed, Passed, Skipped};
        for (before, now, kind) in [
            ([("one", Failed), ("two", Passed)], [("one", Failed), ("two", Failed)], Kind::NewlyBroken),
            ([("one", Failed), ("two", Passed)], [("one", Passed), ("two", Failed)], Kind::NewlyBroken),
            ([("one", Failed), ("two", Failed)], [("one", Failed), ("two", Passed)], Kind::StillBroken),
            ([("one", Failed), ("two", Passed)], [("one", Failed), ("two", Skipped)], Kind::NoLongerChecked),
            ([("one", Passed), ("two", Passed)], [("one", Passed), ("two", Skipped)], Kind::NoLongerChecked),
            ([("one", Passed), ("two", Skipped)], [("one", Passed), ("two", Passed)], Kind::Same),
        ] {
            let comparison = Comparison::new(&[scenarios(&before), scenarios(&now)]).unwrap();
            assert_eq!(comparison.sections[0].kind, kind, "{before:?} and now {now:?}");
            assert_eq!(comparison.has_regressed(), matches!(kind, Kind::NewlyBroken | Kind::NoLongerChecked));
        }
    }

    #[test]
    fn a_version_that_is_no_longer_checked_is_shown() {
        let (name, before) = scenarios(&[("one", Outcome::Passed)]);
        let mut now = before.clone();
        now.target.versions = vec![ApiVersion::Beta];
        now.rules[0].scenarios[0].version = ApiVersion::Beta;
        let comparison = Comparison::new(&[(name.clone(), before), (name, now)]).unwrap();
        assert_eq!(comparison.sections[0].rows[0].named_scenarios(), ["v1.0 one: the version is not checked"]);
    }

    #[test]
    fn several_targets_show_what_differs_first() {
        let comparison = targets();
        assert_eq!(shown(&comparison), ["differs: sorted more", "the same: kept"]);
        assert!(!comparison.regression && !comparison.has_regressed());
        assert_eq!(comparison.summary(), "2 of 3 rules differ");
        assert_eq!(comparison.columns.iter().map(|column| column.label.as_str()).collect::<Vec<_>>(), ["acme", "other", "third"]);
    }

    #[test]
    fn targets_with_the_same_name_are_named_after_their_files() {
        let reports = ["a.json", "b.json", "c.json"].map(|file| (file.to_owned(), sample::passing()));
        let comparison = Comparison::new(&reports).unwrap();
        assert_eq!(comparison.columns.iter().map(|column| column.label.as_str()).collect::<Vec<_>>(), ["a.json", "b.json", "c.json"]);
    }

    #[test]
    fn one_report_and_parts_of_reports_are_refused() {
        let one = ("a.json".to_owned(), sample::passing());
        assert_eq!(Comparison::new(std::slice::from_ref(&one)), Err(CompareError::Alone));
        let part = ("b.json".to_owned(), Report { shard: Some("1/2".to_owned()), ..sample::passing() });
        assert_eq!(Comparison::new(&[one, part]).unwrap_err().to_string(), "b.json is the report of only one shard, 1/2");
    }
}
