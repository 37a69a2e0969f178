//! Finds cases that fail for a reason that another rule already reports.
//!
//! The plan varies the caller, the address and the kind of number in every rule. If the endpoint does not know one of
//! these values at all, one rule reports exactly that, and the failing cases of other rules add nothing.

use std::collections::BTreeSet;

use crate::api::{ApiVersion, Operation};
use crate::plan::{Address, Case, Variation, phone_type};
use crate::report::Outcome;
use crate::suite::{Caller, Scenario};
use crate::target::NumberKind;

use super::recorder::Record;
use super::stage::Stage;

/// The rules that ask the endpoint to know a value of a dimension. The ids here lack the operation's prefix.
const TELLING: [(&str, Value); 5] = [
    ("privileged-authentication-administrator-allowed", Value::Caller(Caller::PrivilegedAuthenticationAdministrator)),
    ("application-allowed", Value::Caller(Caller::Application)),
    ("authentication-administrator-allowed", Value::Caller(Caller::AuthenticationAdministrator)),
    ("global-administrator-allowed", Value::Caller(Caller::GlobalAdministrator)),
    ("addressed-by-user-principal-name", Value::Address(Address::Name)),
];

/// The rules that ask the endpoint to accept every kind of number.
const TELLING_OF_NUMBERS: [&str; 2] = ["create.documented-numbers-are-accepted", "update.changes-the-number"];

/// A value of a dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    Caller(Caller),
    Address(Address),
    Number(NumberKind),
}

impl Value {
    fn is_in(self, variation: Variation) -> bool {
        match self {
            Self::Caller(caller) => variation.caller == Some(caller),
            Self::Address(address) => variation.address == Some(address),
            Self::Number(number) => variation.number == Some(number),
        }
    }

    /// Whether the plan chose a value of this value's dimension.
    fn is_varied_in(self, variation: Variation) -> bool {
        match self {
            Self::Caller(_) => variation.caller.is_some(),
            Self::Address(_) => variation.address.is_some(),
            Self::Number(_) => variation.number.is_some(),
        }
    }

    /// Whether the text of a scenario names this value.
    fn is_named_in(self, scenario: &Scenario) -> bool {
        match self {
            Self::Caller(Caller::Application) => scenario.needs.callers.iter().any(|caller| caller.is_an_application()),
            Self::Caller(caller) => scenario.needs.callers.contains(&caller),
            Self::Address(address) => address == Address::Name && scenario.needs.user_principal_name,
            Self::Number(number) => number == NumberKind::Extension && names_an_extension(scenario),
        }
    }
}

/// Whether the text of a scenario asks for a number with an extension.
fn names_an_extension(scenario: &Scenario) -> bool {
    let spelled = |text: &str| text.split('"').skip(1).step_by(2).any(|quoted| quoted.starts_with('+') && quoted.contains('x'));
    scenario.gherkin.steps.iter().any(|step| step.value.contains("extension") || spelled(&step.value))
}

/// A value that an operation of a version does not know, and the rule that reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unknown {
    operation: Operation,
    version: ApiVersion,
    value: Value,
    rule: usize,
}

impl Unknown {
    fn is_in(self, case: &Case, operation: Operation) -> bool {
        // A case of any operation creates the phones that it starts from.
        let starts_from = matches!(self.value, Value::Number(_)) && self.operation == Operation::Create;
        (self.operation == operation || starts_from) && self.version == case.version && self.value.is_in(case.variation)
    }
}

/// Whether a record is of the operation and version of an unknown value.
fn is_of(stage: &Stage, record: &Record, unknown: Unknown) -> bool {
    (stage.cases.operation(record.case), stage.cases.case(record.case).version) == (unknown.operation, unknown.version)
}

