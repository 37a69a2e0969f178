//! `--walks`: how many, and which.

use super::support::run;

#[test]
fn the_verdict_says_how_many_walks_were_taken() {
    let verdict = |arguments: &[&str]| run(&[&["--seed", "7", "--snapshots", "off"], arguments].concat()).verdict().to_owned();
    assert!(verdict(&[]).contains(" requests and 8 walks in "));
    assert!(verdict(&["--rule", "create.is-stored", "--walks", "1"]).contains(" requests and 1 walk in "));
    assert!(!verdict(&["--rule", "create.is-stored", "--walks", "0"]).contains("walk"));
}

#[test]
fn a_selection_without_anything_to_walk_by_has_no_walks() {
    let outcome = run(&["--rule", "get.answers-200", "--walks", "5"]);
    assert_eq!(outcome.status, 0);
    assert!(!outcome.stdout.contains("walk"), "{}", outcome.stdout);
}

#[test]
fn walks_blame_no_rule_that_was_not_selected() {
    let fault = ["--fault", "create.third-phone-refused", "--walks", "40", "--seed", "7"];
    let all = run(&[&fault[..], &["--rule", "create.all-three-types"]].concat());
    assert_eq!(all.status, 1, "{}", all.stdout);
    let other = run(&[&fault[..], &["--rule", "create.one-phone-per-type", "--tags", "not @watch"]].concat());
    assert!(!other.stdout.contains("FAIL"), "{}", other.stdout);
}
