//! Reads a report that anyone may have edited: the first mistake is reported with its place.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use super::json::{SCHEMA, SCHEMA_VERSION};
use super::terminal::text::{clean_line, shorten};
use super::{Counts, Outcome, Report, ScenarioReport, Verdict};
use crate::shard::Shard;

/// The longest description of a mistake, in characters; the wrong value may be a page of text.
const LONGEST: usize = 200;

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    jsonschema::options().should_validate_formats(true).build(&schema).expect("the schema is one")
});

/// Why a text is not a report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is not JSON, or it is JSON that the schema allows but a report can't hold: numbers beyond 64 bits, repeated
    /// keys.
    #[error("line {line}, column {column}: {message}")]
    Text {
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// It is JSON but not a report.
    #[error("this is JSON, but not a report: the key `schema` is missing")]
    NoReport,
    /// The report has another version of the structure.
    #[error("the report has schema {found}, and this program reads schema {SCHEMA_VERSION}")]
    Version {
        /// The version in the report.
        found: String,
    },
    /// A value does not match the schema, or contradicts another value.
    #[error("at {path}: {message}")]
    Value {
        /// The value's place in the report, as a JSON pointer.
        path: String,
        /// What is wrong with it.
        message: String,
    },
}

impl ReadError {
    fn text(line: usize, column: usize, message: &str) -> Self {
        Self::Text { line, column: column.max(1), message: brief(message) }
    }

    fn value(path: impl Into<String>, message: &str) -> Self {
        Self::Value { path: brief(&path.into()), message: brief(message) }
    }
}

/// Reads a report.
///
/// # Errors
///
/// Fails if the bytes are not a report, have another schema version, or contradict themselves.
pub fn from_json(bytes: &[u8]) -> Result<Report, ReadError> {
    let text = &*crate::encoding::text(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.split(|byte| *byte == b'\n').count();
        let column = before.rsplit(|byte| *byte == b'\n').next().map_or(0, <[u8]>::len) + 1;
        ReadError::text(line, column, "the text is not UTF-8 from here on")
    })?;
    let value: Value = serde_json::from_str(text).map_err(|error| syntax(&error))?;
    // Check the version first, so that a later structure is refused by its version, not by the first key that differs.
    match value.get("schema") {
        None => return Err(ReadError::NoReport),
        Some(found) if found.as_u64() != Some(u64::from(SCHEMA_VERSION)) => {
            return Err(ReadError::Version { found: brief(&found.to_string()) });
        }
        Some(_) => {}
    }
    if let Some(error) = VALIDATOR.iter_errors(&value).next() {
        return Err(ReadError::value(error.instance_path().to_string(), &error.masked_with("the value").to_string()));
    }
    let report: Report = serde_json::from_str(text).map_err(|error| syntax(&error))?;
    consistent(&report)?;
    Ok(report)
}

fn syntax(error: &serde_json::Error) -> ReadError {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    ReadError::text(error.line(), error.column(), message.strip_suffix(&place).unwrap_or(&message))
}

/// Checks what every reader of a report relies on.
fn consistent(report: &Report) -> Result<(), ReadError> {
    if let Some(error) = report.shard.as_ref().and_then(|shard| shard.parse::<Shard>().err()) {
        return Err(ReadError::value("/shard", &error.to_string()));
    }
    let mut rules = BTreeSet::new();
    for (index, rule) in report.rules.iter().enumerate() {
        let path = format!("/rules/{index}");
        if !rules.insert(&rule.id) {
            return Err(ReadError::value(path + "/id", &format!("the rule `{}` appears twice", rule.id)));
        }
        if rule.outcome != rule.worst_outcome() {
            let message = format!("the rule is {}, but the worst outcome of its scenarios is {}", rule.outcome, rule.worst_outcome());
            return Err(ReadError::value(path + "/outcome", &message));
        }
        let mut scenarios = BTreeSet::new();
        for (index, scenario) in rule.scenarios.iter().enumerate() {
            let path = format!("{path}/scenarios/{index}");
            if scenario.seen_in().is_none() && !scenarios.insert(scenario.key()) {
                let message = format!("the scenario `{}` appears twice for {}", scenario.id, scenario.version);
                return Err(ReadError::value(path + "/id", &message));
            }
            exchanges_exist(scenario, &path)?;
        }
    }
    let counts = Counts::of(&report.rules);
    if Outcome::ALL.iter().any(|outcome| counts.by(*outcome) != report.counts.by(*outcome)) {
        return Err(ReadError::value("/counts", "the counts do not match the rules"));
    }
    let verdict = Verdict::of(&report.rules, report.unfinished.is_some());
    if verdict != report.verdict {
        return Err(ReadError::value("/verdict", &format!("the report says {}, but its rules make it {verdict}", report.verdict)));
    }
    Ok(())
}

