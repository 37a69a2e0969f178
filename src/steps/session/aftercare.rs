//! What a scenario does after its last step: it leaves its users to the next scenario, with or without their phones.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::api::Operation;
use crate::check::{Wanted, line_of, same_number};
use crate::graph::{Call, Exchange, Phone, PhoneType, SmsSignInState};
use crate::steps::Session;
use crate::tenant::KnownPhones;

use super::late::LateLook;
use super::watch::InvariantWatch;

/// What is left to do and to check after the last step.
#[derive(Debug, Default)]
pub struct Aftercare {
    /// What to check again once reads can no longer lag.
    pub(super) late: Vec<LateLook>,
    /// The requests that delete phones that someone created for an unknown user.
    pub(super) unexpected: Vec<Call>,
    /// Watches the invariants.
    pub watch: InvariantWatch,
}

impl Session {
    /// Leaves the users to the next scenario. If `chained` and all went well, they keep their phones, and the next
    /// scenario may start from these. Otherwise deletes the phones that this scenario knows; the next scenario deletes
    /// the rest.
    pub async fn leave(&mut self, chained: bool) {
        for call in self.aftercare.unexpected.drain(..).filter(|call| call.phone.is_some()) {
            let _ = self.conversation.send(&call).await;
        }
        if self.known().stateless {
            return;
        }
        if chained && self.trace.halt.is_none() && self.aftercare.watch.breaches.is_empty() {
            self.remember();
            return;
        }
        for person in 0..self.people.introduced {
            let user = self.people.id(person);
            let before = self.people.lent[person].phones.clone().unwrap_or_default();
            let created = self.created(person);
            for kind in PhoneType::FOR_DELETION {
                if before.of(kind).is_some() || created.contains(&kind) {
                    let id = before.id_of(kind);
                    // An error does not matter, because the next scenario and the end of the run read the phones again.
                    let _ = self.conversation.ask(Operation::Delete, &user, Some(&id), None).await;
                }
            }
            for id in self.conversation.endpoint.made.of(&user) {
                let _ = self.conversation.ask(Operation::Delete, &user, Some(&id), None).await;
            }
        }
    }

    /// The types of phone that requests may have created for a person: every type, if an accepted body names none.
    fn created(&self, person: usize) -> BTreeSet<PhoneType> {
        let exchanges = self.conversation.exchanges.iter();
        let own = exchanges.filter(|exchange| exchange.operation == Operation::Create && self.people.is_meant(person, &exchange.account));
        own.flat_map(|exchange| match requested(exchange, "phoneType").and_then(|kind| kind.parse().ok()) {
            Some(kind) => vec![kind],
            None if exchange.succeeded() => PhoneType::ALL.to_vec(),
            None => Vec::new(),
        })
        .collect()
    }

    /// Records the phones of each user for the next scenario, if the scenario read them after its last write to the
    /// user.
    fn remember(&mut self) {
        let mut all: Vec<Option<KnownPhones>> = (0..self.people.introduced).map(|person| self.known_of(person)).collect();
        // The next scenario must not get a line that two phones have, or that another user was given too: when it
        // becomes free, the endpoint may register it for that user. Two numbers that differ only in the extension are one
        // line.
        let mut phones: BTreeMap<String, usize> = BTreeMap::new();
        for given in all.iter().flatten().flat_map(|known| &known.given) {
            *phones.entry(line_of(&given.number).to_owned()).or_default() += 1;
        }
        let lines: Vec<BTreeSet<String>> = (0..self.people.introduced).map(|person| self.lines(person)).collect();
        let is_another_users =
            |person: usize, line: &str| lines.iter().enumerate().any(|(other, own)| other != person && own.contains(line));
        for (person, known) in all.iter_mut().enumerate() {
            let Some(known) = known else { continue };
            known.given.retain(|given| {
                let line = line_of(&given.number);
                phones[line] == 1 && !is_another_users(person, line)
            });
        }
        for (known, left) in all.into_iter().zip(&mut self.people.lease.known) {
            *left = known;
        }
    }

