//! `serve`, and runs against its server.

use super::support::{Folder, Served};

#[test]
#[ignore = "slow; .ci/run runs it"]
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

/// A short run against the server.
fn checks(folder: &Folder) -> i32 {
    folder.run(&["--target", "target.toml", "--rule", "delete.answers-204"]).status
}

#[test]
fn it_listens_on_a_given_port() {
    for address in ["0", ":0", "localhost:0"] {
        let folder = Folder::new();
        let served = Served::listening(&folder, address, &[]);
        assert!(served.url.starts_with("http://127.0.0.1:"), "{}", served.url);
    }
    let outcome = Folder::new().run(&["serve", "--listen", "example.com:8080"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("localhost:8080"), "{}", outcome.stderr);
}

#[test]
fn a_target_of_a_server_on_every_address_names_loopback() {
    let folder = Folder::new();
    let served = Served::listening(&folder, "0.0.0.0:0", &[]);
    assert!(served.url.starts_with("http://0.0.0.0:"), "{}", served.url);
    assert!(folder.read("target.toml").contains("base_url = \"http://127.0.0.1:"));
    assert_eq!(checks(&folder), 0);
}

#[test]
fn it_starts_with_the_users_of_a_file_and_a_run_puts_them_back() {
    const SEED: &str = r#"
        [[users]]
        id = "11111111-2222-3333-4444-555555555555"
        user_principal_name = "pat@contoso.example"
        phones = [{ phone_type = "mobile", phone_number = "+1 4255550001" }]
    "#;
    let folder = Folder::new();
    folder.write("users.toml", SEED);
    let _served = Served::start(&folder, &["--seed-file", "users.toml", "--users", "2", "-v"]);
    let target: toml::Table = folder.read("target.toml").parse().unwrap();
    assert_eq!(target["users"][0]["user_principal_name"].as_str(), Some("pat@contoso.example"));
    assert_eq!(target["users"][1]["user_principal_name"].as_str(), Some("kim@contoso.example"));
    assert_eq!(checks(&folder), 0);
    let log = folder.read("log.txt");
    let path = "/v1.0/users/11111111-2222-3333-4444-555555555555/authentication/phoneMethods";
    assert!(log.contains(&format!("GET {path} 200\n")), "{log}");

    for (file, text, wrong) in [
        ("typo.toml", SEED.replace("phone_number", "number"), "error: typo.toml:5:44: unknown field `number`, expected"),
        ("typo.json", "{\n\"user\": []}".to_owned(), "error: typo.json:2:6: unknown field `user`, expected `users`"),
        ("number.toml", SEED.replace("+1 4", "+14"), "error: number.toml:5:59: `+14255550001`: The phone number is not"),
        ("twice.toml", format!("{SEED}{SEED}"), "error: twice.toml: pat@contoso.example is there twice"),
    ] {
        folder.write(file, &text);
        let outcome = folder.run(&["serve", "--seed-file", file]);
        assert_eq!(outcome.status, 2, "{file}");
        assert!(outcome.stderr.starts_with(wrong), "{}", outcome.stderr);
    }
    assert_eq!(folder.run(&["serve", "--seed-file", "missing.toml"]).status, 2);
}

#[test]
fn requests_are_logged_without_tokens_and_only_when_asked_for() {
    let folder = Folder::new();
    let served = Served::start(&folder, &["-v"]);
    assert_eq!(checks(&folder), 0);
    let (target, log): (toml::Table, _) = (folder.read("target.toml").parse().unwrap(), folder.read("log.txt"));
    assert!(log.lines().any(|line| line.starts_with("POST /v1.0/users/") && line.ends_with("/authentication/phoneMethods 201")), "{log}");
    assert!(log.lines().any(|line| line.contains(" 404 resourceNotFound: ")), "{log}");
    for identity in target["identities"].as_array().unwrap() {
        assert!(!log.contains(identity["token"].as_str().unwrap()));
    }
    drop(served);

    let _silent = Served::start(&folder, &[]);
    assert_eq!(checks(&folder), 0);
    assert_eq!(folder.read("log.txt"), "");
}

#[test]
fn a_run_waits_as_a_throttling_server_asks() {
    let folder = Folder::new();
    let _served = Served::start(&folder, &["--throttle", "20/s", "--latency", "1ms", "-v"]);
    assert_eq!(checks(&folder), 0);
    assert!(folder.read("log.txt").contains(" 429 TooManyRequests: Please retry again later.\n"));
    for wrong in [["--throttle", "20"], ["--throttle", "20/0s"], ["--latency", "soon"]] {
        assert_eq!(folder.run(&["serve", wrong[0], wrong[1]]).status, 2, "{wrong:?}");
    }
}

#[cfg(unix)]
#[test]
fn it_stops_on_a_signal() {
    let folder = Folder::new();
    assert_eq!(Served::start(&folder, &[]).terminate(), 0);
}
