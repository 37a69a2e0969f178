//! Turning SMS sign-in on and off.

use axum::http::StatusCode;

use super::Task;
use crate::reference::answer::{Answer, Refusal};
use crate::reference::number::Number;
use crate::reference::phone::{Phone, PhoneType, SmsSignIn};

pub(super) fn enable(task: &mut Task<'_>) -> Result<Answer, Refusal> {
    let call = task.call;
    let Some(phone) = task.phone().cloned() else {
        if call.has("enable-sms-sign-in.absent-is-204") {
            return Ok(done());
        }
        return Err(if call.has("enable-sms-sign-in.absent-is-500") { Refusal::failure() } else { Refusal::no_such_phone(&call.phone_id) });
    };
    if phone.kind == PhoneType::Office && call.has("enable-sms-sign-in.office-refused-but-ready") {
        task.set_state(&phone.id, SmsSignIn::Ready);
    }
    check_type(phone.kind, |phone_type| match phone_type {
        PhoneType::Office => call.has("enable-sms-sign-in.office-accepted"),
        _ => call.has("enable-sms-sign-in.alternate-mobile-accepted"),
    })
    .map_err(|refusal| if call.has("enable-sms-sign-in.other-type-is-500") { Refusal::failure() } else { refusal })?;
    let by_policy = task.account().sms_sign_in
        || call.has("enable-sms-sign-in.policy-ignored")
        || call.through_me() && call.has("enable-sms-sign-in.policy-ignored-under-me");
    if !by_policy {
        if call.has("enable-sms-sign-in.policy-refusal-hidden") {
            return Ok(done());
        }
        if call.has("enable-sms-sign-in.policy-refused-but-ready") {
            task.set_state(&phone.id, SmsSignIn::Ready);
        }
        return Err(Refusal::rule("Cannot enable SMS sign-in on phone auth method as the credential policy is not enabled on user"));
    }
    if phone.sms_sign_in == SmsSignIn::Ready && call.has("enable-sms-sign-in.twice-toggles") {
        switch_off(task, &phone);
        return Ok(done());
    }
    let may_take = call.has("enable-sms-sign-in.taken-number-accepted")
        || call.through_me() && call.has("enable-sms-sign-in.taken-number-accepted-under-me")
        || phone.changed && call.has("enable-sms-sign-in.changed-number-unchecked")
        || call.has("enable-sms-sign-in.checked-before-registered") && task.was_free(&phone.number.line);
    if phone.sms_sign_in == SmsSignIn::PhoneNumberNotUnique && call.has("enable-sms-sign-in.not-unique-stays") {
        return Err(Refusal::taken_number());
    }
    if task.store.is_taken(task.user, &phone.number.line) && !may_take {
        if call.has("enable-sms-sign-in.taken-number-ignored") {
            return Ok(done());
        }
        let state =
            if call.has("enable-sms-sign-in.taken-number-refused-but-ready") { SmsSignIn::Ready } else { SmsSignIn::PhoneNumberNotUnique };
        task.set_state(&phone.id, state);
        return Err(Refusal::taken_number());
    }
    let ignored = phone.number.has_long_country_code() && call.has("enable-sms-sign-in.long-country-code-ignored")
        || phone.changed && call.has("enable-sms-sign-in.changed-phone-ignored");
    if ignored {
        return Ok(done());
    }
    task.store.register(task.user, &phone.number.line);
    if !call.has("enable-sms-sign-in.state-stays") {
        task.set_state(&phone.id, SmsSignIn::Ready);
    }
    spread_on(task, &phone);

    let shown = Phone { sms_sign_in: SmsSignIn::Ready, ..phone };
    if call.has("enable-sms-sign-in.answers-200-with-the-phone") {
        return Ok(task.one(StatusCode::OK, &shown));
    }
    Ok(Answer::nothing(if call.has("enable-sms-sign-in.answers-200") {
        StatusCode::OK
    } else if call.has("enable-sms-sign-in.answers-202") {
        StatusCode::ACCEPTED
    } else {
        StatusCode::NO_CONTENT
    }))
}

/// Makes turning on affect more phones than it should; without faults it does nothing.
fn spread_on(task: &mut Task<'_>, phone: &Phone) {
    let call = task.call;
    if call.has("enable-sms-sign-in.other-phones-removed") {
        task.remove_others(&phone.id);
    }
    if call.has("enable-sms-sign-in.other-phones-ready") {
        for other in task.store.phones_mut(task.user) {
            other.sms_sign_in = SmsSignIn::Ready;
        }
    }
    if call.has("enable-sms-sign-in.everybody-else-disabled") {
        switch_off_others(task);
    }
}