    /// The requests to add a phone or to change its number.
    fn changes(&self) -> impl Iterator<Item = &Exchange> {
        let exchanges = self.conversation.exchanges.iter();
        exchanges.filter(|exchange| matches!(exchange.operation, Operation::Create | Operation::Update))
    }

    /// The lines that a user was given, or was to be given by a request.
    fn lines(&self, person: usize) -> BTreeSet<String> {
        let own = self.changes().filter(|exchange| self.people.is_meant(person, &exchange.account));
        let asked = own.filter_map(|exchange| requested(exchange, "phoneNumber"));
        let given = self.people.lent[person].given.iter().map(|given| given.number.clone());
        asked.chain(given).map(|number| line_of(&number).to_owned()).collect()
    }

    fn known_of(&self, person: usize) -> Option<KnownPhones> {
        let (place, person) = (person, &self.people.lent[person]);
        // A request about an unknown account may change any user.
        let concerns =
            |exchange: &Exchange| self.people.is_meant(place, &exchange.account) || self.people.meant(&exchange.account).is_none();
        let exchanges = &self.conversation.exchanges;
        let written = exchanges.iter().rposition(|exchange| !exchange.operation.reads() && concerns(exchange));
        let phones = match self.seen(place, written.map_or(0, |index| index + 1)) {
            Some(phones) => phones,
            None if written.is_none() => person.phones.clone()?,
            None => return None,
        };
        // If phones are unreadable, hidden or duplicated, the next scenario reads and deletes them.
        let hidden = self.conversation.endpoint.made.of(&person.id);
        let is_shown = |id: &String| phones.ids().any(|shown| shown.eq_ignore_ascii_case(id));
        let once = |kind: &PhoneType| phones.kinds().iter().filter(|other| *other == kind).count() == 1;
        // A phone with the well-known id of another type could be taken for a phone of that type.
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
        let mut numbers: BTreeSet<String> = self.changes().filter_map(|exchange| requested(exchange, "phoneNumber")).collect();
        numbers.extend(person.given.iter().map(|given| given.number.clone()));
        let given = phones.wanted().into_iter().filter_map(|shown| {
            let mut same = numbers.iter().filter(|number| same_number(number, &shown.number, self.conversation.endpoint.masking));
            // If digits are masked, two numbers may match. Then the number is unknown.
            let number = same.next().filter(|number| same.next().is_none() && self.numbers.makes(number))?;
            Some(Wanted { kind: shown.kind, number: number.clone() })
        });
        let mobile = phones.of(PhoneType::Mobile).and_then(|phone| phone.sms_sign_in_state.as_ref());
        // The endpoint may still make the phone ready after the last accepted write.
        let accepted = exchanges.iter().rfind(|exchange| !exchange.operation.reads() && exchange.succeeded() && concerns(exchange));
        if mobile.is_some_and(SmsSignInState::is_off) && accepted.is_some_and(|exchange| exchange.operation != Operation::DisableSmsSignIn)
        {
            return None;
        }
        let shared = mobile == Some(&SmsSignInState::PhoneNumberNotUnique);
        let given = given.filter(|given| !(shared && given.kind == PhoneType::Mobile)).collect();
        let switches = |exchange: &Exchange| matches!(exchange.operation, Operation::EnableSmsSignIn | Operation::DisableSmsSignIn);
        let switched = mobile.is_some() && (person.switched || exchanges.iter().any(|exchange| switches(exchange) && exchange.succeeded()));
        Some(KnownPhones { version: self.conversation.version, phones, given, switched })
    }
}

/// The value of a property in a request body, if it is a string.
fn requested(exchange: &Exchange, property: &str) -> Option<String> {
    let body: Value = serde_json::from_str(exchange.request_body.as_deref()?).ok()?;
    Some(body.get(property)?.as_str()?.to_owned())
}
