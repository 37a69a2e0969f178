//! Tokens that can't be fetched: the error is one sentence, and nothing is sent to the endpoint.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::common::graph::{Fate, Manner, start_fated};
use crate::common::{Request, listen, reply, run};

const SECRET: &str = "hush/hush+hush";

/// The message of a run that fetches its tokens from this address.
fn complaint(token_url: &str) -> String {
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    let endpoint = listen(move |_, stream| {
        counter.fetch_add(1, Ordering::Relaxed);
        reply(stream, 200, &[], b"{}")
    });
    let target = format!(
        "name = \"t\"\nbase_url = \"http://{endpoint}\"\nrequest_timeout = \"2s\"\n\
         [[identities]]\nname = \"app\"\nkind = \"application\"\nscopes = [\"UserAuthenticationMethod.ReadWrite.All\"]\n\
         token = {{ client_credentials = {{ client_id = \"c\", client_secret = \"{SECRET}\", token_url = \"{token_url}\" }} }}\n\
         [[users]]\nid = \"1\"\n"
    );
    let run = run(&target, &["-vvv"]);
    assert_eq!((run.status, sent.load(Ordering::Relaxed)), (Some(2), 0), "{}", run.all);
    assert!(!run.all.contains("hush"), "{}", run.all);
    let lines: Vec<_> = run.all.lines().collect();
    assert!(lines.len() == 2 && lines[1].starts_with("hint: "), "{}", run.all);
    let sentence = lines[0].strip_prefix("error: no token for the identity `app`: ").unwrap();
    sentence.split_once(", which should issue a token, ").unwrap().1.to_owned()
}

fn answered(status: u16, headers: &'static [(&'static str, &'static str)], body: &'static str) -> String {
    let issuer = listen(move |_, stream| reply(stream, status, headers, body.as_bytes()));
    complaint(&format!("http://{issuer}/token"))
}

#[test]
fn an_issuer_that_gives_no_token_is_reported() {
    let refused = answered(400, &[], r#"{"error":"invalid_client","error_description":"the secret hush%2Fhush%2Bhush is wrong\r\nTrace"}"#);
    assert_eq!(refused, "refuses with 400: invalid_client: the secret [secret] is wrong");
    assert_eq!(answered(200, &[("Content-Type", "text/html")], "<html>Log in</html>"), "answers 200 with a web page");
    assert_eq!(answered(200, &[], "{}"), "answers 200 without an `access_token`");
}

#[test]
fn a_secret_follows_no_redirect() {
    let elsewhere = listen(|_, _| panic!("nobody may come here"));
    let issuer = listen(move |_, stream| reply(stream, 307, &[("Location", &format!("http://{elsewhere}/token"))], b""));
    assert_eq!(complaint(&format!("http://{issuer}/token")), "redirects (307); the client secret is never sent to another address");
}

#[test]
fn an_issuer_that_does_not_answer_is_reported() {
    let silent = listen(|_, _| {
        std::thread::sleep(Duration::from_secs(60));
        false
    });
    assert_eq!(complaint(&format!("http://{silent}/token")), "does not answer completely within 2s");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(complaint(&format!("http://{closed}/token")).starts_with("can't be asked: "));
    let endless = listen(|_, stream| reply(stream, 200, &[], &vec![b' '; 1 << 20]));
    assert_eq!(complaint(&format!("http://{endless}/token")), "answers with more than 262144 bytes");
}

#[test]
fn a_secret_is_not_sent_over_a_network_in_plain_text() {
    let target = "name = \"t\"\nbase_url = \"http://127.0.0.1:1\"\n\
         [[identities]]\nname = \"app\"\nkind = \"application\"\n\
         token = { client_credentials = { client_id = \"c\", client_secret = \"hush\", token_url = \"http://login.example.com/token\" } }\n\
         [[users]]\nid = \"1\"\n";
    let run = run(target, &[]);
    assert_eq!(run.status, Some(2));
    assert!(run.all.contains("reaches login.example.com by plain http") && !run.all.contains("hush"), "{}", run.all);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_token_that_expires_during_a_run_fails_no_rule() {
    for (name, rules, alone) in [("user", ["list.", "create."], true), ("privileged", ["delete.", "update."], false)] {
        let asked = AtomicUsize::new(0);
        let expires = move |_: usize, request: &Request| {
            let is_theirs = request.header("authorization") == format!("Bearer {name}/{name}");
            let good_for = if alone { 4 } else { 300 };
            if is_theirs && asked.fetch_add(1, Ordering::Relaxed) >= good_for { Fate::Unauthorized } else { Fate::Answered }
        };
        let before = &[("mobile", "+1 2065550111"), ("office", "+1 2065550113")];
        let (target, look) = start_fated(&Manner { before, ..Manner::default() }, expires);
        let had = look();
        let run = run(&target, &["--rule", rules[0], "--rule", rules[1]]);
        assert_eq!(run.rules(&["failed", "warned"]), Vec::<String>::new(), "{}", run.all);
        assert!(!run.rules(&["errored"]).is_empty() && !run.rules(&["passed"]).is_empty(), "{}", run.all);
        assert_eq!(run.status, Some(3));
        assert_eq!(look(), had, "another administrator puts users back");
        let sentence = format!("the token of the identity `{name}` was accepted before, but now gets 401: it may have expired");
        assert!(run.all.contains(&sentence), "{}", run.all);
    }
}

#[test]
fn a_401_of_only_one_operation_is_judged() {
    let refuses = |_: usize, request: &Request| {
        let is_theirs = request.header("authorization") == "Bearer user/user";
        if is_theirs && request.method == "GET" && request.path.matches('/').count() > 4 { Fate::Unauthorized } else { Fate::Answered }
    };
    let (target, _) = start_fated(&Manner::default(), refuses);
    let run = run(&target, &["--rule", "get."]);
    assert!(run.status == Some(1) && run.rules(&["errored"]).is_empty(), "{}", run.all);
}
