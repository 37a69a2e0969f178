//! The phones that a user is known to have, so that the next scenario need not set them up again.

use crate::api::{ApiVersion, Operation};
use crate::check::{Phones, Wanted};
use crate::graph::{PhoneType, SmsSignInState, TransportError};
use crate::target::NumberKind;

use super::conversation::phone_body;
use super::{Conversation, by_list};

/// The phones that a scenario starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The version of the API.
    pub version: ApiVersion,
    /// The types of the phones.
    pub kinds: Vec<PhoneType>,
    /// Whether the mobile phone must be a sign-in name; `None` if SMS sign-in must not have been switched since the
    /// phone was added.
    pub sign_in: Option<bool>,
    /// The kind of the numbers; `None` for any number without an extension.
    pub number: Option<NumberKind>,
}

/// The phones that a user is known to have: they were read after the last write to the user.
#[derive(Debug, Clone)]
pub struct KnownPhones {
    /// The version that showed the phones.
    pub version: ApiVersion,
    /// The phones.
    pub phones: Phones,
    /// The phones among them that another scenario may start from, with full numbers.
    pub given: Vec<Wanted>,
    /// Whether SMS sign-in was turned on or off after the mobile phone was added.
    pub switched: bool,
}

/// The approximate number of requests that read and delete unknown phones of a user.
const UNKNOWN: usize = 4;

impl KnownPhones {
    /// The phones that may stay if the scenario starts from `start`.
    fn kept(&self, start: &Start) -> Vec<Wanted> {
        let usable = |kind: PhoneType| {
            let as_wanted = kind != PhoneType::Mobile || start.sign_in.is_some() || !self.switched;
            // Even if the scenario accepts any kind of number, an extension must not stay, because answers show it and
            // must look the same in each run.
            let right = |given: &Wanted| given.kind == kind && is_of(start.number, given);
            // One rule checks that both versions show the same phone. Other scenarios must not depend on that.
            self.version == start.version && start.kinds.contains(&kind) && as_wanted && self.given.iter().any(right)
        };
        let mobile_goes = self.phones.of(PhoneType::Mobile).is_some() && !usable(PhoneType::Mobile);
        // The alternate mobile phone must be deleted before the mobile phone.
        let stays = |given: &&Wanted| usable(given.kind) && !(mobile_goes && given.kind == PhoneType::AlternateMobile);
        self.given.iter().filter(stays).cloned().collect()
    }

    /// The number of requests that change these phones into the scenario's starting phones.
    pub fn distance(&self, start: &Start) -> usize {
        let kept = self.kept(start);
        let writes = self.phones.iter().count() + start.kinds.len() - 2 * kept.len();
        let on = self.phones.of(PhoneType::Mobile).is_some_and(|phone| phone.sms_sign_in_state == Some(SmsSignInState::Ready));
        let stays = kept.iter().any(|kept| kept.kind == PhoneType::Mobile);
        let switches = start.sign_in.is_some_and(|wanted| wanted != (on || !stays));
        writes + usize::from(writes > 0) + 2 * usize::from(switches) + usize::from(self.version != start.version)
    }

    /// Gives the user the starting phones with the fewest requests, and checks that the user has them.
    ///
    /// Returns `None` if anything deviates. The user's phones are then unknown.
    pub async fn lead_to(
        self,
        conversation: &mut Conversation,
        user: &str,
        start: &Start,
        wanted: &[Wanted],
    ) -> Result<Option<Self>, TransportError> {
        let kept = self.kept(start);
        let has = |kept: &[Wanted], kind| kept.iter().any(|kept| kept.kind == kind);
        let given: Vec<Wanted> =
            wanted.iter().map(|wanted| kept.iter().find(|kept| kept.kind == wanted.kind).unwrap_or(wanted).clone()).collect();
        if self.version != start.version && !by_list(conversation, user).await?.is_some_and(|phones| phones.same_as(&self.phones)) {
            return Ok(None);
        }
        let switched = self.switched && has(&kept, PhoneType::Mobile);
        let version = start.version;
        let mut written = false;
        for kind in PhoneType::FOR_DELETION {
            if self.phones.of(kind).is_some() && !has(&kept, kind) {
                written = true;
                let asked =
                    conversation.ask_knowing(Operation::Delete, user, Some(&self.phones.id_of(kind)), None, Some(&self.phones)).await?;
                if !asked.succeeded() {
                    return Ok(None);
                }
            }
        }
        for wanted in given.iter().filter(|wanted| !has(&kept, wanted.kind)) {
            written = true;
            if !conversation.ask_knowing(Operation::Create, user, None, Some(phone_body(wanted)), Some(&self.phones)).await?.succeeded() {
                return Ok(None);
            }
        }
        if !written {
            return Ok(Some(Self { version, phones: self.phones, given, switched }));
        }
        let phones = by_list(conversation, user).await?.filter(|phones| phones.are(&given));
        Ok(phones.map(|phones| Self { version, phones, given, switched }))
    }
}

