//! Watching over the invariants while a scenario goes on, whatever it is about.
//!
//! An invariant counts as broken where the scenario has seen it hold for a user, has sent a write about that user, and sees it
//! broken after that, for as long as reads may lag. So neither odd phones that a user had before the run nor what another scenario
//! has left behind is blamed on anybody, and the write that made the difference can be named.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::api::{ApiVersion, Operation};
use crate::check::{self, Mismatch, Phones};
use crate::graph::{Account, Exchange, PhoneType, TransportError};
use crate::suite::Invariant;
use crate::tenant::View;

use super::{Person, Session};

/// An invariant that a write has broken.
#[derive(Debug, Clone)]
pub struct Breach {
    /// Which one.
    pub invariant: Invariant,
    /// The write after which it was first seen broken, as a place among the exchanges.
    pub write: usize,
    /// The read that shows it, likewise.
    pub read: usize,
    /// What was seen.
    pub mismatch: Mismatch,
}

/// What is remembered of the users that are watched over.
#[derive(Debug, Default)]
pub struct Vigil {
    /// By person and invariant: the last look at which it held.
    held: BTreeMap<(usize, Invariant), usize>,
    /// How many exchanges were gone through.
    heard: usize,
    /// What was found.
    pub breaches: Vec<Breach>,
}

impl Vigil {
    /// Takes a person's phones as seen before the exchange at this place.
    pub(super) fn trust(&mut self, person: usize, phones: &Phones, place: usize) {
        let held = Invariant::ALL.into_iter().filter(|invariant| phones.keep(*invariant));
        self.held.extend(held.map(|invariant| ((person, invariant), place)));
    }

    /// What a write answers with shows the phone as it is from then on.
    fn judge_answer(&mut self, person: usize, write: usize, exchange: &Exchange) {
        let invariant = Invariant::OthersAreNotSupported;
        let Some(Err(mismatch)) = exchange.json().map(|phone| check::keeps(invariant, &[phone])) else { return };
        if self.held.remove(&(person, invariant)).is_some() {
            self.breaches.push(Breach { invariant, write, read: write, mismatch });
        }
    }
}

/// Whether this is a list of a person's phones, asked for by id in the version that a scenario speaks.
fn is_look(person: &Person, exchange: &Exchange, version: ApiVersion) -> bool {
    exchange.operation == Operation::List
        && exchange.version == version
        && matches!(&exchange.account, Account::User(user) if *user == person.id)
        && check::listed(exchange).is_some()
}

/// Whether this asks for a change of a person's phones; the first person is the one behind `/me`.
fn is_write(person: &Person, place: usize, exchange: &Exchange) -> bool {
    !matches!(exchange.operation, Operation::List | Operation::Get) && person.is_meant_by(&exchange.account, place == 0)
}

impl Session {
    /// Looks at what the last step has shown of the users; sends nothing unless an invariant seems to be broken.
    pub(super) async fn watch_over(&mut self) {
        if self.known().stateless {
            // Examples are not what a user has.
            return;
        }
        self.listen();
        for person in 0..self.introduced {
            let Some(look) = self.last_look(person) else { continue };
            // A transport error ends the next step as well, and says more there.
            let _ = self.examine(person, look).await;
        }
    }

    /// Goes through what was said since the last step: what held at each look, and what writes have answered.
    fn listen(&mut self) {
        let Self { conversation, lent, vigil, introduced, .. } = self;
        for (index, exchange) in conversation.exchanges.iter().enumerate().skip(vigil.heard) {
            for (place, person) in lent.iter().enumerate().take(*introduced) {
                if is_look(person, exchange, conversation.version) {
                    let phones = check::listed(exchange).unwrap_or_default();
                    let held = Invariant::ALL.into_iter().filter(|invariant| check::keeps(*invariant, &phones).is_ok());
                    vigil.held.extend(held.map(|invariant| ((place, invariant), index)));
                } else if is_write(person, place, exchange) && exchange.succeeded() {
                    vigil.judge_answer(place, index, exchange);
                }
            }
        }
        vigil.heard = conversation.exchanges.len();
    }

    /// Looks at the phones of users whom the scenario has written about and not looked at since.
    pub async fn look_back(&mut self) {
        if self.halt.is_some() || self.known().stateless || self.conversation.view() == View::Reads {
            return;
        }
        for person in 0..self.introduced {
            let unseen = self.last_write(person).is_some_and(|write| self.last_list(person).is_none_or(|list| list < write));
            if unseen && self.vigil.held.keys().any(|(held, _)| *held == person) {
                let user = self.lent[person].id.clone();
                if self.conversation.ask(Operation::List, &user, None, None).await.is_err() {
                    return;
                }
            }
        }
        self.watch_over().await;
        // A look back belongs to the last step: every exchange of a scenario is one step's.
        if let Some(sent) = self.sent.last_mut() {
            *sent = self.conversation.exchanges.len();
        }
    }

    /// The last list of a person's phones, if it shows what the person has now: nothing was written since.
    fn last_look(&self, person: usize) -> Option<usize> {
        let list = self.last_list(person)?;
        let current = self.last_write(person).is_none_or(|write| write < list);
        // A wrong list doesn't show what a user has.
        (current && self.conversation.view() == View::List).then_some(list)
    }

    async fn examine(&mut self, person: usize, look: usize) -> Result<(), TransportError> {
        for invariant in Invariant::ALL {
            let Some(phones) = check::listed(&self.conversation.exchanges[look]) else { return Ok(()) };
            if check::keeps(invariant, &phones).is_ok() {
                continue;
            }
            let Some(held) = self.vigil.held.get(&(person, invariant)).copied() else { continue };
            let Some(write) = self.write_between(person, held, look) else { continue };
            if let Some((read, mismatch)) = self.stays_broken(person, invariant, look).await? {
                self.vigil.held.remove(&(person, invariant));
                self.vigil.breaches.push(Breach { invariant, write, read, mismatch });
            }
        }
        Ok(())
    }

    /// Looks again for as long as reads may lag, and then one by one, as far as single reads can tell.
    async fn stays_broken(
        &mut self,
        person: usize,
        invariant: Invariant,
        look: usize,
    ) -> Result<Option<(usize, Mismatch)>, TransportError> {
        let user = self.lent[person].id.clone();
        let patience = self.conversation.patience();
        let first = self.conversation.exchanges.len();
        let mut look = look;
        while patience.lasts().await {
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
            // A server that gives other ids to its phones leaves the list to tell.
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
        let is_look = |exchange| is_look(&self.lent[person], exchange, self.conversation.version);
        self.conversation.exchanges.iter().rposition(is_look)
    }

    fn last_write(&self, person: usize) -> Option<usize> {
        self.conversation.exchanges.iter().rposition(|exchange| is_write(&self.lent[person], person, exchange))
    }

    /// The write that a later look is to be blamed on: the last one that was accepted, or else the last one.
    fn write_between(&self, person: usize, held: usize, look: usize) -> Option<usize> {
        let exchanges = &self.conversation.exchanges;
        let writes = || (held..look).rev().filter(|index| is_write(&self.lent[person], person, &exchanges[*index]));
        writes().find(|index| exchanges[*index].succeeded()).or_else(|| writes().next())
    }
}
