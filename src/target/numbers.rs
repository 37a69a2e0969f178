//! The phone numbers that a run registers. They belong to nobody.

use crate::api::named;

use super::PhoneNumbers;
use super::document::Value;
use super::error::{Complaint, Mistake};
use super::keys;

named! {
    /// A kind of phone number that real numbering plans have but an endpoint may not support.
    NumberKind {
        /// Such as `+1 2065550100`.
        OneDigit = "country code of one digit",
        /// Such as `+44 2079460000`.
        TwoDigits = "country code of two digits",
        /// Such as `+353 761000000`.
        ThreeDigits = "country code of three digits",
        /// Such as `+1 2065550100x123`.
        Extension = "extension",
    }
}

/// Prefixes outside of North America, each with the number of digits between it and the last two digits. Their numbers
/// exist in a numbering plan but belong to nobody: those of the United Kingdom and Australia are reserved for fiction,
/// and those of Ireland are no longer in use.
const ABROAD: [(&str, u32); 3] = [("+44 2079460", 1), ("+61 25550", 2), ("+353 76100", 2)];

/// Area codes in use in the United States. Each of them reserves 555-0100 to 555-0199 for fiction.
const AREA_CODES: &[&str] = &[
    "201", "202", "203", "205", "206", "207", "208", "209", "210", "212", "213", "214", "215", "216", "217", "218", "219", "224", "225",
    "228", "229", "231", "234", "239", "240", "248", "251", "252", "253", "254", "256", "260", "262", "267", "269", "270", "276", "281",
    "301", "302", "303", "304", "305", "307", "308", "309", "310", "312", "313", "314", "315", "316", "317", "318", "319", "320", "321",
    "323", "330", "334", "336", "337", "339", "347", "351", "352", "360", "361", "386", "401", "402", "404", "405", "406", "407", "408",
    "409", "410", "412", "413", "414", "415", "417", "419", "423", "424", "425", "432", "434", "435", "440", "443", "469", "478", "479",
    "480", "484", "501", "502", "503", "504", "505", "507", "508", "509", "510", "512", "513", "515", "516", "517", "518", "520", "530",
    "540", "541", "551", "559", "561", "562", "563", "567", "570", "571", "573", "574", "580", "585", "586", "601", "602", "603", "605",
    "606", "607", "608", "609", "610", "612", "614", "615", "616", "617", "618", "619", "620", "623", "626", "630", "631", "636", "641",
    "646", "650", "651", "660", "661", "662", "678", "682", "701", "702", "703", "704", "706", "707", "708", "712", "713", "714", "715",
    "716", "717", "718", "719", "720", "724", "727", "731", "732", "734", "740", "754", "757", "760", "763", "765", "770", "772", "773",
    "774", "775", "781", "785", "786", "801", "802", "803", "804", "805", "806", "808", "810", "812", "813", "814", "815", "816", "817",
    "818", "828", "830", "831", "832", "843", "845", "847", "848", "850", "856", "857", "858", "859", "860", "862", "863", "864", "865",
    "870", "901", "903", "904", "906", "907", "908", "909", "910", "912", "913", "914", "915", "916", "917", "918", "919", "920", "925",
    "928", "931", "936", "937", "940", "941", "947", "949", "951", "952", "954", "956", "970", "971", "972", "973", "978", "979", "980",
    "985", "989",
];

/// The maximum number of digits after the country code.
const MAX_DIGITS: u32 = 15;

impl Default for PhoneNumbers {
    /// Numbers that are reserved for fiction. Each area code of the North American plan has a hundred of them, so every
    /// scenario has its own numbers, even when it runs again. Numbers of other plans have longer country codes.
    fn default() -> Self {
        let american = AREA_CODES.iter().map(|area| format!("+1 {area}55501"));
        let abroad = ABROAD.into_iter().flat_map(|(prefix, digits)| {
            (0..10_u32.pow(digits)).map(move |more| format!("{prefix}{more:0width$}", width = digits as usize))
        });
        Self { prefixes: american.chain(abroad).collect(), digits: 2 }
    }
}

impl PhoneNumbers {
    /// The kinds of number that these prefixes allow, the default kind first.
    pub fn kinds(&self) -> Vec<NumberKind> {
        let can_be_made = |kind: &NumberKind| *kind == NumberKind::Extension || self.prefixes.iter().any(|prefix| kind.begins(prefix));
        NumberKind::ALL.iter().copied().filter(can_be_made).collect()
    }
}

