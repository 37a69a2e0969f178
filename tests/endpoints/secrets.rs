//! An endpoint that echoes everything it receives. No output and no file may contain a secret.

#![cfg(unix)]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use crate::common::graph::{Fate, Manner, start_fated};
use crate::common::{Request, listen, reply};
use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

const VARIABLES: [(&str, &str); 4] = [
    ("ADMIN_TOKEN", "opaque-Token_1/with+signs=and~more.of&them"),
    ("COMMAND_TOKEN", "eyJhbGciOiJub25lIn0.eyJvaWQiOiI3In0.s1gnature-of-7"),
    ("CLIENT_SECRET", "c1ient&s3cret+for=all/of%20them"),
    ("X_KEY", "k3y in \"quotes\" & <angle> br\\ckets"),
];
const ISSUED: &str = "issued.T0ken/of+the~client=";

/// The number of requests after which the issued token is refused.
const GOOD_FOR: usize = 300;

fn secrets() -> impl Iterator<Item = &'static str> {
    VARIABLES.into_iter().map(|(_, secret)| secret).chain([ISSUED])
}

/// The encodings of a text that an endpoint may use.
fn forms(text: &str) -> Vec<String> {
    let escaped = |keep: &str, write: &dyn Fn(char) -> String| -> String {
        text.chars().map(|c| if c.is_ascii_alphanumeric() || keep.contains(c) { c.to_string() } else { write(c) }).collect()
    };
    let percent = |c: char| format!("%{:02X}", u32::from(c));
    let mut forms = vec![
        text.to_owned(),
        escaped("", &percent),
        escaped("-_.~", &percent),
        escaped("-_.~", &percent).replace('%', "%25"),
        escaped("-_.~", &percent).to_lowercase(),
        escaped("", &|c| format!("\\u{:04x}", u32::from(c))),
        escaped("", &|c| format!("&#{};", u32::from(c))),
        text.replace('/', "\\/"),
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
        text.chars().rev().collect(),
        text.bytes().map(|byte| format!("{byte:02x}")).collect(),
    ];
    for before in ["", ":", "Bearer "] {
        forms.push(STANDARD.encode(format!("{before}{text}")));
        forms.push(URL_SAFE_NO_PAD.encode(format!("{before}{text}")));
    }
    forms
}

/// Every secret in every encoding.
fn everything() -> String {
    secrets().flat_map(forms).collect::<Vec<_>>().join(" ")
}

/// What no output may contain: every long part of a secret, in every encoding.
static PARTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    const LONG: usize = 14;
    let forms = secrets().flat_map(forms);
    let parts = forms.flat_map(|form| form.as_bytes().windows(LONG.min(form.len())).map(<[u8]>::to_vec).collect::<Vec<_>>());
    AhoCorasick::new(parts).unwrap()
});

fn holds_no_secret(what: &str, text: &str) {
    if let Some(found) = PARTS.find(text) {
        let around = &text.as_bytes()[found.start().saturating_sub(200)..(found.end() + 200).min(text.len())];
        panic!("a part of a secret is in {what}: {}", String::from_utf8_lossy(around));
    }
}

/// Forwards a request to a server with its own tokens; returns status and body.
fn forwarded(request: &Request, token: &str, server: SocketAddr) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(server).ok()?;
    let content_type = request.header("content-type");
    write!(
        stream,
        "{} {} HTTP/1.1\r\nAuthorization: {token}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{}",
        request.method,
        request.path,
        request.body.len(),
        request.body
    )
    .ok()?;
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        lines.push(line);
    }
    let status = lines[0].split(' ').nth(1)?.parse().ok()?;
    let length = lines.iter().find_map(|line| line.strip_prefix("Content-Length: "));
    let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
    reader.read_exact(&mut body).ok()?;
    Some((status, String::from_utf8(body).unwrap()))
}

/// The token that the server behind the proxy knows instead of one of these.
fn translated(authorization: &str) -> String {
    let known = [(VARIABLES[0].1, "privileged"), (VARIABLES[1].1, "authentication"), (ISSUED, "application")];
    let name = known.into_iter().find(|(token, _)| authorization == format!("Bearer {token}")).map(|(_, name)| name);
    name.map_or_else(|| authorization.to_owned(), |name| format!("Bearer {name}/{name}"))
}

