//! What it takes to give a user back the phones of before: the requests, in an order in which they can be carried out.

use std::fmt;

use serde_json::json;

use crate::api::Operation;
use crate::check::{Phones, Wanted, same_number};
use crate::graph::{Body, Phone, PhoneType};

use super::phone_body;

/// The state of a mobile phone that is a sign-in name.
const READY: &str = "ready";
/// States of a mobile phone whose SMS sign-in is off and could be on.
const OFF: [&str; 2] = ["notConfigured", "notEnabled"];
/// The state of a mobile phone whose number somebody else signs in with.
const NOT_UNIQUE: &str = "phoneNumberNotUnique";

/// A request of the administrator about one phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amendment {
    pub operation: Operation,
    /// The phone's id, for requests on one phone.
    pub phone: Option<String>,
    pub body: Option<Body>,
}

/// How a phone with a wrong number is put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// By an update, which leaves everything else in place.
    Mend,
    /// By deleting and adding it.
    Replace,
}

/// The requests that lead from the phones that are there to those of before; where it is not known what is there, from any.
pub(super) fn amendments(before: &Phones, now: Option<&Phones>, masking: bool, manner: Manner) -> Vec<Amendment> {
    let there = |kind: PhoneType| now.and_then(|now| now.of(kind));
    let surplus = |kind: &PhoneType| match (before.of(*kind), there(*kind)) {
        (None, Some(_)) => true,
        (None, None) => now.is_none(),
        (Some(wanted), Some(shown)) => manner == Manner::Replace && (!right(wanted, shown, masking) || unregistered(wanted, shown)),
        (Some(_), None) => false,
    };
    let mut gone: Vec<PhoneType> = PhoneType::FOR_DELETION.into_iter().filter(surplus).collect();
    if gone.contains(&PhoneType::Mobile) && !gone.contains(&PhoneType::AlternateMobile) && there(PhoneType::AlternateMobile).is_some() {
        gone.insert(0, PhoneType::AlternateMobile);
    }
    let id = |kind| now.map_or_else(|| kind_id(kind), |now| now.id_of(kind));
    let on_phone = |operation, kind, body| Amendment { operation, phone: Some(id(kind)), body };

    let mut all: Vec<Amendment> = gone.iter().map(|kind| on_phone(Operation::Delete, *kind, None)).collect();
    let mut mobile_is_new = false;
    for wanted in PhoneType::ALL.into_iter().filter_map(|kind| before.of(kind)) {
        let shown = there(wanted.kind).filter(|_| !gone.contains(&wanted.kind));
        let (number, kind) = (&wanted.number, wanted.kind);
        match shown {
            Some(shown) if right(wanted, shown, masking) => continue,
            Some(_) => all.push(on_phone(Operation::Update, kind, Some(Body::json(json!({ "phoneNumber": number }).to_string())))),
            None => {
                let body = phone_body(&Wanted { kind, number: number.clone() });
                all.push(Amendment { operation: Operation::Create, phone: None, body: Some(body) });
            }
        }
        mobile_is_new |= kind == PhoneType::Mobile;
    }
    // A phone that is new, or has a new number, may come with either state.
    let state = there(PhoneType::Mobile).filter(|_| !mobile_is_new).map(state_of);
    let switch = match before.of(PhoneType::Mobile).map(state_of) {
        Some(READY) if state != Some(READY) => Some(Operation::EnableSmsSignIn),
        Some(off) if OFF.contains(&off) && (mobile_is_new || state == Some(READY)) => Some(Operation::DisableSmsSignIn),
        _ => None,
    };
    all.extend(switch.map(|operation| on_phone(operation, PhoneType::Mobile, None)));
    all
}

/// Whether a user's mobile phone was a sign-in name.
pub(super) fn signs_in(phones: &Phones) -> bool {
    phones.of(PhoneType::Mobile).is_some_and(|phone| state_of(phone) == READY)
}

fn kind_id(kind: PhoneType) -> String {
    kind.well_known_id().to_owned()
}

fn state_of(phone: &Phone) -> &str {
    phone.sms_sign_in_state.as_deref().unwrap_or_default()
}

fn right(wanted: &Phone, shown: &Phone, masking: bool) -> bool {
    same_number(&wanted.number, &shown.number, masking)
}

/// A number that was somebody else's sign-in name is this user's now: only adding it again lets the other one have it.
fn unregistered(wanted: &Phone, shown: &Phone) -> bool {
    state_of(wanted) == NOT_UNIQUE && state_of(shown) == READY
}

/// How phones differ from those of before, in words that show no number.
pub(super) struct Difference<'a> {
    pub before: &'a Phones,
    pub now: &'a Phones,
    pub masking: bool,
}

