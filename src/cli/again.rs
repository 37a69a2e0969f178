//! Builds the command that repeats a check of a target.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{ArgAction, Args as _, CommandFactory as _};

use super::args::{Args, RunArgs};
use crate::graph::shell_word;

/// Options that are not repeated: they select rules, write files or change how much is printed.
const OF_ONE_RUN: &[&str] =
    &["rule", "tags", "case", "shard", "rerun", "report", "write-expect", "dry-run", "quiet", "verbose", "seed", "restore-first"];

/// The command that checks the same target in the same way: `arguments` without options that narrow or report the run.
pub fn command(arguments: impl IntoIterator<Item = OsString>, seed: u64) -> Option<String> {
    let matches = Args::command().try_get_matches_from(arguments).ok()?;
    let given = matches.subcommand().map_or(&matches, |(_, given)| given);
    let mut words = vec![env!("CARGO_PKG_NAME").to_owned()];
    let known = RunArgs::augment_args(clap::Command::new("run"));
    for (id, name) in known.get_arguments().filter_map(|argument| Some((argument, argument.get_long()?))) {
        let is_given = given.value_source(id.get_id().as_str()) == Some(ValueSource::CommandLine);
        if OF_ONE_RUN.contains(&name) || !is_given {
            continue;
        }
        if matches!(id.get_action(), ArgAction::SetTrue) {
            words.push(format!("--{name}"));
            continue;
        }
        for value in given.get_raw(id.get_id().as_str()).into_iter().flatten() {
            let value = value.to_string_lossy();
            // A repeated run compares with the recorded snapshots, so it must not record again.
            if (name, value.as_ref()) != ("snapshots", "record") {
                words.extend([format!("--{name}"), shell_word(&value)]);
            }
        }
    }
    words.push(format!("--seed {seed}"));
    Some(words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(arguments: &[&str]) -> String {
        let arguments = ["graph-phone-conformance"].iter().chain(arguments).map(OsString::from);
        command(arguments, 7).unwrap()
    }

    #[test]
    fn options_that_decide_what_is_checked_and_how_are_repeated() {
        assert_eq!(again(&[]), "graph-phone-conformance --seed 7");
        assert_eq!(
            again(&["run", "-t", "my mock.toml", "--strict", "-j", "2", "--api-version", "beta", "--snapshots", "off"]),
            "graph-phone-conformance --target 'my mock.toml' --api-version beta --concurrency 2 --strict --snapshots off --seed 7"
        );
        assert_eq!(
            again(&["--base-url", "http://h", "--token-env", "T", "--user", "a@b.c", "--user", "it's"]),
            r"graph-phone-conformance --base-url http://h --token-env T --user a@b.c --user 'it'\''s' --seed 7"
        );
    }

    #[test]
    fn options_of_one_run_are_not_repeated() {
        let narrow = [
            "--rule",
            "create.",
            "--tags",
            "@list",
            "--report",
            "json=r.json",
            "-v",
            "--seed",
            "9",
            "--snapshots",
            "record",
            "--restore-first",
        ];
        assert_eq!(again(&narrow), "graph-phone-conformance --seed 7");
    }
}
