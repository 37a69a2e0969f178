//! Examines an endpoint before any scenario runs, to find out whether it can be judged and what works.

mod elsewhere;
mod lists;
mod originals;
mod probe;
mod problem;
mod quick;
mod scope;
mod twins;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::try_join_all;

use crate::api::{ApiVersion, Operation};
use crate::check::Phones;
use crate::graph::{Account, Body, Call, Client, Credential, Exchange, Phase, TransportError};
use crate::plan::Cast;
use crate::report::Note;
use crate::target::{Identity, IdentityKind, Target, User};
use crate::tenant::{
    Control, Conversation, Endpoint, Facts, Found, Journal, KnownPhones, LeftAlone, Made, Numbers, Original, Share, VersionFacts,
};

pub use scope::Scope;

use super::restoration::{LastSeen, Missing, PutBack, Restorer, endpoint};

use probe::{Probed, probe, read_only};
use problem::{configuration_problem, irretrievable, named_twice, secret_in_phones, unknown_user, unreachable};
use quick::{Trial, quick};

/// An endpoint that can't be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unjudgeable {
    /// One sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Whether the cause is the network or this machine, not the endpoint's answers.
    pub transport: bool,
}

/// What the preflight found out about an endpoint.
#[derive(Debug)]
pub struct Examined {
    /// The endpoint, with the identity that can act as administrator.
    pub endpoint: Arc<Endpoint>,
    /// What the scenarios can rely on.
    pub facts: Arc<Facts>,
    /// Numbers that no user has.
    pub numbers: Arc<Numbers>,
    /// The users to lend to cases, as indices, each with its phones if they are known.
    pub users: Vec<(usize, Option<KnownPhones>)>,
    /// Notes for the reader of the report.
    pub notes: Vec<Note>,
}

/// The examination of an endpoint.
pub struct Preflight<'a> {
    target: &'a Target,
    cast: &'a Cast<'a>,
    client: &'a Arc<Client>,
    seed: u64,
    /// The run's share of the target's numbers.
    share: Share,
    /// What the run depends on.
    scope: Scope,
    /// The phones that every used user had before the run. The first identity that can read a user sets the entry,
    /// because later reads show the run's own changes.
    originals: RefCell<Vec<Original>>,
    /// The best endpoint known so far to put users back through.
    endpoint: RefCell<Option<Arc<Endpoint>>>,
    /// Phones that any identity created under ids chosen by the endpoint.
    made: Arc<Made>,
    /// The file that records the users' original phones.
    journal: Option<&'a Journal>,
    /// Users that an earlier run changed and that could not be put back yet. Their present phones are not their
    /// original phones.
    owed: RefCell<Vec<Missing>>,
    /// Users for whom the endpoint answered every read with 404.
    nothing: RefCell<BTreeSet<String>>,
    /// Notes about phones that the preflight may have left behind.
    left: RefCell<Vec<Note>>,
}

/// An identity that may act as administrator, with the users' phones and the facts of each version as it sees them.
struct Candidate {
    endpoint: Arc<Endpoint>,
    numbers: Numbers,
    probed: BTreeMap<ApiVersion, Probed>,
    exchanges: Vec<Exchange>,
    /// Whether it can't read any user's phones.
    blind: bool,
    /// The phones of the users that the quick trial used, if the quick trial succeeded.
    known: Option<BTreeMap<String, KnownPhones>>,
}

impl Candidate {
    /// Ranks an identity; the lowest rank is best. First counts whether it is blind, then how many operations are
    /// refused.
    fn shortcomings(&self) -> (bool, usize) {
        let controls = self.probed.values().flat_map(|probed| probed.facts.controls.values());
        (self.blind, controls.filter(|control| matches!(control, Control::Refused(_))).count())
    }
}

impl<'a> Preflight<'a> {
    /// Prepares the examination of this target.
    pub fn new(
        target: &'a Target,
        cast: &'a Cast<'a>,
        client: &'a Arc<Client>,
        seed: u64,
        share: Share,
        scope: Scope,
        journal: Option<&'a Journal>,
    ) -> Self {
        Self {
            target,
            cast,
            client,
            seed,
            share,
            scope,
            originals: RefCell::new(Vec::new()),
            endpoint: RefCell::new(None),
            made: Arc::new(Made::new(target)),
            journal,
            owed: RefCell::new(Vec::new()),
            nothing: RefCell::new(BTreeSet::new()),
            left: RefCell::new(Vec::new()),
        }
    }

