//! The steps that check the answer and the phones.

use crate::api::Operation;
use crate::check::{self, Mismatch, Phones, Wanted};
use crate::graph::{Exchange, Phone, PhoneType};
use crate::suite::Invariant;
use crate::tenant::{Control, observe, read_phones, replace};
use cucumber::then;

use super::given::with_number;
use super::parameters::{Kept, Kind, Kinds, States, Statuses, Which};
use super::{Halt, ScenarioWorld, Session, step};

#[then(expr = "the answer is {statuses}")]
async fn answers(world: &mut ScenarioWorld, statuses: Statuses) -> Result<(), Halt> {
    step(world, async |session| {
        if statuses.0.iter().all(|status| (400..500).contains(status)) {
            session.asked.expects_refusal = true;
            refusal_means_something(session)?;
        } else {
            session.judged_unless_mock_refused()?;
        }
        session.eventually(|session| session.judge(|exchange| check::status(exchange, &statuses.0))).await
    })
    .await
}

#[then(expr = "the request succeeds")]
async fn succeeds(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| session.check_accepted(check::succeeded).await).await
}

#[then(expr = "the request is refused")]
async fn is_refused(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| {
        session.asked.expects_refusal = true;
        refusal_means_something(session)?;
        session.eventually(|session| session.judge(check::refused)).await
    })
    .await
}

/// Blocks the scenario if the endpoint refuses even a valid request. A refusal then shows nothing.
fn refusal_means_something(session: &Session) -> Result<(), Halt> {
    let exchange = session.judged()?;
    match session.known().controls.get(&exchange.operation) {
        Some(Control::Refused(reason)) if exchange.refused() => Err(Halt::Preflight(reason.clone())),
        _ => Ok(()),
    }
}

#[then(expr = "the answer is an error object")]
async fn is_error(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| judge_refusal(session, check::error_object).await).await
}

#[then(expr = "the refusal has Content-Type application\\/json")]
async fn refusal_is_json(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| judge_refusal(session, check::json_media_type).await).await
}

#[then(expr = "the refusal names the Bearer scheme")]
async fn refusal_names_the_scheme(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| match judge_refusal(session, |exchange| check::status(exchange, &[401])).await {
        Ok(()) => session.judge(check::names_bearer),
        Err(Halt::Violated(_)) => Err(Halt::Blocked("the refusal is not a 401, and only a 401 names a scheme".to_owned())),
        Err(halt) => Err(halt),
    })
    .await
}

/// Judges the answer if it is a refusal.
async fn judge_refusal(session: &mut Session, judge: fn(&Exchange) -> Result<(), Mismatch>) -> Result<(), Halt> {
    match session.eventually(|session| session.judge(check::refused)).await {
        Ok(()) => session.judge(judge),
        Err(Halt::Violated(_)) => Err(no_refusal()),
        Err(halt) => Err(halt),
    }
}

fn no_refusal() -> Halt {
    Halt::Blocked("the request was not refused, so there is no refusal to check".to_owned())
}

#[then(expr = "the answer is a phone")]
async fn is_a_phone(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| session.check_accepted(check::phone_object).await).await
}

#[then(expr = "the answer is a collection of phones")]
async fn is_a_collection(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| check::collection_object(session.accepted()?).map_err(Halt::from)).await
}

#[then(expr = "the answer is empty")]
async fn is_empty(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| session.judge(check::empty)).await
}

#[then(expr = "the answer shows the phone as requested")]
async fn shows_as_requested(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| {
        let wanted = session.asked.requested()?.clone();
        check::echoes(session.accepted()?, &wanted).map_err(Halt::from)
    })
    .await
}

#[then(expr = "the answer has the well-known id of a(n) {kind} phone")]
async fn has_well_known_id(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| session.check_accepted(|exchange| check::well_known_id(exchange, kind.0)).await).await
}

#[then(expr = "the listed {kind} phone has its well-known id")]
async fn listed_with_well_known_id(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    let check = |exchange: &Exchange| {
        check::lists_well_known_id(exchange, kind.0)?
            .ok_or_else(|| Halt::Blocked(format!("the list shows no {} phone with an id to compare", kind.0)))
    };
    step(world, async |session| session.check_accepted(check).await).await
}

#[then(expr = "the answer holds no phones")]
async fn holds_none(world: &mut ScenarioWorld) -> Result<(), Halt> {
    let none = Phones::default();
    step(world, async |session| session.check_accepted(|exchange| check::holds_exactly(exchange, &none)).await).await
}

