//! The steps that set up a scenario.

use cucumber::given;

use crate::api::Operation;
use crate::check::{Mismatch, Phones, Wanted, has_state};
use crate::graph::{Account, Body, Call, PhoneType, SmsSignInState};
use crate::tenant::{
    Control, Observed, Setback, View, establish, find, may_be_registered, observe, observe_registration, phone_body, read_phones, replace,
};

use super::parameters::{Kind, Kinds, Which, Who};
use super::session::states;
use super::shown::shown;
use super::{Halt, ScenarioWorld, Session, step};

#[given(regex = r"^(?:a|another) user(?: allowed SMS sign-in| not allowed SMS sign-in)? with (no phones|an? .+ phone)$")]
async fn a_user(world: &mut ScenarioWorld, phones: String) -> Result<(), Halt> {
    step(world, async |session| {
        let Kinds(kinds) = phones.parse().map_err(Halt::Errored)?;
        let person = session.people.introduced;
        session.people.introduced += 1;
        let mut wanted: Vec<_> = kinds.into_iter().map(|kind| Wanted { kind, number: session.numbers.phone(kind) }).collect();
        let phones =
            if session.known().stateless { examples(session, person, &wanted).await } else { session.begin(person, &mut wanted).await };
        match phones {
            Ok(phones) => session.people.lent[person].phones = Some(registered(session, person, phones).await?),
            Err(setback) => go_on_without(session, setback)?,
        }
        session.people.lent[person].given = wanted;
        Ok(())
    })
    .await
}

/// The phones once their numbers are registered. Some endpoints register a number only after their answer.
async fn registered(session: &mut Session, person: usize, phones: Phones) -> Result<Phones, Halt> {
    if session.people.lent[person].switched || !may_be_registered(&phones) {
        return Ok(phones);
    }
    let user = session.people.id(person);
    if !session.known().registers_late {
        // The preflight saw no late registration, but one early read does not prove the state.
        let again = read_phones(&mut session.conversation, &user).await?;
        return Ok(if again.wanted() == phones.wanted() { again } else { phones });
    }
    let observed = observe_registration(&mut session.conversation, &user, |phones| !may_be_registered(phones)).await?;
    let (Observed::AsExpected(phones) | Observed::Otherwise(phones)) = observed;
    Ok(phones)
}

/// The phones that a mock of examples shows. Requests don't change them.
async fn examples(session: &mut Session, person: usize, wanted: &[Wanted]) -> Result<Phones, Setback> {
    let user = session.people.id(person);
    match find(&mut session.conversation, &user, wanted).await? {
        Observed::AsExpected(phones) => Ok(phones),
        Observed::Otherwise(phones) => {
            let shown = states(&phones);
            session.people.lent[person].examples = Some(phones);
            Err(Setback::Unchangeable(format!("phones can't be set up: the endpoint still shows {shown}")))
        }
    }
}

/// Decides whether a scenario goes on after its phones could not be set up. If it needs only one answer, it goes on
/// with the examples of a mock.
fn go_on_without(session: &Session, setback: Setback) -> Result<(), Halt> {
    // If phones can't be deleted, users can't be set up. The rules about the effect of deletion then fail.
    let deletion = session.setting.asks_for_effect_of.filter(|operation| *operation == Operation::Delete && !session.known().stateless);
    if let Some(cause) = deletion.and_then(|operation| session.known().ineffective.get(&operation)) {
        return Err(Mismatch::new("a phone whose deletion was accepted is gone", cause.as_str()).into());
    }
    if session.setting.single_answer && (session.known().stateless || matches!(setback, Setback::Unreadable(_))) {
        return Ok(());
    }
    match (setback, &session.known().setup) {
        // The same cause always gets the same message.
        (Setback::Unchangeable(_), Some(cause)) => Err(Halt::Preflight(cause.clone())),
        (setback, _) => Err(setback.into()),
    }
}

#[given(expr = "the administrator has deleted the user's {kind} phone")]
async fn deleted(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        let (user, id) = (session.people.id(0), session.people.phone_id(0, kind.0));
        let before = session.people.phones(0)?;
        session.asked.old = Some(Wanted { kind: kind.0, number: session.number_of(0, kind.0)? });
        let left = before.without(kind.0);
        let exchange = session.conversation.ask(Operation::Delete, &user, Some(&id), None).await?;
        let answered = exchange.summary();
        match observe(&mut session.conversation, &user, |phones| phones.same_as(&left)).await? {
            Observed::AsExpected(phones) => session.people.lent[0].phones = Some(phones),
            Observed::Otherwise(_) => {
                return Err(Halt::Blocked(format!(
                    "a phone can't be deleted: {answered}, and afterwards the user does not have exactly the other phones"
                )));
            }
        }
        Ok(())
    })
    .await
}

#[given(expr = "{user} mobile phone is ready for SMS sign-in")]
async fn is_ready(world: &mut ScenarioWorld, user: Which) -> Result<(), Halt> {
    step(world, async |session| switch(session, user.0, true).await).await
}

