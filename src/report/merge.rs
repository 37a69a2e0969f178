//! Merges the reports of the shards of a run into the report of an unsharded run. The only difference: an unsharded run
//! also tries cases near failing ones.

use std::collections::BTreeMap;

use url::{Host, Url};

use super::{Counts, Outcome, Report, RuleReport, ScenarioKey, ScenarioReport, Skip, Unfinished, note};
use crate::api::ApiVersion;
use crate::shard::Shard;

/// A report with its file name, for error messages.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The file's name.
    pub name: String,
    /// The report in it.
    pub report: Report,
}

/// Why reports are not the shards of one run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There are no reports.
    #[error("there is nothing to merge")]
    Nothing,
    /// The report of an unsharded run.
    #[error("{0} is the report of a whole run, not of a shard")]
    Whole(String),
    /// The reports come from different runs.
    #[error("{left} and {right} are from different runs: {what} differs, {in_left} and {in_right}")]
    Different {
        /// The first report's name.
        left: String,
        /// The other report's name.
        right: String,
        /// What should be equal in both.
        what: &'static str,
        /// Its value in the first.
        in_left: String,
        /// Its value in the other.
        in_right: String,
    },
    /// Both reports have a rule with this id, but its text or scenarios differ.
    #[error("{left} and {right} are from different runs: {rule} has another text or other scenarios")]
    Rule {
        /// The first report's name.
        left: String,
        /// The other report's name.
        right: String,
        /// The rule's id.
        rule: String,
    },
    /// A shard appears more than once.
    #[error("{left} and {right} are both shard {shard}")]
    Twice {
        /// The first report's name.
        left: String,
        /// The other report's name.
        right: String,
        /// The shard.
        shard: Shard,
    },
    /// Shards that are missing.
    #[error("{} missing: {}", if .0.len() == 1 { "a shard is" } else { "shards are" }, .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Missing(Vec<Shard>),
    /// The plans of the shards differ.
    #[error("the shards were not run with the same options and the same kind of target: {scenario} ({version}) {how}")]
    Planned {
        /// The scenario's id.
        scenario: String,
        /// The version of the API.
        version: ApiVersion,
        /// What the reports say about it.
        how: String,
    },
}

impl MergeError {
    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Nothing | Self::Missing(_) => "give the JSON report of every shard",
            Self::Whole(_) => "`merge` joins what `run --shard I/N` reports; `compare` lays whole runs side by side",
            Self::Different { .. } | Self::Rule { .. } | Self::Planned { .. } => {
                "run every shard of the run with the same program, options and target"
            }
            Self::Twice { .. } => "give each shard once",
        }
    }
}

/// Merges the shards of a run. Expectations are left out, because they apply to the rule as a whole.
///
/// # Errors
///
/// Fails unless the reports are all shards of one run, each of them once.
pub fn merge(parts: Vec<Part>) -> Result<Report, MergeError> {
    let mut parts: Vec<(Shard, Part)> = parts
        .into_iter()
        .map(|part| match part.report.shard.as_deref().and_then(|shard| shard.parse().ok()) {
            Some(shard) => Ok((shard, part)),
            None => Err(MergeError::Whole(part.name)),
        })
        .collect::<Result<_, _>>()?;
    let (first_shard, first) = parts.first().ok_or(MergeError::Nothing)?;
    for (_, part) in &parts[1..] {
        same("the number of shards", first, part, |report| {
            report.shard.as_deref().and_then(|shard| shard.parse().ok()).map_or(0, Shard::parts).to_string()
        })?;
        same_run(first, part)?;
    }
    let all = first_shard.all();
    parts.sort_by_key(|(shard, _)| *shard);
    if let Some(pair) = parts.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        let [left, right] = [&pair[0].1.name, &pair[1].1.name].map(Clone::clone);
        return Err(MergeError::Twice { left, right, shard: pair[0].0 });
    }
    let missing: Vec<_> = all.filter(|shard| parts.iter().all(|(known, _)| known != shard)).collect();
    if !missing.is_empty() {
        return Err(MergeError::Missing(missing));
    }
    join(parts.into_iter().map(|(_, part)| part.report).collect())
}

