use crate::target::Target;

use super::*;

/// A target with an administrator, the signed-in user kim, and these users.
fn target(users: &str) -> Target {
    let text = format!(
        r#"
name = "t"
base_url = "http://127.0.0.1:1"

[[identities]]
name = "admin"
kind = "delegated"
scopes = ["UserAuthenticationMethod.ReadWrite.All"]
roles = ["Authentication Administrator"]
user = "admin@contoso.com"
token = "admin-token"

[[identities]]
name = "kim"
kind = "delegated"
scopes = ["UserAuthenticationMethod.ReadWrite"]
user = "kim@contoso.com"
token = "kim-token"

{users}
"#
    );
    Target::parse(&text, "t.toml", &|_| None).unwrap()
}

const KIM: &str = "[[users]]\nid = \"1\"\nuser_principal_name = \"Kim@contoso.com\"\n";
const LEE: &str = "[[users]]\nid = \"2\"\nsms_sign_in = true\n";

fn reason(plan: &Plan, suite: &Suite, scenario: &str) -> String {
    plan.skipped
        .iter()
        .find(|skipped| suite.rules[skipped.rule].scenarios[skipped.scenario].id.starts_with(scenario))
        .map_or_else(|| format!("{scenario} is not skipped"), |skipped| skipped.reason.to_string())
}

fn plan(target: &Target, rules: &[&str]) -> (Suite, Plan) {
    let suite = Suite::embedded().unwrap();
    let rules: Vec<_> = rules.iter().map(|rule| (*rule).to_owned()).collect();
    let selection = Selection::new(&suite, &rules, None).unwrap();
    let plan = Plan::new(&suite, target, &selection);
    (suite, plan)
}

#[test]
fn the_reason_names_what_a_target_lacks_and_how_to_add_it() {
    let (suite, plan) = plan(&target(KIM), &[]);
    assert_eq!(reason(&plan, &suite, "create.other-users-stay"), "needs 2 users at a time: add [[users]] to the target file");
    assert_eq!(
        reason(&plan, &suite, "create.allowed-user-is-ready"),
        "needs a user whom policy allows SMS sign-in (sms_sign_in = true): add one to [[users]] in the target file"
    );
    assert_eq!(
        reason(&plan, &suite, "create.application-allowed"),
        "needs an application: add to [[identities]] in the target file one with kind = \"application\", scopes = [\"UserAuthenticationMethod.ReadWrite.All\"]"
    );
    assert_eq!(
        reason(&plan, &suite, "list.same-in-both-versions"),
        "needs a second version besides v1.0: set versions = [\"v1.0\", \"beta\"] in the target file"
    );
    assert_eq!(
        reason(&plan, &suite, "create.global-administrator-allowed"),
        "applies only to the legacy edition of the documents; the target has the current edition"
    );
}

#[test]
fn only_selected_scenarios_report_what_the_target_lacks() {
    let narrowed = |rules: &[&str]| plan(&target(KIM), rules).1.narrowed;
    assert!(narrowed(&["create.one-phone-per-type"]).is_some_and(|sentence| sentence.contains("by an application")));
    assert_eq!(narrowed(&["list.me-lists-own-phones"]), None);
}

#[test]
fn a_user_who_signs_in_is_the_user_under_test() {
    let (suite, plan) = plan(&target(&format!("{LEE}{KIM}")), &["list.me-lists-own-phones", "list.self-permission-does-not-reach-others"]);
    let candidates = |rule: &str| plan.cases.iter().find(|case| suite.rules[case.rule].id == rule).map(|case| case.candidates.clone());
    assert_eq!(candidates("list.me-lists-own-phones"), Some(vec![vec![1]]));
    assert_eq!(candidates("list.self-permission-does-not-reach-others"), Some(vec![vec![0]]));
}

#[test]
fn only_a_named_user_is_addressed_by_name() {
    let (suite, plan) = plan(&target(LEE), &["list.addressed-by-user-principal-name"]);
    assert_eq!(
        reason(&plan, &suite, "list.addressed"),
        "needs a user, whose user_principal_name is known: add one to [[users]] in the target file"
    );
}

