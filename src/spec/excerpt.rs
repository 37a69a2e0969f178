//! Extracts a rule's text from its feature file.

use crate::suite::{Rule, Suite};

/// The lines of a rule with its tags, without their common indentation.
pub fn rule(suite: &Suite, rule: &Rule) -> String {
    let Some(text) = suite.files.get(&rule.feature) else { return String::new() };
    let lines: Vec<&str> = text.lines().collect();
    if lines.get(rule.line - 1).is_some_and(|line| line.trim_start().starts_with('|')) {
        return row(rule);
    }
    let next = (rule.line..lines.len()).find(|line| lines[*line].trim_start().starts_with("Rule:"));
    let start = first_tag(&lines, rule.line - 1);
    let end = next.map_or(lines.len(), |line| first_tag(&lines, line));
    let excerpt = &lines[start..end.max(start)];
    let indent = excerpt.iter().filter(|line| !line.trim().is_empty()).map(|line| indentation(line)).min().unwrap_or(0);
    let excerpt: Vec<&str> = excerpt.iter().map(|line| line.get(indent..).unwrap_or_default()).collect();
    excerpt.join("\n").trim_end().to_owned()
}

/// The text of a rule that is a row of a table.
fn row(rule: &Rule) -> String {
    let edition = rule.edition.map(|edition| format!(" @{edition}")).unwrap_or_default();
    let tags = format!("@id:{} @{} @{}{edition}", rule.id, rule.severity, rule.basis);
    let mut lines = vec![tags, format!("Rule: {}", rule.title), format!("  Source: {}", rule.sources.join("; "))];
    for scenario in &rule.scenarios {
        lines.push(format!("\n  Scenario: {}", scenario.gherkin.name));
        lines.extend(scenario.gherkin.steps.iter().map(|step| format!("    {}{}", step.keyword, step.value)));
    }
    lines.join("\n")
}

/// The first of the tag and comment lines directly above a line.
fn first_tag(lines: &[&str], below: usize) -> usize {
    let above = lines[..below].iter().rev().take_while(|line| line.trim_start().starts_with(['@', '#'])).count();
    below - above
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
