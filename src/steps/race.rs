//! Two requests at the same moment.

use cucumber::{then, when};
use tokio::time::Instant;

use crate::api::Operation;
use crate::check::{Mismatch, Phones, Wanted};
use crate::graph::{Call, Credential, PhoneType};
use crate::plan::Address;
use crate::suite::Caller;
use crate::tenant::phone_body;

use super::parameters::Kind;
use super::{Halt, ScenarioWorld, Session};

/// The number of pairs sent. An endpoint that checks first and stores later rarely fails on a single pair.
const PAIRS: usize = 10;

/// The result of the last pair of requests.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// How many of the two were accepted.
    accepted: usize,
    /// How many phones of the type the list showed afterwards; `None` if it can't be read.
    phones: Option<usize>,
}

impl Pair {
    fn is_as_it_should_be(self) -> bool {
        self.accepted <= 1 && self.phones.is_none_or(|phones| phones <= 1)
    }
}

#[when(expr = "the administrator adds two {kind} phones for the user at once, again and again")]
async fn adds_two_at_once(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    world
        .step(async |session| {
            let numbers = [session.fresh_line(), session.fresh_line()];
            for _ in 0..PAIRS {
                let pair = add_two(session, kind.0, &numbers).await?;
                session.pair = Some(pair);
                if !pair.is_as_it_should_be() {
                    return accepts_no_second(session, kind.0, &numbers[0]).await;
                }
                if !take_away(session, kind.0).await? {
                    break;
                }
            }
            Ok(())
        })
        .await
}

#[then(expr = "never are both requests accepted")]
async fn one_is_accepted(world: &mut ScenarioWorld) -> Result<(), Halt> {
    world
        .step(async |session| match pair(session)?.accepted {
            0 | 1 => Ok(()),
            _ => {
                // Somebody else may have taken the first phone away before the second came.
                session.is_about_phones = true;
                Err(Mismatch::new("at most one of two requests at once accepted", "both were accepted").into())
            }
        })
        .await
}

#[then(expr = "the user never has two {kind} phones")]
async fn one_is_stored(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    world
        .step(async |session| match pair(session)?.phones {
            Some(phones) if phones > 1 => {
                session.is_about_phones = true;
                Err(Mismatch::new(format!("at most one {kind} phone"), format!("{phones} {kind} phones in the list after that")).into())
            }
            _ => Ok(()),
        })
        .await
}

fn pair(session: &Session) -> Result<Pair, Halt> {
    session.pair.ok_or_else(|| Halt::Errored("no two requests were sent at once".to_owned()))
}

/// Adds two phones of one type at once and counts the phones.
async fn add_two(session: &mut Session, kind: PhoneType, numbers: &[String; 2]) -> Result<Pair, Halt> {
    let credential: Credential = session.credential(Caller::Administrator)?;
    let account = session.account(Address::Id)?;
    let version = session.conversation.version;
    let call = |number: &String| Call {
        operation: Operation::Create,
        version,
        account: account.clone(),
        phone: None,
        credential,
        body: Some(phone_body(&Wanted { kind, number: number.clone() })),
    };
    let calls = numbers.each_ref().map(call);
    let first = session.conversation.send_two(&calls).await?;
    session.judged = Some(first + 1);
    session.asked = Some((calls[1].clone(), Instant::now()));
    let accepted = session.conversation.exchanges[first..].iter().filter(|exchange| exchange.succeeded()).count();
    let user = session.user().id.clone();
    let list = session.conversation.ask(Operation::List, &user, None, None).await?;
    let phones = Phones::read(list, true).map(|phones| phones.kinds().iter().filter(|shown| **shown == kind).count());
    Ok(Pair { accepted, phones })
}

/// If the endpoint accepts a second phone anyway, two at once tell nothing more.
async fn accepts_no_second(session: &mut Session, kind: PhoneType, number: &str) -> Result<(), Halt> {
    let user = session.user().id.clone();
    let body = phone_body(&Wanted { kind, number: number.to_owned() });
    let later = session.conversation.ask(Operation::Create, &user, None, Some(body)).await?;
    if later.succeeded() {
        return Err(Halt::Blocked(format!("a second {kind} phone is accepted also where it comes later")));
    }
    Ok(())
}

/// Deletes the phone again, and returns whether that worked.
async fn take_away(session: &mut Session, kind: PhoneType) -> Result<bool, Halt> {
    let user = session.user().id.clone();
    let id = session.phone_id(0, kind);
    Ok(session.conversation.ask(Operation::Delete, &user, Some(&id), None).await?.succeeded())
}
