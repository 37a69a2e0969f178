//! Reads an expectation file.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::api::ApiVersion;
use crate::report::{Outcome, SEEN, WALKS};
use crate::target::{Position, nearest};

/// The scenarios of each rule, without the rule's id.
pub type Names = BTreeMap<String, Vec<String>>;

/// The known deviations of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectations {
    /// The path of the file, for messages.
    pub path: String,
    /// Its entries, in the order of the file.
    pub entries: Vec<Entry>,
}

/// A known deviation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The broken rule.
    pub rule: String,
    /// The only version in which it is broken; `None` for all.
    pub version: Option<ApiVersion>,
    /// The scenarios that deviate, by their short names; `None` for every scenario of the rule.
    pub scenarios: Option<Vec<String>>,
    /// The expected outcome of the rule.
    pub outcome: Outcome,
    /// Why the deviation is accepted; empty if no one has filled it in yet.
    pub reason: String,
    /// The entry's line in the file.
    pub line: usize,
}

/// The expectation file is invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectError {
    path: String,
    position: Option<Position>,
    message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for ExpectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(Position { line, column }) => write!(f, "{}:{line}:{column}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}

impl std::error::Error for ExpectError {}

/// A mistake at a byte offset of the file.
type Mistake = (usize, String, Option<String>);

const KEYS: &[&str] = &["rule", "scenarios", "version", "outcome", "reason"];
/// The outcomes of a deviation.
const OUTCOMES: &[&str] = &["failed", "errored", "blocked", "warned"];

impl Expectations {
    /// Reads a file. `names` contains all rules and scenarios.
    ///
    /// Fails if the file can't be read, or with its first mistake.
    pub fn read(path: &Path, names: &Names) -> Result<Self, ExpectError> {
        let name = path.display().to_string();
        let text = crate::encoding::read(path).map_err(|error| ExpectError {
            path: name.clone(),
            position: None,
            message: format!("the expectation file can't be read: {error}"),
            hint: Some("`--write-expect FILE` writes one from a run".to_owned()),
        })?;
        Self::parse(&text, &name, names)
    }

    /// Parses the text of a file. `path` names the file in errors.
    ///
    /// Fails with the first mistake in the text, and its place.
    pub fn parse(text: &str, path: &str, names: &Names) -> Result<Self, ExpectError> {
        let entries = entries(text, names).map_err(|(offset, message, hint)| ExpectError {
            path: path.to_owned(),
            position: Some(Position::of(text, offset)),
            message,
            hint,
        })?;
        Ok(Self { path: path.to_owned(), entries })
    }
}

impl Entry {
    /// Whether both entries are about the same scenario in the same version.
    fn overlaps(&self, other: &Self) -> bool {
        let of_one_version = self.version.is_none() || other.version.is_none() || self.version == other.version;
        let of_one_scenario = match (&self.scenarios, &other.scenarios) {
            (Some(ours), Some(theirs)) => ours.iter().any(|name| theirs.contains(name)),
            _ => true,
        };
        self.rule == other.rule && of_one_version && of_one_scenario
    }
}

fn entries(text: &str, names: &Names) -> Result<Vec<Entry>, Mistake> {
    let document = DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        (offset, format!("this is not valid TOML: {}", error.message().replace('\n', ", ")), None)
    })?;
    let mut entries: Vec<Entry> = Vec::new();
    for (key, value) in document.get_ref() {
        if key.get_ref() != "expect" {
            let hint = "write a known deviation as a table `[[expect]]`".to_owned();
            return Err((key.span().start, format!("unknown key `{}` at the top of the file", key.get_ref().escape_debug()), Some(hint)));
        }
        let wrong = || (value.span().start, "`expect` must be an array of tables".to_owned(), Some("write it `[[expect]]`".to_owned()));
        for item in value.get_ref().as_array().ok_or_else(wrong)? {
            let table = item.get_ref().as_table().ok_or_else(wrong)?;
            let (entry, at) = entry(text, item.span().start, table, names)?;
            if let Some(other) = entries.iter().find(|other| other.overlaps(&entry)) {
                let hint = "keep one entry for each rule, or one for each of its scenarios and versions".to_owned();
                let message = format!("line {} already has an entry for `{}`", other.line, entry.rule);
                return Err((at, message, Some(hint)));
            }
            entries.push(entry);
        }
    }
    Ok(entries)
}

