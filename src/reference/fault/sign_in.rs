//! Mistakes in turning SMS sign-in on and off.

mistakes! {
    /// Mistakes that only turning SMS sign-in on can make.
    Enable {
        Answers200 "enable-sms-sign-in.answers-200" "Answers 200 with an empty body." ["enable-sms-sign-in.answers-204"];
        Answers200WithPhone "enable-sms-sign-in.answers-200-with-the-phone" "Answers 200 and shows the phone."
            ["enable-sms-sign-in.answers-204"];
        Answers202 "enable-sms-sign-in.answers-202" "Answers 202, as though the change were yet to come."
            ["enable-sms-sign-in.answers-204"];
        StateNotConfigured "enable-sms-sign-in.state-stays" "Registers the number and leaves the phone's state as it was."
            ["enable-sms-sign-in.becomes-ready"];
        OfficeAccepted "enable-sms-sign-in.office-accepted" "Switches SMS sign-in on for an office phone."
            ["enable-sms-sign-in.only-a-mobile"] cells;
        AlternateMobileAccepted "enable-sms-sign-in.alternate-mobile-accepted" "Switches SMS sign-in on for an alternate mobile."
            ["enable-sms-sign-in.only-a-mobile"] versions;
        OtherTypeFails "enable-sms-sign-in.other-type-is-500" "Fails with 500 where the phone is no mobile."
            ["enable-sms-sign-in.only-a-mobile"];
        TakenNumberAccepted "enable-sms-sign-in.taken-number-accepted" "Lets a second user sign in with a number."
            ["enable-sms-sign-in.only-a-unique-number"] cells;
        TakenNumberIgnored "enable-sms-sign-in.taken-number-ignored" "Answers 204 where the number is taken, and changes nothing."
            ["enable-sms-sign-in.only-a-unique-number"];
        TakenNumberRefusedButReady "enable-sms-sign-in.taken-number-refused-but-ready"
            "Refuses where the number is taken, after having called the phone ready." ["enable-sms-sign-in.only-a-unique-number"];
        PolicyRefusedButReady "enable-sms-sign-in.policy-refused-but-ready"
            "Refuses where the policy leaves the user out, after having switched SMS sign-in on."
            ["enable-sms-sign-in.only-a-user-allowed-by-policy"];
        OfficeRefusedButReady "enable-sms-sign-in.office-refused-but-ready"
            "Refuses where the phone is an office phone, after having called it ready."
            ["enable-sms-sign-in.only-a-mobile", "enable-sms-sign-in.refusal-changes-nothing"];
        PolicyIgnored "enable-sms-sign-in.policy-ignored" "Switches SMS sign-in on for a user whom the policy leaves out."
            ["enable-sms-sign-in.only-a-user-allowed-by-policy"] cells;
        PolicyRefusalHidden "enable-sms-sign-in.policy-refusal-hidden" "Answers 204 where the policy leaves the user out, and changes nothing."
            ["enable-sms-sign-in.only-a-user-allowed-by-policy"];
        AbsentIs204 "enable-sms-sign-in.absent-is-204" "Answers 204 where there is no such phone."
            ["enable-sms-sign-in.absent-phone-is-refused"] cells;
        AbsentFails "enable-sms-sign-in.absent-is-500" "Fails with 500 where there is no such phone."
            ["enable-sms-sign-in.absent-phone-is-refused"];
        ForeignIgnored "enable-sms-sign-in.long-country-code-ignored" "Answers 204 where the country code has three digits, and changes nothing."
            ["enable-sms-sign-in.becomes-ready", "enable-sms-sign-in.me-enables-own-phone"];
        TwiceToggles "enable-sms-sign-in.twice-toggles" "Switches SMS sign-in off where it was on." ["enable-sms-sign-in.twice"];
        OtherPhonesRemoved "enable-sms-sign-in.other-phones-removed" "Removes the user's other phones."
            ["enable-sms-sign-in.other-phones-stay"];
        OtherPhonesReady "enable-sms-sign-in.other-phones-ready" "Calls all of the user's phones ready."
            ["enable-sms-sign-in.other-phones-stay"] versions;
        EverybodyElseDisabled "enable-sms-sign-in.everybody-else-disabled" "Switches SMS sign-in off for everybody else."
            ["enable-sms-sign-in.other-users-stay"];
    }
}

