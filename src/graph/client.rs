//! Sends every request to the endpoint; nothing else talks to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_ENCODING, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::api::{ApiVersion, Operation};
use crate::target::Target;

use super::connection::{Connection, ConnectionError, Keeping};
use super::failures::{Answers, Failures};
use super::outage::{Lost, Outage, Silence};
use super::throttle::{self, Gate};
use super::transport::{TOO_FEW_FILES, cause, fault_of, mocked_hint, proxied_hint, was_dropped};
use super::wallet::Lent;
use super::{Call, Credential, EnvironmentProxy, Exchange, Phase, Redactor, TransportError, Wallet};
use super::{form, malformed};

/// A token that no endpoint issued.
const GARBAGE: &str = "this-token-was-never-issued";

/// After this many requests in a row without an answer, a silent endpoint counts as gone.
const GONE_AFTER: u32 = 8;

/// A request is tried with at most this many tokens: one may expire on its way.
const TOKENS: u32 = 4;

/// What to do about an answer that does not begin.
const SLOW: &str =
    "if the endpoint is only slow, raise `request_timeout` in the target file; if it serves one connection at a time, run with `-j 1`";

/// What to do about an answer that does not end.
const ENDLESS: &str = "leave Transfer-Encoding out where there is a Content-Length, or let it be `chunked`";

/// What to do about an answer that is compressed.
const COMPRESSED: &str = "let the endpoint, or the proxy in front of it, send answers as they are";

/// Why a request was not sent that somebody had asked not to be.
const AT_AN_END: &str = "nothing more is sent, as the run is at an end";

/// A request that was throttled for the whole permitted time counts as this many requests without an answer.
const THROTTLED: u32 = GONE_AFTER / 2;

/// Bounds on what an endpoint can make the harness do.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The time limit of a request, from connecting to the last byte of the answer.
    pub request_timeout: Duration,
    /// The longest time that a request waits in all while the endpoint throttles it.
    pub max_retry_wait: Duration,
    /// The largest body that is read, in bytes.
    pub body: usize,
    /// How long to wait for an endpoint that refuses connections.
    pub wait: Duration,
    /// How many requests are in flight at most. With one, no connection is kept either: an endpoint that serves one connection at a time
    /// would not see the next.
    pub concurrency: Option<usize>,
}

/// Counts of what was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests, retries included.
    pub requests: u64,
    /// Requests that were sent again.
    pub retries: u64,
}

/// Speaks to one endpoint.
#[derive(Debug)]
pub struct Client {
    kept: Connection,
    fresh: Connection,
    /// Whether a connection was closed without an answer; from then on each request uses a new connection.
    dropped: AtomicBool,
    /// Whether an answer has come since then.
    reconnected: AtomicBool,
    roots: Vec<(ApiVersion, Url)>,
    headers: HeaderMap,
    shown_headers: Vec<(String, String)>,
    /// As in [`Exchange::behind`].
    mock_proxy: Option<(String, String)>,
    /// The proxy between this machine and the endpoint, where the environment names one.
    proxy: Option<EnvironmentProxy>,
    wallet: Arc<Wallet>,
    limits: Limits,
    requests: AtomicU64,
    retries: AtomicU64,
    /// When the endpoint throttles one request, all of them wait.
    gate: Gate,
    /// When the last answer came, and the number of requests without an answer since.
    heard: Mutex<(Instant, u32)>,
    /// Whether sending has ended.
    halted: watch::Sender<bool>,
    /// Tracks refused connections.
    outage: Outage,
    /// The number of writes without an answer; each may or may not have been carried out.
    lost_writes: AtomicU64,
    /// For each identity whose token was accepted, a read that was accepted with it.
    accepted: Mutex<BTreeMap<usize, Call>>,
    /// The answers, counted.
    answers: Mutex<Answers>,
    /// Whether 204 came in chunks.
    chunks_nothing: AtomicBool,
    /// Why clients can't read answers.
    flaws: Mutex<BTreeSet<String>>,
    /// As many requests as may be in flight, where that is bounded.
    places: Option<Semaphore>,
}

