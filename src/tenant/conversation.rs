//! One scenario's conversation with an endpoint: sends requests and records the exchanges.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::api::{ApiVersion, Operation};
use crate::check::{Phones, Wanted};
use crate::graph::{Account, Body, Call, Client, Credential, Exchange, Phase, Repeat, TransportError};

use super::isolation::Isolation;
use super::{Deadline, LeftAlone, Made, UNREADABLE};

/// An endpoint, with what is needed to manage its users' phones.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The HTTP client.
    pub client: Arc<Client>,
    /// Index of the identity that sets up users and puts them back.
    pub administrator: usize,
    /// Whether that identity may see masked numbers.
    pub masking: bool,
    /// How long a read may lag behind a write.
    pub consistency_timeout: Duration,
    /// Versions whose list is wrong. Phones are then read one by one.
    pub wrong_lists: BTreeSet<ApiVersion>,
    /// Whether no list hides a phone, so that single reads would show nothing more.
    pub lists_are_right: bool,
    /// Users that the run never writes to.
    pub left_alone: LeftAlone,
    /// Phones that were created under ids chosen by the endpoint.
    pub made: Arc<Made>,
    /// Operations that change only the user they name.
    pub isolation: Arc<Isolation>,
    /// Operations that the documents say this endpoint lacks, each with a sentence. They are never sent.
    pub left_out: BTreeMap<Operation, String>,
}

/// How to read a user's phones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// With the list, and with single reads if the list is in doubt.
    List,
    /// With single reads.
    Reads,
}

/// The exchanges of one scenario with the endpoint.
#[derive(Debug)]
pub struct Conversation {
    /// The endpoint.
    pub endpoint: Arc<Endpoint>,
    /// The version of the API.
    pub version: ApiVersion,
    /// Every exchange so far.
    pub exchanges: Vec<Exchange>,
    /// The time when the conversation must end, and its length in all. It sends nothing afterwards.
    pub limit: Option<(Instant, Duration)>,
    /// The longest time that a write took to show, if reads had to be repeated.
    pub lag: Option<Duration>,
    /// The id of the scenario, if one holds the conversation.
    pub scenario: Option<String>,
}

impl Conversation {
    /// A conversation without exchanges.
    pub const fn new(endpoint: Arc<Endpoint>, version: ApiVersion) -> Self {
        Self { endpoint, version, exchanges: Vec::new(), limit: None, lag: None, scenario: None }
    }

    /// How this conversation reads phones.
    pub fn view(&self) -> View {
        if self.endpoint.wrong_lists.contains(&self.version) { View::Reads } else { View::List }
    }

    /// The time, from now on, until which a repeated read may show something new.
    pub fn deadline(&self) -> Deadline {
        Deadline::since(Instant::now(), self.endpoint.consistency_timeout)
    }

    /// Whether a read may show a state from before the last write.
    pub fn may_lag(&self) -> bool {
        !self.endpoint.consistency_timeout.is_zero()
    }

    /// Records how long a write took to show, unless the first look showed it.
    pub fn shown_after(&mut self, looks: u32, deadline: &Deadline) {
        if looks > 1 {
            self.lag = self.lag.max(Some(deadline.elapsed()));
        }
    }

    /// Sends a request and records the exchange. Returns its index.
    ///
    /// Fails if no complete answer comes, if the endpoint refuses a token that it accepted before, or if it is unclear
    /// whether a write took effect.
    pub async fn send(&mut self, call: &Call) -> Result<usize, TransportError> {
        self.send_knowing(call, None).await
    }

    /// Sends a request about an account that had the phones `before`.
    pub async fn send_knowing(&mut self, call: &Call, before: Option<&Phones>) -> Result<usize, TransportError> {
        self.may_send(call)?;
        let exchange = match self.endpoint.client.send_for(call, self.scenario.as_deref()).await {
            Err(error) if Repeat::of(call, Err(&error), 1) == Repeat::IfNotDone => Box::pin(self.repeat_lost(call, before, error)).await?,
            result => result?,
        };
        self.exchanges.push(exchange);
        let index = self.exchanges.len() - 1;
        self.repeat_deferred(call, index, before).await?;
        self.endpoint.made.note(call, &self.exchanges[index]);
        if self.exchanges[index].status == 401 {
            self.endpoint.client.still_accepts(call).await?;
        }
        Ok(index)
    }

    /// Sends two writes at the same time and records both exchanges, in this order. Returns the index of the first.
    ///
    /// Fails if one of them gets no complete answer. The endpoint may or may not have carried it out.
    pub async fn send_two(&mut self, calls: &[Call; 2]) -> Result<usize, TransportError> {
        calls.iter().try_for_each(|call| self.may_send(call))?;
        let scenario = self.scenario.as_deref();
        let send = |call| self.endpoint.client.send_for(call, scenario);
        let (one, other) = futures::join!(send(&calls[0]), send(&calls[1]));
        let first = self.exchanges.len();
        let mut failed = Ok(first);
        for (call, answer) in calls.iter().zip([one, other]) {
            match answer {
                Ok(exchange) => {
                    self.endpoint.made.note(call, &exchange);
                    self.exchanges.push(exchange);
                }
                Err(error) => failed = Err(error),
            }
        }
        failed
    }

    /// Drops large bodies from the exchanges since index `first`, because a later look replaces them.
    pub fn drop_bulk_since(&mut self, first: usize) {
        self.exchanges.iter_mut().skip(first).for_each(Exchange::drop_bulk);
    }

    /// Fails if there is no time left, or if the request may change a user that the run must not write to.
    fn may_send(&self, call: &Call) -> Result<(), TransportError> {
        self.has_time(call)?;
        if self.endpoint.left_alone.forbids(call) {
            return Err(self.endpoint.client.line.failure(call, Phase::NotSent, UNREADABLE));
        }
        Ok(())
    }

    /// Fails if there is no time left for a request.
    pub(super) fn has_time(&self, call: &Call) -> Result<(), TransportError> {
        let Some((_, limit)) = self.limit.filter(|(end, _)| Instant::now() >= *end) else { return Ok(()) };
        let why = format!("the scenario has taken longer than {}", humantime::format_duration(limit));
        Err(self.endpoint.client.line.failure(call, Phase::NotSent, why))
    }

    /// An administrator's request about a user.
    pub fn call(&self, operation: Operation, user: &str, phone: Option<&str>, body: Option<Body>) -> Call {
        Call {
            operation,
            version: self.version,
            account: Account::User(user.to_owned()),
            phone: phone.map(str::to_owned),
            credential: Credential::Identity(self.endpoint.administrator),
            body,
        }
    }

    /// Sends an administrator's request about a user.
    pub async fn ask(
        &mut self,
        operation: Operation,
        user: &str,
        phone: Option<&str>,
        body: Option<Body>,
    ) -> Result<&Exchange, TransportError> {
        self.ask_knowing(operation, user, phone, body, None).await
    }

    /// Sends an administrator's request about a user who had the phones `before`.
    pub async fn ask_knowing(
        &mut self,
        operation: Operation,
        user: &str,
        phone: Option<&str>,
        body: Option<Body>,
        before: Option<&Phones>,
    ) -> Result<&Exchange, TransportError> {
        let call = self.call(operation, user, phone, body);
        let index = self.send_knowing(&call, before).await?;
        Ok(&self.exchanges[index])
    }
}

/// The body of a request to create a phone.
pub fn phone_body(wanted: &Wanted) -> Body {
    Body::json(serde_json::json!({ "phoneNumber": wanted.number, "phoneType": wanted.kind.name() }).to_string())
}
