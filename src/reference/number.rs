//! The documented form of a phone number: `+{country code} {number}x{extension}`, the extension optional.

/// A phone number as given, and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    /// The text that reads return.
    pub text: String,
    /// The part that the SMS sign-in system compares: the digits of country code and number.
    ///
    /// The extension does not count. A text message reaches a line but not an extension, and nobody types an extension
    /// to sign in. So two extensions of one line are one sign-in name.
    pub line: String,
}

impl Number {
    /// Takes any text as a phone number, without a check.
    pub fn unchecked(text: &str) -> Self {
        let line = text.split('x').next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
        Self { text: text.to_owned(), line }
    }

    /// Whether the country code has three digits.
    pub fn has_long_country_code(&self) -> bool {
        self.text.split(' ').next().is_some_and(|code| code.len() == "+353".len())
    }
}

/// Why a text is not a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Flaw {
    /// It is empty.
    Empty,
    /// It contains only blanks.
    Blank,
    /// It has no plus sign, and characters other than digits.
    NoNumber,
    /// It has digits without a plus sign and a country code.
    BareDigits,
    /// It has a country code and a number, but no plus sign.
    NoPlusSign,
    /// It has text before the plus sign.
    TextBefore,
    /// It ends after the plus sign.
    PlusSignOnly,
    /// It ends after the country code.
    CountryCodeOnly,
    /// It has no country code between plus sign and space, or one that starts with zero.
    NoCountryCode,
    /// Its country code contains other characters than digits.
    LetterInCountryCode,
    /// Its country code has more than three digits.
    LongCountryCode,
    /// It has no space between country code and number.
    NoSpace,
    /// It has a second plus sign before the number.
    SecondPlusSign,
    /// Its number contains other characters than digits.
    LetterInNumber,
    /// It has an `x` without an extension.
    EmptyExtension,
    /// Its extension starts with another character than a digit.
    LettersAsExtension,
    /// Its extension has an extension.
    TwoExtensions,
    /// It has text after the extension.
    TextBehind,
}

/// Parses a phone number, or returns its first flaw.
pub(super) fn parse(text: &str) -> Result<Number, Flaw> {
    if text.is_empty() {
        return Err(Flaw::Empty);
    }
    if text.trim().is_empty() {
        return Err(Flaw::Blank);
    }
    let Some(rest) = text.strip_prefix('+') else { return Err(without_plus_sign(text)) };
    if rest.is_empty() {
        return Err(Flaw::PlusSignOnly);
    }
    let Some((country_code, rest)) = rest.split_once(' ') else { return Err(without_space(rest)) };
    if country_code.is_empty() || country_code.starts_with('0') {
        return Err(Flaw::NoCountryCode);
    }
    if !digits(country_code) {
        return Err(Flaw::LetterInCountryCode);
    }
    if country_code.len() > 3 {
        return Err(Flaw::LongCountryCode);
    }
    if rest.starts_with('+') {
        return Err(Flaw::SecondPlusSign);
    }
    let (number, extension) = rest.split_once('x').map_or((rest, None), |(number, extension)| (number, Some(extension)));
    if number.is_empty() {
        return Err(Flaw::CountryCodeOnly);
    }
    if !digits(number) {
        return Err(Flaw::LetterInNumber);
    }
    extension.map_or(Ok(()), check_extension)?;
    Ok(Number { text: text.to_owned(), line: format!("{country_code}{number}") })
}

/// The flaw of a text that does not start with a plus sign.
fn without_plus_sign(text: &str) -> Flaw {
    if digits(text) {
        Flaw::BareDigits
    } else if text.contains('+') {
        Flaw::TextBefore
    } else if text.starts_with(|c: char| c.is_ascii_digit()) {
        Flaw::NoPlusSign
    } else {
        Flaw::NoNumber
    }
}

/// The flaw of a text without a space after the country code.
fn without_space(rest: &str) -> Flaw {
    let number = rest.split('x').next().unwrap_or_default();
    if !digits(number) {
        Flaw::LetterInCountryCode
    } else if rest.len() <= 3 {
        Flaw::CountryCodeOnly
    } else if let Some((_, extension)) = rest.split_once('x') {
        check_extension(extension).err().unwrap_or(Flaw::NoSpace)
    } else {
        Flaw::NoSpace
    }
}

/// The documented form of a text that is meant as a number: it has a space after the country code and no other marks.
pub(super) fn respaced(text: &str) -> Option<String> {
    let is_mark = |c: char| c.is_whitespace() || c.is_control() || "-().\u{feff}".contains(c) || ('\u{2000}'..'\u{2070}').contains(&c);
    let bare: String = text.chars().filter(|c| !is_mark(*c)).collect();
    let rest = bare.strip_prefix('+')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    // E.164 numbers have at most fifteen digits; numbers with fewer than seven can't be reached from abroad.
    if !(7..=15).contains(&digits) {
        return None;
    }
    let (country_code, number) = rest.split_at(country_code_length(rest));
    parse(&format!("+{country_code} {number}")).ok().map(|number| number.text).filter(|respaced| respaced != text)
}

