//! Handles writes that the endpoint postpones: 503 with `Retry-After`.
//!
//! Such an answer says that nothing was done and that the client must send the write again. The harness first checks
//! that nothing was done: if the write was carried out, the second one would be refused, and the endpoint would be
//! blamed for the wrong mistake.

use serde_json::Value;
use tokio::time::Instant;

use crate::api::Operation;
use crate::check::Phones;
use crate::graph::{Account, Call, Credential, Phone, PhoneNumber, PhoneType, SmsSignInState, StrangeItem, TransportError};

use super::Conversation;

/// What a user's phones show after a write was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trace {
    /// A phone with this number exists, of this type or of any.
    Added(Option<PhoneType>, String),
    /// The phone with this id has this number.
    Renumbered(String, String),
    /// No phone has this id.
    Gone(String),
    /// The mobile phone is a sign-in name, or is not.
    SignsIn(bool),
}

impl Trace {
    /// The trace of a write; `None` if nothing would show.
    pub(super) fn of(call: &Call) -> Option<Self> {
        let body: Option<Value> = call.body.as_ref().and_then(|body| serde_json::from_str(&body.text).ok());
        let text = |key: &str| body.as_ref()?.get(key)?.as_str();
        let id = || call.phone.clone();
        Some(match call.operation {
            Operation::Create => Self::Added(text("phoneType").and_then(|kind| kind.parse().ok()), digits(text("phoneNumber")?)),
            Operation::Update => Self::Renumbered(id()?, digits(text("phoneNumber")?)),
            Operation::Delete => Self::Gone(id()?),
            Operation::EnableSmsSignIn => Self::SignsIn(true),
            Operation::DisableSmsSignIn => Self::SignsIn(false),
            Operation::List | Operation::Get => return None,
        })
    }

    /// Whether these phones show the trace.
    pub(super) fn is_in(&self, phones: &Phones) -> bool {
        let has_id = |phone: &Phone, id: &str| phone.id.as_deref().unwrap_or(phone.kind.well_known_id()).eq_ignore_ascii_case(id);
        match self {
            Self::Added(kind, number) => {
                let strange = phones.strange().iter().filter_map(StrangeItem::number);
                let numbers = phones.iter().filter(|phone| kind.is_none_or(|kind| kind == phone.kind)).map(|phone| phone.number.clone());
                numbers.chain(strange.filter(|_| kind.is_none())).any(|shown| shown.digits() == *number)
            }
            Self::Renumbered(id, number) => phones.iter().any(|phone| has_id(phone, id) && phone.number.digits() == *number),
            Self::Gone(id) => !phones.iter().any(|phone| has_id(phone, id)) && !phones.ids().any(|shown| shown.eq_ignore_ascii_case(id)),
            Self::SignsIn(on) => {
                phones.of(PhoneType::Mobile).is_some_and(|phone| (phone.sms_sign_in_state == Some(SmsSignInState::Ready)) == *on)
            }
        }
    }

    /// Whether an older state can't show it, because the number is new to the user.
    const fn is_new(&self) -> bool {
        matches!(self, Self::Added(..) | Self::Renumbered(..))
    }

    /// Whether phones that show the trace prove that the write was carried out. `before` was seen last; the operations
    /// `since` were carried out afterwards.
    fn tells(&self, before: Option<&Phones>, since: &[Operation]) -> bool {
        let was_there = before.is_some_and(|before| self.is_in(before));
        match self {
            Self::Added(..) | Self::Renumbered(..) => !was_there,
            // Deleting an absent phone has the same result.
            Self::Gone(_) => before.is_some() && !was_there || since.contains(&Operation::Create),
            // Switching twice has the same result, so a doubt does no harm.
            Self::SignsIn(_) => before.is_some() && !was_there && since.is_empty(),
        }
    }
}

fn digits(number: &str) -> String {
    PhoneNumber::from(number).digits()
}

impl Conversation {
    /// Sends a write again while its answer postpones it, and looks at the phones before each try. Exchanges in between
    /// are dropped, as when the client waits on its own. Returns the index of the final answer.
    ///
    /// # Errors
    /// Fails if the write was carried out after all, because its real answer is unknown then; fails if no answer comes.
    pub(super) async fn insist(&mut self, call: &Call, first: usize, before: Option<&Phones>) -> Result<usize, TransportError> {
        let start = Instant::now();
        if !self.endpoint.client.puts_off(call, &self.exchanges[first], start, 1)? {
            return Ok(first);
        }
        let trace = Trace::of(call);
        // A lagging list may show earlier phones.
        let (seen, since) =
            if self.may_lag() { (None, Vec::new()) } else { (self.last_seen(&call.account, first), self.carried_out_since(first)) };
        let known = before.cloned().or(seen);
        let mut attempts = 1;
        while self.endpoint.client.puts_off(call, &self.exchanges[first], start, attempts)? {
            if let Some(trace) = trace.as_ref().filter(|trace| trace.tells(known.as_ref(), &since))
                && self.shows(call, trace).await?
            {
                return Err(self.endpoint.client.unclear(call));
            }
            self.has_time(call)?;
            let again = self.endpoint.client.send_again(call, self.scenario.as_deref()).await?;
            self.exchanges.truncate(first);
            self.exchanges.push(again);
            attempts += 1;
        }
        Ok(first)
    }

