//! Decides what each step of a walk may result in, and which rule says so.

use crate::api::Operation;
use crate::check::line_of;
use crate::graph::PhoneType;

use super::expectation::{Answer, Blame, Expectation, Outcome};
use super::model::{Account, Model, ModelPhone, States};
use super::rules::{
    CREATE_AGAIN, CREATE_ALL_THREE, CREATE_BAD_NUMBER, CREATE_FIRST, CREATE_NEEDS_MOBILE, CREATE_NUMBERS, CREATE_ONE_PER_TYPE,
    CREATE_OTHER_TYPES, CREATE_OUTSIDE_POLICY, CREATE_READY, CREATE_STORED, CREATE_TAKEN, DELETE_ABSENT, DELETE_DEFAULT,
    DELETE_MOBILE_STAYS, DELETE_REMOVES, DISABLE_ABSENT, DISABLE_MOBILE, DISABLE_OFF, DISABLE_STAYS, DISABLE_TWICE, ENABLE_ABSENT,
    ENABLE_MOBILE, ENABLE_POLICY, ENABLE_READY, ENABLE_TWICE, ENABLE_UNIQUE, UPDATE_ABSENT, UPDATE_BAD_NUMBER, UPDATE_ID, UPDATE_NUMBER,
    UPDATE_OTHER_TYPES, UPDATE_SIGN_IN, UPDATE_TYPE,
};
use super::step::{NumberChoice, Request, Step};

/// The states of an allowed user's mobile phone whose SMS sign-in is off.
const OFF: [&str; 2] = ["notConfigured", "notEnabled"];

/// Whether another user signs in with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rival {
    Nobody,
    Somebody,
    /// It is unknown.
    Unclear,
}

impl Model {
    /// The possible results of a step.
    ///
    /// `None` if the step would show nothing: two rules refuse it at once, the documents leave open whether another
    /// user uses the number, or reads lag and could show either of two right results.
    pub fn expect(&self, step: &Step, numbers: &[String; 8]) -> Option<Expectation> {
        let account = self.accounts.get(step.user)?;
        let before = account.phones.get(&step.kind);
        let refusal = |rule| Some(self.refusal(step, rule, before));
        match &refusals(step, account)[..] {
            [] => {}
            [rule] => return refusal(*rule),
            _ => return None,
        }
        match (step.request.clone(), before) {
            (Request::Create(number), None) => self.create(step, number, number.text(step.kind, numbers)),
            (Request::Update(number), Some(before)) => self.update(step, before, &number.text(step.kind, numbers)),
            (Request::Retype(number, kind), Some(before)) => {
                let expectation = self.update(step, before, &number.text(step.kind, numbers))?;
                Some(if kind == step.kind { expectation } else { expectation.with_another_type() })
            }
            (Request::Delete, Some(_)) => {
                let removed = Outcome { after: vec![None], blame: Blame::of(Operation::Delete, DELETE_REMOVES) };
                // The endpoint may refuse to delete the default method while the user has other methods.
                let answer = match step.kind {
                    _ if account.phones.len() == 1 => Answer::Accepted(DELETE_REMOVES),
                    PhoneType::Mobile => Answer::Either(DELETE_DEFAULT),
                    _ => Answer::Either(DELETE_REMOVES),
                };
                Some(self.expectation(step, answer, removed, before))
            }
            (Request::Enable, Some(before)) => self.enable(step, before),
            (Request::Disable, Some(before)) => self.disable(step, before),
            _ => None,
        }
    }

