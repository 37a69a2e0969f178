//! Tries the operations with as few requests as possible. This is enough if the endpoint does everything right.

use serde_json::json;

use crate::api::Operation;
use crate::check::{Phones, Wanted};
use crate::graph::{Body, PhoneType, TransportError};
use crate::run::places::Places;
use crate::tenant::{Control, Conversation, KnownPhones, Numbers, by_list, by_reads, clear, may_be_registered, phone_body};

use super::lists::plausible;
use super::probe::Probed;
use super::scope::Scope;

/// The places before this belong to the thorough trial.
const QUICK: usize = 2;

/// One trial of the operations on a user.
pub(super) struct Trial<'a> {
    /// Object id.
    pub user: &'a str,
    /// The user's phones.
    pub before: Phones,
    /// Whether policy allows the user SMS sign-in.
    pub allowed: bool,
    /// Another user. This user's list must not show the phones.
    pub other: Option<&'a str>,
    /// Conversations in the other versions. Their lists must show the phones.
    pub readers: Vec<Conversation>,
    /// The index of the trial; each trial has its own numbers.
    pub place: usize,
}

/// What the trial showed, and the user's phones after it. `None` if anything deviates; the thorough trial must follow.
pub(super) async fn quick(
    mut talk: Conversation,
    trial: Trial<'_>,
    scope: &Scope,
    numbers: &Numbers,
) -> Result<Option<(Probed, KnownPhones)>, TransportError> {
    let Trial { user, before, allowed, other, mut readers, place } = trial;
    let asks = |operation| scope.operations.contains(&operation);
    let mut quick = Quick { talk: &mut talk, user, all_well: true };
    if !before.is_empty() {
        quick.delete(&before.kinds(), &before).await?;
        quick.shows(&[], |_| true).await?;
    }
    if scope.absent {
        let absent = PhoneType::AlternateMobile.well_known_id();
        quick.all_well = quick.all_well && quick.talk.ask(Operation::Get, user, Some(absent), None).await?.refused();
    }
    let mut wanted = Vec::new();
    for (kind, index) in PhoneType::ALL.into_iter().zip(0..).filter(|(kind, _)| scope.kinds.contains(kind)) {
        let number = numbers.number(Places::preflight(QUICK + place), index);
        // The extension shows whether the list omits extensions.
        let number = if kind == PhoneType::Office && scope.is_whole() { format!("{number}x123") } else { number };
        wanted.push(Wanted { kind, number });
        quick.ask(Operation::Create, None, wanted.last().map(phone_body)).await?;
    }
    // If the endpoint may register a number for SMS sign-in after its answer, the thorough trial must follow.
    let mut phones = quick.shows(&wanted, |phones| !may_be_registered(phones)).await?;
    for reader in &mut readers {
        if quick.all_well {
            quick.all_well = by_list(reader, user).await?.is_some_and(|phones| phones.are(&wanted) && plausible(&phones));
        }
    }
    if let Some(other) = other.filter(|_| quick.all_well) {
        let leaks = |phones: &Phones| phones.iter().any(|phone| wanted.iter().any(|wanted| wanted.number == phone.number));
        quick.all_well = by_list(quick.talk, other).await?.is_some_and(|phones| !leaks(&phones));
    }
    let mobile = phones.id_of(PhoneType::Mobile);
    let has_mobile = phones.of(PhoneType::Mobile).is_some();
    let (mut switched, mut deleted) = (false, false);
    if asks(Operation::Get) && has_mobile {
        quick.ask(Operation::Get, Some(&mobile), None).await?;
    }
    if asks(Operation::Update) && has_mobile {
        wanted[0].number = numbers.number(Places::preflight(QUICK + place), 3);
        quick.ask(Operation::Update, Some(&mobile), Some(Body::json(json!({ "phoneNumber": wanted[0].number }).to_string()))).await?;
    }
    if allowed && has_mobile && (asks(Operation::DisableSmsSignIn) || asks(Operation::EnableSmsSignIn)) {
        quick.ask(Operation::DisableSmsSignIn, Some(&mobile), None).await?;
        switched = true;
    }
    if switched || asks(Operation::Update) {
        phones = quick.shows(&wanted, |phones| !switched || !phones.ready_for_sign_in()).await?;
    }
    let enabled = switched && asks(Operation::EnableSmsSignIn);
    if enabled {
        quick.ask(Operation::EnableSmsSignIn, Some(&mobile), None).await?;
    }
    if asks(Operation::Delete) {
        let others: Vec<_> = phones.kinds().into_iter().filter(|kind| *kind != PhoneType::Mobile).collect();
        quick.delete(&others, &phones).await?;
        wanted.retain(|wanted| wanted.kind == PhoneType::Mobile);
        deleted = true;
    }
    if enabled || deleted {
        phones = quick.shows(&wanted, |phones| !enabled || phones.ready_for_sign_in()).await?;
    }
    if deleted && has_mobile {
        quick.delete(&[PhoneType::Mobile], &phones).await?;
        wanted.clear();
        phones = quick.shows(&wanted, |_| true).await?;
    }
    if !quick.all_well {
        // The thorough trial must start with a user without phones.
        if let Some(left) = by_reads(quick.talk, user, None).await? {
            clear(quick.talk, user, &left).await?;
        }
        return Ok(None);
    }
    let mut probed = Probed { created: Some(true), deleted: deleted.then_some(true), ..Probed::default() };
    let tried = |operation: &Operation| match operation {
        Operation::EnableSmsSignIn => enabled,
        Operation::DisableSmsSignIn => switched,
        _ => true,
    };
    probed.facts.controls =
        scope.operations.iter().filter(|operation| tried(operation)).map(|operation| (*operation, Control::Accepted)).collect();
    probed.facts.absent_is_refused = scope.absent;
    wanted.retain(|wanted| numbers.makes(&wanted.number));
    let version = quick.talk.version;
    Ok(Some((probed, KnownPhones { version, switched: switched && !phones.is_empty(), phones, given: wanted })))
}

/// A trial on one user. It sends no more requests once something deviates.
struct Quick<'a> {
    talk: &'a mut Conversation,
    user: &'a str,
    all_well: bool,
}

impl Quick<'_> {
    async fn ask(&mut self, operation: Operation, phone: Option<&str>, body: Option<Body>) -> Result<(), TransportError> {
        if self.all_well {
            self.all_well = self.talk.ask(operation, self.user, phone, body).await?.succeeded();
        }
        Ok(())
    }

    async fn delete(&mut self, kinds: &[PhoneType], phones: &Phones) -> Result<(), TransportError> {
        for kind in PhoneType::FOR_DELETION.into_iter().filter(|kind| kinds.contains(kind)) {
            if self.all_well {
                let id = phones.id_of(kind);
                self.all_well = self.talk.ask_knowing(Operation::Delete, self.user, Some(&id), None, Some(phones)).await?.succeeded();
            }
        }
        Ok(())
    }

    /// The phones that the list shows. Checks that they are exactly `wanted` and that `also` holds.
    async fn shows(&mut self, wanted: &[Wanted], also: impl Fn(&Phones) -> bool) -> Result<Phones, TransportError> {
        if !self.all_well {
            return Ok(Phones::default());
        }
        let phones = by_list(self.talk, self.user).await?.unwrap_or_default();
        self.all_well = phones.are(wanted)
            && plausible(&phones)
            && also(&phones)
            && self.talk.exchanges.last().is_some_and(crate::graph::Exchange::succeeded);
        Ok(phones)
    }
}
