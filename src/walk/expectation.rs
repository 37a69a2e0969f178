//! The possible results of a step, as data.

use crate::api::Operation;
use crate::check::{Mismatch, refused, succeeded};
use crate::graph::{Exchange, PhoneType};

use super::model::{Account, ModelPhone};
use super::rules::{self, UPDATE_TYPE};

/// The possible results of a step.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// The user whose phone the step is about.
    pub(super) user: usize,
    /// The type of that phone.
    pub(super) kind: PhoneType,
    /// The operation.
    pub(super) operation: Operation,
    /// The phones that each user should have afterwards. Ignore the entry of the step's own phone.
    pub(super) bystanders: Vec<Account>,
    pub(super) answer: Answer,
    pub(super) accepted: Outcome,
    pub(super) refused: Outcome,
}

/// The right answers, and the rule that other answers break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Accepted(&'static str),
    Refused(&'static str),
    /// The documents allow both.
    Either(&'static str),
}

/// The effect of a step.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The possible states of the step's phone; each is right.
    pub(super) after: Vec<Option<ModelPhone>>,
    /// The rules that the endpoint breaks if the phone is in none of these states, or if something else changed.
    pub(super) blame: Blame,
}

/// The broken rule for each kind of wrong phone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blame {
    /// The phone is missing, has another number, or exists although it should not.
    pub effect: &'static str,
    /// The phone is in another state.
    pub state: &'static str,
    /// The phone is in the state `phoneNumberNotUnique`.
    pub not_unique: &'static str,
    /// The phone has another id.
    pub id: &'static str,
    /// Another phone of the user has changed.
    pub other_phones: &'static str,
    /// A phone of another user has changed.
    pub other_users: &'static str,
}

impl Blame {
    /// The blame for an accepted operation, which changes one phone and no other.
    pub const fn of(operation: Operation, rule: &'static str) -> Self {
        let (other_phones, other_users) = (rules::other_phones(operation), rules::other_users(operation));
        Self { effect: rule, state: rule, not_unique: rule, id: rule, other_phones, other_users }
    }

    /// The blame for a rule that requires a refusal. After a refusal, nothing may change.
    pub const fn all(rule: &'static str) -> Self {
        Self { effect: rule, state: rule, not_unique: rule, id: rule, other_phones: rule, other_users: rule }
    }
}

/// A result that the documents do not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// The rule that was broken.
    pub rule: &'static str,
    /// The right result.
    pub expected: String,
    /// The actual result.
    pub actual: String,
    /// The likely mistake.
    pub hint: Option<String>,
}

impl Expectation {
    /// The rule that a wrong answer breaks.
    pub const fn rule(&self) -> &'static str {
        let (Answer::Accepted(rule) | Answer::Refused(rule) | Answer::Either(rule)) = self.answer;
        rule
    }

    /// Adapts the expectation to an update that also asks for another type. The endpoint may refuse it, or change the
    /// number and ignore the type.
    pub(super) fn with_another_type(mut self) -> Self {
        self.answer = Answer::Either(UPDATE_TYPE);
        self.accepted.blame.effect = UPDATE_TYPE;
        self.accepted.blame.id = UPDATE_TYPE;
        self.refused.blame = Blame::all(UPDATE_TYPE);
        self
    }

    /// The effect that follows from an answer.
    ///
    /// Fails if the answer is wrong.
    pub fn outcome(&self, exchange: &Exchange) -> Result<&Outcome, Divergence> {
        let right = match self.answer {
            Answer::Accepted(_) => succeeded(exchange),
            Answer::Refused(_) => refused(exchange),
            Answer::Either(_) => succeeded(exchange).or_else(|_| refused(exchange)),
        };
        match right {
            Ok(()) => Ok(if exchange.succeeded() { &self.accepted } else { &self.refused }),
            Err(Mismatch { expected, actual, hint }) => Err(Divergence { rule: self.rule(), expected, actual, hint }),
        }
    }
}