/// The number of digits of a country code: under E.164 the first two digits determine it.
fn country_code_length(digits: &str) -> usize {
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

fn check_extension(extension: &str) -> Result<(), Flaw> {
    if extension.is_empty() {
        Err(Flaw::EmptyExtension)
    } else if digits(extension) {
        Ok(())
    } else if extension.contains('x') && extension.chars().all(|c| c == 'x' || c.is_ascii_digit()) {
        Err(Flaw::TwoExtensions)
    } else if extension.starts_with(|c: char| c.is_ascii_digit()) {
        Err(Flaw::TextBehind)
    } else {
        Err(Flaw::LettersAsExtension)
    }
}

/// Whether a text has only ASCII digits. Other scripts have digits too, but they can't be dialled.
fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn documented_numbers_are_numbers() {
        for text in ["+1 5555551234", "+1 5555551234x123", "+1 2065555555", "+45 12345678", "+358 401234567"] {
            assert_eq!(parse(text).map(|number| number.text), Ok(text.to_owned()));
        }
    }

    #[test]
    fn every_flaw_has_its_name() {
        for (text, flaw) in [
            ("", Flaw::Empty),
            ("   ", Flaw::Blank),
            ("abc", Flaw::NoNumber),
            ("12345", Flaw::BareDigits),
            ("1 2065550100", Flaw::NoPlusSign),
            ("+", Flaw::PlusSignOnly),
            ("+1", Flaw::CountryCodeOnly),
            ("+1 ", Flaw::CountryCodeOnly),
            ("+ 0005550100", Flaw::NoCountryCode),
            ("+0 2065550100", Flaw::NoCountryCode),
            ("+1 20655a0100", Flaw::LetterInNumber),
            ("+1  2065550100", Flaw::LetterInNumber),
            ("+a 2065550100", Flaw::LetterInCountryCode),
            ("+1206 5550100", Flaw::LongCountryCode),
            ("+1 2065550100x", Flaw::EmptyExtension),
            ("+1 2065550100xabc", Flaw::LettersAsExtension),
            ("+1 2065550100x1x2", Flaw::TwoExtensions),
            ("+1 2065550100x12garbage", Flaw::TextBehind),
            ("00+1 2065550100", Flaw::TextBefore),
            ("+1 +2065550100", Flaw::SecondPlusSign),
            ("+12065550100", Flaw::NoSpace),
            ("+12065550100x1", Flaw::NoSpace),
            ("+1 ٢٠٦٥٥٥٠١٠٠", Flaw::LetterInNumber),
        ] {
            assert_eq!(parse(text), Err(flaw), "{text:?}");
        }
    }

    #[test]
    fn a_number_has_the_same_line_with_and_without_an_extension() {
        assert_eq!(parse("+1 2065550100x7").unwrap().line, parse("+1 2065550100").unwrap().line);
        assert_eq!(Number::unchecked("+1 2065550100x7").line, "12065550100");
    }

    #[test]
    fn numbers_as_callers_write_them_are_respaced() {
        for (text, respaced_text) in [
            ("+12065550100", "+1 2065550100"),
            ("+61491570156", "+61 491570156"),
            ("+95912345678", "+95 912345678"),
            ("+351912345678x9", "+351 912345678x9"),
            ("+1 206-555-0100", "+1 2065550100"),
            ("+1 (206) 555.0100", "+1 2065550100"),
            ("+44 20 7946 0958", "+44 2079460958"),
            ("+1\u{a0}2065550100", "+1 2065550100"),
            ("\u{202a}+1 2065550100\u{202c}", "+1 2065550100"),
            ("+1 2065550100 ", "+1 2065550100"),
        ] {
            assert_eq!(respaced(text).as_deref(), Some(respaced_text), "{text:?}");
        }
        for text in ["", "abc", "12065550100", "+1", "+1 20655a0100", "+12345", "+1234567890123456", "+1 2065550100xabc", "+0 2065550100"] {
            assert_eq!(respaced(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn numbers_in_the_documented_form_are_accepted(text in r"\+[1-9][0-9]{0,2} [0-9]{1,15}(x[0-9]{1,6})?") {
            prop_assert_eq!(parse(&text).unwrap(), Number::unchecked(&text));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in r"[+x 0-9a\PC]{0,12}") {
            let _ = parse(&text);
            if let Some(respaced) = respaced(&text) {
                assert!(parse(&respaced).is_ok());
            }
        }
    }
}
