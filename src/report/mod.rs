//! The result of a run: the [`Report`], and the pure functions that render it.

mod alike;
mod announced;
pub mod cause;
pub mod compare;
pub mod cucumber;
mod evidence;
mod format;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
mod kind;
pub mod markdown;
pub mod merge;
mod note;
mod pattern;
mod plain;
pub mod read;
pub mod rerun;
#[cfg(test)]
pub(crate) mod sample;
pub mod terminal;
mod verdict;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::api::{ApiVersion, Area, Basis, Cloud, Edition, Operation, Severity};

pub use announced::Announcement;
pub use evidence::Evidence;
pub use format::{Format, render};
pub use kind::{Kind, SEEN, SIGHTINGS, ScenarioKey, Variation, WALKS, sighting_id, walk_id};
pub use note::{Note, Number};
pub use pattern::{Pattern, pattern};
pub use verdict::{EXIT_CONFORMANT, EXIT_INCONCLUSIVE, EXIT_NONCONFORMANT, EXIT_NOTHING_VERIFIED, EXIT_USAGE};

/// The result of a run. Its JSON form is the machine-readable report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The version of this structure.
    pub schema: u32,
    /// The program that made the report.
    pub tool: Tool,
    /// What was checked.
    pub target: TargetSummary,
    /// When the run began, RFC 3339, UTC.
    pub started_at: String,
    /// How long the run took, in milliseconds.
    pub duration_ms: u64,
    /// The seed of every random choice.
    pub seed: u64,
    /// `I/N` if the run was one shard of several.
    pub shard: Option<String>,
    /// A command that repeats the run with all rules; adding `--rule ID` narrows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// A command that writes a target file, if options described the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub init: Option<String>,
    /// The verdict; [`Report::judge`] derives it from the rules and from whether the run is unfinished.
    pub verdict: Verdict,
    /// Why the run ended early; `null` if it did not.
    #[serde(default)]
    pub unfinished: Option<Unfinished>,
    /// The number of rules by outcome, and of requests.
    pub counts: Counts,
    /// The longest time that a write took to show in a read, in milliseconds, if it did not show at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag_ms: Option<u64>,
    /// Notes about the run as a whole, one sentence each: an endpoint that can't be judged, a user that could not be
    /// put back.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// Every rule of the specification, in its order.
    pub rules: Vec<RuleReport>,
}

/// The program that made a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// The program's name.
    pub name: String,
    /// The program's version.
    pub version: String,
}

/// The target as a report shows it, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetSummary {
    /// The target's name.
    pub name: String,
    /// Service root without the version segment.
    pub base_url: String,
    /// The deployment of Microsoft Graph at this address, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<Cloud>,
    /// The versions that were checked.
    pub versions: Vec<ApiVersion>,
    /// The edition of the documents, which decides where editions disagree.
    pub edition: Edition,
}

/// The verdict on an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// At least one rule was verified, and none failed, was blocked or errored.
    Conformant,
    /// At least one rule failed.
    Nonconformant,
    /// Nothing unexpected failed, but a known deviation no longer happens.
    Stale,
    /// Nothing failed, but a rule was blocked or errored, or the run is unfinished.
    Inconclusive,
    /// Nothing was selected, or all was skipped.
    NothingVerified,
}

/// The outcome of a scenario or rule, ordered from worst to best. A rule has the worst outcome of its scenarios.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// A `must` check did not hold, or a response drifted from its snapshot.
    Failed,
    /// The harness or the network failed, not the endpoint.
    Errored,
    /// The endpoint did not let the scenario set up its precondition.
    Blocked,
    /// An `advisory` check did not hold.
    Warned,
    /// Every check held.
    Passed,
    /// It does not apply, was not selected, or the target lacks something to run it with.
    Skipped,
}

/// Rules by outcome, and the requests of the whole run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rules that passed.
    pub passed: u64,
    /// Rules that failed.
    pub failed: u64,
    /// Rules that warned.
    pub warned: u64,
    /// Rules that were blocked.
    pub blocked: u64,
    /// Rules that were skipped.
    pub skipped: u64,
    /// Rules that errored.
    pub errored: u64,
    /// Requests sent, retries included.
    pub requests: u64,
    /// Requests sent again because the endpoint throttled them or a token had expired.
    pub retries: u64,
    /// Generated walks.
    #[serde(default)]
    pub walks: u64,
}

/// A run that ended early, or that left users different from how it found them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfinished {
    /// What is missing.
    pub reason: String,
}

