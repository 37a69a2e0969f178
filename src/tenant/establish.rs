//! Gives users the phones that a scenario starts from.

use crate::api::Operation;
use crate::check::{Phones, Wanted};
use crate::graph::{PhoneType, TransportError};

use super::conversation::phone_body;
use super::{Conversation, Observed, Setback, UNREADABLE, observe, read_phones};

/// At most this many phones of one type are deleted. A longer list probably shows other users' phones too.
const MOST: usize = 4;
/// At most this many unreadable items are deleted.
const MOST_STRANGE: usize = 16;

/// Gives a user these phones through the API, deletes all others, and checks the result.
///
/// Phones of the right types with other numbers are accepted too. Only scenarios about numbers should fail then.
///
/// Fails if the user does not get phones of these types.
pub async fn establish(conversation: &mut Conversation, user: &str, wanted: &[Wanted]) -> Result<Phones, Setback> {
    let present = read_phones(conversation, user).await?;
    // A lagging read may show earlier phones.
    if present.are(wanted) && !conversation.may_lag() {
        return Ok(present);
    }
    replace(conversation, user, &present, wanted).await
}

/// Like [`establish`], but always deletes the `present` phones first.
pub async fn replace(conversation: &mut Conversation, user: &str, present: &Phones, wanted: &[Wanted]) -> Result<Phones, Setback> {
    if conversation.endpoint.left_alone.has(user) {
        return Err(Setback::Unreadable(UNREADABLE.to_owned()));
    }
    let mut last = clear(conversation, user, present).await?;
    for wanted in wanted {
        let exchange = conversation.ask(Operation::Create, user, None, Some(phone_body(wanted))).await?;
        // Keep the first refusal, because it causes the later ones.
        if last.as_ref().is_none_or(|(_, accepted)| *accepted) {
            last = Some((exchange.summary(), exchange.succeeded()));
        }
    }
    match observe(conversation, user, |phones| phones.are(wanted)).await? {
        Observed::AsExpected(phones) => Ok(phones),
        Observed::Otherwise(phones) if will_do(&phones, wanted) => Ok(phones),
        Observed::Otherwise(phones) if !phones.are_understood() => {
            let known = names(phones.kinds());
            let message = format!("the list keeps an item that is not a phone (other phones: {known})");
            // If the endpoint takes the item for a phone of some type, it may refuse another phone of that type.
            let in_the_way = phones.strange().iter().any(|item| item.kind().is_some());
            Err(if in_the_way { Setback::Unchangeable(message) } else { Setback::Unreadable(message) })
        }
        Observed::Otherwise(phones) => Err(Setback::Unchangeable(unchanged(wanted, &phones, last))),
    }
}

/// Reads the user's phones and tells whether a scenario can use them.
pub async fn find(conversation: &mut Conversation, user: &str, wanted: &[Wanted]) -> Result<Observed, Setback> {
    let phones = read_phones(conversation, user).await?;
    Ok(if will_do(&phones, wanted) { Observed::AsExpected(phones) } else { Observed::Otherwise(phones) })
}

/// Whether a scenario can start from these phones: they have the right types and any numbers.
fn will_do(phones: &Phones, wanted: &[Wanted]) -> bool {
    phones.are(wanted)
        || phones.are_understood() && phones.kinds() == kinds(wanted) && phones.iter().all(|phone| phone.number.starts_with('+'))
}

/// Deletes a user's phones in an order that the endpoint accepts. If the endpoint refuses to delete a phone, tries
/// again after the others are gone, because the phone may be the default method. Returns the deletion that explains the
/// result, and whether the endpoint accepted it.
///
/// If reads may lag, the user may have phones that the read did not show. So the function also deletes a phone of each
/// type that was not shown, and ignores the answers.
pub async fn clear(conversation: &mut Conversation, user: &str, present: &Phones) -> Result<Option<(String, bool)>, TransportError> {
    let mut last = None;
    let mut refused: Vec<String> = Vec::new();
    let mut deleted = false;
    let before = (!conversation.may_lag()).then_some(present);
    // Items of unknown types come first; their order does not matter.
    for id in present.strange().iter().filter_map(|item| item.id.as_ref()).take(MOST_STRANGE) {
        let exchange = conversation.ask(Operation::Delete, user, Some(id), None).await?;
        if last.as_ref().is_none_or(|(_, accepted)| *accepted) {
            last = Some((exchange.summary(), exchange.succeeded()));
        }
    }
    for kind in PhoneType::FOR_DELETION {
        let shown = present.iter().filter(|phone| phone.kind == kind);
        let mut ids: Vec<_> = shown.map(|phone| phone.id.clone().unwrap_or_else(|| kind.well_known_id().to_owned())).collect();
        ids.sort();
        ids.dedup();
        ids.truncate(MOST);
        let hidden = ids.is_empty();
        if hidden && conversation.may_lag() {
            ids.push(kind.well_known_id().to_owned());
        }
        for id in ids {
            let exchange = conversation.ask_knowing(Operation::Delete, user, Some(&id), None, before).await?;
            if exchange.succeeded() {
                deleted = true;
            } else if !hidden {
                refused.push(id);
            }
            if !hidden && last.as_ref().is_none_or(|(_, accepted)| *accepted) {
                last = Some((exchange.summary(), exchange.succeeded()));
            }
        }
    }
    if deleted && let [id] = &refused[..] {
        let exchange = conversation.ask_knowing(Operation::Delete, user, Some(id), None, before).await?;
        if exchange.succeeded() {
            last = Some((exchange.summary(), true));
        }
    }
    Ok(last)
}

fn kinds(wanted: &[Wanted]) -> Vec<PhoneType> {
    let mut kinds: Vec<_> = wanted.iter().map(|wanted| wanted.kind).collect();
    kinds.sort();
    kinds
}

fn names(kinds: Vec<PhoneType>) -> String {
    if kinds.is_empty() { "none".to_owned() } else { kinds.into_iter().map(PhoneType::name).collect::<Vec<_>>().join(", ") }
}

/// Why the phones could not be set up, without user data.
fn unchanged(wanted: &[Wanted], phones: &Phones, last: Option<(String, bool)>) -> String {
    let state = format!("wanted: {}; present: {}", names(kinds(wanted)), names(phones.kinds()));
    match last {
        Some((summary, false)) => format!("phones can't be set up: {summary}"),
        Some((summary, true)) => format!("phones can't be set up: {summary}, without effect ({state})"),
        None => format!("phones can't be set up ({state})"),
    }
}
