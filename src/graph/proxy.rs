//! The proxy that the environment names for an address.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::target::is_loopback;

/// A proxy, and the environment variable that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentProxy {
    /// The variable.
    pub variable: &'static str,
    /// Its value, which may hold a password.
    pub(super) address: String,
}

impl EnvironmentProxy {
    /// The proxy for an address. A loopback address has none.
    pub(super) fn find(url: &Url, env: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let set = |names: &[&'static str]| names.iter().find_map(|name| env(name).map(|value| (*name, value)));
        let by_scheme = if url.scheme() == "https" { ["HTTPS_PROXY", "https_proxy"] } else { ["HTTP_PROXY", "http_proxy"] };
        let is_set = |found: &(&str, String)| !found.1.trim().is_empty();
        let (variable, address) = set(&by_scheme).filter(is_set).or_else(|| set(&["ALL_PROXY", "all_proxy"]).filter(is_set))?;
        let (_, without) = set(&["NO_PROXY", "no_proxy"]).unwrap_or_default();
        let passed = is_loopback(url) || without.split(',').any(|entry| leaves_out(entry.trim(), url));
        (!passed).then(|| Self { variable, address: address.trim().to_owned() })
    }

    /// Its scheme; `http` if the variable has none.
    pub(super) fn scheme(&self) -> &str {
        self.address.split_once("://").map_or("http", |(scheme, _)| scheme)
    }
}

impl fmt::Display for EnvironmentProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = self.address.split_once("://").map_or(self.address.as_str(), |(_, after)| after);
        let host = after.rsplit_once('@').map_or(after, |(_, host)| host).trim_end_matches('/');
        write!(f, "the proxy {}://{host} that {} names", self.scheme(), self.variable)
    }
}

/// Whether an entry of `NO_PROXY` covers an address. An entry is `*`, a host (with its subdomains), an IP address, or a
/// block of IP addresses, with or without a port.
fn leaves_out(entry: &str, url: &Url) -> bool {
    let port = url.port_or_known_default().unwrap_or_default();
    let entry = entry.strip_suffix(&format!(":{port}")).filter(|host| !host.is_empty() && !host.ends_with(':')).unwrap_or(entry);
    let entry = entry.trim_start_matches('[').trim_end_matches(']');
    if entry == "*" {
        return true;
    }
    let address: IpAddr = match url.host() {
        Some(Host::Domain(name)) => {
            let entry = entry.trim_start_matches("*.").trim_start_matches('.').to_ascii_lowercase();
            return !entry.is_empty() && (name == entry || name.ends_with(&format!(".{entry}")));
        }
        Some(Host::Ipv4(address)) => address.into(),
        Some(Host::Ipv6(address)) => address.into(),
        None => return false,
    };
    let (network, bits) = entry.split_once('/').map_or((entry, None), |(network, bits)| (network, bits.parse::<u32>().ok()));
    let (left, right, size) = match (network.parse(), address) {
        (Ok(IpAddr::V4(network)), IpAddr::V4(address)) => (u32::from(network).into(), u32::from(address).into(), 32),
        (Ok(IpAddr::V6(network)), IpAddr::V6(address)) => (u128::from(network), u128::from(address), 128),
        _ => return false,
    };
    (left ^ right).checked_shr(size - bits.unwrap_or(size).min(size)).unwrap_or_default() == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(url: &str, variables: &[(&str, &str)]) -> Option<String> {
        let env = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        EnvironmentProxy::find(&url.parse().unwrap(), &env).map(|proxy| proxy.to_string())
    }

    #[test]
    fn a_message_names_the_proxy_and_its_variable_but_not_its_password() {
        let proxy = |variable, value| found("https://mock.example", &[(variable, value)]);
        assert_eq!(proxy("HTTPS_PROXY", "http://me:secret@p:3128/").unwrap(), "the proxy http://p:3128 that HTTPS_PROXY names");
        assert_eq!(proxy("all_proxy", "socks5://p").unwrap(), "the proxy socks5://p that all_proxy names");
        assert_eq!(proxy("https_proxy", "p:1").unwrap(), "the proxy http://p:1 that https_proxy names");
        assert_eq!(proxy("HTTP_PROXY", "http://p"), None, "it is for the other scheme");
        assert_eq!(found("http://localhost:1", &[("ALL_PROXY", "http://p")]), None);
        assert!(found("https://a", &[("HTTPS_PROXY", ""), ("ALL_PROXY", "http://p")]).unwrap().contains("ALL_PROXY"));
    }

    #[test]
    fn no_proxy_covers_hosts_addresses_and_ports() {
        let passed = |url: &str, entries: &str| found(url, &[("HTTP_PROXY", "http://p"), ("NO_PROXY", entries)]).is_none();
        for entries in ["*", "x, 192.0.2.2", "192.0.2.2:18081", "192.0.2.0/24", "0.0.0.0/0"] {
            assert!(passed("http://192.0.2.2:18081", entries), "{entries}");
        }
        for entries in ["", "192.0.2.3", "192.0.2.2:1", "192.0.3.0/24", "2.2"] {
            assert!(!passed("http://192.0.2.2:18081", entries), "{entries}");
        }
        for entries in ["example", "mock.example", ".example", "*.example", "mock.example:80"] {
            assert!(passed("http://mock.example", entries) && !passed("http://mock.examples", entries), "{entries}");
        }
        assert!(passed("http://[2001:db8::1]:8080", "[2001:db8::1]:8080") && passed("http://[2001:db8::1]", "2001:db8::/32"));
        assert!(!passed("http://[2001:db8::1]", "2001:db9::/32"));
    }
}
