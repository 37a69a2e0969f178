//! Writes that an endpoint puts off: 503 with a `Retry-After`.
//!
//! That says that nothing was done, and that the write is to be sent again. Whether nothing was done is looked at first: sent twice, a
//! write that was carried out would be refused, and the refusal held against an endpoint that had made another mistake.

use serde_json::Value;
use tokio::time::Instant;

use crate::api::Operation;
use crate::check::Phones;
use crate::graph::{Account, Call, Credential, Phone, PhoneNumber, PhoneType, SmsSignInState, StrangeItem, TransportError};

use super::Conversation;

/// What a user's phones show once a write was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trace {
    /// A phone of this type, or of any, with this number.
    Added(Option<PhoneType>, String),
    /// The phone with this id has this number.
    Renumbered(String, String),
    /// There is no phone with this id.
    Gone(String),
    /// The mobile phone is a sign-in name, or is none.
    SignsIn(bool),
}

impl Trace {
    /// What a write leaves behind; `None` where nothing would tell.
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

    /// Whether these phones show it.
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

    /// Whether no older state can show it: the number is new to the user.
    const fn is_new(&self) -> bool {
        matches!(self, Self::Added(..) | Self::Renumbered(..))
    }

    /// Whether phones that show it now tell that the write was carried out. `before` was seen last, and these operations were carried
    /// out since, as far as is known.
    fn tells(&self, before: Option<&Phones>, since: &[Operation]) -> bool {
        let was_there = before.is_some_and(|before| self.is_in(before));
        match self {
            Self::Added(..) | Self::Renumbered(..) => !was_there,
            // Deleting what is not there comes to the same as well.
            Self::Gone(_) => before.is_some() && !was_there || since.contains(&Operation::Create),
            // Switching twice comes to the same, so that a doubt does no harm.
            Self::SignsIn(_) => before.is_some() && !was_there && since.is_empty(),
        }
    }
}

fn digits(number: &str) -> String {
    PhoneNumber::from(number).digits()
}

impl Conversation {
    /// Sends a write again for as long as its answer, which was given first, puts it off, and looks each time before it does. What was
    /// said in between is forgotten, as where the client waits by itself. The number is the place of the final answer.
    ///
    /// # Errors
    /// Where the write was carried out all the same, so that nobody knows what its answer would have been; where no answer comes.
    pub(super) async fn insist(&mut self, call: &Call, first: usize, before: Option<&Phones>) -> Result<usize, TransportError> {
        let start = Instant::now();
        if !self.endpoint.client.puts_off(call, &self.exchanges[first], start, 1)? {
            return Ok(first);
        }
        let trace = Trace::of(call);
        // A list that lags may show what the user had a moment ago.
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

    /// Looks at the account until its phones show the trace, or until reads no longer may lag; what an older state can show counts only
    /// then. Whoever may not even look can't have changed anything.
    async fn shows(&mut self, call: &Call, trace: &Trace) -> Result<bool, TransportError> {
        let credential = match call.account {
            Account::Me => call.credential,
            Account::User(_) => Credential::Identity(self.endpoint.administrator),
        };
        let look = Call { operation: Operation::List, phone: None, body: None, credential, ..call.clone() };
        let patience = self.patience();
        let mut said = self.exchanges.len();
        loop {
            self.has_time(&look)?;
            self.drop_bulk_since(said);
            said = self.exchanges.len();
            let listed = self.endpoint.client.send(&look).await?;
            let shown = Phones::read(&listed, self.endpoint.masking).is_some_and(|phones| trace.is_in(&phones));
            self.exchanges.push(listed);
            if shown && (trace.is_new() || !self.may_lag()) || !patience.lasts().await {
                return Ok(shown);
            }
        }
    }

    /// The phones that a list showed last of an account, before an exchange.
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
