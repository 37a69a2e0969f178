//! Writes an expectation file from a report.

use std::collections::BTreeSet;

use crate::api::ApiVersion;
use crate::report::{Outcome, Report, RuleReport, SEEN, ScenarioReport, WALKS};
use crate::walk::RULES;

use super::Expectations;
use super::file::Entry;

const HEAD: &str = "\
# Known deviations. A scenario that comes to the outcome given here does not count against the verdict; one that does better than that
# does, until it is taken out of its entry. Say in each `reason` why the deviation is accepted.
";

/// The text of a file that lists the failed and blocked scenarios of a report, per version if versions differ, and the
/// number of its entries.
///
/// Takes reasons from `known`, and also the entries of scenarios that did not run this time. Leaves out errored
/// scenarios, because they say nothing about the endpoint.
pub fn to_toml(report: &Report, known: Option<&Expectations>) -> (String, usize) {
    let known = known.map_or(&[][..], |known| &known.entries);
    let entries: Vec<Entry> = report
        .rules
        .iter()
        .flat_map(|rule| {
            let of_rule: Vec<&Entry> = known.iter().filter(|entry| entry.rule == rule.id).collect();
            let mut entries = deviations(rule, &of_rule);
            entries.extend(of_rule.iter().filter_map(|old| left_out(rule, old)));
            entries
        })
        .collect();
    let text = entries.iter().fold(HEAD.to_owned(), |text, entry| text + &written(entry));
    (text, entries.len())
}

fn written(entry: &Entry) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let list = |names: &Vec<String>| match names.as_slice() {
        [name] => format!("scenarios = [{}]\n", quoted(name)),
        names => format!("scenarios = [\n{}]\n", names.iter().map(|name| format!("    {},\n", quoted(name))).collect::<String>()),
    };
    let scenarios = entry.scenarios.as_ref().map(list).unwrap_or_default();
    let version = entry.version.map(|version| format!("version = \"{version}\"\n")).unwrap_or_default();
    let (rule, outcome, reason) = (&entry.rule, entry.outcome, quoted(&entry.reason));
    format!("\n[[expect]]\nrule = \"{rule}\"\n{scenarios}{version}outcome = \"{outcome}\"\nreason = {reason}\n")
}

/// The deviations of a rule: one entry for the scenarios that deviate in all versions, and one entry per version for
/// the rest.
fn deviations(rule: &RuleReport, known: &[&Entry]) -> Vec<Entry> {
    let judged = |version: &ApiVersion| rule.outcome_in(Some(*version)) != Outcome::Skipped;
    let versions: BTreeSet<ApiVersion> = rule.scenarios.iter().map(|scenario| scenario.version).filter(judged).collect();
    let mut entries = Vec::new();
    for outcome in [Outcome::Failed, Outcome::Blocked] {
        let in_each: Vec<(ApiVersion, Vec<String>)> = versions.iter().map(|version| (*version, names(rule, *version, outcome))).collect();
        let everywhere = |name: &String| in_each.iter().all(|(_, names)| names.contains(name));
        let (_, first) = in_each.first().cloned().unwrap_or((ApiVersion::V1, Vec::new()));
        let mut push = |version, names: Vec<String>| {
            if !names.is_empty() {
                let reason = reason(known, version, &names);
                entries.push(Entry { rule: rule.id.clone(), version, scenarios: Some(names), outcome, reason, line: 0 });
            }
        };
        push(None, first.into_iter().filter(|name| everywhere(name)).collect());
        for (version, names) in &in_each {
            push(Some(*version), names.iter().filter(|name| !everywhere(name)).cloned().collect());
        }
    }
    entries
}

/// The names of a rule's scenarios with an outcome in a version. If only some variations of a scenario have the
/// outcome, names each of these variations.
fn names(rule: &RuleReport, version: ApiVersion, outcome: Outcome) -> Vec<String> {
    let ran = || rule.scenarios.iter().filter(|scenario| scenario.version == version && scenario.outcome != Outcome::Skipped);
    let alike = |scenario: &ScenarioReport| {
        ran().filter(|other| other.short_name() == scenario.short_name()).all(|other| other.outcome == outcome || !other.is_own())
    };
    let mut names: Vec<String> = Vec::new();
    for scenario in ran().filter(|scenario| scenario.outcome == outcome) {
        let name = if alike(scenario) { scenario.short_name().to_owned() } else { scenario.full_name() };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // A sighting may appear in another version next time, because it depends on the order of the scenarios.
    let seen = rule.scenarios.iter().any(|scenario| scenario.seen_in().is_some() && scenario.outcome == outcome);
    if seen && !names.iter().any(|name| name == SEEN) {
        names.push(SEEN.to_owned());
    }
    // The seed chooses the walks, so another run's walk may find the same deviation.
    let walked = outcome == Outcome::Failed && !names.is_empty() && RULES.contains(&rule.id.as_str());
    if walked && !names.iter().any(|name| name == WALKS) {
        names.push(WALKS.to_owned());
    }
    names
}

/// The reason of an old entry about the same scenarios, or else about the same rule.
fn reason(known: &[&Entry], version: Option<ApiVersion>, names: &[String]) -> String {
    let about = |old: &&&Entry| old.scenarios.as_ref().is_none_or(|old| old.iter().any(|name| names.contains(name)));
    let exact = known.iter().filter(about).find(|old| old.version == version);
    let old = exact.or_else(|| known.iter().find(about)).or_else(|| known.first());
    old.map_or_else(String::new, |old| old.reason.clone())
}

/// The part of an old entry about scenarios that did not run this time.
fn left_out(rule: &RuleReport, old: &Entry) -> Option<Entry> {
    let ran =
        |scenario: &ScenarioReport| scenario.outcome != Outcome::Skipped && old.version.is_none_or(|version| version == scenario.version);
    let any_ran = rule.scenarios.iter().any(ran);
    let Some(names) = &old.scenarios else { return (!any_ran).then(|| old.clone()) };
    let is_left_out = |name: &&String| {
        let mut called = rule.scenarios.iter().filter(|scenario| scenario.is_called(name)).peekable();
        // The report contains a walk or a sighting only if it found something.
        if called.peek().is_some() { !called.any(ran) } else { !any_ran }
    };
    let names: Vec<String> = names.iter().filter(is_left_out).cloned().collect();
    (!names.is_empty()).then(|| Entry { scenarios: Some(names), ..old.clone() })
}
