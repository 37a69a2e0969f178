//! The phones that users had before a run, and putting them back.

use std::sync::Arc;

use crate::api::{ApiVersion, Operation};
use crate::check::Phones;
use crate::graph::PhoneType;

use super::conversation::phone_body;
use super::{Conversation, Endpoint, Observed, Setback, establish, observe, read_phones};

/// A user's phones as the run found them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// Object id of the user.
    pub user: String,
    /// The phones; `None` where the endpoint did not show them.
    pub phones: Option<Phones>,
}

/// What came of putting a user back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restoration {
    /// The user has the phones that the run found.
    Done,
    /// The user has not; the sentence says what is missing, the commands would bring it about.
    Incomplete {
        /// One sentence.
        message: String,
        /// Commands with `$TOKEN`.
        commands: Vec<String>,
    },
}

impl Original {
    /// Reads a user's phones before a run touches them.
    ///
    /// # Errors
    /// Where no answer comes.
    pub async fn read(endpoint: &Arc<Endpoint>, version: ApiVersion, user: &str) -> Result<Self, crate::graph::TransportError> {
        let mut conversation = Conversation::new(Arc::clone(endpoint), version);
        let phones = match read_phones(&mut conversation, user).await {
            Ok(phones) => Some(phones),
            Err(Setback::Transport(error)) => return Err(error),
            Err(Setback::Unreadable(_) | Setback::Unchangeable(_)) => None,
        };
        Ok(Self { user: user.to_owned(), phones })
    }

    /// Gives the user these phones again, and looks whether they are there.
    pub async fn restore(&self, endpoint: &Arc<Endpoint>, version: ApiVersion) -> Restoration {
        let Some(before) = &self.phones else {
            // What could not be read before can't be held against the endpoint after.
            return Restoration::Done;
        };
        let mut conversation = Conversation::new(Arc::clone(endpoint), version);
        let result = self.bring_back(&mut conversation, before).await;
        match result {
            Ok(true) => Restoration::Done,
            Ok(false) => self.incomplete(&conversation, before, "the endpoint does not take them back"),
            Err(Setback::Transport(error)) => self.incomplete(&conversation, before, &error.to_string()),
            Err(Setback::Unreadable(reason) | Setback::Unchangeable(reason)) => self.incomplete(&conversation, before, &reason),
        }
    }

    async fn bring_back(&self, conversation: &mut Conversation, before: &Phones) -> Result<bool, Setback> {
        // Once per run: what was written last has to show before anything can be said.
        conversation.patience().ends().await;
        let now = read_phones(conversation, &self.user).await?;
        if now.same_as(before) {
            return Ok(true);
        }
        if !now.are(&before.wanted()) {
            establish(conversation, &self.user, &before.wanted()).await?;
        }
        self.bring_back_state(conversation, before).await?;
        let observed = observe(conversation, &self.user, |phones| phones.same_as(before)).await?;
        Ok(matches!(observed, Observed::AsExpected(_)))
    }

    /// Turns SMS sign-in on or off where the mobile phone's state says that it was otherwise.
    async fn bring_back_state(&self, conversation: &mut Conversation, before: &Phones) -> Result<(), Setback> {
        let Some(mobile) = before.of(PhoneType::Mobile) else { return Ok(()) };
        let now = read_phones(conversation, &self.user).await?;
        let ready =
            |phones: &Phones| phones.of(PhoneType::Mobile).and_then(|phone| phone.sms_sign_in_state.clone()).as_deref() == Some("ready");
        let operation = match (ready(before), ready(&now)) {
            (true, false) => Operation::EnableSmsSignIn,
            (false, true) => Operation::DisableSmsSignIn,
            _ => return Ok(()),
        };
        let id = mobile.id.as_deref().unwrap_or(PhoneType::Mobile.well_known_id());
        conversation.ask(operation, &self.user, Some(id), None).await?;
        Ok(())
    }

    fn incomplete(&self, conversation: &Conversation, before: &Phones, reason: &str) -> Restoration {
        let commands = before
            .wanted()
            .iter()
            .map(|wanted| {
                let call = conversation.call(Operation::Create, &self.user, None, Some(phone_body(wanted)));
                conversation.endpoint.client.curl(&call)
            })
            .collect();
        Restoration::Incomplete {
            message: format!("the phones of user {} are not as the run found them ({before}): {reason}", self.user),
            commands,
        }
    }
}
