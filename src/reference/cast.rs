//! The users and applications of the reference server's tenant.

use std::collections::HashMap;

use uuid::Uuid;

use super::seed::SeedUser;
use crate::api::Edition;

/// The identities that can call the server, and the users whose phones may be changed.
#[derive(Debug, Clone)]
pub struct Cast {
    /// Every identity with a token.
    pub identities: Vec<CastIdentity>,
    /// The users whose phones may be replaced.
    pub users: Vec<CastUser>,
}

/// An identity with a token.
#[derive(Clone)]
pub struct CastIdentity {
    /// The name.
    pub name: String,
    /// The kind of its token.
    pub kind: CastKind,
    /// The permissions in its token.
    pub scopes: Vec<String>,
    /// The Microsoft Entra roles of the signed-in user.
    pub roles: Vec<String>,
    /// The signed-in user's principal name; `None` for an application.
    pub user: Option<String>,
    /// The bearer token; each start has new ones.
    pub token: String,
}

impl std::fmt::Debug for CastIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the token: printing an identity must not reveal it.
        f.debug_struct("CastIdentity")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("scopes", &self.scopes)
            .field("roles", &self.roles)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// The kinds of token that the server distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CastKind {
    /// A user of a work or school account is signed in.
    Delegated,
    /// An application acts for itself.
    Application,
    /// A personal Microsoft account is signed in.
    Personal,
}

/// A user whose phones may be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastUser {
    /// Object id.
    pub id: String,
    /// User principal name.
    pub user_principal_name: String,
    /// Whether the policy lets this user sign in by SMS.
    pub sms_sign_in: bool,
}

/// Every account that a path can address, and the account behind `/me`.
#[derive(Debug)]
pub(super) struct Directory {
    accounts: Vec<CastUser>,
    by_name: HashMap<String, usize>,
}

impl Directory {
    fn new(accounts: Vec<CastUser>) -> Self {
        let mut by_name = HashMap::new();
        for (index, account) in accounts.iter().enumerate() {
            by_name.insert(account.id.to_lowercase(), index);
            by_name.insert(account.user_principal_name.to_lowercase(), index);
        }
        Self { accounts, by_name }
    }

    /// Finds an account by object id or user principal name, ignoring case.
    pub fn find(&self, id_or_name: &str) -> Option<usize> {
        self.by_name.get(&id_or_name.to_lowercase()).copied()
    }

    pub fn account(&self, index: usize) -> &CastUser {
        &self.accounts[index]
    }

    pub fn len(&self) -> usize {
        self.accounts.len()
    }
}

const FIRST_NAMES: [&str; 16] =
    ["kim", "alex", "robin", "sam", "noor", "jules", "mika", "toni", "ines", "lee", "dana", "remi", "kit", "sasha", "yuki", "ari"];

const EVERYTHING: &str = "UserAuthenticationMethod.ReadWrite.All";
const OWN: &str = "UserAuthenticationMethod.ReadWrite";
const UNRELATED: &str = "User.Read";
const EVERY_PHONE: &str = "UserAuthMethod-Phone.ReadWrite.All";
const READ_EVERYTHING: &str = "UserAuthenticationMethod.Read.All";
const READ_OWN: &str = "UserAuthenticationMethod.Read";
const READ_EVERY_PHONE: &str = "UserAuthMethod-Phone.Read.All";
const READ_OWN_PHONE: &str = "UserAuthMethod-Phone.Read";
const OWN_PHONE: &str = "UserAuthMethod-Phone.ReadWrite";

/// How many test users have tokens of their own.
const OWNERS: usize = 4;

/// The account of a personal token.
const STRANGER: &str = "stranger@outlook.example";

