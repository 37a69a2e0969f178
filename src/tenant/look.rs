//! Merges the phones that the list and the single reads show.
//!
//! The run must not lose an original phone if the list omits it or a single read does not find it.

use crate::check::Phones;
use crate::graph::{Phone, PhoneNumber, PhoneType, SmsSignInState, StrangeItem, TransportError};

use super::{Conversation, by_list, by_reads};

/// All phones of a user that the endpoint shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The phones that the list shows; `None` if there is no list.
    listed: Option<Phones>,
    /// The phones that single reads show; `None` if they can't be read.
    reads: Option<Phones>,
    /// The phones that the list or a single read shows.
    all: Phones,
}

impl Look {
    /// Reads a user's phones once. `None` if neither the list nor the single reads can be read.
    pub async fn take(conversation: &mut Conversation, user: &str) -> Result<Option<Self>, TransportError> {
        let listed = by_list(conversation, user).await?;
        let suffices = conversation.endpoint.lists_are_right && listed.as_ref().is_some_and(Phones::are_understood);
        let reads = if suffices { None } else { by_reads(conversation, user, listed.as_ref()).await? };
        Ok(Self::of(listed, reads, conversation.endpoint.masking))
    }

    fn of(listed: Option<Phones>, reads: Option<Phones>, masking: bool) -> Option<Self> {
        let all = merge(listed.clone(), reads.as_ref(), masking)?;
        Some(Self { listed, reads, all })
    }

    /// Whether it shows which phones the user has. If there is no list and single reads find no phone, they may have
    /// used the wrong ids.
    pub const fn is_conclusive(&self) -> bool {
        self.listed.is_some() || !self.all.is_empty()
    }

    /// Whether the list shows several phones with one id, or the list and a single read show different numbers of which
    /// neither is clearly wrong.
    pub fn is_contradictory(&self) -> bool {
        let listed = self.listed.iter().flat_map(Phones::iter);
        let read = |phone: &Phone| self.reads.as_ref()?.iter().find(|read| read.kind == phone.kind).map(|read| read.number.clone());
        let extends = |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.starts_with('x'));
        let differ = |phone: &Phone, read: &PhoneNumber| {
            let (one, other) = (&phone.number, read);
            one != other && one.is_documented() && other.is_documented() && !extends(one, other) && !extends(other, one)
        };
        let many = |phone: &Phone| self.listed.iter().flat_map(Phones::iter).filter(|other| is_one(phone, other)).count() > 1;
        listed.into_iter().any(|phone| many(phone) || read(phone).is_some_and(|read| differ(phone, &read)))
    }

    /// Whether single reads find a phone.
    pub fn reads_find(&self) -> bool {
        self.reads.as_ref().is_some_and(|reads| !reads.is_empty())
    }

    /// Whether the list shows a phone that single reads don't find.
    pub fn lists_more(&self) -> bool {
        let Some(reads) = &self.reads else { return false };
        self.listed.iter().flat_map(Phones::iter).any(|phone| reads.of(phone.kind).is_none())
    }

    /// Whether a single read shows a phone that the user's list omits and another user's list (`other`) shows.
    pub fn reads_phone_of(&self, other: &Self) -> bool {
        let (Some(listed), Some(theirs)) = (&self.listed, &other.listed) else { return false };
        let is_theirs = |read: &Phone| theirs.iter().any(|phone| phone.kind == read.kind && phone.number == read.number);
        self.reads.iter().flat_map(Phones::iter).any(|read| listed.of(read.kind).is_none() && is_theirs(read))
    }

    /// Every phone that the list or a single read shows.
    pub const fn phones(&self) -> &Phones {
        &self.all
    }

    /// Whether the user has exactly these phones. If the single reads show exactly `phones`, a list that shows more is
    /// wrong.
    pub fn shows(&self, phones: &Phones) -> bool {
        self.all.same_as(phones) || self.reads.as_ref().is_some_and(|reads| reads.same_as(phones))
    }
}

