//! Takes a sequence of steps against an endpoint and judges each step by the model.

use std::collections::BTreeMap;

use crate::api::Operation;
use crate::check::Phones;
use crate::graph::{Account, Credential, PhoneType, TransportError};
use crate::suite::Caller;
use crate::tenant::{Conversation, Observed, Setback, clear, establish, observe_registration, read_phones};

use super::expectation::Divergence;
use super::model::Model;
use super::step::Step;

/// A user of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walker {
    /// Object id.
    pub id: String,
    /// User principal name, if known.
    pub name: Option<String>,
    /// Whether the policy allows the user SMS sign-in; `None` if unknown.
    pub allowed: Option<bool>,
}

/// One run of a walk.
#[derive(Debug)]
pub struct Path<'a> {
    /// The conversation with the endpoint.
    pub conversation: &'a mut Conversation,
    /// The users. No one else uses them during the walk.
    pub walkers: &'a [Walker],
    /// The identities that play the callers.
    pub callers: &'a BTreeMap<Caller, usize>,
    /// Numbers that no user has.
    pub numbers: &'a [String; 8],
    /// The phones that each walker is known to have before the walk; empty if the walk must read them first. After a
    /// walk that held, the phones that it leaves; the next scenario or walk then deletes them.
    pub known: Vec<Option<Phones>>,
    /// Whether to read the phones of other users after a refusal too. This costs requests, but helps to find the cause
    /// of a deviation.
    pub thorough: bool,
    /// Whether the endpoint registers a mobile number for SMS sign-in only a moment after its answer.
    pub registers_late: bool,
}

/// How a walk ended.
#[derive(Debug, Clone)]
pub enum End {
    /// Every result was right.
    Held,
    /// A result was wrong.
    Diverged {
        /// The divergence.
        divergence: Divergence,
        /// The steps up to it.
        steps: Vec<Step>,
        /// The exchange of each step, and the last read.
        exchanges: Vec<usize>,
        /// The exchange with the wrong answer or effect, as an index into `exchanges`.
        judged: usize,
    },
    /// The endpoint does not allow the walk to go on.
    Blocked(&'static str, String),
    /// The network failed. The rule is the rule of the step that was under way.
    Errored(&'static str, String),
}

/// Why a walk ended before its last step.
enum Stop {
    Diverged(Divergence, usize),
    Setback(Setback),
}

impl From<Setback> for Stop {
    fn from(setback: Setback) -> Self {
        Self::Setback(setback)
    }
}

impl From<TransportError> for Stop {
    fn from(error: TransportError) -> Self {
        Self::Setback(error.into())
    }
}

impl Path<'_> {
    /// Deletes the walkers' phones, then takes these steps.
    pub async fn take(&mut self, steps: &[Step]) -> End {
        let mut taken = Vec::new();
        let mut exchanges = Vec::new();
        let mut rule = super::rules::CREATE_STORED;
        let stop = self.go(steps, &mut taken, &mut exchanges, &mut rule).await.err();
        let said = self.conversation.exchanges.len();
        if stop.is_some() || self.known.is_empty() {
            self.known.clear();
            self.leave().await;
        }
        self.conversation.exchanges.truncate(said);
        match stop {
            None => End::Held,
            Some(Stop::Diverged(divergence, judged)) => {
                if exchanges.last() != Some(&(said - 1)) {
                    exchanges.push(said - 1);
                }
                End::Diverged { divergence, steps: taken, judged, exchanges }
            }
            Some(Stop::Setback(Setback::Transport(error))) => End::Errored(rule, error.to_string()),
            Some(Stop::Setback(Setback::Unreadable(reason) | Setback::Unchangeable(reason))) => End::Blocked(rule, reason),
        }
    }

    async fn go(&mut self, steps: &[Step], taken: &mut Vec<Step>, exchanges: &mut Vec<usize>, rule: &mut &'static str) -> Result<(), Stop> {
        let endpoint = &self.conversation.endpoint;
        let allowed: Vec<_> = self.walkers.iter().map(|walker| walker.allowed).collect();
        let lags = self.registers_late || !endpoint.consistency_timeout.is_zero();
        let mut model = Model::new(&allowed, lags, endpoint.masking);
        let known = std::mem::take(&mut self.known);
        let chained = !known.is_empty();
        for (place, walker) in self.walkers.iter().enumerate() {
            match known.get(place).and_then(Option::as_ref) {
                Some(known) if known.is_empty() => continue,
                Some(known) => _ = clear(self.conversation, &walker.id, known).await?,
                None => {}
            }
            establish(self.conversation, &walker.id, &[]).await?;
        }
        let mut shown: Vec<Phones> = vec![Phones::default(); self.walkers.len()];
        for step in steps {
            let Some(expectation) = model.expect(step, self.numbers) else { continue };
            *rule = expectation.rule();
            let id = model.phone_id(step.user, step.kind);
            let phone = (step.operation() != Operation::Create).then_some(id);
            let user = &self.walkers[step.user].id;
            let mut call = self.conversation.call(step.operation(), user, phone.as_deref(), step.body(self.numbers));
            if let Some(identity) = step.sender.caller.and_then(|caller| self.callers.get(&caller)) {
                call.credential = Credential::Identity(*identity);
            }
            if let Some(name) = self.walkers[step.user].name.as_ref().filter(|_| step.sender.by_name) {
                call.account = Account::User(name.clone());
            }
            let index = self.conversation.send_knowing(&call, Some(&shown[step.user])).await?;
            taken.push(step.clone());
            exchanges.push(index);
            let judged = exchanges.len() - 1;
            let outcome =
                expectation.outcome(&self.conversation.exchanges[index]).map_err(|divergence| Stop::Diverged(divergence, judged))?;
            // Judge the step's user first. A mistake there explains mistakes at other users.
            let looks_at_others = self.thorough || self.conversation.exchanges[index].succeeded();
            let others = (0..self.walkers.len()).filter(|user| *user != step.user && looks_at_others);
            for user in [step.user].into_iter().chain(others) {
                let expected = |phones: &Phones| model.holds(&expectation, outcome, user, phones);
                let observed = observe_registration(self.conversation, &self.walkers[user].id, expected).await?;
                let (Observed::AsExpected(phones) | Observed::Otherwise(phones)) = observed;
                model.judge(&expectation, outcome, user, &phones).map_err(|divergence| Stop::Diverged(divergence, judged))?;
                shown[user] = phones;
            }
            model = model.after(&expectation, outcome, &shown);
        }
        if chained {
            self.known = shown.into_iter().map(Some).collect();
        }
        Ok(())
    }

    /// Deletes all phones. An error does not matter, because the next scenario or walk reads these users again.
    async fn leave(&mut self) {
        for walker in self.walkers {
            if let Ok(phones) = read_phones(self.conversation, &walker.id).await {
                let _ = clear(self.conversation, &walker.id, &phones).await;
            }
        }
    }
}

impl Model {
    /// The id that the endpoint showed for a phone, or else the well-known id.
    fn phone_id(&self, user: usize, kind: PhoneType) -> String {
        let known = self.accounts[user].phones.get(&kind).and_then(|known| known.id.clone());
        known.unwrap_or_else(|| kind.well_known_id().to_owned())
    }
}