impl Client {
    /// A client for a target's endpoint that uses the wallet's tokens.
    ///
    /// # Errors
    /// Fails if a certificate file can't be used or TLS can't be set up.
    ///
    /// # Panics
    /// Never for a target that was read: its headers are valid.
    pub fn new(target: &Target, wallet: Arc<Wallet>, limits: Limits) -> Result<Self, ConnectionError> {
        let proxy = if target.mock_proxy.is_none() { wallet.proxy_for(&target.base_url) } else { None };
        let to_target = |keeping| Connection::to_target(target, proxy.as_ref(), keeping);
        let (kept, fresh) = (to_target(Keeping::Kept)?, to_target(Keeping::Fresh)?);
        let roots = target.versions.iter().map(|version| (*version, target.version_root(*version))).collect();
        let mut map = HeaderMap::new();
        let mut shown_headers = Vec::new();
        for (name, value) in &target.headers {
            let key = HeaderName::try_from(name.as_str()).expect("the target file was read");
            let sent = HeaderValue::try_from(value.reveal()).expect("the target file was read");
            shown_headers.push((key.as_str().to_owned(), value.reveal().to_owned()));
            map.insert(key, sent);
        }
        Ok(Self {
            kept,
            fresh,
            dropped: AtomicBool::new(false),
            reconnected: AtomicBool::new(false),
            roots,
            headers: map,
            shown_headers,
            mock_proxy: target
                .mock_proxy
                .as_ref()
                .zip(target.ca_file.as_ref())
                .map(|(proxy, authority)| (proxy.as_str().trim_end_matches('/').to_owned(), authority.display().to_string())),
            proxy,
            wallet,
            limits,
            requests: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            gate: Gate::default(),
            heard: Mutex::new((Instant::now(), 0)),
            outage: Outage::new(limits.wait),
            halted: watch::Sender::new(false),
            lost_writes: AtomicU64::new(0),
            accepted: Mutex::default(),
            answers: Mutex::default(),
            chunks_nothing: AtomicBool::new(false),
            flaws: Mutex::default(),
            places: limits.concurrency.map(Semaphore::new),
        })
    }

    /// The redactor of the target's secrets.
    pub fn redactor(&self) -> &Redactor {
        self.wallet.redactor()
    }

    /// What was sent so far.
    pub fn traffic(&self) -> Traffic {
        Traffic { requests: self.requests.load(Ordering::Relaxed), retries: self.retries.load(Ordering::Relaxed) }
    }

    /// The operations that the endpoint sometimes fails to answer.
    pub fn failures(&self) -> Vec<Failures> {
        self.answers.lock().expect("nothing panics while it is locked").failures(Operation::ALL.iter()).collect()
    }

    /// The proxy between this machine and the endpoint, where the environment names one.
    pub const fn proxy(&self) -> Option<&EnvironmentProxy> {
        self.proxy.as_ref()
    }

    /// Sends a request and reads the whole answer, waiting where the endpoint asks for patience. A write that was put off with 503 is
    /// answered with that: whether it was carried out has to be looked at before it is sent again.
    ///
    /// # Errors
    /// Fails if no complete answer comes within the limits.
    pub async fn send(&self, call: &Call) -> Result<Exchange, TransportError> {
        self.send_for(call, None).await
    }

    /// Like [`Self::send`], on behalf of a scenario.
    ///
    /// # Errors
    /// As for [`Self::send`].
    pub async fn send_for(&self, call: &Call, scenario: Option<&str>) -> Result<Exchange, TransportError> {
        if self.is_gone() {
            return Err(self.not_sent(call, format!("{GONE_AFTER} requests in a row came to nothing, so that no more are sent")));
        }
        let result = self.try_to_send(call, scenario).await;
        if let Ok(exchange) = &result {
            self.answers.lock().expect("nothing panics while it is locked").count(call, exchange);
        }
        if let Err(error) = &result {
            match error.phase {
                Phase::NotSent | Phase::Interrupted => return result,
                Phase::Answer | Phase::Dropped | Phase::Body if !call.operation.reads() => {
                    self.lost_writes.fetch_add(1, Ordering::Relaxed);
                }
                _ => {}
            }
        }
        if let (Ok(exchange), Credential::Identity(identity)) = (&result, call.credential)
            && exchange.status != 401
            && call.operation.reads()
        {
            let mut accepted = self.accepted.lock().expect("nothing panics while it is locked");
            accepted.entry(identity).or_insert_with(|| call.clone());
        }
        let mut heard = self.heard.lock().expect("nothing panics while it is locked");
        *heard = match &result {
            // Whether the repetition succeeds shows later.
            Ok(exchange) if wait(call, exchange, 1).is_some() => *heard,
            Ok(_) => (Instant::now(), 0),
            // The endpoint never saw this request.
            Err(error) if error.phase == Phase::Token => *heard,
            Err(error) => (heard.0, heard.1 + if error.phase == Phase::Throttled { THROTTLED } else { 1 }),
        };
        result
    }

