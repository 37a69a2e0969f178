//! Which identities of a target can play which caller.

use std::collections::BTreeMap;

use crate::api::Edition;
use crate::suite::Caller;
use crate::target::{Identity, IdentityKind, Target};

use super::Reason;

/// Permissions for every user's phones.
const WRITE_ALL: [&str; 2] = ["UserAuthenticationMethod.ReadWrite.All", PHONE_WRITE_ALL];
/// Permissions for the signed-in user's own phones only.
const WRITE_OWN: [&str; 2] = ["UserAuthenticationMethod.ReadWrite", PHONE_WRITE_OWN];
/// The prefix of every permission for authentication methods, which include phones.
const METHODS: &str = "UserAuthenticationMethod.";
/// The prefix of every permission for phones alone.
const PHONES: &str = "UserAuthMethod-Phone.";

const PHONE_WRITE_ALL: &str = "UserAuthMethod-Phone.ReadWrite.All";
const PHONE_WRITE_OWN: &str = "UserAuthMethod-Phone.ReadWrite";
const PHONE_READ_ALL: &str = "UserAuthMethod-Phone.Read.All";
const PHONE_READ_OWN: &str = "UserAuthMethod-Phone.Read";

const AUTHENTICATION: &str = "Authentication Administrator";
const PRIVILEGED: &str = "Privileged Authentication Administrator";
const GLOBAL: &str = "Global Administrator";
const READER: &str = "Global Reader";

/// The identities of a target, by the callers that they can play.
#[derive(Debug, Clone)]
pub struct Cast<'a> {
    target: &'a Target,
    /// The target's user who is signed in, for each identity.
    signed_in: Vec<Option<usize>>,
    /// The identities that can play each caller.
    players: BTreeMap<Caller, Vec<usize>>,
    /// The identities that can manage users, the best first.
    administrators: Vec<usize>,
}

impl<'a> Cast<'a> {
    /// The cast of a target. It is computed once for all cases of a plan.
    pub fn new(target: &'a Target) -> Self {
        let players: BTreeMap<Caller, Vec<usize>> = Caller::ALL.iter().map(|caller| (*caller, players(target, *caller))).collect();
        Self {
            signed_in: target.identities.iter().map(|identity| signed_in(target, identity)).collect(),
            administrators: administrators(target, &players),
            target,
            players,
        }
    }

    /// Whether any identity can play this caller, for any user.
    pub fn has(&self, caller: Caller) -> bool {
        if caller == Caller::Administrator {
            return !self.administrators().is_empty();
        }
        self.identity(caller, None).is_some()
    }

    /// Whether an identity can play a caller.
    pub fn plays(&self, identity: usize, caller: Caller) -> bool {
        self.playing(caller).any(|player| player == identity)
    }

    /// The identities that can manage users, the best first: those that see unmasked numbers, then applications, then
    /// the others.
    pub fn administrators(&self) -> &[usize] {
        &self.administrators
    }

    /// The identity that plays a caller when this user is under test. For a caller without a token, the index means
    /// nothing.
    pub fn identity(&self, caller: Caller, user: Option<usize>) -> Option<usize> {
        match caller {
            Caller::WithoutToken | Caller::GarbageToken | Caller::EmptyBearer => Some(0),
            Caller::Administrator | Caller::OtherScheme => self.administrators().first().copied(),
            _ if caller.is_the_user() => {
                self.playing(caller).find(|index| self.signed_in[*index].is_some_and(|own| user.is_none_or(|user| own == user)))
            }
            Caller::FellowUser => self.playing(caller).find(|index| user.is_none_or(|user| self.is_somebody_else(*index, user))),
            // Users have more rights over themselves than over others, and an administrator has no fewer.
            _ => self.playing(caller).find(|index| user.is_none() || self.signed_in[*index] != user),
        }
    }

    /// Whether a user can manage users. Administrators may not do to themselves everything that scenarios set up.
    pub fn is_administrator(&self, user: usize) -> bool {
        self.administrators().iter().any(|identity| self.signed_in[*identity] == Some(user))
    }

    /// Index of the target's user who is signed in.
    pub fn signed_in(&self, identity: usize) -> Option<usize> {
        self.signed_in[identity]
    }

    /// Whether an identity certainly belongs to another user. An id and a user principal name may be the same user.
    fn is_somebody_else(&self, identity: usize, user: usize) -> bool {
        let Some(name) = self.target.identities[identity].user.as_deref() else { return true };
        let by_name = name.contains('@');
        let user_at = &self.target.users[user];
        let comparable = user_at.id.contains('@') == by_name || by_name && user_at.user_principal_name.is_some();
        match self.signed_in[identity] {
            Some(own) => own != user,
            None => comparable,
        }
    }