    fn create(&self, step: &Step, choice: NumberChoice, number: String) -> Option<Expectation> {
        let account = &self.accounts[step.user];
        let (states, state_rule) = match (step.kind, account.allowed) {
            (PhoneType::Mobile, Some(true)) => (States::of(&["ready"]), CREATE_READY),
            (PhoneType::Mobile, Some(false)) => (States::of(&["notAllowedByPolicy"]), CREATE_OUTSIDE_POLICY),
            (PhoneType::Mobile, None) => (States::any(), CREATE_STORED),
            (_, Some(true)) => (States::of(&["notSupported"]), CREATE_OTHER_TYPES),
            _ => (States::of(&["notSupported", "notAllowedByPolicy"]), CREATE_OTHER_TYPES),
        };
        match self.rival(step, &number) {
            Rival::Nobody => {
                let freed = self.freed_by_another(step.user, &number);
                let blame =
                    Blame { state: state_rule, not_unique: freed.unwrap_or(state_rule), ..Blame::of(Operation::Create, CREATE_STORED) };
                let rule = freed.unwrap_or_else(|| acceptance(account, step.kind, choice, &number));
                let outcome = Outcome { after: vec![Some(ModelPhone { number, id: None, states })], blame };
                Some(self.expectation(step, Answer::Accepted(rule), outcome, None))
            }
            // The live service refuses the number but keeps the phone. The documents don't say what happens.
            Rival::Somebody if !self.lags => {
                let taken = ModelPhone { number, id: None, states: States::of(&["phoneNumberNotUnique"]) };
                let after = vec![Some(taken), None];
                let accepted = Outcome { after: after.clone(), blame: Blame::of(Operation::Create, CREATE_TAKEN) };
                let refused = Outcome { after, blame: Blame::all(CREATE_TAKEN) };
                Some(Expectation { refused, ..self.expectation(step, Answer::Either(CREATE_TAKEN), accepted, None) })
            }
            Rival::Somebody | Rival::Unclear => None,
        }
    }

    fn update(&self, step: &Step, before: &ModelPhone, number: &str) -> Option<Expectation> {
        if number == before.number {
            return None;
        }
        let state = if step.kind == PhoneType::Mobile { UPDATE_SIGN_IN } else { UPDATE_OTHER_TYPES };
        let blame = Blame { id: UPDATE_ID, state, ..Blame::of(Operation::Update, UPDATE_NUMBER) };
        let changed = |states| ModelPhone { number: number.to_owned(), states, ..before.clone() };
        match self.rival(step, number) {
            Rival::Nobody => {
                let states = match (step.kind, self.accounts[step.user].allowed) {
                    (PhoneType::Mobile, Some(true)) if before.states.are_ready() => before.states.clone(),
                    // The documents leave open whether a new number is registered if the old one was not.
                    (PhoneType::Mobile, Some(true)) => States::of(&OFF).or(&["ready"]),
                    (PhoneType::Mobile, Some(false)) => States::of(&["notAllowedByPolicy"]),
                    (PhoneType::Mobile, None) => States::any(),
                    _ => before.states.clone(),
                };
                let freed = self.freed_by_another(step.user, number);
                let outcome =
                    Outcome { after: vec![Some(changed(states))], blame: Blame { not_unique: freed.unwrap_or(UPDATE_SIGN_IN), ..blame } };
                Some(self.expectation(step, Answer::Accepted(freed.unwrap_or(UPDATE_NUMBER)), outcome, Some(before)))
            }
            Rival::Somebody if !self.lags => {
                // If the old number was not registered, the endpoint need not try the new one.
                let tried = States::of(&["phoneNumberNotUnique"]);
                let states = if before.states.are_ready() { tried } else { tried.or(&OFF) };
                let after = vec![Some(changed(states)), Some(before.clone())];
                let accepted =
                    Outcome { after: after.clone(), blame: Blame { effect: UPDATE_SIGN_IN, not_unique: UPDATE_SIGN_IN, ..blame } };
                let refused = Outcome { after, blame: Blame::all(UPDATE_SIGN_IN) };
                Some(Expectation { refused, ..self.expectation(step, Answer::Either(UPDATE_SIGN_IN), accepted, Some(before)) })
            }
            Rival::Somebody | Rival::Unclear => None,
        }
    }

