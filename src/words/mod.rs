//! The words of the API, from `features/api.toml`, and its callers, from `features/cast.toml`.
//!
//! The reference server does not read these files. It has its own words, so that a mistake in the files shows. Code
//! distinguishes types, states and callers, so there are enums with the same names; `suite` compares them with the
//! files.

mod error;
mod file;

pub use error::SuiteError;
pub use file::{place, read};

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;
use std::{fs, io};

use serde::Deserialize;

use crate::api::{ApiVersion, Edition, IdentityKind, Operation};

/// The two files that are built into the program.
const EMBEDDED: [&str; 2] = [include_str!("../../features/api.toml"), include_str!("../../features/cast.toml")];
/// Their names in a folder of features.
const NAMES: [&str; 2] = ["api.toml", "cast.toml"];

/// The words in use. They are chosen once, before anything is sent.
static WORDS: OnceLock<Words> = OnceLock::new();

/// The words in use: the built-in ones, unless others were read from a folder first.
pub fn words() -> &'static Words {
    WORDS.get_or_init(|| {
        let [api, cast] = EMBEDDED;
        parse(&["features/api.toml", "features/cast.toml"].map(str::to_owned), [api, cast]).expect("a test reads the built-in files")
    })
}

/// Reads the words from a folder of features. If the folder lacks a file, the built-in file is used. `complete` checks
/// that no word is missing; it gets the paths of both files.
///
/// # Errors
/// Fails if a file can't be read, is not valid or lacks a word, or if the program already uses other words.
pub fn read_from(folder: &Path, complete: impl FnOnce(&Words, &[String; 2]) -> Result<(), SuiteError>) -> Result<(), SuiteError> {
    let paths = NAMES.map(|name| folder.join(name));
    let text = |path: &Path, built_in: &str| match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(built_in.to_owned()),
        text => text.map_err(|error| SuiteError::file(path.display().to_string(), format!("can't be read: {error}"))),
    };
    let texts = [text(&paths[0], EMBEDDED[0])?, text(&paths[1], EMBEDDED[1])?];
    let paths = paths.map(|path| path.display().to_string());
    let read = parse(&paths, texts.each_ref().map(String::as_str))?;
    complete(&read, &paths)?;
    if *WORDS.get_or_init(|| read.clone()) == read {
        return Ok(());
    }
    Err(SuiteError::file(folder.display().to_string(), "api.toml or cast.toml changed while the program runs").with_hint("start it again"))
}

/// The words of the API.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What all requests share.
    pub wire: Wire,
    /// The properties of a phone.
    #[serde(rename = "property")]
    pub properties: Vec<Word>,
    /// The values of `phoneType`.
    #[serde(rename = "type")]
    pub types: Vec<Word>,
    /// The values of `smsSignInState`.
    #[serde(rename = "state")]
    pub states: Vec<Word>,
    /// The permissions.
    #[serde(rename = "permission")]
    pub permissions: Vec<Word>,
    /// The roles of signed-in users.
    #[serde(rename = "role")]
    pub roles: Vec<Word>,
    /// Who may read, and who may write.
    pub access: Access,
    #[serde(rename = "operation")]
    operations: Vec<OperationWords>,
    /// The callers, from the other file.
    #[serde(skip)]
    pub cast: Vec<Member>,
}

/// What all requests share. A name in braces stands for a part that each request fills in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wire {
    /// The first segment of a path.
    pub versions: Vec<ApiVersion>,
    /// A user, by id or name.
    pub user: String,
    /// The signed-in user.
    pub me: String,
    /// The path of a user's phones.
    pub phones: String,
    /// The header that carries the token.
    pub header: String,
}

/// A name and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    /// The name.
    pub name: String,
    /// What it means.
    pub means: String,
    /// For a type: the id that its phones have for every user.
    pub id: Option<String>,
    /// For a property: an example of its value.
    pub example: Option<String>,
    /// For a property: whether no request sets it.
    #[serde(default)]
    pub read_only: bool,
    /// For a role: whether it may be shown numbers with masked digits.
    #[serde(default)]
    pub masked: bool,
}

/// Who may read phones, and who may write them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    read: Allowed,
    write: Allowed,
}

/// Who may read or write phones.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowed {
    /// The permissions for the phones of all users.
    pub all: Vec<String>,
    /// The permissions for the signed-in user's own phones only.
    pub own: Vec<String>,
    /// The roles of which a signed-in user needs one to act on another user.
    pub roles: Vec<String>,
    /// Further roles in the legacy edition.
    pub legacy_roles: Vec<String>,
}

