//! Why a scenario ends before its last step.

use crate::check::Mismatch;
use crate::graph::{Phase, TransportError};
use crate::tenant::Setback;

/// The end of a scenario: what its outcome is made of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    /// A check did not hold.
    #[error("expected {}, got {}", .0.expected, .0.actual)]
    Violated(Mismatch),
    /// A precondition could not be established through the endpoint.
    #[error("{0}")]
    Blocked(String),
    /// It could not, for a reason that was known before the scenario began: another try shows nothing else.
    #[error("{0}")]
    Known(String),
    /// The harness or the network failed.
    #[error("{0}")]
    Errored(String),
    /// The run came to its end before the scenario did.
    #[error("{0}")]
    Interrupted(String),
}

impl From<Mismatch> for Halt {
    fn from(mismatch: Mismatch) -> Self {
        Self::Violated(mismatch)
    }
}

impl From<TransportError> for Halt {
    fn from(error: TransportError) -> Self {
        match error.phase {
            Phase::Interrupted => Self::Interrupted(error.to_string()),
            _ => Self::Errored(error.to_string()),
        }
    }
}

impl From<Setback> for Halt {
    fn from(setback: Setback) -> Self {
        match setback {
            Setback::Unreadable(reason) | Setback::Unchangeable(reason) => Self::Blocked(reason),
            Setback::Transport(error) => error.into(),
        }
    }
}
