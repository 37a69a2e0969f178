//! The machine-readable report.

use std::io::{Result, Write};

use serde::Serialize as _;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};

use super::Report;

/// The version of the report's structure that this crate writes and reads.
pub const SCHEMA_VERSION: u32 = 1;

/// JSON Schema (2020-12) of the report.
pub const SCHEMA: &str = include_str!("report.schema.json");

/// Writes a report, indented, with each scenario on a line of its own and a final line break.
///
/// # Panics
///
/// Never: a report has string keys only, so it always serializes.
pub fn to_json(report: &Report) -> String {
    let mut text = Vec::new();
    report.serialize(&mut Serializer::with_formatter(&mut text, Lines::default())).expect("string keys serialize");
    text.push(b'\n');
    String::from_utf8(text).expect("JSON is UTF-8")
}

/// Indents what is at most this deep: the report, its list of rules, a rule, and its list of scenarios.
const INDENTED: usize = 4;

/// Indents the outer levels, and writes everything deeper without any space.
#[derive(Default)]
struct Lines {
    depth: usize,
    outer: PrettyFormatter<'static>,
}

impl Lines {
    const fn indents(&self) -> bool {
        self.depth <= INDENTED
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.depth += 1;
        if self.indents() { self.outer.begin_array(writer) } else { writer.write_all(b"[") }
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.depth -= 1;
        if self.depth < INDENTED { self.outer.end_array(writer) } else { writer.write_all(b"]") }
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        if self.indents() { self.outer.begin_array_value(writer, first) } else { comma(writer, first) }
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        if self.indents() { self.outer.end_array_value(writer) } else { Ok(()) }
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.depth += 1;
        if self.indents() { self.outer.begin_object(writer) } else { writer.write_all(b"{") }
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.depth -= 1;
        if self.depth < INDENTED { self.outer.end_object(writer) } else { writer.write_all(b"}") }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        if self.indents() { self.outer.begin_object_key(writer, first) } else { comma(writer, first) }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        writer.write_all(if self.indents() { b": " } else { b":" })
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        if self.indents() { self.outer.end_object_value(writer) } else { Ok(()) }
    }
}

fn comma<W: ?Sized + Write>(writer: &mut W, first: bool) -> Result<()> {
    if first { Ok(()) } else { writer.write_all(b",") }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::api::{ApiVersion, Area, Basis, Edition, Operation, Severity};
    use crate::report::read::from_json;
    use crate::report::{Outcome, sample};

    fn errors(instance: &Value) -> Vec<String> {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        jsonschema::meta::validate(&schema).unwrap();
        let validator = jsonschema::options().should_validate_formats(true).should_ignore_unknown_formats(false).build(&schema).unwrap();
        validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    #[test]
    fn reports_follow_the_schema() {
        for (name, report) in sample::all() {
            let instance = serde_json::from_str(&to_json(&report)).unwrap();
            assert_eq!(errors(&instance), Vec::<String>::new(), "{name}");
        }
    }

    #[test]
    fn each_scenario_has_a_line() {
        for (name, report) in sample::all() {
            let text = to_json(&report);
            let scenarios: usize = report.rules.iter().map(|rule| rule.scenarios.len()).sum();
            assert_eq!(text.lines().filter(|line| line.trim_start().starts_with("{\"id\":")).count(), scenarios, "{name}");
            assert!(text.starts_with("{\n  \"schema\": 1,\n") && text.ends_with("\n  ]\n}\n"), "{name}");
        }
    }

    #[test]
    fn absent_values_are_null() {
        let report = serde_json::to_value(sample::one_failure()).unwrap();
        assert_eq!(report.get("shard"), Some(&Value::Null));
        assert_eq!(report.pointer("/rules/0/scenarios/0/reason"), Some(&Value::Null));
    }

    #[test]
    fn the_smallest_report_needs_no_notes() {
        let text = json!({
            "schema": 1,
            "tool": { "name": "graph-phone-conformance", "version": "0.1.0" },
            "target": { "name": "acme-mock", "base_url": "http://127.0.0.1:1", "versions": ["v1.0"], "edition": "current" },
            "started_at": "2026-01-01T00:00:00Z", "duration_ms": 412, "seed": 7, "shard": null,
            "verdict": "nothing-verified",
            "counts": { "passed": 0, "failed": 0, "warned": 0, "blocked": 0, "skipped": 0, "errored": 0, "requests": 0, "retries": 0 },
            "rules": []
        });
        assert_eq!(errors(&text), Vec::<String>::new());
        assert_eq!(from_json(text.to_string().as_bytes()).unwrap().notes, []);
    }

    #[test]
    fn the_schema_refuses_values_that_no_report_has() {
        let report = serde_json::to_value(sample::one_failure()).unwrap();
        let places = [("/verdict", json!("fine")), ("/shard", json!("second half")), ("/rules/0/outcome", json!("ok"))];
        for (pointer, wrong) in places {
            let mut report = report.clone();
            *report.pointer_mut(pointer).unwrap() = wrong;
            assert_eq!(errors(&report).len(), 1, "{pointer}");
        }
    }

    #[test]
    fn the_schema_lists_every_name() {
        fn names<T: serde::Serialize>(members: &[T]) -> Value {
            serde_json::to_value(members).unwrap()
        }
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let listed = |name: &str| schema["$defs"][name]["enum"].clone();
        assert_eq!(listed("operation"), names(Operation::ALL));
        assert_eq!(listed("area"), names(Area::ALL));
        assert_eq!(listed("severity"), names(Severity::ALL));
        assert_eq!(listed("basis"), names(Basis::ALL));
        assert_eq!(listed("version"), names(ApiVersion::ALL));
        assert_eq!(listed("edition"), names(Edition::ALL));
        assert_eq!(listed("outcome"), names(Outcome::ALL));
    }
}
