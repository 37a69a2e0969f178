//! Derives from a scenario's steps what it needs. The plan can then report what a target lacks before anything is sent.

use std::collections::BTreeSet;

use gherkin::StepType;

use crate::api::Operation;

use super::Caller;

/// The callers and users that a scenario needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Every caller that sends a request.
    pub callers: BTreeSet<Caller>,
    /// The users whose phones the scenario sets up: the user, then the other user.
    pub people: Vec<PersonNeed>,
    /// Whether the scenario uses a second version.
    pub other_version: bool,
    /// Whether the scenario addresses a user by user principal name.
    pub user_principal_name: bool,
    /// The operations in the scenario's setup, apart from the one that its rule is about.
    pub operations: BTreeSet<Operation>,
}

/// The required properties of a user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PersonNeed {
    /// Whether the policy must allow the user SMS sign-in; `None` if it does not matter.
    pub sms_sign_in: Option<bool>,
}

impl Needs {
    /// The needs of these steps.
    pub fn of(steps: &[gherkin::Step]) -> Self {
        let mut needs = Self::default();
        for step in steps {
            let text = step.value.as_str();
            needs.callers.extend(caller(step));
            if let Some(person) = person(text) {
                needs.people.push(person);
            }
            needs.other_version |= text.ends_with(" in the other version");
            needs.user_principal_name |= text.ends_with(" by user principal name");
            needs.operations.extend((step.ty == StepType::Given).then(|| set_up_by(text)).flatten());
        }
        needs
    }
}

/// The caller that acts in a step. A `Then` step may also start with a caller, but this caller sends nothing.
fn caller(step: &gherkin::Step) -> Option<Caller> {
    matches!(step.ty, StepType::Given | StepType::When).then(|| Caller::at_start_of(&step.value)).flatten()
}

/// The operation, besides creating and deleting phones, that brings about what a step asks for.
fn set_up_by(step: &str) -> Option<Operation> {
    if step.ends_with("phone is ready for SMS sign-in") {
        Some(Operation::EnableSmsSignIn)
    } else if step.starts_with("SMS sign-in is off ") {
        Some(Operation::DisableSmsSignIn)
    } else if step.contains(" has changed the number of ") || step.contains(" tried to change the number of ") {
        Some(Operation::Update)
    } else {
        None
    }
}

/// The user that a step introduces.
fn person(step: &str) -> Option<PersonNeed> {
    let rest = step.strip_prefix("a user ").or_else(|| step.strip_prefix("another user "))?;
    let sms_sign_in = if rest.starts_with("allowed SMS sign-in ") {
        Some(true)
    } else if rest.starts_with("not allowed SMS sign-in ") {
        Some(false)
    } else {
        None
    };
    Some(PersonNeed { sms_sign_in })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(steps: &[&str]) -> Needs {
        let steps: Vec<_> = steps
            .iter()
            .map(|text| gherkin::Step::builder().keyword("Given ".into()).ty(gherkin::StepType::Given).value((*text).to_owned()).build())
            .collect();
        Needs::of(&steps)
    }

    #[test]
    fn users_and_callers_follow_from_the_steps() {
        let needs = needs(&[
            "a user allowed SMS sign-in with no phones",
            "another user with a mobile phone",
            "the user lists their own phones",
            "the user's phones are unchanged",
        ]);
        assert_eq!(needs.people, [PersonNeed { sms_sign_in: Some(true) }, PersonNeed { sms_sign_in: None }]);
        assert_eq!(needs.callers.into_iter().collect::<Vec<_>>(), [Caller::User]);
        assert!(!needs.other_version);
    }

    #[test]
    fn only_given_and_when_steps_have_a_caller() {
        let suite = crate::suite::Suite::embedded().unwrap();
        let scenarios = || suite.rules.iter().flat_map(|rule| &rule.scenarios);
        for step in scenarios().flat_map(|scenario| &scenario.gherkin.steps) {
            let callers = Needs::of(std::slice::from_ref(step)).callers.len();
            match step.ty {
                StepType::Given => {
                    assert_eq!(callers, usize::from(step.value.contains(" has ") && !step.value.contains(" phone has ")), "{step}");
                }
                StepType::When => assert_eq!(callers, 1, "{step}"),
                StepType::Then => assert_eq!(callers, 0, "{step}"),
            }
        }
        let stored = scenarios().find(|scenario| scenario.id.starts_with("create.is-stored/")).unwrap();
        assert_eq!(stored.needs.callers, BTreeSet::from([Caller::Administrator]));
    }

    #[test]
    fn an_initial_sms_sign_in_state_needs_an_operation() {
        let needs = needs(&["the other user's mobile phone is ready for SMS sign-in", "SMS sign-in is off for the user's mobile phone"]);
        assert_eq!(needs.operations.into_iter().collect::<Vec<_>>(), [Operation::EnableSmsSignIn, Operation::DisableSmsSignIn]);
    }

    #[test]
    fn a_user_principal_name_and_a_second_version_are_needs() {
        let needs = needs(&[
            "the administrator lists the user's phones by user principal name",
            "the administrator lists the user's phones in the other version",
        ]);
        assert!(needs.user_principal_name);
        assert!(needs.other_version);
    }
}
