//! Decides, before the run sends anything, which scenarios run against which version, and why others don't.

mod cast;
mod covering;
mod doubles;
mod reason;
mod selection;
mod variation;
mod walks;

pub use cast::{Cast, sees_masks};
pub use covering::Cells;
pub use doubles::leave_out_doubles;
pub use reason::{Lack, Reason};
pub use selection::{Key, Selection, SelectionError, nearest_id};
pub use variation::{Address, Variation};
pub use walks::Walks;

use std::collections::BTreeSet;

use gherkin::StepType;

use crate::api::{ApiVersion, Operation};
use crate::graph::PhoneType;
use crate::shard::Shard;
use crate::suite::{Caller, Rule, Scenario, Suite};
use crate::target::{NumberKind, Target};
use crate::tenant::assign;

use covering::Job;
use variation::Open;

/// What a run does.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The cases to run, in this order.
    pub cases: Vec<Case>,
    /// The scenarios that don't run, with the reasons.
    pub skipped: Vec<Skipped>,
    /// The shard, if the run is one of several.
    pub shard: Option<Shard>,
    /// Whether the plan has only the cases of each rule that cover all pairs of values. Then more cases exist.
    pub covers: bool,
    /// The dimensions that the target file limits, in one sentence.
    pub narrowed: Option<String>,
}

/// One variation of a scenario in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Index of the rule in the suite.
    pub rule: usize,
    /// Index of the scenario in the rule.
    pub scenario: usize,
    /// The version of the API.
    pub version: ApiVersion,
    /// What the plan chose where the scenario leaves a choice.
    pub variation: Variation,
    /// The variation of the scenario's canonical case, the one that runs if one case is enough.
    pub canonical: Variation,
    /// For each user in the scenario, the users of the target that are suitable.
    pub candidates: Vec<Vec<usize>>,
}

/// A scenario that does not run against a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Index of the rule in the suite.
    pub rule: usize,
    /// Index of the scenario in the rule.
    pub scenario: usize,
    /// The version of the API.
    pub version: ApiVersion,
    /// The variation and the canonical variation, if this is a single case that another shard has.
    pub case: Option<(Variation, Variation)>,
    /// Why it does not run.
    pub reason: Reason,
}

impl Case {
    /// Whether this is the same case, except for its users.
    pub fn is(&self, other: &Self) -> bool {
        self.of_scenario(other) && self.version == other.version && self.variation == other.variation
    }

    /// Whether this is a case of the same scenario that differs in exactly one dimension or in the version.
    pub fn differs_in_one_thing_from(&self, other: &Self) -> bool {
        self.of_scenario(other) && usize::from(self.version != other.version) + self.variation.distance(&other.variation) == 1
    }

    fn of_scenario(&self, other: &Self) -> bool {
        (self.rule, self.scenario) == (other.rule, other.scenario)
    }

    /// The name of the case, built from its scenario's name.
    pub fn name(&self, scenario: &str) -> String {
        self.variation.name(scenario, &self.canonical)
    }
}

