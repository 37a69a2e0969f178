use std::collections::BTreeSet;

use super::super::generate::{Ways, sequence};
use super::super::rules::{DELETE_FREES, DISABLE_FREES, RULES, UPDATE_FREES};
use super::super::step::Sender;
use super::*;
use crate::check::Phones;
use crate::graph::{Call, Exchange, Phone};

const OPERATIONS: [Operation; 5] =
    [Operation::Create, Operation::Update, Operation::Delete, Operation::EnableSmsSignIn, Operation::DisableSmsSignIn];
/// Groups of users, by whether the policy allows each of them SMS sign-in.
const COMPANIES: [&[Option<bool>]; 4] = [&[Some(true), Some(true)], &[Some(true)], &[Some(false), Some(false)], &[None, None]];

fn numbers() -> [String; 8] {
    std::array::from_fn(|index| format!("+1 206555010{index}"))
}

fn step(user: usize, kind: PhoneType, request: Request) -> Step {
    Step { user, kind, request, sender: Sender::default() }
}

fn own(index: usize) -> NumberChoice {
    NumberChoice::Own { index, extension: false }
}

fn create(user: usize, kind: PhoneType, index: usize) -> Step {
    step(user, kind, Request::Create(own(index)))
}

fn update(user: usize, kind: PhoneType, index: usize) -> Step {
    step(user, kind, Request::Update(own(index)))
}

fn answered(status: u16) -> Exchange {
    Exchange::new(&Call::example(), String::new(), vec![], None, status, vec![], String::new(), std::time::Duration::ZERO)
}

/// The result of an endpoint that meets the expectation. If several results are right, the first.
fn obey(model: &Model, expectation: &Expectation) -> (Outcome, Vec<Phones>) {
    let outcome = [201, 400].into_iter().find_map(|status| expectation.outcome(&answered(status)).ok()).unwrap().clone();
    let shown = (0..model.accounts.len()).map(|user| {
        let phones = PhoneType::ALL.into_iter().filter_map(|kind| {
            let known = if (user, kind) == (expectation.user, expectation.kind) {
                outcome.after[0].clone()
            } else {
                expectation.bystanders[user].phones.get(&kind).cloned()
            }?;
            Some(phone(kind, &known.number, known.states.first().unwrap_or("ready")))
        });
        Phones::new(phones.collect(), false)
    });
    let shown = shown.collect();
    (outcome, shown)
}

/// Every rule that the step may break.
fn rules(expectation: &Expectation) -> Vec<&'static str> {
    let (Answer::Accepted(rule) | Answer::Refused(rule) | Answer::Either(rule)) = expectation.answer;
    let outcomes = [
        (!matches!(expectation.answer, Answer::Refused(_))).then_some(&expectation.accepted),
        (!matches!(expectation.answer, Answer::Accepted(_))).then_some(&expectation.refused),
    ];
    let blames = outcomes.into_iter().flatten().map(|outcome| outcome.blame);
    let blamed = blames.flat_map(|blame| [blame.effect, blame.state, blame.not_unique, blame.id, blame.other_phones, blame.other_users]);
    [rule].into_iter().chain(blamed).collect()
}

fn phone(kind: PhoneType, number: &str, state: &str) -> Phone {
    Phone { kind, number: number.into(), id: None, sms_sign_in_state: Some(state.into()) }
}

/// The model after steps with the expected results.
fn after(allowed: &[Option<bool>], steps: &[Step]) -> Model {
    let mut model = Model::new(allowed, false, false);
    for step in steps {
        let expectation = model.expect(step, &numbers()).unwrap_or_else(|| panic!("{step} is not taken"));
        let (outcome, shown) = obey(&model, &expectation);
        model = model.after(&expectation, &outcome, &shown);
    }
    model
}

