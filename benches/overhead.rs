//! What a run costs, as ratios and counts that can be compared between machines.
//!
//! `cargo bench` measures all of it, and `cargo bench -- --bare`, `--latency` or `--growth` a part:
//!
//! - `--bare`: the time of the suite against the embedded reference server, divided by that of a bare loop that sends the
//!   same requests with as many in flight; the median of several rounds. Also the requests that a case takes.
//! - `--latency`: the wall time where every request takes a tenth of a second longer, with few and many users, and how
//!   many times as long that is as the users' requests take one after the other.
//! - `--growth`: the peak memory of a run, and how time and memory grow if every case runs ten times.
//!
//! It prints a table, and then the same as JSON on one line.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{StreamExt as _, stream};
use graph_phone_conformance::api::Edition;
use graph_phone_conformance::cli::reference::target;
use graph_phone_conformance::graph::Wallet;
use graph_phone_conformance::plan::{Cast, Plan, Selection};
use graph_phone_conformance::reference::{Options as ServerOptions, Server, start};
use graph_phone_conformance::report::{ExchangeReport, Report};
use graph_phone_conformance::run::{Options, run};
use graph_phone_conformance::suite::Suite;
use graph_phone_conformance::target::{PhoneNumbers, SecretSource, Target, TokenSource};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const ROUNDS: usize = 5;
const IN_FLIGHT: [usize; 3] = [1, 8, 64];
const LATENCY: Duration = Duration::from_millis(100);
const USERS: [usize; 4] = [24, 8, 2, 1];
const TIMES: usize = 10;

/// Asks this program, as its own child, for the time and the peak memory of one run with every case this often.
const CHILD: &str = "--child";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let suite = Arc::new(Suite::embedded().unwrap());
    if let [child, times] = &arguments[..]
        && child == CHILD
    {
        println!("{}", runtime.block_on(many(&suite, times.parse().unwrap())));
        return;
    }
    let asked = |part: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == part);
    let mut measured = json!({});
    if asked("--bare") {
        measured["bare"] = IN_FLIGHT.iter().map(|in_flight| runtime.block_on(against_bare(&suite, *in_flight))).collect();
    }
    if asked("--latency") {
        measured["latency"] = USERS.iter().map(|users| runtime.block_on(latency(&suite, *users))).collect();
    }
    if asked("--growth") {
        measured["growth"] = growth();
    }
    println!("{measured}");
}

/// A server with this many users, and the target that reaches it.
async fn server(users: usize) -> (Server, Target) {
    let server = start(ServerOptions { users, ..ServerOptions::default() }).await.unwrap();
    let target = target(&server, Edition::Current, false);
    (server, target)
}

/// Runs a plan, and returns the report and the time that it took.
async fn timed(suite: &Arc<Suite>, target: &Arc<Target>, plan: &Plan) -> (Report, Duration) {
    let wallet = Wallet::open(target, Box::new(|_| None)).await.unwrap();
    let options = Options { walks: 8, seed: 7, ..Options::default() };
    let started = Instant::now();
    let report = run(suite, target, plan, wallet, &options).await.unwrap();
    (report, started.elapsed())
}

/// The suite against a bare loop of the same requests, in pairs.
async fn against_bare(suite: &Arc<Suite>, in_flight: usize) -> Value {
    let (server, mut target) = server(in_flight).await;
    target.concurrency = Some(in_flight);
    let target = Arc::new(target);
    let administrator = &target.identities[Cast::new(&target).administrators()[0]];
    let TokenSource::Given(SecretSource::Literal(token)) = &administrator.token else { panic!("its tokens stand in the target") };
    let plan = Plan::new(suite, &target, &Selection::default());
    let mut rounds = Vec::new();
    let mut requests_per_case = 0.0;
    for _ in 0..ROUNDS {
        let (report, took) = timed(suite, &target, &plan).await;
        let requests = report.counts.requests;
        requests_per_case = ratio(requests, plan.cases.len());
        let exchanges: Vec<ExchangeReport> =
            report.rules.into_iter().flat_map(|rule| rule.scenarios).flat_map(|scenario| scenario.exchanges).collect();
        let (suite, bare) = (per_request(took, requests), bare(&exchanges, token.reveal(), in_flight).await);
        rounds.push((suite / bare, suite, bare));
    }
    server.stop().await.unwrap();
    rounds.sort_by(|(left, ..), (right, ..)| left.total_cmp(right));
    let (times, suite, bare) = rounds[ROUNDS / 2];
    println!(
        "{in_flight:>3} in flight: {times:.2} times a bare loop ({suite:.0} µs and {bare:.0} µs a request), {requests_per_case:.2} requests a case"
    );
    json!({ "in_flight": in_flight, "ratio": round(times), "suite_us": suite.round(), "bare_us": bare.round(), "requests_per_case": round(requests_per_case) })
}