    fn playing(&self, caller: Caller) -> impl Iterator<Item = usize> {
        self.players[&caller].iter().copied()
    }
}

/// Whether an identity may see masked numbers.
///
/// Source: the note on masked numbers, pages of list and get.
pub fn sees_masks(identity: &Identity) -> bool {
    identity.kind == IdentityKind::Delegated
        && has_role(identity, AUTHENTICATION)
        && !has_role(identity, PRIVILEGED)
        && !has_role(identity, GLOBAL)
}

/// The identities that can play a caller. Identities with a permission that every document names come before those
/// whose permission is for phones only. So an endpoint that does not know the newer names fails only the rules about
/// them.
fn players(target: &Target, caller: Caller) -> Vec<usize> {
    let playing = || target.identities.iter().enumerate().filter(|(_, identity)| plays(identity, caller, target.edition));
    let known = playing().any(|(_, identity)| !only_phones(identity));
    playing().filter(|(_, identity)| !known || !only_phones(identity)).map(|(index, _)| index).collect()
}

fn administrators(target: &Target, players: &BTreeMap<Caller, Vec<usize>>) -> Vec<usize> {
    let order = [
        Caller::PrivilegedAuthenticationAdministrator,
        Caller::Application,
        Caller::AuthenticationAdministrator,
        Caller::GlobalAdministrator,
    ];
    let mut found: Vec<usize> = order.iter().flat_map(|caller| players[caller].iter().copied()).collect();
    // The sort is stable, so other identities keep their order.
    found.sort_by_key(|identity| only_phones(&target.identities[*identity]));
    found
}

/// Index of the target's user that an identity is signed in as.
fn signed_in(target: &Target, identity: &Identity) -> Option<usize> {
    let name = identity.user.as_deref()?;
    target.users.iter().position(|user| {
        user.id.eq_ignore_ascii_case(name) || user.user_principal_name.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(name))
    })
}

fn plays(identity: &Identity, caller: Caller, edition: Edition) -> bool {
    let delegated = identity.kind == IdentityKind::Delegated;
    let application = identity.kind == IdentityKind::Application;
    let all = has_one(identity, &WRITE_ALL);
    match caller {
        Caller::AuthenticationAdministrator => delegated && all && only_role(identity, AUTHENTICATION),
        Caller::PrivilegedAuthenticationAdministrator => delegated && all && only_role(identity, PRIVILEGED),
        Caller::GlobalAdministrator => delegated && all && only_role(identity, GLOBAL) && edition == Edition::Legacy,
        Caller::GlobalReader => {
            delegated && all && identity.roles.iter().all(|role| role.eq_ignore_ascii_case(READER)) && !identity.roles.is_empty()
        }
        Caller::AdministratorWithoutPermission => delegated && without_permission(identity) && administers(identity),
        Caller::AdministratorWithPhonePermission => delegated && administers(identity) && phones_by(identity, PHONE_WRITE_ALL),
        Caller::AdministratorWithPermissionToRead => delegated && administers(identity) && phones_by(identity, PHONE_READ_ALL),
        Caller::WithoutRole => delegated && all && identity.roles.is_empty(),
        Caller::Application => application && all,
        Caller::ApplicationWithPhonePermission => application && phones_by(identity, PHONE_WRITE_ALL),
        Caller::ApplicationWithPermissionToRead => application && phones_by(identity, PHONE_READ_ALL),
        Caller::ApplicationWithoutPermission => application && without_permission(identity),
        Caller::PersonalAccount => identity.kind == IdentityKind::Personal,
        Caller::User | Caller::FellowUser => delegated && identity.roles.is_empty() && has_one(identity, &WRITE_OWN) && !all,
        Caller::UserWithPhonePermission => delegated && identity.roles.is_empty() && phones_by(identity, PHONE_WRITE_OWN),
        Caller::UserWithPermissionToRead => delegated && identity.roles.is_empty() && phones_by(identity, PHONE_READ_OWN),
        Caller::UserWithoutPermission => delegated && identity.roles.is_empty() && without_permission(identity),
        Caller::Administrator | Caller::WithoutToken | Caller::GarbageToken | Caller::EmptyBearer | Caller::OtherScheme => false,
    }
}

fn has_one(identity: &Identity, permissions: &[&str]) -> bool {
    permissions.iter().any(|permission| identity.scopes.iter().any(|scope| scope.eq_ignore_ascii_case(permission)))
}

/// Whether an identity has a permission with this prefix.
fn has_of(identity: &Identity, family: &str) -> bool {
    identity.scopes.iter().any(|scope| scope.get(..family.len()).is_some_and(|start| start.eq_ignore_ascii_case(family)))
}

