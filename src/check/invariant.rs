//! Invariants: what always holds for a user's phones.
//!
//! These checks use the raw answers instead of parsed phones, because one of them looks for unknown values.

use std::collections::HashMap;

use serde_json::Value;

use crate::graph::{Exchange, PhoneType, SmsSignInState};
use crate::suite::Invariant;

use super::Mismatch;

/// The raw phones in the answer to a list; `None` if the answer is no list.
pub fn listed(exchange: &Exchange) -> Option<Vec<&Value>> {
    let items = exchange.succeeded().then(|| exchange.json())??.get("value")?.as_array()?;
    Some(items.iter().collect())
}

/// Checks that a user's phones keep an invariant.
///
/// # Errors
/// Fails if they don't.
pub fn keeps(invariant: Invariant, phones: &[&Value]) -> Result<(), Mismatch> {
    let broken: Vec<&Value> = match invariant {
        Invariant::OnePhoneOfEachType => {
            repeated(phones, |phone| text(phone, "phoneType")?.parse::<PhoneType>().ok().map(|kind| kind.name().to_owned()))
        }
        Invariant::IdsAreUnique => repeated(phones, |phone| text(phone, "id").map(str::to_lowercase)),
        Invariant::AlternateMobileBesideAMobile => {
            let of = |kind: PhoneType| phones.iter().copied().filter(move |phone| text(phone, "phoneType") == Some(kind.name()));
            if of(PhoneType::Mobile).next().is_some() { Vec::new() } else { of(PhoneType::AlternateMobile).collect() }
        }
        Invariant::OthersAreNotSupported => phones.iter().copied().filter(|phone| is_supported(phone)).collect(),
        Invariant::ValuesAreDocumented => phones.iter().copied().filter(|phone| has_unknown_value(phone)).collect(),
    };
    if broken.is_empty() {
        return Ok(());
    }
    let shown = broken.into_iter().map(described).collect::<Vec<_>>().join(", ");
    Err(match invariant {
        Invariant::AlternateMobileBesideAMobile => Mismatch::new(expected(invariant), format!("{shown}, and no mobile")),
        _ => Mismatch::new(expected(invariant), shown),
    })
}

/// What an invariant requires, worded to follow “the answer shows”.
pub const fn expected(invariant: Invariant) -> &'static str {
    match invariant {
        Invariant::OnePhoneOfEachType => "at most one phone of each type",
        Invariant::AlternateMobileBesideAMobile => "no alternateMobile phone without a mobile phone",
        Invariant::OthersAreNotSupported => "every phone but the mobile as notSupported or notAllowedByPolicy",
        Invariant::IdsAreUnique => "no id twice",
        Invariant::ValuesAreDocumented => "no type and no state but the documented ones",
    }
}

/// Whether a phone that is not mobile is in a state that only a mobile phone can have. For a user whom the policy
/// excludes, the documents support both `notSupported` and `notAllowedByPolicy`, so either is right. Another invariant
/// checks unknown states.
fn is_supported(phone: &Value) -> bool {
    matches!(text(phone, "phoneType"), Some("alternateMobile" | "office"))
        && text(phone, "smsSignInState").is_some_and(|state| {
            let state = SmsSignInState::from(state);
            state.is_of_a_mobile() && state != SmsSignInState::NotAllowedByPolicy
        })
}

/// Whether a value is undocumented. The rule about the schema checks missing values.
fn has_unknown_value(phone: &Value) -> bool {
    text(phone, "phoneType").is_some_and(|kind| kind.parse::<PhoneType>().is_err())
        || text(phone, "smsSignInState").is_some_and(|state| !SmsSignInState::from(state).is_documented())
}

/// The phones that share a property with another phone. Counts values first, because an endpoint may show thousands of
/// phones.
fn repeated<'a>(phones: &[&'a Value], of: impl Fn(&Value) -> Option<String>) -> Vec<&'a Value> {
    let values: Vec<Option<String>> = phones.iter().map(|phone| of(phone)).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for value in values.iter().flatten() {
        *counts.entry(value).or_default() += 1;
    }
    let shares = |value: &Option<String>| value.as_ref().is_some_and(|value| counts[value.as_str()] > 1);
    phones.iter().zip(&values).filter(|(_, value)| shares(value)).map(|(phone, _)| *phone).collect()
}

