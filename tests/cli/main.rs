//! Black-box tests: the binary as its users meet it, its exit statuses and its output.

mod help;
mod init;
mod interop;
mod readme;
mod reports;
mod serve;
mod spec;
mod support;
mod targets;
mod usage;
mod verdicts;
mod walks;