/// Merges the phones that the list and the single reads show; `None` if neither can be read.
///
/// If a read by the id of an unreadable item shows a phone, that phone replaces the item.
pub(super) fn merge(listed: Option<Phones>, reads: Option<&Phones>, masking: bool) -> Option<Phones> {
    let (listed, reads) = match (listed, reads) {
        (listed, None) => return listed,
        (None, Some(reads)) => return Some(reads.clone()),
        (Some(listed), Some(reads)) => (listed, reads),
    };
    let mut unmatched: Vec<&Phone> = reads.iter().collect();
    let mut phones = Vec::new();
    // If the list shows several phones with one id, some are another user's, and the single read decides.
    let is_doubtful = |phone: &&Phone| listed.iter().filter(|other| is_one(phone, other)).count() > 1;
    for phone in listed.iter().filter(|phone| !is_doubtful(phone)) {
        let alone = listed.iter().filter(|other| other.kind == phone.kind).count() == 1;
        let is_same = |read: &&Phone| read.kind == phone.kind && (alone || same_id(read.id.as_deref(), phone.id.as_deref()));
        match unmatched.iter().position(is_same) {
            Some(at) => phones.push(better_of(phone, unmatched.remove(at))),
            None => phones.push(phone.clone()),
        }
    }
    phones.extend(unmatched.into_iter().cloned());
    let is_known = |item: &&StrangeItem| {
        let in_phones = phones.iter().any(|phone| same_id(phone.id.as_deref(), item.id.as_deref()));
        in_phones || reads.strange().iter().any(|read| same_id(read.id.as_deref(), item.id.as_deref()))
    };
    let strange = listed.strange().iter().filter(|item| !is_known(item)).chain(reads.strange()).cloned().collect();
    Some(Phones::new(phones, masking).with_strange(strange))
}

/// Whether two phones have the same type and id.
fn is_one(phone: &Phone, other: &Phone) -> bool {
    phone.kind == other.kind && same_id(phone.id.as_deref(), other.id.as_deref())
}