    /// Puts back the users that an earlier run left in the journal. Tries those who can't be put back again at the end
    /// of the run.
    ///
    /// # Errors
    /// Fails if the journal can't be written.
    pub async fn put_back_first(&self) -> Result<(), Unjudgeable> {
        let Some(left) = self.journal.and_then(Journal::left) else { return Ok(()) };
        let put_back = Restorer::new(self.target, self.client, None).put_back(&left.users, &BTreeMap::new()).await;
        let owed: Vec<_> = put_back.missing.iter().map(|missing| missing.original.clone()).collect();
        self.owed.replace(put_back.missing);
        self.left.borrow_mut().extend(put_back.remarks);
        self.write_down(&owed, left.reported)
    }

    /// Puts back every user that the preflight, a scenario or an earlier run may have changed.
    pub async fn put_back(&self, seen: &LastSeen) -> PutBack {
        let Some(endpoint) = self.endpoint.borrow().clone() else {
            return PutBack { missing: self.owed.take(), remarks: self.left.take(), unwritten: None };
        };
        let endpoint = Arc::new(Endpoint { lists_are_right: seen.lists_are_right, ..Arc::unwrap_or_clone(endpoint) });
        let originals = self.originals.borrow().clone();
        let mut put_back = Restorer::new(self.target, self.client, Some(endpoint)).put_back(&originals, &seen.phones).await;
        put_back.remarks.extend(self.left.take());
        let missing: Vec<_> = put_back.missing.iter().map(|missing| missing.original.clone()).collect();
        if let Err(error) = self.write_down(&missing, true) {
            put_back.unwritten = Some(Note { hint: error.hint, ..Note::plain(error.message) });
        }
        put_back
    }

    fn write_down(&self, originals: &[Original], reported: bool) -> Result<(), Unjudgeable> {
        let Some(journal) = self.journal else { return Ok(()) };
        journal.write(originals, reported).map_err(|error| Unjudgeable {
            message: error.to_string(),
            hint: Some(error.hint().to_owned()),
            transport: true,
        })
    }

    /// Keeps the original phones of users whose phones are not known yet, and writes them to the journal before the run
    /// changes anything.
    fn keep(&self, mut read: Vec<Original>) -> Result<(), Unjudgeable> {
        if let Some(original) = read.iter().find(|original| original.contains_secret(self.client.redactor())) {
            return Err(secret_in_phones(&original.user));
        }
        for owed in self.owed.borrow().iter().map(|missing| &missing.original) {
            match read.iter_mut().find(|read| read.user == owed.user) {
                Some(read) => read.clone_from(owed),
                None => read.push(owed.clone()),
            }
        }
        let mut kept = self.originals.borrow_mut();
        if kept.is_empty() {
            *kept = read;
        } else {
            for read in read {
                match kept.iter_mut().find(|known| known.user == read.user) {
                    Some(known) if known.phones.is_none() || read.is_understood() && !known.is_understood() => *known = read,
                    Some(_) => {}
                    None => kept.push(read),
                }
            }
        }
        self.write_down(&kept, false)
    }

