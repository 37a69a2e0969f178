//! The deployments of Microsoft Graph: their addresses, their token issuers, and the operations that they lack.

use url::{Host, Url};

use crate::api::{Cloud, Operation};

use super::Target;

impl Cloud {
    /// Service root, without the version segment.
    ///
    /// Source: national cloud deployments, Microsoft Graph and Graph Explorer service root endpoints.
    pub const fn root(self) -> &'static str {
        match self {
            Self::Global => "https://graph.microsoft.com",
            Self::UsL4 => "https://graph.microsoft.us",
            Self::UsL5 => "https://dod-graph.microsoft.us",
            Self::China => "https://microsoftgraph.chinacloudapi.cn",
        }
    }

    /// The address of its token issuer, without the tenant.
    ///
    /// Source: national cloud deployments, app registration and token service root endpoints.
    pub const fn authority(self) -> &'static str {
        match self {
            Self::Global => "https://login.microsoftonline.com",
            Self::UsL4 | Self::UsL5 => "https://login.microsoftonline.us",
            Self::China => "https://login.chinacloudapi.cn",
        }
    }

    /// Its common name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Global => "the global service",
            Self::UsL4 => "US government L4",
            Self::UsL5 => "US government L5 (DoD)",
            Self::China => "China, operated by 21Vianet",
        }
    }

    /// The source that says that the cloud lacks an operation; `None` if it has it.
    pub const fn leaves_out(self, operation: Operation) -> Option<&'static str> {
        match (self, operation) {
            (Self::China, Operation::EnableSmsSignIn) => Some("reference: enable-sms-sign-in, National clouds"),
            (Self::China, Operation::DisableSmsSignIn) => Some("reference: disable-sms-sign-in, National clouds"),
            _ => None,
        }
    }

    /// The cloud that an address's host belongs to, for any spelling of the host, and any port and path. A subdomain of
    /// a cloud's host belongs to that cloud. A longer host that only starts with it belongs to someone else.
    pub fn of(url: &Url) -> Option<Self> {
        let Some(Host::Domain(name)) = url.host() else { return None };
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        Self::ALL.iter().copied().find(|cloud| {
            let host = cloud.root().trim_start_matches("https://");
            name.strip_suffix(host).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
    }

    /// Whether an address belongs to a cloud's token issuer.
    pub(super) fn issues_tokens_at(url: &Url) -> bool {
        let host = url.host_str().map(|host| host.trim_end_matches('.').to_ascii_lowercase());
        Self::ALL.iter().any(|cloud| host.as_deref() == Some(cloud.authority().trim_start_matches("https://")))
    }
}

impl Target {
    /// The deployment of Microsoft Graph that a run would call. The target gives its name or its address.
    pub fn cloud(&self) -> Option<Cloud> {
        self.cloud.or_else(|| Cloud::of(&self.base_url))
    }

    /// Why the target's cloud lacks an operation, if its documents say so.
    pub fn leaves_out(&self, operation: Operation) -> Option<String> {
        let cloud = self.cloud()?;
        let source = cloud.leaves_out(operation)?;
        Some(format!(
            "the cloud `{cloud}` ({}) does not have the operation {operation}, according to its documents ({source})",
            cloud.title()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Option<Cloud> {
        Cloud::of(&Url::parse(url).unwrap())
    }

    #[test]
    fn each_root_belongs_to_its_cloud() {
        for cloud in Cloud::ALL {
            assert_eq!(of(cloud.root()), Some(*cloud));
        }
    }

    #[test]
    fn a_cloud_is_recognised_in_any_spelling_of_its_host() {
        for url in [
            "https://GRAPH.Microsoft.com",
            "https://graph.microsoft.com.",
            "https://graph.microsoft.com:8443/x",
            "http://graph.microsoft.com",
            "https://gr%61ph.microsoft.com",
            "https://graph\u{3002}microsoft.com",
            "https://canary.graph.microsoft.com/v1.0",
        ] {
            assert_eq!(of(url), Some(Cloud::Global), "{url}");
        }
        assert_eq!(of("https://dod-graph.microsoft.us:443"), Some(Cloud::UsL5));
    }

    #[test]
    fn a_host_that_only_resembles_a_cloud_is_not_one() {
        for url in [
            "https://graph.microsoft.com.example.com",
            "https://mygraph.microsoft.com",
            "https://graph-microsoft.com",
            "https://microsoft.com",
            "http://127.0.0.1/graph.microsoft.com",
            "http://[::1]",
        ] {
            assert_eq!(of(url), None, "{url}");
        }
    }
}
