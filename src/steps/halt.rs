//! Why a scenario ends before its last step.

use crate::check::Mismatch;
use crate::graph::{Phase, TransportError};
use crate::tenant::Setback;

/// Why a scenario ends early; its outcome follows from this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    /// An answer did not pass a check.
    #[error("expected {}, got {}", .0.expected, .0.actual)]
    Violated(Mismatch),
    /// Reads show other phones than expected. Another scenario may have changed them.
    #[error("expected {}, got {}", .0.expected, .0.actual)]
    WrongPhones(Mismatch),
    /// A precondition could not be established through the endpoint.
    #[error("{0}")]
    Blocked(String),
    /// A precondition can't be established, and the run knew that before the scenario began. Another try would not
    /// help.
    #[error("{0}")]
    Preflight(String),
    /// The harness or the network failed.
    #[error("{0}")]
    Errored(String),
    /// The run ended before the scenario did.
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
