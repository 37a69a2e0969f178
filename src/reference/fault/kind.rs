//! The kinds of mistake. Faults are counted by kind.

use crate::api::named;

named! {
    /// What a mistake is about.
    FaultKind {
        /// The effect of one operation, which no other operation has.
        Own = "own",
        /// Which phone numbers are accepted.
        Number = "number",
        /// Which other parts of a request are accepted.
        Input = "input",
        /// The form of a success answer.
        Answer = "answer",
        /// The form of a refusal.
        Refusal = "refusal",
        /// Whether the answered change happened, and to which user.
        Effect = "effect",
        /// Who may call.
        Access = "access",
    }
}
