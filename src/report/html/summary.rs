//! What a reader needs first: the verdict, the counts, and the next step.

use maud::{Markup, html};

use super::shown::Shown;
use super::{command, link};
use crate::report::cause::{Cause, causes};
use crate::report::terminal::text::{count, duration, traffic};
use crate::report::{Evidence, Outcome, Report, Skip, Verdict};

/// Name, verdict and counts.
pub fn headline(report: &Report) -> Markup {
    let target = &report.target;
    let versions = target.versions.iter().map(|version| version.name()).collect::<Vec<_>>().join(", ");
    html! {
        p.kind { "Conformance report" }
        h1 { (Shown(title(report))) }
        p class={ "verdict " (report.verdict) } { strong { (report.verdict) } " " span { (sentence(report)) } }
        @if let Some(unfinished) = &report.unfinished { p { b { "Unfinished: " } (Shown(&unfinished.reason)) } }
        ul.counts aria-label="Rules by outcome" { (counts(report)) }
        dl.facts {
            div { dt { "Endpoint" } dd { code { (Shown(&target.base_url)) } } }
            @if let Some(cloud) = target.cloud {
                div { dt { "Cloud" } dd { "Microsoft Graph, " (cloud) } }
            }
            div { dt { "Versions" } dd { (versions) } }
            div { dt { "Edition of the documents" } dd { (target.edition) } }
            div { dt { "What the rules rest on" } dd { (Evidence::of_report(report)) } }
            div { dt { "Started" } dd { (Shown(&report.started_at)) } }
            div { dt { "Took" } dd { (duration(report.duration_ms)) ", " (traffic(&report.counts)) } }
            div { dt { "Seed" } dd { (report.seed) } }
            @if let Some(lag) = report.lag_ms {
                div { dt { "Reads lagged by up to" } dd { (duration(lag)) } }
            }
            @if let Some(shard) = &report.shard {
                div { dt { "Shard" } dd { (Shown(shard)) } }
            }
        }
    }
}

fn counts(report: &Report) -> Markup {
    let order = [Outcome::Passed, Outcome::Failed, Outcome::Errored, Outcome::Blocked, Outcome::Warned, Outcome::Skipped];
    let shown = |outcome: &Outcome| report.counts.by(*outcome) > 0 || matches!(outcome, Outcome::Passed | Outcome::Failed);
    html! {
        @for outcome in order.into_iter().filter(shown) {
            @let number = report.counts.by(outcome);
            @let known = report.rules.iter().filter(|rule| rule.expected && rule.outcome == outcome).count();
            li class=(if number == 0 { "none" } else { outcome.name() }) {
                b { (number) } " " (outcome)
                @if known > 0 { small { " " (known) " as expected" } }
            }
        }
    }
}

/// Explains the verdict in a sentence.
fn sentence(report: &Report) -> String {
    let unexpected = |outcome| report.rules.iter().filter(|rule| rule.is_unexpected(outcome)).count();
    let known = report.known_deviations();
    let (checked, applicable) = report.checked();
    let checked = format!("{checked} of {applicable} rules checked");
    match report.verdict {
        Verdict::Conformant if known > 0 => format!("{checked}; all of them hold, except for {}.", count(known, "known deviation")),
        Verdict::Conformant => format!("{checked}; all of them hold."),
        Verdict::Stale => "A known deviation no longer happens: update the expectation file.".to_owned(),
        Verdict::Nonconformant => match unexpected(Outcome::Failed) {
            1 => "The endpoint deviates: it breaks one rule.".to_owned(),
            number => format!("The endpoint deviates: it breaks {number} rules."),
        },
        Verdict::Inconclusive => match unexpected(Outcome::Blocked) + unexpected(Outcome::Errored) {
            _ if report.unfinished.is_some() => "Nothing failed, but the run is unfinished: see the notes.".to_owned(),
            number => format!("Nothing failed, but {} could not be judged.", count(number, "rule")),
        },
        Verdict::NothingVerified => "Nothing was checked, so nothing is known about the endpoint.".to_owned(),
    }
}

/// The next step, for a reader who sees such a report for the first time.
pub fn next(report: &Report) -> Markup {
    html! {
        section.next aria-labelledby="next" {
            h2 id="next" { "What to do next" }
            (steps(report))
            (words(report.rules.iter().any(|rule| !rule.announced.is_empty()), report.counts.walks > 0))
        }
    }
}

