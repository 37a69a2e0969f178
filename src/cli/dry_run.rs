//! `run --dry-run`: shows what a run would do and what it would skip.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;

use crate::plan::{Plan, Reason};
use crate::report::EXIT_NOTHING_VERIFIED;
use crate::report::terminal::text::count;
use crate::run::{estimate, sends};
use crate::suite::Suite;
use crate::target::Target;

use super::{CliError, stdout};

/// Prints the plan. The exit status tells whether the plan is empty.
///
/// # Errors
/// Fails if standard output can't be written.
pub fn dry_run(
    suite: &Suite,
    target: &Target,
    plan: &Plan,
    walks: u64,
    embedded: bool,
    notes: &[Option<String>],
) -> Result<ExitCode, CliError> {
    let mut out = String::new();
    let versions = target.versions.iter().map(|version| version.name()).collect::<Vec<_>>().join(" and ");
    let cloud = target.cloud().map(|cloud| format!(", the cloud `{cloud}`")).unwrap_or_default();
    let proxy = target.mock_proxy.as_ref().map(|proxy| format!(", mocked by {proxy}")).unwrap_or_default();
    let _ = writeln!(out, "would run against {} ({versions}){cloud}{proxy}, {} edition:", target.base_url, target.edition);
    for (index, rule) in suite.rules.iter().enumerate() {
        let cases = plan.cases.iter().filter(|case| case.rule == index).count();
        if cases > 0 {
            let _ = writeln!(out, "  {} ({})", rule.id, count(cases, "scenario"));
        }
    }
    let requests = if sends(plan, walks) { estimate(suite, target, plan, walks, embedded) } else { 0 };
    let walks = plan.walks(suite, walks);
    let taken = count(usize::try_from(walks.number).unwrap_or(usize::MAX), "walk");
    if walks.number > 0 {
        let operations: Vec<_> = walks.operations.iter().map(|operation| operation.name()).collect();
        let _ = writeln!(out, "  and {taken} over {}, unless the endpoint keeps no state", operations.join(", "));
    }
    let mut reasons: BTreeMap<&Reason, Vec<&str>> = BTreeMap::new();
    for skipped in &plan.skipped {
        let rules = reasons.entry(&skipped.reason).or_default();
        let id = suite.rules[skipped.rule].id.as_str();
        if rules.last() != Some(&id) {
            rules.push(id);
        }
    }
    for (reason, rules) in reasons {
        // The user chose the selection, so rules outside of it are counted but not listed.
        if matches!(reason, Reason::NotSelected | Reason::Elsewhere) {
            let _ = writeln!(out, "would skip, {reason}: {}", count(rules.len(), "rule"));
            continue;
        }
        let _ = writeln!(out, "would skip, {reason}:");
        for rule in rules {
            let _ = writeln!(out, "  {rule}");
        }
    }
    for sentence in plan.narrowed.iter().chain(notes.iter().flatten()) {
        let _ = writeln!(out, "note: {sentence}");
    }
    let with_walks = if walks.number > 0 { format!(" and {taken}") } else { String::new() };
    let _ = writeln!(
        out,
        "{}{with_walks} would run with about {}, {} would be skipped; nothing was sent",
        count(plan.cases.len(), "scenario"),
        count(usize::try_from(requests).unwrap_or(usize::MAX), "request"),
        plan.skipped.len()
    );
    stdout::print(&out)?;
    Ok(if plan.cases.is_empty() && walks.number == 0 { ExitCode::from(EXIT_NOTHING_VERIFIED) } else { ExitCode::SUCCESS })
}
