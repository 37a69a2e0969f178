//! The dimensions that a scenario leaves open, so that the plan chooses: who plays the administrator, how requests
//! address the user, and the kind of number.
//!
//! A dimension is open if the text of the rule and the scenario names no value of it. The run tries each value of an
//! open dimension that the target offers.

use std::collections::BTreeMap;

use gherkin::StepType;

use crate::api::{ApiVersion, Area, named};
use crate::suite::{Caller, Rule, Scenario};
use crate::target::NumberKind;

named! {
    /// How a request addresses the user.
    Address {
        /// `/users/{id}`
        Id = "object id",
        /// `/users/{userPrincipalName}`
        Name = "user principal name",
        /// `/me`
        Me = "/me",
    }
}

/// What the plan chooses for a case; `None` if the scenario's text decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variation {
    /// The caller who plays the administrator.
    pub caller: Option<Caller>,
    /// How requests address the user.
    pub address: Option<Address>,
    /// The kind of number.
    pub number: Option<NumberKind>,
}

/// The callers who may play the administrator, the best first. The documents allow each of them every operation on
/// another user.
///
/// A global administrator plays only if there is no other, because the documents of v1.0 never name that role.
const ADMINISTRATORS: [Caller; 4] =
    [Caller::PrivilegedAuthenticationAdministrator, Caller::Application, Caller::AuthenticationAdministrator, Caller::GlobalAdministrator];

/// Rules that do not vary in a dimension although their text leaves it open, and why.
const EXEMPT: &[Exemption] = &[
    Exemption { dimension: Dimension::Number, rules: |rule| rule.area == Area::Access, because: "who may call does not depend on numbers" },
    Exemption {
        dimension: Dimension::Number,
        rules: |rule| rule.id.contains(".addressed-by-"),
        because: "how a phone or its user is addressed does not depend on numbers",
    },
    Exemption {
        dimension: Dimension::Number,
        rules: |rule| rule.id.ends_with(".shown-everywhere"),
        because: "other rules compare what list and read show with each kind of number",
    },
    Exemption {
        dimension: Dimension::Number,
        rules: |rule| rule.id.ends_with(".refusal-changes-nothing"),
        because: "other rules look at the user's phones after a refusal with each kind of number",
    },
    Exemption { dimension: Dimension::Number, rules: is_about_a_moment, because: "each case takes many requests" },
    Exemption { dimension: Dimension::Caller, rules: is_about_a_moment, because: "each case takes many requests" },
    Exemption { dimension: Dimension::Address, rules: is_about_a_moment, because: "each case takes many requests" },
    Exemption {
        dimension: Dimension::Address,
        rules: |rule| rule.title.contains("/me"),
        because: "the rule is about /me, and no document says that users may name themselves instead",
    },
];

/// Whether a rule is about simultaneous requests.
fn is_about_a_moment(rule: &Rule) -> bool {
    rule.id.ends_with("-at-once")
}

/// A dimension in which cases vary, besides the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dimension {
    Caller,
    Address,
    Number,
}

struct Exemption {
    dimension: Dimension,
    rules: fn(&Rule) -> bool,
    #[cfg_attr(not(test), expect(dead_code, reason = "it is there to be read"))]
    because: &'static str,
}

/// The values of each dimension that a scenario leaves open, the canonical one first; empty if the scenario decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Open {
    /// The callers who may play the administrator.
    pub callers: Vec<Caller>,
    /// The ways to address the user.
    pub addresses: Vec<Address>,
    /// The kinds of number.
    pub numbers: Vec<NumberKind>,
}

