//! Mistakes that the server can be told to make, to test whether the harness notices them.
//!
//! Each is one mistake in one place: the code that enforces a rule checks for it there. The tables in the submodules
//! describe each mistake and the rules that it breaks.

use std::str::FromStr;
use std::sync::LazyLock;

use super::number::Flaw;
use crate::api::{ApiVersion, Edition, Operation};

#[macro_use]
mod table;

mod access;
mod answers;
#[cfg(test)]
mod complete;
mod input;
mod kind;
mod permissions;
mod reads;
mod sign_in;
mod writes;

pub(super) use access::{Access, Effect, Own, Reach};
pub(super) use answers::{PhoneShape, RefusalShape};
pub(super) use input::Input;
pub use kind::FaultKind;
pub(super) use permissions::Permissions;
pub(super) use reads::{Get, List};
pub(super) use sign_in::{Disable, Enable};
pub(super) use writes::{Create, Delete, Update};

/// The description of a fault.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct FaultInfo {
    /// `OPERATION.what-goes-wrong`
    pub id: &'static str,
    /// The mistake in one sentence.
    pub summary: &'static str,
    /// The rules that a server with this fault breaks.
    pub breaks: &'static [&'static str],
    /// The only edition in which the mistake shows; `None` for both.
    pub edition: Option<Edition>,
}

/// Limits a mistake to some requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Only {
    /// Requests of one version.
    Version(ApiVersion),
    /// Requests of applications.
    Application,
    /// Requests that address the user by user principal name.
    UserPrincipalName,
}

/// What a mistake may depend on in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Circumstances {
    pub operation: Operation,
    pub version: ApiVersion,
    /// Whether the caller is an application.
    pub application: bool,
    /// Whether the path contains a user principal name.
    pub by_user_principal_name: bool,
}

impl Only {
    fn holds(self, circumstances: Circumstances) -> bool {
        match self {
            Self::Version(version) => version == circumstances.version,
            Self::Application => circumstances.application,
            Self::UserPrincipalName => circumstances.by_user_principal_name,
        }
    }
}

/// A mistake for the server to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fault {
    mistake: Mistake,
    /// The only requests in which the server makes it; `None` for all.
    only: Option<Only>,
    info: &'static FaultInfo,
}

impl Fault {
    /// Every fault, in the order of the operations.
    pub fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<Fault>> = LazyLock::new(|| {
            let mut all: Vec<Fault> = [
                Create::TABLE,
                List::TABLE,
                Get::TABLE,
                Update::TABLE,
                Delete::TABLE,
                Enable::TABLE,
                Disable::TABLE,
                input::NUMBERS,
                Input::TABLE,
                PhoneShape::TABLE,
                RefusalShape::TABLE,
                Effect::TABLE,
                Own::TABLE,
                Reach::TABLE,
                Permissions::TABLE,
                Access::TABLE,
            ]
            .into_iter()
            .flatten()
            .copied()
            .flatten()
            .copied()
            .collect();
            // The sort is stable, so within an operation the order of the tables stays.
            all.sort_by_key(|fault| fault.operation());
            all
        });
        &ALL
    }

    /// The fault's id and description, and the rules that it breaks.
    pub fn info(self) -> &'static FaultInfo {
        self.info
    }

    /// The operation with the mistake.
    pub fn operation(self) -> Operation {
        self.mistake.operation()
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::all().iter().copied().find(|fault| fault.info.id == text).ok_or_else(|| UnknownFault { text: text.to_owned() })
    }
}

/// The text is not a fault's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no fault of the reference server")]
pub struct UnknownFault {
    /// The given text.
    pub text: String,
}

/// A mistake and the operation whose requests show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Mistake {
    Create(Create),
    List(List),
    Get(Get),
    Update(Update),
    Delete(Delete),
    Enable(Enable),
    Disable(Disable),
    Number(Operation, Flaw),
    Input(Operation, Input),
    PhoneShape(Operation, PhoneShape),
    RefusalShape(Operation, RefusalShape),
    Effect(Operation, Effect),
    Own(Operation, Own),
    Reach(Operation, Reach),
    Permissions(Operation, Permissions),
    Access(Operation, Access),
}

