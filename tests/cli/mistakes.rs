//! Common mistakes of people who set up an endpoint. The output must tell them what to do next.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};

use super::support::{Folder, Outcome, Served, normal};

const UNKNOWN_PATH: &str = r#"{"statusCode":404,"message":"Cannot GET"}"#;
const UNKNOWN_USER: &str = r#"{"error":{"code":"Request_ResourceNotFound","message":"Resource does not exist."}}"#;
const EXPIRED: &str = r#"{"error":{"code":"InvalidAuthenticationToken","message":"Lifetime validation failed, the token is expired."}}"#;

/// A server that gives every request the same answer.
pub fn answering(status: u16, content_type: &str, body: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let length = body.len();
    let answer = format!("HTTP/1.1 {status} Status\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream);
                while let Some(length) = request(&mut reader) {
                    let mut body = vec![0; length];
                    if reader.read_exact(&mut body).is_err() || reader.get_mut().write_all(answer.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

/// An address where nothing listens.
pub fn refusing() -> String {
    format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap())
}

/// Reads the head of a request, and returns the length of its body.
fn request(reader: &mut impl std::io::BufRead) -> Option<usize> {
    let mut length = 0;
    for line in reader.lines() {
        let line = line.ok()?.to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.is_empty() {
            return Some(length);
        }
    }
    None
}

/// Runs one rule against an endpoint from the command line.
fn run(url: &str, more: &[&str], token: &str) -> Outcome {
    let arguments = ["--base-url", url, "--token-env", "TOKEN", "--user", "kim@contoso.com", "--rule", "create.one-phone-per-type"];
    Folder::new().run_with(&[&arguments, more].concat(), &[("TOKEN", token)])
}

/// The note about the run as a whole.
fn note(outcome: &Outcome) -> String {
    let lines: Vec<&str> = outcome.stdout.lines().take_while(|line| !line.is_empty()).collect();
    normal(&lines.join("\n"))
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn an_endpoint_that_can_not_be_judged_is_one_sentence_and_a_hint() {
    let at = |address: SocketAddr| format!("http://{address}");
    let ssh = answering_in_another_language();
    let mistakes = [
        ("no server at the address", refusing()),
        ("the port of another service", at(ssh)),
        ("https to a plain port", format!("https://{}", answering(200, "application/json", "{}"))),
        ("a wrong path prefix, or a forgotten version segment", format!("{}/graph", at(answering(404, "application/json", UNKNOWN_PATH)))),
        ("a user who does not exist", at(answering(404, "application/json", UNKNOWN_USER))),
        ("an expired token", at(answering(401, "application/json", EXPIRED))),
        ("a sign-in page", at(answering(200, "text/html", "<html>Sign in</html>"))),
        ("nothing but 200", at(answering(200, "application/json", ""))),
        ("a broken gateway", at(answering(502, "text/plain", "bad gateway"))),
    ];
    let mut page = String::new();
    for (what, url) in mistakes {
        let folder = Folder::new();
        folder.write(
            "target.toml",
            &format!(
                "name = \"acme\"\nbase_url = \"{url}\"\nrequest_timeout = \"20s\"\n\
                 [[identities]]\nname = \"a\"\nkind = \"application\"\nscopes = [\"UserAuthenticationMethod.ReadWrite.All\"]\ntoken = \"secret\"\n\
                 [[users]]\nid = \"kim@contoso.com\"\n"
            ),
        );
        let outcome = folder.run(&["--target", "target.toml", "--rule", "create.one-phone-per-type", "--snapshots", "off"]);
        assert_eq!((outcome.status, outcome.stderr.as_str()), (3, ""), "{what}: {}", outcome.stdout);
        page.push_str(&format!("# {what}\n{}\n\n", note(&outcome)));
    }
    insta::assert_snapshot!(page);
}

/// A server that speaks a protocol other than HTTP.
fn answering_in_another_language() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let _ = stream.read(&mut [0]);
                let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n");
                let _ = stream.read_to_end(&mut Vec::new());
            });
        }
    });
    address
}

