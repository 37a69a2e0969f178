//! The users' phones, and the lines that are sign-in names.

use std::collections::HashMap;
use std::time::Instant;

use super::number::Number;
use super::phone::{Phone, PhoneType, SmsSignIn};

/// Who signs in with a line.
#[derive(Debug, Clone, Copy)]
struct Registration {
    user: usize,
    /// When the line was registered. Only faults use it.
    since: Instant,
}

/// Everything that requests change. Users have the same indices as in the directory.
#[derive(Debug, Clone)]
pub(super) struct Store {
    phones: Vec<Vec<Phone>>,
    sign_in_names: HashMap<String, Registration>,
    /// The number of the first phone of each type that each user had. Only faults use it.
    first_numbers: HashMap<(usize, PhoneType), Number>,
    /// The line of the phone that was last removed from each user. Only faults use it.
    pub deleted: Vec<Option<String>>,
}

impl Store {
    /// A store without phones.
    pub fn new(users: usize) -> Self {
        Self { phones: vec![Vec::new(); users], sign_in_names: HashMap::new(), first_numbers: HashMap::new(), deleted: vec![None; users] }
    }

    pub fn users(&self) -> std::ops::Range<usize> {
        0..self.phones.len()
    }

    pub fn phones(&self, user: usize) -> &[Phone] {
        &self.phones[user]
    }

    pub fn phones_mut(&mut self, user: usize) -> &mut Vec<Phone> {
        &mut self.phones[user]
    }

    pub fn of_type(&self, user: usize, phone_type: PhoneType) -> Option<&Phone> {
        self.phones[user].iter().find(|phone| phone.kind == phone_type)
    }

    pub fn with_id(&self, user: usize, id: &str) -> Option<&Phone> {
        self.phones[user].iter().find(|phone| phone.id.eq_ignore_ascii_case(id))
    }

    pub fn with_id_mut(&mut self, user: usize, id: &str) -> Option<&mut Phone> {
        self.phones[user].iter_mut().find(|phone| phone.id.eq_ignore_ascii_case(id))
    }

    /// A user's phone with the number of the user's first phone of its type.
    pub fn with_first_number(&self, user: usize, phone: &Phone) -> Phone {
        let number = self.first_numbers.get(&(user, phone.kind)).unwrap_or(&phone.number).clone();
        Phone { number, ..phone.clone() }
    }

    pub fn insert(&mut self, user: usize, phone: Phone) {
        self.first_numbers.entry((user, phone.kind)).or_insert_with(|| phone.number.clone());
        self.phones[user].push(phone);
    }

    /// Removes a phone and releases its line.
    pub fn remove(&mut self, user: usize, id: &str) {
        if let Some(phone) = self.with_id(user, id).cloned() {
            self.release_phone(user, &phone);
            self.phones[user].retain(|kept| kept.id != phone.id);
        }
    }

    pub fn remove_all(&mut self, user: usize) {
        for phone in std::mem::take(&mut self.phones[user]) {
            self.release_phone(user, &phone);
        }
    }

    /// Removes every phone with this number. Only a fault does.
    pub fn remove_number(&mut self, number: &Number) {
        for user in self.users() {
            let ids: Vec<String> = self.phones[user].iter().filter(|phone| phone.number == *number).map(|phone| phone.id.clone()).collect();
            for id in ids {
                self.remove(user, &id);
            }
        }
    }

    /// Whether another user signs in with a line.
    pub fn is_taken(&self, user: usize, line: &str) -> bool {
        self.sign_in_names.get(line).is_some_and(|holder| holder.user != user)
    }

    /// Whether nobody signed in with a line at this time. Only faults ask.
    pub fn was_free(&self, line: &str, at: Instant) -> bool {
        self.sign_in_names.get(line).is_none_or(|holder| holder.since >= at)
    }

    /// Tries to make a line the user's sign-in name, which the policy must allow, and returns the resulting state.
    pub fn register(&mut self, user: usize, line: &str) -> SmsSignIn {
        if self.is_taken(user, line) {
            return SmsSignIn::PhoneNumberNotUnique;
        }
        self.sign_in_names.insert(line.to_owned(), Registration { user, since: Instant::now() });
        SmsSignIn::Ready
    }

    /// Releases a line if it is this user's sign-in name.
    pub fn release(&mut self, user: usize, line: &str) {
        if self.sign_in_names.get(line).is_some_and(|holder| holder.user == user) {
            self.sign_in_names.remove(line);
        }
    }

    /// Releases the line of a mobile phone. An office phone may have the same number, and deleting it must not release
    /// the sign-in name of the mobile phone.
    fn release_phone(&mut self, user: usize, phone: &Phone) {
        if phone.kind == PhoneType::Mobile {
            self.release(user, &phone.number.line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ApiVersion;

    fn phone(phone_type: PhoneType) -> Phone {
        Phone::new(phone_type, Number::unchecked("+1 2065550100"), ApiVersion::V1)
    }

    #[test]
    fn a_line_is_the_sign_in_name_of_one_user() {
        let mut store = Store::new(2);
        assert_eq!(store.register(0, "1"), SmsSignIn::Ready);
        assert_eq!(store.register(0, "1"), SmsSignIn::Ready);
        assert_eq!(store.register(1, "1"), SmsSignIn::PhoneNumberNotUnique);
        store.release(1, "1");
        assert!(store.is_taken(1, "1"), "nobody gives back what is somebody else's");
        store.release(0, "1");
        assert_eq!(store.register(1, "1"), SmsSignIn::Ready);
    }

    #[test]
    fn removing_a_mobile_frees_its_line_and_removing_an_office_phone_does_not() {
        let mut store = Store::new(2);
        store.insert(0, phone(PhoneType::Mobile));
        store.insert(0, phone(PhoneType::Office));
        store.register(0, "12065550100");
        store.remove(0, PhoneType::Office.id());
        assert!(store.is_taken(1, "12065550100"));
        store.remove(0, &PhoneType::Mobile.id().to_uppercase());
        assert!(!store.is_taken(1, "12065550100"));
        assert!(store.phones(0).is_empty());
    }
}
