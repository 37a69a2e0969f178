//! The harness as a library, for the tests of other projects.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::graph::Wallet;
use crate::plan::{Plan, Selection};
use crate::report::terminal::{self, render};
use crate::report::{Report, Verdict};
use crate::run::{Options, run};
use crate::suite::Suite;
use crate::target::{Secret, SecretSource, Target, TokenSource};

/// The number of walks of a check, the same as in the program.
pub(crate) const WALKS: u64 = 14;

/// The reason why a check could not begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CheckError(String);

impl CheckError {
    fn of(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// An endpoint to check: see [`check`].
#[derive(Debug, Clone)]
pub struct Check {
    target: Result<Target, CheckError>,
    rules: Vec<String>,
}

/// Checks an endpoint of Graph's phone methods as a delegated administrator.
///
/// `base_url` is the service root without the version segment, and `token` is the administrator's bearer token. Each of
/// the `users` is an id or a user principal name. The check replaces the phones of these users and puts them back at
/// the end. If a test is killed, the phones stay as they are at that moment.
///
/// ```no_run
/// # async fn the_mock_conforms() {
/// let users = ["kim@contoso.com", "sam@contoso.com"];
/// let found = graph_phone_conformance::check("http://127.0.0.1:8080", "any token", &users).run().await.unwrap();
/// assert!(found.is_conformant(), "{found}");
/// # }
/// ```
///
/// In a `#[tokio::test]` the mock may run in the same process.
#[must_use = "nothing is checked before `run`"]
pub fn check(base_url: &str, token: &str, users: &[&str]) -> Check {
    let users: Vec<String> = users.iter().map(|user| (*user).to_owned()).collect();
    // `TOKEN` is only a name: this variable is never read.
    let target = Target::from_flags(base_url, "TOKEN", &users).map(|mut target| {
        for identity in &mut target.identities {
            identity.token = TokenSource::Given(SecretSource::Literal(Secret::new(token)));
        }
        target
    });
    Check { target: target.map_err(CheckError::of), rules: Vec::new() }
}

/// Checks the endpoint that a target file describes, with all its identities and users.
#[must_use = "nothing is checked before `run`"]
pub fn check_target(file: impl AsRef<Path>) -> Check {
    let target = Target::read(file.as_ref(), &|name| std::env::var(name).ok());
    Check { target: target.map_err(CheckError::of), rules: Vec::new() }
}

impl Check {
    /// Checks only this rule, or all rules whose ids start with `id`. Further calls add rules.
    #[must_use = "nothing is checked before `run`"]
    pub fn rule(mut self, id: &str) -> Self {
        self.rules.push(id.to_owned());
        self
    }

    /// Checks the endpoint and returns what the check found.
    ///
    /// # Errors
    /// Fails if the target file can't be read, the target may not be changed, a rule is unknown, or a token can't be
    /// fetched. A deviation of the endpoint is not an error: [`Findings`] holds it.
    pub async fn run(self) -> Result<Findings, CheckError> {
        let target = Arc::new(self.target?);
        target.consent().map_err(CheckError::of)?;
        let suite = Arc::new(Suite::embedded().map_err(CheckError::of)?);
        let selection =
            if self.rules.is_empty() { Selection::default() } else { Selection::new(&suite, &self.rules, None).map_err(CheckError::of)? };
        let plan = Plan::new(&suite, &target, &selection);
        let wallet = Wallet::open(&target, Box::new(|name| std::env::var(name).ok())).await.map_err(CheckError::of)?;
        let options = Options { walks: WALKS, ..Options::default() };
        let report = run(&suite, &target, &plan, wallet, &options).await.map_err(CheckError::of)?;
        Ok(Findings { report, suite })
    }
}

/// What a check found. `Display` prints the same page as the program.
#[derive(Debug)]
pub struct Findings {
    report: Report,
    suite: Arc<Suite>,
}

impl Findings {
    /// Whether at least one rule was checked, every checked rule holds, and no result is unknown.
    pub fn is_conformant(&self) -> bool {
        self.report.verdict == Verdict::Conformant
    }

    /// The ids of the rules that the endpoint breaks.
    pub fn failed(&self) -> Vec<&str> {
        let failed = self.report.rules.iter().filter(|rule| rule.outcome == crate::report::Outcome::Failed);
        failed.map(|rule| rule.id.as_str()).collect()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |path: &str| self.suite.files.get(path).map(String::as_str);
        let page = render(&self.report, terminal::Options::default(), &text);
        anstream::adapter::strip_str(&page).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{self, Fault};

    async fn findings(faults: &[&str], rule: &str) -> Findings {
        let faults = faults.iter().map(|id| id.parse::<Fault>().unwrap()).collect();
        let server = reference::start(reference::Options { faults, ..reference::Options::default() }).await.unwrap();
        let administrator = server.cast.identities.iter().find(|identity| identity.roles == ["Privileged Authentication Administrator"]);
        let token = administrator.unwrap().token.clone();
        let users: Vec<&str> = server.cast.users.iter().map(|user| user.id.as_str()).take(2).collect();
        let found = check(&format!("http://{}", server.addr), &token, &users).rule(rule).run().await.unwrap();
        server.stop().await.unwrap();
        found
    }

    #[tokio::test]
    async fn a_right_server_conforms_and_the_rules_that_a_wrong_one_breaks_are_named() {
        let found = findings(&[], "delete.answers-204").await;
        assert!(found.is_conformant() && found.failed().is_empty(), "{found}");
        let found = findings(&["delete.answers-200"], "delete.answers-204").await;
        assert_eq!(found.failed(), ["delete.answers-204"]);
        assert!(!found.is_conformant() && found.to_string().contains("200 OK"), "{found}");
    }

    #[tokio::test]
    async fn a_check_that_cannot_begin_is_an_error() {
        let said = |check: Check| async { check.run().await.unwrap_err().to_string() };
        assert!(said(check("nonsense", "t", &["kim@contoso.com"])).await.contains("--base-url"));
        let nowhere = check("http://127.0.0.1:1", "t", &["kim@contoso.com"]).rule("create.nonsense");
        assert!(said(nowhere).await.contains("create.nonsense"));
        assert!(said(check_target("/nowhere/target.toml")).await.contains("/nowhere/target.toml"));
    }
}
