//! Mistakes in listing and reading phones.

mistakes! {
    /// Mistakes that only a list can make.
    List {
        Answers202 "list.answers-202" "Answers 202 to a list." ["list.answers-200", "list.empty-list"] versions;
        BareArray "list.bare-array" "Answers an array without a value property around it."
            ["list.addressed-by-user-principal-name", "list.answer-is-a-collection-of-phones", "list.empty-list", "list.exactly-the-users-phones", "list.me-lists-own-phones", "list.only-this-user", "list.same-in-both-versions"] versions;
        ValueRenamed "list.value-renamed" "Answers the phones under a property named after them."
            ["list.addressed-by-user-principal-name", "list.answer-is-a-collection-of-phones", "list.empty-list", "list.exactly-the-users-phones", "list.me-lists-own-phones", "list.only-this-user", "list.same-in-both-versions"];
        SinglePhoneBare "list.single-phone-bare" "Answers a lone phone as itself, not as a collection of one."
            ["list.answer-is-a-collection-of-phones", "list.exactly-the-users-phones", "list.only-this-user"];
        EmptyIs404 "list.empty-is-404" "Answers 404 where the user has no phone." ["list.empty-list"] versions;
        EmptyIs204 "list.empty-is-204" "Answers 204 where the user has no phone." ["list.answer-is-a-collection-of-phones", "list.empty-list", "list.only-this-user"];
        EmptyIsNull "list.empty-is-null" "Answers null for a collection of no phones." ["list.answer-is-a-collection-of-phones", "list.empty-list", "list.only-this-user"];
        OfficeOmitted "list.office-omitted" "Leaves office phones out." ["list.addressed-by-user-principal-name", "list.exactly-the-users-phones", "list.me-lists-own-phones", "list.only-this-user", "list.same-in-both-versions"] versions;
        AlternateMobileOmitted "list.alternate-mobile-omitted" "Leaves alternate mobiles out." ["list.exactly-the-users-phones"];
        MobileOmitted "list.mobile-omitted" "Leaves mobiles out." ["list.addressed-by-user-principal-name", "list.alternate-mobile-beside-a-mobile", "list.exactly-the-users-phones", "list.me-lists-own-phones", "list.same-in-both-versions"];
        OnlyFirst "list.only-the-first" "Lists the first phone only." ["list.addressed-by-user-principal-name", "list.exactly-the-users-phones", "list.me-lists-own-phones", "list.same-in-both-versions"];
        FirstTwice "list.first-twice" "Lists the first phone twice." ["list.addressed-by-user-principal-name", "list.exactly-the-users-phones", "list.ids-are-unique", "list.me-lists-own-phones", "list.one-phone-of-each-type", "list.only-this-user", "list.same-in-both-versions"];
        EverybodysPhones "list.everybodys-phones" "Lists the phones of all users." ["list.only-this-user"] versions;
        MeIsEmpty "list.me-is-empty" "Answers an empty list through /me." ["list.me-lists-own-phones"];
        MeIsSomebodyElse "list.me-is-somebody-else" "Lists the phones of the next user in the directory through /me."
            ["list.me-lists-own-phones"];
        FirstNumber "list.first-number-stays" "Lists each phone with the number that the user's first phone of the type had."
            ["list.addressed-by-user-principal-name", "list.exactly-the-users-phones", "list.me-lists-own-phones", "list.only-this-user", "list.same-in-both-versions"];
        OtherVersionHidden "list.other-version-hidden" "Hides the phones that were added through the other version."
            ["list.same-in-both-versions"];
    }
}

mistakes! {
    /// Mistakes that only a read of one phone can make.
    Get {
        Answers202 "get.answers-202" "Answers 202 to a read." ["get.answers-200"] versions;
        FirstPhone "get.first-phone" "Answers the user's first phone whichever is asked for." ["get.the-phone-asked-for"] versions;
        LastPhone "get.last-phone" "Answers the user's last phone whichever is asked for." ["get.the-phone-asked-for"];
        AbsentIsNulls "get.absent-is-nulls" "Answers a phone of nulls where there is none." ["get.absent-phone-is-404", "get.absent-phone-is-refused", "get.only-this-user"] versions;
        AbsentIs204 "get.absent-is-204" "Answers 204 where there is no such phone." ["get.absent-phone-is-404", "get.absent-phone-is-refused", "get.only-this-user"];
        AbsentIsEmpty "get.absent-is-an-empty-object" "Answers an empty object where there is no such phone."
            ["get.absent-phone-is-404", "get.absent-phone-is-refused", "get.only-this-user"];
        AbsentFails "get.absent-is-500" "Fails with 500 where there is no such phone." ["get.absent-phone-is-404", "get.absent-phone-is-refused", "get.only-this-user"];
        AnybodysPhone "get.anybodys-phone" "Answers somebody else's phone where the user has none of the type."
            ["get.only-this-user"] versions;
        MeIsExample "get.me-is-the-example" "Answers the documents' example through /me." ["get.me-reads-own-phone"];
        FirstNumber "get.first-number-stays" "Answers the number that the user's first phone of the type had."
            ["get.addressed-by-user-principal-name", "get.me-reads-own-phone", "get.only-this-user", "get.same-in-both-versions", "get.the-phone-asked-for"];
        OtherVersionHidden "get.other-version-hidden" "Does not find a phone that was added through the other version."
            ["get.same-in-both-versions"];
    }
}