/// Checks that two reports have the same `value`.
fn same(what: &'static str, left: &Part, right: &Part, value: impl Fn(&Report) -> String) -> Result<(), MergeError> {
    let (in_left, in_right) = (value(&left.report), value(&right.report));
    if in_left == in_right {
        return Ok(());
    }
    Err(MergeError::Different { left: left.name.clone(), right: right.name.clone(), what, in_left, in_right })
}

/// Checks that two reports come from the same program, specification, target and seed.
fn same_run(left: &Part, right: &Part) -> Result<(), MergeError> {
    let versions = |report: &Report| report.target.versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    same("the program", left, right, |report| format!("{} {}", report.tool.name, report.tool.version))?;
    same("the target's name", left, right, |report| report.target.name.clone())?;
    same("the target's base_url", left, right, |report| address(&report.target.base_url))?;
    same("the list of versions", left, right, versions)?;
    same("the edition", left, right, |report| report.target.edition.to_string())?;
    same("the seed", left, right, |report| report.seed.to_string())?;
    same("the number of rules", left, right, |report| report.rules.len().to_string())?;
    for (index, (ours, theirs)) in left.report.rules.iter().zip(&right.report.rules).enumerate() {
        same("the specification", left, right, |report| report.rules[index].id.clone())?;
        let outline = |rule: &RuleReport| -> Vec<_> {
            own(rule)
                .map(|scenario| (scenario.id.clone(), scenario.name.clone(), scenario.version, scenario.case.clone(), scenario.line))
                .collect()
        };
        let text = |rule: &RuleReport| (rule.title.clone(), rule.severity, rule.sources.clone());
        if outline(ours) != outline(theirs) || text(ours) != text(theirs) {
            return Err(MergeError::Rule { left: left.name.clone(), right: right.name.clone(), rule: ours.id.clone() });
        }
    }
    Ok(())
}

/// An address without the port if it is a loopback address: each shard may start its own server on a free port.
fn address(base_url: &str) -> String {
    let Ok(mut url) = Url::parse(base_url) else { return base_url.to_owned() };
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    if !loopback || url.set_port(None).is_err() {
        return base_url.to_owned();
    }
    url.to_string()
}

/// A rule's own scenarios, without walks and sightings.
fn own(rule: &RuleReport) -> impl Iterator<Item = &ScenarioReport> {
    rule.scenarios.iter().filter(|scenario| scenario.is_own())
}

/// The place of each case in the report.
type Order = BTreeMap<ScenarioKey, usize>;

/// Joins parts that belong together, in the order of the shards.
fn join(parts: Vec<Report>) -> Result<Report, MergeError> {
    let mut reasons: Vec<&str> = parts.iter().filter_map(|part| Some(part.unfinished.as_ref()?.reason.as_str())).collect();
    reasons.dedup();
    let unfinished = (!reasons.is_empty()).then(|| Unfinished { reason: reasons.join("; ") });
    let notes = note::join(parts.iter().flat_map(|part| &part.notes));
    let lag_ms = parts.iter().filter_map(|part| part.lag_ms).max();
    let order: Order = parts[0].rules.iter().flat_map(own).enumerate().map(|(place, scenario)| (scenario.key(), place)).collect();
    let sum = |value: fn(&Report) -> u64| parts.iter().map(value).fold(0, u64::saturating_add);
    let requests = sum(|part| part.counts.requests);
    let retries = sum(|part| part.counts.retries);
    let walks = sum(|part| part.counts.walks);
    let duration_ms = sum(|part| part.duration_ms);
    let started_at = parts.iter().map(|part| &part.started_at).min().cloned().unwrap_or_default();
    let mut parts = parts.into_iter();
    let mut merged = parts.next().ok_or(MergeError::Nothing)?;
    let others: Vec<Report> = parts.collect();
    for (index, rule) in merged.rules.iter_mut().enumerate() {
        let others = others.iter().map(|part| &part.rules[index]);
        *rule = join_rule(&std::iter::once(&*rule).chain(others).collect::<Vec<_>>(), &order)?;
    }
    let counts = Counts { requests, retries, walks, ..Counts::of(&merged.rules) };
    let mut whole = Report { started_at, duration_ms, shard: None, unfinished, counts, lag_ms, notes, ..merged };
    whole.judge();
    Ok(whole)
}

