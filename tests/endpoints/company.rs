//! Deviations that show only sometimes: only while other requests are in flight, or only in one of many answers.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::common::{Request, Run, listen, reply, run};
use graph_phone_conformance::api::Edition;
use graph_phone_conformance::reference::{Fault, Options, Server, start};
use graph_phone_conformance::{cli, target};
use serde_json::Value;

/// Changes an answer before it is passed on.
type Spoil = dyn Fn(&Request, usize, u16, String) -> (u16, String) + Send + Sync;

/// The reference server with a fault, behind a proxy that may change answers. The change may depend on how many
/// requests are in flight.
struct Spoilt {
    runtime: tokio::runtime::Runtime,
    server: Option<Server>,
    target: String,
}

impl Spoilt {
    fn new(fault: Option<&str>, spoil: Arc<Spoil>) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let faults = fault.iter().map(|fault| fault.parse::<Fault>().unwrap()).collect();
        let server = runtime.block_on(start(Options { users: 16, faults, ..Options::default() })).unwrap();
        let upstream = server.addr;
        let in_flight = AtomicUsize::new(0);
        let proxy = listen(move |request, stream| {
            let company = in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            // This is long enough for other requests to arrive.
            std::thread::sleep(Duration::from_millis(3));
            let company = company.max(in_flight.load(Ordering::SeqCst));
            let (status, headers, body) = forward(upstream, request);
            let (status, body) = spoil(request, company, status, body);
            in_flight.fetch_sub(1, Ordering::SeqCst);
            let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            reply(stream, status, &headers, body.as_bytes())
        });
        let mut target = cli::reference::target(&server, Edition::Current, true);
        target.base_url = format!("http://{proxy}").parse().unwrap();
        let target = target::to_toml(&target);
        Self { runtime, server: Some(server), target }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        run(&self.target, &[arguments, &["--walks", "0"]].concat())
    }
}

impl Drop for Spoilt {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            let _ = self.runtime.block_on(server.stop());
        }
    }
}

/// Forwards a request and reads the whole answer.
fn forward(upstream: SocketAddr, request: &Request) -> (u16, Vec<(String, String)>, String) {
    let mut stream = TcpStream::connect(upstream).unwrap();
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method, request.path);
    for (name, value) in request.headers.iter().filter(|(name, _)| name != "connection") {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}connection: close\r\n\r\n{}", request.body).as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_owned(), value.to_owned()));
    let kept = headers.filter(|(name, _)| !["connection", "content-length", "date"].contains(&name.to_ascii_lowercase().as_str()));
    (status, kept.collect(), body.to_owned())
}

/// Makes reads of one phone wrong while at least six requests are in flight.
fn wrong_in_company() -> Arc<Spoil> {
    Arc::new(|request, company, status, body| {
        let one_phone = request.method == "GET" && request.path.contains("/phoneMethods/");
        let body = if one_phone && company >= 6 { body.replace("\"phoneType\":\"mobile\"", "\"phoneType\":\"office\"") } else { body };
        (status, body)
    })
}

fn scenarios(run: &Run) -> impl Iterator<Item = (&str, &Value)> {
    let rules = run.report["rules"].as_array().unwrap().iter();
    rules.flat_map(|rule| rule["scenarios"].as_array().unwrap().iter().map(|scenario| (rule["id"].as_str().unwrap(), scenario)))
}

/// The number of read scenarios that failed while others ran, but not alone.
fn only_beside_others(run: &Run) -> usize {
    let is_one = |(rule, scenario): &(&str, &Value)| {
        let tally = |runs: &str| (scenario["runs"][runs]["deviated"].as_u64(), scenario["runs"][runs]["of"].as_u64());
        let beside_alone = (tally("in_company"), tally("alone")) == ((Some(1), Some(1)), (Some(0), Some(1)));
        rule.starts_with("get.") && scenario["outcome"] == "failed" && beside_alone
    };
    scenarios(run).filter(is_one).count()
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_failure_that_needs_concurrency_fails_whatever_else_is_wrong() {
    for fault in [None, Some("create.answers-200"), Some("update.answers-201")] {
        let spoilt = Spoilt::new(fault, wrong_in_company());
        let run = spoilt.run(&[]);
        assert_eq!(run.status, Some(1), "{}", run.all);
        assert!(only_beside_others(&run) > 0, "{fault:?}: {}", run.all);
        assert!(run.all.contains("only while others ran, not alone"), "{}", run.all);
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_known_deviation_does_not_hide_a_failure_that_needs_concurrency() {
    let folder = tempfile::tempdir().unwrap();
    let known = folder.path().join("known.toml");
    let known = known.to_str().unwrap();
    let right: Arc<Spoil> = Arc::new(|_, _, status, body| (status, body));
    assert_eq!(Spoilt::new(Some("create.answers-200"), Arc::clone(&right)).run(&["--write-expect", known]).status, Some(1));
    let run = Spoilt::new(Some("create.answers-200"), right).run(&["--expect", known]);
    assert_eq!(run.status, Some(0), "{}", run.all);
    let run = Spoilt::new(Some("create.answers-200"), wrong_in_company()).run(&["--expect", known]);
    assert_eq!(run.status, Some(1), "{}", run.all);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn an_endpoint_that_fails_now_and_then_is_reported() {
    let asked = AtomicUsize::new(0);
    let spoilt = Spoilt::new(
        None,
        Arc::new(move |request, _, status, body| {
            let is_list = request.method == "GET" && request.path.ends_with("/phoneMethods") && status == 200;
            let fails = is_list && asked.fetch_add(1, Ordering::SeqCst) % 20 == 19;
            if fails { (502, "<html>Bad gateway</html>".to_owned()) } else { (status, body) }
        }),
    );
    let run = spoilt.run(&[]);
    let notes = run.report["notes"].as_array().unwrap();
    let told = regex::Regex::new(r"^list sometimes answers 502: \d+ of \d+$").unwrap();
    assert!(notes.iter().any(|note| told.is_match(note["message"].as_str().unwrap())), "{notes:?}");
    assert!(!["every request", "never succeeds"].iter().any(|claim| run.all.contains(claim)), "{}", run.all);
    assert!(run.report["counts"]["passed"].as_u64().unwrap() > 200, "{}", run.all);
}
