//! Parses feature files into rules.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::str::FromStr;

use cucumber::feature::Ext as _;
use gherkin::GherkinEnv;
use include_dir::Dir;

use crate::api::{Area, Basis, Edition, Operation, Severity};
use crate::encoding;
use crate::words::SuiteError;

use super::matrix::one_rule_per_row;
use super::{Needs, Rule, Scenario, Suite};

/// The texts of feature files, by path.
type Files = BTreeMap<String, String>;

/// The embedded feature files, by their paths in the repository.
pub(super) fn embedded_files(folder: &Dir<'_>) -> Files {
    let mut files = Files::new();
    for entry in folder.entries() {
        match entry {
            include_dir::DirEntry::Dir(inner) => files.extend(embedded_files(inner)),
            include_dir::DirEntry::File(file) => {
                if let (true, Some(text)) = (is_feature(file.path()), file.contents_utf8()) {
                    files.insert(format!("features/{}", slashed(file.path())), text.to_owned());
                }
            }
        }
    }
    files
}

/// The feature files of a folder and its subfolders.
pub(super) fn folder_files(folder: &Path) -> Result<Files, SuiteError> {
    let mut files = Files::new();
    collect(folder, &mut files)?;
    if files.is_empty() {
        return Err(SuiteError::file(folder.display().to_string(), "there is no .feature file in this folder")
            .with_hint("--features takes the folder that holds the feature files"));
    }
    Ok(files)
}

fn collect(folder: &Path, files: &mut Files) -> Result<(), SuiteError> {
    let cannot = |path: &Path, error: &std::io::Error| SuiteError::file(path.display().to_string(), format!("can't be read: {error}"));
    let unreadable = |error| cannot(folder, &error).with_hint("--features takes the folder that holds the feature files");
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(|error| cannot(folder, &error))?;
        let path = entry.path();
        // `file_type` does not follow links, so a link to a parent folder can't cause endless recursion.
        let kind = entry.file_type().map_err(|error| cannot(&path, &error))?;
        if kind.is_dir() {
            collect(&path, files)?;
        } else if is_feature(&path) {
            let bytes = fs::read(&path).map_err(|error| cannot(&path, &error))?;
            let text = encoding::text(&bytes).map_err(|error| {
                let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
                SuiteError::at(slashed(&path), line, 1, "the file is not UTF-8 from here on")
            })?;
            files.insert(slashed(&path), text.into_owned());
        }
    }
    Ok(())
}

fn is_feature(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "feature")
}

