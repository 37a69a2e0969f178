//! The users in a scenario.

use crate::check::{Phones, Wanted};
use crate::graph::{Account, PhoneType};
use crate::steps::Halt;
use crate::target::User;
use crate::tenant::{Lease, Start};

/// A user in a scenario.
#[derive(Debug, Clone)]
pub struct Person {
    /// Object id.
    pub id: String,
    /// User principal name, if known.
    pub name: Option<String>,
    /// The phones that the scenario's steps start from.
    pub start: Option<Start>,
    /// The phones that the user had when the request was sent; `None` if unknown.
    pub phones: Option<Phones>,
    /// The example phones of a mock, if it shows them instead of the phones that the scenario starts from.
    pub examples: Option<Phones>,
    /// The phones that the run gave to the user, with full numbers. The endpoint may mask digits when it shows them.
    pub given: Vec<Wanted>,
    /// Whether an earlier scenario turned SMS sign-in on or off after the mobile phone was added.
    pub switched: bool,
}

/// The users that are lent to a scenario, the user under test first. A `person` is an index into them.
#[derive(Debug)]
pub struct People {
    /// The lease of the users; they return to the pool when the session ends.
    pub lease: Lease,
    /// Whether the users had phones from earlier scenarios at the start.
    pub inherited: bool,
    /// How many of them the steps have introduced.
    pub(in crate::steps) introduced: usize,
    /// The users.
    pub(in crate::steps) lent: Vec<Person>,
}

impl People {
    /// The users of `lease`, each with the phones that it starts from. `users` are all users of the target.
    pub fn new(lease: Lease, users: &[User], starts: Vec<Start>) -> Self {
        let mut starts = starts.into_iter();
        let person = |user: &usize| Person {
            id: users[*user].id.clone(),
            name: users[*user].user_principal_name.clone(),
            start: starts.next(),
            phones: None,
            examples: None,
            given: Vec::new(),
            switched: false,
        };
        let lent = lease.users.iter().map(person).collect();
        Self { inherited: lease.known.iter().any(Option::is_some), introduced: 0, lent, lease }
    }

    /// A user's object id.
    pub(in crate::steps) fn id(&self, person: usize) -> String {
        self.lent[person].id.clone()
    }

    /// Whether a request to this account is about this person. `/me` is the first person.
    pub(super) fn is_meant(&self, person: usize, account: &Account) -> bool {
        match account {
            Account::Me => person == 0,
            Account::User(user) => *user == self.lent[person].id || Some(user) == self.lent[person].name.as_ref(),
        }
    }

    /// The person that a request to this account is about.
    pub(super) fn meant(&self, account: &Account) -> Option<usize> {
        (0..self.lent.len()).find(|person| self.is_meant(*person, account))
    }

    /// The id of a user's phone of a type as the endpoint shows it, or else the well-known id.
    pub(in crate::steps) fn phone_id(&self, person: usize, kind: PhoneType) -> String {
        self.lent[person].phones.as_ref().map_or_else(|| kind.well_known_id().to_owned(), |phones| phones.id_of(kind))
    }

    /// The phones that a user had when the request was sent.
    pub(in crate::steps) fn phones(&self, person: usize) -> Result<Phones, Halt> {
        let unknown = || Halt::Blocked("the endpoint shows no phones that a request could change, so effects can't be seen".to_owned());
        self.lent[person].phones.clone().ok_or_else(unknown)
    }
}

/// The types and states of phones, without user data.
pub fn states(phones: &Phones) -> String {
    let each = phones.iter().map(|phone| format!("{} ({})", phone.kind, phone.sms_sign_in_state.as_deref().unwrap_or("no state")));
    if phones.is_empty() { "none".to_owned() } else { each.collect::<Vec<_>>().join(", ") }
}
