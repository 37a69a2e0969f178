//! The seven operations on the store.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal};
use super::body::RawBody;
use super::call::Call;
use super::cast::{CastUser, Directory};
use super::number::Number;
use super::path::{Owner, in_capitals};
use super::phone::{Phone, PhoneType, SmsSignIn};
use super::store::Store;
use crate::api::Operation;

mod create;
mod delete;
mod reads;
mod sign_in;
mod update;

/// A call that passed all checks, with the data that it works on.
#[derive(Debug)]
pub(super) struct Task<'a> {
    pub call: &'a Call<'a>,
    pub directory: &'a Directory,
    pub store: &'a mut Store,
    /// The user in the path.
    pub user: usize,
    pub body: &'a RawBody,
}

/// Carries out a call.
pub(super) fn run(task: Task<'_>) -> Result<Answer, Refusal> {
    let call = task.call;
    let lost = call.has_any(&[".not-stored", ".not-removed", ".without-effect"])
        || (call.by_user_principal_name() && call.has(".without-effect-by-user-principal-name"))
        || (call.through_me() && call.has(".without-effect-through-me"));
    if call.has_any(&["update.stored-on-other-users", ".removed-from-other-users", ".enabled-for-other-users", ".disabled-for-other-users"])
    {
        let mut store = task.store.clone();
        let answer = dispatch(Task { store: &mut store, ..task })?;
        for user in task.others() {
            // The answer does not depend on whether this succeeds for the others.
            let _ = dispatch(Task { store: task.store, user, ..task });
        }
        return Ok(answer);
    }
    if lost {
        // The change goes to a copy of the store, which is then dropped.
        let mut store = task.store.clone();
        return dispatch(Task { store: &mut store, ..task });
    }
    dispatch(task)
}

fn dispatch(mut task: Task<'_>) -> Result<Answer, Refusal> {
    match task.call.operation {
        Operation::Create => create::create(&mut task),
        Operation::List => reads::list(&mut task),
        Operation::Get => reads::get(&task),
        Operation::Update => update::update(&mut task),
        Operation::Delete => delete::delete(&mut task),
        Operation::EnableSmsSignIn => sign_in::enable(&mut task),
        Operation::DisableSmsSignIn => sign_in::disable(&mut task),
    }
}

impl Task<'_> {
    fn account(&self) -> &CastUser {
        self.directory.account(self.user)
    }

    /// The phone in the path.
    fn phone(&self) -> Option<&Phone> {
        let id = &self.call.phone_id;
        if self.call.has("get.phone-in-capitals-unknown") && in_capitals(id) {
            return None;
        }
        let is_wrong = PhoneType::with_id(id).is_none() && self.call.has(".any-id-is-the-mobile");
        if is_wrong { self.store.of_type(self.user, PhoneType::Mobile) } else { self.store.with_id(self.user, id) }
    }

    /// Every user except the one in the path.
    fn others(&self) -> Vec<usize> {
        self.store.users().filter(|other| *other != self.user).collect()
    }

    /// Tries to make a mobile phone's line the user's sign-in name, if the policy allows it.
    fn register(&mut self, line: &str) -> SmsSignIn {
        if self.account().sms_sign_in { self.store.register(self.user, line) } else { SmsSignIn::NotAllowedByPolicy }
    }

    /// Whether one of these users has a phone with this line for which `such` holds.
    fn has_on(&self, users: &[usize], line: &str, such: impl Fn(&Phone) -> bool) -> bool {
        users.iter().any(|user| self.store.phones(*user).iter().any(|phone| phone.number.line == line && such(phone)))
    }

    /// Whether nobody signed in with this line when the request arrived.
    fn was_free(&self, line: &str) -> bool {
        self.store.was_free(line, self.call.arrived)
    }

    /// Turns off SMS sign-in for the user's mobile phone.
    fn turn_off_the_mobile(&mut self) {
        if let Some(phone) = self.store.phones_mut(self.user).iter_mut().find(|phone| phone.kind == PhoneType::Mobile)
            && phone.sms_sign_in == SmsSignIn::Ready
        {
            phone.sms_sign_in = SmsSignIn::NotConfigured;
        }
    }

    fn set_state(&mut self, id: &str, state: SmsSignIn) {
        if let Some(phone) = self.store.with_id_mut(self.user, id) {
            phone.sms_sign_in = state;
        }
    }

    /// Removes all phones of the user except one.
    fn remove_others(&mut self, id: &str) {
        let others: Vec<String> =
            self.store.phones(self.user).iter().filter(|phone| phone.id != id).map(|phone| phone.id.clone()).collect();
        for other in others {
            self.store.remove(self.user, &other);
        }
    }

    /// The `@odata.context` of the user's phones.
    fn context(&self) -> String {
        let user = match &self.call.owner {
            Owner::User(user) => percent_encoding::utf8_percent_encode(user, UNRESERVED).to_string(),
            Owner::Me => self.account().id.clone(),
        };
        let collection = if self.call.among_methods() { "methods" } else { "phoneMethods" };
        format!("{}/{}/$metadata#users('{user}')/authentication/{collection}", self.call.root, self.call.version)
    }

    /// An answer with one phone.
    fn one(&self, status: StatusCode, phone: &Phone) -> Answer {
        self.one_of(status, show(self.call, phone))
    }

    fn one_of(&self, status: StatusCode, mut shown: Value) -> Answer {
        let call = self.call;
        if call.has(".answer-empty") {
            return Answer::json(status, json!({}));
        }
        if call.has(".answer-as-collection") {
            return Answer::json(status, json!({ "@odata.context": self.context(), "value": [shown] }));
        }
        shown["@odata.context"] = json!(format!("{}/$entity", self.context()));
        Answer::json(status, shown)
    }
}

