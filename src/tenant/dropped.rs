//! Handles writes whose connection closed before an answer began, as servers close connections that were idle for long.
//!
//! The server most likely never read such a write. It is sent again only if the user's phones show that it was not
//! carried out.

use crate::api::Operation;
use crate::check::Phones;
use crate::graph::{Account, Call, Credential, Exchange, TransportError};

use super::put_off::Trace;
use super::{Conversation, by_reads};

impl Conversation {
    /// Sends a write again after its connection closed with `error`. The exchanges in between are dropped.
    ///
    /// # Errors
    /// Returns `error` if the write may have been carried out; fails if no answer comes.
    pub(super) async fn send_anew(
        &mut self,
        call: &Call,
        before: Option<&Phones>,
        error: TransportError,
    ) -> Result<Exchange, TransportError> {
        let said = self.exchanges.len();
        let seen = (!self.may_lag() && self.carried_out_since(said).is_empty()).then(|| self.last_seen(&call.account, said)).flatten();
        let known = before.cloned().or(seen);
        // Before that, a read may show the state before the write.
        self.deadline().passes().await;
        let harmless = self.is_harmless_twice(call, known.as_ref()).await?;
        self.exchanges.truncate(said);
        if harmless { self.endpoint.client.send_again(call, self.scenario.as_deref()).await } else { Err(error) }
    }

    /// Whether a look shows that the write changed nothing, so that the endpoint answers the second one like the first.
    async fn is_harmless_twice(&mut self, call: &Call, known: Option<&Phones>) -> Result<bool, TransportError> {
        let credential = match call.account {
            Account::Me => call.credential,
            Account::User(_) => Credential::Identity(self.endpoint.administrator),
        };
        let look = Call { operation: Operation::List, phone: None, body: None, credential, ..call.clone() };
        self.has_time(&look)?;
        let listed = self.endpoint.client.send(&look).await?;
        let now = match (Phones::read(&listed, self.endpoint.masking), &call.account) {
            (None, Account::User(user)) => by_reads(self, user, None).await?,
            // A caller who may not even read can't have changed anything.
            (None, Account::Me) => return Ok(listed.refused()),
            (shown, _) => shown,
        };
        let Some(now) = now else { return Ok(false) };
        Ok(known.is_some_and(|known| now.same_as(known)) || Trace::of(call).is_some_and(|trace| !trace.is_in(&now)))
    }
}
