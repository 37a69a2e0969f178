//! Puts users back: after a run, and from the journal of an earlier run that could not put them back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::sleep;

use crate::api::Operation;
use crate::check::Phones;
use crate::graph::{Client, Exchange};
use crate::plan::{Cast, sees_masks};
use crate::report::Note;
use crate::target::Target;
use crate::tenant::{ATTEMPTS, Conversation, Correction, Endpoint, LeftAlone, Made, Original, Restoration};

/// At most this many rounds put users back: a request for one user may change another user, whom the next round puts
/// back. The last round only looks.
const ROUNDS: usize = 4;

/// The wait before the second look at users. The endpoint may carry out late a request that it did not answer.
const SECOND_LOOK: Duration = Duration::from_secs(1);

/// A user whose original phones could not be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The phones that the run found.
    pub original: Original,
    /// What is missing, and the commands that would restore it.
    pub note: Note,
}

/// The result of putting users back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PutBack {
    /// Users whose original phones could not be restored.
    pub missing: Vec<Missing>,
    /// Why the journal could not be written, if writing failed. The journal may then name users who are already
    /// restored, or lack users who are not.
    pub unwritten: Option<Note>,
    /// Other notes, such as those about users who no longer exist and so can't be restored.
    pub remarks: Vec<Note>,
}

/// What a run knows about the users' phones at its end.
#[derive(Debug, Clone, Default)]
pub(super) struct LastSeen {
    /// The phones that the run saw last, by user id, as far as they are known.
    pub phones: BTreeMap<String, Phones>,
    /// Whether the run judged lists and found no fault at all, so that no list hides a phone.
    pub lists_are_right: bool,
}

/// Puts users back through all administrators of the target.
pub(super) struct Restorer<'a> {
    target: &'a Target,
    client: &'a Client,
    endpoints: Vec<Arc<Endpoint>>,
    /// Whether the run that changed the users ended long ago, so that some users may have been deleted since.
    long_ago: bool,
}

impl<'a> Restorer<'a> {
    /// Tries `best` first, if given, then every other administrator of the target.
    pub fn new(target: &'a Target, client: &'a Arc<Client>, best: Option<Arc<Endpoint>>) -> Self {
        let cast = Cast::new(target);
        let administrators = cast.administrators();
        let known = best.as_ref().map(|endpoint| endpoint.administrator);
        let long_ago = best.is_none();
        let made = best.as_ref().map_or_else(|| Arc::new(Made::new(target)), |endpoint| Arc::clone(&endpoint.made));
        let others = administrators.iter().filter(|index| Some(**index) != known).map(|index| endpoint(target, client, *index, &made));
        Self { target, client, endpoints: best.into_iter().chain(others).collect(), long_ago }
    }

    /// Restores users' original phones and reports those for whom it failed.
    pub async fn put_back(&self, originals: &[Original], seen: &BTreeMap<String, Phones>) -> PutBack {
        // Even if the endpoint stopped answering during the scenarios, the run tries once to put each user back.
        self.client.resume();
        // Until then, a read may show the state before the last change.
        sleep(self.target.consistency_timeout).await;
        self.amend_seen(originals, seen).await;
        let mut results = self.rounds(originals.iter().collect()).await;
        let again: Vec<_> = if self.client.health().lost_writes > 0 {
            originals.iter().collect()
        } else {
            results
                .iter()
                .filter(|(_, result)| matches!(result, Restoration::Incomplete { transport: true, .. }))
                .map(|(user, _)| *user)
                .collect()
        };
        if !again.is_empty() {
            sleep(SECOND_LOOK).await;
            let users: BTreeSet<_> = again.iter().map(|original| original.user.as_str()).collect();
            results.retain(|(original, _)| !users.contains(original.user.as_str()));
            results.extend(self.rounds(again).await);
        }
        let gone = self.long_ago && results.iter().any(|(_, result)| *result == Restoration::Unknown) && self.knows_anybody().await;
        sum_up(results, gone)
    }

    /// Whether the endpoint knows any user. If it knows none, its address may be wrong.
    async fn knows_anybody(&self) -> bool {
        let Some(endpoint) = self.endpoints.first() else { return false };
        for version in &self.target.versions {
            let mut conversation = Conversation::new(Arc::clone(endpoint), *version);
            for user in &self.target.users {
                if conversation.ask(Operation::List, &user.id, None, None).await.is_ok_and(Exchange::succeeded) {
                    return true;
                }
            }
        }
        false
    }

    /// Sends the requests that restore the users whose phones the run last saw otherwise.
    async fn amend_seen(&self, originals: &[Original], seen: &BTreeMap<String, Phones>) {
        for originals in in_order(originals.iter()) {
            let amends = originals.iter().filter_map(|original| {
                let endpoint = self.able(original).into_iter().next()?;
                Some(original.amend_seen(endpoint, self.target.versions[0], seen.get(&original.user)?))
            });
            join_all(amends).await;
        }
    }

