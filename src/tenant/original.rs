//! The original phones of users, and how to put users back.

use std::sync::Arc;

use crate::api::{ApiVersion, Operation};
use crate::check::Phones;
use crate::graph::{Body, Phase, Phone, PhoneType, Redactor, TransportError};

use super::amend::{Amendment, Correction, Difference, amendments};
use super::{Conversation, Endpoint, Look, Setback};

/// The correction of each attempt. Replacing may work if updating does not. After it, the last attempt switches SMS sign-in
/// if needed.
pub const ATTEMPTS: [Correction; 4] = [Correction::Update, Correction::Update, Correction::Replace, Correction::Update];

/// A user's phones before the run.
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
    /// The endpoint answers every read with 404. The user may have no phones or be unknown, or no phone may be
    /// readable.
    Nothing,
    /// The answers contain no readable phones, or contradict each other.
    Unreadable,
}

/// The phones that a user has after an attempt to put the user back.
enum Now {
    /// The original phones.
    AsBefore,
    /// None, because the user does not exist.
    Nobody,
    /// These other phones.
    Otherwise(Phones),
}

/// The result of putting a user back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restoration {
    /// The user has the original phones.
    Done,
    /// The endpoint does not know the user.
    Unknown,
    /// The user does not have the original phones. The message says how they differ; the commands would restore them.
    Incomplete {
        /// One sentence.
        message: String,
        /// Commands with `$TOKEN`.
        commands: Vec<String>,
        /// Whether a request got no answer, so that another try may succeed.
        transport: bool,
    },
}

impl Restoration {
    /// How far the attempt got. The report shows the attempt with the highest number.
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
    /// Reads a user's phones before the run changes them, with the list and single reads of the first version that
    /// shows them.
    pub async fn read(endpoint: &Arc<Endpoint>, versions: &[ApiVersion], user: &str) -> Result<Found, TransportError> {
        let mut found = Found::Nothing;
        for version in versions {
            let mut conversation = Conversation::new(Arc::clone(endpoint), *version);
            let deadline = conversation.deadline();
            let mut look = Look::take(&mut conversation, user).await?;
            // The list or a single read may still show the state before the last change.
            while look.as_ref().is_some_and(|look| look.is_contradictory() || look.lists_more()) && deadline.next_look().await {
                look = Look::take(&mut conversation, user).await?;
            }
            match look {
                _ if conversation.exchanges.iter().all(|exchange| exchange.status == 404) => {}
                Some(look) if look.is_contradictory() => found = Found::Unreadable,
                Some(look) if look.is_conclusive() => return Ok(Found::Phones(look)),
                // Reads by the well-known ids find no phone, but the user may have phones under other ids.
                Some(_) => {}
                None => found = Found::Unreadable,
            }
        }
        Ok(found)
    }

    /// Whether everything that the user had was read and understood.
    pub fn is_understood(&self) -> bool {
        self.phones.as_ref().is_some_and(Phones::are_understood)
    }

    /// Whether the user has an alternateMobile phone and no mobile phone. The endpoint would not let the run add the
    /// phone again.
    ///
    /// Source: introduction, pages of create.
    pub fn lacks_a_mobile(&self) -> bool {
        let has = |kind| self.phones.as_ref().is_some_and(|phones| phones.of(kind).is_some());
        has(PhoneType::AlternateMobile) && !has(PhoneType::Mobile)
    }

    /// Whether the user signed in by SMS. Such a user must get the number back before another user can take it.
    pub fn signed_in(&self) -> bool {
        self.phones.as_ref().is_some_and(Phones::ready_for_sign_in)
    }

    /// Whether the phones contain a secret. The journal must not contain such phones. Ignores numbers without letters,
    /// because digits may match a secret by chance.
    pub fn contains_secret(&self, redactor: &Redactor) -> bool {
        let texts = |phone: &Phone| {
            let number = phone.number.to_string();
            let number = Some(number).filter(|number| number.chars().any(|character| !"+0123456789 x-()".contains(character)));
            let state = phone.sms_sign_in_state.as_ref().map(ToString::to_string);
            [number, phone.id.clone(), state].into_iter().flatten().collect::<Vec<_>>()
        };
        self.phones.iter().flat_map(Phones::iter).flat_map(texts).any(|text| redactor.text(&text) != text)
    }

    /// Turns the phones that the run saw last into the original phones, and ignores errors. A later check finds them.
    pub async fn amend_seen(&self, endpoint: &Arc<Endpoint>, version: ApiVersion, seen: &Phones) {
        let Some(before) = self.phones.as_ref().filter(|before| !seen.same_as(before)) else { return };
        let mut conversation = Conversation::new(Arc::clone(endpoint), version);
        _ = self.amend(&mut conversation, before, Some(seen), Correction::Update).await;
    }

