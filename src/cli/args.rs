//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::ArgPredicate;
use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::api::{ApiVersion, Edition};
use crate::plan::Cells;
use crate::reference::Rate;
use crate::shard::Shard;

/// Checks whether an endpoint behaves as the documents of Microsoft Graph's phoneAuthenticationMethod API say.
///
/// Without a target it checks the reference server that is built in.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, after_help = STATUSES)]
pub struct Args {
    /// The command; `run` by default.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Options of `run`, if no command is given.
    #[command(flatten)]
    pub run: RunArgs,
}

/// The exit statuses, shown by every `--help`.
const STATUSES: &str = "Exit status: 0 conformant, 1 nonconformant, 2 wrong usage (nothing was sent), 3 inconclusive, 4 nothing verified";

/// The exit statuses of `restore`.
const RESTORE_STATUSES: &str = "Exit status: 0 every user is as before, 2 wrong usage (nothing was sent), 3 some users are not as before";
/// The note on order and the exit statuses of `compare`.
const COMPARE_HELP: &str = "Two reports of one target show what has changed from the first to the second.\n\n\
    Exit status: 0, 1 if a rule is newly broken, 2 wrong usage";

/// An example seed file for the help of `serve`.
const SEED: &str = r#"A seed file in TOML; JSON has the same names:

  [[users]]
  user_principal_name = "pat@contoso.example"
  id = "11111111-2222-3333-4444-555555555555"   # left out: made up at each start
  sms_sign_in = true                            # the policy allows SMS sign-in; the default
  phones = [{ phone_type = "mobile", phone_number = "+1 2065550100" }]"#;

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check an endpoint
    #[command(after_help = STATUSES)]
    Run(Box<RunArgs>),
    /// Run the reference server on its own, until Ctrl-C
    #[command(after_help = SEED)]
    Serve(ServeArgs),
    /// List the faults the reference server can be given, and the rules each one breaks
    Faults,
    /// Print the specification: every rule, its sources, its scenarios
    Spec(SpecArgs),
    /// Write a commented target file, filled in from the options
    Init(InitArgs),
    /// Put users back as an interrupted run found them
    #[command(after_help = RESTORE_STATUSES)]
    Restore(RestoreArgs),
    /// Join the JSON reports of a sharded run into one verdict
    #[command(after_help = STATUSES)]
    Merge(MergeArgs),
    /// Lay the JSON reports of several targets side by side, rule by rule
    #[command(after_help = COMPARE_HELP)]
    Compare(CompareArgs),
    /// Print a shell completion script
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man {
        /// Write the pages of the program and of all commands into this folder instead
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}

/// Options of `spec`.
#[derive(Debug, clap::Args)]
pub struct SpecArgs {
    /// Only this rule, or the rules whose ids begin like this, with their scenarios in full
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
    /// Only what this document states, with the rules that check it
    #[arg(long, value_name = "ID", conflicts_with = "rule")]
    pub document: Option<String>,
    /// Only what no rule checks, and why
    #[arg(long, conflicts_with = "rule")]
    pub untested: bool,
    /// Show each rule's outcome from this JSON report
    #[arg(long, value_name = "FILE")]
    pub report_json: Option<PathBuf>,
    /// Check digests and quotations against the documents' files in this folder instead
    #[arg(long, value_name = "DIR", exclusive = true)]
    pub verify: Option<PathBuf>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub format: SpecFormat,
}

/// Ways to write the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SpecFormat {
    /// Text for a terminal or a pager
    Terminal,
    /// A page for people
    Markdown,
    /// Data for programs
    Json,
    /// A page for a browser: documents, rules and what is not tested, with search
    Html,
}

/// Options of `init`.
#[derive(Debug, clap::Args)]
pub struct InitArgs {
    /// The file to write; it must not exist
    #[arg(value_name = "FILE", default_value = "target.toml")]
    pub file: PathBuf,
    /// The known values of the target; examples replace the others.
    #[command(flatten)]
    pub flags: FlagArgs,
    /// Check this API version; may be given several times [default: v1.0]
    #[arg(long, value_name = "V", value_parser = parse_version, requires = "base_url", help_heading = "Target")]
    pub api_version: Vec<ApiVersion>,
}

