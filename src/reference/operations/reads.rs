//! Listing and reading phones.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Task, show};
use crate::reference::answer::{Answer, Content, Refusal};
use crate::reference::call::Call;
use crate::reference::number::Number;
use crate::reference::path::Resource;
use crate::reference::phone::{Phone, PhoneType, SmsSignIn};

pub(super) fn list(task: &mut Task<'_>) -> Result<Answer, Refusal> {
    let call = task.call;
    let mut phones = listed(task);
    phones.retain(|phone| call.query.admits(phone));
    let count = phones.len();
    if call.resource == Resource::Count {
        return Ok(Answer { status: StatusCode::OK, content: Content::Text(count.to_string()) });
    }
    let next = call.query.page(&mut phones, call.preferences.page_size);

    let status = if call.has("list.answers-202") { StatusCode::ACCEPTED } else { StatusCode::OK };
    let shown = |phone: &Phone| {
        if call.has("list.first-number-stays") { show(call, &task.store.with_first_number(task.user, phone)) } else { show(call, phone) }
    };
    let mut items: Vec<Value> = phones.into_iter().map(shown).collect();
    if items.is_empty() {
        if call.has("list.empty-is-404") {
            return Err(Refusal::no_such_phone("any"));
        }
        if call.has("list.empty-is-204") {
            return Ok(Answer::nothing(StatusCode::NO_CONTENT));
        }
        if call.has("list.empty-is-null") {
            return Ok(Answer::json(status, json!({ "@odata.context": task.context(), "value": null })));
        }
    }
    if items.len() == 1 && call.has("list.single-phone-bare") {
        return Ok(Answer::json(status, items.remove(0)));
    }
    if call.has("list.bare-array") {
        return Ok(Answer::json(status, Value::Array(items)));
    }
    let property = if call.has("list.value-renamed") { "phoneMethods" } else { "value" };
    let mut body = json!({ "@odata.context": task.context(), property: items });
    if call.query.count {
        body["@odata.count"] = json!(count);
    }
    if let Some(skip) = next {
        body["@odata.nextLink"] = json!(next_link(call, skip));
    }
    Ok(Answer::json(status, body))
}

/// The address of the next page: the address of the request with the number of phones to skip.
fn next_link(call: &Call<'_>, skip: usize) -> String {
    let is_skip = |option: &&str| {
        let name = option.split('=').next().unwrap_or_default();
        name.eq_ignore_ascii_case("$skip") || name.eq_ignore_ascii_case("%24skip")
    };
    let options: Vec<&str> =
        call.uri.query().unwrap_or_default().split('&').filter(|option| !option.is_empty() && !is_skip(option)).collect();
    let skip = format!("$skip={skip}");
    format!("{}{}?{}", call.root, call.uri.path(), [&options[..], &[&skip]].concat().join("&"))
}

/// The phones that a list shows.
fn listed<'a>(task: &'a Task<'_>) -> Vec<&'a Phone> {
    let call = task.call;
    let mut user = task.user;
    if call.through_me() {
        if call.has("list.me-is-empty") {
            return Vec::new();
        }
        if call.has("list.me-is-somebody-else") {
            user = (user + 1) % task.directory.len();
        }
    }
    if call.has("list.everybodys-phones") {
        return task.store.users().flat_map(|user| task.store.phones(user)).collect();
    }
    let mut phones: Vec<&Phone> = task.store.phones(user).iter().collect();
    if call.has("list.office-omitted") {
        phones.retain(|phone| phone.kind != PhoneType::Office);
    }
    if call.has("list.mobile-omitted") {
        phones.retain(|phone| phone.kind != PhoneType::Mobile);
    }
    if call.has("list.alternate-mobile-omitted") {
        phones.retain(|phone| phone.kind != PhoneType::AlternateMobile);
    }
    if call.has("list.other-version-hidden") {
        phones.retain(|phone| phone.added_through == call.version);
    }
    if call.has("list.only-the-first") {
        phones.truncate(1);
    }
    if call.has("list.first-twice") {
        phones.extend(phones.first().copied());
    }
    phones
}

pub(super) fn get(task: &Task<'_>) -> Result<Answer, Refusal> {
    let call = task.call;
    let status = if call.has("get.answers-202") { StatusCode::ACCEPTED } else { StatusCode::OK };
    match found(task) {
        Some(_) if call.through_me() && call.has("get.me-is-the-example") => {
            let mut example = Phone::new(PhoneType::Mobile, Number::unchecked("+1 2065555555"), call.version);
            example.sms_sign_in = SmsSignIn::Ready;
            Ok(task.one(status, &example))
        }
        Some(phone) if call.has("get.first-number-stays") => Ok(task.one(status, &task.store.with_first_number(task.user, phone))),
        Some(phone) => Ok(task.one(status, phone)),
        None if call.has("get.absent-is-nulls") => {
            Ok(task.one_of(status, json!({ "id": null, "phoneNumber": null, "phoneType": null, "smsSignInState": null })))
        }
        None if call.has("get.absent-is-204") => Ok(Answer::nothing(StatusCode::NO_CONTENT)),
        None if call.has("get.absent-is-an-empty-object") => Ok(Answer::json(status, json!({}))),
        None if call.has("get.absent-is-500") => Err(Refusal::failure()),
        None => Err(Refusal::no_such_phone(&call.phone_id)),
    }
}

/// The phone that a read shows.
fn found<'a>(task: &'a Task<'_>) -> Option<&'a Phone> {
    let call = task.call;
    let Some(phone) = task.phone() else {
        let somebody_elses = || task.others().into_iter().find_map(|other| task.store.with_id(other, &call.phone_id));
        return call.has("get.anybodys-phone").then(somebody_elses).flatten();
    };
    if call.has("get.other-version-hidden") && phone.added_through != call.version {
        return None;
    }
    let phones = task.store.phones(task.user);
    if call.has("get.first-phone") {
        return phones.first();
    }
    if call.has("get.last-phone") {
        return phones.last();
    }
    Some(phone)
}
