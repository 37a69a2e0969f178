//! What is fixed for a scenario before its first step, and the numbers that it takes.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::api::{ApiVersion, Operation};
use crate::graph::PhoneType;
use crate::plan::Variation;
use crate::suite::Caller;
use crate::target::NumberKind;
use crate::tenant::{EXTENSION, Facts, Numbers};

/// What is fixed for a scenario.
#[derive(Debug)]
pub struct Setting {
    /// What the preflight found out.
    pub facts: Arc<Facts>,
    /// What the plan chose where the scenario leaves a choice.
    pub variation: Variation,
    /// The index of the identity that plays each caller.
    pub cast: BTreeMap<Caller, usize>,
    /// The other version, which the rest of the scenario does not use, if there is one.
    pub other_version: Option<ApiVersion>,
    /// Whether the sender of the request may see masked numbers.
    pub masking: bool,
    /// Whether one answer is enough to judge the scenario.
    pub single_answer: bool,
    /// The operation whose effect the scenario checks, if it checks one.
    pub asks_for_effect_of: Option<Operation>,
}

/// The numbers that a scenario takes; no user has them.
#[derive(Debug)]
pub struct FreshNumbers {
    numbers: Arc<Numbers>,
    kind: Option<NumberKind>,
    place: usize,
    taken: u64,
}

impl FreshNumbers {
    /// The numbers of a kind at the scenario's `place` in the run.
    pub const fn new(numbers: Arc<Numbers>, kind: Option<NumberKind>, place: usize) -> Self {
        Self { numbers, kind, place, taken: 0 }
    }

    /// A number without an extension.
    pub(in crate::steps) fn line(&mut self) -> String {
        self.taken += 1;
        self.numbers.number_of(self.kind, self.place, self.taken - 1)
    }

    /// A number for a phone of this type.
    pub(in crate::steps) fn phone(&mut self, kind: PhoneType) -> String {
        let extended = kind == PhoneType::Office && self.kind == Some(NumberKind::Extension);
        format!("{}{}", self.line(), if extended { EXTENSION } else { "" })
    }

    /// Whether this number is one of the run's numbers.
    pub(super) fn makes(&self, number: &str) -> bool {
        self.numbers.makes(number)
    }
}
