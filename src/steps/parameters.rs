//! The words of the domain that steps take as parameters.

use std::fmt;
use std::str::FromStr;

use cucumber::Parameter;

use crate::api::Operation;
use crate::check::expected;
use crate::graph::PhoneType;
use crate::plan::Address;
use crate::suite::{Caller, Invariant};

/// Who sends a request.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(
    name = "caller",
    regex = "the administrator|a caller without a token|a caller with a garbage token|a caller with an empty bearer token|a caller with another scheme than Bearer|a caller with a token but no scheme|an authentication administrator|a privileged authentication administrator|a global administrator|a global reader|an administrator without the permission|an administrator with the permission to read|an administrator with the phone permission to read|an administrator with the phone permission|a caller without an administrator role|an application without the permission|an application with the permission to read|an application with the phone permission to read|an application with the phone permission|an application|a personal account|the user without the permission|the user with the permission to read|the user with an administrator role|the user with the phone permission to read|the user with the phone permission|the user|a fellow user"
)]
pub struct Who(pub Caller);

impl FromStr for Who {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Caller::ALL.iter().copied().find(|caller| caller.phrase() == text).map(Self).ok_or_else(|| format!("nobody is called `{text}`"))
    }
}

/// An operation on a phone or on a user's phones, in any wording of a step.
#[derive(Debug, Clone, Copy)]
pub struct OperationWord(pub Operation);

impl FromStr for OperationWord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [
            ("adds ", Operation::Create),
            ("lists ", Operation::List),
            ("reads ", Operation::Get),
            ("changes ", Operation::Update),
            ("deletes ", Operation::Delete),
            ("turns on ", Operation::EnableSmsSignIn),
            ("turns off ", Operation::DisableSmsSignIn),
        ]
        .into_iter()
        .find_map(|(verb, operation)| format!("{text} ").starts_with(verb).then_some(Self(operation)))
        .ok_or_else(|| format!("nobody can do what `{text}` says"))
    }
}

/// A type of phone.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "kind", regex = "mobile|alternateMobile|office")]
pub struct Kind(pub PhoneType);

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// One phone of each of these types, or none: `a mobile, an alternateMobile and an office phone`.
#[derive(Debug, Clone, Parameter)]
#[param(name = "phones", regex = "no phones|an? [A-Za-z]+(?:(?:,| and) an? [A-Za-z]+)* phone")]
pub struct Kinds(pub Vec<PhoneType>);

impl FromStr for Kinds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "no phones" {
            return Ok(Self(Vec::new()));
        }
        let list = text.strip_suffix(" phone").ok_or("a list of phones ends in `phone`")?;
        list.split(" and ")
            .flat_map(|part| part.split(", "))
            .map(|item| item.trim_start_matches("an ").trim_start_matches("a ").parse())
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// The number that a request asks for, as a step words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Number {
    /// One that no user has.
    Fresh,
    /// One that no user has, with an extension.
    Extended,
    /// One that no user has, without the space after the country code.
    Unspaced,
    /// The number of this person's phone of the same type.
    Of(usize),
    /// The number of this person's phone of another type, without the extension, because a sign-in name has none.
    OfAnother(usize, PhoneType),
    /// This number.
    Literal(String),
}

impl FromStr for Number {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "" => Self::Fresh,
            " with an extension" | " to one with an extension" => Self::Extended,
            " with an unspaced number" | " to an unspaced one" => Self::Unspaced,
            " with the user's own number" | " to the one it has" => Self::Of(0),
            " with the other user's number" | " to the other user's" => Self::Of(1),
            _ => {
                if let Some((_, number)) = text.split_once('"') {
                    // The text of a scenario has visible signs for white space.
                    let number = number.strip_suffix('"').unwrap_or(number);
                    return Ok(Self::Literal(number.replace('␣', " ").replace('⇥', "\t").replace('⏎', "\n")));
                }
                let kind = text.split(' ').rev().nth(1).unwrap_or_default().parse()?;
                Self::OfAnother(usize::from(text.contains("the other user's")), kind)
            }
        })
    }
}

/// Which of the scenario's users a step means.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "user", regex = "the user's|the other user's")]
pub struct Which(pub usize);

impl FromStr for Which {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(usize::from(text == "the other user's")))
    }
}

/// The account that a new phone belongs to, and how the request addresses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameter)]
#[param(name = "owner", regex = "the user by user principal name|the user|themself by id|themself")]
pub enum Owner {
    /// The user.
    User,
    /// The user, by user principal name.
    UserByName,
    /// The signed-in user.
    Themself,
    /// The signed-in user, by object id.
    ThemselfById,
}

impl Owner {
    /// The address of the account, unless the plan chose another.
    pub const fn address(self) -> Address {
        match self {
            Self::User | Self::ThemselfById => Address::Id,
            Self::UserByName => Address::Name,
            Self::Themself => Address::Me,
        }
    }
}

