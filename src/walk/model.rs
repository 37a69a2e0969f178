//! The model: the phones that users should have, as far as they are known.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::PhoneType;

/// The states of a phone.
const STATES: [&str; 6] = ["notSupported", "notAllowedByPolicy", "notEnabled", "phoneNumberNotUnique", "ready", "notConfigured"];

/// The users of a walk and what is known about them.
#[derive(Debug, Clone)]
pub struct Model {
    pub(super) accounts: Vec<Account>,
    /// Numbers that were used for SMS sign-in and are free now, each with its former user and the rule that frees it.
    pub(super) freed: BTreeMap<String, (usize, &'static str)>,
    /// Whether reads or registrations lag, so that a read may show an old state.
    pub(super) lags: bool,
    /// Whether numbers may be masked.
    pub(super) masking: bool,
}

/// A user, with the phones that the user should have.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    /// Whether the policy allows the user SMS sign-in; `None` if unknown.
    pub allowed: Option<bool>,
    pub phones: BTreeMap<PhoneType, ModelPhone>,
    /// The types of deleted phones.
    pub lost_types: BTreeSet<PhoneType>,
    /// The numbers of deleted phones, without extensions.
    pub lost_numbers: BTreeSet<String>,
}

/// What is known about a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ModelPhone {
    pub number: String,
    /// The id of the phone, once the endpoint has shown it.
    pub id: Option<String>,
    pub states: States,
}

/// The possible states of a phone; `None` for any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct States(Option<BTreeSet<&'static str>>);

impl States {
    pub fn any() -> Self {
        Self(None)
    }

    pub fn of(states: &[&'static str]) -> Self {
        Self(Some(states.iter().copied().collect()))
    }

    /// These states and more.
    pub fn or(&self, more: &[&'static str]) -> Self {
        Self(self.0.as_ref().map(|states| states.iter().chain(more).copied().collect()))
    }

    /// Whether the phone is certainly ready.
    pub fn are_ready(&self) -> bool {
        *self == Self::of(&["ready"])
    }

    /// Whether the phone is perhaps ready.
    pub fn may_be_ready(&self) -> bool {
        self.allow(Some("ready"))
    }

    /// Whether the phone may be in the shown state. A missing state is allowed, because the rule about the schema
    /// reports it.
    pub fn allow(&self, shown: Option<&str>) -> bool {
        let Some((states, shown)) = self.0.as_ref().zip(shown) else { return true };
        states.contains(shown)
    }

    pub fn seen(&self, shown: Option<&str>) -> Self {
        STATES.iter().find(|state| Some(**state) == shown).map_or_else(|| self.clone(), |state| Self::of(&[*state]))
    }

    /// The first of the states, if they are known.
    #[cfg(test)]
    pub fn first(&self) -> Option<&'static str> {
        self.0.as_ref()?.first().copied()
    }

    pub fn describe(&self) -> String {
        self.0.as_ref().map_or_else(|| "in any state".to_owned(), |states| states.iter().copied().collect::<Vec<_>>().join(" or "))
    }
}

impl Model {
    /// Users without phones. `allowed` tells for each user whether the policy allows SMS sign-in.
    pub fn new(allowed: &[Option<bool>], lags: bool, masking: bool) -> Self {
        let accounts = allowed.iter().map(|allowed| Account { allowed: *allowed, ..Account::default() }).collect();
        Self { accounts, freed: BTreeMap::new(), lags, masking }
    }
}
