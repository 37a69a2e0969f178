//! Who can call: identities and where their tokens come from.

use super::document::{Table, Value};
use super::endpoint::{choice, variable_name};
use super::error::{Complaint, Mistake};
use super::{Identity, IdentityKind, Secret, TokenSource, keys, token};

impl IdentityKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Delegated, Self::Application, Self::Personal];

    /// The kind as the target file spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delegated => "delegated",
            Self::Application => "application",
            Self::Personal => "personal",
        }
    }
}

/// Reads the identities, in the order of the file.
pub(super) fn identities(value: Value<'_>) -> Result<Vec<Identity>, Mistake> {
    let mut identities: Vec<Identity> = Vec::new();
    for item in value.items()? {
        let table = item.table(keys::IDENTITIES)?;
        let name = table.require("name")?;
        let identity = identity(table)?;
        if identities.iter().any(|other| other.name == identity.name) {
            return Err(name.mistake(format!("two identities have the name `{}`", identity.name)));
        }
        identities.push(identity);
    }
    Ok(identities)
}

fn identity(table: Table<'_>) -> Result<Identity, Mistake> {
    let name = table.require("name")?.words()?.to_owned();
    let kind = choice(table.require("kind")?, IdentityKind::ALL, IdentityKind::name)?;
    let user = match table.find("user") {
        Some(value) if kind == IdentityKind::Application => {
            return Err(value.mistake(format!("the application `{name}` has a `user`, but nobody is signed in to an application's token")));
        }
        Some(value) => Some(value.words()?.to_owned()),
        None if kind == IdentityKind::Application => None,
        None => {
            let complaint = Complaint::new(format!("the identity `{name}` has no `user`"));
            return Err(complaint.hint("say who is signed in, by id or user principal name").at(table.at()));
        }
    };
    Ok(Identity {
        scopes: words(table.find("scopes"))?,
        roles: words(table.find("roles"))?,
        token: token_source(table.require("token")?)?,
        name,
        kind,
        user,
    })
}

fn words(value: Option<Value<'_>>) -> Result<Vec<String>, Mistake> {
    let Some(value) = value else { return Ok(Vec::new()) };
    value.items()?.into_iter().map(|item| Ok(item.words()?.to_owned())).collect()
}

fn token_source(value: Value<'_>) -> Result<TokenSource, Mistake> {
    const WANTED: &str = "a string, { env = \"NAME\" } or { command = [\"program\", \"argument\"] }";
    if let Some(literal) = value.as_string() {
        token::check(literal).map_err(|flaw| value.mistake(format!("the token {flaw}")))?;
        return Ok(TokenSource::Literal(Secret::new(literal)));
    }
    if !value.is_table() {
        return Err(value.wrong_kind(WANTED));
    }
    let table = value.table(keys::TOKEN)?;
    if table.entries().len() != 1 {
        return Err(value.wrong(Complaint::new("a token has exactly one source").hint(format!("write {WANTED}"))));
    }
    if let Some(variable) = table.find("env") {
        return Ok(TokenSource::Env(variable_name(variable)?.to_owned()));
    }
    if let Some(command) = table.find("command") {
        let words = command.items()?.into_iter().map(|item| Ok(item.string()?.to_owned())).collect::<Result<Vec<_>, Mistake>>()?;
        if words.first().is_none_or(String::is_empty) {
            return Err(command.mistake("`command` must begin with the name of a program"));
        }
        return Ok(TokenSource::Command(words));
    }
    Err(client_credentials(table.require("client_credentials")?))
}

/// What is wrong with a client's credentials: if nothing else, that nobody fetches tokens with them yet.
fn client_credentials(value: Value<'_>) -> Mistake {
    let shape = || -> Result<(), Mistake> {
        let table = value.table(keys::CREDENTIALS)?;
        table.require("tenant")?.words()?;
        table.require("client_id")?.words()?;
        let secret = table.require("client_secret")?;
        if secret.is_table() {
            variable_name(secret.table(keys::CLIENT_SECRET)?.require("env")?)?;
        } else if secret.as_string().is_none() {
            return Err(secret.wrong_kind("a string or { env = \"NAME\" }"));
        }
        table.find("token_url").map_or(Ok(""), |url| url.words())?;
        Ok(())
    };
    shape().err().unwrap_or_else(|| {
        let complaint = Complaint::new("`client_credentials` is not supported yet");
        value.wrong(complaint.hint("print the token with `command`, or put it into a variable named by `env`"))
    })
}
