//! Phones as the API shows them, and list items that are not phones.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value, json};

use crate::words::words;

use super::{PhoneNumber, SmsSignInState};

/// The types of phone; a user can have one of each.
///
/// Source: the resource's page, property `phoneType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhoneType {
    /// The phone that SMS sign-in works with.
    Mobile,
    /// The backup of the mobile phone.
    AlternateMobile,
    /// A phone for voice calls.
    Office,
}

impl PhoneType {
    /// Every type, in an order that allows creating them.
    pub const ALL: [Self; 3] = [Self::Mobile, Self::AlternateMobile, Self::Office];

    /// Every type, in an order that allows deleting them, because the alternate mobile phone depends on the mobile
    /// phone.
    pub const FOR_DELETION: [Self; 3] = [Self::AlternateMobile, Self::Office, Self::Mobile];

    /// The value of `phoneType`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::AlternateMobile => "alternateMobile",
            Self::Office => "office",
        }
    }

    /// The id that a phone of this type has for every user.
    pub fn well_known_id(self) -> &'static str {
        words().id(self.name()).expect("the words of the API have every type")
    }
}

impl fmt::Display for PhoneType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for PhoneType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| format!("`{text}` is not a phone type"))
    }
}

/// A phone that the endpoint showed. Only its number and type must be readable; the rule about the schema judges the
/// rest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Phone {
    /// `phoneType`
    pub kind: PhoneType,
    /// `phoneNumber`, as shown.
    pub number: PhoneNumber,
    /// `id`, if there is one.
    pub id: Option<String>,
    /// `smsSignInState`, if there is one.
    pub sms_sign_in_state: Option<SmsSignInState>,
}

impl Phone {
    /// Reads a phone from a JSON object. `None` if the number is missing, or the type is missing or unknown.
    pub fn read(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            kind: text("phoneType")?.parse().ok()?,
            number: text("phoneNumber")?.into(),
            id: text("id"),
            sms_sign_in_state: text("smsSignInState").map(|state| state.as_str().into()),
        })
    }

    /// The phone as a JSON object, with the properties that the endpoint showed.
    pub fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "phoneNumber": self.number.as_ref(),
            "phoneType": self.kind.name(),
            "smsSignInState": self.sms_sign_in_state.as_deref(),
        })
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.number)?;
        match &self.sms_sign_in_state {
            Some(state) => write!(f, " ({state})"),
            None => Ok(()),
        }
    }
}

/// A list item that can't be read as a phone. The user still has it, and it can be deleted by its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StrangeItem {
    /// `id`, if there is one.
    pub id: Option<String>,
    /// Its phone properties, or the whole item if it has none, as JSON.
    shown: String,
}

impl StrangeItem {
    /// Reads the item from this value.
    pub fn new(value: &Value) -> Self {
        let id = value.get("id").and_then(Value::as_str).map(str::to_owned);
        let known = |object: &Map<String, Value>| -> Value {
            words()
                .properties
                .iter()
                .filter_map(|one| Some((one.name.clone(), object.get(&one.name)?.clone())))
                .collect::<Map<_, _>>()
                .into()
        };
        Self { id, shown: value.as_object().map_or_else(|| value.to_string(), |object| known(object).to_string()) }
    }

    /// The shown value.
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.shown).unwrap_or_default()
    }

    /// The documented type that the item claims by its `phoneType` or its id. The endpoint may take it for a phone.
    pub fn kind(&self) -> Option<PhoneType> {
        let value = self.value();
        let named = value.get("phoneType").and_then(Value::as_str);
        let has_id = |kind: PhoneType| self.id.as_ref().is_some_and(|id| id.eq_ignore_ascii_case(kind.well_known_id()));
        PhoneType::ALL.into_iter().find(|kind| named == Some(kind.name()) || has_id(*kind))
    }

    /// The item's type and id in words, without its number.
    pub fn described(&self) -> String {
        let kind = self.value().get("phoneType").map_or_else(|| "none".to_owned(), Value::to_string);
        format!("the item with phoneType {kind} and {}", self.id.as_ref().map_or_else(|| "no id".to_owned(), |id| format!("id {id}")))
    }

    /// `phoneNumber`, if it is a string.
    pub fn number(&self) -> Option<PhoneNumber> {
        self.value().get("phoneNumber").and_then(Value::as_str).map(PhoneNumber::from)
    }
}

impl fmt::Display for StrangeItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, which is no phone of a known type with a number", self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_that_is_no_phone_keeps_its_id() {
        let pager = StrangeItem::new(&json!({ "phoneType": "pager", "id": "7", "phoneNumber": "+1 2065550100", "lastUsed": 3 }));
        assert_eq!(pager.id.as_deref(), Some("7"));
        assert_eq!(pager.number(), Some("+1 2065550100".into()));
        assert_eq!(pager.described(), "the item with phoneType \"pager\" and id 7");
        assert_eq!(pager.value(), json!({ "phoneType": "pager", "id": "7", "phoneNumber": "+1 2065550100" }));
        for odd in [json!(null), json!(3), json!([1]), json!("x"), json!({ "id": 3, "phoneType": ["mobile"] })] {
            let item = StrangeItem::new(&odd);
            assert_eq!((item.id.clone(), item.number()), (None, None), "{odd}");
            assert_eq!(item.value(), odd);
        }
    }
}
