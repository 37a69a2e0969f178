//! Computes the requests that restore a user's original phones, in an order in which the endpoint accepts them.

use std::fmt;

use serde_json::json;

use crate::api::Operation;
use crate::check::{Phones, Wanted, same_number};
use crate::graph::{Body, Phone, PhoneType, SmsSignInState, StrangeItem};

use super::phone_body;

/// An administrator's request about one phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amendment {
    pub operation: Operation,
    /// The phone's id, for an operation on an existing phone.
    pub phone: Option<String>,
    pub body: Option<Body>,
}

/// How to correct a phone with a wrong number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correction {
    /// Update it, and change nothing else.
    Update,
    /// Delete it and add it again.
    Replace,
}

/// The requests that turn the present phones (`now`, `None` if unknown) into the original phones (`before`).
pub(super) fn amendments(before: &Phones, now: Option<&Phones>, masking: bool, correction: Correction) -> Vec<Amendment> {
    let nothing = Phones::default();
    let Pairs { pairs, surplus } = pairs(before, now.unwrap_or(&nothing), masking);
    let on_phone = |operation, id: String, body| Amendment { operation, phone: Some(id), body };

    // The phones to delete: surplus phones, and phones that will be added again.
    let replaced = |(wanted, shown): &(&Phone, Option<&Phone>)| {
        let shown = shown
            .filter(|shown| correction == Correction::Replace && (!is_right(wanted, shown, masking) || holds_name_of_other(wanted, shown)));
        shown.map(|shown| (shown.kind, id_of(shown)))
    };
    let mut gone: Vec<(PhoneType, String)> = surplus.into_iter().map(|phone| (phone.kind, id_of(phone))).collect();
    gone.extend(pairs.iter().filter_map(replaced));
    if now.is_none() {
        let absent = PhoneType::ALL.into_iter().filter(|kind| before.of(*kind).is_none());
        gone.extend(absent.map(|kind| (kind, kind.well_known_id().to_owned())));
    }
    let loses = |kind| gone.iter().any(|(gone, _)| *gone == kind) && !pairs.iter().any(|(_, shown)| stays(*shown, kind, &gone));
    if loses(PhoneType::Mobile) {
        // The endpoint may refuse to delete the mobile phone as long as there is an alternateMobile phone, or, as the
        // default method, as long as there is any other phone.
        let first = |shown: &&Phone| correction == Correction::Replace || shown.kind == PhoneType::AlternateMobile;
        let staying = pairs.iter().filter_map(|(_, shown)| shown.filter(|shown| stays(Some(shown), shown.kind, &gone)));
        let first: Vec<_> = staying.filter(first).map(|shown| (shown.kind, id_of(shown))).collect();
        gone.extend(first);
    }
    gone.sort_by_key(|(kind, _)| PhoneType::FOR_DELETION.iter().position(|known| known == kind));

    let is_new = |item: &&StrangeItem| !before.strange().contains(item);
    let strange = now.into_iter().flat_map(Phones::strange).filter(is_new).filter_map(|item| item.id.clone());
    let mut all: Vec<Amendment> = strange.map(|id| on_phone(Operation::Delete, id, None)).collect();
    all.extend(gone.iter().map(|(_, id)| on_phone(Operation::Delete, id.clone(), None)));
    let mut mobile_is_new = false;
    for (wanted, shown) in &pairs {
        match shown.filter(|shown| stays(Some(shown), shown.kind, &gone)) {
            Some(shown) if is_right(wanted, shown, masking) => continue,
            Some(shown) => {
                let body = Body::json(json!({ "phoneNumber": wanted.number.as_ref() }).to_string());
                all.push(on_phone(Operation::Update, id_of(shown), Some(body)));
            }
            None => {
                let body = phone_body(&Wanted { kind: wanted.kind, number: wanted.number.to_string() });
                all.push(Amendment { operation: Operation::Create, phone: None, body: Some(body) });
            }
        }
        mobile_is_new |= wanted.kind == PhoneType::Mobile;
    }
    // SMS sign-in may be on or off for a new phone, or for one with a new number.
    let mobile = pairs.iter().find(|(wanted, _)| wanted.kind == PhoneType::Mobile);
    let state = mobile.and_then(|(_, shown)| *shown).filter(|_| !mobile_is_new).and_then(state_of);
    let switch = match mobile.and_then(|(wanted, _)| state_of(wanted)) {
        Some(SmsSignInState::Ready) if state != Some(&SmsSignInState::Ready) => Some(Operation::EnableSmsSignIn),
        Some(off) if off.is_off() && (mobile_is_new || state == Some(&SmsSignInState::Ready)) => Some(Operation::DisableSmsSignIn),
        _ => None,
    };
    let id = mobile.and_then(|(_, shown)| *shown).map_or_else(|| PhoneType::Mobile.well_known_id().to_owned(), id_of);
    all.extend(switch.map(|operation| on_phone(operation, id, None)));
    all
}

