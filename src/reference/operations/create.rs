//! Adding a phone.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Task, show};
use crate::reference::answer::{Answer, Refusal};
use crate::reference::body::{missing, read_number, stored};
use crate::reference::number::{self, Number};
use crate::reference::phone::{Phone, PhoneType, SmsSignIn};

pub(super) fn create(task: &mut Task<'_>) -> Result<Answer, Refusal> {
    let call = task.call;
    let body = task.body.object(call)?;
    let phone_type = read_type(task, &body)?;
    let number = read(task, &body, phone_type)?;

    let was_there = |phone: &Phone| !call.has("create.checked-before-stored") || phone.added < call.arrived;
    if let Some(existing) = task.store.of_type(task.user, phone_type).filter(|phone| was_there(phone)).cloned() {
        if call.has("create.second-phone-ignored") {
            return Ok(answer(task, &Phone { number, ..existing }));
        }
        refuse_second(task, &existing, &number)?;
    }
    if call.has("create.again-after-delete-refused") && task.store.deleted[task.user].as_deref() == Some(number.line.as_str()) {
        return Err(already_registered(phone_type));
    }
    check_other_phones(task, phone_type, &number)?;
    let is_shared = call.has("create.own-numbers-are-unique") && task.has_on(&[task.user], &number.line, |_| true)
        || call.has("create.alternate-mobile-numbers-are-unique")
            && phone_type == PhoneType::AlternateMobile
            && task.has_on(&task.others(), &number.line, |phone| phone.kind == phone_type);
    if is_shared {
        return Err(Refusal::rule("The number is in use."));
    }

    if call.has("create.other-phones-replaced") {
        task.store.remove_all(task.user);
    }
    let mut phone = Phone::new(phone_type, stored(call, &number), call.version);
    phone.sms_sign_in = sign_in_state(task, &phone, &body);
    if call.has("create.stored-under-a-random-id") {
        phone.id = Uuid::new_v4().to_string();
    }
    if let Some(Value::String(id)) = body.get("id")
        && call.has("create.id-taken-from-the-body")
    {
        phone.id.clone_from(id);
    }
    if call.has("create.stored-on-every-user") || call.has("create.stored-on-other-users") {
        for other in task.others() {
            if task.store.of_type(other, phone_type).is_none() {
                task.store.insert(other, phone.clone());
            }
        }
    }
    if phone_type == PhoneType::Office && call.has("create.office-takes-sign-in-of-others") {
        for other in task.others() {
            if let Some(mobile) = task.store.with_id_mut(other, PhoneType::Mobile.id()).filter(|mobile| mobile.number.line == number.line) {
                mobile.sms_sign_in = SmsSignIn::PhoneNumberNotUnique;
            }
        }
    }
    if call.has("create.sms-sign-in-of-the-mobile-lost") && phone_type != PhoneType::Mobile {
        task.turn_off_the_mobile();
    }
    if !call.has("create.stored-on-other-users") {
        task.store.insert(task.user, phone.clone());
    }
    Ok(answer(task, &Phone { number, ..phone }))
}

fn read_type(task: &Task<'_>, body: &Map<String, Value>) -> Result<PhoneType, Refusal> {
    let call = task.call;
    match body.get("phoneType") {
        None | Some(Value::Null) if call.has("create.phone-type-optional") => Ok(PhoneType::Mobile),
        None | Some(Value::Null) => Err(missing(body, "type", "phoneType")),
        Some(Value::String(name)) => match PhoneType::named(name) {
            Some(phone_type) => Ok(phone_type),
            None if call.has("create.unknown-type-is-mobile") => Ok(PhoneType::Mobile),
            None if call.has("create.unknown-type-is-500") => Err(Refusal::failure()),
            None => Err(Refusal::rule("A phone's type is mobile, alternateMobile or office.")),
        },
        Some(_) => Err(Refusal::rule("A phone's type is a string.")),
    }
}

fn read(task: &mut Task<'_>, body: &Map<String, Value>, phone_type: PhoneType) -> Result<Number, Refusal> {
    let call = task.call;
    let text = match body.get("phoneNumber") {
        None | Some(Value::Null) if call.has("create.phone-number-optional") => return Ok(Number::unchecked("")),
        None | Some(Value::Null) => return Err(missing(body, "number", "phoneNumber")),
        Some(Value::String(text)) => text,
        Some(other) if call.has("create.numeric-number-accepted") => return Ok(Number::unchecked(&other.to_string())),
        Some(_) => return Err(Refusal::rule("A phone's number is a string.")),
    };
    if call.has(".bad-number-refused-but-stored") && number::parse(text).is_err() {
        replace(task, phone_type, Number::unchecked(text));
    }
    let mut number = read_number(call, text)?;
    if number.line.len() > 14 && call.has("create.long-number-cut") {
        number = Number::unchecked(&text[..text.len() - (number.line.len() - 14)]);
    }
    if phone_type != PhoneType::Office && number.text.contains('x') && call.has("create.extension-for-office-phones-only") {
        return Err(Refusal::bad_number(text));
    }
    Ok(number)
}

