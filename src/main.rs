//! `graph-phone-conformance`: see the library for what it is made of.

use std::process::ExitCode;

use clap::Parser as _;
use graph_phone_conformance::cli::{Args, execute};

fn main() -> ExitCode {
    execute(Args::parse())
}
