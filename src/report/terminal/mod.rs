//! The report for people: what deviates and why, one table, and the verdict on one line.

mod block;
mod brief;
mod caret;
mod groups;
pub(crate) mod page;
mod summary;
mod table;
pub(crate) mod text;

use block::Context;
use page::{BAD, DOUBTFUL, GOOD, Page, paint};
use text::{clean_line, duration};

use super::{Evidence, Note, Outcome, Report, Skip, Verdict, cause};

/// How much the report shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// The ids of failed rules, the verdict, and why nothing could be judged.
    Quiet,
    /// Each root cause once.
    #[default]
    Normal,
    /// Every scenario, and the rules behind each reason.
    Verbose,
}

/// The layout of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How much the report shows.
    pub detail: Detail,
    /// The width of the terminal: text is wrapped to it and bodies are broken, but curl lines stay whole.
    pub width: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { detail: Detail::Normal, width: 100 }
    }
}

/// Looks up the text of a feature file by the path in a scenario; `None` if the text is unknown.
pub type FeatureText<'a> = dyn Fn(&str) -> Option<&'a str> + 'a;

/// Renders a report with ANSI styles; the caller strips them if colours are not wanted.
///
/// Text from the endpoint is escaped, so the result contains only the renderer's own control sequences.
pub fn render(report: &Report, options: Options, feature_text: &FeatureText<'_>) -> String {
    let mut page = Page::new(options.width);
    if options.detail == Detail::Quiet {
        // Even `-q` shows why nothing could be judged.
        let scenarios = || report.rules.iter().flat_map(|rule| &rule.scenarios);
        let is_reason = |note: &&Note| {
            report.verdict == Verdict::NothingVerified || scenarios().any(|scenario| scenario.reason.as_ref() == Some(&note.message))
        };
        notes(&mut page, report.notes.iter().filter(is_reason));
        page.blank();
        if let Some(unfinished) = &report.unfinished {
            page.heading(DOUBTFUL, "UNFINISHED", &unfinished.reason);
        }
        for rule in report.rules.iter().filter(|rule| rule.is_unexpected(Outcome::Failed)) {
            page.heading(BAD, "FAIL", &rule.id);
        }
        for rule in report.rules.iter().filter(|rule| rule.is_stale()) {
            page.heading(BAD, "STALE", &rule.id);
        }
    } else {
        let context = Context { base_url: &report.target.base_url, detail: options.detail, feature_text };
        notes(&mut page, &report.notes);
        for cause in cause::causes(report, Outcome::Failed) {
            match options.detail {
                Detail::Verbose => block::cause(&mut page, BAD, "FAIL", &cause, &context),
                Detail::Quiet | Detail::Normal => brief::cause(&mut page, BAD, "FAIL", &cause, &context),
            }
        }
        groups::unjudged(&mut page, report, Outcome::Errored, "ERROR", &context);
        groups::unjudged(&mut page, report, Outcome::Blocked, "BLOCKED", &context);
        groups::warned(&mut page, report, &context);
        groups::stale(&mut page, report);
        groups::expected(&mut page, report);
        groups::skipped(&mut page, report, options.detail);
        table::table(&mut page, report);
        checked(&mut page, report);
        summary::summary(&mut page, report, &context);
        next_step(&mut page, report);
        page.blank();
    }
    page.raw(&verdict(report));
    page.into_text()
}

fn notes<'a>(page: &mut Page, notes: impl IntoIterator<Item = &'a Note>) {
    let mut notes = notes.into_iter().peekable();
    while let Some(note) = notes.next() {
        page.heading(DOUBTFUL, "NOTE", &note.message);
        if note.hint.is_some() && notes.peek().is_some_and(|next| next.hint == note.hint) {
            continue;
        }
        match note.hint.as_deref().map(|hint| (hint, hint.find(": curl "))) {
            None => {}
            Some((hint, None)) => page.field("hint", hint),
            Some((hint, Some(end))) => {
                let (advice, commands) = hint.split_at(end + 1);
                page.field("hint", advice);
                // Not wrapped, so that the commands can be copied.
                page.verbatim_field("", [commands.trim_start().to_owned()]);
            }
        }
        page.blank();
    }
}

/// What was checked.
fn checked(page: &mut Page, report: &Report) {
    let target = &report.target;
    let versions = target.versions.iter().map(|version| version.name()).collect::<Vec<_>>().join(" and ");
    page.aside(0, &format!("of {} at {}, {versions}, {} edition of the documents", target.name, target.base_url, target.edition));
    page.aside(0, &Evidence::of_report(report).to_string());
}

/// The next step, for a reader who sees the report for the first time.
fn next_step(page: &mut Page, report: &Report) {
    page.blank();
    match report.verdict {
        // The list of causes already ends with commands for the next step.
        Verdict::Conformant | Verdict::Nonconformant => {}
        Verdict::Stale => {
            page.prose(0, "What next: remove the STALE entries from the expectation file, or rewrite it with `--write-expect`.");
        }
        Verdict::Inconclusive => match &report.unfinished {
            Some(unfinished) => page.prose(0, &format!("What next: the run is unfinished: {}. See the notes above, and run again.", unfinished.reason)),
            None => page.prose(0, "What next: fix what is BLOCKED or ERROR above, and run again; those rules were not judged."),
        },
        Verdict::NothingVerified if !report.rules.iter().flat_map(|rule| &rule.scenarios).any(|scenario| scenario.skip == Some(Skip::TargetLacks)) => {
            page.prose(0, "What next: nothing was selected, so nothing was checked. Select other rules, or remove the selection.");
        }
        Verdict::NothingVerified if report.init.is_some() => {
            page.prose(0, "What next: nothing was checked. Write a target file with the command in the hint under SKIP, or select other rules.");
        }
        Verdict::NothingVerified => page.prose(
            0,
            &format!(
                "What next: nothing was checked. Add to the target file what SKIP lists, or select other rules; `{} init` writes a commented target file.",
                report.tool.name
            ),
        ),
    }
}

