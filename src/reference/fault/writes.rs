//! Mistakes in adding, changing and removing a phone.

mistakes! {
    /// Mistakes that only adding a phone can make.
    Create {
        Answers200 "create.answers-200" "Answers 200 where a phone was created." ["create.answers-201"] versions;
        Answers202 "create.answers-202" "Answers 202, as though the phone were yet to come." ["create.answers-201"];
        AnswerWithoutBody "create.answer-without-body" "Answers 201 without showing the phone."
            ["create.answer-is-a-phone", "create.echoes-the-request", "create.mobile-has-its-well-known-id", "create.other-types-have-their-well-known-ids"] versions;
        MobileIdRandom "create.mobile-id-is-random" "Shows a new mobile under an id made up for it."
            ["create.mobile-has-its-well-known-id"] versions;
        AlternateMobileIdOfMobile "create.alternate-mobile-shows-the-mobiles-id" "Shows a new alternate mobile under the mobile's id."
            ["create.other-types-have-their-well-known-ids"];
        OfficeIdRandom "create.office-id-is-random" "Shows a new office phone under an id made up for it."
            ["create.other-types-have-their-well-known-ids"];

        IdRandom "create.stored-under-a-random-id" "Shows a new phone with the id of its type, and keeps it under another."
            ["delete.addressed-by-the-well-known-id", "disable-sms-sign-in.addressed-by-the-well-known-id", "enable-sms-sign-in.addressed-by-the-well-known-id", "get.addressed-by-the-well-known-id", "list.mobile-has-its-well-known-id", "list.other-types-have-their-well-known-ids", "update.addressed-by-the-well-known-id"];

        NumberOptional "create.phone-number-optional" "Creates a phone without a number where the body has none."
            ["create.phone-number-required"] cells;
        TypeOptional "create.phone-type-optional" "Takes a phone without a type for a mobile." ["create.phone-type-required"] versions;
        UnknownTypeIsMobile "create.unknown-type-is-mobile" "Takes a phone of an unknown type for a mobile."
            ["create.phone-type-is-known"] cells;
        UnknownTypeFails "create.unknown-type-is-500" "Fails with 500 where the type is unknown." ["create.phone-type-is-known"];
        NumericNumberAccepted "create.numeric-number-accepted" "Turns a number that is not a string into one."
            ["create.phone-number-is-a-string"];

        ExtensionRefused "create.extension-refused" "Refuses numbers that have an extension." ["create.any-phone-may-have-an-extension", "create.documented-numbers-are-accepted", "create.echoes-the-request", "create.is-stored"] versions;
        ExtensionForOfficeOnly "create.extension-for-office-phones-only" "Refuses an extension for any phone but an office phone."
            ["create.any-phone-may-have-an-extension"];
        StoredOnOtherUsers "create.stored-on-other-users" "Stores the phone on everybody but the user." ["create.is-stored", "create.other-users-stay"];
        StoredOnEveryUser "create.stored-on-every-user" "Adds the phone to everybody who has none of its type."
            ["create.other-users-stay"];
        OtherPhonesReplaced "create.other-phones-replaced" "Replaces all of the user's phones by the new one."
            ["create.alternate-mobile-needs-a-mobile", "create.any-phone-may-have-an-extension", "create.is-stored", "create.mobile-and-office-need-nothing-before-them", "create.other-phones-stay"] versions;

        SecondMobileReplaces "create.second-mobile-replaces-the-first" "Replaces the mobile where the user already has one."
            ["create.one-phone-per-type"] cells;
        SecondOfficeReplaces "create.second-office-replaces-the-first" "Replaces the office phone where the user already has one."
            ["create.one-phone-per-type"];
        SecondAlternateMobileReplaces "create.second-alternate-mobile-replaces-the-first"
            "Replaces the alternate mobile where the user already has one." ["create.one-phone-per-type"];
        SecondPhoneIgnored "create.second-phone-ignored" "Answers 201 to a second phone of a type and keeps the first."
            ["create.one-phone-per-type"] cells;
        SecondPhoneFails "create.second-phone-is-500" "Fails with 500 where the user already has a phone of the type."
            ["create.one-phone-per-type"];
        SecondPhoneRefusedButStored "create.second-phone-refused-but-stored" "Refuses a second phone of a type after having replaced the first."
            ["create.one-phone-per-type", "create.refusal-changes-nothing"] versions;
        AlternateMobileNeedsNothing "create.alternate-mobile-needs-nothing" "Adds an alternate mobile to a user who has no mobile."
            ["create.alternate-mobile-needs-a-mobile"] cells;
        AlternateMobileRefusedButStored "create.alternate-mobile-refused-but-stored"
            "Refuses an alternate mobile without a mobile after having stored it." ["create.alternate-mobile-needs-a-mobile"];
        OfficeNeedsMobile "create.office-needs-a-mobile" "Refuses an office phone where the user has no mobile."
            ["create.again-after-delete", "create.answer-is-a-phone", "create.documented-numbers-are-accepted", "create.echoes-the-request", "create.is-stored", "create.mobile-and-office-need-nothing-before-them", "create.other-types-have-their-well-known-ids"] versions;
        MobileFirst "create.mobile-must-be-first" "Refuses a mobile where the user has another phone already."
            ["create.mobile-and-office-need-nothing-before-them"];
        ThirdPhoneRefused "create.third-phone-refused" "Lets a user have two phones at most." ["create.all-three-types"];
        AgainAfterDeleteRefused "create.again-after-delete-refused" "Remembers the number of the phone that a user lost, and refuses it."
            ["create.again-after-delete"];

        IdTaken "create.id-taken-from-the-body" "Takes the id from the body." ["create.id-is-read-only"] cells;
        StateTaken "create.sms-sign-in-state-taken-from-the-body" "Takes the SMS sign-in state from the body."
            ["create.sms-sign-in-state-is-read-only"] cells;
        NotRegistered "create.number-not-registered" "Leaves the number of an allowed user unregistered for SMS sign-in."
            ["create.allowed-user-is-ready", "create.numbers-of-other-types-are-free-for-sign-in", "create.sms-sign-in-state-is-read-only", "create.taken-number-is-not-unique"] versions;
        PolicyIgnored "create.policy-ignored" "Registers the number of a user whom the policy leaves out."
            ["create.sms-sign-in-state-is-read-only", "create.user-outside-policy-is-not-allowed"] cells;
        OutsidePolicyNotConfigured "create.outside-policy-is-not-configured"
            "Calls SMS sign-in not configured where the policy does not allow it." ["create.user-outside-policy-is-not-allowed"];
        OfficeNotConfigured "create.office-is-not-configured" "Calls SMS sign-in not configured where an office phone does not support it."
            ["create.other-types-are-not-supported"];
        ExtensionNotConfigured "create.extension-is-not-configured"
            "Calls SMS sign-in not configured for an office phone that has an extension." ["create.other-types-are-not-supported"];
        AlternateMobileReady "create.alternate-mobile-is-ready" "Calls an alternate mobile ready for SMS sign-in."
            ["create.other-types-are-not-supported"];
        TakenNumberReady "create.taken-number-is-ready" "Lets two users sign in with one number."
            ["create.taken-number-is-not-unique"] cells;
        AnyNumberTaken "create.numbers-of-other-types-are-taken" "Takes a number for taken that somebody else's office phone has."
            ["create.numbers-of-other-types-are-free-for-sign-in"];
        OwnNumbersUnique "create.own-numbers-are-unique" "Refuses a number that another phone of the user has." ["create.numbers-may-be-shared"];
        AlternateNumbersUnique "create.alternate-mobile-numbers-are-unique"
            "Refuses an alternate mobile's number that somebody else's has." ["create.numbers-may-be-shared"];
        CheckedOnArrival "create.checked-before-stored"
            "Looks for a phone of the type when a request arrives, and stores the new one a moment later." ["create.one-of-two-at-once"];
        RegisteredAsOnArrival "create.checked-before-registered"
            "Looks whose number it is when a request arrives, and registers it a moment later." ["create.one-number-for-two-at-once"];
        SignInLost "create.sms-sign-in-of-the-mobile-lost" "Turns off SMS sign-in for the mobile where another phone is added."
            ["create.other-phones-stay"];
        TakenNumberNotConfigured "create.taken-number-is-not-configured" "Calls SMS sign-in not configured where the number is taken."
            ["create.taken-number-is-not-unique"];
    }
}

