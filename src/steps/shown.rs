//! Compares what the list and a single read show of one phone.

use cucumber::then;

use crate::api::Operation;
use crate::check::{Mismatch, Phones, Wanted, has_state};
use crate::graph::{Phone, PhoneType, SmsSignInState};
use crate::tenant::{Observed, is_off, observe_registration, phone_body, registration};

use super::parameters::{Kind, States};
use super::{Halt, ScenarioWorld, Session, step};

/// What the list and a single read show of a phone.
pub struct Shown {
    listed: Option<Phone>,
    read: Option<Phone>,
}

impl Shown {
    /// The halt of a scenario in which both should show the phone as `expected`.
    fn instead_of(&self, expected: &str) -> Halt {
        let text = |phone: &Option<Phone>| phone.as_ref().map_or_else(|| "no such phone".to_owned(), ToString::to_string);
        let seen = format!("the list shows {}, the read shows {}", text(&self.listed), text(&self.read));
        Halt::WrongPhones(Mismatch::new(format!("list and read both show {expected}"), seen))
    }

    /// How the list and the read disagree, without user data.
    pub fn disagreement(&self) -> &'static str {
        match (&self.listed, &self.read) {
            (None, None) => "neither shows it",
            (None, Some(_)) => "only the read shows it",
            (Some(_), None) => "only the list shows it",
            (Some(_), Some(_)) => "they show it differently",
        }
    }
}

/// Repeats the list and a single read until both show a phone as expected, or until reads can no longer lag.
pub(super) async fn shown(session: &mut Session, kind: PhoneType, expected: impl Fn(&Phone) -> bool) -> Result<Result<(), Shown>, Halt> {
    let (deadline, moment) = (session.conversation.deadline(), registration());
    let user = session.people.id(0);
    let id = session.people.phone_id(0, kind);
    let masking = session.conversation.endpoint.masking;
    let mut looks = 0;
    let mut looked = session.conversation.exchanges.len();
    loop {
        looks += 1;
        session.conversation.drop_bulk_since(looked);
        looked = session.conversation.exchanges.len();
        let list = session.conversation.ask(Operation::List, &user, None, None).await?;
        let listed = Phones::read(list, masking).and_then(|phones| phones.of(kind).cloned());
        let read = session.conversation.ask(Operation::Get, &user, Some(&id), None).await?;
        let read = read.succeeded().then(|| read.json().and_then(Phone::read)).flatten();
        if listed.as_ref().is_some_and(&expected) && read.as_ref().is_some_and(&expected) {
            session.conversation.shown_after(looks, &deadline);
            return Ok(Ok(()));
        }
        let may_be_registered = kind == PhoneType::Mobile && [&listed, &read].into_iter().flatten().any(is_off);
        if !deadline.next_look().await && (!may_be_registered || !moment.next_look().await) {
            return Ok(Err(Shown { listed, read }));
        }
    }
}

#[then(expr = "list and read both show the user's {kind} phone as requested")]
async fn both_as_requested(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        session.effective()?;
        let wanted = session.asked.requested()?.clone();
        let masking = session.conversation.endpoint.masking;
        let as_requested = |phone: &Phone| crate::check::same_number(&wanted.number, &phone.number, masking);
        match shown(session, kind.0, as_requested).await? {
            Ok(()) => Ok(()),
            Err(seen) => Err(seen.instead_of(&format!("{} {}", wanted.kind, wanted.number))),
        }
    })
    .await
}

#[then(expr = "list and read both show the user's {kind} phone as {states}")]
async fn both_in_state(world: &mut ScenarioWorld, kind: Kind, states: States) -> Result<(), Halt> {
    step(world, async |session| {
        session.effective()?;
        let in_state = |phone: &Phone| phone.sms_sign_in_state.as_deref().is_some_and(|state| states.0.iter().any(|known| known == state));
        match shown(session, kind.0, in_state).await? {
            Ok(()) => Ok(()),
            Err(seen) => Err(seen.instead_of(&format!("{kind} with smsSignInState {}", states.0.join(" or ")))),
        }
    })
    .await
}

#[then(expr = "the user's {kind} phone has the id it had")]
async fn same_id(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        session.effective()?;
        let before = session.people.phones(0)?.of(kind.0).and_then(|phone| phone.id.clone());
        let wording = format!("{kind} with id {}", before.as_deref().unwrap_or("unknown"));
        session
            .expect_phones(0, &wording, |phones| {
                phones.of(kind.0).is_some_and(|phone| match (&phone.id, &before) {
                    (Some(now), Some(before)) => now.eq_ignore_ascii_case(before),
                    // The rule about the schema reports a phone without an id.
                    _ => true,
                })
            })
            .await
    })
    .await
}

#[then(expr = "the user's mobile phone, if it has the other user's number, has the smsSignInState {states}")]
async fn state_if_taken(world: &mut ScenarioWorld, states: States) -> Result<(), Halt> {
    step(world, async |session| {
        let taken = session.number_of(1, PhoneType::Mobile)?;
        let masking = session.conversation.endpoint.masking;
        let wording = format!("mobile with smsSignInState {}, or without the number {taken}", states.0.join(" or "));
        session
            .expect_phones_to_stay(0, &wording, move |phones| {
                let has_it = phones.of(PhoneType::Mobile).is_some_and(|phone| crate::check::same_number(&taken, &phone.number, masking));
                !has_it || has_state(phones, PhoneType::Mobile, &states.0).is_ok()
            })
            .await
    })
    .await
}

#[then(expr = "the other user can use the user's old number for SMS sign-in")]
async fn other_can_use(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| {
        session.effective()?;
        let number = session.number_of(0, PhoneType::Mobile)?;
        let user = session.people.id(1);
        let wanted = Wanted { kind: PhoneType::Mobile, number };
        session.conversation.ask(Operation::Create, &user, None, Some(phone_body(&wanted))).await?;
        session.asked.judged = Some(session.conversation.exchanges.len() - 1);
        // Another rule checks that a create registers the number, so this step may turn SMS sign-in on.
        if let Observed::Otherwise(phones) = observe_registration(&mut session.conversation, &user, is_ready).await? {
            let id = phones.id_of(PhoneType::Mobile);
            session.conversation.ask(Operation::EnableSmsSignIn, &user, Some(&id), None).await?;
            session.asked.judged = Some(session.conversation.exchanges.len() - 1);
        }
        session.expect_phones(1, "the other user's mobile with the freed number and smsSignInState ready", is_ready).await
    })
    .await
}

fn is_ready(phones: &Phones) -> bool {
    phones.of(PhoneType::Mobile).is_some_and(|phone| phone.sms_sign_in_state == Some(SmsSignInState::Ready))
}