/// Refuses a second phone of a type, unless a fault replaces the first one.
fn refuse_second(task: &mut Task<'_>, existing: &Phone, number: &Number) -> Result<(), Refusal> {
    let call = task.call;
    let replaces = match existing.kind {
        PhoneType::Mobile => "create.second-mobile-replaces-the-first",
        PhoneType::AlternateMobile => "create.second-alternate-mobile-replaces-the-first",
        PhoneType::Office => "create.second-office-replaces-the-first",
    };
    if call.has(replaces) {
        task.store.remove(task.user, &existing.id);
        return Ok(());
    }
    if call.has("create.second-phone-is-500") {
        return Err(Refusal::failure());
    }
    if existing.kind == PhoneType::Mobile && call.has("create.second-mobile-refused-but-ready") {
        task.set_state(&existing.id, SmsSignIn::Ready);
    }
    if call.has("create.second-phone-refused-but-stored") {
        replace(task, existing.kind, number.clone());
    }
    Err(already_registered(existing.kind))
}

fn already_registered(phone_type: PhoneType) -> Refusal {
    let name = match phone_type {
        PhoneType::Mobile => "Mobile",
        PhoneType::AlternateMobile => "Alternate mobile",
        PhoneType::Office => "Office",
    };
    Refusal::rule(format!("{name} phone method is already registered for this account."))
}

/// Checks that the user's other phones allow one of this type.
fn check_other_phones(task: &mut Task<'_>, phone_type: PhoneType, number: &Number) -> Result<(), Refusal> {
    let call = task.call;
    let has_mobile = task.store.of_type(task.user, PhoneType::Mobile).is_some();
    if phone_type == PhoneType::AlternateMobile && !has_mobile && !call.has("create.alternate-mobile-needs-nothing") {
        if call.has("create.alternate-mobile-refused-but-stored") {
            replace(task, phone_type, number.clone());
        }
        return Err(Refusal::rule("An alternate mobile phone needs a mobile phone: add the mobile phone first."));
    }
    if phone_type == PhoneType::Office && !has_mobile && call.has("create.office-needs-a-mobile") {
        return Err(Refusal::rule("An office phone needs a mobile phone."));
    }
    if phone_type == PhoneType::Mobile && !task.store.phones(task.user).is_empty() && call.has("create.mobile-must-be-first") {
        return Err(Refusal::rule("A mobile phone has to be the first phone."));
    }
    if task.store.phones(task.user).len() >= 2 && call.has("create.third-phone-refused") {
        return Err(Refusal::rule("The user has two phones already."));
    }
    Ok(())
}

/// Replaces the user's phone of this type.
fn replace(task: &mut Task<'_>, phone_type: PhoneType, number: Number) {
    task.store.remove(task.user, phone_type.id());
    task.store.insert(task.user, Phone::new(phone_type, number, task.call.version));
}

/// Tries to register a mobile phone for SMS sign-in, and returns its state afterwards.
fn sign_in_state(task: &mut Task<'_>, phone: &Phone, body: &Map<String, Value>) -> SmsSignIn {
    let call = task.call;
    if let Some(Value::String(state)) = body.get("smsSignInState")
        && call.has("create.sms-sign-in-state-taken-from-the-body")
    {
        return SmsSignIn::Claimed(state.clone());
    }
    match phone.kind {
        PhoneType::Office if call.has("create.office-is-not-configured") => SmsSignIn::NotConfigured,
        PhoneType::Office if call.has("create.extension-is-not-configured") && phone.number.text.contains('x') => SmsSignIn::NotConfigured,
        PhoneType::AlternateMobile if call.has("create.alternate-mobile-is-ready") => SmsSignIn::Ready,
        PhoneType::Office | PhoneType::AlternateMobile => SmsSignIn::NotSupported,
        PhoneType::Mobile => {
            let line = &phone.number.line;
            if !task.account().sms_sign_in {
                if call.has("create.policy-ignored") {
                    return task.store.register(task.user, line);
                }
                if call.has("create.outside-policy-is-not-configured") {
                    return SmsSignIn::NotConfigured;
                }
            } else if call.has("create.number-not-registered") {
                return SmsSignIn::NotConfigured;
            }
            if call.has("create.numbers-of-other-types-are-taken")
                && task.has_on(&task.others(), line, |phone| phone.kind == PhoneType::Office)
            {
                return SmsSignIn::PhoneNumberNotUnique;
            }
            match task.register(line) {
                SmsSignIn::PhoneNumberNotUnique if call.has("create.taken-number-is-ready") => SmsSignIn::Ready,
                SmsSignIn::PhoneNumberNotUnique if call.has("create.checked-before-registered") && task.was_free(line) => SmsSignIn::Ready,
                SmsSignIn::PhoneNumberNotUnique if call.has("create.taken-number-is-not-configured") => SmsSignIn::NotConfigured,
                state => state,
            }
        }
    }
}

fn answer(task: &Task<'_>, phone: &Phone) -> Answer {
    let call = task.call;
    let status = if call.has("create.answers-200") {
        StatusCode::OK
    } else if call.has("create.answers-202") {
        StatusCode::ACCEPTED
    } else {
        StatusCode::CREATED
    };
    if call.has("create.answer-without-body") {
        return Answer::nothing(status);
    }
    let mut shown = show(call, phone);
    let id = match phone.kind {
        PhoneType::Mobile => call.has("create.mobile-id-is-random").then(|| Uuid::new_v4().to_string()),
        PhoneType::AlternateMobile => call.has("create.alternate-mobile-shows-the-mobiles-id").then(|| PhoneType::Mobile.id().to_owned()),
        PhoneType::Office => call.has("create.office-id-is-random").then(|| Uuid::new_v4().to_string()),
    };
    let id = id.or_else(|| call.has("create.stored-under-a-random-id").then(|| phone.kind.id().to_owned()));
    if let Some(id) = id {
        shown["id"] = json!(id);
    }
    task.one_of(status, shown)
}
