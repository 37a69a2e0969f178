//! What a user's phones show after the endpoint carried out a write.

use serde_json::Value;

use crate::api::Operation;
use crate::check::Phones;
use crate::graph::{Call, Phone, PhoneNumber, PhoneType, SmsSignInState, StrangeItem};

/// What a user's phones show after the endpoint carried out a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    /// A phone with this number exists, of this type or of any.
    Added(Option<PhoneType>, String),
    /// The phone with this id has this number.
    Renumbered(String, String),
    /// No phone has this id.
    Gone(String),
    /// The mobile phone is a sign-in name, or is not.
    SignsIn(bool),
}

impl Effect {
    /// The effect of a write; `None` if the phones would not show it.
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

    /// Whether these phones show the effect.
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

    /// Whether only a state after the write can show the effect, because the number is new to the user.
    pub(super) const fn is_new(&self) -> bool {
        matches!(self, Self::Added(..) | Self::Renumbered(..))
    }

    /// Whether phones that show the effect prove that the endpoint carried out the write. `before` are the phones of
    /// the last look; `since` are the operations accepted after it.
    pub(super) fn tells(&self, before: Option<&Phones>, since: &[Operation]) -> bool {
        let was_there = before.is_some_and(|before| self.is_in(before));
        match self {
            Self::Added(..) | Self::Renumbered(..) => !was_there,
            // If the phone was absent before, its absence proves nothing.
            Self::Gone(_) => before.is_some() && !was_there || since.contains(&Operation::Create),
            // In doubt, the write is sent again: switching twice has the same result as switching once.
            Self::SignsIn(_) => before.is_some() && !was_there && since.is_empty(),
        }
    }
}

fn digits(number: &str) -> String {
    PhoneNumber::from(number).digits()
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
    fn the_phones_show_the_effect_of_each_write() {
        let (none, one, other) = (Phones::default(), mobile("+1 2065550100", "ready"), mobile("+1 2065550101", "notEnabled"));
        for (operation, before, after) in [
            (Operation::Create, &none, &one),
            (Operation::Update, &other, &one),
            (Operation::Delete, &one, &none),
            (Operation::EnableSmsSignIn, &other, &one),
            (Operation::DisableSmsSignIn, &one, &other),
        ] {
            let effect = Effect::of(&call(operation, ADDED)).unwrap();
            assert_eq!((effect.is_in(before), effect.is_in(after)), (false, true), "{operation}");
            assert!(effect.tells(Some(before), &[]), "{operation}");
            assert!(!effect.tells(Some(after), &[]), "{operation}: it was so before");
        }
    }

    #[test]
    fn a_number_is_recognised_in_any_spelling() {
        let spaceless = call(Operation::Create, r#"{"phoneNumber":"+12065550100","phoneType":"mobile"}"#);
        assert!(Effect::of(&spaceless).unwrap().is_in(&mobile("+1 2065550100", "ready")));
        assert!(!Effect::of(&spaceless).unwrap().is_in(&mobile("+1 2065550100x1", "ready")));
    }

    #[test]
    fn an_effect_that_may_be_older_proves_nothing() {
        assert_eq!(Effect::of(&call(Operation::Create, "{}")), None);
        assert_eq!(Effect::of(&call(Operation::Update, "no JSON")), None);
        let gone = Effect::of(&call(Operation::Delete, "")).unwrap();
        assert!(gone.tells(Some(&Phones::default()), &[Operation::Create]), "the phone was made since");
        assert!(!gone.tells(None, &[]));
        let on = Effect::of(&call(Operation::EnableSmsSignIn, "")).unwrap();
        assert!(!on.tells(Some(&mobile("+1 2065550100", "notEnabled")), &[Operation::Update]), "an update may have switched it on");
        assert!(!on.tells(None, &[]));
    }
}