/// The right answers to a step, and the rule that requires them. `None` if a walk does not take the step.
fn answers(allowed: &[Option<bool>], before: &[Step], last: &Step) -> Option<(&'static str, &'static str)> {
    let expectation = after(allowed, before).expect(last, &numbers())?;
    let right = |status| expectation.outcome(&answered(status)).is_ok();
    let word = match (right(201), right(400)) {
        (true, true) => "either",
        (true, false) => "accepted",
        (false, true) => "refused",
        (false, false) => "neither",
    };
    assert!(!right(500) && !right(302), "{last}");
    Some((word, expectation.rule()))
}

#[test]
fn walks_reach_exactly_the_listed_rules() {
    let mut reached = BTreeSet::new();
    for company in COMPANIES {
        for walk in 0..2000 {
            let mut model = Model::new(company, false, false);
            for step in sequence(7, walk, Ways { users: company.len(), operations: &OPERATIONS, callers: &[], names: false }) {
                let Some(expectation) = model.expect(&step, &numbers()) else { continue };
                reached.extend(rules(&expectation));
                let (outcome, shown) = obey(&model, &expectation);
                for (user, shown) in shown.iter().enumerate() {
                    assert_eq!(model.judge(&expectation, &outcome, user, shown), Ok(()), "{step}");
                }
                model = model.after(&expectation, &outcome, &shown);
            }
        }
    }
    assert_eq!(reached, RULES.iter().copied().collect());
}

#[test]
fn each_expectation_names_the_rule_that_requires_it() {
    use PhoneType::{AlternateMobile, Mobile, Office};
    let two: &[Option<bool>] = &[Some(true), Some(true)];
    let mobile = create(0, Mobile, 0);
    let (delete, enable, disable) =
        (|kind| step(0, kind, Request::Delete), step(0, Mobile, Request::Enable), step(0, Mobile, Request::Disable));
    let bad = |request: fn(NumberChoice) -> Request| step(0, Mobile, request(NumberChoice::Bad("abc")));
    let extended = step(0, Office, Request::Create(NumberChoice::Own { index: 0, extension: true }));
    for (before, last, expected) in [
        (vec![], mobile.clone(), ("accepted", CREATE_FIRST)),
        (vec![], extended, ("accepted", CREATE_NUMBERS)),
        (vec![mobile.clone()], create(0, Office, 0), ("accepted", CREATE_FIRST)),
        (vec![mobile.clone()], create(0, AlternateMobile, 0), ("accepted", CREATE_STORED)),
        (vec![mobile.clone(), create(0, Office, 0)], create(0, AlternateMobile, 0), ("accepted", CREATE_ALL_THREE)),
        (vec![mobile.clone(), delete(Mobile)], create(0, Mobile, 1), ("accepted", CREATE_AGAIN)),
        (vec![mobile.clone()], create(0, Mobile, 1), ("refused", CREATE_ONE_PER_TYPE)),
        (vec![], create(0, AlternateMobile, 0), ("refused", CREATE_NEEDS_MOBILE)),
        (vec![], bad(Request::Create), ("refused", CREATE_BAD_NUMBER)),
        (vec![mobile.clone()], create(1, Mobile, 0), ("either", CREATE_TAKEN)),
        (vec![mobile.clone(), delete(Mobile)], create(1, Mobile, 0), ("accepted", DELETE_FREES)),
        (vec![mobile.clone(), disable.clone()], create(1, Mobile, 0), ("accepted", DISABLE_FREES)),
        (vec![mobile.clone(), update(0, Mobile, 1)], create(1, Mobile, 0), ("accepted", UPDATE_FREES)),
        (vec![mobile.clone()], update(0, Mobile, 1), ("accepted", UPDATE_NUMBER)),
        (vec![mobile.clone()], bad(Request::Update), ("refused", UPDATE_BAD_NUMBER)),
        (vec![mobile.clone()], step(0, Mobile, Request::Retype(own(1), Office)), ("either", UPDATE_TYPE)),
        (vec![mobile.clone()], step(0, Mobile, Request::Retype(own(1), Mobile)), ("accepted", UPDATE_NUMBER)),
        (vec![mobile.clone()], update(0, Office, 0), ("refused", UPDATE_ABSENT)),
        (vec![mobile.clone()], delete(Mobile), ("accepted", DELETE_REMOVES)),
        (vec![mobile.clone(), create(0, Office, 0)], delete(Mobile), ("either", DELETE_DEFAULT)),
        (vec![mobile.clone(), create(0, Office, 0)], delete(Office), ("either", DELETE_REMOVES)),
        (vec![mobile.clone()], delete(Office), ("refused", DELETE_ABSENT)),
        (vec![mobile.clone(), create(0, AlternateMobile, 0)], delete(Mobile), ("refused", DELETE_MOBILE_STAYS)),
        (vec![mobile.clone()], enable.clone(), ("either", ENABLE_TWICE)),
        (vec![mobile.clone(), disable.clone()], enable.clone(), ("accepted", ENABLE_READY)),
        (vec![mobile.clone(), disable.clone(), create(1, Mobile, 0)], enable.clone(), ("refused", ENABLE_UNIQUE)),
        (vec![], enable.clone(), ("refused", ENABLE_ABSENT)),
        (vec![create(0, Office, 0)], step(0, Office, Request::Enable), ("refused", ENABLE_MOBILE)),
        (vec![mobile.clone()], disable.clone(), ("accepted", DISABLE_OFF)),
        (vec![mobile.clone(), disable.clone()], disable.clone(), ("either", DISABLE_TWICE)),
        (vec![], disable.clone(), ("refused", DISABLE_ABSENT)),
        (vec![create(0, Office, 0)], step(0, Office, Request::Disable), ("either", DISABLE_MOBILE)),
    ] {
        assert_eq!(answers(two, &before, &last), Some(expected), "{last} after {before:?}");
    }
    assert_eq!(answers(&[Some(false)], std::slice::from_ref(&mobile), &enable), Some(("refused", ENABLE_POLICY)));
    assert_eq!(answers(&[None], &[mobile], &enable), Some(("either", ENABLE_TWICE)), "the phone was seen to be ready");
}

