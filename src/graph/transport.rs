//! What keeps an answer from coming.

use std::error::Error as _;
use std::fmt;

/// The part of an exchange in which it broke off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// No connection, or no TLS on it.
    Connect,
    /// The request went out, and no answer began.
    Answer,
    /// The answer began and did not end, or did not end in time.
    Body,
    /// The endpoint asks for patience, and goes on asking.
    Throttled,
    /// It was not sent at all.
    HeldUp,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting",
            Self::Answer => "waiting for the answer",
            Self::Body => "reading the body",
            Self::Throttled => "waiting out the throttling",
            Self::HeldUp => "waiting to be sent",
        })
    }
}

/// An exchange that did not come to an end. It says nothing about conformance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{method} {origin} failed while {phase}: {message}")]
pub struct TransportError {
    /// Where it broke off.
    pub phase: Phase,
    /// HTTP method.
    pub method: &'static str,
    /// Scheme, host and port.
    pub origin: String,
    /// The reason, in the words of whoever noticed.
    pub message: String,
}

/// The innermost reason of a client error: the outer ones repeat the address, which may hold a user's name.
pub(super) fn innermost(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

/// Whether a client error came before anything was sent.
pub(super) fn phase_of(error: &reqwest::Error) -> Phase {
    if error.is_connect() || error.source().is_none() && error.is_builder() { Phase::Connect } else { Phase::Answer }
}
