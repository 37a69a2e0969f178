//! The Gherkin vocabulary, by domain concept. Steps say what is done and what is expected; judging is left to [`crate::check`].

mod given;
mod halt;
mod parameters;
mod session;
mod then;
mod when;

pub use halt::Halt;
pub use session::{Control, Facts, Person, Session, VersionFacts};

/// What cucumber keeps for a scenario while it runs.
#[derive(Debug, Default, cucumber::World)]
pub struct ScenarioWorld {
    /// Everything that the scenario has and knows; set before its first step.
    pub session: Option<Session>,
}

impl ScenarioWorld {
    /// Runs a step, and keeps why it ended the scenario, where it did.
    async fn step(&mut self, step: impl AsyncFnOnce(&mut Session) -> Result<(), Halt>) -> Result<(), Halt> {
        let session = self.session.as_mut().expect("a scenario gets its session before its first step");
        let result = step(session).await;
        session.finish_step(result.as_ref().err());
        result
    }
}