/// The original phones, matched with the present phones.
struct Pairs<'a> {
    /// Each original phone with the most similar present phone of its type.
    pairs: Vec<(&'a Phone, Option<&'a Phone>)>,
    /// The present phones without a match.
    surplus: Vec<&'a Phone>,
}

fn pairs<'a>(before: &'a Phones, now: &'a Phones, masking: bool) -> Pairs<'a> {
    let mut surplus: Vec<&Phone> = now.iter().collect();
    let mut pairs = Vec::new();
    for wanted in before.iter() {
        let same_id = |shown: &Phone| {
            wanted.id.is_some() && wanted.id.as_ref().map(|id| id.to_lowercase()) == shown.id.as_ref().map(|id| id.to_lowercase())
        };
        let of_kind = surplus.iter().enumerate().filter(|(_, shown)| shown.kind == wanted.kind);
        // `max_by_key` returns the last maximum, so search from the back to get the first.
        let best = of_kind.rev().max_by_key(|(_, shown)| (same_id(shown), is_right(wanted, shown, masking))).map(|(at, _)| at);
        pairs.push((wanted, best.map(|at| surplus.remove(at))));
    }
    Pairs { pairs, surplus }
}

/// Whether a phone has this type and is not one of the phones to delete (`gone`).
fn stays(shown: Option<&Phone>, kind: PhoneType, gone: &[(PhoneType, String)]) -> bool {
    shown.is_some_and(|shown| shown.kind == kind && !gone.contains(&(kind, id_of(shown))))
}

/// The id of a phone as the endpoint shows it, or else the well-known id.
fn id_of(phone: &Phone) -> String {
    phone.id.clone().unwrap_or_else(|| phone.kind.well_known_id().to_owned())
}

const fn state_of(phone: &Phone) -> Option<&SmsSignInState> {
    phone.sms_sign_in_state.as_ref()
}

fn is_right(wanted: &Phone, shown: &Phone, masking: bool) -> bool {
    same_number(&wanted.number, &shown.number, masking)
}

/// Whether the number was another user's sign-in name before the run and is this user's now. The run must delete the
/// phone and add it again, so that the other user gets the sign-in name back.
fn holds_name_of_other(wanted: &Phone, shown: &Phone) -> bool {
    (state_of(wanted), state_of(shown)) == (Some(&SmsSignInState::PhoneNumberNotUnique), Some(&SmsSignInState::Ready))
}

/// How the present phones differ from the original phones, in words without numbers.
pub(super) struct Difference<'a> {
    pub before: &'a Phones,
    pub now: &'a Phones,
    pub masking: bool,
}

