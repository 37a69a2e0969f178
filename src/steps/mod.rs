//! The Gherkin vocabulary, by domain concept. Steps say what to do and what to expect; [`crate::check`] judges.

mod given;
mod halt;
mod parameters;
mod race;
mod session;
mod shown;
mod start;
mod then;
mod update;
mod when;

pub use halt::Halt;
pub use session::{Breach, FreshNumbers, People, Session, Setting};
pub use start::{keeps, starts, tries_number_of_other};

use crate::suite::Suite;
use crate::words::SuiteError;

/// What cucumber keeps for a scenario while it runs.
#[derive(Debug, Default, cucumber::World)]
pub struct ScenarioWorld {
    /// The state of the scenario; set before its first step.
    pub session: Option<Session>,
}

/// Runs a step and records why it ended the scenario, if it did.
async fn step(world: &mut ScenarioWorld, step: impl AsyncFnOnce(&mut Session) -> Result<(), Halt>) -> Result<(), Halt> {
    let session = world.session.as_mut().expect("a scenario gets its session before its first step");
    let result = step(session).await;
    session.watch_over().await;
    session.trace.finish_step(result.as_ref().err(), session.conversation.exchanges.len());
    result
}

/// The first step of the specification that has no definition or more than one, as an error with its file and line.
pub fn undefined(suite: &Suite) -> Option<SuiteError> {
    let collection = <ScenarioWorld as cucumber::World>::collection();
    suite.rules.iter().find_map(|rule| {
        let steps = rule.scenarios.iter().flat_map(|scenario| &scenario.gherkin.steps);
        steps.into_iter().find_map(|step| {
            let (message, hint) = match collection.find(step) {
                Ok(Some(_)) => return None,
                Ok(None) => ("no step is defined as", "the feature files that are built in show the vocabulary; `spec` prints them"),
                Err(_) => ("more than one step is defined as", "word it so that only one fits"),
            };
            Some(SuiteError {
                path: rule.feature.clone(),
                place: Some((step.position.line, step.position.col)),
                message: format!("{message} `{}`", step.value),
                hint: Some(hint.to_owned()),
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use cucumber::World as _;

    use super::*;

    /// The source texts with step definitions.
    const DEFINITIONS: [&str; 6] = [
        include_str!("given.rs"),
        include_str!("when.rs"),
        include_str!("race.rs"),
        include_str!("update.rs"),
        include_str!("then.rs"),
        include_str!("shown.rs"),
    ];

    #[test]
    fn every_step_of_the_specification_has_one_definition() {
        assert_eq!(undefined(&Suite::embedded().unwrap()), None);
    }

    #[test]
    fn every_definition_is_used() {
        let collection = ScenarioWorld::collection();
        let suite = Suite::embedded().unwrap();
        let steps = suite.rules.iter().flat_map(|rule| &rule.scenarios).flat_map(|scenario| &scenario.gherkin.steps);
        let used: BTreeSet<_> = steps.filter_map(|step| collection.find(step).ok().flatten()?.2).collect();
        let is_definition = |line: &&str| ["#[given(", "#[when(", "#[then("].iter().any(|start| line.starts_with(start));
        let defined = DEFINITIONS.iter().flat_map(|text| text.lines()).filter(is_definition).count();
        assert_eq!(used.len(), defined, "used: {used:#?}");
    }
}
