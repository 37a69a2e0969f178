//! What `--help` says.

use super::support::run;

fn help(command: &[&str]) -> String {
    let mut arguments = command.to_vec();
    arguments.push("--help");
    let outcome = run(&arguments);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    outcome.stdout
}

#[test]
fn the_program() {
    insta::assert_snapshot!(help(&[]));
}

#[test]
fn each_command() {
    for command in ["run", "serve", "faults", "spec", "init", "merge", "compare", "restore", "completions", "man"] {
        insta::assert_snapshot!(format!("help_{command}"), help(&[command]));
    }
}

#[test]
fn every_help_about_running_names_the_exit_statuses() {
    for command in [&[][..], &["run"]] {
        assert!(help(command).contains("Exit status: 0 conformant, 1 nonconformant, 2 wrong usage"), "{command:?}");
    }
}