fn without_permission(identity: &Identity) -> bool {
    !has_of(identity, METHODS) && !has_of(identity, PHONES)
}

/// Whether an identity has access to phones only through the newer permissions, which cover phones alone.
fn only_phones(identity: &Identity) -> bool {
    has_of(identity, PHONES) && !has_of(identity, METHODS)
}

/// Whether this is the identity's only permission for phones.
fn phones_by(identity: &Identity, permission: &str) -> bool {
    let phones = identity.scopes.iter().filter(|scope| scope.get(..PHONES.len()).is_some_and(|start| start.eq_ignore_ascii_case(PHONES)));
    only_phones(identity) && phones.into_iter().all(|scope| scope.eq_ignore_ascii_case(permission))
}

/// Whether the identity has a role that every edition supports.
fn administers(identity: &Identity) -> bool {
    has_role(identity, AUTHENTICATION) || has_role(identity, PRIVILEGED)
}

fn has_role(identity: &Identity, role: &str) -> bool {
    identity.roles.iter().any(|own| own.eq_ignore_ascii_case(role))
}

/// Whether this is the identity's only role for phones. A second one would hide that the endpoint ignores the first.
fn only_role(identity: &Identity, role: &str) -> bool {
    [AUTHENTICATION, PRIVILEGED, GLOBAL].into_iter().all(|other| has_role(identity, other) == (other == role))
}

/// Why a caller can't be played, and what to add to the target file.
pub(super) fn missing(caller: Caller) -> Reason {
    let all = "scopes = [\"UserAuthenticationMethod.ReadWrite.All\"]";
    let add = match caller {
        Caller::Administrator | Caller::OtherScheme => {
            format!("kind = \"delegated\", {all}, roles = [\"Privileged Authentication Administrator\"]")
        }
        Caller::AuthenticationAdministrator => format!("kind = \"delegated\", {all}, roles = [\"{AUTHENTICATION}\"]"),
        Caller::PrivilegedAuthenticationAdministrator => format!("kind = \"delegated\", {all}, roles = [\"{PRIVILEGED}\"]"),
        Caller::GlobalAdministrator => format!("kind = \"delegated\", {all}, roles = [\"{GLOBAL}\"], in a target of the legacy edition"),
        Caller::GlobalReader => format!("kind = \"delegated\", {all}, roles = [\"{READER}\"]"),
        Caller::AdministratorWithoutPermission => format!("kind = \"delegated\", scopes = [\"User.Read\"], roles = [\"{AUTHENTICATION}\"]"),
        Caller::AdministratorWithPhonePermission => {
            format!("kind = \"delegated\", scopes = [\"{PHONE_WRITE_ALL}\"], roles = [\"{AUTHENTICATION}\"]")
        }
        Caller::AdministratorWithPermissionToRead => {
            format!("kind = \"delegated\", scopes = [\"{PHONE_READ_ALL}\"], roles = [\"{AUTHENTICATION}\"]")
        }
        Caller::WithoutRole => format!("kind = \"delegated\", {all}, roles = []"),
        Caller::Application => format!("kind = \"application\", {all}"),
        Caller::ApplicationWithPhonePermission => format!("kind = \"application\", scopes = [\"{PHONE_WRITE_ALL}\"]"),
        Caller::ApplicationWithPermissionToRead => format!("kind = \"application\", scopes = [\"{PHONE_READ_ALL}\"]"),
        Caller::ApplicationWithoutPermission => "kind = \"application\", scopes = [\"User.Read.All\"]".to_owned(),
        Caller::PersonalAccount => "kind = \"personal\", scopes = [\"UserAuthenticationMethod.ReadWrite\"]".to_owned(),
        Caller::User | Caller::FellowUser => {
            "kind = \"delegated\", scopes = [\"UserAuthenticationMethod.ReadWrite\"], roles = [], user = one of [[users]]".to_owned()
        }
        Caller::UserWithPhonePermission => {
            format!("kind = \"delegated\", scopes = [\"{PHONE_WRITE_OWN}\"], roles = [], user = one of [[users]]")
        }
        Caller::UserWithPermissionToRead => {
            format!("kind = \"delegated\", scopes = [\"{PHONE_READ_OWN}\"], roles = [], user = one of [[users]]")
        }
        Caller::UserWithoutPermission => "kind = \"delegated\", scopes = [\"User.Read\"], roles = [], user = one of [[users]]".to_owned(),
        Caller::WithoutToken | Caller::GarbageToken | Caller::EmptyBearer => String::new(),
    };
    let who = if caller == Caller::Administrator { "an administrator who may change users" } else { caller.phrase() };
    Reason::Lacks(format!("{who}: add to [[identities]] in the target file one with {add}"))
}

#[cfg(test)]
mod tests;
