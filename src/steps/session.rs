//! The state of a scenario while it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::time::Instant;

use crate::api::{ApiVersion, Operation};
use crate::check::{Mismatch, Phones, Wanted, same_number};
use crate::graph::{Account, Body, Call, Credential, Exchange, PhoneType};
use crate::plan::{Address, Variation};
use crate::suite::Caller;
use crate::target::NumberKind;
use crate::tenant::{Conversation, Deadline, EXTENSION, Lease, Numbers, Observed, Start, observe, observe_registration};

use super::given::states;
use super::{Halt, InvariantWatch, LateLook, Pair};

/// What the preflight found out about an endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// By version.
    pub versions: BTreeMap<ApiVersion, VersionFacts>,
}

/// What the preflight found out about a version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VersionFacts {
    /// Whether an administrator's valid request is accepted: otherwise a refusal shows nothing.
    pub controls: BTreeMap<Operation, Control>,
    /// The endpoint accepts changes and shows none of them: its answers are fixed examples.
    pub stateless: bool,
    /// The endpoint refuses to read an absent phone.
    pub absent_is_refused: bool,
    /// Operations that are accepted but have no effect, each with a description.
    pub ineffective: BTreeMap<Operation, String>,
    /// Why users can't be given phones, if they can't.
    pub setup: Option<String>,
    /// Whether the endpoint registers a mobile number for SMS sign-in only a moment after the answer.
    pub registers_late: bool,
}

impl VersionFacts {
    /// Whether phones can be deleted, as far as is known.
    pub fn deletes(&self) -> bool {
        !self.ineffective.contains_key(&Operation::Delete) && !self.refuses(Operation::Delete)
    }

    /// Whether an administrator's valid request is refused.
    pub fn refuses(&self, operation: Operation) -> bool {
        matches!(self.controls.get(&operation), Some(Control::Refused(_)))
    }
}

/// The result of a valid request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// It was accepted.
    Accepted,
    /// It was refused; the text describes the answer.
    Refused(String),
}

/// A user in a scenario.
#[derive(Debug, Clone)]
pub struct Person {
    /// Object id.
    pub id: String,
    /// User principal name, if known.
    pub name: Option<String>,
    /// The phones that the user had when the request was sent; `None` if unknown.
    pub phones: Option<Phones>,
    /// The example phones of a mock, instead of the phones that the scenario starts from.
    pub examples: Option<Phones>,
    /// The phones that the user was given, with their numbers in full: an endpoint may show them masked.
    pub given: Vec<Wanted>,
    /// Whether an earlier scenario turned SMS sign-in on or off after the mobile phone was added.
    pub switched: bool,
}

impl Person {
    /// Whether a request to this account is about this person. `signed_in` tells whether `/me` is this person.
    pub(super) fn is_meant_by(&self, account: &Account, signed_in: bool) -> bool {
        match account {
            Account::Me => signed_in,
            Account::User(user) => *user == self.id || Some(user) == self.name.as_ref(),
        }
    }
}

