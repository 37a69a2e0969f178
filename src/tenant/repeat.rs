//! Looks at a user's phones before a write is sent again. [`Repeat`] says when a look is needed.

use tokio::time::Instant;

use crate::api::Operation;
use crate::check::Phones;
use crate::graph::{Account, Call, Credential, Exchange, Phase, TransportError};

use super::effect::Effect;
use super::{Conversation, by_reads};

/// Why there is no answer to judge if the endpoint asks to send a write again that it has carried out.
const UNCLEAR: &str =
    "the endpoint answers 503 with Retry-After, which asks to send the request again, but the user's phones show that it was carried out";

impl Conversation {
    /// Repeats a write as long as its answer asks to send it again later. `first` is the index of that exchange. Looks
    /// at the phones before each try. Drops the exchanges in between.
    ///
    /// Fails if the phones show that the endpoint carried out the write, because its real answer is then unknown. Fails
    /// if no answer comes.
    pub(super) async fn repeat_deferred(&mut self, call: &Call, first: usize, before: Option<&Phones>) -> Result<(), TransportError> {
        let start = Instant::now();
        let mut known = None;
        for attempts in 1.. {
            if !self.endpoint.client.is_deferred(call, &self.exchanges[first], start, attempts)? {
                break;
            }
            let (effect, seen, since) = known.get_or_insert_with(|| {
                // A lagging list may show earlier phones.
                let lags = self.may_lag();
                let (seen, since) =
                    if lags { (None, Vec::new()) } else { (self.last_seen(&call.account, first), self.carried_out_since(first)) };
                (Effect::of(call), before.cloned().or(seen), since)
            });
            if let Some(effect) = effect.as_ref().filter(|effect| effect.tells(seen.as_ref(), since))
                && self.shows(call, effect).await?
            {
                return Err(self.endpoint.client.line.failure(call, Phase::Unclear, UNCLEAR));
            }
            self.has_time(call)?;
            let again = self.endpoint.client.send_again(call, self.scenario.as_deref()).await?;
            self.exchanges.truncate(first);
            self.exchanges.push(again);
        }
        Ok(())
    }

    /// Repeats a write whose connection closed with `error`, if a look shows that the write changed nothing. The
    /// endpoint then answers the second one as it would have answered the first. Drops the exchanges in between.
    ///
    /// Returns `error` if the endpoint may have carried out the write. Fails if no answer comes.
    pub(super) async fn repeat_lost(
        &mut self,
        call: &Call,
        before: Option<&Phones>,
        error: TransportError,
    ) -> Result<Exchange, TransportError> {
        let first = self.exchanges.len();
        let seen = (!self.may_lag() && self.carried_out_since(first).is_empty()).then(|| self.last_seen(&call.account, first)).flatten();
        let known = before.cloned().or(seen);
        // Until then, a read may show the state before the write.
        self.deadline().passes().await;
        let changed_nothing = self.changed_nothing(call, known.as_ref()).await?;
        self.exchanges.truncate(first);
        if changed_nothing { self.endpoint.client.send_again(call, self.scenario.as_deref()).await } else { Err(error) }
    }

    /// Lists the account's phones until they show the effect, or until reads can no longer lag. If an older state can
    /// show the effect too, it counts only at the last look.
    async fn shows(&mut self, call: &Call, effect: &Effect) -> Result<bool, TransportError> {
        let deadline = self.deadline();
        let mut looked = self.exchanges.len();
        loop {
            self.drop_bulk_since(looked);
            looked = self.exchanges.len();
            let listed = self.list(call).await?;
            let shown = Phones::read(&listed, self.endpoint.masking).is_some_and(|phones| effect.is_in(&phones));
            self.exchanges.push(listed);
            if shown && (effect.is_new() || !self.may_lag()) || !deadline.next_look().await {
                return Ok(shown);
            }
        }
    }

    /// Whether a look shows that a write changed nothing.
    async fn changed_nothing(&mut self, call: &Call, known: Option<&Phones>) -> Result<bool, TransportError> {
        let listed = self.list(call).await?;
        let now = match (Phones::read(&listed, self.endpoint.masking), &call.account) {
            (None, Account::User(user)) => by_reads(self, user, None).await?,
            // A caller who may not read the phones can't have changed them.
            (None, Account::Me) => return Ok(listed.refused()),
            (shown, _) => shown,
        };
        let Some(now) = now else { return Ok(false) };
        Ok(known.is_some_and(|known| now.same_as(known)) || Effect::of(call).is_some_and(|effect| !effect.is_in(&now)))
    }

    /// Lists the phones of the account that a request is about, without recording the exchange.
    async fn list(&self, call: &Call) -> Result<Exchange, TransportError> {
        let credential = match call.account {
            Account::Me => call.credential,
            Account::User(_) => Credential::Identity(self.endpoint.administrator),
        };
        let look = Call { operation: Operation::List, phone: None, body: None, credential, ..call.clone() };
        self.has_time(&look)?;
        self.endpoint.client.send(&look).await
    }

    /// The phones of an account in the last list before the exchange at index `until`.
    fn last_seen(&self, account: &Account, until: usize) -> Option<Phones> {
        let mut lists =
            self.exchanges[..until].iter().rev().filter(|exchange| exchange.operation == Operation::List && exchange.account == *account);
        lists.find_map(|exchange| Phones::read(exchange, self.endpoint.masking))
    }

    /// The writes that were accepted between the last list and the exchange at index `until`.
    fn carried_out_since(&self, until: usize) -> Vec<Operation> {
        let after = self.exchanges[..until].iter().rev().take_while(|exchange| exchange.operation != Operation::List);
        after.filter(|exchange| exchange.succeeded() && !exchange.operation.reads()).map(|exchange| exchange.operation).collect()
    }
}
