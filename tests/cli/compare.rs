//! `compare`: reports side by side.

use super::support::{Folder, normal};

const FAULT: &str = "create.second-mobile-replaces-the-first";

/// Writes the report of a run of the create rules under a name.
fn report(folder: &Folder, name: &str, arguments: &[&str]) {
    let output = format!("json={name}");
    folder.run(&[&["--rule", "create.one-phone-per-type", "--snapshots", "off", "--walks", "0", "--report", &output], arguments].concat());
}

/// Copies a report as the report of another target.
fn rename(folder: &Folder, from: &str, to: &str, target: &str) {
    let text = folder.read(from);
    let name = text.lines().find(|line| line.contains("\"name\": \"reference")).unwrap().to_owned();
    folder.write(to, &text.replace(&name, &format!("    \"name\": \"{target}\",")));
}

#[test]
fn a_newly_broken_rule_gives_exit_status_1() {
    let folder = Folder::new();
    report(&folder, "well.json", &["--fault", "delete.answers-200"]);
    report(&folder, "broken.json", &["--fault", FAULT]);
    let regression = folder.run(&["compare", "well.json", "broken.json"]);
    assert_eq!((regression.status, regression.stderr.as_str()), (1, ""), "{}", regression.stdout);
    assert!(regression.stdout.contains("NEWLY BROKEN 1 rule\ncreate.one-phone-per-type"), "{}", regression.stdout);
    assert!(regression.verdict().starts_with("1 newly broken, 0 newly fixed, 0 still broken, "), "{}", regression.stdout);
    let fixed = folder.run(&["compare", "broken.json", "well.json"]);
    assert_eq!(fixed.status, 0);
    assert!(fixed.verdict().starts_with("0 newly broken, 1 newly fixed, 0 still broken, "), "{}", fixed.stdout);
    let same = folder.run(&["compare", "broken.json", "broken.json"]);
    assert_eq!(same.status, 0);
    assert!(same.verdict().starts_with("0 newly broken, 0 newly fixed, 1 still broken, "), "{}", same.stdout);
}

#[test]
fn several_targets_have_a_column_each() {
    let folder = Folder::new();
    report(&folder, "one.json", &[]);
    report(&folder, "two.json", &["--fault", FAULT]);
    rename(&folder, "one.json", "three.json", "acme-mock");
    let date = regex::Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").unwrap();
    let rules = regex::Regex::new(r"of \d+ rules").unwrap();
    for format in ["terminal", "markdown"] {
        let outcome = folder.run(&["compare", "one.json", "two.json", "three.json", "--format", format]);
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        let page = rules.replace_all(&date.replace_all(&outcome.stdout, "[date]"), "of [n] rules").into_owned();
        // The number of equal rules grows with the specification, so they are not in the snapshot.
        let differing: Vec<&str> = page.lines().take_while(|line| !line.starts_with("THE SAME") && !line.contains("<details>")).collect();
        insta::assert_snapshot!(format!("several_targets_{format}"), normal(&differing.join("\n")));
    }
}

#[test]
fn reports_that_cannot_be_compared_are_refused() {
    let folder = Folder::new();
    report(&folder, "one.json", &[]);
    report(&folder, "part.json", &["--shard", "1/2"]);
    folder.write("no.json", "{}");
    let mut page = String::new();
    for files in [&["one.json"][..], &["one.json", "part.json"], &["one.json", "no.json"], &["one.json", "missing.json"]] {
        let outcome = folder.run(&[&["compare"], files].concat());
        assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""), "{files:?}");
        page.push_str(&format!("$ compare {}\n{}\n", files.join(" "), normal(&outcome.stderr)));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn a_rule_that_is_no_longer_checked_gives_exit_status_1() {
    let folder = Folder::new();
    let run = |name: &str, version: &str| {
        let output = format!("json={name}");
        folder.run(&["--rule", "list.empty-list", "--snapshots", "off", "--walks", "0", "--api-version", version, "--report", &output]);
    };
    run("beta.json", "beta");
    run("v1.json", "v1.0");
    let lost = folder.run(&["compare", "beta.json", "v1.json"]);
    assert_eq!(lost.status, 1, "{}", lost.stdout);
    assert!(lost.stdout.contains("NO LONGER CHECKED 1 rule\nlist.empty-list"), "{}", lost.stdout);
    assert!(lost.verdict().starts_with("0 newly broken, 1 no longer checked, "), "{}", lost.stdout);
}
