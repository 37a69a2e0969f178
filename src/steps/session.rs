//! The state of a scenario while it runs.

mod aftercare;
mod asked;
mod blame;
mod late;
mod people;
mod phones;
mod setting;
mod watch;

pub use aftercare::Aftercare;
pub use asked::{Asked, Pair, Resource, Trace};
pub use people::{People, Person, states};
pub use setting::{FreshNumbers, Setting};
pub use watch::Breach;

use crate::api::Operation;
use crate::check::{Mismatch, line_of, same_number};
use crate::graph::{Account, Body, Call, Credential, Exchange, PhoneType};
use crate::plan::Address;
use crate::suite::Caller;
use crate::tenant::{Control, Conversation, Deadline, VersionFacts};

use super::Halt;
use super::parameters::Number;

/// The state of a scenario.
#[derive(Debug)]
pub struct Session {
    /// What is fixed.
    pub setting: Setting,
    /// Numbers that no user has.
    pub numbers: FreshNumbers,
    /// The users.
    pub people: People,
    /// The exchanges with the endpoint.
    pub conversation: Conversation,
    /// What the scenario has asked for.
    pub asked: Asked,
    /// How it went so far.
    pub trace: Trace,
    /// What is left to do and to check after the last step.
    pub aftercare: Aftercare,
}

impl Session {
    /// The state before the first step.
    pub fn new(setting: Setting, numbers: FreshNumbers, people: People, conversation: Conversation) -> Self {
        let (asked, trace, aftercare) = Default::default();
        Self { setting, numbers, people, conversation, asked, trace, aftercare }
    }

