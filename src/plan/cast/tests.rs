use super::*;

const AUTHENTICATION: &str = "Authentication Administrator";
const PRIVILEGED: &str = "Privileged Authentication Administrator";
const GLOBAL: &str = "Global Administrator";
const READER: &str = "Global Reader";
const PHONE_WRITE_ALL: &str = "UserAuthMethod-Phone.ReadWrite.All";
const PHONE_WRITE_OWN: &str = "UserAuthMethod-Phone.ReadWrite";
const READ_ALL: &str = "UserAuthenticationMethod.Read.All";
const PHONE_READ_ALL: &str = "UserAuthMethod-Phone.Read.All";
const PHONE_READ_OWN: &str = "UserAuthMethod-Phone.Read";

/// A target with the user kim and these identities.
fn target(identities: &str, edition: Edition) -> Target {
    let text = format!(
        "name = \"t\"\nbase_url = \"http://127.0.0.1:1\"\nedition = \"{edition}\"\n{identities}\n\
         [[users]]\nid = \"1\"\nuser_principal_name = \"kim@contoso.com\"\n\
         [[users]]\nid = \"2\"\n"
    );
    Target::parse(&text, "t.toml", &|_| None).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// An identity in TOML, signed in as `who` unless it is an application.
fn identity(kind: &str, scopes: &[&str], roles: &[&str], who: &str) -> String {
    let user = if kind == "application" { String::new() } else { format!("user = \"{who}\"\n") };
    format!("[[identities]]\nname = \"one\"\nkind = \"{kind}\"\nscopes = {scopes:?}\nroles = {roles:?}\n{user}token = \"secret\"\n")
}

/// Every caller that an identity can play, except the user with an administrator role, which each administrator can
/// play.
fn roles_of(kind: &str, scopes: &[&str], roles: &[&str], edition: Edition) -> Vec<Caller> {
    let target = target(&identity(kind, scopes, roles, "somebody@contoso.com"), edition);
    let plays = |caller: &Caller| *caller != Caller::UserWithAdministratorRole && plays(&target.identities[0], *caller, edition);
    Caller::ALL.iter().copied().filter(plays).collect()
}

#[test]
fn kind_permissions_and_roles_decide_which_callers_an_identity_plays() {
    const ALL: &str = "UserAuthenticationMethod.ReadWrite.All";
    const OWN: &str = "UserAuthenticationMethod.ReadWrite";
    let delegated = |scopes: &[&str], roles: &[&str]| roles_of("delegated", scopes, roles, Edition::Current);
    let application = |scopes: &[&str]| roles_of("application", scopes, &[], Edition::Current);

    assert_eq!(delegated(&[ALL], &[AUTHENTICATION]), [Caller::AuthenticationAdministrator]);
    assert_eq!(
        delegated(&["userauthenticationmethod.readwrite.all"], &["AUTHENTICATION administrator"]),
        [Caller::AuthenticationAdministrator]
    );
    assert_eq!(delegated(&[ALL], &[PRIVILEGED]), [Caller::PrivilegedAuthenticationAdministrator]);
    assert_eq!(delegated(&[ALL], &[AUTHENTICATION, PRIVILEGED]), [], "one role would hide that the other is not honoured");
    assert_eq!(delegated(&[ALL], &[AUTHENTICATION, READER]), [Caller::AuthenticationAdministrator]);
    assert_eq!(delegated(&[ALL], &[GLOBAL]), []);
    assert_eq!(roles_of("delegated", &[ALL], &[GLOBAL], Edition::Legacy), [Caller::GlobalAdministrator]);
    assert_eq!(delegated(&[ALL], &[READER]), [Caller::GlobalReader]);
    assert_eq!(delegated(&[ALL], &[READER, "Helpdesk Administrator"]), []);
    assert_eq!(delegated(&[ALL], &[]), [Caller::WithoutRole]);
    assert_eq!(delegated(&[ALL, OWN], &[]), [Caller::WithoutRole]);
    assert_eq!(delegated(&[OWN], &[]), [Caller::User, Caller::FellowUser]);
    assert_eq!(delegated(&[OWN], &[AUTHENTICATION]), []);
    assert_eq!(delegated(&[READ_ALL], &[AUTHENTICATION]), [Caller::AdministratorWithPermissionToRead]);
    assert_eq!(delegated(&[READ_ALL, PHONE_WRITE_ALL], &[AUTHENTICATION]), [Caller::AuthenticationAdministrator]);
    assert_eq!(delegated(&["UserAuthenticationMethod.Read"], &[]), [Caller::UserWithPermissionToRead]);
    for role in [AUTHENTICATION, PRIVILEGED] {
        assert_eq!(delegated(&["User.Read"], &[role]), [Caller::AdministratorWithoutPermission]);
    }
    assert_eq!(delegated(&["User.Read"], &[GLOBAL]), []);
    assert_eq!(delegated(&["User.Read"], &[]), [Caller::UserWithoutPermission]);

    assert_eq!(
        delegated(&[PHONE_WRITE_ALL], &[AUTHENTICATION]),
        [Caller::AuthenticationAdministrator, Caller::AdministratorWithPhonePermission]
    );
    assert_eq!(delegated(&[PHONE_WRITE_ALL, PHONE_READ_ALL], &[AUTHENTICATION]), [Caller::AuthenticationAdministrator]);
    assert_eq!(delegated(&[PHONE_READ_ALL], &[AUTHENTICATION]), [Caller::AdministratorWithPhonePermissionToRead]);
    assert_eq!(delegated(&[PHONE_READ_ALL], &[]), []);
    assert_eq!(delegated(&[PHONE_READ_ALL, ALL], &[PRIVILEGED]), [Caller::PrivilegedAuthenticationAdministrator]);
    assert_eq!(delegated(&[PHONE_WRITE_OWN], &[]), [Caller::UserWithPhonePermission, Caller::User, Caller::FellowUser]);
    assert_eq!(delegated(&[PHONE_WRITE_OWN], &[AUTHENTICATION]), []);
    assert_eq!(delegated(&[PHONE_READ_OWN], &[]), [Caller::UserWithPhonePermissionToRead]);
    assert_eq!(delegated(&[PHONE_READ_OWN], &[AUTHENTICATION]), []);

    assert_eq!(application(&[ALL]), [Caller::Application]);
    assert_eq!(application(&[OWN]), []);
    assert_eq!(application(&["User.Read.All"]), [Caller::ApplicationWithoutPermission]);
    assert_eq!(application(&[PHONE_WRITE_ALL]), [Caller::ApplicationWithPhonePermission, Caller::Application]);
    assert_eq!(application(&[PHONE_READ_ALL]), [Caller::ApplicationWithPhonePermissionToRead]);
    for scope in [ALL, OWN, "User.Read"] {
        assert_eq!(roles_of("personal", &[scope], &[], Edition::Current), [Caller::PersonalAccount]);
    }
}

#[test]
fn every_permission_has_one_of_the_two_prefixes() {
    assert!(words().permissions.iter().all(|permission| permission.name.starts_with(METHODS) || permission.name.starts_with(PHONES)));
}

#[test]
fn adding_what_the_message_asks_for_is_enough() {
    for caller in
        Caller::ALL.iter().copied().filter(|caller| !matches!(caller, Caller::WithoutToken | Caller::GarbageToken | Caller::EmptyBearer))
    {
        let said = missing(caller).to_string();
        let (who, keys) = said.strip_prefix("needs ").unwrap().split_once(": add to [[identities]] in the target file one with ").unwrap();
        assert!(caller == Caller::Administrator || who == caller.phrase(), "{said}");
        let edition = if keys.contains("in a target of the legacy edition") { Edition::Legacy } else { Edition::Current };
        let keys = keys.replace(", in a target of the legacy edition", "").replace("user = one of [[users]]", "user = \"1\"");
        let keys = [", scopes", ", roles", ", user"].iter().fold(keys, |keys, key| keys.replace(key, &key.replace(", ", "\n")));
        let user = if keys.contains("user = ") || keys.contains("application") { "" } else { "user = \"somebody@contoso.com\"\n" };
        let target = target(&format!("[[identities]]\nname = \"one\"\n{keys}\n{user}token = \"secret\"\n"), edition);
        assert_eq!(Cast::new(&target).identity(caller, None), Some(0), "{said}");
        assert!(Cast::new(&target).has(caller));
    }
}

#[test]
fn only_authentication_administrators_may_see_masks() {
    let sees = |kind: &str, roles: &[&str]| {
        let target = target(&identity(kind, &["UserAuthenticationMethod.ReadWrite.All"], roles, "a@contoso.com"), Edition::Legacy);
        sees_masks(&target.identities[0])
    };
    assert!(sees("delegated", &[AUTHENTICATION]));
    assert!(!sees("delegated", &[AUTHENTICATION, PRIVILEGED]));
    assert!(!sees("delegated", &[AUTHENTICATION, GLOBAL]));
    assert!(!sees("delegated", &[PRIVILEGED]));
    assert!(!sees("application", &[AUTHENTICATION]));
}

#[test]
fn callers_who_must_be_another_user_are_another_user() {
    let own = |who: &str| identity("delegated", &["UserAuthenticationMethod.ReadWrite"], &[], who);
    let fellow = |who: &str, user| Cast::new(&target(&own(who), Edition::Current)).identity(Caller::FellowUser, Some(user)).is_some();
    assert!(!fellow("KIM@contoso.com", 0), "kim is no fellow of kim's");
    assert!(fellow("kim@contoso.com", 1));
    assert!(!fellow("2", 1));
    assert!(fellow("2", 0));
    assert!(fellow("lee@contoso.com", 0));
    assert!(!fellow("lee@contoso.com", 1), "the user whose name is not known may be lee");
    assert!(fellow("3", 1));

    let without_role = |who: &str, user| {
        let text = identity("delegated", &["UserAuthenticationMethod.ReadWrite.All"], &[], who);
        Cast::new(&target(&text, Edition::Current)).identity(Caller::WithoutRole, Some(user)).is_some()
    };
    assert!(!without_role("1", 0), "about themselves, users may do more than about others");
    assert!(without_role("1", 1));
    assert!(without_role("otto@contoso.com", 0));
}

#[test]
fn the_best_administrator_comes_first() {
    const ALL: &str = "UserAuthenticationMethod.ReadWrite.All";
    let text = [
        identity("delegated", &[ALL], &[AUTHENTICATION], "1"),
        identity("application", &[ALL], &[], ""),
        identity("delegated", &[ALL], &[PRIVILEGED], "b@contoso.com"),
        identity("delegated", &[ALL], &[], "c@contoso.com"),
    ];
    let text: String = text.iter().enumerate().map(|(at, text)| text.replace("\"one\"", &format!("\"n{at}\""))).collect();
    let target = target(&text, Edition::Current);
    let cast = Cast::new(&target);
    assert_eq!(cast.administrators(), [2, 1, 0]);
    assert_eq!((cast.identity(Caller::Administrator, Some(0)), cast.identity(Caller::OtherScheme, None)), (Some(2), Some(2)));
    assert!(cast.is_administrator(0), "kim looks after users");
    assert!(!cast.is_administrator(1));
    assert!(cast.has(Caller::WithoutToken) && !cast.has(Caller::PersonalAccount));
}
