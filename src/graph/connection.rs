//! Sets up connections: which authorities to trust, which certificate to show, and when to use a proxy.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, Identity, Proxy};
use url::Url;

use super::EnvironmentProxy;
use crate::target::{Target, is_loopback};

/// An answer may have at most this many headers. Some gateways add a hundred.
const MOST_HEADERS: usize = 1000;

/// A connection that can't be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionError {
    /// A certificate or key file can't be used.
    #[error("`{key}` {}: {problem}", path.display())]
    File {
        /// The key of the target file that names it.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// The reason.
        problem: String,
    },
    /// The environment names a proxy of an unsupported kind.
    #[error("{0} is not supported: use one that begins with http:// or https://")]
    Proxy(EnvironmentProxy),
    /// TLS can't be set up.
    #[error("TLS can't be set up: {0}")]
    Tls(String),
}

impl ConnectionError {
    /// What to do about it, without `hint:`.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::File { key: "ca_file", .. } => "it holds one or more certificates in PEM, each between BEGIN and END lines",
            Self::File { .. } => "the certificate and its key are in PEM, in one file or in two",
            Self::Proxy(_) => "to bypass the proxy, add the endpoint's host to `NO_PROXY`",
            Self::Tls(_) => "if the system has no authority certificates, name a file of them in `ca_file`",
        })
    }
}

/// A client for addresses on this machine, and a client for all other addresses, which may use a proxy of the
/// environment. If the target names a mock proxy, both clients send everything through it.
#[derive(Debug)]
pub(super) struct Connection {
    direct: Client,
    proxied: Client,
}

/// The proxies to use for addresses beyond this machine, if the target names no mock proxy.
#[derive(Debug, Clone, Copy)]
enum Proxies<'a> {
    None,
    One(&'a EnvironmentProxy),
    /// The proxy that the environment names for each address.
    Environment,
}

/// Whether a connection serves more than one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeping {
    /// Yes, until either side closes it.
    Kept,
    /// No, each request opens a new one.
    Fresh,
}

impl Connection {
    /// Connections to a target, with the client's certificate if the target file names one.
    ///
    /// Fails if a file can't be used, the proxy is of an unsupported kind, or TLS can't be set up.
    pub(super) fn to_target(target: &Target, proxy: Option<&EnvironmentProxy>, keeping: Keeping) -> Result<Self, ConnectionError> {
        let identity =
            target.client_certificate_file.as_deref().map(|path| identity(path, target.client_key_file.as_deref())).transpose()?;
        if let Some(proxy) = proxy.filter(|proxy| !matches!(proxy.scheme(), "http" | "https")) {
            return Err(ConnectionError::Proxy(proxy.clone()));
        }
        let proxies = proxy.map_or(Proxies::None, Proxies::One);
        Self::new(target, std::iter::once(&target.base_url), identity.as_ref(), keeping, proxies)
    }

    /// Connections to token issuers, without the client's certificate.
    ///
    /// Fails if a file can't be used or TLS can't be set up.
    pub(super) fn to_issuers(target: &Target) -> Result<Self, ConnectionError> {
        Self::new(target, target.issuers(), None, Keeping::Kept, Proxies::Environment)
    }

    fn new<'a>(
        target: &Target,
        mut urls: impl Iterator<Item = &'a Url>,
        identity: Option<&Identity>,
        keeping: Keeping,
        proxies: Proxies<'_>,
    ) -> Result<Self, ConnectionError> {
        // This fails only if a provider is already installed. That provider works too.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let authorities = target.ca_file.as_deref().map(certificates).transpose()?.unwrap_or_default();
        let plain = urls.all(|url| url.scheme() == "http");
        let builder = || {
            let mut builder = ClientBuilder::new()
                .redirect(reqwest::redirect::Policy::none())
                // Answers are not decompressed, so a small answer can't expand to a huge body.
                .default_headers(HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]))
                .http1_max_headers(MOST_HEADERS)
                .user_agent(concat!("graph-phone-conformance/", env!("CARGO_PKG_VERSION")))
                .pool_max_idle_per_host(if keeping == Keeping::Kept { usize::MAX } else { 0 })
                .pool_idle_timeout(Duration::from_secs(10));
            // Without TLS, no system certificates are needed, and the machine may have none. Behind a mock proxy, a
            // server with a certificate that the system trusts is the real service, and the service must not receive
            // anything.
            builder = if plain || target.mock_proxy.is_some() {
                builder.tls_certs_only(authorities.clone())
            } else {
                builder.tls_certs_merge(authorities.clone())
            };
            match identity {
                Some(identity) => builder.identity(identity.clone()),
                None => builder,
            }
        };
        let build = |builder: ClientBuilder| builder.build().map_err(|error| ConnectionError::Tls(super::transport::innermost(&error)));
        let through = |address: &str| {
            let proxy = Proxy::all(address).map_err(|error| ConnectionError::Tls(super::transport::innermost(&error)))?;
            build(builder().no_proxy().proxy(proxy))
        };
        if let Some(proxy) = &target.mock_proxy {
            let client = through(proxy.as_str())?;
            return Ok(Self { direct: client.clone(), proxied: client });
        }
        let direct = build(builder().no_proxy())?;
        let proxied = match proxies {
            Proxies::None => direct.clone(),
            Proxies::One(proxy) => through(&proxy.address)?,
            Proxies::Environment => build(builder())?,
        };
        Ok(Self { direct, proxied })
    }

    /// The client for an address.
    pub(super) fn to(&self, url: &Url) -> &Client {
        if is_loopback(url) { &self.direct } else { &self.proxied }
    }
}

fn certificates(path: &Path) -> Result<Vec<Certificate>, ConnectionError> {
    let failed = |problem: String| ConnectionError::File { key: "ca_file", path: path.to_owned(), problem };
    let text = std::fs::read(path).map_err(|error| failed(format!("can't be read: {error}")))?;
    match Certificate::from_pem_bundle(&text) {
        Ok(certificates) if certificates.is_empty() => Err(failed("contains no certificate".to_owned())),
        Ok(certificates) => Ok(certificates),
        Err(_) => Err(failed("contains something that is not a certificate".to_owned())),
    }
}

fn identity(certificate: &Path, key: Option<&Path>) -> Result<Identity, ConnectionError> {
    let mut text = Vec::new();
    for (name, path) in [("client_certificate_file", Some(certificate)), ("client_key_file", key)] {
        let Some(path) = path else { continue };
        let failed = |error| ConnectionError::File { key: name, path: path.to_owned(), problem: format!("can't be read: {error}") };
        text.extend(std::fs::read(path).map_err(failed)?);
        text.push(b'\n');
    }
    Identity::from_pem(&text).map_err(|_| ConnectionError::File {
        key: "client_certificate_file",
        path: certificate.to_owned(),
        problem: "does not contain both a certificate and its unencrypted key".to_owned(),
    })
}