    /// Sends a write again after a look has shown that it was not carried out.
    ///
    /// # Errors
    /// As for [`Self::send`].
    pub async fn send_again(&self, call: &Call, scenario: Option<&str>) -> Result<Exchange, TransportError> {
        self.retries.fetch_add(1, Ordering::Relaxed);
        self.send_for(call, scenario).await
    }

    /// Whether an answer asks to send a write again. The write was first sent at `sent` and tried `attempts` times.
    ///
    /// # Errors
    /// Fails if the endpoint asks to wait longer than the limit.
    pub fn puts_off(&self, call: &Call, exchange: &Exchange, sent: Instant, attempts: u32) -> Result<bool, TransportError> {
        if exchange.status != 503 || call.operation.reads() {
            return Ok(false);
        }
        let Some(wait) = wait(call, exchange, attempts) else { return Ok(false) };
        if let Some(until) = until(wait, attempts, sent + self.limits.max_retry_wait) {
            self.gate.close_until(until);
            return Ok(true);
        }
        self.heard.lock().expect("nothing panics while it is locked").1 += THROTTLED;
        Err(self.throttled_too_long(call, exchange, attempts))
    }

    /// The error for a write that was postponed but carried out anyway.
    pub fn unclear(&self, call: &Call) -> TransportError {
        let why =
            "the endpoint answers 503 with Retry-After, as if it had to be sent again, and the user's phones show that it must not be";
        self.failure(call, &call.url(self.root(call.version)), Phase::Unclear, why.to_owned())
    }

    /// After a 401: checks whether the caller's token is still accepted for a read that it was accepted for before.
    ///
    /// # Errors
    /// Fails if it is not, because the 401 then says nothing about the endpoint, or if no answer comes.
    pub async fn still_accepts(&self, call: &Call) -> Result<(), TransportError> {
        let Credential::Identity(identity) = call.credential else { return Ok(()) };
        let before = self.accepted.lock().expect("nothing panics while it is locked").get(&identity).cloned();
        let Some(before) = before else { return Ok(()) };
        if self.send(&before).await?.status != 401 {
            return Ok(());
        }
        let name = self.wallet.identity(identity);
        let why = format!("that of the identity `{name}` was accepted before, and is answered with 401 now: it may have expired");
        Err(self.failure(call, &call.url(self.root(call.version)), Phase::Spent, why))
    }

    /// Stops sending; requests in flight go on.
    pub fn halt(&self) {
        self.halted.send_replace(true);
    }

    /// Allows sending again and forgets that the endpoint was silent.
    pub fn resume(&self) {
        self.halted.send_replace(false);
        self.outage.resume();
        *self.heard.lock().expect("nothing panics while it is locked") = (Instant::now(), 0);
    }

    /// Waits until the endpoint counts as gone.
    pub async fn goes_silent(&self) -> Silence {
        self.outage.goes().await
    }

    /// What to report about an endpoint that refused connections for a while.
    pub fn was_silent(&self) -> Option<Silence> {
        self.outage.back()
    }

    /// Whether the endpoint closes connections without notice but answers if each request uses a new one.
    pub fn reconnected(&self) -> bool {
        self.reconnected.load(Ordering::Relaxed)
    }

    /// Whether the endpoint sends chunks where 204 says that there is no body.
    pub fn chunks_nothing(&self) -> bool {
        self.chunks_nothing.load(Ordering::Relaxed)
    }

    /// Why clients can't read answers: each a noun and what it is about.
    pub fn flaws(&self) -> Vec<String> {
        self.flaws.lock().expect("nothing panics while it is locked").iter().cloned().collect()
    }

    /// How many writes got no answer, so that nobody knows whether they were carried out.
    pub fn lost_writes(&self) -> u64 {
        self.lost_writes.load(Ordering::Relaxed)
    }

    /// The error for a request that is not sent.
    pub fn not_sent(&self, call: &Call, why: String) -> TransportError {
        self.failure(call, &call.url(self.root(call.version)), Phase::NotSent, why)
    }

