//! Reads the phones that users have before a run.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::try_join_all;

use crate::check::Phones;
use crate::graph::{Exchange, StrangeItem, TransportError};
use crate::report::Note;
use crate::target::{Target, User};
use crate::tenant::{Conversation, Endpoint, Found, Look, Numbers, Original};

use super::probe::shows_what_is_made;

/// The result of reading the users.
#[derive(Debug)]
pub(super) struct Reading {
    /// One entry per user; the phones of some may be unknown.
    pub originals: Vec<Original>,
    /// The exchanges that create and delete a phone to see whether the endpoint shows it.
    pub exchanges: Vec<Exchange>,
    /// The users for whom the endpoint answers every read with 404, whether or not they count as users without phones.
    pub nothing: BTreeSet<String>,
    /// A note about a phone that was created and could not be deleted.
    pub left: Option<Note>,
}

/// Reads the phones of these users. If the endpoint answers every read about a user with 404 but shows phones of
/// another user, the first user counts as one without phones. If it answers 404 about all users, the function creates a
/// phone for `tried` to find out whether the endpoint shows phones at all.
///
/// # Errors
/// Fails if the endpoint does not answer.
pub(super) async fn read(
    target: &Target,
    users: &[&User],
    endpoint: &Arc<Endpoint>,
    tried: &str,
    numbers: &Numbers,
) -> Result<Reading, TransportError> {
    let reads = users.iter().map(|user| Original::read(endpoint, &target.versions, &user.id));
    let found = try_join_all(reads).await?;
    let mut shows = found.iter().any(|found| matches!(found, Found::Phones(_)));
    let mut talk = Conversation::new(Arc::clone(endpoint), target.versions[0]);
    let mut left = None;
    if found.iter().all(|found| *found == Found::Nothing) && !found.is_empty() {
        let (shown, refusal) = shows_what_is_made(&mut talk, tried, numbers).await?;
        shows = shown;
        left = refusal.map(|refusal| {
            Note::with_hint(
                format!("user {tried} may still have an office phone that the run added to see whether the endpoint shows it: {refusal}"),
                "delete it unless it is the user's own",
            )
        });
    }
    let is_nothing = |(user, found): (&&User, &Found)| (*found == Found::Nothing).then(|| user.id.clone());
    let nothing = users.iter().zip(&found).filter_map(is_nothing).collect();
    // If single reads find phones of any user, a phone that only the list shows may be another user's.
    let any = |check: &dyn Fn(&Look) -> bool| found.iter().any(|found| matches!(found, Found::Phones(look) if check(look)));
    let reads_find = any(&Look::reads_find);
    let is_doubtful = |look: &Look| reads_find && look.lists_more() || any(&|other| look.reads_phone_of(other));
    let phones = |found: &Found| match found {
        Found::Phones(look) if is_doubtful(look) => None,
        Found::Phones(look) => Some(look.phones().clone()),
        Found::Nothing if shows => Some(Phones::new(Vec::new(), endpoint.masking)),
        Found::Nothing | Found::Unreadable => None,
    };
    let original = |(user, found): (&&User, &Found)| Original { user: user.id.clone(), phones: phones(found) };
    let originals = users.iter().zip(&found).map(original).collect();
    Ok(Reading { originals, exchanges: talk.exchanges, nothing, left })
}

/// Notes about the users that the run must not write to.
pub(super) fn left_alone(originals: &[Original]) -> Vec<Note> {
    unread(originals).into_iter().chain(strange(originals)).chain(incomplete(originals)).collect()
}

/// The note about users with an alternateMobile phone and no mobile phone.
fn incomplete(originals: &[Original]) -> Option<Note> {
    let users: Vec<_> = originals.iter().filter(|original| original.lacks_a_mobile()).map(|original| original.user.as_str()).collect();
    (!users.is_empty()).then(|| {
        Note::with_hint(
            format!(
                "these users have an alternateMobile phone and no mobile phone, so the run could not add the phone again and does not change them: {}",
                users.join(", ")
            ),
            "give them a mobile phone, or name other users",
        )
    })
}

/// The note about users with an entry that is not a phone.
fn strange(originals: &[Original]) -> Option<Note> {
    let items = |phones: &Phones| phones.strange().iter().map(StrangeItem::described).collect::<Vec<_>>().join(", ");
    let user = |original: &Original| {
        let phones = original.phones.as_ref().filter(|phones| !phones.are_understood())?;
        Some(format!("user {} ({})", original.user, items(phones)))
    };
    let users: Vec<_> = originals.iter().filter_map(user).collect();
    (!users.is_empty()).then(|| {
        Note::with_hint(
            format!(
                "the phones of {} contain an item that can't be read as a phone; the run could not put it back and does not change these users",
                users.join(", ")
            ),
            "delete the item, or name another user",
        )
    })
}

/// The note about users whose phones no identity could read.
fn unread(originals: &[Original]) -> Option<Note> {
    let users: Vec<_> = originals.iter().filter(|original| original.phones.is_none()).map(|original| original.user.as_str()).collect();
    let whose = match &users[..] {
        [] => return None,
        [user] => format!("user {user}"),
        all if all.len() == originals.len() => "every user".to_owned(),
        several => format!("the users {}", several.join(", ")),
    };
    Some(Note::with_hint(
        format!(
            "the phones of {whose} can't be read before the run: neither the list nor single reads show them, or the two contradict each other; \
             the run could not put the phones back and does not change them"
        ),
        "the run judges only reads of these users; to check writes, make their phones readable",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_name_the_users_that_the_run_does_not_write_to() {
        let original = |user: &str, phones| Original { user: user.to_owned(), phones };
        let of = |originals: &[Original]| unread(originals).map(|note| note.message.split(" can't").next().unwrap().to_owned());
        let known = || original("max", Some(Phones::default()));
        assert_eq!(of(&[known()]), None);
        assert_eq!(of(&[original("kim", None), known()]).as_deref(), Some("the phones of user kim"));
        assert_eq!(of(&[original("kim", None), original("lee", None), known()]).as_deref(), Some("the phones of the users kim, lee"));
        assert_eq!(of(&[original("kim", None), original("lee", None)]).as_deref(), Some("the phones of every user"));
        let pager = StrangeItem::new(&serde_json::json!({ "id": "7", "phoneType": "pager", "phoneNumber": "+1 2065550100" }));
        let strange = original("ann", Some(Phones::default().with_strange(vec![pager])));
        let notes = left_alone(&[original("kim", None), known(), strange]);
        assert_eq!(notes.len(), 2);
        assert!(notes[1].message.contains("user ann (the item with phoneType \"pager\" and id 7)"), "{}", notes[1].message);
        assert!(!notes[1].message.contains("5550100"));
    }
}