    /// Looks at the account until its phones show the trace, or until reads can no longer lag. A trace that an older
    /// state can show counts only then. A caller who may not even read can't have changed anything.
    async fn shows(&mut self, call: &Call, trace: &Trace) -> Result<bool, TransportError> {
        let credential = match call.account {
            Account::Me => call.credential,
            Account::User(_) => Credential::Identity(self.endpoint.administrator),
        };
        let look = Call { operation: Operation::List, phone: None, body: None, credential, ..call.clone() };
        let deadline = self.deadline();
        let mut said = self.exchanges.len();
        loop {
            self.has_time(&look)?;
            self.drop_bulk_since(said);
            said = self.exchanges.len();
            let listed = self.endpoint.client.send(&look).await?;
            let shown = Phones::read(&listed, self.endpoint.masking).is_some_and(|phones| trace.is_in(&phones));
            self.exchanges.push(listed);
            if shown && (trace.is_new() || !self.may_lag()) || !deadline.next_look().await {
                return Ok(shown);
            }
        }
    }

    /// The phones of an account in the last list before an exchange.
    pub(super) fn last_seen(&self, account: &Account, until: usize) -> Option<Phones> {
        let mut lists =
            self.exchanges[..until].iter().rev().filter(|exchange| exchange.operation == Operation::List && exchange.account == *account);
        lists.find_map(|exchange| Phones::read(exchange, self.endpoint.masking))
    }

    /// The operations that were accepted between the last list and an exchange.
    pub(super) fn carried_out_since(&self, until: usize) -> Vec<Operation> {
        let after = self.exchanges[..until].iter().rev().take_while(|exchange| exchange.operation != Operation::List);
        after.filter(|exchange| exchange.succeeded() && !exchange.operation.reads()).map(|exchange| exchange.operation).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Body;

    fn call(operation: Operation, body: &str) -> Call {
        let phone = (operation != Operation::Create).then(|| PhoneType::Mobile.well_known_id().to_uppercase());
        Call { operation, phone, body: Some(Body::json(body)), ..Call::example() }
    }

    fn mobile(number: &str, state: &str) -> Phones {
        let (kind, number, id) = (PhoneType::Mobile, number.into(), None);
        Phones::new(vec![Phone { kind, number, id, sms_sign_in_state: Some(state.into()) }], false)
    }

    const ADDED: &str = r#"{"phoneNumber":"+1 2065550100","phoneType":"mobile"}"#;

    #[test]
    fn a_write_that_was_carried_out_leaves_its_trace() {
        let (none, one, other) = (Phones::default(), mobile("+1 2065550100", "ready"), mobile("+1 2065550101", "notEnabled"));
        for (operation, before, after) in [
            (Operation::Create, &none, &one),
            (Operation::Update, &other, &one),
            (Operation::Delete, &one, &none),
            (Operation::EnableSmsSignIn, &other, &one),
            (Operation::DisableSmsSignIn, &one, &other),
        ] {
            let trace = Trace::of(&call(operation, ADDED)).unwrap();
            assert_eq!((trace.is_in(before), trace.is_in(after)), (false, true), "{operation}");
            assert!(trace.tells(Some(before), &[]), "{operation}");
            assert!(!trace.tells(Some(after), &[]), "{operation}: it was so before");
        }
    }

    #[test]
    fn a_number_is_known_however_it_is_written() {
        let spaceless = call(Operation::Create, r#"{"phoneNumber":"+12065550100","phoneType":"mobile"}"#);
        assert!(Trace::of(&spaceless).unwrap().is_in(&mobile("+1 2065550100", "ready")));
        assert!(!Trace::of(&spaceless).unwrap().is_in(&mobile("+1 2065550100x1", "ready")));
    }

    #[test]
    fn what_leaves_no_trace_or_may_be_older_tells_nothing() {
        assert_eq!(Trace::of(&call(Operation::Create, "{}")), None);
        assert_eq!(Trace::of(&call(Operation::Update, "no JSON")), None);
        let gone = Trace::of(&call(Operation::Delete, "")).unwrap();
        assert!(gone.tells(Some(&Phones::default()), &[Operation::Create]), "the phone was made since");
        assert!(!gone.tells(None, &[]));
        let on = Trace::of(&call(Operation::EnableSmsSignIn, "")).unwrap();
        assert!(!on.tells(Some(&mobile("+1 2065550100", "notEnabled")), &[Operation::Update]), "an update may have switched it on");
        assert!(!on.tells(None, &[]));
    }
}
