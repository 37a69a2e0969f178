//! Tests the report page in a real browser.
//!
//! These tests need Debian's `chromium` and `chromium-driver`. They are ignored by default, because both may be
//! missing; `.ci/run` installs them and runs the tests.

mod driver;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use graph_phone_conformance::report::read::from_json;
use graph_phone_conformance::report::{Format, Report, render};
use serde_json::json;
use tempfile::TempDir;

use driver::Browser;

const FAULT: &str = "create.second-mobile-replaces-the-first";
/// The first rule that this fault breaks.
const BROKEN: &str = "create.one-phone-per-type";
/// A rule that holds, far down the page.
const HELD: &str = "delete.answers-204";

/// Pages of runs against the reference server.
struct Pages {
    folder: TempDir,
}

impl Pages {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The page of a run, and its report.
    fn of_run(&self, arguments: &[&str]) -> (PathBuf, Report) {
        let status = Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance"))
            .args(["--quiet", "--seed", "7", "--report", "html=report.html", "--report", "json=report.json"])
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(matches!(status.code(), Some(0 | 1)), "{status}");
        let report = from_json(&std::fs::read(self.path("report.json")).unwrap()).unwrap();
        (self.path("report.html"), report)
    }

    /// The specification page with the outcomes of a run.
    fn of_specification(&self, arguments: &[&str]) -> PathBuf {
        self.of_run(arguments);
        let mut spec = Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance"));
        spec.args(["spec", "--format", "html", "--report-json", "report.json"]).current_dir(self.folder.path()).stdin(Stdio::null());
        let page = self.path("spec.html");
        std::fs::write(&page, spec.output().unwrap().stdout).unwrap();
        page
    }

    fn write(&self, report: &Report) -> PathBuf {
        let path = self.path("written.html");
        std::fs::write(&path, render(Format::Html, report, &|_| true)).unwrap();
        path
    }
}

/// Unfolds some rules completely, so that the page shows every kind of element.
const OPEN_ALL: &str =
    "for (const rule of [...document.querySelectorAll('[data-outcomes~=deviating]'), ...[...document.querySelectorAll('.rule')].slice(0, 5)])
    for (const part of [rule, ...rule.querySelectorAll('details')]) part.open = true;
    for (const part of document.querySelectorAll('main > section > details, main > details, .deviations details')) part.open = true;";
const SHOWN: &str =
    "[...document.querySelectorAll('.rule')].filter(rule => rule.checkVisibility()).map(rule => rule.querySelector('code').textContent)";

fn nothing_in_the_console(browser: &Browser) {
    assert_eq!(browser.console(), Vec::<String>::new());
}

fn choose(browser: &Browser, name: &str, value: &str) {
    browser.run(&format!(
        "const field = document.querySelector('#filter [name={name}]'); field.value = {}; field.dispatchEvent(new Event('input', {{ bubbles: true }}));",
        json!(value)
    ));
}

/// Checks that a page fits a telephone and a desktop, and is readable in both themes.
fn fits_and_reads(browser: &Browser, page: &Path, least: u64) {
    for (width, scheme) in [(360, "light"), (360, "dark"), (1200, "light"), (1200, "dark")] {
        browser.set_width(width);
        browser.set_scheme(scheme);
        browser.open(page, "");
        browser.run(OPEN_ALL);
        let excess = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert_eq!(excess, 0, "{} {width} {scheme}", page.display());
        let contrast = browser.run(include_str!("contrast.js"));
        assert!(contrast["examined"].as_u64() > Some(least), "{contrast}");
        assert_eq!(contrast["poor"], json!([]), "{} {scheme}", page.display());
    }
    nothing_in_the_console(browser);
}

#[test]
#[ignore = "needs chromium and chromium-driver; .ci/run installs them"]
fn it_fits_every_width_and_is_readable_in_both_themes() {
    let (browser, pages) = (Browser::start(), Pages::new());
    for arguments in [&["--fault", FAULT][..], &["--rule", "list."]] {
        let (page, _) = pages.of_run(arguments);
        fits_and_reads(&browser, &page, 300);
    }
}

