//! Mistakes in which bodies are accepted.

use super::{Fault, Mistake};
use crate::api::Operation;
use crate::reference::number::Flaw;

shared_mistakes! {
    /// Mistakes in reading a body.
    Input {
        NoContentTypeAccepted "Reads a body that nobody called JSON." {
            Create "create.missing-content-type-accepted" ["create.content-type-required"];
            Update "update.missing-content-type-accepted" ["update.content-type-required"];
        }
        AnyContentTypeAccepted "Reads a body as JSON whatever its Content-Type says." {
            Create "create.other-content-type-accepted" ["create.content-type-required"];
            Update "update.other-content-type-accepted" ["update.content-type-required"];
        }
        EmptyBodyAccepted "Fills in an example where the body is empty." {
            Create "create.empty-body-accepted" ["create.body-is-a-json-object"];
            Update "update.empty-body-accepted" ["update.body-is-a-json-object"];
        }
        MalformedJsonAccepted "Fills in an example where the body is not JSON." {
            Create "create.malformed-json-accepted" ["create.body-is-a-json-object"] versions;
            Update "update.malformed-json-accepted" ["update.body-is-a-json-object"] versions;
        }
        MalformedJsonFails "Fails with 500 where the body is not JSON." {
            Create "create.malformed-json-is-500" ["create.body-is-a-json-object"];
            Update "update.malformed-json-is-500" ["update.body-is-a-json-object"];
        }
        NoObjectAccepted "Fills in an example where the body is JSON, but no object." {
            Create "create.no-object-accepted" ["create.body-is-a-json-object"];
            Update "update.no-object-accepted" ["update.body-is-a-json-object"];
        }
        TypeAnnotationRefused "Refuses a body that names its type in @odata.type." {
            Create "create.type-annotation-refused" ["create.type-annotation-is-accepted"];
            Update "update.type-annotation-refused" ["update.type-annotation-is-accepted"];
        }
        CharsetRefused "Refuses a Content-Type that names a charset." {
            Create "create.charset-refused" ["create.content-type-required"];
            Update "update.charset-refused" ["update.content-type-required"];
        }
        BadNumberFails "Fails with 500 where a number is malformed." {
            Create "create.bad-number-is-500" ["create.bad-number-is-refused", "create.number-needs-a-space"] versions;
            Update "update.bad-number-is-500" ["update.bad-number-is-refused", "update.number-needs-a-space"] versions;
        }
        BadNumberStored "Refuses a malformed number after having stored it." {
            Create "create.bad-number-refused-but-stored" ["create.bad-number-is-refused", "create.number-needs-a-space"];
            Update "update.bad-number-refused-but-stored" ["update.bad-number-is-refused", "update.number-needs-a-space", "update.refusal-changes-nothing"];
        }
        LongCountryCodeRefused "Refuses country codes of three digits." {
            Create "create.long-country-code-refused" ["create.documented-numbers-are-accepted"];
            Update "update.long-country-code-refused" ["update.changes-the-number"];
        }
        LongCountryCodeCut "Stores a country code of three digits without the last of them." {
            Create "create.long-country-code-cut" ["create.documented-numbers-are-accepted"];
            Update "update.long-country-code-cut" ["update.changes-the-number"];
        }
        ApplicationsNumberChanged "Stores another number than an application sends." {
            Create "create.applications-number-changed" ["create.addressed-by-user-principal-name", "create.again-after-delete", "create.all-three-types", "create.any-phone-may-have-an-extension", "create.documented-numbers-are-accepted", "create.is-stored", "create.mobile-and-office-need-nothing-before-them", "create.taken-number-is-not-unique"];
            Update "update.applications-number-changed" ["update.addressed-by-the-well-known-id", "update.addressed-by-user-principal-name", "update.answer-is-a-phone", "update.changes-the-number", "update.shown-everywhere"];
        }
        ExtensionLost "Stores a number without its extension." {
            Create "create.extension-lost" ["create.any-phone-may-have-an-extension", "create.documented-numbers-are-accepted", "create.is-stored"];
            Update "update.extension-lost" ["update.changes-the-number"];
        }
    }
}

macro_rules! numbers {
    ($($flaw:ident $id:literal $summary:literal $create:literal $update:literal;)+) => {
        /// Malformed numbers that a lenient server accepts, one fault each.
        pub(super) const NUMBERS: &[&[Fault]] = &[$(&[
            fault!(Mistake::Number(Operation::Create, Flaw::$flaw), None, None, concat!("create.", $id), $summary, [$create]),
            fault!(Mistake::Number(Operation::Update, Flaw::$flaw), None, None, concat!("update.", $id), $summary, [$update]),
        ]),+];
    };
}

macro_rules! bad_numbers {
    ($($flaw:ident $id:literal $summary:literal;)+) => {
        numbers! {
            $($flaw $id $summary "create.bad-number-is-refused" "update.bad-number-is-refused";)+
            NoSpace "number-without-space-accepted" "Accepts a number that no space parts from its country code."
                "create.number-needs-a-space" "update.number-needs-a-space";
        }
    };
}

bad_numbers! {
    Empty "empty-number-accepted" "Accepts an empty number.";
    Blank "blank-number-accepted" "Accepts a number of blanks.";
    NoNumber "letters-accepted" "Accepts letters for a number.";
    BareDigits "bare-digits-accepted" "Accepts digits without plus sign and country code.";
    NoPlusSign "missing-plus-sign-accepted" "Accepts a country code without its plus sign.";
    TextBefore "text-before-number-accepted" "Accepts text before the plus sign.";
    PlusSignOnly "plus-sign-alone-accepted" "Accepts a plus sign that nothing follows.";
    CountryCodeOnly "country-code-alone-accepted" "Accepts a country code that no number follows.";
    NoCountryCode "missing-country-code-accepted" "Accepts a plus sign that no country code follows.";
    LetterInCountryCode "letter-as-country-code-accepted" "Accepts a letter for a country code.";
    SecondPlusSign "second-plus-sign-accepted" "Accepts a plus sign in front of the number proper.";
    LetterInNumber "letter-in-number-accepted" "Accepts a letter within a number.";
    EmptyExtension "empty-extension-accepted" "Accepts an x that no extension follows.";
    LettersAsExtension "letters-as-extension-accepted" "Accepts letters for an extension.";
    TwoExtensions "two-extensions-accepted" "Accepts an extension of an extension.";
    TextBehind "text-behind-number-accepted" "Accepts text behind an extension.";
}