/// Sends the requests again, and returns the microseconds that each took.
async fn bare(exchanges: &[ExchangeReport], token: &str, in_flight: usize) -> f64 {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let started = Instant::now();
    stream::iter(exchanges)
        .for_each_concurrent(in_flight, |exchange| {
            let method = exchange.method.parse::<reqwest::Method>().unwrap();
            let mut request = client.request(method, &exchange.url).bearer_auth(token);
            if let Some(body) = &exchange.request_body {
                request = request.header("content-type", "application/json").body(body.clone());
            }
            async move {
                request.send().await.unwrap().bytes().await.unwrap();
            }
        })
        .await;
    per_request(started.elapsed(), exchanges.len() as u64)
}

/// A run with this many users through a slow line.
async fn latency(suite: &Arc<Suite>, users: usize) -> Value {
    let (server, mut target) = server(users).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    target.base_url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let address = server.addr;
    let line = tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = TcpStream::connect(address).await.unwrap();
            tokio::spawn(carry(near, far));
        }
    });
    let target = Arc::new(target);
    let plan = Plan::new(suite, &target, &Selection::default());
    let (report, took) = timed(suite, &target, &plan).await;
    line.abort();
    server.stop().await.unwrap();
    let requests = report.counts.requests;
    let least = LATENCY * u32::try_from(requests).unwrap() / u32::try_from(users).unwrap();
    let times = took.as_secs_f64() / least.as_secs_f64();
    let per_case = ratio(requests, plan.cases.len());
    println!(
        "{users:>3} users, {LATENCY:?} a request: {took:.0?}, {times:.2} times {requests} requests shared among them, {per_case:.2} a case"
    );
    json!({
        "users": users,
        "seconds": round(took.as_secs_f64()),
        "ratio": round(times),
        "requests": requests,
        "requests_per_case": round(per_case),
        "verdict": report.verdict,
    })
}

/// Carries bytes between two ends of a connection, and each request later.
async fn carry(near: TcpStream, far: TcpStream) {
    let ((mut near_reads, mut near_writes), (mut far_reads, mut far_writes)) = (near.into_split(), far.into_split());
    tokio::spawn(async move { tokio::io::copy(&mut far_reads, &mut near_writes).await });
    let mut bytes = vec![0; 1 << 16];
    while let Ok(read @ 1..) = near_reads.read(&mut bytes).await {
        tokio::time::sleep(LATENCY).await;
        if far_writes.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

/// Time and memory of a run, and of one with ten times the cases. Each is a process of its own.
fn growth() -> Value {
    let [one, many] = [1, TIMES].map(|times| {
        let child = Command::new(std::env::current_exe().unwrap()).args([CHILD, &times.to_string()]).output().unwrap();
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
        serde_json::from_slice::<Value>(&child.stdout).unwrap()
    });
    let times = |key: &str| Some(round(many[key].as_f64()? / one[key].as_f64()?));
    let (time, memory) = (times("ms"), times("peak_kib"));
    let told = |times: Option<f64>| times.map_or_else(|| "unknown".to_owned(), |times| format!("{times:.2} times"));
    println!(
        "a run of {} ms has {} KiB at its peak; with {TIMES} times the cases the time is {}, the memory {}",
        one["ms"],
        one["peak_kib"],
        told(time),
        told(memory)
    );
    json!({ "one": one, "many": many, "times": TIMES, "time_ratio": time, "memory_ratio": memory })
}

/// A run with every case this often.
async fn many(suite: &Arc<Suite>, times: usize) -> Value {
    let (server, mut target) = server(8).await;
    // The numbers that are reserved for fiction are too few for ten times the cases.
    target.phone_numbers = PhoneNumbers { prefixes: ["+1 2065", "+44 2079", "+353 761"].map(str::to_owned).to_vec(), digits: 6 };
    let target = Arc::new(target);
    let plan = Plan::new(suite, &target, &Selection::default());
    let more = std::iter::repeat_n(&plan.cases, times - 1).flatten().cloned().collect();
    let plan = plan.clone().with(more);
    let (report, took) = timed(suite, &target, &plan).await;
    server.stop().await.unwrap();
    json!({ "ms": u64::try_from(took.as_millis()).unwrap(), "requests": report.counts.requests, "peak_kib": peak(), "verdict": report.verdict })
}

/// The most memory that this process has had, in KiB, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[expect(clippy::cast_precision_loss, reason = "a run sends thousands of requests, not 2^52")]
fn ratio(requests: u64, cases: usize) -> f64 {
    requests as f64 / cases as f64
}

#[expect(clippy::cast_precision_loss, reason = "a run sends thousands of requests, not 2^52")]
fn per_request(time: Duration, requests: u64) -> f64 {
    time.as_secs_f64() * 1e6 / requests as f64
}
