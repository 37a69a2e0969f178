//! Mistakes that the server can be told to make, to test whether the harness notices them.
//!
//! Each fault is one mistake in one place. The code that enforces a rule asks there, by the fault's id, whether it must
//! make the mistake. The catalogue lists the faults, and `breaks.toml` lists the rules that each of them breaks.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::LazyLock;

use crate::api::{ApiVersion, Edition, Operation};

mod catalogue;
#[cfg(test)]
mod complete;
mod kind;

pub use kind::FaultKind;

/// A mistake for the server to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// `OPERATION.what-goes-wrong`
    pub id: String,
    /// The mistake in one sentence.
    pub summary: String,
    /// The operation with the mistake.
    pub operation: Operation,
    /// What the mistake is about.
    pub kind: FaultKind,
    /// The only edition in which the mistake shows; `None` for both.
    pub edition: Option<Edition>,
    /// The id of the fault that makes this mistake in all requests.
    mistake: String,
    /// The only requests in which the server makes it; `None` for all.
    only: Option<Only>,
}

/// Limits a mistake to some requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Only {
    /// Requests of one version.
    Version(ApiVersion),
    /// Requests of applications.
    Application,
    /// Requests that address the user by user principal name.
    UserPrincipalName,
}

/// What a mistake may depend on in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Circumstances {
    pub operation: Operation,
    pub version: ApiVersion,
    /// Whether the caller is an application.
    pub application: bool,
    /// Whether the path contains a user principal name.
    pub by_user_principal_name: bool,
}

impl Only {
    fn holds(self, circumstances: Circumstances) -> bool {
        match self {
            Self::Version(version) => version == circumstances.version,
            Self::Application => circumstances.application,
            Self::UserPrincipalName => circumstances.by_user_principal_name,
        }
    }
}

/// The limits, each with the ending of the id and the sentence that the summary gets. The limits to one version come
/// first.
const LIMITS: [(Only, &str, &str); 4] = [
    (Only::Version(ApiVersion::V1), "-in-v1.0", "Only v1.0 is affected."),
    (Only::Version(ApiVersion::Beta), "-in-beta", "Only beta is affected."),
    (Only::Application, "-for-an-application", "Only applications are affected."),
    (Only::UserPrincipalName, "-by-user-principal-name", "Only requests that address the user by user principal name are affected."),
];

/// A line of the catalogue.
struct Line {
    /// The operations, separated by commas or `*` for all; then a dot and what goes wrong.
    id: &'static str,
    summary: &'static str,
    edition: Option<Edition>,
    /// The limits for which there are further faults with the same mistake.
    limits: &'static [(Only, &'static str, &'static str)],
}

/// A mistake that shows in every request.
const fn fault(id: &'static str, summary: &'static str) -> Line {
    Line { id, summary, edition: None, limits: &[] }
}

impl Line {
    /// Adds a fault for each version, which shows in this version only.
    const fn in_each_version(self) -> Self {
        Self { limits: LIMITS.split_at(2).0, ..self }
    }

    /// Adds a fault for each version, one for applications, and one for users addressed by user principal name.
    const fn in_each_cell(self) -> Self {
        Self { limits: &LIMITS, ..self }
    }

    /// Shows in the legacy edition only.
    const fn in_legacy(self) -> Self {
        Self { edition: Some(Edition::Legacy), ..self }
    }

    /// Shows in the current edition only.
    const fn in_current(self) -> Self {
        Self { edition: Some(Edition::Current), ..self }
    }

    /// The faults of the line. Each operation has one that shows in every request, and one for each limit.
    fn faults(&self, kind: FaultKind) -> Vec<Fault> {
        let Self { summary, edition, .. } = *self;
        let (operations, name) = self.id.split_once('.').expect("an id names its operation");
        let mut faults = Vec::new();
        for operation in Operation::ALL.iter().copied() {
            if operations != "*" && !operations.split(',').any(|named| named == operation.name()) {
                continue;
            }
            let mistake = format!("{operation}.{name}");
            let limited = self.limits.iter().map(|(only, ending, says)| (Some(*only), *ending, format!("{summary} {says}")));
            faults.extend(std::iter::once((None, "", summary.to_owned())).chain(limited).map(|(only, ending, summary)| {
                let (id, mistake) = (format!("{mistake}{ending}"), mistake.clone());
                Fault { id, summary, operation, kind, edition, mistake, only }
            }));
        }
        faults
    }
}

impl Fault {
    /// Every fault, in the order of the operations.
    pub fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<Fault>> = LazyLock::new(|| {
            let lines = catalogue::CATALOGUE.iter().flat_map(|(kind, lines)| lines.iter().map(|line| (*kind, line)));
            let mut all: Vec<Fault> = lines.flat_map(|(kind, line)| line.faults(kind)).collect();
            // The sort is stable, so the faults of an operation keep the order of the catalogue.
            all.sort_by_key(|fault| fault.operation);
            all
        });
        &ALL
    }

    /// The rules that a server with this fault breaks.
    pub fn breaks(&self) -> &'static [String] {
        breaks().get(&self.id).map_or(&[], Vec::as_slice)
    }
}

/// The rules that each fault breaks, by its id.
fn breaks() -> &'static BTreeMap<String, Vec<String>> {
    static BREAKS: LazyLock<BTreeMap<String, Vec<String>>> =
        LazyLock::new(|| toml::from_str(include_str!("fault/breaks.toml")).expect("a test reads it"));
    &BREAKS
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::all().iter().find(|fault| fault.id == text).cloned().ok_or_else(|| UnknownFault { text: text.to_owned() })
    }
}