impl Plan {
    /// The plan for a target.
    ///
    /// The cases of a rule depend only on the rule and the target. So a case has the same place in its rule, whichever
    /// rules are selected.
    pub fn new(suite: &Suite, target: &Target, selection: &Selection) -> Self {
        let cast = Cast::new(target);
        let kinds = target.phone_numbers.kinds();
        let mut plan = Self { cases: Vec::new(), skipped: Vec::new(), shard: None, covers: selection.covers(), narrowed: None };
        let mut narrowed = Narrowed::default();
        for (rule_index, rule) in suite.rules.iter().enumerate() {
            let mut jobs = Vec::new();
            let mut places = Vec::new();
            let takes = |version| rule.scenarios.iter().any(|scenario| selection.takes(rule, scenario, version));
            let asked = target.versions.iter().copied().any(takes);
            for version in target.versions.iter().copied() {
                for (scenario_index, scenario) in rule.scenarios.iter().enumerate() {
                    let selected = selection.takes(rule, scenario, version);
                    let skipped = |reason| Skipped { rule: rule_index, scenario: scenario_index, version, case: None, reason };
                    if !asked {
                        plan.skipped.push(skipped(Reason::NotSelected));
                        continue;
                    }
                    let mut unasked = Narrowed::default();
                    let narrowed = if selected { &mut narrowed } else { &mut unasked };
                    match ways(rule, scenario, target, &cast, &kinds, version, narrowed) {
                        Ok((variations, suitable)) => {
                            // A case with several users takes many requests. Other rules try each caller with each kind
                            // of number.
                            let asks_for_number =
                                matches!(rule.operation, Operation::Create | Operation::Update) && scenario.needs.people.len() < 2;
                            jobs.push(Job {
                                version,
                                scenario: scenario.gherkin.steps.first().map_or(scenario.line, |step| step.position.line),
                                caller: caller_of(scenario),
                                kind: phone_type(scenario),
                                variations,
                                asks_for_number,
                                weight: weight(scenario),
                            });
                            places.push((scenario_index, selected, suitable));
                        }
                        Err(reason) => {
                            let reason = if selected { reason } else { Reason::NotSelected };
                            plan.skipped.push(skipped(reason));
                        }
                    }
                }
            }
            let chosen = selection.cells().choose(&jobs);
            for ((job, (scenario, selected, suitable)), chosen) in jobs.iter().zip(places).zip(chosen) {
                let canonical = job.variations[0];
                let text = &rule.scenarios[scenario];
                let taken = |variation: &Variation| selected && selection.takes_case(text, job.version, *variation);
                let before = plan.cases.len();
                for variation in chosen.into_iter().filter(taken) {
                    plan.cases.push(Case {
                        rule: rule_index,
                        scenario,
                        version: job.version,
                        variation,
                        canonical,
                        candidates: suitable.of(variation).to_vec(),
                    });
                }
                if plan.cases.len() == before {
                    let reason = Reason::NotSelected;
                    plan.skipped.push(Skipped { rule: rule_index, scenario, version: job.version, case: None, reason });
                }
            }
        }
        plan.narrowed = narrowed.sentence();
        plan
    }

    /// The plan with these cases added.
    #[must_use]
    pub fn with(mut self, cases: Vec<Case>) -> Self {
        self.cases.extend(cases);
        self
    }

    /// A shard's part of the plan. It skips the cases of other shards.
    ///
    /// The split covers every selected and applicable scenario, even those that the target's identities and users can't
    /// run. So shards with different identities and users split in the same way.
    #[must_use]
    pub fn part(mut self, suite: &Suite, target: &Target, selection: &Selection, shard: Shard) -> Self {
        let mut jobs = Vec::new();
        for rule in &suite.rules {
            for version in &target.versions {
                let asked = rule
                    .scenarios
                    .iter()
                    .filter(|scenario| selection.takes(rule, scenario, *version) && excluded(rule, scenario, target, *version).is_none());
                jobs.extend(asked.map(|scenario| ((scenario.id.as_str(), *version), weight(scenario))));
            }
        }
        let own: BTreeSet<_> = shard.own(jobs).into_iter().collect();
        let is_own = |case: &Case| own.contains(&(suite.rules[case.rule].scenarios[case.scenario].id.as_str(), case.version));
        let (cases, others): (Vec<_>, Vec<_>) = self.cases.into_iter().partition(is_own);
        self.cases = cases;
        self.shard = Some(shard);
        let elsewhere = |case: Case| Skipped {
            rule: case.rule,
            scenario: case.scenario,
            version: case.version,
            case: Some((case.variation, case.canonical)),
            reason: Reason::Elsewhere,
        };
        self.skipped.extend(others.into_iter().map(elsewhere));
        self
    }

    /// Each rule (by index) and version that this run checks in any shard. Pairs may repeat.
    pub fn checked(&self) -> impl Iterator<Item = (usize, ApiVersion)> {
        let elsewhere =
            self.skipped.iter().filter(|skipped| skipped.reason == Reason::Elsewhere).map(|skipped| (skipped.rule, skipped.version));
        self.cases.iter().map(|case| (case.rule, case.version)).chain(elsewhere)
    }

    /// Whether this run checks a rule in any shard.
    pub fn checks(&self, rule: usize) -> bool {
        self.checked().any(|(checked, _)| checked == rule)
    }
}

/// An estimate of how long a scenario takes: its steps, plus the setup of its users.
fn weight(scenario: &Scenario) -> u64 {
    (scenario.gherkin.steps.len() + 3 * scenario.needs.people.len()) as u64
}