/// The state of a scenario.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says something else of the scenario")]
pub struct Session {
    /// The conversation with the endpoint.
    pub conversation: Conversation,
    /// The version that the scenario does not use otherwise, if there is one.
    pub other_version: Option<ApiVersion>,
    /// What the plan chose where the scenario leaves a choice.
    pub variation: Variation,
    /// The index of the identity that plays each caller.
    pub cast: BTreeMap<Caller, usize>,
    /// Whether the sender of the request may see masked numbers.
    pub masking: bool,
    /// The users that are lent to the scenario, the user under test first; returned when the session ends.
    pub lease: Lease,
    /// The same users, as the target names them.
    pub lent: Vec<Person>,
    /// The phones that each of them starts from.
    pub starts: Vec<Start>,
    /// How many of the lent users the steps have introduced.
    pub introduced: usize,
    /// What the preflight found out.
    pub facts: Arc<Facts>,
    /// The numbers of the run.
    pub numbers: Arc<Numbers>,
    /// The scenario's place in the run; its numbers depend on it.
    pub place: usize,
    /// How many numbers it has taken.
    pub numbers_taken: u64,
    /// Whether one answer is enough to judge the scenario.
    pub single_answer: bool,
    /// The operation whose effect the scenario checks, if it checks one.
    pub asks_for_effect_of: Option<Operation>,
    /// The phone that the request asked for.
    pub requested: Option<Wanted>,
    /// The phone that was deleted to set the scenario up.
    pub old: Option<Wanted>,
    /// The phone type of the request.
    pub concerned: Option<PhoneType>,
    /// The exchange that is judged.
    pub judged: Option<usize>,
    /// The request that the scenario is about, and when it was sent.
    pub asked: Option<(Call, Instant)>,
    /// The result of the last two requests that were sent at once.
    pub pair: Option<Pair>,
    /// Whether two users were ready with one number after requests that were sent at once.
    pub both_ready: bool,
    /// Whether the users had phones from earlier scenarios at the start.
    pub inherited: bool,
    /// Whether the request should have been refused.
    pub asks_for_refusal: bool,
    /// Whether the failed check is about phones that reads show, not about the judged answer.
    pub is_about_phones: bool,
    /// What to check again once reads can no longer lag.
    pub late: Vec<LateLook>,
    /// The requests that delete phones that someone created for an unknown user.
    pub unexpected: Vec<Call>,
    /// Watches the invariants.
    pub watch: InvariantWatch,
    /// The number of steps that have ended.
    pub steps: usize,
    /// The number of exchanges after each step, including the step that did not hold.
    pub sent: Vec<usize>,
    /// Why the scenario ended before its last step.
    pub halt: Option<Halt>,
}

impl Session {
    /// Records the result of a step.
    pub(super) fn finish_step(&mut self, halt: Option<&Halt>) {
        self.sent.push(self.conversation.exchanges.len());
        match halt {
            Some(halt) => self.halt = Some(halt.clone()),
            None => self.steps += 1,
        }
    }

    /// A number that no user has.
    pub(super) fn fresh_line(&mut self) -> String {
        self.numbers_taken += 1;
        self.numbers.number_of(self.variation.number, self.place, self.numbers_taken - 1)
    }

    /// A number for a phone of this type that no user has.
    pub(super) fn fresh_number(&mut self, kind: PhoneType) -> String {
        let extended = kind == PhoneType::Office && self.variation.number == Some(NumberKind::Extension);
        format!("{}{}", self.fresh_line(), if extended { EXTENSION } else { "" })
    }

    /// The account under test, addressed as the plan chose; `otherwise` is used if it chose nothing.
    pub(super) fn account(&self, otherwise: Address) -> Result<Account, Halt> {
        let user = || self.lent.first().ok_or_else(|| Halt::Errored("the scenario speaks of a user whom it doesn't introduce".to_owned()));
        Ok(match self.variation.address.unwrap_or(otherwise) {
            Address::Me => Account::Me,
            Address::Id => Account::User(user()?.id.clone()),
            Address::Name => {
                let name = user()?.name.clone();
                Account::User(name.ok_or_else(|| Halt::Errored("the plan found a user without a name to be addressed by".to_owned()))?)
            }
        })
    }

    /// What the preflight found out about the version in use.
    pub(super) fn known(&self) -> &VersionFacts {
        &self.facts.versions[&self.conversation.version]
    }

    /// The user under test.
    pub(super) fn user(&self) -> &Person {
        &self.lent[0]
    }

    /// The exchange that is judged.
    pub(super) fn judged(&self) -> Result<&Exchange, Halt> {
        let index = self.judged.ok_or_else(|| Halt::Errored("the scenario judges an answer before it sends a request".to_owned()))?;
        Ok(&self.conversation.exchanges[index])
    }

    /// Judges the answer to the request.
    pub(super) fn judge(&self, check: impl FnOnce(&Exchange) -> Result<(), Mismatch>) -> Result<(), Halt> {
        check(self.judged()?).map_err(Halt::from)
    }

