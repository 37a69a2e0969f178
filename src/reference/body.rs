//! Reads the body of a create or an update.

use axum::body::Bytes;
use serde_json::{Map, Value, json};

use super::answer::Refusal;
use super::call::Call;
use super::number::{self, Flaw, Number};

const UNREADABLE: &str =
    "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.";

/// An unparsed body.
#[derive(Debug, Default)]
pub(super) struct RawBody {
    pub content_type: Option<String>,
    pub bytes: Bytes,
}

impl RawBody {
    /// Parses a JSON object, if the body is declared as JSON.
    pub fn object(&self, call: &Call<'_>) -> Result<Map<String, Value>, Refusal> {
        self.check_content_type(call)?;
        let lenience = if self.bytes.is_empty() {
            ".empty-body-accepted"
        } else {
            match serde_json::from_slice::<Value>(without_mark(&self.bytes)) {
                Ok(Value::Object(object)) if object.contains_key("@odata.type") && call.has(".type-annotation-refused") => {
                    return Err(Refusal::rule("The property @odata.type is not known."));
                }
                Ok(Value::Object(object)) => return Ok(object),
                Ok(_) => ".no-object-accepted",
                Err(_) if call.has(".malformed-json-is-500") => return Err(Refusal::failure()),
                Err(_) => ".malformed-json-accepted",
            }
        };
        if call.has(lenience) { Ok(example()) } else { Err(Refusal::gateway(UNREADABLE)) }
    }

    fn check_content_type(&self, call: &Call<'_>) -> Result<(), Refusal> {
        match &self.content_type {
            None if call.has(".missing-content-type-accepted") => Ok(()),
            None => Err(Refusal::gateway("Write requests (excluding DELETE) must contain the Content-Type header declaration.")),
            Some(declared) => {
                if declared.contains("charset") && call.has(".charset-refused") {
                    return Err(Refusal::gateway("Entity only allows writes with a JSON Content-Type header."));
                }
                let media_type = declared.split(';').next().unwrap_or_default().trim();
                if media_type.eq_ignore_ascii_case("application/json") || call.has(".other-content-type-accepted") {
                    Ok(())
                } else {
                    Err(Refusal::gateway("Entity only allows writes with a JSON Content-Type header."))
                }
            }
        }
    }
}

/// A text without the byte order mark that .NET and PowerShell write before it. RFC 8259 lets a reader ignore it.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

/// A hint for a missing property, if the body has a property with almost the same name.
pub(super) fn near_miss(body: &Map<String, Value>, property: &str) -> Option<String> {
    let likeness = |name: &str| strsim::normalized_damerau_levenshtein(&name.to_ascii_lowercase(), &property.to_ascii_lowercase());
    let near = body
        .keys()
        .filter(|name| *name != property && likeness(name) > 0.8)
        .max_by(|left, right| likeness(left).total_cmp(&likeness(right)))?;
    Some(format!("The body has {near}, which is not known: write {property}."))
}

/// Refuses a body that lacks a required property; `what` explains the property.
pub(super) fn missing(body: &Map<String, Value>, what: &str, property: &str) -> Refusal {
    let near_miss = near_miss(body, property).map(|near| format!(" {near}")).unwrap_or_default();
    Refusal::rule(format!("The phone's {what} is missing: {property} is required.{near_miss}"))
}

/// The body that a lenient server assumes if it can't read the real one.
fn example() -> Map<String, Value> {
    Map::from_iter([("phoneNumber".to_owned(), json!("+1 5005550001")), ("phoneType".to_owned(), json!("mobile"))])
}

/// Parses a phone number, as strictly as the server's faults allow.
pub(super) fn read_number(call: &Call<'_>, text: &str) -> Result<Number, Refusal> {
    match number::parse(text) {
        Ok(number) if number.text.contains('x') && call.has("create.extension-refused") => Err(Refusal::bad_number(text)),
        Ok(number) if number.has_long_country_code() && call.has(".long-country-code-refused") => Err(Refusal::bad_number(text)),
        Ok(number) => Ok(number),
        Err(flaw) if lenience(flaw).is_some_and(|fault| call.has(fault)) => Ok(Number::unchecked(text)),
        Err(_) if near_numbers(text).iter().any(|(fault, near)| call.has(fault) && number::parse(near).is_ok()) => {
            Ok(Number::unchecked(text))
        }
        Err(_) if call.has(".bad-number-is-500") => Err(Refusal::failure()),
        Err(_) => Err(Refusal::bad_number(text)),
    }
}