/// Why a scenario never applies to this target and version, whatever the selection, the callers and the users.
fn excluded(rule: &Rule, scenario: &Scenario, target: &Target, version: ApiVersion) -> Option<Reason> {
    if let Some(edition) = rule.edition.filter(|edition| *edition != target.edition) {
        let why = format!("applies only to the {edition} edition of the documents; the target has the {} edition", target.edition);
        return Some(Reason::NotApplicable(why));
    }
    if let Some(only) = scenario.version().filter(|only| *only != version) {
        return Some(Reason::NotApplicable(format!("about {only} only")));
    }
    let mut needed = std::iter::once(rule.operation).chain(scenario.needs.operations.iter().copied());
    if let Some(why) = needed.find_map(|operation| target.leaves_out(operation)) {
        return Some(Reason::NotApplicable(why));
    }
    let at_once = || scenario.gherkin.steps.iter().any(|step| step.value.contains(" at once"));
    if target.concurrency == Some(1) && at_once() {
        let lack = Lack::in_file("two requests at the same time", "raise `concurrency` in the target file, or `-j`").or_by("remove `-j 1`");
        return Some(Reason::Lacks(lack));
    }
    (scenario.needs.other_version && target.versions.len() < 2).then(|| {
        let lack = Lack::in_file(format!("a second version besides {version}"), "set versions = [\"v1.0\", \"beta\"] in the target file");
        Reason::Lacks(lack.or_by("give `--api-version v1.0 --api-version beta`"))
    })
}

/// For each user in a scenario, the users of the target that are suitable.
struct Suitable {
    anybody: Vec<Vec<usize>>,
    /// If requests address the first user by name; `None` if no user has a name.
    named: Option<Vec<Vec<usize>>>,
}

impl Suitable {
    /// The users for a variation of the scenario.
    fn of(&self, variation: Variation) -> &[Vec<usize>] {
        match &self.named {
            Some(named) if variation.address == Some(Address::Name) => named,
            _ => &self.anybody,
        }
    }
}

/// The values that scenarios could vary in but the target file lacks.
#[derive(Default)]
struct Narrowed {
    callers: BTreeSet<Caller>,
    names: bool,
    numbers: bool,
}

impl Narrowed {
    /// What is missing and why, in one sentence.
    fn sentence(&self) -> Option<String> {
        let callers: Vec<_> = self.callers.iter().map(|caller| format!("by {}", caller.phrase())).collect();
        let callers = (!callers.is_empty()).then(|| format!("{} (no such identity)", callers.join(" and ")));
        let names = self.names.then(|| "by user principal name (no user with one)".to_owned());
        let numbers = self.numbers.then(|| "with some lengths of country codes (`[phone_numbers]` has none)".to_owned());
        let all: Vec<_> = [callers, names, numbers].into_iter().flatten().collect();
        (!all.is_empty()).then(|| format!("the target leaves out cases {}", all.join(", ")))
    }
}

/// The variations of a scenario that can run against a target with numbers of these kinds, the canonical one first, and
/// their users. If none can run, the reason.
fn ways(
    rule: &Rule,
    scenario: &Scenario,
    target: &Target,
    cast: &Cast,
    kinds: &[NumberKind],
    version: ApiVersion,
    narrowed: &mut Narrowed,
) -> Result<(Vec<Variation>, Suitable), Reason> {
    if let Some(reason) = excluded(rule, scenario, target, version) {
        return Err(reason);
    }
    for caller in needed_callers(scenario) {
        if !cast.has(caller) {
            return Err(cast::missing(caller));
        }
    }
    let found = |named: bool| -> Result<Vec<Vec<usize>>, Vec<Vec<usize>>> {
        let candidates: Vec<Vec<usize>> =
            (0..scenario.needs.people.len()).map(|person| candidates(scenario, person, named, target, cast)).collect();
        if assign(&candidates, &vec![true; target.users.len()]).is_some() { Ok(candidates) } else { Err(candidates) }
    };
    let anybody = found(scenario.needs.user_principal_name).map_err(|candidates| missing_users(scenario, &candidates))?;
    let mut open = Open::of(rule, scenario);
    if !open.callers.is_empty() {
        let missing: Vec<Caller> = open.callers.extract_if(.., |caller| !cast.has(*caller)).collect();
        narrowed.callers.extend(missing.into_iter().filter(|caller| *caller != Caller::GlobalAdministrator));
        if open.callers.len() > 1 {
            open.callers.retain(|caller| *caller != Caller::GlobalAdministrator);
        }
    }
    let named = if open.addresses.contains(&Address::Name) { found(true).ok() } else { None };
    if named.is_none() {
        narrowed.names |= open.addresses.contains(&Address::Name);
        open.addresses.retain(|address| *address != Address::Name);
    }
    let before = open.numbers.len();
    open.numbers.retain(|kind| kinds.contains(kind));
    narrowed.numbers |= open.numbers.len() < before;
    Ok((open.product(), Suitable { anybody, named }))
}

