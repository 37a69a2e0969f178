//! Tries every operation once, to find out what works.

use crate::api::Operation;
use crate::check::{Phones, Wanted};
use crate::graph::{Body, Exchange, Phone, PhoneType, TransportError};
use crate::run::places::Places;
use crate::tenant::{
    Control, Conversation, Numbers, Observed, Setback, UNREADABLE, VersionFacts, by_reads, clear, may_be_registered, observe_registration,
    phone_body, read_phones,
};

/// The place of the trial's numbers.
const PLACE: usize = Places::preflight(0);

/// How many times a read is sent if the endpoint fails to answer it. The failure may be temporary.
pub(super) const TRIES: usize = 3;

/// What the trial showed.
#[derive(Debug, Default)]
pub(super) struct Probed {
    /// What the scenarios can rely on.
    pub facts: VersionFacts,
    /// Whether a created phone was visible; `None` if none was created.
    pub created: Option<bool>,
    /// Whether a phone disappeared after an accepted deletion; `None` if no deletion was accepted.
    pub deleted: Option<bool>,
    /// Whether a single read succeeds although no read showed the created phone, as with a mock of examples.
    pub reads_examples: bool,
}

/// Examines an endpoint without writing to its users: reads `user`, and sends a write about a user who does not exist.
pub(super) async fn read_only(conversation: &mut Conversation, user: &str) -> Result<Probed, TransportError> {
    let mut probed = Probed::default();
    conversation.ask(Operation::List, user, None, None).await?;
    note(conversation, &mut probed.facts, Operation::List);
    conversation.ask(Operation::Get, user, Some(PhoneType::Mobile.well_known_id()), None).await?;
    note(conversation, &mut probed.facts, Operation::Get);
    let nobody = uuid::Uuid::new_v4().to_string();
    conversation.ask(Operation::Create, &nobody, None, Some(Body::json("{}"))).await?;
    probed.facts.setup = Some(format!("phones can't be set up: {UNREADABLE}"));
    Ok(probed)
}

/// Creates a phone and tells whether a read shows it, although the endpoint has answered every read with 404 so far.
/// Uses an office phone, because it has no SMS sign-in and because the endpoint refuses the create if the user already
/// has one. The second value is the answer to the deletion, if the endpoint refused that.
pub(super) async fn shows_what_is_made(
    conversation: &mut Conversation,
    user: &str,
    numbers: &Numbers,
) -> Result<(bool, Option<String>), TransportError> {
    let well_known = PhoneType::Office.well_known_id();
    let wanted = Wanted { kind: PhoneType::Office, number: numbers.number(PLACE, 5) };
    let made = conversation.ask(Operation::Create, user, None, Some(phone_body(&wanted))).await?;
    if !made.succeeded() {
        return Ok((false, None));
    }
    let own = made.json().and_then(|phone| phone.get("id")?.as_str()).filter(|id| !id.is_empty()).map(str::to_owned);
    let deadline = conversation.deadline();
    // Reads use the well-known id, because phones from before the run can be read only by such an id.
    let mut shown = conversation.ask(Operation::Get, user, Some(well_known), None).await?.succeeded();
    while !shown && deadline.next_look().await {
        shown = conversation.ask(Operation::Get, user, Some(well_known), None).await?.succeeded();
    }
    let taken_away = conversation.ask(Operation::Delete, user, Some(own.as_deref().unwrap_or(well_known)), None).await?;
    let left = (!taken_away.succeeded()).then(|| taken_away.summary());
    Ok((shown, left))
}

