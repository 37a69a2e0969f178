//! What the list and the single reads show of a user, laid side by side.
//!
//! What a user had before a run must not be lost to a list that leaves a phone out, nor to a read that doesn't find one.

use crate::check::{Phones, is_masked};
use crate::graph::TransportError;

use super::{Conversation, by_list, by_reads};

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
                // A number that one of them hides may be seen in the other.
                let better = |phone: &&crate::graph::Phone| {
                    !listed.of(phone.kind).is_some_and(|listed| !is_masked(&listed.number) || is_masked(&phone.number))
                };
                let read: Vec<_> = reads.iter().filter(better).cloned().collect();
                let kept = listed.iter().filter(|listed| !read.iter().any(|phone| phone.kind == listed.kind)).cloned();
                Phones::new(kept.chain(read.iter().cloned()).collect(), masking)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Phone, PhoneType};

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
    fn a_list_that_forgets_nothing_is_overruled_and_one_that_forgets_is_not_believed() {
        let never_forgets = Look::of(Some(phones(&[MOBILE, OFFICE])), Some(phones(&[MOBILE])), false).unwrap();
        assert!(never_forgets.shows(&phones(&[MOBILE])));
        let hides = Look::of(Some(phones(&[])), Some(phones(&[OFFICE])), false).unwrap();
        assert!(!hides.shows(&phones(&[])));
        let not_found = Look::of(Some(phones(&[MOBILE, OFFICE])), Some(phones(&[MOBILE])), false).unwrap();
        assert!(not_found.shows(&phones(&[MOBILE, OFFICE])));
    }
}
