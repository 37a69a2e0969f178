//! `--rerun`: selects what did not pass in an earlier report.

use std::collections::BTreeSet;
use std::path::Path;

use crate::api::ApiVersion;
use crate::report::rerun::to_run_again;
use crate::report::{Note, ScenarioKey};
use crate::suite::Suite;

use super::{CliError, earlier};

/// A sentence names at most this many scenarios.
const NAMED: usize = 3;

/// The scenarios that an earlier report selects.
pub struct Rerun {
    file: String,
    /// The scenarios that did not pass.
    pub cases: BTreeSet<ScenarioKey>,
}

impl Rerun {
    /// Reads a report file and selects the scenarios that did not pass.
    ///
    /// # Errors
    /// Fails if the file is not a report.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        Ok(Self { file: path.display().to_string(), cases: to_run_again(&earlier::read(path)?) })
    }

    /// A note for the new report if the earlier report selects no scenario, or if some of them no longer exist.
    pub fn note(&self, suite: &Suite, versions: &[ApiVersion]) -> Option<Note> {
        if self.cases.is_empty() {
            return Some(Note::plain(format!("nothing in {} failed, so there is nothing to run again", self.file)));
        }
        let known: BTreeSet<&str> = suite.rules.iter().flat_map(|rule| &rule.scenarios).map(|scenario| scenario.id.as_str()).collect();
        let gone: Vec<String> = self
            .cases
            .iter()
            .filter(|key| !known.contains(key.id.as_str()) || !versions.contains(&key.version))
            .map(|key| format!("{} ({})", key.id, key.version))
            .collect();
        if gone.is_empty() {
            return None;
        }
        let more = gone.len().saturating_sub(NAMED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let message = format!(
            "{} of the {} scenarios that did not pass in {} can't be run again, because the specification or the target no longer has them: {}{more}",
            gone.len(),
            self.cases.len(),
            self.file,
            gone[..gone.len().min(NAMED)].join(", "),
        );
        Some(Note::with_hint(message, "run everything once to get an up-to-date report"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(cases: &[(&str, ApiVersion)]) -> Option<String> {
        let cases = cases.iter().map(|(id, version)| ScenarioKey { id: (*id).to_owned(), version: *version, case: None }).collect();
        let rerun = Rerun { file: "old.json".to_owned(), cases };
        rerun.note(&Suite::embedded().unwrap(), &[ApiVersion::V1]).map(|note| note.message)
    }

    #[test]
    fn the_note_names_only_scenarios_that_cannot_run_again() {
        let suite = Suite::embedded().unwrap();
        let known = suite.rules[0].scenarios[0].id.as_str();
        assert_eq!(note(&[(known, ApiVersion::V1)]), None);
        assert_eq!(note(&[]).unwrap(), "nothing in old.json failed, so there is nothing to run again");
        let gone = "can't be run again, because the specification or the target no longer has them";
        assert_eq!(
            note(&[(known, ApiVersion::V1), (known, ApiVersion::Beta), ("create.gone/one", ApiVersion::V1)]).unwrap(),
            format!("2 of the 3 scenarios that did not pass in old.json {gone}: {known} (beta), create.gone/one (v1.0)")
        );
        let many: Vec<(String, ApiVersion)> = (0..5).map(|number| (format!("list.gone/{number}"), ApiVersion::V1)).collect();
        let many: Vec<(&str, ApiVersion)> = many.iter().map(|(id, version)| (id.as_str(), *version)).collect();
        assert!(note(&many).unwrap().ends_with(": list.gone/0 (v1.0), list.gone/1 (v1.0), list.gone/2 (v1.0) and 2 more"));
    }
}