    /// The judged exchange, which should have succeeded. A mock of examples may rightly refuse the request, because its
    /// example phones are not the ones that the scenario starts from: it may have a phone of the type to be added.
    /// Statuses about something else still count: 422 is about the body, 405 about the method.
    pub(super) fn answered_for_what_it_shows(&self) -> Result<&Exchange, Halt> {
        let exchange = self.judged()?;
        let (Some(kind), Some(shown)) = (self.concerned, self.lent.first().and_then(|person| person.examples.as_ref())) else {
            return Ok(exchange);
        };
        let there = shown.of(kind).is_some();
        let consistent = match exchange.operation {
            Operation::Create => there || kind == PhoneType::AlternateMobile && shown.of(PhoneType::Mobile).is_none(),
            _ => !there,
        };
        if consistent && matches!(exchange.status, 400 | 404 | 409 | 410) {
            return Err(Halt::Blocked(format!(
                "the endpoint keeps no state, and refuses what does not go with the phones that it shows: {}",
                states(shown)
            )));
        }
        Ok(exchange)
    }

    /// The judged exchange, which should have been accepted. If the endpoint refuses even the plainest request of this
    /// kind, that is one deviation, not one for every missing effect.
    pub(super) fn accepted(&self) -> Result<&Exchange, Halt> {
        let exchange = self.answered_for_what_it_shows()?;
        match self.known().controls.get(&exchange.operation) {
            Some(Control::Refused(reason)) if !exchange.succeeded() => Err(Halt::Known(reason.clone())),
            _ => Ok(exchange),
        }
    }

    /// The judged exchange, whose effect can be checked. If an operation never has an effect, one rule reports exactly
    /// that, and the other rules can't be judged.
    pub(super) fn effective(&self) -> Result<&Exchange, Halt> {
        let exchange = self.accepted()?;
        match self.known().ineffective.get(&exchange.operation) {
            // If nothing at all has an effect, that is reported elsewhere.
            Some(cause) if self.asks_for_effect_of.is_none() && !self.known().stateless => Err(Halt::Known(cause.clone())),
            _ => Ok(exchange),
        }
    }

    /// Whether a scenario may be decided by the answer alone, because its effect can't be observed.
    pub(super) fn answer_decides(&self) -> Result<bool, Halt> {
        let exchange = self.judged()?;
        let blind = self.known().stateless || self.known().ineffective.contains_key(&exchange.operation) || self.user().phones.is_none();
        Ok(self.single_answer && blind)
    }

    /// The `Authorization` of a caller.
    pub(super) fn credential(&self, caller: Caller) -> Result<Credential, Halt> {
        let identity =
            || self.cast.get(&caller).copied().ok_or_else(|| Halt::Errored(format!("the plan found nobody to play {}", caller.phrase())));
        Ok(match caller {
            Caller::Administrator => {
                Credential::Identity(self.cast.get(&caller).copied().unwrap_or(self.conversation.endpoint.administrator))
            }
            Caller::WithoutToken => Credential::Nothing,
            Caller::GarbageToken => Credential::Garbage,
            Caller::EmptyBearer => Credential::EmptyBearer,
            Caller::OtherScheme => Credential::OtherScheme(self.conversation.endpoint.administrator),
            _ => Credential::Identity(identity()?),
        })
    }

    /// The id that the endpoint gave to a user's phone of a type, or else the well-known one.
    pub(super) fn phone_id(&self, person: usize, kind: PhoneType) -> String {
        self.lent[person].phones.as_ref().map_or_else(|| kind.well_known_id().to_owned(), |phones| phones.id_of(kind))
    }

