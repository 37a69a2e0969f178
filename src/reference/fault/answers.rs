//! Mistakes in the shape of answers.

mistakes_everywhere! {
    /// Mistakes in the form of a refusal.
    RefusalShape {
        PlainText "error-as-plain-text" "Puts errors as plain text." ["refusal-has-error-object"] None;
        Empty "error-without-body" "Answers errors with a status and nothing else." ["refusal-has-error-object"] None;
        NotWrapped "error-not-wrapped" "Leaves out the error property around code and message." ["refusal-has-error-object"] None;
        WithoutCode "error-without-code" "Leaves the code out of errors." ["refusal-has-error-object"] None;
        WithoutMessage "error-without-message" "Leaves the message out of errors." ["refusal-has-error-object"] None;
        Text "error-is-a-text" "Puts the message where the error object belongs." ["refusal-has-error-object"] None;
    }
}

shared_mistakes! {
    /// Mistakes in how a phone is shown; the stored phone stays right.
    PhoneShape {
        WithoutId "Shows a phone without its id." {
            Create "create.answer-without-id"
                ["create.answer-is-a-phone", "create.mobile-has-its-well-known-id", "create.other-types-have-their-well-known-ids"];
            List "list.items-without-id" ["list.answer-is-a-collection-of-phones"];
            Get "get.answer-without-id" ["get.answer-is-a-phone"];
            Update "update.answer-without-id" ["update.answer-is-a-phone"];
        }
        WithoutPhoneNumber "Shows a phone without its number." {
            Create "create.answer-without-phone-number" ["create.answer-is-a-phone", "create.echoes-the-request"];
            List "list.items-without-phone-number" ["list.addressed-by-user-principal-name", "list.answer-is-a-collection-of-phones", "list.exactly-the-users-phones", "list.me-lists-own-phones", "list.only-this-user", "list.same-in-both-versions"];
            Get "get.answer-without-phone-number" ["get.addressed-by-user-principal-name", "get.answer-is-a-phone", "get.me-reads-own-phone", "get.only-this-user", "get.same-in-both-versions", "get.the-phone-asked-for"];
            Update "update.answer-without-phone-number" ["update.answer-is-a-phone"];
        }
        PlaceholderType "Shows the placeholder phoneType-value of the documents' example for a phone's type." {
            Create "create.answer-with-placeholder-type" ["create.answer-is-a-phone", "create.echoes-the-request"] versions;
            List "list.items-with-placeholder-type" ["list.addressed-by-user-principal-name", "list.answer-is-a-collection-of-phones", "list.exactly-the-users-phones", "list.me-lists-own-phones", "list.only-this-user", "list.same-in-both-versions", "list.values-are-documented"];
            Get "get.answer-with-placeholder-type" ["get.addressed-by-user-principal-name", "get.answer-is-a-phone", "get.me-reads-own-phone", "get.only-this-user", "get.same-in-both-versions", "get.the-phone-asked-for"];
            Update "update.answer-with-placeholder-type" ["update.answer-is-a-phone"];
        }
        LowerCaseType "Shows a phone's type in lower case." {
            Create "create.answer-with-lower-case-type" ["create.answer-is-a-phone", "create.echoes-the-request"];
            List "list.items-with-lower-case-type" ["list.answer-is-a-collection-of-phones", "list.exactly-the-users-phones", "list.values-are-documented"];
            Get "get.answer-with-lower-case-type" ["get.answer-is-a-phone", "get.the-phone-asked-for"];
        }
        CapitalisedType "Shows a phone's type with a capital initial, as an enum's member is spelt in code." {
            Create "create.answer-with-capitalised-type" ["create.answer-is-a-phone", "create.echoes-the-request"];
            List "list.items-with-capitalised-type" ["list.addressed-by-user-principal-name", "list.answer-is-a-collection-of-phones", "list.exactly-the-users-phones", "list.me-lists-own-phones", "list.only-this-user", "list.same-in-both-versions", "list.values-are-documented"];
            Get "get.answer-with-capitalised-type" ["get.addressed-by-user-principal-name", "get.answer-is-a-phone", "get.me-reads-own-phone", "get.only-this-user", "get.same-in-both-versions", "get.the-phone-asked-for"];
            Update "update.answer-with-capitalised-type" ["update.answer-is-a-phone"];
        }
        UnknownState "Shows an SMS sign-in state that the documents do not know." {
            Create "create.answer-with-unknown-state" ["create.answer-is-a-phone"];
            List "list.items-with-unknown-state" ["list.addressed-by-user-principal-name", "list.answer-is-a-collection-of-phones", "list.exactly-the-users-phones", "list.me-lists-own-phones", "list.only-this-user", "list.same-in-both-versions", "list.values-are-documented"];
            Get "get.answer-with-unknown-state" ["get.addressed-by-user-principal-name", "get.answer-is-a-phone", "get.me-reads-own-phone", "get.only-this-user", "get.same-in-both-versions", "get.the-phone-asked-for"];
            Update "update.answer-with-unknown-state" ["update.answer-is-a-phone"];
        }
        OthersReady "Shows phones that are no mobiles as ready for SMS sign-in." {
            Create "create.other-types-shown-ready" ["create.other-types-are-not-supported", "create.sms-sign-in-state-is-read-only"];
            List "list.other-types-shown-ready" ["list.addressed-by-user-principal-name", "list.exactly-the-users-phones", "list.me-lists-own-phones", "list.only-this-user", "list.others-are-not-supported", "list.same-in-both-versions"];
            Get "get.other-types-shown-ready" ["get.the-phone-asked-for"];
            Update "update.other-types-shown-ready" ["update.others-are-not-supported", "update.read-only-properties"];
        }
        ExtensionDropped "Shows a number without its extension." {
            Create "create.answer-without-extension" ["create.echoes-the-request"];
            List "list.items-without-extension" ["list.exactly-the-users-phones", "list.me-lists-own-phones", "list.only-this-user", "list.same-in-both-versions"];
            Get "get.answer-without-extension" ["get.the-phone-asked-for"] versions;
        }
        AnotherNumber "Shows the number of the documents' example, whatever the phone's number is." {
            Create "create.answer-with-example-number" ["create.echoes-the-request"];
            List "list.items-with-example-number" ["list.addressed-by-user-principal-name", "list.exactly-the-users-phones", "list.me-lists-own-phones", "list.only-this-user", "list.same-in-both-versions"];
            Get "get.answer-with-example-number" ["get.addressed-by-user-principal-name", "get.me-reads-own-phone", "get.only-this-user", "get.same-in-both-versions", "get.the-phone-asked-for"] versions;
        }
        Wrapped "Wraps a single phone as a collection is wrapped." {
            Create "create.answer-as-collection" ["create.answer-is-a-phone", "create.echoes-the-request", "create.mobile-has-its-well-known-id", "create.other-types-have-their-well-known-ids"];
            Get "get.answer-as-collection" ["get.addressed-by-user-principal-name", "get.answer-is-a-phone", "get.me-reads-own-phone", "get.only-this-user", "get.same-in-both-versions", "get.the-phone-asked-for"] versions;
            Update "update.answer-as-collection" ["update.answer-is-a-phone"];
        }
        WrongODataType "Calls a phone #microsoft.graph.phoneMethod." {
            Create "create.answer-with-another-type" ["create.answer-is-a-phone"];
            List "list.items-with-another-type" ["list.answer-is-a-collection-of-phones"];
            Get "get.answer-with-another-type" ["get.answer-is-a-phone"];
            Update "update.answer-with-another-type" ["update.answer-is-a-phone"];
        }
        EmptyObject "Answers an empty object instead of a phone." {
            Create "create.answer-empty" ["create.answer-is-a-phone", "create.echoes-the-request", "create.mobile-has-its-well-known-id", "create.other-types-have-their-well-known-ids"];
            Get "get.answer-empty" ["get.addressed-by-user-principal-name", "get.answer-is-a-phone", "get.me-reads-own-phone", "get.only-this-user", "get.same-in-both-versions", "get.the-phone-asked-for"];
            Update "update.answer-empty" ["update.answer-is-a-phone"];
        }
    }
}