#[test]
fn every_scenario_is_either_a_case_or_skipped() {
    let (suite, plan) = plan(&target(KIM), &[]);
    let all: usize = suite.rules.iter().map(|rule| rule.scenarios.len()).sum();
    let ran: BTreeSet<_> = plan.cases.iter().map(|case| (case.rule, case.scenario)).collect();
    assert_eq!(ran.len() + plan.skipped.len(), all);
}

#[test]
fn a_selection_takes_a_prefix_and_refuses_unknown_ids() {
    let (suite, plan) = plan(&target(KIM), &["list.answers"]);
    assert!(!plan.cases.is_empty());
    assert!(plan.cases.iter().all(|case| suite.rules[case.rule].id == "list.answers-200"));
    let error = Selection::new(&suite, &["create.one-phone-pertype".to_owned()], None).unwrap_err();
    assert_eq!(error.hint(), "did you mean `create.one-phone-per-type`?");
    assert_eq!(Selection::new(&suite, &[], Some("@create and (")).unwrap_err(), SelectionError::Tags("@create and (".into()));
}

#[test]
fn operations_that_a_cloud_lacks_are_skipped_with_the_source() {
    let china = Target { cloud: Some(crate::api::Cloud::China), ..target(&format!("{KIM}{LEE}")) };
    let (suite, plan) = plan(&china, &[]);
    let left_out = |operation: &str| {
        format!(
            "the cloud `china` (China, operated by 21Vianet) does not have the operation {operation}, according to its documents (reference: {operation}, National clouds)"
        )
    };
    assert_eq!(reason(&plan, &suite, "disable-sms-sign-in.answers-204"), left_out("disable-sms-sign-in"));
    // This rule is about another operation; its scenario starts from a phone that is ready.
    assert_eq!(reason(&plan, &suite, "create.taken-number-is-not-unique"), left_out("enable-sms-sign-in"));
    assert!(plan.cases.iter().any(|case| suite.rules[case.rule].id == "create.answers-201"));
    assert!(!plan.cases.iter().any(|case| suite.rules[case.rule].operation == crate::api::Operation::EnableSmsSignIn));
}

#[test]
fn tags_narrow_the_selection() {
    let suite = Suite::embedded().unwrap();
    let selection = Selection::new(&suite, &[], Some("@list and @access and not @advisory")).unwrap();
    for rule in &suite.rules {
        let taken = selection.takes(rule, &rule.scenarios[0], ApiVersion::V1);
        let wanted = rule.id.starts_with("list.") && rule.area == crate::api::Area::Access && rule.severity == crate::api::Severity::Must;
        assert_eq!(taken, wanted, "{}", rule.id);
    }
}

#[test]
fn shards_are_disjoint_complete_and_about_equal() {
    let target = target(&[KIM, LEE].concat());
    let (suite, whole) = plan(&target, &[]);
    let all = "1/3".parse::<Shard>().unwrap().all();
    let shards: Vec<Plan> = all.map(|shard| whole.clone().part(&suite, &target, &Selection::default(), shard)).collect();
    let mut cases: Vec<Case> = shards.iter().flat_map(|shard| shard.cases.clone()).collect();
    let place = |case: &Case| whole.cases.iter().position(|known| known == case);
    cases.sort_by_key(place);
    assert_eq!(cases, whole.cases);
    let weight = |plan: &Plan| plan.cases.iter().map(|case| weight(&suite.rules[case.rule].scenarios[case.scenario])).sum::<u64>();
    for shard in &shards {
        let elsewhere = shard.skipped.iter().filter(|skipped| skipped.reason == Reason::Elsewhere).count();
        assert_eq!(shard.cases.len() + elsewhere, whole.cases.len());
        let share = weight(&whole) / 3;
        assert!(weight(shard).abs_diff(share) * 5 < share, "{} of {}", weight(shard), weight(&whole));
        assert!((0..suite.rules.len()).all(|rule| shard.checks(rule) == whole.checks(rule)));
    }
}

#[test]
fn shards_do_not_depend_on_the_users() {
    let shard = "2/3".parse().unwrap();
    let ids = |users: &str| {
        let target = target(users);
        let (suite, plan) = plan(&target, &[]);
        let part = plan.clone().part(&suite, &target, &Selection::default(), shard);
        let ids = |plan: &Plan| {
            plan.cases
                .iter()
                .map(|case| (suite.rules[case.rule].scenarios[case.scenario].id.clone(), case.version))
                .collect::<BTreeSet<_>>()
        };
        (ids(&plan), ids(&part))
    };
    let ((few, own), (_, own_of_more)) = (ids(KIM), ids(&[KIM, LEE].concat()));
    assert_eq!(own, own_of_more.into_iter().filter(|case| few.contains(case)).collect());
}