/// Options of `merge`.
#[derive(Debug, clap::Args)]
pub struct MergeArgs {
    /// The JSON report of every shard, in any order
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Write a report of the merged run, in a format of `run --report`; may be given several times
    #[arg(long, value_name = "FORMAT=PATH")]
    pub report: Vec<String>,
    /// Known deviations, which do not count against the verdict
    #[arg(long, value_name = "FILE")]
    pub expect: Option<PathBuf>,
    /// Write what deviates as a file for --expect, each reason left empty
    #[arg(long, value_name = "FILE")]
    pub write_expect: Option<PathBuf>,
    /// Folder of the feature files that the shards used, if not the embedded ones
    #[arg(long, value_name = "DIR")]
    pub features: Option<PathBuf>,
    /// Print the verdict and the failing rules only
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print every deviation in full
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// Options of `compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArgs {
    /// The JSON reports, at least two; for two reports of one target, the earlier one first
    #[arg(value_name = "FILE", required = true, num_args = 1..)]
    pub files: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub format: CompareFormat,
}

/// Ways to write a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompareFormat {
    /// Text for a terminal or a pager
    Terminal,
    /// For a comment or a job's summary
    Markdown,
}

/// What to do with snapshots of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SnapshotMode {
    /// An answer that differs from its snapshot fails its scenario
    Compare,
    /// Keep the answers of this run as the snapshots
    Record,
    /// Neither read nor write snapshots
    Off,
}

/// Options that name a target.
#[derive(Debug, clap::Args)]
pub struct TargetArgs {
    /// The target file: endpoint, identities, users
    #[arg(short = 't', long = "target", value_name = "FILE", conflicts_with_all = ["base_url", "token_env", "user"], help_heading = "Target")]
    pub file: Option<PathBuf>,
    /// Options instead of a target file.
    #[command(flatten)]
    pub flags: FlagArgs,
    /// Folder for the journal of the test users' phones, kept until they are restored [default: the state folder of the user]
    #[arg(long, value_name = "DIR", help_heading = "Target", hide_short_help = true)]
    pub journal_dir: Option<PathBuf>,
}

/// Options that replace a target file.
#[derive(Debug, clap::Args)]
pub struct FlagArgs {
    /// Service root without the version segment; with --token-env and --user it replaces a target file, which `init` writes
    #[arg(long, value_name = "URL", requires_all = ["token_env", "user"], help_heading = "Target")]
    pub base_url: Option<String>,
    /// Environment variable that holds the bearer token of a delegated administrator
    #[arg(long, value_name = "VAR", requires = "base_url", help_heading = "Target")]
    pub token_env: Option<String>,
    /// Test user, whose phones may be replaced; may be given several times
    #[arg(long, value_name = "ID_OR_UPN", requires = "base_url", help_heading = "Target")]
    pub user: Vec<String>,
}