/// Skips the cases that fail because of something that another rule reports.
pub fn leave_out_explained(stage: &Stage, records: &mut [Record]) {
    let unknown = unknown(stage, records);
    for record in records.iter_mut().filter(|record| deviates(record)) {
        let (case, operation) = (stage.cases.case(record.case), stage.cases.operation(record.case));
        let why = unknown.iter().find(|unknown| unknown.rule != case.rule && unknown.is_in(case, operation));
        if let Some(why) = why {
            record.outcome = Outcome::Skipped;
            record.reason = Some(format!("{} fails and explains this result", stage.cases.suite.rules[why.rule].id));
            record.violations.clear();
            record.sightings.clear();
        }
    }
}

/// What the endpoint knows according to the scenarios, so that walks may use it: callers who act as administrator, user
/// principal names, and kinds of number.
#[derive(Debug, Clone, Default)]
pub struct Supported {
    pub callers: Vec<Caller>,
    pub names: bool,
    pub numbers: Vec<NumberKind>,
}

impl Supported {
    /// Derives this from the rules that ask for these values: a value is known if its rule was checked and holds.
    pub fn of(stage: &Stage, records: &[Record]) -> Self {
        let holds = |requirement: &str| {
            let of = |record: &&Record| {
                let id = &stage.cases.rule(record.case).id;
                id.split_once('.').is_some_and(|(_, rule)| rule == requirement) || id == requirement
            };
            let mut all = records.iter().filter(of).map(|record| record.outcome).peekable();
            all.peek().is_some() && all.all(|outcome| matches!(outcome, Outcome::Passed | Outcome::Skipped))
        };
        let callers = TELLING.iter().filter_map(|(rule, value)| match value {
            // Walks use both versions, and the documents of v1.0 never name a global administrator.
            Value::Caller(Caller::GlobalAdministrator) => None,
            Value::Caller(caller) if holds(rule) => Some(*caller),
            _ => None,
        });
        let mut numbers = stage.target.phone_numbers.kinds();
        numbers.retain(|kind| *kind != NumberKind::Extension);
        if !TELLING_OF_NUMBERS.into_iter().all(holds) {
            numbers.truncate(1);
        }
        Self { callers: callers.collect(), names: holds("addressed-by-user-principal-name"), numbers }
    }
}

fn deviates(record: &Record) -> bool {
    matches!(record.outcome, Outcome::Failed | Outcome::Warned | Outcome::Blocked)
}

/// The values that the endpoint does not know. Looks at callers first, then at addresses, then at numbers. If an
/// unknown caller explains a failing case, that case says nothing about its address or number.
fn unknown(stage: &Stage, records: &[Record]) -> Vec<Unknown> {
    let mut found: Vec<Unknown> = Vec::new();
    for dimension in [callers, addresses, numbers] {
        let more: Vec<Unknown> = records
            .iter()
            .filter(|record| record.outcome == Outcome::Failed)
            .filter_map(|record| {
                let (case, rule) = (stage.cases.case(record.case), stage.cases.rule(record.case));
                // If the endpoint refuses every request of the operation, the value makes no difference.
                let facts = stage.examined.facts.versions.get(&case.version)?;
                let broken = facts.refuses(rule.operation);
                let value = dimension(&rule.id, case, stage.cases.scenario(record.case))?;
                let explained = found.iter().any(|unknown| unknown.is_in(case, rule.operation));
                (!broken && !explained).then_some(Unknown { operation: rule.operation, version: case.version, value, rule: case.rule })
            })
            .collect();
        found.extend(more);
    }
    let is_the_cause = |unknown: &&Unknown| {
        stands_out(stage, records, **unknown)
            || succeeds_otherwise(stage, records, **unknown) && tells_all(stage, records, &found, **unknown)
    };
    found.iter().filter(is_the_cause).copied().collect()
}

