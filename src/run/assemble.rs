//! Makes the report from the records.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use crate::api::Operation;
use crate::graph::{Exchange, Redactor};
use crate::plan::{Case, Plan, Reason, Skipped, Variation};
use crate::report::{
    Counts, ExchangeReport, Kind, Note, Outcome, Report, RuleReport, SIGHTINGS, ScenarioReport, Skip, StepReport, TargetSummary, Tool,
    Unfinished, Verdict, json, sighting_id, walk_id,
};
use crate::suite::{Rule, Scenario, Suite};

use super::recorder::{Record, Sighting};
use super::walks::Found;
use super::{Harvest, Job};

/// The report of a run.
pub fn report(job: Job<'_>, harvest: Harvest, started_at: SystemTime, duration: Duration) -> Report {
    let Job { suite, target, options, .. } = job;
    let Harvest { plan, records, walked, mut notes, undone, traffic } = harvest;
    let unfinished = (!undone.is_empty()).then(|| Unfinished { reason: undone.join("; ") });
    let mut by_rule: Vec<Vec<ScenarioReport>> = vec![Vec::new(); suite.rules.len()];
    let mut seen: Vec<Vec<ScenarioReport>> = vec![Vec::new(); suite.rules.len()];
    let lag = records.iter().filter_map(|record| record.lag).max();
    notes.extend(plan.narrowed.iter().filter(|_| !plan.cases.is_empty()).map(|sentence| Note::plain(sentence.as_str())));
    notes.extend(lag.map(|lag| Note::lagged(millis(lag), target.consistency_timeout)));
    let broken = broken_operations(suite, &plan, &records);
    for record in records {
        let case = &plan.cases[record.case];
        for sighting in &record.sightings {
            let rule = &suite.rules[sighting.rule];
            // The report leaves out rules that the user did not select.
            let selected = plan.checks(sighting.rule);
            // If the operation's own rules already fail, a sighting under another operation's rule adds nothing.
            let adds_nothing = sighting.writer.is_some_and(|writer| writer != rule.operation && broken.contains(&writer));
            if selected && !adds_nothing {
                let of = &suite.rules[case.rule].scenarios[case.scenario];
                let mut report = sighting_report(rule, of, case, sighting, options.strict);
                if seen[sighting.rule].len() >= SIGHTINGS {
                    report.exchanges.clear();
                    report.violations.iter_mut().for_each(|violation| violation.exchange = None);
                }
                seen[sighting.rule].push(report);
            }
        }
        let way = Some((case.variation, case.canonical));
        by_rule[case.rule].push(scenario_report(&suite.rules[case.rule], case.scenario, case.version, way, record));
    }
    for found in walked.found {
        seen[found.rule].push(walk_report(&suite.rules[found.rule], found));
    }
    for skipped in &plan.skipped {
        by_rule[skipped.rule].push(skipped_report(&suite.rules[skipped.rule], skipped));
    }
    let rules: Vec<RuleReport> = suite
        .rules
        .iter()
        .zip(by_rule.into_iter().zip(seen))
        .map(|(rule, (mut scenarios, sightings))| {
            let place = |version| target.versions.iter().position(|known| *known == version);
            // Sort by the order of the plan, whether or not a scenario ran.
            scenarios
                .sort_by_cached_key(|report| (place(report.version), rule.scenarios.iter().position(|scenario| scenario.id == report.id)));
            scenarios.extend(sightings);
            rule_report(rule, scenarios)
        })
        .collect();
    let counts = Counts { requests: traffic.requests, retries: traffic.retries, walks: walked.taken, ..Counts::of(&rules) };
    Report {
        schema: json::SCHEMA_VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        target: TargetSummary {
            name: target.name.clone(),
            base_url: target.base_url.as_str().trim_end_matches('/').to_owned(),
            cloud: target.cloud(),
            versions: target.versions.clone(),
            edition: target.edition,
        },
        started_at: humantime::format_rfc3339_seconds(started_at).to_string(),
        duration_ms: millis(duration),
        seed: options.seed,
        shard: plan.shard.map(|shard| shard.to_string()),
        command: None,
        init: None,
        verdict: Verdict::of(&rules, unfinished.is_some()),
        unfinished,
        counts,
        lag_ms: lag.map(millis),
        notes,
        rules,
    }
}

fn rule_report(rule: &Rule, scenarios: Vec<ScenarioReport>) -> RuleReport {
    let mut report = RuleReport {
        id: rule.id.clone(),
        title: rule.title.clone(),
        operation: rule.operation,
        area: rule.area,
        severity: rule.severity,
        basis: rule.basis,
        sources: rule.sources.clone(),
        outcome: Outcome::worst(scenarios.iter().map(|scenario| scenario.outcome)),
        expected: false,
        announced: Vec::new(),
        scenarios,
    };
    report.leave_out_repeated_steps();
    report
}

