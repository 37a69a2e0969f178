//! Identifies the caller and decides what the caller may do.

use std::collections::HashMap;

use super::answer::Refusal;
use super::call::Call;
use super::cast::{Cast, CastIdentity, CastKind, Directory};
use crate::api::{Edition, Operation};

/// A permission for phones, from either family of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Permission {
    /// Covers phones only and no other method. Only the newer permissions do.
    phones_only: bool,
    /// Covers writes as well as reads.
    write: bool,
    /// Covers other users too.
    all: bool,
}

impl Permission {
    /// Parses a permission's name; `None` if it does not cover phones.
    fn parse(name: &str) -> Option<Self> {
        let (family, rest) = name.split_once('.')?;
        let phones_only = match family {
            "UserAuthenticationMethod" => false,
            "UserAuthMethod-Phone" => true,
            _ => return None,
        };
        let (write, all) = match rest {
            "Read" => (false, false),
            "Read.All" => (false, true),
            "ReadWrite" => (true, false),
            "ReadWrite.All" => (true, true),
            _ => return None,
        };
        Some(Self { phones_only, write, all })
    }

    fn covers(self, call: &Call<'_>) -> bool {
        if self.write {
            return true;
        }
        if is_read(call.operation) { !call.has(".permission-to-read-refused") } else { call.has(".permission-to-read-lets-write") }
    }
}

/// The owner of a token.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    kind: CastKind,
    permissions: Vec<Permission>,
    roles: Vec<String>,
    /// The signed-in account.
    pub account: Option<usize>,
}

impl Caller {
    /// A caller who passes every check; only faults use it.
    fn all_powerful() -> Self {
        Self {
            kind: CastKind::Application,
            permissions: vec![Permission { phones_only: false, write: true, all: true }],
            roles: Vec::new(),
            account: None,
        }
    }

    /// Whether a work or school account is signed in.
    pub fn is_work_account(&self) -> bool {
        self.kind == CastKind::Delegated
    }
}

/// All tokens that the server issued.
#[derive(Debug)]
pub(super) struct Callers(HashMap<String, Caller>);

impl Callers {
    pub fn new(cast: &Cast, directory: &Directory) -> Self {
        let caller = |identity: &CastIdentity| Caller {
            kind: identity.kind,
            permissions: identity.scopes.iter().filter_map(|scope| Permission::parse(scope)).collect(),
            roles: identity.roles.clone(),
            account: identity.user.as_ref().and_then(|user| directory.find(user)),
        };
        Self(cast.identities.iter().map(|identity| (identity.token.clone(), caller(identity))).collect())
    }

    /// Checks that the `Authorization` header contains an issued token, of any caller.
    pub fn known(&self, authorization: Option<&str>) -> Result<(), Refusal> {
        let token = authorization.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        match token.map(|(_, token)| token.trim()) {
            None | Some("") => Err(Refusal::unauthenticated("Access token is empty.")),
            Some(token) if self.0.contains_key(token) => Ok(()),
            Some(_) => Err(Refusal::unauthenticated("The access token is none that this server has issued.")),
        }
    }

    /// Whether the token in the `Authorization` header belongs to an application.
    pub fn is_application(&self, authorization: Option<&str>) -> bool {
        let token = authorization.and_then(|text| text.split_once(' ')).map(|(_, token)| token.trim());
        token.and_then(|token| self.0.get(token)).is_some_and(|caller| caller.kind == CastKind::Application)
    }