    /// The number of a user's phone of a type, in full, so that it can be sent again.
    pub(super) fn number_of(&self, person: usize, kind: PhoneType) -> Result<String, Halt> {
        let person = &self.lent[person];
        let shown = person.phones.as_ref().and_then(|phones| phones.of(kind));
        let given = person.given.iter().find(|given| given.kind == kind).map(|given| given.number.clone());
        let shown = shown.ok_or_else(|| Halt::Blocked("the number of a phone can't be read".to_owned()))?;
        match given {
            Some(given) if !same_number(&given, &shown.number, self.conversation.endpoint.masking) => {
                Err(Halt::Blocked("a phone has another number than it was given".to_owned()))
            }
            given => Ok(given.unwrap_or_else(|| shown.number.to_string())),
        }
    }

    /// The phones that a user had when the request was sent.
    pub(super) fn phones_of(&self, person: usize) -> Result<Phones, Halt> {
        self.lent[person].phones.clone().ok_or_else(|| {
            Halt::Blocked("the endpoint shows no phones that a request could change, so that effects can't be told".to_owned())
        })
    }

    /// Repeats a read that fails its check while it may lag behind the scenario's setup.
    pub(super) async fn eventually(&mut self, check: impl Fn(&Self) -> Result<(), Halt>) -> Result<(), Halt> {
        let mut looks = 0;
        loop {
            looks += 1;
            let result = check(self);
            let Some((call, at)) = &self.asked else { return result };
            let deadline = Deadline::since(*at, self.conversation.endpoint.consistency_timeout);
            if !matches!(result, Err(Halt::Violated(_) | Halt::Blocked(_))) {
                self.conversation.shown_after(looks, &deadline);
                return result;
            }
            let reads = call.operation.reads();
            let call = call.clone();
            if !reads || !deadline.next_look().await {
                return result;
            }
            if let Some(superseded) = self.judged {
                self.conversation.exchanges[superseded].drop_bulk();
            }
            self.judged = Some(self.conversation.send(&call).await?);
        }
    }

    /// Sends the request that the scenario is about.
    pub(super) async fn request(
        &mut self,
        caller: Caller,
        operation: Operation,
        account: Account,
        phone: Option<String>,
        body: Option<Body>,
        version: ApiVersion,
    ) -> Result<(), Halt> {
        let credential = self.credential(caller)?;
        self.still_set_up().await?;
        let call = Call { operation, version, account, phone, credential, body };
        let index = self.send(&call).await?;
        self.judged = Some(index);
        self.asked = Some((call, Instant::now()));
        let exchange = &self.conversation.exchanges[index];
        if caller.is_the_user() && !operation.reads() && asks_to_sign_in_again(exchange) {
            return Err(Halt::Blocked(format!(
                "the endpoint asks the signed-in user to sign in again: {} with a claims challenge; fetch a token of a fresh sign-in with \
                 multifactor authentication",
                exchange.summary()
            )));
        }
        Ok(())
    }

    /// Sends a request. If it created a phone for an unknown user, records the request that deletes it.
    pub(super) async fn send(&mut self, call: &Call) -> Result<usize, Halt> {
        let meant = self.lent.iter().enumerate().find(|(place, person)| person.is_meant_by(&call.account, *place == 0));
        let before = meant.and_then(|(_, person)| person.phones.as_ref());
        let index = self.conversation.send_knowing(call, before).await?;
        let exchange = &self.conversation.exchanges[index];
        let for_nobody = match &call.account {
            Account::Me => self.lent.is_empty(),
            account @ Account::User(_) => !self.lent.iter().any(|person| person.is_meant_by(account, false)),
        };
        if call.operation == Operation::Create && for_nobody && exchange.succeeded() {
            let id = exchange.json().and_then(|phone| phone.get("id")?.as_str()).map(str::to_owned);
            self.unexpected.push(Call { operation: Operation::Delete, phone: id, body: None, ..call.clone() });
        }
        Ok(index)
    }

    /// Checks that the users still have their phones: setting up one user may have changed another.
    async fn still_set_up(&mut self) -> Result<(), Halt> {
        for person in 0..self.lent.len() {
            let (user, phones) = (self.lent[person].id.clone(), self.lent[person].phones.clone());
            let Some(before) = phones.filter(|_| self.lent.len() > 1) else { continue };
            if self.untouched() || self.seen_since(person).is_some_and(|phones| phones.same_as(&before)) {
                continue;
            }
            if let Observed::Otherwise(_) = observe(&mut self.conversation, &user, |phones| phones.same_as(&before)).await? {
                return Err(Halt::Blocked("two users can't be set up: what is done to one changes the other".to_owned()));
            }
        }
        Ok(())
    }

