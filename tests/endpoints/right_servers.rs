//! Right servers with many different choices. None of them may be accused, because the documents allow all these
//! choices.

use std::time::Duration;

use crate::common::graph::{DefaultMethod, Manner, start, start_seen};
use crate::common::run;

/// Runs everything against a server. The server must be conformant, and exactly the rules in `warned` must warn.
fn conformant(manner: &Manner, warned: &[&str]) {
    let run = run(&start(manner), &[]);
    let wrong: Vec<_> = run.report["rules"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|rule| ["failed", "blocked", "errored"].contains(&rule["outcome"].as_str().unwrap()))
        .map(|rule| {
            let scenario = rule["scenarios"].as_array().unwrap().iter().find(|scenario| scenario["outcome"] == rule["outcome"]).unwrap();
            format!("{} {}: {} {}", rule["id"], rule["outcome"], scenario["reason"], scenario["violations"])
        })
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(run.rules(&["warned"]), warned);
    assert_eq!(run.status, Some(0), "{}", run.all);
    assert_eq!(run.report["verdict"], "conformant");
}

#[test]
fn a_plain_server_is_conformant() {
    conformant(&Manner::default(), &[]);
}

/// The order of scenarios depends on how many are in flight. So does the state that one scenario leaves to the next.
#[test]
#[ignore = "slow; .ci/run runs it"]
fn any_number_of_scenarios_may_be_in_flight() {
    let target = start(&Manner::default());
    for concurrency in ["1", "2", "3", "7"] {
        let run = run(&target, &["--concurrency", concurrency]);
        assert_eq!(run.rules(&["failed", "blocked", "errored", "warned"]), Vec::<String>::new(), "{concurrency} in flight: {}", run.all);
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn any_status_of_a_refusal_is_accepted() {
    for refusal in [409, 422] {
        conformant(&Manner { refusal, no_self_service: 405, updated: 200, refuses_twice: true, ..Manner::default() }, &[]);
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn the_live_service_gets_only_warnings() {
    let live = Manner { conflict: (409, true), spaces_numbers: true, off: "notEnabled", no_self_service: 404, ..Manner::default() };
    conformant(&live, &["create.number-needs-a-space", "update.number-needs-a-space"]);
}

#[test]
fn a_taken_number_may_be_refused_and_not_kept() {
    conformant(&Manner { conflict: (409, false), ..Manner::default() }, &[]);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn capitals_order_and_additional_properties_do_not_matter() {
    conformant(&Manner { extravagant: true, ..Manner::default() }, &[]);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn an_administrator_who_sees_masked_numbers_can_manage_users() {
    conformant(&Manner { masks: true, ..Manner::default() }, &[]);
    conformant(&Manner { masks: true, cast: &["authentication"], ..Manner::default() }, &[]);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn users_without_names_are_not_mistaken_for_fellow_users() {
    conformant(&Manner { ids_only: true, ..Manner::default() }, &[]);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_server_may_throttle() {
    for (throttles, throttled) in [(23, 429), (17, 503)] {
        conformant(&Manner { throttles, throttled, ..Manner::default() }, &[]);
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_server_may_close_connections_without_notice() {
    for closes in [1, 3, 10, 500] {
        conformant(&Manner { closes, ..Manner::default() }, &[]);
    }
    let run = run(&start(&Manner { closes: 3, ..Manner::default() }), &[]);
    assert!(run.all.contains("closes connections without notice"), "{}", run.all);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn tokens_may_end_in_the_middle_of_a_run() {
    let manner = Manner { tokens_live: Some(Duration::from_millis(700)), ..Manner::default() };
    conformant(&manner, &[]);
    let run = run(&start(&manner), &["--rule", "create.", "-vvv"]);
    assert!(!run.all.contains("issued-token-") && !run.all.contains(crate::common::graph::CLIENT_SECRET), "{}", run.all);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn users_get_back_what_they_had() {
    let all = &[("mobile", "+1 2065550111"), ("alternateMobile", "+1 2065550112"), ("office", "+1 2065550113x9")];
    let manner = Manner { before: all, ..Manner::default() };
    let office = Manner { before: &[("office", "+1 2065550113x9")], ..Manner::default() };
    for manner in [
        manner,
        Manner { default_method: DefaultMethod::Mobile, ..office.clone() },
        Manner { default_method: DefaultMethod::First, ..office },
    ] {
        let (target, look) = start_seen(&manner);
        let had = look();
        let run = run(&target, &[]);
        assert_eq!(run.status, Some(0), "{}", run.all);
        assert_eq!(look(), had);
    }
}

#[test]
fn odd_phones_from_before_the_run_are_not_a_mistake() {
    let (target, _) = start_seen(&Manner { before: &[("alternateMobile", "+1 2065550112")], ..Manner::default() });
    assert_eq!(run(&target, &["--rule", "create.", "--rule", "list."]).rules(&["failed", "warned"]), Vec::<String>::new());
}

#[test]
fn phones_that_could_not_be_put_back_are_not_changed() {
    let (target, look) =
        start_seen(&Manner { masks: true, cast: &["authentication"], before: &[("office", "+1 2065550113")], ..Manner::default() });
    let had = look();
    let run = run(&target, &[]);
    assert_eq!(run.status, Some(3));
    assert!(run.note().ends_with("are shown with hidden digits, so the run could not put them back"), "{}", run.note());
    assert_eq!(look(), had);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn the_default_method_may_be_undeletable_while_there_are_other_phones() {
    for default_method in [DefaultMethod::Mobile, DefaultMethod::First] {
        conformant(&Manner { default_method, ..Manner::default() }, &[]);
        let run = run(&start(&Manner { default_method, ..Manner::default() }), &["--walks", "100", "--rule", "delete."]);
        assert_eq!(run.rules(&["failed", "blocked"]), Vec::<String>::new(), "{}", run.all);
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn an_update_may_ignore_the_type() {
    for updated in [200, 204] {
        conformant(&Manner { ignores_type: true, updated, ..Manner::default() }, &[]);
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn turning_off_what_is_already_off_may_be_accepted() {
    conformant(&Manner { off_is_idle: true, ..Manner::default() }, &[]);
    conformant(&Manner { off_is_idle: true, refuses_twice: true, off: "notEnabled", ..Manner::default() }, &[]);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn extensions_may_be_for_office_phones_only() {
    conformant(&Manner { extensions_for_office_only: true, ..Manner::default() }, &["create.any-phone-may-have-an-extension"]);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn permissions_that_the_documents_do_not_list_may_be_ignored() {
    let run = run(&start(&Manner { closed_permissions: true, ..Manner::default() }), &[]);
    assert_eq!(run.rules(&["failed", "blocked", "errored"]), Vec::<String>::new(), "{}", run.all);
    let warned = run.rules(&["warned"]);
    assert_eq!(warned.len(), 25, "{warned:?}");
    assert!(warned.iter().all(|rule| rule.ends_with("phone-permission-allowed") || rule.ends_with("permission-to-read-allowed")));
    assert_eq!(run.status, Some(0));
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn users_who_manage_themselves_may_have_to_sign_in_again() {
    for status in [401, 403] {
        let run = run(&start(&Manner { asks_to_sign_in_again: Some(status), ..Manner::default() }), &[]);
        assert_eq!(run.rules(&["failed", "errored"]), Vec::<String>::new(), "{}", run.all);
        let blocked = run.rules(&["blocked"]);
        // In one scenario of each of these rules, users act for themselves.
        let some = [
            "delete.mobile-stays-while-alternate-mobile-exists",
            "enable-sms-sign-in.only-a-unique-number",
            "enable-sms-sign-in.only-a-user-allowed-by-policy",
        ];
        let by_people_themselves = |rule: &String| rule.contains(".self-") || rule.contains(".me-") || some.contains(&rule.as_str());
        assert!(blocked.iter().all(by_people_themselves), "{blocked:?}");
        assert!(blocked.iter().any(|rule| rule == "delete.self-allowed"), "{blocked:?}");
        assert!(run.all.contains("sign in again"), "{}", run.all);
        assert_eq!(run.status, Some(3));
    }
}

#[test]
fn an_alternate_mobile_outside_the_policy_may_be_not_allowed_by_policy() {
    conformant(&Manner { backup_outside_policy: "notAllowedByPolicy", ..Manner::default() }, &[]);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn statements_of_the_older_documents_bind_only_beta() {
    conformant(&Manner { edition: "legacy", ..Manner::default() }, &[]);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn any_refusal_of_another_media_type_is_accepted() {
    for wrong_media_type in [400, 406, 422] {
        conformant(&Manner { wrong_media_type, ..Manner::default() }, &[]);
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_number_may_be_registered_a_moment_after_the_answer() {
    let late = Manner { registers_after: Duration::from_millis(200), ..Manner::default() };
    conformant(&late, &[]);
    let arguments = ["--rule", "create.taken", "--rule", "create.allowed", "--rule", "update.sms", "--rule", "enable-sms-sign-in.only"];
    for manner in [
        Manner { registers_after: Duration::from_millis(5), ..late.clone() },
        Manner { off: "notEnabled", lag: Duration::from_millis(10), ..late },
    ] {
        let run = run(&start(&manner), &arguments);
        assert_eq!(run.rules(&["failed", "blocked", "errored", "warned"]), Vec::<String>::new(), "{}", run.all);
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_number_that_becomes_free_may_be_registered_for_the_next_user_who_has_it() {
    conformant(&Manner { hands_on: true, ..Manner::default() }, &[]);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn the_two_versions_may_be_two_services() {
    let warned = ["list.same-in-both-versions", "get.same-in-both-versions"];
    conformant(&Manner { versions_apart: true, ..Manner::default() }, &warned);
}

#[test]
fn a_user_who_is_listed_twice_is_noticed_before_the_run() {
    const NAME: &str = "o'neil+0#EXT#@contoso.onmicrosoft.com";
    const ID: &str = "00000000-0000-4000-8000-000000000000";
    const OTHER: &str = "00000000-0000-4000-8000-000000000001";
    for names in [&[NAME, ID] as &[_], &[OTHER, ID, NAME]] {
        let (target, look) = start_seen(&Manner { names: Some(names.to_vec().leak()), ..Manner::default() });
        let run = run(&target, &[]);
        assert!(run.note().contains("are the same user"), "{}", run.all);
        assert_eq!(run.rules(&["failed", "passed"]), Vec::<String>::new());
        assert_eq!(run.status, Some(3));
        assert_eq!(look(), Vec::<String>::new());
    }
    conformant(&Manner { names: Some(&[NAME, OTHER]), ..Manner::default() }, &[]);
}
