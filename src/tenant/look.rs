//! What the list and the single reads show of a user, laid side by side.
//!
//! What a user had before a run must not be lost to a list that leaves a phone out, nor to a read that doesn't find one.

use crate::check::{Phones, is_masked};
use crate::graph::{Phone, PhoneType, TransportError};

use super::{Conversation, by_list, by_reads};

/// The state of a phone that is a sign-in name.
const READY: &str = "ready";
/// The state of every phone that is not mobile.
const NOT_SUPPORTED: &str = "notSupported";
/// The states that a mobile phone can have.
///
/// Source: the resource's page, values of `smsSignInState`.
const MOBILE_STATES: [&str; 5] = ["notAllowedByPolicy", "notEnabled", "phoneNumberNotUnique", READY, "notConfigured"];

/// Everything that the endpoint shows of a user's phones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The phones that the single reads show; `None` where they can't be told.
    reads: Option<Phones>,
    /// The phones that the list or a single read shows.
    all: Phones,
}

impl Look {
    /// Looks at a user once; `None` where neither the list nor the single reads tell anything.
    ///
    /// # Errors
    /// Where no answer comes.
    pub async fn take(conversation: &mut Conversation, user: &str) -> Result<Option<Self>, TransportError> {
        let listed = by_list(conversation, user).await?;
        let reads = by_reads(conversation, user, listed.as_ref()).await?;
        Ok(Self::of(listed, reads, conversation.endpoint.masking))
    }

    fn of(listed: Option<Phones>, reads: Option<Phones>, masking: bool) -> Option<Self> {
        let all = match (listed, &reads) {
            (None, None) => return None,
            (Some(listed), None) => listed,
            (None, Some(reads)) => reads.clone(),
            (Some(listed), Some(reads)) => {
                let merged = listed.iter().map(|phone| reads.of(phone.kind).map_or_else(|| phone.clone(), |read| better_of(phone, read)));
                let only_read = reads.iter().filter(|read| listed.of(read.kind).is_none()).cloned();
                Phones::new(merged.chain(only_read).collect(), masking)
            }
        };
        Some(Self { reads, all })
    }

    /// Every phone that is shown anywhere.
    pub const fn phones(&self) -> &Phones {
        &self.all
    }

    /// Whether the user has these phones and no others. A list that still shows what single reads don't find is wrong by itself.
    pub fn shows(&self, phones: &Phones) -> bool {
        self.all.same_as(phones) || self.reads.as_ref().is_some_and(|reads| reads.same_as(phones))
    }
}

/// What is to be believed of a phone that the list shows so and a single read so.
///
/// Neither is right by itself: what is in a documented form beats what isn't, and a number with its extension one without. A state that
/// says that a phone is ready is the likelier to be made up.
fn better_of(listed: &Phone, read: &Phone) -> Phone {
    let longer = |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.starts_with('x'));
    let worth = |number: &str| (!is_masked(number), is_documented(number));
    let number = if worth(&read.number) > worth(&listed.number) || is_documented(&read.number) && longer(&read.number, &listed.number) {
        &read.number
    } else {
        &listed.number
    };
    let trust = |state: &Option<String>| {
        state.as_deref().map(|state| {
            let known = if listed.kind == PhoneType::Mobile { MOBILE_STATES.contains(&state) } else { state == NOT_SUPPORTED };
            (known, state != READY)
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

/// Whether a number is written as the documents say: country code, space, digits, and an extension behind an `x`.
fn is_documented(number: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (number, extension) = number.split_once('x').map_or((number, None), |(number, extension)| (number, Some(extension)));
    let parts = number.strip_prefix('+').and_then(|number| number.split_once(' '));
    parts.is_some_and(|(country, rest)| digits(country) && digits(rest)) && extension.is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phones(all: &[(PhoneType, &str)]) -> Phones {
        let phone = |(kind, number): &(PhoneType, &str)| Phone {
            kind: *kind,
            number: (*number).to_owned(),
            id: Some(kind.well_known_id().to_owned()),
            sms_sign_in_state: None,
        };
        Phones::new(all.iter().map(phone).collect(), false)
    }

    const MOBILE: (PhoneType, &str) = (PhoneType::Mobile, "+1 2065550100");
    const OFFICE: (PhoneType, &str) = (PhoneType::Office, "+1 2065550101");

    #[test]
    fn a_phone_that_only_one_of_them_shows_is_not_lost() {
        let both = phones(&[MOBILE, OFFICE]);
        for (listed, read) in [(&[MOBILE][..], &[MOBILE, OFFICE][..]), (&[MOBILE, OFFICE], &[OFFICE]), (&[MOBILE], &[OFFICE])] {
            assert_eq!(Look::of(Some(phones(listed)), Some(phones(read)), false).unwrap().phones(), &both);
        }
        assert_eq!(Look::of(Some(both.clone()), None, false).unwrap().phones(), &both);
        assert_eq!(Look::of(None, Some(both.clone()), false).unwrap().phones(), &both);
        assert_eq!(Look::of(None, None, false), None);
    }

    #[test]
    fn a_hidden_number_is_taken_from_where_it_is_seen() {
        let masked = phones(&[(PhoneType::Mobile, "+1 XXXXXXXX00")]);
        for (listed, read) in [(&masked, &phones(&[MOBILE])), (&phones(&[MOBILE]), &masked)] {
            assert_eq!(Look::of(Some(listed.clone()), Some(read.clone()), false).unwrap().phones(), &phones(&[MOBILE]));
        }
    }

    #[test]
    fn where_list_and_read_disagree_the_likelier_is_believed() {
        let mobile = |number: &str, state: Option<&str>| {
            let sms_sign_in_state = state.map(str::to_owned);
            Phones::new(vec![Phone { kind: PhoneType::Mobile, number: number.to_owned(), id: None, sms_sign_in_state }], false)
        };
        let (off, ready) = (Some("notConfigured"), Some(READY));
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
            phone.sms_sign_in_state = Some(state.to_owned());
            Phones::new(vec![phone], false)
        };
        assert_eq!(Look::of(Some(office(READY)), Some(office(NOT_SUPPORTED)), false).unwrap().phones(), &office(NOT_SUPPORTED));
    }

    #[test]
    fn a_list_that_forgets_nothing_is_overruled_and_one_that_forgets_is_not_believed() {
        let never_forgets = Look::of(Some(phones(&[MOBILE, OFFICE])), Some(phones(&[MOBILE])), false).unwrap();
        assert!(never_forgets.shows(&phones(&[MOBILE])));
        let hides = Look::of(Some(phones(&[])), Some(phones(&[OFFICE])), false).unwrap();
        assert!(!hides.shows(&phones(&[])));
        let not_found = Look::of(Some(phones(&[MOBILE, OFFICE])), Some(phones(&[MOBILE])), false).unwrap();
        assert!(not_found.shows(&phones(&[MOBILE, OFFICE])));
    }
}
