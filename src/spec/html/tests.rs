use super::super::tests::embedded;
use super::*;

#[test]
fn every_statement_every_rule_and_every_source_is_on_the_page_once() {
    let (_, spec) = embedded();
    let page = to_html(&spec);
    let shown = |text: &str| html! { (Shown(text)) }.into_string();
    let statements = spec.documents.iter().flat_map(|document| &document.statements);
    let ids: Vec<&str> = statements.clone().map(|one| one.id.as_str()).chain(spec.rules.iter().map(|rule| rule.id.as_str())).collect();
    for id in ids {
        assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
    for statement in statements {
        assert!(page.contains(&format!(">{}</blockquote>", shown(&statement.quote))), "{}", statement.quote);
        let reason = statement.untested.as_deref().unwrap_or_default();
        assert!(page.contains(&shown(&statement.says)) && page.contains(&shown(reason)), "{}", statement.says);
    }
    for rule in &spec.rules {
        assert!(page.contains(&shown(&rule.gherkin)), "{}", rule.id);
    }
    for source in spec.references.iter().chain(&spec.observations) {
        assert!(source.quotes.values().all(|quote| page.contains(&shown(quote))), "{}", source.id);
    }
    assert!(spec.glossary.iter().all(|word| page.contains(&shown(&word.means))));
}

#[test]
fn every_link_within_the_page_has_its_target() {
    let (_, spec) = embedded();
    for spec in [spec.clone(), spec.clone().untested(), spec.clone().of_document("enable-v1.0-fr"), spec.select("create.")] {
        let page = to_html(&spec);
        for link in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let id = percent_encoding::percent_decode_str(link).decode_utf8().unwrap();
            assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
}

#[test]
fn outcomes_come_from_a_report() {
    let (_, spec) = embedded();
    assert!(!to_html(&spec).contains("class=\"outcome"));
    let mut report = crate::report::sample::one_failure();
    let id = spec.rules[0].id.clone();
    report.rules.truncate(1);
    id.clone_into(&mut report.rules[0].id);
    report.rules[0].outcome = Outcome::Failed;
    let page = to_html(&spec.with_report(&report));
    assert!(page.contains("<span class=\"mark failed\">1 failed</span>"));
    assert!(page.contains(&format!("<span class=\"outcome failed\">failed</span><h4><code>{id}</code>")));
}