/// Explains the words of a report.
pub fn words(known: bool, walks: bool) -> Markup {
    html! {
        details {
            summary { "What the words mean" }
            dl.words {
                dt { "passed" } dd { "Every check held." }
                dt { "failed" } dd { "A check did not hold: the endpoint deviates from the documents." }
                dt { "warned" } dd { "An advisory check did not hold: the live service contradicts the documents there, or only observation supports them." }
                dt { "blocked" } dd { "The endpoint did not let the run set up what the check needs." }
                dt { "skipped" } dd { "Not selected, not applicable, or a caller or user that it needs is missing." }
                dt { "errored" } dd { "The network or the checking program failed; it says nothing about the endpoint." }
                @if known {
                    dt { "known" } dd { "The expectation file lists this outcome, so it does not count against the verdict." }
                    dt { "stale" } dd { "The endpoint does better than the expectation file says: update the file." }
                }
                @if walks {
                    dt { "walk" } dd { "A sequence of operations that the seed determines. The run compares each answer with what the documents allow." }
                }
                dt { "asked for by" } dd {
                    "The pages of Microsoft Graph's reference that state a rule: operation, version, language and section, so that "
                    code { "create-v1.0-ja, Response" } " is the section Response of the page on create, v1.0, in Japanese."
                }
            }
        }
    }
}

/// The title of a page. A target that options describe has no name of its own, so its address is the title.
pub fn title(report: &Report) -> &str {
    if report.init.is_some() { &report.target.base_url } else { &report.target.name }
}

fn steps(report: &Report) -> Markup {
    let first = match report.verdict {
        Verdict::Conformant => html! {
            p { "There is nothing to fix. To check the endpoint again:" }
            (command(&again(report, &[])))
        },
        Verdict::Nonconformant => {
            html! { @if let Some(cause) = causes(report, Outcome::Failed).first() { (fix_endpoint(report, cause)) } }
        }
        Verdict::Stale => update_expectations(report),
        Verdict::Inconclusive => html! {
            p { "Fix what is blocked or errored below, and check again; those rules were not judged." }
            (command(&again(report, &[])))
        },
        Verdict::NothingVerified => html! {
            @if report.init.is_none() {
                p { "Add to the target file what the skipped rules need, or select other rules, and check again:" }
                (command(&again(report, &[])))
            }
        },
    };
    html! { (first) (target_file(report)) }
}

/// How to check what was skipped, if options described the target.
fn target_file(report: &Report) -> Markup {
    let lacks = || report.rules.iter().flat_map(|rule| &rule.scenarios).any(|scenario| scenario.skip == Some(Skip::TargetLacks));
    html! {
        @if let Some(init) = report.init.as_ref().filter(|_| lacks()) {
            p { "Some rules were skipped because they need more than the options say. A target file can supply it; this command writes one:" }
            (command(init))
        }
    }
}

fn fix_endpoint(report: &Report, cause: &Cause<'_>) -> Markup {
    html! {
        ol {
            li { "Open " (link(&cause.rule.id)) " first: it explains most. It shows what the documents require, the request and the answer." }
            li { "Send the request again with the curl command beside it; set " code { "TOKEN" } " to a bearer token first." }
            li {
                "Fix the endpoint, and check that rule alone:"
                (command(&again(report, &cause.rules_to_check())))
            }
        }
    }
}

fn update_expectations(report: &Report) -> Markup {
    html! {
        p {
            "Remove the stale entries below from the expectation file, or rewrite it with "
            code { "--write-expect" } ", which keeps the reasons of the others; then check again:"
        }
        (command(&again(report, &[])))
    }
}

/// The command that checks the target again, or only some rules.
pub fn again(report: &Report, rules: &[&str]) -> String {
    let command = report.command.clone().unwrap_or_else(|| format!("{} --target {}.toml", report.tool.name, report.target.name));
    rules.iter().fold(command, |command, rule| format!("{command} --rule {rule}"))
}

/// The notes about the run as a whole.
pub fn notes(report: &Report) -> Markup {
    html! {
        @if !report.notes.is_empty() {
            section aria-labelledby="notes" {
                h2 id="notes" { "Notes" }
                ul.notes {
                    @for note in &report.notes {
                        li {
                            (Shown(&note.message))
                            @if let Some(hint) = &note.hint {
                                p.hint { b { "Hint: " } (Shown(hint)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Names the program that made the page, for a reader who was handed the page.
pub fn colophon(report: &Report) -> Markup {
    html! {
        p {
            "Made by " code { (Shown(&report.tool.name)) " " (Shown(&report.tool.version)) }
            ", which checks whether an endpoint behaves as the documents of Microsoft Graph's phoneAuthenticationMethod API say. "
            "Tokens and secrets are left out."
        }
    }
}
