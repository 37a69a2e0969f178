//! Speaking HTTP to an endpoint: what is sent, what came back, and nothing about whether it was right.

mod call;
mod client;
mod connection;
mod exchange;
mod expiry;
mod failures;
mod grant;
mod phone;
mod redact;
mod throttle;
mod transport;
mod wallet;

pub use call::{Account, Body, Call, Credential};
pub use client::{Client, Limits, Traffic};
pub use connection::ConnectionError;
pub use exchange::{Exchange, shell_word};
pub use failures::Failures;
pub use phone::{Phone, PhoneType};
pub use redact::Redactor;
pub use transport::{Phase, TransportError};
pub use wallet::{Environment, Wallet, WalletError};
