//! Names that all other modules share: the API's operations and versions, and the two editions of its documents.

/// Declares an enum whose members have the same name in text, JSON and TOML.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$member_meta:meta])* $member:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$member_meta])* #[serde(rename = $text)] $member,)+
        }

        impl $name {
            /// Every member, in the order of reports.
            pub const ALL: &[Self] = &[$(Self::$member),+];

            /// The name in documents and reports.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$member => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::api::UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|member| member.name() == text).ok_or_else(|| $crate::api::UnknownName {
                    text: text.to_owned(),
                    known: Self::ALL.iter().map(|member| member.name()).collect(),
                })
            }
        }
    };
}

pub(crate) use named;

/// A word that is not a member of a fixed set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is none of {}", known.join(", "))]
pub struct UnknownName {
    /// The given word.
    pub text: String,
    /// The known members.
    pub known: Vec<&'static str>,
}

named! {
    /// One of the seven operations on `phoneAuthenticationMethod`.
    Operation {
        /// `POST …/phoneMethods`
        Create = "create",
        /// `GET …/phoneMethods`
        List = "list",
        /// `GET …/phoneMethods/{id}`
        Get = "get",
        /// `PATCH …/phoneMethods/{id}`
        Update = "update",
        /// `DELETE …/phoneMethods/{id}`
        Delete = "delete",
        /// `POST …/phoneMethods/{id}/enableSmsSignIn`
        EnableSmsSignIn = "enable-sms-sign-in",
        /// `POST …/phoneMethods/{id}/disableSmsSignIn`
        DisableSmsSignIn = "disable-sms-sign-in",
    }
}

impl Operation {
    /// Whether it only reads.
    pub const fn reads(self) -> bool {
        matches!(self, Self::List | Self::Get)
    }
}

named! {
    /// A deployment of Microsoft Graph with its own service root and token issuers.
    Cloud {
        /// The service for everyone who is in no other cloud.
        Global = "global",
        /// US government, level 4.
        UsL4 = "us-l4",
        /// US government, level 5: the Department of Defense.
        UsL5 = "us-l5",
        /// China, operated by 21Vianet.
        China = "china",
    }
}

named! {
    /// The kind of an identity.
    IdentityKind {
        /// A user of a work or school account is signed in.
        Delegated = "delegated",
        /// An application acts for itself.
        Application = "application",
        /// A personal Microsoft account is signed in.
        Personal = "personal",
    }
}

named! {
    /// What a rule is about.
    Area {
        /// Status codes, headers and schemas.
        Contract = "contract",
        /// Business rules and state.
        Behaviour = "behaviour",
        /// Who may call.
        Access = "access",
    }
}

named! {
    /// Whether a rule is a requirement or advice.
    Severity {
        /// The documents oblige the endpoint.
        Must = "must",
        /// The live service contradicts the documents, or only observation supports the rule.
        Advisory = "advisory",
    }
}

named! {
    /// The kind of evidence that a rule is based on.
    Basis {
        /// One of the five documents states it.
        Stated = "stated",
        /// Another page of the public reference states it.
        Reference = "reference",
        /// It was seen in the live service's answers.
        Observed = "observed",
    }
}

named! {
    /// A version of Graph, the first segment of every path.
    ApiVersion {
        /// The generally available version.
        V1 = "v1.0",
        /// The preview.
        Beta = "beta",
    }
}

named! {
    /// The edition of the documents that counts if editions disagree.
    Edition {
        /// The documents of 2023 and later: users may not add or change their own phones.
        Current = "current",
        /// The beta document of about 2021: `POST /me` is allowed, and Global Administrator is a supported role. It
        /// applies to beta only.
        Legacy = "legacy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_parses_to_its_member() {
        for operation in Operation::ALL {
            assert_eq!(operation.name().parse(), Ok(*operation));
        }
    }

    #[test]
    fn the_error_about_an_unknown_name_lists_the_known_names() {
        let error = "v2.0".parse::<ApiVersion>().unwrap_err();
        assert_eq!(error.to_string(), "`v2.0` is none of v1.0, beta");
    }
}
