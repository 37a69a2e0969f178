//! Finds what the failing cases of a rule have in common and the passing ones lack.

use std::collections::BTreeSet;
use std::fmt;

use super::{Outcome, RuleReport, ScenarioReport};

/// A dimension in which cases of a rule differ, the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dimension {
    Caller,
    Address,
    Number,
    Version,
    Scenario,
}

impl Dimension {
    const ALL: [Self; 5] = [Self::Caller, Self::Address, Self::Number, Self::Version, Self::Scenario];

    /// The dimensions whose bits are set.
    fn subset(bits: usize) -> Vec<Self> {
        Self::ALL.into_iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, dimension)| dimension).collect()
    }

    /// The value of a case in this dimension; `None` if the case does not vary in it.
    fn of(self, case: &ScenarioReport) -> Option<&str> {
        let named = |name: &str| case.case.as_ref()?.get(name).map(String::as_str);
        match self {
            Self::Caller => named("caller"),
            Self::Address => named("address"),
            Self::Number => named("number"),
            Self::Version => Some(case.version.name()),
            Self::Scenario => Some(&case.id),
        }
    }
}

/// A dimension, and the values that it has in failing cases.
type Clause<'a> = (Dimension, BTreeSet<&'a str>);

/// What sets failing cases apart: each has one of these values in each of these dimensions, and no passing case does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern<'a> {
    clauses: Vec<Clause<'a>>,
    /// For a single dimension, its other values, whose cases pass.
    passing: BTreeSet<&'a str>,
    /// Whether it affects several callers.
    everybody: bool,
    /// Whether it affects more than one version.
    both_versions: bool,
    /// The number of scenarios that ran.
    scenarios: usize,
}

impl Pattern<'_> {
    /// Whether only their scenarios set the failing cases apart.
    pub fn is_of_scenarios(&self) -> bool {
        self.clauses.iter().all(|(dimension, _)| *dimension == Dimension::Scenario)
    }

    /// The dimension of which fewer values pass than fail, if it alone sets the failing cases apart.
    fn exception(&self) -> Option<Dimension> {
        match self.clauses[..] {
            [(dimension @ (Dimension::Caller | Dimension::Address | Dimension::Number), ref with)] => {
                (!self.passing.is_empty() && self.passing.len() < with.len()).then_some(dimension)
            }
            _ => None,
        }
    }
}

/// What sets the failing cases of a rule apart; `None` if nothing does.
pub fn pattern(rule: &RuleReport) -> Option<Pattern<'_>> {
    let judged = |case: &&ScenarioReport| case.is_own() && matches!(case.outcome, Outcome::Passed | Outcome::Warned | Outcome::Failed);
    let cases: Vec<&ScenarioReport> = rule.scenarios.iter().filter(judged).collect();
    if cases.iter().all(|case| case.case.is_none()) {
        return None;
    }
    let scenarios = cases.iter().map(|case| case.id.as_str()).collect::<BTreeSet<_>>().len();
    let (passing, failing): (Vec<_>, Vec<_>) = cases.into_iter().partition(|case| case.outcome == Outcome::Passed);
    if failing.is_empty() {
        return None;
    }
    // Subsets with fewer dimensions come first. Among equals, those with the scenario come last, because it explains
    // least.
    let mut subsets: Vec<Vec<Dimension>> = (0_usize..1 << Dimension::ALL.len()).map(Dimension::subset).collect();
    subsets.sort_by_key(|subset| (subset.len(), subset.contains(&Dimension::Scenario)));
    // If every case of the failing scenarios fails, the scenarios are the reason, whatever the values of their cases.
    let by_scenario = !passing.iter().any(|case| failing.iter().any(|failed| failed.id == case.id));
    let is_likely = |subset: &Vec<Dimension>| subset.is_empty() || !by_scenario || subset.contains(&Dimension::Scenario);
    // That cases with any value of a dimension fail says nothing about its values.
    let every_value =
        |dimension: Dimension| -> BTreeSet<&str> { passing.iter().chain(&failing).filter_map(|case| dimension.of(case)).collect() };
    let tells = |(dimension, with): &Clause<'_>| {
        let varies = matches!(dimension, Dimension::Caller | Dimension::Address | Dimension::Number);
        !varies || with.len() == 1 || with.len() < every_value(*dimension).len()
    };
    let clauses = subsets.into_iter().filter(is_likely).find_map(|subset| {
        let clauses: Option<Vec<Clause<'_>>> =
            subset.into_iter().map(|dimension| Some((dimension, values(dimension, &failing)?))).collect();
        clauses.filter(|clauses| clauses.iter().all(tells) && !passing.iter().any(|case| holds(clauses, case)))
    })?;
    let others = match &clauses[..] {
        [(dimension, with)] => passing.iter().filter_map(|case| dimension.of(case)).filter(|value| !with.contains(value)).collect(),
        _ => BTreeSet::new(),
    };
    let says_version = clauses.iter().any(|(dimension, _)| *dimension == Dimension::Version);
    let versions = if says_version { BTreeSet::new() } else { values(Dimension::Version, &failing).unwrap_or_default() };
    let callers = values(Dimension::Caller, &failing).map_or(0, |callers| callers.len());
    Some(Pattern { clauses, passing: others, everybody: callers > 1, both_versions: versions.len() > 1, scenarios })
}

