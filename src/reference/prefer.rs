//! How a caller wants the answer: the `Prefer` header, and the amount of `OData` metadata.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::{Map, Value, json};

/// The header with the caller's preferences, and the one with those that were followed.
const PREFER: HeaderName = HeaderName::from_static("prefer");
pub(super) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// How much metadata `OData` adds to a body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Metadata {
    #[default]
    Minimal,
    None,
    Full,
}

/// The caller's preferences that this server supports.
#[derive(Debug, Clone, Default)]
pub(super) struct Preferences {
    pub metadata: Metadata,
    /// Whether an update must answer with the changed phone.
    pub representation: bool,
    /// The most items on a page of a list.
    pub page_size: Option<usize>,
}

impl Preferences {
    /// Reads the headers; `format` is the query option that replaces `Accept`.
    pub fn of(headers: &HeaderMap, format: Option<&str>) -> Self {
        let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut preferences = Self { metadata: format.into_iter().chain(accepted).find_map(level).unwrap_or_default(), ..Self::default() };
        for wish in headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split([',', ';'])) {
            let (name, value) = wish.split_once('=').unwrap_or((wish, ""));
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "return" => preferences.representation = value.eq_ignore_ascii_case("representation"),
                "odata.maxpagesize" | "maxpagesize" => preferences.page_size = value.parse().ok().filter(|size| *size > 0),
                _ => {}
            }
        }
        preferences
    }
}

/// The metadata level of a media type.
fn level(media_type: &str) -> Option<Metadata> {
    media_type.split([';', ',']).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let name = name.trim().to_ascii_lowercase();
        if name.strip_prefix("odata.").unwrap_or(&name) != "metadata" {
            return None;
        }
        match value.trim().trim_matches('"').to_ascii_lowercase().as_str() {
            "none" => Some(Metadata::None),
            "minimal" => Some(Metadata::Minimal),
            "full" => Some(Metadata::Full),
            _ => None,
        }
    })
}

impl Metadata {
    pub const fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Minimal => "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
            Self::None => "application/json;odata.metadata=none;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
            Self::Full => "application/json;odata.metadata=full;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
        })
    }

    /// Removes annotations from a body, or adds those that a caller could also derive.
    pub fn apply(self, body: &mut Value) {
        match self {
            Self::Minimal => {}
            Self::None => strip(body),
            Self::Full => {
                let context = body["@odata.context"].as_str().unwrap_or_default().to_owned();
                if let Some(items) = body.get_mut("value").and_then(Value::as_array_mut) {
                    items.iter_mut().filter_map(Value::as_object_mut).for_each(|phone| describe(phone, &context));
                } else if let (Some(phone), Some(context)) = (body.as_object_mut(), context.strip_suffix("/$entity")) {
                    describe(phone, context);
                }
            }
        }
    }
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|name, _| !name.contains("@odata.") || matches!(name.as_str(), "@odata.count" | "@odata.nextLink"));
            object.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Adds a phone's type and address.
fn describe(phone: &mut Map<String, Value>, context: &str) {
    phone.insert("@odata.type".to_owned(), json!("#microsoft.graph.phoneAuthenticationMethod"));
    for (property, of_type) in [("phoneType", "authenticationPhoneType"), ("smsSignInState", "authenticationMethodSignInState")] {
        if phone.contains_key(property) {
            phone.insert(format!("{property}@odata.type"), json!(format!("#microsoft.graph.{of_type}")));
        }
    }
    if let (Some(Value::String(id)), Some((root, collection))) = (phone.get("id"), context.split_once("$metadata#")) {
        let link = format!("{collection}('{id}')");
        phone.insert("@odata.id".to_owned(), json!(format!("{root}{link}")));
        phone.insert("@odata.editLink".to_owned(), json!(link));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferences(headers: &[(HeaderName, &str)]) -> Preferences {
        Preferences::of(&headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect(), None)
    }

    #[test]
    fn the_metadata_level_is_found_wherever_callers_write_it() {
        for (accept, level) in [
            ("application/json;odata.metadata=none", Metadata::None),
            ("application/json; odata.streaming=true; OData.Metadata=FULL", Metadata::Full),
            ("text/plain, application/json;metadata=none", Metadata::None),
            ("application/json", Metadata::Minimal),
            ("application/json;odata.metadata=much", Metadata::Minimal),
            ("*/*", Metadata::Minimal),
        ] {
            assert_eq!(preferences(&[(header::ACCEPT, accept)]).metadata, level, "{accept}");
        }
        let by_query = Preferences::of(&HeaderMap::new(), Some("application/json;odata.metadata=full"));
        assert_eq!(by_query.metadata, Metadata::Full);
    }

    #[test]
    fn unsupported_preferences_are_ignored() {
        let preferred = preferences(&[(PREFER, "return=representation, odata.maxpagesize=2"), (PREFER, "include-unknown-enum-members")]);
        assert!(preferred.representation);
        assert_eq!(preferred.page_size, Some(2));
        let none = preferences(&[(PREFER, "return=minimal; odata.maxpagesize=0")]);
        assert!(!none.representation && none.page_size.is_none());
    }

    #[test]
    fn a_phone_has_all_annotations_or_none() {
        let context = "http://h/v1.0/$metadata#users('1')/authentication/phoneMethods";
        let phone = json!({ "id": "2", "phoneType": "mobile" });
        let mut list = json!({ "@odata.context": context, "@odata.count": 1, "value": [phone.clone()] });
        let mut bare = list.clone();
        Metadata::None.apply(&mut bare);
        assert_eq!(bare, json!({ "@odata.count": 1, "value": [phone] }));

        Metadata::Full.apply(&mut list);
        assert_eq!(list["value"][0]["@odata.id"], "http://h/v1.0/users('1')/authentication/phoneMethods('2')");
        assert_eq!(list["value"][0]["phoneType@odata.type"], "#microsoft.graph.authenticationPhoneType");
        let mut one = json!({ "@odata.context": format!("{context}/$entity"), "id": "2" });
        Metadata::Full.apply(&mut one);
        assert_eq!(one["@odata.editLink"], "users('1')/authentication/phoneMethods('2')");
    }
}