/// A path with slashes, as in reports on every platform.
fn slashed(path: &Path) -> String {
    path.components().map(|component| component.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/").replace("//", "/")
}

/// The rules of all files, in the order of operations and areas.
pub(super) fn suite(files: Files) -> Result<Suite, SuiteError> {
    let mut rules = Vec::new();
    for (path, text) in &files {
        rules.extend(rules_of(path, text)?);
    }
    // The sort is stable, so rules of one area keep the order of the file.
    rules.sort_by_key(|rule: &Rule| (rule.operation, rule.area));
    for (index, rule) in rules.iter().enumerate() {
        if let Some(first) = rules[..index].iter().find(|other| other.id == rule.id) {
            return Err(SuiteError::at(
                &rule.feature,
                rule.line,
                3,
                format!("the rule id `{}` is already used at {}:{}", rule.id, first.feature, first.line),
            ));
        }
    }
    Ok(Suite { rules, files })
}

fn rules_of(path: &str, text: &str) -> Result<Vec<Rule>, SuiteError> {
    let mut feature = gherkin::Feature::parse(text, GherkinEnv::default()).map_err(|error| syntax(path, text, &error.to_string()))?;
    feature.rules = one_rule_per_row(feature.rules);
    let feature = feature
        .expand_examples()
        .map_err(|error| SuiteError::at(path, error.pos.line, error.pos.col, format!("no example has a column `{}`", error.name)))?;
    if let Some(outside) = feature.scenarios.first() {
        return Err(SuiteError::at(path, outside.position.line, outside.position.col, "the scenario is not in a rule")
            .with_hint("put it below the `Rule:` that it checks"));
    }
    if feature.background.is_some() {
        return Err(SuiteError::file(path, "a Background hides what a scenario starts from").with_hint("say it in each scenario"));
    }
    feature.rules.iter().map(|rule| read_rule(path, &feature.tags, rule)).collect()
}

/// gherkin's own message lists Rust tokens; only its place helps.
fn syntax(path: &str, text: &str, message: &str) -> SuiteError {
    let place = message.strip_prefix("Error at ").and_then(|rest| {
        let mut parts = rest.split(':');
        Some((parts.next()?.parse().ok()?, parts.next()?.trim().parse().ok()?))
    });
    let (line, column): (usize, usize) = place.unwrap_or((1, 1));
    let shown = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim();
    let message = if shown.is_empty() {
        "this is not Gherkin: the file ends, or a line is empty, where something is missing".to_owned()
    } else {
        format!("this is not Gherkin: `{}`", shown.chars().take(80).collect::<String>())
    };
    SuiteError::at(path, line, column, message)
}

fn read_rule(path: &str, feature_tags: &[String], rule: &gherkin::Rule) -> Result<Rule, SuiteError> {
    let wrong = |message: String| SuiteError::at(path, rule.position.line, rule.position.col, message);
    let id = rule
        .tags
        .iter()
        .find_map(|tag| tag.strip_prefix("id:"))
        .ok_or_else(|| wrong("the rule has no id".to_owned()).with_hint("write a tag `@id:OPERATION.what-must-hold` above it"))?;
    let well_formed = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.');
    let operation = id.split_once('.').map(|(operation, _)| operation).filter(|_| well_formed && id.matches('.').count() == 1);
    let operation: Operation = operation
        .ok_or_else(|| wrong(format!("the rule id `{id}` isn't of the form OPERATION.what-must-hold in kebab-case")))?
        .parse()
        .map_err(|error| wrong(format!("the rule id `{id}` does not begin with an operation: {error}")))?;
    let tags: Vec<&str> = rule.tags.iter().chain(feature_tags).map(String::as_str).collect();
    let area: Area = one_of(&tags, "area").map_err(&wrong)?;
    let severity: Severity = one_of(&tags, "severity").map_err(&wrong)?;
    let basis: Basis = one_of(&tags, "basis").map_err(&wrong)?;
    let edition = tags.iter().find_map(|tag| tag.parse::<Edition>().ok());
    let watches = tags
        .iter()
        .filter_map(|tag| tag.strip_prefix("watch:"))
        .map(|name| name.parse().map_err(|error| wrong(format!("the rule `{id}` watches for something unknown: {error}"))))
        .collect::<Result<_, _>>()?;
    let sources: Vec<String> = rule
        .description
        .iter()
        .flat_map(|text| text.lines())
        .filter_map(|line| line.trim().strip_prefix("Source:"))
        .flat_map(sources)
        .collect();
    if sources.is_empty() {
        return Err(wrong(format!("the rule `{id}` names no source")).with_hint("write a line `Source: DOCUMENT, SECTION` below it"));
    }
    if rule.scenarios.is_empty() {
        return Err(wrong(format!("the rule `{id}` has no scenario")));
    }
    let mut scenarios: Vec<Scenario> = Vec::new();
    for scenario in &rule.scenarios {
        let scenario = read_scenario(id, &tags, scenario);
        if scenarios.iter().any(|other| other.id == scenario.id) {
            let position = scenario.gherkin.position;
            return Err(SuiteError::at(path, position.line, position.col, format!("two scenarios of `{id}` have the same name"))
                .with_hint("put a placeholder of the examples into the name"));
        }
        scenarios.push(scenario);
    }
    Ok(Rule {
        id: id.to_owned(),
        title: rule.name.clone(),
        operation,
        area,
        severity,
        basis,
        edition,
        watches,
        sources,
        feature: path.to_owned(),
        line: rule.position.line,
        scenarios,
    })
}

/// The sources in a line such as `one + another, Section; third, Other section`.
fn sources(line: &str) -> Vec<String> {
    let each = |part: &str| match part.split_once(", ") {
        Some((names, section)) => names.split(" + ").map(|name| format!("{}, {section}", name.trim())).collect(),
        None => vec![part.to_owned()],
    };
    line.split(';').map(str::trim).filter(|part| !part.is_empty()).flat_map(each).collect()
}

/// The tag that names a member of a fixed set. There must be exactly one.
fn one_of<T: FromStr>(tags: &[&str], what: &str) -> Result<T, String> {
    let mut found = tags.iter().filter_map(|tag| tag.parse::<T>().ok());
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(format!("no tag gives the rule's {what}")),
        (Some(_), Some(_)) => Err(format!("more than one tag gives the rule's {what}")),
    }
}

fn read_scenario(rule: &str, rule_tags: &[&str], scenario: &gherkin::Scenario) -> Scenario {
    let mut tags: Vec<String> = rule_tags.iter().map(|tag| (*tag).to_owned()).collect();
    tags.extend(scenario.tags.iter().cloned());
    Scenario {
        id: format!("{rule}/{}", kebab(&scenario.name)),
        line: scenario.position.line,
        single_answer: tags.iter().any(|tag| tag == "single-answer"),
        asks_for_effect: tags.iter().any(|tag| tag == "effect"),
        last: tags.iter().any(|tag| tag == "last"),
        needs: Needs::of(&scenario.steps),
        tags,
        gherkin: scenario.clone(),
    }
}

