//! Mistakes in who may call, and in which user a request affects.

use crate::api::Edition;

mistakes_everywhere! {
    /// Mistakes in the checks that come first.
    Access {
        NoTokenAccepted "no-token-accepted" "Serves requests that carry no Authorization header."
            ["missing-token-is-401", "token-required"] None;
        GarbageTokenAccepted "garbage-token-accepted" "Takes any bearer token for a valid one."
            ["missing-token-is-401", "token-required"] None;
        EmptyTokenAccepted "empty-token-accepted" "Serves requests whose bearer token is empty."
            ["token-required"] None;
        OtherSchemeAccepted "other-scheme-accepted" "Serves requests that authenticate with a scheme other than Bearer."
            ["token-required"] None;
        NoTokenForbidden "no-token-is-403" "Answers 403 instead of 401 where the token is missing."
            ["missing-token-is-401"] None;
        NoTokenFails "no-token-is-500" "Fails with 500 where the token is missing."
            ["missing-token-is-401", "token-required"] None;
        AuthenticationAdministratorRefused "authentication-administrator-refused" "Does not know the role Authentication Administrator."
            ["authentication-administrator-allowed"] None;
        PrivilegedAuthenticationAdministratorRefused "privileged-authentication-administrator-refused"
            "Does not know the role Privileged Authentication Administrator."
            ["privileged-authentication-administrator-allowed"] None;
        GlobalAdministratorRefused "global-administrator-refused" "Does not know the role Global Administrator."
            ["global-administrator-allowed"] Some(Edition::Legacy);
        PersonalAccountAccepted "personal-account-accepted" "Treats a personal account like an administrator's."
            ["personal-account-refused"] None;
        ApplicationHasMe "application-has-me" "Finds somebody behind /me although nobody is signed in."
            ["application-has-no-me"] None;
        OwnPermissionReachesOthers "own-permission-reaches-others" "Takes the permission to manage oneself for permission to manage anybody."
            ["self-permission-does-not-reach-others"] None;
        UnknownUserServed "unknown-user-served" "Serves users who do not exist."
            ["unknown-user-is-refused"] None;
        UserPrincipalNameUnknown "user-principal-name-unknown" "Finds users by object id only."
            ["addressed-by-user-principal-name"] None;
    }
}

shared_mistakes! {
    /// Mistakes in what users may do to their own phones.
    Own {
        Refused "Lets nobody act on their own phones." {
            Create "create.self-is-refused" ["create.self-allowed"] legacy;
            List "list.self-is-refused" ["list.me-lists-own-phones", "list.self-allowed", "list.self-methods-permission-to-read-allowed", "list.self-permission-to-read-allowed", "list.self-phone-permission-allowed"];
            Get "get.self-is-refused" ["get.me-reads-own-phone", "get.self-allowed", "get.self-methods-permission-to-read-allowed", "get.self-permission-to-read-allowed", "get.self-phone-permission-allowed"];
            Update "update.self-is-refused" ["update.self-allowed"] legacy;
            Delete "delete.self-is-refused" ["delete.me-removes-own-phone", "delete.self-allowed", "delete.self-phone-permission-allowed"];
            EnableSmsSignIn "enable-sms-sign-in.self-is-refused"
                ["enable-sms-sign-in.me-enables-own-phone", "enable-sms-sign-in.self-allowed", "enable-sms-sign-in.self-phone-permission-allowed"];
            DisableSmsSignIn "disable-sms-sign-in.self-is-refused"
                ["disable-sms-sign-in.me-disables-own-phone", "disable-sms-sign-in.self-allowed", "disable-sms-sign-in.self-phone-permission-allowed"];
        }
        PermissionUnchecked "Never looks at the permissions of people who act on their own phones." {
            Create "create.own-permission-unchecked" ["create.self-permission-required"] legacy;
            List "list.own-permission-unchecked" ["list.self-permission-required"] legacy;
            Get "get.own-permission-unchecked" ["get.self-permission-required"] legacy;
            Update "update.own-permission-unchecked" ["update.self-permission-required"] legacy;
            Delete "delete.own-permission-unchecked" ["delete.self-methods-permission-to-read-refused", "delete.self-permission-required"] legacy;
            EnableSmsSignIn "enable-sms-sign-in.own-permission-unchecked" ["enable-sms-sign-in.self-methods-permission-to-read-refused", "enable-sms-sign-in.self-permission-required"] legacy;
            DisableSmsSignIn "disable-sms-sign-in.own-permission-unchecked" ["disable-sms-sign-in.self-methods-permission-to-read-refused", "disable-sms-sign-in.self-permission-required"] legacy;
        }
        AcceptedThroughMe "Lets people manage their own phones through /me." {
            Create "create.me-accepted" ["create.self-refused", "create.self-with-role-refused"] current;
            Update "update.me-accepted" ["update.self-refused", "update.self-with-role-refused"] current;
        }
        AcceptedThroughUsers "Lets people manage their own phones when they address themselves by id or name." {
            Create "create.own-id-accepted" ["create.self-refused", "create.self-with-role-refused"] current;
            Update "update.own-id-accepted" ["update.self-refused", "update.self-with-role-refused"] current;
        }
        AcceptedOfAdministrators "Lets people manage their own phones if they may manage those of others." {
            Create "create.own-phones-of-administrators" ["create.self-with-role-refused"] current;
            Update "update.own-phones-of-administrators" ["update.self-with-role-refused"] current;
        }
    }
}