fn text<'a>(phone: &'a Value, key: &str) -> Option<&'a str> {
    phone.get(key).and_then(Value::as_str)
}

fn described(phone: &Value) -> String {
    let word = |key| text(phone, key).unwrap_or("none");
    format!("{} {} ({}) with id {}", word("phoneType"), word("phoneNumber"), word("smsSignInState"), word("id"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::answer::tests::answer;
    use super::*;

    fn phone(kind: &str, state: &str) -> Value {
        let id = kind.parse::<PhoneType>().map_or("x", PhoneType::well_known_id);
        json!({ "phoneType": kind, "phoneNumber": "+1 2065550100", "smsSignInState": state, "id": id })
    }

    /// The invariants that these phones break.
    fn broken(phones: &[Value]) -> Vec<Invariant> {
        let phones: Vec<&Value> = phones.iter().collect();
        Invariant::ALL.into_iter().filter(|invariant| keeps(*invariant, &phones).is_err()).collect()
    }

    #[test]
    fn correct_phones_break_no_invariant() {
        assert_eq!(broken(&[]), []);
        assert_eq!(broken(&[phone("mobile", "notAllowedByPolicy"), phone("office", "notAllowedByPolicy")]), []);
        for state in SmsSignInState::DOCUMENTED.into_iter().filter(SmsSignInState::is_of_a_mobile) {
            assert_eq!(
                broken(&[phone("office", "notSupported"), phone("alternateMobile", "notSupported"), phone("mobile", &state)]),
                [],
                "{state}"
            );
        }
        assert_eq!(broken(&[json!({}), json!({}), json!({ "id": null, "phoneType": null })]), []);
    }

    #[test]
    fn wrong_phones_break_exactly_one_invariant() {
        let mobile = || phone("mobile", "ready");
        let mut second = phone("mobile", "notConfigured");
        second["id"] = json!("another");
        assert_eq!(broken(&[mobile(), second]), [Invariant::OnePhoneOfEachType]);
        assert_eq!(broken(&[phone("alternateMobile", "notSupported")]), [Invariant::AlternateMobileBesideAMobile]);
        for kind in ["alternateMobile", "office"] {
            assert_eq!(broken(&[mobile(), phone(kind, "notConfigured")]), [Invariant::OthersAreNotSupported], "{kind}");
        }
        let mut office = phone("office", "notSupported");
        office["id"] = json!(PhoneType::Mobile.well_known_id().to_uppercase());
        assert_eq!(broken(&[mobile(), office]), [Invariant::IdsAreUnique]);
        for unknown in [phone("pager", "notSupported"), phone("office", "enabled"), phone("Mobile", "ready")] {
            assert_eq!(broken(&[mobile(), unknown.clone()]), [Invariant::ValuesAreDocumented], "{unknown}");
        }
    }

    #[test]
    fn a_mismatch_shows_the_wrong_phones() {
        let alternate = phone("alternateMobile", "notSupported");
        let office = phone("office", "notSupported");
        let mismatch = keeps(Invariant::AlternateMobileBesideAMobile, &[&alternate, &office]).unwrap_err();
        assert_eq!(
            mismatch.actual,
            "alternateMobile +1 2065550100 (notSupported) with id b6332ec1-7057-4abe-9331-3d72feddfe41, and no mobile"
        );
    }

    #[test]
    fn every_invariant_has_its_own_words() {
        let words: std::collections::BTreeSet<_> = Invariant::ALL.into_iter().map(expected).collect();
        assert_eq!(words.len(), Invariant::ALL.len());
        assert!(words.iter().all(|words| words.split(' ').count() > 2), "{words:?}");
    }

    #[test]
    fn only_a_list_has_listed_phones() {
        assert_eq!(listed(&answer(200, r#"{"value":[{}]}"#)).map(|phones| phones.len()), Some(1));
        assert_eq!(listed(&answer(404, r#"{"value":[]}"#)), None);
        assert_eq!(listed(&answer(200, "[]")), None);
    }
}