/// The verdict on one line.
fn verdict(report: &Report) -> String {
    let style = match report.verdict {
        Verdict::Conformant => GOOD,
        Verdict::Nonconformant | Verdict::Stale => BAD,
        Verdict::Inconclusive | Verdict::NothingVerified => DOUBTFUL,
    };
    let order = [Outcome::Passed, Outcome::Failed, Outcome::Errored, Outcome::Blocked, Outcome::Warned, Outcome::Skipped];
    let mut parts = Vec::new();
    for outcome in order {
        let number = report.counts.by(outcome);
        if number == 0 && !matches!(outcome, Outcome::Passed | Outcome::Failed) {
            continue;
        }
        let known = report.rules.iter().filter(|rule| rule.expected && rule.outcome == outcome).count() as u64;
        parts.push(match known {
            0 => format!("{number} {outcome}"),
            _ if known == number => format!("{number} {outcome} as expected"),
            _ => format!("{number} {outcome} ({known} as expected)"),
        });
    }
    let (checked, applicable) = report.checked();
    let known = match report.known_deviations() {
        0 => String::new(),
        known => format!(", {}", text::count(known, "known deviation")),
    };
    let unfinished = if report.unfinished.is_some() { ", unfinished" } else { "" };
    let shard = report.shard.as_ref().map(|shard| format!("shard {}, ", clean_line(shard))).unwrap_or_default();
    format!(
        "{}: {}; {checked} of {applicable} rules checked{known}{unfinished} — {} in {} ({shard}seed {})",
        paint(style, report.verdict.name()),
        parts.join(", "),
        text::traffic(&report.counts),
        duration(report.duration_ms),
        report.seed,
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::sample;

    fn plain(report: &Report, detail: Detail) -> String {
        let text = render(report, Options { detail, ..Options::default() }, &sample::feature_text);
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn every_sample_reads_as_it_should() {
        for (name, report) in sample::all() {
            insta::assert_snapshot!(name, plain(&report, Detail::Normal));
        }
    }

    #[test]
    fn verbose_names_every_scenario() {
        insta::assert_snapshot!("one_failure_verbose", plain(&sample::one_failure(), Detail::Verbose));
    }

    #[test]
    fn quiet_names_failed_rules_and_the_verdict() {
        let text = plain(&sample::one_failure(), Detail::Quiet);
        let expected = "FAIL create.one-phone-per-type\n\
            nonconformant: 28 passed, 1 failed, 2 warned, 1 skipped; 31 of 32 rules checked — 480 requests in 0.41 s (seed 7)\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn quiet_says_why_nothing_could_be_judged() {
        let mut report = sample::inconclusive();
        for message in ["another remark", "the endpoint is asleep"] {
            report.notes.push(Note::plain(message));
        }
        assert!(plain(&report, Detail::Quiet).starts_with("inconclusive: "));
        report.rules[1].scenarios[0].reason = Some("the endpoint is asleep".to_owned());
        assert!(plain(&report, Detail::Quiet).starts_with("NOTE the endpoint is asleep\n\ninconclusive: "));
    }

    /// Removes styles but keeps every other control sequence; terminal strippers remove both.
    fn without_styles(text: &str) -> String {
        let mut pieces = text.split("\u{1b}[");
        let mut out = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let after = piece.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
            match after.strip_prefix('m') {
                Some(after) => out.push_str(after),
                None => out.extend(["\u{1b}[", piece]),
            }
        }
        out
    }

    fn is_command(c: char) -> bool {
        (c != '\n' && c.is_control()) || c == '\u{202e}'
    }

    #[test]
    fn an_endpoint_cannot_control_the_terminal() {
        let attack = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{1b}[32mPASS\r\u{9b}31m\u{202e}";
        for detail in [Detail::Quiet, Detail::Normal, Detail::Verbose] {
            let text = render(&sample::hostile(attack), Options { detail, ..Options::default() }, &sample::feature_text);
            let plain = without_styles(&text);
            assert!(!plain.contains(is_command), "{plain:?}");
            assert!(plain.contains(r"\u{1b}[32mPASS\r"), "{plain}");
        }
    }

    #[test]
    fn without_a_feature_file_the_step_is_named() {
        let text = render(&sample::one_failure(), Options { detail: Detail::Verbose, ..Options::default() }, &|_| None);
        let text = anstream::adapter::strip_str(&text).to_string();
        assert!(text.contains("step      Then the request is refused (features/create/behaviour.feature:9, v1.0)"), "{text}");
    }

    /// Contains control characters, unlike proptest's own strings.
    fn any_text() -> impl Strategy<Value = String> {
        prop::collection::vec(any::<char>(), 0..60).prop_map(String::from_iter)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn any_text_can_be_rendered(
            text in any_text(), feature in any_text(), width in 0_usize..120, line in 0_usize..5) {
            let mut report = sample::hostile(&text);
            for scenario in &mut report.rules[0].scenarios {
                scenario.line = 1;
                scenario.violations[0].line = line;
            }
            for detail in [Detail::Quiet, Detail::Normal, Detail::Verbose] {
                let rendered = render(&report, Options { detail, width }, &|_| Some(feature.as_str()));
                let plain = without_styles(&rendered);
                prop_assert!(!plain.contains(is_command), "{plain:?}");
            }
        }
    }
}
