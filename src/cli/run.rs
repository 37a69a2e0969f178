//! `run`: checks an endpoint.

use std::process::ExitCode;
use std::sync::Arc;

use crate::api::{ApiVersion, Edition};
use crate::graph::Wallet;
use crate::plan::{Plan, Reason, Selection, leave_out_doubles};
use crate::reference::{Options as ServerOptions, Server, start};
use crate::report::Note;
use crate::run::Options;
use crate::suite::Suite;
use crate::target::Target;

use super::args::{FlagArgs, RunArgs, TargetArgs};
use super::dry_run::dry_run;
use super::expectations::KnownDeviations;
use super::journal::claim_for_run;
use super::live::Live;
use super::page::{detail, print};
use super::reports::Reports;
use super::rerun::Rerun;
use super::signals::Interruption;
use super::{CliError, quick, reference};

/// The number of users of the embedded server: enough for scenarios to run concurrently.
const EMBEDDED_USERS: usize = 16;
/// The number of scenarios that run at the same time on the embedded server. If it is smaller than the number of users,
/// there is more often a free user whose phones suit the next scenario. More scenarios would save no time on a local
/// server.
const EMBEDDED_CONCURRENCY: usize = 4;

/// Checks an endpoint and prints the report.
pub async fn run(args: &RunArgs) -> Result<ExitCode, CliError> {
    let suite = Arc::new(suite(args)?);
    let rerun = args.rerun.as_deref().map(Rerun::read).transpose()?;
    let mut selection = Selection::new(&suite, &args.rule, args.tags.as_deref())?.narrowed_to(args.cells, &args.case);
    if let Some(rerun) = &rerun {
        selection = selection.only(rerun.cases.iter().map(|key| (key.id.clone(), key.version, key.case.clone())).collect());
    }
    let known = KnownDeviations::open(args.expect.as_deref(), args.write_expect.as_deref(), &suite)?;
    let inputs = [args.target.file.as_deref(), args.expect.as_deref(), args.write_expect.as_deref()];
    let reports = Reports::open(&args.report, &inputs.into_iter().flatten().collect::<Vec<_>>())?;
    let (server, mut target) = target(args).await?;
    target.concurrency = args.concurrency.or(target.concurrency);
    let duplicates = remove_duplicate_identities(&mut target);
    let target = Arc::new(target);
    let mut plan = Plan::new(&suite, &target, &selection);
    let init = quick::init_command(&args.target.flags, &args.api_version);
    if init.is_some() {
        quick::suggest_options(&mut plan);
    }
    if let Some(shard) = args.shard {
        plan = plan.part(&suite, &target, &selection, shard);
    }
    let on_rerun = rerun.and_then(|rerun| rerun.note(&suite, &target.versions)).or_else(|| nothing_selected(args, &plan));
    if crate::run::sends(&plan, args.walks) {
        crate::run::has_numbers(&plan, &target)?;
    }
    if args.dry_run {
        duplicates.iter().for_each(super::warn);
        let hint = init.as_deref().map(quick::advice);
        return dry_run(&suite, &target, &plan, args.walks, server.is_some(), &[hint, on_rerun.map(|note| note.message)]);
    }
    target.consent()?;
    // The embedded server keeps nothing after the run, and a run that sends nothing changes no user.
    let lasting = server.is_none() && crate::run::sends(&plan, args.walks);
    let journal = lasting.then(|| claim_for_run(args.target.journal_dir.as_deref(), &target, args.restore_first)).transpose()?;
    let wallet = wallet(&target).await?;
    let snapshots = super::snapshots::snapshots(args, &target, &|name| std::env::var(name).ok())?;
    let interruption = Interruption::listen()?;
    let live = Live::new(args.quiet);
    let options = Options {
        strict: args.strict,
        walks: args.walks,
        // The shards of a run must share their seed.
        seed: args.seed.unwrap_or_else(|| if args.shard.is_some() { 0 } else { random_seed() }),
        snapshots,
        interrupted: Some(Arc::clone(&interruption.first)),
        wait: args.wait,
        max_duration: args.max_duration,
        journal,
        progress: &|progress| live.show(progress),
        // Even with `-q`, a user who was not put back is reported.
        missing: &|note| {
            if args.quiet {
                super::warn(note);
            }
        },
    };
    let mut report = Box::pin(crate::run::run(&suite, &target, &plan, wallet, &options)).await?;
    report.command = super::again::command(std::env::args_os(), report.seed);
    let restore = format!("`{}` puts", quick::restore_command(&args.target));
    for hint in report.notes.iter_mut().filter_map(|note| note.hint.as_mut()) {
        *hint = hint.replace("`restore` with this target puts", &restore);
    }
    if let Some(init) = &init {
        report.notes.iter_mut().filter_map(|note| note.hint.as_mut()).for_each(|hint| quick::append_init_command(hint, init));
    }
    report.init = init;
    live.clear();
    if let Some(server) = server {
        server.stop().await.map_err(|failure| CliError::new(format!("the reference server failed: {failure}")))?;
    }
    report.notes.extend(duplicates);
    report.notes.extend(on_rerun);
    let written = known.apply(&mut report);
    let printed = print(&report, &suite.files, detail(args.quiet, args.verbose), reports.take_standard_output());
    written?;
    Ok(reports.finish(&report, printed))
}

