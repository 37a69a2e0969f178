//! Servers with one mistake. Runs catch it and blame nothing else, and no user keeps anything that a run created.
//!
//! `ZOO=all cargo test --test endpoints zoo` tries every fault of the built-in server. `ZOO=create.*` tries some of
//! them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::common::graph::{Manner, start};
use crate::common::naive::{self, Death, Mistakes};
use crate::common::run;
use graph_phone_conformance::api::{ApiVersion, Edition};
use graph_phone_conformance::cli::reference::target;
use graph_phone_conformance::graph::Wallet;
use graph_phone_conformance::plan::{Plan, Selection};
use graph_phone_conformance::reference::{Fault, Options as ServerOptions, Server, start as serve};
use graph_phone_conformance::report::{Report, Verdict};
use graph_phone_conformance::run::{Options, run as check};
use graph_phone_conformance::suite::Suite;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[test]
fn an_application_with_a_user_behind_me_is_noticed_whoever_the_user_is() {
    let operations = ["create", "list", "get", "update", "delete", "enable-sms-sign-in", "disable-sms-sign-in"];
    let rules = operations.map(|operation| format!("{operation}.application-has-no-me"));
    let arguments: Vec<&str> = rules.iter().flat_map(|rule| ["--rule", rule.as_str()]).collect();
    // At first, the user that the application finds has no phones, so most of its requests seem to be refused.
    let run = run(&start(&Manner { application_has_me: true, ..Manner::default() }), &arguments);
    assert_eq!(run.rules(&["failed"]), rules);
    assert_eq!(run.status, Some(1));
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_mock_that_stores_any_type_breaks_one_rule_and_keeps_no_phone_of_the_run() {
    let mobile = json!({ "id": "3179e48a-750b-4051-897c-87b9720928f7", "phoneNumber": "+1 2065550111", "phoneType": "mobile",
        "smsSignInState": "notAllowedByPolicy" });
    for list_hides in [false, true] {
        for before in [vec![], vec![mobile.clone()]] {
            let (address, look) = naive::start(Mistakes { any_type: true, list_hides, ..Mistakes::default() }, &before);
            let had = look();
            let run = run(&naive::target(address), &[]);
            assert_eq!(look(), had, "{list_hides}: {}", run.all);
            assert_eq!(run.rules(&["failed"]), ["create.phone-type-is-known"], "{list_hides}: {}", run.all);
            assert_eq!(run.rules(&["errored", "blocked"]), Vec::<String>::new(), "{list_hides}: {}", run.all);
            assert!(run.rules(&["passed"]).len() > 60, "{}", run.all);
        }
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn no_phone_is_left_behind_whatever_ids_a_mock_uses() {
    let mistakes =
        |any_type, many_of_a_type, no_list| Mistakes { any_type, many_of_a_type, no_list, own_ids: true, list_hides: any_type, dies: None };
    for mistakes in [
        mistakes(false, false, false),
        mistakes(true, false, false),
        mistakes(true, true, false),
        // Without a list and a known id, a run can't know what users had before.
        mistakes(false, false, true),
        mistakes(true, true, true),
    ] {
        let (address, look) = naive::start(mistakes, &[]);
        let had = look();
        let run = run(&naive::target(address), &[]);
        assert_eq!(look(), had, "{mistakes:?}: {}", run.all);
        assert_eq!(run.status, Some(1), "{mistakes:?}: {}", run.all);
    }
}

#[test]
fn a_user_with_an_item_that_is_not_a_phone_is_named_and_not_changed() {
    let pager = json!({ "id": "Phone-0", "phoneNumber": "+1 2065550111", "phoneType": "pager", "smsSignInState": "notSupported" });
    let (address, look) = naive::start(Mistakes::default(), std::slice::from_ref(&pager));
    let had = look();
    let run = run(&naive::target(address), &[]);
    assert_eq!(look(), had, "{}", run.all);
    let notes = run.report["notes"].to_string();
    assert!(notes.contains("user kim@contoso.com (the item with phoneType \\\"pager\\\" and id Phone-0)"), "{notes}");
    assert!(!notes.contains("2065550111"), "{notes}");
    assert!(run.rules(&["passed"]).len() > 30, "the other user is judged: {}", run.all);
}

#[test]
fn the_request_that_stops_a_mock_is_named_first_and_only_once() {
    let (address, _) = naive::start(Mistakes { dies: Some(Death::ForGood), ..Mistakes::default() }, &[]);
    let run = run(&naive::target(address), &["--wait", "1s"]);
    let sentence = run.note().to_owned();
    assert!(sentence.starts_with("the endpoint stopped answering after P") && sentence.contains(" with the body `"), "{}", run.all);
    assert!(sentence.contains(".body-is-a-json-object/"), "{sentence}");
    let hint = run.report["notes"][0]["hint"].as_str().unwrap();
    assert!(hint.contains("curl -i -X P") && hint.contains("/users/") && hint.contains("--data-raw"), "{hint}");
    let rules = run.report["rules"].as_array().unwrap().iter().filter(|rule| rule["outcome"] == "errored");
    let reasons: std::collections::BTreeSet<_> = rules
        .flat_map(|rule| rule["scenarios"].as_array().unwrap())
        .filter(|scenario| scenario["outcome"] == "errored")
        .map(|scenario| scenario["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    // The requests that may stop a careless server come last, so the other results are known by then.
    assert!(run.rules(&["passed"]).len() > 50, "{}", run.all);
    assert!(matches!(run.status, Some(1 | 3)), "{}", run.all);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_run_continues_after_a_mock_is_started_again() {
    let (address, look) = naive::start(Mistakes { dies: Some(Death::Until(Duration::from_millis(700))), ..Mistakes::default() }, &[]);
    let had = look();
    let run = run(&naive::target(address), &[]);
    assert_eq!(look(), had, "{}", run.all);
    let sentence = run.note();
    assert!(sentence.starts_with("the endpoint took no connections for ") && sentence.contains(" with the body `"), "{}", run.all);
    assert!(run.rules(&["passed"]).len() > 50, "{}", run.all);
    assert_eq!(run.rules(&["failed"]), Vec::<String>::new(), "{}", run.all);
}

#[test]
fn a_run_waits_for_a_mock_that_is_about_to_start() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let target = naive::target(address);
    let clock = std::time::Instant::now();
    let hasty = run(&target, &["--wait", "0s", "--rule", "list."]);
    assert!(hasty.status == Some(3) && clock.elapsed() < Duration::from_secs(5), "{}", hasty.all);
    let late = std::thread::spawn(move || run(&target, &["--rule", "list."]));
    std::thread::sleep(Duration::from_millis(800));
    naive::start_at(address);
    let late = late.join().unwrap();
    assert_eq!(late.status, Some(0), "{}", late.all);
}

#[test]
fn two_identities_with_one_token_count_as_one() {
    let (address, _) = naive::start(Mistakes::default(), &[]);
    let target = naive::target(address);
    let user = format!(
        "[[identities]]\nname = \"kim\"\nkind = \"delegated\"\nscopes = [\"UserAuthenticationMethod.ReadWrite\"]\nuser = \"{}\"\ntoken = \"{}\"\n",
        naive::USERS[0],
        naive::TOKEN
    );
    let both = target.replacen("[[users]]", &format!("{user}[[users]]"), 1);
    let run = run(&both, &[]);
    assert_eq!(run.rules(&["failed"]), Vec::<String>::new(), "{}", run.all);
    assert!(
        run.report["notes"].to_string().contains("have the same token and can't be told apart: `kim` and `administrator`"),
        "{}",
        run.all
    );
}

/// Phones for the first four users, of every state and type.
const BEFORE: [(usize, &str, &str); 6] = [
    (0, "mobile", "+1 4255550001"),
    (0, "alternateMobile", "+1 4255550002"),
    (0, "office", "+1 4255550003x12"),
    (1, "mobile", "+1 4255550004"),
    (2, "office", "+1 4255550005"),
    (3, "mobile", "+1 4255550006"),
];

/// Gives users phones, as far as the server's faults allow it.
async fn furnish(server: &Server) {
    let token =
        &server.cast.identities.iter().find(|identity| identity.roles == ["Privileged Authentication Administrator"]).unwrap().token;
    for (user, kind, number) in BEFORE {
        let path = format!("/v1.0/users/{}/authentication/phoneMethods", server.cast.users[user].id);
        let body = json!({ "phoneNumber": number, "phoneType": kind }).to_string();
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}",
            server.addr
        );
        let mut stream = tokio::net::TcpStream::connect(server.addr).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.unwrap();
    }
}

type Phones = BTreeMap<String, Vec<String>>;

/// Runs against a server with a fault. Returns every user's phones before and after the run, and the report.
fn visit(suite: &Arc<Suite>, fault: &Fault) -> (Phones, Phones, Report) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let edition = fault.edition.unwrap_or(Edition::Current);
        let server = serve(ServerOptions { users: 6, edition, faults: vec![fault.clone()], ..ServerOptions::default() }).await.unwrap();
        furnish(&server).await;
        let before = server.phones();
        let mut target = target(&server, edition, true);
        // One version is enough to see what writes leave behind.
        target.versions = vec![if fault.id.ends_with("-in-beta") { ApiVersion::Beta } else { ApiVersion::V1 }];
        let target = Arc::new(target);
        let wallet = Wallet::open(&target, Box::new(|_| None)).await.unwrap();
        let rules = ["create.".to_owned(), "update.".to_owned(), "delete.".to_owned(), "enable-sms-sign-in.".to_owned()];
        let plan = Plan::new(suite, &target, &Selection::new(suite, &rules, None).unwrap());
        let options = Options { strict: true, walks: 2, seed: 7, ..Options::default() };
        let report = check(suite, &target, &plan, wallet, &options).await.unwrap();
        let after = server.phones();
        server.stop().await.unwrap();
        (before, after, report)
    })
}

