//! Two requests at the same moment.

use cucumber::{then, when};

use crate::api::Operation;
use crate::check::{Mismatch, Phones, Wanted, same_number};
use crate::graph::{Account, Call, Exchange, PhoneType, SmsSignInState};
use crate::plan::Address;
use crate::suite::Caller;
use crate::tenant::{Observed, observe_registration, phone_body, read_phones};

use super::parameters::Kind;
use super::session::Pair;
use super::{Halt, ScenarioWorld, Session, step};

/// The number of pairs sent. An endpoint that checks first and stores later rarely fails on a single pair.
const PAIRS: usize = 6;

#[when(expr = "the administrator adds two {kind} phones for the user at once, again and again")]
async fn adds_two_at_once(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        let numbers = [session.numbers.line(), session.numbers.line()];
        for round in 1..=PAIRS {
            // In every second round, one request addresses the user by name: an endpoint may lock addresses instead of
            // users.
            let mut calls = [add(session, 0, kind.0, &numbers[0])?, add(session, 0, kind.0, &numbers[1])?];
            if let Some(name) = session.user().name.clone().filter(|_| round % 2 == 0) {
                calls[1].account = Account::User(name);
            }
            let pair = add_two(session, kind.0, &calls, &numbers, round == PAIRS).await?;
            session.asked.pair = Some(pair);
            if !pair.is_as_it_should_be() {
                return accepts_no_second(session, kind.0, &calls[1]).await;
            }
            if !take_away(session, 0, kind.0).await? {
                break;
            }
        }
        Ok(())
    })
    .await
}

#[then(expr = "never are both requests accepted")]
async fn one_is_accepted(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| match pair(session)?.accepted {
        0 | 1 => Ok(()),
        _ => {
            // Another scenario may have deleted the first phone before the endpoint handled the second request.
            Err(Halt::WrongPhones(Mismatch::new("at most one of two requests at once accepted", "both were accepted")))
        }
    })
    .await
}

#[then(expr = "the user never has two {kind} phones")]
async fn one_is_stored(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| match pair(session)?.phones {
        Some(phones) if phones > 1 => {
            let seen = format!("{phones} {kind} phones in the list after that");
            Err(Halt::WrongPhones(Mismatch::new(format!("at most one {kind} phone"), seen)))
        }
        _ => Ok(()),
    })
    .await
}

fn pair(session: &Session) -> Result<Pair, Halt> {
    session.asked.pair.ok_or_else(|| Halt::Errored("no two requests were sent at once".to_owned()))
}

/// Adds two phones of one type at once, and counts the phones if both were accepted or `counts` asks for it.
async fn add_two(session: &mut Session, kind: PhoneType, calls: &[Call; 2], numbers: &[String; 2], counts: bool) -> Result<Pair, Halt> {
    let accepted = count(send_both(session, calls).await?);
    if accepted < 2 && !counts {
        return Ok(Pair { accepted, phones: None, both_ready: false });
    }
    let user = session.people.id(0);
    let list = session.conversation.ask(Operation::List, &user, None, None).await?;
    // Count only the two new phones. The rules about the list report other phones in it.
    let shown = Phones::read(list, true).map(|phones| phones.wanted());
    let is_shown = |number: &&String| shown.iter().flatten().any(|phone| phone.kind == kind && same_number(number, &phone.number, true));
    let phones = shown.is_some().then(|| numbers.iter().filter(is_shown).count());
    Ok(Pair { accepted, phones, both_ready: false })
}

fn count(accepted: [bool; 2]) -> usize {
    accepted.into_iter().filter(|accepted| *accepted).count()
}

/// The administrator's request to add a phone for a user of the scenario.
fn add(session: &Session, person: usize, kind: PhoneType, number: &str) -> Result<Call, Halt> {
    let account = if person == 0 { session.account(Address::Id)? } else { Account::User(session.people.id(person)) };
    Ok(Call {
        operation: Operation::Create,
        version: session.conversation.version,
        account,
        phone: None,
        credential: session.credential(Caller::Administrator)?,
        body: Some(phone_body(&Wanted { kind, number: number.to_owned() })),
    })
}

/// Sends two requests at once and returns which were accepted. Judges the request that the endpoint refused, or else
/// the one whose phone is not ready, so that each run shows the same.
async fn send_both(session: &mut Session, calls: &[Call; 2]) -> Result<[bool; 2], Halt> {
    let first = session.conversation.send_two(calls).await?;
    let answers = &session.conversation.exchanges[first..];
    let came_second = |at: &usize| (answers[*at].refused(), !may_be_ready(&answers[*at]));
    let judged = [0, 1].into_iter().max_by_key(came_second).unwrap_or_default();
    let accepted = [0, 1].map(|at| answers.get(at).is_some_and(Exchange::succeeded));
    session.asked.sent(calls[judged].clone(), first + judged);
    Ok(accepted)
}