/// Sends a request of each operation, in an order in which each finds the phones that it needs.
pub(super) async fn probe(conversation: &mut Conversation, user: &str, allowed: bool, numbers: &Numbers) -> Result<Probed, TransportError> {
    let mut probed = Probed::default();
    for _ in 0..TRIES {
        if conversation.ask(Operation::List, user, None, None).await?.status < 500 {
            break;
        }
    }
    note(conversation, &mut probed.facts, Operation::List);
    let present = whatever_is_there(conversation, user).await?;
    clear(conversation, user, &present).await?;
    let bare = seen(conversation, user, Phones::is_empty).await? == Some(true);
    let survivor = if bare { None } else { survivor(conversation, user).await? };

    let wanted = Wanted { kind: PhoneType::Mobile, number: numbers.number(PLACE, 0) };
    conversation.ask(Operation::Create, user, None, Some(phone_body(&wanted))).await?;
    note(conversation, &mut probed.facts, Operation::Create);
    let create = last(conversation).summary();
    if last(conversation).succeeded() {
        // If the user had no phones, any mobile phone is the new one, even with another number.
        let is_new = |phones: &Phones| phones.of(PhoneType::Mobile).is_some_and(|phone| bare || phone.number == wanted.number);
        probed.created = seen(conversation, user, is_new).await?;
        note_effect(&mut probed.facts, Operation::Create, probed.created, &create);
        probed.facts.registers_late = is_registered_late(conversation, user).await?;
    }
    let (deadline, absent) = (conversation.deadline(), PhoneType::AlternateMobile.well_known_id());
    while !conversation.ask(Operation::Get, user, Some(absent), None).await?.refused() && bare && deadline.next_look().await {}
    probed.facts.absent_is_refused = bare && last(conversation).refused();

    let id = whatever_is_there(conversation, user).await?.id_of(PhoneType::Mobile);
    let deadline = conversation.deadline();
    let mut tries = TRIES;
    loop {
        let status = conversation.ask(Operation::Get, user, Some(&id), None).await?.status;
        tries -= usize::from(status >= 500);
        let again = status >= 500 && tries > 0;
        if (200..300).contains(&status) || !again && !deadline.next_look().await {
            break;
        }
    }
    note(conversation, &mut probed.facts, Operation::Get);
    probed.reads_examples = probed.created != Some(true) && last(conversation).succeeded();
    let change = serde_json::json!({ "phoneNumber": numbers.number(PLACE, 1) }).to_string();
    // Any change counts here. A rule checks that the phone changes as requested.
    let has_changed = |phones: &Phones| !phones.are(std::slice::from_ref(&wanted));
    change_it(conversation, &mut probed, Operation::Update, user, &id, Some(Body::json(change)), bare, has_changed).await?;
    if allowed {
        let not_ready = |phones: &Phones| !phones.ready_for_sign_in();
        change_it(conversation, &mut probed, Operation::DisableSmsSignIn, user, &id, None, bare, not_ready).await?;
        change_it(conversation, &mut probed, Operation::EnableSmsSignIn, user, &id, None, bare, Phones::ready_for_sign_in).await?;
    }
    let gone = |phones: &Phones| phones.of(PhoneType::Mobile).is_none();
    probed.deleted = change_it(conversation, &mut probed, Operation::Delete, user, &id, None, true, gone).await?;
    try_afresh(conversation, &mut probed, user, numbers).await?;
    probed.facts.setup = match (probed.facts.controls.get(&Operation::Create), probed.created) {
        (Some(Control::Refused(_)), _) => Some(format!("phones can't be set up: {create}")),
        (_, Some(false)) => Some(format!("phones can't be set up: {create}, but the phone is not among the user's phones")),
        _ => None,
    };
    if let Some(summary) = survivor {
        // The endpoint accepted an earlier deletion without effect, so it does not matter if it refused a later one.
        probed.facts.controls.insert(Operation::Delete, Control::Accepted);
        note_effect(&mut probed.facts, Operation::Delete, Some(false), &summary);
        probed.facts.setup = Some(format!("phones can't be set up: {summary}, but the phone is still there"));
    }
    Ok(probed)
}

/// Tries a change that had no effect again, on a phone that was not changed before. If it has an effect there, it is
/// for the scenarios to find when it has none.
async fn try_afresh(conversation: &mut Conversation, probed: &mut Probed, user: &str, numbers: &Numbers) -> Result<(), TransportError> {
    if probed.facts.ineffective.contains_key(&Operation::Delete) {
        let wanted = Wanted { kind: PhoneType::Office, number: numbers.number(PLACE, 6) };
        let is_there = |phones: &Phones| phones.of(PhoneType::Office).is_some();
        conversation.ask(Operation::Create, user, None, Some(phone_body(&wanted))).await?;
        if seen(conversation, user, is_there).await? != Some(true) {
            return Ok(());
        }
        let id = whatever_is_there(conversation, user).await?.id_of(PhoneType::Office);
        conversation.ask(Operation::Delete, user, Some(&id), None).await?;
        if seen(conversation, user, |phones| !is_there(phones)).await? == Some(true) {
            probed.facts.ineffective.remove(&Operation::Delete);
            probed.deleted = Some(true);
        }
    } else if probed.facts.ineffective.contains_key(&Operation::EnableSmsSignIn) && probed.deleted == Some(true) {
        let wanted = Wanted { kind: PhoneType::Mobile, number: numbers.number(PLACE, 7) };
        conversation.ask(Operation::Create, user, None, Some(phone_body(&wanted))).await?;
        let id = whatever_is_there(conversation, user).await?.id_of(PhoneType::Mobile);
        conversation.ask(Operation::DisableSmsSignIn, user, Some(&id), None).await?;
        if seen(conversation, user, |phones| !phones.ready_for_sign_in()).await? == Some(true) {
            conversation.ask(Operation::EnableSmsSignIn, user, Some(&id), None).await?;
            if seen(conversation, user, Phones::ready_for_sign_in).await? == Some(true) {
                probed.facts.ineffective.remove(&Operation::EnableSmsSignIn);
            }
        }
        conversation.ask(Operation::Delete, user, Some(&id), None).await?;
    }
    Ok(())
}