/// The words of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationWords {
    /// The operation.
    pub name: Operation,
    /// What it does, in one sentence.
    pub does: String,
    /// The HTTP method.
    pub method: String,
    /// The path after the user's phones.
    pub path: String,
    /// The properties that a body may set.
    #[serde(default)]
    pub request: Vec<String>,
    /// The properties that a body must set.
    #[serde(default)]
    pub required: Vec<String>,
    /// The statuses of success.
    pub status: BTreeMap<ApiVersion, Vec<u16>>,
    /// The body of success.
    pub answer: Answer,
    access: Group,
    /// The only edition in which users may act on their own phones; `None` for both.
    pub own: Option<Edition>,
    /// An example of a refusal: status and body.
    pub refusal: String,
}

/// The body of a success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// One phone.
    Phone,
    /// A collection of phones.
    Phones,
    /// No body.
    Nothing,
}

/// The access table of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Group {
    Read,
    Write,
}

/// A caller of the scenarios.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The phrase in scenarios.
    pub caller: String,
    /// The kind of token; `None` if the caller has no token of its own.
    pub kind: Option<IdentityKind>,
    /// The permission for phones.
    pub scope: Option<String>,
    /// The caller has one of these roles.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Who is signed in.
    pub signed_in: Option<SignedIn>,
    /// The only edition that has this caller.
    pub edition: Option<Edition>,
    /// What it is.
    pub means: String,
}

impl Member {
    /// What it is, with its permission and roles.
    pub fn described(&self) -> String {
        let token = self.scope.as_ref().map(|scope| format!(" The token has {scope}")).unwrap_or_default();
        let roles = if self.roles.is_empty() { String::new() } else { format!(", the caller the role {}", self.roles.join(" or ")) };
        format!("{}{token}{roles}{}", self.means, if self.scope.is_some() { "." } else { "" })
    }

    /// The keys of a target file that describe such an identity, with TOML values.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let quoted = |text: &str| format!("\"{text}\"");
        let kind = self.kind.map(|kind| ("kind", quoted(kind.name())));
        let scopes = self.scope.as_deref().map(|scope| ("scopes", format!("[{}]", quoted(scope))));
        let roles = self.roles.first().map(|role| ("roles", format!("[{}]", quoted(role))));
        [kind, scopes, roles].into_iter().flatten().collect()
    }
}

/// Who is signed in, from a scenario's point of view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum SignedIn {
    /// The user whose phones the scenario is about.
    #[serde(rename = "the user")]
    TheUser,
    /// A second test user.
    #[serde(rename = "another user")]
    AnotherUser,
    /// Someone who is not one of the scenario's test users.
    #[serde(rename = "somebody else")]
    SomebodyElse,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CastFile {
    caller: Vec<Member>,
}

impl Words {
    /// The words of an operation.
    pub fn operation(&self, operation: Operation) -> &OperationWords {
        self.operations.iter().find(|words| words.name == operation).expect("the reader has seen every operation")
    }

    /// Who may call an operation.
    pub fn may(&self, operation: Operation) -> &Allowed {
        match self.operation(operation).access {
            Group::Read => &self.access.read,
            Group::Write => &self.access.write,
        }
    }

    /// Whether a role lets its holder write, in one of the editions or in both.
    pub fn writes(&self, role: &str) -> bool {
        let write = &self.access.write;
        write.roles.iter().chain(&write.legacy_roles).any(|known| known.eq_ignore_ascii_case(role))
    }

    /// The id of the phones of a type.
    pub fn id(&self, kind: &str) -> Option<&str> {
        self.types.iter().find(|word| word.name == kind)?.id.as_deref()
    }

    /// A caller, by the phrase in scenarios.
    pub fn member(&self, caller: &str) -> Option<&Member> {
        self.cast.iter().find(|member| member.caller == caller)
    }
}

/// Reads the two files, and checks that they have each operation and type once.
fn parse(paths: &[String; 2], [api, cast]: [&str; 2]) -> Result<Words, SuiteError> {
    let words = Words { cast: read::<CastFile>(&paths[1], cast)?.caller, ..read(&paths[0], api)? };
    let operations: Vec<&str> = words.operations.iter().map(|one| one.name.name()).collect();
    same_names(&paths[0], "operation", Operation::ALL.iter().map(|one| one.name()), &operations)?;
    if let Some(without) = words.types.iter().find(|one| one.id.is_none()) {
        return Err(SuiteError::file(&paths[0], format!("the type `{}` has no id", without.name)));
    }
    if let Some(without) = words.operations.iter().find(|one| ApiVersion::ALL.iter().any(|version| !one.status.contains_key(version))) {
        return Err(SuiteError::file(&paths[0], format!("`{}` lacks the status of a version", without.name)));
    }
    Ok(words)
}

