//! Looking at an endpoint before any scenario does: can it be judged at all, and what can be relied on while judging?

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::api::{ApiVersion, Operation};
use crate::check::{Phones, Wanted};
use crate::graph::{Body, Client, Exchange, PhoneType, TransportError};
use crate::plan::Cast;
use crate::report::Note;
use crate::steps::{Control, Facts, VersionFacts};
use crate::target::Target;
use crate::tenant::{Conversation, Endpoint, Numbers, Observed, Original, Setback, observe, read_phones};

/// The place among scenarios that the preflight's own numbers hang on, far behind any scenario's.
const PLACE: usize = 100_000;

/// An endpoint about which nothing can be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unjudgeable {
    /// One sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Whether it was the network rather than the endpoint's answers.
    pub transport: bool,
}

/// What is known of an endpoint once it has been looked at.
#[derive(Debug)]
pub struct Examined {
    /// The endpoint, with the identity that turned out to be able to look after users.
    pub endpoint: Arc<Endpoint>,
    /// What can be relied on.
    pub facts: Arc<Facts>,
    /// Every user's phones before the run.
    pub originals: Vec<Original>,
    /// Numbers that nobody has.
    pub numbers: Arc<Numbers>,
    /// What the reader of the report should know.
    pub notes: Vec<Note>,
}

/// The look at an endpoint.
pub struct Preflight<'a> {
    target: &'a Target,
    cast: &'a Cast<'a>,
    client: &'a Arc<Client>,
    seed: u64,
}

/// What a version showed to one identity.
struct Look {
    facts: VersionFacts,
    exchanges: Vec<Exchange>,
}

/// An identity that could look after users, what users had, and what each version showed to it.
type Candidate = (Arc<Endpoint>, Vec<Original>, BTreeMap<ApiVersion, Look>);

impl Look {
    /// How many operations were refused.
    fn refusals(&self) -> usize {
        self.facts.controls.values().filter(|control| matches!(control, Control::Refused(_))).count()
    }
}

impl<'a> Preflight<'a> {
    /// A look at this target.
    pub const fn new(target: &'a Target, cast: &'a Cast<'a>, client: &'a Arc<Client>, seed: u64) -> Self {
        Self { target, cast, client, seed }
    }

    /// Looks at every version, through the identity that can do most.
    ///
    /// # Errors
    /// Where nothing can be said about the endpoint, and why.
    pub async fn examine(&self) -> Result<Examined, Unjudgeable> {
        let mut best: Option<Candidate> = None;
        for administrator in self.cast.administrators() {
            let endpoint = self.endpoint(administrator);
            let originals = self.originals(&endpoint).await.map_err(|error| unreachable(&error))?;
            let numbers = self.numbers(&originals);
            let mut looks = BTreeMap::new();
            for version in &self.target.versions {
                let look = self.look(&endpoint, *version, &numbers).await.map_err(|error| unreachable(&error))?;
                looks.insert(*version, look);
            }
            let refusals = |looks: &BTreeMap<ApiVersion, Look>| looks.values().map(Look::refusals).sum::<usize>();
            let fewer = best.as_ref().is_none_or(|(_, _, known)| refusals(&looks) < refusals(known));
            let all_well = refusals(&looks) == 0;
            if fewer {
                best = Some((endpoint, originals, looks));
            }
            if all_well {
                break;
            }
        }
        let Some((endpoint, originals, looks)) = best else {
            return Ok(self.without_administrator());
        };
        let exchanges: Vec<&Exchange> = looks.values().flat_map(|look| &look.exchanges).collect();
        if let Some(unjudgeable) = configuration_problem(&exchanges) {
            return Err(unjudgeable);
        }
        let numbers = Arc::new(self.numbers(&originals));
        let facts: Facts = Facts { versions: looks.into_iter().map(|(version, look)| (version, look.facts)).collect() };
        let notes = notes(&facts);
        Ok(Examined { endpoint, facts: Arc::new(facts), originals, numbers, notes })
    }

    /// Some scenarios need no administrator, and so no users: they are judged without a look.
    fn without_administrator(&self) -> Examined {
        let facts = Facts { versions: self.target.versions.iter().map(|version| (*version, VersionFacts::default())).collect() };
        let numbers = Arc::new(self.numbers(&[]));
        Examined { endpoint: self.endpoint(0), facts: Arc::new(facts), originals: Vec::new(), numbers, notes: Vec::new() }
    }

    fn endpoint(&self, administrator: usize) -> Arc<Endpoint> {
        Arc::new(Endpoint {
            client: Arc::clone(self.client),
            administrator,
            masking: self.target.identities.get(administrator).is_some() && self.cast.sees_masks(administrator),
            consistency_timeout: self.target.consistency_timeout,
        })
    }

