//! What a scenario starts from.

use cucumber::given;

use crate::api::Operation;
use crate::check::{Phones, Wanted};
use crate::graph::PhoneType;
use crate::tenant::{Observed, Setback, establish, observe};

use super::parameters::{Kind, Kinds};
use super::session::Control;
use super::shown::shown;
use super::{Halt, ScenarioWorld, Session};

#[given(regex = r"^(?:a|another) user(?: allowed SMS sign-in| not allowed SMS sign-in)? with (no phones|an? .+ phone)$")]
async fn a_user(world: &mut ScenarioWorld, phones: String) -> Result<(), Halt> {
    world
        .step(async |session| {
            let Kinds(kinds) = phones.parse().map_err(Halt::Errored)?;
            let person = session.introduced;
            session.introduced += 1;
            let wanted: Vec<_> = kinds.into_iter().map(|kind| Wanted { kind, number: session.fresh_number() }).collect();
            let user = session.lent[person].id.clone();
            match establish(&mut session.conversation, &user, &wanted).await {
                Ok(phones) => session.lent[person].phones = Some(phones),
                Err(setback) => go_on_without(session, setback)?,
            }
            Ok(())
        })
        .await
}

/// Where one answer is enough, a mock that keeps no state can be judged by its examples.
fn go_on_without(session: &Session, setback: Setback) -> Result<(), Halt> {
    if session.single_answer && (session.known().stateless || matches!(setback, Setback::Unreadable(_))) {
        return Ok(());
    }
    match (setback, &session.known().setup) {
        // One cause in one wording, however it showed itself here.
        (Setback::Unchangeable(_), Some(cause)) => Err(Halt::Blocked(cause.clone())),
        (setback, _) => Err(setback.into()),
    }
}

#[given(expr = "the administrator has deleted the user's {kind} phone")]
async fn deleted(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    world
        .step(async |session| {
            let (user, id) = (session.user().id.clone(), session.phone_id(kind.0));
            let before = session.phones_of(0)?;
            session.old = before.of(kind.0).map(|phone| Wanted { kind: kind.0, number: phone.number.clone() });
            let left = before.without(kind.0);
            let exchange = session.conversation.ask(Operation::Delete, &user, Some(&id), None).await?;
            let answered = exchange.summary();
            match observe(&mut session.conversation, &user, |phones| phones.same_as(&left)).await? {
                Observed::AsExpected(phones) => session.lent[0].phones = Some(phones),
                Observed::Otherwise(_) => {
                    return Err(Halt::Blocked(format!("a phone can't be deleted: {answered}, and not just that phone is gone")));
                }
            }
            Ok(())
        })
        .await
}

#[given(expr = "the user's mobile phone is ready for SMS sign-in")]
async fn user_ready(world: &mut ScenarioWorld) -> Result<(), Halt> {
    world.step(async |session| switch(session, 0, true).await).await
}

#[given(expr = "the other user's mobile phone is ready for SMS sign-in")]
async fn other_ready(world: &mut ScenarioWorld) -> Result<(), Halt> {
    world.step(async |session| switch(session, 1, true).await).await
}

#[given(expr = "SMS sign-in is off for the user's mobile phone")]
async fn user_off(world: &mut ScenarioWorld) -> Result<(), Halt> {
    world.step(async |session| switch(session, 0, false).await).await
}

#[given(expr = "SMS sign-in is off for the other user's mobile phone")]
async fn other_off(world: &mut ScenarioWorld) -> Result<(), Halt> {
    world.step(async |session| switch(session, 1, false).await).await
}

#[given(expr = "the user's {kind} phone has an extension")]
async fn has_extension(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    world
        .step(async |session| {
            let mut wanted = session.phones_of(0)?.wanted();
            for phone in wanted.iter_mut().filter(|phone| phone.kind == kind.0) {
                phone.number.push_str("x123");
            }
            let user = session.user().id.clone();
            session.lent[0].phones = Some(establish(&mut session.conversation, &user, &wanted).await?);
            Ok(())
        })
        .await
}

#[given(expr = "the administrator has added a(n) {kind} phone with the other user's number for the user")]
async fn added_others_number(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    world
        .step(async |session| {
            let number = session.number_of(1, kind.0)?;
            let user = session.user().id.clone();
            // Whether such a create is answered with success or with a conflict is open; that the phone is there is what counts.
            let phones = establish(&mut session.conversation, &user, &[Wanted { kind: kind.0, number }]).await?;
            session.lent[0].phones = Some(phones);
            Ok(())
        })
        .await
}

#[given(expr = "list and read agree on the user's {kind} phone")]
async fn list_and_read_agree(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    world
        .step(async |session| {
            let before = session.phones_of(0)?.of(kind.0).cloned();
            let before = before.ok_or_else(|| Halt::Errored(format!("the user has no {kind} phone")))?;
            match shown(session, kind.0, |phone| phone == &before).await? {
                Ok(()) => Ok(()),
                Err(seen) => {
                    Err(Halt::Blocked(format!("list and read don't agree on a {kind} phone to begin with: {}", seen.disagreement())))
                }
            }
        })
        .await
}

/// Sees to it that a user's mobile phone is ready for SMS sign-in, or isn't.
async fn switch(session: &mut Session, person: usize, on: bool) -> Result<(), Halt> {
    // A phone that is gone is neither on nor off.
    let is_on = |phones: &Phones| phones.of(PhoneType::Mobile).map(|phone| phone.sms_sign_in_state.as_deref() == Some("ready"));
    if session.lent[person].phones.as_ref().is_some_and(|phones| is_on(phones) == Some(on)) {
        return Ok(());
    }
    let operation = if on { Operation::EnableSmsSignIn } else { Operation::DisableSmsSignIn };
    if let Some(Control::Refused(reason)) = session.known().controls.get(&operation) {
        return Err(Halt::Blocked(reason.clone()));
    }
    let user = session.lent[person].id.clone();
    let id = session.lent[person].phones.as_ref().and_then(|phones| phones.of(PhoneType::Mobile)).and_then(|phone| phone.id.clone());
    let id = id.unwrap_or_else(|| PhoneType::Mobile.well_known_id().to_owned());
    let answered = session.conversation.ask(operation, &user, Some(&id), None).await?.summary();
    match observe(&mut session.conversation, &user, |phones| is_on(phones) == Some(on)).await? {
        Observed::AsExpected(phones) => {
            session.lent[person].phones = Some(phones);
            Ok(())
        }
        // A mock of examples shows the same state whatever it is told.
        Observed::Otherwise(_) if session.single_answer && session.known().stateless => Ok(()),
        Observed::Otherwise(_) => {
            let state = if on { "not ready" } else { "still ready" };
            Err(Halt::Blocked(format!("SMS sign-in can't be set up: {answered}, and the phone is {state}")))
        }
    }
}
