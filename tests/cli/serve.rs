//! `serve`, and runs against what it serves.

use super::support::{Folder, Served};

#[test]
fn a_run_with_the_written_target_is_conformant_in_both_editions() {
    for edition in ["current", "legacy"] {
        let folder = Folder::new();
        let served = Served::start(&folder, &["--edition", edition]);
        assert!(served.url.starts_with("http://127.0.0.1:"), "{}", served.url);
        let outcome = folder.run(&["--target", "target.toml"]);
        assert_eq!(outcome.status, 0, "{edition}\n{}{}", outcome.stdout, outcome.stderr);
        assert!(outcome.verdict().starts_with("conformant: "), "{}", outcome.stdout);
    }
}

#[test]
fn a_served_fault_is_found() {
    let folder = Folder::new();
    let _served = Served::start(&folder, &["--fault", "delete.answers-200"]);
    let outcome = folder.run(&["--target", "target.toml", "--rule", "delete.answers-204"]);
    assert_eq!(outcome.status, 1, "{}{}", outcome.stdout, outcome.stderr);
}

#[test]
fn an_address_a_token_and_a_user_are_enough() {
    let folder = Folder::new();
    let served = Served::start(&folder, &["--users", "2"]);
    let target: toml::Table = folder.read("target.toml").parse().unwrap();
    let has = |identity: &&toml::Value, role: &str| identity["roles"].as_array().unwrap().iter().any(|own| own.as_str() == Some(role));
    let administrator = target["identities"].as_array().unwrap().iter().find(|identity| has(identity, "Authentication Administrator"));
    let token = administrator.unwrap()["token"].as_str().unwrap();
    let user = target["users"][0]["user_principal_name"].as_str().unwrap();
    let arguments = ["--base-url", &served.url, "--token-env", "MOCK_TOKEN", "--user", user, "--rule", "create."];
    let outcome = folder.run_with(&arguments, &[("MOCK_TOKEN", token)]);
    assert_eq!(outcome.status, 0, "{}{}", outcome.stdout, outcome.stderr);
    assert!(!outcome.stdout.contains(token));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let folder = Folder::new();
    let served = Served::start(&folder, &[]);
    let address = served.url.trim_start_matches("http://");
    let outcome = folder.run(&["serve", "--listen", address]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.starts_with(&format!("error: can't listen on {address}: ")), "{}", outcome.stderr);
    assert!(outcome.stderr.ends_with("hint: --listen 127.0.0.1:0 takes any free port\n"), "{}", outcome.stderr);
}

#[cfg(unix)]
#[test]
fn it_ends_when_asked_to() {
    let folder = Folder::new();
    assert_eq!(Served::start(&folder, &[]).terminate(), 0);
}
