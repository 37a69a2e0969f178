//! Removes from an answer the parts that differ between runs, and keeps its meaning.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use regex::{Captures, Regex};
use serde_json::{Map, Value};

use crate::graph::{PhoneType, Redactor};
use crate::target::Target;

use super::numbers::Numbers;

const USER: &str = "[user]";
const HOST: &str = "[host]";
const ID: &str = "[id]";
const DATE: &str = "[date]";
const REQUEST_ID: &str = "[request-id]";
const STATE: &str = "[by policy]";

/// The states of a phone that depend on whether the policy allows its user SMS sign-in.
const STATES_BY_POLICY: [&str; 4] = ["notAllowedByPolicy", "notEnabled", "notConfigured", "ready"];

/// Shorter names occur in ordinary words, so they are hidden only in paths.
const SHORTEST: usize = 4;
/// Names up to this length are hidden only as whole words.
const SHORT: usize = 8;

/// A user in a path, with any id or name.
static PATH_USER: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?i)(\busers(?:/|\('))[^/'()"\s?,\\]+"#));
/// A phone in a path, with any id. A segment that starts with `$` is not a phone.
static PATH_PHONE: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?i)(\bphoneMethods(?:/|\('))([^/'()"\s?,\\$][^/'()"\s?,\\]*)"#));
static ORIGIN: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?i)\bhttps?://[^/\s"'<>\\]+"#));
static DATES: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?",
        r"|(?:mon|tue|wed|thu|fri|sat|sun), \d\d [a-z]{3} \d{4} \d\d:\d\d:\d\d GMT",
        r"|\b\d{4}-\d\d-\d\d\b",
    ))
});
static IDS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{16,}\b"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns are constants")
}

/// Which user an answer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnyUser {
    /// A user for whom the scenario states whether the policy allows SMS sign-in.
    No,
    /// Any free user.
    Yes,
}

/// Everything of a run that no snapshot may show.
#[derive(Debug)]
pub struct Hidden<'a> {
    secrets: &'a Redactor,
    names: Option<AhoCorasick>,
    marks: Vec<&'static str>,
}

impl<'a> Hidden<'a> {
    /// Hides a target's users and host, and the run's secrets.
    pub fn new(target: &Target, secrets: &'a Redactor) -> Self {
        let users = target.users.iter().flat_map(|user| [Some(&user.id), user.user_principal_name.as_ref()]);
        let signed_in = target.identities.iter().map(|identity| identity.user.as_ref());
        let host = target.base_url.host_str().unwrap_or_default();
        let authority = target.base_url.port().map(|port| format!("{host}:{port}"));
        let mut forms: Vec<(String, &'static str)> = users.chain(signed_in).flatten().flat_map(|name| written(name, USER)).collect();
        forms.extend([Some(host.to_owned()), authority].into_iter().flatten().flat_map(|host| written(&host, HOST)));
        forms.retain(|(form, _)| form.len() >= SHORTEST);
        forms.sort();
        forms.dedup_by(|left, right| left.0 == right.0);
        let names = (!forms.is_empty()).then(|| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::LeftmostLongest)
                .build(forms.iter().map(|(form, _)| form))
                .expect("names are far shorter than the automaton's limits")
        });
        Self { secrets, names, marks: forms.into_iter().map(|(_, mark)| mark).collect() }
    }

    /// The redaction of one answer. Numbers get indices in the order in which they appear. With [`AnyUser::Yes`], it
    /// also hides the states that depend on the policy, because they differ between runs.
    pub fn redaction(&self, user: AnyUser) -> Redaction<'_> {
        Redaction { hidden: self, user, numbers: Numbers::default() }
    }

    fn without_names(&self, text: &str) -> String {
        let Some(names) = &self.names else { return text.to_owned() };
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for found in names.find_iter(text) {
            let alone = !text[..found.start()].ends_with(char::is_alphanumeric) && !text[found.end()..].starts_with(char::is_alphanumeric);
            if alone || found.len() > SHORT {
                out.push_str(&text[done..found.start()]);
                out.push_str(self.marks[found.pattern()]);
                done = found.end();
            }
        }
        out.push_str(&text[done..]);
        out
    }
}

/// The forms of a name in addresses and in `OData` string literals.
fn written(name: &str, mark: &'static str) -> [(String, &'static str); 4] {
    let encoded = utf8_percent_encode(name, NON_ALPHANUMERIC).to_string();
    [name.to_owned(), encoded, name.replace('@', "%40"), name.replace('\'', "''")].map(|form| (form, mark))
}

