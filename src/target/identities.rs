//! The identities that can send requests, and the sources of their tokens.

use super::credentials::{self, Issuer};
use super::document::{Table, Value};
use super::endpoint::{choice, variable_name};
use super::error::{Complaint, Mistake};
use super::{Identity, IdentityKind, Secret, SecretSource, TokenSource, keys, permissions, token};

/// Reads the identities, in the order of the file.
pub(super) fn identities(value: Value<'_>, issuer: &Issuer) -> Result<Vec<Identity>, Mistake> {
    let mut identities: Vec<Identity> = Vec::new();
    for item in value.items()? {
        let table = item.table(keys::IDENTITIES)?;
        let name = table.require("name")?;
        let identity = identity(table, issuer)?;
        if identities.iter().any(|other| other.name == identity.name) {
            return Err(name.mistake(format!("two identities have the name `{}`", identity.name)));
        }
        identities.push(identity);
    }
    Ok(identities)
}

fn identity(table: Table<'_>, issuer: &Issuer) -> Result<Identity, Mistake> {
    let name = table.require("name")?.words()?.to_owned();
    let kind = choice(table.require("kind")?, IdentityKind::ALL, IdentityKind::name)?;
    let roles = each(table.find("roles"), permissions::role)?;
    let user = match table.find("user") {
        Some(value) if kind == IdentityKind::Application => {
            return Err(value.mistake(format!("the application `{name}` has a `user`, but an application's token has no signed-in user")));
        }
        Some(value) => Some(value.words()?.to_owned()),
        // No rule needs to know which account an administrator has.
        None if kind == IdentityKind::Application || kind == IdentityKind::Delegated && !roles.is_empty() => None,
        None => {
            let complaint = Complaint::new(format!("the identity `{name}` has no `user`"));
            return Err(complaint.hint("say who is signed in, by id or user principal name").at(table.at()));
        }
    };
    Ok(Identity {
        scopes: each(table.find("scopes"), permissions::scope)?,
        roles,
        token: token_source(table.require("token")?, &name, kind, issuer)?,
        name,
        kind,
        user,
    })
}

fn each(value: Option<Value<'_>>, read: impl Fn(Value<'_>) -> Result<String, Mistake>) -> Result<Vec<String>, Mistake> {
    let Some(value) = value else { return Ok(Vec::new()) };
    value.items()?.into_iter().map(read).collect()
}

fn token_source(value: Value<'_>, name: &str, kind: IdentityKind, issuer: &Issuer) -> Result<TokenSource, Mistake> {
    const WANTED: &str = "a string, { env = \"NAME\" }, { command = [\"program\", \"argument\"] } or { client_credentials = { … } }";
    if let Some(literal) = value.as_string() {
        token::check(literal).map_err(|flaw| value.mistake(format!("the token {flaw}")))?;
    } else if !value.is_table() {
        return Err(value.wrong_kind(WANTED));
    } else {
        let table = value.table(keys::TOKEN)?;
        if table.entries().len() != 1 {
            return Err(value.wrong(Complaint::new("a token has exactly one source").hint(format!("write {WANTED}"))));
        }
        if let Some(credentials) = table.find("client_credentials") {
            return Ok(TokenSource::ClientCredentials(credentials::client_credentials(credentials, name, kind, issuer)?));
        }
    }
    Ok(TokenSource::Given(secret_source(value, keys::TOKEN)?))
}

/// Reads the source of a secret: text, or a table with the keys that `schema` lists.
pub(super) fn secret_source(value: Value<'_>, schema: &'static str) -> Result<SecretSource, Mistake> {
    if let Some(literal) = value.as_string() {
        return Ok(SecretSource::Literal(Secret::new(literal)));
    }
    let table = value.table(schema)?;
    if table.entries().len() != 1 {
        let complaint = Complaint::new(format!("{} has exactly one source", value.subject()));
        return Err(value.wrong(complaint.hint("write a string, { env = \"NAME\" } or { command = [\"program\", \"argument\"] }")));
    }
    if let Some(variable) = table.find("env") {
        return Ok(SecretSource::Env(variable_name(variable)?.to_owned()));
    }
    let command = table.require("command")?;
    let words = command.items()?.into_iter().map(|item| Ok(item.string()?.to_owned())).collect::<Result<Vec<_>, Mistake>>()?;
    if words.first().is_none_or(String::is_empty) {
        return Err(command.mistake("`command` must begin with the name of a program"));
    }
    Ok(SecretSource::Command(words))
}
