//! Derives from the steps of a scenario the phones that it starts from, and whether it leaves them unchanged.

use crate::api::ApiVersion;
use crate::tenant::Start;

use super::parameters::Kinds;

/// The starting phones of each user of a scenario.
pub fn starts(steps: &[gherkin::Step], version: ApiVersion) -> Vec<Start> {
    let mut starts: Vec<Start> = Vec::new();
    for text in steps.iter().map(|step| step.value.as_str()) {
        if text.starts_with("a user ") || text.starts_with("another user ") {
            let kinds = text.split_once(" with ").and_then(|(_, phones)| phones.parse().ok());
            starts.push(Start { version, kinds: kinds.map_or_else(Vec::new, |Kinds(kinds)| kinds), sign_in: None, number: None });
        }
        let sign_in = if text.ends_with("mobile phone is ready for SMS sign-in") {
            true
        } else if text.starts_with("SMS sign-in is off for ") {
            false
        } else {
            continue;
        };
        if let Some(start) = starts.get_mut(usize::from(text.contains("the other user's"))) {
            start.sign_in = Some(sign_in);
        }
    }
    starts
}

/// Whether the number of the other user's phone is part of what the scenario tries. Otherwise it may be of any kind.
pub fn tries_number_of_other(steps: &[gherkin::Step]) -> bool {
    steps.iter().any(|step| step.value.contains("number") && step.value.contains("other user"))
}

/// Whether a scenario should leave its starting phones unchanged, because its request only reads or is refused.
pub fn keeps(steps: &[gherkin::Step]) -> bool {
    let says = |words: &str| steps.iter().any(|step| step.value.contains(words));
    says("is refused") || says("answer is 4") || says(" lists ") || says(" reads ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(texts: &[&str]) -> Vec<gherkin::Step> {
        let step =
            |text: &&str| gherkin::Step::builder().keyword("Given ".into()).ty(gherkin::StepType::Given).value((*text).to_owned()).build();
        texts.iter().map(step).collect()
    }

    #[test]
    fn starting_phones_are_derived_from_the_steps() {
        let starts = starts(
            &steps(&[
                "a user allowed SMS sign-in with a mobile and an office phone",
                "another user with no phones",
                "SMS sign-in is off for the user's mobile phone",
            ]),
            ApiVersion::V1,
        );
        assert_eq!(starts.iter().map(|start| start.kinds.len()).collect::<Vec<_>>(), [2, 0]);
        assert_eq!(starts.iter().map(|start| start.sign_in).collect::<Vec<_>>(), [Some(false), None]);
        let other = super::starts(
            &steps(&[
                "a user with no phones",
                "another user with a mobile phone",
                "the other user's mobile phone is ready for SMS sign-in",
            ]),
            ApiVersion::V1,
        );
        assert_eq!(other.iter().map(|start| start.sign_in).collect::<Vec<_>>(), [None, Some(true)]);
    }

    #[test]
    fn the_number_of_the_other_user_counts_where_a_step_speaks_of_it() {
        assert!(tries_number_of_other(&steps(&["the administrator changes the number of the user's mobile phone to the other user's"])));
        assert!(!tries_number_of_other(&steps(&["another user with a mobile phone", "the other user's phones are unchanged"])));
    }

    #[test]
    fn refusals_and_reads_leave_users_as_they_are() {
        assert!(keeps(&steps(&["the request is refused"])) && keeps(&steps(&["the administrator lists the user's phones"])));
        assert!(!keeps(&steps(&["the administrator adds a mobile phone for the user", "the request succeeds"])));
    }
}