#[test]
fn scenarios_can_be_selected_one_by_one() {
    let target = target(KIM);
    let suite = Suite::embedded().unwrap();
    let id = "list.answers-200/".to_owned() + suite.rule("list.answers-200").unwrap().scenarios[0].id.split('/').nth(1).unwrap();
    let only = |version| Selection::default().narrowed_to(Some(Cells::One), &[]).only([(id.clone(), version, None)].into());
    assert_eq!(Plan::new(&suite, &target, &only(ApiVersion::V1)).cases.len(), 1);
    assert_eq!(Plan::new(&suite, &target, &only(ApiVersion::Beta)).cases.len(), 0);
}

/// The plan's target, plus an administrator and a user who have permissions for phones only; these come first.
fn with_phone_permissions() -> Target {
    let mut target = target(&format!("{KIM}{LEE}"));
    for (at, scope, user) in [(0, "UserAuthMethod-Phone.ReadWrite.All", "pia@contoso.com"), (1, "UserAuthMethod-Phone.ReadWrite", "2")] {
        let mut identity = target.identities[at].clone();
        identity.name = format!("phone-{}", identity.name);
        identity.scopes = vec![scope.to_owned()];
        identity.user = Some(user.to_owned());
        target.identities.push(identity);
    }
    target.identities.rotate_right(2);
    target
}

#[test]
fn permissions_for_phones_only_play_their_own_callers_if_there_are_others() {
    let target = with_phone_permissions();
    let cast = Cast::new(&target);
    let name = |caller, user| cast.identity(caller, user).map(|index| target.identities[index].name.as_str());
    assert_eq!(name(Caller::AdministratorWithPhonePermission, None), Some("phone-admin"));
    assert_eq!(name(Caller::UserWithPhonePermission, Some(1)), Some("phone-kim"));
    assert_eq!(name(Caller::AuthenticationAdministrator, None), Some("admin"));
    assert_eq!(name(Caller::User, None), Some("kim"));
    assert_eq!(name(Caller::User, Some(1)), None);
    assert_eq!(cast.administrators(), [2]);
    assert!(!cast.has(Caller::AdministratorWithPhonePermissionToRead));
}

#[test]
fn permissions_for_phones_only_play_every_caller_if_there_are_no_others() {
    let mut target = with_phone_permissions();
    target.identities.truncate(2);
    let cast = Cast::new(&target);
    assert_eq!(cast.identity(Caller::AuthenticationAdministrator, None), Some(0));
    assert_eq!(cast.identity(Caller::Administrator, None), Some(0));
    assert_eq!(cast.identity(Caller::User, Some(1)), Some(1));
}

#[test]
fn a_rule_of_another_shard_counts_as_checked() {
    let target = target(&format!("{KIM}{LEE}"));
    let suite = Suite::embedded().unwrap();
    let selection = Selection::new(&suite, &["create".to_owned()], None).unwrap();
    let plan = Plan::new(&suite, &target, &selection);
    let whole: Vec<bool> = (0..suite.rules.len()).map(|rule| plan.checks(rule)).collect();
    assert!(whole.contains(&true) && whole.contains(&false));
    for index in 1..=2 {
        let part = plan.clone().part(&suite, &target, &selection, format!("{index}/2").parse().unwrap());
        assert!(part.cases.len() < plan.cases.len());
        assert_eq!((0..suite.rules.len()).map(|rule| part.checks(rule)).collect::<Vec<_>>(), whole);
    }
}

#[test]
fn the_weight_of_a_scenario_counts_its_steps_and_users() {
    let suite = Suite::embedded().unwrap();
    let of = |rule: &str| weight(&suite.rule(rule).unwrap().scenarios[0]);
    assert_eq!(of("get.application-has-no-me"), 3);
    assert_eq!(of("list.answers-200"), 3 + 3);
    assert_eq!(of("create.other-users-stay"), 4 + 6);
}

