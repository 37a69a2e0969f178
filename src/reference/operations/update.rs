//! Changing a phone.

use axum::http::StatusCode;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Task;
use crate::api::ApiVersion;
use crate::reference::answer::{Answer, Refusal};
use crate::reference::body::{near_miss, read_number, stored};
use crate::reference::number::{self, Number};
use crate::reference::phone::{Phone, PhoneType, SmsSignIn};

pub(super) fn update(task: &mut Task<'_>) -> Result<Answer, Refusal> {
    let call = task.call;
    let Some(mut phone) = task.phone().cloned() else { return absent(task) };
    let id = phone.id.clone();
    let body = task.body.object(call)?;

    let phone_type = read_type(task, &body, &phone)?;
    if let Some(number) = read(task, &body, &id)? {
        let number = stored(call, &number);
        if number != phone.number {
            change_number(task, &mut phone, number);
        }
    }
    phone.kind = if call.has("update.type-becomes-office") { PhoneType::Office } else { phone_type };
    if call.has("update.id-is-renewed") {
        phone.id = Uuid::new_v4().to_string();
    }
    if let (true, Some(Value::String(id))) = (call.has("update.id-taken-from-the-body"), body.get("id")) {
        phone.id.clone_from(id);
    }
    if let (true, Some(Value::String(state))) = (call.has("update.sms-sign-in-state-taken-from-the-body"), body.get("smsSignInState")) {
        phone.sms_sign_in = SmsSignIn::Claimed(state.clone());
    }
    if let Some(kept) = task.store.with_id_mut(task.user, &id) {
        *kept = phone.clone();
    }
    if call.has("update.sms-sign-in-of-the-mobile-lost") && phone.kind != PhoneType::Mobile {
        task.turn_off_the_mobile();
    }
    spread(task, &phone);
    Ok(answer(task, &phone))
}

fn absent(task: &mut Task<'_>) -> Result<Answer, Refusal> {
    let call = task.call;
    if call.has("update.absent-is-204") {
        return Ok(Answer::nothing(StatusCode::NO_CONTENT));
    }
    if call.has("update.absent-is-500") {
        return Err(Refusal::failure());
    }
    if let (true, Some(phone_type)) = (call.has("update.absent-is-created"), PhoneType::with_id(&call.phone_id)) {
        let body = task.body.object(call)?;
        if let Some(number) = read(task, &body, "")? {
            let phone = Phone::new(phone_type, number, call.version);
            task.store.insert(task.user, phone.clone());
            return Ok(answer(task, &phone));
        }
    }
    Err(Refusal::no_such_phone(&call.phone_id))
}

/// The type that the phone has afterwards. Without a fault, a change never changes the type.
fn read_type(task: &mut Task<'_>, body: &Map<String, Value>, phone: &Phone) -> Result<PhoneType, Refusal> {
    let call = task.call;
    let wanted = match body.get("phoneType") {
        // SDKs that track changes send null for properties that they do not know.
        None | Some(Value::Null) => return Ok(phone.kind),
        Some(Value::String(name)) => PhoneType::named(name),
        Some(_) => None,
    };
    match wanted {
        Some(wanted) if wanted == phone.kind => Ok(wanted),
        Some(wanted) if call.has("update.type-changed") => Ok(wanted),
        _ if call.has("update.type-change-is-500") => Err(Refusal::failure()),
        _ => {
            if let (true, Some(number)) = (call.has("update.type-change-refused-but-number-stored"), read(task, body, &phone.id)?) {
                store_number(task, &phone.id, number);
            }
            Err(Refusal::rule("A phone's type can't be changed: add a phone of the other type and delete this one."))
        }
    }
}

/// The number in the body, if there is one.
fn read(task: &mut Task<'_>, body: &Map<String, Value>, id: &str) -> Result<Option<Number>, Refusal> {
    let call = task.call;
    let text = match body.get("phoneNumber") {
        None if call.has("update.missing-number-blanks") => return Ok(Some(Number::unchecked(""))),
        None => return near_miss(body, "phoneNumber").map_or(Ok(None), |near| Err(Refusal::rule(near))),
        Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text,
        Some(other) if call.has("update.numeric-number-accepted") => {
            return Ok(Some(Number::unchecked(&other.to_string())));
        }
        Some(_) => return Err(Refusal::rule("A phone's number is a string.")),
    };
    if call.has(".bad-number-refused-but-stored") && number::parse(text).is_err() {
        store_number(task, id, Number::unchecked(text));
    }
    read_number(call, text).map(Some)
}

fn store_number(task: &mut Task<'_>, id: &str, number: Number) {
    if let Some(phone) = task.store.with_id_mut(task.user, id) {
        phone.number = number;
    }
}

/// Gives a phone a new number. A mobile phone's old line becomes free, and the new one is tried as a sign-in name.
fn change_number(task: &mut Task<'_>, phone: &mut Phone, number: Number) {
    let call = task.call;
    let old = std::mem::replace(&mut phone.number, number);
    if call.has("update.number-changed-everywhere") {
        for user in task.store.users() {
            for other in task.store.phones_mut(user).iter_mut().filter(|other| other.number == old) {
                other.number = phone.number.clone();
            }
        }
    }
    phone.changed = true;
    if phone.kind != PhoneType::Mobile {
        let extended = phone.number.text.contains('x');
        if call.has("update.other-types-recalculated") || (extended && call.has("update.extension-is-not-configured")) {
            phone.sms_sign_in = SmsSignIn::NotConfigured;
        }
        return;
    }
    if !call.has("update.old-number-stays-taken") {
        task.store.release(task.user, &old.line);
    }
    let state = match task.register(&phone.number.line) {
        SmsSignIn::PhoneNumberNotUnique if call.has("update.taken-number-is-ready") => SmsSignIn::Ready,
        state => state,
    };
    let stays = phone.sms_sign_in == SmsSignIn::PhoneNumberNotUnique && call.has("update.not-unique-stays");
    if !call.has("update.sms-sign-in-state-kept") && !stays {
        phone.sms_sign_in = state;
    }
}

/// Makes a change affect more phones than it should; without faults it does nothing.
fn spread(task: &mut Task<'_>, phone: &Phone) {
    let call = task.call;
    if call.has("update.other-phones-removed") {
        task.remove_others(&phone.id);
    }
    if call.has("update.all-phones-changed") {
        for other in task.store.phones_mut(task.user) {
            other.number = phone.number.clone();
        }
    }
    if call.has("update.everybodys-phone-changed") {
        for other in task.others() {
            if let Some(theirs) = task.store.with_id_mut(other, &phone.id) {
                theirs.number = phone.number.clone();
            }
        }
    }
}

/// The documents of v1.0 promise 204; those of beta and of PUT promise 200 with the phone.
fn answer(task: &Task<'_>, phone: &Phone) -> Answer {
    let call = task.call;
    if call.has("update.answers-201") {
        return task.one(StatusCode::CREATED, phone);
    }
    if call.has("update.answers-202") {
        return Answer::nothing(StatusCode::ACCEPTED);
    }
    match call.version {
        ApiVersion::V1 if !call.replaces && !call.preferences.representation => Answer::nothing(StatusCode::NO_CONTENT),
        _ => task.one(StatusCode::OK, phone),
    }
}