/// Whether a phone's number is of this kind. Only office phones have extensions, and only if the kind asks for one.
fn is_of(number: Option<NumberKind>, phone: &Wanted) -> bool {
    let extended = number == Some(NumberKind::Extension) && phone.kind == PhoneType::Office;
    number.is_none_or(|number| number.begins(&phone.number)) && phone.number.contains('x') == extended
}

/// The number of requests that give a user the scenario's starting phones; an estimate if `known` is `None`.
pub fn distance(known: Option<&KnownPhones>, start: &Start) -> usize {
    known.map_or(UNKNOWN + start.kinds.len(), |known| known.distance(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Phone;
    use PhoneType::{AlternateMobile, Mobile, Office};

    fn known(kinds: &[PhoneType], state: &str, switched: bool) -> KnownPhones {
        let number = |kind: PhoneType| format!("+1 206555010{}", kind as u8);
        let phone = |kind: &PhoneType| Phone {
            kind: *kind,
            number: number(*kind).into(),
            id: None,
            sms_sign_in_state: Some(if *kind == Mobile { state } else { "notSupported" }.into()),
        };
        let given = kinds.iter().map(|kind| Wanted { kind: *kind, number: number(*kind) }).collect();
        KnownPhones { version: ApiVersion::V1, phones: Phones::new(kinds.iter().map(phone).collect(), false), given, switched }
    }

    fn start(kinds: &[PhoneType], sign_in: Option<bool>) -> Start {
        Start { version: ApiVersion::V1, kinds: kinds.to_vec(), sign_in, number: None }
    }

    #[test]
    fn phones_that_the_user_already_has_need_no_request() {
        for kinds in [&[][..], &[Mobile], &[Mobile, AlternateMobile, Office], &[Office]] {
            assert_eq!(known(kinds, "ready", false).distance(&start(kinds, None)), 0, "{kinds:?}");
        }
        assert_eq!(known(&[Mobile], "ready", true).distance(&start(&[Mobile], Some(true))), 0);
        assert_eq!(known(&[Mobile], "notConfigured", true).distance(&start(&[Mobile], Some(false))), 0);
    }

    #[test]
    fn only_differences_need_requests() {
        assert_eq!(known(&[], "", false).distance(&start(&[Mobile], None)), 2);
        assert_eq!(known(&[Mobile, Office], "ready", false).distance(&start(&[Mobile], None)), 2);
        assert_eq!(known(&[Mobile], "ready", false).distance(&start(&[Mobile], Some(false))), 2);
        assert_eq!(known(&[], "", false).distance(&start(&[Mobile], Some(true))), 2);
        assert_eq!(known(&[], "", false).distance(&start(&[Mobile], Some(false))), 4);
        assert!(distance(None, &start(&[Mobile], None)) > 2);
    }

    #[test]
    fn a_phone_is_replaced_if_it_was_switched_or_not_added_by_the_run() {
        assert_eq!(known(&[Mobile], "ready", true).distance(&start(&[Mobile], None)), 3);
        let foreign = KnownPhones { given: Vec::new(), ..known(&[Mobile], "ready", false) };
        assert_eq!(foreign.distance(&start(&[Mobile], None)), 3);
        // The alternate mobile phone can't stay if the mobile phone is replaced.
        assert_eq!(known(&[Mobile, AlternateMobile], "ready", true).distance(&start(&[Mobile, AlternateMobile], None)), 5);
    }

    #[test]
    fn only_a_number_of_the_right_kind_stays() {
        let of = |number| Start { number: Some(number), ..start(&[Office], None) };
        assert_eq!(known(&[Office], "", false).distance(&of(NumberKind::OneDigit)), 0);
        assert_eq!(known(&[Office], "", false).distance(&of(NumberKind::ThreeDigits)), 3);
        assert_eq!(known(&[Office], "", false).distance(&of(NumberKind::Extension)), 3);
        assert_eq!(known(&[Mobile], "ready", false).distance(&Start { kinds: vec![Mobile], ..of(NumberKind::Extension) }), 0);
        let mut extended = known(&[Office], "", false);
        extended.given[0].number.push_str("x123");
        assert_eq!(extended.distance(&of(NumberKind::Extension)), 0);
        assert_eq!(extended.distance(&start(&[Office], None)), 3, "nobody asked for an extension");
    }

    #[test]
    fn a_mobile_number_with_an_extension_does_not_stay() {
        let mut extended = known(&[Mobile], "ready", false);
        extended.given[0].number.push_str("x123");
        assert_eq!(extended.distance(&start(&[Mobile], None)), 3);
    }

    #[test]
    fn phones_of_another_version_are_replaced() {
        let other = Start { version: ApiVersion::Beta, ..start(&[Mobile], None) };
        assert_eq!(known(&[Mobile], "ready", false).distance(&other), 4);
        assert_eq!(known(&[], "", false).distance(&Start { kinds: Vec::new(), ..other }), 1);
    }
}