/// Checks that the scenario has the exchanges that its checks and steps refer to.
fn exchanges_exist(scenario: &ScenarioReport, path: &str) -> Result<(), ReadError> {
    let is_missing = |exchange: Option<usize>| exchange.is_some_and(|exchange| exchange >= scenario.exchanges.len());
    if let Some(index) = scenario.violations.iter().position(|violation| is_missing(violation.exchange)) {
        return Err(ReadError::value(format!("{path}/violations/{index}/exchange"), "the scenario has no such exchange"));
    }
    let told = scenario.steps.iter().fold(0_usize, |told, step| told.saturating_add(step.exchanges));
    if told > scenario.exchanges.len() {
        return Err(ReadError::value(format!("{path}/steps"), "the steps have more exchanges than the scenario"));
    }
    Ok(())
}

/// A text that is safe to print on one line, and short.
fn brief(text: &str) -> String {
    shorten(&clean_line(text), LONGEST)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::api::ApiVersion;
    use crate::report::json::to_json;
    use crate::report::{Note, sample};

    fn error(bytes: impl AsRef<[u8]>) -> String {
        from_json(bytes.as_ref()).unwrap_err().to_string()
    }

    /// The message about a report in which one value is replaced.
    fn with(pointer: &str, wrong: Value) -> String {
        let mut report = serde_json::to_value(sample::one_failure()).unwrap();
        *report.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = wrong;
        error(report.to_string())
    }

    #[test]
    fn reports_read_back_as_they_were() {
        for (name, report) in sample::all() {
            let text = to_json(&report);
            let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            for bytes in [text.as_bytes(), format!("\u{feff}{text}").as_bytes(), &utf16] {
                assert_eq!(from_json(bytes).unwrap(), report, "{name}");
            }
        }
    }

    #[test]
    fn a_syntax_error_names_its_line_and_column() {
        assert_eq!(error(""), "line 1, column 1: EOF while parsing a value");
        assert_eq!(error("{\n  \"schema\": 1,\n  x\n}"), "line 3, column 3: key must be a string");
        assert_eq!(error(b"{\n \"schema\": \"\xff\"}"), "line 2, column 13: the text is not UTF-8 from here on");
        assert_eq!(error("[".repeat(100_000)), "line 1, column 128: recursion limit exceeded");
    }

    #[test]
    fn other_json_is_not_taken_for_a_report() {
        for text in ["[]", "null", "7", "{}", "\"report\""] {
            assert_eq!(error(text), "this is JSON, but not a report: the key `schema` is missing", "{text}");
        }
    }

    #[test]
    fn another_schema_version_is_refused_by_its_number() {
        assert_eq!(error(r#"{ "schema": 2, "everything": "else" }"#), "the report has schema 2, and this program reads schema 1");
        assert_eq!(error(r#"{ "schema": "\u001b[31m" }"#), r#"the report has schema "\u001b[31m", and this program reads schema 1"#);
    }

    #[test]
    fn a_wrong_value_is_reported_with_its_path() {
        assert!(with("/rules/0/outcome", json!("ok")).starts_with("at /rules/0/outcome: the value is not one of "));
        assert!(with("/counts", json!({})).starts_with("at /counts: "), "{}", with("/counts", json!({})));
        assert_eq!(with("/started_at", json!("yesterday")), r#"at /started_at: the value is not a "date-time""#);
        assert_eq!(
            with("/shard", json!("5/4")),
            "at /shard: `5/4` is not of the form I/N, where I lies between 1 and N, and N between 1 and 1000"
        );
    }

    #[test]
    fn a_number_of_the_wrong_type_is_reported_with_its_line() {
        let text = to_json(&sample::one_failure()).replace("\"seed\": 7", "\"seed\": 7.0");
        let line = text.lines().position(|line| line.contains("\"seed\"")).unwrap() + 1;
        assert_eq!(error(text), format!("line {line}, column 13: invalid type: floating point `7.0`, expected u64"));
    }

    #[test]
    fn a_report_that_contradicts_itself_is_refused() {
        let twice = |pointer: &str| {
            let mut report = serde_json::to_value(sample::one_failure()).unwrap();
            let list = report.pointer_mut(pointer).unwrap().as_array_mut().unwrap();
            list.push(list[0].clone());
            error(report.to_string())
        };
        assert_eq!(
            with("/rules/0/outcome", json!("passed")),
            "at /rules/0/outcome: the rule is passed, but the worst outcome of its scenarios is failed"
        );
        assert_eq!(with("/counts/failed", json!(9)), "at /counts: the counts do not match the rules");
        assert_eq!(
            with("/rules/0/scenarios/0/violations/0/exchange", json!(1)),
            "at /rules/0/scenarios/0/violations/0/exchange: the scenario has no such exchange"
        );
        assert_eq!(
            with("/rules/0/scenarios/0/steps/0/exchanges", json!(u64::MAX)),
            "at /rules/0/scenarios/0/steps: the steps have more exchanges than the scenario"
        );
        assert!(twice("/rules").ends_with("/id: the rule `create.one-phone-per-type` appears twice"), "{}", twice("/rules"));
        assert_eq!(
            twice("/rules/0/scenarios"),
            "at /rules/0/scenarios/4/id: the scenario `create.one-phone-per-type/a-second-mobile` appears twice for v1.0"
        );
    }

    fn any_report() -> impl Strategy<Value = Report> {
        let rule = (
            prop::collection::vec((prop::sample::select(Outcome::ALL), any::<Option<String>>(), any::<u64>()), 0..4),
            any::<bool>(),
            ".{0,20}",
        );
        let rules = prop::collection::vec(rule, 0..5);
        let notes = prop::collection::vec((any::<String>(), any::<Option<String>>()), 0..3);
        (rules, notes, any::<u64>(), prop::option::of(1_usize..9)).prop_map(|(rules, notes, seed, shard)| {
            let rules = rules.into_iter().enumerate().map(|(index, (scenarios, expected, title))| {
                let mut rule = sample::rule(&format!("list.rule-{index}"), Outcome::Passed);
                let first = rule.scenarios.remove(0);
                rule.scenarios.extend(scenarios.into_iter().enumerate().map(|(index, (outcome, reason, duration_ms))| ScenarioReport {
                    id: format!("{}/{index}", rule.id),
                    version: ApiVersion::ALL[index % 2],
                    outcome,
                    reason,
                    duration_ms,
                    ..first.clone()
                }));
                (rule.outcome, rule.expected, rule.title) = (rule.worst_outcome(), expected, title);
                rule
            });
            let notes = notes.into_iter().map(|(message, hint)| Note { hint, ..Note::plain(message) }).collect();
            Report { notes, seed, shard: shard.map(|of| format!("1/{of}")), ..sample::report(rules.collect()) }
        })
    }

    proptest! {
        #[test]
        fn every_report_reads_back(report in any_report()) {
            prop_assert_eq!(from_json(to_json(&report).as_bytes()), Ok(report));
        }

        #[test]
        fn damaged_bytes_are_an_error_or_a_report(spoils in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut in any::<prop::sample::Index>(), shorten in any::<bool>()) {
            let mut bytes = to_json(&sample::inconclusive()).into_bytes();
            for (index, byte) in spoils {
                let at = index.index(bytes.len());
                bytes[at] = byte;
            }
            if shorten {
                bytes.truncate(cut.index(bytes.len()));
            }
            match from_json(&bytes) {
                Ok(report) => prop_assert_eq!(from_json(to_json(&report).as_bytes()), Ok(report)),
                Err(error) => prop_assert!(!error.to_string().contains(char::is_control)),
            }
        }

        #[test]
        fn no_bytes_break_the_reader(bytes in any::<Vec<u8>>()) {
            prop_assert!(from_json(&bytes).is_err());
        }

        #[test]
        fn a_value_of_any_kind_is_an_error_or_a_report(at in any::<prop::sample::Index>(), with in prop::sample::select(vec![json!(null), json!(-1), json!(1e300), json!([]), json!({}), json!("x")])) {
            let report = serde_json::to_value(sample::inconclusive()).unwrap();
            let pointers = pointers(&report, "");
            let mut report = report;
            *report.pointer_mut(&pointers[at.index(pointers.len())]).unwrap() = with;
            if let Ok(report) = from_json(report.to_string().as_bytes()) {
                prop_assert!(matches!(report.verdict, Verdict::Inconclusive));
            }
        }
    }

    fn pointers(value: &Value, at: &str) -> Vec<String> {
        let inner: Vec<(String, &Value)> = match value {
            Value::Object(object) => object.iter().map(|(key, value)| (format!("{at}/{key}"), value)).collect(),
            Value::Array(array) => array.iter().enumerate().map(|(index, value)| (format!("{at}/{index}"), value)).collect(),
            _ => Vec::new(),
        };
        inner.into_iter().flat_map(|(pointer, value)| [vec![pointer.clone()], pointers(value, &pointer)].concat()).collect()
    }
}
