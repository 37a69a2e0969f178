//! Sends every request to the endpoint, and repeats it if needed. No other code talks to the endpoint.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use crate::target::Target;

use super::connection::ConnectionError;
use super::health::{GONE_AFTER, Health};
use super::line::Line;
use super::outage::Outage;
use super::throttle::{self, Gate};
use super::wallet::Lent;
use super::{Call, Credential, Exchange, Limits, Phase, Redactor, Repeat, TransportError, Wallet};

/// A request is tried with at most this many tokens, because a token may expire before it arrives.
const TOKENS: u32 = 4;

/// How long to wait for a refused connection. A refusal comes at once; an answer may take longer.
const REFUSED_WITHIN: Duration = Duration::from_millis(500);

/// Why a request is not sent after sending has ended.
const AT_AN_END: &str = "not sent: the run has ended";

/// Speaks to one endpoint.
#[derive(Debug)]
pub struct Client {
    /// The connections to the endpoint.
    pub line: Line,
    /// What is known about refused connections.
    pub outage: Outage,
    health: Mutex<Health>,
    wallet: Arc<Wallet>,
    limits: Limits,
    /// When the endpoint throttles one request, all of them wait.
    gate: Gate,
    /// One permit for each request that may be in flight; `None` if there is no limit.
    places: Option<Semaphore>,
}

impl Client {
    /// A client for a target's endpoint that uses the wallet's tokens.
    ///
    /// # Errors
    /// Fails if a certificate file can't be used or TLS can't be set up.
    pub fn new(target: &Target, wallet: Arc<Wallet>, limits: Limits) -> Result<Self, ConnectionError> {
        let proxy = if target.mock_proxy.is_none() { wallet.proxy_for(&target.base_url) } else { None };
        Ok(Self {
            line: Line::new(target, proxy, limits)?,
            health: Mutex::new(Health::new()),
            wallet,
            limits,
            gate: Gate::default(),
            outage: Outage::new(limits.wait),
            places: limits.concurrency.map(Semaphore::new),
        })
    }

    /// The redactor of the target's secrets.
    pub fn redactor(&self) -> &Redactor {
        self.wallet.redactor()
    }