    /// Examines every version through the identity that may do most.
    ///
    /// # Errors
    /// Fails with the reason if the endpoint can't be judged.
    pub async fn examine(&self) -> Result<Examined, Unjudgeable> {
        let mut best: Option<Candidate> = None;
        let mut blind = None;
        let mut tried_out = 0;
        for administrator in self.cast.administrators().iter().copied() {
            let endpoint = self.endpoint_of(administrator);
            let tried = &self.user().id;
            let reading = match originals::read(self.target, &self.users(), &endpoint, tried, &self.numbers(&[])).await {
                Ok(reading) => reading,
                Err(error) => {
                    // If a mock proxy answers for the service, the run never connects to the base URL itself.
                    let looks = error.phase == Phase::Refused && self.target.mock_proxy.is_none();
                    let other = if looks { elsewhere::listener(&self.target.base_url).await } else { None };
                    let unjudgeable = unreachable(&error);
                    return Err(match other {
                        Some(other) => {
                            Unjudgeable { hint: Some(format!("something listens at {other}: use that as base URL")), ..unjudgeable }
                        }
                        None => unjudgeable,
                    });
                }
            };
            self.nothing.replace(reading.nothing);
            self.left.borrow_mut().extend(reading.left);
            if let Some(problem) = irretrievable(&reading.originals) {
                blind = Some(problem);
                continue;
            }
            self.keep(reading.originals)?;
            self.endpoint.borrow_mut().get_or_insert_with(|| Arc::clone(&endpoint));
            tried_out += 1;
            let mut candidate = self.try_out(endpoint).await.map_err(|error| unreachable(&error))?;
            candidate.exchanges.extend(reading.exchanges);
            let all_well = candidate.shortcomings() == (false, 0);
            if best.as_ref().is_none_or(|known| candidate.shortcomings() < known.shortcomings()) {
                best = Some(candidate);
            }
            if all_well {
                break;
            }
        }
        let Some(best) = best else {
            return blind.map_or_else(|| Ok(self.without_administrator()), Err);
        };
        if let Some(unjudgeable) = configuration_problem(&best.exchanges) {
            return Err(unjudgeable);
        }
        if let Some((one, other)) = self.twins(&best).await.map_err(|error| unreachable(&error))? {
            return Err(named_twice(one, other));
        }
        let wrong_lists = self.wrong_lists(&best).await.map_err(|error| unreachable(&error))?;
        if let Some(user) = self.unknown_user(&best.endpoint).await? {
            return Err(unknown_user(user));
        }
        let mut users = self.known(best.known.as_ref().filter(|_| tried_out == 1));
        if best.probed.values().any(|probed| !probed.facts.deletes()) {
            users = self.all_users(&best).await?;
        }
        self.greet(best.endpoint.administrator).await.map_err(|error| unreachable(&error))?;
        let endpoint = Endpoint { wrong_lists, left_alone: self.left_alone(), ..Arc::unwrap_or_clone(best.endpoint) };
        let endpoint = Arc::new(endpoint);
        self.endpoint.replace(Some(Arc::clone(&endpoint)));
        let facts = facts(best.probed);
        let mut notes = notes(&facts);
        notes.extend(originals::left_alone(&self.originals.borrow()));
        Ok(Examined { endpoint, facts: Arc::new(facts), numbers: Arc::new(best.numbers), users, notes })
    }

    /// The user of the trials. If possible, the run may write its phones and policy allows it SMS sign-in.
    fn user(&self) -> &User {
        let alone = self.left_alone();
        self.candidates().into_iter().min_by_key(|user| alone.has(&user.id)).unwrap_or(&self.target.users[0])
    }

    /// The users of the run, or all users of the target if the scope has none.
    fn users(&self) -> Vec<&User> {
        let all = || self.target.users.iter().collect();
        if self.scope.users.is_empty() { all() } else { self.scope.users.iter().map(|index| &self.target.users[*index]).collect() }
    }

    /// The users that trials may use, the best first.
    fn candidates(&self) -> Vec<&User> {
        let is_administrator = |user: &User| {
            self.target.users.iter().position(|known| known.id == user.id).is_some_and(|index| self.cast.is_administrator(index))
        };
        let mut users: Vec<_> = self.users().into_iter().filter(|user| !is_administrator(user)).collect();
        users.sort_by_key(|user| user.sms_sign_in != Some(true));
        users
    }

    /// The users that the run must not write to.
    fn left_alone(&self) -> LeftAlone {
        LeftAlone::new(self.target, &self.originals.borrow())
    }

    /// The run's users, each with its phones if they are known.
    fn known(&self, tried: Option<&BTreeMap<String, KnownPhones>>) -> Vec<(usize, Option<KnownPhones>)> {
        let version = self.target.versions[0];
        let originals = self.originals.borrow();
        let known = |user: &User| {
            let tried = tried?;
            let original = originals.iter().find(|original| original.user == user.id).and_then(|original| original.phones.clone());
            let original =
                original.filter(Phones::are_understood).map(|phones| KnownPhones { version, phones, given: Vec::new(), switched: false });
            tried.get(&user.id).cloned().or(original)
        };
        self.scope.users.iter().map(|index| (*index, known(&self.target.users[*index]))).collect()
    }

