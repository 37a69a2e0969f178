//! Exit statuses 0, 1, 3 and 4, with their pages.

use std::net::TcpListener;

use super::support::{Folder, run};

/// A rule and a fault that breaks it.
const RULE: &str = "create.one-phone-per-type";
const FAULT: &str = "create.second-mobile-replaces-the-first";

#[test]
fn the_reference_server_is_conformant() {
    let outcome = run(&[]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""), "{}", outcome.stdout);
    assert!(outcome.verdict().starts_with("conformant: "), "{}", outcome.stdout);
    assert!(!outcome.stdout.contains("FAIL"));
}

#[test]
fn a_fault_is_found_and_shown() {
    let outcome = run(&["--fault", FAULT, "--rule", RULE, "-j", "1", "--seed", "7", "--snapshots", "off", "--walks", "0"]);
    assert_eq!(outcome.status, 1);
    insta::assert_snapshot!(outcome.shown());
}

#[test]
fn a_fault_is_found_among_all_rules() {
    let outcome = run(&["--fault", FAULT]);
    assert_eq!(outcome.status, 1, "{}", outcome.stdout);
    assert!(outcome.stdout.contains(&format!("FAIL {RULE}")) && outcome.verdict().starts_with("nonconformant: "), "{}", outcome.stdout);
}

#[test]
fn a_broken_invariant_is_reported_for_the_request_that_broke_it() {
    // With one case per scenario, no scenario of the rule itself uses an office phone with an extension.
    let fault = ["--fault", "update.extension-is-not-configured", "--cells", "one"];
    let arguments = [&fault[..], &["--rule", "update.", "--walks", "0", "--snapshots", "off"]].concat();
    let brief = ["FAIL update.others-are-not-supported", "seen in   ", "after PATCH …/phoneMethods/", "sent      PATCH /"];
    for (more, parts) in [(&[][..], &brief[..]), (&["-v"], &[brief[0], brief[2], brief[3], "sent      GET /"])] {
        let outcome = run(&[&arguments, more].concat());
        assert_eq!(outcome.status, 1, "{}", outcome.stdout);
        assert_eq!(outcome.stdout.matches("FAIL ").count(), 1, "{}", outcome.stdout);
        for part in parts {
            assert!(outcome.stdout.contains(part), "{part} in {}", outcome.stdout);
        }
    }
}

#[test]
fn quiet_prints_what_failed_and_the_verdict() {
    let outcome = run(&["-q", "--fault", FAULT, "--rule", RULE, "--snapshots", "off"]);
    insta::assert_snapshot!(outcome.shown());
}

#[test]
fn verbose_prints_every_deviation_in_full() {
    let arguments = ["--fault", FAULT, "--rule", RULE, "-j", "1", "--snapshots", "off"];
    let normal = run(&arguments).stdout;
    let verbose = run(&[&arguments[..], &["-v"]].concat()).stdout;
    assert!(verbose.lines().count() > normal.lines().count());
    assert!(verbose.contains("content-type: ") && verbose.contains(&format!("{RULE}/")), "{verbose}");
}

#[test]
fn a_pipe_gets_no_colours() {
    let folder = Folder::new();
    let arguments = ["--fault", FAULT, "--rule", RULE, "--snapshots", "off"];
    assert!(!folder.run(&arguments).stdout.contains('\u{1b}'));
    assert!(folder.run_with(&arguments, &[("CLICOLOR_FORCE", "1")]).stdout.contains('\u{1b}'));
    assert!(!folder.run_with(&arguments, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).stdout.contains('\u{1b}'));
}

#[test]
fn where_nothing_listens_nothing_is_judged() {
    // This port was free a moment ago, so nothing listens on it.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let arguments = ["--base-url", &url, "--token-env", "TOKEN", "--user", "kim@contoso.com", "--rule", RULE, "--wait", "0s"];
    let outcome = Folder::new().run_with(&arguments, &[("TOKEN", "not-to-be-seen")]);
    assert_eq!(outcome.status, 3);
    assert!(!format!("{}{}", outcome.stdout, outcome.stderr).contains("not-to-be-seen"));
    insta::assert_snapshot!(outcome.shown());
}

#[test]
fn a_selection_of_nothing_verifies_nothing() {
    let outcome = run(&["--tags", "@create and @list"]);
    assert_eq!(outcome.status, 4);
    assert!(outcome.verdict().starts_with("nothing-verified: "), "{}", outcome.stdout);
}

#[test]
fn a_dry_run_sends_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // A dry run needs no token either.
    let arguments = ["--base-url", &url, "--token-env", "UNSET_TOKEN", "--user", "kim@contoso.com", "--dry-run", "--rule", RULE];
    let outcome = run(&arguments);
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    assert_eq!(outcome.status, 0);
    insta::assert_snapshot!(outcome.shown());
}

#[test]
fn a_dry_run_of_nothing_says_so() {
    assert_eq!(run(&["--dry-run", "--tags", "@create and @list"]).status, 4);
}