impl Open {
    /// The open dimensions of a rule's scenario.
    pub fn of(rule: &Rule, scenario: &Scenario) -> Self {
        let open = |dimension| !EXEMPT.iter().any(|exemption| exemption.dimension == dimension && (exemption.rules)(rule));
        let requests = || scenario.gherkin.steps.iter().filter(|step| step.ty == StepType::When).map(|step| step.value.as_str());
        let callers = if open(Dimension::Caller) && requests().any(|step| Caller::at_start_of(step) == Some(Caller::Administrator)) {
            ADMINISTRATORS.to_vec()
        } else {
            Vec::new()
        };
        // Requests can use the name of a user only if the scenario introduces that user. If the scenario names `/me`,
        // it is about `/me`.
        let introduced = open(Dimension::Address) && !scenario.needs.people.is_empty() && !scenario.gherkin.name.contains("/me");
        let addresses = requests().next().filter(|_| introduced).map(addresses).unwrap_or_default();
        Self { callers, addresses, numbers: if open(Dimension::Number) { numbers(scenario) } else { Vec::new() } }
    }

    /// Every combination of the values, the canonical one first.
    pub fn product(&self) -> Vec<Variation> {
        fn each<T: Copy>(values: &[T]) -> Vec<Option<T>> {
            if values.is_empty() { vec![None] } else { values.iter().copied().map(Some).collect() }
        }
        let (callers, addresses, numbers) = (each(&self.callers), each(&self.addresses), each(&self.numbers));
        let with_numbers = |caller, address| numbers.iter().map(move |number| Variation { caller, address, number: *number });
        callers.iter().flat_map(|caller| addresses.iter().flat_map(move |address| with_numbers(*caller, *address))).collect()
    }
}

/// The addresses that the text of a request leaves open.
fn addresses(request: &str) -> Vec<Address> {
    if request.ends_with(" by user principal name") || request.ends_with(" by id") || request.ends_with(" who does not exist") {
        return Vec::new();
    }
    if request.contains("their own ") || request.ends_with(" for themself") {
        return vec![Address::Me, Address::Id, Address::Name];
    }
    match Caller::at_start_of(request) {
        // The endpoint must refuse a caller without a valid sign-in at `/me` too.
        Some(Caller::WithoutToken | Caller::GarbageToken | Caller::EmptyBearer | Caller::OtherScheme | Caller::BareToken) => {
            vec![Address::Id, Address::Name, Address::Me]
        }
        _ => vec![Address::Id, Address::Name],
    }
}

/// The kinds of number that a scenario leaves open: all kinds, if it uses numbers without spelling them out.
fn numbers(scenario: &Scenario) -> Vec<NumberKind> {
    let steps = || scenario.gherkin.steps.iter().map(|step| step.value.as_str());
    let given = |step: &str| step.contains(" user") && step.contains(" with a");
    let asked = |step: &str| {
        let asks = step.contains(" adds a") || step.contains(" changes the number ") || step.contains(" changes number ");
        let spelled = step.contains("with the number \"") || step.contains(" phone to \"");
        step.contains("NUMBER") || asks && !spelled && !step.contains(" from ")
    };
    if !steps().any(|step| given(step) || asked(step)) {
        return Vec::new();
    }
    let says_how = |step: &str| step.contains("extension") || step.contains("unspaced");
    let extension = steps().any(|step| step.contains("office")) && !steps().any(says_how);
    NumberKind::ALL.iter().copied().filter(|kind| *kind != NumberKind::Extension || extension).collect()
}

impl Variation {
    /// The number of dimensions in which it differs from another.
    pub fn distance(&self, other: &Self) -> usize {
        let differs = [self.caller != other.caller, self.address != other.address, self.number != other.number];
        differs.into_iter().filter(|differs| *differs).count()
    }

    /// The values by dimension, as in reports.
    pub fn named(&self) -> BTreeMap<String, String> {
        let caller = self.caller.map(|caller| ("caller", caller.noun()));
        let address = self.address.map(|address| ("address", address.name()));
        let number = self.number.map(|number| ("number", number.name()));
        [caller, address, number].into_iter().flatten().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Describes the values that differ from those of another case.
    pub fn words(&self, other: &Self) -> Vec<&'static str> {
        let caller = self.caller.filter(|_| self.caller != other.caller).map(Caller::noun);
        let address = self.address.filter(|_| self.address != other.address).map(|address| match address {
            Address::Id => "by object id",
            Address::Name => "by user principal name",
            Address::Me => "under /me",
        });
        let number = self.number.filter(|_| self.number != other.number).map(NumberKind::name);
        [caller, address, number].into_iter().flatten().collect()
    }