    /// Reads every user of the target, including users outside the scope. If phones can't be deleted, each scenario
    /// needs a user that no other scenario has used.
    async fn all_users(&self, best: &Candidate) -> Result<Vec<(usize, Option<KnownPhones>)>, Unjudgeable> {
        let read = |user: &&User| self.originals.borrow().iter().any(|original| original.user == user.id);
        let others: Vec<&User> = self.target.users.iter().filter(|user| !read(user)).collect();
        let reading = originals::read(self.target, &others, &best.endpoint, &self.user().id, &best.numbers)
            .await
            .map_err(|error| unreachable(&error))?;
        let readable = irretrievable(&reading.originals).is_none();
        if readable {
            self.keep(reading.originals)?;
        }
        Ok((0..self.target.users.len()).filter(|user| readable || self.scope.users.contains(user)).map(|user| (user, None)).collect())
    }

    /// Tries every version with as few requests as possible. Returns `None` if anything deviates. Each version has its
    /// own user if there are enough users.
    async fn try_quickly(&self, endpoint: &Arc<Endpoint>, numbers: &Numbers) -> Result<Option<Quickly>, TransportError> {
        let phones_of = |user: &User| {
            let originals = self.originals.borrow();
            originals.iter().find(|original| original.user == user.id).and_then(|original| original.phones.clone())
        };
        let understood = |user: &User| phones_of(user).filter(Phones::are_understood);
        let users: Vec<_> = self.candidates().into_iter().filter_map(|user| Some((user, understood(user)?))).collect();
        if users.is_empty() || !self.target.consistency_timeout.is_zero() {
            return Ok(None);
        }
        let versions = self.target.versions.iter().enumerate();
        let mut results = Vec::new();
        if users.len() >= self.target.versions.len() {
            // The trials run one after the other. If they ran at once, an endpoint that changes other users than the
            // one it was asked to change could look right.
            for ((place, _), (user, phones)) in versions.zip(&users) {
                let (talk, trial) = self.trial(endpoint, place, user, phones.clone());
                let result = quick(talk, trial, &self.scope, numbers).await?;
                if result.is_none() {
                    return Ok(None);
                }
                results.push(result);
            }
        } else {
            let (user, mut before) = users[0].clone();
            for (place, _) in versions {
                let (talk, trial) = self.trial(endpoint, place, user, before.clone());
                let result = quick(talk, trial, &self.scope, numbers).await?;
                before = result.as_ref().map(|(_, known)| known.phones.clone()).unwrap_or_default();
                results.push(result);
            }
        }
        let Some(all) = results.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
        let mut quickly = Quickly::default();
        for ((version, (user, _)), (probed, known)) in self.target.versions.iter().zip(users.iter().cycle()).zip(all) {
            quickly.probed.insert(*version, probed);
            quickly.known.insert(user.id.clone(), known);
        }
        Ok(Some(quickly))
    }

