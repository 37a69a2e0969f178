//! Compares phone numbers.

use crate::graph::PhoneNumber;

/// Whether the endpoint shows the number that was registered.
///
/// If the reader may see masked numbers (`masking`), a hidden digit matches any digit. The form of a mask is not
/// documented, so only the visible digits are compared: the digits after the mask must end the number, with or without
/// its extension.
///
/// Source: the note on masked numbers, pages of list and get.
pub fn same_number(registered: &str, shown: &str, masking: bool) -> bool {
    if registered == shown {
        return true;
    }
    if !masking || !PhoneNumber::from(shown).is_masked() {
        return false;
    }
    let hidden = |c: char| !c.is_ascii_digit() && c != 'x';
    let visible = shown.rsplit(hidden).next().unwrap_or_default().trim_start_matches('x');
    (registered.ends_with(visible) || line_of(registered).ends_with(visible))
        && shown.chars().filter(char::is_ascii_digit).count() < registered.chars().filter(char::is_ascii_digit).count()
}

/// A number without its extension.
pub fn line_of(number: &str) -> &str {
    number.split('x').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_masks_numbers_must_be_identical() {
        assert!(same_number("+1 2065550100", "+1 2065550100", false));
        assert!(!same_number("+1 2065550100", "+12065550100", false));
        assert!(!same_number("+1 2065550100x1", "+1 2065550100", true));
    }

    #[test]
    fn a_mask_matches_only_for_readers_who_may_see_masks() {
        assert!(same_number("+1 2065550100", "+1 XXXXXXXX00", true));
        for shown in ["***0100", "+1 ########00", "(∗∗∗) 00", "...00", "xxxxxx0100", "+X XXX-XXX-XX00"] {
            assert!(same_number("+1 2065550100", shown, true), "{shown}");
        }
        for shown in ["+1 ********00x12", "+1 ********00", "***00"] {
            assert!(same_number("+1 2065550100x12", shown, true), "{shown}");
        }
        assert!(!same_number("+1 2065550100", "+1 XXXXXXXX00", false));
        assert!(!same_number("+1 2065550100", "+1 XXXXXXXX01", true));
        assert!(!same_number("+1 2065550100", "+1 2065550199X", true), "nothing is hidden");
    }
}
