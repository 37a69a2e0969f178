//! The target file: which endpoint to check, which identities send requests, and whose phones may be changed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

pub use crate::api::IdentityKind;
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
mod filled;
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
pub use filled::filled;
pub(crate) use keys::nearest;
pub use keys::{KEYS, Key};
pub use numbers::NumberKind;
pub use template::template;
pub use token::{Flaw, TokenError, check, resolve};
pub use write::to_toml;

/// An endpoint, with everything that a run needs to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The name in snapshots and reports; `[a-z0-9-]+`.
    pub name: String,
    /// Service root without the version segment and without a final slash.
    pub base_url: Url,
    /// The deployment of Microsoft Graph, if the file names one; `base_url` is then its root.
    pub cloud: Option<Cloud>,
    /// The versions to check, each once.
    pub versions: Vec<ApiVersion>,
    /// The path segment of a version, if it differs from the version's name; may be empty.
    pub version_paths: BTreeMap<ApiVersion, String>,
    /// The edition of the documents that applies if the editions disagree.
    pub edition: Edition,
    /// The maximum number of scenarios in flight; `None` for as many as the users allow.
    pub concurrency: Option<usize>,
    /// The time limit of a request, from connecting to the last byte of the answer.
    pub request_timeout: Duration,
    /// How long a read may lag behind a write.
    pub consistency_timeout: Duration,
    /// The longest `Retry-After` that the harness obeys.
    pub max_retry_wait: Duration,
    /// Permission to replace the phones of the users below; required unless the host is loopback.
    pub modify_users: bool,
    /// Permission to use plain http for a host that isn't loopback.
    pub allow_insecure_http: bool,
    /// A PEM file with certificate authorities to trust in addition to the system's.
    pub ca_file: Option<PathBuf>,
    /// A PEM file with the client certificate, and with its key unless `client_key_file` is set.
    pub client_certificate_file: Option<PathBuf>,
    /// A PEM file with the key of the client certificate.
    pub client_key_file: Option<PathBuf>,
    /// A proxy that answers in place of the service. All requests go through it, and the harness trusts only the
    /// authorities in `ca_file`.
    pub mock_proxy: Option<Url>,
    /// Headers of every request.
    pub headers: Vec<(String, Secret)>,
    /// The identities that send requests.
    pub identities: Vec<Identity>,
    /// The users whose phones may be changed.
    pub users: Vec<User>,
    /// How phone numbers are made.
    pub phone_numbers: PhoneNumbers,
}

/// A sender of requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name in messages.
    pub name: String,
    /// The kind of its token.
    pub kind: IdentityKind,
    /// Permissions in the token.
    pub scopes: Vec<String>,
    /// Microsoft Entra roles of the signed-in user.
    pub roles: Vec<String>,
    /// The signed-in user, by id or user principal name; `None` for an application.
    pub user: Option<String>,
    /// The source of the token.
    pub token: TokenSource,
}

/// The source of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSource {
    /// The token comes from elsewhere.
    Given(SecretSource),
    /// The harness fetches it with client credentials.
    ClientCredentials(ClientCredentials),
}

/// The parameters of OAuth 2's client credentials grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCredentials {
    /// The address of the token issuer; only it receives the secret.
    pub token_url: Url,
    /// The id of the client.
    pub client_id: String,
    /// The secret of the client.
    pub client_secret: SecretSource,
    /// The requested scope of the token.
    pub scope: String,
}

/// The source of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// The target file contains it.
    Literal(Secret),
    /// An environment variable holds it.
    Env(String),
    /// A program prints it on standard output; the first word names the program.
    Command(Vec<String>),
}

/// A user whose phones a run may replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Object id.
    pub id: String,
    /// User principal name.
    pub user_principal_name: Option<String>,
    /// Whether the authentication methods policy allows this user SMS sign-in; `None` if unknown.
    pub sms_sign_in: Option<bool>,
}

/// How to make the numbers that a run registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumbers {
    /// Prefixes in the documented form, for example `+1 206555`.
    pub prefixes: Vec<String>,
    /// The number of digits that are appended to a prefix.
    pub digits: u32,
}

/// A text that must not appear in any output.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. It may be sent but never printed.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
