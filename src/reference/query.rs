//! The query options of a read. The server refuses an option that it does not support, because ignoring it would
//! mislead a client.

use std::cmp::Ordering;

use super::answer::Refusal;
use super::filter::Filter;
use super::phone::Phone;

/// A property of a phone, as used in query options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    PhoneNumber,
    PhoneType,
    SmsSignInState,
    CreatedDateTime,
}

impl Field {
    const ALL: [Self; 5] = [Self::Id, Self::PhoneNumber, Self::PhoneType, Self::SmsSignInState, Self::CreatedDateTime];

    const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::PhoneNumber => "phoneNumber",
            Self::PhoneType => "phoneType",
            Self::SmsSignInState => "smsSignInState",
            Self::CreatedDateTime => "createdDateTime",
        }
    }

    pub fn named(name: &str) -> Result<Self, Refusal> {
        Self::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name)).ok_or_else(|| {
            Refusal::query(format!("Could not find a property named '{name}' on type 'microsoft.graph.phoneAuthenticationMethod'."))
        })
    }

    /// The members of the property's enumeration, if it has one.
    pub const fn members(self) -> &'static [&'static str] {
        match self {
            Self::PhoneType => &["mobile", "alternateMobile", "office", "unknownFutureValue"],
            Self::SmsSignInState => &[
                "notSupported",
                "notAllowedByPolicy",
                "notEnabled",
                "phoneNumberNotUnique",
                "ready",
                "notConfigured",
                "unknownFutureValue",
            ],
            _ => &[],
        }
    }

    /// The property's value; this server stores no times.
    pub fn of(self, phone: &Phone) -> Option<&str> {
        match self {
            Self::Id => Some(&phone.id),
            Self::PhoneNumber => Some(&phone.number.text),
            Self::PhoneType => Some(phone.kind.name()),
            Self::SmsSignInState => Some(phone.sms_sign_in.name()),
            Self::CreatedDateTime => None,
        }
    }
}

/// The query options of a read.
#[derive(Debug, Clone, Default)]
pub(super) struct Query {
    filter: Option<Filter>,
    select: Option<Vec<Field>>,
    /// Properties to sort by, each with whether the order is descending.
    order: Vec<(Field, bool)>,
    top: Option<usize>,
    skip: usize,
    /// Whether the answer includes the number of phones.
    pub count: bool,
    /// The media type that replaces `Accept`.
    pub format: Option<String>,
}

impl Query {
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut query = Self::default();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            match name.to_ascii_lowercase().as_str() {
                "$filter" => query.filter = Some(Filter::parse(&value)?),
                "$select" => query.select = selected(&value)?,
                "$orderby" => query.order = value.split(',').map(order).collect::<Result<_, _>>()?,
                "$top" => query.top = Some(number(&name, &value)?),
                "$skip" => query.skip = number(&name, &value)?,
                "$count" => {
                    query.count = value.parse().map_err(|_| Refusal::query(format!("$count is true or false, and not '{value}'.")))?;
                }
                "$format" if value == "json" || value.starts_with("application/json") => query.format = Some(value.into_owned()),
                // Names with a dollar sign belong to OData; other names are ignored.
                option if option.starts_with('$') => {
                    return Err(Refusal::query(format!(
                        "This server does not understand '{name}={value}': it knows $filter, $select, $orderby, $top, $skip, $count and $format=json."
                    )));
                }
                _ => {}
            }
        }
        Ok(query)
    }

    pub fn admits(&self, phone: &Phone) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.admits(phone))
    }

    /// Whether answers include a property.
    pub fn shows(&self, property: &str) -> bool {
        self.select.as_ref().is_none_or(|fields| fields.iter().any(|field| field.name() == property))
    }

    /// Sorts phones and keeps one page. Returns how many to skip for the next page, if there is one.
    pub fn page(&self, phones: &mut Vec<&Phone>, page_size: Option<usize>) -> Option<usize> {
        if !self.order.is_empty() {
            phones.sort_by(|left, right| self.compare(left, right));
        }
        phones.drain(..self.skip.min(phones.len()));
        let size = self.top.into_iter().chain(page_size).min()?;
        let more = size > 0 && phones.len() > size;
        phones.truncate(size);
        more.then_some(self.skip + size)
    }

    fn compare(&self, left: &Phone, right: &Phone) -> Ordering {
        let orders = self.order.iter().map(|(field, greatest_first)| {
            let order = field.of(left).cmp(&field.of(right));
            if *greatest_first { order.reverse() } else { order }
        });
        orders.fold(Ordering::Equal, Ordering::then)
    }
}