/// A rule and its result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleReport {
    /// `OPERATION.what-must-hold`
    pub id: String,
    /// The requirement in one sentence.
    pub title: String,
    /// The operation that the rule is about.
    pub operation: Operation,
    /// What the rule is about.
    pub area: Area,
    /// Whether it is a requirement or advice.
    pub severity: Severity,
    /// What kind of evidence it is based on.
    pub basis: Basis,
    /// The documents and sections that state it.
    pub sources: Vec<String>,
    /// The worst outcome of the scenarios below.
    pub outcome: Outcome,
    /// Whether an expectation file lists this outcome.
    pub expected: bool,
    /// The entries about the rule in expectation files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub announced: Vec<Announcement>,
    /// The scenarios of the rule, once for each version.
    pub scenarios: Vec<ScenarioReport>,
}

/// A scenario's result in one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioReport {
    /// `RULE/scenario-in-kebab-case`
    pub id: String,
    /// Whether it is one of the rule's own scenarios, a walk or a sighting.
    #[serde(flatten)]
    pub kind: Kind,
    /// The variation of the scenario that was run, if there are several: all variations have the same id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Variation>,
    /// The scenario's name in the feature file.
    pub name: String,
    /// The version it ran against.
    pub version: ApiVersion,
    /// The feature file, from the repository's root.
    pub feature: String,
    /// The scenario's line in that file.
    pub line: usize,
    /// The outcome.
    pub outcome: Outcome,
    /// Why it was skipped, blocked or errored.
    pub reason: Option<String>,
    /// The category of the reason for skipping it.
    #[serde(default, rename = "skipped", skip_serializing_if = "Option::is_none")]
    pub skip: Option<Skip>,
    /// How often it deviated, if it ran more than once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs: Option<Runs>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Its steps, with the examples filled in. Empty for a sighting, because its exchanges belong to a scenario of
    /// another rule. Also empty for a passed case if another passed case of the scenario has the same steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepReport>,
    /// Every check that did not hold.
    pub violations: Vec<Violation>,
    /// Every request and its answer, in order. A scenario that passed has only method, address, body and status of each.
    pub exchanges: Vec<ExchangeReport>,
}

/// Why a scenario was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// The user did not select it.
    NotSelected,
    /// Another shard runs it.
    OtherShard,
    /// It does not apply to the target.
    NotApplicable,
    /// The target file lacks something.
    TargetLacks,
}

/// How often a scenario deviated, and how often it ran.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runs {
    /// While other requests were in flight.
    pub in_company: Tally,
    /// While it ran alone.
    pub alone: Tally,
}

impl Runs {
    /// Whether it deviated among others but not alone.
    pub const fn differ(&self) -> bool {
        self.in_company.deviated > 0 && self.alone.of > 0 && self.alone.deviated == 0
    }
}

impl fmt::Display for Runs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { in_company, alone } = self;
        write!(f, "deviated in {} of {} runs with other requests in flight", in_company.deviated, in_company.of)?;
        if alone.of > 0 {
            write!(f, " and in {} of {} runs alone", alone.deviated, alone.of)?;
        }
        Ok(())
    }
}

/// How often something happened out of a number of times.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How often it deviated.
    pub deviated: u64,
    /// How often it ran.
    pub of: u64,
}

/// A step of a scenario and its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepReport {
    /// The keyword in the feature file: `Given`, `And`.
    pub keyword: String,
    /// What follows the keyword.
    pub text: String,
    /// The step's line in the feature file.
    pub line: usize,
    /// The scenario's outcome if this step decided it; `Passed` for steps before that one, `Skipped` for steps after
    /// it.
    pub outcome: Outcome,
    /// How many of the scenario's exchanges belong to it; the exchanges are in the order of the steps.
    pub exchanges: usize,
}

/// A check that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The step as the feature file words it.
    pub step: String,
    /// The step's line in the feature file.
    pub line: usize,
    /// Every answer that would be right.
    pub expected: String,
    /// The actual answer.
    pub actual: String,
    /// The likely mistake, for the author of the endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Index into the scenario's exchanges of the answer that was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<usize>,
}

/// A request and its answer, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeReport {
    /// HTTP method.
    pub method: String,
    /// Absolute URL.
    pub url: String,
    /// Headers as sent; `Authorization` shows its scheme only. Empty if the scenario passed.
    pub request_headers: BTreeMap<String, String>,
    /// Body as sent, as text.
    pub request_body: Option<String>,
    /// HTTP status; `null` if no answer came.
    pub status: Option<u16>,
    /// Headers as received. Empty if the scenario passed.
    pub response_headers: BTreeMap<String, String>,
    /// Body as received, as text; `null` if it was empty or the scenario passed.
    pub response_body: Option<String>,
    /// How long the exchange took, in milliseconds.
    pub duration_ms: u64,
    /// A curl command that repeats the request, with `$TOKEN` in place of the token. Empty if the scenario passed.
    pub curl: String,
}
