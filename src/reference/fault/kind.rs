//! The kinds of mistake, to count faults by.

use super::{Fault, Mistake};

/// What a mistake is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// What the operation does, and no other does.
    Own,
    /// Which phone numbers are accepted.
    Number,
    /// What else of a request is accepted.
    Input,
    /// How an answer of success looks.
    Answer,
    /// How a refusal looks.
    Refusal,
    /// Whether what is answered has happened, and to whom.
    Effect,
    /// Who may call.
    Access,
}

impl FaultKind {
    /// The word for it.
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
    /// What the mistake is about.
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
