//! Servers that are wrong in one thing, written apart from the server that is built in: they are caught, and nothing else is blamed.

mod common;

use common::graph::{Manner, start};
use common::run;

#[test]
fn an_application_that_is_taken_for_somebody_is_noticed_whoever_that_is() {
    let operations = ["create", "list", "get", "update", "delete", "enable-sms-sign-in", "disable-sms-sign-in"];
    let rules = operations.map(|operation| format!("{operation}.application-has-no-me"));
    let arguments: Vec<&str> = rules.iter().flat_map(|rule| ["--rule", rule.as_str()]).collect();
    // The user whom it finds has no phones to begin with, so that most of what it asks for seems to be refused.
    let run = run(&start(&Manner { application_has_me: true, ..Manner::default() }), &arguments);
    assert_eq!(run.rules(&["failed"]), rules);
    assert_eq!(run.status, Some(1));
}
