//! The rules that a walk can break.

use crate::api::Operation;

/// Names the rules of the specification that the model refers to.
macro_rules! rules {
    ($($name:ident $id:literal;)+) => {
        $(pub(super) const $name: &str = $id;)+

        /// Every rule that a divergence can break.
        pub const RULES: &[&str] = &[$($id),+];
    };
}

rules! {
    CREATE_STORED "create.is-stored";
    CREATE_NUMBERS "create.documented-numbers-are-accepted";
    CREATE_BAD_NUMBER "create.bad-number-is-refused";
    CREATE_ONE_PER_TYPE "create.one-phone-per-type";
    CREATE_NEEDS_MOBILE "create.alternate-mobile-needs-a-mobile";
    CREATE_FIRST "create.mobile-and-office-need-nothing-before-them";
    CREATE_ALL_THREE "create.all-three-types";
    CREATE_AGAIN "create.again-after-delete";
    CREATE_READY "create.allowed-user-is-ready";
    CREATE_OUTSIDE_POLICY "create.user-outside-policy-is-not-allowed";
    CREATE_OTHER_TYPES "create.other-types-are-not-supported";
    CREATE_TAKEN "create.taken-number-is-not-unique";
    CREATE_OTHER_PHONES "create.other-phones-stay";
    CREATE_OTHER_USERS "create.other-users-stay";
    UPDATE_NUMBER "update.changes-the-number";
    UPDATE_ID "update.id-and-type-stay";
    UPDATE_TYPE "update.type-is-fixed";
    UPDATE_BAD_NUMBER "update.bad-number-is-refused";
    UPDATE_ABSENT "update.absent-phone-is-refused";
    UPDATE_OTHER_TYPES "update.others-are-not-supported";
    UPDATE_SIGN_IN "update.sms-sign-in-follows-the-number";
    UPDATE_FREES "update.freed-number-can-be-used";
    UPDATE_OTHER_PHONES "update.other-phones-stay";
    UPDATE_OTHER_USERS "update.other-users-stay";
    DELETE_REMOVES "delete.removes-the-phone";
    DELETE_DEFAULT "delete.default-method-may-stay";
    DELETE_ABSENT "delete.absent-phone-is-refused";
    DELETE_MOBILE_STAYS "delete.mobile-stays-while-alternate-mobile-exists";
    DELETE_FREES "delete.frees-the-number";
    DELETE_OTHER_PHONES "delete.other-phones-stay";
    DELETE_OTHER_USERS "delete.other-users-stay";
    ENABLE_READY "enable-sms-sign-in.becomes-ready";
    ENABLE_MOBILE "enable-sms-sign-in.only-a-mobile";
    ENABLE_UNIQUE "enable-sms-sign-in.only-a-unique-number";
    ENABLE_POLICY "enable-sms-sign-in.only-a-user-allowed-by-policy";
    ENABLE_ABSENT "enable-sms-sign-in.absent-phone-is-refused";
    ENABLE_TWICE "enable-sms-sign-in.twice";
    ENABLE_OTHER_PHONES "enable-sms-sign-in.other-phones-stay";
    ENABLE_OTHER_USERS "enable-sms-sign-in.other-users-stay";
    DISABLE_OFF "disable-sms-sign-in.no-longer-ready";
    DISABLE_STAYS "disable-sms-sign-in.phone-stays";
    DISABLE_MOBILE "disable-sms-sign-in.only-a-mobile";
    DISABLE_ABSENT "disable-sms-sign-in.absent-phone-is-refused";
    DISABLE_TWICE "disable-sms-sign-in.twice";
    DISABLE_FREES "disable-sms-sign-in.frees-the-number";
    DISABLE_OTHER_PHONES "disable-sms-sign-in.other-phones-stay";
    DISABLE_OTHER_USERS "disable-sms-sign-in.other-users-stay";
}

/// The rule that this operation does not change the user's other phones.
pub(super) const fn other_phones(operation: Operation) -> &'static str {
    match operation {
        Operation::Update => UPDATE_OTHER_PHONES,
        Operation::Delete => DELETE_OTHER_PHONES,
        Operation::EnableSmsSignIn => ENABLE_OTHER_PHONES,
        Operation::DisableSmsSignIn => DISABLE_OTHER_PHONES,
        Operation::Create | Operation::List | Operation::Get => CREATE_OTHER_PHONES,
    }
}

/// The rule that this operation does not change other users' phones.
pub(super) const fn other_users(operation: Operation) -> &'static str {
    match operation {
        Operation::Update => UPDATE_OTHER_USERS,
        Operation::Delete => DELETE_OTHER_USERS,
        Operation::EnableSmsSignIn => ENABLE_OTHER_USERS,
        Operation::DisableSmsSignIn => DISABLE_OTHER_USERS,
        Operation::Create | Operation::List | Operation::Get => CREATE_OTHER_USERS,
    }
}

/// The rule that a number is free after this operation.
pub(super) const fn frees(operation: Operation) -> Option<&'static str> {
    match operation {
        Operation::Update => Some(UPDATE_FREES),
        Operation::Delete => Some(DELETE_FREES),
        Operation::DisableSmsSignIn => Some(DISABLE_FREES),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::api::Severity;
    use crate::suite::Suite;

    use super::*;

    #[test]
    fn every_rule_is_a_requirement_of_the_specification() {
        let suite = Suite::embedded().unwrap();
        for id in RULES {
            let rule = suite.rule(id).unwrap_or_else(|| panic!("{id} is no rule"));
            assert_eq!(rule.severity, Severity::Must, "{id}");
        }
    }
}