impl fmt::Display for Difference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        let Pairs { pairs, surplus } = pairs(self.before, self.now, self.masking);
        for kind in PhoneType::ALL {
            for (wanted, shown) in pairs.iter().filter(|(wanted, _)| wanted.kind == kind) {
                let Some(shown) = shown else {
                    parts.push(format!("the {kind} phone is missing"));
                    continue;
                };
                let state = |phone: &Phone| phone.sms_sign_in_state.as_deref().unwrap_or_default().to_owned();
                if !is_right(wanted, shown, self.masking) {
                    parts.push(format!("the {kind} phone has another number"));
                } else if state_of(wanted) != state_of(shown) {
                    parts.push(format!("smsSignInState of the {kind} phone is {}, but was {}", state(shown), state(wanted)));
                }
            }
            for phone in surplus.iter().filter(|phone| phone.kind == kind) {
                let id = phone.id.as_ref().filter(|id| !id.eq_ignore_ascii_case(kind.well_known_id()));
                parts.push(format!("the {kind} phone{} is extra", id.map(|id| format!(" {id}")).unwrap_or_default()));
            }
        }
        let only_in = |one: &Phones, other: &Phones| -> Vec<String> {
            one.strange().iter().filter(|item| !other.strange().contains(item)).map(StrangeItem::described).collect()
        };
        parts.extend(only_in(self.now, self.before).into_iter().map(|item| format!("{item} is extra")));
        parts.extend(only_in(self.before, self.now).into_iter().map(|item| format!("{item} is missing")));
        if parts.is_empty() {
            parts.push("their ids differ".to_owned());
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
            number: (*number).into(),
            id: Some(kind.well_known_id().to_owned()),
            sms_sign_in_state: Some((*state).into()),
        };
        Phones::new(all.iter().map(phone).collect(), false)
    }

    fn words(before: &Phones, now: Option<&Phones>, correction: Correction) -> Vec<String> {
        let kind_of = |amendment: &Amendment| {
            let by_id = PhoneType::ALL.into_iter().find(|kind| amendment.phone.as_deref() == Some(kind.well_known_id()));
            let by_body = || PhoneType::ALL.into_iter().find(|kind| amendment.body.as_ref().unwrap().text.contains(&format!("\"{kind}\"")));
            by_id.or_else(by_body).unwrap()
        };
        amendments(before, now, false, correction)
            .iter()
            .map(|amendment| format!("{} {}", amendment.operation, kind_of(amendment)))
            .collect()
    }

    use PhoneType::{AlternateMobile, Mobile, Office};

    #[test]
    fn right_phones_are_not_changed() {
        let before = phones(&[(Mobile, "+1 1", "ready"), (Office, "+1 2", "notSupported")]);
        assert_eq!(words(&before, Some(&before), Correction::Update), Vec::<String>::new());
        assert_eq!(words(&before, Some(&before), Correction::Replace), Vec::<String>::new());
        assert_eq!(words(&phones(&[]), Some(&phones(&[])), Correction::Update), Vec::<String>::new());
    }

    #[test]
    fn requests_come_in_an_order_that_the_endpoint_allows() {
        let before = phones(&[(Mobile, "+1 1", "ready"), (AlternateMobile, "+1 2", "notSupported")]);
        assert_eq!(
            words(&before, Some(&phones(&[])), Correction::Update),
            ["create mobile", "create alternateMobile", "enable-sms-sign-in mobile"]
        );
        let all = phones(&[(Mobile, "+1 5", "ready"), (AlternateMobile, "+1 6", "notSupported"), (Office, "+1 7", "notSupported")]);
        assert_eq!(words(&phones(&[]), Some(&all), Correction::Update), ["delete alternateMobile", "delete office", "delete mobile"]);
    }

    #[test]
    fn a_wrong_number_is_updated_or_replaced() {
        let before = phones(&[(Mobile, "+1 1", "notAllowedByPolicy"), (AlternateMobile, "+1 2", "notSupported")]);
        let now = phones(&[(Mobile, "+1 9", "notAllowedByPolicy"), (AlternateMobile, "+1 2", "notSupported")]);
        assert_eq!(words(&before, Some(&now), Correction::Update), ["update mobile"]);
        assert_eq!(
            words(&before, Some(&now), Correction::Replace),
            ["delete alternateMobile", "delete mobile", "create mobile", "create alternateMobile"]
        );
    }

    #[test]
    fn a_mobile_phone_that_may_be_the_default_method_is_deleted_last() {
        let before = phones(&[(Office, "+1 2", "notSupported")]);
        let now = phones(&[(Mobile, "+1 9", "ready"), (Office, "+1 2", "notSupported")]);
        assert_eq!(words(&before, Some(&now), Correction::Update), ["delete mobile"]);
        assert_eq!(words(&before, Some(&now), Correction::Replace), ["delete office", "delete mobile", "create office"]);
    }

    #[test]
    fn sms_sign_in_is_switched_if_it_differs() {
        let mobile = |state| phones(&[(Mobile, "+1 1", state)]);
        assert_eq!(words(&mobile("ready"), Some(&mobile("notEnabled")), Correction::Update), ["enable-sms-sign-in mobile"]);
        for off in ["notConfigured", "notEnabled"] {
            assert_eq!(words(&mobile(off), Some(&mobile("ready")), Correction::Update), ["disable-sms-sign-in mobile"]);
            assert_eq!(words(&mobile(off), Some(&phones(&[])), Correction::Update), ["create mobile", "disable-sms-sign-in mobile"]);
        }
        assert_eq!(words(&mobile("phoneNumberNotUnique"), Some(&mobile("ready")), Correction::Replace), ["delete mobile", "create mobile"]);
        assert!(mobile("ready").ready_for_sign_in() && !mobile("notEnabled").ready_for_sign_in() && !phones(&[]).ready_for_sign_in());
    }

    #[test]
    fn unknown_phones_are_deleted_and_the_original_ones_added() {
        let before = phones(&[(Mobile, "+1 1", "ready")]);
        assert_eq!(
            words(&before, None, Correction::Update),
            ["delete alternateMobile", "delete office", "create mobile", "enable-sms-sign-in mobile"]
        );
    }

    #[test]
    fn a_difference_shows_no_number() {
        let before = phones(&[(Mobile, "+1 1", "ready"), (Office, "+1 2", "notSupported")]);
        let now = phones(&[(Mobile, "+1 1", "notEnabled"), (AlternateMobile, "+1 3", "notSupported"), (Office, "+1 9", "notSupported")]);
        assert_eq!(
            Difference { before: &before, now: &now, masking: false }.to_string(),
            "smsSignInState of the mobile phone is notEnabled, but was ready, the alternateMobile phone is extra, \
             the office phone has another number"
        );
    }

    #[test]
    fn surplus_phones_and_other_items_are_deleted() {
        let own = |kind: PhoneType, id: &str| Phone { kind, id: Some(id.to_owned()), number: "+1 9".into(), sms_sign_in_state: None };
        let pager = |id: &str| StrangeItem::new(&json!({ "id": id, "phoneType": "pager" }));
        let deleted = |before: &Phones, now: &Phones| -> Vec<String> {
            let all = amendments(before, Some(now), false, Correction::Update);
            assert!(all.iter().all(|amendment| amendment.operation == Operation::Delete), "{all:?}");
            all.into_iter().filter_map(|amendment| amendment.phone).collect()
        };
        let three =
            Phones::new(vec![own(Mobile, "a"), own(Mobile, "b"), own(Office, "c")], false).with_strange(vec![pager("d"), pager("e")]);
        assert_eq!(deleted(&Phones::default(), &three), ["d", "e", "c", "a", "b"]);
        let one = Phones::new(vec![own(Mobile, "B")], false).with_strange(vec![pager("e")]);
        assert_eq!(deleted(&one, &three), ["d", "c", "a"]);
        assert_eq!(
            Difference { before: &one, now: &three, masking: false }.to_string(),
            "the mobile phone a is extra, the office phone c is extra, the item with phoneType \"pager\" and id d is extra"
        );
        assert_eq!(
            Difference { before: &one, now: &one.clone().with_strange(Vec::new()), masking: false }.to_string(),
            "the item with phoneType \"pager\" and id e is missing"
        );
    }
}