#[test]
fn two_versions_are_enough_to_compare_versions() {
    let both = Target { versions: vec![ApiVersion::V1, ApiVersion::Beta], ..target(KIM) };
    assert!(!plan(&both, &["list.same-in-both-versions"]).1.cases.is_empty());
}

#[test]
fn a_scenario_with_users_needs_an_administrator() {
    let mut without = target(KIM);
    without.identities.remove(0);
    let (suite, plan) = plan(&without, &[]);
    assert_eq!(reason(&plan, &suite, "list.self-allowed"), cast::missing(Caller::Administrator).to_string());
    let reason = reason(&plan, &suite, "list.application-has-no-me");
    assert_eq!(reason, cast::missing(Caller::Application).to_string(), "nobody is set up there");
}

#[test]
fn only_the_user_must_sign_in_and_have_a_name() {
    let target = target(&format!("{KIM}{LEE}"));
    let suite = Suite::embedded().unwrap();
    let mut scenario = suite.rule("create.other-users-stay").unwrap().scenarios[0].clone();
    scenario.needs.callers = [Caller::User].into();
    scenario.needs.user_principal_name = true;
    let candidates = |person| super::candidates(&scenario, person, scenario.needs.user_principal_name, &target, &Cast::new(&target));
    assert_eq!((candidates(0), candidates(1)), (vec![0], vec![0, 1]));
}

#[test]
fn the_reason_names_the_missing_user() {
    let suite = Suite::embedded().unwrap();
    let mut scenario = suite.rule("create.other-users-stay").unwrap().scenarios[0].clone();
    let said = |scenario: &Scenario, candidates: &[Vec<usize>]| missing_users(scenario, candidates).to_string();
    scenario.needs.callers = [Caller::User].into();
    assert!(said(&scenario, &[vec![], vec![0]]).contains("who is also the signed-in user"));
    assert_eq!(said(&scenario, &[vec![0], vec![]]), "needs a user without an administrator role: add one to [[users]] in the target file");
    scenario.needs.callers = [Caller::FellowUser].into();
    assert!(said(&scenario, &[vec![], vec![0]]).contains("who is not the signed-in user"));
}

#[test]
fn the_reason_says_that_the_only_user_is_an_administrator() {
    let (suite, plan) = plan(&target("[[users]]\nid = \"1\"\nuser_principal_name = \"admin@contoso.com\"\n"), &[]);
    assert_eq!(
        reason(&plan, &suite, "list.exactly-the-users-phones"),
        "needs a user without an administrator role: add one to [[users]] in the target file"
    );
}

#[test]
fn the_reason_says_how_many_users_the_policy_must_allow() {
    let (suite, plan) = plan(&target(LEE), &[]);
    assert_eq!(
        reason(&plan, &suite, "delete.frees-the-number"),
        "needs 2 users at a time, 2 of them with sms_sign_in = true: add [[users]] to the target file"
    );
}

#[test]
fn walks_need_an_administrator_a_user_and_a_rule_that_they_can_break() {
    let walks = |target: &Target, rules: &[&str], shard: Option<&str>| {
        let (suite, plan) = plan(target, rules);
        let shard = shard.map(|shard| shard.parse().unwrap());
        Plan { shard, ..plan }.walks(&suite, 5)
    };
    let whole = walks(&target(KIM), &[], None);
    assert_eq!((whole.number, whole.operations.len()), (5, 3), "policy says of nobody that SMS sign-in is allowed");
    let deletions = walks(&target(KIM), &["delete"], None);
    assert_eq!((deletions.number, deletions.operations.into_iter().collect::<Vec<_>>()), (5, vec![crate::api::Operation::Delete]));
    let parts: u64 = ["1/2", "2/2"].map(|shard| walks(&target(KIM), &[], Some(shard)).number).iter().sum();
    assert_eq!(parts, 5);

    let nothing = super::Walks::default();
    assert_eq!(walks(&target(KIM), &["list.answers-200"], None), nothing);
    let only_herself = "[[users]]\nid = \"3\"\nuser_principal_name = \"admin@contoso.com\"\n";
    assert_eq!(walks(&target(only_herself), &[], None), nothing);
    let mut without = target(KIM);
    without.identities.remove(0);
    assert_eq!(walks(&without, &["create"], None), nothing);
}