/// Builds a tenant with `count` test users, and a directory that also contains the signed-in accounts. The users of the
/// seed file come first.
pub(super) fn assemble(seed: &[SeedUser], count: usize, edition: Edition) -> (Cast, Directory) {
    let users = test_users(seed, count);

    let delegated = |name: &str, scope: &str, role: Option<&str>, user: &str| identity(name, CastKind::Delegated, scope, role, Some(user));
    let mut identities = vec![
        delegated("authentication-administrator", EVERYTHING, Some("Authentication Administrator"), "ada@contoso.example"),
        delegated(
            "privileged-authentication-administrator",
            EVERYTHING,
            Some("Privileged Authentication Administrator"),
            "paul@contoso.example",
        ),
    ];
    // Later documents no longer name this role, so a server of their edition has no such identity.
    if edition == Edition::Legacy {
        identities.push(delegated("global-administrator", EVERYTHING, Some("Global Administrator"), "gail@contoso.example"));
    }
    identities.push(delegated("without-role", EVERYTHING, None, "otto@contoso.example"));
    identities.push(delegated("administrator-without-permission", UNRELATED, Some("Authentication Administrator"), "ada@contoso.example"));
    identities.push(delegated("global-reader", EVERYTHING, Some("Global Reader"), "gus@contoso.example"));
    // The identity has both roles. Otherwise, a server that ignores one role would seem to ignore the permission.
    let with_both_roles = |name: &str, scope: &str| {
        let one = delegated(name, scope, None, "pia@contoso.example");
        let roles = vec!["Authentication Administrator".to_owned(), "Privileged Authentication Administrator".to_owned()];
        CastIdentity { roles, ..one }
    };
    identities.push(with_both_roles("reader", READ_EVERYTHING));
    // Later documents name permissions for phones only.
    if edition == Edition::Current {
        identities.push(with_both_roles("phone-administrator", EVERY_PHONE));
        identities.push(with_both_roles("phone-reader", READ_EVERY_PHONE));
    }
    for user in users.iter().take(OWNERS) {
        let upn = &user.user_principal_name;
        // Seeded users may share the first part of their names, with each other and with the identities here.
        let short = upn.split('@').next().unwrap_or_default();
        let name = if seed.iter().any(|user| user.user_principal_name == *upn) { upn } else { short };
        identities.push(delegated(name, OWN, None, upn));
        identities.push(delegated(&format!("{name}-without-permission"), UNRELATED, None, upn));
        identities.push(delegated(&format!("{name}-reader"), READ_OWN, None, upn));
        if edition == Edition::Current {
            identities.push(delegated(&format!("{name}-phone-permission"), OWN_PHONE, None, upn));
            identities.push(delegated(&format!("{name}-permission-to-read"), READ_OWN_PHONE, None, upn));
        }
    }
    // A tenant with fewer users needs all of them as users who manage nobody.
    if let Some(user) = users.get(OWNERS) {
        let upn = &user.user_principal_name;
        identities.push(delegated(&format!("{upn}-administrator"), EVERYTHING, Some("Authentication Administrator"), upn));
    }
    identities.push(identity("application", CastKind::Application, EVERYTHING, None, None));
    identities.push(identity("reading-application", CastKind::Application, READ_EVERYTHING, None, None));
    if edition == Edition::Current {
        identities.push(identity("phone-application", CastKind::Application, EVERY_PHONE, None, None));
        identities.push(identity("phone-reading-application", CastKind::Application, READ_EVERY_PHONE, None, None));
    }
    identities.push(identity("application-without-permission", CastKind::Application, "User.Read.All", None, None));
    identities.push(identity("personal-account", CastKind::Personal, OWN, None, Some(STRANGER)));

    let mut accounts = users.clone();
    for upn in identities.iter().filter_map(|identity| identity.user.as_ref()) {
        if accounts.iter().all(|account| !account.user_principal_name.eq_ignore_ascii_case(upn)) {
            accounts.push(account(upn, true));
        }
    }
    (Cast { identities, users }, Directory::new(accounts))
}

fn test_users(seed: &[SeedUser], count: usize) -> Vec<CastUser> {
    let mut users: Vec<CastUser> = Vec::new();
    for user in seed {
        let made_up = account(&user.user_principal_name, user.sms_sign_in);
        users.push(CastUser { id: user.id.clone().unwrap_or(made_up.id), ..made_up });
    }
    for name in (0..).map(test_user_name) {
        if users.len() >= count {
            break;
        }
        if users.iter().all(|user| !user.user_principal_name.eq_ignore_ascii_case(&name)) {
            users.push(account(&name, users.len().is_multiple_of(2)));
        }
    }
    users
}