/// An entry, and the place of its rule.
fn entry(text: &str, start: usize, table: &DeTable<'_>, names: &Names) -> Result<(Entry, usize), Mistake> {
    // The table sorts its entries by key. Sort them by position, so that the first mistake is the first in the file.
    let mut keys: Vec<_> = table.iter().collect();
    keys.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in keys {
        let name: &str = key.get_ref();
        if !KEYS.contains(&name) {
            let hint = match nearest(name, KEYS) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("known keys here are `{}`", KEYS.join("`, `")),
            };
            return Err((key.span().start, format!("unknown key `{}` in `[[expect]]`", name.escape_debug()), Some(hint)));
        }
        if name != "scenarios" && !matches!(value.get_ref(), DeValue::String(_)) {
            return Err((value.span().start, format!("`{name}` must be a string"), None));
        }
    }
    let find = |name: &str| {
        let value = table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)?;
        Some((value.get_ref().as_str()?.to_owned(), value.span().start))
    };
    let require = |name: &str| find(name).ok_or_else(|| (start, format!("`{name}` is missing in `[[expect]]`"), None));
    let (rule, at) = require("rule")?;
    let Some(known) = names.get(&rule) else {
        let known: Vec<&str> = names.keys().map(String::as_str).collect();
        let hint = nearest(&rule, &known).map_or_else(
            || "`spec` lists every rule; an entry names one in full".to_owned(),
            |nearest| format!("did you mean `{nearest}`?"),
        );
        return Err((at, format!("there is no rule `{}`", rule.escape_debug()), Some(hint)));
    };
    let list = table.iter().find(|(key, _)| key.get_ref() == "scenarios").map(|(_, value)| value);
    let scenarios = list.map(|list| scenarios(list, &rule, known)).transpose()?;
    let version = match find("version") {
        None => None,
        Some((name, at)) => {
            let unknown = |_| (at, format!("`version` must be one of \"v1.0\", \"beta\", not `{}`", name.escape_debug()), None);
            Some(name.parse().map_err(unknown)?)
        }
    };
    let (name, outcome_at) = require("outcome")?;
    let known = Outcome::ALL.iter().find(|outcome| outcome.name() == name && OUTCOMES.contains(&name.as_str()));
    let outcome = *known.ok_or_else(|| {
        let hint = nearest(&name, OUTCOMES).map(|nearest| format!("did you mean `{nearest}`?"));
        let known = OUTCOMES.iter().map(|outcome| format!("\"{outcome}\"")).collect::<Vec<_>>().join(", ");
        (outcome_at, format!("`outcome` must be one of {known}, not `{}`", name.escape_debug()), hint)
    })?;
    let (reason, _) = require("reason")?;
    Ok((Entry { rule, version, scenarios, outcome, reason, line: Position::of(text, start).line }, at))
}

/// The scenario names in a list.
fn scenarios(list: &Spanned<DeValue<'_>>, rule: &str, known: &[String]) -> Result<Vec<String>, Mistake> {
    let wrong = |at: usize| (at, "`scenarios` must be a list of names".to_owned(), Some("write it `scenarios = [\"…\"]`".to_owned()));
    let items = list.get_ref().as_array().ok_or_else(|| wrong(list.span().start))?;
    let mut scenarios: Vec<String> = Vec::new();
    for item in items {
        let at = item.span().start;
        let name = item.get_ref().as_str().ok_or_else(|| wrong(at))?;
        // A user may copy a scenario's id from the report, where the rule's id comes first.
        let short = name.strip_prefix(rule).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name);
        if !is_scenario(short, known) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let hint = nearest(short, &known).map_or_else(
                || format!("`spec {rule}` shows the scenarios; an entry without `scenarios` is about all of them"),
                |nearest| format!("did you mean `{nearest}`?"),
            );
            return Err((at, format!("`{rule}` has no scenario `{}`", name.escape_debug()), Some(hint)));
        }
        if scenarios.iter().any(|known| known == short) {
            return Err((at, format!("`{}` appears in the list twice", name.escape_debug()), None));
        }
        scenarios.push(short.to_owned());
    }
    if scenarios.is_empty() {
        let hint = "remove `scenarios` for every scenario of the rule".to_owned();
        return Err((list.span().start, "`scenarios` names none".to_owned(), Some(hint)));
    }
    Ok(scenarios)
}