/// The values of cases in a dimension; `None` if one of the cases does not vary in it.
fn values<'a>(dimension: Dimension, cases: &[&'a ScenarioReport]) -> Option<BTreeSet<&'a str>> {
    cases.iter().map(|case| dimension.of(case)).collect()
}

/// Whether a case has one of the values in each of the dimensions.
fn holds(clauses: &[Clause<'_>], case: &ScenarioReport) -> bool {
    clauses.iter().all(|(dimension, values)| dimension.of(case).is_some_and(|value| values.contains(value)))
}

impl fmt::Display for Pattern<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exception = self.exception();
        if self.clauses.is_empty() {
            f.write_str("fails in every case")?;
            if self.everybody {
                f.write_str(", whoever calls")?;
            }
        } else if let Some(dimension) = exception {
            let others: Vec<String> = self.passing.iter().map(|value| phrase(dimension, value)).collect();
            write!(f, "fails except {}", others.join(" and "))?;
        } else {
            f.write_str("fails only")?;
        }
        for (dimension, values) in self.clauses.iter().filter(|_| exception.is_none()) {
            let all: Vec<String> = values.iter().map(|value| phrase(*dimension, value)).collect();
            match dimension {
                Dimension::Scenario => write!(f, " in {} of {} scenarios", values.len(), self.scenarios)?,
                _ => write!(f, " {}", all.join(" or "))?,
            }
        }
        if self.both_versions {
            f.write_str(", in both versions")?;
        }
        if matches!(self.clauses[..], [(Dimension::Caller, _)]) && !self.passing.is_empty() && exception.is_none() {
            let administrators = self.passing.iter().all(|caller| caller.ends_with("administrator"));
            let others: Vec<String> = self.passing.iter().map(|caller| phrase(Dimension::Caller, caller)).collect();
            write!(f, "; passes {}", if administrators { "for administrators".to_owned() } else { others.join(" and ") })?;
        }
        Ok(())
    }
}