impl Mistake {
    fn operation(self) -> Operation {
        match self {
            Self::Create(_) => Operation::Create,
            Self::List(_) => Operation::List,
            Self::Get(_) => Operation::Get,
            Self::Update(_) => Operation::Update,
            Self::Delete(_) => Operation::Delete,
            Self::Enable(_) => Operation::EnableSmsSignIn,
            Self::Disable(_) => Operation::DisableSmsSignIn,
            Self::Number(operation, _)
            | Self::Input(operation, _)
            | Self::PhoneShape(operation, _)
            | Self::RefusalShape(operation, _)
            | Self::Effect(operation, _)
            | Self::Own(operation, _)
            | Self::Reach(operation, _)
            | Self::Permissions(operation, _)
            | Self::Access(operation, _) => operation,
        }
    }
}

/// A mistake, as the code that may make it checks for it; the operation is the current one.
pub(super) trait Asked {
    fn during(self, operation: Operation) -> Mistake;
}

impl Asked for Flaw {
    fn during(self, operation: Operation) -> Mistake {
        Mistake::Number(operation, self)
    }
}

/// The faults of a server.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub fn new(faults: Vec<Fault>) -> Self {
        Self(faults)
    }

    /// Whether the server makes a mistake in any request.
    pub fn include(&self, mistake: Create) -> bool {
        let mistake = mistake.during(Operation::Create);
        self.0.iter().any(|fault| fault.mistake == mistake)
    }

    /// Whether the server makes a mistake in a request.
    pub fn has(&self, mistake: impl Asked, circumstances: Circumstances) -> bool {
        let mistake = mistake.during(circumstances.operation);
        // Code that operations share may check for a mistake that only one of them makes.
        mistake.operation() == circumstances.operation
            && self.0.iter().any(|fault| fault.mistake == mistake && fault.only.is_none_or(|only| only.holds(circumstances)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_id_is_its_own_and_reads_back() {
        let ids: HashSet<_> = Fault::all().iter().map(|fault| fault.info().id).collect();
        assert_eq!(ids.len(), Fault::all().len());
        for fault in Fault::all() {
            assert_eq!(fault.info().id.parse(), Ok(*fault));
        }
        let mistakes: HashSet<_> = Fault::all().iter().map(|fault| (fault.mistake, fault.only)).collect();
        assert_eq!(mistakes.len(), ids.len(), "two ids for one mistake");
    }

    #[test]
    fn an_id_begins_with_its_operation_and_a_summary_is_a_sentence() {
        for fault in Fault::all() {
            let FaultInfo { id, summary, breaks, .. } = fault.info();
            assert!(id.starts_with(&format!("{}.", fault.operation())), "{id}");
            assert!(summary.ends_with('.') && summary.starts_with(char::is_uppercase), "{id}: {summary}");
            assert!(!breaks.is_empty(), "{id}");
            for rule in *breaks {
                let operation = rule.split('.').next().unwrap();
                assert!(operation.parse::<Operation>().is_ok(), "{id} breaks {rule}");
            }
        }
    }

    #[test]
    fn a_fault_of_one_version_leaves_the_other_alone() {
        let faults = Faults::new(vec!["create.second-mobile-replaces-the-first-in-beta".parse().unwrap()]);
        let of = |version| Circumstances { operation: Operation::Create, version, application: false, by_user_principal_name: false };
        assert!(faults.has(Create::SecondMobileReplaces, of(ApiVersion::Beta)));
        assert!(!faults.has(Create::SecondMobileReplaces, of(ApiVersion::V1)));
    }

    #[test]
    fn a_fault_of_one_caller_or_address_leaves_the_others_alone() {
        let of = |application, by_user_principal_name| {
            let (operation, version) = (Operation::Create, ApiVersion::V1);
            Circumstances { operation, version, application, by_user_principal_name }
        };
        let application = Faults::new(vec!["create.second-mobile-replaces-the-first-for-an-application".parse().unwrap()]);
        let name = Faults::new(vec!["create.second-mobile-replaces-the-first-by-user-principal-name".parse().unwrap()]);
        let made =
            |faults: &Faults| [of(false, false), of(true, false), of(false, true)].map(|of| faults.has(Create::SecondMobileReplaces, of));
        assert_eq!((made(&application), made(&name)), ([false, true, false], [false, false, true]));
    }

    #[test]
    fn an_unknown_fault_is_told_as_it_was_given() {
        assert_eq!("create.nothing".parse::<Fault>().unwrap_err().to_string(), "`create.nothing` is no fault of the reference server");
    }
}
