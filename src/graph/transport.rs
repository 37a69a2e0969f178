//! Reasons why no answer came.

use std::error::Error;
use std::{fmt, io};

use rustls::{AlertDescription, CertificateError, Error as TlsError, OtherError};

/// The phase in which an exchange broke off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// There was no token to send.
    Token,
    /// No connection was made.
    Connect,
    /// The endpoint refused the connection, because nothing listens there.
    Refused,
    /// A connection was made, but TLS failed on it.
    Tls,
    /// The request was sent, and no answer began.
    Answer,
    /// The request was sent, and the connection closed before an answer began. Either a kept connection was idle too
    /// long, or the endpoint went down.
    Dropped,
    /// The answer began but did not end, or not in time.
    Body,
    /// The endpoint throttled the request for longer than the limit.
    Throttled,
    /// The endpoint carried out a write and asks to send it again.
    Unclear,
    /// The endpoint refuses a token that it accepted before.
    Spent,
    /// The request was not sent.
    NotSent,
    /// The request was not sent because the run ended.
    Interrupted,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token => "fetching a token",
            Self::Connect | Self::Refused => "connecting",
            Self::Tls => "setting up TLS",
            Self::Answer | Self::Dropped => "waiting for the answer",
            Self::Body => "reading the body",
            Self::Throttled => "waiting out the throttling",
            Self::Unclear => "checking whether it was carried out",
            Self::Spent => "showing a token",
            Self::NotSent | Self::Interrupted => "waiting to be sent",
        })
    }
}

/// An exchange that broke off. It says nothing about conformance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{method} {origin} failed while {phase}: {message}")]
pub struct TransportError {
    /// The phase in which it broke off.
    pub phase: Phase,
    /// HTTP method.
    pub method: &'static str,
    /// Scheme, host and port.
    pub origin: String,
    /// The reason, as reported by the layer that noticed.
    pub message: String,
    /// What to do about it, if known.
    pub hint: Option<&'static str>,
}

/// The hint if an endpoint closes a TLS connection.
const CERTIFICATE: &str = "it may require a client certificate: name one that it trusts in `client_certificate_file`";

/// The hint if the port does not speak TLS.
const PLAIN: &str = "if the port does not speak TLS, the address must begin with `http://`";

/// The hint if this program may not open another connection.
pub(super) const TOO_FEW_FILES: &str =
    "this machine lets the program open too few files at once: raise `ulimit -n`, or send fewer requests at once with `-j`";

/// The phase in which an exchange broke off, and what to do about it.
pub(super) struct Fault {
    /// The phase according to the error.
    pub phase: Phase,
    /// What to do about it.
    pub hint: Option<&'static str>,
}

/// The hint if a mock proxy can't be reached, or is no mock proxy.
pub(super) const fn mocked_hint(phase: Phase) -> Option<&'static str> {
    match phase {
        Phase::Connect | Phase::Refused => Some("check that the proxy in `mock_proxy` is running; nothing was sent to the service"),
        Phase::Tls => Some(
            "configure the proxy in `mock_proxy` to watch this host, and name its authority in `ca_file`; nothing was sent to the service",
        ),
        _ => None,
    }
}

/// The hint if no connection can be made through a proxy of the environment. `scheme` is the scheme of its address.
pub(super) fn proxied_hint(phase: Phase, scheme: &str) -> Option<&'static str> {
    match (phase, scheme) {
        (Phase::Connect | Phase::Refused, _) => Some("check that the proxy can reach this host; to bypass it, add the host to `NO_PROXY`"),
        (Phase::Tls, "https") => Some("if the proxy itself does not speak TLS, its address must begin with `http://`"),
        _ => None,
    }
}

