use super::*;

fn faults() -> Vec<FaultEntry> {
    vec![FaultEntry {
        id: "create.answers-200".to_owned(),
        summary: "Answers 200.".to_owned(),
        kind: "own".to_owned(),
        edition: Some(Edition::Legacy),
        breaks: vec!["create.answers-201".to_owned()],
    }]
}

pub(super) fn embedded() -> (Suite, Spec) {
    let suite = Suite::embedded().unwrap();
    let spec = Spec::new(&suite, &Statements::embedded().unwrap(), &Glossary::embedded().unwrap(), &faults());
    (suite, spec)
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[test]
fn every_rule_and_every_statement_is_on_every_page() {
    let (suite, spec) = embedded();
    let words = |text: &str| text.replace('\\', "").split_whitespace().collect::<Vec<_>>().join(" ");
    let pages = [words(&plain(&to_terminal(&spec, WIDTH))), words(&to_markdown(&spec))];
    for page in &pages {
        for rule in &suite.rules {
            assert!(page.contains(&words(&rule.id)) && page.contains(&words(&rule.title)), "{}", rule.id);
        }
        for statement in spec.documents.iter().flat_map(|document| &document.statements) {
            let reason = statement.untested.as_deref().unwrap_or_default();
            assert!(page.contains(&words(&statement.quote)), "{}", statement.quote);
            assert!(page.contains(&words(&statement.says)) && page.contains(&words(reason)), "{}", statement.says);
        }
    }
}

#[test]
fn an_excerpt_contains_its_rule_and_no_other() {
    let (suite, spec) = embedded();
    for rule in &spec.rules {
        let tag = format!("@id:{}", rule.id);
        let first = rule.gherkin.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
        assert!(first.split(' ').any(|word| word == tag), "{}", rule.gherkin);
        assert_eq!(rule.gherkin.matches("Rule: ").count(), 1, "{}", rule.gherkin);
        assert_eq!(rule.gherkin.matches("@id:").count(), 1, "{}", rule.gherkin);
        let scenarios = suite.rule(&rule.id).unwrap().scenarios.iter();
        assert!(scenarios.into_iter().all(|scenario| scenario.gherkin.steps.iter().all(|step| {
            // The steps of an outline already contain the example's values.
            rule.gherkin.contains(&step.value) || rule.gherkin.contains("Examples:")
        })));
    }
}

#[test]
fn an_id_selects_its_rule_and_a_beginning_selects_a_family() {
    let (_, spec) = embedded();
    let one = spec.clone().select("create.answers-201");
    assert_eq!(one.rules.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(), ["create.answers-201"]);
    assert!(one.documents.iter().flat_map(|document| &document.statements).all(|statement| statement.rules.contains(&one.rules[0].id)));
    let family = spec.select("create.");
    assert!(family.rules.len() > 10 && family.rules.iter().all(|rule| rule.operation == Operation::Create));
}

#[test]
fn a_rule_in_full() {
    let (_, spec) = embedded();
    insta::assert_snapshot!(plain(&to_terminal(&spec.select("create.answers-201"), WIDTH)));
}

#[test]
fn a_rule_as_markdown() {
    let (_, spec) = embedded();
    insta::assert_snapshot!(to_markdown(&spec.select("create.answers-201")));
}

#[test]
fn a_rule_as_json() {
    let (_, spec) = embedded();
    let spec = spec.select("create.answers-201");
    let json: serde_json::Value = serde_json::from_str(&to_json(&spec)).unwrap();
    assert_eq!(json["schema"], 1);
    let keys: Vec<_> = json["rules"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "area",
            "basis",
            "edition",
            "faults",
            "feature",
            "gherkin",
            "id",
            "line",
            "operation",
            "outcome",
            "scenarios",
            "severity",
            "sources",
            "stated_for",
            "title"
        ]
    );
    assert_eq!(json["rules"][0]["faults"][0]["edition"], "legacy");
    assert_eq!(json["documents"].as_array().unwrap().len(), 3);
}

#[test]
fn a_source_is_matched_by_its_whole_name() {
    assert!(names("reference:update, Response", "reference:update"));
    assert!(!names("reference:update-beta, Response", "reference:update"));
    assert!(names("observed, an empty list: 200", "observed, an empty list"));
}

#[test]
fn a_document_and_the_untested_statements_are_parts() {
    let (_, spec) = embedded();
    let document = spec.clone().of_document("enable-v1.0-fr");
    assert_eq!(document.documents.iter().map(|document| document.id.as_str()).collect::<Vec<_>>(), ["enable-v1.0-fr"]);
    let named = |id: &String| document.documents[0].statements.iter().any(|statement| statement.rules.contains(id));
    assert!(document.rules.len() > 10 && document.rules.iter().all(|rule| named(&rule.id)));
    let page = plain(&to_terminal(&document, WIDTH));
    assert!(page.starts_with("DOCUMENT enable-v1.0-fr\n") && page.contains("\n  sha256    ab5cf7fc"), "{page}");

    let untested = spec.untested();
    let statements: Vec<_> = untested.documents.iter().flat_map(|document| &document.statements).collect();
    assert!(statements.len() > 30 && statements.iter().all(|statement| statement.untested.is_some()));
    assert_eq!(untested.rules, []);
}

#[test]
fn a_rule_names_the_versions_whose_documents_state_it() {
    let (_, spec) = embedded();
    let rule = |id: &str| spec.rules.iter().find(|rule| rule.id == id).unwrap();
    assert_eq!(rule("create.answers-201").stated_for, ApiVersion::ALL);
    assert_eq!(rule("delete.removes-the-phone").stated_for, [ApiVersion::Beta]);
    assert_eq!(page::weight(rule("delete.removes-the-phone")), "must, stated for beta");
    assert_eq!(rule("delete.token-required").stated_for, []);
}
