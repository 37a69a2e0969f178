//! Where a scenario starts, and what it leaves to the next one.
//!
//! If the last scenario left a user with exactly the phones that the next one starts from, the user is not set up
//! again.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::api::{ApiVersion, Operation};
use crate::check::{Phones, Wanted, line_of};
use crate::graph::{Account, Credential, Exchange, Phone, PhoneType, SmsSignInState};
use crate::tenant::{Known, Setback, Start, View, establish};

use super::Session;
use super::parameters::Kinds;

/// The starting phones of each user of a scenario, from its steps.
pub fn starts(steps: &[gherkin::Step], version: ApiVersion) -> Vec<Start> {
    let mut starts: Vec<Start> = Vec::new();
    for text in steps.iter().map(|step| step.value.as_str()) {
        if text.starts_with("a user ") || text.starts_with("another user ") {
            let kinds = text.split_once(" with ").and_then(|(_, phones)| phones.parse().ok());
            starts.push(Start { version, kinds: kinds.map_or_else(Vec::new, |Kinds(kinds)| kinds), sign_in: None, number: None });
        }
        let sign_in = if text.ends_with("mobile phone is ready for SMS sign-in") {
            true
        } else if text.starts_with("SMS sign-in is off for ") {
            false
        } else {
            continue;
        };
        if let Some(start) = starts.get_mut(usize::from(text.contains("the other user's"))) {
            start.sign_in = Some(sign_in);
        }
    }
    starts
}

/// Whether a scenario should leave its starting phones unchanged: it only reads, or is refused.
pub fn keeps(steps: &[gherkin::Step]) -> bool {
    let says = |words: &str| steps.iter().any(|step| step.value.contains(words));
    says("is refused") || says("answer is 4") || says(" lists ") || says(" reads ")
}

impl Session {
    /// Gives a user the phones that the scenario wants, unless the user has them. Phones that may stay keep their
    /// numbers; `wanted` then has the full numbers.
    pub(super) async fn begin(&mut self, person: usize, wanted: &mut Vec<Wanted>) -> Result<Phones, Setback> {
        let user = self.lent[person].id.clone();
        let known = self.lease.known.get_mut(person).and_then(Option::take).zip(self.starts.get(person));
        if let Some((known, start)) = known
            && let Some(known) = known.lead_to(&mut self.conversation, &user, start, wanted).await?
        {
            self.watch.trust(person, &known.phones, self.conversation.exchanges.len());
            self.lent[person].switched = known.switched;
            *wanted = known.given;
            return Ok(known.phones);
        }
        establish(&mut self.conversation, &user, wanted).await
    }

    /// The phones that a person was seen to have after the request and after the last write to anyone.
    pub(super) fn seen_since(&self, person: usize) -> Option<Phones> {
        let written = self.conversation.exchanges.iter().rposition(|exchange| !exchange.operation.reads());
        let since = written.map(|index| index + 1).max(self.judged);
        self.seen(person, since.unwrap_or(0))
    }

    /// The phones of a person in the administrator's last list, if that list is at index `since` or later.
    fn seen(&self, person: usize, since: usize) -> Option<Phones> {
        if self.conversation.may_lag() || self.conversation.view() == View::Reads {
            return None;
        }
        let administrator = Credential::Identity(self.conversation.endpoint.administrator);
        let shows = |exchange: &&Exchange| {
            exchange.operation == Operation::List
                && exchange.version == self.conversation.version
                && exchange.credential == administrator
                && matches!(&exchange.account, Account::User(user) if *user == self.lent[person].id)
        };
        let list = self.conversation.exchanges.get(since..)?.iter().rev().find(shows)?;
        Phones::read(list, self.conversation.endpoint.masking)
    }

    /// Records what each user was last seen to have, for the next scenario, if nothing was written to the user since.
    pub(super) fn remember(&mut self) {
        let mut all: Vec<Option<Known>> = (0..self.introduced).map(|person| self.known_of(person)).collect();
        // A line that two phones had is not left to the next scenario. An extension does not make it another line.
        let mut phones: BTreeMap<String, usize> = BTreeMap::new();
        for given in all.iter().flatten().flat_map(|known| &known.given) {
            *phones.entry(line_of(&given.number).to_owned()).or_default() += 1;
        }
        for known in all.iter_mut().flatten() {
            known.given.retain(|given| phones[line_of(&given.number)] == 1);
        }
        for (known, left) in all.into_iter().zip(&mut self.lease.known) {
            *left = known;
        }
    }

