//! Waits for an endpoint that registers a number for SMS sign-in only after its answer.
//!
//! The documents say that the system *attempts* to register a number. An endpoint may do so after its answer, so for a
//! moment the phone may show SMS sign-in as off.

use std::time::Duration;

use tokio::time::Instant;

use crate::check::Phones;
use crate::graph::{Phone, PhoneType, SmsSignInState};

use super::{Conversation, Deadline, Observed, Setback, observe};

/// How long a registration may take to show.
const MOMENT: Duration = Duration::from_secs(1);

/// Like `observe`, but looks again for a moment if a mobile phone may still be registered.
pub async fn observe_registration(
    conversation: &mut Conversation,
    user: &str,
    expected: impl Fn(&Phones) -> bool,
) -> Result<Observed, Setback> {
    let moment = registration();
    loop {
        match observe(conversation, user, &expected).await? {
            Observed::Otherwise(phones) if may_be_registered(&phones) && moment.next_look().await => {}
            seen => return Ok(seen),
        }
    }
}

/// The deadline of a registration that may happen from now on.
pub fn registration() -> Deadline {
    Deadline::since(Instant::now(), MOMENT)
}

/// Whether the endpoint may still register the number of a mobile phone for SMS sign-in.
pub fn may_be_registered(phones: &Phones) -> bool {
    phones.of(PhoneType::Mobile).is_some_and(is_off)
}

/// Whether SMS sign-in is off for a phone that supports it.
pub fn is_off(phone: &Phone) -> bool {
    phone.sms_sign_in_state.as_ref().is_some_and(SmsSignInState::is_off)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_mobile_phone_with_sms_sign_in_off_may_still_be_registered() {
        let shown = |kind, state: &str| {
            let phone = Phone { kind, number: "+1 2065550100".into(), id: None, sms_sign_in_state: Some(state.into()) };
            may_be_registered(&Phones::new(vec![phone], false))
        };
        assert!(shown(PhoneType::Mobile, "notConfigured") && shown(PhoneType::Mobile, "notEnabled"));
        assert!(!shown(PhoneType::Mobile, "ready") && !shown(PhoneType::Mobile, "phoneNumberNotUnique"));
        assert!(!shown(PhoneType::Office, "notConfigured"));
        assert!(!may_be_registered(&Phones::default()));
    }
}
