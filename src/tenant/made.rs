//! The ids of phones that the endpoint created, according to its answers, and that were not deleted since.
//!
//! A list may hide a phone, and a read by the well-known id does not find a phone with another id. Then only the answer
//! to the create shows that the phone exists.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use crate::api::Operation;
use crate::graph::{Account, Call, Exchange, PhoneType};
use crate::target::Target;

/// At most this many ids are kept per user.
const MOST: usize = 64;

/// The created phones of every user of a target.
#[derive(Debug, Default)]
pub struct Made {
    /// The user's id for each of the user's names, in lower case.
    names: BTreeMap<String, String>,
    /// The id of the user that an identity is signed in as.
    signed_in: BTreeMap<usize, String>,
    ids: Mutex<BTreeMap<String, BTreeSet<String>>>,
}

impl Made {
    /// A record without ids.
    pub fn new(target: &Target) -> Self {
        let names: BTreeMap<String, String> = target
            .users
            .iter()
            .flat_map(|user| [Some(&user.id), user.user_principal_name.as_ref()].into_iter().flatten().map(|name| (name, &user.id)))
            .map(|(name, id)| (name.to_lowercase(), id.clone()))
            .collect();
        let user_of = |identity: &crate::target::Identity| names.get(&identity.user.as_ref()?.to_lowercase()).cloned();
        let signed_in = target.identities.iter().enumerate().filter_map(|(index, identity)| Some((index, user_of(identity)?))).collect();
        Self { names, signed_in, ids: Mutex::default() }
    }

    /// Records the answer to a create or a deletion.
    pub fn note(&self, call: &Call, exchange: &Exchange) {
        let Some(user) = self.user(call) else { return };
        let mut ids = self.ids.lock().expect("nothing panics while it is locked");
        match call.operation {
            Operation::Create if exchange.succeeded() => {
                let id = exchange.json().and_then(|phone| phone.get("id")?.as_str()).map(str::to_owned);
                let is_own =
                    |id: &String| !id.is_empty() && !PhoneType::ALL.iter().any(|kind| kind.well_known_id().eq_ignore_ascii_case(id));
                let id = id.filter(is_own);
                let known = ids.entry(user.to_owned()).or_default();
                known.extend(id.filter(|_| known.len() < MOST));
            }
            Operation::Delete if exchange.succeeded() || exchange.status == 404 => {
                if let (Some(known), Some(id)) = (ids.get_mut(user), &call.phone) {
                    known.retain(|known| !known.eq_ignore_ascii_case(id));
                }
            }
            _ => {}
        }
    }

    /// The ids, except well-known ones, of phones that a user may still have.
    pub fn of(&self, user: &str) -> BTreeSet<String> {
        let user = self.names.get(&user.to_lowercase()).map_or(user, String::as_str);
        self.ids.lock().expect("nothing panics while it is locked").get(user).cloned().unwrap_or_default()
    }

    /// The user of the target that a request is about, if any.
    fn user(&self, call: &Call) -> Option<&str> {
        match &call.account {
            Account::User(user) => self.names.get(&user.to_lowercase()),
            Account::Me => self.signed_in.get(&call.credential.identity()?),
        }
        .map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_created_phone_is_known_until_it_is_deleted() {
        let target = Target::from_flags("http://localhost:1", "TOKEN", &["Kim@contoso.com".to_owned()]).unwrap();
        let made = Made::new(&target);
        let call = |operation, id: &str| Call {
            operation,
            account: Account::User("kim@contoso.com".to_owned()),
            phone: (!id.is_empty()).then(|| id.to_owned()),
            ..Call::example()
        };
        let note = |call: &Call, status: u16, body: &str| {
            let answer = Exchange::new(call, String::new(), vec![], None, status, vec![], body.to_owned(), Duration::ZERO);
            made.note(call, &answer);
        };
        let create = call(Operation::Create, "");
        note(&create, 201, r#"{"id":"A7"}"#);
        note(&create, 201, r#"{"id":"B8"}"#);
        note(&create, 201, &format!(r#"{{"id":"{}"}}"#, PhoneType::Office.well_known_id().to_uppercase()));
        note(&create, 400, r#"{"id":"C9"}"#);
        note(&create, 201, "no JSON");
        let of = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(made.of("KIM@contoso.com"), of(&["A7", "B8"]));
        note(&call(Operation::Delete, "a7"), 204, "");
        note(&call(Operation::Delete, "B8"), 500, "");
        assert_eq!(made.of("kim@contoso.com"), of(&["B8"]));
        assert_eq!(made.of("lee@contoso.com"), of(&[]));
    }
}
