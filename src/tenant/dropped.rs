//! Writes on a connection that was closed before an answer began, as servers do with connections that they have kept for long enough.
//!
//! Such a write was most likely never read. It is sent again only where the user's phones show that it was not carried out.

use crate::api::Operation;
use crate::check::Phones;
use crate::graph::{Account, Call, Credential, Exchange, TransportError};

use super::put_off::Trace;
use super::{Conversation, by_reads};

impl Conversation {
    /// Sends a write once more whose connection was closed with this error. What was said in between is forgotten.
    ///
    /// # Errors
    /// The error that it was where the write may have been carried out; where no answer comes.
    pub(super) async fn send_anew(
        &mut self,
        call: &Call,
        before: Option<&Phones>,
        error: TransportError,
    ) -> Result<Exchange, TransportError> {
        let said = self.exchanges.len();
        let seen = (!self.may_lag() && self.carried_out_since(said).is_empty()).then(|| self.last_seen(&call.account, said)).flatten();
        let known = before.cloned().or(seen);
        // What a read shows until then may be from before the write.
        self.patience().ends().await;
        let harmless = self.is_harmless_twice(call, known.as_ref()).await?;
        self.exchanges.truncate(said);
        if harmless { self.endpoint.client.send_again(call, self.scenario.as_deref()).await } else { Err(error) }
    }

    /// Whether a look shows that a write changed nothing, so that a second one is answered as the first would have been.
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
            // Whoever may not even look can't have changed anything.
            (None, Account::Me) => return Ok(listed.refused()),
            (shown, _) => shown,
        };
        let Some(now) = now else { return Ok(false) };
        Ok(known.is_some_and(|known| now.same_as(known)) || Trace::of(call).is_some_and(|trace| !trace.is_in(&now)))
    }
}
