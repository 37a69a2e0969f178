//! Removing a phone.

use axum::http::StatusCode;

use super::Task;
use crate::reference::answer::{Answer, Refusal};
use crate::reference::number::Number;
use crate::reference::phone::{Phone, PhoneType};

pub(super) fn delete(task: &mut Task<'_>) -> Result<Answer, Refusal> {
    let call = task.call;
    let Some(phone) = task.phone().cloned() else {
        if call.has("delete.absent-is-204") {
            return Ok(Answer::nothing(StatusCode::NO_CONTENT));
        }
        if call.has("delete.missing-phone-taken-from-others") {
            for other in task.others() {
                task.store.remove(other, &call.phone_id);
            }
        }
        return Err(if call.has("delete.absent-is-500") { Refusal::failure() } else { Refusal::no_such_phone(&call.phone_id) });
    };
    if phone.kind == PhoneType::Mobile {
        check_alternate_mobile(task, &phone)?;
        if task.store.of_type(task.user, PhoneType::Office).is_some() && call.has("delete.default-method-refused-but-removed") {
            task.store.remove(task.user, &phone.id);
            return Err(Refusal::rule("The default method can't be deleted."));
        }
    }
    remove(task, &phone);
    if call.has("delete.sms-sign-in-of-the-mobile-lost") && phone.kind != PhoneType::Mobile {
        task.turn_off_the_mobile();
    }
    if call.has("delete.answers-200-with-the-phone") {
        return Ok(task.one(StatusCode::OK, &phone));
    }
    Ok(Answer::nothing(if call.has("delete.answers-200") {
        StatusCode::OK
    } else if call.has("delete.answers-202") {
        StatusCode::ACCEPTED
    } else {
        StatusCode::NO_CONTENT
    }))
}

/// Refuses to remove a mobile phone while the user has an alternate mobile phone.
fn check_alternate_mobile(task: &mut Task<'_>, mobile: &Phone) -> Result<(), Refusal> {
    let call = task.call;
    let Some(alternate) = task.store.of_type(task.user, PhoneType::AlternateMobile).cloned() else { return Ok(()) };
    if call.has("delete.mobile-removed-before-alternate-mobile") {
        return Ok(());
    }
    if call.has("delete.alternate-mobile-removed-too") {
        task.store.remove(task.user, &alternate.id);
        return Ok(());
    }
    if call.has("delete.alternate-mobile-promoted") {
        task.store.remove(task.user, &mobile.id);
        task.store.remove(task.user, &alternate.id);
        let promoted = Phone::new(PhoneType::Mobile, alternate.number, call.version);
        task.store.insert(task.user, promoted);
        return Ok(());
    }
    if call.has("delete.mobile-before-alternate-mobile-is-500") {
        return Err(Refusal::failure());
    }
    if call.has("delete.mobile-refused-but-removed") {
        task.store.remove(task.user, &mobile.id);
    }
    Err(Refusal::rule("The mobile phone can't be deleted while the user has an alternate mobile phone."))
}

fn remove(task: &mut Task<'_>, phone: &Phone) {
    let call = task.call;
    if phone.changed && call.has("delete.changed-phone-stays") {
        return;
    }
    if call.has("delete.number-blanked") {
        if let Some(kept) = task.store.with_id_mut(task.user, &phone.id) {
            kept.number = Number::unchecked("");
        }
        return;
    }
    // A fault may have put another phone under this id. That phone must stay.
    if task.phone() == Some(phone) {
        task.store.remove(task.user, &phone.id);
    }
    if phone.kind == PhoneType::Mobile && call.has("delete.number-stays-taken") {
        task.register(&phone.number.line);
    }
    task.store.deleted[task.user] = Some(phone.number.line.clone());
    if call.has("delete.all-removed") {
        task.store.remove_all(task.user);
    }
    if call.has("delete.office-removed-too") {
        task.store.remove(task.user, PhoneType::Office.id());
    }
    if call.has("delete.number-removed-everywhere") {
        task.store.remove_number(&phone.number);
    }
    if call.has("delete.everybodys-removed") {
        for other in task.others() {
            task.store.remove(other, &phone.id);
        }
    }
}