#[given(expr = "SMS sign-in is off for {user} mobile phone")]
async fn is_off(world: &mut ScenarioWorld, user: Which) -> Result<(), Halt> {
    step(world, async |session| switch(session, user.0, false).await).await
}

#[given(expr = "the user's {kind} phone has an extension")]
async fn has_extension(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        let mut wanted = session.user().given.clone();
        for phone in wanted.iter_mut().filter(|phone| phone.kind == kind.0) {
            phone.number.push_str("x123");
        }
        let user = session.people.id(0);
        let phones = establish(&mut session.conversation, &user, &wanted).await?;
        session.people.lent[0].phones = Some(registered(session, 0, phones).await?);
        session.people.lent[0].given = wanted;
        Ok(())
    })
    .await
}

#[given(expr = "the administrator has tried to add a(n) {kind} phone with the other user's number for the user")]
async fn tried_others_number(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        let wanted = Wanted { kind: kind.0, number: session.number_of(1, kind.0)? };
        let user = session.people.id(0);
        let exchange = session.conversation.ask(Operation::Create, &user, None, Some(phone_body(&wanted))).await?;
        let (answered, refused) = (exchange.summary(), exchange.refused());
        // The documents leave open whether such a create succeeds or conflicts, and whether a conflict keeps the
        // phone. But a phone that exists must not be ready; otherwise the create went wrong.
        let not_unique = ["phoneNumberNotUnique".to_owned()];
        let there = |phones: &Phones| phones.are(std::slice::from_ref(&wanted)) && has_state(phones, kind.0, &not_unique).is_ok();
        let phones = match observe_registration(&mut session.conversation, &user, there).await? {
            Observed::AsExpected(phones) => phones,
            Observed::Otherwise(phones) if refused && phones.is_empty() => phones,
            Observed::Otherwise(phones) => {
                return Err(Halt::Blocked(format!(
                    "a number that is taken can't be set up: {answered}, and the phones are {}",
                    states(&phones)
                )));
            }
        };
        session.people.lent[0].phones = Some(phones);
        session.people.lent[0].given = vec![wanted];
        Ok(())
    })
    .await
}

/// The documents limit only who signs in with a number, but the endpoint may refuse a number that another phone has.
#[given(
    regex = r"^the administrator has tried to add an office phone with the number of the user's mobile phone for (the user|the other user)$"
)]
async fn tried_shared_number(world: &mut ScenarioWorld, whom: String) -> Result<(), Halt> {
    step(world, async |session| {
        let person = usize::from(whom == "the other user");
        let wanted = Wanted { kind: PhoneType::Office, number: session.number_of(0, PhoneType::Mobile)? };
        let mut with_it = session.people.phones(person)?.wanted();
        with_it.push(wanted.clone());
        let user = session.people.id(person);
        let accepted = session.conversation.ask(Operation::Create, &user, None, Some(phone_body(&wanted))).await?.succeeded();
        let phones = if accepted {
            let (Observed::AsExpected(phones) | Observed::Otherwise(phones)) =
                observe(&mut session.conversation, &user, |phones| phones.are(&with_it)).await?;
            phones
        } else {
            read_phones(&mut session.conversation, &user).await?
        };
        if phones.are(&with_it) {
            session.people.lent[person].given.push(wanted);
        }
        session.people.lent[person].phones = Some(phones);
        Ok(())
    })
    .await
}

#[given(expr = "the administrator has tried to change the number of the user's mobile phone to the other user's")]
async fn tried_to_change_to_others(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| {
        let number = session.number_of(1, PhoneType::Mobile)?;
        let (user, id) = (session.people.id(0), session.people.phone_id(0, PhoneType::Mobile));
        session.conversation.ask(Operation::Update, &user, Some(&id), Some(number_body(&number))).await?;
        let phones = read_phones(&mut session.conversation, &user).await?;
        let wanted = with_number(session.user().given.clone(), PhoneType::Mobile, &number);
        if phones.are(&wanted) {
            session.people.lent[0].given = wanted;
        }
        session.people.lent[0].phones = Some(phones);
        Ok(())
    })
    .await
}

/// The body of a request to change a number.
fn number_body(number: &str) -> Body {
    Body::json(serde_json::json!({ "phoneNumber": number }).to_string())
}

/// These phones, of which that of one type has this number.
pub(super) fn with_number(mut wanted: Vec<Wanted>, kind: PhoneType, number: &str) -> Vec<Wanted> {
    for phone in wanted.iter_mut().filter(|phone| phone.kind == kind) {
        number.clone_into(&mut phone.number);
    }
    wanted
}