/// Options of `restore`.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// The target whose users are put back.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Options of `run`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "the flags are independent")]
pub struct RunArgs {
    /// The endpoint to check; the embedded reference server by default.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Check only this API version; may be given several times
    #[arg(long, value_name = "V", value_parser = parse_version, help_heading = "Selection")]
    pub api_version: Vec<ApiVersion>,
    /// Check only this rule, or the rules whose ids begin like this; may be given several times
    #[arg(long, value_name = "ID", help_heading = "Selection")]
    pub rule: Vec<String>,
    /// Run only scenarios that match a cucumber tag expression
    #[arg(long, value_name = "EXPR", help_heading = "Selection", hide_short_help = true)]
    pub tags: Option<String>,
    /// Run only cases whose name contains this text, such as `application` or `by user principal name`; if given several times, all of them
    #[arg(long = "case", value_name = "TEXT", help_heading = "Selection", hide_short_help = true)]
    pub case: Vec<String>,
    /// How many cases of a scenario to run: `covering` includes every pair of caller, address, number and version once in each rule
    /// [default: covering; all with --case]
    #[arg(long, value_name = "WHICH", value_parser = parse_cells, help_heading = "Selection", hide_short_help = true)]
    pub cells: Option<Cells>,
    /// How many scenarios may run at the same time
    #[arg(short = 'j', long, value_name = "N", value_parser = parse_concurrency, help_heading = "Running", hide_short_help = true)]
    pub concurrency: Option<usize>,
    /// Run one of N disjoint parts, the same on every machine; `merge` joins their reports
    #[arg(long, value_name = "I/N", help_heading = "Selection", hide_short_help = true)]
    pub shard: Option<Shard>,
    /// Count advisory rules as requirements
    #[arg(long, help_heading = "Judgement", hide_short_help = true)]
    pub strict: bool,
    /// How many walks to take besides the scenarios: sequences of operations, some written down, the others random [default with --rerun: 0]
    #[arg(
        long,
        value_name = "N",
        default_value_t = crate::library::WALKS,
        default_value_if("rerun", ArgPredicate::IsPresent, "0"),
        help_heading = "Running",
        hide_short_help = true
    )]
    pub walks: u64,
    /// What to do with snapshots of the answers [default: compare; off with --fault]
    #[arg(long, value_name = "WHAT", help_heading = "Judgement", hide_short_help = true)]
    pub snapshots: Option<SnapshotMode>,
    /// Folder of the snapshots [default: snapshots]
    #[arg(long, value_name = "DIR", help_heading = "Judgement", hide_short_help = true)]
    pub snapshot_dir: Option<PathBuf>,
    /// Compare with another target's snapshots
    #[arg(long, value_name = "NAME", help_heading = "Judgement", hide_short_help = true)]
    pub baseline: Option<String>,
    /// File of known deviations, which do not count against the verdict; with --shard, give it to `merge`
    #[arg(long, value_name = "FILE", conflicts_with = "shard", help_heading = "Judgement")]
    pub expect: Option<PathBuf>,
    /// Write what deviates in this run as a file for --expect, each reason left empty
    #[arg(long, value_name = "FILE", conflicts_with = "shard", help_heading = "Judgement")]
    pub write_expect: Option<PathBuf>,
    /// Run only what did not pass in an earlier JSON report
    #[arg(long, value_name = "FILE", help_heading = "Selection", hide_short_help = true)]
    pub rerun: Option<PathBuf>,
    /// Write a report: json, junit, cucumber-json, html, markdown or github, which needs no path; `-` is standard output; may be given several times
    #[arg(long, value_name = "FORMAT=PATH", help_heading = "Output")]
    pub report: Vec<String>,
    /// Give the embedded reference server a fault; may be given several times
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "base_url"], help_heading = "Running")]
    pub fault: Vec<String>,
    /// First restore users that an interrupted run did not restore
    #[arg(long, help_heading = "Running", hide_short_help = true)]
    pub restore_first: bool,
    /// How long to keep trying while the endpoint refuses connections [default: 10s on loopback, 0s elsewhere]
    #[arg(long, value_name = "DURATION", value_parser = parse_wait, help_heading = "Running", hide_short_help = true)]
    pub wait: Option<Duration>,
    /// Stop after this time, such as 10m, and put the users back; unfinished scenarios are not judged
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = parse_duration, help_heading = "Running", hide_short_help = true)]
    pub max_duration: Duration,
    /// Read feature files from this folder instead of the embedded ones; also api.toml and cast.toml, if it has them
    #[arg(long, value_name = "DIR", help_heading = "Selection", hide_short_help = true)]
    pub features: Option<PathBuf>,
    /// Print what would run and what would be skipped, and why; send nothing
    #[arg(long, help_heading = "Running")]
    pub dry_run: bool,
    /// Seed of everything that is chosen at random [default: random; 0 with --shard]
    #[arg(long, value_name = "N", help_heading = "Running", hide_short_help = true)]
    pub seed: Option<u64>,
    /// Print the verdict and the failing rules only
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
    /// Print every deviation in full
    #[arg(short, long, action = clap::ArgAction::Count, help_heading = "Output")]
    pub verbose: u8,
}

