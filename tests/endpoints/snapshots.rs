//! Snapshots from the outside: what a run records, how it shows drift, and what it says if there is nothing to compare
//! with.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// These rules cover everything but are few enough to be fast.
const RULES: [&str; 4] = ["--rule", "list.", "--rule", "create.refusal"];

fn program(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance"));
    for variable in ["INSTA_UPDATE", "INSTA_FORCE_UPDATE", "INSTA_FORCE_UPDATE_SNAPSHOTS", "INSTA_PENDING_DIR"] {
        command.env_remove(variable);
    }
    command.env("XDG_STATE_HOME", folder.join("state"));
    command.current_dir(folder).args(RULES).args(args).output().unwrap()
}

fn text(output: &Output) -> String {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    // Line breaks depend on the width of the terminal.
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn assert_status(output: &Output, status: i32) {
    assert_eq!(output.status.code(), Some(status), "{}", text(output));
}

fn snapshots(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(snapshots(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// A reference server in its own process, and a target file for it.
struct Served(Child);

impl Served {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance"))
            .current_dir(folder)
            .args(["serve", "--listen", "127.0.0.1:0", "--write-target", "served.toml"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("listening on "), "{line}");
        Self(child)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn recorded_answers_match_in_any_later_run() {
    let folder = tempfile::tempdir().unwrap();
    let first = program(folder.path(), &["--snapshots", "record", "--seed", "1", "-j", "1"]);
    assert_status(&first, 0);
    assert!(text(&first).contains("snapshots recorded in"), "{}", text(&first));
    let files = snapshots(&folder.path().join("snapshots/reference"));
    assert!(files.len() > 20 && files.iter().all(|file| file.extension().is_some_and(|extension| extension == "snap")), "{files:?}");
    let texts: Vec<_> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    for volatile in ["@contoso", "127.0.0.1", "+1 "] {
        assert!(!texts.iter().any(|text| text.contains(volatile)), "{volatile}");
    }

    let second = program(folder.path(), &["--seed", "2", "-j", "64"]);
    assert_status(&second, 0);
    assert!(!text(&second).contains("snapshot"), "{}", text(&second));

    assert_status(&program(folder.path(), &["--snapshots", "record", "--seed", "3"]), 0);
    assert_eq!(snapshots(&folder.path().join("snapshots/reference")), files);
    assert_eq!(files.iter().map(|file| fs::read_to_string(file).unwrap()).collect::<Vec<_>>(), texts);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_drift_fails_its_scenario_and_shows_what_differs() {
    let folder = tempfile::tempdir().unwrap();
    assert_status(&program(folder.path(), &["--snapshots", "record", "--snapshot-dir", "kept"]), 0);
    let files = snapshots(&folder.path().join("kept/reference/list"));
    let file = files.iter().find(|file| fs::read_to_string(file).unwrap().contains("\n200 application/json")).unwrap();
    let before = fs::read_to_string(file).unwrap();
    let changed = before.replace("\n200 application/json", "\n206 application/json");
    fs::write(file, &changed).unwrap();

    let output = program(folder.path(), &["--snapshot-dir", "kept", "--report", "json=report.json"]);
    assert_status(&output, 1);
    let shown = text(&output);
    assert!(shown.contains("expected 206 application/json") && shown.contains("actual 200 application/json"), "{shown}");
    assert!(shown.contains("`--snapshots record` accepts it"), "{shown}");
    let report = fs::read_to_string(folder.path().join("report.json")).unwrap();
    assert!(report.contains("the answer is as recorded"));
    assert_eq!(fs::read_to_string(file).unwrap(), changed, "comparing writes nothing");
    assert!(!snapshots(folder.path()).iter().any(|file| file.to_string_lossy().ends_with(".new")));

    assert_status(&program(folder.path(), &["--snapshot-dir", "kept", "--snapshots", "off"]), 0);
    assert_status(&program(folder.path(), &["--snapshot-dir", "kept", "--snapshots", "record"]), 0);
    assert_eq!(fs::read_to_string(file).unwrap(), before);

    fs::write(file, "<<<<<<< HEAD\n").unwrap();
    assert_status(&program(folder.path(), &["--snapshot-dir", "kept"]), 3);

    fs::remove_file(file).unwrap();
    let output = program(folder.path(), &["--snapshot-dir", "kept"]);
    assert_status(&output, 0);
    assert!(text(&output).contains("the baseline of `reference` has no snapshot of them: "), "{}", text(&output));
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_run_of_some_scenarios_keeps_the_other_answers_of_their_rules() {
    let folder = tempfile::tempdir().unwrap();
    let all = ["--rule", "list.empty-list", "--cells", "all"];
    let run = |arguments: &[&str]| program(folder.path(), &[&all, arguments].concat());
    assert_status(&run(&["--snapshots", "record"]), 0);
    let file = folder.path().join("snapshots/reference/list/empty-list.snap");
    let right = fs::read_to_string(&file).unwrap();
    assert!(right.contains(" (v1.0, beta)\nGET /[version]/"), "{right}");
    fs::write(&file, right.replace("\n200 ", "\n206 ")).unwrap();

    assert_status(&run(&["--api-version", "v1.0", "--snapshots", "record"]), 0);
    let recorded = fs::read_to_string(&file).unwrap();
    assert!(recorded.contains(" (v1.0)\n") && recorded.contains(" (beta)\n"), "{recorded}");
    assert_status(&run(&["--api-version", "v1.0"]), 0);
    let beta = run(&["--api-version", "beta"]);
    assert_status(&beta, 1);
    assert!(text(&beta).contains("expected 206 application/json"), "{}", text(&beta));

    assert_status(&run(&["--api-version", "beta", "--snapshots", "record"]), 0);
    assert_eq!(fs::read_to_string(&file).unwrap(), right);
}

#[test]
fn the_embedded_snapshots_are_used_if_there_is_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path(), &[]);
    assert_status(&output, 0);
    assert!(!text(&output).contains("snapshot"), "{}", text(&output));
    assert!(snapshots(folder.path()).is_empty());
}

#[test]
fn another_target_can_be_compared_with_the_reference() {
    let folder = tempfile::tempdir().unwrap();
    let _served = Served::start(folder.path());
    let file = folder.path().join("served.toml");
    let target = fs::read_to_string(&file).unwrap().replacen("name = \"reference\"", "name = \"acme\"", 1);
    assert!(target.contains("\"acme\""));
    fs::write(&file, target).unwrap();

    let output = program(folder.path(), &["-t", "served.toml"]);
    assert_status(&output, 0);
    let shown = text(&output);
    assert!(shown.contains("no snapshot baseline for the target `acme`") && shown.contains("--snapshots record"), "{shown}");

    let output = program(folder.path(), &["-t", "served.toml", "--baseline", "reference"]);
    assert_status(&output, 0);
    assert!(!text(&output).contains("snapshot"), "{}", text(&output));
}

#[test]
fn impossible_requests_are_reported_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let output = program(folder.path(), &["--snapshots", "record", "--snapshot-dir", "file"]);
    assert_status(&output, 2);
    assert!(text(&output).contains("hint: name another folder with `--snapshot-dir`"), "{}", text(&output));
    assert_status(&program(folder.path(), &["--baseline", "../reference"]), 2);
    assert_status(&program(folder.path(), &["--snapshots", "record", "--baseline", "reference"]), 2);
}

#[test]
fn a_faulty_server_is_compared_only_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let fault =
        String::from_utf8(Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance")).arg("faults").output().unwrap().stdout).unwrap();
    let fault = fault.split_whitespace().next().unwrap();
    assert!(!text(&program(folder.path(), &["--fault", fault])).contains("snapshot"));
    assert!(text(&program(folder.path(), &["--fault", fault, "--snapshots", "compare"])).contains("snapshot baseline"));
}
