//! A target from command-line options, for a first try without a file.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{ApiVersion, Edition};
use crate::suite::Caller;

use super::error::{Complaint, FlagsError};
use super::file::{self, host_name};
use super::{Identity, IdentityKind, PhoneNumbers, SecretSource, Target, TokenSource, User, endpoint};

impl Target {
    /// A target named after its host, with one delegated administrator whose token is in the variable `token_env`.
    ///
    /// A user given by user principal name gets that name as id too, because paths accept both. The administrator's own
    /// account stays unknown. A host that isn't loopback needs consent, which only a file can give; see
    /// [`Target::consent`].
    ///
    /// # Errors
    ///
    /// Fails if the address, the variable's name or a user is invalid, or if no user is given.
    pub fn from_flags(base_url: &str, token_env: &str, users: &[String]) -> Result<Self, FlagsError> {
        let base_url = endpoint::base_url("`--base-url`", base_url)?;
        endpoint::without_version("`--base-url`", &base_url)?;
        if !endpoint::is_variable_name(token_env) {
            return Err(Complaint::new("`--token-env` must be the name of an environment variable").into());
        }
        let administrator = Caller::AuthenticationAdministrator.member();
        Ok(Self {
            name: base_url.host_str().and_then(host_name).unwrap_or_else(|| "target".to_owned()),
            base_url,
            cloud: None,
            versions: vec![ApiVersion::V1],
            version_paths: BTreeMap::new(),
            edition: Edition::Current,
            concurrency: None,
            request_timeout: file::REQUEST_TIMEOUT,
            consistency_timeout: file::CONSISTENCY_TIMEOUT,
            max_retry_wait: file::MAX_RETRY_WAIT,
            modify_users: false,
            allow_insecure_http: false,
            ca_file: None,
            client_certificate_file: None,
            client_key_file: None,
            mock_proxy: None,
            headers: Vec::new(),
            identities: vec![Identity {
                name: "administrator".to_owned(),
                kind: IdentityKind::Delegated,
                scopes: administrator.scope.iter().cloned().collect(),
                roles: administrator.roles.clone(),
                user: None,
                token: TokenSource::Given(SecretSource::Env(token_env.to_owned())),
            }],
            users: flagged_users(users)?,
            phone_numbers: PhoneNumbers::default(),
        })
    }
}

fn flagged_users(texts: &[String]) -> Result<Vec<User>, Complaint> {
    if texts.is_empty() {
        return Err(Complaint::new("at least one user is needed").hint("name a test user with `--user ID_OR_UPN`"));
    }
    let mut taken = BTreeSet::new();
    texts
        .iter()
        .map(|text| {
            if text.is_empty() || text.trim() != text || text.contains(char::is_control) {
                return Err(Complaint::new(format!("`--user` must be an id or a user principal name, not `{}`", text.escape_debug())));
            }
            if !taken.insert(text.to_lowercase()) {
                return Err(Complaint::new(format!("`--user` names `{text}` twice")));
            }
            Ok(User { id: text.clone(), user_principal_name: text.contains('@').then(|| text.clone()), sms_sign_in: None })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(base_url: &str, token_env: &str, users: &[&str]) -> (String, Option<String>) {
        let users: Vec<_> = users.iter().map(ToString::to_string).collect();
        let error = Target::from_flags(base_url, token_env, &users).unwrap_err();
        (error.to_string(), error.hint().map(ToOwned::to_owned))
    }

    #[test]
    fn options_describe_an_administrator_and_users() {
        let target =
            Target::from_flags("https://Graph.Example.com:8443/x/", "TOKEN", &["kim@contoso.com".to_owned(), "7".to_owned()]).unwrap();
        assert_eq!(target.name, "graph-example-com");
        assert_eq!(target.base_url.as_str(), "https://graph.example.com:8443/x");
        assert_eq!(target.identities[0].token, TokenSource::Given(SecretSource::Env("TOKEN".to_owned())));
        assert_eq!(
            target.users,
            [
                User { id: "kim@contoso.com".to_owned(), user_principal_name: Some("kim@contoso.com".to_owned()), sms_sign_in: None },
                User { id: "7".to_owned(), user_principal_name: None, sms_sign_in: None },
            ]
        );
        assert!(target.consent().is_err());
    }

    #[test]
    fn mistakes_name_the_option() {
        assert_eq!(error("http://localhost/v1.0", "T", &["1"]).0, "`--base-url` must not end with the version segment `v1.0`");
        assert_eq!(error("http://localhost", "A=B", &["1"]).0, "`--token-env` must be the name of an environment variable");
        assert_eq!(error("http://localhost", "T", &["a", "A"]).0, "`--user` names `A` twice");
        assert_eq!(error("http://localhost", "T", &[" "]).0, "`--user` must be an id or a user principal name, not ` `");
        let (message, hint) = error("http://localhost", "T", &[]);
        assert_eq!(message, "at least one user is needed");
        assert_eq!(hint.as_deref(), Some("name a test user with `--user ID_OR_UPN`"));
    }
}
