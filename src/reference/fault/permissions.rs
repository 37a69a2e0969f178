//! Mistakes in what a permission covers, by the names that every document knows and by the newer ones for phones alone.

shared_mistakes! {
    /// Mistakes in what permissions mean.
    Permissions {
        DelegatedUnchecked "Never looks at the permissions of an administrator's token." {
            Create "create.delegated-permission-unchecked" ["create.delegated-permission-required", "create.permission-to-read-refused"];
            List "list.delegated-permission-unchecked" ["list.delegated-permission-required"];
            Get "get.delegated-permission-unchecked" ["get.delegated-permission-required"];
            Update "update.delegated-permission-unchecked" ["update.delegated-permission-required", "update.permission-to-read-refused"];
            Delete "delete.delegated-permission-unchecked" ["delete.delegated-permission-required", "delete.permission-to-read-refused"];
            EnableSmsSignIn "enable-sms-sign-in.delegated-permission-unchecked"
                ["enable-sms-sign-in.delegated-permission-required", "enable-sms-sign-in.permission-to-read-refused"];
            DisableSmsSignIn "disable-sms-sign-in.delegated-permission-unchecked"
                ["disable-sms-sign-in.delegated-permission-required", "disable-sms-sign-in.permission-to-read-refused"];
        }
        PhonesUnknown "Knows no permission of an administrator that speaks of phones alone." {
            Create "create.phone-permission-unknown" ["create.phone-permission-allowed"] current;
            List "list.phone-permission-unknown" ["list.permission-to-read-allowed", "list.phone-permission-allowed"] current;
            Get "get.phone-permission-unknown" ["get.permission-to-read-allowed", "get.phone-permission-allowed"] current;
            Update "update.phone-permission-unknown" ["update.phone-permission-allowed"] current;
            Delete "delete.phone-permission-unknown" ["delete.phone-permission-allowed"] current;
            EnableSmsSignIn "enable-sms-sign-in.phone-permission-unknown" ["enable-sms-sign-in.phone-permission-allowed"] current;
            DisableSmsSignIn "disable-sms-sign-in.phone-permission-unknown" ["disable-sms-sign-in.phone-permission-allowed"] current;
        }
        ApplicationsPhonesUnknown "Knows no permission of an application that speaks of phones alone." {
            Create "create.application-phone-permission-unknown" ["create.application-phone-permission-allowed"] current;
            List "list.application-phone-permission-unknown" ["list.application-phone-permission-allowed"] current;
            Get "get.application-phone-permission-unknown" ["get.application-phone-permission-allowed"] current;
            Update "update.application-phone-permission-unknown" ["update.application-phone-permission-allowed"] current;
            Delete "delete.application-phone-permission-unknown" ["delete.application-phone-permission-allowed"] current;
            EnableSmsSignIn "enable-sms-sign-in.application-phone-permission-unknown"
                ["enable-sms-sign-in.application-phone-permission-allowed"] current;
            DisableSmsSignIn "disable-sms-sign-in.application-phone-permission-unknown"
                ["disable-sms-sign-in.application-phone-permission-allowed"] current;
        }
        OwnPhonesUnknown "Knows no permission for one's own phones that speaks of phones alone." {
            List "list.self-phone-permission-unknown" ["list.self-phone-permission-allowed"] current;
            Get "get.self-phone-permission-unknown" ["get.self-phone-permission-allowed"] current;
            Delete "delete.self-phone-permission-unknown" ["delete.self-phone-permission-allowed"] current;
            EnableSmsSignIn "enable-sms-sign-in.self-phone-permission-unknown" ["enable-sms-sign-in.self-phone-permission-allowed"] current;
            DisableSmsSignIn "disable-sms-sign-in.self-phone-permission-unknown"
                ["disable-sms-sign-in.self-phone-permission-allowed"] current;
        }
        ReadingCoversWriting "Takes the permission to read for permission to write." {
            Create "create.permission-to-read-lets-write" ["create.permission-to-read-refused"] current;
            Update "update.permission-to-read-lets-write" ["update.permission-to-read-refused"] current;
            Delete "delete.permission-to-read-lets-write" ["delete.permission-to-read-refused"] current;
            EnableSmsSignIn "enable-sms-sign-in.permission-to-read-lets-write" ["enable-sms-sign-in.permission-to-read-refused"] current;
            DisableSmsSignIn "disable-sms-sign-in.permission-to-read-lets-write" ["disable-sms-sign-in.permission-to-read-refused"] current;
        }
        ReadingRefused "Asks for the permission to write of those who read." {
            List "list.permission-to-read-refused" ["list.permission-to-read-allowed"] current;
            Get "get.permission-to-read-refused" ["get.permission-to-read-allowed"] current;
        }
    }
}
