//! Finds errors in a specification whose files are all readable.

use std::collections::{BTreeMap, BTreeSet};

use gherkin::StepType;

use crate::api::{ApiVersion, Area, Basis, Edition, Operation, Severity};

use super::statements::quote_parts;
use super::{Editions, Rule, Scenario, Statement, Statements, Suite};

/// A scenario with more steps than this tests more than one thing.
const MOST_STEPS: usize = 7;

/// Every inconsistency in the rules, in the catalogue of statements, and between the two; one sentence each, with its
/// place.
///
/// A specification from `--features` has no catalogue, so this serves only the tests of the built-in one.
pub fn lint(suite: &Suite, statements: &Statements) -> Vec<String> {
    let mut found = Vec::new();
    for statement in &statements.statements {
        let of = complaints_about_statement(statement, suite, statements);
        found.extend(of.into_iter().map(|complaint| format!("{}:{}: {complaint}", statements.path, statement.line)));
    }
    found.extend(complaints_about_sources(suite, statements).into_iter().map(|complaint| format!("{}: {complaint}", statements.path)));
    for document in &statements.documents {
        if !statements.statements.iter().any(|statement| statement.document == document.id) {
            found.push(format!("{}: no statement rests on the document `{}`", statements.path, document.id));
        }
    }
    for rule in &suite.rules {
        let of = complaints_about_rule(rule, statements);
        found.extend(of.into_iter().map(|complaint| format!("{}:{}: {complaint}", rule.feature, rule.line)));
        for scenario in &rule.scenarios {
            let of = complaints_about_steps(scenario);
            found.extend(of.into_iter().map(|complaint| format!("{}:{}: {complaint}", rule.feature, scenario.line)));
        }
    }
    found.extend(repeated_names(suite));
    found
}

fn complaints_about_statement(statement: &Statement, suite: &Suite, statements: &Statements) -> Vec<String> {
    let mut found = Vec::new();
    if !statements.documents.iter().any(|document| document.id == statement.document) {
        found.push(format!("there is no document `{}`", statement.document));
    }
    if quote_parts(&statement.quote).any(|part| part.trim().is_empty()) {
        found.push("the quotation is empty, or a part of it is".to_owned());
    }
    let bound = statements.documents.iter().find(|document| document.id == statement.document).map(|document| document.edition);
    if matches!(
        (statement.edition, bound),
        (Some(Edition::Current), Some(Editions::Legacy)) | (Some(Edition::Legacy), Some(Editions::Current))
    ) {
        found.push("the statement is of an edition that its document doesn't belong to".to_owned());
    }
    let reason = statement.untested.as_deref().is_some_and(|reason| !reason.trim().is_empty());
    match (statement.rules.is_empty(), reason) {
        (true, false) => found.push("the statement has neither rules nor a reason why it is untested".to_owned()),
        (false, true) => found.push("the statement has both rules and a reason why it is untested".to_owned()),
        _ => {}
    }
    for id in statement.rules.iter().filter(|id| suite.rule(id).is_none()) {
        found.push(format!("there is no rule `{id}`"));
    }
    let stands_at = format!("{}, {}", statement.document, statement.section);
    // A rule need not follow a statement that contradicts another one.
    for rule in statement.rules.iter().filter(|_| statement.contradicts.is_empty()).filter_map(|id| suite.rule(id)) {
        if !rule.sources.contains(&stands_at) {
            found.push(format!("`{}` should check the statement, but does not name `{stands_at}` as a source", rule.id));
        }
    }
    for source in statement.contradicts.iter().filter(|source| !statements.knows(source)) {
        found.push(format!("the contradiction `{source}` names no document, reference or observation"));
    }
    for contradiction in &statement.contradicts {
        let contradicted = contradiction.split(": ").next().unwrap_or_default();
        let (document, section) = contradicted.split_once(", ").unwrap_or_default();
        let is_there = statements.documents.iter().any(|known| known.id == document);
        let mut answers = statements.statements.iter().filter(|other| other.document == document && other.section == section);
        if is_there && !answers.any(|other| other.contradicts.iter().any(|back| back.starts_with(&format!("{stands_at}: ")))) {
            found.push(format!("no statement of `{contradicted}` says that this one contradicts it"));
        }
    }
    if !statement.contradicts.is_empty() && statement.edition.is_none() && statement.note.is_none() {
        found.push("another statement contradicts this one, but neither an edition nor a note settles it".to_owned());
    }
    found
}