#[test]
#[ignore = "needs chromium and chromium-driver; .ci/run installs them"]
fn the_specification_fits_is_readable_and_can_be_searched() {
    const STATEMENTS: &str = "[...document.querySelectorAll('.statement')].filter(one => one.checkVisibility())";
    let (browser, pages) = (Browser::start(), Pages::new());
    let page = pages.of_specification(&["--fault", FAULT]);
    fits_and_reads(&browser, &page, 1000);
    browser.open(&page, "");
    let untested = "document.querySelectorAll('#untested ~ .list dd li').length";
    let all = browser.run(&format!("return [{STATEMENTS}.length, {untested}]"));
    // A quotation finds its statement; no rule contains it.
    choose(&browser, "text", "201 Created 応答コード");
    browser.wait_until(&format!("{STATEMENTS}.map(one => one.querySelector('blockquote').lang).join() === 'ja'"));
    browser.run("document.querySelector('#filter [type=reset]').click()");
    choose(&browser, "outcome", "untested");
    browser.wait_until(&format!("{STATEMENTS}.length === {}", all[1]));
    assert_eq!(browser.run(&format!("return {SHOWN}")), json!([]));
    // A link shows a statement or rule even if the filter hides it.
    let statement = "document.getElementById('create-v1.0-ja/3')";
    browser.run("location.hash = '#create-v1.0-ja%2F3'");
    browser.wait_until(&format!("{statement}.checkVisibility()"));
    let checked = browser.run(&format!("return {statement}.querySelector('.checked').innerText"));
    assert!(checked.as_str().unwrap().to_lowercase().contains(&format!("failed\n{BROKEN}")), "{checked}");
    browser.run(&format!("{statement}.querySelector('.checked a').click()"));
    browser.wait_until(&format!("document.getElementById('{BROKEN}').checkVisibility()"));
    assert_eq!(browser.run(&format!("return {STATEMENTS}.length")), all[0]);
    assert!(browser.print().as_str().unwrap().len() > 100_000);
    nothing_in_the_console(&browser);
}

#[test]
#[ignore = "needs chromium and chromium-driver; .ci/run installs them"]
fn the_expected_answer_is_shown_and_can_be_searched() {
    let (browser, pages) = (Browser::start(), Pages::new());
    let known = format!(
        "[[expect]]\nrule = \"{BROKEN}\"\noutcome = \"failed\"\nreason = \"ACME-1: later\"\n\n[[expect]]\nrule = \"{HELD}\"\noutcome = \"failed\"\nreason = \"ACME-2\"\n"
    );
    std::fs::write(pages.path("known.toml"), known).unwrap();
    let (page, _) = pages.of_run(&["--fault", FAULT, "--expect", "known.toml"]);
    fits_and_reads(&browser, &page, 300);
    let summary = browser.run("return document.querySelector('.deviations').innerText");
    let summary = summary.as_str().unwrap();
    assert!(summary.contains("ACME-1: later") && summary.contains("the rule was expected to fail, but passed: ACME-2"), "{summary}");
    for (outcome, rule) in [("known", BROKEN), ("stale", HELD)] {
        choose(&browser, "outcome", outcome);
        browser.wait_until(&format!("{SHOWN}.join() === '{rule}'"));
    }
}

#[test]
#[ignore = "needs chromium and chromium-driver; .ci/run installs them"]
fn the_theme_can_be_chosen_and_is_remembered() {
    let (browser, pages) = (Browser::start(), Pages::new());
    let (page, _) = pages.of_run(&["--rule", "list."]);
    let background = "return getComputedStyle(document.body).backgroundColor";
    browser.set_scheme("light");
    browser.open(&page, "");
    let light = browser.run(background);
    browser.run("document.querySelector('#theme').click()");
    let dark = browser.run(background);
    assert_ne!(light, dark);
    browser.open(&page, "");
    // The colours may change a moment after the page is there.
    assert!((0..40).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        browser.run(background) == dark
    }));
    assert_eq!(browser.run("return document.querySelector('#theme').textContent"), "Light theme");
    nothing_in_the_console(&browser);
}

