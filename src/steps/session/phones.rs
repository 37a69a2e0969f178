//! What the endpoint shows of the users' phones.

use std::collections::BTreeSet;

use crate::api::{ApiVersion, Operation};
use crate::check::{Mismatch, Phones, Wanted};
use crate::graph::{Account, Credential, Exchange, PhoneType, SmsSignInState};
use crate::steps::{Halt, Session};
use crate::tenant::{Observed, Setback, View, establish, observe, observe_registration};

impl Session {
    /// Gives a user the phones that the scenario wants, unless the user already has them. If the user keeps phones,
    /// sets `wanted` to their full numbers.
    pub(in crate::steps) async fn begin(&mut self, person: usize, wanted: &mut Vec<Wanted>) -> Result<Phones, Setback> {
        let user = self.people.id(person);
        let known = self.people.lease.known.get_mut(person).and_then(Option::take);
        if let (Some(known), Some(start)) = (known, &self.people.lent[person].start)
            && let Some(known) = known.lead_to(&mut self.conversation, &user, start, wanted).await?
        {
            self.aftercare.watch.trust(person, &known.phones, self.conversation.exchanges.len());
            self.people.lent[person].switched = known.switched;
            *wanted = known.given;
            return Ok(known.phones);
        }
        establish(&mut self.conversation, &user, wanted).await
    }

    /// The phones of a person, if the scenario read them after the request and after the last write to any user.
    fn seen_since(&self, person: usize) -> Option<Phones> {
        let written = self.conversation.exchanges.iter().rposition(|exchange| !exchange.operation.reads());
        let since = written.map(|index| index + 1).max(self.asked.judged);
        self.seen(person, since.unwrap_or(0))
    }

    /// The phones of a person in the administrator's last list, if that list is at index `since` or later.
    pub(super) fn seen(&self, person: usize, since: usize) -> Option<Phones> {
        if self.conversation.may_lag() || self.conversation.view() == View::Reads {
            return None;
        }
        let administrator = Credential::Identity(self.conversation.endpoint.administrator);
        let shows = |exchange: &&Exchange| {
            exchange.operation == Operation::List
                && exchange.version == self.conversation.version
                && exchange.credential == administrator
                && matches!(&exchange.account, Account::User(user) if *user == self.people.lent[person].id)
        };
        let list = self.conversation.exchanges.get(since..)?.iter().rev().find(shows)?;
        Phones::read(list, self.conversation.endpoint.masking)
    }

    /// The writes so far to other users than this person.
    fn writes_to_others(&self, user: &str) -> BTreeSet<(ApiVersion, Operation)> {
        let is_other = |exchange: &&Exchange| !matches!(&exchange.account, Account::User(about) if about == user);
        let writes = self.conversation.exchanges.iter().filter(|exchange| !exchange.operation.reads());
        writes.filter(is_other).map(|exchange| (exchange.version, exchange.operation)).collect()
    }

    /// Checks that the users still have their phones. Setting up one user may have changed another.
    pub(super) async fn still_set_up(&mut self) -> Result<(), Halt> {
        for person in 0..self.people.lent.len() {
            let (user, phones) = (self.people.id(person), self.people.lent[person].phones.clone());
            let Some(before) = phones.filter(|_| self.people.lent.len() > 1) else { continue };
            if self.seen_since(person).is_some_and(|phones| phones.same_as(&before)) {
                continue;
            }
            let writes = self.writes_to_others(&user);
            if !self.conversation.may_lag() && self.conversation.endpoint.isolation.covers(&writes) {
                self.trace.relies_on_isolation |= !writes.is_empty();
                continue;
            }
            // Once another user stops using a taken number, the endpoint may register it for this user.
            let mobile = before.of(PhoneType::Mobile).and_then(|phone| phone.sms_sign_in_state.as_ref());
            let is_taken = mobile == Some(&SmsSignInState::PhoneNumberNotUnique);
            let stays = |phones: &Phones| phones.same_as(&before) || is_taken && phones.are(&before.wanted());
            match observe(&mut self.conversation, &user, stays).await? {
                Observed::AsExpected(phones) => self.people.lent[person].phones = Some(phones),
                Observed::Otherwise(_) => {
                    return Err(Halt::Blocked("two users can't be set up: a change to one also changes the other".to_owned()));
                }
            }
            self.conversation.endpoint.isolation.seen(writes);
        }
        Ok(())
    }

    /// Waits until a user has phones as expected.
    ///
    /// `person` is an index into the scenario's users; `wording` names the expectation in messages.
    pub(in crate::steps) async fn expect_phones(
        &mut self,
        person: usize,
        wording: &str,
        expected: impl Fn(&Phones) -> bool,
    ) -> Result<(), Halt> {
        if self.seen_since(person).is_some_and(|phones| expected(&phones)) {
            return Ok(());
        }
        let user = self.people.id(person);
        match observe_registration(&mut self.conversation, &user, expected).await? {
            Observed::AsExpected(_) => Ok(()),
            Observed::Otherwise(phones) => Err(self.wrong_phones(wording, &phones, "")),
        }
    }

    /// The halt of a scenario whose phones are not as expected. `later` is the time since the judged answer, in words.
    pub(super) fn wrong_phones(&self, wording: &str, phones: &Phones, later: &str) -> Halt {
        let answered = self.asked.judged.map(|index| &self.conversation.exchanges[index]);
        let after = answered.map(|exchange| format!(", {later}after {} had answered {}", exchange.method, exchange.status));
        Halt::WrongPhones(Mismatch::new(wording, format!("{phones}{}", after.unwrap_or_default())))
    }
}