/// Whether the endpoint registers a mobile number for SMS sign-in only a moment after its answer.
async fn is_registered_late(conversation: &mut Conversation, user: &str) -> Result<bool, TransportError> {
    let at_first = Phones::read(last(conversation), conversation.endpoint.masking);
    if !at_first.as_ref().is_some_and(may_be_registered) {
        return Ok(false);
    }
    match observe_registration(conversation, user, |phones| !may_be_registered(phones)).await {
        Ok(seen) => Ok(matches!(seen, Observed::AsExpected(_))),
        Err(Setback::Transport(error)) => Err(error),
        Err(_) => Ok(false),
    }
}

/// The answer to a deletion that succeeded although the phone still exists.
async fn survivor(conversation: &mut Conversation, user: &str) -> Result<Option<String>, TransportError> {
    let asked = conversation.exchanges.len();
    let left = whatever_is_there(conversation, user).await?;
    let stays = |exchange: &&Exchange| {
        let of = |phone: &Phone| exchange.url.ends_with(&left.id_of(phone.kind));
        exchange.operation == Operation::Delete && exchange.succeeded() && left.iter().any(of)
    };
    Ok(conversation.exchanges[..asked].iter().find(stays).map(Exchange::summary))
}

/// Sends a change, records whether it was accepted, and looks whether it shows. Returns `None` if the change was
/// refused, if the result can't be read, or if it would tell nothing (`tells` is false).
#[expect(clippy::too_many_arguments, reason = "a change is an operation on a phone, and what it is expected to bring about")]
async fn change_it(
    conversation: &mut Conversation,
    probed: &mut Probed,
    operation: Operation,
    user: &str,
    id: &str,
    body: Option<Body>,
    tells: bool,
    expected: impl Fn(&Phones) -> bool,
) -> Result<Option<bool>, TransportError> {
    let exchange = conversation.ask(operation, user, Some(id), body).await?;
    let (accepted, summary) = (exchange.succeeded(), exchange.summary());
    note(conversation, &mut probed.facts, operation);
    if !accepted || !tells {
        return Ok(None);
    }
    let shown = seen(conversation, user, expected).await?;
    note_effect(&mut probed.facts, operation, shown, &summary);
    Ok(shown)
}

/// Records that an accepted request had no effect, if `shown` is false.
fn note_effect(facts: &mut VersionFacts, operation: Operation, shown: Option<bool>, summary: &str) {
    if shown == Some(false) {
        facts.ineffective.insert(operation, format!("a valid {operation} has no effect: {summary}, but the phones don't show it"));
    }
}

/// The phones that the list or single reads show; none if they can't be read.
pub(super) async fn whatever_is_there(conversation: &mut Conversation, user: &str) -> Result<Phones, TransportError> {
    match read_phones(conversation, user).await {
        Ok(phones) if !phones.is_empty() => Ok(phones),
        Ok(none) => Ok(by_reads(conversation, user, None).await?.unwrap_or(none)),
        Err(Setback::Transport(error)) => Err(error),
        Err(_) => Ok(Phones::default()),
    }
}

/// Whether the user's phones become as expected; `None` if they can't be read.
async fn seen(conversation: &mut Conversation, user: &str, expected: impl Fn(&Phones) -> bool) -> Result<Option<bool>, TransportError> {
    match observe_registration(conversation, user, expected).await {
        Ok(Observed::AsExpected(_)) => Ok(Some(true)),
        Ok(Observed::Otherwise(_)) => Ok(Some(false)),
        Err(Setback::Transport(error)) => Err(error),
        Err(_) => Ok(None),
    }
}

fn last(conversation: &Conversation) -> &Exchange {
    conversation.exchanges.last().expect("the preflight has sent a request before it looks back")
}

/// Records whether the last request was accepted.
fn note(conversation: &Conversation, facts: &mut VersionFacts, operation: Operation) {
    let exchange = last(conversation);
    let control = if exchange.succeeded() {
        Control::Accepted
    } else {
        Control::Refused(format!("a valid {operation} is refused as well: {}", exchange.summary()))
    };
    facts.controls.insert(operation, control);
}
