//! Looks for a server on the other loopback address if the endpoint's loopback address refuses connections.
//!
//! A server that listens on `localhost` often listens on only one of `127.0.0.1` and `::1`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Host, Url};

use crate::target::is_loopback;

/// How long a connection within this machine may take.
const LONG: Duration = Duration::from_millis(500);

/// The same URL with another loopback address, if something listens there.
pub(super) async fn listener(url: &Url) -> Option<Url> {
    if !is_loopback(url) {
        return None;
    }
    let port = url.port_or_known_default()?;
    for (address, host) in [(IpAddr::from(Ipv6Addr::LOCALHOST), "[::1]"), (IpAddr::from(Ipv4Addr::LOCALHOST), "127.0.0.1")] {
        let is_its_own = match url.host() {
            Some(Host::Ipv4(own)) => IpAddr::from(own) == address,
            Some(Host::Ipv6(own)) => IpAddr::from(own) == address,
            _ => false,
        };
        let connects = || timeout(LONG, TcpStream::connect(SocketAddr::new(address, port)));
        if !is_its_own && matches!(connects().await, Ok(Ok(_))) {
            let mut other = url.clone();
            other.set_host(Some(host)).ok()?;
            return Some(other);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_on_the_other_loopback_address_is_found() {
        let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = server.local_addr().unwrap().port();
        let at = |host: &str| format!("http://{host}:{port}/x").parse::<Url>().unwrap();
        assert_eq!(listener(&at("[::1]")).await, Some(at("127.0.0.1")));
        assert_eq!(listener(&at("127.0.0.1")).await, None, "it is asked there already");
        assert_eq!(listener(&at("example.com")).await, None, "nothing is sent beyond this machine");
        drop(server);
        assert_eq!(listener(&at("[::1]")).await, None);
    }
}