/// Whether a rule with these scenarios has a scenario with this name. Any rule may have walks and sightings.
fn is_scenario(name: &str, known: &[String]) -> bool {
    let plain = name.split_once(" (").map_or(name, |(plain, _)| plain);
    known.iter().any(|known| known == plain) || [WALKS, SEEN].contains(&plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str = "[[expect]]\nrule = \"get.found\"\nversion = \"beta\"\noutcome = \"failed\"\nreason = \"ACME-1\"\n";

    fn parse(text: &str) -> Result<Expectations, ExpectError> {
        let scenarios = || vec!["as-it-should".to_owned(), "late".to_owned()];
        let names = ["get.found", "list.found"].map(|rule| (rule.to_owned(), scenarios()));
        Expectations::parse(text, "e.toml", &BTreeMap::from(names))
    }

    /// The text that a terminal shows for the file `GOOD` with `other` in place of `piece`.
    fn complaint(piece: &str, other: &str) -> String {
        assert!(GOOD.contains(piece));
        let error = parse(&GOOD.replacen(piece, other, 1)).unwrap_err();
        error.hint.as_ref().map_or(error.to_string(), |hint| format!("{error}\nhint: {hint}"))
    }

    #[test]
    fn an_entry_is_read() {
        let entry = Entry {
            rule: "get.found".to_owned(),
            version: Some(ApiVersion::Beta),
            scenarios: None,
            outcome: Outcome::Failed,
            reason: "ACME-1".to_owned(),
            line: 1,
        };
        assert_eq!(parse(GOOD).unwrap().entries, [entry]);
        assert_eq!(parse("").unwrap().entries, []);
    }

    #[test]
    fn every_mistake_names_its_place() {
        for (piece, other, words) in [
            ("outcome", "outcom", "e.toml:4:1: unknown key `outcom` in `[[expect]]`\nhint: did you mean `outcome`?"),
            ("get.found", "get.foud", "e.toml:2:8: there is no rule `get.foud`\nhint: did you mean `get.found`?"),
            ("get.found", "get.", "e.toml:2:8: there is no rule `get.`\nhint: `spec` lists every rule; an entry names one in full"),
            ("beta", "v2", "e.toml:3:11: `version` must be one of \"v1.0\", \"beta\", not `v2`"),
            (
                "failed",
                "fail",
                "e.toml:4:11: `outcome` must be one of \"failed\", \"errored\", \"blocked\", \"warned\", not `fail`\nhint: did you mean `failed`?",
            ),
            ("failed", "passed", "e.toml:4:11: `outcome` must be one of \"failed\", \"errored\", \"blocked\", \"warned\", not `passed`"),
            ("\"ACME-1\"", "1", "e.toml:5:10: `reason` must be a string"),
            ("reason = \"ACME-1\"\n", "", "e.toml:1:1: `reason` is missing in `[[expect]]`"),
            ("[[expect]]", "[expect]", "e.toml:1:1: `expect` must be an array of tables\nhint: write it `[[expect]]`"),
            (
                "[[expect]]",
                "[[except]]",
                "e.toml:1:3: unknown key `except` at the top of the file\nhint: write a known deviation as a table `[[expect]]`",
            ),
            ("\"beta\"", "beta", "e.toml:3:11: this is not valid TOML: string values must be quoted, expected literal string"),
        ] {
            assert_eq!(complaint(piece, other), words);
        }
    }

    #[test]
    fn scenarios_are_listed_by_name() {
        let with = |list: &str| parse(&format!("{GOOD}scenarios = {list}\n"));
        let names = |list: &str| with(list).unwrap().entries[0].scenarios.clone().unwrap();
        assert_eq!(names(r#"["late", "get.found/as-it-should"]"#), ["late", "as-it-should"]);
        assert_eq!(names(r#"["walk", "watch", "late (caller: user)"]"#).len(), 3);
        let complaint = |list: &str| {
            let error = with(list).unwrap_err();
            error.hint.as_ref().map_or(error.to_string(), |hint| format!("{error}\nhint: {hint}"))
        };
        assert_eq!(complaint(r#"["lat"]"#), "e.toml:6:14: `get.found` has no scenario `lat`\nhint: did you mean `late`?");
        let unknown = "hint: `spec get.found` shows the scenarios; an entry without `scenarios` is about all of them";
        assert_eq!(complaint(r#"["seen-in/x/y"]"#), format!("e.toml:6:14: `get.found` has no scenario `seen-in/x/y`\n{unknown}"));
        assert_eq!(complaint(r#"["late", "late"]"#), "e.toml:6:22: `late` appears in the list twice");
        assert_eq!(complaint("\"late\""), "e.toml:6:13: `scenarios` must be a list of names\nhint: write it `scenarios = [\"…\"]`");
        assert_eq!(complaint("[]"), "e.toml:6:13: `scenarios` names none\nhint: remove `scenarios` for every scenario of the rule");
    }

    #[test]
    fn two_entries_for_one_scenario_are_a_mistake() {
        let other = |version: &str| format!("{GOOD}\n{}", GOOD.replace("version = \"beta\"\n", version));
        let words = "e.toml:8:8: line 1 already has an entry for `get.found`";
        assert_eq!(parse(&other("")).unwrap_err().to_string(), words);
        assert_eq!(parse(&other("version = \"beta\"\n")).unwrap_err().to_string(), words);
        assert_eq!(parse(&other("version = \"v1.0\"\n")).unwrap().entries.len(), 2);
        let listed = |name: &str| format!("{GOOD}scenarios = [\"{name}\"]\n");
        assert_eq!(parse(&[listed("late"), listed("as-it-should")].concat()).unwrap().entries.len(), 2);
        assert!(parse(&[listed("late"), listed("late")].concat()).is_err());
        assert!(parse(&[listed("late"), GOOD.to_owned()].concat()).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(lines in prop::collection::vec("(\\[\\[expect\\]\\]|rule = \"get.found\"|version = \"(beta|v1.0)\"|outcome = \"(failed|x)\"|reason = \"\"|[a-z]{1,8} = .{0,8}|.{0,12})", 0..12)) {
            let text = lines.join("\n");
            match parse(&text) {
                Ok(read) => prop_assert!(read.entries.iter().all(|entry| entry.rule == "get.found")),
                Err(error) => {
                    let place = error.position.unwrap();
                    prop_assert!(place.line <= text.lines().count().max(1), "{error}\n{text}");
                }
            }
        }
    }
}
