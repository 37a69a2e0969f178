//! Writes a target file.

use std::fmt::Write as _;
use std::time::Duration;

use toml::Value;

use super::{Identity, PhoneNumbers, SecretSource, Target, TokenSource, User, keys};

/// The target as the text of a commented target file. The text reads back as the same target.
///
/// Literal tokens and header values appear in plain text, so use this only for a server without real secrets. If the
/// signed-in user of an identity is unknown, as after [`Target::from_flags`], add the user by hand.
pub fn to_toml(target: &Target) -> String {
    let mut out = Writer::default();
    out.key(keys::ROOT, "name", &string(&target.name));
    match target.cloud {
        Some(cloud) => out.key(keys::ROOT, "cloud", &string(cloud.name())),
        None => out.key(keys::ROOT, "base_url", &string(target.base_url.as_str().trim_end_matches('/'))),
    }
    out.key(keys::ROOT, "versions", &strings(target.versions.iter().map(|version| version.name())));
    if target.version_paths.is_empty() {
        out.comment("version_paths = { \"v1.0\" = \"\" }", keys::ROOT, "version_paths");
    } else {
        let paths: Vec<_> =
            target.version_paths.iter().map(|(version, path)| format!("{} = {}", string(version.name()), string(path))).collect();
        out.key(keys::ROOT, "version_paths", &format!("{{ {} }}", paths.join(", ")));
    }
    out.key(keys::ROOT, "edition", &string(target.edition.name()));
    match target.concurrency {
        Some(count) => out.key(keys::ROOT, "concurrency", &count.to_string()),
        None => out.comment("concurrency = 8", keys::ROOT, "concurrency"),
    }
    out.key(keys::ROOT, "request_timeout", &duration(target.request_timeout));
    out.key(keys::ROOT, "consistency_timeout", &duration(target.consistency_timeout));
    out.key(keys::ROOT, "max_retry_wait", &duration(target.max_retry_wait));
    out.key(keys::ROOT, "modify_users", &target.modify_users.to_string());
    out.key(keys::ROOT, "allow_insecure_http", &target.allow_insecure_http.to_string());
    for (name, file) in [
        ("ca_file", &target.ca_file),
        ("client_certificate_file", &target.client_certificate_file),
        ("client_key_file", &target.client_key_file),
    ] {
        if let Some(file) = file {
            out.key(keys::ROOT, name, &string(&file.to_string_lossy()));
        }
    }
    if let Some(proxy) = &target.mock_proxy {
        out.key(keys::ROOT, "mock_proxy", &string(proxy.as_str().trim_end_matches('/')));
    }
    if !target.headers.is_empty() {
        out.table("[headers]", "headers");
        for (name, value) in &target.headers {
            let bare = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
            let name = if bare { name.clone() } else { string(name) };
            out.line(&format!("{name} = {}", string(value.reveal())));
        }
    }
    for (index, identity) in target.identities.iter().enumerate() {
        out.repeated(index, "[[identities]]", keys::IDENTITIES);
        out.identity(identity);
    }
    for (index, user) in target.users.iter().enumerate() {
        out.repeated(index, "[[users]]", keys::USERS);
        out.user(user);
    }
    if target.phone_numbers != PhoneNumbers::default() {
        out.table("[phone_numbers]", keys::PHONE_NUMBERS);
        out.key(keys::PHONE_NUMBERS, "prefixes", &strings(target.phone_numbers.prefixes.iter().map(String::as_str)));
        out.key(keys::PHONE_NUMBERS, "digits", &target.phone_numbers.digits.to_string());
    }
    out.text
}

#[derive(Default)]
struct Writer {
    text: String,
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A key with its meaning above it.
    fn key(&mut self, table: &str, name: &str, value: &str) {
        self.meaning(table, name);
        self.line(&format!("{name} = {value}"));
    }

    /// A commented-out key with an example.
    fn comment(&mut self, example: &str, table: &str, name: &str) {
        self.meaning(table, name);
        self.line(&format!("# {example}"));
    }

    /// The header of a table, with its meaning above it.
    fn table(&mut self, header: &str, name: &str) {
        self.line("");
        self.meaning(keys::ROOT, name);
        self.line(header);
    }

    /// The header of one of several tables. Only the first has its meaning above it.
    fn repeated(&mut self, index: usize, header: &str, name: &str) {
        if index == 0 {
            self.table(header, name);
        } else {
            self.line("");
            self.line(header);
        }
    }

