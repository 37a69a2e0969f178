//! Phone numbers as the API shows them.

use std::fmt;
use std::ops::Deref;

/// Characters that stand for a hidden digit.
const MASKS: [char; 4] = ['*', '•', 'X', '●'];

/// This many of the same character in a row stand for hidden digits, unless the character is a digit or a space.
const RUN: usize = 3;

/// The value of `phoneNumber`, as shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Whether digits are hidden. The number as shown can't be registered again. The documents do not say what a mask
    /// looks like.
    pub fn is_masked(&self) -> bool {
        let characters: Vec<char> = self.chars().collect();
        let is_run = |run: &[char]| !run[0].is_ascii_digit() && !run[0].is_whitespace() && run.iter().all(|c| *c == run[0]);
        self.contains(MASKS) || characters.windows(RUN).any(is_run)
    }

    /// Whether the number has the documented form: country code, space, digits, and an extension after an `x`.
    ///
    /// Source: the resource's page, property `phoneNumber`.
    pub fn is_documented(&self) -> bool {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (number, extension) = self.split_once('x').map_or((self.as_ref(), None), |(number, extension)| (number, Some(extension)));
        let parts = number.strip_prefix('+').and_then(|number| number.split_once(' '));
        parts.is_some_and(|(country, rest)| digits(country) && digits(rest)) && extension.is_none_or(digits)
    }

    /// The digits, with an `x` where an extension begins. Every way to write a number has the same digits.
    pub fn digits(&self) -> String {
        self.chars().filter(|character| character.is_ascii_digit() || character.eq_ignore_ascii_case(&'x')).collect()
    }
}

impl From<&str> for PhoneNumber {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for PhoneNumber {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Deref for PhoneNumber {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for PhoneNumber {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<String> for PhoneNumber {
    fn eq(&self, other: &String) -> bool {
        self.0 == *other
    }
}

impl PartialEq<PhoneNumber> for String {
    fn eq(&self, other: &PhoneNumber) -> bool {
        *self == other.0
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_documented_number_has_a_country_code_a_space_and_digits() {
        for (number, documented) in [
            ("+1 2065550100", true),
            ("+1 2065550100x123", true),
            ("+12065550100", false),
            ("1 2065550100", false),
            ("+1 2065550100x", false),
            ("+1 206 5550100", false),
            ("+1 XXXXXXXX00", false),
            ("", false),
        ] {
            assert_eq!(PhoneNumber::from(number).is_documented(), documented, "{number}");
        }
    }

    #[test]
    fn numbers_that_are_written_differently_share_their_digits() {
        let digits = |number: &str| PhoneNumber::from(number).digits();
        assert_eq!(digits("+1 2065550100"), digits("+12065550100"));
        assert_ne!(digits("+1 2065550100x1"), digits("+1 2065550100"));
        assert!(PhoneNumber::from("+1 XXXXXXXX00").is_masked() && !PhoneNumber::from("+1 2065550100x1").is_masked());
    }
}
