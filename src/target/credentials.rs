//! The credentials with which a client fetches tokens.

use url::Url;

use crate::api::Cloud;

use super::document::Value;
use super::endpoint;
use super::error::{Complaint, Mistake};
use super::identities::secret_source;
use super::{ClientCredentials, IdentityKind, keys};

/// What the tokens are for. It decides which issuer is the default.
pub(super) struct Issuer {
    /// The service root that accepts the tokens.
    pub base_url: Url,
    /// The deployment of Microsoft Graph at that root.
    pub cloud: Option<Cloud>,
}

/// Reads the client credentials of the identity with this name and kind.
pub(super) fn client_credentials(value: Value<'_>, name: &str, kind: IdentityKind, issuer: &Issuer) -> Result<ClientCredentials, Mistake> {
    let table = value.table(keys::CREDENTIALS)?;
    let tenant = table.find("tenant").map(tenant).transpose()?;
    let token_url = match (table.find("token_url"), issuer.cloud) {
        (Some(url), _) => endpoint::token_url(url)?,
        (None, Some(cloud)) => {
            let tenant = tenant.map_or_else(|| table.require("tenant").and_then(self::tenant), Ok)?;
            let url = format!("{}/{tenant}/oauth2/v2.0/token", cloud.authority());
            Url::parse(&url).map_err(|_| value.mistake("`tenant` must be the id or a domain name of a tenant"))?
        }
        (None, None) => {
            let complaint = Complaint::new("`token_url` is missing in `client_credentials`");
            return Err(value.wrong(complaint.hint("without `cloud`, the program does not know who issues tokens")));
        }
    };
    if kind != IdentityKind::Application && Cloud::issues_tokens_at(&token_url) {
        let complaint = Complaint::new(format!("`{name}` is {}, but client credentials fetch an application's token", kind.name()));
        return Err(value.wrong(complaint.hint("say `kind = \"application\"`, or fetch the token of a signed-in user with `command`")));
    }
    let secret = table.require("client_secret")?;
    if !secret.is_table() && secret.as_string().is_none() {
        return Err(secret.wrong_kind("a string, { env = \"NAME\" } or { command = [\"program\", \"argument\"] }"));
    }
    if secret.as_string().is_some() {
        secret.words()?;
    }
    let default_scope = || format!("{}/.default", issuer.base_url.as_str().trim_end_matches('/'));
    Ok(ClientCredentials {
        token_url,
        client_id: table.require("client_id")?.words()?.to_owned(),
        client_secret: secret_source(secret, keys::CLIENT_SECRET)?,
        scope: table.find("scope").map_or_else(|| Ok(default_scope()), |scope| Ok(scope.words()?.to_owned()))?,
    })
}

fn tenant(value: Value<'_>) -> Result<&str, Mistake> {
    let tenant = value.words()?;
    if tenant.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_')) {
        Ok(tenant)
    } else {
        Err(value.mistake("`tenant` must be the id or a domain name of a tenant"))
    }
}
