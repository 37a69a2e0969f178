//! Compares the phones that the endpoint shows after a step with the model.

use crate::check::{Phones, line_of, same_number};
use crate::graph::{Phone, PhoneType};

use super::expectation::{Divergence, Expectation, Outcome};
use super::model::{Account, Model, ModelPhone};
use super::rules;

/// How well a phone matches the expected one, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Full,
    /// The state differs.
    WrongState,
    /// The id differs.
    WrongId,
    /// The phone is missing, has another number, or exists although it should not.
    NoMatch,
}

impl ModelPhone {
    fn fit(&self, shown: &Phone, masking: bool) -> Fit {
        let same_id = match (&self.id, &shown.id) {
            (Some(known), Some(shown)) => known.eq_ignore_ascii_case(shown),
            _ => true,
        };
        match (same_number(&self.number, &shown.number, masking), same_id, self.states.allow(shown.sms_sign_in_state.as_deref())) {
            (false, ..) => Fit::NoMatch,
            (_, false, _) => Fit::WrongId,
            (.., false) => Fit::WrongState,
            _ => Fit::Full,
        }
    }
}

/// How well the shown phones of one type match the expected phone. A right answer shows at most one.
fn fit(known: Option<&ModelPhone>, shown: &[&Phone], masking: bool) -> Fit {
    match (known, shown) {
        (None, []) => Fit::Full,
        (Some(known), [phone]) => known.fit(phone, masking),
        _ => Fit::NoMatch,
    }
}

impl Model {
    /// Whether a user's phones match one of the right results of a step.
    pub fn holds(&self, expectation: &Expectation, outcome: &Outcome, user: usize, shown: &Phones) -> bool {
        PhoneType::ALL.into_iter().all(|kind| self.fit(expectation, outcome, user, kind, shown) == Fit::Full)
    }

    /// How well a user's phone of a type matches.
    fn fit(&self, expectation: &Expectation, outcome: &Outcome, user: usize, kind: PhoneType, shown: &Phones) -> Fit {
        let shown: Vec<&Phone> = shown.iter().filter(|phone| phone.kind == kind).collect();
        if (user, kind) == (expectation.user, expectation.kind) {
            outcome.after.iter().map(|known| fit(known.as_ref(), &shown, self.masking)).min().unwrap_or(Fit::NoMatch)
        } else {
            fit(expectation.bystanders[user].phones.get(&kind), &shown, self.masking)
        }
    }

    /// Checks a user's phones after a step.
    ///
    /// Fails with the difference and the broken rule if they do not match.
    pub fn judge(&self, expectation: &Expectation, outcome: &Outcome, user: usize, shown: &Phones) -> Result<(), Divergence> {
        if self.holds(expectation, outcome, user, shown) {
            return Ok(());
        }
        let blame = &outcome.blame;
        let rule = if user == expectation.user {
            let state = shown.of(expectation.kind).and_then(|phone| phone.sms_sign_in_state.as_deref());
            match self.fit(expectation, outcome, user, expectation.kind, shown) {
                Fit::Full => blame.other_phones,
                Fit::WrongState if state == Some("phoneNumberNotUnique") => blame.not_unique,
                Fit::WrongState => blame.state,
                Fit::WrongId => blame.id,
                Fit::NoMatch => blame.effect,
            }
        } else {
            blame.other_users
        };
        let whose = ["the user", "the other user"].get(user).copied().unwrap_or("the third user");
        let expected = format!("{whose} has {}", describe(expectation, outcome, user));
        Err(Divergence { rule, expected, actual: format!("{whose} has {shown}"), hint: None })
    }

    /// The model after a step with the expected result; `shown` has the phones of each user.
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
                account.lost_numbers.insert(line_of(&before.number).to_owned());
            }
            (None, None) => {}
        }
        for (account, shown) in next.accounts.iter_mut().zip(shown) {
            account.see(shown, self.lags);
        }
        next.note_freed(expectation, before.filter(|_| kind == PhoneType::Mobile));
        next
    }

    /// Records the number that is free after the step, and the rule that frees it.
    fn note_freed(&mut self, expectation: &Expectation, before: Option<ModelPhone>) {
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
    /// Learns ids and states from a read where the model leaves them open. If reads lag, learns only ids, because a
    /// shown state may be old.
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

/// The phones that a user should have.
fn describe(expectation: &Expectation, outcome: &Outcome, user: usize) -> String {
    let one = |kind: PhoneType, known: Option<&ModelPhone>| match known {
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