#[test]
fn one_user_who_does_not_exist_is_named() {
    let folder = Folder::new();
    let _served = Served::start(&folder, &[]);
    let target = folder.read("target.toml");
    folder.write("target.toml", &format!("{target}\n[[users]]\nid = \"11111111-1111-4111-8111-111111111111\"\n"));
    let outcome = folder.run(&["--target", "target.toml", "--rule", "create.one-phone-per-type", "--snapshots", "off"]);
    assert_eq!(outcome.status, 3);
    insta::assert_snapshot!(note(&outcome));
}

#[test]
fn invalid_tokens_are_reported_before_anything_is_sent() {
    for (token, message) in [
        ("", "error: no token for the identity `administrator`: the environment variable `TOKEN` is empty\n"),
        (
            "Bearer x.y",
            "error: no token for the identity `administrator`: the environment variable `TOKEN` contains spaces or characters that no token contains\n",
        ),
    ] {
        let outcome = run("http://127.0.0.1:1", &[], token);
        assert_eq!(outcome.status, 2);
        assert!(outcome.stderr.starts_with(message) && outcome.stderr.contains("\nhint: "), "{}", outcome.stderr);
    }
}

#[test]
fn a_token_may_end_with_a_line_break() {
    let folder = Folder::new();
    let served = Served::start(&folder, &[]);
    let target: toml::Table = folder.read("target.toml").parse().unwrap();
    let token = target["identities"][0]["token"].as_str().unwrap();
    let user = target["users"][0]["id"].as_str().unwrap();
    let arguments =
        ["--base-url", &served.url, "--token-env", "TOKEN", "--user", user, "--rule", "create.one-phone-per-type", "--snapshots", "off"];
    let outcome = folder.run_with(&arguments, &[("TOKEN", &format!("{token}\r\n"))]);
    assert_eq!(outcome.status, 0, "{}{}", outcome.stdout, outcome.stderr);
}

#[test]
fn text_from_a_file_does_not_control_the_terminal() {
    let folder = Folder::new();
    let rule = "@create @contract\nFeature: F\n\n  @id:create.a @must @stated\n  Rule: It holds.\n    Source: s, Section\n";
    folder.write("features/a.feature", &format!("{rule}\n    Scenario: One\n      Given x\n\u{0}\u{1b}]0;owned\u{7}\u{1b}[2J  Then y\n"));
    folder.write("target.toml", "name = \"a\"\n\"\\u001b[2J\" = 1\n");
    for arguments in [["--features", "features"], ["--target", "target.toml"]] {
        let outcome = folder.run(&arguments);
        assert_eq!(outcome.status, 2);
        assert!(!outcome.stderr.contains(|c: char| c.is_control() && c != '\n'), "{:?}", outcome.stderr);
        assert!(outcome.stderr.contains(r"\u{1b}[2J"), "{:?}", outcome.stderr);
    }
}

#[test]
fn a_folder_of_features_may_have_its_own_words_of_the_api() {
    let folder = Folder::new();
    let features = |path: &str| std::fs::read_to_string(format!("{}/features/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    folder.write("features/get/contract.feature", &features("get/contract.feature"));
    let run =
        || folder.run(&["--features", "features", "--rule", "get.addressed-by-the-well-known-id", "--snapshots", "off", "--walks", "0"]);
    assert_eq!(run().status, 0, "without the file the built-in words serve");
    let (api, office) = (features("api.toml"), "e37fc753-ff3b-4958-9484-eaa9425c82bc");
    folder.write("features/api.toml", &api.replace(office, "11111111-ff3b-4958-9484-eaa9425c82bc"));
    assert_eq!(run().status, 1);
    folder.write("features/api.toml", &api.replace("name = \"office\"", "name = \"desk\""));
    let outcome = run();
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("there must be one type `office`"), "{}", outcome.stderr);
}