impl fmt::Display for Difference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        for kind in PhoneType::ALL {
            match (self.before.of(kind), self.now.of(kind)) {
                (Some(_), None) => parts.push(format!("the {kind} phone is missing")),
                (None, Some(_)) => parts.push(format!("the {kind} phone is one too many")),
                (Some(before), Some(now)) if !right(before, now, self.masking) => {
                    parts.push(format!("the {kind} phone has another number"));
                }
                (Some(before), Some(now)) if state_of(before) != state_of(now) => {
                    parts.push(format!("smsSignInState of the {kind} phone is {}, and was {}", state_of(now), state_of(before)));
                }
                _ => {}
            }
        }
        if parts.is_empty() {
            parts.push("their ids are others".to_owned());
        }
        f.write_str(&parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phones(all: &[(PhoneType, &str, &str)]) -> Phones {
        let phone = |(kind, number, state): &(PhoneType, &str, &str)| Phone {
            kind: *kind,
            number: (*number).to_owned(),
            id: Some(kind.well_known_id().to_owned()),
            sms_sign_in_state: Some((*state).to_owned()),
        };
        Phones::new(all.iter().map(phone).collect(), false)
    }

    fn words(before: &Phones, now: Option<&Phones>, manner: Manner) -> Vec<String> {
        let kind_of = |amendment: &Amendment| {
            let by_id = PhoneType::ALL.into_iter().find(|kind| amendment.phone.as_deref() == Some(kind.well_known_id()));
            let by_body = || PhoneType::ALL.into_iter().find(|kind| amendment.body.as_ref().unwrap().text.contains(&format!("\"{kind}\"")));
            by_id.or_else(by_body).unwrap()
        };
        amendments(before, now, false, manner).iter().map(|amendment| format!("{} {}", amendment.operation, kind_of(amendment))).collect()
    }

    use PhoneType::{AlternateMobile, Mobile, Office};

    #[test]
    fn phones_that_are_right_are_left_alone() {
        let before = phones(&[(Mobile, "+1 1", "ready"), (Office, "+1 2", "notSupported")]);
        assert_eq!(words(&before, Some(&before), Manner::Mend), Vec::<String>::new());
        assert_eq!(words(&before, Some(&before), Manner::Replace), Vec::<String>::new());
        assert_eq!(words(&phones(&[]), Some(&phones(&[])), Manner::Mend), Vec::<String>::new());
    }

    #[test]
    fn everything_comes_in_an_order_in_which_it_is_allowed() {
        let before = phones(&[(Mobile, "+1 1", "ready"), (AlternateMobile, "+1 2", "notSupported")]);
        assert_eq!(
            words(&before, Some(&phones(&[])), Manner::Mend),
            ["create mobile", "create alternateMobile", "enable-sms-sign-in mobile"]
        );
        let all = phones(&[(Mobile, "+1 5", "ready"), (AlternateMobile, "+1 6", "notSupported"), (Office, "+1 7", "notSupported")]);
        assert_eq!(words(&phones(&[]), Some(&all), Manner::Mend), ["delete alternateMobile", "delete office", "delete mobile"]);
    }

    #[test]
    fn a_wrong_number_is_changed_and_only_then_replaced() {
        let before = phones(&[(Mobile, "+1 1", "notAllowedByPolicy"), (AlternateMobile, "+1 2", "notSupported")]);
        let now = phones(&[(Mobile, "+1 9", "notAllowedByPolicy"), (AlternateMobile, "+1 2", "notSupported")]);
        assert_eq!(words(&before, Some(&now), Manner::Mend), ["update mobile"]);
        assert_eq!(
            words(&before, Some(&now), Manner::Replace),
            ["delete alternateMobile", "delete mobile", "create mobile", "create alternateMobile"]
        );
    }

    #[test]
    fn sign_in_is_switched_where_it_was_otherwise() {
        let mobile = |state| phones(&[(Mobile, "+1 1", state)]);
        assert_eq!(words(&mobile("ready"), Some(&mobile("notEnabled")), Manner::Mend), ["enable-sms-sign-in mobile"]);
        for off in OFF {
            assert_eq!(words(&mobile(off), Some(&mobile("ready")), Manner::Mend), ["disable-sms-sign-in mobile"]);
            assert_eq!(words(&mobile(off), Some(&phones(&[])), Manner::Mend), ["create mobile", "disable-sms-sign-in mobile"]);
        }
        assert_eq!(words(&mobile(NOT_UNIQUE), Some(&mobile("ready")), Manner::Replace), ["delete mobile", "create mobile"]);
        assert!(signs_in(&mobile("ready")) && !signs_in(&mobile("notEnabled")) && !signs_in(&phones(&[])));
    }

    #[test]
    fn where_nothing_is_known_nothing_is_left_to_chance() {
        let before = phones(&[(Mobile, "+1 1", "ready")]);
        assert_eq!(
            words(&before, None, Manner::Mend),
            ["delete alternateMobile", "delete office", "create mobile", "enable-sms-sign-in mobile"]
        );
    }

    #[test]
    fn a_difference_shows_no_number() {
        let before = phones(&[(Mobile, "+1 1", "ready"), (Office, "+1 2", "notSupported")]);
        let now = phones(&[(Mobile, "+1 1", "notEnabled"), (AlternateMobile, "+1 3", "notSupported"), (Office, "+1 9", "notSupported")]);
        assert_eq!(
            Difference { before: &before, now: &now, masking: false }.to_string(),
            "smsSignInState of the mobile phone is notEnabled, and was ready, the alternateMobile phone is one too many, \
             the office phone has another number"
        );
    }
}
