//! The callers: senders of requests, as scenarios name them.

use crate::api::Edition;

/// Declares the callers with their phrases in scenarios, longest first so that no phrase hides another.
macro_rules! callers {
    ($($(#[$meta:meta])* $name:ident = $phrase:literal,)+) => {
        /// The sender of a request. Scenarios describe the caller, and the plan finds a suitable identity.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Caller {
            $($(#[$meta])* $name,)+
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
    /// The identity that the preflight found able to manage other users.
    Administrator = "the administrator",
    /// Sends no `Authorization` header.
    WithoutToken = "a caller without a token",
    /// Sends a bearer token that nobody issued.
    GarbageToken = "a caller with a garbage token",
    /// Sends `Bearer` and nothing after it.
    EmptyBearer = "a caller with an empty bearer token",
    /// Sends a valid token under a scheme that isn't `Bearer`.
    OtherScheme = "a caller with another scheme than Bearer",
    /// Delegated permission for all users, Authentication Administrator.
    AuthenticationAdministrator = "an authentication administrator",
    /// Delegated permission for all users, Privileged Authentication Administrator.
    PrivilegedAuthenticationAdministrator = "a privileged authentication administrator",
    /// Delegated permission for all users, Global Administrator.
    GlobalAdministrator = "a global administrator",
    /// Delegated permission for all users, Global Reader.
    GlobalReader = "a global reader",
    /// Authentication Administrator whose token lacks every permission for phones.
    AdministratorWithoutPermission = "an administrator without the permission",
    /// Administrator whose only permission is to read everybody's phones, under its phones-only name.
    AdministratorWithPermissionToRead = "an administrator with the phone permission to read",
    /// Administrator whose only permission is the one for everybody's phones, under its phones-only name.
    AdministratorWithPhonePermission = "an administrator with the phone permission",
    /// Delegated permission for all users, no role.
    WithoutRole = "a caller without an administrator role",
    /// Application whose token lacks every permission for phones.
    ApplicationWithoutPermission = "an application without the permission",
    /// Application whose only permission is to read everybody's phones, under its phones-only name.
    ApplicationWithPermissionToRead = "an application with the phone permission to read",
    /// Application whose only permission is the one for everybody's phones, under its phones-only name.
    ApplicationWithPhonePermission = "an application with the phone permission",
    /// Application permission for all users.
    Application = "an application",
    /// A personal Microsoft account.
    PersonalAccount = "a personal account",
    /// The user under test, signed in with a token that lacks every permission for phones.
    UserWithoutPermission = "the user without the permission",
    /// The user under test, signed in; the only permission is to read their own phones, under its phones-only name.
    UserWithPermissionToRead = "the user with the phone permission to read",
    /// The user under test, signed in; the only permission is the one for their own phones, under its phones-only name.
    UserWithPhonePermission = "the user with the phone permission",
    /// The user under test, signed in with permission for their own phones.
    User = "the user",
    /// Another user of the target, signed in with permission for their own phones.
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

    /// Whether the signed-in user must be the user under test.
    pub const fn is_the_user(self) -> bool {
        matches!(self, Self::User | Self::UserWithPhonePermission | Self::UserWithPermissionToRead | Self::UserWithoutPermission)
    }

    /// Whether the caller is an application, so that no user is signed in.
    pub const fn is_an_application(self) -> bool {
        matches!(
            self,
            Self::Application
                | Self::ApplicationWithPhonePermission
                | Self::ApplicationWithPermissionToRead
                | Self::ApplicationWithoutPermission
        )
    }

    /// The only edition whose documents have this caller, if there is only one.
    pub const fn edition(self) -> Option<Edition> {
        match self {
            Self::GlobalAdministrator => Some(Edition::Legacy),
            _ => None,
        }
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
