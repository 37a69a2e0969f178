//! A target file to start from. Its comments explain everything.

use std::fmt::Write as _;

use crate::suite::Caller;

use super::keys::{self, Key};

/// The text above the first key.
const HEAD: &str = "\
# A target: the endpoint to check, who calls it, and whose phones may be changed.
#
#   graph-phone-conformance --target FILE --dry-run   what would run, what would be skipped and why; sends nothing
#   graph-phone-conformance --target FILE             checks the endpoint
#
# A line that begins with `#` and no space is a setting that is off; remove the `#` to turn it on.
# Durations are numbers with units: \"300ms\", \"30s\", \"2m\".
";

/// Examples for the keys at the top of the file, and whether each is set or commented out.
const TOP: &[(&str, bool, &str)] = &[
    ("name", true, "\"my-endpoint\""),
    ("base_url", true, "\"http://127.0.0.1:8080\""),
    ("cloud", false, "\"global\""),
    ("versions", true, "[\"v1.0\", \"beta\"]"),
    ("version_paths", false, "{ \"v1.0\" = \"\", beta = \"preview\" }"),
    ("edition", false, "\"current\""),
    ("concurrency", false, "8"),
    ("request_timeout", false, "\"30s\""),
    ("consistency_timeout", false, "\"0s\""),
    ("max_retry_wait", false, "\"60s\""),
    ("modify_users", false, "true"),
    ("allow_insecure_http", false, "true"),
    ("ca_file", false, "\"authority.pem\""),
    ("client_certificate_file", false, "\"client.pem\""),
    ("client_key_file", false, "\"client-key.pem\""),
    ("mock_proxy", false, "\"http://127.0.0.1:8000\""),
];

/// The text above the identities.
const CAST: &str = "\
# Rules ask for callers by kind, permissions and roles. One administrator is enough to begin with; with each of the others, the run checks more rules.
# The run skips rules whose callers are missing, and the report says what to add.
#
# A token is never printed. It is one of
#   token = { env = \"NAME\" }                        the environment variable NAME holds it
#   token = { command = [\"program\", \"argument\"] }   the program prints it
#   token = { client_credentials = { tenant = \"…\", client_id = \"…\", client_secret = { env = \"NAME\" } } }
#       the run fetches it for an application; add `token_url` unless the target has `cloud`; `scope` is optional
#   token = \"…\"                                     the token itself; for mocks, which have no secrets
";