    fn meaning(&mut self, table: &str, name: &str) {
        if let Some(key) = keys::find(table, name) {
            // Writing to a `String` can't fail.
            let _ = writeln!(self.text, "# {}", key.meaning);
        }
    }

    fn identity(&mut self, identity: &Identity) {
        self.line(&format!("name = {}", string(&identity.name)));
        self.line(&format!("kind = {}", string(identity.kind.name())));
        self.line(&format!("scopes = {}", strings(identity.scopes.iter().map(String::as_str))));
        self.line(&format!("roles = {}", strings(identity.roles.iter().map(String::as_str))));
        if let Some(user) = &identity.user {
            self.line(&format!("user = {}", string(user)));
        }
        self.line(&match &identity.token {
            TokenSource::Given(source) => format!("token = {}", secret(source)),
            TokenSource::ClientCredentials(credentials) => format!(
                "token = {{ client_credentials = {{ token_url = {}, client_id = {}, client_secret = {}, scope = {} }} }}",
                string(credentials.token_url.as_str()),
                string(&credentials.client_id),
                secret(&credentials.client_secret),
                string(&credentials.scope)
            ),
        });
    }

    fn user(&mut self, user: &User) {
        self.line(&format!("id = {}", string(&user.id)));
        if let Some(name) = &user.user_principal_name {
            self.line(&format!("user_principal_name = {}", string(name)));
        }
        if let Some(allowed) = user.sms_sign_in {
            self.line(&format!("sms_sign_in = {allowed}"));
        }
    }
}

fn secret(source: &SecretSource) -> String {
    match source {
        SecretSource::Literal(secret) => string(secret.reveal()),
        SecretSource::Env(name) => format!("{{ env = {} }}", string(name)),
        SecretSource::Command(words) => format!("{{ command = {} }}", strings(words.iter().map(String::as_str))),
    }
}

fn string(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

fn strings<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", texts.map(string).collect::<Vec<_>>().join(", "))
}

