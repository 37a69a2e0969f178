//! The seven operations, as a server with these choices carries them out.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::super::Request;
use super::manner::{DefaultMethod, IDS, Manner, Stale, may_use_sms, object_id, principal};
use super::{Answer, Phones, Refusal, SIGN_IN_AGAIN, State, UNKNOWN};

impl Manner {
    /// The addressed user, if the caller may do this.
    pub(super) fn whose(
        &self,
        who: &(&str, &str, &str, &str, &str),
        me: bool,
        name: &str,
        operation: &str,
        beta: bool,
    ) -> Result<usize, Refusal> {
        let denied = (if self.refusal == 400 { 403 } else { self.refusal }, "accessDenied");
        let user = (0..4).find(|user| {
            let principal = principal(*user);
            if me {
                principal == who.4 || self.is_applications(who.1, *user)
            } else {
                principal.eq_ignore_ascii_case(name) || object_id(*user) == name
            }
        });
        let itself = user.is_some_and(|user| principal(user) == who.4);
        let allowed = match who.1 {
            "application" => (!me || self.application_has_me) && self.covers(who.2, operation, false),
            "delegated" if itself => self.covers(who.2, operation, true),
            "delegated" => self.covers(who.2, operation, false) && role_serves(who.3, operation),
            _ => false,
        };
        if !allowed {
            return Err(denied);
        }
        if let Some(status) = self.asks_to_sign_in_again.filter(|_| itself && !is_read(operation)) {
            return Err((status, SIGN_IN_AGAIN));
        }
        // In v1.0, no document ever let users without a role add or change their own phones.
        if itself && matches!(operation, "create" | "update") && !(self.edition == "legacy" && beta) {
            return Err((self.no_self_service, "accessDenied"));
        }
        user.ok_or(UNKNOWN)
    }

    /// Whether a permission covers an operation on one's own phones, or on others'.
    fn covers(&self, scope: &str, operation: &str, own: bool) -> bool {
        let rest = match scope.split_once('.') {
            Some(("UserAuthenticationMethod", rest)) => rest,
            Some(("UserAuthMethod-Phone", rest)) if !self.closed_permissions => rest,
            _ => return false,
        };
        let reaches = own || rest.ends_with(".All");
        reaches && (is_read(operation) || rest.starts_with("ReadWrite"))
    }

    /// Whether this is the user behind `/me` for an application.
    fn is_applications(&self, kind: &str, user: usize) -> bool {
        self.application_has_me && kind == "application" && user == 2
    }

    #[expect(clippy::too_many_arguments, reason = "a request is all of this")]
    pub(super) fn act(
        &self,
        state: &mut State,
        user: usize,
        operation: &str,
        kind: Option<&'static str>,
        request: &Request,
        masked: bool,
        seen: &Phones,
    ) -> Answer {
        let refused = (self.refusal, "badRequest");
        match (operation, kind) {
            ("list", _) => {
                let mut value: Vec<Value> = seen.iter().map(|(kind, phone)| self.phone(kind, phone, masked)).collect();
                if self.extravagant {
                    value.reverse();
                }
                Ok((200, json!({ "value": value })))
            }
            ("get", Some(kind)) => Ok((200, self.phone(kind, seen.get(kind).ok_or(UNKNOWN)?, masked))),
            ("create", _) => {
                let body = self.body(request)?;
                let kind = IDS.iter().find(|known| body["phoneType"] == known.0).ok_or(refused)?.0;
                let number = self.number(kind, &body["phoneNumber"])?;
                let phones = &state.phones[user];
                if phones.contains_key(kind) || kind == "alternateMobile" && !phones.contains_key("mobile") {
                    return Err(refused);
                }
                self.may_have(state, user, kind, &number)?;
                let fresh = self.new_state(state, user, kind, &number);
                let phone = (number, fresh.to_owned());
                state.first[user].get_or_insert(kind);
                let taken = fresh == "phoneNumberNotUnique";
                if !taken || self.conflict.1 {
                    state.phones[user].insert(kind, phone.clone());
                }
                if taken && self.conflict.0 >= 400 {
                    Err((self.conflict.0, "phoneNumberNotUnique"))
                } else {
                    Ok((201, self.phone(kind, &phone, false)))
                }
            }
            (_, Some(kind)) if !state.phones[user].contains_key(kind) => Err(UNKNOWN),
            ("update", Some(kind)) => {
                let body = self.body(request)?;
                if body.get("phoneType").is_some_and(|other| other != kind) && !self.ignores_type {
                    return Err(refused);
                }
                if self.ignores_type && body.get("phoneType").is_some() && body.get("phoneNumber").is_none() {
                    return Ok((204, Value::Null));
                }
                let number = self.number(kind, &body["phoneNumber"])?;
                self.may_have(state, user, kind, &number)?;
                let fresh = self.new_state(state, user, kind, &number).to_owned();
                state.phones[user].insert(kind, (number, fresh));
                let shown = self.phone(kind, &state.phones[user][kind], false);
                Ok((self.updated, if self.updated == 204 { Value::Null } else { shown }))
            }
            ("delete", Some(kind)) => {
                if kind == "mobile" && state.phones[user].contains_key("alternateMobile") {
                    return Err(refused);
                }
                let is_default = match self.default_method {
                    DefaultMethod::None => false,
                    DefaultMethod::Mobile => kind == "mobile",
                    DefaultMethod::First => state.first[user] == Some(kind),
                };
                if is_default && state.phones[user].len() > 1 {
                    return Err(refused);
                }
                state.phones[user].remove(kind);
                Ok((204, Value::Null))
            }
            ("disable", Some(_)) if self.off_is_idle && (kind != Some("mobile") || !may_use_sms(user)) => Ok((204, Value::Null)),
            (switch, Some("mobile")) if may_use_sms(user) => {
                let (number, now) = state.phones[user]["mobile"].clone();
                let taken = switch == "enable" && self.registered(state, user, "mobile", &number) == "phoneNumberNotUnique";
                let next = if switch == "disable" {
                    state.due[user] = None;
                    self.off
                } else {
                    self.new_state(state, user, "mobile", &number)
                };
                if taken || self.refuses_twice && next == now {
                    return Err(refused);
                }
                state.phones[user].insert("mobile", (number, next.to_owned()));
                Ok((204, Value::Null))
            }
            _ => Err(refused),
        }
    }