/// A caller, whether it is set, and the name, signed-in user and token of its identity.
type Example = (Caller, bool, &'static str, Option<&'static str>, &'static str);

const ADMIN: Option<&str> = Some("admin@contoso.com");
const HELPDESK: Option<&str> = Some("helpdesk@contoso.com");
const KIM: Option<&str> = Some("kim@contoso.com");

/// The full cast: an identity for every caller in scenarios. `features/cast.toml` says what they are.
#[rustfmt::skip]
const IDENTITIES: &[Example] = &[
    (Caller::PrivilegedAuthenticationAdministrator, true, "privileged-administrator", ADMIN, "{ env = \"ADMIN_TOKEN\" }"),
    (Caller::AuthenticationAdministrator, false, "administrator", HELPDESK, "{ env = \"HELPDESK_TOKEN\" }"),
    (Caller::WithoutRole, false, "without-role", Some("nobody@contoso.com"), "{ env = \"NOBODY_TOKEN\" }"),
    (Caller::AdministratorWithoutPermission, false, "without-permission", HELPDESK, "{ env = \"HELPDESK_WITHOUT_PERMISSION_TOKEN\" }"),
    (Caller::User, false, "kim", KIM, "{ env = \"KIM_TOKEN\" }"),
    (Caller::User, false, "ann", Some("ann@contoso.com"), "{ env = \"ANN_TOKEN\" }"),
    (Caller::UserWithoutPermission, false, "kim-without-permission", KIM, "{ env = \"KIM_WITHOUT_PERMISSION_TOKEN\" }"),
    (Caller::Application, false, "application", None, "{ command = [\"./print-token\", \"application\"] }"),
    (Caller::ApplicationWithoutPermission, false, "application-without-permission", None, "{ command = [\"./print-token\", \"other-application\"] }"),
    (Caller::PersonalAccount, false, "personal", Some("someone@outlook.com"), "{ env = \"PERSONAL_TOKEN\" }"),
    (Caller::AdministratorWithPhonePermission, false, "phone-administrator", HELPDESK, "{ env = \"HELPDESK_PHONE_TOKEN\" }"),
    (Caller::AdministratorWithPhonePermissionToRead, false, "phone-reader", HELPDESK, "{ env = \"HELPDESK_PHONE_READ_TOKEN\" }"),
    (Caller::UserWithPhonePermission, false, "kim-phone-permission", KIM, "{ env = \"KIM_PHONE_TOKEN\" }"),
    (Caller::ApplicationWithPhonePermission, false, "phone-application", None, "{ command = [\"./print-token\", \"phone-application\"] }"),
    (Caller::UserWithPhonePermissionToRead, false, "kim-permission-to-read", KIM, "{ env = \"KIM_PHONE_READ_TOKEN\" }"),
    (Caller::ApplicationWithPhonePermissionToRead, false, "phone-reading-application", None, "{ command = [\"./print-token\", \"phone-reading-application\"] }"),
    (Caller::AdministratorWithPermissionToRead, false, "reader", HELPDESK, "{ env = \"HELPDESK_READ_TOKEN\" }"),
    (Caller::UserWithPermissionToRead, false, "kim-reader", KIM, "{ env = \"KIM_READ_TOKEN\" }"),
    (Caller::ApplicationWithPermissionToRead, false, "reading-application", None, "{ command = [\"./print-token\", \"reading-application\"] }"),
    (Caller::UserWithAdministratorRole, false, "pat-administrator", Some("pat@contoso.com"), "{ env = \"PAT_TOKEN\" }"),
    (Caller::GlobalReader, false, "global-reader", Some("reader@contoso.com"), "{ env = \"READER_TOKEN\" }"),
    (Caller::GlobalAdministrator, false, "global-administrator", Some("global@contoso.com"), "{ env = \"GLOBAL_TOKEN\" }"),
];

/// The text above the users.
const PEOPLE: &str = "\
# A run replaces their phones: name only test users. With more users, more scenarios run at the same time;
# some scenarios need two users, and some need a user whom the policy allows SMS sign-in, or one whom it does not.
";

/// For each user: whether it is set, the last digit of the id, the name, and whether the policy allows SMS sign-in.
const USERS: &[(bool, u8, &str, bool)] =
    &[(true, 1, "kim", true), (true, 2, "lee", false), (false, 3, "max", true), (false, 4, "ann", false), (false, 5, "pat", true)];

/// The text of a commented target file. It is valid, but its addresses, names and variables are placeholders.
pub fn template() -> String {
    let mut out = HEAD.to_owned();
    for (name, set, value) in TOP {
        meaning(&mut out, keys::ROOT, name);
        setting(&mut out, *set, &format!("{name} = {value}"));
    }
    meaning(&mut out, keys::ROOT, "headers");
    for line in ["[headers]", "x-tenant = \"contoso\"", "x-api-key = { env = \"API_KEY\" }"] {
        setting(&mut out, false, line);
    }
    section(&mut out, keys::IDENTITIES, CAST, &["name", "kind", "scopes", "roles", "user"]);
    for (index, (caller, set, name, user, token)) in IDENTITIES.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let member = caller.member();
        line(&mut out, &format!("# {}", member.means));
        setting(&mut out, *set, "[[identities]]");
        setting(&mut out, *set, &format!("name = \"{name}\""));
        for (key, value) in member.settings() {
            setting(&mut out, *set, &format!("{key} = {value}"));
        }
        if let Some(user) = user {
            setting(&mut out, *set, &format!("user = \"{user}\""));
        }
        setting(&mut out, *set, &format!("token = {token}"));
    }
    section(&mut out, keys::USERS, PEOPLE, &["id", "user_principal_name", "sms_sign_in"]);
    for (index, (set, digit, name, allowed)) in USERS.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        setting(&mut out, *set, "[[users]]");
        setting(&mut out, *set, &format!("id = \"00000000-0000-0000-0000-00000000000{digit}\""));
        setting(&mut out, *set, &format!("user_principal_name = \"{name}@contoso.com\""));
        setting(&mut out, *set, &format!("sms_sign_in = {allowed}"));
    }
    section(&mut out, keys::PHONE_NUMBERS, "", &["prefixes", "digits"]);
    for line in ["[phone_numbers]", "prefixes = [\"+1 206555\"]", "digits = 4"] {
        setting(&mut out, false, line);
    }
    out
}

