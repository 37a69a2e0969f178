//! What the user must allow before the first request is sent.

use url::{Host, Url};

use crate::api::Cloud;

use super::Target;

/// The run would do something that the target file does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConsentError {
    /// The run would call Microsoft Graph itself, which the file must name.
    #[error("{host} is Microsoft Graph itself, which holds real people's phones; the target `{target}` must name it with `cloud`")]
    Unnamed {
        /// The target's name.
        target: String,
        /// The host that would be changed.
        host: String,
        /// The cloud that it belongs to.
        cloud: Cloud,
    },
    /// The run would replace phones of users on a host that may be real.
    #[error("{host} is not a loopback host, and the target `{target}` does not allow a run to replace its users' phones")]
    ModifyUsers {
        /// The target's name.
        target: String,
        /// The host that would be changed.
        host: String,
    },
    /// The run would send tokens unencrypted over a network.
    #[error("the target `{target}` reaches {host} by plain http, which sends secrets and phone numbers unencrypted")]
    InsecureHttp {
        /// The target's name.
        target: String,
        /// The host that would be called.
        host: String,
    },
}

impl ConsentError {
    /// What to do about it, without `hint:`.
    pub fn hint(&self) -> String {
        match self {
            Self::Unnamed { cloud, .. } => format!(
                "if this is a test tenant with test users, set `cloud = \"{cloud}\"` instead of the address, and `modify_users = true`, in a target file"
            ),
            Self::ModifyUsers { .. } => "if its users are test users, set `modify_users = true` in a target file".to_owned(),
            Self::InsecureHttp { .. } => "use https, or set `allow_insecure_http = true` in a target file".to_owned(),
        }
    }
}

impl Target {
    /// Whether requests stay on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.base_url)
    }

    /// Checks that a run may send requests.
    ///
    /// # Errors
    ///
    /// Fails with the first thing that the target file does not allow.
    pub fn consent(&self) -> Result<(), ConsentError> {
        let in_the_clear = |url: &&Url| url.scheme() != "https" && !is_loopback(url) && !self.allow_insecure_http;
        if let Some(url) = self.issuers().find(in_the_clear) {
            let host = url.host_str().unwrap_or_default().to_owned();
            return Err(ConsentError::InsecureHttp { target: self.name.clone(), host });
        }
        if self.is_loopback() {
            return Ok(());
        }
        let (target, host) = (self.name.clone(), self.base_url.host_str().unwrap_or_default().to_owned());
        if let (None, Some(cloud)) = (self.cloud, Cloud::of(&self.base_url)) {
            return Err(ConsentError::Unnamed { target, host, cloud });
        }
        if !self.modify_users {
            return Err(ConsentError::ModifyUsers { target, host });
        }
        if self.base_url.scheme() != "https" && !self.allow_insecure_http {
            return Err(ConsentError::InsecureHttp { target, host });
        }
        Ok(())
    }
}

/// Whether an address is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(base_url: &str) -> Target {
        Target::from_flags(base_url, "TOKEN", &["1".to_owned()]).unwrap()
    }

    #[test]
    fn loopback_hosts_need_no_consent() {
        for base_url in ["http://localhost", "http://LOCALHOST.", "http://graph.localhost:1", "http://127.9.9.9", "http://[::1]/x"] {
            assert_eq!(target(base_url).consent(), Ok(()), "{base_url}");
        }
    }

    #[test]
    fn other_hosts_need_consent_to_changes() {
        for base_url in
            ["https://graph.example.com", "https://localhost.example.com", "https://10.0.0.1", "https://[::2]", "https://0.0.0.0"]
        {
            let error = target(base_url).consent().unwrap_err();
            assert!(matches!(error, ConsentError::ModifyUsers { .. }), "{base_url}");
            assert!(error.to_string().ends_with("` does not allow a run to replace its users' phones"), "{error}");
            assert_eq!(error.hint(), "if its users are test users, set `modify_users = true` in a target file");
        }
    }

    #[test]
    fn microsoft_graph_itself_must_be_named() {
        for base_url in ["https://graph.microsoft.com", "http://Graph.Microsoft.us.:8080/x", "https://canary.graph.microsoft.com"] {
            let target = Target { modify_users: true, allow_insecure_http: true, ..target(base_url) };
            let error = target.consent().unwrap_err();
            assert!(matches!(error, ConsentError::Unnamed { .. }), "{base_url}");
        }
        let text = "name = \"graph\"\ncloud = \"us-l5\"\n[[users]]\nid = \"1\"\n";
        let named = Target::parse(text, "t.toml", &|_| None).unwrap();
        assert!(matches!(named.consent(), Err(ConsentError::ModifyUsers { host, .. }) if host == "dod-graph.microsoft.us"));
        assert_eq!(Target { modify_users: true, ..named }.consent(), Ok(()));
    }

    #[test]
    fn other_hosts_need_consent_to_plain_http() {
        let mut target = Target { modify_users: true, ..target("http://graph.example.com") };
        let error = target.consent().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the target `graph-example-com` reaches graph.example.com by plain http, which sends secrets and phone numbers unencrypted"
        );
        target.allow_insecure_http = true;
        assert_eq!(target.consent(), Ok(()));
        assert_eq!(Target { modify_users: true, ..self::target("https://graph.example.com") }.consent(), Ok(()));
    }
}