    /// Whether the endpoint has stopped answering, so that waiting for every further answer would take too long.
    fn is_gone(&self) -> bool {
        let (last, in_vain) = *self.heard.lock().expect("nothing panics while it is locked");
        in_vain >= GONE_AFTER && last.elapsed() > self.limits.request_timeout
    }

    async fn try_to_send(&self, call: &Call, scenario: Option<&str>) -> Result<Exchange, TransportError> {
        let url = call.url(self.root(call.version));
        let deadline = Instant::now() + self.limits.max_retry_wait;
        let mut tokens = 1;
        let mut refused = false;
        for attempt in 1.. {
            if !self.may_send().await {
                return Err(self.failure(call, &url, Phase::Interrupted, AT_AN_END.to_owned()));
            }
            self.requests.fetch_add(1, Ordering::Relaxed);
            if attempt > 1 && !refused {
                self.retries.fetch_add(1, Ordering::Relaxed);
            }
            refused = false;
            let no_token = |message| self.failure(call, &url, Phase::Token, message);
            let lent = match call.credential {
                Credential::Identity(identity) | Credential::OtherScheme(identity) => {
                    Some(self.wallet.lend(identity).await.map_err(no_token)?)
                }
                _ => None,
            };
            let answer = self.exchange(call, &url, lent.as_ref()).await;
            if let Err(error) = &answer
                && matches!(error.phase, Phase::Answer | Phase::Dropped | Phase::Body)
            {
                self.outage.lost(self.lost(call, scenario));
            }
            let exchange = match answer {
                // This happens once: from then on each request uses a new connection.
                Err(error) if error.phase == Phase::Dropped && call.operation.reads() => continue,
                // The request was never sent.
                Err(error) if error.phase == Phase::Refused => {
                    if self.outage.another_attempt().await {
                        self.requests.fetch_sub(1, Ordering::Relaxed);
                        refused = true;
                        continue;
                    }
                    return Err(if self.outage.is_gone() {
                        self.failure(call, &url, Phase::Interrupted, AT_AN_END.to_owned())
                    } else {
                        error
                    });
                }
                answer => answer?,
            };
            self.outage.answered();
            if let (Credential::Identity(identity), Some(lent)) = (call.credential, &lent)
                && self.wallet.answered(identity, lent, exchange.status).await.map_err(no_token)?
                && tokens < TOKENS
            {
                tokens += 1;
                continue;
            }
            let Some(wait) = wait(call, &exchange, attempt) else { return Ok(exchange) };
            if exchange.status == 503 && !call.operation.reads() {
                return Ok(exchange);
            }
            match until(wait, attempt, deadline) {
                Some(until) => self.gate.close_until(until),
                None if exchange.status == 504 => return Ok(exchange),
                None => return Err(self.throttled_too_long(call, &exchange, attempt)),
            }
        }
        unreachable!("the loop ends when the deadline has come")
    }

    /// Describes a request that got no answer.
    fn lost(&self, call: &Call, scenario: Option<&str>) -> Lost {
        let path = call.url(self.root(call.version)).path().to_owned();
        let path = path.find("/authentication/").map_or(path.as_str(), |at| &path[at + "/authentication".len()..]);
        Lost {
            request: format!("{} …{path}", call.method()),
            body: call.body.as_ref().map(|body| body.text.clone()),
            curl: self.curl(call),
            scenario: scenario.map(str::to_owned),
            writes: !call.operation.reads(),
        }
    }

    /// A curl command for this request, with `$TOKEN` in place of the token.
    pub fn curl(&self, call: &Call) -> String {
        let url = call.url(self.root(call.version));
        let (_, shown) = self.request(call, &url, None, &self.kept);
        let body = call.body.as_ref().map(|body| body.text.clone());
        let exchange = Exchange::new(call, url.to_string(), shown, body, 0, vec![], String::new(), Duration::ZERO);
        exchange.behind(self.mock_proxy.clone()).curl()
    }

    /// Waits until sending is allowed; false if sending has ended.
    async fn may_send(&self) -> bool {
        let mut halted = self.halted.subscribe();
        tokio::select! {
            biased;
            _ = halted.wait_for(|halted| *halted) => false,
            () = self.gate.pass() => true,
        }
    }