    /// How the endpoint has answered so far.
    pub fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().expect("nothing panics while it is locked")
    }

    /// Sends a request and reads the whole answer. Repeats the request if [`Repeat`] allows that without a look at the
    /// user's phones.
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
        if self.health().is_gone(self.limits.request_timeout) {
            let why = format!("{GONE_AFTER} requests in a row got no answer, so the run sends no more");
            return Err(self.line.failure(call, Phase::NotSent, why));
        }
        let result = self.try_to_send(call, scenario).await;
        self.health().ended(call, &result);
        result
    }

    /// Sends a write again after a look has shown that it was not carried out.
    ///
    /// # Errors
    /// As for [`Self::send`].
    pub async fn send_again(&self, call: &Call, scenario: Option<&str>) -> Result<Exchange, TransportError> {
        self.health().traffic.retries += 1;
        self.send_for(call, scenario).await
    }

    /// Whether the endpoint asks to send a write again later. If so, all requests wait as long as it asks. The write
    /// was first sent at `sent` and tried `attempts` times.
    ///
    /// # Errors
    /// Fails if the endpoint asks to wait longer than the limit.
    pub fn is_deferred(&self, call: &Call, exchange: &Exchange, sent: Instant, attempts: u32) -> Result<bool, TransportError> {
        let Repeat::UnlessDone(wait) = Repeat::of(call, Ok(exchange), attempts) else { return Ok(false) };
        if self.gate.close(wait, attempts, sent + self.limits.max_retry_wait) {
            return Ok(true);
        }
        self.health().throttled();
        Err(self.throttled_too_long(call, exchange, attempts))
    }

    /// Checks after a 401 whether the endpoint still accepts the caller's token for a read that it accepted before.
    ///
    /// # Errors
    /// Fails if the endpoint refuses the token, because the 401 then says nothing about conformance, or if no answer
    /// comes.
    pub async fn still_accepts(&self, call: &Call) -> Result<(), TransportError> {
        let Credential::Identity(identity) = call.credential else { return Ok(()) };
        let Some(before) = self.health().accepted.get(&identity).cloned() else { return Ok(()) };
        if self.send(&before).await?.status != 401 {
            return Ok(());
        }
        let name = self.wallet.identity(identity);
        let why = format!("the token of the identity `{name}` was accepted before, but now gets 401: it may have expired");
        Err(self.line.failure(call, Phase::Spent, why))
    }

    /// Stops sending; requests in flight go on.
    pub fn halt(&self) {
        self.gate.halted.send_replace(true);
    }

    /// Allows sending again and forgets that the endpoint was silent.
    pub fn resume(&self) {
        self.gate.halted.send_replace(false);
        self.outage.resume();
        self.health().forget_silence();
    }

    async fn try_to_send(&self, call: &Call, scenario: Option<&str>) -> Result<Exchange, TransportError> {
        let deadline = Instant::now() + self.limits.max_retry_wait;
        let ended = || self.line.failure(call, Phase::Interrupted, AT_AN_END);
        let no_token = |message| self.line.failure(call, Phase::Token, message);
        let (mut tokens, mut refused) = (1, false);
        for attempt in 1.. {
            if !self.gate.pass().await {
                return Err(ended());
            }
            let again = attempt > 1 && !refused;
            {
                let traffic = &mut self.health().traffic;
                traffic.requests += 1;
                traffic.retries += u64::from(again);
            }
            let lent = match call.credential.identity() {
                Some(identity) => Some(self.wallet.lend(identity).await.map_err(no_token)?),
                None => None,
            };
            let result = match self.attempt(call, lent.as_ref()).await {
                Err(error) => Err(self.when_down(error).await),
                answered => answered,
            };
            refused = result.as_ref().is_err_and(|error| error.phase == Phase::Refused);
            if refused {
                if self.outage.another_attempt().await {
                    self.health().traffic.requests -= 1;
                    continue;
                }
                return if self.outage.is_gone() { Err(ended()) } else { result };
            }
            match &result {
                Ok(exchange) => {
                    self.outage.answered();
                    if let (Credential::Identity(identity), Some(lent)) = (call.credential, &lent)
                        && self.wallet.answered(identity, lent, exchange.status).await.map_err(no_token)?
                        && tokens < TOKENS
                    {
                        tokens += 1;
                        continue;
                    }
                }
                Err(error) if matches!(error.phase, Phase::Answer | Phase::Dropped | Phase::Body) => {
                    self.outage.lost(self.line.lost(call, scenario));
                }
                Err(_) => {}
            }
            match Repeat::of(call, result.as_ref(), attempt) {
                // This repeats at most once: after a dropped connection, no connection is kept.
                Repeat::Now => {}
                Repeat::After(wait) if self.gate.close(wait, attempt, deadline) => {}
                Repeat::After(_) => {
                    return result.and_then(|exchange| match exchange.status {
                        504 => Ok(exchange),
                        _ => Err(self.throttled_too_long(call, &exchange, attempt)),
                    });
                }
                Repeat::Never | Repeat::UnlessDone(_) | Repeat::IfNotDone => return result,
            }
        }
        unreachable!("the loop ends when the deadline has come")
    }

    /// The error of a request. If the endpoint now refuses connections, the error's phase says so.
    async fn when_down(&self, error: TransportError) -> TransportError {
        let phase = match error.phase {
            Phase::Connect if self.refuses_connections().await => Phase::Refused,
            Phase::Answer if self.refuses_connections().await => Phase::Dropped,
            phase => phase,
        };
        TransportError { phase, ..error }
    }

    /// Whether the endpoint answered before and now refuses a new connection.
    async fn refuses_connections(&self) -> bool {
        let Some((identity, read)) = self.health().accepted.first_key_value().map(|(identity, read)| (*identity, read.clone())) else {
            return false;
        };
        let Ok(lent) = self.wallet.lend(identity).await else { return false };
        self.health().traffic.requests += 1;
        let answer = timeout(REFUSED_WITHIN, self.line.exchange(&read, Some(&lent), true)).await;
        answer.is_ok_and(|answer| answer.is_err_and(|error| error.phase == Phase::Refused))
    }

    /// Sends a request once, as soon as the number of requests in flight allows it.
    async fn attempt(&self, call: &Call, lent: Option<&Lent>) -> Result<Exchange, TransportError> {
        let _place = match &self.places {
            Some(places) => places.acquire().await.ok(),
            None => None,
        };
        let anew = self.health().needs_new_connections();
        let result = self.line.exchange(call, lent, anew).await;
        self.health().attempted(anew, &result);
        result
    }

    /// The error for a request that the endpoint throttles beyond the limit.
    fn throttled_too_long(&self, call: &Call, exchange: &Exchange, attempts: u32) -> TransportError {
        let message = throttle::too_long(exchange, attempts, self.limits.max_retry_wait);
        self.line.failure(call, Phase::Throttled, message)
    }
}
