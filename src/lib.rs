//! Conformance tests for Microsoft Graph's `phoneAuthenticationMethod` API.
//!
//! Data goes one way:
//!
//! ```text
//! features/**/*.feature ── suite ──▶ Suite      rules and scenarios, as data
//! target.toml ──────────── target ─▶ Target     endpoint, identities, users
//!                          plan ───▶ Plan       what runs, what is skipped and why
//!                          run ────▶ Report     what happened
//!                          snapshot ▶ drift      how an answer differs from its snapshot
//!                          report ─▶ bytes      terminal, JSON, HTML, …
//!                          verdict ▶ exit status
//! ```
//!
//! `shard` cuts a plan into parts for several machines, and `report::merge` joins their reports.
//!
//! `words` reads the paths, permissions and callers from `features/api.toml` and `features/cast.toml`.
//!
//! `reference` is the server that a run without a target checks. It shares only the names in `api` with the modules
//! that judge answers.
//!
//! Users of the library call [`check()`] or [`check_target`]. The modules are open only for the program and its tests,
//! and change without notice.
//!
//! # Words
//!
//! | word | meaning |
//! | --- | --- |
//! | rule | one requirement, a `Rule:` of a feature file |
//! | scenario | one behaviour that a rule asks for |
//! | case | a scenario in one version, with one caller, one way to address the user and one kind of number |
//! | walk | a sequence of requests, written down or random, each checked against the documents |
//! | sighting | a broken rule that the run notices in a scenario of another rule |
//! | exchange | one request and its answer |
//! | caller | the sender of a request, as scenarios name it |
//! | identity | an entry of the target file: a token with its permissions and roles |
//! | user | an account whose phones a run may replace |
//! | finding | a rule that an endpoint breaks, with the exchanges that show it |
//! | person | a user in a scenario; the run lends a user of the target file for each |
//! | preflight | the requests before the scenarios; they find out what the endpoint can do |
//! | blocked | the endpoint did not let the scenario set up its users |
//! | fault | a mistake that the reference server can be told to make |

mod library;

pub use library::{Check, CheckError, Findings, check, check_target};

#[doc(hidden)]
pub mod api;
#[doc(hidden)]
pub mod check;
#[doc(hidden)]
pub mod cli;
mod encoding;
mod expect;
#[doc(hidden)]
pub mod graph;
#[doc(hidden)]
pub mod plan;
#[doc(hidden)]
pub mod reference;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod run;
mod shard;
#[doc(hidden)]
pub mod snapshot;
#[doc(hidden)]
pub mod spec;
mod steps;
#[doc(hidden)]
pub mod suite;
#[doc(hidden)]
pub mod target;
mod tenant;
mod walk;
#[doc(hidden)]
pub mod words;
