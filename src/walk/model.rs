//! What the documents let users have after each step.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{Phones, same_number};
use crate::graph::{Phone, PhoneType};

use super::expect::{Expectation, Outcome};
use super::rules;

/// The states that a phone can be in.
const STATES: [&str; 6] = ["notSupported", "notAllowedByPolicy", "notEnabled", "phoneNumberNotUnique", "ready", "notConfigured"];

/// The users of a walk, as far as they are known.
#[derive(Debug, Clone)]
pub struct Model {
    pub(super) accounts: Vec<Account>,
    /// Numbers that were in use for SMS sign-in and are no longer: whose they were, and the rule that they are free.
    pub(super) freed: BTreeMap<String, (usize, &'static str)>,
    /// Whether reads or registrations lag, so that what is seen need not be what is.
    pub(super) lags: bool,
    /// Whether numbers may be shown with hidden digits.
    pub(super) masking: bool,
}

/// A user, and the phones that the user should have.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    /// Whether policy allows the user SMS sign-in; `None` where unknown.
    pub allowed: Option<bool>,
    pub phones: BTreeMap<PhoneType, Known>,
    /// The types of phones that were deleted.
    pub lost_types: BTreeSet<PhoneType>,
    /// Their numbers, without extensions.
    pub lost_numbers: BTreeSet<String>,
}

/// What is known of a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub number: String,
    /// The id under which the endpoint shows it, once it has.
    pub id: Option<String>,
    pub states: States,
}

/// The states that a phone may be in; `None` for any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct States(Option<BTreeSet<&'static str>>);

/// What an endpoint did that the documents don't let it do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// The rule that was broken.
    pub rule: &'static str,
    /// What would have been right.
    pub expected: String,
    /// What came.
    pub actual: String,
    /// The likely mistake.
    pub hint: Option<String>,
}

/// How far a phone is what was expected, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    Whole,
    /// All but the state.
    State,
    /// All but the id.
    Id,
    /// Not there, or with another number, or there although it should not be.
    Not,
}

impl States {
    pub fn any() -> Self {
        Self(None)
    }

    pub fn of(states: &[&'static str]) -> Self {
        Self(Some(states.iter().copied().collect()))
    }

    /// These states or one of those.
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

    /// A state that isn't shown is the business of the schema's own rule.
    fn allow(&self, shown: Option<&str>) -> bool {
        let Some((states, shown)) = self.0.as_ref().zip(shown) else { return true };
        states.contains(shown)
    }

    fn seen(&self, shown: Option<&str>) -> Self {
        STATES.iter().find(|state| Some(**state) == shown).map_or_else(|| self.clone(), |state| Self::of(&[*state]))
    }

    /// The first of them, where they are known.
    #[cfg(test)]
    pub fn first(&self) -> Option<&'static str> {
        self.0.as_ref()?.first().copied()
    }

    fn describe(&self) -> String {
        self.0.as_ref().map_or_else(|| "in any state".to_owned(), |states| states.iter().copied().collect::<Vec<_>>().join(" or "))
    }
}

impl Known {
    fn fit(&self, shown: &Phone, masking: bool) -> Fit {
        let same_id = match (&self.id, &shown.id) {
            (Some(known), Some(shown)) => known.eq_ignore_ascii_case(shown),
            _ => true,
        };
        match (same_number(&self.number, &shown.number, masking), same_id, self.states.allow(shown.sms_sign_in_state.as_deref())) {
            (false, ..) => Fit::Not,
            (_, false, _) => Fit::Id,
            (.., false) => Fit::State,
            _ => Fit::Whole,
        }
    }
}

/// How far the phones of one type, of which there is one at most, are this one.
fn fit(known: Option<&Known>, shown: &[&Phone], masking: bool) -> Fit {
    match (known, shown) {
        (None, []) => Fit::Whole,
        (Some(known), [phone]) => known.fit(phone, masking),
        _ => Fit::Not,
    }
}

impl Model {
    /// Users without phones, of whom this is known of the policy.
    pub fn new(allowed: &[Option<bool>], lags: bool, masking: bool) -> Self {
        let accounts = allowed.iter().map(|allowed| Account { allowed: *allowed, ..Account::default() }).collect();
        Self { accounts, freed: BTreeMap::new(), lags, masking }
    }

    /// How many users there are.
    pub fn users(&self) -> usize {
        self.accounts.len()
    }

    /// Whether a user's phones are as one of the outcomes of a step has them.
    pub fn holds(&self, expectation: &Expectation, outcome: &Outcome, user: usize, shown: &Phones) -> bool {
        PhoneType::ALL.into_iter().all(|kind| self.fit(expectation, outcome, user, kind, shown) == Fit::Whole)
    }

