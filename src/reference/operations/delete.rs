//! Removing a phone.

use axum::http::StatusCode;

use super::Task;
use crate::reference::answer::{Answer, Refusal};
use crate::reference::fault::Delete;
use crate::reference::number::Number;
use crate::reference::phone::{Phone, PhoneType};

pub(super) fn delete(task: &mut Task<'_>) -> Result<Answer, Refusal> {
    let call = task.call;
    let Some(phone) = task.phone().cloned() else {
        if call.has(Delete::AbsentIs204) {
            return Ok(Answer::nothing(StatusCode::NO_CONTENT));
        }
        if call.has(Delete::AbsentTakenFromOthers) {
            for other in task.others() {
                task.store.remove(other, &call.phone_id);
            }
        }
        return Err(if call.has(Delete::AbsentFails) { Refusal::failure() } else { Refusal::no_such_phone(&call.phone_id) });
    };
    if phone.kind == PhoneType::Mobile {
        check_alternate_mobile(task, &phone)?;
        if task.store.of_type(task.user, PhoneType::Office).is_some() && call.has(Delete::DefaultRefusedButRemoved) {
            task.store.remove(task.user, &phone.id);
            return Err(Refusal::rule("The default method can't be deleted."));
        }
    }
    remove(task, &phone);
    if call.has(Delete::SignInLost) && phone.kind != PhoneType::Mobile {
        task.turn_off_the_mobile();
    }
    if call.has(Delete::Answers200WithPhone) {
        return Ok(task.one(StatusCode::OK, &phone));
    }
    Ok(Answer::nothing(if call.has(Delete::Answers200) {
        StatusCode::OK
    } else if call.has(Delete::Answers202) {
        StatusCode::ACCEPTED
    } else {
        StatusCode::NO_CONTENT
    }))
}

/// Refuses to remove a mobile phone while the user has an alternate mobile phone.
fn check_alternate_mobile(task: &mut Task<'_>, mobile: &Phone) -> Result<(), Refusal> {
    let call = task.call;
    let Some(alternate) = task.store.of_type(task.user, PhoneType::AlternateMobile).cloned() else { return Ok(()) };
    if call.has(Delete::MobileRemoved) {
        return Ok(());
    }
    if call.has(Delete::AlternateMobileRemovedToo) {
        task.store.remove(task.user, &alternate.id);
        return Ok(());
    }
    if call.has(Delete::AlternateMobilePromoted) {
        task.store.remove(task.user, &mobile.id);
        task.store.remove(task.user, &alternate.id);
        let promoted = Phone::new(PhoneType::Mobile, alternate.number, call.version);
        task.store.insert(task.user, promoted);
        return Ok(());
    }
    if call.has(Delete::MobileRefusalFails) {
        return Err(Refusal::failure());
    }
    if call.has(Delete::MobileRefusedButRemoved) {
        task.store.remove(task.user, &mobile.id);
    }
    Err(Refusal::rule("The mobile phone can't be deleted while the user has an alternate mobile phone."))
}

fn remove(task: &mut Task<'_>, phone: &Phone) {
    let call = task.call;
    if call.has(Delete::NumberBlanked) {
        if let Some(kept) = task.store.with_id_mut(task.user, &phone.id) {
            kept.number = Number::unchecked("");
        }
        return;
    }
    // If a fault put another phone under this id, it must not be removed.
    if task.phone() == Some(phone) {
        task.store.remove(task.user, &phone.id);
    }
    if phone.kind == PhoneType::Mobile && call.has(Delete::NumberKept) {
        task.register(&phone.number.line);
    }
    task.store.deleted[task.user] = Some(phone.number.line.clone());
    if call.has(Delete::AllRemoved) {
        task.store.remove_all(task.user);
    }
    if call.has(Delete::OfficeRemovedToo) {
        task.store.remove(task.user, PhoneType::Office.id());
    }
    if call.has(Delete::EverybodysRemoved) {
        for other in task.others() {
            task.store.remove(other, &phone.id);
        }
    }
}
