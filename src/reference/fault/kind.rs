//! The kinds of mistake, by which faults are counted.

use super::{Fault, Mistake};

/// What a mistake is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// The effect of one operation, unlike any other.
    Own,
    /// Which phone numbers are accepted.
    Number,
    /// Which other parts of a request are accepted.
    Input,
    /// The form of a success answer.
    Answer,
    /// The form of a refusal.
    Refusal,
    /// Whether the answered change happened, and to which user.
    Effect,
    /// Who may call.
    Access,
}

impl FaultKind {
    /// The name of the kind.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Number => "number",
            Self::Input => "input",
            Self::Answer => "answer",
            Self::Refusal => "refusal",
            Self::Effect => "effect",
            Self::Access => "access",
        }
    }
}

impl Fault {
    /// The kind of a mistake.
    pub fn kind(self) -> FaultKind {
        match self.mistake {
            Mistake::Create(_)
            | Mistake::List(_)
            | Mistake::Get(_)
            | Mistake::Update(_)
            | Mistake::Delete(_)
            | Mistake::Enable(_)
            | Mistake::Disable(_) => FaultKind::Own,
            Mistake::Number(..) => FaultKind::Number,
            Mistake::Input(..) => FaultKind::Input,
            Mistake::PhoneShape(..) => FaultKind::Answer,
            Mistake::RefusalShape(..) => FaultKind::Refusal,
            Mistake::Effect(..) | Mistake::Reach(..) => FaultKind::Effect,
            Mistake::Own(..) | Mistake::Permissions(..) | Mistake::Access(..) => FaultKind::Access,
        }
    }
}
