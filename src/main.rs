//! `graph-phone-conformance`: the entry point. The library does the work.

use std::process::ExitCode;

use clap::Parser as _;
use graph_phone_conformance::cli::{Args, answer, execute};

fn main() -> ExitCode {
    Args::try_parse().map_or_else(|error| answer(&error), execute)
}