    async fn originals(&self, endpoint: &Arc<Endpoint>) -> Result<Vec<Original>, TransportError> {
        let version = self.target.versions[0];
        let reads = self.target.users.iter().map(|user| Original::read(endpoint, version, &user.id));
        futures::future::try_join_all(reads).await
    }

    fn numbers(&self, originals: &[Original]) -> Numbers {
        let taken = originals.iter().filter_map(|original| original.phones.as_ref()).flat_map(Phones::wanted).map(|phone| phone.number);
        Numbers::new(&self.target.phone_numbers, self.seed, taken)
    }

    /// Tries every operation once on one user, whom policy allows SMS sign-in if there is one.
    async fn look(&self, endpoint: &Arc<Endpoint>, version: ApiVersion, numbers: &Numbers) -> Result<Look, TransportError> {
        let user = self.target.users.iter().find(|user| user.sms_sign_in == Some(true)).unwrap_or(&self.target.users[0]);
        let mut conversation = Conversation::new(Arc::clone(endpoint), version);
        let mut facts = VersionFacts::default();
        let result = probe(&mut conversation, &user.id, user.sms_sign_in == Some(true), numbers, &mut facts).await;
        match result {
            Ok(()) | Err(Setback::Unreadable(_) | Setback::Unchangeable(_)) => Ok(Look { facts, exchanges: conversation.exchanges }),
            Err(Setback::Transport(error)) => Err(error),
        }
    }
}

/// One request of each operation, in an order in which each finds what it needs.
async fn probe(
    conversation: &mut Conversation,
    user: &str,
    allowed: bool,
    numbers: &Numbers,
    facts: &mut VersionFacts,
) -> Result<(), Setback> {
    let wanted = Wanted { kind: PhoneType::Mobile, number: numbers.number(PLACE, 0) };
    let id = PhoneType::Mobile.well_known_id();
    conversation.ask(Operation::List, user, None, None).await?;
    note(conversation, facts, Operation::List);
    let before = match read_phones(conversation, user).await {
        Ok(phones) => Some(phones),
        Err(Setback::Transport(error)) => return Err(error.into()),
        Err(_) => None,
    };
    for phone in before.iter().flat_map(Phones::iter).collect::<Vec<_>>().into_iter().rev() {
        let id = phone.id.clone().unwrap_or_else(|| phone.kind.well_known_id().to_owned());
        conversation.ask(Operation::Delete, user, Some(&id), None).await?;
    }
    if before.is_some() {
        // Only a user without phones shows whether a read of nothing is refused.
        let bare = matches!(seen(conversation, user, Phones::is_empty).await?, Some(true));
        let absent = conversation.ask(Operation::Get, user, Some(id), None).await?;
        facts.absent_is_refused = bare && absent.refused();
    }
    let body = serde_json::json!({ "phoneNumber": wanted.number, "phoneType": wanted.kind.name() }).to_string();
    conversation.ask(Operation::Create, user, None, Some(Body::json(body))).await?;
    note(conversation, facts, Operation::Create);
    let create = last(conversation).summary();
    let created =
        seen(conversation, user, |phones| phones.of(PhoneType::Mobile).is_some_and(|phone| phone.number == wanted.number)).await?;
    let id = match read_phones(conversation, user).await {
        Ok(phones) => phones.of(PhoneType::Mobile).and_then(|phone| phone.id.clone()),
        Err(_) => None,
    };
    let id = id.unwrap_or_else(|| PhoneType::Mobile.well_known_id().to_owned());
    conversation.ask(Operation::Get, user, Some(&id), None).await?;
    note(conversation, facts, Operation::Get);
    let change = serde_json::json!({ "phoneNumber": numbers.number(PLACE, 1) }).to_string();
    conversation.ask(Operation::Update, user, Some(&id), Some(Body::json(change))).await?;
    note(conversation, facts, Operation::Update);
    if allowed {
        conversation.ask(Operation::DisableSmsSignIn, user, Some(&id), None).await?;
        note(conversation, facts, Operation::DisableSmsSignIn);
        conversation.ask(Operation::EnableSmsSignIn, user, Some(&id), None).await?;
        note(conversation, facts, Operation::EnableSmsSignIn);
    }
    conversation.ask(Operation::Delete, user, Some(&id), None).await?;
    note(conversation, facts, Operation::Delete);
    let deleted = last(conversation).succeeded();
    let gone = seen(conversation, user, |phones| phones.of(PhoneType::Mobile).is_none()).await?;
    // A server that stores nothing, but knows so, refuses to delete what isn't there; a mock of examples accepts it.
    facts.stateless =
        created == Some(false) && deleted && (gone == Some(false) || facts.controls.get(&Operation::Get) == Some(&Control::Accepted));
    facts.setup = setup_problem(facts, &create, created);
    Ok(())
}