#[test]
#[ignore = "needs chromium and chromium-driver; .ci/run installs them"]
fn rules_can_be_filtered_and_linked_to() {
    let (browser, pages) = (Browser::start(), Pages::new());
    let (page, report) = pages.of_run(&["--fault", FAULT]);
    let failed: Vec<&str> = report.rules.iter().filter(|rule| rule.outcome.name() == "failed").map(|rule| rule.id.as_str()).collect();
    assert_eq!(failed.first(), Some(&BROKEN));

    browser.open(&page, "");
    choose(&browser, "outcome", "failed");
    browser.wait_until(&format!("{SHOWN}.length === {}", failed.len()));
    assert_eq!(browser.run(&format!("return {SHOWN}")), json!(failed));
    choose(&browser, "outcome", "deviating");
    choose(&browser, "area", "access");
    browser.wait_until("document.querySelector('#no-match').checkVisibility()");
    browser.run("document.querySelector('#filter [type=reset]').click()");
    browser.wait_until(&format!("{SHOWN}.length === {}", report.rules.len()));

    // The filter searches every text in a rule, even the id of a failed request.
    let broken = report.rules.iter().find(|rule| rule.id == BROKEN).unwrap();
    let scenario = broken.scenarios.iter().find(|scenario| !scenario.violations.is_empty()).unwrap();
    let exchange = &scenario.exchanges[scenario.violations[0].exchange.unwrap()];
    choose(&browser, "text", &exchange.response_headers["request-id"].to_uppercase());
    browser.wait_until(&format!("{SHOWN}.length === 1"));
    assert_eq!(browser.run(&format!("return {SHOWN}")), json!([BROKEN]));

    // A link to a rule shows it even if the filter hid it.
    let is_open = "document.getElementById(location.hash.slice(1)).checkVisibility()";
    browser.run(&format!("location.hash = '#{BROKEN}'"));
    browser.wait_until(is_open);
    browser.open(&page, &format!("#{HELD}"));
    browser.wait_until(is_open);
    browser.wait_until("document.activeElement.closest('.rule')?.contains(document.getElementById(location.hash.slice(1)))");
    let top = browser.run("return document.activeElement.getBoundingClientRect().top");
    assert!((0.0..200.0).contains(&top.as_f64().unwrap()), "{top}");
    nothing_in_the_console(&browser);
}

#[test]
#[ignore = "needs chromium and chromium-driver; .ci/run installs them"]
fn it_can_be_used_with_the_keyboard_alone() {
    const TAB: &str = "\u{e004}";
    const ENTER: &str = "\u{e007}";
    let (browser, pages) = (Browser::start(), Pages::new());
    let (page, _) = pages.of_run(&["--fault", FAULT]);
    browser.open(&page, "");
    browser.press(TAB);
    assert_eq!(browser.run("return document.activeElement.className"), "skip");
    browser.press(ENTER);
    browser.wait_until("location.hash === '#rules' && document.activeElement.id === 'rules'");
    // Tab through outcome, operation, area, text and button to the first rule.
    browser.press(&TAB.repeat(6));
    assert_eq!(browser.run("return document.activeElement.matches('.rule > summary')"), true);
    let outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle");
    assert_eq!(outline, "solid");
    browser.press(ENTER);
    browser.wait_until("document.activeElement.parentElement.open");
    // Every control has a name, and headings skip no level.
    let nameless = "return [...document.querySelectorAll('button, select, input')].filter(field => !field.textContent.trim() && !field.labels?.length).length";
    assert_eq!(browser.run(nameless), 0);
    let levels = "const levels = [...document.querySelectorAll('h1, h2, h3, h4')].map(heading => Number(heading.tagName[1]));
        return levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1)";
    assert_eq!(browser.run(levels), json!([]));
}

#[test]
#[ignore = "needs chromium and chromium-driver; .ci/run installs them"]
fn commands_can_be_copied() {
    let (browser, pages) = (Browser::start(), Pages::new());
    let (page, report) = pages.of_run(&["--fault", FAULT]);
    browser.open(&page, &format!("#{BROKEN}"));
    let copied = "let text; navigator.clipboard.writeText = async (given) => { text = given; };
        const rule = document.getElementById(location.hash.slice(1));
        rule.querySelector('.exchange[open] .command button').click();
        return text";
    let scenario = report.rules.iter().find(|rule| rule.id == BROKEN).unwrap().scenarios.first().unwrap();
    let judged = scenario.violations[0].exchange.unwrap();
    assert_eq!(browser.run(copied), scenario.exchanges[judged].curl.as_str());
    // Unfolding an element adds its button.
    assert_eq!(browser.run(&format!("return document.getElementById('{HELD}').querySelectorAll('button').length")), 0);
    browser.run(&format!("const rule = document.getElementById('{HELD}'); for (const part of [rule.parentElement, ...rule.querySelectorAll('details')]) part.open = true"));
    browser.wait_until(&format!(
        "[...document.getElementById('{HELD}').querySelectorAll('.command')].every(command => command.querySelector('button'))"
    ));
    nothing_in_the_console(&browser);
}