fn join_rule(parts: &[&RuleReport], order: &Order) -> Result<RuleReport, MergeError> {
    let columns: Vec<Vec<&ScenarioReport>> = parts.iter().map(|part| own(part).collect()).collect();
    let mut scenarios = (0..columns[0].len())
        .map(|place| join_scenario(&columns.iter().map(|column| column[place]).collect::<Vec<_>>()).cloned())
        .collect::<Result<Vec<_>, _>>()?;
    let mut sightings: Vec<&ScenarioReport> =
        parts.iter().flat_map(|part| &part.scenarios).filter(|scenario| scenario.seen_in().is_some()).collect();
    let seen_in = |scenario: &ScenarioReport| ScenarioKey { id: scenario.seen_in().unwrap_or_default().to_owned(), ..scenario.key() };
    sightings.sort_by_key(|scenario| order.get(&seen_in(scenario)));
    scenarios.extend(sightings.into_iter().cloned());
    let mut walks: Vec<&ScenarioReport> =
        parts.iter().flat_map(|part| &part.scenarios).filter(|scenario| scenario.walk().is_some()).collect();
    walks.sort_by_key(|scenario| scenario.walk());
    for walk in walks {
        // One walk is enough per rule and version.
        if !scenarios.iter().any(|known| known.walk().is_some() && known.version == walk.version) {
            scenarios.push(walk.clone());
        }
    }
    let mut rule = RuleReport { expected: false, announced: Vec::new(), scenarios, ..parts[0].clone() };
    rule.outcome = rule.worst_outcome();
    rule.leave_out_repeated_steps();
    Ok(rule)
}

