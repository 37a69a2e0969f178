//! Compares judged answers with their snapshots, or records them as snapshots.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::Redactor;
use crate::plan::{Address, Case, Plan, Variation};
use crate::report::{Note, Outcome, Violation};
use crate::snapshot::{AnyUser, Baseline, Compared, Drift, Hidden, Recorded, SnapshotDir, Snapshots, render};
use crate::suite::{Rule, Scenario};
use crate::target::{NumberKind, Target};

use super::Job;
use super::recorder::Record;

/// The name of the check in a drift violation.
const STEP: &str = "the answer is as recorded";

/// Compares or records the answers of the scenarios that passed. A failed scenario is already reported, and its answer
/// makes no good snapshot.
pub fn compare_or_record(job: Job<'_>, snapshots: &Snapshots, plan: &Plan, records: &mut [Record], secrets: &Redactor) -> Vec<Note> {
    let Job { suite, target, options, .. } = job;
    let hidden = Hidden::new(target, secrets);
    let shown = shown(plan);
    let answers =
        records.iter_mut().filter(|record| record.outcome == Outcome::Passed && shown.contains(&record.case)).filter_map(|record| {
            let case = &plan.cases[record.case];
            let rule = &suite.rules[case.rule];
            let scenario = &rule.scenarios[case.scenario];
            let chosen = scenario.needs.people.first().is_some_and(|person| person.sms_sign_in.is_some());
            let user = if chosen { AnyUser::No } else { AnyUser::Yes };
            let text = render(record.exchanges.get(record.judged?)?, target, &hidden, user);
            Some(Answer { rule, scenario, case, text, record })
        });
    match snapshots {
        Snapshots::Compare(baseline) if baseline.is_missing() => vec![missing(baseline)],
        Snapshots::Compare(baseline) => compare(baseline, target, answers, options.strict),
        Snapshots::Record(dir) => record(dir, answers),
    }
}

/// The cases whose answers are used: for each scenario and version, the first case that has the same snapshot as the
/// canonical case. A snapshot depends on `/me` and on an extension, but not on the caller, the user's name or the
/// number.
pub fn shown(plan: &Plan) -> BTreeSet<usize> {
    let shows = |variation: Variation| (variation.address == Some(Address::Me), variation.number == Some(NumberKind::Extension));
    let mut seen = BTreeSet::new();
    let cases = plan.cases.iter().enumerate().filter(|(_, case)| shows(case.variation) == shows(case.canonical));
    cases.filter(|(_, case)| seen.insert((case.rule, case.scenario, case.version))).map(|(index, _)| index).collect()
}

/// The answer that a scenario was judged on.
struct Answer<'a> {
    rule: &'a Rule,
    scenario: &'a Scenario,
    case: &'a Case,
    text: String,
    record: &'a mut Record,
}

fn missing(baseline: &Baseline) -> Note {
    Note::with_hint(
        format!("there is no snapshot baseline for the target `{}`, so no answer was compared with an earlier one", baseline.name),
        "`--snapshots record` records the answers of a run as the baseline; `--snapshots off` needs none",
    )
}

fn compare<'a>(baseline: &Baseline, target: &Target, answers: impl Iterator<Item = Answer<'a>>, strict: bool) -> Vec<Note> {
    let hint = if baseline.name == target.name {
        "if the new answer is right, `--snapshots record` accepts it".to_owned()
    } else {
        format!(
            "the recorded answer is from `{}`; `--snapshots record` records this one as the baseline of `{}`",
            baseline.name, target.name
        )
    };
    let mut without = 0;
    for answer in answers {
        match baseline.compare(&answer.scenario.id, answer.case.version, &answer.text) {
            Ok(Compared::NotRecorded) => without += 1,
            Ok(Compared::Same) => {}
            Ok(Compared::Drifted(Drift { recorded, came })) => {
                let (line, exchange) = (answer.scenario.line, answer.record.judged);
                let violation =
                    Violation { step: STEP.to_owned(), line, expected: recorded, actual: came, hint: Some(hint.clone()), exchange };
                answer.record.violations.push(violation);
                answer.record.outcome = Outcome::of_broken_check(answer.rule.severity, strict);
            }
            Err(error) => {
                answer.record.outcome = Outcome::Errored;
                answer.record.reason = Some(error.to_string());
            }
        }
    }
    if without == 0 {
        return Vec::new();
    }
    let what = format!("answers that were not compared, because the baseline of `{}` has no snapshot of them", baseline.name);
    vec![Note::counted(&what, without, Some("`--snapshots record` adds the missing ones".to_owned()))]
}

fn record<'a>(dir: &SnapshotDir, answers: impl Iterator<Item = Answer<'a>>) -> Vec<Note> {
    let mut by_rule: BTreeMap<&str, (&Rule, Vec<Recorded<'_>>)> = BTreeMap::new();
    for Answer { rule, scenario, case, text, .. } in answers {
        let recorded = Recorded { scenario: &scenario.id, version: case.version, answer: text };
        by_rule.entry(&rule.id).or_insert_with(|| (rule, Vec::new())).1.push(recorded);
    }
    let mut written = 0;
    for (id, (rule, answers)) in by_rule {
        if let Err(error) = dir.record(id, &format!("{id}: {}", rule.title), &answers) {
            // If one file can't be written, the others probably can't either.
            return vec![Note::plain(format!("{error}; {written} were written before"))];
        }
        written += answers.len() as u64;
    }
    vec![Note::counted(&format!("snapshots recorded in {}", dir.folder().display()), written, None)]
}