pub(super) fn disable(task: &mut Task<'_>) -> Result<Answer, Refusal> {
    let call = task.call;
    let Some(phone) = task.phone().cloned() else {
        if call.has("disable-sms-sign-in.absent-is-204") {
            return Ok(done());
        }
        if call.has("disable-sms-sign-in.absent-refused-but-phones-removed") {
            task.store.remove_all(task.user);
        }
        return Err(if call.has("disable-sms-sign-in.absent-is-500") {
            Refusal::failure()
        } else {
            Refusal::no_such_phone(&call.phone_id)
        });
    };
    if phone.kind == PhoneType::Office
        && (call.has("disable-sms-sign-in.office-refused-but-mobile-off") || call.has("disable-sms-sign-in.office-turns-the-mobile-off"))
        && let Some(mobile) = task.store.of_type(task.user, PhoneType::Mobile).cloned()
    {
        switch_off(task, &mobile);
    }
    if phone.kind == PhoneType::AlternateMobile && call.has("disable-sms-sign-in.alternate-mobile-removed") {
        task.store.remove(task.user, &phone.id);
        return Ok(done());
    }
    check_type(phone.kind, |phone_type| phone_type == PhoneType::Office && call.has("disable-sms-sign-in.office-turns-the-mobile-off"))
        .map_err(|refusal| if call.has("disable-sms-sign-in.other-type-is-500") { Refusal::failure() } else { refusal })?;
    if phone.kind != PhoneType::Mobile {
        return Ok(done());
    }
    if phone.sms_sign_in != SmsSignIn::Ready && call.has("disable-sms-sign-in.twice-toggles") {
        let state = task.register(&phone.number.line);
        task.set_state(&phone.id, state);
        return Ok(done());
    }
    if call.has("disable-sms-sign-in.state-stays") {
        task.store.release(task.user, &phone.number.line);
    } else {
        switch_off(task, &phone);
    }
    spread_off(task, &phone);

    if call.has("disable-sms-sign-in.answers-200-with-the-phone") {
        let shown = task.phone().cloned().unwrap_or(phone);
        return Ok(task.one(StatusCode::OK, &shown));
    }
    Ok(Answer::nothing(if call.has("disable-sms-sign-in.answers-200") {
        StatusCode::OK
    } else if call.has("disable-sms-sign-in.answers-202") {
        StatusCode::ACCEPTED
    } else {
        StatusCode::NO_CONTENT
    }))
}

/// Makes turning off do more than it should; without faults it does nothing.
fn spread_off(task: &mut Task<'_>, phone: &Phone) {
    let call = task.call;
    if call.has("disable-sms-sign-in.number-stays-taken") {
        task.store.register(task.user, &phone.number.line);
    }
    if call.has("disable-sms-sign-in.phone-removed") {
        task.store.remove(task.user, &phone.id);
    }
    if call.has("disable-sms-sign-in.number-blanked")
        && let Some(kept) = task.store.with_id_mut(task.user, &phone.id)
    {
        kept.number = Number::unchecked("");
    }
    if call.has("disable-sms-sign-in.other-phones-removed") {
        task.remove_others(&phone.id);
    }
    if call.has("disable-sms-sign-in.everybody-disabled") {
        switch_off_others(task);
    }
}

fn done() -> Answer {
    Answer::nothing(StatusCode::NO_CONTENT)
}

/// Refuses other types, because only a mobile phone receives the text messages for sign-in. A fault may be `lenient`.
fn check_type(phone_type: PhoneType, lenient: impl Fn(PhoneType) -> bool) -> Result<(), Refusal> {
    if phone_type == PhoneType::Mobile || lenient(phone_type) {
        Ok(())
    } else {
        Err(Refusal::rule(format!("SMS sign-in is a matter of mobile phones: this one is of the type {phone_type}.")))
    }
}

/// Releases the line; from then on, SMS sign-in must be turned on explicitly.
fn switch_off(task: &mut Task<'_>, phone: &Phone) {
    task.store.release(task.user, &phone.number.line);
    // If the policy forbids SMS sign-in, there is nothing to configure.
    if task.account().sms_sign_in {
        task.set_state(&phone.id, SmsSignIn::NotConfigured);
    }
}

fn switch_off_others(task: &mut Task<'_>) {
    for other in task.others() {
        if let Some(mobile) = task.store.with_id_mut(other, PhoneType::Mobile.id()) {
            mobile.sms_sign_in = SmsSignIn::NotConfigured;
            let line = mobile.number.line.clone();
            task.store.release(other, &line);
        }
    }
}
