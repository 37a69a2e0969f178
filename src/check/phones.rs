//! The phones of a user.

use std::fmt;

use crate::graph::{Exchange, Phone, PhoneType, SmsSignInState, StrangeItem};
use crate::suite::Invariant;

use super::answer::{came, phone_in};
use super::{Mismatch, keeps, same_number};

/// A phone that a scenario wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// `phoneType`
    pub kind: PhoneType,
    /// `phoneNumber`
    pub number: String,
}

/// The phones of a user, ordered by type, and other items that the list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phones {
    known: Vec<Phone>,
    strange: Vec<StrangeItem>,
    /// Whether the reader may see masked numbers.
    masking: bool,
}

impl Phones {
    /// These phones, in any order.
    pub fn new(mut phones: Vec<Phone>, masking: bool) -> Self {
        phones.sort();
        Self { known: phones, strange: Vec::new(), masking }
    }

    /// The same phones with these other items.
    #[must_use]
    pub fn with_strange(mut self, mut strange: Vec<StrangeItem>) -> Self {
        strange.sort();
        self.strange = strange;
        self
    }

    /// The phones and other items in the answer to a list; `None` if the answer is no list.
    pub fn read(exchange: &Exchange, masking: bool) -> Option<Self> {
        let items = exchange.succeeded().then(|| exchange.json())??.get("value")?.as_array()?;
        let (mut phones, mut strange) = (Vec::new(), Vec::new());
        for item in items {
            match Phone::read(item) {
                Some(phone) => phones.push(phone),
                None => strange.push(StrangeItem::new(item)),
            }
        }
        Some(Self::new(phones, masking).with_strange(strange))
    }

    /// Every phone.
    pub fn iter(&self) -> impl Iterator<Item = &Phone> {
        self.known.iter()
    }

    /// The items that can't be read as phones.
    pub fn strange(&self) -> &[StrangeItem] {
        &self.strange
    }

    /// Whether every item can be read as a phone.
    pub const fn are_understood(&self) -> bool {
        self.strange.is_empty()
    }

    /// The ids of all phones and other items.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let of_strange = self.strange.iter().filter_map(|item| item.id.as_deref());
        self.known.iter().filter_map(|phone| phone.id.as_deref()).chain(of_strange)
    }

    /// Whether the mobile phone is ready for SMS sign-in.
    pub fn ready_for_sign_in(&self) -> bool {
        self.of(PhoneType::Mobile).is_some_and(|phone| phone.sms_sign_in_state == Some(SmsSignInState::Ready))
    }

    /// The phone of a type.
    pub fn of(&self, kind: PhoneType) -> Option<&Phone> {
        self.known.iter().find(|phone| phone.kind == kind)
    }

    /// The id of the phone of a type as the endpoint shows it, or else the well-known id.
    pub fn id_of(&self, kind: PhoneType) -> String {
        self.of(kind).and_then(|phone| phone.id.clone()).unwrap_or_else(|| kind.well_known_id().to_owned())
    }

    /// The types of the phones, in order.
    pub fn kinds(&self) -> Vec<PhoneType> {
        self.known.iter().map(|phone| phone.kind).collect()
    }

    /// Whether there is no phone and no other item.
    pub const fn is_empty(&self) -> bool {
        self.known.is_empty() && self.strange.is_empty()
    }

    /// Whether these are exactly the wanted phones, with their numbers.
    pub fn are(&self, wanted: &[Wanted]) -> bool {
        self.are_understood()
            && self.known.len() == wanted.len()
            && wanted
                .iter()
                .all(|wanted| self.of(wanted.kind).is_some_and(|phone| same_number(&wanted.number, &phone.number, self.masking)))
    }

    /// Whether these phones equal others in every property.
    pub fn same_as(&self, before: &Self) -> bool {
        self.known.len() == before.known.len()
            && self.strange == before.strange
            && before.known.iter().zip(&self.known).all(|(before, now)| same_phone(before, now, self.masking))
    }

    /// Whether these phones keep an invariant.
    pub fn keep(&self, invariant: Invariant) -> bool {
        let shown: Vec<_> = self.known.iter().map(Phone::shown).chain(self.strange.iter().map(StrangeItem::value)).collect();
        keeps(invariant, &shown.iter().collect::<Vec<_>>()).is_ok()
    }

    /// The same phones, read by someone who may see masked numbers if `masking`.
    #[must_use]
    pub fn as_seen(self, masking: bool) -> Self {
        Self { masking: masking || self.masking, ..self }
    }

    /// The phones without those of one type.
    #[must_use]
    pub fn without(&self, kind: PhoneType) -> Self {
        let phones = self.known.iter().filter(|phone| phone.kind != kind).cloned().collect();
        Self { known: phones, ..self.clone() }
    }

    /// The types and numbers that create these phones.
    pub fn wanted(&self) -> Vec<Wanted> {
        self.known.iter().map(|phone| Wanted { kind: phone.kind, number: phone.number.to_string() }).collect()
    }
}