#[test]
fn steps_that_would_show_nothing_are_left_out() {
    use PhoneType::{AlternateMobile, Mobile, Office};
    let mobile = create(0, Mobile, 0);
    // Two rules refuse the step.
    let bad = |kind| step(0, kind, Request::Create(NumberChoice::Bad("abc")));
    assert_eq!(answers(&[Some(true)], &[], &bad(AlternateMobile)), None);
    assert_eq!(answers(&[Some(true)], std::slice::from_ref(&mobile), &bad(Mobile)), None);
    assert_eq!(answers(&[Some(false)], &[create(0, Office, 0)], &step(0, Office, Request::Enable)), None);
    // A number that another user has, if the policy excludes one of the two or is unknown for one.
    for company in [[Some(false), Some(true)], [None, Some(true)], [Some(true), None]] {
        assert_eq!(answers(&company, std::slice::from_ref(&mobile), &create(1, Mobile, 0)), None);
        assert_eq!(answers(&company, std::slice::from_ref(&mobile), &create(1, Mobile, 1)), Some(("accepted", CREATE_FIRST)));
    }
    // A number that another user has on a phone without SMS sign-in.
    assert_eq!(answers(&[Some(true), Some(true)], &[create(0, Office, 0)], &create(1, Office, 0)), None);
    // The phone's present number.
    assert_eq!(answers(&[Some(true)], &[mobile], &update(0, Mobile, 0)), None);
}

