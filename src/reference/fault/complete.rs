//! Tests what the catalogue of faults must contain at least. A new operation, kind of malformed number or fault shows
//! here what is missing.

use super::*;

/// Kinds of mistake that every operation should have, if they make sense for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    RefusedButDone,
    AcceptedButNotDone,
    DoneToTheWrongUser,
    OtherUsersConcerned,
    OnlyInV1,
    OnlyInBeta,
    FailsWhereItShouldRefuse,
    RightStatusWrongBody,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::RefusedButDone,
        Self::AcceptedButNotDone,
        Self::DoneToTheWrongUser,
        Self::OtherUsersConcerned,
        Self::OnlyInV1,
        Self::OnlyInBeta,
        Self::FailsWhereItShouldRefuse,
        Self::RightStatusWrongBody,
    ];

    /// Whether an operation can make mistakes of this kind: a read changes nothing.
    fn makes_sense_for(self, operation: Operation) -> bool {
        let reads = matches!(operation, Operation::List | Operation::Get);
        !(reads && matches!(self, Self::RefusedButDone | Self::AcceptedButNotDone | Self::DoneToTheWrongUser))
    }

    fn has(self, fault: &Fault) -> bool {
        match self {
            Self::RefusedButDone => matches!(
                fault.mistake,
                Mistake::Create(Create::SecondPhoneRefusedButStored | Create::AlternateMobileRefusedButStored)
                    | Mistake::Update(Update::TypeChangeRefusedButStored)
                    | Mistake::Delete(Delete::MobileRefusedButRemoved)
                    | Mistake::Enable(Enable::OfficeRefusedButReady | Enable::PolicyRefusedButReady | Enable::TakenNumberRefusedButReady)
                    | Mistake::Disable(Disable::OfficeRefusedButMobileOff)
            ),
            Self::AcceptedButNotDone => matches!(fault.mistake, Mistake::Effect(_, Effect::Lost)),
            Self::DoneToTheWrongUser => {
                matches!(fault.mistake, Mistake::Create(Create::StoredOnOtherUsers) | Mistake::Effect(_, Effect::OnEverybodyElse))
            }
            Self::OtherUsersConcerned => matches!(
                fault.mistake,
                Mistake::Create(Create::StoredOnEveryUser)
                    | Mistake::List(List::EverybodysPhones)
                    | Mistake::Get(Get::AnybodysPhone)
                    | Mistake::Update(Update::EverybodysChanged)
                    | Mistake::Delete(Delete::EverybodysRemoved)
                    | Mistake::Enable(Enable::EverybodyElseDisabled)
                    | Mistake::Disable(Disable::EverybodyDisabled)
            ),
            Self::OnlyInV1 => fault.only == Some(Only::Version(ApiVersion::V1)),
            Self::OnlyInBeta => fault.only == Some(Only::Version(ApiVersion::Beta)),
            Self::FailsWhereItShouldRefuse => {
                matches!(
                    fault.mistake,
                    Mistake::Create(Create::SecondPhoneFails | Create::UnknownTypeFails)
                        | Mistake::Get(Get::AbsentFails)
                        | Mistake::Update(Update::AbsentFails | Update::TypeChangeFails)
                        | Mistake::Delete(Delete::AbsentFails | Delete::MobileRefusalFails)
                        | Mistake::Enable(Enable::AbsentFails | Enable::OtherTypeFails)
                        | Mistake::Disable(Disable::AbsentFails | Disable::OtherTypeFails)
                        // A list can only be refused because of its caller.
                        | Mistake::Access(Operation::List, Access::NoTokenFails)
                )
            }
            Self::RightStatusWrongBody => matches!(fault.mistake, Mistake::PhoneShape(..) | Mistake::RefusalShape(..)),
        }
    }
}

#[test]
fn every_operation_makes_every_kind_of_mistake_that_makes_sense() {
    for operation in Operation::ALL {
        for kind in Kind::ALL {
            let there = Fault::all().iter().any(|fault| fault.operation() == *operation && kind.has(fault));
            assert_eq!(there, kind.makes_sense_for(*operation), "{operation}: {kind:?}");
        }
    }
}

#[test]
fn every_operation_that_changes_something_refuses_callers_after_having_served_them() {
    for operation in Operation::ALL.iter().filter(|operation| Kind::RefusedButDone.makes_sense_for(**operation)) {
        let mistake = Mistake::Effect(*operation, Effect::DeniedAfterwards);
        assert!(Fault::all().iter().any(|fault| fault.mistake == mistake), "{operation}");
    }
}

#[test]
fn every_kind_of_malformed_number_is_let_through_on_creation_and_on_update() {
    for operation in [Operation::Create, Operation::Update] {
        for flaw in Flaw::ALL {
            let there = Fault::all().iter().any(|fault| fault.mistake == Mistake::Number(operation, flaw));
            // The documents set no maximum length of a country code, so a server that accepts longer ones is not wrong.
            assert_eq!(there, flaw != Flaw::LongCountryCode, "{operation}: {flaw:?}");
        }
    }
}