impl fmt::Display for Phones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("no phones");
        }
        let items = self.known.iter().map(|phone| phone as &dyn fmt::Display);
        for (index, item) in items.chain(self.strange.iter().map(|item| item as &dyn fmt::Display)).enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            item.fmt(f)?;
        }
        Ok(())
    }
}

fn same_phone(before: &Phone, now: &Phone, masking: bool) -> bool {
    let same = |before: Option<&str>, now: Option<&str>| match (before, now) {
        (Some(before), Some(now)) => before.eq_ignore_ascii_case(now),
        // The rule about the schema reports a missing value.
        _ => true,
    };
    before.kind == now.kind
        && (same_number(&before.number, &now.number, masking) || same_number(&now.number, &before.number, masking))
        && same(before.id.as_deref(), now.id.as_deref())
        && same(before.sms_sign_in_state.as_deref(), now.sms_sign_in_state.as_deref())
}

/// Checks that the answer to a list contains exactly these phones.
///
/// # Errors
/// Fails if it contains other phones or can't be read.
pub fn holds_exactly(exchange: &Exchange, phones: &Phones) -> Result<(), Mismatch> {
    match Phones::read(exchange, phones.masking) {
        Some(shown) if shown.same_as(phones) => Ok(()),
        Some(shown) => Err(Mismatch::new(format!("exactly {phones}"), shown.to_string())),
        None => Err(Mismatch::new(format!("exactly {phones}"), format!("{}, and no phones that can be read", came(exchange)))),
    }
}

/// Checks that the answer to a read is this phone.
///
/// # Errors
/// Fails if it is another phone or no phone.
pub fn is_phone(exchange: &Exchange, phone: &Phone, masking: bool) -> Result<(), Mismatch> {
    match phone_in(exchange) {
        Some(shown) if same_phone(phone, &shown, masking) => Ok(()),
        Some(shown) => Err(Mismatch::new(described(phone), described(&shown))),
        None => Err(Mismatch::new(described(phone), format!("{}, and no phone that can be read", came(exchange)))),
    }
}

fn described(phone: &Phone) -> String {
    match &phone.id {
        Some(id) => format!("{phone} with id {id}"),
        None => phone.to_string(),
    }
}

/// Checks that the phone of a type has one of these states.
///
/// # Errors
/// Fails if it has another state or does not exist.
pub fn has_state(phones: &Phones, kind: PhoneType, states: &[String]) -> Result<(), Mismatch> {
    let expected = || Mismatch::new(format!("{kind} with smsSignInState {}", states.join(" or ")), phones.to_string());
    match phones.of(kind).and_then(|phone| phone.sms_sign_in_state.as_deref()) {
        Some(state) if states.iter().any(|known| known == state) => Ok(()),
        _ => Err(expected()),
    }
}

/// Checks that no phone has this state.
///
/// # Errors
/// Fails if one has.
pub fn no_phone_has_state(phones: &Phones, state: &str) -> Result<(), Mismatch> {
    if phones.iter().any(|phone| phone.sms_sign_in_state.as_deref() == Some(state)) {
        return Err(Mismatch::new(format!("no phone with smsSignInState {state}"), phones.to_string()));
    }
    Ok(())
}