    fn enable(&self, step: &Step, before: &ModelPhone) -> Option<Expectation> {
        let ready = ModelPhone { states: States::of(&["ready"]), ..before.clone() };
        let blame = Blame::of(Operation::EnableSmsSignIn, ENABLE_READY);
        if before.states.are_ready() {
            return Some(self.twice(step, before, before.clone(), ENABLE_TWICE, ENABLE_TWICE));
        }
        match (self.rival(step, &before.number), self.accounts[step.user].allowed) {
            (Rival::Unclear, _) => None,
            (Rival::Somebody, _) => {
                // The state may show that the number is taken only after this attempt.
                let tried = ModelPhone { states: before.states.or(&["phoneNumberNotUnique"]), ..before.clone() };
                let mut expectation = self.refusal(step, ENABLE_UNIQUE, Some(before));
                expectation.refused.after = vec![Some(tried)];
                Some(expectation)
            }
            (Rival::Nobody, Some(true)) if before.states.may_be_ready() => None,
            (Rival::Nobody, Some(true)) => {
                let freed = self.freed_by_another(step.user, &before.number).unwrap_or(ENABLE_READY);
                let outcome = Outcome { after: vec![Some(ready)], blame: Blame { not_unique: freed, ..blame } };
                Some(self.expectation(step, Answer::Accepted(freed), outcome, Some(before)))
            }
            // The policy for the user is unknown, but an accepted request must take effect.
            (Rival::Nobody, _) => {
                let accepted = Outcome { after: vec![Some(ready)], blame };
                let refused =
                    Outcome { after: vec![Some(ModelPhone { states: States::any(), ..before.clone() })], blame: Blame::all(ENABLE_READY) };
                Some(Expectation { refused, ..self.expectation(step, Answer::Either(ENABLE_READY), accepted, Some(before)) })
            }
        }
    }

    fn disable(&self, step: &Step, before: &ModelPhone) -> Option<Expectation> {
        if step.kind != PhoneType::Mobile {
            // There is nothing to turn off.
            let accepted = Outcome { after: vec![Some(before.clone())], blame: Blame::all(DISABLE_MOBILE) };
            return Some(self.expectation(step, Answer::Either(DISABLE_MOBILE), accepted, Some(before)));
        }
        let allowed = self.accounts[step.user].allowed;
        if before.states.are_ready() && allowed == Some(true) {
            let off = ModelPhone { states: States::of(&OFF), ..before.clone() };
            let blame = Blame { state: DISABLE_OFF, not_unique: DISABLE_OFF, ..Blame::of(Operation::DisableSmsSignIn, DISABLE_STAYS) };
            return Some(self.expectation(step, Answer::Accepted(DISABLE_OFF), Outcome { after: vec![Some(off)], blame }, Some(before)));
        }
        if before.states.may_be_ready() {
            // It is unknown whether SMS sign-in is on, or whether it can be turned off.
            return None;
        }
        let after = ModelPhone { states: before.states.or(&OFF), ..before.clone() };
        Some(self.twice(step, before, after, DISABLE_TWICE, DISABLE_STAYS))
    }

    /// The results of turning SMS sign-in on if it is already on, or off if it is off: the endpoint accepts or refuses
    /// the request, and nothing changes.
    fn twice(&self, step: &Step, before: &ModelPhone, after: ModelPhone, rule: &'static str, effect: &'static str) -> Expectation {
        let blame = Blame { effect, id: effect, ..Blame::of(step.operation(), rule) };
        let accepted = Outcome { after: vec![Some(after)], blame };
        self.expectation(step, Answer::Either(rule), accepted, Some(before))
    }

    fn refusal(&self, step: &Step, rule: &'static str, before: Option<&ModelPhone>) -> Expectation {
        let never = Outcome { after: Vec::new(), blame: Blame::all(rule) };
        self.expectation(step, Answer::Refused(rule), never, before)
    }

    fn expectation(&self, step: &Step, answer: Answer, accepted: Outcome, before: Option<&ModelPhone>) -> Expectation {
        let rule = match answer {
            Answer::Accepted(rule) | Answer::Refused(rule) | Answer::Either(rule) => rule,
        };
        let refused = Outcome { after: vec![before.cloned()], blame: Blame::all(rule) };
        let asked = accepted.after.iter().flatten().map(|known| known.number.as_str());
        let touched: Vec<&str> = asked.chain(before.map(|known| known.number.as_str())).collect();
        let mut bystanders = self.accounts.clone();
        for (user, account) in bystanders.iter_mut().enumerate() {
            if user != step.user {
                account.may_be_recalculated(&touched);
            }
        }
        Expectation { user: step.user, kind: step.kind, operation: step.operation(), bystanders, answer, accepted, refused }
    }

