//! The part of `OData`'s filter language that callers use for phones.

use super::answer::Refusal;
use super::phone::Phone;
use super::query::Field;

/// The deepest nesting of parentheses.
const DEEPEST: usize = 32;

/// A condition on phones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Filter {
    /// The property has one of these values; `None` is null.
    Is(Field, Vec<Option<String>>),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Filter {
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut parser = Parser { tokens: tokens(text).ok_or_else(|| misunderstood(text))?, at: 0 };
        match parser.any(0) {
            Some(filter) if parser.at == parser.tokens.len() => filter.check().map(|()| filter),
            _ => Err(misunderstood(text)),
        }
    }

    pub fn admits(&self, phone: &Phone) -> bool {
        match self {
            Self::Is(field, values) => values.iter().any(|value| match (field.of(phone), value) {
                (Some(held), Some(value)) if *field == Field::PhoneNumber => held == value,
                (Some(held), Some(value)) => held.eq_ignore_ascii_case(value),
                (held, value) => held.is_none() && value.is_none(),
            }),
            Self::Not(filter) => !filter.admits(phone),
            Self::All(filters) => filters.iter().all(|filter| filter.admits(phone)),
            Self::Any(filters) => filters.iter().any(|filter| filter.admits(phone)),
        }
    }

    /// Refuses a value that the property's enumeration lacks.
    fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::Is(field, values) => {
                let members = field.members();
                let known = |value: &str| members.is_empty() || members.iter().any(|member| member.eq_ignore_ascii_case(value));
                match values.iter().flatten().find(|value| !known(value)) {
                    Some(value) => Err(Refusal::query(format!("'{value}' is none of {}.", members.join(", ")))),
                    None => Ok(()),
                }
            }
            Self::Not(filter) => filter.check(),
            Self::All(filters) | Self::Any(filters) => filters.iter().try_for_each(Self::check),
        }
    }
}

fn misunderstood(text: &str) -> Refusal {
    Refusal::query(format!(
        "This server does not understand the filter '{text}': it knows eq, ne, in, and, or, not and parentheses, on id, phoneNumber, \
         phoneType and smsSignInState."
    ))
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    /// Text in quotation marks, with or without the name of an enumeration before it.
    Text(String),
    Open,
    Close,
    Comma,
}

/// Splits a filter into tokens; `None` if a quotation mark is missing.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, behind) = match first {
            '(' => (Token::Open, &rest[1..]),
            ')' => (Token::Close, &rest[1..]),
            ',' => (Token::Comma, &rest[1..]),
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "(),'".contains(c)).unwrap_or(rest.len());
                if rest[end..].starts_with('\'') {
                    let (text, behind) = quoted(&rest[end + 1..])?;
                    (Token::Text(text), behind)
                } else {
                    (Token::Word(rest[..end].to_owned()), &rest[end..])
                }
            }
        };
        tokens.push(token);
        rest = behind.trim_start();
    }
    Some(tokens)
}

/// Reads up to the closing quotation mark; a doubled one is part of the text.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut read = String::new();
    let mut rest = text;
    loop {
        let (part, behind) = rest.split_once('\'')?;
        read.push_str(part);
        match behind.strip_prefix('\'') {
            Some(more) => {
                read.push('\'');
                rest = more;
            }
            None => return Some((read, behind)),
        }
    }
}

