//! Mistakes in removing a phone.

mistakes! {
    /// Mistakes that only removing a phone can make.
    Delete {
        Answers200 "delete.answers-200" "Answers 200 with an empty body where a phone was removed." ["delete.answers-204"] versions;
        Answers200WithPhone "delete.answers-200-with-the-phone" "Answers 200 and shows the phone that was removed."
            ["delete.answers-204"];
        Answers202 "delete.answers-202" "Answers 202, as though the removal were yet to come." ["delete.answers-204"];
        NumberBlanked "delete.number-blanked" "Empties the number and keeps the phone." ["delete.removes-the-phone"];
        AllRemoved "delete.all-removed" "Removes all of the user's phones." ["delete.other-phones-stay"] versions;
        OfficeRemovedToo "delete.office-removed-too" "Removes the office phone along with any other." ["delete.other-phones-stay"];
        EverybodysRemoved "delete.everybodys-removed" "Removes everybody's phone of the type." ["delete.other-users-stay"];
        AbsentIs204 "delete.absent-is-204" "Answers 204 where there is no such phone." ["delete.absent-phone-is-refused"] versions;
        AbsentFails "delete.absent-is-500" "Fails with 500 where there is no such phone." ["delete.absent-phone-is-refused"];
        MobileRemoved "delete.mobile-removed-before-alternate-mobile" "Removes a mobile and leaves the alternate mobile behind."
            ["delete.mobile-stays-while-alternate-mobile-exists"] versions;
        AlternateMobileRemovedToo "delete.alternate-mobile-removed-too" "Removes the alternate mobile along with the mobile."
            ["delete.mobile-stays-while-alternate-mobile-exists"];
        AlternateMobilePromoted "delete.alternate-mobile-promoted" "Makes the alternate mobile the mobile when the mobile is removed."
            ["delete.mobile-stays-while-alternate-mobile-exists"];
        MobileRefusalFails "delete.mobile-before-alternate-mobile-is-500" "Fails with 500 where the alternate mobile needs the mobile."
            ["delete.mobile-stays-while-alternate-mobile-exists"];
        MobileRefusedButRemoved "delete.mobile-refused-but-removed" "Refuses to remove a mobile after having removed it."
            ["delete.refusal-changes-nothing"] versions;
    }
}