#[then(expr = "the answer holds exactly the user's phones")]
async fn holds_the_users(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| {
        if session.answer_decides()? {
            return Ok(());
        }
        let phones = session.people.phones(0)?.as_seen(session.setting.masking);
        session.check_accepted(|exchange| check::holds_exactly(exchange, &phones)).await
    })
    .await
}

#[then(expr = "the answer is the user's {kind} phone")]
async fn is_the_users(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        if session.answer_decides()? {
            return Ok(());
        }
        let phone = session.people.phones(0)?.of(kind.0).cloned().ok_or_else(|| Halt::Errored(format!("the user has no {kind} phone")))?;
        let masking = session.setting.masking;
        session.check_accepted(|exchange| check::is_phone(exchange, &phone, masking)).await
    })
    .await
}

/// Only compares the answers for two callers. If both are wrong in the same way, other rules report it.
#[then(expr = "the answer shows what the administrator sees")]
async fn shows_the_same(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| {
        let operation = session.accepted()?.operation;
        let user = session.people.id(0);
        let phone = session.asked.concerned.map(|kind| session.people.phone_id(0, kind));
        let known = session.user().phones.as_ref().map(|known| match session.asked.concerned {
            Some(kind) => Phones::new(known.of(kind).cloned().into_iter().collect(), true),
            None => known.clone(),
        });
        let deadline = session.conversation.deadline();
        let seen = loop {
            let seen = shown_in(session.conversation.ask(operation, &user, phone.as_deref(), None).await?);
            let matches = seen.as_ref().is_some_and(|seen| known.as_ref().is_none_or(|known| seen.same_as(known)));
            if matches || !deadline.next_look().await {
                break seen;
            }
        };
        let seen = seen.ok_or_else(|| Halt::Blocked("the phones that the administrator sees can't be read".to_owned()))?;
        let one = seen.iter().next().filter(|_| operation == Operation::Get);
        let check = |exchange: &Exchange| match one {
            Some(phone) => check::is_phone(exchange, phone, true),
            None => check::holds_exactly(exchange, &seen),
        };
        session.check_accepted(check).await
    })
    .await
}

/// The phones in the answer to a list or read, masked or not.
fn shown_in(exchange: &Exchange) -> Option<Phones> {
    match exchange.operation {
        Operation::List => Phones::read(exchange, true),
        _ => exchange.succeeded().then(|| exchange.json().and_then(Phone::read)).flatten().map(|phone| Phones::new(vec![phone], true)),
    }
}

#[then(expr = "the answer shows {invariant}")]
async fn shows_only(world: &mut ScenarioWorld, kept: Kept) -> Result<(), Halt> {
    step(world, async |session| {
        holds_to_begin_with(session, kept.0)?;
        let no_list = || Halt::Blocked("the answer is not a list with readable phones".to_owned());
        session.check_accepted(|exchange| Ok::<_, Halt>(check::keeps(kept.0, &check::listed(exchange).ok_or_else(no_list)?)?)).await
    })
    .await
}

#[then(expr = "the user's phones show {invariant}")]
async fn phones_keep(world: &mut ScenarioWorld, kept: Kept) -> Result<(), Halt> {
    step(world, async |session| {
        session.effective()?;
        holds_to_begin_with(session, kept.0)?;
        session.expect_phones(0, check::expected(kept.0), |phones| phones.keep(kept.0)).await
    })
    .await
}

/// Blocks the scenario if the phones broke the invariant before the request.
fn holds_to_begin_with(session: &Session, invariant: Invariant) -> Result<(), Halt> {
    let before = session.people.phones(0)?;
    if before.keep(invariant) {
        return Ok(());
    }
    Err(Halt::Blocked(format!("before the request, the phones did not show {}", check::expected(invariant))))
}

#[then(expr = "the user has {phones}")]
async fn user_has(world: &mut ScenarioWorld, kinds: Kinds) -> Result<(), Halt> {
    step(world, async |session| {
        if session.answer_decides()? {
            return Ok(());
        }
        session.effective()?;
        let before = session.people.phones(0)?;
        let wanted = kinds.0.iter().map(|kind| number_now(session, &before, *kind)).collect::<Result<Vec<_>, _>>()?;
        let wording = if wanted.is_empty() {
            "no phones".to_owned()
        } else {
            wanted.iter().map(|wanted| format!("{} {}", wanted.kind, wanted.number)).collect::<Vec<_>>().join(", ")
        };
        session.expect_phones(0, &wording, |phones| phones.are(&wanted)).await
    })
    .await
}

