//! What the harness adds to the time that its requests take by themselves.
//!
//! Runs the whole suite against the embedded reference server, then sends the requests of its report again in a bare loop, with as
//! many in flight, and prints both times per request and their ratio, and how many requests a judged scenario takes. Then runs it once
//! through a line that takes a tenth of a second, and prints how much longer that takes than its requests do, eight at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{StreamExt as _, stream};
use graph_phone_conformance::api::Edition;
use graph_phone_conformance::cli::reference::target;
use graph_phone_conformance::graph::Wallet;
use graph_phone_conformance::plan::{Cast, Plan, Selection};
use graph_phone_conformance::reference::{Options as ServerOptions, start};
use graph_phone_conformance::report::ExchangeReport;
use graph_phone_conformance::run::{Options, run};
use graph_phone_conformance::suite::Suite;
use graph_phone_conformance::target::{SecretSource, TokenSource};

const USERS: usize = 16;
const ROUNDS: usize = 7;
const SLOW_USERS: usize = 8;
const LATENCY: Duration = Duration::from_millis(100);

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let suite = Arc::new(Suite::embedded().unwrap());
        let server = start(ServerOptions { users: USERS, ..ServerOptions::default() }).await.unwrap();
        let target = Arc::new(target(&server, Edition::Current, false));
        let plan = Plan::new(&suite, &target, &Selection::default());
        let administrator = &target.identities[Cast::new(&target).administrators()[0]];
        let TokenSource::Given(SecretSource::Literal(token)) = &administrator.token else { panic!("its tokens stand in the target") };
        let judged = plan.cases.len();
        let mut ratios = Vec::new();
        for round in 0..ROUNDS {
            let options = options();
            let wallet = Wallet::open(&target, Box::new(|_| None)).await.unwrap();
            let started = Instant::now();
            let report = run(&suite, &target, &plan, wallet, &options).await.unwrap();
            if round == 0 {
                println!("{:.2} requests for each of {judged} scenarios, walks included", ratio(report.counts.requests, judged as u64));
            }
            let suite_time = per_request(started.elapsed(), report.counts.requests);
            let exchanges: Vec<ExchangeReport> =
                report.rules.into_iter().flat_map(|rule| rule.scenarios).flat_map(|scenario| scenario.exchanges).collect();
            let bare_time = bare(&exchanges, token.reveal()).await;
            let ratio = suite_time / bare_time;
            println!("round {round}: {suite_time:.1} µs a request in the suite, {bare_time:.1} µs in a bare loop, ratio {ratio:.2}");
            ratios.push(ratio);
        }
        ratios.sort_by(f64::total_cmp);
        println!("median ratio {:.2}", ratios[ROUNDS / 2]);
        server.stop().await.unwrap();
        slow(&suite).await;
    });
}

fn options() -> Options<'static> {
    Options { walks: 8, seed: 7, ..Options::default() }
}

/// A run of eight users through a slow line.
async fn slow(suite: &Arc<Suite>) {
    let server = start(ServerOptions { users: SLOW_USERS, ..ServerOptions::default() }).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut target = target(&server, Edition::Current, false);
    target.base_url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let address = server.addr;
    let line = tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = tokio::net::TcpStream::connect(address).await.unwrap();
            tokio::spawn(carry(near, far));
        }
    });
    let plan = Plan::new(suite, &target, &Selection::default());
    let target = Arc::new(target);
    let wallet = Wallet::open(&target, Box::new(|_| None)).await.unwrap();
    let started = Instant::now();
    let report = run(suite, &target, &plan, wallet, &options()).await.unwrap();
    let took = started.elapsed();
    let least = LATENCY * u32::try_from(report.counts.requests).unwrap() / u32::try_from(SLOW_USERS).unwrap();
    println!(
        "{} requests of {LATENCY:?} each, {SLOW_USERS} users: {took:.1?}, {:.2} times as long as they take",
        report.counts.requests,
        took.as_secs_f64() / least.as_secs_f64()
    );
    line.abort();
    server.stop().await.unwrap();
}

/// Carries bytes between two ends of a connection, and each request later.
async fn carry(near: tokio::net::TcpStream, far: tokio::net::TcpStream) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
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

/// Sends the requests again, as many at a time as there are users, and answers with the microseconds that each took.
async fn bare(exchanges: &[ExchangeReport], token: &str) -> f64 {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let started = Instant::now();
    stream::iter(exchanges)
        .for_each_concurrent(USERS, |exchange| {
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

fn ratio(of: u64, to: u64) -> f64 {
    Duration::from_secs(of).as_secs_f64() / Duration::from_secs(to).as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "a run sends thousands of requests, not 2^52")]
fn per_request(time: Duration, requests: u64) -> f64 {
    time.as_secs_f64() * 1e6 / requests as f64
}