/// Reads the phone before another replaces it. If the endpoint caches phones, it now caches the earlier number.
#[given(expr = "the administrator has replaced the user's {kind} phone by one with another number")]
async fn replaced(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        let (user, id) = (session.people.id(0), session.people.phone_id(0, kind.0));
        let present = read_phones(&mut session.conversation, &user).await?;
        session.conversation.ask(Operation::Get, &user, Some(&id), None).await?;
        let number = session.numbers.phone(kind.0);
        let wanted = with_number(session.user().given.clone(), kind.0, &number);
        let phones = replace(&mut session.conversation, &user, &present, &wanted).await?;
        session.people.lent[0].phones = Some(registered(session, 0, phones).await?);
        session.people.lent[0].given = wanted;
        Ok(())
    })
    .await
}

#[given(expr = "the administrator has changed the number of the user's {kind} phone")]
async fn changed_number(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        let (user, id) = (session.people.id(0), session.people.phone_id(0, kind.0));
        let number = session.numbers.phone(kind.0);
        let wanted = with_number(session.user().given.clone(), kind.0, &number);
        let answered = session.conversation.ask(Operation::Update, &user, Some(&id), Some(number_body(&number))).await?.summary();
        match observe_registration(&mut session.conversation, &user, |phones| phones.are(&wanted)).await? {
            Observed::AsExpected(phones) => {
                session.people.lent[0].phones = Some(phones);
                session.people.lent[0].given = wanted;
                Ok(())
            }
            Observed::Otherwise(phones) => {
                Err(Halt::Blocked(format!("the number can't be changed: {answered}, and the phones are {}", states(&phones))))
            }
        }
    })
    .await
}

#[given(expr = "list and read agree on the user's {kind} phone")]
async fn list_and_read_agree(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        if session.conversation.view() == View::Reads {
            return Err(Halt::Blocked("the list does not show phones as they are, so it can't be compared with a read".to_owned()));
        }
        let before = session.people.phones(0)?.of(kind.0).cloned();
        let before = before.ok_or_else(|| Halt::Errored(format!("the user has no {kind} phone")))?;
        match shown(session, kind.0, |phone| phone == &before).await? {
            Ok(()) => Ok(()),
            Err(seen) => {
                Err(Halt::Blocked(format!("list and read disagree on the {kind} phone before the request: {}", seen.disagreement())))
            }
        }
    })
    .await
}

/// The caller has no account. If the endpoint takes the caller for a user, that user gets this phone.
#[given(expr = "{caller} has tried to add a(n) {kind} phone for themself")]
async fn tried_for_themself(world: &mut ScenarioWorld, caller: Who, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        let body = phone_body(&Wanted { kind: kind.0, number: session.numbers.phone(kind.0) });
        let credential = session.credential(caller.0)?;
        let version = session.conversation.version;
        let call = Call { operation: Operation::Create, version, account: Account::Me, phone: None, credential, body: Some(body) };
        session.send(&call).await?;
        Ok(())
    })
    .await
}

/// Turns a user's SMS sign-in on or off.
async fn switch(session: &mut Session, person: usize, on: bool) -> Result<(), Halt> {
    // SMS sign-in is neither on nor off if the phone is absent or if another user uses its number.
    let is_on = |phones: &Phones| match phones.of(PhoneType::Mobile)?.sms_sign_in_state.as_ref()? {
        SmsSignInState::Ready => Some(true),
        state if state.is_off() => Some(false),
        _ => None,
    };
    let operation = if on { Operation::EnableSmsSignIn } else { Operation::DisableSmsSignIn };
    let is_as_wanted = session.people.lent[person].phones.as_ref().is_some_and(|phones| is_on(phones) == Some(on));
    // If SMS sign-in was never turned off, the endpoint may still register the phone's number.
    let stays = on || session.people.lent[person].switched || session.known().refuses(operation);
    if is_as_wanted && stays {
        return Ok(());
    }
    if let Some(Control::Refused(reason)) = session.known().controls.get(&operation) {
        return Err(Halt::Preflight(reason.clone()));
    }
    let user = session.people.id(person);
    let id = session.people.phone_id(person, PhoneType::Mobile);
    let before = session.people.lent[person].phones.clone();
    let answered = session.conversation.ask_knowing(operation, &user, Some(&id), None, before.as_ref()).await?.summary();
    let given = session.people.lent[person].phones.as_ref().map(Phones::wanted);
    // A lagging read may show an earlier phone. Its state says nothing about this one.
    let switched = |phones: &Phones| is_on(phones) == Some(on) && given.as_ref().is_none_or(|given| phones.are(given));
    match observe_registration(&mut session.conversation, &user, switched).await? {
        Observed::AsExpected(phones) => {
            session.people.lent[person].phones = Some(phones);
            Ok(())
        }
        // A mock of examples always shows the same state.
        Observed::Otherwise(_) if session.setting.single_answer && session.known().stateless => Ok(()),
        Observed::Otherwise(_) => {
            let state = if on { "not ready" } else { "still ready" };
            Err(Halt::Blocked(format!("SMS sign-in can't be set up: {answered}, and the phone is {state}")))
        }
    }
}