shared_mistakes! {
    /// Success answers although nothing happened, or something else did.
    Effect {
        Lost "Answers as though it had worked, and changes nothing." {
            Create "create.not-stored" ["create.is-stored"] versions;
            Update "update.not-stored" ["update.changes-the-number"] versions;
            Delete "delete.not-removed" ["delete.removes-the-phone"];
            EnableSmsSignIn "enable-sms-sign-in.without-effect" ["enable-sms-sign-in.becomes-ready"] versions;
            DisableSmsSignIn "disable-sms-sign-in.without-effect" ["disable-sms-sign-in.no-longer-ready"] versions;
        }
        OnEverybodyElse "Does to everybody else what is asked for the user, and answers as though it had been the user." {
            Update "update.stored-on-other-users" ["update.changes-the-number", "update.other-users-stay"];
            Delete "delete.removed-from-other-users" ["delete.other-users-stay", "delete.removes-the-phone"];
            EnableSmsSignIn "enable-sms-sign-in.enabled-for-other-users" ["enable-sms-sign-in.becomes-ready", "enable-sms-sign-in.other-users-stay"];
            DisableSmsSignIn "disable-sms-sign-in.disabled-for-other-users" ["disable-sms-sign-in.no-longer-ready", "disable-sms-sign-in.other-users-stay"];
        }
        DeniedAfterwards "Refuses callers who may not, after having done what they asked." {
            Create "create.denied-but-stored" ["create.application-methods-permission-to-read-refused", "create.application-permission-required", "create.application-permission-to-read-refused", "create.delegated-permission-required", "create.global-reader-refused", "create.methods-permission-to-read-refused", "create.permission-to-read-refused", "create.personal-account-refused", "create.role-required", "create.self-permission-does-not-reach-others", "create.self-refused", "create.self-with-role-refused"] current;
            Update "update.denied-but-stored" ["update.application-methods-permission-to-read-refused", "update.application-permission-required", "update.application-permission-to-read-refused", "update.delegated-permission-required", "update.global-reader-refused", "update.methods-permission-to-read-refused", "update.permission-to-read-refused", "update.personal-account-refused", "update.role-required", "update.self-permission-does-not-reach-others", "update.self-refused", "update.self-with-role-refused"] current;
            Delete "delete.denied-but-removed" ["delete.application-methods-permission-to-read-refused", "delete.application-permission-required", "delete.application-permission-to-read-refused", "delete.delegated-permission-required", "delete.global-reader-refused", "delete.methods-permission-to-read-refused", "delete.permission-to-read-refused", "delete.personal-account-refused", "delete.role-required", "delete.self-methods-permission-to-read-refused", "delete.self-permission-does-not-reach-others", "delete.self-permission-required", "delete.self-permission-to-read-refused"];
            EnableSmsSignIn "enable-sms-sign-in.denied-but-enabled" ["enable-sms-sign-in.application-methods-permission-to-read-refused", "enable-sms-sign-in.application-permission-required", "enable-sms-sign-in.application-permission-to-read-refused", "enable-sms-sign-in.delegated-permission-required", "enable-sms-sign-in.global-reader-refused", "enable-sms-sign-in.methods-permission-to-read-refused", "enable-sms-sign-in.permission-to-read-refused", "enable-sms-sign-in.personal-account-refused", "enable-sms-sign-in.role-required", "enable-sms-sign-in.self-methods-permission-to-read-refused", "enable-sms-sign-in.self-permission-does-not-reach-others", "enable-sms-sign-in.self-permission-required", "enable-sms-sign-in.self-permission-to-read-refused"];
            DisableSmsSignIn "disable-sms-sign-in.denied-but-disabled" ["disable-sms-sign-in.application-methods-permission-to-read-refused", "disable-sms-sign-in.application-permission-required", "disable-sms-sign-in.application-permission-to-read-refused", "disable-sms-sign-in.delegated-permission-required", "disable-sms-sign-in.global-reader-refused", "disable-sms-sign-in.methods-permission-to-read-refused", "disable-sms-sign-in.permission-to-read-refused", "disable-sms-sign-in.personal-account-refused", "disable-sms-sign-in.role-required", "disable-sms-sign-in.self-methods-permission-to-read-refused", "disable-sms-sign-in.self-permission-does-not-reach-others", "disable-sms-sign-in.self-permission-required", "disable-sms-sign-in.self-permission-to-read-refused"];
        }
        LostByUserPrincipalName "Changes nothing when the user is addressed by user principal name." {
            Create "create.without-effect-by-user-principal-name" ["create.addressed-by-user-principal-name"];
            Update "update.without-effect-by-user-principal-name" ["update.addressed-by-user-principal-name"];
            Delete "delete.without-effect-by-user-principal-name" ["delete.addressed-by-user-principal-name"];
            EnableSmsSignIn "enable-sms-sign-in.without-effect-by-user-principal-name"
                ["enable-sms-sign-in.addressed-by-user-principal-name"];
            DisableSmsSignIn "disable-sms-sign-in.without-effect-by-user-principal-name"
                ["disable-sms-sign-in.addressed-by-user-principal-name"];
        }
        LostThroughMe "Changes nothing when the phone is addressed through /me." {
            Delete "delete.without-effect-through-me" ["delete.me-removes-own-phone"];
            EnableSmsSignIn "enable-sms-sign-in.without-effect-through-me" ["enable-sms-sign-in.me-enables-own-phone"];
            DisableSmsSignIn "disable-sms-sign-in.without-effect-through-me" ["disable-sms-sign-in.me-disables-own-phone"];
        }
    }
}

shared_mistakes! {
    /// Mistakes in which phone a request affects.
    Reach {
        AnyIdIsTheMobile "Takes an id that no phone has for that of the mobile phone." {
            Get "get.any-id-is-the-mobile" ["get.absent-phone-is-refused"];
            Update "update.any-id-is-the-mobile" ["update.absent-phone-is-refused"];
            Delete "delete.any-id-is-the-mobile" ["delete.absent-phone-is-refused"];
            EnableSmsSignIn "enable-sms-sign-in.any-id-is-the-mobile" ["enable-sms-sign-in.absent-phone-is-refused"];
            DisableSmsSignIn "disable-sms-sign-in.any-id-is-the-mobile" ["disable-sms-sign-in.absent-phone-is-refused"];
        }
    }
}
