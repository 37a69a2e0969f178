//! Groups deviations by root cause: one mistake in an endpoint may break many scenarios, and a reader should see it
//! once.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::api::{Area, Operation};
use crate::check::READABLE;
use crate::words::words;

use super::{ExchangeReport, Outcome, Report, RuleReport, ScenarioReport, Violation, pattern};

/// An operation counts as unserved only if it gives the same error to at least this many rules.
const RULES_OF_AN_UNSERVED_OPERATION: usize = 3;

/// Part of the ids of rules about well-known phone ids. An endpoint that makes up its own ids breaks all of them.
const WELL_KNOWN: &str = "well-known-id";

/// Part of the ids of rules about requests without a valid token. An endpoint that ignores tokens breaks all of them.
const TOKEN: &str = "token";

/// A failed check, with the scenario that saw it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FailedCheck<'a> {
    /// The scenario that saw it.
    pub scenario: &'a ScenarioReport,
    /// The check.
    pub violation: &'a Violation,
}

/// One way in which a rule is broken, with every case of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding<'a> {
    /// The case to show.
    pub first: FailedCheck<'a>,
    /// The cases that differ from the first only in identifiers, version or scenario.
    pub also: Vec<FailedCheck<'a>>,
}

/// A broken rule, with the rules that seem to break by the same mistake.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause<'a> {
    /// The rule to show.
    pub rule: &'a RuleReport,
    /// How it is broken; empty if the run recorded no check.
    pub findings: Vec<Finding<'a>>,
    /// The rules that share the cause.
    pub shared: Shared<'a>,
    /// The rules that break only in scenarios that this cause already fails.
    pub consequences: Vec<&'a RuleReport>,
}

/// Which other rules share a cause, and why.
#[derive(Debug, Clone, PartialEq)]
pub enum Shared<'a> {
    /// The same requirement breaks in the same way for these other operations. The list is often empty.
    Requirement(Vec<&'a RuleReport>),
    /// The operation answers these other rules with the same error and never succeeds.
    Operation {
        /// The status of that answer.
        status: u16,
        /// The other rules of the operation.
        rules: Vec<&'a RuleReport>,
    },
    /// The endpoint answers the same requests with an error and without one.
    Sometimes {
        /// The note that says how often.
        note: &'a str,
        /// The other rules that this error breaks.
        rules: Vec<&'a RuleReport>,
    },
}

/// Rules that have an outcome for the same reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason<'a> {
    /// The reason, as the first scenario words it.
    pub text: &'a str,
    /// Whether other scenarios word it with other identifiers.
    pub varies: bool,
    /// The rules, in the report's order.
    pub rules: Vec<&'a RuleReport>,
    /// The first scenario.
    pub scenario: Option<&'a ScenarioReport>,
}

impl<'a> FailedCheck<'a> {
    /// The judged exchange; the scenario's last one if the check does not name it.
    pub fn exchange(&self) -> Option<&'a ExchangeReport> {
        match self.violation.exchange {
            Some(index) => self.scenario.exchanges.get(index),
            None => self.scenario.exchanges.last(),
        }
    }

    fn status(&self) -> Option<u16> {
        self.exchange().and_then(|exchange| exchange.status)
    }

    fn is_like(&self, other: &Self) -> bool {
        let (own, others) = (&self.violation.actual, &other.violation.actual);
        // A text that starts with `/` names a place in a body, and quotes the endpoint's value at this place.
        let alike_there = own.starts_with('/') && unquoted(own) == unquoted(others);
        let same_words =
            same_but_identifiers(&self.violation.expected, &other.violation.expected) && (alike_there || same_but_identifiers(own, others));
        let same_place = self.scenario.id == other.scenario.id && self.violation.line == other.violation.line;
        same_words || (same_place && self.status() == other.status())
    }
}

