//! Extracts a rule's text from its feature file.

use crate::suite::{Rule, Suite};

/// The lines of a rule with its tags, without their common indentation.
pub fn rule(suite: &Suite, rule: &Rule) -> String {
    let Some(text) = suite.files.get(&rule.feature) else { return String::new() };
    let lines: Vec<&str> = text.lines().collect();
    let next = suite.rules.iter().filter(|other| other.feature == rule.feature && other.line > rule.line).map(|other| other.line).min();
    let start = first_tag(&lines, rule.line - 1);
    let end = next.map_or(lines.len(), |line| first_tag(&lines, line - 1));
    let excerpt = &lines[start..end.max(start)];
    let indent = excerpt.iter().filter(|line| !line.trim().is_empty()).map(|line| indentation(line)).min().unwrap_or(0);
    let excerpt: Vec<&str> = excerpt.iter().map(|line| line.get(indent..).unwrap_or_default()).collect();
    excerpt.join("\n").trim_end().to_owned()
}

/// The first of the tag and comment lines directly above a line.
fn first_tag(lines: &[&str], below: usize) -> usize {
    let above = lines[..below].iter().rev().take_while(|line| line.trim_start().starts_with(['@', '#'])).count();
    below - above
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