    /// The account under test, with the address that the plan chose, or `otherwise` if it chose none.
    pub(super) fn account(&self, otherwise: Address) -> Result<Account, Halt> {
        let user = || {
            self.people.lent.first().ok_or_else(|| Halt::Errored("the scenario needs a user that its first steps do not set up".to_owned()))
        };
        Ok(match self.setting.variation.address.unwrap_or(otherwise) {
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
        &self.setting.facts.versions[&self.conversation.version]
    }

    /// The user under test.
    pub(super) fn user(&self) -> &Person {
        &self.people.lent[0]
    }

    /// The exchange that is judged.
    pub(super) fn judged(&self) -> Result<&Exchange, Halt> {
        let index = self.asked.judged.ok_or_else(|| Halt::Errored("the scenario judges an answer before it sends a request".to_owned()))?;
        Ok(&self.conversation.exchanges[index])
    }

    /// Judges the answer to the request.
    pub(super) fn judge(&self, check: impl FnOnce(&Exchange) -> Result<(), Mismatch>) -> Result<(), Halt> {
        check(self.judged()?).map_err(Halt::from)
    }

    /// The judged exchange, which should have succeeded. Blocks the scenario if a mock of examples refused the request
    /// with 400, 404, 409 or 410 and its example phones are a good reason. Other statuses still count: 422 is about the
    /// body, 405 about the method.
    pub(super) fn judged_unless_mock_refused(&self) -> Result<&Exchange, Halt> {
        let exchange = self.judged()?;
        let (Some(kind), Some(shown)) = (self.asked.concerned, self.people.lent.first().and_then(|person| person.examples.as_ref())) else {
            return Ok(exchange);
        };
        let there = shown.of(kind).is_some();
        let consistent = match exchange.operation {
            Operation::Create => there || kind == PhoneType::AlternateMobile && shown.of(PhoneType::Mobile).is_none(),
            _ => !there,
        };
        if consistent && matches!(exchange.status, 400 | 404 | 409 | 410) {
            return Err(Halt::Blocked(format!(
                "the endpoint keeps no state, and refuses requests that do not fit its example phones: {}",
                states(shown)
            )));
        }
        Ok(exchange)
    }

    /// The judged exchange, which should have been accepted. If the endpoint refuses even the plainest request of the
    /// operation, this blocks the scenario, because another rule reports that once.
    pub(super) fn accepted(&self) -> Result<&Exchange, Halt> {
        let exchange = self.judged_unless_mock_refused()?;
        match self.known().controls.get(&exchange.operation) {
            Some(Control::Refused(reason)) if !exchange.succeeded() => Err(Halt::Preflight(reason.clone())),
            _ => Ok(exchange),
        }
    }

    /// The judged exchange, if its effect can be checked. If an operation never has an effect, the rule about the
    /// effect reports exactly that, and scenarios of other rules are blocked.
    pub(super) fn effective(&self) -> Result<&Exchange, Halt> {
        let exchange = self.accepted()?;
        match self.known().ineffective.get(&exchange.operation) {
            // If no operation has an effect, the preflight's note reports it.
            Some(cause) if self.setting.asks_for_effect_of.is_none() && !self.known().stateless => Err(Halt::Preflight(cause.clone())),
            _ => Ok(exchange),
        }
    }

    /// Whether the answer alone decides the scenario, because the effect of the request can't be observed.
    pub(super) fn answer_decides(&self) -> Result<bool, Halt> {
        let exchange = self.judged()?;
        let blind = self.known().stateless || self.known().ineffective.contains_key(&exchange.operation) || self.user().phones.is_none();
        Ok(self.setting.single_answer && blind)
    }

    /// The `Authorization` of a caller.
    pub(super) fn credential(&self, caller: Caller) -> Result<Credential, Halt> {
        let (identity, administrator) = (self.setting.cast.get(&caller).copied(), self.conversation.endpoint.administrator);
        Ok(match caller {
            Caller::Administrator => Credential::Identity(identity.unwrap_or(administrator)),
            Caller::WithoutToken => Credential::Nothing,
            Caller::GarbageToken => Credential::Garbage,
            Caller::EmptyBearer => Credential::EmptyBearer,
            Caller::OtherScheme => Credential::OtherScheme(administrator),
            Caller::BareToken => Credential::BareToken(administrator),
            _ => {
                let nobody = || Halt::Errored(format!("no identity can play {}", caller.phrase()));
                Credential::Identity(identity.ok_or_else(nobody)?)
            }
        })
    }

    /// The number of a user's phone of a type, in full, so that it can be sent again.
    pub(super) fn number_of(&self, person: usize, kind: PhoneType) -> Result<String, Halt> {
        let person = &self.people.lent[person];
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

    /// The number to send for a phone of this type.
    pub(super) fn number(&mut self, number: Number, kind: PhoneType) -> Result<String, Halt> {
        Ok(match number {
            Number::Fresh => self.numbers.phone(kind),
            Number::Extended => format!("{}x123", self.numbers.line()),
            Number::Unspaced => self.numbers.line().replace(' ', ""),
            Number::Of(person) => self.number_of(person, kind)?,
            Number::OfAnother(person, other) => line_of(&self.number_of(person, other)?).to_owned(),
            Number::Literal(number) => number,
        })
    }

    /// Checks the answer. If it answers a read and fails the check, repeats the read as long as reads may lag behind
    /// the scenario's setup.
    pub(super) async fn eventually(&mut self, check: impl Fn(&Self) -> Result<(), Halt>) -> Result<(), Halt> {
        let mut looks = 0;
        loop {
            looks += 1;
            let result = check(self);
            let Some((call, at)) = &self.asked.call else { return result };
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
            if let Some(superseded) = self.asked.judged {
                self.conversation.exchanges[superseded].drop_bulk();
            }
            self.asked.judged = Some(self.conversation.send(&call).await?);
        }
    }

    /// Checks the accepted answer to the request. Repeats a read as long as it may lag.
    pub(super) async fn check_accepted<E>(&mut self, check: impl Fn(&Exchange) -> Result<(), E>) -> Result<(), Halt>
    where
        Halt: From<E>,
    {
        self.eventually(|session| Ok(check(session.accepted()?)?)).await
    }

    /// Sends the request that the scenario is about.
    pub(super) async fn request(&mut self, caller: Caller, operation: Operation, about: Resource, body: Option<Body>) -> Result<(), Halt> {
        let credential = self.credential(caller)?;
        self.still_set_up().await?;
        let Resource { account, phone, version } = about;
        let call = Call { operation, version, account, phone, credential, body };
        let index = self.send(&call).await?;
        self.asked.sent(call, index);
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
        let meant = self.people.meant(&call.account);
        let before = meant.and_then(|person| self.people.lent[person].phones.as_ref());
        let index = self.conversation.send_knowing(call, before).await?;
        let exchange = &self.conversation.exchanges[index];
        if call.operation == Operation::Create && meant.is_none() && exchange.succeeded() {
            let id = exchange.json().and_then(|phone| phone.get("id")?.as_str()).map(str::to_owned);
            self.aftercare.unexpected.push(Call { operation: Operation::Delete, phone: id, body: None, ..call.clone() });
        }
        Ok(index)
    }

    /// The account, in the version of the scenario.
    pub(super) const fn about(&self, account: Account) -> Resource {
        Resource { account, phone: None, version: self.conversation.version }
    }
}

/// Whether an answer asks for a fresh sign-in. The service asks for it when users manage their own methods.
///
/// Source: the pages of 2025 on what people do to their own authentication methods.
fn asks_to_sign_in_again(exchange: &Exchange) -> bool {
    matches!(exchange.status, 401 | 403) && exchange.header("www-authenticate").is_some_and(|challenge| challenge.contains("claims="))
}