/// A note if the options select no scenario.
fn nothing_selected(args: &RunArgs, plan: &Plan) -> Option<Note> {
    let selected = plan.checked().next().is_some() || plan.skipped.iter().any(|skipped| skipped.reason != Reason::NotSelected);
    let rules = args.rule.iter().map(|rule| format!("--rule {rule}"));
    let options: Vec<String> = rules.chain(args.tags.iter().map(|tags| format!("--tags \"{tags}\""))).collect();
    (!selected && !options.is_empty()).then(|| {
        Note::with_hint(
            format!("no scenario is selected by {}", options.join(" ")),
            "remove one of the options; `--dry-run` shows what the others select",
        )
    })
}

fn suite(args: &RunArgs) -> Result<Suite, CliError> {
    let Some(folder) = &args.features else { return Ok(Suite::embedded()?) };
    let suite = Suite::read(folder)?;
    match crate::steps::undefined(&suite) {
        Some(error) => Err(error.into()),
        None => Ok(suite),
    }
}

/// The target that the arguments name, if any. `versions` applies to a target from options; a target file lists its own
/// versions.
pub fn named_target(args: &TargetArgs, versions: &[ApiVersion]) -> Result<Option<Target>, CliError> {
    let env = |name: &str| std::env::var(name).ok();
    match &args.file {
        Some(path) => Ok(Some(Target::read(path, &env)?)),
        None => flagged_target(&args.flags, versions),
    }
}

/// The target that options describe, if any. If `versions` is empty, it has the default versions.
pub fn flagged_target(flags: &FlagArgs, versions: &[ApiVersion]) -> Result<Option<Target>, CliError> {
    let Some(base_url) = &flags.base_url else { return Ok(None) };
    let mut target = Target::from_flags(base_url, flags.token_env.as_deref().unwrap_or_default(), &flags.user)?;
    if !versions.is_empty() {
        target.versions = ApiVersion::ALL.iter().copied().filter(|version| versions.contains(version)).collect();
    }
    Ok(Some(target))
}

/// The target, and the embedded server if the arguments name no target.
async fn target(args: &RunArgs) -> Result<(Option<Server>, Target), CliError> {
    let (server, mut target) = if let Some(target) = named_target(&args.target, &args.api_version)? {
        (None, target)
    } else {
        let faults = reference::faults(&args.fault)?;
        let edition = faults.iter().find_map(|fault| fault.edition).unwrap_or(Edition::Current);
        let faulty = !faults.is_empty();
        let options = ServerOptions { users: EMBEDDED_USERS, edition, faults, ..ServerOptions::default() };
        let server = start(options).await.map_err(|error| CliError::new(format!("the reference server can't be started: {error}")))?;
        let target = reference::target(&server, edition, faulty);
        (Some(server), Target { concurrency: Some(EMBEDDED_CONCURRENCY), ..target })
    };
    if !args.api_version.is_empty() {
        if let Some(missing) = args.api_version.iter().find(|version| !target.versions.contains(version)) {
            let known = target.versions.iter().map(|version| version.name()).collect::<Vec<_>>().join(", ");
            return Err(
                CliError::new(format!("the target does not have the version {missing}")).with_hint(format!("its versions are {known}"))
            );
        }
        target.versions.retain(|version| args.api_version.contains(version));
    }
    Ok((server, target))
}

/// Removes identities whose token another identity already has, and returns a note about it.
fn remove_duplicate_identities(target: &mut Target) -> Option<Note> {
    let left_out = leave_out_doubles(target, &|name| std::env::var(name).ok());
    let pairs: Vec<_> = left_out.iter().map(|(left_out, kept)| format!("`{left_out}` and `{kept}`")).collect();
    (!pairs.is_empty()).then(|| {
        Note::with_hint(
            format!("these identities have the same token and can't be told apart: {}; rules that need both are skipped", pairs.join(", ")),
            "give each identity a token of its own",
        )
    })
}

/// Fetches every identity's token, before anything is sent.
pub async fn wallet(target: &Target) -> Result<Wallet, CliError> {
    let wallet = Wallet::open(target, Box::new(|name| std::env::var(name).ok())).await?;
    super::panics::hide_secrets(wallet.redactor());
    Ok(wallet)
}

/// A random seed; short, so that it is easy to type.
fn random_seed() -> u64 {
    u64::from(uuid::Uuid::new_v4().as_fields().1)
}