/// The number that the user's phone of a type should have: the requested number, or else the earlier number.
fn number_now(session: &Session, before: &Phones, kind: PhoneType) -> Result<Wanted, Halt> {
    if let Some(wanted) = session.asked.requested.as_ref().filter(|wanted| wanted.kind == kind) {
        return Ok(wanted.clone());
    }
    let phone = before.of(kind).ok_or_else(|| Halt::Errored(format!("the expected number of the {kind} phone is unknown")))?;
    Ok(Wanted { kind, number: phone.number.to_string() })
}

/// An accepted request changes the number and ignores the type; a refused one changes neither.
#[then(expr = "the user's {kind} phone keeps its type, and its number where the request is refused")]
async fn keeps_type(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        let before = session.people.phones(0)?;
        let accepted = session.judged()?.succeeded();
        let wanted = match session.asked.requested.as_ref().filter(|_| accepted) {
            Some(requested) => with_number(before.wanted(), kind.0, &requested.number),
            None => before.wanted(),
        };
        let wording = wanted.iter().map(|wanted| format!("{} {}", wanted.kind, wanted.number)).collect::<Vec<_>>().join(", ");
        if accepted {
            return session.expect_phones(0, &wording, |phones| phones.are(&wanted)).await;
        }
        session.expect_phones_to_stay(0, &wording, move |phones| phones.are(&wanted)).await
    })
    .await
}

#[then(expr = "the user's phones have changed")]
async fn users_changed(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| {
        if session.answer_decides()? {
            return Ok(());
        }
        session.effective()?;
        let before = session.people.phones(0)?;
        session.expect_phones(0, &format!("phones that differ from before ({before})"), |phones| !phones.same_as(&before)).await
    })
    .await
}

#[then(expr = "the user's {kind} phone is gone if the request succeeded, and there if not")]
async fn gone_if_accepted(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        let before = session.people.phones(0)?;
        if !session.effective()?.succeeded() {
            return unchanged(session, 0).await;
        }
        let left = before.without(kind.0);
        session.expect_phones(0, &left.to_string(), |phones| phones.same_as(&left)).await
    })
    .await
}

#[then(expr = "{user} phones are unchanged")]
async fn are_unchanged(world: &mut ScenarioWorld, user: Which) -> Result<(), Halt> {
    step(world, async |session| unchanged(session, user.0).await).await
}

#[then(expr = "the refusal leaves {user} phones unchanged")]
async fn refusal_leaves(world: &mut ScenarioWorld, user: Which) -> Result<(), Halt> {
    step(world, async |session| {
        if !session.judged()?.refused() {
            return Err(no_refusal());
        }
        unchanged(session, user.0).await
    })
    .await
}

async fn unchanged(session: &mut Session, person: usize) -> Result<(), Halt> {
    let before = session.people.phones(person)?;
    let whose = if person == 0 { "the user's" } else { "the other user's" };
    session.expect_phones_to_stay(person, &format!("{whose} phones unchanged: {before}"), move |phones| phones.same_as(&before)).await
}

#[then(expr = "the user's other phones are unchanged")]
async fn other_phones_unchanged(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| {
        session.effective()?;
        let kind = session.asked.concerned.ok_or_else(|| Halt::Errored("the request was about no phone".to_owned()))?;
        let before = session.people.phones(0)?.without(kind);
        let wording = format!("the other phones unchanged: {before}");
        session.expect_phones_to_stay(0, &wording, move |phones| phones.without(kind).same_as(&before)).await
    })
    .await
}

#[then(expr = "the user's {kind} phone has the smsSignInState {states}")]
async fn has_state(world: &mut ScenarioWorld, kind: Kind, states: States) -> Result<(), Halt> {
    step(world, async |session| {
        if session.answer_decides()? {
            return Ok(());
        }
        session.effective()?;
        let wording = format!("{kind} with smsSignInState {}", states.0.join(" or "));
        session.expect_phones(0, &wording, |phones| check::has_state(phones, kind.0, &states.0).is_ok()).await
    })
    .await
}

#[then(expr = "the user's {kind} phone, if there is one, has the smsSignInState {states}")]
async fn has_state_if_any(world: &mut ScenarioWorld, kind: Kind, states: States) -> Result<(), Halt> {
    step(world, async |session| {
        session.effective()?;
        let wording = format!("{kind} with smsSignInState {}, or no such phone", states.0.join(" or "));
        session
            .expect_phones_to_stay(0, &wording, move |phones| {
                phones.of(kind.0).is_none() || check::has_state(phones, kind.0, &states.0).is_ok()
            })
            .await
    })
    .await
}