    /// The error for a request that the endpoint throttles beyond the limit.
    fn throttled_too_long(&self, call: &Call, exchange: &Exchange, attempts: u32) -> TransportError {
        let longest = humantime::format_duration(self.limits.max_retry_wait);
        let asked = exchange.header("retry-after").map(|value| format!(" with Retry-After {value}")).unwrap_or_default();
        let tries = if attempts == 1 { "the first try".to_owned() } else { format!("{attempts} tries") };
        let enough = if attempts > throttle::REPETITIONS { String::new() } else { format!(", and max_retry_wait is {longest}") };
        let message = format!("the endpoint answers {}{asked} after {tries}{enough}", exchange.status);
        self.failure(call, &call.url(self.root(call.version)), Phase::Throttled, message)
    }

    async fn exchange(&self, call: &Call, url: &Url, lent: Option<&Lent>) -> Result<Exchange, TransportError> {
        let _place = match &self.places {
            Some(places) => places.acquire().await.ok(),
            None => None,
        };
        let started = Instant::now();
        let deadline = started + self.limits.request_timeout;
        let dropped = self.dropped.load(Ordering::Relaxed);
        let fresh = dropped || self.limits.concurrency == Some(1);
        let (request, shown) = self.request(call, url, lent, if fresh { &self.fresh } else { &self.kept });
        let late = |phase, why: &str, hint| {
            let message = format!("nothing within {}{why}", humantime::format_duration(self.limits.request_timeout));
            TransportError { hint, ..self.failure(call, url, phase, message) }
        };
        let slow = (self.limits.concurrency != Some(1)).then_some(SLOW);
        let sent = timeout_at(deadline, request.send()).await.map_err(|_| late(Phase::Answer, "", slow))?;
        let mut response = match sent {
            Ok(response) => response,
            Err(error) if !fresh && was_dropped(&error) => {
                self.dropped.store(true, Ordering::Relaxed);
                return Err(self.broken(call, url, &error, Phase::Dropped));
            }
            Err(error) => {
                let mut broken = self.broken(call, url, &error, Phase::Answer);
                let can_be_shown = url.scheme() == "http" && self.proxy.is_none() && self.mock_proxy.is_none() && call.operation.reads();
                if can_be_shown && broken.is_malformed() {
                    let again = self.request(call, url, lent, &self.fresh).0.build();
                    let header = timeout_at(deadline, async { malformed::header(&again.ok()?).await }).await;
                    broken.message.extend(header.ok().flatten().map(|header| format!(" in the line `{header}`")));
                }
                return Err(broken);
            }
        };
        self.reconnected.fetch_or(dropped, Ordering::Relaxed);
        let coding = response.headers().get(TRANSFER_ENCODING).and_then(|coding| coding.to_str().ok());
        let endless = coding.filter(|coding| !coding.to_ascii_lowercase().ends_with("chunked")).map(str::to_owned);
        let mut body = Vec::new();
        while let Some(chunk) = timeout_at(deadline, response.chunk())
            .await
            .map_err(|_| match &endless {
                None => late(Phase::Body, "", None),
                Some(coding) => {
                    late(Phase::Body, &format!(", and Transfer-Encoding {coding} has the body end with the connection"), Some(ENDLESS))
                }
            })?
            .map_err(|error| self.broken(call, url, &error, Phase::Body))?
        {
            if body.len() + chunk.len() > self.limits.body {
                return Err(self.failure(call, url, Phase::Body, format!("the body is larger than {} bytes", self.limits.body)));
            }
            body.extend_from_slice(&chunk);
        }
        let codings = response.headers().get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let text = form::read(&body, codings).map_err(|coding| {
            let message = format!("the answer is compressed ({coding}), and `Accept-Encoding: identity` asks for one that is not");
            TransportError { hint: Some(COMPRESSED), ..self.failure(call, url, Phase::Body, message) }
        })?;
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let exchange = Exchange::new(
            call,
            url.to_string(),
            shown,
            call.body.as_ref().map(|body| body.text.clone()),
            response.status().as_u16(),
            headers,
            text.text,
            started.elapsed(),
        );
        let exchange = exchange.behind(self.mock_proxy.clone()).flawed(text.flaw);
        self.flaws.lock().expect("nothing panics while it is locked").extend(exchange.flaw.clone());
        let in_chunks = exchange.status == 204 && exchange.header("transfer-encoding").is_some();
        self.chunks_nothing.fetch_or(in_chunks, Ordering::Relaxed);
        Ok(exchange)
    }