/// The innermost reason of a client error. The outer ones repeat the address, which may contain a user's name.
pub(super) fn innermost(error: &reqwest::Error) -> String {
    let mut inner: &dyn Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

/// Whether the connection was closed before an answer came.
pub(super) fn was_dropped(error: &reqwest::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let mut inner: Option<&(dyn Error + 'static)> = error.source().filter(|_| !error.is_connect());
    while let Some(error) = inner {
        let incomplete = error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message);
        let closed = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if incomplete || closed.is_some_and(|kind| matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)) {
            return true;
        }
        inner = error.source();
    }
    false
}

/// Whether a header of the answer is malformed.
pub(super) fn is_malformed(error: &reqwest::Error) -> bool {
    innermost(error).starts_with("invalid HTTP header")
}

/// The hint if the answer is no readable HTTP. hyper tells the reasons apart only in words.
pub(super) fn unreadable_hint(error: &reqwest::Error) -> Option<&'static str> {
    let reason = innermost(error);
    if is_malformed(error) {
        Some("a header is a name, a colon and a value in one line, without a blank before the colon and without control characters")
    } else if reason.contains("head is too large") {
        Some("an answer may have 1000 headers, and 400 kB of them")
    } else if reason.contains("invalid HTTP") || reason.contains("unexpected message") {
        Some("the port does not speak HTTP: is it another service's, or must the base URL begin with `https://`?")
    } else {
        None
    }
}