impl FromStr for Owner {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "the user" => Ok(Self::User),
            "the user by user principal name" => Ok(Self::UserByName),
            "themself" => Ok(Self::Themself),
            "themself by id" => Ok(Self::ThemselfById),
            _ => Err(format!("`{text}` is nobody's account")),
        }
    }
}

/// Whose phones the step means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameter)]
#[param(name = "whose", regex = "the user's|their own")]
pub enum Whose {
    /// The user's.
    Users,
    /// The signed-in user's.
    Own,
}

impl FromStr for Whose {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "their own" { Ok(Self::Own) } else { Ok(Self::Users) }
    }
}

/// A way to address the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameter)]
#[param(
    name = "route",
    regex = "(?: by user principal name| by id| by its well-known id| at an address in capitals| in the other version)?"
)]
pub enum Route {
    /// The usual way: by id for the user, `/me` for the signed-in user.
    Ordinary,
    /// By user principal name.
    ByName,
    /// By object id instead of `/me`.
    ById,
    /// By the user's object id and the phone type's well-known id.
    WellKnown,
    /// With the user's id or name and the phone's id in capitals.
    Capitals,
    /// In the other version, which the rest of the scenario does not use.
    OtherVersion,
}

impl FromStr for Route {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "" => Ok(Self::Ordinary),
            " by user principal name" => Ok(Self::ByName),
            " by id" => Ok(Self::ById),
            " by its well-known id" => Ok(Self::WellKnown),
            " at an address in capitals" => Ok(Self::Capitals),
            " in the other version" => Ok(Self::OtherVersion),
            _ => Err(format!("`{text}` is no way to an account")),
        }
    }
}

/// One or more statuses with their reason phrases, `or` between them.
#[derive(Debug, Clone, Parameter)]
#[param(name = "statuses", regex = "[0-9]{3} [A-Z][A-Za-z ]+?(?: or [0-9]{3} [A-Z][A-Za-z ]+?)*")]
pub struct Statuses(pub Vec<u16>);

impl FromStr for Statuses {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split(" or ")
            .map(|status| status[..3].parse().map_err(|_| format!("`{status}` is no status")))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// One or more members of `smsSignInState` in quotation marks, `or` between them.
#[derive(Debug, Clone, Parameter)]
#[param(name = "states", regex = "\"[A-Za-z]+\"(?:(?:,| or) \"[A-Za-z]+\")*")]
pub struct States(pub Vec<String>);

impl FromStr for States {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.split('"').skip(1).step_by(2).map(str::to_owned).collect()))
    }
}

/// An invariant of the phones in an answer.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(
    name = "invariant",
    regex = "at most one phone of each type|no alternateMobile phone without a mobile phone|every phone but the mobile as notSupported or notAllowedByPolicy|no id twice|no type and no state but the documented ones"
)]
pub struct Kept(pub Invariant);

impl FromStr for Kept {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Invariant::ALL.into_iter().find(|invariant| expected(*invariant) == text);
        found.map(Self).ok_or_else(|| format!("`{text}` is nothing that phones keep to"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_caller_can_be_a_parameter() {
        for caller in Caller::ALL {
            let pattern = format!("|{}|", <Who as cucumber::codegen::Parameter>::REGEX);
            assert!(pattern.contains(&format!("|{}|", caller.phrase())), "{}", caller.phrase());
        }
    }

    #[test]
    fn every_invariant_can_be_a_parameter() {
        for invariant in Invariant::ALL {
            let pattern = format!("|{}|", <Kept as cucumber::codegen::Parameter>::REGEX);
            assert!(pattern.contains(&format!("|{}|", expected(invariant))), "{}", expected(invariant));
            assert_eq!(expected(invariant).parse::<Kept>().unwrap().0, invariant);
        }
    }

    #[test]
    fn phones_are_listed_as_in_english() {
        let kinds = |text: &str| text.parse::<Kinds>().unwrap().0;
        assert_eq!(kinds("no phones"), []);
        assert_eq!(kinds("an office phone"), [PhoneType::Office]);
        assert_eq!(kinds("a mobile and an alternateMobile phone"), [PhoneType::Mobile, PhoneType::AlternateMobile]);
        assert_eq!(kinds("a mobile, an alternateMobile and an office phone"), PhoneType::ALL);
        assert!("a pager phone".parse::<Kinds>().is_err());
    }

    #[test]
    fn statuses_and_states_may_be_alternatives() {
        assert_eq!("400 Bad Request or 415 Unsupported Media Type".parse::<Statuses>().unwrap().0, [400, 415]);
        assert_eq!("\"notConfigured\" or \"notEnabled\"".parse::<States>().unwrap().0, ["notConfigured", "notEnabled"]);
    }
}
