//! Reads rules from tables, one rule per row.
//!
//! Gherkin does not support this. Here, a `Rule:` whose title has placeholders stands for one rule per row. The cells
//! `rule`, `tags` and `source` of a row give the rule's id, tags and sources. If a rule has several rows, only the
//! first has tags and a source.

use gherkin::{Examples, Rule, Scenario, Table};

/// Replaces each rule whose title has placeholders by the rules in the rows of its tables.
pub(super) fn one_rule_per_row(rules: Vec<Rule>) -> Vec<Rule> {
    let mut found: Vec<Rule> = Vec::new();
    for rule in rules {
        if !rule.name.contains('<') {
            found.push(rule);
            continue;
        }
        for (id, one) in rule.scenarios.iter().flat_map(|scenario| rows(&rule, scenario)) {
            // Two ordinary rules with the same id are an error, which the caller reports.
            match found.iter_mut().find(|other| other.tags.contains(&id) && one.tags == [id.clone()]) {
                Some(first) => first.scenarios.extend(one.scenarios),
                None => found.push(one),
            }
        }
    }
    found
}

/// The rules in the rows of a scenario's tables, each with the tag that holds its id.
fn rows(rule: &Rule, scenario: &Scenario) -> Vec<(String, Rule)> {
    let mut found = Vec::new();
    let bare_rule = Rule { scenarios: Vec::new(), ..rule.clone() };
    let bare_scenario = Scenario { examples: Vec::new(), ..scenario.clone() };
    for examples in &scenario.examples {
        let Some(table) = &examples.table else { continue };
        let bare_examples = Examples { table: None, ..examples.clone() };
        let Some((header, rows)) = table.rows.split_first() else { continue };
        for (index, row) in rows.iter().enumerate() {
            let cell = |name: &str| header.iter().position(|column| column == name).and_then(|at| row.get(at)).map_or("", String::as_str);
            let filled =
                |text: &str| header.iter().zip(row).fold(text.to_owned(), |text, (name, cell)| text.replace(&format!("<{name}>"), cell));
            let table = Table { rows: vec![header.clone(), row.clone()], span: table.span, position: table.position };
            // The expansion of an outline counts a row's line from the line of `Examples:`.
            let mut position = examples.position;
            position.line += index;
            let mut one = bare_rule.clone();
            one.name = capitalised(&filled(&rule.name));
            one.description = Some(format!("{}\nSource: {}", rule.description.as_deref().unwrap_or_default(), cell("source")));
            let id = format!("id:{}", cell("rule"));
            one.tags =
                [id.clone()].into_iter().chain(cell("tags").split_whitespace().map(|tag| tag.trim_start_matches('@').to_owned())).collect();
            one.position.line = position.line + 2;
            let examples = vec![Examples { table: Some(table), position, ..bare_examples.clone() }];
            one.scenarios = vec![Scenario { name: capitalised(&filled(&scenario.name)), examples, ..bare_scenario.clone() }];
            found.push((id, one));
        }
    }
    found
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