/// A value as part of a sentence.
fn phrase(dimension: Dimension, value: &str) -> String {
    let article = if value.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    match dimension {
        Dimension::Caller => format!("for {article} {value}"),
        Dimension::Address if value == "/me" => "under /me".to_owned(),
        Dimension::Address => format!("by {value}"),
        Dimension::Number => format!("with {article} {value}"),
        Dimension::Version => format!("in {value}"),
        Dimension::Scenario => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::api::ApiVersion;
    use crate::report::sample;

    const CALLERS: [&str; 3] = ["privileged authentication administrator", "application", "authentication administrator"];
    const ADDRESSES: [&str; 2] = ["object id", "user principal name"];
    const NUMBERS: [&str; 2] = ["country code of one digit", "country code of three digits"];

    /// A rule with two scenarios and all combinations as cases. The cases that `fails` selects fail.
    fn rule(fails: impl Fn(&ScenarioReport) -> bool) -> RuleReport {
        let mut rule = sample::rule("get.found", Outcome::Passed);
        let plain = rule.scenarios.remove(0);
        for (id, version) in [("one", ApiVersion::V1), ("one", ApiVersion::Beta), ("two", ApiVersion::V1), ("two", ApiVersion::Beta)] {
            for (caller, address, number) in combinations(&CALLERS, &ADDRESSES, &NUMBERS) {
                let case = [("caller", caller), ("address", address), ("number", number)];
                let case = case.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
                rule.scenarios.push(ScenarioReport { id: format!("get.found/{id}"), version, case: Some(case), ..plain.clone() });
            }
        }
        for scenario in &mut rule.scenarios {
            if fails(scenario) {
                scenario.outcome = Outcome::Failed;
            }
        }
        rule.outcome = rule.worst_outcome();
        rule
    }

    fn combinations<'a>(callers: &'a [&'a str], addresses: &'a [&'a str], numbers: &'a [&'a str]) -> Vec<(&'a str, &'a str, &'a str)> {
        let of = |caller: &'a str| addresses.iter().flat_map(move |address| numbers.iter().map(move |number| (caller, *address, *number)));
        callers.iter().flat_map(|caller| of(caller)).collect()
    }

    fn said(fails: impl Fn(&ScenarioReport) -> bool) -> String {
        pattern(&rule(fails)).map(|pattern| pattern.to_string()).unwrap_or_default()
    }

    fn has(case: &ScenarioReport, value: &str) -> bool {
        Dimension::ALL.iter().any(|dimension| dimension.of(case) == Some(value))
    }

    #[test]
    fn a_sentence_says_what_fails_and_who_passes() {
        assert_eq!(said(|case| has(case, "application")), "fails only for an application, in both versions; passes for administrators");
        assert_eq!(said(|case| has(case, "user principal name")), "fails only by user principal name, in both versions");
        assert_eq!(said(|case| has(case, NUMBERS[1])), "fails only with a country code of three digits, in both versions");
        assert_eq!(said(|case| has(case, "beta")), "fails only in beta");
        assert_eq!(said(|case| has(case, "application") && has(case, "beta")), "fails only for an application in beta");
        assert_eq!(
            said(|case| has(case, "application") && has(case, "user principal name")),
            "fails only for an application by user principal name, in both versions"
        );
        assert_eq!(said(|case| has(case, "get.found/one")), "fails only in 1 of 2 scenarios, in both versions");
        assert_eq!(said(|case| !has(case, "application")), "fails except for an application, in both versions");
        assert_eq!(said(|_| true), "fails in every case, whoever calls, in both versions");
        assert_eq!(said(|_| false), "");
    }

    #[test]
    fn the_values_of_cases_do_not_explain_a_scenario_that_always_fails() {
        let mut rule = rule(|case| has(case, "get.found/one"));
        rule.scenarios.retain(|case| has(case, "get.found/one") == has(case, "application"));
        assert_eq!(pattern(&rule).unwrap().to_string(), "fails only in 1 of 2 scenarios, in both versions");
    }

    #[test]
    fn a_rule_without_cases_has_no_pattern() {
        assert_eq!(pattern(&sample::rule("get.found", Outcome::Failed)), None);
    }

    proptest! {
        #[test]
        fn the_sentence_is_true_of_the_cases(fails in prop::collection::vec(any::<bool>(), 48), some in prop::collection::vec(any::<bool>(), 48)) {
            let mut rule = rule(|_| false);
            for (scenario, fails) in rule.scenarios.iter_mut().zip(fails) {
                if fails {
                    scenario.outcome = Outcome::Failed;
                }
            }
            let mut some = some.into_iter();
            rule.scenarios.retain(|_| some.next().unwrap_or(true));
            if let Some(pattern) = pattern(&rule) {
                for case in &rule.scenarios {
                    // The sentence covers every failing case, and no passing one.
                    prop_assert!(holds(&pattern.clauses, case) || case.outcome == Outcome::Passed);
                    prop_assert!(!holds(&pattern.clauses, case) || case.outcome == Outcome::Failed);
                }
            } else {
                prop_assert!(rule.scenarios.iter().all(|case| case.outcome == Outcome::Passed) || !separable(&rule));
            }
        }
    }

    /// Whether the values of the failing cases, in all dimensions together, exclude every passing case.
    fn separable(rule: &RuleReport) -> bool {
        let (passing, failing): (Vec<_>, Vec<_>) = rule.scenarios.iter().partition(|case| case.outcome == Outcome::Passed);
        let clauses: Vec<Clause<'_>> = Dimension::ALL.iter().map(|dimension| (*dimension, values(*dimension, &failing).unwrap())).collect();
        !passing.iter().any(|case| holds(&clauses, case))
    }
}