/// Missing facts that a reader needs to look up documents, pages and observations.
fn complaints_about_sources(suite: &Suite, statements: &Statements) -> Vec<String> {
    let mut found = Vec::new();
    for document in &statements.documents {
        if document.sha256.len() != 64 || !document.sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            found.push(format!("`{}` has no SHA-256 digest of its file", document.id));
        }
        if document.file.trim().is_empty() {
            found.push(format!("`{}` has no file", document.id));
        }
    }
    let empty_quotes = statements.references.iter().flat_map(|page| page.quotes.iter().map(move |(section, quote)| (page, section, quote)));
    for (page, section, _) in empty_quotes.filter(|(.., quote)| quote.trim().is_empty()) {
        found.push(format!("the quotation of `reference:{}, {section}` is empty", page.id));
    }
    for seen in statements.observations.iter().filter(|seen| seen.quote.trim().is_empty()) {
        found.push(format!("the quotation of `observed, {}` is empty", seen.id));
    }
    let cited = suite.rules.iter().flat_map(|rule| &rule.sources).chain(statements.statements.iter().flat_map(|one| &one.contradicts));
    let mut unquoted: BTreeSet<&str> = cited.map(|source| source.split(": ").next().unwrap_or(source)).collect();
    unquoted.retain(|source| is_evidence(source) && statements.knows(source) && statements.quotation(source).is_none());
    found.extend(unquoted.into_iter().map(|source| format!("nothing is quoted from `{source}`")));
    found
}

/// Whether a source is not one of the documents.
fn is_evidence(source: &str) -> bool {
    source.starts_with("reference:") || source.starts_with("observed, ")
}

/// Whether a rule of one edition applies to a version that the edition's own documents do not describe.
fn binds_another_version(rule: &Rule, statements: &Statements) -> bool {
    let Some(edition) = rule.edition else { return false };
    let only = match edition {
        Edition::Current => Editions::Current,
        Edition::Legacy => Editions::Legacy,
    };
    let versions: BTreeSet<ApiVersion> =
        statements.documents.iter().filter(|document| document.edition == only).map(|document| document.version).collect();
    let is_asked = |version: ApiVersion| rule.scenarios.iter().any(|scenario| scenario.version().is_none_or(|only| only == version));
    !versions.is_empty() && ApiVersion::ALL.iter().any(|version| !versions.contains(version) && is_asked(*version))
}

fn complaints_about_rule(rule: &Rule, statements: &Statements) -> Vec<String> {
    let mut found = Vec::new();
    if !rule.title.ends_with('.') {
        found.push(format!("the title of `{}` doesn't end in a period", rule.id));
    }
    if binds_another_version(rule, statements) {
        found.push(format!("`{}` applies to a version that no document of its edition describes", rule.id));
    }
    if rule.basis == Basis::Stated && statements.of_rule(&rule.id).next().is_none() {
        found.push(format!("the rule `{}` is tagged @stated, but no statement names it", rule.id));
    }
    for source in rule.sources.iter().filter(|source| !statements.knows(source)) {
        found.push(format!("the source `{source}` of `{}` names no document, reference or observation", rule.id));
    }
    let stated: BTreeSet<_> =
        statements.of_rule(&rule.id).map(|statement| (statement.document.as_str(), statement.section.as_str())).collect();
    let in_documents = rule.sources.iter().filter_map(|source| source.split_once(", "));
    for (document, section) in in_documents.filter(|(document, _)| statements.documents.iter().any(|known| known.id == *document)) {
        if !stated.contains(&(document, section)) {
            found.push(format!("`{}` has the source `{document}, {section}`, but no statement of that section names the rule", rule.id));
        }
    }
    // A tag of a rule is also a tag of each of its scenarios, but it is reported once.
    let tags: BTreeSet<_> = rule.scenarios.iter().flat_map(|scenario| &scenario.tags).filter(|tag| !is_known(tag)).collect();
    found.extend(tags.into_iter().map(|tag| format!("unknown tag `@{tag}` of `{}`", rule.id)));
    found
}

