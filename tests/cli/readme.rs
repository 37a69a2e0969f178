//! Compares the README with the program.

use std::collections::BTreeSet;

use graph_phone_conformance::api::{Area, Edition, Operation};
use graph_phone_conformance::reference::Fault;
use graph_phone_conformance::suite::{Rule, Suite};
use graph_phone_conformance::target::KEYS;
use regex::Regex;

use super::support::{Folder, run};

const README: &str = include_str!("../../README.md");

fn all(pattern: &str) -> BTreeSet<&'static str> {
    Regex::new(pattern).unwrap().captures_iter(README).map(|found| found.get(1).unwrap().as_str()).collect()
}

#[test]
fn the_table_of_keys_matches_the_program() {
    let mut table = "| key | value | default | meaning |\n| --- | --- | --- | --- |\n".to_owned();
    for key in KEYS {
        let default = match key.default {
            Some(default) if default.starts_with(['"', '[', '{']) || default.parse::<bool>().is_ok() => format!("`{default}`"),
            Some(default) => default.to_owned(),
            None => "required".to_owned(),
        };
        table.push_str(&format!("| `{}` | {} | {default} | {} |\n", key.path(), key.kind, key.meaning));
    }
    assert!(README.contains(&table), "the table in README.md should be\n\n{table}");
}

#[test]
fn every_option_in_it_exists() {
    let help: String =
        [&["--help"][..], &["serve", "--help"], &["spec", "--help"], &["init", "--help"], &["merge", "--help"], &["compare", "--help"]]
            .iter()
            .map(|arguments| run(arguments).stdout)
            .collect();
    // Options of cargo, npm, curl, Prism, docker and gh.
    let known = BTreeSet::from([
        "--bench",
        "--release",
        "--locked",
        "--path",
        "--prefix",
        "--data-raw",
        "--no-save",
        "--port",
        "--git",
        "--rm",
        "--network",
        "--user",
        "--volume",
        "--repo",
    ]);
    for option in all(r"(?:^|[\s`(])(--[a-z][a-z-]+)").difference(&known) {
        assert!(help.contains(option), "{option}");
    }
}

#[test]
fn it_names_the_repository_and_the_version_of_the_package() {
    let repository = env!("CARGO_PKG_REPOSITORY").strip_prefix("https://github.com/").unwrap();
    let named = all(r"([A-Za-z0-9_-]+/graph-phone-conformance)(?:[ /@\n]|$)");
    assert_eq!(named, BTreeSet::from([repository]));
    let version = concat!("@v", env!("CARGO_PKG_VERSION"));
    assert_eq!(all(r"actions/conformance(@\S+)"), BTreeSet::from([version]));
}

#[test]
fn every_rule_and_fault_in_it_exists() {
    let suite = Suite::embedded().unwrap();
    for id in all(r"\b((?:create|list|get|update|delete|enable-sms-sign-in|disable-sms-sign-in)\.[a-z0-9-]{3,})") {
        let known =
            suite.rule(id).is_some() || id.parse::<Fault>().is_ok() || ["toml", "feature", "rs"].iter().any(|end| id.ends_with(end));
        assert!(known, "{id}");
    }
}

#[test]
fn every_file_in_its_map_exists() {
    for path in all(r"(?m)^((?:src|tests|features)/[a-z0-9_./-]*)") {
        assert!(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists(), "{path}");
    }
}

/// The words of a command; quoted words may contain spaces.
fn words(command: &str) -> Vec<&str> {
    let pieces = command.split('"').enumerate();
    pieces.flat_map(|(index, piece)| if index % 2 == 1 { vec![piece] } else { piece.split_whitespace().collect() }).collect()
}