const UNRESERVED: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A phone as an answer shows it.
fn show(call: &Call<'_>, phone: &Phone) -> Value {
    let number = phone.number.text.as_str();
    let number = if call.has_any(&[".answer-with-example-number", ".items-with-example-number"]) {
        "+1 2065555555"
    } else if call.has_any(&[".answer-without-extension", ".items-without-extension"]) {
        number.split('x').next().unwrap_or_default()
    } else {
        number
    };
    let phone_type = phone.kind.name();
    let phone_type = if call.has_any(&[".answer-with-placeholder-type", ".items-with-placeholder-type"]) {
        "phoneType-value".to_owned()
    } else if call.has_any(&[".answer-with-lower-case-type", ".items-with-lower-case-type"]) {
        phone_type.to_lowercase()
    } else if call.has_any(&[".answer-with-capitalised-type", ".items-with-capitalised-type"]) {
        format!("{}{}", phone_type[..1].to_uppercase(), &phone_type[1..])
    } else {
        phone_type.to_owned()
    };
    let state = if call.has_any(&[".answer-with-unknown-state", ".items-with-unknown-state"]) {
        "enabled"
    } else if phone.kind != PhoneType::Mobile && call.has(".other-types-shown-ready") {
        SmsSignIn::Ready.name()
    } else {
        phone.sms_sign_in.name()
    };

    let mut shown = Map::from_iter([("phoneType".to_owned(), json!(phone_type)), ("smsSignInState".to_owned(), json!(state))]);
    if !call.has_any(&[".answer-without-id", ".items-without-id"]) {
        shown.insert("id".to_owned(), json!(phone.id));
    }
    if !call.has_any(&[".answer-without-phone-number", ".items-without-phone-number"]) {
        shown.insert("phoneNumber".to_owned(), json!(number));
    }
    shown.retain(|name, _| call.query.shows(name));
    if call.has_any(&[".answer-with-another-type", ".items-with-another-type"]) {
        shown.insert("@odata.type".to_owned(), json!("#microsoft.graph.phoneMethod"));
    } else if call.among_methods() {
        shown.insert("@odata.type".to_owned(), json!("#microsoft.graph.phoneAuthenticationMethod"));
    }
    Value::Object(shown)
}

/// Gives a user phones. Only faults use it, when a request reaches a user that it must not reach.
pub(super) fn furnish(call: &Call<'_>, store: &mut Store, user: usize) {
    store.remove_all(user);
    if call.operation != Operation::Create {
        for phone_type in [PhoneType::Mobile, PhoneType::Office] {
            let number = Number::unchecked("+1 5005550006");
            store.insert(user, Phone::new(phone_type, number, call.version));
        }
    }
}