/// A server that stores phones and adds every secret it knows to each answer. It issues as many tokens as `tokens`
/// allows. It also copies the journals while a run goes on.
fn echoing(journals: PathBuf, journal: Arc<Mutex<String>>, tokens: Arc<AtomicUsize>) -> SocketAddr {
    let before = &[("mobile", "+1 2065550111"), ("office", "+1 2065550113x9")];
    let (target, _) = start_fated(&Manner { before, ..Manner::default() }, |_, _| Fate::Answered);
    let server = target.split('"').find_map(|text| text.strip_prefix("http://")).unwrap().parse().unwrap();
    let asked = AtomicUsize::new(0);
    listen(move |request, stream| {
        let echo = everything();
        if request.path == "/token" {
            let refusal = json!({ "error": echo, "error_description": echo });
            let token = json!({ "access_token": ISSUED, "expires_in": 3599 });
            let issues = tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
            return reply(stream, if issues { 200 } else { 400 }, &[], (if issues { token } else { refusal }).to_string().as_bytes());
        }
        let count = asked.fetch_add(1, Ordering::Relaxed);
        if count == GOOD_FOR {
            *journal.lock().unwrap() = texts(&journals).into_iter().map(|(_, text)| text).collect();
        }
        let authorization = request.header("authorization");
        let ended = count > GOOD_FOR && authorization == format!("Bearer {ISSUED}");
        let Some((status, body)) = forwarded(request, &translated(authorization), server) else { return false };
        let location = format!("http://elsewhere.invalid/?token={}&state={}", forms(secrets().next().unwrap())[2], forms(ISSUED)[11]);
        let headers = [("Content-Type", "application/json"), ("X-Echo", echo.as_str()), ("Location", location.as_str())];
        let error = json!({ "error": { "code": echo, "message": echo, "innerError": { "request": authorization } } });
        if ended {
            return reply(stream, 401, &headers, error.to_string().as_bytes());
        }
        match serde_json::from_str::<Value>(&body) {
            _ if count % 29 == 28 => reply(stream, 307, &headers, echo.as_bytes()),
            Ok(mut answer) if status < 300 => {
                answer["echo"] = json!(echo);
                reply(stream, status, &headers, answer.to_string().replace('+', "\\u002b").as_bytes())
            }
            _ if status >= 400 => reply(stream, status, &headers, error.to_string().as_bytes()),
            _ => reply(stream, status, &headers, body.as_bytes()),
        }
    })
}

/// Every file below a folder, with its contents.
fn texts(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(texts(&path));
        } else {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            found.push((path, text));
        }
    }
    found
}

fn target(address: SocketAddr) -> String {
    let mut target = format!(
        "name = \"echo\"\nbase_url = \"http://{address}\"\nversions = [\"v1.0\", \"beta\"]\nrequest_timeout = \"20s\"\n\
         [headers]\nx-key = {{ env = \"X_KEY\" }}\n"
    );
    let credentials = format!(
        "client_credentials = {{ client_id = \"c\", client_secret = {{ env = \"CLIENT_SECRET\" }}, token_url = \"http://{address}/token\" }}"
    );
    for (name, kind, role, token) in [
        ("administrator", "delegated", "Privileged Authentication Administrator", "env = \"ADMIN_TOKEN\""),
        ("other", "delegated", "Authentication Administrator", "command = [\"sh\", \"-c\", \"echo $COMMAND_TOKEN\"]"),
        ("application", "application", "", credentials.as_str()),
    ] {
        let (role, user) = if role.is_empty() { (String::new(), "") } else { (format!("\"{role}\""), "user = \"ada@contoso.com\"\n") };
        let _ = write!(
            target,
            "[[identities]]\nname = \"{name}\"\nkind = \"{kind}\"\nscopes = [\"UserAuthenticationMethod.ReadWrite.All\"]\n\
             roles = [{role}]\n{user}token = {{ {token} }}\n"
        );
    }
    for user in 0..4 {
        let _ = write!(target, "[[users]]\nid = \"00000000-0000-4000-8000-00000000000{user}\"\nsms_sign_in = {}\n", user % 2 == 0);
    }
    target
}