    fn known_of(&self, person: usize) -> Option<Known> {
        let place = person;
        let person = &self.lent[place];
        let others =
            |account: &Account| (0..self.lent.len()).any(|other| other != place && self.lent[other].is_meant_by(account, other == 0));
        let concerns = |exchange: &Exchange| person.is_meant_by(&exchange.account, place == 0) || !others(&exchange.account);
        let exchanges = &self.conversation.exchanges;
        let written = exchanges.iter().rposition(|exchange| !exchange.operation.reads() && concerns(exchange));
        let phones = match self.seen(place, written.map_or(0, |index| index + 1)) {
            Some(phones) => phones,
            None if written.is_none() => person.phones.clone()?,
            None => return None,
        };
        // Phones that are unreadable, hidden or duplicated are deleted before the next scenario.
        let hidden = self.conversation.endpoint.made.of(&person.id);
        let is_shown = |id: &String| phones.ids().any(|shown| shown.eq_ignore_ascii_case(id));
        let once = |kind: &PhoneType| phones.kinds().iter().filter(|other| *other == kind).count() == 1;
        // What has the id of another type is found under it.
        let has_an_id_of_another = |phone: &Phone| {
            let id = phone.id.as_deref().unwrap_or_default();
            PhoneType::ALL.iter().any(|kind| *kind != phone.kind && kind.well_known_id().eq_ignore_ascii_case(id))
        };
        if phones.iter().any(has_an_id_of_another)
            || !phones.are_understood()
            || !hidden.iter().all(is_shown)
            || !phones.kinds().iter().all(once)
        {
            return None;
        }
        let requested = exchanges.iter().filter(|exchange| matches!(exchange.operation, Operation::Create | Operation::Update));
        let mut numbers: BTreeSet<String> = requested.filter_map(number_in).collect();
        numbers.extend(person.given.iter().map(|given| given.number.clone()));
        let given = phones.wanted().into_iter().filter_map(|shown| {
            let mut same =
                numbers.iter().filter(|number| crate::check::same_number(number, &shown.number, self.conversation.endpoint.masking));
            // Masked digits may not tell which of two numbers it is.
            let number = same.next().filter(|number| same.next().is_none() && self.numbers.makes(number))?;
            Some(Wanted { kind: shown.kind, number: number.clone() })
        });
        let mobile = phones.of(PhoneType::Mobile).and_then(|phone| phone.sms_sign_in_state.as_ref());
        // The last accepted write may still be about to make the phone ready.
        let accepted = exchanges.iter().rfind(|exchange| !exchange.operation.reads() && exchange.succeeded() && concerns(exchange));
        if mobile.is_some_and(SmsSignInState::is_off) && accepted.is_some_and(|exchange| exchange.operation != Operation::DisableSmsSignIn)
        {
            return None;
        }
        let shared = mobile == Some(&SmsSignInState::PhoneNumberNotUnique);
        let given = given.filter(|given| !(shared && given.kind == PhoneType::Mobile)).collect();
        let switches = |exchange: &Exchange| matches!(exchange.operation, Operation::EnableSmsSignIn | Operation::DisableSmsSignIn);
        let switched = mobile.is_some() && (person.switched || exchanges.iter().any(|exchange| switches(exchange) && exchange.succeeded()));
        Some(Known { version: self.conversation.version, phones, given, switched })
    }
}

/// The number that a request asks for.
fn number_in(exchange: &Exchange) -> Option<String> {
    let body: Value = serde_json::from_str(exchange.request_body.as_deref()?).ok()?;
    Some(body.get("phoneNumber")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(texts: &[&str]) -> Vec<gherkin::Step> {
        let step =
            |text: &&str| gherkin::Step::builder().keyword("Given ".into()).ty(gherkin::StepType::Given).value((*text).to_owned()).build();
        texts.iter().map(step).collect()
    }

    #[test]
    fn starting_phones_are_read_off_the_steps() {
        let starts = starts(
            &steps(&[
                "a user allowed SMS sign-in with a mobile and an office phone",
                "another user with no phones",
                "SMS sign-in is off for the user's mobile phone",
            ]),
            ApiVersion::V1,
        );
        assert_eq!(starts.iter().map(|start| start.kinds.len()).collect::<Vec<_>>(), [2, 0]);
        assert_eq!(starts.iter().map(|start| start.sign_in).collect::<Vec<_>>(), [Some(false), None]);
        let other = super::starts(
            &steps(&[
                "a user with no phones",
                "another user with a mobile phone",
                "the other user's mobile phone is ready for SMS sign-in",
            ]),
            ApiVersion::V1,
        );
        assert_eq!(other.iter().map(|start| start.sign_in).collect::<Vec<_>>(), [None, Some(true)]);
    }

    #[test]
    fn refusals_and_reads_leave_users_as_they_are() {
        assert!(keeps(&steps(&["the request is refused"])) && keeps(&steps(&["the administrator lists the user's phones"])));
        assert!(!keeps(&steps(&["the administrator adds a mobile phone for the user", "the request succeeds"])));
    }
}