/// The unexpected rules of an outcome, grouped by root cause, the most telling cause first:
///
/// - Rules about how a request addresses a user come last, because they need everything else to work.
/// - A cause with more rules comes before one with fewer.
/// - Rules about who calls come after others, because they too need everything else to work.
/// - A rule comes before those of which fewer cases fail: a mistake breaks most of the rule that forbids it, and only a
///   few cases of others.
pub fn causes(report: &Report, outcome: Outcome) -> Vec<Cause<'_>> {
    let (following, broken): (Vec<_>, Vec<_>) = report
        .rules
        .iter()
        .filter(|rule| rule.is_unexpected(outcome))
        .map(|rule| (rule, consequence_of(report, rule)))
        .partition(|(_, from)| from.is_some());
    let broken: Vec<_> = broken
        .into_iter()
        .map(|(rule, _)| rule)
        .map(|rule| {
            let findings = findings(rule, outcome);
            let note = sometimes(report, &findings);
            let unserved = unserved_status(&findings).filter(|_| note.is_none());
            (rule, findings, unserved, note)
        })
        .collect();
    let mut unserved_rules = BTreeMap::new();
    for (rule, findings, unserved, _) in &broken {
        // An operation is unserved only if none of its answers in the whole report is a success.
        let unserved = unserved
            .filter(|_| !findings.first().and_then(|finding| finding.first.exchange()).is_some_and(|asked| is_served(report, asked)));
        *unserved_rules.entry((rule.operation, unserved)).or_insert(0_usize) += 1;
    }
    let mut causes: Vec<Cause<'_>> = Vec::new();
    for (rule, findings, unserved, note) in broken {
        let alike = unserved_rules.get(&(rule.operation, unserved)).copied().unwrap_or_default();
        let unserved = unserved.filter(|_| alike >= RULES_OF_AN_UNSERVED_OPERATION);
        if let Some(rules) = causes.iter_mut().find_map(|cause| cause.rules_like(rule, &findings, unserved, note)) {
            rules.push(rule);
            continue;
        }
        let shared = match (note, unserved) {
            (Some(note), _) => Shared::Sometimes { note, rules: Vec::new() },
            (None, Some(status)) => Shared::Operation { status, rules: Vec::new() },
            (None, None) => Shared::Requirement(Vec::new()),
        };
        causes.push(Cause { rule, findings, shared, consequences: Vec::new() });
    }
    for (rule, from) in following {
        match causes.iter_mut().find(|cause| from.is_some_and(|from| cause.includes(from))) {
            Some(cause) => cause.consequences.push(rule),
            None => causes.push(Cause {
                rule,
                findings: findings(rule, outcome),
                shared: Shared::Requirement(Vec::new()),
                consequences: Vec::new(),
            }),
        }
    }
    let about_addresses = |rule: &RuleReport| rule.id.contains(".addressed-by-");
    causes.sort_by_key(|cause| {
        let rule = cause.rule;
        Reverse((!about_addresses(rule), cause.rules(), rule.area != Area::Access, percentage(rule, outcome)))
    });
    causes
}

/// The percentage of a rule's cases that have an outcome.
fn percentage(rule: &RuleReport, outcome: Outcome) -> usize {
    let own = || rule.scenarios.iter().filter(|scenario| scenario.is_own() && scenario.outcome != Outcome::Skipped);
    own().filter(|scenario| scenario.outcome == outcome).count() * 100 / own().count().max(1)
}

/// If `rule` was seen broken only in failed scenarios of other rules, returns the first of those rules. `None` if it was
/// also seen broken elsewhere.
fn consequence_of<'a>(report: &'a Report, rule: &'a RuleReport) -> Option<&'a str> {
    let fails = |scenario: &&ScenarioReport| scenario.outcome == rule.outcome && !rule.is_known(scenario);
    let mut first = None;
    for scenario in rule.scenarios.iter().filter(fails) {
        let shown_in = scenario.seen_in()?;
        let owner = report.rules.iter().find(|owner| owner.scenarios.iter().any(|own| own.is_own() && own.id == shown_in))?;
        let failed = owner.scenarios.iter().any(|own| own.id == shown_in && own.outcome == Outcome::Failed);
        if !failed || owner.id == rule.id {
            return None;
        }
        first.get_or_insert(owner.id.as_str());
    }
    first
}