#[test]
#[ignore = "needs chromium and chromium-driver; .ci/run installs them"]
fn it_can_be_read_without_a_script() {
    let (browser, pages) = (Browser::start(), Pages::new());
    let (page, _) = pages.of_run(&["--fault", FAULT]);
    browser.set_scripts(false);
    browser.open(&page, &format!("#{HELD}"));
    assert_eq!(
        browser.run("return document.querySelector('#filter').checkVisibility() || document.querySelectorAll('button').length > 1"),
        false
    );
    let shown = |id: &str| browser.run(&format!("return document.getElementById('{id}').checkVisibility()"));
    assert_eq!((shown(HELD), shown(BROKEN)), (true.into(), true.into()));
    let steps = format!("return document.querySelector('[id=\"{BROKEN}\"] .steps > .failed .difference').checkVisibility()");
    assert_eq!(browser.run(&steps), true);
    assert!(browser.print().as_str().unwrap().len() > 10_000);
}

#[test]
#[ignore = "needs chromium and chromium-driver; .ci/run installs them"]
fn an_endpoint_cannot_run_a_script_or_load_anything() {
    let (browser, pages) = (Browser::start(), Pages::new());
    let (_, mut report) = pages.of_run(&["--rule", BROKEN, "--fault", FAULT]);
    let attack = "</pre></script><script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">";
    for exchange in report.rules.iter_mut().flat_map(|rule| &mut rule.scenarios).flat_map(|scenario| &mut scenario.exchanges) {
        exchange.response_body = Some(attack.to_owned());
    }
    browser.open(&pages.write(&report), "");
    assert_eq!(
        browser.run("return [document.title, document.images.length]"),
        json!([format!("{}: nonconformant", report.target.name), 0])
    );
    nothing_in_the_console(&browser);
    // If a script slipped through the escaping, the policy would still stop it.
    let stopped = "const script = document.createElement('script'); script.textContent = \"document.title = 'owned'\";
        document.body.append(script); document.body.insertAdjacentHTML('beforeend', '<img src=\"http://127.0.0.1:1/\">'); return document.title";
    assert_ne!(browser.run(stopped), "owned");
    browser.wait_until("true");
    let complaints = browser.console();
    assert!(complaints.iter().any(|complaint| complaint.contains("Content Security Policy")), "{complaints:?}");
}

/// These limits hold even on a slow and busy machine. The output shows the measured times.
#[test]
#[ignore = "needs chromium and chromium-driver; .ci/run installs them"]
fn ten_thousand_exchanges_are_quick() {
    let (browser, pages) = (Browser::start(), Pages::new());
    let (_, mut report) = pages.of_run(&["--fault", FAULT]);
    let count =
        |report: &Report| report.rules.iter().flat_map(|rule| &rule.scenarios).map(|scenario| scenario.exchanges.len()).sum::<usize>();
    while count(&report) < 10_000 {
        for scenario in report.rules.iter_mut().flat_map(|rule| &mut rule.scenarios) {
            scenario.exchanges.extend_from_within(..);
        }
    }
    let clock = Instant::now();
    let page = pages.write(&report);
    let rendered = clock.elapsed();
    let clock = Instant::now();
    browser.open(&page, &format!("#{HELD}"));
    browser.wait_until("document.activeElement.closest('.rule')");
    let loaded = clock.elapsed();
    let timed = |action: &str| {
        let took = browser
            .run(&format!("const begun = performance.now(); {action}; void document.body.offsetHeight; return performance.now() - begun"));
        Duration::from_secs_f64(took.as_f64().unwrap() / 1000.0)
    };
    let opened = timed("for (const rule of [...document.querySelectorAll('.rule')].slice(0, 20)) rule.open = true");
    choose(&browser, "text", BROKEN);
    let clock = Instant::now();
    browser.wait_until("document.querySelector('#shown').value.startsWith('1 of ')");
    let searched = clock.elapsed();
    let again = timed("document.querySelector('#filter').reset()");
    println!(
        "{} exchanges, {} MB: rendered in {rendered:?}, loaded in {loaded:?}, 20 rules opened in {opened:?}, searched in {searched:?}, shown again in {again:?}",
        count(&report),
        size(&page) / 1_000_000,
    );
    assert!(rendered < Duration::from_secs(10), "{rendered:?}");
    assert!(loaded < Duration::from_secs(20), "{loaded:?}");
    for took in [opened, searched, again] {
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
    nothing_in_the_console(&browser);
}

fn size(file: &Path) -> u64 {
    std::fs::metadata(file).unwrap().len()
}
