//! Talks HTTP to an endpoint: what was sent and what came back. Other modules judge it.

mod call;
mod client;
mod connection;
mod exchange;
mod expiry;
mod failures;
mod form;
mod grant;
mod malformed;
mod number;
mod outage;
mod phone;
mod proxy;
mod redact;
mod sign_in;
mod throttle;
mod transport;
mod wallet;

pub use call::{Account, Body, Call, Credential};
pub use client::{Client, Limits, Traffic};
pub use connection::ConnectionError;
pub use exchange::{Exchange, shell_word};
pub use failures::Failures;
pub use number::PhoneNumber;
pub use outage::Silence;
pub use phone::{Phone, PhoneType, StrangeItem};
pub use proxy::EnvironmentProxy;
pub use redact::Redactor;
pub use reqwest::StatusCode;
pub use sign_in::SmsSignInState;
pub use transport::{Phase, TransportError};
pub use wallet::{Environment, Wallet, WalletError};