fn duration(duration: Duration) -> String {
    string(&humantime::format_duration(duration).to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::api::{ApiVersion, Cloud, Edition};
    use crate::target::{ClientCredentials, IdentityKind, Secret, endpoint};

    use super::*;

    /// Text without spaces around it and without control characters.
    fn words() -> impl Strategy<Value = String> {
        "[^\\p{C}\\s]([^\\p{C}]{0,8}[^\\p{C}\\s])?"
    }

    fn source() -> impl Strategy<Value = SecretSource> {
        prop_oneof![
            "[!#-&(-~]{1,20}".prop_map(|text| SecretSource::Literal(Secret::new(text))),
            "[A-Z_][A-Z0-9_]{0,8}".prop_map(SecretSource::Env),
            (any::<char>(), prop::collection::vec(any::<String>(), 0..4)).prop_map(|(program, mut words)| {
                words.insert(0, program.to_string());
                SecretSource::Command(words)
            }),
        ]
    }

    fn token() -> impl Strategy<Value = TokenSource> {
        let token_url = "https?://[a-z]{1,9}\\.example/[a-z?=&]{0,9}".prop_map(|url| url.parse().unwrap());
        let credentials = (token_url, words(), source(), words()).prop_map(|(token_url, client_id, client_secret, scope)| {
            TokenSource::ClientCredentials(ClientCredentials { token_url, client_id, client_secret, scope })
        });
        prop_oneof![source().prop_map(TokenSource::Given), credentials]
    }

    fn identity() -> impl Strategy<Value = Identity> {
        let (scope, role) = ("Mailbox[a-z]{0,5}\\.Read(Write)?(\\.All)?", "[A-Z][a-z]{4,9} Operator");
        let lists = (prop::collection::vec(scope, 0..3), prop::collection::vec(role, 0..3));
        (words(), prop::sample::select(IdentityKind::ALL), lists, words(), token()).prop_map(
            |(name, kind, (scopes, roles), user, token)| Identity {
                name,
                kind,
                scopes,
                roles,
                user: (kind != IdentityKind::Application).then_some(user),
                token,
            },
        )
    }

    fn users() -> impl Strategy<Value = Vec<User>> {
        prop::collection::vec((words(), any::<bool>(), any::<Option<bool>>()), 1..4).prop_map(|users| {
            let user = |(number, (text, named, sms_sign_in)): (usize, (String, bool, _))| User {
                id: format!("{number} {text}"),
                user_principal_name: named.then(|| format!("{number}@{text}")),
                sms_sign_in,
            };
            users.into_iter().enumerate().map(user).collect()
        })
    }

    fn numbers() -> impl Strategy<Value = PhoneNumbers> {
        let prefixes = prop::collection::btree_set("\\+[1-9][0-9]{0,2} [0-9]{0,8}", 1..4);
        prop_oneof![
            Just(PhoneNumbers::default()),
            (prefixes, 1..=7_u32).prop_map(|(prefixes, digits)| PhoneNumbers { prefixes: prefixes.into_iter().collect(), digits }),
        ]
    }

    fn timeout() -> impl Strategy<Value = Duration> {
        (0..86_400_u64, 1..1_000_000_000_u32).prop_map(|(seconds, nanoseconds)| Duration::new(seconds, nanoseconds))
    }

    prop_compose! {
        fn target()(
            name in "[a-z0-9-]{1,9}",
            base_url in "https?://[a-z]{1,9}\\.example(:[1-9][0-9]{0,3})?(/[a-z]{1,5}){0,2}/?",
            versions in prop::sample::select(vec![vec![ApiVersion::V1], vec![ApiVersion::Beta, ApiVersion::V1]]),
            version_paths in prop::collection::btree_map(prop::sample::select(ApiVersion::ALL), "([a-z~.]{3}(/[a-z]{1,3})?)?", 0..3),
            edition in prop::sample::select(Edition::ALL),
            (concurrency, modify_users, allow_insecure_http) in (prop::option::of(1..99_usize), any::<bool>(), any::<bool>()),
            (request_timeout, consistency_timeout, max_retry_wait) in (timeout(), timeout(), timeout()),
            headers in prop::collection::btree_map("x-[a-z]{0,4}[.'#`]{0,2}", "([!-~]([ -~]{0,9}[!-~])?)?", 0..3),
            identities in prop::collection::vec(identity(), 0..4),
            users in users(),
            phone_numbers in numbers(),
            cloud in prop::option::of(prop::sample::select(Cloud::ALL)),
            (ca_file, certificate, key) in (prop::option::of(words()), prop::option::of(words()), prop::option::of(words())),
            proxy in prop::option::of("http://[a-z]{1,9}\\.example:[1-9][0-9]{0,3}"),
        ) -> Target {
            let numbered = |(number, identity): (usize, Identity)| Identity { name: format!("{number}{}", identity.name), ..identity };
            Target {
                name, versions, version_paths, edition, concurrency, modify_users, allow_insecure_http, users, phone_numbers,
                request_timeout, consistency_timeout, max_retry_wait,
                base_url: endpoint::base_url("it", &cloud.map_or(base_url, |cloud| cloud.root().to_owned())).unwrap(),
                cloud,
                mock_proxy: ca_file.as_ref().and(proxy).map(|proxy| endpoint::base_url("it", &proxy).unwrap()),
                ca_file: ca_file.map(Into::into),
                client_key_file: certificate.as_ref().and(key).map(Into::into),
                client_certificate_file: certificate.map(Into::into),
                headers: headers.into_iter().map(|(name, value)| (name, Secret::new(value))).collect(),
                identities: identities.into_iter().enumerate().map(numbered).collect(),
            }
        }
    }

    proptest! {
        #[test]
        fn a_written_target_reads_back_the_same(target in target()) {
            let text = to_toml(&target);
            prop_assert_eq!(Target::parse(&text, "t.toml", &|_| None).map_err(|error| format!("{error}\n{text}")), Ok(target));
        }
    }

    #[test]
    fn the_text_explains_its_keys() {
        let users = ["kim@contoso.com".to_owned()];
        let text = to_toml(&Target::from_flags("http://localhost:8080", "TOKEN", &users).unwrap());
        assert!(
            text.contains(
                "\n# service root, http or https, without the version segment; or else `cloud`\nbase_url = \"http://localhost:8080\"\n"
            ),
            "{text}"
        );
        assert!(text.contains("\n# how many scenarios may run at the same time\n# concurrency = 8\n"), "{text}");
        assert!(text.ends_with("[[users]]\nid = \"kim@contoso.com\"\nuser_principal_name = \"kim@contoso.com\"\n"), "{text}");
    }
}