    /// Restores all users. As long as a restoration may have changed another user, looks again at those who were as
    /// before.
    async fn rounds<'o>(&self, originals: Vec<&'o Original>) -> Vec<(&'o Original, Restoration)> {
        let mut results = Vec::new();
        let mut todo = originals;
        for round in 1..=ROUNDS {
            let attempts = if round < ROUNDS { &ATTEMPTS[..] } else { &[] };
            let accepted = self.client.health().accepted_writes;
            let mut done = Vec::new();
            for originals in in_order(todo.into_iter()) {
                let restored = join_all(originals.iter().map(|original| self.restore(original, attempts))).await;
                done.extend(originals.into_iter().zip(restored));
            }
            if self.client.health().accepted_writes == accepted || results.len() + done.len() < 2 {
                results.extend(done);
                return results;
            }
            let (as_before, others): (Vec<_>, Vec<_>) = done.into_iter().partition(|(_, result)| *result == Restoration::Done);
            results.extend(others);
            todo = as_before.into_iter().map(|(original, _)| original).collect();
        }
        results
    }

    /// The administrators that can restore a user.
    fn able(&self, original: &Original) -> Vec<&Arc<Endpoint>> {
        let blind = |endpoint: &Endpoint| endpoint.masking && original.phones.as_ref().is_some_and(|phones| !phones.is_empty());
        let able: Vec<_> = self.endpoints.iter().filter(|endpoint| !blind(endpoint)).collect();
        if able.is_empty() { self.endpoints.iter().collect() } else { able }
    }

    /// Restores a user, with at most these attempts, through the first administrator and version that works.
    async fn restore(&self, original: &Original, attempts: &[Correction]) -> Restoration {
        let mut result: Option<Restoration> = None;
        for endpoint in self.able(original) {
            for version in &self.target.versions {
                let restoration = original.restore(endpoint, *version, attempts).await;
                if restoration == Restoration::Done {
                    return restoration;
                }
                // Keep the result of the version that restored more.
                if result.as_ref().is_none_or(|result| result.progress() < restoration.progress()) {
                    result = Some(restoration);
                }
            }
            // If the endpoint does not answer, another token does not help.
            if matches!(result, Some(Restoration::Incomplete { transport: true, .. })) {
                break;
            }
        }
        result.unwrap_or_else(|| Restoration::Incomplete {
            message: format!(
                "the phones of user {} may not be as the run found them: no identity of the target can read them",
                original.user
            ),
            commands: Vec::new(),
            transport: false,
        })
    }
}

/// The users in two groups. Those who had SMS sign-in come first, so that no other user registers their number before.
fn in_order<'o>(originals: impl Iterator<Item = &'o Original>) -> [Vec<&'o Original>; 2] {
    let (first, then) = originals.partition(|original| original.signed_in());
    [first, then]
}

/// The result for all users. If `gone`, a user that the endpoint does not know counts as deleted.
fn sum_up(results: Vec<(&Original, Restoration)>, gone: bool) -> PutBack {
    let mut sum = PutBack::default();
    for (original, result) in results {
        let user = &original.user;
        let note = match result {
            Restoration::Done => continue,
            Restoration::Unknown if gone => {
                let message = format!("user {user}, whose phones an earlier run had changed, is no longer known to the endpoint");
                sum.remarks.push(Note::plain(message));
                continue;
            }
            Restoration::Unknown => Note::with_hint(
                format!(
                    "user {user} can't be given the phones that the run found: the endpoint answers 404, as if there were no such user"
                ),
                "check the address of the endpoint; if the user is gone for good, delete the journal",
            ),
            Restoration::Incomplete { message, transport: true, .. } => {
                Note::with_hint(message, "once the endpoint answers, `restore` with this target puts them back")
            }
            Restoration::Incomplete { message, commands, .. } => {
                let hint = (!commands.is_empty())
                    .then(|| format!("these commands put them back if the endpoint accepts them: {}", commands.join(" && ")));
                Note { hint, ..Note::plain(message) }
            }
        };
        sum.missing.push(Missing { original: original.clone(), note });
    }
    sum
}

/// The endpoint with `administrator` as identity. Nothing is known about its lists yet.
pub(super) fn endpoint(target: &Target, client: &Arc<Client>, administrator: usize, made: &Arc<Made>) -> Arc<Endpoint> {
    Arc::new(Endpoint {
        client: Arc::clone(client),
        administrator,
        masking: target.identities.get(administrator).is_some_and(sees_masks),
        consistency_timeout: target.consistency_timeout,
        wrong_lists: BTreeSet::new(),
        lists_are_right: false,
        left_alone: LeftAlone::default(),
        made: Arc::clone(made),
        isolation: Arc::default(),
        left_out: Operation::ALL.iter().filter_map(|operation| Some((*operation, target.leaves_out(*operation)?))).collect(),
    })
}