    /// Identifies the caller from the `Authorization` header.
    pub fn authenticate(&self, call: &Call<'_>, authorization: Option<&str>) -> Result<Caller, Refusal> {
        let Some(authorization) = authorization else {
            if call.has(".no-token-accepted") {
                return Ok(Caller::all_powerful());
            }
            if call.has(".no-token-is-500") {
                return Err(Refusal::failure());
            }
            if call.has(".no-token-is-403") {
                return Err(Refusal::denied());
            }
            return Err(Refusal::unauthenticated("Access token is empty."));
        };
        if call.has(".bare-token-accepted")
            && let Some(caller) = self.0.get(authorization)
        {
            return Ok(caller.clone());
        }
        let (scheme, token) = authorization.split_once(' ').unwrap_or((authorization, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            if call.has(".other-scheme-accepted") {
                return Ok(Caller::all_powerful());
            }
            return Err(Refusal::unauthenticated("Access token is empty."));
        }
        let token = token.trim();
        if token.is_empty() {
            if call.has(".empty-token-accepted") {
                return Ok(Caller::all_powerful());
            }
            return Err(Refusal::unauthenticated("Access token is empty."));
        }
        match self.0.get(token) {
            Some(caller) => Ok(caller.clone()),
            None if call.has(".garbage-token-accepted") => Ok(Caller::all_powerful()),
            None => Err(Refusal::unauthenticated("The access token is none that this server has issued.")),
        }
    }
}

/// Checks that a caller may do what the call asks. `addressed` is the account in the path, if it exists.
pub(super) fn authorise(call: &Call<'_>, caller: &Caller, addressed: Option<usize>) -> Result<(), Refusal> {
    let allowed = match caller.kind {
        CastKind::Personal => call.has(".personal-account-accepted") || call.through_me() && call.has(".personal-account-has-me"),
        CastKind::Application => {
            if call.through_me() && !call.has(".application-has-me") {
                return Err(Refusal::gateway("/me request is only valid with delegated authentication flow."));
            }
            !call.has(".application-refused")
                && (has_permission(call, caller, true, ".application-phone-permission-unknown")
                    || call.has(".application-permission-unchecked"))
        }
        CastKind::Delegated if addressed.is_some() && addressed == caller.account => may_manage_oneself(call, caller),
        CastKind::Delegated => may_manage_others(call, caller),
    };
    if allowed { Ok(()) } else { Err(Refusal::denied()) }
}

fn may_manage_oneself(call: &Call<'_>, caller: &Caller) -> bool {
    let self_service = match (call.edition, call.operation) {
        // In the current edition, users may not add or change their own phones.
        (Edition::Current, Operation::Create | Operation::Update) => {
            call.has(if call.through_me() { ".me-accepted" } else { ".own-id-accepted" })
                || call.has(".own-phones-of-administrators") && caller.roles.iter().any(|role| supports(call, role))
        }
        _ => !call.has(".self-is-refused"),
    };
    self_service && (has_permission(call, caller, false, ".self-phone-permission-unknown") || call.has(".own-permission-unchecked"))
}

fn may_manage_others(call: &Call<'_>, caller: &Caller) -> bool {
    if call.has(".own-permission-reaches-others") && caller.permissions.iter().any(|held| !held.all && held.covers(call)) {
        return true;
    }
    (has_permission(call, caller, true, ".phone-permission-unknown") || call.has(".delegated-permission-unchecked"))
        && (caller.roles.iter().any(|role| supports(call, role)) || call.has(".role-unchecked"))
}

/// Whether a permission of the caller covers the call. If the server makes the mistake `unknown`, it ignores
/// permissions for phones only.
fn has_permission(call: &Call<'_>, caller: &Caller, on_others: bool, unknown: &str) -> bool {
    let mut known = caller.permissions.iter().filter(|held| !held.phones_only || !call.has(unknown));
    known.any(|held| held.covers(call) && (held.all || !on_others))
}

/// Whether a role lets its holder act on other users.
fn supports(call: &Call<'_>, role: &str) -> bool {
    match role {
        "Authentication Administrator" => !call.has(".authentication-administrator-refused"),
        "Privileged Authentication Administrator" => !call.has(".privileged-authentication-administrator-refused"),
        "Global Administrator" => call.edition == Edition::Legacy && !call.has(".global-administrator-refused"),
        "Global Reader" if is_read(call.operation) => !call.has(".global-reader-refused"),
        "Global Reader" => call.has(".global-reader-accepted"),
        _ => false,
    }
}

fn is_read(operation: Operation) -> bool {
    matches!(operation, Operation::List | Operation::Get)
}

#[cfg(test)]
mod tests {
    use super::super::fault::Faults;
    use super::super::path::Owner;
    use super::*;
    use crate::api::ApiVersion;

    fn allowed(operation: Operation, edition: Edition, me: bool, kind: CastKind, scope: &str, roles: &[&str]) -> bool {
        let faults = Faults::default();
        let owner = if me { Owner::Me } else { Owner::User("kim".to_owned()) };
        let call = Call { edition, operation, owner, ..Call::example(&faults, ApiVersion::V1) };
        let caller = Caller {
            kind,
            permissions: Permission::parse(scope).into_iter().collect(),
            roles: roles.iter().map(|&role| role.to_owned()).collect(),
            account: (kind != CastKind::Application).then_some(0),
        };
        authorise(&call, &caller, me.then_some(0).or(Some(1))).is_ok()
    }

    #[test]
    fn an_administrator_needs_the_permission_for_all_and_a_role() {
        for &operation in Operation::ALL {
            let may = |scope, roles: &[&str]| allowed(operation, Edition::Current, false, CastKind::Delegated, scope, roles);
            assert!(may("UserAuthenticationMethod.ReadWrite.All", &["Authentication Administrator"]));
            assert!(may("UserAuthMethod-Phone.ReadWrite.All", &["Privileged Authentication Administrator"]));
            assert!(!may("UserAuthenticationMethod.ReadWrite.All", &[]));
            assert!(!may("UserAuthenticationMethod.ReadWrite.All", &["Global Administrator"]));
            assert!(!may("UserAuthenticationMethod.ReadWrite", &["Authentication Administrator"]));
            assert!(!may("User.Read", &["Authentication Administrator"]));
            assert_eq!(may("UserAuthMethod-Phone.Read.All", &["Global Reader"]), is_read(operation));
        }
        let everything = "UserAuthenticationMethod.ReadWrite.All";
        assert!(allowed(Operation::Create, Edition::Legacy, false, CastKind::Delegated, everything, &["Global Administrator"]));
    }

    #[test]
    fn users_may_manage_but_not_add_or_change_their_own_phones() {
        for &operation in Operation::ALL {
            let may = |edition, scope| allowed(operation, edition, true, CastKind::Delegated, scope, &[]);
            let closed = matches!(operation, Operation::Create | Operation::Update);
            assert_eq!(may(Edition::Current, "UserAuthenticationMethod.ReadWrite"), !closed);
            assert!(may(Edition::Legacy, "UserAuthMethod-Phone.ReadWrite"));
            assert_eq!(may(Edition::Legacy, "UserAuthenticationMethod.Read"), is_read(operation));
            assert!(!may(Edition::Legacy, "User.Read"));
        }
    }

    #[test]
    fn an_application_needs_no_role_and_cannot_use_me() {
        for &operation in Operation::ALL {
            let may = |me, scope| allowed(operation, Edition::Current, me, CastKind::Application, scope, &[]);
            assert!(may(false, "UserAuthMethod-Phone.ReadWrite.All"));
            assert!(!may(false, "User.Read.All"));
            assert!(!may(true, "UserAuthMethod-Phone.ReadWrite.All"));
        }
    }

    #[test]
    fn a_personal_account_may_do_nothing() {
        for &operation in Operation::ALL {
            for me in [true, false] {
                let scope = "UserAuthenticationMethod.ReadWrite.All";
                assert!(!allowed(operation, Edition::Legacy, me, CastKind::Personal, scope, &["Authentication Administrator"]));
            }
        }
    }
}
