//! The target file: which endpoint to check, who calls it, and whose phones may be changed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::api::{ApiVersion, Cloud, Edition};

mod cloud;
#[cfg(test)]
mod complaints;
mod consent;
mod credentials;
mod document;
mod endpoint;
mod error;
mod file;
mod flags;
mod identities;
mod keys;
mod numbers;
mod permissions;
mod template;
mod token;
mod write;

pub use consent::ConsentError;
pub(crate) use consent::is_loopback;
pub use error::{FlagsError, Position, TargetError};
pub(crate) use keys::nearest;
pub use keys::{KEYS, Key};
pub use numbers::NumberKind;
pub use template::template;
pub use token::{Flaw, TokenError, check, resolve};
pub use write::to_toml;

/// An endpoint and everything a run needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Names the snapshots and the reports; `[a-z0-9-]+`.
    pub name: String,
    /// Service root without the version segment and without a slash at its end.
    pub base_url: Url,
    /// The deployment of Microsoft Graph that is asked for by name; the root above is its own.
    pub cloud: Option<Cloud>,
    /// The versions to check, without repetition.
    pub versions: Vec<ApiVersion>,
    /// Path segment of a version where it isn't the version itself; may be empty.
    pub version_paths: BTreeMap<ApiVersion, String>,
    /// Which generation of the documents decides where they disagree.
    pub edition: Edition,
    /// Scenarios in flight at most; `None` for as many as the users allow.
    pub concurrency: Option<usize>,
    /// Bound on one request, from connecting to the last byte of the answer.
    pub request_timeout: Duration,
    /// How long a read may lag behind a write.
    pub consistency_timeout: Duration,
    /// Longest `Retry-After` that is honoured.
    pub max_retry_wait: Duration,
    /// Consent to replace the phones of the users below; needed unless the host is loopback.
    pub modify_users: bool,
    /// Consent to plain http to a host that isn't loopback.
    pub allow_insecure_http: bool,
    /// Certificates of authorities that are trusted beside those of the system, in PEM.
    pub ca_file: Option<PathBuf>,
    /// Certificate that the endpoint may ask for, in PEM; its key too, unless that has a file of its own.
    pub client_certificate_file: Option<PathBuf>,
    /// Key of that certificate, in PEM.
    pub client_key_file: Option<PathBuf>,
    /// A proxy that answers in place of the service: nothing is sent but through it, and no authority is trusted but those of `ca_file`.
    pub mock_proxy: Option<Url>,
    /// Headers sent with every request.
    pub headers: Vec<(String, Secret)>,
    /// Who can call.
    pub identities: Vec<Identity>,
    /// Whose phones may be changed.
    pub users: Vec<User>,
    /// What numbers are made of.
    pub phone_numbers: PhoneNumbers,
}

/// Somebody who can call the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// What messages call it.
    pub name: String,
    /// What kind of token it has.
    pub kind: IdentityKind,
    /// Permissions that the token carries.
    pub scopes: Vec<String>,
    /// Microsoft Entra roles of the signed-in user.
    pub roles: Vec<String>,
    /// Who is signed in, by id or user principal name; `None` for an application.
    pub user: Option<String>,
    /// Where the token comes from.
    pub token: TokenSource,
}

/// The kinds of token that Graph tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdentityKind {
    /// A user of a work or school account is signed in.
    Delegated,
    /// The application acts for itself.
    Application,
    /// A personal Microsoft account is signed in.
    Personal,
}

/// Where a token comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSource {
    /// Somebody else has fetched it, or knows how.
    Given(SecretSource),
    /// It is fetched with a client's credentials.
    ClientCredentials(ClientCredentials),
}

/// What a client needs to fetch a token for itself: the client credentials grant of OAuth 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCredentials {
    /// Address that issues the token, and the only one that is sent the secret.
    pub token_url: Url,
    /// Id of the client.
    pub client_id: String,
    /// Secret of the client.
    pub client_secret: SecretSource,
    /// What the token is to be good for.
    pub scope: String,
}

/// Where a secret comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// It stands in the target file.
    Literal(Secret),
    /// An environment variable holds it.
    Env(String),
    /// A program prints it on standard output; the first word is the program.
    Command(Vec<String>),
}

/// A user whose phones a run may replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Object id.
    pub id: String,
    /// User principal name.
    pub user_principal_name: Option<String>,
    /// Whether the authentication methods policy allows this user SMS sign-in; `None` where unknown.
    pub sms_sign_in: Option<bool>,
}

/// What the numbers that a run registers are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumbers {
    /// Beginnings in the documented form, for example `+1 206555`.
    pub prefixes: Vec<String>,
    /// How many digits are appended to a prefix.
    pub digits: u32,
}

/// Text that no output may show.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text that must not be shown.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, to be sent and never to be printed.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