    /// How far a user's phone of a type is as expected.
    fn fit(&self, expectation: &Expectation, outcome: &Outcome, user: usize, kind: PhoneType, shown: &Phones) -> Fit {
        let shown: Vec<&Phone> = shown.iter().filter(|phone| phone.kind == kind).collect();
        if (user, kind) == (expectation.user, expectation.kind) {
            outcome.after.iter().map(|known| fit(known.as_ref(), &shown, self.masking)).min().unwrap_or(Fit::Not)
        } else {
            fit(expectation.bystanders[user].phones.get(&kind), &shown, self.masking)
        }
    }

    /// Looks whether a user's phones are as a step should have left them.
    ///
    /// # Errors
    /// Where they are not: what is wrong, and which rule that breaks.
    pub fn judge(&self, expectation: &Expectation, outcome: &Outcome, user: usize, shown: &Phones) -> Result<(), Divergence> {
        if self.holds(expectation, outcome, user, shown) {
            return Ok(());
        }
        let blame = &outcome.blame;
        let rule = if user == expectation.user {
            let state = shown.of(expectation.kind).and_then(|phone| phone.sms_sign_in_state.as_deref());
            match self.fit(expectation, outcome, user, expectation.kind, shown) {
                Fit::Whole => blame.other_phones,
                Fit::State if state == Some("phoneNumberNotUnique") => blame.not_unique,
                Fit::State => blame.state,
                Fit::Id => blame.id,
                Fit::Not => blame.effect,
            }
        } else {
            blame.other_users
        };
        let whose = if user == 0 { "the user" } else { "the other user" };
        let expected = format!("{whose} has {}", describe(expectation, outcome, user));
        Err(Divergence { rule, expected, actual: format!("{whose} has {shown}"), hint: None })
    }

    /// The model after a step that went as expected; `shown` are the phones of each user.
    #[must_use]
    pub fn after(&self, expectation: &Expectation, outcome: &Outcome, shown: &[Phones]) -> Self {
        let mut next = Self { accounts: expectation.bystanders.clone(), ..self.clone() };
        let (user, kind) = (expectation.user, expectation.kind);
        let there: Vec<&Phone> = shown[user].iter().filter(|phone| phone.kind == kind).collect();
        let after = outcome.after.iter().min_by_key(|known| fit(known.as_ref(), &there, self.masking)).cloned().flatten();
        let before = self.accounts[user].phones.get(&kind).cloned();
        let account = &mut next.accounts[user];
        match (&before, after) {
            (_, Some(after)) => {
                account.phones.insert(kind, after);
            }
            (Some(before), None) => {
                account.phones.remove(&kind);
                account.lost_types.insert(kind);
                account.lost_numbers.insert(line(&before.number).to_owned());
            }
            (None, None) => {}
        }
        for (account, shown) in next.accounts.iter_mut().zip(shown) {
            account.see(shown, self.lags);
        }
        next.note_freed(expectation, before.filter(|_| kind == PhoneType::Mobile));
        next
    }

    /// Keeps which number is free from now on, and on account of which rule.
    fn note_freed(&mut self, expectation: &Expectation, before: Option<Known>) {
        let now = self.accounts[expectation.user].phones.get(&PhoneType::Mobile);
        if let (Some(before), Some(rule)) = (before.filter(|before| before.states.may_be_ready()), rules::frees(expectation.operation)) {
            let still = now.is_some_and(|now| now.number == before.number && now.states.may_be_ready());
            if !still {
                self.freed.insert(before.number, (expectation.user, rule));
            }
        }
        let mobiles = self.accounts.iter().filter_map(|account| account.phones.get(&PhoneType::Mobile));
        for ready in mobiles.filter(|mobile| mobile.states.may_be_ready()) {
            self.freed.remove(&ready.number);
        }
    }
}

impl Account {
    /// Takes from what is shown what the model left open. Where reads lag, only ids: a state that is seen may have been left already.
    fn see(&mut self, shown: &Phones, lags: bool) {
        for (kind, known) in &mut self.phones {
            let Some(phone) = shown.of(*kind) else { continue };
            known.id = known.id.take().or_else(|| phone.id.clone());
            if !lags {
                known.states = known.states.seen(phone.sms_sign_in_state.as_deref());
            }
        }
    }
}

/// A number without its extension.
pub(super) fn line(number: &str) -> &str {
    number.split('x').next().unwrap_or_default()
}

/// The phones that a user should have.
fn describe(expectation: &Expectation, outcome: &Outcome, user: usize) -> String {
    let one = |kind: PhoneType, known: Option<&Known>| match known {
        Some(known) => format!("{kind} {} ({})", known.number, known.states.describe()),
        None => format!("no {kind}"),
    };
    let mut parts = Vec::new();
    for kind in PhoneType::ALL {
        if (user, kind) == (expectation.user, expectation.kind) {
            let choices: Vec<_> = outcome.after.iter().map(|known| one(kind, known.as_ref())).collect();
            parts.push(choices.join(" or "));
        } else if let Some(known) = expectation.bystanders[user].phones.get(&kind) {
            parts.push(one(kind, Some(known)));
        }
    }
    if parts.is_empty() { "no phones".to_owned() } else { parts.join(", ") }
}