/// Faults after which a run once left somebody changed.
const HARMFUL: [&str; 2] = ["delete.removed-from-other-users", "get.anybodys-phone"];

/// The faults to try: those in `ZOO`, or the harmful ones and every hundredth.
fn zoo() -> Vec<Fault> {
    let named = |wanted: &str, id: &str| wanted == "all" || wanted.strip_suffix('*').map_or(wanted == id, |start| id.starts_with(start));
    let zoo = std::env::var("ZOO").ok();
    let is_tried = |(at, fault): &(usize, &Fault)| match &zoo {
        Some(zoo) => zoo.split(',').any(|wanted| named(wanted, &fault.id)),
        None => at % 100 == 0 || HARMFUL.contains(&fault.id.as_str()),
    };
    Fault::all().iter().enumerate().filter(is_tried).map(|(_, fault)| fault.clone()).collect()
}

/// The users whom a run against a server with a fault changes without a word.
fn complaints(suite: &Arc<Suite>, fault: &Fault) -> Vec<String> {
    let (before, after, report) = visit(suite, fault);
    let named = |user: &str| report.verdict != Verdict::Conformant && report.notes.iter().any(|note| note.message.contains(user));
    let changed = before.iter().filter(|(user, had)| after[*user] != **had && !named(user));
    changed.map(|(user, had)| format!("{}: user {user} had {had:?} and has {:?}", fault.id, after[user])).collect()
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn after_every_fault_of_the_zoo_users_are_as_before_or_named() {
    let suite = Arc::new(Suite::embedded().unwrap());
    let faults = zoo();
    let next = AtomicUsize::new(0);
    let visits = || std::iter::from_fn(|| faults.get(next.fetch_add(1, Ordering::Relaxed))).flat_map(|fault| complaints(&suite, fault));
    let complaints: Vec<String> = std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(2, usize::from);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(|| visits().collect::<Vec<_>>())).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    eprintln!("{}", complaints.join("\n"));
    assert!(complaints.is_empty(), "{} faults tried", faults.len());
}
