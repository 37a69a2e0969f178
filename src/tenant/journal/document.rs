//! The journal as text: readable TOML, with a last line that proves that the text is complete.

use serde::{Deserialize, Serialize};

use crate::check::Phones;
use crate::graph::Phone;

use super::super::Original;
use super::Left;

/// The version of this format.
pub const VERSION: i64 = 1;

const PREAMBLE: &str = "# The phones that users had before a run of graph-phone-conformance. The file remains because users may not have them back:\n\
    # `graph-phone-conformance restore` puts them back and removes this file. It contains personal data, but no token.\n\n";

/// The start of the last line. The SHA-256 of all earlier lines follows.
const SEAL: &str = "# sha256 ";

/// Why a text is not a journal of this version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// It has another version.
    Version(i64),
    /// It was changed or cut.
    Damage(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: i64,
    target: String,
    base_url: String,
    written_at: String,
    /// Whether a run reported that these users could not be put back.
    reported: bool,
    users: Vec<UserEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UserEntry {
    id: String,
    phones: Vec<PhoneEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PhoneEntry {
    #[serde(rename = "type")]
    kind: String,
    number: String,
    id: Option<String>,
    sms_sign_in_state: Option<String>,
}

/// Writes the users' original phones as text.
pub fn write(target: &str, base_url: &str, left: &Left) -> String {
    let phone = |phone: &Phone| PhoneEntry {
        kind: phone.kind.name().to_owned(),
        number: phone.number.to_string(),
        id: phone.id.clone(),
        sms_sign_in_state: phone.sms_sign_in_state.as_ref().map(ToString::to_string),
    };
    let user = |user: &Original| {
        // The run never changes users whose phones it can't put back, so the journal does not need them.
        let phones = user.phones.as_ref().filter(|phones| phones.are_understood())?;
        Some(UserEntry { id: user.user.clone(), phones: phones.iter().map(phone).collect() })
    };
    let document = Document {
        version: VERSION,
        target: target.to_owned(),
        base_url: base_url.to_owned(),
        written_at: left.written_at.clone(),
        reported: left.reported,
        users: left.users.iter().filter_map(user).collect(),
    };
    let text = toml::to_string(&document).expect("texts, lists and tables can be written as TOML");
    let body = format!("{PREAMBLE}{text}");
    let seal = digest(body.as_bytes());
    format!("{body}{SEAL}{seal}\n")
}

/// Reads the users' original phones from a text. Fails with the line where the text is damaged, and the flaw.
///
/// A text that was cut may still be valid TOML with some of the users. So the checksum in the last line must match all
/// earlier lines.
pub fn read(bytes: &[u8]) -> Result<Left, (usize, Flaw)> {
    let damage = |line: usize, what: &str| (line, Flaw::Damage(what.to_owned()));
    let line_at = |offset: usize| bytes[..offset.min(bytes.len())].split(|byte| *byte == b'\n').count();
    let text = std::str::from_utf8(bytes).map_err(|error| damage(line_at(error.valid_up_to()), "it is not text"))?;

    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| (line_at(error.span().map_or(0, |span| span.start)), Flaw::Damage(error.message().to_owned())))?;
    let version_line = text.lines().position(|line| line.starts_with("version")).map_or(1, |line| line + 1);
    match table.get("version").and_then(toml::Value::as_integer) {
        Some(VERSION) => {}
        Some(other) => return Err((version_line, Flaw::Version(other))),
        None => return Err(damage(1, "it has no `version`")),
    }
    let last = text.trim_end().lines().count().max(1);
    let sealed =
        text.strip_suffix('\n').and_then(|text| text.rsplit_once('\n')).and_then(|(body, seal)| Some((body, seal.strip_prefix(SEAL)?)));
    let Some((body, seal)) = sealed else { return Err(damage(last, "it is cut off, or lines were added to it")) };
    if digest(format!("{body}\n").as_bytes()) != seal {
        return Err(damage(last, "the checksum in the last line does not match"));
    }
    let document: Document = toml::from_str(text)
        .map_err(|error| (line_at(error.span().map_or(0, |span| span.start)), Flaw::Damage(error.message().to_owned())))?;
    let users = document.users.into_iter().map(original).collect::<Result<_, _>>().map_err(|what| damage(version_line, &what))?;
    Ok(Left { users, reported: document.reported, written_at: document.written_at })
}

fn original(user: UserEntry) -> Result<Original, String> {
    let phone = |phone: PhoneEntry| {
        let sms_sign_in_state = phone.sms_sign_in_state.map(|state| state.as_str().into());
        Ok::<_, String>(Phone { kind: phone.kind.parse()?, number: phone.number.into(), id: phone.id, sms_sign_in_state })
    };
    let phones = user.phones.into_iter().map(phone).collect::<Result<_, _>>()?;
    Ok(Original { user: user.id, phones: Some(Phones::new(phones, false)) })
}

/// SHA-256 in hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::PhoneType;

    fn left() -> impl Strategy<Value = Left> {
        let phone = |kind: PhoneType| {
            prop::option::of(("\\PC*", prop::option::of("\\PC*"), prop::option::of("[a-zA-Z]*"))).prop_map(move |phone| {
                phone.map(|(number, id, state)| {
                    let sms_sign_in_state = state.map(|state| state.as_str().into());
                    Phone { kind, number: number.into(), id, sms_sign_in_state }
                })
            })
        };
        let phones = (phone(PhoneType::Mobile), phone(PhoneType::AlternateMobile), phone(PhoneType::Office))
            .prop_map(|(mobile, alternate, office)| Phones::new([mobile, alternate, office].into_iter().flatten().collect(), false));
        let user = (any::<String>(), phones).prop_map(|(user, phones)| Original { user, phones: Some(phones) });
        (prop::collection::vec(user, 1..4), any::<bool>()).prop_map(|(users, reported)| Left {
            users,
            reported,
            written_at: "2026-01-01T00:00:00Z".to_owned(),
        })
    }

    proptest! {
        #[test]
        fn a_written_journal_reads_back_the_same(left in left()) {
            prop_assert_eq!(read(write("acme", "http://localhost", &left).as_bytes()), Ok(left));
        }

        #[test]
        fn a_cut_journal_is_never_read(left in left(), share in 0.0..1.0) {
            let text = write("acme", "http://localhost", &left);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "any place is fine")]
            let end = (text.len() as f64 * share) as usize;
            prop_assert!(read(&text.as_bytes()[..end]).is_err());
        }

        #[test]
        fn a_changed_byte_is_noticed(left in left(), place: prop::sample::Index, byte: u8) {
            let mut bytes = write("acme", "http://localhost", &left).into_bytes();
            let place = place.index(bytes.len());
            prop_assume!(bytes[place] != byte);
            bytes[place] = byte;
            prop_assert!(read(&bytes).is_err());
        }

        #[test]
        fn other_bytes_are_never_read(bytes: Vec<u8>) {
            prop_assert!(read(&bytes).is_err());
        }
    }

    #[test]
    fn a_person_can_read_it() {
        let mobile = Phone {
            kind: PhoneType::Mobile,
            number: "+1 2065550100".into(),
            id: Some(PhoneType::Mobile.well_known_id().to_owned()),
            sms_sign_in_state: Some("ready".into()),
        };
        let user = |id: &str, phones| Original { user: id.to_owned(), phones: Some(Phones::new(phones, false)) };
        let left = Left {
            users: vec![user("kim", vec![mobile]), user("lee", vec![])],
            reported: false,
            written_at: "2026-01-01T00:00:00Z".to_owned(),
        };
        insta::assert_snapshot!(write("acme", "http://localhost", &left));
    }

    #[test]
    fn a_flaw_is_reported_with_its_line() {
        let text = write("acme", "http://localhost", &Left { users: vec![], reported: false, written_at: String::new() });
        let flaw = |text: &str| read(text.as_bytes()).unwrap_err();
        assert_eq!(flaw(&text.replace("version = 1", "version = 2")), (4, Flaw::Version(2)));
        assert_eq!(flaw(&text.replace("reported = false", "reported = ")).0, 8);
        assert_eq!(flaw(&text.replace("acme", "acne")), (10, Flaw::Damage("the checksum in the last line does not match".to_owned())));
        assert_eq!(flaw(&format!("{text}# more\n")).0, 11);
        assert_eq!(flaw(""), (1, Flaw::Damage("it has no `version`".to_owned())));
    }
}