/// Whether plain requests fail with the value and succeed with another value of its dimension. If so, the value
/// explains every other case that fails with it, even if the endpoint makes other mistakes.
fn stands_out(stage: &Stage, records: &[Record], unknown: Unknown) -> bool {
    let (mut with, mut pass_otherwise) = (BTreeSet::new(), BTreeSet::new());
    for record in records.iter().filter(|record| is_of(stage, record, unknown)) {
        let (case, rule) = (stage.cases.case(record.case), stage.cases.rule(record.case));
        let scenario = stage.cases.scenario(record.case);
        let passes = record.outcome == Outcome::Passed;
        if case.rule == unknown.rule && (unknown.value.is_in(case.variation) || unknown.value.is_named_in(scenario)) {
            if passes {
                return false;
            }
            with.insert(phone_type(scenario));
        } else {
            let is_plain = match unknown.value {
                Value::Number(_) => case.rule == unknown.rule,
                Value::Caller(_) | Value::Address(_) => matches!(telling(&rule.id), Some(Value::Caller(_))),
            };
            if passes && is_plain {
                pass_otherwise.insert(phone_type(scenario));
            }
        }
    }
    match unknown.value {
        // The scenarios of the rule are about phones of several types. A number is the reason only if another number
        // passes for the same type.
        Value::Number(_) => !with.is_disjoint(&pass_otherwise),
        Value::Caller(_) | Value::Address(_) => !pass_otherwise.is_empty(),
    }
}

/// Whether any case of the operation passes with another value of the dimension. If no case does, nothing shows that
/// the value matters. A number matters only if another number passes in the same scenario.
fn succeeds_otherwise(stage: &Stage, records: &[Record], unknown: Unknown) -> bool {
    let scenarios = |outcome: Outcome, has_value: bool| -> BTreeSet<(usize, usize)> {
        let of_outcome = records.iter().filter(|record| record.outcome == outcome && is_of(stage, record, unknown));
        let cases = of_outcome
            .map(|record| stage.cases.case(record.case))
            .filter(|case| unknown.value.is_varied_in(case.variation) && unknown.value.is_in(case.variation) == has_value);
        cases.map(|case| (case.rule, case.scenario)).collect()
    };
    let passing = scenarios(Outcome::Passed, false);
    match unknown.value {
        Value::Number(_) => !passing.is_disjoint(&scenarios(Outcome::Failed, true)),
        Value::Caller(_) | Value::Address(_) => !passing.is_empty(),
    }
}

/// Whether every failing case of the operation has an unknown value. If others fail too, the unknown value is not the
/// cause.
fn tells_all(stage: &Stage, records: &[Record], found: &[Unknown], unknown: Unknown) -> bool {
    records.iter().filter(|record| record.outcome == Outcome::Failed && is_of(stage, record, unknown)).all(|record| {
        let case = stage.cases.case(record.case);
        // If the text of a scenario names the value, the plan chooses no other value for its cases.
        let scenario = stage.cases.scenario(record.case);
        let is_told =
            |found: &Unknown| found.rule == case.rule || found.is_in(case, unknown.operation) || found.value.is_named_in(scenario);
        found.iter().any(is_told)
    })
}

fn telling(id: &str) -> Option<Value> {
    let (_, requirement) = id.split_once('.')?;
    TELLING.iter().find(|(rule, _)| *rule == requirement).map(|(_, value)| *value)
}

/// A caller is unknown if the endpoint refuses a plain request from it.
fn callers(id: &str, case: &Case, _: &Scenario) -> Option<Value> {
    telling(id).filter(|value| matches!(value, Value::Caller(_)) && case.variation.address == case.canonical.address)
}

fn addresses(id: &str, _: &Case, _: &Scenario) -> Option<Value> {
    telling(id).filter(|value| matches!(value, Value::Address(_)))
}

fn numbers(id: &str, case: &Case, scenario: &Scenario) -> Option<Value> {
    let number = if names_an_extension(scenario) {
        NumberKind::Extension
    } else {
        case.variation.number.filter(|number| Some(*number) != case.canonical.number)?
    };
    TELLING_OF_NUMBERS.contains(&id).then_some(Value::Number(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Suite;

    #[test]
    fn every_telling_rule_exists_for_every_operation() {
        let suite = Suite::embedded().unwrap();
        for (rule, _) in TELLING {
            for operation in Operation::ALL {
                assert!(suite.rule(&format!("{operation}.{rule}")).is_some(), "{operation}.{rule}");
            }
        }
        for rule in TELLING_OF_NUMBERS {
            assert!(suite.rule(rule).is_some(), "{rule}");
        }
    }
}