    /// The trial of the version with index `place`, on a user who has the phones `before`.
    fn trial<'u>(&'u self, endpoint: &Arc<Endpoint>, place: usize, user: &'u User, before: Phones) -> (Conversation, Trial<'u>) {
        let talk = |version: &ApiVersion| Conversation::new(Arc::clone(endpoint), *version);
        let versions = &self.target.versions;
        let whole = self.scope.is_whole();
        let other = self.users().into_iter().find(|other| other.id != user.id);
        let trial = Trial {
            user: &user.id,
            before,
            allowed: user.sms_sign_in == Some(true) && self.target.leaves_out(Operation::EnableSmsSignIn).is_none(),
            other: other.filter(|_| whole).map(|other| other.id.as_str()),
            readers: versions.iter().filter(|version| whole && **version != versions[place]).map(talk).collect(),
            place,
        };
        (talk(&versions[place]), trial)
    }

    async fn try_out(&self, endpoint: Arc<Endpoint>) -> Result<Candidate, TransportError> {
        let numbers = self.numbers(&self.originals.borrow());
        let user = self.user();
        let left_alone = self.left_alone();
        let blind = left_alone.has(&user.id);
        let endpoint = Arc::new(Endpoint { left_alone, ..Arc::unwrap_or_clone(endpoint) });
        let mut exchanges = Vec::new();
        if !blind && let Some(Quickly { probed, known }) = self.try_quickly(&endpoint, &numbers).await? {
            return Ok(Candidate { endpoint, numbers, probed, exchanges, blind, known: Some(known) });
        }
        let mut probed = BTreeMap::new();
        for version in &self.target.versions {
            let mut conversation = Conversation::new(Arc::clone(&endpoint), *version);
            let allowed = user.sms_sign_in == Some(true) && self.target.leaves_out(Operation::EnableSmsSignIn).is_none();
            let found = if blind {
                read_only(&mut conversation, &user.id).await?
            } else {
                probe(&mut conversation, &user.id, allowed, &numbers).await?
            };
            probed.insert(*version, found);
            exchanges.append(&mut conversation.exchanges);
        }
        Ok(Candidate { endpoint, numbers, probed, exchanges, blind, known: None })
    }

    /// Versions whose list is unreliable. Tests this only if the test can delete the phones that it creates.
    async fn wrong_lists(&self, best: &Candidate) -> Result<BTreeSet<ApiVersion>, TransportError> {
        if best.known.is_some() || best.probed.values().any(|probed| probed.created != Some(true) || probed.deleted != Some(true)) {
            return Ok(BTreeSet::new());
        }
        let user = self.user();
        let other = self.target.users.iter().find(|other| other.id != user.id).map(|other| other.id.as_str());
        let mut talks: Vec<_> =
            self.target.versions.iter().map(|version| Conversation::new(Arc::clone(&best.endpoint), *version)).collect();
        lists::wrong(&mut talks, &user.id, other, &best.numbers).await
    }

    /// Two users of the target that are the same account. Tests this only if created phones show and deletions don't
    /// fail.
    async fn twins(&self, best: &Candidate) -> Result<Option<(&'a str, &'a str)>, TransportError> {
        if best.probed.values().any(|probed| probed.created != Some(true) || probed.deleted == Some(false)) {
            return Ok(None);
        }
        let originals = self.originals.borrow().clone();
        let mut talk = Conversation::new(Arc::clone(&best.endpoint), self.target.versions[0]);
        twins::find(&mut talk, &self.target.users, &originals, &best.numbers).await
    }

    /// Sends one read as every caller of the run, except as the administrator, who has already read. If a token works
    /// now and fails later, it has expired.
    async fn greet(&self, administrator: usize) -> Result<(), TransportError> {
        let read = |(index, identity): (usize, &Identity)| {
            let account = if identity.kind == IdentityKind::Application { Account::User(self.user().id.clone()) } else { Account::Me };
            let (operation, version, credential) = (Operation::List, self.target.versions[0], Credential::Identity(index));
            Call { operation, version, account, phone: None, credential, body: None }
        };
        let called = |(index, _): &(usize, &Identity)| *index != administrator && self.scope.identities.contains(index);
        let calls: Vec<_> = self.target.identities.iter().enumerate().filter(called).map(read).collect();
        try_join_all(calls.iter().map(|call| self.client.send(call))).await.map(drop)
    }

    /// A user whom the endpoint does not know although it knows the trial's user: it answers both a list and a create
    /// with 404.
    async fn unknown_user(&self, endpoint: &Arc<Endpoint>) -> Result<Option<&str>, Unjudgeable> {
        let mut suspects = self.nothing.borrow().clone();
        // Only the embedded server has no journal, and it knows its users.
        if self.journal.is_some() {
            suspects.extend(self.unknown_among_unused(endpoint).await?);
        }
        self.unknown_among(&suspects, endpoint).await.map_err(|error| unreachable(&error))
    }

    /// The users outside the scope for whom the endpoint answers every read with 404. Keeps their phones, none, like
    /// those of the other users.
    async fn unknown_among_unused(&self, endpoint: &Arc<Endpoint>) -> Result<Vec<String>, Unjudgeable> {
        let read: BTreeSet<String> = self.originals.borrow().iter().map(|original| original.user.clone()).collect();
        let versions = &self.target.versions;
        let is_unknown = async |user: &User| {
            let mut conversation = Conversation::new(Arc::clone(endpoint), versions[0]);
            let unlisted = conversation.ask(Operation::List, &user.id, None, None).await?.status == 404;
            Ok(unlisted && Original::read(endpoint, versions, &user.id).await? == Found::Nothing)
        };
        let unused: Vec<&User> = self.target.users.iter().filter(|user| !read.contains(&user.id)).collect();
        let unknown = try_join_all(unused.iter().map(|user| is_unknown(user))).await.map_err(|error| unreachable(&error))?;
        let unknown: Vec<String> = unused.iter().zip(unknown).filter(|(_, unknown)| *unknown).map(|(user, _)| user.id.clone()).collect();
        let without_phones = |user: &String| Original { user: user.clone(), phones: Some(Phones::new(Vec::new(), endpoint.masking)) };
        self.keep(unknown.iter().map(without_phones).collect())?;
        Ok(unknown)
    }

    async fn unknown_among(&self, suspects: &BTreeSet<String>, endpoint: &Arc<Endpoint>) -> Result<Option<&str>, TransportError> {
        let mut conversation = Conversation::new(Arc::clone(endpoint), self.target.versions[0]);
        let known = &self.user().id;
        let suspected = |user: &&User| suspects.contains(&user.id) && user.id != *known && !endpoint.left_alone.has(&user.id);
        if !self.target.users.iter().any(|user| suspected(&user)) {
            return Ok(None);
        }
        if !conversation.ask(Operation::List, known, None, None).await?.succeeded() {
            return Ok(None);
        }
        for user in self.target.users.iter().filter(suspected) {
            if conversation.ask(Operation::List, &user.id, None, None).await?.status == 404 {
                let body = Body::json("{}");
                if conversation.ask(Operation::Create, &user.id, None, Some(body)).await?.status == 404 {
                    return Ok(Some(&user.id));
                }
            }
        }
        Ok(None)
    }

    /// The result for a run without an administrator. Its scenarios change no users, so nothing is examined.
    fn without_administrator(&self) -> Examined {
        let facts = Facts { versions: self.target.versions.iter().map(|version| (*version, VersionFacts::default())).collect() };
        let numbers = Arc::new(self.numbers(&[]));
        Examined { endpoint: self.endpoint_of(0), facts: Arc::new(facts), numbers, users: self.known(None), notes: Vec::new() }
    }

    fn endpoint_of(&self, administrator: usize) -> Arc<Endpoint> {
        endpoint(self.target, self.client, administrator, &self.made)
    }

    fn numbers(&self, originals: &[Original]) -> Numbers {
        let taken = originals.iter().filter_map(|original| original.phones.as_ref()).flat_map(Phones::wanted).map(|phone| phone.number);
        Numbers::new(&self.target.phone_numbers, self.share, self.seed, taken)
    }
}