mistakes! {
    /// Mistakes that only changing a phone can make.
    Update {
        Answers201 "update.answers-201" "Answers 201 where a phone was changed." ["update.answers-200-or-204"] versions;
        Answers202 "update.answers-202" "Answers 202, as though the change were yet to come." ["update.answer-is-a-phone", "update.answers-200-or-204"];
        IdRandom "update.id-is-renewed" "Gives a changed phone another id." ["update.id-and-type-stay", "update.shown-everywhere"];
        TypeLost "update.type-becomes-office" "Makes a changed phone an office phone and leaves its id as it was."
            ["update.addressed-by-the-well-known-id", "update.addressed-by-user-principal-name", "update.answer-is-a-phone", "update.changes-the-number", "update.id-and-type-stay", "update.other-phones-stay", "update.others-are-not-supported", "update.shown-everywhere", "update.sms-sign-in-follows-the-number", "update.type-is-fixed", "update.what-is-not-sent-stays"];
        TypeChanged "update.type-changed" "Changes a phone's type." ["update.type-is-fixed"] cells;
        TypeChangeFails "update.type-change-is-500" "Fails with 500 where another type is asked for." ["update.type-is-fixed"];
        TypeChangeRefusedButStored "update.type-change-refused-but-number-stored"
            "Refuses another type after having stored the number beside it." ["update.type-is-fixed"] versions;
        StateTaken "update.sms-sign-in-state-taken-from-the-body" "Takes the SMS sign-in state from the body."
            ["update.read-only-properties"] versions;
        IdTaken "update.id-taken-from-the-body" "Takes the id from the body." ["update.read-only-properties"];
        NumericNumberAccepted "update.numeric-number-accepted" "Turns a number that is not a string into one."
            ["update.phone-number-is-a-string"];
        MissingNumberBlanks "update.missing-number-blanks" "Empties the number where the body has none."
            ["update.what-is-not-sent-stays"];
        AbsentCreated "update.absent-is-created" "Adds the phone where the user has none of the type."
            ["update.absent-phone-is-refused"] cells;
        AbsentIs204 "update.absent-is-204" "Answers 204 where there is no such phone." ["update.absent-phone-is-refused"];
        AbsentFails "update.absent-is-500" "Fails with 500 where there is no such phone." ["update.absent-phone-is-refused"];
        AllPhonesChanged "update.all-phones-changed" "Changes the number of all of the user's phones." ["update.addressed-by-the-well-known-id", "update.addressed-by-user-principal-name", "update.changes-the-number", "update.other-phones-stay"] versions;
        OtherPhonesRemoved "update.other-phones-removed" "Removes the user's other phones." ["update.addressed-by-the-well-known-id", "update.addressed-by-user-principal-name", "update.changes-the-number", "update.other-phones-stay"];
        EverybodysChanged "update.everybodys-phone-changed" "Changes the number of everybody's phone of the type."
            ["update.other-users-stay"];
        OthersRecalculated "update.other-types-recalculated" "Calls SMS sign-in not configured for any phone whose number was changed."
            ["update.others-are-not-supported"] versions;
        ExtensionNotConfigured "update.extension-is-not-configured"
            "Calls SMS sign-in not configured for an office phone that is given an extension." ["update.others-are-not-supported"];
        StateKept "update.sms-sign-in-state-kept" "Leaves the SMS sign-in state as it was before the number changed."
            ["update.sms-sign-in-follows-the-number"] cells;
        TakenNumberReady "update.taken-number-is-ready" "Calls a changed number ready although somebody else signs in with it."
            ["update.sms-sign-in-follows-the-number"];
        NotUniqueKept "update.not-unique-stays" "Leaves a phone phoneNumberNotUnique although its new number is nobody else's."
            ["update.sms-sign-in-follows-the-number"];
        SignInLost "update.sms-sign-in-of-the-mobile-lost" "Turns off SMS sign-in for the mobile where another phone is changed."
            ["update.other-phones-stay"];
        OldNumberKept "update.old-number-stays-taken" "Keeps the old number registered for SMS sign-in."
            ["update.freed-number-can-be-used"] cells;
    }
}