    /// The request, and its headers in a form that may be shown.
    fn request(
        &self,
        call: &Call,
        url: &Url,
        lent: Option<&Lent>,
        connection: &Connection,
    ) -> (reqwest::RequestBuilder, Vec<(String, String)>) {
        let method = reqwest::Method::from_bytes(call.method().as_bytes()).expect("the methods of the operations are valid");
        let mut request = connection.to(url).request(method, url.clone()).headers(self.headers.clone());
        let mut shown = self.shown_headers.clone();
        let mut header = |name: &'static str, value: String, as_shown: &str| {
            shown.push((name.to_owned(), as_shown.to_owned()));
            // Reading the token refused every value that is not a valid header.
            HeaderValue::try_from(value).ok().map(|mut value| {
                value.set_sensitive(name == "authorization");
                (HeaderName::from_static(name), value)
            })
        };
        let mut extra: Vec<_> = vec![header("accept", "application/json".into(), "application/json")];
        let token = lent.map_or("", |lent| lent.secret.reveal());
        match call.credential {
            Credential::Nothing => {}
            Credential::Garbage => extra.push(header("authorization", format!("Bearer {GARBAGE}"), &format!("Bearer {GARBAGE}"))),
            Credential::EmptyBearer => extra.push(header("authorization", "Bearer ".into(), "Bearer ")),
            Credential::Identity(_) => extra.push(header("authorization", format!("Bearer {token}"), "Bearer $TOKEN")),
            Credential::OtherScheme(_) => extra.push(header("authorization", format!("Basic {token}"), "Basic $TOKEN")),
        }
        if let Some(content_type) = call.body.as_ref().and_then(|body| body.content_type.clone()) {
            let as_shown = content_type.clone();
            extra.push(header("content-type", content_type, &as_shown));
        }
        let id = uuid::Uuid::new_v4().to_string();
        let as_shown = id.clone();
        extra.push(header("client-request-id", id, &as_shown));
        for (name, value) in extra.into_iter().flatten() {
            request = request.header(name, value);
        }
        if let Some(body) = &call.body {
            request = request.body(body.text.clone());
        }
        (request, shown)
    }

    fn root(&self, version: ApiVersion) -> &Url {
        &self.roots.iter().find(|(known, _)| *known == version).expect("the plan asks only for the target's versions").1
    }

    #[expect(clippy::unused_self, reason = "reads as the client's own failure at each call")]
    fn failure(&self, call: &Call, url: &Url, phase: Phase, message: String) -> TransportError {
        TransportError { phase, method: call.method(), origin: url.origin().ascii_serialization(), message, hint: None }
    }

    /// The error for an exchange that broke off after it reached this phase.
    fn broken(&self, call: &Call, url: &Url, error: &reqwest::Error, reached: Phase) -> TransportError {
        let fault = fault_of(error, url.scheme());
        let phase = if fault.phase == Phase::Answer { reached } else { fault.phase };
        let failure = |hint, cause| TransportError { hint, ..self.failure(call, url, phase, cause) };
        match &self.proxy {
            // Of this machine, a proxy knows nothing.
            Some(proxy) if fault.hint != Some(TOO_FEW_FILES) => match proxied_hint(phase, proxy.scheme()) {
                Some(hint) => failure(Some(hint), format!("{} (through {proxy})", cause(error))),
                None => failure(fault.hint, cause(error)),
            },
            _ if self.mock_proxy.is_some() => failure(mocked_hint(phase).or(fault.hint), cause(error)),
            _ => failure(fault.hint, cause(error)),
        }
    }
}

/// How long the answer to this attempt asks to wait; `None` if the answer is final.
fn wait(call: &Call, exchange: &Exchange, attempts: u32) -> Option<Duration> {
    throttle::wait(exchange.status, exchange.header("retry-after"), call.method() == "GET", attempts, SystemTime::now())
}

/// When to repeat a request; `None` if that is after the deadline, or if it was repeated often enough.
fn until(wait: Duration, attempts: u32, deadline: Instant) -> Option<Instant> {
    Instant::now().checked_add(wait).filter(|until| *until <= deadline && attempts <= throttle::REPETITIONS)
}
