//! The report as a page: one file that needs no network and works without JavaScript.

mod deviations;
mod exchange;
mod matrix;
mod rules;
mod scenario;
mod shown;
mod summary;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::digest::{SHA256, digest};

use super::{Outcome, Report};
pub(crate) use matrix::anchor;
pub(crate) use shown::Shown;

/// The characters of a rule's id that stay unescaped in a link within the page.
const FRAGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// The style of every page.
const STYLE: &str = include_str!("report.css");
/// Switches the theme, filters entries, links to them and copies commands.
pub(crate) const SCRIPT: &str = include_str!("report.js");

/// The head of a page in the report's style. The page may run only `script`; `more` is additional style.
pub(crate) fn head(script: Option<&str>, more: Option<&str>, title: &Markup) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy(script, more));
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            title { (title) }
            // If the page had no icon, the browser would ask a server for one.
            link rel="icon" href="data:,";
            style { (PreEscaped(STYLE)) }
            @if let Some(more) = more { style { (PreEscaped(more)) } }
        }
    }
}

/// Renders a report as a page.
///
/// Text from the endpoint is escaped, and the page's policy allows only its own style and script.
pub fn render(report: &Report) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(Some(SCRIPT), None, &html! { (Shown(summary::title(report))) ": " (report.verdict) }))
            body {
                a.skip href="#rules" { "Skip to the rules" }
                header { (summary::headline(report)) }
                main {
                    (summary::next(report))
                    (summary::notes(report))
                    (deviations::deviations(report))
                    (matrix::matrix(report))
                    (rules::rules(report))
                }
                footer { (summary::colophon(report)) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// The page's policy: it may use its own style and script, and load nothing.
fn policy(script: Option<&str>, more: Option<&str>) -> String {
    let script = script.map(|script| format!("script-src 'sha256-{}'; ", digest_of(script))).unwrap_or_default();
    let styles: String = [Some(STYLE), more].into_iter().flatten().map(|style| format!(" 'sha256-{}'", digest_of(style))).collect();
    format!("default-src 'none'; style-src{styles}; {script}img-src data:; base-uri 'none'; form-action 'none'")
}

fn digest_of(text: &str) -> String {
    STANDARD.encode(digest(&SHA256, text.as_bytes()))
}

/// An outcome as a label; the colour only repeats the name.
pub(crate) fn label(outcome: Outcome) -> Markup {
    html! { span class={ "outcome " (outcome) } { (outcome) } }
}

/// A link to a rule on this page.
pub(crate) fn link(id: &str) -> Markup {
    html! { a href=(fragment(id)) { code { (Shown(id)) } } }
}

/// The address of an element on this page.
pub(crate) fn fragment(id: &str) -> String {
    format!("#{}", utf8_percent_encode(id, FRAGMENT))
}

/// A command with a button that copies it.
pub(crate) fn command(text: &str) -> Markup {
    html! { pre.command { code { (Shown(text)) } } }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::api::ApiVersion;
    use crate::report::{ScenarioReport, sample};

    /// A page with each element on its own line, without style, script and their digests.
    fn outline(report: &Report) -> String {
        render(report).replace(STYLE, "…").replace(SCRIPT, "…").replace(&policy(Some(SCRIPT), None), "…").replace("><", ">\n<")
    }

    #[test]
    fn samples_are_written_as_they_should() {
        let failing = sample::one_failure().rules.into_iter().take(1).collect();
        let mut stale = sample::stale();
        stale.rules.truncate(2);
        for (name, report) in [
            ("one_failure", sample::report(failing)),
            ("inconclusive", sample::inconclusive()),
            ("stale", stale),
            ("beside", sample::beside()),
        ] {
            insta::assert_snapshot!(name, outline(&report));
        }
    }

    #[test]
    fn passed_cases_of_a_scenario_share_an_entry() {
        let mut rule = sample::rule("get.found", Outcome::Passed);
        let first = rule.scenarios[0].clone();
        for version in [ApiVersion::V1, ApiVersion::Beta] {
            let case = Some([("caller".to_owned(), "application".to_owned())].into());
            rule.scenarios.push(ScenarioReport { case, version, ..first.clone() });
        }
        rule.scenarios.push(ScenarioReport { outcome: Outcome::Failed, ..first });
        let page = render(&sample::report(vec![rule]));
        assert_eq!(page.matches("<details class=\"scenario\"").count(), 2);
        assert!(
            page.contains("passed as well with</p><ul class=\"alike\"><li>v1.0, application</li><li>beta, application</li></ul>"),
            "{page}"
        );
    }

    #[test]
    fn every_sample_has_a_page_with_each_of_its_rules() {
        for (name, report) in sample::all() {
            let page = render(&report);
            for rule in &report.rules {
                assert!(page.contains(&format!("id=\"{}\"", rule.id)), "{name}: {}", rule.id);
            }
        }
    }

    /// Every text and number of a JSON report, with its place.
    fn leaves(at: &str, value: &Value, found: &mut Vec<(String, String)>) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| leaves(&format!("{at}/{name}"), value, found)),
            Value::Array(items) => items.iter().for_each(|value| leaves(at, value, found)),
            Value::String(text) => found.push((at.to_owned(), text.clone())),
            Value::Number(number) => found.push((at.to_owned(), number.to_string())),
            Value::Null | Value::Bool(_) => {}
        }
    }

    #[test]
    fn every_value_of_the_json_report_is_shown() {
        // The page words these values differently: durations with their unit, severity in a sentence, indices by what
        // they refer to. A scenario's id begins with that of its rule, which the page shows once.
        let reworded = [
            "/schema",
            "/duration_ms",
            "/lag_ms",
            "/severity",
            "/basis",
            "/exchange",
            "/exchanges",
            "/retries",
            "/walks",
            "/step",
            "/steps/line",
            "/kind",
            "/skipped",
        ];
        for (name, report) in sample::all() {
            let mut found = Vec::new();
            leaves("", &serde_json::to_value(&report).unwrap(), &mut found);
            let page = render(&report);
            for (at, text) in found.into_iter().filter(|(at, _)| !reworded.iter().any(|end| at.ends_with(end))) {
                let text = if at.ends_with("/scenarios/id") { text.rsplit('/').next().unwrap_or_default().to_owned() } else { text };
                // The page indents long JSON, and shows headers as a request has them.
                let shown = html! { (Shown(&text)) }.into_string();
                let indented = html! { (shown::body(&text)) }.into_string();
                assert!(page.contains(&shown) || page.contains(&indented), "{name}{at}: {text}");
            }
        }
    }

    #[test]
    fn the_policy_names_the_style_and_the_script_by_their_digests() {
        // `printf '' | openssl dgst -sha256 -binary | base64`
        assert_eq!(digest_of(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        let page = render(&sample::passing());
        for text in [STYLE, SCRIPT] {
            assert!(page.contains(&format!("'sha256-{}'", digest_of(text))));
        }
    }

    #[test]
    fn the_style_and_the_script_do_not_end_their_own_element() {
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</"));
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }

    #[test]
    fn an_endpoint_cannot_write_markup_or_hide_text() {
        let attack = "</script></style><img src=x onerror=alert(1)>\"'&\u{202e}\u{0}\u{1b}[2J\r\\ud800";
        let mut report = sample::hostile(attack);
        // Values from a rule file or from a report that somebody else wrote.
        report.target.name = attack.to_owned();
        report.command = Some(attack.to_owned());
        let rule = &mut report.rules[0];
        let scenario = &mut rule.scenarios[0];
        let step = &mut scenario.steps[0];
        for text in [&mut rule.id, &mut rule.title, &mut rule.sources[0], &mut scenario.name, &mut scenario.feature, &mut step.text] {
            attack.clone_into(text);
        }
        let page = render(&report);
        assert!(!page.contains("<img"), "an element");
        assert_eq!(page.matches("</script>").count(), 1);
        assert_eq!(page.matches("</style>").count(), 1);
        assert!(!page.contains(|c: char| c != '\n' && c.is_control()), "a control character");
        assert!(!page.contains('\u{202e}'), "a change of direction");
        let shown = r"&lt;/script&gt;&lt;/style&gt;&lt;img src=x onerror=alert(1)&gt;&quot;'&amp;\u{202e}\u{0}\u{1b}[2J\r\ud800";
        assert!(page.contains(shown), "what came is shown");
    }
}