/// The report of one case. `way` holds its variation and the scenario's canonical variation.
fn scenario_report(
    rule: &Rule,
    scenario: usize,
    version: crate::api::ApiVersion,
    way: Option<(Variation, Variation)>,
    record: Record,
) -> ScenarioReport {
    let scenario = &rule.scenarios[scenario];
    let (variation, canonical) = way.unwrap_or_default();
    let steps = steps(&scenario.gherkin, &record);
    ScenarioReport {
        id: scenario.id.clone(),
        kind: Kind::Scenario,
        case: named(variation),
        name: variation.name(&scenario.gherkin.name, &canonical),
        version,
        feature: rule.feature.clone(),
        line: scenario.line,
        outcome: record.outcome,
        reason: record.reason,
        // A case is skipped here if another rule already reports the reason.
        skip: (record.outcome == Outcome::Skipped).then_some(Skip::NotApplicable),
        runs: record.runs,
        duration_ms: millis(record.duration),
        steps,
        violations: record.violations,
        exchanges: record.exchanges.iter().map(if record.outcome == Outcome::Passed { in_short } else { exchange_report }).collect(),
    }
}

/// What the plan chose for a case, by dimension; `None` if the plan had nothing to choose.
fn named(variation: Variation) -> Option<BTreeMap<String, String>> {
    Some(variation.named()).filter(|named| !named.is_empty())
}

/// The operations whose own rules fail.
fn broken_operations(suite: &Suite, plan: &Plan, records: &[Record]) -> BTreeSet<Operation> {
    let mut broken = BTreeSet::new();
    for record in records {
        if record.outcome == Outcome::Failed {
            broken.insert(suite.rules[plan.cases[record.case].rule].operation);
        }
        let own = |sighting: &&Sighting| sighting.writer.is_none_or(|writer| writer == suite.rules[sighting.rule].operation);
        broken.extend(record.sightings.iter().filter(own).map(|sighting| suite.rules[sighting.rule].operation));
    }
    broken
}

/// Reports a walk that deviated as a scenario of the rule that it breaks. Each step has one exchange; the last step
/// also has the reads after it.
fn walk_report(rule: &Rule, found: Found) -> ScenarioReport {
    let last = found.steps.len().saturating_sub(1);
    let step = |(index, text)| StepReport {
        keyword: if index == 0 { "When " } else { "And " }.to_owned(),
        text,
        line: rule.line,
        outcome: if index == last { found.outcome } else { Outcome::Passed },
        exchanges: if index == last { found.exchanges.len().saturating_sub(last) } else { usize::from(index < found.exchanges.len()) },
    };
    let steps = found.steps.into_iter().enumerate().map(step).collect();
    ScenarioReport {
        id: walk_id(&rule.id, found.walk),
        kind: Kind::Walk { walk: found.walk },
        case: None,
        name: found.name,
        version: found.version,
        feature: rule.feature.clone(),
        line: rule.line,
        outcome: found.outcome,
        reason: found.reason,
        skip: None,
        runs: found.runs,
        duration_ms: millis(found.duration),
        steps,
        violations: found.violations,
        exchanges: found.exchanges.iter().map(exchange_report).collect(),
    }
}

/// The steps of a scenario: those that held, the one that ended the scenario, and the rest.
fn steps(scenario: &gherkin::Scenario, record: &Record) -> Vec<StepReport> {
    let step = |(index, step): (usize, &gherkin::Step)| {
        let before = index.checked_sub(1).map_or(Some(0), |before| record.sent.get(before).copied());
        StepReport {
            keyword: step.keyword.trim().to_owned(),
            text: step.value.clone(),
            line: step.position.line,
            outcome: match index.cmp(&record.held) {
                Ordering::Less => Outcome::Passed,
                Ordering::Equal => record.outcome,
                Ordering::Greater => Outcome::Skipped,
            },
            exchanges: record.sent.get(index).zip(before).map_or(0, |(after, before)| after.saturating_sub(before)),
        }
    };
    scenario.steps.iter().enumerate().map(step).collect()
}

/// Reports that a rule was broken while a scenario of another rule ran.
fn sighting_report(rule: &Rule, during: &Scenario, case: &Case, sighting: &Sighting, strict: bool) -> ScenarioReport {
    ScenarioReport {
        id: sighting_id(&rule.id, &during.id),
        kind: Kind::Watch { seen_in: during.id.clone() },
        case: named(case.variation),
        name: case.name(&during.gherkin.name),
        version: case.version,
        feature: rule.feature.clone(),
        line: rule.line,
        outcome: Outcome::of_broken_check(rule.severity, strict),
        reason: None,
        skip: None,
        runs: None,
        duration_ms: 0,
        steps: Vec::new(),
        violations: vec![sighting.violation.clone()],
        exchanges: sighting.exchanges.iter().map(exchange_report).collect(),
    }
}

