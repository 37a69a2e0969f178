//! Conformance tests for Microsoft Graph's `phoneAuthenticationMethod` API.
//!
//! Data goes one way:
//!
//! ```text
//! features/**/*.feature ── suite ──▶ Suite      rules and scenarios, as data
//! target.toml ──────────── target ─▶ Target     endpoint, identities, users
//!                          plan ───▶ Plan       what runs, what is skipped and why
//!                          run ────▶ Report     what happened
//!                          snapshot ▶ drift      what an answer was before, held against what it is
//!                          report ─▶ bytes      terminal, JSON
//!                          verdict ▶ exit status
//! ```
//!
//! [`shard`] cuts a plan into parts for several machines, and [`report::merge`] joins their reports.
//!
//! [`mod@reference`] is the server that a run without a target checks. It shares nothing with the judge but the names in [`api`].

pub mod api;
pub mod check;
pub mod cli;
pub mod expect;
pub mod graph;
pub mod plan;
pub mod reference;
pub mod report;
pub mod run;
pub mod shard;
pub mod snapshot;
pub mod spec;
pub mod steps;
pub mod suite;
pub mod target;
pub mod tenant;
pub mod walk;