#[test]
fn the_program_accepts_its_commands() {
    let folder = Folder::new();
    // Reports that a reader would have.
    for arguments in [
        ["--shard", "1/2", "--report", "json=part-1.json"],
        ["--shard", "2/2", "--report", "json=part-2.json"],
        ["--fault", "delete.answers-200", "--report", "json=report.json"],
        ["--seed", "1", "--report", "json=before.json"],
        ["--seed", "2", "--report", "json=now.json"],
    ] {
        folder.run(&[&["--rule", "delete.answers-204"], &arguments[..]].concat());
    }
    // Files in a checkout of the repository.
    for file in ["tests/interop/prism/target.toml", "tests/interop/prism/expected.toml"] {
        folder.write(file, &std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap());
    }
    let mut run = 0;
    for block in Regex::new("(?s)```sh\n(.*?)```").unwrap().captures_iter(README) {
        for line in block[1].lines() {
            let line = [" | ", " > ", " #"].iter().fold(line, |line, end| line.split(end).next().unwrap()).trim();
            let arguments = line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("graph-phone-conformance "));
            let Some(arguments) = arguments.filter(|text| !text.starts_with("serve")) else { continue };
            let mut arguments: Vec<&str> = words(arguments);
            // Files that a reader would have.
            let target = arguments.iter().position(|word| *word == "--target").map(|index| arguments[index + 1]);
            if let Some(target) = target.filter(|target| !folder.path(target).exists()) {
                assert_eq!(folder.run(&["init", target]).status, 0);
            }
            if arguments.windows(2).any(|pair| pair == ["--expect", "known.toml"]) {
                // A dry run before this one has not written the file.
                folder.write("known.toml", "");
            }
            // A dry run is enough to check that the program accepts the arguments.
            let runs = arguments.first().is_some_and(|word| word.starts_with("--"));
            if runs && !arguments.contains(&"--dry-run") {
                arguments.push("--dry-run");
            }
            let outcome = folder.run_with(&arguments, &[("ADMIN_TOKEN", "token")]);
            assert_eq!(outcome.status, 0, "{line}\n{}", outcome.stderr);
            run += 1;
        }
    }
    assert!(run >= 5, "{run} commands were tried");
}

#[test]
fn it_is_short() {
    assert!(README.lines().count() <= 250, "{} lines", README.lines().count());
}

/// The first match of a pattern with one group for each number.
fn numbers(pattern: &str) -> Vec<usize> {
    let found = Regex::new(pattern).unwrap().captures(README).unwrap_or_else(|| panic!("{pattern}"));
    found.iter().skip(1).map(|number| number.unwrap().as_str().parse().unwrap()).collect()
}

#[test]
fn the_numbers_of_its_first_run_match_the_suite() {
    let suite = Suite::embedded().unwrap();
    let legacy = |rule: &&Rule| rule.edition == Some(Edition::Legacy);
    let skipped = suite.rules.iter().filter(legacy).count();
    let passed = suite.rules.len() - skipped;
    let told = numbers(r"conformant: (\d+) passed, 0 failed, (\d+) skipped; (\d+) of (\d+) rules checked");
    assert_eq!(told, [passed, skipped, passed, passed]);
    let create =
        |area: Area| suite.rules.iter().filter(|rule| rule.operation == Operation::Create && rule.area == area && !legacy(rule)).count();
    let row: Vec<usize> = Area::ALL.iter().flat_map(|area| [create(*area); 2]).collect();
    assert_eq!(numbers(r"(?m)^create +(\d+)/(\d+) +(\d+)/(\d+) +(\d+)/(\d+)"), row);
    assert!(README.contains(concat!("You need Rust ", env!("CARGO_PKG_RUST_VERSION"), " or newer")));
}

#[test]
fn its_failure_is_printed_by_the_program() {
    let shown = README.split("```text\nFAIL").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let fault = "create.second-mobile-replaces-the-first";
    let printed = run(&["--fault", fault, "--rule", "create.one-phone-per-type", "--walks", "0", "--seed", "1"]).stdout;
    // Requests and answers vary, and the rule is broken in fewer cases when it runs by itself.
    for line in shown.lines().filter(|line| !["sent", "got", "repeat"].iter().any(|label| line.trim_start().starts_with(label))) {
        let line = line.split(" fails only").next().unwrap();
        assert!(printed.contains(line), "{line}\n{printed}");
    }
}
