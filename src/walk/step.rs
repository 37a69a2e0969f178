//! The steps of a walk.

use std::fmt;

use serde_json::json;

use crate::api::Operation;
use crate::graph::{Body, PhoneType};
use crate::suite::Caller;

/// Invalid numbers that endpoints often accept, each invalid for another reason.
pub const BAD_NUMBERS: [&str; 4] = ["12345", "abc", "+1", "+1 20655a0100"];

/// A step of a walk: one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The user of the phone, as an index into the walk's users.
    pub user: usize,
    /// The type of the phone.
    pub kind: PhoneType,
    /// The request.
    pub request: Request,
    /// The caller, and how the request addresses the user.
    pub sender: Sender,
}

/// The caller, and how the request addresses the user. The default is the administrator, by object id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sender {
    /// The caller who plays the administrator; `None` for the identity that manages the users.
    pub caller: Option<Caller>,
    /// Whether the request addresses the user by user principal name.
    pub by_name: bool,
}

/// The request of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Create the phone.
    Create(NumberChoice),
    /// Change the phone's number.
    Update(NumberChoice),
    /// Change the phone's number and type.
    Retype(NumberChoice, PhoneType),
    /// Delete the phone.
    Delete,
    /// Turn on SMS sign-in.
    Enable,
    /// Turn off SMS sign-in.
    Disable,
}

/// The number in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberChoice {
    /// One of the walk's few numbers for phones of this type. Few, so that a walk uses a number more than once.
    Own {
        /// The index of the number.
        index: usize,
        /// Whether it has an extension. It gets one only for an office phone, because endpoints may refuse extensions
        /// for other types.
        extension: bool,
    },
    /// An invalid number.
    Bad(&'static str),
}

impl NumberChoice {
    /// Whether the number has the documented form.
    pub const fn is_valid(self) -> bool {
        matches!(self, Self::Own { .. })
    }

    /// The number as text, from the walk's eight numbers: three for mobile phones, two for alternate mobile phones,
    /// three for office phones. Types share no number, so no user has the same number twice.
    pub fn text(self, kind: PhoneType, numbers: &[String; 8]) -> String {
        match self {
            Self::Bad(text) => text.to_owned(),
            Self::Own { index, extension } => {
                let (first, count) = match kind {
                    PhoneType::Mobile => (0, 3),
                    PhoneType::AlternateMobile => (3, 2),
                    PhoneType::Office => (5, 3),
                };
                let suffix = if extension && kind == PhoneType::Office { "x123" } else { "" };
                format!("{}{suffix}", numbers[first + index % count])
            }
        }
    }
}

impl Step {
    /// The operation of the request.
    pub const fn operation(&self) -> Operation {
        match self.request {
            Request::Create(_) => Operation::Create,
            Request::Update(_) | Request::Retype(..) => Operation::Update,
            Request::Delete => Operation::Delete,
            Request::Enable => Operation::EnableSmsSignIn,
            Request::Disable => Operation::DisableSmsSignIn,
        }
    }

    /// The number in the request, if there is one.
    pub const fn number(&self) -> Option<NumberChoice> {
        match self.request {
            Request::Create(number) | Request::Update(number) | Request::Retype(number, _) => Some(number),
            Request::Delete | Request::Enable | Request::Disable => None,
        }
    }

    /// The request body.
    pub fn body(&self, numbers: &[String; 8]) -> Option<Body> {
        let number = self.number()?.text(self.kind, numbers);
        let body = match self.request {
            Request::Create(_) => json!({ "phoneNumber": number, "phoneType": self.kind.name() }),
            Request::Retype(_, kind) => json!({ "phoneNumber": number, "phoneType": kind.name() }),
            _ => json!({ "phoneNumber": number }),
        };
        Some(Body::json(body.to_string()))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.request {
            Request::Create(_) => "create",
            Request::Update(_) | Request::Retype(..) => "update",
            Request::Delete => "delete",
            Request::Enable => "enable",
            Request::Disable => "disable",
        };
        let whose = match self.user {
            0 => "",
            1 => "the other user's ",
            _ => "the third user's ",
        };
        write!(f, "{verb} {whose}{}", self.kind)?;
        if let Request::Retype(_, kind) = self.request {
            write!(f, " to {kind}")?;
        }
        match self.number() {
            Some(NumberChoice::Bad(text)) => write!(f, " with \"{text}\""),
            Some(NumberChoice::Own { extension: true, .. }) if self.kind == PhoneType::Office => f.write_str(" with an extension"),
            _ => Ok(()),
        }?;
        if let Some(caller) = self.sender.caller {
            write!(f, " by {}", caller.phrase())?;
        }
        f.write_str(if self.sender.by_name { " (by user principal name)" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_types_share_a_number() {
        let numbers: [String; 8] = std::array::from_fn(|index| format!("+1 206555010{index}"));
        let of = |kind: PhoneType| -> BTreeSet<String> {
            (0..6).map(|index| NumberChoice::Own { index, extension: false }.text(kind, &numbers)).collect()
        };
        let all: Vec<_> = PhoneType::ALL.into_iter().map(of).collect();
        assert_eq!(all.iter().map(BTreeSet::len).collect::<Vec<_>>(), [3, 2, 3]);
        assert_eq!(all.iter().flatten().collect::<BTreeSet<_>>().len(), numbers.len());
    }

    #[test]
    fn only_an_office_number_has_an_extension() {
        let numbers: [String; 8] = Default::default();
        let number = NumberChoice::Own { index: 0, extension: true };
        assert_eq!(number.text(PhoneType::Mobile, &numbers), "");
        assert_eq!(number.text(PhoneType::AlternateMobile, &numbers), "");
        assert_eq!(number.text(PhoneType::Office, &numbers), "x123");
    }

    #[test]
    fn a_step_is_described_in_words() {
        let own = NumberChoice::Own { index: 0, extension: true };
        let step = |user, kind, request| Step { user, kind, request, sender: Sender::default() }.to_string();
        assert_eq!(step(0, PhoneType::Mobile, Request::Create(own)), "create mobile");
        assert_eq!(step(1, PhoneType::Office, Request::Update(own)), "update the other user's office with an extension");
        assert_eq!(step(0, PhoneType::Office, Request::Create(NumberChoice::Bad("abc"))), "create office with \"abc\"");
        assert_eq!(step(0, PhoneType::Mobile, Request::Retype(own, PhoneType::Office)), "update mobile to office");
        let sender = Sender { caller: Some(Caller::Application), by_name: true };
        let asked = Step { user: 0, kind: PhoneType::Mobile, request: Request::Enable, sender };
        assert_eq!(asked.to_string(), "enable mobile by an application (by user principal name)");
    }
}