    /// The name of a case: the scenario's name, followed by what differs from the canonical case.
    pub fn name(&self, scenario: &str, canonical: &Self) -> String {
        std::iter::once(scenario).chain(self.words(canonical)).collect::<Vec<_>>().join(" · ")
    }

    /// The name of a case with all its values, for a selection by words.
    pub fn full_name(&self, scenario: &str, version: ApiVersion) -> String {
        let words = self.words(&Self::default());
        std::iter::once(scenario).chain(words).chain([version.name()]).collect::<Vec<_>>().join(" · ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Suite;

    fn open(rule: &str, scenario: &str) -> Open {
        let suite = Suite::embedded().unwrap();
        let rule = suite.rule(rule).unwrap();
        let found = rule.scenarios.iter().find(|known| known.gherkin.name == scenario);
        Open::of(rule, found.unwrap_or_else(|| panic!("{} has no scenario {scenario}", rule.id)))
    }

    #[test]
    fn dimensions_that_a_scenario_leaves_open_vary() {
        let office = open("create.one-phone-per-type", "A second office phone is refused");
        assert_eq!(office.callers, ADMINISTRATORS);
        assert_eq!(office.addresses, [Address::Id, Address::Name]);
        assert_eq!(office.numbers, NumberKind::ALL);
        assert_eq!(office.product().len(), 4 * 2 * 4);
        assert_eq!(office.product()[0].caller, Some(Caller::PrivilegedAuthenticationAdministrator));
    }

    #[test]
    fn dimensions_that_a_scenario_names_do_not_vary() {
        assert_eq!(open("create.application-allowed", "An application is allowed").callers, []);
        assert_eq!(open("create.bad-number-is-refused", "A number is refused that is empty").numbers, []);
        assert_eq!(open("list.addressed-by-user-principal-name", "The phones of a user principal name are listed").addresses, []);
        assert_eq!(open("list.me-lists-own-phones", "The signed-in user's phones are listed").addresses, []);
        assert_eq!(open("create.unknown-user-is-refused", "Nobody has the id").addresses, []);
        let extension = open("update.changes-the-number", "An extension is added");
        assert!(!extension.numbers.contains(&NumberKind::Extension));
    }

    #[test]
    fn only_an_office_phone_has_an_extension() {
        let mobile = open("create.answers-201", "A mobile phone is created");
        assert_eq!(mobile.numbers, [NumberKind::OneDigit, NumberKind::TwoDigits, NumberKind::ThreeDigits]);
    }

    #[test]
    fn every_exemption_has_a_reason_and_is_needed() {
        let suite = Suite::embedded().unwrap();
        for exemption in EXEMPT {
            assert!(!exemption.because.is_empty());
            assert!(suite.rules.iter().any(exemption.rules), "nothing is exempt because {}", exemption.because);
        }
    }

    #[test]
    fn the_name_of_a_case_says_how_it_differs_from_the_canonical_case() {
        let canonical = Variation { caller: Some(Caller::Application), address: Some(Address::Id), number: Some(NumberKind::OneDigit) };
        assert_eq!(canonical.name("It is refused", &canonical), "It is refused");
        let other = Variation { address: Some(Address::Name), number: Some(NumberKind::ThreeDigits), ..canonical };
        assert_eq!(other.name("It is refused", &canonical), "It is refused · by user principal name · country code of three digits");
        assert_eq!(
            other.full_name("It is refused", ApiVersion::Beta),
            "It is refused · application · by user principal name · country code of three digits · beta"
        );
        let named = other.named().into_iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>();
        assert_eq!(named, ["address: user principal name", "caller: application", "number: country code of three digits"]);
    }
}