/// Whether the user's phones come to be as expected; `None` where they can't be read.
async fn seen(conversation: &mut Conversation, user: &str, expected: impl Fn(&Phones) -> bool) -> Result<Option<bool>, Setback> {
    match observe(conversation, user, expected).await {
        Ok(Observed::AsExpected(_)) => Ok(Some(true)),
        Ok(Observed::Otherwise(_)) => Ok(Some(false)),
        Err(Setback::Transport(error)) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

fn last(conversation: &Conversation) -> &Exchange {
    conversation.exchanges.last().expect("the preflight has sent a request before it looks back")
}

/// Keeps whether the request that was sent last was accepted.
fn note(conversation: &Conversation, facts: &mut VersionFacts, operation: Operation) {
    let exchange = last(conversation);
    let control = if exchange.succeeded() {
        Control::Accepted
    } else {
        Control::Refused(format!("a valid {operation} is refused as well: {}", exchange.summary()))
    };
    facts.controls.insert(operation, control);
}

/// Why users can't be given phones, in one sentence for all the scenarios that need them.
fn setup_problem(facts: &VersionFacts, create: &str, created: Option<bool>) -> Option<String> {
    if facts.stateless {
        return Some(
            "phones can't be set up: the endpoint accepts changes and shows none of them, as a mock that answers with examples does"
                .to_owned(),
        );
    }
    match (facts.controls.get(&Operation::Create), created) {
        (Some(Control::Refused(_)), _) => Some(format!("phones can't be set up: {create}")),
        (_, Some(false)) => Some(format!("phones can't be set up: {create}, and the phone is not among the user's phones")),
        _ => None,
    }
}

fn notes(facts: &Facts) -> Vec<Note> {
    let stateless: Vec<_> = facts.versions.iter().filter(|(_, facts)| facts.stateless).map(|(version, _)| version.name()).collect();
    if stateless.is_empty() {
        return Vec::new();
    }
    vec![Note {
        message: format!(
            "the endpoint keeps no state ({}): only what one answer shows is judged, everything else is blocked",
            stateless.join(" and ")
        ),
        hint: Some("a mock has to store what it is told before the business rules can be checked on it".to_owned()),
    }]
}

fn unreachable(error: &TransportError) -> Unjudgeable {
    Unjudgeable {
        message: format!("{} can't be judged: {error}", error.origin),
        hint: Some("is the endpoint running, and are scheme, host and port those of base_url?".to_owned()),
        transport: true,
    }
}

/// What is wrong with the configuration, where every answer is wrong in the same way.
fn configuration_problem(exchanges: &[&Exchange]) -> Option<Unjudgeable> {
    let all = |wrong: &dyn Fn(&Exchange) -> bool| !exchanges.is_empty() && exchanges.iter().all(|exchange| wrong(exchange));
    let first = exchanges.first()?;
    let problem = |message: String, hint: &str| Some(Unjudgeable { message, hint: Some(hint.to_owned()), transport: false });
    let html = |exchange: &Exchange| exchange.media_type().as_deref() == Some("text/html") || exchange.body.trim_start().starts_with('<');
    if all(&|exchange| exchange.status == 401) {
        return problem(
            "every request is answered with 401: the endpoint accepts no token of the target file".to_owned(),
            "a token may have expired, or belong to another endpoint",
        );
    }
    if all(&|exchange| exchange.status == 403) {
        return problem(
            "every request is answered with 403: no identity of the target file may look after users".to_owned(),
            "one needs UserAuthenticationMethod.ReadWrite.All, and a signed-in one an administrator role as well",
        );
    }
    if all(&|exchange| (300..400).contains(&exchange.status)) {
        let location = first.header("location").unwrap_or("nowhere");
        return problem(
            format!("every request is redirected ({} to {location}), and redirects are not followed", first.status),
            "set base_url to the address that answers itself",
        );
    }
    if all(&html) {
        return problem(
            format!("every answer is a web page ({}): this is not an API", first.status),
            "is base_url the root of the Graph endpoint, without the version segment?",
        );
    }
    if all(&|exchange| exchange.status == 404) {
        return problem(
            format!("every request is answered with 404, {} among them: the path or the users are not known there", first.url),
            "check the path prefix of base_url, version_paths for a mock that serves without /v1.0, and the ids in [[users]]",
        );
    }
    None
}
