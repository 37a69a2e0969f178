//! Shows the line of a feature file that states a check, underlined.

use std::ops::{Range, RangeInclusive};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::text::{clean, clean_line, shorten};
use crate::report::cause::FailedCheck;

/// The minimum and maximum width of the label next to an underline, in characters.
const LABEL_WIDTH: RangeInclusive<usize> = 20..=60;
/// The width of the number and the margin before a source line, in characters.
const MARGIN: usize = 8;

/// An excerpt of a feature file, ready to print.
pub struct Caret {
    /// The lines, with styles.
    pub text: String,
    /// Whether the label contains the whole expectation.
    pub complete: bool,
}

/// The failed step in its feature file, with the scenario's first line; for an outline, with the line of its example.
///
/// `None` if the file has no such line: the report may come from another version of the files.
pub fn caret(case: &FailedCheck<'_>, feature_text: &str, width: usize) -> Option<Caret> {
    // Line breaks and tabs are normal in a feature file; other control characters are escaped.
    let feature_text = &clean(&feature_text.replace("\r\n", "\n").replace('\t', "    "));
    let step = line_span(feature_text, case.violation.line)?;
    let expected = format!("expected {}", clean_line(&case.violation.expected));
    let column = feature_text[..step.end].lines().next_back().map_or(0, |line| line.chars().count());
    let room = width.saturating_sub(column + MARGIN).clamp(*LABEL_WIDTH.start(), *LABEL_WIDTH.end());
    let label = shorten(&expected, room);
    let complete = label == expected;
    let mut snippet = Snippet::source(feature_text)
        .path(clean_line(&case.scenario.feature))
        .annotation(AnnotationKind::Primary.span(step.clone()).label(label));
    if let Some(scenario) =
        line_span(feature_text, case.scenario.line).filter(|scenario| scenario.end <= step.start || step.end <= scenario.start)
    {
        let label = format!("against {}", case.scenario.version);
        snippet = snippet.annotation(AnnotationKind::Context.span(scenario).label(label));
    }
    let group = Group::with_level(Level::ERROR).element(snippet);
    Some(Caret { text: Renderer::styled().term_width(width).render(&[group]), complete })
}

/// The byte range of a line, counted from one, without surrounding white space.
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
    fn the_example_of_an_outline_is_shown() {
        let mut report = crate::report::sample::one_failure();
        let scenario = &mut report.rules[0].scenarios[0];
        (scenario.line, scenario.violations[0].line) = (3, 1);
        let case = FailedCheck { scenario, violation: &scenario.violations[0] };
        let caret = caret(&case, "Then <a> holds\n  | a |\n  | 1 |\n", 100).unwrap();
        let text = anstream::adapter::strip_str(&caret.text).to_string();
        assert!(text.contains("3 |   | 1 |\n  |   ----- against v1.0"), "{text}");
    }

    #[test]
    fn empty_and_missing_lines_have_no_span() {
        for line in [0, 2, 4, usize::MAX] {
            assert_eq!(line_span("a\n\nb\n", line), None, "{line}");
        }
    }
}
