//! Tests whether lists are reliable: creates three phones and looks for them in the list of every version.
//!
//! If a list omits phones or shows another user's phones, the scenarios of all other operations would fail too. If
//! single reads are right, the scenarios use them instead, and only the rules about the list use the list.

use std::collections::BTreeSet;

use crate::api::{ApiVersion, Operation};
use crate::check::{Phones, Wanted};
use crate::graph::{PhoneType, SmsSignInState, TransportError};
use crate::run::places::Places;
use crate::tenant::{Conversation, Numbers, by_list, by_reads, clear, phone_body};

use super::probe::TRIES;

/// Versions whose list is wrong although their single reads are right.
///
/// `talks` has one conversation per version. `user` has no phones; the function deletes the phones that it creates.
/// `other` is a second user, if there is one.
pub(super) async fn wrong(
    talks: &mut [Conversation],
    user: &str,
    other: Option<&str>,
    numbers: &Numbers,
) -> Result<BTreeSet<ApiVersion>, TransportError> {
    let mut wrong = BTreeSet::new();
    for creator in 0..talks.len() {
        let wanted = three(numbers, creator);
        for phone in &wanted {
            talks[creator].ask(Operation::Create, user, None, Some(phone_body(phone))).await?;
        }
        for reader in talks.iter_mut() {
            if !lists_rightly(reader, user, other, &wanted).await? && reads_rightly(reader, user, &wanted).await? {
                wrong.insert(reader.version);
            }
        }
        let talk = &mut talks[creator];
        let made = by_reads(talk, user, None).await?.unwrap_or_default();
        clear(talk, user, &made).await?;
    }
    Ok(wrong)
}

/// One phone of each type; the office phone has an extension.
fn three(numbers: &Numbers, creator: usize) -> Vec<Wanted> {
    PhoneType::ALL
        .into_iter()
        .zip(2..)
        .map(|(kind, index)| {
            let number = numbers.number(Places::preflight(creator), index);
            Wanted { kind, number: if kind == PhoneType::Office { format!("{number}x123") } else { number } }
        })
        .collect()
}

async fn lists_rightly(talk: &mut Conversation, user: &str, other: Option<&str>, wanted: &[Wanted]) -> Result<bool, TransportError> {
    let deadline = talk.deadline();
    let mut tries = TRIES;
    while !by_list(talk, user).await?.is_some_and(|phones| phones.are(wanted) && plausible(&phones)) {
        // If the endpoint fails only sometimes, its list is still usable.
        tries = tries.saturating_sub(1);
        let fails = talk.exchanges.last().is_some_and(|exchange| exchange.status >= 500);
        if (!fails || tries == 0) && !deadline.next_look().await {
            return Ok(false);
        }
    }
    let Some(other) = other else { return Ok(true) };
    let shown = by_list(talk, other).await?.filter(Phones::are_understood);
    if shown.as_ref().is_some_and(|phones| !phones.iter().any(|phone| wanted.iter().any(|wanted| phone.number == wanted.number))) {
        return Ok(true);
    }
    // If single reads show the phone under the other user too, the list is not the cause.
    Ok(by_reads(talk, other, None).await?.is_some_and(|phones| Some(phones.kinds()) == shown.map(|shown| shown.kinds())))
}

async fn reads_rightly(talk: &mut Conversation, user: &str, wanted: &[Wanted]) -> Result<bool, TransportError> {
    let deadline = talk.deadline();
    while !by_reads(talk, user, None).await?.is_some_and(|phones| phones.are(wanted) && plausible(&phones)) {
        if !deadline.next_look().await {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether every phone's state is possible for its type.
pub(super) fn plausible(phones: &Phones) -> bool {
    phones.iter().all(|phone| match (phone.kind, &phone.sms_sign_in_state) {
        (PhoneType::Mobile, Some(state)) => state.is_of_a_mobile(),
        (_, Some(state)) => matches!(state, SmsSignInState::NotSupported | SmsSignInState::NotAllowedByPolicy),
        (_, None) => false,
    })
}