/// The report of a scenario from the part that ran it, or the common report of all parts if none ran it.
fn join_scenario<'a>(said: &[&'a ScenarioReport]) -> Result<&'a ScenarioReport, MergeError> {
    let elsewhere = |scenario: &ScenarioReport| scenario.skip == Some(Skip::OtherShard);
    let here: Vec<_> = said.iter().copied().filter(|scenario| !elsewhere(scenario)).collect();
    let skipped_alike = || here.iter().all(|scenario| scenario.outcome == Outcome::Skipped && scenario.reason == here[0].reason);
    let how = match here.len() {
        1 => return Ok(here[0]),
        0 => "ran in none of them",
        all if all == said.len() && skipped_alike() => return Ok(here[0]),
        _ if here.iter().any(|scenario| scenario.outcome == Outcome::Skipped) => {
            "is skipped in some shards for a reason that other shards do not have"
        }
        _ => "ran in more than one of them",
    };
    Err(MergeError::Planned { scenario: said[0].id.clone(), version: said[0].version, how: how.to_owned() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::{Announcement, Kind, Note, Verdict, json, sample, sighting_id, walk_id};

    /// Splits a report into shards. Each scenario that ran is in exactly one of them.
    fn parts(whole: &Report, of: usize) -> Vec<Part> {
        let part = |number: usize| {
            let mut report = Report { shard: Some(format!("{number}/{of}")), ..whole.clone() };
            let mut place = 0;
            for rule in &mut report.rules {
                rule.scenarios.retain_mut(|scenario| {
                    if scenario.outcome == Outcome::Skipped {
                        return true;
                    }
                    place += 1;
                    let is_own = place % of + 1 == number;
                    if !is_own {
                        scenario.outcome = Outcome::Skipped;
                        scenario.reason = Some("runs in another shard".to_owned());
                        scenario.skip = Some(Skip::OtherShard);
                        scenario.violations.clear();
                        scenario.exchanges.clear();
                        scenario.steps.clear();
                    }
                    is_own || scenario.is_own()
                });
                rule.outcome = rule.worst_outcome();
            }
            let share = |all: u64| if number == of { all } else { 0 };
            let Counts { requests, retries, walks, .. } = whole.counts;
            let [requests, retries, walks] = [requests, retries, walks].map(share);
            report.counts = Counts { requests, retries, walks, ..Counts::of(&report.rules) };
            report.judge();
            report.lag_ms = whole.lag_ms.filter(|_| number == of);
            report.duration_ms = share(whole.duration_ms);
            Part { name: format!("{number}.json"), report }
        };
        (1..=of).map(part).collect()
    }

    /// A run without expectations, in which a rule was seen broken in scenarios of other rules.
    fn whole() -> Report {
        let mut report = sample::one_failure();
        let seen: Vec<_> = report.rules[1..3].iter().map(|rule| rule.scenarios[0].id.clone()).collect();
        let rule = &mut report.rules[4];
        let first = rule.scenarios[0].clone();
        for scenario in seen {
            let (id, kind) = (sighting_id(&rule.id, &scenario), Kind::Watch { seen_in: scenario });
            rule.scenarios.push(ScenarioReport { id, kind, outcome: Outcome::Failed, ..first.clone() });
        }
        let kind = Kind::Walk { walk: 12 };
        rule.scenarios.push(ScenarioReport { id: walk_id(&rule.id, 12), kind, outcome: Outcome::Failed, ..first });
        rule.outcome = Outcome::Failed;
        report.counts = Counts { requests: report.counts.requests, ..Counts::of(&report.rules) };
        report.judge();
        report
    }

    fn error(parts: Vec<Part>) -> String {
        merge(parts).unwrap_err().to_string()
    }

    #[test]
    fn merging_the_parts_of_a_report_restores_it() {
        let unannounced = |report: &Report| report.rules.iter().all(|rule| !rule.expected && rule.announced.is_empty());
        for (name, report) in sample::all().into_iter().filter(|(_, report)| unannounced(report)).chain([("sightings", whole())]) {
            for of in 1..5 {
                let mut parts = parts(&report, of);
                parts.reverse();
                let whole = Report { shard: None, ..report.clone() };
                assert!(json::to_json(&merge(parts).unwrap()) == json::to_json(&whole), "{name} in {of}");
            }
        }
    }

    #[test]
    fn reports_of_different_runs_are_refused() {
        let spoilt = |spoil: fn(&mut Report)| {
            let mut parts = parts(&whole(), 3);
            spoil(&mut parts[1].report);
            error(parts)
        };
        let differs = |what: &str| format!("1.json and 2.json are from different runs: {what}");
        assert_eq!(spoilt(|report| report.target.name = "other".into()), differs("the target's name differs, acme-mock and other"));
        assert_eq!(
            spoilt(|report| report.target.base_url = "http://example.com".into()),
            differs("the target's base_url differs, http://127.0.0.1/ and http://example.com")
        );
        assert_eq!(spoilt(|report| report.seed = 8), differs("the seed differs, 7 and 8"));
        assert_eq!(
            spoilt(|report| report.tool.version = "9".into()),
            differs("the program differs, graph-phone-conformance 0.1.0 and graph-phone-conformance 9")
        );
        assert_eq!(spoilt(|report| report.target.versions.truncate(1)), differs("the list of versions differs, v1.0 and beta and v1.0"));
        assert_eq!(spoilt(|report| report.shard = Some("2/4".into())), differs("the number of shards differs, 3 and 4"));
        let rule = "create.one-phone-per-type has another text or other scenarios";
        assert_eq!(spoilt(|report| report.rules[0].title.clear()), differs(rule));
        assert_eq!(spoilt(|report| drop(report.rules.pop())), differs("the number of rules differs, 32 and 31"));
        assert_eq!(spoilt(|report| report.shard = None), "2.json is the report of a whole run, not of a shard");
        assert_eq!(spoilt(|report| report.shard = Some("3/3".into())), "2.json and 3.json are both shard 3/3");
    }

    #[test]
    fn each_shard_may_start_its_own_server() {
        let mut parts = parts(&whole(), 2);
        parts[1].report.target.base_url = "http://127.0.0.1:9999".into();
        assert_eq!(merge(parts).unwrap().target.base_url, "http://127.0.0.1:8080");
    }

    #[test]
    fn missing_shards_are_named() {
        let mut three = parts(&whole(), 4);
        three.remove(1);
        assert_eq!(error(three.clone()), "a shard is missing: 2/4");
        three.remove(0);
        assert_eq!(error(three), "shards are missing: 1/4, 2/4");
        assert_eq!(error(Vec::new()), "there is nothing to merge");
    }

    #[test]
    fn a_scenario_runs_in_exactly_one_part() {
        let mut twice = parts(&whole(), 2);
        let mut none = twice.clone();
        let scenario = |parts: &mut Vec<Part>, part: usize| parts[part].report.rules[0].scenarios[0].clone();
        let (own, hole) = (scenario(&mut twice, 1), scenario(&mut twice, 0));
        assert_eq!((own.skip, hole.skip), (None, Some(Skip::OtherShard)));
        twice[0].report.rules[0].scenarios[0] = own;
        none[1].report.rules[0].scenarios[0] = hole.clone();
        let mut unselected = parts(&whole(), 2);
        unselected[0].report.rules[0].scenarios[0] =
            ScenarioReport { reason: Some("not selected".into()), skip: Some(Skip::NotSelected), ..hole };
        for (parts, how) in
            [(twice, "ran in more than one of them"), (none, "ran in none of them"), (unselected, "is skipped in some shards")]
        {
            let error = error(parts);
            assert!(error.contains(&format!("create.one-phone-per-type/a-second-mobile (v1.0) {how}")), "{error}");
        }
    }

    #[test]
    fn only_the_first_walk_that_broke_a_rule_is_kept() {
        let mut parts = parts(&sample::passing(), 3);
        for (part, walk) in parts.iter_mut().zip([9, 4, 11]) {
            let rule = &mut part.report.rules[2];
            let own = rule.scenarios[0].clone();
            rule.scenarios.push(ScenarioReport { id: walk_id(&rule.id, walk), kind: Kind::Walk { walk }, outcome: Outcome::Failed, ..own });
            rule.outcome = Outcome::Failed;
            part.report.counts.walks = 10;
        }
        let merged = merge(parts).unwrap();
        let walks: Vec<_> = merged.rules[2].scenarios.iter().filter_map(ScenarioReport::walk).collect();
        assert_eq!((walks, merged.counts.walks, merged.verdict), (vec![4], 30, Verdict::Nonconformant));
    }

    #[test]
    fn users_who_were_not_put_back_are_not_forgotten() {
        let mut parts = parts(&sample::passing(), 2);
        parts[1].report.unfinished = Some(Unfinished { reason: "1 user could not be put back".into() });
        parts[1].report.notes.push(Note::plain("the phones of a user could not be put back"));
        let merged = merge(parts).unwrap();
        assert_eq!((merged.verdict, merged.notes.len()), (Verdict::Inconclusive, 1));
        assert_eq!(merged.unfinished.unwrap().reason, "1 user could not be put back");
    }

    #[test]
    fn equal_notes_of_all_parts_appear_once() {
        let merged = merge(parts(&sample::stateless_mock(), 3)).unwrap();
        assert_eq!(merged.notes, sample::stateless_mock().notes);
    }

    proptest! {
        #[test]
        fn the_merged_report_has_the_verdict_of_the_whole(
            facts in prop::collection::vec((prop::sample::select(Outcome::ALL), prop::option::of(prop::sample::select(Outcome::ALL))), 1..8),
            cut in prop::collection::vec(prop::bool::weighted(0.1), 1..5)
        ) {
            let rules = facts.iter().enumerate().map(|(index, (outcome, _))| sample::rule(&format!("list.rule-{index}"), *outcome));
            let mut whole = sample::report(rules.collect());
            let mut parts = parts(&whole, cut.len());
            for (part, _) in parts.iter_mut().zip(&cut).filter(|(_, cut)| **cut) {
                part.report.unfinished = Some(Unfinished { reason: "the run was interrupted".to_owned() });
                part.report.judge();
            }
            let mut merged = merge(parts).unwrap();
            whole.unfinished = cut.contains(&true).then(|| Unfinished { reason: "the run was interrupted".to_owned() });
            for report in [&mut whole, &mut merged] {
                for (rule, (_, known)) in report.rules.iter_mut().zip(&facts) {
                    let announce = |outcome: &Outcome| Announcement {
                        version: None,
                        scenarios: Some(vec!["as-it-should".to_owned()]),
                        outcome: *outcome,
                        reason: String::new(),
                        stale: false,
                        better: Vec::new(),
                    };
                    rule.announced.extend(known.iter().map(announce));
                }
                report.apply_announced();
            }
            prop_assert_eq!((merged.verdict, &merged.unfinished, merged.rules), (whole.verdict, &whole.unfinished, whole.rules));
        }

        #[test]
        fn the_order_of_the_files_makes_no_difference(order in Just((0..4).collect::<Vec<usize>>()).prop_shuffle()) {
            let parts = parts(&whole(), 4);
            let shuffled = order.into_iter().map(|index| parts[index].clone()).collect();
            prop_assert_eq!(merge(shuffled), merge(parts));
        }
    }
}