impl<'a> Cause<'a> {
    /// The number of rules that the cause explains, including its own.
    pub fn rules(&self) -> usize {
        1 + self.others().len() + self.consequences.len()
    }

    /// Whether the cause covers this rule directly.
    fn includes(&self, rule: &str) -> bool {
        self.rule.id == rule || self.others().iter().any(|other| other.id == rule)
    }

    /// The rules to run to check this cause alone. A sighting happens in a scenario of another rule, so that rule runs
    /// too.
    pub fn rules_to_check(&self) -> Vec<&'a str> {
        let seen_in = self.findings.first().and_then(|finding| finding.first.scenario.seen_in());
        let owner = seen_in.and_then(|scenario| scenario.split_once('/')).map(|(rule, _)| rule);
        std::iter::once(self.rule.id.as_str()).chain(owner.filter(|owner| *owner != self.rule.id)).collect()
    }

    /// The other rules of the same cause.
    pub fn others(&self) -> &[&'a RuleReport] {
        match &self.shared {
            Shared::Requirement(rules) | Shared::Operation { rules, .. } | Shared::Sometimes { rules, .. } => rules,
        }
    }

    /// The list of rules that `rule` joins if it has this cause; `None` if it has another cause.
    fn rules_like(
        &mut self,
        rule: &RuleReport,
        findings: &[Finding<'_>],
        unserved: Option<u16>,
        told: Option<&str>,
    ) -> Option<&mut Vec<&'a RuleReport>> {
        let (known, like) = match (&mut self.shared, unserved) {
            (Shared::Sometimes { note, rules }, _) => (rules, told == Some(*note)),
            _ if told.is_some() => return None,
            (Shared::Operation { status, rules }, Some(unserved)) => (rules, self.rule.operation == rule.operation && *status == unserved),
            (Shared::Requirement(rules), None) => {
                let same_requirement =
                    requirement(&self.rule.id) == requirement(&rule.id) && common_pattern(self.rule) == common_pattern(rule);
                let same_answer = || statuses(&self.findings) == statuses(findings) || wording(&self.findings) == wording(findings);
                let same_flaw = flaw(&self.findings).is_some_and(|flaw| self::flaw(findings) == Some(flaw));
                let both = |word| self.rule.id.contains(word) && rule.id.contains(word);
                let served = || both(TOKEN) && !statuses(&self.findings).is_disjoint(&statuses(findings));
                (rules, same_flaw || both(WELL_KNOWN) || same_requirement && same_answer() || served())
            }
            _ => return None,
        };
        like.then_some(known)
    }
}

/// The failed checks in a rule's scenarios of one outcome; similar ones are grouped.
pub fn findings(rule: &RuleReport, outcome: Outcome) -> Vec<Finding<'_>> {
    let mut findings: Vec<Finding<'_>> = Vec::new();
    for scenario in rule.scenarios.iter().filter(|scenario| scenario.outcome == outcome && !rule.is_known(scenario)) {
        for violation in &scenario.violations {
            let case = FailedCheck { scenario, violation };
            match findings.iter_mut().find(|finding| finding.first.is_like(&case)) {
                Some(finding) => finding.also.push(case),
                None => findings.push(Finding { first: case, also: Vec::new() }),
            }
        }
    }
    findings
}