/// What the quick trials showed about every version, and the phones of their users after them.
#[derive(Debug, Default)]
struct Quickly {
    probed: BTreeMap<ApiVersion, Probed>,
    known: BTreeMap<String, KnownPhones>,
}

/// Merges the facts of all versions. An endpoint that stores data in one version is not stateless in another.
fn facts(probed: BTreeMap<ApiVersion, Probed>) -> Facts {
    let stores = probed.values().any(|probed| probed.created == Some(true));
    let versions = probed.into_iter().map(|(version, probed)| {
        let accepted_without_effect = probed.created == Some(false) || probed.deleted == Some(false);
        // A stateless mock of examples answers reads and deletions of absent phones with success. A server that stores
        // nothing by mistake refuses them.
        let stateless =
            !stores && accepted_without_effect && probed.deleted != Some(true) && (probed.reads_examples || probed.deleted == Some(false));
        let mut facts = probed.facts;
        if stateless {
            facts.stateless = true;
            facts.setup = Some(
                "phones can't be set up: the endpoint answers changes but never shows them, like a mock with fixed examples".to_owned(),
            );
        }
        (version, facts)
    });
    Facts { versions: versions.collect() }
}

fn notes(facts: &Facts) -> Vec<Note> {
    let stateless: Vec<_> = facts.versions.iter().filter(|(_, facts)| facts.stateless).map(|(version, _)| version.name()).collect();
    if stateless.is_empty() {
        return Vec::new();
    }
    vec![Note::with_hint(
        format!(
            "the endpoint keeps no state ({}): the run judges only single answers; everything else is blocked",
            stateless.join(" and ")
        ),
        "to check the business rules, the mock must store changes",
    )]
}
