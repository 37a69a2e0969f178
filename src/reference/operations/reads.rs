//! Listing and reading phones.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Task, show};
use crate::reference::answer::{Answer, Content, Refusal};
use crate::reference::call::Call;
use crate::reference::fault::{Get, List};
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

    let status = if call.has(List::Answers202) { StatusCode::ACCEPTED } else { StatusCode::OK };
    let shown = |phone: &Phone| {
        if call.has(List::FirstNumber) { show(call, &task.store.with_first_number(task.user, phone)) } else { show(call, phone) }
    };
    let mut items: Vec<Value> = phones.into_iter().map(shown).collect();
    if items.is_empty() {
        if call.has(List::EmptyIs404) {
            return Err(Refusal::no_such_phone("any"));
        }
        if call.has(List::EmptyIs204) {
            return Ok(Answer::nothing(StatusCode::NO_CONTENT));
        }
        if call.has(List::EmptyIsNull) {
            return Ok(Answer::json(status, json!({ "@odata.context": task.context(), "value": null })));
        }
    }
    if items.len() == 1 && call.has(List::SinglePhoneBare) {
        return Ok(Answer::json(status, items.remove(0)));
    }
    if call.has(List::BareArray) {
        return Ok(Answer::json(status, Value::Array(items)));
    }
    let property = if call.has(List::ValueRenamed) { "phoneMethods" } else { "value" };
    let mut body = json!({ "@odata.context": task.context(), property: items });
    if call.query.count {
        body["@odata.count"] = json!(count);
    }
    if let Some(skip) = next {
        body["@odata.nextLink"] = json!(next_link(call, skip));
    }
    Ok(Answer::json(status, body))
}

/// The address of the next page: the same, plus the number of phones already shown.
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
        if call.has(List::MeIsEmpty) {
            return Vec::new();
        }
        if call.has(List::MeIsSomebodyElse) {
            user = (user + 1) % task.directory.len();
        }
    }
    if call.has(List::EverybodysPhones) {
        return task.store.users().flat_map(|user| task.store.phones(user)).collect();
    }
    let mut phones: Vec<&Phone> = task.store.phones(user).iter().collect();
    if call.has(List::OfficeOmitted) {
        phones.retain(|phone| phone.kind != PhoneType::Office);
    }
    if call.has(List::MobileOmitted) {
        phones.retain(|phone| phone.kind != PhoneType::Mobile);
    }
    if call.has(List::AlternateMobileOmitted) {
        phones.retain(|phone| phone.kind != PhoneType::AlternateMobile);
    }
    if call.has(List::OtherVersionHidden) {
        phones.retain(|phone| phone.born_in == call.version);
    }
    if call.has(List::OnlyFirst) {
        phones.truncate(1);
    }
    if call.has(List::FirstTwice) {
        phones.extend(phones.first().copied());
    }
    phones
}

pub(super) fn get(task: &Task<'_>) -> Result<Answer, Refusal> {
    let call = task.call;
    let status = if call.has(Get::Answers202) { StatusCode::ACCEPTED } else { StatusCode::OK };
    match found(task) {
        Some(_) if call.through_me() && call.has(Get::MeIsExample) => {
            let mut example = Phone::new(PhoneType::Mobile, Number::unchecked("+1 2065555555"), call.version);
            example.sms_sign_in = SmsSignIn::Ready;
            Ok(task.one(status, &example))
        }
        Some(phone) if call.has(Get::FirstNumber) => Ok(task.one(status, &task.store.with_first_number(task.user, phone))),
        Some(phone) => Ok(task.one(status, phone)),
        None if call.has(Get::AbsentIsNulls) => {
            Ok(task.one_of(status, json!({ "id": null, "phoneNumber": null, "phoneType": null, "smsSignInState": null })))
        }
        None if call.has(Get::AbsentIs204) => Ok(Answer::nothing(StatusCode::NO_CONTENT)),
        None if call.has(Get::AbsentIsEmpty) => Ok(Answer::json(status, json!({}))),
        None if call.has(Get::AbsentFails) => Err(Refusal::failure()),
        None => Err(Refusal::no_such_phone(&call.phone_id)),
    }
}

/// The phone that a read shows.
fn found<'a>(task: &'a Task<'_>) -> Option<&'a Phone> {
    let call = task.call;
    let Some(phone) = task.phone() else {
        let somebody_elses = || task.others().into_iter().find_map(|other| task.store.with_id(other, &call.phone_id));
        return call.has(Get::AnybodysPhone).then(somebody_elses).flatten();
    };
    if call.has(Get::OtherVersionHidden) && phone.born_in != call.version {
        return None;
    }
    let phones = task.store.phones(task.user);
    if call.has(Get::FirstPhone) {
        return phones.first();
    }
    if call.has(Get::LastPhone) {
        return phones.last();
    }
    Some(phone)
}