/// The properties of `$select`; `None` for all.
fn selected(value: &str) -> Result<Option<Vec<Field>>, Refusal> {
    let mut names = value.split(',').map(str::trim).filter(|name| !name.is_empty());
    if names.clone().any(|name| name == "*") {
        return Ok(None);
    }
    // Annotations always stay; a client may still select them.
    names.by_ref().filter(|name| !name.starts_with('@')).map(Field::named).collect::<Result<_, _>>().map(Some)
}

fn order(item: &str) -> Result<(Field, bool), Refusal> {
    let mut words = item.split_whitespace();
    let field = Field::named(words.next().unwrap_or_default())?;
    match (words.next(), words.next()) {
        (None | Some("asc"), None) => Ok((field, false)),
        (Some("desc"), None) => Ok((field, true)),
        _ => Err(Refusal::query(format!("'{item}' is not a property, with or without asc or desc behind it."))),
    }
}

fn number(name: &str, value: &str) -> Result<usize, Refusal> {
    value.parse().map_err(|_| Refusal::query(format!("{name} is a number from 0 up, and not '{value}'.")))
}

#[cfg(test)]
mod tests {
    use super::super::number::Number;
    use super::super::phone::PhoneType;
    use super::*;
    use crate::api::ApiVersion;

    fn page(text: &str, page_size: Option<usize>) -> (Vec<&'static str>, Option<usize>) {
        let phones = PhoneType::ALL.map(|kind| Phone::new(kind, Number::unchecked("+1 2065550100"), ApiVersion::V1));
        let mut shown: Vec<&Phone> = phones.iter().collect();
        let next = Query::parse(text).unwrap().page(&mut shown, page_size);
        (shown.iter().map(|phone| phone.kind.name()).collect(), next)
    }

    #[test]
    fn pages_are_sorted_and_cut() {
        assert_eq!(page("", None), (vec!["mobile", "alternateMobile", "office"], None));
        assert_eq!(page("$orderby=phoneType", None).0, ["alternateMobile", "mobile", "office"]);
        assert_eq!(page("%24orderby=smsSignInState,phoneType+desc", None).0, ["mobile", "office", "alternateMobile"]);
        assert_eq!(page("$top=2", None), (vec!["mobile", "alternateMobile"], Some(2)));
        assert_eq!(page("$top=2&$skip=2", None), (vec!["office"], None));
        assert_eq!(page("$TOP=5", Some(1)), (vec!["mobile"], Some(1)));
        assert_eq!(page("$top=0", None), (vec![], None));
        assert_eq!(page("$skip=9", None), (vec![], None));
    }

    #[test]
    fn only_selected_properties_are_shown() {
        let query = Query::parse("$select=id,PHONENUMBER,@odata.type").unwrap();
        assert!(query.shows("id") && query.shows("phoneNumber") && !query.shows("phoneType"));
        assert!(Query::parse("$select=*").unwrap().shows("phoneType"));
        assert!(Query::parse("anything=else").unwrap().shows("phoneType"));
    }

    #[test]
    fn unsupported_options_are_refused() {
        for text in [
            "$expand=x",
            "$search=%22a%22",
            "$top=-1",
            "$top=many",
            "$skip=",
            "$count=yes",
            "$orderby=name",
            "$orderby=id+down",
            "$select=name",
            "$format=xml",
            "$filter=",
        ] {
            assert_eq!(Query::parse(text).map(|_| ()).map_err(|refusal| refusal.status.as_u16()), Err(400), "{text}");
        }
    }
}