/// A name as an id: lower case, with hyphens between words.
fn kebab(name: &str) -> String {
    let mut id = String::new();
    for c in name.chars() {
        if c.is_alphanumeric() {
            id.extend(c.to_lowercase());
        } else if c != '\'' && !id.ends_with('-') {
            id.push('-');
        }
    }
    id.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "@create @contract\nFeature: F\n\n  @id:create.a @must @stated\n  Rule: It holds.\n    Source: somewhere, Section\n\n    Scenario: One\n      Given a user with no phones\n";

    fn error(text: &str) -> String {
        let files = Files::from([("a.feature".to_owned(), text.to_owned())]);
        suite(files).unwrap_err().to_string()
    }

    #[test]
    fn a_rule_is_read_with_its_scenarios() {
        let suite = suite(Files::from([("a.feature".to_owned(), RULE.to_owned())])).unwrap();
        let rule = suite.rule("create.a").unwrap();
        assert_eq!((rule.operation, rule.area, rule.severity), (Operation::Create, Area::Contract, Severity::Must));
        assert_eq!(rule.sources, ["somewhere, Section"]);
        assert_eq!(rule.scenarios[0].id, "create.a/one");
        assert!(!rule.scenarios[0].single_answer && !rule.scenarios[0].asks_for_effect);
    }

    #[test]
    fn a_line_may_name_several_sources() {
        assert_eq!(
            sources(" a + reference:b, Section 1; observed, an odd thing"),
            ["a, Section 1", "reference:b, Section 1", "observed, an odd thing"]
        );
        assert_eq!(sources(" "), [""; 0]);
    }

    #[test]
    fn each_row_of_a_table_may_be_a_rule() {
        let text = "@create @access\nFeature: F\n\n  Rule: <who> (<scope>) can.\n    All of it.\n\n    @single-answer\n    Scenario Outline: <who> is allowed\n      When <who> acts\n\n      Examples:\n        | rule     | who  | scope | tags          | source |\n        | create.a | an a | A     | @must @stated | d, S   |\n        | create.b | a b  | B     | @must @stated @beta | d, T |\n        | create.a | a c  | A     |               |        |\n";
        let suite = suite(Files::from([("a.feature".to_owned(), text.to_owned())])).unwrap();
        let (a, b) = (suite.rule("create.a").unwrap(), suite.rule("create.b").unwrap());
        assert_eq!((a.title.as_str(), a.line, a.sources.as_slice()), ("An a (A) can.", 13, ["d, S".to_owned()].as_slice()));
        let scenarios: Vec<_> = a.scenarios.iter().map(|scenario| (scenario.id.as_str(), scenario.line, scenario.single_answer)).collect();
        assert_eq!(scenarios, [("create.a/an-a-is-allowed", 13, true), ("create.a/a-c-is-allowed", 15, true)]);
        assert!(b.line == 14 && b.scenarios[0].tags.contains(&"beta".to_owned()) && !a.scenarios[0].tags.contains(&"beta".to_owned()));
        assert_eq!(b.scenarios[0].gherkin.steps[0].value, "a b acts");
    }

    #[test]
    fn a_scenario_has_the_tags_of_its_rule_and_feature() {
        for place in ["@create", "@id:create.a", "    Scenario:"] {
            let tagged = RULE.replace(
                place,
                &if place.trim_start() == place {
                    format!("@single-answer @effect {place}")
                } else {
                    format!("    @single-answer @effect\n{place}")
                },
            );
            let suite = suite(Files::from([("a.feature".to_owned(), tagged)])).unwrap();
            let scenario = &suite.rules[0].scenarios[0];
            assert!(scenario.single_answer && scenario.asks_for_effect, "{place}");
        }
    }

    #[test]
    fn every_mistake_names_its_place() {
        assert_eq!(error(&RULE.replace("@id:create.a ", "")), "a.feature:5:3: the rule has no id");
        assert_eq!(
            error(&RULE.replace("create.a", "created.a")),
            "a.feature:5:3: the rule id `created.a` does not begin with an operation: `created` is none of create, list, get, update, delete, enable-sms-sign-in, disable-sms-sign-in"
        );
        assert_eq!(error(&RULE.replace("@must ", "")), "a.feature:5:3: no tag gives the rule's severity");
        assert_eq!(error(&RULE.replace("    Source: somewhere, Section\n", "")), "a.feature:5:3: the rule `create.a` names no source");
        assert_eq!(
            error(&format!("{RULE}\n    Scenario: One\n      Given x\n")),
            "a.feature:11:5: two scenarios of `create.a` have the same name"
        );
        assert!(error("Feature: F\n  Rule:\n    Scenari: x\n").starts_with("a.feature:"));
    }

    #[test]
    fn the_embedded_specification_can_be_read() {
        let suite = Suite::embedded().unwrap();
        assert!(suite.rules.len() > 50, "{} rules", suite.rules.len());
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "(Feature: F\n|@[a-z:.]{1,12}\n|  Rule: R\n|    Scenario: S\n|      Given x\n|\"\"\"\n| *\\|[a-z|]{0,6}\n|.{0,20}\n){0,12}") {
            let _ = suite(Files::from([("a.feature".to_owned(), text)]));
        }
    }
}