/// The redaction of one answer.
#[derive(Debug)]
pub struct Redaction<'a> {
    hidden: &'a Hidden<'a>,
    user: AnyUser,
    numbers: Numbers,
}

impl Redaction<'_> {
    /// A text without the parts that differ between runs.
    pub fn text(&mut self, text: &str) -> String {
        let text = self.hidden.without_names(&self.hidden.secrets.text(text));
        let text = ORIGIN.replace_all(&text, HOST);
        let text = PATH_USER.replace_all(&text, |found: &Captures<'_>| format!("{}{USER}", &found[1]));
        let text = PATH_PHONE.replace_all(&text, |found: &Captures<'_>| format!("{}{}", &found[1], id(&found[2])));
        let text = DATES.replace_all(&text, DATE);
        let (mut out, mut done) = (String::with_capacity(text.len()), 0);
        // Numbers are redacted only between the ids, because a well-known id ends in so many digits that it looks like
        // a number.
        for found in IDS.find_iter(&text) {
            out.push_str(&self.numbers.redact(&text[done..found.start()]));
            out.push_str(id(found.as_str()));
            done = found.end();
        }
        out.push_str(&self.numbers.redact(&text[done..]));
        out
    }

    /// A document without the parts that differ between runs: keys sorted, phones of a collection ordered by type.
    pub fn json(&mut self, value: &Value) -> Value {
        match value {
            Value::Object(object) => {
                let mut entries: Vec<_> = object.iter().collect();
                entries.sort_by_key(|(key, _)| *key);
                let mut shown = Map::new();
                for (key, value) in entries {
                    shown.insert(self.text(key), self.property(key, value));
                }
                Value::Object(shown)
            }
            Value::Array(items) => items.iter().map(|item| self.json(item)).collect(),
            Value::String(text) => Value::String(self.text(text)),
            Value::Number(number) => {
                let plain = number.to_string();
                let shown = self.text(&plain);
                if shown == plain { value.clone() } else { Value::String(shown) }
            }
            Value::Null | Value::Bool(_) => value.clone(),
        }
    }

    fn property(&mut self, key: &str, value: &Value) -> Value {
        let plain: String = key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        let names_request = plain.ends_with("requestid") || matches!(plain.as_str(), "correlationid" | "traceid");
        match value {
            Value::String(text) if plain == "id" => match self.text(text) {
                user if user == USER => Value::from(user),
                _ => Value::from(id(text)),
            },
            Value::String(state)
                if plain == "smssigninstate" && self.user == AnyUser::Yes && STATES_BY_POLICY.contains(&state.as_str()) =>
            {
                Value::from(STATE)
            }
            Value::String(_) if names_request => Value::from(REQUEST_ID),
            Value::String(_) | Value::Number(_) if plain == "date" || plain == "timestamp" || plain.ends_with("datetime") => {
                Value::from(DATE)
            }
            Value::Array(items) if plain == "value" => {
                let mut items: Vec<&Value> = items.iter().collect();
                items.sort_by_key(|item| item.get("phoneType").and_then(Value::as_str).map(Cow::Borrowed));
                items.into_iter().map(|item| self.json(item)).collect()
            }
            _ => self.json(value),
        }
    }
}

/// An id as a snapshot shows it. The three documented ids of phones stay, because they are the same for everyone.
fn id(text: &str) -> &str {
    let plain = percent_decode_str(text).decode_utf8_lossy();
    let known = PhoneType::ALL.iter().any(|kind| plain.eq_ignore_ascii_case(kind.well_known_id()));
    if known || text == USER || text == ID { text } else { ID }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::target::User;

    const OFFICE: &str = "e37fc753-ff3b-4958-9484-eaa9425c82bc";

    fn target(users: &[(&str, &str)]) -> Target {
        let ids: Vec<String> = users.iter().map(|(id, _)| (*id).to_owned()).collect();
        let mut target = Target::from_flags("http://graph.test:8080", "TOKEN", &ids).unwrap();
        target.users = users
            .iter()
            .map(|(id, name)| User { id: (*id).into(), user_principal_name: Some((*name).into()), sms_sign_in: None })
            .collect();
        target
    }

    fn shown(text: &str) -> String {
        let (target, secrets) = (target(&[("7", "o'hara@contoso.test"), ("user-one", "kim@contoso.test")]), Redactor::new(["tok3n-tok3n"]));
        Hidden::new(&target, &secrets).redaction(AnyUser::Yes).text(text)
    }

    #[test]
    fn the_meaning_of_a_text_stays() {
        for (text, redacted) in [
            ("http://graph.test:8080/v1.0/$metadata#users('7')/authentication", "[host]/v1.0/$metadata#users('[user]')/authentication"),
            ("/v1.0/users/kim%40contoso.test/x and KIM@contoso.test", "/v1.0/users/[user]/x and [user]"),
            ("users('o''hara@contoso.test')", "users('[user]')"),
            ("user-one, but superuser-ones", "[user], but superuser-ones"),
            ("graph.test said so on 2026-01-02T03:04:05.678Z", "[host] said so on [date]"),
            ("Fri, 02 Jan 2026 03:04:05 GMT", "[date]"),
            ("id 4bf92f3577b34da6a3ce929d0e0e4736", "id [id]"),
            ("phoneMethods/mobile-1/enableSmsSignIn, phoneMethods/$count", "phoneMethods/[id]/enableSmsSignIn, phoneMethods/$count"),
            ("token tok3n-tok3n", "token [secret]"),
            ("Invalid value 'abc' or 12345 (code 400)", "Invalid value 'abc' or 12345 (code 400)"),
        ] {
            assert_eq!(shown(text), redacted);
        }
        let known = format!("phoneMethods/{OFFICE}, {OFFICE}, 00000000-0000-4000-8000-000000000000");
        assert_eq!(shown(&known), format!("phoneMethods/{OFFICE}, {OFFICE}, [id]"));
    }

    #[test]
    fn a_document_is_sorted_and_its_properties_are_redacted_by_name() {
        let target = target(&[("user-one", "kim@contoso.test")]);
        let secrets = Redactor::default();
        let value = json!({
            "value": [
                { "phoneType": "office", "id": OFFICE, "phoneNumber": "+1 2065550101" },
                { "phoneType": "mobile", "id": "1", "phoneNumber": "+1 2065550100" },
                { "phoneType": "alternateMobile", "id": "user-one", "phoneNumber": 12_065_550_101_u64 },
            ],
            "error": { "innerError": { "date": "just now", "request-id": "7", "client-request-id": "8" }, "code": "badRequest" },
            "createdDateTime": null,
            "smsSignInState": "ready",
            "lastUsedDateTime": 3,
        });
        assert_eq!(
            Hidden::new(&target, &secrets).redaction(AnyUser::Yes).json(&value),
            json!({
                "createdDateTime": null,
                "error": {
                    "code": "badRequest",
                    "innerError": { "client-request-id": "[request-id]", "date": "[date]", "request-id": "[request-id]" }
                },
                "lastUsedDateTime": "[date]",
                "smsSignInState": "[by policy]",
                "value": [
                    { "id": "[user]", "phoneNumber": "[number 1 otherwise]", "phoneType": "alternateMobile" },
                    { "id": "[id]", "phoneNumber": "[number 2]", "phoneType": "mobile" },
                    { "id": OFFICE, "phoneNumber": "[number 1]", "phoneType": "office" },
                ],
            })
        );
    }

    proptest! {
        #[test]
        fn nothing_that_differs_between_runs_is_left(
            id in "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}",
            name in "[a-z]{2,8}(\\.[a-z]{2,8})?@[a-z]{3,8}\\.test",
            number in "\\+[1-9][0-9]{0,2} ?[0-9]{6,10}",
            before in "[^0-9+]{0,12}",
            after in "([^0-9].{0,12})?",
        ) {
            let (target, secrets) = (target(&[(&id, &name)]), Redactor::default());
            let encoded = utf8_percent_encode(&name, NON_ALPHANUMERIC).to_string();
            let host = "graph.test".to_owned();
            let volatile = [id.clone(), name.clone(), encoded, number.clone(), number.replace('+', "%2B").replace(' ', "%20"), host];
            for word in volatile {
                let text = format!("{before}{word}{after}");
                let hidden = Hidden::new(&target, &secrets);
                let shown = hidden.redaction(AnyUser::Yes).text(&text);
                prop_assert!(!shown.contains(&word), "{text:?} became {shown:?}");
                let shown = hidden.redaction(AnyUser::Yes).json(&json!({ "a": text, "phoneNumber": word, "users": [{ &word: 1 }] })).to_string();
                prop_assert!(!shown.contains(&word), "{text:?} became {shown:?}");
            }
        }
    }
}
