//! Mistakes in adding a phone.

mistakes! {
    /// Mistakes that only adding a phone can make.
    Create {
        Answers200 "create.answers-200" "Answers 200 where a phone was created." ["create.answers-201"] versions;
        Answers202 "create.answers-202" "Answers 202, as though the phone were yet to come." ["create.answers-201"];
        AnswerWithoutBody "create.answer-without-body" "Answers 201 without showing the phone."
            ["create.answer-is-a-phone"] versions;
        MobileIdRandom "create.mobile-id-is-random" "Shows a new mobile under an id made up for it."
            ["create.mobile-has-its-well-known-id"] versions;
        AlternateMobileIdOfMobile "create.alternate-mobile-shows-the-mobiles-id" "Shows a new alternate mobile under the mobile's id."
            ["create.other-types-have-their-well-known-ids"];
        OfficeIdRandom "create.office-id-is-random" "Shows a new office phone under an id made up for it."
            ["create.other-types-have-their-well-known-ids"];

        NumberOptional "create.phone-number-optional" "Creates a phone without a number where the body has none."
            ["create.phone-number-required"] versions;
        TypeOptional "create.phone-type-optional" "Takes a phone without a type for a mobile." ["create.phone-type-required"] versions;
        UnknownTypeIsMobile "create.unknown-type-is-mobile" "Takes a phone of an unknown type for a mobile."
            ["create.phone-type-is-known"] versions;
        UnknownTypeFails "create.unknown-type-is-500" "Fails with 500 where the type is unknown." ["create.phone-type-is-known"];
        NumericNumberAccepted "create.numeric-number-accepted" "Turns a number that is not a string into one."
            ["create.phone-number-is-a-string"];

        ExtensionRefused "create.extension-refused" "Refuses numbers that have an extension." ["create.documented-numbers-are-accepted"] versions;
        StoredOnAnotherUser "create.stored-on-another-user" "Adds the phone to the user next in the directory." ["create.is-stored"];
        StoredOnEveryUser "create.stored-on-every-user" "Adds the phone to everybody who has none of its type."
            ["create.other-users-stay"];
        OtherPhonesReplaced "create.other-phones-replaced" "Replaces all of the user's phones by the new one."
            ["create.other-phones-stay", "create.all-three-types"] versions;

        SecondMobileReplaces "create.second-mobile-replaces-the-first" "Replaces the mobile where the user already has one."
            ["create.one-phone-per-type"] versions;
        SecondOfficeReplaces "create.second-office-replaces-the-first" "Replaces the office phone where the user already has one."
            ["create.one-phone-per-type"];
        SecondAlternateMobileReplaces "create.second-alternate-mobile-replaces-the-first"
            "Replaces the alternate mobile where the user already has one." ["create.one-phone-per-type"];
        SecondPhoneIgnored "create.second-phone-ignored" "Answers 201 to a second phone of a type and keeps the first."
            ["create.one-phone-per-type"] versions;
        SecondPhoneFails "create.second-phone-is-500" "Fails with 500 where the user already has a phone of the type."
            ["create.one-phone-per-type"];
        SecondPhoneRefusedButStored "create.second-phone-refused-but-stored" "Refuses a second phone of a type after having replaced the first."
            ["create.refusal-changes-nothing"] versions;
        AlternateMobileNeedsNothing "create.alternate-mobile-needs-nothing" "Adds an alternate mobile to a user who has no mobile."
            ["create.alternate-mobile-needs-a-mobile"] versions;
        AlternateMobileRefusedButStored "create.alternate-mobile-refused-but-stored"
            "Refuses an alternate mobile without a mobile after having stored it." ["create.refusal-changes-nothing"];
        OfficeNeedsMobile "create.office-needs-a-mobile" "Refuses an office phone where the user has no mobile."
            ["create.mobile-and-office-need-nothing-before-them"] versions;
        ThirdPhoneRefused "create.third-phone-refused" "Lets a user have two phones at most." ["create.all-three-types"];
        AgainAfterDeleteRefused "create.again-after-delete-refused" "Counts a deleted phone until the user's phones are listed again."
            ["create.again-after-delete"];

        StateTaken "create.sms-sign-in-state-taken-from-the-body" "Takes the SMS sign-in state from the body."
            ["create.sms-sign-in-state-is-read-only"] versions;
        NotRegistered "create.number-not-registered" "Leaves the number of an allowed user unregistered for SMS sign-in."
            ["create.allowed-user-is-ready"] versions;
        PolicyIgnored "create.policy-ignored" "Registers the number of a user whom the policy leaves out."
            ["create.user-outside-policy-is-not-allowed"] versions;
        OutsidePolicyNotConfigured "create.outside-policy-is-not-configured"
            "Calls SMS sign-in not configured where the policy does not allow it." ["create.user-outside-policy-is-not-allowed"];
        OfficeNotConfigured "create.office-is-not-configured" "Calls SMS sign-in not configured where an office phone does not support it."
            ["create.other-types-are-not-supported"];
        AlternateMobileReady "create.alternate-mobile-is-ready" "Calls an alternate mobile ready for SMS sign-in."
            ["create.other-types-are-not-supported"];
        TakenNumberReady "create.taken-number-is-ready" "Lets two users sign in with one number."
            ["create.taken-number-is-not-unique"] versions;
        TakenNumberNotConfigured "create.taken-number-is-not-configured" "Calls SMS sign-in not configured where the number is taken."
            ["create.taken-number-is-not-unique"];
    }
}