/// Parses tokens by precedence: `not`, then `and`, then `or`.
struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    /// Consumes a word if it comes next.
    fn word(&mut self, wanted: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        self.at += usize::from(found);
        found
    }

    fn any(&mut self, depth: usize) -> Option<Filter> {
        let mut filters = vec![self.all(depth)?];
        while self.word("or") {
            filters.push(self.all(depth)?);
        }
        Some(Filter::Any(filters))
    }

    fn all(&mut self, depth: usize) -> Option<Filter> {
        let mut filters = vec![self.one(depth)?];
        while self.word("and") {
            filters.push(self.one(depth)?);
        }
        Some(Filter::All(filters))
    }

    fn one(&mut self, depth: usize) -> Option<Filter> {
        if depth > DEEPEST {
            return None;
        }
        if self.word("not") {
            return self.one(depth + 1).map(|filter| Filter::Not(Box::new(filter)));
        }
        match self.next()? {
            Token::Open => {
                let filter = self.any(depth + 1)?;
                (self.next()? == Token::Close).then_some(filter)
            }
            Token::Word(name) => {
                let field = Field::named(&name).ok()?;
                let Token::Word(operator) = self.next()? else { return None };
                match operator.to_ascii_lowercase().as_str() {
                    "eq" => Some(Filter::Is(field, self.value()?)),
                    "ne" => Some(Filter::Not(Box::new(Filter::Is(field, self.value()?)))),
                    "in" => Some(Filter::Is(field, self.values()?)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// A quoted text or null, as a list of one.
    fn value(&mut self) -> Option<Vec<Option<String>>> {
        match self.next()? {
            Token::Text(text) => Some(vec![Some(text)]),
            Token::Word(word) if word == "null" => Some(vec![None]),
            _ => None,
        }
    }

    fn values(&mut self) -> Option<Vec<Option<String>>> {
        let mut values = Vec::new();
        if self.next()? != Token::Open {
            return None;
        }
        loop {
            values.extend(self.value()?);
            match self.next()? {
                Token::Comma => {}
                Token::Close => return Some(values),
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::number::Number;
    use super::super::phone::PhoneType;
    use super::*;
    use crate::api::ApiVersion;

    /// The types of the phones that match a filter.
    fn admitted(text: &str) -> Vec<&'static str> {
        let filter = Filter::parse(text).unwrap_or_else(|refusal| panic!("{text}: {refusal:?}"));
        let numbers = ["+1 2065550100", "+1 2065550101", "+1 2065550102"];
        let phones =
            PhoneType::ALL.into_iter().zip(numbers).map(|(kind, number)| Phone::new(kind, Number::unchecked(number), ApiVersion::V1));
        phones.filter(|phone| filter.admits(phone)).map(|phone| phone.kind.name()).collect()
    }

    #[test]
    fn filters_of_callers_are_understood() {
        for (text, types) in [
            ("phoneType eq 'mobile'", &["mobile"][..]),
            ("phoneType eq 'Mobile'", &["mobile"]),
            ("phoneType eq microsoft.graph.authenticationPhoneType'mobile'", &["mobile"]),
            ("PhoneType EQ 'office'", &["office"]),
            ("phoneType ne 'office'", &["mobile", "alternateMobile"]),
            ("id eq '3179E48A-750b-4051-897c-87b9720928f7'", &["mobile"]),
            ("phoneNumber eq '+1 2065550101'", &["alternateMobile"]),
            ("phoneNumber eq null", &[]),
            ("createdDateTime eq null", &["mobile", "alternateMobile", "office"]),
            ("smsSignInState eq 'notSupported' and phoneType ne 'office'", &["alternateMobile"]),
            ("phoneType eq 'mobile' or phoneType eq 'office'", &["mobile", "office"]),
            ("phoneType eq 'office' or phoneType eq 'mobile' and id eq 'x'", &["office"]),
            ("(phoneType eq 'office' or phoneType eq 'mobile') and id eq 'x'", &[]),
            ("not (phoneType eq 'mobile')", &["alternateMobile", "office"]),
            ("not phoneType eq 'mobile' and not(phoneType eq 'office')", &["alternateMobile"]),
            ("phoneType in ('mobile', 'office')", &["mobile", "office"]),
            ("phoneNumber eq 'it''s'", &[]),
        ] {
            assert_eq!(admitted(text), types, "{text}");
        }
    }

    #[test]
    fn other_filters_are_refused_without_a_crash() {
        let deep = format!("{}id eq '1'", "(".repeat(100_000));
        let negated = format!("{}id eq '1'", "not ".repeat(100_000));
        for text in [
            "",
            "phoneType",
            "phoneType eq",
            "phoneType eq mobile",
            "phoneType eq 'mobile",
            "phoneType eq 'pager'",
            "phoneType eq 'mobile' or not smsSignInState eq 'on'",
            "phoneType gt 'mobile'",
            "phoneType eq 'mobile' 'office'",
            "phoneType in 'mobile'",
            "phoneType in ('mobile'",
            "name eq 'x'",
            "startswith(phoneNumber,'+1')",
            "(id eq '1'",
            "id eq '1')",
            "é eq 'ü",
            &deep,
            &negated,
        ] {
            assert_eq!(Filter::parse(text).map_err(|refusal| refusal.status.as_u16()), Err(400), "{text:.40}");
        }
    }
}