    /// Whether a phone may have a number, if numbers must be unique.
    fn may_have(&self, state: &State, user: usize, kind: &str, number: &str) -> Result<(), Refusal> {
        let others = same_version(user).flat_map(|other| state.phones[other].iter().map(move |(of, phone)| (other, *of, &phone.0)));
        let mut taken = others.filter(|(other, of, taken)| (*other, *of) != (user, kind) && taken.as_str() == number);
        if self.numbers_are_unique && taken.any(|(_, of, _)| kind != "mobile" || of != "mobile") {
            return Err((409, "phoneNumberInUse"));
        }
        Ok(())
    }

    /// The state of a phone with a new number. A delayed registration changes it later.
    fn new_state(&self, state: &mut State, user: usize, kind: &str, number: &str) -> &'static str {
        let fresh = self.registered(state, user, kind, number);
        if kind != "mobile" || self.registers_after.is_zero() || !may_use_sms(user) {
            return fresh;
        }
        state.due[user] = Some(Instant::now() + self.registers_after);
        self.off
    }

    /// Registers the numbers that are due.
    pub(super) fn register_what_is_due(&self, state: &mut State) {
        for user in 0..state.phones.len() {
            let waits = self.hands_on && state.phones[user].get("mobile").is_some_and(|phone| phone.1 == "phoneNumberNotUnique");
            state.due[user] = state.due[user].or(waits.then(Instant::now));
            if let Some(due) = state.due[user].take_if(|due| *due <= Instant::now())
                && let Some((number, _)) = state.phones[user].get("mobile").cloned()
            {
                let fresh = self.registered(state, user, "mobile", &number).to_owned();
                state.phones[user].insert("mobile", (number, fresh));
                let now = state.phones[user].clone();
                state.past[user].push((due, now));
            }
        }
    }

    /// The phones that a read shows, which may be an old state.
    pub(super) fn seen(&self, state: &State, user: usize, operation: &str) -> Phones {
        let lag = match self.stale {
            Stale::All => self.lag,
            Stale::AtRandom => self.lag * u32::try_from(state.requests * 7919 % 11).expect("it is less than 11") / 10,
            Stale::InTurns if state.requests.is_multiple_of(2) => self.lag,
            Stale::Lists if operation == "list" => self.lag,
            Stale::Reads if operation == "get" => self.lag,
            _ => Duration::ZERO,
        };
        let Some(then) = Instant::now().checked_sub(lag).filter(|_| !lag.is_zero()) else {
            return state.phones[user].clone();
        };
        state.past[user].iter().rev().find(|(at, _)| *at <= then).map(|(_, phones)| phones.clone()).unwrap_or_default()
    }

    fn phone(&self, kind: &str, (number, state): &(String, String), masked: bool) -> Value {
        let id = id_of(kind).1;
        let line = number.split('x').next().unwrap();
        let number = if masked { format!("{}XXXXXXXX{}", &line[..3], &line[line.len() - 2..]) } else { number.clone() };
        let mut phone = json!({ "id": id, "phoneNumber": number, "phoneType": kind, "smsSignInState": state });
        if self.extravagant {
            phone["id"] = json!(id.to_uppercase());
            phone["@odata.type"] = json!("#microsoft.graph.phoneAuthenticationMethod");
            phone["createdDateTime"] = Value::Null;
        }
        phone
    }

    /// The state of a number that a user gets.
    fn registered(&self, state: &State, user: usize, kind: &str, number: &str) -> &'static str {
        let again = |phones: &Phones| phones.get("mobile").is_some_and(|phone| phone.0 == number);
        match registered(state, user, kind, number) {
            "notSupported" if !may_use_sms(user) => self.backup_outside_policy,
            "ready" if self.remembers && state.past[user].iter().any(|(_, phones)| again(phones)) => "phoneNumberNotUnique",
            fresh => fresh,
        }
    }

    /// The stored form of a number, if it is valid.
    fn number(&self, kind: &str, value: &Value) -> Result<String, Refusal> {
        let refused = (self.refusal, "invalidPhoneNumber");
        let text = value.as_str().ok_or(refused)?;
        let (number, extension) = text.split_once('x').map_or((text, None), |(number, extension)| (number, Some(extension)));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = number.strip_prefix('+').ok_or(refused)?;
        // A number without the space is recognised only if its country code has one digit.
        let unspaced = || number.strip_prefix('1').filter(|_| self.spaces_numbers).map(|national| ("1", national));
        let (country, national) = number.split_once(' ').or_else(unspaced).ok_or(refused)?;
        let lengths = (1..=3).contains(&country.len()) && (4..=14).contains(&national.len());
        if !lengths || !digits(country) || !digits(national) || !extension.is_none_or(digits) {
            return Err(refused);
        }
        if extension.is_some() && kind != "office" && self.extensions_for_office_only {
            return Err(refused);
        }
        Ok(format!("+{country} {national}{}", extension.map(|extension| format!("x{extension}")).unwrap_or_default()))
    }

    fn body(&self, request: &Request) -> Result<Value, Refusal> {
        if !request.header("content-type").starts_with("application/json") {
            return Err((self.wrong_media_type, "UnsupportedMediaType"));
        }
        serde_json::from_str(&request.body).ok().filter(Value::is_object).ok_or((self.refusal, "badRequest"))
    }
}