/// Checks that no phone has this id.
///
/// # Errors
/// Fails if one has.
pub fn no_phone_has_id(phones: &Phones, id: &str) -> Result<(), Mismatch> {
    if phones.ids().any(|shown| shown.eq_ignore_ascii_case(id)) {
        return Err(Mismatch::new(format!("no phone with id {id}"), phones.to_string()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::answer::tests::answer;
    use super::*;

    fn phone(kind: PhoneType, number: &str, state: Option<&str>) -> Phone {
        Phone { kind, number: number.into(), id: Some(kind.well_known_id().into()), sms_sign_in_state: state.map(Into::into) }
    }

    fn two() -> Phones {
        Phones::new(vec![phone(PhoneType::Office, "+1 2", Some("notSupported")), phone(PhoneType::Mobile, "+1 1", Some("ready"))], false)
    }

    #[test]
    fn phones_may_come_in_any_order() {
        let body = r#"{"value":[{"phoneType":"mobile","phoneNumber":"+1 1","smsSignInState":"ready"},{"phoneType":"office","phoneNumber":"+1 2"}]}"#;
        assert_eq!(holds_exactly(&answer(200, body), &two()), Ok(()));
    }

    #[test]
    fn a_missing_additional_or_changed_phone_is_noticed() {
        let wanted = |numbers: &[(PhoneType, &str)]| {
            numbers.iter().map(|(kind, number)| Wanted { kind: *kind, number: (*number).into() }).collect::<Vec<_>>()
        };
        assert!(two().are(&wanted(&[(PhoneType::Mobile, "+1 1"), (PhoneType::Office, "+1 2")])));
        assert!(!two().are(&wanted(&[(PhoneType::Mobile, "+1 1")])));
        assert!(!two().are(&wanted(&[(PhoneType::Mobile, "+1 1"), (PhoneType::Office, "+1 3")])));
        assert!(!two().are(&wanted(&[(PhoneType::Mobile, "+1 1"), (PhoneType::AlternateMobile, "+1 2")])));
        assert!(!two().same_as(&two().without(PhoneType::Mobile)));
        assert!(!two().same_as(&Phones::new(
            vec![phone(PhoneType::Office, "+1 2", None), phone(PhoneType::Mobile, "+1 1", Some("notConfigured"))],
            false
        )));
    }

    #[test]
    fn a_mismatch_names_the_expected_and_the_shown_phones() {
        let listed = answer(200, r#"{"value":[{"phoneType":"mobile","phoneNumber":"+1 1","smsSignInState":"ready"}]}"#);
        let mismatch = holds_exactly(&listed, &two()).unwrap_err();
        assert_eq!(mismatch.expected, "exactly mobile +1 1 (ready), office +1 2 (notSupported)");
        assert_eq!(mismatch.actual, "mobile +1 1 (ready)");
        let read = answer(200, r#"{"id":"1","phoneType":"mobile","phoneNumber":"+1 9","smsSignInState":"ready"}"#);
        let mobile = two().of(PhoneType::Mobile).cloned().unwrap();
        let mismatch = is_phone(&read, &mobile, false).unwrap_err();
        assert_eq!(mismatch.expected, format!("mobile +1 1 (ready) with id {}", PhoneType::Mobile.well_known_id()));
        assert_eq!(mismatch.actual, "mobile +1 9 (ready) with id 1");
        let without_id = Phone { id: None, ..mobile };
        assert_eq!(is_phone(&read, &without_id, false).unwrap_err().expected, "mobile +1 1 (ready)");
    }

    #[test]
    fn a_masked_number_matches_only_its_own_number() {
        let masked = |number: &str| Phones::new(vec![phone(PhoneType::Mobile, number, Some("ready"))], true);
        assert!(masked("+1 2065550100").same_as(&masked("+1 XXXXXXXX00")));
        assert!(masked("+1 XXXXXXXX00").same_as(&masked("+1 2065550100")));
        assert!(!masked("+1 XXXXXXXX00").same_as(&masked("+1 2065550101")));
    }

    #[test]
    fn phones_give_their_ids_types_and_numbers() {
        let renamed = Phones::new(vec![Phone { id: Some("1".into()), ..phone(PhoneType::Mobile, "+1 1", None) }], false);
        assert_eq!(renamed.id_of(PhoneType::Mobile), "1");
        assert_eq!(renamed.id_of(PhoneType::Office), PhoneType::Office.well_known_id());
        assert_eq!(two().kinds(), [PhoneType::Mobile, PhoneType::Office]);
        assert_eq!(two().without(PhoneType::Office).kinds(), [PhoneType::Mobile]);
        assert!(two().are(&two().wanted()) && two().wanted().len() == 2);
        assert!(Phones::default().is_empty() && !two().is_empty());
        assert_eq!(Phones::default().to_string(), "no phones");
    }

    #[test]
    fn phones_keep_an_invariant_or_break_it() {
        let alone = Phones::new(vec![phone(PhoneType::AlternateMobile, "+1 3", Some("notSupported"))], false);
        assert!(!alone.keep(Invariant::AlternateMobileBesideAMobile));
        assert!(two().keep(Invariant::AlternateMobileBesideAMobile));
    }

    #[test]
    fn an_unreadable_list_never_matches() {
        for (status, body) in [(500, r#"{"value":[]}"#), (200, "{}"), (200, "[]"), (200, r#"{"value":[{}]}"#)] {
            assert!(holds_exactly(&answer(status, body), &Phones::default()).is_err(), "{status} {body}");
        }
        assert_eq!(holds_exactly(&answer(200, r#"{"value":[]}"#), &Phones::default()), Ok(()));
    }

    #[test]
    fn an_item_that_is_no_phone_still_counts() {
        let pager = r#"{"id":"A7","phoneType":"pager","phoneNumber":"+1 3"}"#;
        let listed = |items: &str| Phones::read(&answer(200, &format!(r#"{{"value":[{items}]}}"#)), false).unwrap();
        let mobile = r#"{"phoneType":"mobile","phoneNumber":"+1 1","id":"3179e48a-750b-4051-897c-87b9720928f7"}"#;
        let (alone, beside, without) = (listed(pager), listed(&format!("{pager},{mobile}")), listed(mobile));
        assert!(!alone.is_empty() && !alone.are(&[]) && !alone.are_understood() && alone.kinds().is_empty());
        assert!(!beside.are(&without.wanted()) && !beside.same_as(&without) && !without.same_as(&beside) && beside.same_as(&beside));
        assert!(!alone.keep(Invariant::ValuesAreDocumented));
        assert_eq!(beside.ids().collect::<Vec<_>>(), [PhoneType::Mobile.well_known_id(), "A7"]);
        assert!(!beside.without(PhoneType::Mobile).is_empty());
        assert!(no_phone_has_id(&alone, "a7").is_err());
        assert!(beside.to_string().starts_with("mobile +1 1, {\"id\":\"A7\""), "{beside}");
        let mismatch = holds_exactly(&answer(200, &format!(r#"{{"value":[{pager}]}}"#)), &Phones::default()).unwrap_err();
        assert!(mismatch.actual.contains("pager"), "{}", mismatch.actual);
    }

    #[test]
    fn a_read_must_show_exactly_the_phone() {
        let mobile = two().of(PhoneType::Mobile).cloned().unwrap();
        let body = |number: &str| {
            answer(200, &format!(r#"{{"phoneType":"mobile","phoneNumber":"{number}","id":"{}"}}"#, PhoneType::Mobile.well_known_id()))
        };
        assert_eq!(is_phone(&body("+1 1"), &mobile, false), Ok(()));
        assert!(is_phone(&body("+1 2"), &mobile, false).is_err());
        assert!(is_phone(&answer(200, &body("+1 1").body.replace("3179", "0000")), &mobile, false).is_err());
        assert!(is_phone(&answer(404, "{}"), &mobile, false).is_err());
    }

    #[test]
    fn states_and_ids_are_judged_for_each_phone() {
        let states = |states: &[&str]| states.iter().map(|state| (*state).to_owned()).collect::<Vec<_>>();
        assert_eq!(has_state(&two(), PhoneType::Mobile, &states(&["notConfigured", "ready"])), Ok(()));
        assert!(has_state(&two(), PhoneType::Office, &states(&["ready"])).is_err());
        assert!(has_state(&two(), PhoneType::AlternateMobile, &states(&["ready"])).is_err());
        assert!(no_phone_has_state(&two(), "ready").is_err());
        assert_eq!(no_phone_has_state(&two(), "notAllowedByPolicy"), Ok(()));
        assert!(no_phone_has_id(&two(), PhoneType::Office.well_known_id()).is_err());
        assert!(no_phone_has_id(&two(), &PhoneType::Office.well_known_id().to_uppercase()).is_err());
        assert_eq!(no_phone_has_id(&two(), "another"), Ok(()));
    }
}
