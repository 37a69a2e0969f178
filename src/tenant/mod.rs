//! The target's users: lends them to scenarios, gives them their starting phones, and puts them back.

mod amend;
mod conversation;
mod deadline;
mod effect;
mod establish;
mod facts;
mod isolation;
mod journal;
mod known;
mod left_alone;
mod look;
mod made;
mod numbers;
mod observe;
mod original;
mod pool;
mod registration;
mod repeat;

pub use amend::Correction;
pub use conversation::{Conversation, Endpoint, View, phone_body};
pub use deadline::Deadline;
pub use establish::{clear, establish, find, replace};
pub use facts::{Control, Facts, VersionFacts};
pub use journal::Journal;
pub use known::{KnownPhones, Start, distance};
pub use left_alone::{LeftAlone, UNREADABLE};
pub use look::Look;
pub use made::Made;
pub use numbers::{EXTENSION, Numbers, PER_SLOT, Share};
pub use observe::{Observed, by_list, by_reads, look, observe, read_phones};
pub use original::{ATTEMPTS, Found, Original, Restoration};
pub use pool::{Candidates, Lease, Pool, Terms, assign};
pub use registration::{is_off, may_be_registered, observe_registration, registration};

use crate::graph::TransportError;

/// Why a user's phones could not be read or set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setback {
    /// The endpoint does not show a user's phones.
    Unreadable(String),
    /// The endpoint did not carry out the requests that set up the phones.
    Unchangeable(String),
    /// A request got no answer.
    Transport(TransportError),
}

impl From<TransportError> for Setback {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}