fn line(out: &mut String, text: &str) {
    // Writing to a `String` can't fail.
    let _ = writeln!(out, "{text}");
}

/// A line of TOML. It is commented out unless `set`.
fn setting(out: &mut String, set: bool, text: &str) {
    line(out, &format!("{}{text}", if set { "" } else { "#" }));
}

/// The meaning of a table, further explanation, and the meaning of its keys.
fn section(out: &mut String, table: &str, prose: &str, names: &[&str]) {
    meaning(out, keys::ROOT, table);
    if !prose.is_empty() {
        line(out, "#");
        out.push_str(prose);
    }
    line(out, "#");
    let width = names.iter().map(|name| name.len()).max().unwrap_or_default();
    for key in names.iter().filter_map(|name| keys::find(table, name)) {
        line(out, &format!("# {:width$}  {}{}", key.name, key.meaning, default(key)));
    }
    out.push('\n');
}

/// The meaning of a key, as a comment.
fn meaning(out: &mut String, table: &str, name: &str) {
    if let Some(key) = keys::find(table, name) {
        line(out, &format!("\n# {}{}", key.meaning, default(key)));
    }
}

fn default(key: &Key) -> String {
    match key.default {
        Some(default) => format!(" (default: {default})"),
        None => " (required)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::{Plan, Selection};
    use crate::suite::Suite;
    use crate::target::{KEYS, Target};

    use super::*;

    fn parse(text: &str) -> Target {
        Target::parse(text, "target.toml", &|name| (name == "API_KEY").then(|| "key".to_owned())).unwrap()
    }

    /// The file with every setting in force, except the one that would replace another.
    fn all_set() -> String {
        let uncommented = |line: &str| match line.strip_prefix('#') {
            Some(rest) if !rest.is_empty() && !rest.starts_with(' ') => rest.to_owned(),
            _ => line.to_owned(),
        };
        template().lines().filter(|line| !line.starts_with("#cloud")).map(|line| uncommented(line) + "\n").collect()
    }

    #[test]
    fn it_is_valid_and_gives_no_consent() {
        let target = parse(&template());
        assert_eq!((target.identities.len(), target.users.len()), (1, 2));
        assert!(!target.modify_users && !target.allow_insecure_http);
    }

    #[test]
    fn the_commented_out_settings_are_valid() {
        let target = parse(&all_set());
        assert_eq!((target.identities.len(), target.users.len()), (IDENTITIES.len(), USERS.len()));
        assert_eq!(target.phone_numbers.digits, 4);
    }

    #[test]
    fn with_every_setting_no_rule_lacks_anything() {
        let target = Target { version_paths: std::collections::BTreeMap::new(), ..parse(&all_set()) };
        let plan = Plan::new(&Suite::embedded().unwrap(), &target, &Selection::default());
        let lacking: Vec<_> =
            plan.skipped.iter().map(|skipped| &skipped.reason).filter(|reason| matches!(reason, crate::plan::Reason::Lacks(_))).collect();
        assert!(lacking.is_empty(), "{lacking:?}");
    }

    #[test]
    fn it_contains_every_key() {
        let text = template();
        for key in KEYS {
            assert!(text.contains(key.name), "{}", key.path());
        }
    }

    #[test]
    fn no_line_is_too_long_to_read() {
        for line in template().lines() {
            assert!(line.chars().count() <= 150, "{line}");
        }
    }
}
