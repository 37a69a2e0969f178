//! Tests which kinds of mistake the catalogue contains for each operation. If an operation is new, they show what is
//! missing.

use super::super::service::DENIED_AFTERWARDS;
use super::*;

/// Kinds of mistake, each with its faults. Every operation must have one of each kind. The second value tells whether
/// this includes reads, which change nothing.
const KINDS: [(&str, bool, &[&str]); 5] = [
    (
        "refused but done",
        false,
        &[
            "create.second-phone-refused-but-stored",
            "update.type-change-refused-but-number-stored",
            "delete.mobile-refused-but-removed",
            "enable-sms-sign-in.office-refused-but-ready",
            "disable-sms-sign-in.office-refused-but-mobile-off",
        ],
    ),
    (
        "accepted but not done",
        false,
        &[
            "create.not-stored",
            "update.not-stored",
            "delete.not-removed",
            "enable-sms-sign-in.without-effect",
            "disable-sms-sign-in.without-effect",
        ],
    ),
    (
        "done to the wrong user",
        false,
        &[
            "create.stored-on-other-users",
            "update.stored-on-other-users",
            "delete.removed-from-other-users",
            "enable-sms-sign-in.enabled-for-other-users",
            "disable-sms-sign-in.disabled-for-other-users",
        ],
    ),
    (
        "other users concerned",
        true,
        &[
            "create.stored-on-every-user",
            "list.everybodys-phones",
            "get.anybodys-phone",
            "update.everybodys-phone-changed",
            "delete.everybodys-removed",
            "enable-sms-sign-in.everybody-else-disabled",
            "disable-sms-sign-in.everybody-disabled",
        ],
    ),
    (
        "fails where it should refuse",
        true,
        &[
            "create.second-phone-is-500",
            // A list can only be refused because of its caller.
            "list.no-token-is-500",
            "get.absent-is-500",
            "update.absent-is-500",
            "delete.absent-is-500",
            "enable-sms-sign-in.absent-is-500",
            "disable-sms-sign-in.absent-is-500",
        ],
    ),
];

#[test]
fn every_operation_has_a_fault_of_every_kind() {
    for operation in Operation::ALL.iter().copied() {
        let has = |wanted: &dyn Fn(&Fault) -> bool| Fault::all().iter().any(|fault| fault.operation == operation && wanted(fault));
        for (kind, reads, ids) in KINDS {
            let there = has(&|fault| ids.contains(&fault.id.as_str()));
            assert_eq!(there, reads || !operation.reads(), "{operation}: {kind}");
        }
        for version in ApiVersion::ALL {
            assert!(has(&|fault| fault.only == Some(Only::Version(*version))), "{operation}: only in {version}");
        }
        assert!(has(&|fault| matches!(fault.kind, FaultKind::Answer | FaultKind::Refusal)), "{operation}: right status, wrong body");
        let denied = has(&|fault| DENIED_AFTERWARDS.iter().any(|name| fault.id == format!("{operation}{name}")));
        assert_eq!(denied, !operation.reads(), "{operation}: callers are refused after having been served");
    }
}
