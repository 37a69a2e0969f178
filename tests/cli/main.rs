//! Black-box tests of the binary: its exit statuses and its output.

mod compare;
mod expectations;
mod help;
mod init;
mod interop;
mod interop_readers;
mod manual;
mod mistakes;
mod readme;
mod reports;
mod rerun;
mod serve;
mod shards;
mod spec;
mod support;
mod targets;
mod usage;
mod verdicts;
mod walks;