/// The callers that a scenario needs. A scenario with users needs an administrator to set them up.
fn needed_callers(scenario: &Scenario) -> impl Iterator<Item = Caller> {
    let implied = (!scenario.needs.people.is_empty()).then_some(Caller::Administrator);
    implied.into_iter().chain(scenario.needs.callers.iter().copied())
}

/// The caller who sends a scenario's request.
fn caller_of(scenario: &Scenario) -> Option<Caller> {
    scenario.gherkin.steps.iter().filter(|step| step.ty == StepType::When).find_map(|step| Caller::at_start_of(&step.value))
}

/// The type of the phone that a scenario's request names first.
pub fn phone_type(scenario: &Scenario) -> Option<PhoneType> {
    let request = scenario.gherkin.steps.iter().find(|step| step.ty == StepType::When)?;
    request.value.split_whitespace().find_map(|word| word.parse().ok())
}

/// The target's users that are suitable for a person of a scenario. `named` tells whether person 0 is addressed by
/// name.
fn candidates(scenario: &Scenario, person: usize, named: bool, target: &Target, cast: &Cast) -> Vec<usize> {
    let need = scenario.needs.people[person];
    (0..target.users.len())
        .filter(|index| {
            let user = &target.users[*index];
            let allowed = need.sms_sign_in.is_none_or(|wanted| user.sms_sign_in == Some(wanted));
            let named = person > 0 || !named || user.user_principal_name.is_some();
            let signed_in = person > 0 || scenario.needs.callers.iter().all(|caller| cast.identity(*caller, Some(*index)).is_some());
            let manages_others = cast.is_administrator(*index) && !(person == 0 && is_set_up_by_another(scenario, *index, cast));
            allowed && named && signed_in && !manages_others
        })
        .collect()
}

/// Whether a scenario is about an administrator's own phones and another administrator can set it up.
fn is_set_up_by_another(scenario: &Scenario, user: usize, cast: &Cast) -> bool {
    scenario.needs.callers.contains(&Caller::UserWithAdministratorRole)
        && cast.administrators().first().is_some_and(|first| cast.signed_in(*first) != Some(user))
}

/// What to add to the target file so that a scenario has its users.
fn missing_users(scenario: &Scenario, candidates: &[Vec<usize>]) -> Reason {
    let Some(person) = candidates.iter().position(Vec::is_empty) else {
        let allowed = scenario.needs.people.iter().filter(|person| person.sms_sign_in == Some(true)).count();
        let lack =
            |policy: &str| Lack::in_file(format!("{} users at a time{policy}", candidates.len()), "add [[users]] to the target file");
        return Reason::Lacks(match allowed {
            0 => lack("").or_by("give `--user` once for each"),
            allowed => lack(&format!(", {allowed} of them with sms_sign_in = true")),
        });
    };
    let policy = match scenario.needs.people[person].sms_sign_in {
        Some(true) => " whom policy allows SMS sign-in (sms_sign_in = true)",
        Some(false) => " whom policy does not allow SMS sign-in (sms_sign_in = false)",
        None => "",
    };
    let (which, option) = if scenario.needs.callers.iter().any(|caller| caller.is_the_user()) && person == 0 {
        (", who is also the signed-in user of an identity with permission for their own phones", None)
    } else if scenario.needs.callers.contains(&Caller::FellowUser) {
        (", who is not the signed-in user of the identity", None)
    } else if scenario.needs.user_principal_name {
        (", whose user_principal_name is known", Some("give `--user` a user principal name"))
    } else if policy.is_empty() {
        // A run does not change the phones of the users who manage the others.
        (" without an administrator role", None)
    } else {
        ("", None)
    };
    Reason::Lacks(Lack { option, ..Lack::in_file(format!("a user{policy}{which}"), "add one to [[users]] in the target file") })
}

#[cfg(test)]
mod tests;
