//! Initial users and phones, from a file in TOML or JSON.

use std::fmt;

use serde::{Deserialize, Deserializer, de::Error as _};

use super::answer::Refusal;
use super::number::{self, Number};
use super::phone::{Phone, PhoneType, SmsSignIn};
use super::store::Store;
use crate::api::ApiVersion;

/// An initial user.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "UserEntry")]
pub struct SeedUser {
    /// `None` for an id that is made up at each start.
    pub(super) id: Option<String>,
    pub(super) user_principal_name: String,
    pub(super) sms_sign_in: bool,
    /// A mobile phone comes first, because other phones may depend on it.
    phones: Vec<(PhoneType, Number)>,
}

/// A mistake in a seed file, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedError {
    /// Line and column, counted from one.
    pub position: Option<(usize, usize)>,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.position {
            write!(f, "{line}:{column}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for SeedError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    users: Vec<SeedUser>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserEntry {
    id: Option<String>,
    user_principal_name: String,
    #[serde(default = "yes")]
    sms_sign_in: bool,
    #[serde(default)]
    phones: Vec<PhoneEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhoneEntry {
    #[serde(deserialize_with = "phone_type")]
    phone_type: PhoneType,
    #[serde(deserialize_with = "phone_number")]
    phone_number: Number,
}

fn yes() -> bool {
    true
}

fn phone_type<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PhoneType, D::Error> {
    let name = String::deserialize(deserializer)?;
    PhoneType::named(&name).ok_or_else(|| D::Error::custom(format!("`{name}` is none of mobile, alternateMobile, office")))
}

fn phone_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
    let text = String::deserialize(deserializer)?;
    number::parse(&text).map_err(|_| D::Error::custom(format!("`{text}`: {}", Refusal::bad_number(&text).message())))
}

impl TryFrom<UserEntry> for SeedUser {
    type Error = String;

    fn try_from(entry: UserEntry) -> Result<Self, String> {
        let UserEntry { id, user_principal_name, sms_sign_in, phones } = entry;
        let mut phones: Vec<(PhoneType, Number)> = phones.into_iter().map(|phone| (phone.phone_type, phone.phone_number)).collect();
        for kind in PhoneType::ALL {
            if phones.iter().filter(|(other, _)| *other == kind).count() > 1 {
                return Err(format!("{user_principal_name} has two phones of the type {kind}"));
            }
        }
        let has = |kind| phones.iter().any(|(other, _)| *other == kind);
        if has(PhoneType::AlternateMobile) && !has(PhoneType::Mobile) {
            return Err(format!("{user_principal_name} has an alternateMobile phone, which needs a mobile phone"));
        }
        phones.sort_by_key(|(kind, _)| *kind != PhoneType::Mobile);
        Ok(Self { id, user_principal_name, sms_sign_in, phones })
    }
}

impl SeedUser {
    /// Parses a seed file.
    ///
    /// # Errors
    ///
    /// Fails if the text is neither TOML nor JSON, has an unknown key, a phone that could not be added, or the same
    /// user twice.
    pub fn read(text: &str) -> Result<Vec<Self>, SeedError> {
        let text = text.trim_start_matches('\u{feff}');
        // A JSON object starts with a brace, and a TOML file never does.
        let File { users } = if text.trim_start().starts_with('{') { from_json(text)? } else { from_toml(text)? };
        for (index, user) in users.iter().enumerate() {
            if let Some(name) = users[..index].iter().find_map(|other| user.shares_a_name_with(other)) {
                return Err(SeedError { position: None, message: format!("{name} is there twice") });
            }
        }
        Ok(users)
    }

    fn shares_a_name_with(&self, other: &Self) -> Option<&str> {
        let names = || [Some(&self.user_principal_name), self.id.as_ref()].into_iter().flatten();
        let theirs = [Some(&other.user_principal_name), other.id.as_ref()];
        names().find(|name| theirs.iter().flatten().any(|their| their.eq_ignore_ascii_case(name))).map(String::as_str)
    }
}

fn from_json(text: &str) -> Result<File, SeedError> {
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        let message = message.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&message).to_owned();
        SeedError { position: Some((line, column)), message }
    })
}

fn from_toml(text: &str) -> Result<File, SeedError> {
    toml::from_str(text).map_err(|error| {
        let position = error.span().map(|span| {
            let before = &text[..span.start];
            (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
        });
        SeedError { position, message: error.message().replace('\n', ", ") }
    })
}

/// Gives users their initial phones. These users come first in the directory, in the order of the file.
pub(super) fn furnish(store: &mut Store, users: &[SeedUser]) {
    for (index, user) in users.iter().enumerate() {
        for (kind, number) in &user.phones {
            let mut phone = Phone::new(*kind, number.clone(), ApiVersion::V1);
            if *kind == PhoneType::Mobile {
                phone.sms_sign_in = if user.sms_sign_in { store.register(index, &number.line) } else { SmsSignIn::NotAllowedByPolicy };
            }
            store.insert(index, phone);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = r#"
        [[users]]
        id = "1"
        user_principal_name = "pat@contoso.example"
        phones = [
            { phone_type = "alternateMobile", phone_number = "+1 2065550101" },
            { phone_type = "mobile", phone_number = "+1 2065550100" },
        ]

        [[users]]
        user_principal_name = "joe@contoso.example"
        sms_sign_in = false

        [[users.phones]]
        phone_type = "mobile"
        phone_number = "+1 2065550102"
    "#;

    #[test]
    fn users_are_read_from_toml_and_from_json() {
        let json = serde_json::to_string_pretty(&toml::from_str::<toml::Value>(TOML).unwrap()).unwrap();
        for text in [TOML, &json, &format!("\u{feff}{json}")] {
            let users = SeedUser::read(text).unwrap();
            let mut store = Store::new(2);
            furnish(&mut store, &users);
            let states = |user: usize| store.phones(user).iter().map(|phone| (phone.kind, phone.sms_sign_in.name())).collect::<Vec<_>>();
            assert_eq!(states(0), [(PhoneType::Mobile, "ready"), (PhoneType::AlternateMobile, "notSupported")]);
            assert_eq!(states(1), [(PhoneType::Mobile, "notAllowedByPolicy")]);
        }
    }

    #[test]
    fn a_mistake_is_reported_with_its_place() {
        let wrong = |text: &str| SeedUser::read(text).unwrap_err().to_string();
        assert!(wrong(&TOML.replace("sms_sign_in", "sms_signin")).starts_with("12:9: unknown field `sms_signin`, expected"));
        assert!(wrong(&TOML.replace("+1 2065550102", "+12065550102")).starts_with("16:24: `+12065550102`: "));
        assert!(wrong(&TOML.replace("+1 2065550102", "+12065550102")).ends_with(" Write +1 2065550102."));
        assert!(wrong(&TOML.replace("\"alternateMobile", "\"pager")).starts_with("6:28: `pager` is none of mobile"));
        assert_eq!(wrong(&TOML.replace("joe", "pat")), "pat@contoso.example is there twice");
        let lonely = TOML.replace("\"mobile\", phone_number = \"+1 2065550100", "\"office\", phone_number = \"+1 2065550100");
        assert!(wrong(&lonely).ends_with("pat@contoso.example has an alternateMobile phone, which needs a mobile phone"));
        assert!(wrong("[[user]]").starts_with("1:3: unknown field `user`"));
        assert!(wrong("{\n  \"users\": [ { \"name\": 1 } ] }").starts_with("2:21: unknown field `name`"));
        assert!(wrong("{\n").contains("EOF"));
    }
}
