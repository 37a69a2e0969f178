//! The place in a feature file where a check is written, underlined.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::text::{clean_line, shorten};
use crate::report::cause::Case;

/// Longest label beside an underline, in characters.
const LABEL_WIDTH: usize = 60;

/// The step that did not hold, in its feature file, with the scenario's first line above it.
///
/// `None` where the file has no such line: the report may come from another edition of the files.
pub fn caret(case: &Case<'_>, feature_text: &str, width: usize) -> Option<String> {
    let step = line_span(feature_text, case.violation.line)?;
    let expected = clean_line(&case.violation.expected);
    let label = shorten(&format!("expected {expected}"), LABEL_WIDTH);
    let mut snippet = Snippet::source(feature_text)
        .path(clean_line(&case.scenario.feature))
        .annotation(AnnotationKind::Primary.span(step.clone()).label(label));
    if let Some(scenario) = line_span(feature_text, case.scenario.line).filter(|scenario| scenario.end <= step.start) {
        let label = format!("against {}", case.scenario.version);
        snippet = snippet.annotation(AnnotationKind::Context.span(scenario).label(label));
    }
    let group = Group::with_level(Level::ERROR).element(snippet);
    Some(Renderer::styled().term_width(width).render(&[group]))
}

/// The bytes of a line, counted from one, without the white space around it.
fn line_span(text: &str, line: usize) -> Option<Range<usize>> {
    let index = line.checked_sub(1)?;
    let mut lines = text.split_inclusive('\n');
    let start: usize = lines.by_ref().take(index).map(str::len).sum();
    let line = lines.next()?;
    let trimmed = line.trim();
    let start = start + (line.len() - line.trim_start().len());
    (!trimmed.is_empty()).then(|| start..start + trimmed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_without_its_indentation() {
        let text = "Feature: é\r\n\r\n    Then it holds\r\n";
        assert_eq!(&text[line_span(text, 1).unwrap()], "Feature: é");
        assert_eq!(&text[line_span(text, 3).unwrap()], "Then it holds");
    }

    #[test]
    fn lines_that_are_empty_or_not_there_have_no_place() {
        for line in [0, 2, 4, usize::MAX] {
            assert_eq!(line_span("a\n\nb\n", line), None, "{line}");
        }
    }
}
