//! Reads a user's phones: first with the list, and with single reads if the list is in doubt.
//!
//! A mistake in one operation must not make a scenario about another operation fail. So if the list does not show the
//! expected phones, single reads may show them instead. A list that the preflight found wrong is not used.

use crate::api::Operation;
use crate::check::Phones;
use crate::graph::{Phone, PhoneType, StrangeItem, TransportError};

use super::look::merge;
use super::{Conversation, Setback, View};

/// The result of looking at a user's phones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed {
    /// The phones are as expected.
    AsExpected(Phones),
    /// The phones differ from the expected ones.
    Otherwise(Phones),
}

/// Reads a user's phones once. An unreadable item of the list is also read by its id.
///
/// Fails if neither the list nor the single reads show the phones.
pub async fn read_phones(conversation: &mut Conversation, user: &str) -> Result<Phones, Setback> {
    let listed = match conversation.view() {
        View::List => by_list(conversation, user).await?,
        View::Reads => None,
    };
    if let Some(phones) = listed.as_ref().filter(|phones| phones.are_understood()) {
        return Ok(phones.clone());
    }
    let read = by_reads(conversation, user, listed.as_ref()).await?;
    merge(listed, read.as_ref(), conversation.endpoint.masking).ok_or_else(unreadable)
}

fn unreadable() -> Setback {
    Setback::Unreadable("neither the list nor single reads show a user's phones".to_owned())
}

/// Looks at a user's phones until they are as expected, or until reads can no longer lag.
pub async fn observe(conversation: &mut Conversation, user: &str, expected: impl Fn(&Phones) -> bool) -> Result<Observed, Setback> {
    let deadline = conversation.deadline();
    let mut looks = 0;
    let mut looked = conversation.exchanges.len();
    loop {
        looks += 1;
        conversation.drop_bulk_since(looked);
        looked = conversation.exchanges.len();
        let listed = match conversation.view() {
            View::List => by_list(conversation, user).await?,
            View::Reads => None,
        };
        if let Some(phones) = listed.as_ref().filter(|phones| expected(phones)) {
            conversation.shown_after(looks, &deadline);
            return Ok(Observed::AsExpected(phones.clone()));
        }
        if listed.as_ref().is_some_and(Phones::are_understood) && deadline.next_look().await {
            continue;
        }
        let read = by_reads(conversation, user, listed.as_ref()).await?;
        if let Some(phones) = read.as_ref().filter(|phones| expected(phones)) {
            conversation.shown_after(looks, &deadline);
            return Ok(Observed::AsExpected(phones.clone()));
        }
        if deadline.next_look().await {
            continue;
        }
        let strange = listed.as_ref().is_some_and(|phones| !phones.are_understood());
        let seen = if strange { merge(listed, read.as_ref(), conversation.endpoint.masking) } else { listed.or(read) };
        return seen.map(Observed::Otherwise).ok_or_else(unreadable);
    }
}

/// Reads a user's phones once. The caller has waited until reads can no longer lag.
pub async fn look(conversation: &mut Conversation, user: &str, expected: impl Fn(&Phones) -> bool) -> Result<Observed, Setback> {
    let phones = read_phones(conversation, user).await?;
    if expected(&phones) {
        return Ok(Observed::AsExpected(phones));
    }
    Ok(match by_reads(conversation, user, Some(&phones)).await? {
        Some(read) if expected(&read) => Observed::AsExpected(read),
        _ => Observed::Otherwise(phones),
    })
}

/// The phones and other items that the list shows; `None` if the answer is not a list.
pub async fn by_list(conversation: &mut Conversation, user: &str) -> Result<Option<Phones>, TransportError> {
    let masking = conversation.endpoint.masking;
    let exchange = conversation.ask(Operation::List, user, None, None).await?;
    Ok(Phones::read(exchange, masking))
}

/// At most this many phones are read one by one. A longer list probably shows other users' phones too.
const MOST: usize = 16;

/// The phones that single reads show: one of each type, the other ids of the list, and the ids of created phones.
///
/// `None` if an answer is neither 404 nor a phone of the requested type, or if there are too many to read.
pub async fn by_reads(conversation: &mut Conversation, user: &str, listed: Option<&Phones>) -> Result<Option<Phones>, TransportError> {
    let masking = conversation.endpoint.masking;
    let of_type = |kind: PhoneType| listed.map_or_else(|| kind.well_known_id().to_owned(), |listed| listed.id_of(kind));
    let mut asked: Vec<(Option<PhoneType>, String)> = PhoneType::ALL.into_iter().map(|kind| (Some(kind), of_type(kind))).collect();
    let made = conversation.endpoint.made.of(user);
    for id in listed.iter().flat_map(|listed| listed.ids()).chain(made.iter().map(String::as_str)).filter(|id| !id.is_empty()) {
        if !asked.iter().any(|(_, known)| known.eq_ignore_ascii_case(id)) {
            asked.push((None, id.to_owned()));
        }
    }
    if asked.len() > MOST {
        return Ok(None);
    }
    let (mut phones, mut strange) = (Vec::new(), Vec::new());
    for (kind, id) in asked {
        let exchange = conversation.ask(Operation::Get, user, Some(&id), None).await?;
        if exchange.status == 404 {
            continue;
        }
        let Some(shown) = exchange.succeeded().then(|| exchange.json()).flatten() else { return Ok(None) };
        match (kind, Phone::read(shown)) {
            (None, None) => strange.push(StrangeItem::new(shown)),
            (kind, Some(phone)) if kind.is_none_or(|kind| phone.kind == kind) => phones.push(phone),
            _ => return Ok(None),
        }
    }
    Ok(Some(Phones::new(phones, masking).with_strange(strange)))
}