/// Checks that a file has each name that the program knows exactly once, and no other names.
pub fn same_names<'a>(path: &str, what: &str, known: impl Iterator<Item = &'a str>, read: &[&str]) -> Result<(), SuiteError> {
    let known: Vec<&str> = known.collect();
    if let Some(missing) = known.iter().find(|name| read.iter().filter(|other| other == name).count() != 1) {
        return Err(SuiteError::file(path, format!("there must be one {what} `{missing}`, and there is none or more than one")));
    }
    match read.iter().find(|name| !known.contains(name)) {
        Some(strange) => Err(SuiteError::file(path, format!("the program knows no {what} `{strange}`"))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn read_as(api: &str, cast: &str) -> Result<Words, String> {
        parse(&["api.toml", "cast.toml"].map(str::to_owned), [api, cast]).map_err(|error| error.to_string())
    }

    #[test]
    fn every_name_is_defined_once_and_used() {
        let words = words();
        let permissions: BTreeSet<&str> = words.permissions.iter().map(|one| one.name.as_str()).collect();
        let roles: BTreeSet<&str> = words.roles.iter().map(|one| one.name.as_str()).collect();
        let tables = [&words.access.read, &words.access.write];
        assert_eq!(
            tables.iter().flat_map(|table| table.all.iter().chain(&table.own)).map(String::as_str).collect::<BTreeSet<_>>(),
            permissions
        );
        assert_eq!(
            tables.iter().flat_map(|table| table.roles.iter().chain(&table.legacy_roles)).map(String::as_str).collect::<BTreeSet<_>>(),
            roles
        );
        assert_eq!((permissions.len(), roles.len()), (words.permissions.len(), words.roles.len()));
        for member in &words.cast {
            assert!(member.roles.iter().all(|role| roles.contains(role.as_str())), "{}", member.caller);
            assert!(
                member.scope.as_deref().is_none_or(|scope| permissions.contains(scope) || scope.starts_with("User.")),
                "{}",
                member.caller
            );
        }
        for operation in &words.operations {
            let writable = |name: &String| words.properties.iter().any(|property| property.name == *name && !property.read_only);
            assert!(operation.request.iter().all(writable), "{}", operation.name);
            assert!(operation.required.iter().all(|name| operation.request.contains(name)), "{}", operation.name);
        }
    }

    #[test]
    fn the_examples_of_refusals_are_errors() {
        for operation in &words().operations {
            let (status, body) = operation.refusal.split_once(' ').unwrap();
            let body: serde_json::Value = serde_json::from_str(body).unwrap();
            assert!(status.starts_with('4') && status.len() == 3, "{}", operation.name);
            assert!(body["error"]["code"].is_string() && body["error"]["message"].is_string(), "{}", operation.name);
        }
    }

    #[test]
    fn a_missing_or_unknown_word_is_reported() {
        let [api, cast] = EMBEDDED;
        let said = |from: &str, to: &str| read_as(&api.replace(from, to), cast).unwrap_err();
        assert!(said("name = \"list\"", "name = \"all\"").contains("unknown variant `all`"));
        assert_eq!(said(", beta = [201]", ""), "api.toml: `create` lacks the status of a version");
        assert_eq!(
            same_names("api.toml", "state", ["ready"].into_iter(), &["on"]).unwrap_err().to_string(),
            "api.toml: there must be one state `ready`, and there is none or more than one"
        );
        assert_eq!(
            same_names("cast.toml", "caller", [].into_iter(), &["a guest"]).unwrap_err().to_string(),
            "cast.toml: the program knows no caller `a guest`"
        );
    }

    #[test]
    fn a_missing_file_is_replaced_by_the_built_in_one_and_words_cannot_change_later() {
        let folder = tempfile::tempdir().unwrap();
        let _ = words();
        let read_from = |folder| read_from(folder, |_, _| Ok(()));
        assert_eq!(read_from(folder.path()), Ok(()));
        fs::write(folder.path().join("api.toml"), EMBEDDED[0].replace("/enableSmsSignIn", "/turnOn")).unwrap();
        assert!(read_from(folder.path()).unwrap_err().to_string().contains("changed while the program runs"));
    }
}