#[when(expr = "the administrator adds a mobile phone with one number for both users at once, again and again")]
async fn adds_one_number_for_both(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| {
        let number = session.numbers.line();
        let calls = [add(session, 0, PhoneType::Mobile, &number)?, add(session, 1, PhoneType::Mobile, &number)?];
        for _ in 0..PAIRS {
            let accepted = count(send_both(session, &calls).await?);
            let may_be = session.conversation.exchanges.iter().rev().take(2).all(may_be_ready);
            let both_ready = may_be && both_ready(session).await?;
            session.asked.pair = Some(Pair { accepted, phones: None, both_ready });
            let taken_away = take_away(session, 0, PhoneType::Mobile).await? & take_away(session, 1, PhoneType::Mobile).await?;
            if both_ready {
                return is_refused_later(session, &calls).await;
            }
            if !taken_away {
                break;
            }
        }
        Ok(())
    })
    .await
}

#[when(expr = "the administrator turns on SMS sign-in for both users' mobile phones at once, again and again")]
async fn turns_on_for_both(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| {
        let calls = [turn_on(session, 0)?, turn_on(session, 1)?];
        for _ in 0..PAIRS {
            let accepted = send_both(session, &calls).await?;
            let both_ready = accepted == [true, true] && both_ready(session).await?;
            session.asked.pair = Some(Pair { accepted: count(accepted), phones: None, both_ready });
            for (call, _) in calls.iter().zip(accepted).filter(|(_, accepted)| *accepted) {
                session.conversation.send(&Call { operation: Operation::DisableSmsSignIn, ..call.clone() }).await?;
            }
            if both_ready {
                return is_refused_later(session, &calls).await;
            }
            if accepted == [false, false] {
                break;
            }
        }
        Ok(())
    })
    .await
}

/// The administrator's request to turn on SMS sign-in for the mobile phone of a user of the scenario.
fn turn_on(session: &Session, person: usize) -> Result<Call, Halt> {
    Ok(Call {
        operation: Operation::EnableSmsSignIn,
        phone: Some(session.people.phone_id(person, PhoneType::Mobile)),
        body: None,
        ..add(session, person, PhoneType::Mobile, "")?
    })
}

#[then(expr = "never are both phones ready for SMS sign-in")]
async fn one_is_ready(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| {
        if !pair(session)?.both_ready {
            return Ok(());
        }
        let expected = "at most one of two phones with one number ready for SMS sign-in";
        Err(Halt::WrongPhones(Mismatch::new(expected, "both are ready after that")))
    })
    .await
}

/// Whether the phone may be ready according to the answer. Most answers show the state.
fn may_be_ready(exchange: &Exchange) -> bool {
    let state = exchange.json().and_then(|phone| phone.get("smsSignInState")?.as_str());
    exchange.succeeded() && state.is_none_or(|state| SmsSignInState::from(state) == SmsSignInState::Ready)
}

/// Whether both users' mobile phones are ready, and stay ready as long as the endpoint may still register a number.
async fn both_ready(session: &mut Session) -> Result<bool, Halt> {
    for person in [1, 0] {
        let user = session.people.id(person);
        if let Observed::AsExpected(_) =
            observe_registration(&mut session.conversation, &user, |phones| !phones.ready_for_sign_in()).await?
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Blocks the scenario if both phones become ready even if the requests come one after the other. Two requests at once
/// then show nothing more.
async fn is_refused_later(session: &mut Session, calls: &[Call; 2]) -> Result<(), Halt> {
    for call in calls {
        session.conversation.send(call).await?;
    }
    if both_ready(session).await? {
        return Err(Halt::Blocked("two users are ready with one number even if the requests come one after the other".to_owned()));
    }
    Ok(())
}

/// Blocks the scenario if the endpoint accepts this request for a second phone even later, or stores nothing if the
/// request comes alone. Two requests at once then show nothing more.
async fn accepts_no_second(session: &mut Session, kind: PhoneType, call: &Call) -> Result<(), Halt> {
    let later = session.conversation.send(call).await?;
    if session.conversation.exchanges[later].succeeded() {
        return Err(Halt::Blocked(format!("a second {kind} phone is accepted even some time after the first")));
    }
    take_away(session, 0, kind).await?;
    session.conversation.send(call).await?;
    let user = session.people.id(0);
    if read_phones(&mut session.conversation, &user).await?.of(kind).is_none() {
        return Err(Halt::Blocked(format!("a {kind} phone that is added alone is not stored")));
    }
    Ok(())
}

/// Deletes a user's phone again, and returns whether that worked.
async fn take_away(session: &mut Session, person: usize, kind: PhoneType) -> Result<bool, Halt> {
    let user = session.people.id(person);
    let id = session.people.phone_id(person, kind);
    Ok(session.conversation.ask(Operation::Delete, &user, Some(&id), None).await?.succeeded())
}
