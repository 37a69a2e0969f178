//! The scopes and roles that the documents name. A misspelt name is an error, because it would silently skip the rules
//! that need its identity.

use std::collections::BTreeSet;

use crate::words::words;

use super::document::Value;
use super::error::{Complaint, Mistake};
use super::nearest;

/// Scopes of sign-in itself, which any token may have.
const OPENID: &[&str] = &["openid", "profile", "email", "offline_access"];
/// The prefix of this API's scopes; any other scope with this prefix is misspelt.
const FAMILY: &str = "userauth";

/// The last words of roles from other documents. No rule asks what they allow.
const OTHER_ROLES: &[&str] = &[" Administrator", " Reader", " Operator", " Developer", " Writer", " Inviter"];

/// The permissions of the API, and the other scopes that callers in scenarios have.
fn scopes() -> Vec<&'static str> {
    let mut scopes: Vec<&str> = words().permissions.iter().map(|permission| permission.name.as_str()).collect();
    let others: BTreeSet<&str> =
        words().cast.iter().filter_map(|member| member.scope.as_deref()).filter(|one| !scopes.contains(one)).collect();
    scopes.extend(others);
    scopes
}

/// Reads a scope: one that the documents of this API name, or one in the form that other documents use.
pub(super) fn scope(value: Value<'_>) -> Result<String, Mistake> {
    let (scope, known) = (value.words()?, scopes());
    let other = || {
        // For example `Directory.Read.All`.
        let pieces: Vec<&str> = scope.split('.').collect();
        let is_word = |piece: &&str| {
            piece.starts_with(|c: char| c.is_ascii_uppercase()) && piece.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        pieces.len() > 1 && pieces.iter().all(is_word) && !scope.to_ascii_lowercase().starts_with(FAMILY) && !misspelt(scope, &known)
    };
    if is_one_of(scope, &known) || OPENID.contains(&scope) || other() {
        return Ok(scope.to_owned());
    }
    Err(unknown(value, "scope", scope, &known))
}

/// Reads a role in the same way as a scope.
pub(super) fn role(value: Value<'_>) -> Result<String, Mistake> {
    let (role, known) = (value.words()?, words().roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>());
    let other = || OTHER_ROLES.iter().any(|end| role.ends_with(end)) && !misspelt(role, &known);
    if is_one_of(role, &known) || other() {
        return Ok(role.to_owned());
    }
    Err(unknown(value, "role", role, &known))
}

fn is_one_of(name: &str, known: &[&str]) -> bool {
    known.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a name differs from a known one in at most two letters.
fn misspelt(name: &str, known: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    known.iter().any(|known| strsim::damerau_levenshtein(&known.to_ascii_lowercase(), &name) <= 2)
}

fn unknown(value: Value<'_>, what: &str, name: &str, known: &[&str]) -> Mistake {
    let complaint = Complaint::new(format!("no document knows the {what} `{}`", name.escape_debug()));
    let listed = || known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
    let hint =
        nearest(name, known).map_or_else(|| format!("the documents know {}", listed()), |nearest| format!("did you mean `{nearest}`?"));
    value.wrong(complaint.hint(hint))
}

#[cfg(test)]
mod tests {
    use crate::target::Target;

    /// The message for a target whose identity has this scope and this role.
    fn said(scope: &str, role: &str) -> String {
        let text = format!(
            "name = \"t\"\nbase_url = \"http://127.0.0.1:1\"\n[[identities]]\nname = \"a\"\nkind = \"delegated\"\nuser = \"x\"\n\
             scopes = [\"{scope}\"]\nroles = [\"{role}\"]\ntoken = \"x\"\n[[users]]\nid = \"1\"\n"
        );
        match Target::parse(&text, "t.toml", &|_| None) {
            Ok(_) => String::new(),
            Err(error) => format!("{error}\n{}", error.hint().unwrap_or_default()),
        }
    }

    #[test]
    fn an_unknown_scope_is_an_error() {
        let role = "Global Reader";
        for scope in ["User.Read", "userauthenticationmethod.readwrite.all", "Directory.Read.All", "User.ReadBasic.All", "openid"] {
            assert_eq!(said(scope, role), "", "{scope}");
        }
        for (scope, meant) in [
            ("UserAuthenticationMethod.ReadWrite.Al", "UserAuthenticationMethod.ReadWrite.All"),
            ("UserAuthenticationMethods.ReadWrite", "UserAuthenticationMethod.ReadWrite"),
            ("User.Raed", "User.Read"),
        ] {
            let text = format!("no document knows the scope `{scope}`\ndid you mean `{meant}`?");
            assert!(said(scope, role).ends_with(&text), "{}", said(scope, role));
        }
        assert!(said("moon", role).contains("no document knows the scope `moon`\nthe documents know `UserAuth"), "{}", said("moon", role));
    }

    #[test]
    fn an_unknown_role_is_an_error() {
        for role in ["Authentication Administrator", "global administrator", "User Administrator", "Authentication Policy Administrator"] {
            assert_eq!(said("User.Read", role), "", "{role}");
        }
        for (role, meant) in [
            ("Authentication Admin", "Authentication Administrator"),
            ("Global Administratr", "Global Administrator"),
            ("Globl Administrator", "Global Administrator"),
        ] {
            let text = format!("no document knows the role `{role}`\ndid you mean `{meant}`?");
            assert!(said("User.Read", role).ends_with(&text), "{}", said("User.Read", role));
        }
        assert!(said("User.Read", "king").contains("no document knows the role `king`"), "{}", said("User.Read", "king"));
    }
}