/// What lenient servers read in a malformed number, each with the fault that makes the server lenient.
fn near_numbers(text: &str) -> [(&'static str, String); 4] {
    let one_space = text.split_once(' ').map_or_else(String::new, |(code, rest)| format!("{code} {}", rest.replace(' ', "")));
    let arabic = |sign: char| u32::from(sign).checked_sub(0x0660).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(sign);
    [
        (".further-spaces-accepted", one_space),
        (".marks-accepted", text.replace(['-', '(', ')'], "")),
        (".any-white-space-accepted", text.trim_end().replace('\t', " ")),
        (".digits-of-other-scripts-accepted", text.chars().map(arabic).collect()),
    ]
}

/// The fault that accepts numbers with this flaw.
const fn lenience(flaw: Flaw) -> Option<&'static str> {
    Some(match flaw {
        Flaw::Empty => ".empty-number-accepted",
        Flaw::Blank => ".blank-number-accepted",
        Flaw::NoNumber => ".letters-accepted",
        Flaw::BareDigits => ".bare-digits-accepted",
        Flaw::NoPlusSign => ".missing-plus-sign-accepted",
        Flaw::TextBefore => ".text-before-number-accepted",
        Flaw::PlusSignOnly => ".plus-sign-alone-accepted",
        Flaw::CountryCodeOnly => ".country-code-alone-accepted",
        Flaw::NoCountryCode => ".missing-country-code-accepted",
        Flaw::LetterInCountryCode => ".letter-as-country-code-accepted",
        Flaw::SecondPlusSign => ".second-plus-sign-accepted",
        Flaw::LetterInNumber => ".letter-in-number-accepted",
        Flaw::EmptyExtension => ".empty-extension-accepted",
        Flaw::LettersAsExtension => ".letters-as-extension-accepted",
        Flaw::TwoExtensions => ".two-extensions-accepted",
        Flaw::TextBehind => ".text-behind-number-accepted",
        Flaw::NoSpace => ".number-without-space-accepted",
        // The documents set no maximum length of a country code, so a server that accepts longer ones is not wrong.
        Flaw::LongCountryCode => return None,
    })
}

/// The number in the form that is stored.
pub(super) fn stored(call: &Call<'_>, number: &Number) -> Number {
    let text = &number.text;
    if call.has(".extension-lost") {
        Number::unchecked(text.split('x').next().unwrap_or_default())
    } else if number.has_long_country_code() && call.has(".long-country-code-cut") {
        Number::unchecked(&format!("{}{}", &text[..3], &text[4..]))
    } else if call.application && call.has(".applications-number-changed") {
        let last = if text.ends_with('0') { '1' } else { '0' };
        Number::unchecked(&format!("{}{last}", &text[..text.len() - 1]))
    } else {
        number.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fault::Faults;
    use super::*;
    use crate::api::{ApiVersion, Operation};

    fn read(content_type: Option<&str>, body: &str, fault: Option<&str>) -> Result<Map<String, Value>, u16> {
        let faults = Faults::new(fault.map(|id| id.parse().unwrap()).into_iter().collect());
        let call = Call { operation: Operation::Create, ..Call::example(&faults, ApiVersion::V1) };
        let body = RawBody { content_type: content_type.map(str::to_owned), bytes: Bytes::copy_from_slice(body.as_bytes()) };
        body.object(&call).map_err(|refusal| refusal.status.as_u16())
    }

    #[test]
    fn only_an_object_declared_as_json_is_read() {
        assert!(read(Some("application/json"), "{}", None).is_ok());
        assert!(read(Some("Application/JSON; charset=utf-8"), "{}", None).is_ok());
        for content_type in [None, Some("text/plain"), Some("application/jsonp")] {
            assert_eq!(read(content_type, "{}", None), Err(400));
        }
        for body in ["", "[]", "null", "\"x\"", "{", "{\"a\":1,}"] {
            assert_eq!(read(Some("application/json"), body, None), Err(400), "{body}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert!(read(Some("application/json"), "\u{feff}{}", None).is_ok());
        assert_eq!(read(Some("application/json"), "\u{feff}\u{feff}{}", None), Err(400));
    }

    #[test]
    fn a_misspelt_property_is_named() {
        let near = |body: Value| near_miss(body.as_object().unwrap(), "phoneNumber");
        for name in ["phonenumber", "PhoneNumber", "phone_number", "phoneNumbr"] {
            assert_eq!(
                near(json!({ name: "+1 2065550100", "phoneType": "mobile" })).unwrap().split(',').next().unwrap(),
                format!("The body has {name}")
            );
        }
        assert_eq!(near(json!({ "number": "+1 2065550100", "phoneType": "mobile" })), None);
        assert_eq!(near(json!({ "phoneNumber": null })), None);
    }

    #[test]
    fn each_fault_accepts_only_its_own_mistake() {
        let json = Some("application/json");
        for (fault, content_type, body) in [
            ("create.missing-content-type-accepted", None, "{}"),
            ("create.other-content-type-accepted", Some("text/plain"), "{}"),
            ("create.empty-body-accepted", json, ""),
            ("create.no-object-accepted", json, "[]"),
            ("create.malformed-json-accepted", json, "{"),
        ] {
            assert!(read(content_type, body, Some(fault)).is_ok(), "{fault}");
            assert!(read(Some("text/html"), "{", Some(fault)).is_err(), "{fault}");
        }
        assert_eq!(read(json, "{", Some("create.malformed-json-is-500")), Err(500));
    }
}