fn test_user_name(index: usize) -> String {
    let name = FIRST_NAMES[index % FIRST_NAMES.len()];
    match index / FIRST_NAMES.len() {
        0 => format!("{name}@contoso.example"),
        round => format!("{name}{}@contoso.example", round + 1),
    }
}

fn account(user_principal_name: &str, sms_sign_in: bool) -> CastUser {
    CastUser { id: Uuid::new_v4().to_string(), user_principal_name: user_principal_name.to_owned(), sms_sign_in }
}

fn identity(name: &str, kind: CastKind, scope: &str, role: Option<&str>, user: Option<&str>) -> CastIdentity {
    CastIdentity {
        name: name.to_owned(),
        kind,
        scopes: vec![scope.to_owned()],
        roles: role.into_iter().map(str::to_owned).collect(),
        user: user.map(str::to_owned),
        token: format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_ids_and_tokens_of_many_users_are_unique() {
        let (cast, directory) = assemble(&[], 300, Edition::Current);
        assert_eq!(cast.users.len(), 300);
        assert_eq!(cast.users.iter().map(|user| &user.user_principal_name).collect::<HashSet<_>>().len(), 300);
        assert_eq!(cast.identities.iter().map(|identity| &identity.token).collect::<HashSet<_>>().len(), cast.identities.len());
        assert_eq!(directory.find(&cast.users[299].id.to_uppercase()), Some(299));
        assert!(directory.len() > 300);
    }

    #[test]
    fn a_single_user_is_allowed_sms_sign_in_and_can_sign_in() {
        let (cast, _) = assemble(&[], 1, Edition::Current);
        assert!(cast.users[0].sms_sign_in);
        let own = cast.identities.iter().filter(|identity| identity.user.as_deref() == Some("kim@contoso.example"));
        assert_eq!(own.count(), 5);
    }

    #[test]
    fn users_of_a_file_come_first_and_appear_once() {
        let file = r#"{ "users": [{ "id": "1", "user_principal_name": "KIM@contoso.example" }, { "user_principal_name": "kim@fabrikam.example" },
            { "user_principal_name": "ada@contoso.example" }, { "user_principal_name": "application@contoso.example", "sms_sign_in": false }] }"#;
        let (cast, directory) = assemble(&SeedUser::read(file).unwrap(), 5, Edition::Current);
        let names: Vec<&str> = cast.users.iter().map(|user| user.user_principal_name.as_str()).collect();
        assert_eq!(names[..2], ["KIM@contoso.example", "kim@fabrikam.example"]);
        assert_eq!(names[4..], ["alex@contoso.example"]);
        assert_eq!((directory.find("1"), directory.find("kim@contoso.example")), (Some(0), Some(0)));
        assert!(!cast.users[3].sms_sign_in);
        assert_eq!(assemble(&SeedUser::read(file).unwrap(), 1, Edition::Current).0.users.len(), 4);
        let identities: HashSet<_> = cast.identities.iter().map(|identity| &identity.name).collect();
        assert_eq!(identities.len(), cast.identities.len());
    }

    #[test]
    fn only_the_legacy_cast_has_a_global_administrator() {
        let has = |edition| assemble(&[], 1, edition).0.identities.iter().any(|identity| identity.roles == ["Global Administrator"]);
        assert!(has(Edition::Legacy));
        assert!(!has(Edition::Current));
    }

    #[test]
    fn only_the_current_cast_has_permissions_for_phones_only() {
        let names = |edition| {
            let scopes = assemble(&[], 1, edition).0.identities.into_iter().flat_map(|identity| identity.scopes);
            scopes.filter(|scope| scope.starts_with("UserAuthMethod-Phone.")).count()
        };
        assert_eq!(names(Edition::Legacy), 0);
        assert_eq!(names(Edition::Current), 6);
    }

    #[test]
    fn every_signed_in_user_is_in_the_directory() {
        let (cast, directory) = assemble(&[], 2, Edition::Legacy);
        for user in cast.identities.iter().filter_map(|identity| identity.user.as_ref()) {
            assert!(directory.find(user).is_some(), "{user}");
        }
    }

    #[test]
    fn an_identity_is_printed_without_its_token() {
        let (cast, _) = assemble(&[], 1, Edition::Current);
        assert!(!format!("{cast:?}").contains(&cast.identities[0].token));
    }
}