    /// Restores the user's phones, with at most these attempts, and checks them.
    pub async fn restore(&self, endpoint: &Arc<Endpoint>, version: ApiVersion, attempts: &[Correction]) -> Restoration {
        let Some(before) = &self.phones else {
            // The run never changes a user whose phones it could not read.
            return Restoration::Done;
        };
        let mut conversation = Conversation::new(Arc::clone(endpoint), version);
        let result = self.bring_back(&mut conversation, before, attempts).await;
        let masking = endpoint.masking;
        match result {
            Ok(Now::AsBefore) => Restoration::Done,
            Ok(Now::Nobody) => Restoration::Unknown,
            Ok(Now::Otherwise(now)) => {
                let difference = Difference { before, now: &now, masking }.to_string();
                self.incomplete(&conversation, before, Some(&now), &difference, false)
            }
            // If this token has expired, another identity's token may still work.
            Err(Setback::Transport(error)) => self.incomplete(&conversation, before, None, &error.to_string(), error.phase != Phase::Spent),
            Err(Setback::Unreadable(reason) | Setback::Unchangeable(reason)) => {
                self.incomplete(&conversation, before, None, &reason, false)
            }
        }
    }

    /// Changes the user's phones until they are the original phones.
    ///
    /// Every attempt starts with a look, so that it does not repeat a request that took effect. If no phone can be read,
    /// one attempt deletes the types that the user did not have, and adds the original phones.
    async fn bring_back(&self, conversation: &mut Conversation, before: &Phones, attempts: &[Correction]) -> Result<Now, Setback> {
        let mut blind = false;
        for correction in attempts.iter().copied() {
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
            self.amend(conversation, before, look.as_ref().map(Look::phones), correction).await?;
        }
        let look = self.look(conversation, before).await?;
        Ok(if look.shows(before) { Now::AsBefore } else { Now::Otherwise(look.phones().clone()) })
    }

    /// Whether the endpoint does not know the user. Sends a create with an empty body and looks for a 404.
    async fn is_unknown(&self, conversation: &mut Conversation) -> Result<bool, TransportError> {
        Ok(conversation.ask(Operation::Create, &self.user, None, Some(Body::json("{}"))).await?.status == 404)
    }

    /// Sends the requests that turn the present phones (`now`) into the original phones (`before`).
    async fn amend(
        &self,
        conversation: &mut Conversation,
        before: &Phones,
        now: Option<&Phones>,
        correction: Correction,
    ) -> Result<(), TransportError> {
        let known = now.filter(|_| !conversation.may_lag());
        for Amendment { operation, phone, body } in possible(conversation, before, now, correction).0 {
            match conversation.ask_knowing(operation, &self.user, phone.as_deref(), body, known).await {
                // The endpoint carried out the request. The next look shows the result.
                Err(error) if error.phase == Phase::Unclear => {}
                answered => _ = answered?,
            }
        }
        Ok(())
    }

    /// Reads the user's phones until they are the original phones, or until reads can no longer lag.
    async fn look(&self, conversation: &mut Conversation, before: &Phones) -> Result<Look, Setback> {
        let deadline = conversation.deadline();
        loop {
            let look = Look::take(conversation, &self.user).await?;
            let as_before = look.as_ref().is_some_and(|look| look.shows(before));
            if as_before || !deadline.next_look().await {
                return look.ok_or_else(|| Setback::Unreadable("neither the list nor single reads show them".to_owned()));
            }
        }
    }

    fn incomplete(&self, conversation: &Conversation, before: &Phones, now: Option<&Phones>, reason: &str, transport: bool) -> Restoration {
        let curl = |Amendment { operation, phone, body }: Amendment| {
            let call = conversation.call(operation, &self.user, phone.as_deref(), body);
            conversation.endpoint.client.line.curl(&call)
        };
        let (updates, never) = possible(conversation, before, now, Correction::Update);
        let all = if updates.is_empty() { possible(conversation, before, now, Correction::Replace).0 } else { updates };
        let commands = all.into_iter().map(curl).collect();
        let never = never.map(|why| format!("; {why}")).unwrap_or_default();
        let message = format!("the phones of user {} are not as the run found them: {reason}{never}", self.user);
        Restoration::Incomplete { message, commands, transport }
    }
}

/// The requests that restore the original phones. The second value says why the run can't send some of them.
fn possible(
    conversation: &Conversation,
    before: &Phones,
    now: Option<&Phones>,
    correction: Correction,
) -> (Vec<Amendment>, Option<String>) {
    let left_out = &conversation.endpoint.left_out;
    let all = amendments(before, now, conversation.endpoint.masking, correction);
    let (never, possible): (Vec<_>, Vec<_>) = all.into_iter().partition(|amendment| left_out.contains_key(&amendment.operation));
    (possible, never.first().map(|amendment| left_out[&amendment.operation].clone()))
}
