//! Writing an expectation file from a report.

use std::collections::BTreeSet;

use crate::api::ApiVersion;
use crate::report::{Outcome, Report, RuleReport};

use super::Expectations;
use super::file::Entry;

const HEAD: &str = "\
# Known deviations. A rule that comes to the outcome given here does not count against the verdict; one that does better than that
# does, until its entry is removed. Say in each `reason` why the deviation is accepted.
";

/// A file that expects what deviates in a report: failed and blocked rules, for each version where versions differ.
///
/// Reasons are taken from `known`, and from there come the entries of rules that were not checked this time. What errored is left
/// out: it says nothing about the endpoint.
pub fn to_toml(report: &Report, known: Option<&Expectations>) -> String {
    let known = known.map_or(&[][..], |known| &known.entries);
    let mut text = HEAD.to_owned();
    for rule in &report.rules {
        let of_rule: Vec<&Entry> = known.iter().filter(|entry| entry.rule == rule.id).collect();
        if rule.outcome == Outcome::Skipped {
            for old in of_rule {
                push(&mut text, &old.rule, old.version, old.outcome, &old.reason);
            }
            continue;
        }
        for (version, outcome) in deviations(rule) {
            let exact = of_rule.iter().find(|old| old.version == version).or_else(|| of_rule.first());
            push(&mut text, &rule.id, version, outcome, exact.map_or("", |old| &old.reason));
        }
    }
    text
}

fn push(text: &mut String, rule: &str, version: Option<ApiVersion>, outcome: Outcome, reason: &str) {
    let version = version.map(|version| format!("version = \"{version}\"\n")).unwrap_or_default();
    let reason = toml::Value::String(reason.to_owned());
    text.push_str(&format!("\n[[expect]]\nrule = \"{rule}\"\n{version}outcome = \"{outcome}\"\nreason = {reason}\n"));
}

/// The outcomes of a rule that deviate: one for all versions, or one for each that does.
fn deviations(rule: &RuleReport) -> Vec<(Option<ApiVersion>, Outcome)> {
    let deviates = |outcome: Outcome| matches!(outcome, Outcome::Failed | Outcome::Blocked);
    let versions: BTreeSet<ApiVersion> = rule.scenarios.iter().map(|scenario| scenario.version).collect();
    let judged = versions.into_iter().map(|version| (Some(version), rule.outcome_in(Some(version))));
    let judged: Vec<_> = judged.filter(|(_, outcome)| *outcome != Outcome::Skipped).collect();
    match judged.as_slice() {
        [(_, first), rest @ ..] if rest.iter().all(|(_, outcome)| outcome == first) => {
            if deviates(*first) {
                vec![(None, *first)]
            } else {
                Vec::new()
            }
        }
        _ => judged.into_iter().filter(|(_, outcome)| deviates(*outcome)).collect(),
    }
}
