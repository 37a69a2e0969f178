//! Users that the run never changes, because it could not put back their phones.

use std::collections::BTreeSet;

use crate::graph::{Account, Call};
use crate::target::Target;

use super::Original;

/// The message about a user that the run does not change, without user data.
pub const UNREADABLE: &str = "neither the list nor single reads show the user's phones, so the run could not put them back and does not \
                              change them";

/// The users that the run never writes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftAlone {
    /// Ids and names, in lower case.
    names: BTreeSet<String>,
    /// The identities of users that the run may change.
    others: BTreeSet<usize>,
}

impl LeftAlone {
    /// Finds the users of a target whose phones the run could not read, or could not add again after a deletion.
    pub fn new(target: &Target, originals: &[Original]) -> Self {
        let unknown =
            |id: &str| originals.iter().any(|original| original.user == id && (!original.is_understood() || original.lacks_a_mobile()));
        let (alone, others): (Vec<_>, Vec<_>) = target.users.iter().partition(|user| unknown(&user.id));
        let names = |users: Vec<&crate::target::User>| -> BTreeSet<String> {
            let each = |user: &crate::target::User| {
                [Some(user.id.to_lowercase()), user.user_principal_name.as_ref().map(|name| name.to_lowercase())]
            };
            users.into_iter().flat_map(each).flatten().collect()
        };
        let others = names(others);
        let is_other = |(_, identity): &(usize, &crate::target::Identity)| {
            identity.user.as_ref().is_some_and(|name| others.contains(&name.to_lowercase()))
        };
        let others = target.identities.iter().enumerate().filter(is_other).map(|(index, _)| index).collect();
        Self { names: names(alone), others }
    }

    /// Whether the run never writes to this user.
    pub fn has(&self, user: &str) -> bool {
        self.names.contains(&user.to_lowercase())
    }

    /// Whether a request must not be sent, because it may change one of these users.
    pub fn forbids(&self, call: &Call) -> bool {
        !self.names.is_empty()
            && !call.operation.reads()
            && match &call.account {
                Account::User(user) => self.has(user),
                Account::Me => call.credential.identity().is_none_or(|identity| !self.others.contains(&identity)),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Operation;
    use crate::check::Phones;

    #[test]
    fn no_write_is_sent_about_a_user_who_could_not_be_put_back() {
        let target = Target::from_flags("http://localhost:1", "TOKEN", &["KIM".to_owned(), "lee".to_owned()]).unwrap();
        let original = |user: &str, phones| Original { user: user.to_owned(), phones };
        let alone = LeftAlone::new(&target, &[original("KIM", None), original("lee", Some(Phones::default()))]);
        let call = |operation, account| Call { operation, account, ..Call::example() };
        let about = |user: &str| Account::User(user.to_owned());
        assert!(alone.forbids(&call(Operation::Create, about("kim"))) && alone.forbids(&call(Operation::Delete, Account::Me)));
        assert!(!alone.forbids(&call(Operation::List, about("kim"))) && !alone.forbids(&call(Operation::Create, about("lee"))));
        assert!(!alone.forbids(&call(Operation::Create, about("nobody"))));
        let nobody = LeftAlone::new(&target, &[original("lee", Some(Phones::default()))]);
        assert!(
            !nobody.forbids(&call(Operation::Delete, Account::Me))
                && nobody == LeftAlone { others: nobody.others.clone(), ..LeftAlone::default() }
        );
    }
}
