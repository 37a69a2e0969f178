//! What the harness adds to the time that its requests take by themselves.
//!
//! Runs the whole suite against the embedded reference server, then sends the requests of its report again in a bare loop, with as
//! many in flight, and prints both times per request and their ratio.

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

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let suite = Arc::new(Suite::embedded().unwrap());
        let server = start(ServerOptions { users: USERS, ..ServerOptions::default() }).await.unwrap();
        let target = Arc::new(target(&server, Edition::Current, false));
        let plan = Plan::new(&suite, &target, &Selection::default());
        let administrator = &target.identities[Cast::new(&target).administrators()[0]];
        let TokenSource::Given(SecretSource::Literal(token)) = &administrator.token else { panic!("its tokens stand in the target") };
        let mut ratios = Vec::new();
        for round in 0..ROUNDS {
            let options = Options {
                concurrency: None,
                strict: false,
                walks: 8,
                seed: 7,
                snapshots: None,
                interrupted: None,
                wait: None,
                max_duration: Duration::MAX,
                journal: None,
                progress: &|_| {},
                missing: &|_| {},
            };
            let wallet = Wallet::open(&target, Box::new(|_| None)).await.unwrap();
            let started = Instant::now();
            let report = run(&suite, &target, &plan, wallet, &options).await.unwrap();
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
    });
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

#[expect(clippy::cast_precision_loss, reason = "a run sends thousands of requests, not 2^52")]
fn per_request(time: Duration, requests: u64) -> f64 {
    time.as_secs_f64() * 1e6 / requests as f64
}
