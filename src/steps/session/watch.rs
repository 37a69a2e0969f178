//! Watches the invariants during every scenario.
//!
//! A scenario breaks an invariant if it first sees the invariant hold for a user, then sends a write about that user,
//! and then sees the invariant broken until reads can no longer lag. So this scenario is not blamed for odd phones from
//! before the run or from another scenario, and the report can name the write at fault.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::api::{ApiVersion, Operation};
use crate::check::{self, Mismatch, Phones};
use crate::graph::{Account, Exchange, PhoneType, TransportError};
use crate::suite::Invariant;
use crate::tenant::View;

use super::{Aftercare, People, Session};

/// An invariant that a write has broken.
#[derive(Debug, Clone)]
pub struct Breach {
    /// The broken invariant.
    pub invariant: Invariant,
    /// The write after which it was first seen broken, as an index into the exchanges.
    pub write: usize,
    /// The read that shows it, as an index into the exchanges.
    pub read: usize,
    /// What was seen.
    pub mismatch: Mismatch,
}

/// What is known about the watched users.
#[derive(Debug, Default)]
pub struct InvariantWatch {
    /// For each person and invariant, the index of the last look at which the invariant held.
    held: BTreeMap<(usize, Invariant), usize>,
    /// The number of exchanges already examined.
    heard: usize,
    /// The broken invariants.
    pub breaches: Vec<Breach>,
}

impl InvariantWatch {
    /// Records the invariants that hold for a person's phones, seen before the exchange at index `place`.
    pub(super) fn trust(&mut self, person: usize, phones: &Phones, place: usize) {
        let held = Invariant::ALL.into_iter().filter(|invariant| phones.keep(*invariant));
        self.held.extend(held.map(|invariant| ((person, invariant), place)));
    }

    /// Judges the phone in the answer to a write.
    fn judge_answer(&mut self, person: usize, write: usize, exchange: &Exchange) {
        let invariant = Invariant::OthersAreNotSupported;
        let Some(Err(mismatch)) = exchange.json().map(|phone| check::keeps(invariant, &[phone])) else { return };
        if self.held.remove(&(person, invariant)).is_some() {
            self.breaches.push(Breach { invariant, write, read: write, mismatch });
        }
    }
}

/// Whether this is a list of a person's phones, requested by id in the scenario's version.
fn is_look(people: &People, person: usize, exchange: &Exchange, version: ApiVersion) -> bool {
    exchange.operation == Operation::List
        && exchange.version == version
        && matches!(&exchange.account, Account::User(user) if *user == people.lent[person].id)
        && check::listed(exchange).is_some()
}

/// Whether this is a request to change a person's phones.
fn is_write(people: &People, person: usize, exchange: &Exchange) -> bool {
    !exchange.operation.reads() && people.is_meant(person, &exchange.account)
}

impl Session {
    /// Examines the users' phones that the last step showed. Sends requests only if an invariant seems broken.
    pub(in crate::steps) async fn watch_over(&mut self) {
        if self.known().stateless {
            // A mock's examples are not the phones of a user.
            return;
        }
        self.listen();
        for person in 0..self.people.introduced {
            let Some(look) = self.last_look(person) else { continue };
            // A transport error ends the next step too, with a better message.
            let _ = self.examine(person, look).await;
        }
    }

    /// Goes through the new exchanges. Records which invariants held at each look, and judges the answers to writes.
    fn listen(&mut self) {
        let Self { conversation, people, aftercare: Aftercare { watch, .. }, .. } = self;
        for (index, exchange) in conversation.exchanges.iter().enumerate().skip(watch.heard) {
            for person in 0..people.introduced {
                if is_look(people, person, exchange, conversation.version) {
                    let phones = check::listed(exchange).unwrap_or_default();
                    let held = Invariant::ALL.into_iter().filter(|invariant| check::keeps(*invariant, &phones).is_ok());
                    watch.held.extend(held.map(|invariant| ((person, invariant), index)));
                } else if is_write(people, person, exchange) && exchange.succeeded() {
                    watch.judge_answer(person, index, exchange);
                }
            }
        }
        watch.heard = conversation.exchanges.len();
    }