/// Whether the connection was refused.
fn is_refused(error: &reqwest::Error) -> bool {
    io_error(error).is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

/// The system's error inside a client error.
fn io_error(error: &reqwest::Error) -> Option<&io::Error> {
    std::iter::successors(error.source(), |error| Error::source(*error)).find_map(|error| error.downcast_ref())
}

/// The system's error codes if the program, or the whole system, has too many files open.
const FILES: [i32; 2] = if cfg!(windows) { [10_024, 10_024] } else { [24, 23] };

/// The reason of a client error, in words for the user.
pub(super) fn cause(error: &reqwest::Error) -> String {
    match tls_error(error) {
        Some(error) => tls_cause(error),
        None if ended_early(error) => "the connection ends before TLS is set up".to_owned(),
        None => innermost(error),
    }
}

/// Whether the connection was closed during the TLS handshake, which rustls does not report as its own error.
fn ended_early(error: &reqwest::Error) -> bool {
    error.is_connect() && innermost(error) == "tls handshake eof"
}

/// The phase and the hint for a client error on an address of this scheme.
pub(super) fn fault_of(error: &reqwest::Error, scheme: &str) -> Fault {
    if let Some(error) = tls_error(error) {
        return Fault { phase: Phase::Tls, hint: tls_hint(error) };
    }
    if ended_early(error) {
        return Fault { phase: Phase::Tls, hint: Some(PLAIN) };
    }
    if error.is_connect() && io_error(error).and_then(io::Error::raw_os_error).is_some_and(|code| FILES.contains(&code)) {
        return Fault { phase: Phase::Connect, hint: Some(TOO_FEW_FILES) };
    }
    if error.is_connect() && is_refused(error) {
        return Fault { phase: Phase::Refused, hint: None };
    }
    if error.is_connect() || error.source().is_none() && error.is_builder() {
        return Fault { phase: Phase::Connect, hint: None };
    }
    // With TLS 1.3, a client without the required certificate may only see that the connection closes.
    let hint = (scheme == "https" && error.is_request()).then_some(CERTIFICATE);
    Fault { phase: Phase::Answer, hint }
}

/// The rustls error inside a client error, at any depth.
fn tls_error(error: &reqwest::Error) -> Option<&TlsError> {
    let mut inner: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = inner {
        if let Some(error) = error.downcast_ref::<TlsError>() {
            return Some(error);
        }
        // `source()` of an `io::Error` skips the wrapped error itself.
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner = wrapped.map(|wrapped| wrapped as &(dyn Error + 'static)).or_else(|| error.source());
    }
    None
}

fn tls_cause(error: &TlsError) -> String {
    match error {
        TlsError::InvalidCertificate(CertificateError::UnknownIssuer) => "no trusted authority signed the certificate".to_owned(),
        TlsError::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            "the certificate has expired".to_owned()
        }
        TlsError::InvalidCertificate(CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) => {
            "the certificate is not valid yet".to_owned()
        }
        TlsError::InvalidCertificate(CertificateError::NotValidForNameContext { presented, .. }) if presented.is_empty() => {
            "the certificate names no host".to_owned()
        }
        TlsError::InvalidCertificate(CertificateError::Other(other)) if says(other, AUTHORITY) => {
            "the certificate is an authority's certificate (CA:TRUE), not a server's".to_owned()
        }
        TlsError::InvalidCertificate(CertificateError::Other(other)) if says(other, VERSION) => {
            "the certificate has version 1, which can't name a host".to_owned()
        }
        TlsError::InvalidCertificate(CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }) => {
            "the certificate is for another host".to_owned()
        }
        TlsError::InvalidMessage(_) => "the server on this port does not speak TLS".to_owned(),
        TlsError::AlertReceived(alert) => format!("the endpoint ended the connection with the alert {alert:?}"),
        other => other.to_string(),
    }
}

/// The certificate library's names for the certificate of an authority, and for one of an old version.
const AUTHORITY: &str = "CaUsedAsEndEntity";
const VERSION: &str = "UnsupportedCertVersion";

fn says(error: &OtherError, name: &str) -> bool {
    format!("{error:?}").contains(name)
}

fn tls_hint(error: &TlsError) -> Option<&'static str> {
    match error {
        TlsError::InvalidCertificate(CertificateError::NotValidForNameContext { presented, .. }) if presented.is_empty() => {
            Some("make it with `-addext subjectAltName=DNS:HOST` after `openssl req -x509`")
        }
        TlsError::InvalidCertificate(CertificateError::Other(other)) if says(other, AUTHORITY) => {
            Some("make it with `-addext basicConstraints=critical,CA:FALSE` after `openssl req -x509`")
        }
        TlsError::InvalidCertificate(CertificateError::Other(other)) if says(other, VERSION) => {
            Some("make it with `openssl req -x509 -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:HOST`")
        }
        TlsError::InvalidCertificate(CertificateError::UnknownIssuer) => {
            Some("name the file with the certificate of the authority in `ca_file`")
        }
        TlsError::InvalidCertificate(CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }) => {
            Some("write the host as the certificate names it")
        }
        TlsError::InvalidCertificate(_) => Some("fix the certificate on the server; the check can't be turned off"),
        TlsError::InvalidMessage(_) => Some(PLAIN),
        TlsError::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::HandshakeFailure
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied,
        ) => Some(CERTIFICATE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use rustls::pki_types::CertificateDer;
    use rustls::server::ParsedCertificate;

    use super::*;

    /// A certificate of version 1, as `openssl x509 -req -signkey` makes it.
    const OLD: &str = "\
        MIIBIzCBywIUIVl8T+sbRmChoAwhI3yfidPVC7AwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODE1NTgwMloYDzIxMjYxMTA0\
        MTU1ODAyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARQxmLF2mczAB3Z1KH36ACd6s//PdPjwwAa4BfvLMwoOOEF\
        w8ki+r4WehwiCqVLxiHa62DGj238UOzmJHt+VMCaMAoGCCqGSM49BAMCA0cAMEQCIDihm5AuMB6yhZ//KEusAu/rzFT16BerykWRMvN2neLCAiAcOet94GN9\
        7JXiQyzRXWI77blGcTtCTraiVDyrKJh7TQ==";

    #[test]
    fn the_message_says_that_a_certificate_is_old() {
        let certificate = CertificateDer::from(STANDARD.decode(OLD).unwrap());
        let error = ParsedCertificate::try_from(&certificate).map(drop).unwrap_err();
        assert_eq!(tls_cause(&error), "the certificate has version 1, which can't name a host");
        assert!(tls_hint(&error).unwrap().contains("openssl req -x509"));
    }
}