/// The rules of one outcome by reason, the reason of most rules first. A rule with several reasons appears under each.
pub fn reasons<'a>(rules: impl IntoIterator<Item = &'a RuleReport>, outcome: Outcome) -> Vec<Reason<'a>> {
    let mut reasons: Vec<Reason<'a>> = Vec::new();
    for rule in rules.into_iter().filter(|rule| rule.outcome == outcome || rule.is_unexpected(outcome)) {
        let mut told: Vec<(&str, Option<&ScenarioReport>)> = rule
            .scenarios
            .iter()
            .filter(|scenario| scenario.outcome == outcome && !rule.is_known(scenario))
            .filter_map(|scenario| Some((scenario.reason.as_deref()?, Some(scenario))))
            .collect();
        if told.is_empty() {
            told.push(("no reason was recorded", None));
        }
        for (text, scenario) in told {
            match reasons.iter_mut().find(|reason| same_but_identifiers(reason.text, text)) {
                Some(reason) => {
                    reason.varies |= reason.text != text;
                    if !reason.rules.iter().any(|known| known.id == rule.id) {
                        reason.rules.push(rule);
                    }
                }
                None => reasons.push(Reason { text, varies: false, rules: vec![rule], scenario }),
            }
        }
    }
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.rules.len()));
    reasons
}

/// The part of a rule's id that names the requirement: what follows the operation.
fn requirement(id: &str) -> &str {
    id.split_once('.').map_or(id, |(_, requirement)| requirement)
}

/// Describes what sets the failing cases of a rule apart. `None` if only their scenarios do, because two rules never
/// share a scenario.
fn common_pattern(rule: &RuleReport) -> Option<String> {
    pattern(rule).filter(|pattern| !pattern.is_of_scenarios()).map(|pattern| pattern.to_string())
}

/// The statuses that break a rule. All 2xx statuses count as one, because operations succeed with different ones.
fn statuses(findings: &[Finding<'_>]) -> BTreeSet<Option<u16>> {
    let alike = |status| if (200..300).contains(&status) { 200 } else { status };
    findings.iter().map(|finding| finding.first.status().map(alike)).collect()
}

/// What was expected and what came, without identifiers and without the endpoint's own words.
fn wording(findings: &[Finding<'_>]) -> BTreeSet<(String, String)> {
    findings.iter().map(|finding| finding.first.violation).map(|one| (without_identifiers(&one.expected), unquoted(&one.actual))).collect()
}

/// A text with `…` in place of each quoted part.
fn unquoted(text: &str) -> String {
    text.split('"').step_by(2).collect::<Vec<_>>().join("…")
}

/// The flaw that keeps clients from reading the answers, if every finding reports it.
fn flaw<'a>(findings: &[Finding<'a>]) -> Option<&'a str> {
    let violation = findings.first()?.first.violation;
    let is_alike = |finding: &Finding<'_>| {
        (&finding.first.violation.expected, &finding.first.violation.actual) == (&violation.expected, &violation.actual)
    };
    (violation.expected == READABLE && findings.iter().all(is_alike)).then_some(violation.actual.as_str())
}

