//! `--walks`: how many walks a run takes, and which of them.

use super::support::run;

#[test]
fn the_verdict_says_how_many_walks_were_taken() {
    let verdict = |arguments: &[&str]| run(&[&["--seed", "7", "--snapshots", "off"], arguments].concat()).verdict().to_owned();
    assert!(verdict(&[]).contains(" requests and 14 walks in "));
    assert!(verdict(&["--rule", "create.is-stored", "--walks", "1"]).contains(" requests and 1 walk in "));
    assert!(!verdict(&["--rule", "create.is-stored", "--walks", "0"]).contains("walk"));
}

#[test]
fn a_selection_without_operations_to_walk_has_no_walks() {
    let outcome = run(&["--rule", "get.answers-200", "--walks", "5"]);
    assert_eq!(outcome.status, 0);
    assert!(!outcome.stdout.contains("walk"), "{}", outcome.stdout);
}

#[test]
fn walks_report_only_selected_rules() {
    let fault = ["--fault", "create.third-phone-refused", "--walks", "40", "--seed", "7"];
    let all = run(&[&fault[..], &["--rule", "create.all-three-types"]].concat());
    assert_eq!(all.status, 1, "{}", all.stdout);
    let other = run(&[&fault[..], &["--rule", "create.one-phone-per-type", "--tags", "not @watch"]].concat());
    assert!(!other.stdout.contains("FAIL"), "{}", other.stdout);
}

#[test]
fn a_dry_run_mentions_the_walks() {
    let said = |arguments: &[&str]| {
        let outcome = run(&[&["--dry-run"], arguments].concat());
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        outcome.stdout
    };
    let all = said(&[]);
    assert!(
        all.contains("  and 14 walks over create, update, delete, ") && all.contains(" scenarios and 14 walks would run with about "),
        "{all}"
    );
    let part = said(&["--rule", "create.is-stored", "--walks", "3", "--shard", "2/2"]);
    assert!(part.contains("  and 2 walks over create, unless the endpoint keeps no state\n"), "{part}");
    for none in [&["--walks", "0"][..], &["--rule", "get.answers-200"]] {
        assert!(!said(none).contains("walk"), "{none:?}");
    }
}