    /// Reads the phones of users if the scenario did not read them after its last write.
    pub async fn look_back(&mut self) {
        if self.trace.halt.is_some() || self.known().stateless || self.conversation.view() == View::Reads {
            return;
        }
        for person in 0..self.people.introduced {
            let unseen = self.last_write(person).is_some_and(|write| self.last_list(person).is_none_or(|list| list < write));
            if unseen && self.aftercare.watch.held.keys().any(|(held, _)| *held == person) {
                let user = self.people.id(person);
                if self.conversation.ask(Operation::List, &user, None, None).await.is_err() {
                    return;
                }
            }
        }
        self.watch_over().await;
        // Every exchange belongs to a step, so these reads belong to the last step.
        if let Some(sent) = self.trace.sent.last_mut() {
            *sent = self.conversation.exchanges.len();
        }
    }

    /// The last list of a person's phones, if it came after the last write.
    fn last_look(&self, person: usize) -> Option<usize> {
        let list = self.last_list(person)?;
        let current = self.last_write(person).is_none_or(|write| write < list);
        // An unreliable list doesn't show the user's phones.
        (current && self.conversation.view() == View::List).then_some(list)
    }

    async fn examine(&mut self, person: usize, look: usize) -> Result<(), TransportError> {
        for invariant in Invariant::ALL {
            let Some(phones) = check::listed(&self.conversation.exchanges[look]) else { return Ok(()) };
            if check::keeps(invariant, &phones).is_ok() {
                continue;
            }
            let Some(held) = self.aftercare.watch.held.get(&(person, invariant)).copied() else { continue };
            let Some(write) = self.write_between(person, held, look) else { continue };
            if let Some((read, mismatch)) = self.stays_broken(person, invariant, look).await? {
                self.aftercare.watch.held.remove(&(person, invariant));
                self.aftercare.watch.breaches.push(Breach { invariant, write, read, mismatch });
            }
        }
        Ok(())
    }

    /// Lists the phones again until reads can no longer lag, then uses single reads. Returns the list that still shows
    /// the invariant broken, if no later look shows that it holds.
    async fn stays_broken(
        &mut self,
        person: usize,
        invariant: Invariant,
        look: usize,
    ) -> Result<Option<(usize, Mismatch)>, TransportError> {
        let user = self.people.id(person);
        let deadline = self.conversation.deadline();
        let first = self.conversation.exchanges.len();
        let mut look = look;
        while deadline.next_look().await {
            if look >= first {
                self.conversation.exchanges[look].drop_bulk();
            }
            self.conversation.ask(Operation::List, &user, None, None).await?;
            let again = self.conversation.exchanges.len() - 1;
            let Some(phones) = check::listed(&self.conversation.exchanges[again]) else { continue };
            if check::keeps(invariant, &phones).is_ok() {
                return Ok(None);
            }
            look = again;
        }
        if !matches!(invariant, Invariant::OnePhoneOfEachType | Invariant::IdsAreUnique) {
            let first = self.conversation.exchanges.len();
            for kind in PhoneType::ALL {
                self.conversation.ask(Operation::Get, &user, Some(kind.well_known_id()), None).await?;
            }
            let read: Vec<&Exchange> = self.conversation.exchanges[first..].iter().collect();
            // If the endpoint does not use the well-known ids, single reads find no phones, and the list decides.
            let telling = read.iter().any(|exchange| exchange.succeeded());
            let phones: Vec<&Value> = read.iter().filter(|exchange| exchange.succeeded()).filter_map(|exchange| exchange.json()).collect();
            if telling && check::keeps(invariant, &phones).is_ok() {
                return Ok(None);
            }
        }
        let phones = check::listed(&self.conversation.exchanges[look]).unwrap_or_default();
        Ok(check::keeps(invariant, &phones).err().map(|mismatch| (look, mismatch)))
    }

    fn last_list(&self, person: usize) -> Option<usize> {
        let is_look = |exchange| is_look(&self.people, person, exchange, self.conversation.version);
        self.conversation.exchanges.iter().rposition(is_look)
    }

    fn last_write(&self, person: usize) -> Option<usize> {
        self.conversation.exchanges.iter().rposition(|exchange| is_write(&self.people, person, exchange))
    }

    /// The write to blame between the looks `held` and `look`: the last accepted write, or else the last write.
    fn write_between(&self, person: usize, held: usize, look: usize) -> Option<usize> {
        let exchanges = &self.conversation.exchanges;
        let writes = || (held..look).rev().filter(|index| is_write(&self.people, person, &exchanges[*index]));
        writes().find(|index| exchanges[*index].succeeded()).or_else(|| writes().next())
    }
}
