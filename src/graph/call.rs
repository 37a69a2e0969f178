//! A request, before it is sent.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::api::{ApiVersion, Operation};
use crate::words::words;

/// The characters that stay unescaped in a path segment; `@` stays readable, as in Graph's own examples.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');

/// One of the seven operations on a user's phones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The operation.
    pub operation: Operation,
    /// The version of the API.
    pub version: ApiVersion,
    /// The account whose phones the request is about.
    pub account: Account,
    /// The phone's id, for an operation on one phone.
    pub phone: Option<String>,
    /// The content of the `Authorization` header.
    pub credential: Credential,
    /// The request body.
    pub body: Option<Body>,
}

/// How a request addresses the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// The signed-in user.
    Me,
    /// A user by object id or user principal name.
    User(String),
}

/// The content of the `Authorization` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// The token of the target's identity with this index.
    Identity(usize),
    /// No header.
    Nothing,
    /// A bearer token that nobody issued.
    Garbage,
    /// The word `Bearer` alone.
    EmptyBearer,
    /// An identity's valid token, under a scheme other than `Bearer`.
    OtherScheme(usize),
    /// An identity's valid token, without the scheme in front of it.
    BareToken(usize),
}

impl Credential {
    /// The identity whose token is sent, if it is one of the target's.
    pub const fn identity(self) -> Option<usize> {
        match self {
            Self::Identity(identity) | Self::OtherScheme(identity) | Self::BareToken(identity) => Some(identity),
            Self::Nothing | Self::Garbage | Self::EmptyBearer => None,
        }
    }
}

/// A request body and its declared type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// `Content-Type`, if one is sent.
    pub content_type: Option<String>,
    /// The body itself.
    pub text: String,
}

impl Body {
    /// A JSON body, declared as JSON.
    pub fn json(text: impl Into<String>) -> Self {
        Self { content_type: Some("application/json".to_owned()), text: text.into() }
    }
}

impl Call {
    /// A sample call for tests.
    #[cfg(test)]
    pub(crate) fn example() -> Self {
        let account = Account::User("kim@contoso.com".to_owned());
        Self { operation: Operation::Create, version: ApiVersion::V1, account, phone: None, credential: Credential::Nothing, body: None }
    }

    /// The HTTP method of the operation.
    pub fn method(&self) -> &'static str {
        &words().operation(self.operation).method
    }

    /// The absolute address below a version's root.
    pub fn url(&self, version_root: &Url) -> Url {
        let wire = &words().wire;
        let escaped = |text: &str| utf8_percent_encode(text, SEGMENT).to_string();
        let account = match &self.account {
            Account::Me => wire.me.clone(),
            Account::User(name) => filled(&wire.user, &escaped(name)),
        };
        let phone = filled(&words().operation(self.operation).path, &self.phone.as_deref().map(escaped).unwrap_or_default());
        let mut url = version_root.clone();
        let root = version_root.path().trim_end_matches('/');
        url.set_path(&format!("{root}/{account}/{}{phone}", wire.phones));
        url
    }
}

/// A path with this value in place of its placeholder in braces.
fn filled(path: &str, value: &str) -> String {
    match (path.find('{'), path.rfind('}')) {
        (Some(open), Some(close)) if open < close => format!("{}{value}{}", &path[..open], &path[close + 1..]),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(account: Account) -> Call {
        Call {
            operation: Operation::EnableSmsSignIn,
            version: ApiVersion::V1,
            account,
            phone: Some("some-id".into()),
            credential: Credential::Nothing,
            body: None,
        }
    }

    #[test]
    fn a_path_prefix_and_a_missing_version_are_kept() {
        let url = call(Account::Me).url(&"http://host/mock/".parse().unwrap());
        assert_eq!(url.as_str(), "http://host/mock/me/authentication/phoneMethods/some-id/enableSmsSignIn");
    }

    #[test]
    fn a_guests_principal_name_does_not_end_the_path() {
        let url = call(Account::User("o'neil+test#EXT#@contoso.onmicrosoft.com".into())).url(&"http://host/v1.0".parse().unwrap());
        assert_eq!(
            url.as_str(),
            "http://host/v1.0/users/o%27neil%2Btest%23EXT%23@contoso.onmicrosoft.com/authentication/phoneMethods/some-id/enableSmsSignIn"
        );
    }
}
