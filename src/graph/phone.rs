//! Phones as the API shows them.

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

/// The types of phone that a user can have one of each.
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
    /// Every type, in an order in which they can be created.
    pub const ALL: [Self; 3] = [Self::Mobile, Self::AlternateMobile, Self::Office];

    /// Every type, in an order in which they can be deleted: the alternate mobile hangs on the mobile.
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
    ///
    /// Source: the mobile's on the page of enableSmsSignIn, all three on the page of update.
    pub const fn well_known_id(self) -> &'static str {
        match self {
            Self::Mobile => "3179e48a-750b-4051-897c-87b9720928f7",
            Self::AlternateMobile => "b6332ec1-7057-4abe-9331-3d72feddfe41",
            Self::Office => "e37fc753-ff3b-4958-9484-eaa9425c82bc",
        }
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
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| format!("`{text}` is no type of phone"))
    }
}

/// A phone that the endpoint showed. Only what tells phones apart must be readable: a rule of its own judges the rest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Phone {
    /// `phoneType`
    pub kind: PhoneType,
    /// `phoneNumber`, as shown.
    pub number: String,
    /// `id`, where there is one.
    pub id: Option<String>,
    /// `smsSignInState`, where there is one.
    pub sms_sign_in_state: Option<String>,
}

impl Phone {
    /// Reads a phone off a JSON object; `None` where number or type are missing or unknown.
    pub fn read(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            kind: text("phoneType")?.parse().ok()?,
            number: text("phoneNumber")?,
            id: text("id"),
            sms_sign_in_state: text("smsSignInState"),
        })
    }

    /// The phone as a JSON object, with the properties that it was shown with.
    pub fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "phoneNumber": self.number,
            "phoneType": self.kind.name(),
            "smsSignInState": self.sms_sign_in_state,
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