/// Runs the program in a folder, with the secrets in its environment.
fn program(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance"))
        .args(arguments)
        .current_dir(folder)
        .envs(VARIABLES)
        .env("XDG_STATE_HOME", folder)
        .env("GITHUB_STEP_SUMMARY", folder.join("summary.md"))
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    assert!(!said.contains("internal error") && !said.contains("panicked"), "{said}");
    (output.status.code(), said)
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn no_secret_is_printed_or_written() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, tokens) = (Arc::new(Mutex::new(String::new())), Arc::new(AtomicUsize::new(1)));
    let address = echoing(folder.path().join("journals"), Arc::clone(&journal), Arc::clone(&tokens));
    std::fs::write(folder.path().join("target.toml"), target(address)).unwrap();
    let mut said = Vec::new();
    let mut call = |statuses: &[i32], arguments: &[&str]| {
        let (status, text) = program(folder.path(), arguments);
        assert!(status.is_some_and(|status| statuses.contains(&status)), "{arguments:?} {status:?}: {text}");
        said.push((arguments.join(" "), text));
    };
    let run = ["run", "--target", "target.toml", "--journal-dir", "journals", "--seed", "7", "-vvv"];
    let mut first: Vec<&str> = run.to_vec();
    first.extend(["--write-expect", "known.toml", "--snapshots", "record", "--report", "github"]);
    let reports = ["json=report.json", "junit=junit.xml", "cucumber-json=cucumber.json", "html=page.html", "markdown=page.md"];
    first.extend(reports.iter().flat_map(|report| ["--report", report]));
    call(&[1], &first);
    tokens.store(1, Ordering::Relaxed);
    call(&[1], &[&run[..], &["--snapshots", "compare", "--rerun", "report.json", "--report", "json=again.json"]].concat());
    call(&[0, 1], &["compare", "report.json", "again.json"]);
    call(&[1, 2], &["merge", "report.json"]);
    // Now the issuer issues no more tokens, so nothing is sent. Its error text is short enough to show.
    call(&[2], &run);

    let written = texts(folder.path());
    for name in ["report.json", "again.json", "junit.xml", "cucumber.json", "page.html", "page.md", "summary.md", "known.toml"] {
        let (_, text) = written.iter().find(|(path, _)| path.ends_with(name)).unwrap_or_else(|| panic!("no {name}"));
        assert!(name == "known.toml" || text.contains("[secret]"), "{name}");
    }
    assert!(written.iter().any(|(path, text)| path.extension().is_some_and(|end| end == "snap") && text.contains("[secret]")));
    assert!(PARTS.is_match(&everything()));
    let journal = journal.lock().unwrap().clone();
    assert!(journal.contains("+1 2065550111"), "{journal}");
    for (path, text) in written.iter().map(|(path, text)| (path.display().to_string(), text)) {
        holds_no_secret(&path, text);
    }
    holds_no_secret("the journal", &journal);
    for (arguments, text) in &said {
        holds_no_secret(arguments, text);
    }
}

#[test]
fn phones_that_show_a_secret_are_neither_recorded_nor_changed() {
    for property in ["id", "phoneNumber", "smsSignInState"] {
        let (folder, wrote) = (tempfile::tempdir().unwrap(), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&wrote);
        let address = listen(move |request, stream| {
            count.fetch_add(usize::from(request.method != "GET"), Ordering::Relaxed);
            let mut phone = json!({ "id": "1", "phoneNumber": "+1 2065550111", "phoneType": "office", "smsSignInState": "notSupported" });
            phone[property] = json!(format!("+1 {}", request.header("authorization")));
            reply(stream, 200, &[("Content-Type", "application/json")], json!({ "value": [phone] }).to_string().as_bytes())
        });
        let target = format!(
            "name = \"echo\"\nbase_url = \"http://{address}\"\n[[identities]]\nname = \"a\"\nkind = \"application\"\n\
             scopes = [\"UserAuthenticationMethod.ReadWrite.All\"]\ntoken = {{ env = \"ADMIN_TOKEN\" }}\n[[users]]\nid = \"1\"\n"
        );
        std::fs::write(folder.path().join("target.toml"), target).unwrap();
        let (status, said) = program(folder.path(), &["--target", "target.toml", "--report", "json=report.json"]);
        assert_eq!((status, wrote.load(Ordering::Relaxed)), (Some(3), 0), "{said}");
        assert!(said.contains("the phones of user 1 contain a secret that the run sent"), "{said}");
        holds_no_secret("the output", &said);
        for (path, text) in texts(folder.path()) {
            holds_no_secret(&path.display().to_string(), &text);
        }
    }
}
