//! `graph-phone-conformance`: a thin entry point; the library does the work.

use std::process::ExitCode;

use clap::Parser as _;
use graph_phone_conformance::cli::{Args, execute};

fn main() -> ExitCode {
    execute(Args::parse())
}
