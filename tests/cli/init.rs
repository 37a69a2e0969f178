//! `init`: the file that it writes, and the files that it does not touch.

use super::mistakes::{answering, refusing};
use super::support::{Folder, Served};

#[test]
fn a_file_is_written_that_a_dry_run_takes() {
    let folder = Folder::new();
    let outcome = folder.run(&["init"]);
    assert_eq!(outcome.status, 0);
    insta::assert_snapshot!(outcome.shown());
    let dry = folder.run(&["--target", "target.toml", "--dry-run"]);
    assert_eq!(dry.status, 0, "{}", dry.stderr);
    insta::assert_snapshot!("the_file", folder.read("target.toml"));
}

#[test]
fn an_existing_file_is_not_changed() {
    let folder = Folder::new();
    folder.write("mine.toml", "mine");
    let outcome = folder.run(&["init", "mine.toml"]);
    assert_eq!((outcome.status, folder.read("mine.toml").as_str()), (2, "mine"));
    assert_eq!(outcome.stderr, "error: mine.toml already exists\nhint: name another file, or remove this one first\n");
}

#[test]
fn options_become_a_file_that_checks_the_same_rules() {
    let folder = Folder::new();
    let options = ["--base-url", "http://127.0.0.1:1/graph", "--token-env", "TOKEN", "--user", "kim@contoso.com", "--user", "7"];
    for versions in [&[][..], &["--api-version", "beta"], &["--api-version", "v1.0", "--api-version", "beta"]] {
        let options = [&options, versions].concat();
        let name = format!("{}.toml", versions.len());
        let outcome = folder.run(&[&["init", &name][..], &options].concat());
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        assert!(outcome.stdout.contains("checks what the options check"), "{}", outcome.stdout);
        let [by_options, by_file] = [&options[..], &["--target", &name]].map(|target| {
            let dry = folder.run(&[target, &["--dry-run"]].concat()).stdout;
            let (runs, rest) = dry.split_once("would skip").unwrap();
            (runs.to_owned(), rest.lines().last().unwrap().to_owned())
        });
        assert_eq!(by_options, by_file);
    }
}

#[test]
fn advice_to_use_a_target_file_names_the_command_that_writes_one() {
    let folder = Folder::new();
    let served = Served::start(&folder, &[]);
    let target: toml::Value = folder.read("target.toml").parse().map(toml::Value::Table).unwrap();
    let token = target["identities"][0]["token"].as_str().unwrap();
    let user = |index: usize| target["users"][index]["id"].as_str().unwrap();
    let error = |status, body: &str| format!("http://{}", answering(status, "application/json", body));
    let urls = [
        served.url.clone(),
        "https://graph.example.com".to_owned(),
        "http://graph.example.com".to_owned(),
        "https://graph.microsoft.com".to_owned(),
        refusing(),
        error(401, "{}"),
        error(403, "{}"),
        error(404, "{}"),
        error(200, "{}"),
    ];
    let users: [&[&str]; 2] = [&["--user", user(0)], &["--user", user(0), "--user", user(1)]];
    let mores: [&[&str]; 4] = [
        &["--dry-run"],
        &["--rule", "create.is-stored", "--rule", "create.a"],
        &["--rule", "create.application-allowed"],
        &["-v", "--rule", "list.a"],
    ];
    for url in &urls {
        for users in users {
            for more in mores {
                let call = [&["--base-url", url, "--token-env", "TOKEN", "--wait", "0s", "--walks", "0"], users, more].concat();
                let outcome = folder.run_with(&call, &[("TOKEN", token)]);
                let text = format!("{}{}", outcome.stdout, outcome.stderr);
                let speaks_of_files =
                    ["[[", "target file", "version_paths", "modify_users", "cloud"].iter().any(|words| text.contains(words));
                let command = format!("graph-phone-conformance init target.toml --base-url {url} --token-env TOKEN {}", users.join(" "));
                let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(!text.contains("base_url") && !text.contains("[["), "{call:?}\n{text}");
                assert!(!speaks_of_files || flat.contains(&command), "{call:?}\n{text}");
                if outcome.stdout.contains("SKIP") && more.len() < 3 {
                    assert_eq!(flat.matches(&command).count(), 1, "{call:?}\n{text}");
                }
            }
        }
    }
}
