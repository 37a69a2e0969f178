//! Finds users of the target that are the same account: two names of it, or its name and its id.
//!
//! A run that takes one account for two users finds only contradictions. Two different ids always mean two users. A
//! user that the target gives by name may be the same as any other user. To find out, the test adds a phone to that
//! user and looks for it in the others.

use crate::api::Operation;
use crate::check::Wanted;
use crate::graph::{PhoneType, TransportError};
use crate::run::places::{PREFLIGHT, Places};
use crate::target::User;
use crate::tenant::{Conversation, Numbers, Original, by_list, phone_body};

/// Two users of the target that are the same account, if there are any. `originals` holds the phones that each user
/// had.
pub(super) async fn find<'a>(
    talk: &mut Conversation,
    users: &'a [User],
    originals: &[Original],
    numbers: &Numbers,
) -> Result<Option<(&'a str, &'a str)>, TransportError> {
    let had = |user: &User| originals.iter().find(|original| original.user == user.id).and_then(|original| original.phones.as_ref());
    for (place, user) in users.iter().enumerate().filter(|(_, user)| is_a_name(&user.id)) {
        let Some(phones) = had(user) else { continue };
        let alike: Vec<&User> = users[..place]
            .iter()
            .chain(users[place + 1..].iter().filter(|later| !is_a_name(&later.id)))
            .filter(|other| had(other).is_some_and(|theirs| theirs.same_as(phones)))
            .collect();
        if alike.is_empty() {
            continue;
        }
        // Other trials do not use the last two numbers of each slot.
        let number = numbers.number(Places::preflight(place % PREFLIGHT), 6 + (place / PREFLIGHT % 2) as u64);
        if let Some(twin) = twin(talk, user, &alike, number).await? {
            return Ok(Some((&user.id, twin)));
        }
    }
    Ok(None)
}

/// Adds a phone to `user` and returns the one of `others` that shows it. If a user who does not exist shows it too, the
/// endpoint confuses all users, and there is no twin.
async fn twin<'a>(talk: &mut Conversation, user: &User, others: &[&'a User], number: String) -> Result<Option<&'a str>, TransportError> {
    let Some(has) = by_list(talk, &user.id).await? else { return Ok(None) };
    let Some(kind) = [PhoneType::Office, PhoneType::Mobile].into_iter().find(|kind| has.of(*kind).is_none()) else { return Ok(None) };
    let wanted = Wanted { kind, number };
    if !talk.ask(Operation::Create, &user.id, None, Some(phone_body(&wanted))).await?.succeeded() {
        return Ok(None);
    }
    let mut twin = None;
    for other in others {
        if shows(talk, &other.id, &wanted).await? {
            twin = Some(other.id.as_str());
            break;
        }
    }
    let stranger = uuid::Uuid::new_v4().to_string();
    if twin.is_some() && shows(talk, &stranger, &wanted).await? {
        twin = None;
    }
    let made = by_list(talk, &user.id).await?.unwrap_or_default();
    talk.ask(Operation::Delete, &user.id, Some(&made.id_of(kind)), None).await?;
    Ok(twin)
}

/// Whether a list of the user shows a phone. Looks again as long as reads may lag.
async fn shows(talk: &mut Conversation, user: &str, wanted: &Wanted) -> Result<bool, TransportError> {
    let deadline = talk.deadline();
    loop {
        let shown = by_list(talk, user).await?;
        if shown.and_then(|phones| phones.of(wanted.kind).cloned()).is_some_and(|phone| phone.number == wanted.number) {
            return Ok(true);
        }
        if !deadline.next_look().await {
            return Ok(false);
        }
    }
}

/// Whether this is a user principal name. The target may give one instead of an id.
fn is_a_name(id: &str) -> bool {
    id.contains('@')
}
