//! The original phones of users, and how they are put back.

use std::sync::Arc;

use crate::api::{ApiVersion, Operation};
use crate::check::Phones;
use crate::graph::{Body, Phase, Phone, Redactor, TransportError};

use super::amend::{Amendment, Difference, Manner, amendments, signs_in};
use super::{Conversation, Endpoint, Look, Setback};

/// The manner of each attempt. Replacing may do what updating can't; the last attempt only switches SMS sign-in.
const ATTEMPTS: [Manner; 4] = [Manner::Update, Manner::Update, Manner::Replace, Manner::Update];

/// A user's phones as the run found them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// Object id of the user.
    pub user: String,
    /// The phones; `None` if the endpoint did not show them.
    pub phones: Option<Phones>,
}

/// What the endpoint shows of a user's phones before a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// These phones.
    Phones(Look),
    /// Every read is answered with 404: the user may have no phones or be unknown, or nothing may be readable.
    Nothing,
    /// The answers contain no readable phones, or contradict each other.
    Unreadable,
}

/// What a user has in the end.
enum Now {
    /// The original phones.
    AsBefore,
    /// The user does not exist.
    Nobody,
    /// Other phones, these.
    Otherwise(Phones),
}

/// The result of putting a user back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restoration {
    /// The user has the original phones.
    Done,
    /// The endpoint does not know the user.
    Unknown,
    /// The user does not have the original phones. The sentence says what is missing; the commands would restore it.
    Incomplete {
        /// One sentence.
        message: String,
        /// Commands with `$TOKEN`.
        commands: Vec<String>,
        /// Whether an answer was missing, so that another try may succeed.
        transport: bool,
    },
}

impl Restoration {
    /// How far the attempt got; of several, the one with the highest number is reported.
    pub const fn progress(&self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Incomplete { transport: true, .. } => 1,
            Self::Incomplete { .. } => 2,
            Self::Done => 3,
        }
    }
}

impl Original {
    /// Reads a user's phones before a run changes them, by list and single reads, in the first version that shows them.
    pub async fn read(endpoint: &Arc<Endpoint>, versions: &[ApiVersion], user: &str) -> Result<Found, TransportError> {
        let mut found = Found::Nothing;
        for version in versions {
            let mut conversation = Conversation::new(Arc::clone(endpoint), *version);
            let deadline = conversation.deadline();
            let mut look = Look::take(&mut conversation, user).await?;
            // One of the two may show the state before the last change.
            while look.as_ref().is_some_and(|look| look.is_contradictory() || look.lists_more()) && deadline.next_look().await {
                look = Look::take(&mut conversation, user).await?;
            }
            match look {
                _ if conversation.exchanges.iter().all(|exchange| exchange.status == 404) => {}
                Some(look) if look.is_contradictory() => found = Found::Unreadable,
                Some(look) if look.tells() => return Ok(Found::Phones(look)),
                // Reads by the well-known ids find nothing: the user may have no phones, or phones under other ids.
                Some(_) => {}
                None => found = Found::Unreadable,
            }
        }
        Ok(found)
    }

    /// Whether everything that the user had can be put back.
    pub fn is_understood(&self) -> bool {
        self.phones.as_ref().is_some_and(Phones::are_understood)
    }

    /// Whether the user signed in by SMS. Such a user must get the number back before anybody else can take it.
    pub fn signed_in(&self) -> bool {
        self.phones.as_ref().is_some_and(signs_in)
    }

    /// Whether the phones contain a secret, so that they can't be written down. Digits may match by chance.
    pub fn tells(&self, redactor: &Redactor) -> bool {
        let texts = |phone: &Phone| {
            let number = phone.number.to_string();
            let number = Some(number).filter(|number| number.chars().any(|character| !"+0123456789 x-()".contains(character)));
            let state = phone.sms_sign_in_state.as_ref().map(ToString::to_string);
            [number, phone.id.clone(), state].into_iter().flatten().collect::<Vec<_>>()
        };
        self.phones.iter().flat_map(Phones::iter).flat_map(texts).any(|text| redactor.text(&text) != text)
    }

    /// Restores the user's phones and checks them. `seen` has the phones that were seen last and not changed since.
    pub async fn restore(&self, endpoint: &Arc<Endpoint>, version: ApiVersion, seen: Option<&Phones>) -> Restoration {
        let Some(before) = &self.phones else {
            // The run never writes to a user whose phones could not be read.
            return Restoration::Done;
        };
        let mut conversation = Conversation::new(Arc::clone(endpoint), version);
        let result = self.bring_back(&mut conversation, before, seen).await;
        let masking = endpoint.masking;
        match result {
            Ok(Now::AsBefore) => Restoration::Done,
            Ok(Now::Nobody) => Restoration::Unknown,
            Ok(Now::Otherwise(now)) => {
                let difference = Difference { before, now: &now, masking }.to_string();
                self.incomplete(&conversation, before, Some(&now), &difference, false)
            }
            // Another identity's token may still be valid.
            Err(Setback::Transport(error)) => self.incomplete(&conversation, before, None, &error.to_string(), error.phase != Phase::Spent),
            Err(Setback::Unreadable(reason) | Setback::Unchangeable(reason)) => {
                self.incomplete(&conversation, before, None, &reason, false)
            }
        }
    }

