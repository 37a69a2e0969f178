//! A stored phone.

use std::fmt;
use std::time::Instant;

use super::number::Number;
use crate::api::ApiVersion;

/// The types of phone; a user can have one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum PhoneType {
    /// Text messages and calls.
    Mobile,
    /// The backup of the mobile.
    AlternateMobile,
    /// Calls only.
    Office,
}

impl PhoneType {
    pub const ALL: [Self; 3] = [Self::Mobile, Self::AlternateMobile, Self::Office];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::AlternateMobile => "alternateMobile",
            Self::Office => "office",
        }
    }

    /// The id of this type's phone, the same for every user of every tenant.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Mobile => "3179e48a-750b-4051-897c-87b9720928f7",
            Self::AlternateMobile => "b6332ec1-7057-4abe-9331-3d72feddfe41",
            Self::Office => "e37fc753-ff3b-4958-9484-eaa9425c82bc",
        }
    }

    /// The type with this name, ignoring case: PowerShell scripts write `Mobile`, and no document forbids it.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phone_type| phone_type.name().eq_ignore_ascii_case(name))
    }

    /// The type with this id, ignoring case.
    pub fn with_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phone_type| phone_type.id().eq_ignore_ascii_case(id))
    }
}

impl fmt::Display for PhoneType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether a phone's number is a sign-in name, and if not, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SmsSignIn {
    /// Phones of this type can't be used for SMS sign-in.
    NotSupported,
    /// The policy excludes this user.
    NotAllowedByPolicy,
    /// SMS sign-in is possible, but must be turned on.
    NotConfigured,
    /// Another user signs in with this number.
    PhoneNumberNotUnique,
    /// The number is a sign-in name.
    Ready,
    /// A state that a faulty server accepted from a caller.
    Claimed(String),
}

impl SmsSignIn {
    pub fn name(&self) -> &str {
        match self {
            Self::NotSupported => "notSupported",
            Self::NotAllowedByPolicy => "notAllowedByPolicy",
            Self::NotConfigured => "notConfigured",
            Self::PhoneNumberNotUnique => "phoneNumberNotUnique",
            Self::Ready => "ready",
            Self::Claimed(state) => state,
        }
    }
}

/// One phone of one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phone {
    /// Without faults, it depends only on the type.
    pub id: String,
    /// Fixed when the phone is created.
    pub kind: PhoneType,
    /// As the caller wrote it.
    pub number: Number,
    /// Whether the number is a sign-in name.
    pub sms_sign_in: SmsSignIn,
    /// The version through which the phone was added. Only faults use it, because both versions share one store.
    pub added_through: ApiVersion,
    /// When it was added. Only faults use it.
    pub added: Instant,
    /// Whether its number was changed. Only faults use it.
    pub changed: bool,
}

impl Phone {
    /// A phone that is not a sign-in name yet.
    pub fn new(phone_type: PhoneType, number: Number, added_through: ApiVersion) -> Self {
        let sms_sign_in = if phone_type == PhoneType::Mobile { SmsSignIn::NotConfigured } else { SmsSignIn::NotSupported };
        Self { id: phone_type.id().to_owned(), kind: phone_type, number, sms_sign_in, added_through, added: Instant::now(), changed: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_found_by_its_name_and_by_its_id_in_any_case() {
        assert_eq!(PhoneType::named("alternateMobile"), Some(PhoneType::AlternateMobile));
        assert_eq!(PhoneType::named("Mobile"), Some(PhoneType::Mobile));
        assert_eq!(PhoneType::named("alternate mobile"), None);
        assert_eq!(PhoneType::with_id("E37FC753-FF3B-4958-9484-EAA9425C82BC"), Some(PhoneType::Office));
    }

    #[test]
    fn only_a_mobile_can_become_a_sign_in_name() {
        let number = Number::unchecked("+1 2065550100");
        assert_eq!(Phone::new(PhoneType::Office, number.clone(), ApiVersion::V1).sms_sign_in, SmsSignIn::NotSupported);
        assert_eq!(Phone::new(PhoneType::Mobile, number, ApiVersion::V1).sms_sign_in, SmsSignIn::NotConfigured);
    }
}
