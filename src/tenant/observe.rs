//! Looking at a user's phones, through the list first and through single reads where the list is in doubt.
//!
//! A scenario about one operation must not be spoilt by a mistake in another: where the list does not show what is expected,
//! the single reads are asked, and either of the two is enough. A list that the preflight saw to be wrong is not asked at all.

use crate::api::Operation;
use crate::check::Phones;
use crate::graph::{Phone, PhoneType, TransportError};

use super::{Conversation, Setback, View};

/// What a look at a user's phones came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed {
    /// The phones are as expected.
    AsExpected(Phones),
    /// They are not, and these are they.
    Otherwise(Phones),
}

/// Reads a user's phones once.
///
/// # Errors
/// Where neither the list nor the single reads show them.
pub async fn read_phones(conversation: &mut Conversation, user: &str) -> Result<Phones, Setback> {
    if conversation.view() == View::List
        && let Some(phones) = by_list(conversation, user).await?
    {
        return Ok(phones);
    }
    by_reads(conversation, user, None)
        .await?
        .ok_or_else(|| Setback::Unreadable("a user's phones can't be read, neither by a list nor one by one".to_owned()))
}

/// Looks at a user's phones until they are as expected, or until reads no longer may lag.
///
/// # Errors
/// Where the phones can't be read.
pub async fn observe(conversation: &mut Conversation, user: &str, expected: impl Fn(&Phones) -> bool) -> Result<Observed, Setback> {
    let patience = conversation.patience();
    let mut looks = 0;
    loop {
        looks += 1;
        let listed = match conversation.view() {
            View::List => by_list(conversation, user).await?,
            View::Reads => None,
        };
        if let Some(phones) = listed.as_ref().filter(|phones| expected(phones)) {
            conversation.shown_after(looks, patience);
            return Ok(Observed::AsExpected(phones.clone()));
        }
        if listed.is_some() && patience.lasts().await {
            continue;
        }
        let read = by_reads(conversation, user, listed.as_ref()).await?;
        if let Some(phones) = read.as_ref().filter(|phones| expected(phones)) {
            conversation.shown_after(looks, patience);
            return Ok(Observed::AsExpected(phones.clone()));
        }
        if patience.lasts().await {
            continue;
        }
        return match listed.or(read) {
            Some(phones) => Ok(Observed::Otherwise(phones)),
            None => Err(Setback::Unreadable("a user's phones can't be read, neither by a list nor one by one".to_owned())),
        };
    }
}

/// Looks once whether a user's phones are as expected, when reads no longer may lag.
///
/// # Errors
/// Where the phones can't be read.
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

/// The phones that the list shows; `None` where they can't be told.
///
/// # Errors
/// Where no answer comes.
pub async fn by_list(conversation: &mut Conversation, user: &str) -> Result<Option<Phones>, TransportError> {
    let masking = conversation.endpoint.masking;
    let exchange = conversation.ask(Operation::List, user, None, None).await?;
    Ok(Phones::read(exchange, masking))
}

/// The phones that single reads show; `None` where an answer is neither a phone of the type that was asked for nor 404.
///
/// # Errors
/// Where no answer comes.
pub async fn by_reads(conversation: &mut Conversation, user: &str, listed: Option<&Phones>) -> Result<Option<Phones>, TransportError> {
    let masking = conversation.endpoint.masking;
    let mut phones = Vec::new();
    for kind in PhoneType::ALL {
        let listed_id = listed.and_then(|phones| phones.of(kind)).and_then(|phone| phone.id.clone());
        let id = listed_id.unwrap_or_else(|| kind.well_known_id().to_owned());
        let exchange = conversation.ask(Operation::Get, user, Some(&id), None).await?;
        if exchange.status == 404 {
            continue;
        }
        match exchange.succeeded().then(|| exchange.json().and_then(Phone::read)).flatten() {
            Some(phone) if phone.kind == kind => phones.push(phone),
            _ => return Ok(None),
        }
    }
    Ok(Some(Phones::new(phones, masking)))
}
