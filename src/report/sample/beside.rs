//! A report with findings from sightings and walks, not from a rule's own scenarios.

use std::time::Duration;

use super::{broken, exchange, report, rule, scenario};
use crate::api::{ApiVersion, Cloud};
use crate::report::{Counts, Kind, Note, Outcome, Report, StepReport, sighting_id, walk_id};

/// One shard of a run on a tenant, with a sighting and a walk.
pub fn beside() -> Report {
    let id = "create.one-phone-per-type";
    let phones = "/v1.0/users/00000000-0000-0000-0000-000000000001/authentication/phoneMethods";
    let body = r#"{"phoneNumber":"+1 2065550112","phoneType":"mobile"}"#;
    let added = exchange("POST", phones, Some(body), 201, None);
    let listed = exchange("GET", phones, None, 200, Some(r#"{"value":[{"phoneType":"mobile"},{"phoneType":"mobile"}]}"#));
    let mut seen = scenario(id, ApiVersion::V1, Outcome::Failed);
    broken(&mut seen, "at most one phone of each type", "two of the type mobile", listed.clone());
    seen.id = sighting_id(id, "create.is-stored/a-phone-is-stored");
    seen.kind = Kind::Watch { seen_in: "create.is-stored/a-phone-is-stored".to_owned() };
    seen.name = "A phone is stored".to_owned();
    seen.violations[0].step = "while: A phone is stored".to_owned();
    seen.steps.clear();
    seen.exchanges.push(added.clone());
    let mut walk = scenario(id, ApiVersion::Beta, Outcome::Failed);
    broken(&mut walk, "a refusal", "status 201", added.clone());
    walk.id = walk_id(id, 6);
    walk.kind = Kind::Walk { walk: 6 };
    walk.name = "Walk 6 of 8 with seed 7: create mobile, create mobile".to_owned();
    walk.violations[0].step = "step 2 of 2: create mobile".to_owned();
    walk.violations[0].exchange = Some(1);
    walk.exchanges.push(added);
    walk.steps.truncate(2);
    for (step, outcome) in walk.steps.iter_mut().zip([Outcome::Passed, Outcome::Failed]) {
        *step = StepReport { text: "create mobile".to_owned(), line: 9, outcome, exchanges: 1, ..step.clone() };
    }
    let mut rule = rule(id, Outcome::Failed);
    rule.scenarios = vec![scenario(id, ApiVersion::V1, Outcome::Passed), seen, walk];
    let mut report = report(vec![rule]);
    report.target.cloud = Some(Cloud::Global);
    report.shard = Some("1/2".to_owned());
    report.lag_ms = Some(1200);
    report.notes.push(Note::lagged(1200, Duration::from_secs(5)));
    report.counts = Counts { retries: 1, walks: 4, ..report.counts };
    report
}
