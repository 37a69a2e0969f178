//! Walks that are written down: two or three users share a few mobile numbers.
//!
//! The endpoint keeps a registry of who signs in with which number, and a mistake in it shows only after certain steps.
//! Random walks rarely take exactly these steps.

use crate::graph::PhoneType;

use super::generate::Ways;
use super::step::{BAD_NUMBERS, NumberChoice, Request, Sender, Step};

/// The histories. The users are called a, b and c; `a+1` adds a mobile phone with the first number to a, `a>2` changes
/// its number to the second, `a?` to an invalid one, `a-` deletes it, `a!` turns on SMS sign-in and `a.` turns it off.
/// `a*` adds an alternate mobile phone.
const HISTORIES: [&str; 8] = [
    // Whoever tried a taken number gives it up again: the holder keeps it. Once the holder is gone, it is free.
    "a+1 b+1 b>2 b>1 b- b+1 b. b! b! a- b! a+1",
    // A number that was turned off belongs to whoever takes it next, whatever the former holder does.
    "a+1 a. a+2 b+1 a. a! a! b- a! a+2 b+2",
    // A number that was left behind belongs to whoever takes it next.
    "a+1 a>2 b+1 a>1 a! a- a+1 a! b>3 a!",
    // Two users swap their numbers.
    "a+1 b+2 a>3 b>1 a>2 b>2 b! b>3 a>1",
    // A refused request keeps the number.
    "a+1 a? b+1 b! b- a* a- b+1 b! b-",
    // A number that was changed while SMS sign-in was off is the one that is turned on.
    "a+1 a. a>2 a! b+2 b! b>1 b! a. b>2 b!",
    // SMS sign-in of the mobile phone, on or off, does not keep the user from other phones.
    "a+1 a. a* a! a>2 a. a! b+1",
    // Three users want one number.
    "a+1 b+1 c+1 c! b! a. c! b! c- b! a!",
];

/// The steps of a history, counted from zero, as far as the ways allow them. Each step has another caller, and every
/// second addresses the user by name. `None` if there is no such history, or too few users for it.
pub fn history(index: u64, ways: Ways<'_>) -> Option<Vec<Step>> {
    let text = HISTORIES.get(usize::try_from(index).ok()?)?;
    let steps: Vec<Step> = text.split(' ').enumerate().filter_map(|(place, word)| step(word, sender(place, ways))).collect();
    let enough = steps.iter().all(|step| step.user < ways.users);
    enough.then(|| steps.into_iter().filter(|step| ways.operations.contains(&step.operation())).collect())
}

fn sender(place: usize, ways: Ways<'_>) -> Sender {
    let caller = ways.callers.get(place % (ways.callers.len() + 1)).copied();
    Sender { caller, by_name: ways.names && place % 2 == 1 }
}

/// The step that a word stands for.
fn step(word: &str, sender: Sender) -> Option<Step> {
    let mut signs = word.chars();
    let name = signs.next()?;
    let user = ['a', 'b', 'c'].into_iter().position(|known| known == name)?;
    let verb = signs.next()?;
    let own = signs.next().and_then(|digit| digit.to_digit(10)).and_then(|digit| usize::try_from(digit).ok()).unwrap_or(1);
    let number = NumberChoice::Own { index: own.saturating_sub(1), extension: false };
    let kind = if verb == '*' { PhoneType::AlternateMobile } else { PhoneType::Mobile };
    let request = match verb {
        '+' | '*' => Request::Create(number),
        '>' => Request::Update(number),
        '?' => Request::Update(NumberChoice::Bad(BAD_NUMBERS[0])),
        '-' => Request::Delete,
        '!' => Request::Enable,
        '.' => Request::Disable,
        _ => return None,
    };
    Some(Step { user, kind, request, sender })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::generate::tests::{ALL, of};
    use super::*;
    use crate::api::Operation;

    #[test]
    fn every_word_is_a_step() {
        for (index, text) in (0..).zip(HISTORIES) {
            assert_eq!(history(index, of(&ALL, 3)).unwrap().len(), text.split(' ').count(), "{text}");
        }
        assert_eq!(history(HISTORIES.len() as u64, of(&ALL, 3)), None);
    }

    #[test]
    fn a_history_needs_its_users_and_leaves_out_operations_that_are_not_there() {
        let walked = |users| (0..HISTORIES.len() as u64).filter(|index| history(*index, of(&ALL, users)).is_some()).count();
        assert_eq!([1, 2, 3].map(walked), [0, HISTORIES.len() - 1, HISTORIES.len()]);
        let steps = history(0, of(&[Operation::Create], 2)).unwrap();
        assert!(!steps.is_empty() && steps.iter().all(|step| step.operation() == Operation::Create));
    }

    #[test]
    fn callers_and_addresses_vary() {
        let senders: BTreeSet<_> = (0..HISTORIES.len() as u64)
            .flat_map(|index| history(index, of(&ALL, 3)).unwrap())
            .map(|step| step.sender)
            .map(|sender| (sender.caller, sender.by_name))
            .collect();
        assert!(senders.len() >= 2);
    }
}