mistakes! {
    /// Mistakes that only turning SMS sign-in off can make.
    Disable {
        Answers200 "disable-sms-sign-in.answers-200" "Answers 200 with an empty body." ["disable-sms-sign-in.answers-204"];
        Answers200WithPhone "disable-sms-sign-in.answers-200-with-the-phone" "Answers 200 and shows the phone."
            ["disable-sms-sign-in.answers-204"];
        Answers202 "disable-sms-sign-in.answers-202" "Answers 202, as though the change were yet to come."
            ["disable-sms-sign-in.answers-204"];
        StateStays "disable-sms-sign-in.state-stays" "Gives the number back and leaves the phone's state as it was."
            ["disable-sms-sign-in.no-longer-ready"];
        NumberKept "disable-sms-sign-in.number-stays-taken" "Keeps the number registered for its user."
            ["disable-sms-sign-in.frees-the-number"] cells;
        AbsentIs204 "disable-sms-sign-in.absent-is-204" "Answers 204 where there is no such phone."
            ["disable-sms-sign-in.absent-phone-is-refused"] cells;
        AbsentFails "disable-sms-sign-in.absent-is-500" "Fails with 500 where there is no such phone."
            ["disable-sms-sign-in.absent-phone-is-refused"];
        AbsentRefusedButPhonesRemoved "disable-sms-sign-in.absent-refused-but-phones-removed"
            "Refuses where there is no such phone, and removes those that there are."
            ["disable-sms-sign-in.absent-phone-is-refused", "disable-sms-sign-in.refusal-changes-nothing"];
        OfficeRefusedButMobileOff "disable-sms-sign-in.office-refused-but-mobile-off"
            "Refuses where the phone is an office phone, and switches off the mobile's SMS sign-in."
            ["disable-sms-sign-in.only-a-mobile"];
        OfficeTurnsMobileOff "disable-sms-sign-in.office-turns-the-mobile-off"
            "Answers 204 where the phone is an office phone, and switches off the mobile's SMS sign-in."
            ["disable-sms-sign-in.only-a-mobile"] versions;
        AlternateMobileRemoved "disable-sms-sign-in.alternate-mobile-removed" "Removes an alternate mobile whose SMS sign-in is switched off."
            ["disable-sms-sign-in.only-a-mobile"];
        OtherTypeFails "disable-sms-sign-in.other-type-is-500" "Fails with 500 where the phone is no mobile."
            ["disable-sms-sign-in.only-a-mobile"];
        TwiceToggles "disable-sms-sign-in.twice-toggles" "Switches SMS sign-in on where it was off." ["disable-sms-sign-in.twice"];
        PhoneRemoved "disable-sms-sign-in.phone-removed" "Removes the phone whose SMS sign-in is switched off."
            ["disable-sms-sign-in.addressed-by-the-well-known-id", "disable-sms-sign-in.addressed-by-user-principal-name", "disable-sms-sign-in.me-disables-own-phone", "disable-sms-sign-in.no-longer-ready", "disable-sms-sign-in.phone-stays"] versions;
        NumberBlanked "disable-sms-sign-in.number-blanked" "Empties the number of the phone." ["disable-sms-sign-in.phone-stays"];
        OtherPhonesRemoved "disable-sms-sign-in.other-phones-removed" "Removes the user's other phones."
            ["disable-sms-sign-in.other-phones-stay"] cells;
        EverybodyDisabled "disable-sms-sign-in.everybody-disabled" "Switches SMS sign-in off for everybody."
            ["disable-sms-sign-in.other-users-stay"];
    }
}
