//! Mistakes in what permissions and roles cover. A permission may have a name that every document knows, or a newer one
//! for phones only.

shared_mistakes! {
    /// Mistakes in what permissions and roles mean.
    Permissions {
        DelegatedUnchecked "Never looks at the permissions of an administrator's token." {
            Create "create.delegated-permission-unchecked" ["create.delegated-permission-required", "create.methods-permission-to-read-refused", "create.permission-to-read-refused"];
            List "list.delegated-permission-unchecked" ["list.delegated-permission-required"];
            Get "get.delegated-permission-unchecked" ["get.delegated-permission-required"];
            Update "update.delegated-permission-unchecked" ["update.delegated-permission-required", "update.methods-permission-to-read-refused", "update.permission-to-read-refused"];
            Delete "delete.delegated-permission-unchecked" ["delete.delegated-permission-required", "delete.methods-permission-to-read-refused", "delete.permission-to-read-refused"];
            EnableSmsSignIn "enable-sms-sign-in.delegated-permission-unchecked"
                ["enable-sms-sign-in.delegated-permission-required", "enable-sms-sign-in.methods-permission-to-read-refused", "enable-sms-sign-in.permission-to-read-refused"];
            DisableSmsSignIn "disable-sms-sign-in.delegated-permission-unchecked"
                ["disable-sms-sign-in.delegated-permission-required", "disable-sms-sign-in.methods-permission-to-read-refused", "disable-sms-sign-in.permission-to-read-refused"];
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
            List "list.application-phone-permission-unknown" ["list.application-permission-to-read-allowed", "list.application-phone-permission-allowed"] current;
            Get "get.application-phone-permission-unknown" ["get.application-permission-to-read-allowed", "get.application-phone-permission-allowed"] current;
            Update "update.application-phone-permission-unknown" ["update.application-phone-permission-allowed"] current;
            Delete "delete.application-phone-permission-unknown" ["delete.application-phone-permission-allowed"] current;
            EnableSmsSignIn "enable-sms-sign-in.application-phone-permission-unknown"
                ["enable-sms-sign-in.application-phone-permission-allowed"] current;
            DisableSmsSignIn "disable-sms-sign-in.application-phone-permission-unknown"
                ["disable-sms-sign-in.application-phone-permission-allowed"] current;
        }
        OwnPhonesUnknown "Knows no permission for one's own phones that speaks of phones alone." {
            List "list.self-phone-permission-unknown" ["list.self-permission-to-read-allowed", "list.self-phone-permission-allowed"] current;
            Get "get.self-phone-permission-unknown" ["get.self-permission-to-read-allowed", "get.self-phone-permission-allowed"] current;
            Delete "delete.self-phone-permission-unknown" ["delete.self-phone-permission-allowed"] current;
            EnableSmsSignIn "enable-sms-sign-in.self-phone-permission-unknown" ["enable-sms-sign-in.self-phone-permission-allowed"] current;
            DisableSmsSignIn "disable-sms-sign-in.self-phone-permission-unknown"
                ["disable-sms-sign-in.self-phone-permission-allowed"] current;
        }
        ApplicationUnchecked "Never looks at the permissions of an application." {
            Create "create.application-permission-unchecked" ["create.application-methods-permission-to-read-refused", "create.application-permission-required", "create.application-permission-to-read-refused"];
            List "list.application-permission-unchecked" ["list.application-permission-required"];
            Get "get.application-permission-unchecked" ["get.application-permission-required"];
            Update "update.application-permission-unchecked" ["update.application-methods-permission-to-read-refused", "update.application-permission-required", "update.application-permission-to-read-refused"];
            Delete "delete.application-permission-unchecked" ["delete.application-methods-permission-to-read-refused", "delete.application-permission-required", "delete.application-permission-to-read-refused"];
            EnableSmsSignIn "enable-sms-sign-in.application-permission-unchecked" ["enable-sms-sign-in.application-methods-permission-to-read-refused", "enable-sms-sign-in.application-permission-required", "enable-sms-sign-in.application-permission-to-read-refused"];
            DisableSmsSignIn "disable-sms-sign-in.application-permission-unchecked" ["disable-sms-sign-in.application-methods-permission-to-read-refused", "disable-sms-sign-in.application-permission-required", "disable-sms-sign-in.application-permission-to-read-refused"];
        }
        ApplicationRefused "Serves signed-in users only." {
            Create "create.application-refused" ["create.application-allowed", "create.application-phone-permission-allowed"];
            List "list.application-refused" ["list.application-allowed", "list.application-methods-permission-to-read-allowed", "list.application-permission-to-read-allowed", "list.application-phone-permission-allowed"];
            Get "get.application-refused" ["get.application-allowed", "get.application-methods-permission-to-read-allowed", "get.application-permission-to-read-allowed", "get.application-phone-permission-allowed"];
            Update "update.application-refused" ["update.application-allowed", "update.application-phone-permission-allowed"];
            Delete "delete.application-refused" ["delete.application-allowed", "delete.application-phone-permission-allowed"];
            EnableSmsSignIn "enable-sms-sign-in.application-refused" ["enable-sms-sign-in.application-allowed", "enable-sms-sign-in.application-phone-permission-allowed"];
            DisableSmsSignIn "disable-sms-sign-in.application-refused" ["disable-sms-sign-in.application-allowed", "disable-sms-sign-in.application-phone-permission-allowed"];
        }
        RoleUnchecked "Lets a signed-in user act on others without a role." {
            Create "create.role-unchecked" ["create.global-reader-refused", "create.role-required"];
            List "list.role-unchecked" ["list.role-required"];
            Get "get.role-unchecked" ["get.role-required"];
            Update "update.role-unchecked" ["update.global-reader-refused", "update.role-required"];
            Delete "delete.role-unchecked" ["delete.global-reader-refused", "delete.role-required"];
            EnableSmsSignIn "enable-sms-sign-in.role-unchecked" ["enable-sms-sign-in.global-reader-refused", "enable-sms-sign-in.role-required"];
            DisableSmsSignIn "disable-sms-sign-in.role-unchecked" ["disable-sms-sign-in.global-reader-refused", "disable-sms-sign-in.role-required"];
        }
        GlobalReaderWrites "Takes a role that lets its holder read for one that lets them write." {
            Create "create.global-reader-accepted" ["create.global-reader-refused"];
            Update "update.global-reader-accepted" ["update.global-reader-refused"];
            Delete "delete.global-reader-accepted" ["delete.global-reader-refused"];
            EnableSmsSignIn "enable-sms-sign-in.global-reader-accepted" ["enable-sms-sign-in.global-reader-refused"];
            DisableSmsSignIn "disable-sms-sign-in.global-reader-accepted" ["disable-sms-sign-in.global-reader-refused"];
        }
        GlobalReaderRefused "Does not know the role Global Reader." {
            List "list.global-reader-refused" ["list.global-reader-allowed"];
            Get "get.global-reader-refused" ["get.global-reader-allowed"];
        }
        ReadingCoversWriting "Takes the permission to read for permission to write." {
            Create "create.permission-to-read-lets-write" ["create.application-methods-permission-to-read-refused", "create.application-permission-to-read-refused", "create.methods-permission-to-read-refused", "create.permission-to-read-refused"] current;
            Update "update.permission-to-read-lets-write" ["update.application-methods-permission-to-read-refused", "update.application-permission-to-read-refused", "update.methods-permission-to-read-refused", "update.permission-to-read-refused"] current;
            Delete "delete.permission-to-read-lets-write" ["delete.application-methods-permission-to-read-refused", "delete.application-permission-to-read-refused", "delete.methods-permission-to-read-refused", "delete.permission-to-read-refused", "delete.self-methods-permission-to-read-refused", "delete.self-permission-to-read-refused"] current;
            EnableSmsSignIn "enable-sms-sign-in.permission-to-read-lets-write" ["enable-sms-sign-in.application-methods-permission-to-read-refused", "enable-sms-sign-in.application-permission-to-read-refused", "enable-sms-sign-in.methods-permission-to-read-refused", "enable-sms-sign-in.permission-to-read-refused", "enable-sms-sign-in.self-methods-permission-to-read-refused", "enable-sms-sign-in.self-permission-to-read-refused"] current;
            DisableSmsSignIn "disable-sms-sign-in.permission-to-read-lets-write" ["disable-sms-sign-in.application-methods-permission-to-read-refused", "disable-sms-sign-in.application-permission-to-read-refused", "disable-sms-sign-in.methods-permission-to-read-refused", "disable-sms-sign-in.permission-to-read-refused", "disable-sms-sign-in.self-methods-permission-to-read-refused", "disable-sms-sign-in.self-permission-to-read-refused"] current;
        }
        ReadingRefused "Asks for the permission to write of those who read." {
            List "list.permission-to-read-refused" ["list.application-methods-permission-to-read-allowed", "list.application-permission-to-read-allowed", "list.methods-permission-to-read-allowed", "list.permission-to-read-allowed", "list.self-methods-permission-to-read-allowed", "list.self-permission-to-read-allowed"] current;
            Get "get.permission-to-read-refused" ["get.application-methods-permission-to-read-allowed", "get.application-permission-to-read-allowed", "get.methods-permission-to-read-allowed", "get.permission-to-read-allowed", "get.self-methods-permission-to-read-allowed", "get.self-permission-to-read-allowed"] current;
        }
    }
}