#[then(expr = "no phone of the user has the smsSignInState {string}")]
async fn none_has_state(world: &mut ScenarioWorld, state: String) -> Result<(), Halt> {
    step(world, async |session| {
        let wording = format!("no phone with smsSignInState {state}");
        if session.people.phones(0).is_ok_and(|before| check::no_phone_has_state(&before, &state).is_err()) {
            return Err(Halt::Blocked(format!("a phone already has the smsSignInState {state} before the request")));
        }
        let claimed = state.clone();
        let result = match session.judge(|exchange| check::answers_without(exchange, "smsSignInState", &claimed)) {
            Ok(()) => session.expect_phones_to_stay(0, &wording, move |phones| check::no_phone_has_state(phones, &state).is_ok()).await,
            shown => shown,
        };
        match result {
            Err(Halt::Violated(_) | Halt::WrongPhones(_)) if has_it_anyway(session, &claimed).await? => {
                Err(Halt::Blocked(format!("a phone has the smsSignInState {claimed} whether or not the body has it")))
            }
            result => result,
        }
    })
    .await
}

/// Whether a phone has the state even if the request does not claim it. Then the claim is not the cause.
async fn has_it_anyway(session: &mut Session, state: &str) -> Result<bool, Halt> {
    let Some(kind) = session.asked.requested.as_ref().map(|asked| asked.kind) else { return Ok(false) };
    let mut wanted = session.user().given.clone();
    wanted.retain(|given| given.kind != kind);
    wanted.push(Wanted { kind, number: session.numbers.phone(kind) });
    let user = session.people.id(0);
    let present = read_phones(&mut session.conversation, &user).await?;
    let made = replace(&mut session.conversation, &user, &present, &wanted).await;
    Ok(made.is_ok_and(|phones| check::no_phone_has_state(&phones, state).is_err()))
}

#[then(expr = "no phone of the user has the id {string}")]
async fn none_has_id(world: &mut ScenarioWorld, id: String) -> Result<(), Halt> {
    step(world, async |session| {
        session.judge(|exchange| check::answers_without(exchange, "id", &id))?;
        let wording = format!("no phone with id {id}");
        let claimed = id.clone();
        session.expect_phones_to_stay(0, &wording, move |phones| check::no_phone_has_id(phones, &id).is_ok()).await?;
        // The endpoint can know this id only from the body. So one list that shows it is enough, even if single reads
        // don't.
        let since = session.asked.judged.unwrap_or_default();
        let lists = session.conversation.exchanges[since..].iter().filter(|exchange| exchange.operation == Operation::List);
        let mut shown = lists.filter_map(|list| Phones::read(list, session.setting.masking));
        shown.try_for_each(|phones| check::no_phone_has_id(&phones, &claimed)).map_err(Halt::from)
    })
    .await
}

#[then(expr = "the user's {kind} phone cannot be read")]
async fn cannot_be_read(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        session.effective()?;
        if !session.known().absent_is_refused {
            return Err(Halt::Blocked("reads show phones that were never there, so a read can't show that one is gone".to_owned()));
        }
        let (user, id) = (session.people.id(0), session.people.phone_id(0, kind.0));
        // Wait until reads show the deletion.
        observe(&mut session.conversation, &user, |phones| phones.of(kind.0).is_none()).await?;
        let call = session.conversation.call(Operation::Get, &user, Some(&id), None);
        let index = session.conversation.send(&call).await?;
        session.asked.sent(call, index);
        session.eventually(|session| session.judge(check::refused)).await
    })
    .await
}

#[then(expr = "the request succeeds or is refused")]
async fn succeeds_or_is_refused(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| session.judge(|exchange| check::succeeded(exchange).or_else(|_| check::refused(exchange)))).await
}

#[then(expr = "the answer, if the request succeeds, shows the phone as requested")]
async fn shows_if_accepted(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| {
        let wanted = session.asked.requested()?.clone();
        session.judge(|exchange| match check::refused(exchange) {
            Ok(()) => Ok(()),
            Err(_) => check::succeeded(exchange).and_then(|()| check::echoes(exchange, &wanted)),
        })
    })
    .await
}

#[then(expr = "the answer, if there is one, shows the phone as requested")]
async fn shows_if_any(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| {
        let wanted = session.asked.requested()?.clone();
        let exchange = session.accepted()?;
        if exchange.status == 204 {
            return Ok(());
        }
        check::phone_object(exchange)?;
        check::echoes(exchange, &wanted).map_err(Halt::from)
    })
    .await
}