    /// Changes the user's phones until they are the original ones.
    ///
    /// Every round starts with a look, so that no request with an unknown result is repeated; the first round may use
    /// `seen` instead. If nothing can be read, phones that were absent before are deleted anyway, and the original ones
    /// are added.
    async fn bring_back(&self, conversation: &mut Conversation, before: &Phones, mut seen: Option<&Phones>) -> Result<Now, Setback> {
        let mut blind = false;
        for manner in ATTEMPTS {
            if let Some(seen) = seen.take().filter(|seen| !seen.same_as(before)) {
                self.amend(conversation, before, Some(seen), manner).await?;
                continue;
            }
            let look = match self.look(conversation, before).await {
                Err(Setback::Unreadable(_)) if !blind => None,
                look => Some(look?),
            };
            blind |= look.is_none();
            if look.as_ref().is_some_and(|look| look.shows(before)) {
                return Ok(Now::AsBefore);
            }
            if conversation.exchanges.iter().all(|exchange| exchange.status == 404) && self.is_unknown(conversation).await? {
                return Ok(Now::Nobody);
            }
            self.amend(conversation, before, look.as_ref().map(Look::phones), manner).await?;
        }
        let look = self.look(conversation, before).await?;
        Ok(if look.shows(before) { Now::AsBefore } else { Now::Otherwise(look.phones().clone()) })
    }

    /// Whether the endpoint does not know the user. If nothing can be read, a create with an empty body tells.
    async fn is_unknown(&self, conversation: &mut Conversation) -> Result<bool, TransportError> {
        Ok(conversation.ask(Operation::Create, &self.user, None, Some(Body::json("{}"))).await?.status == 404)
    }

    /// Sends the requests that turn the present phones into the original ones.
    async fn amend(
        &self,
        conversation: &mut Conversation,
        before: &Phones,
        now: Option<&Phones>,
        manner: Manner,
    ) -> Result<(), TransportError> {
        let known = now.filter(|_| !conversation.may_lag());
        for Amendment { operation, phone, body } in possible(conversation, before, now, manner).0 {
            match conversation.ask_knowing(operation, &self.user, phone.as_deref(), body, known).await {
                // The endpoint carried it out, and the next look shows the result.
                Err(error) if error.phase == Phase::Unclear => {}
                answered => _ = answered?,
            }
        }
        Ok(())
    }

    /// Looks at the user until the phones are the original ones, or until reads can no longer lag.
    async fn look(&self, conversation: &mut Conversation, before: &Phones) -> Result<Look, Setback> {
        let deadline = conversation.deadline();
        loop {
            let look = Look::take(conversation, &self.user).await?;
            let as_before = look.as_ref().is_some_and(|look| look.shows(before));
            if as_before || !deadline.next_look().await {
                return look.ok_or_else(|| Setback::Unreadable("they can't be read, neither by a list nor one by one".to_owned()));
            }
        }
    }

    fn incomplete(&self, conversation: &Conversation, before: &Phones, now: Option<&Phones>, reason: &str, transport: bool) -> Restoration {
        let curl = |Amendment { operation, phone, body }: Amendment| {
            let call = conversation.call(operation, &self.user, phone.as_deref(), body);
            conversation.endpoint.client.line.curl(&call)
        };
        let (updates, never) = possible(conversation, before, now, Manner::Update);
        let all = if updates.is_empty() { possible(conversation, before, now, Manner::Replace).0 } else { updates };
        let commands = all.into_iter().map(curl).collect();
        let never = never.map(|why| format!("; {why}")).unwrap_or_default();
        let message = format!("the phones of user {} are not as the run found them: {reason}{never}", self.user);
        Restoration::Incomplete { message, commands, transport }
    }
}

/// The requests that restore the original phones, and why some of the needed ones are never sent.
fn possible(conversation: &Conversation, before: &Phones, now: Option<&Phones>, manner: Manner) -> (Vec<Amendment>, Option<String>) {
    let left_out = &conversation.endpoint.left_out;
    let all = amendments(before, now, conversation.endpoint.masking, manner);
    let (never, possible): (Vec<_>, Vec<_>) = all.into_iter().partition(|amendment| left_out.contains_key(&amendment.operation));
    (possible, never.first().map(|amendment| left_out[&amendment.operation].clone()))
}