#[test]
fn a_lagging_read_does_not_decide_between_two_right_results() {
    use PhoneType::Mobile;
    let mut model = Model::new(&[Some(true), Some(true)], true, false);
    for step in [create(0, Mobile, 0), step(0, Mobile, Request::Disable), update(0, Mobile, 1)] {
        let expectation = model.expect(&step, &numbers()).unwrap();
        let (outcome, shown) = obey(&model, &expectation);
        model = model.after(&expectation, &outcome, &shown);
    }
    // The documents leave open whether an update turns SMS sign-in on again, and a lagging read may show an old state.
    assert!(model.expect(&step(0, Mobile, Request::Enable), &numbers()).is_none());
    assert!(model.expect(&create(1, Mobile, 1), &numbers()).is_none());
    assert!(model.expect(&create(1, Mobile, 0), &numbers()).is_some());
}

#[test]
fn a_wrong_effect_breaks_the_rule_about_the_changed_phone() {
    use PhoneType::{Mobile, Office};
    let model = after(&[Some(true), Some(true)], &[create(0, Mobile, 0), create(0, Office, 0), create(1, Mobile, 1)]);
    let numbers = numbers();
    let blamed = |last: &Step, status, user, phones: Vec<Phone>| {
        let expectation = model.expect(last, &numbers).unwrap();
        let outcome = expectation.outcome(&answered(status)).unwrap();
        model.judge(&expectation, outcome, user, &Phones::new(phones, false)).map_err(|divergence| divergence.rule)
    };
    let office = || phone(Office, &numbers[5], "notSupported");
    let change = update(0, Mobile, 2);
    assert_eq!(blamed(&change, 200, 0, vec![phone(Mobile, &numbers[2], "ready"), office()]), Ok(()));
    assert_eq!(blamed(&change, 200, 0, vec![phone(Mobile, &numbers[0], "ready"), office()]), Err(UPDATE_NUMBER));
    assert_eq!(blamed(&change, 200, 0, vec![phone(Mobile, &numbers[2], "notConfigured"), office()]), Err(UPDATE_SIGN_IN));
    assert_eq!(blamed(&change, 200, 0, vec![phone(Mobile, &numbers[2], "ready")]), Err("update.other-phones-stay"));
    assert_eq!(blamed(&change, 200, 1, vec![]), Err("update.other-users-stay"));
    assert_eq!(blamed(&change, 200, 1, vec![phone(Mobile, &numbers[1], "ready")]), Ok(()));
    let off = step(0, Mobile, Request::Disable);
    assert_eq!(blamed(&off, 204, 0, vec![phone(Mobile, &numbers[0], "ready"), office()]), Err(DISABLE_OFF));
    assert_eq!(blamed(&off, 204, 0, vec![office()]), Err(DISABLE_STAYS));
    // If the requested type is ignored, the new number stays.
    let retype = step(0, Mobile, Request::Retype(own(2), Office));
    assert_eq!(blamed(&retype, 204, 0, vec![phone(Mobile, &numbers[2], "ready"), office()]), Ok(()));
    assert_eq!(blamed(&retype, 204, 0, vec![phone(Office, &numbers[2], "ready"), office()]), Err(UPDATE_TYPE));
    assert_eq!(blamed(&retype, 400, 0, vec![phone(Mobile, &numbers[2], "ready"), office()]), Err(UPDATE_TYPE));
    // A phone without SMS sign-in has nothing to turn off.
    let off = step(0, Office, Request::Disable);
    assert_eq!(blamed(&off, 204, 0, vec![phone(Mobile, &numbers[0], "notConfigured"), office()]), Err(DISABLE_MOBILE));
    // A refused request changes nothing.
    let absent = step(0, PhoneType::AlternateMobile, Request::Delete);
    assert_eq!(blamed(&absent, 404, 0, vec![office()]), Err(DELETE_ABSENT));
    assert_eq!(blamed(&absent, 404, 1, vec![]), Err(DELETE_ABSENT));
    // Two phones of a type don't match one.
    assert_eq!(blamed(&change, 200, 0, vec![phone(Mobile, &numbers[2], "ready"), office(), office()]), Err("update.other-phones-stay"));
}
