//! Mistakes in changing a phone.

mistakes! {
    /// Mistakes that only changing a phone can make.
    Update {
        Answers201 "update.answers-201" "Answers 201 where a phone was changed." ["update.answers-200-or-204"] versions;
        Answers202 "update.answers-202" "Answers 202, as though the change were yet to come." ["update.answers-200-or-204"];
        IdRandom "update.id-is-renewed" "Gives a changed phone another id." ["update.id-and-type-stay"];
        TypeLost "update.type-becomes-office" "Makes a changed phone an office phone and leaves its id as it was."
            ["update.id-and-type-stay"] versions;
        TypeChanged "update.type-changed" "Changes a phone's type." ["update.type-is-fixed"] versions;
        TypeChangeFails "update.type-change-is-500" "Fails with 500 where another type is asked for." ["update.type-is-fixed"];
        TypeChangeRefusedButStored "update.type-change-refused-but-number-stored"
            "Refuses another type after having stored the number beside it." ["update.refusal-changes-nothing"] versions;
        StateTaken "update.sms-sign-in-state-taken-from-the-body" "Takes the SMS sign-in state from the body."
            ["update.read-only-properties"] versions;
        IdTaken "update.id-taken-from-the-body" "Takes the id from the body." ["update.read-only-properties"];
        AbsentCreated "update.absent-is-created" "Adds the phone where the user has none of the type."
            ["update.absent-phone-is-refused"] versions;
        AbsentIs204 "update.absent-is-204" "Answers 204 where there is no such phone." ["update.absent-phone-is-refused"];
        AbsentFails "update.absent-is-500" "Fails with 500 where there is no such phone." ["update.absent-phone-is-refused"];
        AllPhonesChanged "update.all-phones-changed" "Changes the number of all of the user's phones." ["update.other-phones-stay"] versions;
        OtherPhonesRemoved "update.other-phones-removed" "Removes the user's other phones." ["update.other-phones-stay"];
        EverybodysChanged "update.everybodys-phone-changed" "Changes the number of everybody's phone of the type."
            ["update.other-users-stay"];
        StateKept "update.sms-sign-in-state-kept" "Leaves the SMS sign-in state as it was before the number changed."
            ["update.sms-sign-in-follows-the-number"] versions;
        TakenNumberReady "update.taken-number-is-ready" "Calls a changed number ready although somebody else signs in with it."
            ["update.sms-sign-in-follows-the-number"];
        OldNumberKept "update.old-number-stays-taken" "Keeps the old number registered for SMS sign-in."
            ["update.freed-number-can-be-used"] versions;
    }
}