fn is_known(tag: &str) -> bool {
    matches!(tag, "single-answer" | "effect" | "last")
        || tag.parse::<ApiVersion>().is_ok()
        || tag.starts_with("id:")
        || tag.starts_with("watch:")
        || tag.parse::<Operation>().is_ok()
        || tag.parse::<Area>().is_ok()
        || tag.parse::<Severity>().is_ok()
        || tag.parse::<Basis>().is_ok()
        || tag.parse::<Edition>().is_ok()
}

fn complaints_about_steps(scenario: &Scenario) -> Vec<String> {
    let steps = &scenario.gherkin.steps;
    let mut found = Vec::new();
    if steps.len() > MOST_STEPS {
        found.push(format!("`{}` has {} steps, more than {MOST_STEPS}", scenario.id, steps.len()));
    }
    for (kind, word) in [(StepType::When, "When"), (StepType::Then, "Then")] {
        if !steps.iter().any(|step| step.ty == kind) {
            found.push(format!("`{}` has no {word}", scenario.id));
        }
    }
    found
}

/// Scenario names that occur twice in a file. A reader who looks for one may find the wrong scenario.
fn repeated_names(suite: &Suite) -> Vec<String> {
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut found = Vec::new();
    for rule in &suite.rules {
        for scenario in &rule.scenarios {
            let name = scenario.gherkin.name.as_str();
            let line = *first.entry((&rule.feature, name)).or_insert(scenario.line);
            if line != scenario.line {
                found.push(format!("{}:{}: the name “{name}” is already used on line {line}", rule.feature, scenario.line));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::load;
    use super::*;

    const FEATURE: &str = "@create @contract
Feature: F

  @id:create.a @must @stated
  Rule: It holds.
    Source: d, Section

    @single-answer
    Scenario: One
      Given a user with no phones
      When the administrator lists the user's phones
      Then the answer is 200 OK
";

    const CATALOGUE: &str = r#"
[[document]]
id = "d"
title = "T"
file = "d.txt"
sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
language = "English"
lang = "en"
date = "2020"
version = "beta"
edition = "both"
about = "A"

[[statement]]
document = "d"
section = "Section"
quote = "Ça vaut."
says = "It holds."
rules = ["create.a"]
"#;

    fn lint_of(feature: &str, catalogue: &str) -> Vec<String> {
        let suite = load::suite(BTreeMap::from([("a.feature".to_owned(), feature.to_owned())])).unwrap();
        lint(&suite, &Statements::parse("s.toml", catalogue).unwrap())
    }

    /// The complaints about a feature file in which `piece` is replaced by `other`.
    fn feature(piece: &str, other: &str) -> Vec<String> {
        assert!(FEATURE.contains(piece));
        lint_of(&FEATURE.replace(piece, other), CATALOGUE)
    }

    /// The complaints about a catalogue in which `piece` is replaced by `other`.
    fn catalogue(piece: &str, other: &str) -> Vec<String> {
        assert!(CATALOGUE.contains(piece));
        lint_of(FEATURE, &CATALOGUE.replace(piece, other))
    }

    #[test]
    fn nothing_is_wrong_with_the_sample() {
        assert_eq!(lint_of(FEATURE, CATALOGUE), [""; 0]);
    }

    #[test]
    fn a_statement_has_either_rules_or_a_reason() {
        assert_eq!(
            catalogue("rules = [\"create.a\"]\n", "")[0],
            "s.toml:14: the statement has neither rules nor a reason why it is untested"
        );
        assert_eq!(
            catalogue("rules = [\"create.a\"]", "untested = \" \"")[0],
            "s.toml:14: the statement has neither rules nor a reason why it is untested"
        );
        assert_eq!(
            catalogue("rules =", "untested = \"It rings.\"\nrules ="),
            ["s.toml:14: the statement has both rules and a reason why it is untested"]
        );
    }

    #[test]
    fn a_statement_names_rules_and_documents_that_exist() {
        assert_eq!(catalogue("\"create.a\"", "\"create.a\", \"create.b\""), ["s.toml:14: there is no rule `create.b`"]);
        assert_eq!(
            catalogue("document = \"d\"", "document = \"e\""),
            [
                "s.toml:14: there is no document `e`",
                "s.toml:14: `create.a` should check the statement, but does not name `e, Section` as a source",
                "s.toml: no statement rests on the document `d`",
                "a.feature:5: `create.a` has the source `d, Section`, but no statement of that section names the rule",
            ]
        );
    }

    #[test]
    fn a_rule_and_a_statement_name_each_other() {
        assert_eq!(
            catalogue("section = \"Section\"", "section = \"Other\""),
            [
                "s.toml:14: `create.a` should check the statement, but does not name `d, Other` as a source",
                "a.feature:5: `create.a` has the source `d, Section`, but no statement of that section names the rule",
            ]
        );
        let contradicted = "section = \"Other\"\ncontradicts = [\"observed, o: It doesn't.\"]\nnote = \"N\"";
        let observed = CATALOGUE.replace(
            "[[statement]]",
            "[[observation]]\nid = \"o\"\ntitle = \"T\"\ndate = \"2020\"\nabout = \"A\"\nquote = \"{}\"\n\n[[statement]]",
        );
        let without = FEATURE.replace("Source: d, Section", "Source: observed, o");
        assert_eq!(lint_of(&without, &observed.replace("section = \"Section\"", contradicted)), [""; 0]);
    }

    #[test]
    fn a_contradiction_names_a_known_source_and_is_settled() {
        assert_eq!(
            catalogue("rules =", "contradicts = [\"e, Section: It doesn't.\"]\nnote = \"N\"\nrules ="),
            ["s.toml:14: the contradiction `e, Section: It doesn't.` names no document, reference or observation"]
        );
        assert_eq!(
            catalogue("rules =", "contradicts = [\"d, Section: It doesn't.\"]\nrules ="),
            ["s.toml:14: another statement contradicts this one, but neither an edition nor a note settles it"]
        );
        assert_eq!(
            catalogue("rules =", "contradicts = [\"d, Elsewhere: It doesn't.\"]\nnote = \"N\"\nrules ="),
            ["s.toml:14: no statement of `d, Elsewhere` says that this one contradicts it"]
        );
        assert_eq!(catalogue("rules =", "contradicts = [\"d, Section: It doesn't.\"]\nedition = \"legacy\"\nrules ="), [""; 0]);
    }

    #[test]
    fn a_stated_rule_has_a_statement() {
        assert_eq!(
            catalogue("rules = [\"create.a\"]", "untested = \"It rings.\""),
            [
                "a.feature:5: the rule `create.a` is tagged @stated, but no statement names it",
                "a.feature:5: `create.a` has the source `d, Section`, but no statement of that section names the rule",
            ]
        );
        let reference = FEATURE.replace("@stated", "@reference").replace("Source: d, Section", "Source: reference:r, Section");
        let page = CATALOGUE.replace("[[statement]]", "[[reference]]\nid = \"r\"\ntitle = \"T\"\naddress = \"https://example.com\"\ndate = \"2020\"\nabout = \"A\"\nquotes = { Section = \"It holds.\" }\n\n[[statement]]");
        assert_eq!(lint_of(&reference, &page.replace("rules = [\"create.a\"]", "untested = \"It rings.\"")), [""; 0]);
    }

    #[test]
    fn every_source_is_quoted() {
        for empty in ["", " ", "Ça … "] {
            let found = catalogue("quote = \"Ça vaut.\"", &format!("quote = \"{empty}\""));
            assert_eq!(found, ["s.toml:14: the quotation is empty, or a part of it is"]);
        }
        let page = "[[reference]]\nid = \"r\"\ntitle = \"T\"\naddress = \"https://example.com\"\ndate = \"2020\"\nabout = \"A\"\n\
            quotes = { Elsewhere = \" \" }\n\n[[observation]]\nid = \"o\"\ntitle = \"T\"\ndate = \"2020\"\nabout = \"A\"\nquote = \"\"\n\n[[statement]]";
        let cites = FEATURE.replace("Source: d, Section", "Source: d, Section\n    Source: reference:r, Section");
        assert_eq!(
            lint_of(&cites, &CATALOGUE.replace("[[statement]]", page)),
            [
                "s.toml: the quotation of `reference:r, Elsewhere` is empty",
                "s.toml: the quotation of `observed, o` is empty",
                "s.toml: nothing is quoted from `reference:r, Section`",
            ]
        );
    }

    #[test]
    fn a_document_has_a_file_and_its_digest() {
        for wrong in ["", "e3b0", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"] {
            let right = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
            assert_eq!(catalogue(right, wrong), ["s.toml: `d` has no SHA-256 digest of its file"]);
        }
        assert_eq!(catalogue("d.txt", " "), ["s.toml: `d` has no file"]);
    }

    #[test]
    fn an_edition_binds_the_versions_and_the_statements_of_its_documents() {
        let legacy = CATALOGUE.replace("edition = \"both\"", "edition = \"legacy\"");
        let rule = |tags: &str| lint_of(&FEATURE.replace("@must", &format!("@must {tags}")), &legacy);
        assert_eq!(rule("@legacy"), ["a.feature:5: `create.a` applies to a version that no document of its edition describes"]);
        for right in ["@legacy @beta", "@current", ""] {
            assert_eq!(rule(right), [""; 0], "{right}");
        }
        let current = legacy.replace("rules =", "edition = \"current\"\nrules =");
        assert_eq!(lint_of(FEATURE, &current), ["s.toml:14: the statement is of an edition that its document doesn't belong to"]);
    }

    #[test]
    fn a_rule_has_known_sources_known_tags_and_a_period() {
        assert_eq!(
            feature("Source: d, Section", "Source: d, Section\n    Source: e, Section"),
            ["a.feature:5: the source `e, Section` of `create.a` names no document, reference or observation"]
        );
        assert_eq!(feature("It holds.", "It holds"), ["a.feature:5: the title of `create.a` doesn't end in a period"]);
        assert_eq!(feature("@single-answer", "@single-answers"), ["a.feature:5: unknown tag `@single-answers` of `create.a`"]);
        assert_eq!(feature("@must", "@must @legacy @beta @watch:phone"), [""; 0]);
    }

    #[test]
    fn a_scenario_is_short_and_has_a_when_and_a_then() {
        let steps = "Given a user with no phones\n".repeat(6);
        assert_eq!(feature("Given a user with no phones\n", &steps), ["a.feature:9: `create.a/one` has 8 steps, more than 7"]);
        assert_eq!(feature("When", "Given"), ["a.feature:9: `create.a/one` has no When"]);
        assert_eq!(feature("Then", "And"), ["a.feature:9: `create.a/one` has no Then"]);
    }

    #[test]
    fn a_name_occurs_once_in_a_file() {
        let rule = FEATURE.split_once("\n\n").unwrap().1.replace("create.a", "create.b");
        let found = lint_of(&format!("{FEATURE}\n{rule}"), &CATALOGUE.replace("\"create.a\"", "\"create.a\", \"create.b\""));
        assert_eq!(found, ["a.feature:19: the name “One” is already used on line 9"]);
    }

    #[test]
    fn nothing_is_wrong_with_the_embedded_specification() {
        let found = lint(&Suite::embedded().unwrap(), &Statements::embedded().unwrap());
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