/// The text is not a fault's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no fault of the reference server")]
pub struct UnknownFault {
    /// The given text.
    pub text: String,
}

/// The faults of a server.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub fn new(faults: Vec<Fault>) -> Self {
        Self(faults)
    }

    /// Whether the server makes a mistake in any request.
    pub fn include(&self, mistake: &str) -> bool {
        self.0.iter().any(|fault| fault.mistake == mistake)
    }

    /// Whether the server makes a mistake in a request. `mistake` is the id of a fault. If it lacks the operation, the
    /// operation of the request counts.
    pub fn has(&self, mistake: &str, circumstances: Circumstances) -> bool {
        let operation = circumstances.operation;
        let is_named = |fault: &Fault| fault.mistake == mistake || fault.mistake.strip_prefix(operation.name()) == Some(mistake);
        let of_request =
            self.0.iter().filter(|fault| fault.operation == operation && fault.only.is_none_or(|only| only.holds(circumstances)));
        of_request.into_iter().any(is_named)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};
    use std::path::Path;

    use super::*;

    #[test]
    fn every_id_is_unique_and_reads_back() {
        let ids: HashSet<_> = Fault::all().iter().map(|fault| &fault.id).collect();
        assert_eq!(ids.len(), Fault::all().len());
        for fault in Fault::all() {
            assert_eq!(fault.id.parse().as_ref(), Ok(fault));
        }
    }

    #[test]
    fn a_line_names_operations_and_a_sentence() {
        for line in catalogue::CATALOGUE.iter().flat_map(|(_, lines)| *lines) {
            let operations = line.id.split('.').next().unwrap();
            assert!(operations == "*" || operations.split(',').all(|name| name.parse::<Operation>().is_ok()), "{}", line.id);
            assert!(line.summary.ends_with('.') && line.summary.starts_with(char::is_uppercase), "{}: {}", line.id, line.summary);
        }
    }

    #[test]
    fn every_fault_breaks_a_rule_and_every_listed_id_is_a_fault() {
        let listed: BTreeSet<&String> = breaks().iter().filter(|(_, rules)| !rules.is_empty()).map(|(id, _)| id).collect();
        let faults: BTreeSet<&String> = Fault::all().iter().map(|fault| &fault.id).collect();
        assert_eq!(listed, faults, "`BLESS=1 POWER=ID cargo test --test power` writes what a new fault breaks");
    }

    /// The texts in the server's code that look like the name of a fault.
    fn names(folder: &Path, names: &mut BTreeSet<String>) {
        let quoted = regex::Regex::new(r#""((?:[a-z]+(?:-[a-z]+)*)?\.[a-z0-9]+(?:-[a-z0-9]+)+)""#).unwrap();
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() && !path.ends_with("fault") {
                self::names(&path, names);
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("fault.rs") {
                let code = std::fs::read_to_string(path).unwrap();
                names.extend(quoted.captures_iter(&code).map(|name| name[1].to_owned()));
            }
        }
    }

    #[test]
    fn the_code_asks_for_every_fault_and_for_nothing_else() {
        let mut asked = BTreeSet::new();
        names(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/reference"), &mut asked);
        let name = |fault: &Fault| fault.mistake.strip_prefix(fault.operation.name()).unwrap().to_owned();
        let unasked = Fault::all().iter().filter(|fault| !asked.contains(&fault.mistake) && !asked.contains(&name(fault)));
        assert_eq!(unasked.map(|fault| &fault.id).collect::<Vec<_>>(), Vec::<&String>::new(), "faults that no code asks for");
        asked.retain(|asked| !Fault::all().iter().any(|fault| fault.id == *asked || name(fault) == *asked));
        assert_eq!(asked, BTreeSet::new(), "names of no fault");
    }

    #[test]
    fn a_fault_of_one_version_does_not_affect_the_other() {
        let faults = Faults::new(vec!["create.second-mobile-replaces-the-first-in-beta".parse().unwrap()]);
        let of = |version| Circumstances { operation: Operation::Create, version, application: false, by_user_principal_name: false };
        assert!(faults.has("create.second-mobile-replaces-the-first", of(ApiVersion::Beta)));
        assert!(!faults.has("create.second-mobile-replaces-the-first", of(ApiVersion::V1)));
    }

    #[test]
    fn a_fault_of_one_caller_or_address_does_not_affect_the_others() {
        let of = |application, by_user_principal_name| {
            let (operation, version) = (Operation::Create, ApiVersion::V1);
            Circumstances { operation, version, application, by_user_principal_name }
        };
        let application = Faults::new(vec!["create.second-mobile-replaces-the-first-for-an-application".parse().unwrap()]);
        let name = Faults::new(vec!["create.second-mobile-replaces-the-first-by-user-principal-name".parse().unwrap()]);
        let made = |faults: &Faults| {
            [of(false, false), of(true, false), of(false, true)].map(|of| faults.has("create.second-mobile-replaces-the-first", of))
        };
        assert_eq!((made(&application), made(&name)), ([false, true, false], [false, false, true]));
    }

    #[test]
    fn an_unknown_fault_is_reported_as_given() {
        assert_eq!("create.nothing".parse::<Fault>().unwrap_err().to_string(), "`create.nothing` is no fault of the reference server");
    }
}
