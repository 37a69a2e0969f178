//! The callers: senders of requests, as scenarios name them. `features/cast.toml` says who they are.

use crate::api::IdentityKind;
use crate::words::{Member, SignedIn, words};

/// Declares the callers with their phrases in scenarios, longest first so that no phrase hides another.
macro_rules! callers {
    ($($name:ident = $phrase:literal,)+) => {
        /// The sender of a request. Scenarios describe the caller, and the plan finds a suitable identity.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Caller {
            $(#[doc = $phrase] $name,)+
        }

        impl Caller {
            /// Every caller. If one phrase starts with another, the longer comes first.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The phrase in scenarios.
            pub const fn phrase(self) -> &'static str {
                match self { $(Self::$name => $phrase),+ }
            }
        }
    };
}

callers! {
    Administrator = "the administrator",
    WithoutToken = "a caller without a token",
    GarbageToken = "a caller with a garbage token",
    EmptyBearer = "a caller with an empty bearer token",
    OtherScheme = "a caller with another scheme than Bearer",
    BareToken = "a caller with a token but no scheme",
    AuthenticationAdministrator = "an authentication administrator",
    PrivilegedAuthenticationAdministrator = "a privileged authentication administrator",
    GlobalAdministrator = "a global administrator",
    GlobalReader = "a global reader",
    AdministratorWithoutPermission = "an administrator without the permission",
    AdministratorWithPermissionToRead = "an administrator with the permission to read",
    AdministratorWithPhonePermissionToRead = "an administrator with the phone permission to read",
    AdministratorWithPhonePermission = "an administrator with the phone permission",
    WithoutRole = "a caller without an administrator role",
    ApplicationWithoutPermission = "an application without the permission",
    ApplicationWithPermissionToRead = "an application with the permission to read",
    ApplicationWithPhonePermissionToRead = "an application with the phone permission to read",
    ApplicationWithPhonePermission = "an application with the phone permission",
    Application = "an application",
    PersonalAccount = "a personal account",
    UserWithoutPermission = "the user without the permission",
    UserWithPermissionToRead = "the user with the permission to read",
    UserWithAdministratorRole = "the user with an administrator role",
    UserWithPhonePermissionToRead = "the user with the phone permission to read",
    UserWithPhonePermission = "the user with the phone permission",
    User = "the user",
    FellowUser = "a fellow user",
}

impl Caller {
    /// The caller at the start of a step.
    pub fn at_start_of(step: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|caller| step.strip_prefix(caller.phrase()).is_some_and(|rest| rest.starts_with(' ')))
    }

    /// The phrase without its article.
    pub fn noun(self) -> &'static str {
        self.phrase().split_once(' ').map_or(self.phrase(), |(_, noun)| noun)
    }

    /// Who the caller is, in the words of the cast.
    ///
    /// # Panics
    /// Never: reading the cast checks that every caller is there.
    pub fn member(self) -> &'static Member {
        words().member(self.phrase()).expect("the cast has every caller")
    }

    /// Whether the signed-in user must be the user under test.
    pub fn is_the_user(self) -> bool {
        self.member().signed_in == Some(SignedIn::TheUser)
    }

    /// Whether the caller is an application, so that no user is signed in.
    pub fn is_an_application(self) -> bool {
        self.member().kind == Some(IdentityKind::Application)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_names_its_own_caller() {
        for caller in Caller::ALL {
            assert_eq!(Caller::at_start_of(&format!("{} lists the user's phones", caller.phrase())), Some(*caller));
        }
    }

    #[test]
    fn the_users_phone_is_not_a_caller() {
        assert_eq!(Caller::at_start_of("the user's phones are unchanged"), None);
    }
}