fn skipped_report(rule: &Rule, skipped: &Skipped) -> ScenarioReport {
    let unrun = Record::unrun(0, Outcome::Skipped, String::new());
    let mut report = scenario_report(rule, skipped.scenario, skipped.version, skipped.case, unrun);
    report.reason = Some(skipped.reason.to_string());
    report.skip = Some(match skipped.reason {
        Reason::NotSelected => Skip::NotSelected,
        Reason::Elsewhere => Skip::OtherShard,
        Reason::NotApplicable(_) => Skip::NotApplicable,
        Reason::Lacks(_) => Skip::TargetLacks,
    });
    report
}

fn exchange_report(exchange: &Exchange) -> ExchangeReport {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    ExchangeReport {
        method: exchange.method.to_owned(),
        url: exchange.url.clone(),
        request_headers: exchange.request_headers.iter().cloned().collect(),
        request_body: exchange.request_body.clone(),
        status: Some(exchange.status),
        response_headers: exchange.headers.iter().cloned().collect(),
        response_body: some(&exchange.body),
        duration_ms: millis(exchange.duration),
        curl: exchange.curl(),
    }
}

/// The request and the status, for a case that passed.
fn in_short(exchange: &Exchange) -> ExchangeReport {
    ExchangeReport {
        method: exchange.method.to_owned(),
        url: exchange.url.clone(),
        request_headers: BTreeMap::new(),
        request_body: exchange.request_body.clone(),
        status: Some(exchange.status),
        response_headers: BTreeMap::new(),
        response_body: None,
        duration_ms: millis(exchange.duration),
        curl: String::new(),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The note with all secrets redacted.
pub fn redacted_note(mut note: Note, redactor: &Redactor) -> Note {
    redactor.clean(&mut note.message);
    note.hint.iter_mut().for_each(|hint| redactor.clean(hint));
    note
}

/// The report cuts a sentence with text from the endpoint after this many characters; the exchange shows the whole
/// text.
const LONGEST: usize = 2000;

/// Redacts a sentence, then cuts it. If it were cut first, the redactor would not recognise a cut secret.
fn clean_and_cut(text: &mut String, redactor: &Redactor) {
    redactor.clean(text);
    if let Some((at, _)) = text.char_indices().nth(LONGEST) {
        let all = text.chars().count();
        text.truncate(at);
        text.push_str(&format!("… (cut: {all} characters in all)"));
    }
}

/// The report with all secrets redacted, in every text that may come from an endpoint, a target file or a program.
pub fn redacted(mut report: Report, redactor: &Redactor) -> Report {
    redactor.clean(&mut report.target.base_url);
    report.notes = report.notes.into_iter().map(|note| redacted_note(note, redactor)).collect();
    for scenario in report.rules.iter_mut().flat_map(|rule| &mut rule.scenarios) {
        scenario.reason.iter_mut().for_each(|reason| clean_and_cut(reason, redactor));
        for violation in &mut scenario.violations {
            clean_and_cut(&mut violation.expected, redactor);
            clean_and_cut(&mut violation.actual, redactor);
            violation.hint.iter_mut().for_each(|hint| clean_and_cut(hint, redactor));
        }
        for exchange in &mut scenario.exchanges {
            for text in [&mut exchange.url, &mut exchange.curl] {
                redactor.clean(text);
            }
            for headers in [&mut exchange.request_headers, &mut exchange.response_headers] {
                *headers = std::mem::take(headers).into_iter().map(|(name, value)| (redactor.text(&name), redactor.text(&value))).collect();
            }
            for text in [&mut exchange.request_body, &mut exchange.response_body].into_iter().flatten() {
                redactor.clean(text);
            }
        }
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sentence_is_redacted_before_it_is_cut() {
        let redactor = Redactor::new(["tok3n-tok3n"]);
        let mut text = format!("{}tok3n-tok3n{}", "ä".repeat(LONGEST - 6), "ö".repeat(400_000));
        clean_and_cut(&mut text, &redactor);
        assert!(!text.contains("tok3n") && text.chars().count() < LONGEST + 50, "{}", text.len());
        assert!(text.ends_with(" characters in all)"));
        let mut short = "ä".repeat(LONGEST);
        clean_and_cut(&mut short, &redactor);
        assert_eq!(short, "ä".repeat(LONGEST));
    }
}