/// The users of the same version as a user.
fn same_version(user: usize) -> std::ops::Range<usize> {
    let first = user / 4 * 4;
    first..first + 4
}

fn is_read(operation: &str) -> bool {
    matches!(operation, "list" | "get")
}

/// Whether a role lets its holder act on others.
fn role_serves(role: &str, operation: &str) -> bool {
    match role {
        "Authentication Administrator" | "Privileged Authentication Administrator" => true,
        "Global Reader" => is_read(operation),
        _ => false,
    }
}

/// Stores the number of a refused request.
pub(super) fn store(state: &mut State, user: usize, kind: Option<&'static str>, request: &Request) {
    let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
    let kind = kind.or_else(|| IDS.iter().map(|known| known.0).find(|known| body["phoneType"] == *known));
    if let (Some(kind), Some(number)) = (kind, body["phoneNumber"].as_str()) {
        let fresh = registered(state, user, kind, number).to_owned();
        state.phones[user].insert(kind, (number.to_owned(), fresh));
    }
}

/// The state of a number that a user gets.
fn registered(state: &State, user: usize, kind: &str, number: &str) -> &'static str {
    let taken = same_version(user)
        .any(|other| other != user && state.phones[other].get("mobile").is_some_and(|phone| phone.0 == number && phone.1 == "ready"));
    match (kind, may_use_sms(user)) {
        ("mobile", true) if taken => "phoneNumberNotUnique",
        ("mobile", true) => "ready",
        ("mobile", false) => "notAllowedByPolicy",
        _ => "notSupported",
    }
}

pub(super) fn id_of(kind: &str) -> (&'static str, &'static str) {
    *IDS.iter().find(|known| known.0 == kind).expect("only known types are kept")
}