/// Whether both ids are known and equal.
fn same_id(one: Option<&str>, other: Option<&str>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// Takes the more likely number and state of a phone that the list and a single read show differently.
///
/// Numbers: full is likelier than masked, a documented form is likelier than another, and a number with an extension is
/// likelier than the same number without. States: a documented state for the type is likelier than another, and any
/// other documented state is likelier than `ready`.
fn better_of(listed: &Phone, read: &Phone) -> Phone {
    let longer = |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.starts_with('x'));
    let worth = |number: &PhoneNumber| (!number.is_masked(), number.is_documented());
    let number = if worth(&read.number) > worth(&listed.number) || read.number.is_documented() && longer(&read.number, &listed.number) {
        &read.number
    } else {
        &listed.number
    };
    let trust = |state: &Option<SmsSignInState>| {
        state.as_ref().map(|state| {
            let known = if listed.kind == PhoneType::Mobile { state.is_of_a_mobile() } else { *state == SmsSignInState::NotSupported };
            (known, *state != SmsSignInState::Ready)
        })
    };
    let state = if trust(&read.sms_sign_in_state) > trust(&listed.sms_sign_in_state) { read } else { listed };
    Phone {
        kind: listed.kind,
        number: number.clone(),
        id: listed.id.clone().or_else(|| read.id.clone()),
        sms_sign_in_state: state.sms_sign_in_state.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phones(all: &[(PhoneType, &str)]) -> Phones {
        let phone = |(kind, number): &(PhoneType, &str)| Phone {
            kind: *kind,
            number: (*number).into(),
            id: Some(kind.well_known_id().to_owned()),
            sms_sign_in_state: None,
        };
        Phones::new(all.iter().map(phone).collect(), false)
    }

    const MOBILE: (PhoneType, &str) = (PhoneType::Mobile, "+1 2065550100");
    const OFFICE: (PhoneType, &str) = (PhoneType::Office, "+1 2065550101");

    #[test]
    fn a_phone_that_only_the_list_or_only_a_read_shows_is_kept() {
        let both = phones(&[MOBILE, OFFICE]);
        for (listed, read) in [(&[MOBILE][..], &[MOBILE, OFFICE][..]), (&[MOBILE, OFFICE], &[OFFICE]), (&[MOBILE], &[OFFICE])] {
            assert_eq!(Look::of(Some(phones(listed)), Some(phones(read)), false).unwrap().phones(), &both);
        }
        assert_eq!(Look::of(Some(both.clone()), None, false).unwrap().phones(), &both);
        assert_eq!(Look::of(None, Some(both.clone()), false).unwrap().phones(), &both);
        assert_eq!(Look::of(None, None, false), None);
    }

    #[test]
    fn a_full_number_replaces_a_masked_number() {
        let masked = phones(&[(PhoneType::Mobile, "+1 XXXXXXXX00")]);
        for (listed, read) in [(&masked, &phones(&[MOBILE])), (&phones(&[MOBILE]), &masked)] {
            assert_eq!(Look::of(Some(listed.clone()), Some(read.clone()), false).unwrap().phones(), &phones(&[MOBILE]));
        }
    }

    #[test]
    fn the_likelier_value_counts_if_list_and_read_disagree() {
        let mobile = |number: &str, state: Option<&str>| {
            let sms_sign_in_state = state.map(Into::into);
            Phones::new(vec![Phone { kind: PhoneType::Mobile, number: number.into(), id: None, sms_sign_in_state }], false)
        };
        let (off, ready) = (Some("notConfigured"), Some("ready"));
        let right = mobile("+1 2065550100x9", off);
        for wrong in [
            mobile("+1 2065550100", off),
            mobile("tel:+1 2065550100x9", off),
            mobile("+12065550100x9", off),
            mobile("+1 XXXXXXXX00x9", off),
            mobile("+1 2065550100x9", None),
            mobile("+1 2065550100x9", ready),
            mobile("+1 2065550100x9", Some("off")),
        ] {
            for (listed, read) in [(&wrong, &right), (&right, &wrong)] {
                assert_eq!(Look::of(Some(listed.clone()), Some(read.clone()), false).unwrap().phones(), &right, "{wrong}");
            }
        }
        let office = |state: &str| {
            let mut phone = phones(&[OFFICE]).iter().next().cloned().unwrap();
            phone.sms_sign_in_state = Some(state.into());
            Phones::new(vec![phone], false)
        };
        assert_eq!(Look::of(Some(office("ready")), Some(office("notSupported")), false).unwrap().phones(), &office("notSupported"));
    }

    #[test]
    fn single_reads_can_overrule_the_list() {
        let never_forgets = Look::of(Some(phones(&[MOBILE, OFFICE])), Some(phones(&[MOBILE])), false).unwrap();
        assert!(never_forgets.shows(&phones(&[MOBILE])));
        let hides = Look::of(Some(phones(&[])), Some(phones(&[OFFICE])), false).unwrap();
        assert!(!hides.shows(&phones(&[])));
        let not_found = Look::of(Some(phones(&[MOBILE, OFFICE])), Some(phones(&[MOBILE])), false).unwrap();
        assert!(not_found.shows(&phones(&[MOBILE, OFFICE])));
    }

    fn strange(id: &str, kind: &str) -> StrangeItem {
        StrangeItem::new(&serde_json::json!({ "id": id, "phoneType": kind, "phoneNumber": "+1 2065550109" }))
    }

    #[test]
    fn a_read_by_the_id_of_an_unreadable_item_shows_the_phone() {
        let listed = phones(&[MOBILE]).with_strange(vec![strange(OFFICE.0.well_known_id(), "phoneType-value")]);
        let look = |read| Look::of(Some(listed.clone()), read, false).unwrap();
        assert_eq!(look(Some(phones(&[MOBILE, OFFICE]))).phones(), &phones(&[MOBILE, OFFICE]));
        assert_eq!(look(Some(phones(&[MOBILE]))).phones(), &listed, "a read that finds nothing does not remove it");
        assert_eq!(look(None).phones(), &listed);
        let pager = phones(&[MOBILE]).with_strange(vec![strange("7", "pager")]);
        let look = Look::of(Some(phones(&[MOBILE])), Some(pager.clone()), false).unwrap();
        assert_eq!(look.phones(), &pager, "the list hides it");
        assert!(!look.shows(&phones(&[MOBILE])));
    }

    #[test]
    fn ids_tell_phones_of_one_type_apart() {
        let mobile = |id: &str, number: &str| Phone {
            id: Some(id.to_owned()),
            number: number.into(),
            ..phones(&[MOBILE]).iter().next().unwrap().clone()
        };
        let both = Phones::new(vec![mobile("a", "+1 1"), mobile("b", "+1 2")], false);
        let look = |listed: &Phones, read: &Phones| Look::of(Some(listed.clone()), Some(read.clone()), false).unwrap().phones().clone();
        assert_eq!(look(&both, &both), both);
        assert_eq!(look(&both, &Phones::new(vec![mobile("A", "+1 1")], false)), both);
        let one_id = Phones::new(vec![mobile("a", "+1 1"), mobile("a", "+1 2")], false);
        let own = Phones::new(vec![mobile("a", "+1 2")], false);
        assert_eq!(look(&one_id, &own), own);
        assert_eq!(look(&one_id, &phones(&[])), phones(&[]), "they belong to another user");
    }

    #[test]
    fn without_a_list_empty_reads_prove_nothing() {
        let look = |listed, read| Look::of(listed, read, false).unwrap().is_conclusive();
        assert!(!look(None, Some(phones(&[]))) && look(None, Some(phones(&[MOBILE]))) && look(Some(phones(&[])), None));
    }

    #[test]
    fn a_single_read_can_show_another_users_phone() {
        let look = |listed: &[_], read: &[_]| Look::of(Some(phones(listed)), Some(phones(read)), false).unwrap();
        let theirs = look(&[MOBILE, OFFICE], &[MOBILE, OFFICE]);
        assert!(look(&[MOBILE], &[MOBILE, OFFICE]).reads_phone_of(&theirs));
        assert!(!look(&[MOBILE], &[MOBILE]).reads_phone_of(&theirs), "both users may have the number");
        assert!(!look(&[MOBILE], &[MOBILE, (PhoneType::Office, "+1 2065550102")]).reads_phone_of(&theirs), "the list omits it");
    }

    #[test]
    fn two_equally_likely_numbers_contradict_each_other() {
        let office = |number: &'static str| phones(&[(PhoneType::Office, number)]);
        let contradicts = |listed: &'static str, read: &'static str| {
            Look::of(Some(office(listed)), Some(office(read)), false).unwrap().is_contradictory()
        };
        assert!(contradicts("+1 2065550101", "+1 2065550102"));
        for read in ["+1 2065550101", "+1 2065550101x9", "+1 XXXXXXXX01", "tel:+1 2065550102"] {
            assert!(!contradicts("+1 2065550101", read) && !contradicts(read, "+1 2065550101"), "{read}");
        }
        assert!(!Look::of(None, Some(office("+1 2065550101")), false).unwrap().is_contradictory());
        let one_id = phones(&[(PhoneType::Office, "+1 2065550101"), (PhoneType::Office, "+1 2065550102")]);
        assert!(Look::of(Some(one_id), None, false).unwrap().is_contradictory());
        let more = Look::of(Some(phones(&[MOBILE, OFFICE])), Some(phones(&[OFFICE])), false).unwrap();
        assert!(more.lists_more() && more.reads_find());
        assert!(!Look::of(Some(phones(&[OFFICE])), Some(phones(&[MOBILE, OFFICE])), false).unwrap().lists_more());
    }
}