/// Options of `serve`.
#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    /// Where to listen: an address and a port, or only a port, which other machines can't reach
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = parse_listen)]
    pub listen: SocketAddr,
    /// Number of test users
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = parse_users)]
    pub users: usize,
    /// Start with the users and phones of a file in TOML or JSON; --users includes them
    #[arg(long, value_name = "FILE")]
    pub seed_file: Option<PathBuf>,
    /// Give the server a fault; may be given several times
    #[arg(long, value_name = "ID")]
    pub fault: Vec<String>,
    /// Which generation of the documents the server follows: current or legacy
    #[arg(long, value_name = "EDITION", default_value = "current", value_parser = parse_edition)]
    pub edition: Edition,
    /// Delay each answer by this time, such as 200ms
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub latency: Option<Duration>,
    /// Accept requests up to this rate, such as 30/10s, and answer the others with 429 and Retry-After
    #[arg(long, value_name = "N/DURATION", value_parser = parse_rate)]
    pub throttle: Option<Rate>,
    /// Write a target file that reaches this server with its full cast of identities
    #[arg(long, value_name = "FILE")]
    pub write_target: Option<PathBuf>,
    /// Log each request on standard error: its path, the status, and why it was refused
    #[arg(short, long)]
    pub verbose: bool,
}

/// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `:8080` or `8080`.
fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    if let Ok(addr) = text.parse() {
        return Ok(addr);
    }
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    match port.parse() {
        // Without an address, the server listens on this machine only: no one should expose a mock by accident.
        Ok(port) if host.is_empty() || host.eq_ignore_ascii_case("localhost") => Ok(SocketAddr::from(([127, 0, 0, 1], port))),
        _ => Err("it takes an address and a port, such as 127.0.0.1:8080, localhost:8080, 0.0.0.0:8080 or [::1]:8080, or a port alone"
            .to_owned()),
    }
}

fn parse_rate(text: &str) -> Result<Rate, String> {
    let wrong = || "it takes a number of requests and a duration, such as 30/10s or 5/s".to_owned();
    let (requests, window) = text.split_once('/').ok_or_else(wrong)?;
    let requests = requests.parse().map_err(|_| wrong())?;
    let one = if window.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "1" };
    let window = parse_duration(&format!("{one}{window}")).map_err(|_| wrong())?;
    Ok(Rate { requests, window })
}

fn parse_version(text: &str) -> Result<ApiVersion, String> {
    text.parse().map_err(|error: crate::api::UnknownName| error.to_string())
}

fn parse_cells(text: &str) -> Result<Cells, String> {
    text.parse().map_err(|error: crate::api::UnknownName| error.to_string())
}

fn parse_edition(text: &str) -> Result<Edition, String> {
    text.parse().map_err(|error: crate::api::UnknownName| error.to_string())
}

fn parse_duration(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text).map_err(|_| "it takes a duration such as 90s, 10m or 2h".to_owned())?;
    if duration.is_zero() { Err("it takes a duration longer than zero, such as 10m".to_owned()) } else { Ok(duration) }
}

fn parse_wait(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|_| "it takes a duration such as 0s, 10s or 2m".to_owned())
}

fn parse_concurrency(text: &str) -> Result<usize, String> {
    within(text, 1, 1024)
}

fn parse_users(text: &str) -> Result<usize, String> {
    within(text, 1, 256)
}

fn within(text: &str, least: usize, most: usize) -> Result<usize, String> {
    text.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(|| format!("it takes a number from {least} to {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_listens_on_this_machine() {
        for text in ["8084", ":8084", "localhost:8084", "LOCALHOST:8084", "127.0.0.1:8084"] {
            assert_eq!(parse_listen(text).unwrap().to_string(), "127.0.0.1:8084", "{text}");
        }
        assert_eq!(parse_listen("0.0.0.0:0").unwrap().to_string(), "0.0.0.0:0");
        assert_eq!(parse_listen("[::]:80").unwrap().to_string(), "[::]:80");
        for text in ["", ":", "localhost", "example.com:80", "127.0.0.1", "80000", "::1:80"] {
            assert!(parse_listen(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_rate_is_a_number_of_requests_and_a_duration() {
        let rate = |requests, seconds| Ok(Rate { requests, window: Duration::from_secs(seconds) });
        assert_eq!(parse_rate("30/10s"), rate(30, 10));
        assert_eq!(parse_rate("5/s"), rate(5, 1));
        assert_eq!(parse_rate("0/1m"), rate(0, 60));
        for text in ["", "30", "30/", "/10s", "30/0s", "-1/s", "many/s"] {
            assert!(parse_rate(text).is_err(), "{text}");
        }
    }
}