    /// Whether the scenario has not written anything yet.
    fn untouched(&self) -> bool {
        !self.conversation.may_lag() && self.conversation.exchanges.iter().all(|exchange| exchange.operation.reads())
    }

    /// Leaves the users to the next scenario. If all went well, they keep their phones, and the next scenario may start
    /// from them. Otherwise it deletes the phones that this scenario created, as far as they are known; the next
    /// scenario deletes the rest.
    pub async fn leave(&mut self, chained: bool) {
        for call in self.unexpected.drain(..).filter(|call| call.phone.is_some()) {
            let _ = self.conversation.send(&call).await;
        }
        if self.known().stateless {
            return;
        }
        if chained && self.halt.is_none() && self.watch.breaches.is_empty() {
            self.remember();
            return;
        }
        for person in 0..self.introduced {
            let user = self.lent[person].id.clone();
            let before = self.lent[person].phones.clone().unwrap_or_default();
            let made = self.made(person);
            for kind in PhoneType::FOR_DELETION {
                if before.of(kind).is_some() || made.contains(&kind) {
                    let id = before.id_of(kind);
                    // An error does not matter: the next scenario and the end of the run look again.
                    let _ = self.conversation.ask(Operation::Delete, &user, Some(&id), None).await;
                }
            }
            for id in self.conversation.endpoint.made.of(&user) {
                let _ = self.conversation.ask(Operation::Delete, &user, Some(&id), None).await;
            }
        }
    }

    /// The types of phone that requests may have created for a person; every type, if a body names none.
    fn made(&self, person: usize) -> BTreeSet<PhoneType> {
        let own = |account: &Account| self.lent[person].is_meant_by(account, person == 0);
        let bodies =
            self.conversation.exchanges.iter().filter(|exchange| exchange.operation == Operation::Create && own(&exchange.account));
        bodies
            .flat_map(|exchange| {
                let body: Option<serde_json::Value> = exchange.request_body.as_deref().and_then(|body| serde_json::from_str(body).ok());
                let kind = body.as_ref().and_then(|body| body.get("phoneType")?.as_str()?.parse().ok());
                match kind {
                    Some(kind) => vec![kind],
                    None if exchange.succeeded() => PhoneType::ALL.to_vec(),
                    None => Vec::new(),
                }
            })
            .collect()
    }

    /// Waits until a user has phones as expected.
    ///
    /// `person` is an index into the scenario's users; `wording` names the expectation in messages.
    pub(super) async fn expect_phones(&mut self, person: usize, wording: &str, expected: impl Fn(&Phones) -> bool) -> Result<(), Halt> {
        if self.seen_since(person).is_some_and(|phones| expected(&phones)) {
            return Ok(());
        }
        let user = self.lent[person].id.clone();
        match observe_registration(&mut self.conversation, &user, expected).await? {
            Observed::AsExpected(_) => Ok(()),
            Observed::Otherwise(phones) => {
                self.is_about_phones = true;
                let answered = self.judged.map(|index| &self.conversation.exchanges[index]);
                let after =
                    answered.map_or_else(String::new, |exchange| format!(", after {} had answered {}", exchange.method, exchange.status));
                Err(Mismatch::new(wording, format!("{phones}{after}")).into())
            }
        }
    }
}

/// Whether an answer asks for a fresh sign-in, as the service does if people who manage their own methods have not
/// signed in lately.
///
/// Source: the pages of 2025 on what people do to their own authentication methods.
fn asks_to_sign_in_again(exchange: &Exchange) -> bool {
    matches!(exchange.status, 401 | 403) && exchange.header("www-authenticate").is_some_and(|challenge| challenge.contains("claims="))
}