impl NumberKind {
    /// Whether numbers with this prefix are of the kind. A number with any prefix can have an extension.
    pub fn begins(self, prefix: &str) -> bool {
        let digits = prefix.split(' ').next().map_or(0, |code| code.len() - 1);
        match self {
            Self::OneDigit => digits == 1,
            Self::TwoDigits => digits == 2,
            Self::ThreeDigits => digits == 3,
            Self::Extension => true,
        }
    }
}

/// Reads how to make numbers. An empty table has the same meaning as no table.
pub(super) fn phone_numbers(value: Value<'_>) -> Result<PhoneNumbers, Mistake> {
    let table = value.table(keys::PHONE_NUMBERS)?;
    if table.entries().is_empty() {
        return Ok(PhoneNumbers::default());
    }
    let (list, count) = (table.require("prefixes")?, table.require("digits")?);
    let digits = count.count()?;
    if digits > MAX_DIGITS {
        return Err(count.mistake(format!("`digits` must lie between 1 and {MAX_DIGITS}, but is {digits}")));
    }
    let mut prefixes: Vec<String> = Vec::new();
    for item in list.items()? {
        let prefix = item.string()?;
        let Some(national) = national(prefix) else {
            let complaint = Complaint::new(format!("`{}` does not begin a phone number", prefix.escape_debug()));
            return Err(item.wrong(complaint.hint("write `+`, the country code, one space and perhaps digits, such as `+1 206555`")));
        };
        if national.len() + digits as usize > MAX_DIGITS as usize {
            return Err(item.mistake(format!(
                "`{prefix}` and {digits} more digits make a number of more than {MAX_DIGITS} digits after the country code"
            )));
        }
        if prefixes.iter().any(|other| other == prefix) {
            return Err(item.mistake(format!("`prefixes` names `{prefix}` twice")));
        }
        prefixes.push(prefix.to_owned());
    }
    if prefixes.is_empty() {
        let complaint = Complaint::new("`prefixes` must name at least one beginning");
        return Err(list.wrong(complaint.hint("leave `[phone_numbers]` out to use numbers reserved for fiction")));
    }
    Ok(PhoneNumbers { prefixes, digits })
}

/// The digits of a prefix after the country code; `None` if the prefix does not have the documented form.
fn national(prefix: &str) -> Option<&str> {
    let (country, national) = prefix.strip_prefix('+')?.split_once(' ')?;
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let valid = (1..=3).contains(&country.len()) && !country.starts_with('0') && digits(country) && digits(national);
    valid.then_some(national)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_numbers_are_distinct_and_have_the_length_of_their_plans() {
        let numbers = PhoneNumbers::default();
        let mut prefixes = numbers.prefixes.clone();
        prefixes.dedup();
        for (kind, count) in [(NumberKind::OneDigit, 26_800), (NumberKind::TwoDigits, 11_000), (NumberKind::ThreeDigits, 10_000)] {
            let of_kind = prefixes.iter().filter(|prefix| kind.begins(prefix));
            assert_eq!(of_kind.count() * 10_usize.pow(numbers.digits), count, "{kind}");
        }
        let length = |prefix: &str| national(prefix).unwrap().len() + numbers.digits as usize;
        let lengths = [("+1 ", 10), ("+44 ", 10), ("+61 ", 9), ("+353 ", 9)];
        assert!(prefixes.iter().all(|prefix| lengths.iter().any(|(code, digits)| prefix.starts_with(code) && length(prefix) == *digits)));
    }

    #[test]
    fn own_prefixes_decide_which_kinds_exist() {
        let kinds = |prefix: &str| PhoneNumbers { prefixes: vec![prefix.to_owned()], digits: 4 }.kinds();
        assert_eq!(kinds("+1 206555"), [NumberKind::OneDigit, NumberKind::Extension]);
        assert_eq!(kinds("+423 5"), [NumberKind::ThreeDigits, NumberKind::Extension]);
        assert_eq!(PhoneNumbers::default().kinds(), NumberKind::ALL);
    }

    #[test]
    fn a_prefix_is_a_country_code_a_space_and_digits() {
        assert_eq!(national("+1 206555"), Some("206555"));
        assert_eq!(national("+423 "), Some(""));
        for bad in ["", "1 206", "+ 206", "+0 206", "+1206", "+1234 5", "+1  5", "+1 2-6", "+1 ٣"] {
            assert_eq!(national(bad), None, "{bad}");
        }
    }
}
