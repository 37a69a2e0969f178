//! The `smsSignInState` of a phone: whether its number is a sign-in name.

use std::fmt;
use std::ops::Deref;

/// The value of `smsSignInState`.
///
/// Source: the resource's page, values of `smsSignInState`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SmsSignInState {
    /// A phone of this type is never used for SMS sign-in.
    NotSupported,
    /// The policy does not allow it.
    NotAllowedByPolicy,
    /// It is off.
    NotEnabled,
    /// Another user signs in with this number.
    PhoneNumberNotUnique,
    /// The number is a sign-in name.
    Ready,
    /// It was never set up, or was turned off.
    NotConfigured,
    /// A value that the documents don't name.
    Other(String),
}

impl SmsSignInState {
    /// The documented states, in the order of the resource's page.
    pub const DOCUMENTED: [Self; 6] =
        [Self::NotSupported, Self::NotAllowedByPolicy, Self::NotEnabled, Self::PhoneNumberNotUnique, Self::Ready, Self::NotConfigured];

    /// The value as text.
    pub fn name(&self) -> &str {
        match self {
            Self::NotSupported => "notSupported",
            Self::NotAllowedByPolicy => "notAllowedByPolicy",
            Self::NotEnabled => "notEnabled",
            Self::PhoneNumberNotUnique => "phoneNumberNotUnique",
            Self::Ready => "ready",
            Self::NotConfigured => "notConfigured",
            Self::Other(text) => text,
        }
    }

    /// Whether the documents name the state.
    pub const fn is_documented(&self) -> bool {
        !matches!(self, Self::Other(_))
    }

    /// Whether a mobile phone can have the state.
    pub const fn is_of_a_mobile(&self) -> bool {
        !matches!(self, Self::Other(_) | Self::NotSupported)
    }

    /// Whether SMS sign-in is off and can be turned on.
    pub const fn is_off(&self) -> bool {
        matches!(self, Self::NotConfigured | Self::NotEnabled)
    }
}

impl From<&str> for SmsSignInState {
    fn from(text: &str) -> Self {
        Self::DOCUMENTED.into_iter().find(|state| state.name() == text).unwrap_or_else(|| Self::Other(text.to_owned()))
    }
}

impl Deref for SmsSignInState {
    type Target = str;

    fn deref(&self) -> &str {
        self.name()
    }
}

impl fmt::Display for SmsSignInState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_a_state_with_that_name() {
        for text in ["ready", "notSupported", "Ready", "", "off"] {
            assert_eq!(SmsSignInState::from(text).name(), text);
        }
        assert!(SmsSignInState::from("ready").is_documented() && !SmsSignInState::from("Ready").is_documented());
    }
}