/// The status with which an operation refuses every request: unauthorized, forbidden, not found, method not allowed or
/// server error. `None` if the findings have several statuses.
fn unserved_status(findings: &[Finding<'_>]) -> Option<u16> {
    let status = findings.first()?.first.status()?;
    let unserved = matches!(status, 401 | 403..=405 | 500..=599);
    (unserved && findings.iter().all(|finding| finding.first.status() == Some(status))).then_some(status)
}

/// The note that the operation sometimes gives this error, if it explains every finding.
fn sometimes<'a>(report: &'a Report, findings: &[Finding<'_>]) -> Option<&'a str> {
    let told = |finding: &Finding<'_>| {
        let exchange = finding.first.exchange()?;
        let (operation, status) = (operation(exchange)?, exchange.status?);
        report.notes.iter().find(|note| note.is_about_failures(operation, status)).map(|note| note.message.as_str())
    };
    let first = told(findings.first()?)?;
    findings.iter().all(|finding| told(finding) == Some(first)).then_some(first)
}

/// The operation of a request.
fn operation(exchange: &ExchangeReport) -> Option<Operation> {
    let (method, last) = resource(exchange);
    let is_asked = |operation: &&Operation| {
        let known = words().operation(**operation);
        let path = format!("{}{}", words().wire.phones, known.path);
        let end = path.rsplit('/').next().unwrap_or_default();
        // The last part of a phone's own path is its id.
        known.method == method && (end == last || last.is_empty() && end.starts_with('{'))
    };
    Operation::ALL.iter().find(is_asked).copied()
}

/// Whether the operation of a request succeeds anywhere in the report.
fn is_served(report: &Report, asked: &ExchangeReport) -> bool {
    let exchanges = report.rules.iter().flat_map(|rule| &rule.scenarios).flat_map(|scenario| &scenario.exchanges);
    let succeeds = |exchange: &ExchangeReport| exchange.status.is_some_and(|status| (200..300).contains(&status));
    exchanges.filter(|exchange| succeeds(exchange)).any(|exchange| resource(exchange) == resource(asked))
}

/// Identifies the operation of a request: the method, and the end of the address.
fn resource(exchange: &ExchangeReport) -> (&str, &str) {
    let path = exchange.url.split('?').next().unwrap_or_default().trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    let ends = |path: &str| path.rsplit('/').next() == Some(last);
    let named = ends(&words().wire.phones) || Operation::ALL.iter().any(|operation| ends(&words().operation(*operation).path));
    (exchange.method.as_str(), if named { last } else { "" })
}

/// Whether two texts differ only in phone numbers, GUIDs, ports and the version segment of an address.
fn same_but_identifiers(left: &str, right: &str) -> bool {
    left == right || without_identifiers(left) == without_identifiers(right)
}

fn without_identifiers(text: &str) -> String {
    let text = text.replace("/v1.0/", "/…/").replace("/beta/", "/…/");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let run = rest.find(|c: char| !(c.is_ascii_hexdigit() || c == '-')).unwrap_or(rest.len());
        let (candidate, after) = rest.split_at(run);
        // Numbers of three digits stay, also in a range. They may be statuses, and statuses tell causes apart.
        let is_long = candidate.split('-').any(|piece| piece.len() > 3);
        let is_identifier = is_long && candidate.contains(|c: char| c.is_ascii_digit());
        out.push_str(if is_identifier { "…" } else { candidate });
        let next = after.chars().next();
        out.extend(next);
        rest = &after[next.map_or(0, char::len_utf8)..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Kind, sample};

    fn shown<'a>(causes: &[Cause<'a>]) -> Vec<(&'a str, Vec<&'a str>)> {
        let others = |cause: &Cause<'a>| cause.others().iter().map(|rule| rule.id.as_str()).collect();
        causes.iter().map(|cause| (cause.rule.id.as_str(), others(cause))).collect()
    }

    #[test]
    fn scenarios_that_fail_alike_under_both_versions_are_one_finding() {
        let report = sample::one_failure();
        let causes = causes(&report, Outcome::Failed);
        assert_eq!(causes.len(), 1);
        assert_eq!(causes[0].findings.len(), 1);
        assert_eq!(causes[0].findings[0].also.len(), 3);
    }

    #[test]
    fn a_requirement_broken_alike_at_several_operations_is_one_cause() {
        let report = sample::shared_requirement();
        let expected = vec![("list.no-token-is-refused", vec!["get.no-token-is-refused", "delete.no-token-is-refused"])];
        assert_eq!(shown(&causes(&report, Outcome::Failed)), expected);
    }

    #[test]
    fn the_most_telling_cause_comes_first() {
        let failed = |id: &str| sample::rule(id, Outcome::Failed);
        let mut partly = failed("get.first-phone");
        let held = ScenarioReport { outcome: Outcome::Passed, ..partly.scenarios[0].clone() };
        partly.scenarios.push(held);
        let access = RuleReport { area: Area::Access, ..failed("get.application-allowed") };
        let report = sample::report(vec![failed("get.addressed-by-id"), access, partly, failed("get.found")]);
        let order = causes(&report, Outcome::Failed).iter().map(|cause| cause.rule.id.clone()).collect::<Vec<_>>();
        assert_eq!(order, ["get.found", "get.first-phone", "get.application-allowed", "get.addressed-by-id"]);
    }

    #[test]
    fn another_status_is_another_cause() {
        let mut report = sample::shared_requirement();
        report.rules[1].scenarios[0].exchanges[0].status = Some(400);
        assert_eq!(causes(&report, Outcome::Failed).len(), 2);
    }

    #[test]
    fn an_operation_that_is_not_served_is_one_cause() {
        let report = sample::unserved_operation();
        let causes = causes(&report, Outcome::Failed);
        let expected = ("update.phone-number-is-stored", vec!["update.type-cannot-change", "update.bad-number-is-refused"]);
        assert_eq!(shown(&causes), [expected]);
        assert!(matches!(causes[0].shared, Shared::Operation { status: 405, .. }));
    }

    #[test]
    fn rules_that_break_by_accepted_requests_have_separate_causes() {
        let mut report = sample::unserved_operation();
        for rule in &mut report.rules {
            rule.scenarios[0].exchanges[0].status = Some(201);
        }
        assert_eq!(causes(&report, Outcome::Failed).len(), 3);
    }

    /// A report in which a rule was seen broken in a scenario of another rule. That scenario has this outcome.
    fn seen_in_a_scenario_that(outcome: Outcome) -> Report {
        let owner = sample::rule("create.number-is-a-string", outcome);
        let mut follower = sample::rule("create.answer-is-a-phone", Outcome::Failed);
        follower.scenarios[0].kind = Kind::Watch { seen_in: owner.scenarios[0].id.clone() };
        sample::report(vec![follower, owner, sample::rule("get.found", Outcome::Failed)])
    }

    #[test]
    fn a_sighting_in_a_failed_scenario_is_a_consequence() {
        let report = seen_in_a_scenario_that(Outcome::Failed);
        let causes = causes(&report, Outcome::Failed);
        assert_eq!(causes.iter().map(|cause| cause.rule.id.as_str()).collect::<Vec<_>>(), ["create.number-is-a-string", "get.found"]);
        assert_eq!(causes[0].consequences[0].id, "create.answer-is-a-phone");
        assert_eq!(causes.iter().map(Cause::rules).sum::<usize>(), 3);
    }

    #[test]
    fn a_sighting_in_a_passed_scenario_has_its_own_cause() {
        let report = seen_in_a_scenario_that(Outcome::Passed);
        assert!(causes(&report, Outcome::Failed).iter().all(|cause| cause.consequences.is_empty()));
    }

    #[test]
    fn a_sighting_is_checked_with_the_rule_of_its_scenario() {
        let report = sample::beside();
        let causes = causes(&report, Outcome::Failed);
        assert_eq!(causes[0].rules_to_check(), ["create.one-phone-per-type", "create.is-stored"]);
    }

    #[test]
    fn known_failures_have_no_cause() {
        let report = sample::expectations();
        assert_eq!(causes(&report, Outcome::Failed), []);
    }

    #[test]
    fn reasons_come_largest_first_and_name_each_rule_once() {
        let report = sample::stateless_mock();
        let reasons = reasons(&report.rules, Outcome::Blocked);
        assert_eq!(reasons.iter().map(|reason| reason.rules.len()).collect::<Vec<_>>(), [14, 2]);
        assert!(reasons[0].varies);
    }

    #[test]
    fn a_rule_without_a_reason_is_not_lost() {
        let mut report = sample::inconclusive();
        for rule in &mut report.rules {
            rule.scenarios.clear();
        }
        assert_eq!(reasons(&report.rules, Outcome::Errored)[0].text, "no reason was recorded");
    }

    #[test]
    fn texts_are_alike_if_only_their_identifiers_differ() {
        let left = "GET /v1.0/users/00000000-0000-0000-0000-000000000001 answered 404 for +1 2065550100";
        let right = "GET /beta/users/00000000-0000-0000-0000-000000000002 answered 404 for +1 2065550199";
        assert!(same_but_identifiers(left, right));
        assert!(!same_but_identifiers(left, &right.replace("404", "405")));
        assert!(!same_but_identifiers("status 400-499", "status 500-599"));
    }
}