mistakes! {
    /// Mistakes that only removing a phone can make.
    Delete {
        Answers200 "delete.answers-200" "Answers 200 with an empty body where a phone was removed." ["delete.answers-204"] cells;
        Answers200WithPhone "delete.answers-200-with-the-phone" "Answers 200 and shows the phone that was removed."
            ["delete.answers-204"];
        Answers202 "delete.answers-202" "Answers 202, as though the removal were yet to come." ["delete.answers-204"];
        NumberBlanked "delete.number-blanked" "Empties the number and keeps the phone." ["delete.removes-the-phone"];
        NumberKept "delete.number-stays-taken" "Keeps the number of a removed mobile registered for its user."
            ["delete.frees-the-number"] cells;
        AllRemoved "delete.all-removed" "Removes all of the user's phones." ["delete.addressed-by-the-well-known-id", "delete.addressed-by-user-principal-name", "delete.default-method-may-stay", "delete.me-removes-own-phone", "delete.other-phones-stay", "delete.removes-the-phone"] versions;
        SignInLost "delete.sms-sign-in-of-the-mobile-lost" "Turns off SMS sign-in for the mobile where another phone is removed."
            ["delete.other-phones-stay"];
        OfficeRemovedToo "delete.office-removed-too" "Removes the office phone along with any other." ["delete.default-method-may-stay", "delete.other-phones-stay"];
        EverybodysRemoved "delete.everybodys-removed" "Removes everybody's phone of the type." ["delete.other-users-stay"];
        AbsentTakenFromOthers "delete.missing-phone-taken-from-others"
            "Refuses to delete a phone that the user does not have, and takes it from everybody else."
            ["delete.absent-phone-is-refused", "delete.refusal-changes-nothing"];
        AbsentIs204 "delete.absent-is-204" "Answers 204 where there is no such phone." ["delete.absent-phone-is-refused"] cells;
        AbsentFails "delete.absent-is-500" "Fails with 500 where there is no such phone." ["delete.absent-phone-is-refused"];
        MobileRemoved "delete.mobile-removed-before-alternate-mobile" "Removes a mobile and leaves the alternate mobile behind."
            ["delete.mobile-stays-while-alternate-mobile-exists"] cells;
        AlternateMobileRemovedToo "delete.alternate-mobile-removed-too" "Removes the alternate mobile along with the mobile."
            ["delete.mobile-stays-while-alternate-mobile-exists"];
        AlternateMobilePromoted "delete.alternate-mobile-promoted" "Makes the alternate mobile the mobile when the mobile is removed."
            ["delete.mobile-stays-while-alternate-mobile-exists"];
        DefaultRefusedButRemoved "delete.default-method-refused-but-removed"
            "Refuses to remove a mobile beside an office phone after having removed it." ["delete.default-method-may-stay"];
        MobileRefusalFails "delete.mobile-before-alternate-mobile-is-500" "Fails with 500 where the alternate mobile needs the mobile."
            ["delete.mobile-stays-while-alternate-mobile-exists"];
        MobileRefusedButRemoved "delete.mobile-refused-but-removed" "Refuses to remove a mobile after having removed it."
            ["delete.mobile-stays-while-alternate-mobile-exists"] versions;
    }
}
