//! What the answers so far say about the endpoint and the connections to it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::Instant;

use crate::api::Operation;

use super::failures::{Answers, Failures};
use super::{Call, Credential, Exchange, Phase, Repeat, TransportError};

/// The endpoint counts as gone after this many requests in a row without an answer.
pub(super) const GONE_AFTER: u32 = 8;

/// A request that the endpoint throttles beyond the limit counts as this many requests without an answer.
const THROTTLED: u32 = GONE_AFTER / 2;

/// Counts of the requests that were sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests, retries included.
    pub requests: u64,
    /// Requests that were sent again.
    pub retries: u64,
}

/// How an endpoint has answered so far.
#[derive(Debug)]
pub struct Health {
    /// What was sent.
    pub traffic: Traffic,
    /// How many writes the endpoint accepted.
    pub accepted_writes: u64,
    /// How many writes got no answer. The endpoint may have carried them out or not.
    pub lost_writes: u64,
    /// Whether the endpoint sends `Transfer-Encoding` with a 204, which has no body.
    pub chunks_nothing: bool,
    /// Why clients can't read answers: the different [`Exchange::flaw`]s.
    pub flaws: BTreeSet<String>,
    /// When the last answer came, and the number of requests without an answer since.
    heard: (Instant, u32),
    /// For each identity whose token was accepted, a read that was accepted with it.
    pub(super) accepted: BTreeMap<usize, Call>,
    connections: Connections,
    answers: Answers,
}

/// Which connections the endpoint needs.
#[derive(Debug, PartialEq, Eq)]
enum Connections {
    /// Connections are kept.
    Kept,
    /// The endpoint closed one without an answer. From then on each request uses a new connection.
    Dropped,
    /// An answer has come since then.
    Reconnected,
}

impl Health {
    /// The health of an endpoint before the first request.
    pub(super) fn new() -> Self {
        Self {
            traffic: Traffic::default(),
            accepted_writes: 0,
            lost_writes: 0,
            chunks_nothing: false,
            flaws: BTreeSet::new(),
            heard: (Instant::now(), 0),
            accepted: BTreeMap::new(),
            connections: Connections::Kept,
            answers: Answers::default(),
        }
    }

    /// The operations that the endpoint sometimes fails to answer.
    pub fn failures(&self) -> Vec<Failures> {
        self.answers.failures(Operation::ALL.iter()).collect()
    }

    /// Whether the endpoint closes connections without notice but answers if each request uses a new one.
    pub fn reconnected(&self) -> bool {
        self.connections == Connections::Reconnected
    }

    /// Whether each request needs a new connection.
    pub(super) fn needs_new_connections(&self) -> bool {
        self.connections != Connections::Kept
    }

    /// Whether the endpoint has stopped answering, so that waiting for every further answer would take too long.
    pub(super) fn is_gone(&self, request_timeout: Duration) -> bool {
        let (last, unanswered) = self.heard;
        unanswered >= GONE_AFTER && last.elapsed() > request_timeout
    }

    /// Forgets that the endpoint was silent.
    pub(super) fn forget_silence(&mut self) {
        self.heard = (Instant::now(), 0);
    }

    /// Records the result of one attempt. `anew` tells whether it used a new connection.
    pub(super) fn attempted(&mut self, anew: bool, result: &Result<Exchange, TransportError>) {
        match result {
            Ok(exchange) => {
                self.flaws.extend(exchange.flaw.clone());
                self.chunks_nothing |= exchange.status == 204 && exchange.header("transfer-encoding").is_some();
            }
            Err(error) if error.phase == Phase::Dropped && !self.needs_new_connections() => self.connections = Connections::Dropped,
            Err(error) if error.phase == Phase::Body => {}
            Err(_) => return,
        }
        if anew {
            self.connections = Connections::Reconnected;
        }
    }

    /// Records the result of a request after its last attempt.
    pub(super) fn ended(&mut self, call: &Call, result: &Result<Exchange, TransportError>) {
        match result {
            Ok(exchange) => {
                self.answers.count(call, exchange);
                self.accepted_writes += u64::from(exchange.succeeded() && !call.operation.reads());
                if let Credential::Identity(identity) = call.credential
                    && exchange.status != 401
                    && call.operation.reads()
                {
                    self.accepted.entry(identity).or_insert_with(|| call.clone());
                }
                // If the request will be repeated, this answer does not show that the endpoint works.
                if Repeat::of(call, Ok(exchange), 1) == Repeat::Never {
                    self.forget_silence();
                }
            }
            Err(error) => match error.phase {
                // The endpoint never saw this request.
                Phase::NotSent | Phase::Interrupted | Phase::Token => {}
                Phase::Throttled => self.throttled(),
                phase => {
                    let is_lost = matches!(phase, Phase::Answer | Phase::Dropped | Phase::Body) && !call.operation.reads();
                    self.lost_writes += u64::from(is_lost);
                    self.heard.1 += 1;
                }
            },
        }
    }

    /// Records that the endpoint throttled a request beyond the limit.
    pub(super) fn throttled(&mut self) {
        self.heard.1 += THROTTLED;
    }
}