    /// Whether another user signs in with the present or new number of a mobile phone.
    fn rival(&self, step: &Step, number: &str) -> Rival {
        if step.kind != PhoneType::Mobile {
            // The documents leave open whether two users can have the same number on other types of phone.
            let others = self.accounts.iter().enumerate().filter(|(user, _)| *user != step.user);
            let shared = others.flat_map(|(_, account)| account.phones.values()).any(|theirs| line_of(&theirs.number) == line_of(number));
            return if shared { Rival::Unclear } else { Rival::Nobody };
        }
        let own = self.accounts[step.user].allowed;
        let mut rival = Rival::Nobody;
        for (user, account) in self.accounts.iter().enumerate() {
            let Some(theirs) = account.phones.get(&PhoneType::Mobile).filter(|theirs| user != step.user && theirs.number == number) else {
                continue;
            };
            // The documents don't say whether users outside the policy block a number.
            let clear = own == Some(true) && account.allowed == Some(true);
            rival = match (clear, theirs.states.are_ready(), theirs.states.may_be_ready()) {
                (true, true, _) => Rival::Somebody,
                (true, false, false) => continue,
                _ => return Rival::Unclear,
            };
        }
        rival
    }

    /// The rule by which this number, which another user had, is free now.
    fn freed_by_another(&self, user: usize, number: &str) -> Option<&'static str> {
        self.freed.get(number).filter(|(whose, _)| *whose != user).map(|(_, rule)| *rule)
    }
}

impl Account {
    /// Allows more states for the phone if another user gives up or takes its number. A server may check uniqueness
    /// only when it handles a request.
    fn may_be_recalculated(&mut self, numbers: &[&str]) {
        if let Some(mobile) = self.phones.get_mut(&PhoneType::Mobile)
            && numbers.contains(&mobile.number.as_str())
            && !mobile.states.are_ready()
        {
            mobile.states = mobile.states.or(&OFF).or(&["ready", "phoneNumberNotUnique"]);
        }
    }
}

/// The rules by which the endpoint must refuse a step.
fn refusals(step: &Step, account: &Account) -> Vec<&'static str> {
    let there = account.phones.contains_key(&step.kind);
    let bad_number = step.number().is_some_and(|number| !number.is_valid());
    let needs_mobile = step.kind == PhoneType::AlternateMobile && !account.phones.contains_key(&PhoneType::Mobile);
    let has_alternate = step.kind == PhoneType::Mobile && account.phones.contains_key(&PhoneType::AlternateMobile);
    let not_mobile = step.kind != PhoneType::Mobile && there;
    let reasons = match &step.request {
        Request::Create(_) => [(there, CREATE_ONE_PER_TYPE), (needs_mobile, CREATE_NEEDS_MOBILE), (bad_number, CREATE_BAD_NUMBER)],
        Request::Update(_) | Request::Retype(..) => [(!there, UPDATE_ABSENT), (bad_number, UPDATE_BAD_NUMBER), (false, UPDATE_TYPE)],
        Request::Delete => [(!there, DELETE_ABSENT), (there && has_alternate, DELETE_MOBILE_STAYS), (false, DELETE_REMOVES)],
        Request::Enable => [(!there, ENABLE_ABSENT), (not_mobile, ENABLE_MOBILE), (account.allowed == Some(false), ENABLE_POLICY)],
        Request::Disable => [(!there, DISABLE_ABSENT), (false, DISABLE_MOBILE), (false, DISABLE_TWICE)],
    };
    reasons.into_iter().filter(|(holds, _)| *holds).map(|(_, rule)| rule).collect()
}

/// The rule by which the endpoint must accept a create. A rule about the user's history comes before a rule about any
/// phone, because shortening a walk removes history that does not matter.
fn acceptance(account: &Account, kind: PhoneType, choice: NumberChoice, number: &str) -> &'static str {
    let extended = matches!(choice, NumberChoice::Own { extension: true, .. }) && kind == PhoneType::Office;
    if account.lost_types.contains(&kind) || account.lost_numbers.contains(line_of(number)) {
        CREATE_AGAIN
    } else if account.phones.len() == PhoneType::ALL.len() - 1 {
        CREATE_ALL_THREE
    } else if extended {
        CREATE_NUMBERS
    } else if kind != PhoneType::AlternateMobile {
        CREATE_FIRST
    } else {
        CREATE_STORED
    }
}

#[cfg(test)]
mod tests;
