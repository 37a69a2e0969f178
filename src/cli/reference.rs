//! The reference server as a target.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use url::Url;

use crate::api::{ApiVersion, Edition};
use crate::plan::nearest_id;
use crate::reference::{Cast, CastKind, Fault, Server};
use crate::target::{Identity, IdentityKind, PhoneNumbers, Secret, SecretSource, Target, TokenSource, User};

use super::CliError;

/// Parses the ids of faults.
///
/// # Errors
/// Fails if the server has no such fault.
pub fn faults(ids: &[String]) -> Result<Vec<Fault>, CliError> {
    ids.iter().map(|id| id.parse().map_err(|_| unknown_fault(id))).collect()
}

fn unknown_fault(id: &str) -> CliError {
    let nearest = nearest_id(id, Fault::all().iter().map(|fault| fault.id.as_str()));
    let error = CliError::new(format!("the reference server has no fault `{id}`"));
    match nearest {
        Some(nearest) => error.with_hint(format!("did you mean `{nearest}`?")),
        None => error.with_hint("`faults` lists every fault"),
    }
}

/// A target for a server, with its full cast of identities.
pub fn target(server: &Server, edition: Edition, faulty: bool) -> Target {
    let name = match (edition, faulty) {
        (Edition::Current, false) => "reference",
        (Edition::Legacy, false) => "reference-legacy",
        // The reference's snapshots do not apply to the answers of a faulty server.
        (_, true) => "reference-with-faults",
    };
    Target {
        name: name.to_owned(),
        base_url: base_url(server.addr),
        cloud: None,
        versions: ApiVersion::ALL.to_vec(),
        version_paths: BTreeMap::new(),
        edition,
        concurrency: None,
        request_timeout: Duration::from_secs(30),
        consistency_timeout: Duration::ZERO,
        max_retry_wait: Duration::from_secs(60),
        modify_users: true,
        allow_insecure_http: false,
        ca_file: None,
        client_certificate_file: None,
        client_key_file: None,
        mock_proxy: None,
        headers: Vec::new(),
        identities: identities(&server.cast),
        users: users(&server.cast),
        phone_numbers: PhoneNumbers::default(),
    }
}

/// The address at which clients on this machine reach a server. If it listens on all addresses, this is the loopback
/// one.
fn base_url(addr: SocketAddr) -> Url {
    let loopback: IpAddr = if addr.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
    let addr = if addr.ip().is_unspecified() { SocketAddr::new(loopback, addr.port()) } else { addr };
    Url::parse(&format!("http://{addr}")).expect("a socket address is a valid host and port")
}

fn identities(cast: &Cast) -> Vec<Identity> {
    cast.identities
        .iter()
        .map(|identity| Identity {
            name: identity.name.clone(),
            kind: match identity.kind {
                CastKind::Delegated => IdentityKind::Delegated,
                CastKind::Application => IdentityKind::Application,
                CastKind::Personal => IdentityKind::Personal,
            },
            scopes: identity.scopes.clone(),
            roles: identity.roles.clone(),
            user: identity.user.clone(),
            token: TokenSource::Given(SecretSource::Literal(Secret::new(identity.token.clone()))),
        })
        .collect()
}

fn users(cast: &Cast) -> Vec<User> {
    cast.users
        .iter()
        .map(|user| User {
            id: user.id.clone(),
            user_principal_name: Some(user.user_principal_name.clone()),
            sms_sign_in: Some(user.sms_sign_in),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_every_address_is_reached_on_loopback() {
        for (listens, reached) in [
            ("0.0.0.0:8080", "http://127.0.0.1:8080/"),
            ("[::]:8080", "http://[::1]:8080/"),
            ("127.0.0.2:8080", "http://127.0.0.2:8080/"),
            ("[::1]:8080", "http://[::1]:8080/"),
        ] {
            assert_eq!(base_url(listens.parse().unwrap()).as_str(), reached);
        }
    }
}
