//! Talking to an endpoint on behalf of one scenario, and keeping what was said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::api::{ApiVersion, Operation};
use crate::check::{Phones, Wanted};
use crate::graph::{Account, Body, Call, Client, Credential, Exchange, Phase, TransportError};

use super::{LeftAlone, Made, Patience, UNREADABLE};

/// An endpoint, and how its users' phones are looked after.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The way there.
    pub client: Arc<Client>,
    /// Index of the identity that sets up and looks after users.
    pub administrator: usize,
    /// Whether that identity may be shown masked numbers.
    pub masking: bool,
    /// How long a read may lag behind a write.
    pub consistency_timeout: Duration,
    /// Versions whose list is wrong, so that phones are looked at one by one there.
    pub wrong_lists: BTreeSet<ApiVersion>,
    /// Users about whom nothing is written.
    pub left_alone: LeftAlone,
    /// What was made under ids that only the endpoint knows.
    pub made: Arc<Made>,
    /// Operations that are never sent, as the endpoint is documented to have none of them, each with the sentence that says so.
    pub left_out: BTreeMap<Operation, String>,
}

/// Through what a user's phones are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Through the list, and through single reads where it is in doubt.
    List,
    /// Through single reads.
    Reads,
}

/// What is said between one scenario and the endpoint.
#[derive(Debug)]
pub struct Conversation {
    /// The endpoint.
    pub endpoint: Arc<Endpoint>,
    /// The version that is spoken.
    pub version: ApiVersion,
    /// Every exchange so far.
    pub exchanges: Vec<Exchange>,
    /// When it has to come to an end, and after how long that is; nothing is sent any more then.
    pub limit: Option<(Instant, Duration)>,
    /// The longest that a write took to show, where reads had to be repeated.
    pub lag: Option<Duration>,
    /// The id of the scenario that talks, where it is one.
    pub scenario: Option<String>,
}

impl Conversation {
    /// A conversation in which nothing was said.
    pub const fn new(endpoint: Arc<Endpoint>, version: ApiVersion) -> Self {
        Self { endpoint, version, exchanges: Vec::new(), limit: None, lag: None, scenario: None }
    }

    /// Through what phones are looked at in this conversation.
    pub fn view(&self) -> View {
        if self.endpoint.wrong_lists.contains(&self.version) { View::Reads } else { View::List }
    }

    /// How long it is worth looking again from now on.
    pub fn patience(&self) -> Patience {
        Patience::since(Instant::now(), self.endpoint.consistency_timeout)
    }

    /// Whether what a read shows may be older than what was written last.
    pub fn may_lag(&self) -> bool {
        !self.endpoint.consistency_timeout.is_zero()
    }

    /// Keeps how long what was written took to show: nothing worth mentioning, where the first of the looks showed it.
    pub fn shown_after(&mut self, looks: u32, patience: Patience) {
        if looks > 1 {
            self.lag = self.lag.max(Some(patience.elapsed()));
        }
    }

    /// Sends a request and keeps the exchange; the number is its place among the exchanges.
    ///
    /// # Errors
    /// Fails where no complete answer comes, where a token that was accepted before no longer is, and where it can't be told what became
    /// of a write.
    pub async fn send(&mut self, call: &Call) -> Result<usize, TransportError> {
        self.send_knowing(call, None).await
    }

    /// Sends a request about an account that is known to have had these phones.
    ///
    /// # Errors
    /// As for [`Self::send`].
    pub async fn send_knowing(&mut self, call: &Call, before: Option<&Phones>) -> Result<usize, TransportError> {
        self.has_time(call)?;
        if self.endpoint.left_alone.forbids(call) {
            return Err(self.endpoint.client.held_up(call, UNREADABLE.to_owned()));
        }
        let exchange = match self.endpoint.client.send_for(call, self.scenario.as_deref()).await {
            Err(error) if error.phase == Phase::Dropped => Box::pin(self.send_anew(call, before, error)).await?,
            answer => answer?,
        };
        self.exchanges.push(exchange);
        let index = self.insist(call, self.exchanges.len() - 1, before).await?;
        self.endpoint.made.note(call, &self.exchanges[index]);
        if self.exchanges[index].status == 401 {
            self.endpoint.client.still_accepts(call).await?;
        }
        Ok(index)
    }

    /// Sends two writes at the same moment and keeps both exchanges, in this order; the number is the place of the first.
    ///
    /// # Errors
    /// Fails where one of them gets no complete answer: whether it was carried out can't be told then.
    pub async fn send_two(&mut self, calls: &[Call; 2]) -> Result<usize, TransportError> {
        self.has_time(&calls[0])?;
        let scenario = self.scenario.as_deref();
        let send = |call| self.endpoint.client.send_for(call, scenario);
        let (one, other) = futures::join!(send(&calls[0]), send(&calls[1]));
        let first = self.exchanges.len();
        for (call, exchange) in calls.iter().zip([one?, other?]) {
            self.endpoint.made.note(call, &exchange);
            self.exchanges.push(exchange);
        }
        Ok(first)
    }

    /// Leaves out large bodies of what was said since, as a later look has taken its place.
    pub fn drop_bulk_since(&mut self, said: usize) {
        self.exchanges.iter_mut().skip(said).for_each(Exchange::drop_bulk);
    }

    /// Whether a request may still be sent.
    pub(super) fn has_time(&self, call: &Call) -> Result<(), TransportError> {
        let Some((_, limit)) = self.limit.filter(|(end, _)| Instant::now() >= *end) else { return Ok(()) };
        let why = format!("the scenario has taken longer than {}", humantime::format_duration(limit));
        Err(self.endpoint.client.held_up(call, why))
    }

    /// The administrator's request about a user.
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

    /// Sends the administrator's request about a user.
    ///
    /// # Errors
    /// Fails where no complete answer comes.
    pub async fn ask(
        &mut self,
        operation: Operation,
        user: &str,
        phone: Option<&str>,
        body: Option<Body>,
    ) -> Result<&Exchange, TransportError> {
        self.ask_knowing(operation, user, phone, body, None).await
    }

    /// Sends the administrator's request about a user who is known to have had these phones.
    ///
    /// # Errors
    /// Fails where no complete answer comes.
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

/// The body that asks for a phone.
pub fn phone_body(wanted: &Wanted) -> Body {
    Body::json(serde_json::json!({ "phoneNumber": wanted.number, "phoneType": wanted.kind.name() }).to_string())
}
