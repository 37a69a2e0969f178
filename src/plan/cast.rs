//! Decides which identities of a target can play which caller.

use std::collections::BTreeMap;

use crate::api::Edition;
use crate::suite::Caller;
use crate::target::{Identity, IdentityKind, Target};
use crate::words::{SignedIn, words};

use super::{Lack, Reason};

/// The prefix of every permission for authentication methods, which include phones.
const METHODS: &str = "UserAuthenticationMethod.";
/// The prefix of every permission for phones alone.
const PHONES: &str = "UserAuthMethod-Phone.";

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
    /// The cast of a target.
    pub fn new(target: &'a Target) -> Self {
        let players: BTreeMap<Caller, Vec<usize>> = Caller::ALL.iter().map(|caller| (*caller, players(target, *caller))).collect();
        Self {
            signed_in: target.identities.iter().map(|identity| signed_in(target, identity)).collect(),
            administrators: administrators(target, &players),
            target,
            players,
        }
    }

    /// Whether any identity can play this caller for some user.
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

    /// The identities that can manage users, the best first: privileged authentication administrators, applications,
    /// authentication administrators, global administrators.
    pub fn administrators(&self) -> &[usize] {
        &self.administrators
    }

    /// The index of the identity that plays a caller when this user is under test. For a caller without a valid token,
    /// the index has no meaning.
    pub fn identity(&self, caller: Caller, user: Option<usize>) -> Option<usize> {
        match caller {
            Caller::WithoutToken | Caller::GarbageToken | Caller::EmptyBearer => Some(0),
            Caller::Administrator | Caller::OtherScheme | Caller::BareToken => self.administrators().first().copied(),
            _ if caller.is_the_user() => {
                self.playing(caller).find(|index| self.signed_in[*index].is_some_and(|own| user.is_none_or(|user| own == user)))
            }
            Caller::FellowUser => self.playing(caller).find(|index| user.is_none_or(|user| self.is_somebody_else(*index, user))),
            // The caller must not be the user under test, because users may do more to themselves than to others.
            _ => self.playing(caller).find(|index| user.is_none() || self.signed_in[*index] != user),
        }
    }

    /// Whether a user can manage users. Scenarios avoid such users, because administrators may not do everything to
    /// themselves that scenarios set up.
    pub fn is_administrator(&self, user: usize) -> bool {
        self.administrators().iter().any(|identity| self.signed_in[*identity] == Some(user))
    }

    /// The index of the target's user that an identity is signed in as.
    pub fn signed_in(&self, identity: usize) -> Option<usize> {
        self.signed_in[identity]
    }

    /// Whether an identity certainly belongs to another user. If only an id and a user principal name are known, they
    /// may be the same user.
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
    let masks = |role: &String| words().roles.iter().any(|known| known.masked && known.name.eq_ignore_ascii_case(role));
    identity.kind == IdentityKind::Delegated
        && identity.roles.iter().any(masks)
        && !identity.roles.iter().any(|role| words().writes(role) && !masks(role))
}

/// The identities that can play a caller. An identity with only the newer permissions, which are for phones only, plays
/// it only if no other identity can. So an endpoint that does not know the newer permissions fails only the rules about
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

/// The index of the target's user that an identity is signed in as.
fn signed_in(target: &Target, identity: &Identity) -> Option<usize> {
    let name = identity.user.as_deref()?;
    target.users.iter().position(|user| {
        user.id.eq_ignore_ascii_case(name) || user.user_principal_name.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(name))
    })
}

fn plays(identity: &Identity, caller: Caller, edition: Edition) -> bool {
    let member = caller.member();
    let Some((kind, scope)) = member.kind.zip(member.scope.as_deref()) else { return false };
    kind == identity.kind
        && member.edition.is_none_or(|only| only == edition)
        && match kind {
            IdentityKind::Personal => true,
            IdentityKind::Application => has_scope(identity, scope),
            IdentityKind::Delegated => has_scope(identity, scope) && has_roles(identity, &member.roles),
        }
}

/// Whether an identity has the permission `scope`.
///
/// - To write authentication methods: the identity may have the permission by its newer name, but none that reaches
///   further.
/// - Any other permission for phones: the identity must have no other permission for phones.
/// - A permission for something else: the identity must have no permission for phones.
fn has_scope(identity: &Identity, scope: &str) -> bool {
    match scope.strip_prefix(METHODS) {
        Some(reach) if reach.starts_with("ReadWrite") => {
            let has = |reach: &str| [METHODS, PHONES].iter().any(|family| has(&identity.scopes, &format!("{family}{reach}")));
            has(reach) && (reach.ends_with(".All") || !has(&format!("{reach}.All")))
        }
        None if !scope.starts_with(PHONES) => without_permission(identity),
        _ => only_by(identity, scope),
    }
}

/// Whether an identity has one of these roles, and no other role that changes what it may do.
fn has_roles(identity: &Identity, wanted: &[String]) -> bool {
    let writes = wanted.iter().any(|role| words().writes(role));
    let mut others = identity.roles.iter().filter(|role| !has(wanted, role));
    (wanted.is_empty() || wanted.iter().any(|role| has(&identity.roles, role))) && others.all(|other| writes && !words().writes(other))
}

/// Whether a name is in a list. Upper and lower case count as equal.
fn has(list: &[String], name: &str) -> bool {
    list.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// Whether an identity has a permission with this prefix.
fn has_of(identity: &Identity, family: &str) -> bool {
    identity.scopes.iter().any(|scope| starts_with(scope, family))
}

fn starts_with(scope: &str, family: &str) -> bool {
    scope.get(..family.len()).is_some_and(|start| start.eq_ignore_ascii_case(family))
}

fn without_permission(identity: &Identity) -> bool {
    !has_of(identity, METHODS) && !has_of(identity, PHONES)
}

/// Whether an identity has access to phones only through the newer permissions, which are for phones only.
fn only_phones(identity: &Identity) -> bool {
    has_of(identity, PHONES) && !has_of(identity, METHODS)
}

/// Whether this is the identity's only permission for phones.
fn only_by(identity: &Identity, permission: &str) -> bool {
    let of_phones = |scope: &&String| starts_with(scope, METHODS) || starts_with(scope, PHONES);
    let mut own = identity.scopes.iter().filter(of_phones).peekable();
    own.peek().is_some() && own.all(|scope| scope.eq_ignore_ascii_case(permission))
}

/// Why a caller can't be played, and what to add to the target file.
pub(super) fn missing(caller: Caller) -> Reason {
    let shown = match caller {
        Caller::Administrator | Caller::OtherScheme | Caller::BareToken => Caller::PrivilegedAuthenticationAdministrator,
        other => other,
    };
    let member = shown.member();
    let mut add: Vec<String> = member.settings().into_iter().map(|(key, value)| format!("{key} = {value}")).collect();
    if member.kind == Some(IdentityKind::Delegated) && member.roles.is_empty() {
        add.push("roles = []".to_owned());
    }
    if matches!(member.signed_in, Some(SignedIn::TheUser | SignedIn::AnotherUser)) {
        add.push("user = one of [[users]]".to_owned());
    }
    add.extend(member.edition.map(|edition| format!("in a target of the {edition} edition")));
    let who = if caller == Caller::Administrator { "an administrator who may change users" } else { caller.phrase() };
    Reason::Lacks(Lack::in_file(who, format!("add to [[identities]] in the target file one with {}", add.join(", "))))
}

#[cfg(test)]
mod tests;
