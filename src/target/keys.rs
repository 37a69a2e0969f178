//! Every key of the target file, with its kind and meaning. Suggestions and the written documentation use this list.

use super::error::Complaint;

/// A key of the target file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The table that contains it, as a dotted path; empty for the top of the file.
    pub table: &'static str,
    /// The key itself.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: &'static str,
    /// The default, in TOML or in words; `None` if the key is required.
    pub default: Option<&'static str>,
    /// What it means.
    pub meaning: &'static str,
}

impl Key {
    /// The dotted path of the key from the top of the file.
    pub fn path(&self) -> String {
        let name = if self.name.contains('.') { format!("\"{}\"", self.name) } else { self.name.to_owned() };
        if self.table.is_empty() { name } else { format!("{}.{name}", self.table) }
    }
}

/// The top of the file.
pub(super) const ROOT: &str = "";
/// Path segments by version.
pub(super) const VERSION_PATHS: &str = "version_paths";
/// A header's value from outside the file.
pub(super) const HEADER: &str = "headers.*";
/// The identities that send requests.
pub(super) const IDENTITIES: &str = "identities";
/// A token from outside the file.
pub(super) const TOKEN: &str = "identities.token";
/// A token that is fetched with client credentials.
pub(super) const CREDENTIALS: &str = "identities.token.client_credentials";
/// A client secret from outside the file.
pub(super) const CLIENT_SECRET: &str = "identities.token.client_credentials.client_secret";
/// The users whose phones a run may change.
pub(super) const USERS: &str = "users";
/// How phone numbers are made.
pub(super) const PHONE_NUMBERS: &str = "phone_numbers";

/// Every key, in the recommended order.
pub const KEYS: &[Key] = &[
    key(ROOT, "name", "string", None, "names the snapshots and the reports: lower-case letters, digits and hyphens"),
    key(ROOT, "base_url", "string", None, "service root, http or https, without the version segment; or else `cloud`"),
    key(
        ROOT,
        "cloud",
        "string",
        Some("none"),
        "instead of `base_url`: Microsoft Graph itself, \"global\", \"us-l4\", \"us-l5\" or \"china\"",
    ),
    key(ROOT, "versions", "array of strings", Some("[\"v1.0\"]"), "the versions to check: \"v1.0\", \"beta\""),
    key(ROOT, VERSION_PATHS, "table", Some("{}"), "path segment of a version, if it is not the version itself; empty for none"),
    key(VERSION_PATHS, "v1.0", "string", Some("\"v1.0\""), "path segment of version 1.0"),
    key(VERSION_PATHS, "beta", "string", Some("\"beta\""), "path segment of the beta version"),
    key(
        ROOT,
        "edition",
        "string",
        Some("\"current\""),
        "which generation of the documents decides where they disagree: \"current\", \"legacy\"",
    ),
    key(ROOT, "concurrency", "integer", Some("as many as the users allow"), "how many scenarios may run at the same time"),
    key(ROOT, "request_timeout", "duration", Some("\"30s\""), "time limit of one request, from connecting to the last byte of the answer"),
    key(ROOT, "consistency_timeout", "duration", Some("\"0s\""), "how long a read may lag behind a write"),
    key(ROOT, "max_retry_wait", "duration", Some("\"60s\""), "longest Retry-After that is honoured"),
    key(
        ROOT,
        "modify_users",
        "boolean",
        Some("false"),
        "consent to replace the phones of the users below, who must be test users; required unless the host is loopback",
    ),
    key(ROOT, "allow_insecure_http", "boolean", Some("false"), "consent to plain http to a host that isn't loopback"),
    key(
        ROOT,
        "ca_file",
        "string",
        Some("none"),
        "PEM file of authorities to trust besides the system's; the path is relative to this file's folder",
    ),
    key(ROOT, "client_certificate_file", "string", Some("none"), "PEM file of the certificate that the endpoint may ask for"),
    key(ROOT, "client_key_file", "string", Some("the certificate's file"), "PEM file of that certificate's key, unencrypted"),
    key(
        ROOT,
        "mock_proxy",
        "string",
        Some("none"),
        "proxy that answers in place of the service, such as Dev Proxy: every request goes through it, and only `ca_file` is trusted",
    ),
    key(ROOT, "headers", "table", Some("{}"), "headers sent with every request, by name; a value is a string or { env = \"NAME\" }"),
    key(HEADER, "env", "string", None, "environment variable that holds the header's value"),
    key(ROOT, IDENTITIES, "array of tables", Some("[]"), "who can call"),
    key(IDENTITIES, "name", "string", None, "name of the identity in messages"),
    key(IDENTITIES, "kind", "string", None, "the kind of token: \"delegated\", \"application\", \"personal\""),
    key(IDENTITIES, "scopes", "array of strings", Some("[]"), "permissions that the token carries"),
    key(IDENTITIES, "roles", "array of strings", Some("[]"), "Microsoft Entra roles of the signed-in user"),
    key(
        IDENTITIES,
        "user",
        "string",
        Some("unknown, for an administrator or \"application\" only"),
        "who is signed in, by id or user principal name",
    ),
    key(
        IDENTITIES,
        "token",
        "string or table",
        None,
        "the bearer token, or where it comes from: { env = \"NAME\" }, { command = [\"program\", \"argument\"] } or { client_credentials = { … } }",
    ),
    key(TOKEN, "env", "string", None, "environment variable that holds the token"),
    key(
        TOKEN,
        "command",
        "array of strings",
        None,
        "program and arguments that print the token; the run starts it again when the token expires",
    ),
    key(TOKEN, "client_credentials", "table", None, "fetch the token with client credentials (OAuth 2), and again when it expires"),
    key(CREDENTIALS, "tenant", "string", Some("none, with `token_url` only"), "tenant that issues the token"),
    key(CREDENTIALS, "client_id", "string", None, "id of the client"),
    key(CREDENTIALS, "client_secret", "string or table", None, "the client's secret, or where it comes from, as for a token"),
    key(
        CREDENTIALS,
        "token_url",
        "string",
        Some("the tenant's own in `cloud`"),
        "address that issues the token; the secret is sent only there",
    ),
    key(CREDENTIALS, "scope", "string", Some("`.default` of the service root"), "what the token may be used for"),
    key(CLIENT_SECRET, "env", "string", None, "environment variable that holds the secret"),
    key(CLIENT_SECRET, "command", "array of strings", None, "program and arguments that print the secret"),
    key(ROOT, USERS, "array of tables", None, "test users, whose phones may be changed; at least one"),
    key(USERS, "id", "string", None, "object id"),
    key(USERS, "user_principal_name", "string", Some("unknown"), "user principal name; scenarios then also address the user by it"),
    key(USERS, "sms_sign_in", "boolean", Some("unknown"), "whether the authentication methods policy allows this user SMS sign-in"),
    key(ROOT, PHONE_NUMBERS, "table", Some("numbers reserved for fiction"), "how a run makes phone numbers"),
    key(PHONE_NUMBERS, "prefixes", "array of strings", None, "beginnings of numbers: country code, a space, and digits if wanted"),
    key(PHONE_NUMBERS, "digits", "integer", None, "how many digits are appended to a prefix"),
];

const fn key(table: &'static str, name: &'static str, kind: &'static str, default: Option<&'static str>, meaning: &'static str) -> Key {
    Key { table, name, kind, default, meaning }
}

/// Finds a key of a table by name.
pub(super) fn find(table: &str, name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.table == table && key.name == name)
}

/// The name of a table in a sentence.
pub(super) fn describe(table: &str) -> &'static str {
    match table {
        ROOT => "at the top of the file",
        VERSION_PATHS => "in `version_paths`",
        HEADER => "in the value of a header",
        IDENTITIES => "in `[[identities]]`",
        TOKEN => "in `token`",
        CREDENTIALS => "in `client_credentials`",
        CLIENT_SECRET => "in `client_secret`",
        USERS => "in `[[users]]`",
        PHONE_NUMBERS => "in `[phone_numbers]`",
        _ => "in this table",
    }
}

/// The mistake of an unknown key in a table.
pub(super) fn unknown(table: &'static str, name: &str) -> Complaint {
    let complaint = Complaint::new(format!("unknown key `{}` {}", name.escape_debug(), describe(table)));
    let known: Vec<_> = KEYS.iter().filter(|key| key.table == table).map(|key| key.name).collect();
    if let Some(nearest) = nearest(name, &known) {
        return complaint.hint(format!("did you mean `{nearest}`?"));
    }
    // A user easily misses that a key after a table header belongs to that table.
    if let Some(elsewhere) = KEYS.iter().find(|key| key.name == name && matches!(key.table, ROOT | IDENTITIES | USERS | PHONE_NUMBERS)) {
        return complaint.hint(format!("`{name}` belongs {}", describe(elsewhere.table)));
    }
    complaint.hint(format!("known keys here are {}", quoted(&known)))
}

/// The candidate that a misspelt word most likely stands for.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word = bare(word);
    let (distance, length, nearest) = candidates
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &bare(candidate)), candidate.len(), *candidate))
        .min_by_key(|(distance, ..)| *distance)?;
    (distance <= (length / 3).max(1)).then_some(nearest)
}

/// A word without case and separators, so that `baseUrl` and `base-url` are the same.
fn bare(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '_' | '-' | '.' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Quoted names, as a list in a sentence.
pub(super) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_occurs_once() {
        for (index, key) in KEYS.iter().enumerate() {
            assert!(!KEYS[..index].iter().any(|other| other.path() == key.path()), "{}", key.path());
        }
    }

    #[test]
    fn every_table_is_a_key_and_has_a_description() {
        for key in KEYS.iter().filter(|key| key.table != HEADER && key.table != ROOT) {
            assert!(KEYS.iter().any(|table| table.path() == key.table), "{}", key.path());
            assert_ne!(describe(key.table), describe("?"), "{}", key.path());
        }
    }

    #[test]
    fn a_path_quotes_a_key_that_contains_a_dot() {
        assert_eq!(find(VERSION_PATHS, "v1.0").unwrap().path(), "version_paths.\"v1.0\"");
    }

    #[test]
    fn another_spelling_is_near_and_another_word_is_not() {
        assert_eq!(nearest("baseUrl", &["name", "base_url"]), Some("base_url"));
        assert_eq!(nearest("tokn", &["user", "token"]), Some("token"));
        assert_eq!(nearest("zzz", &["id", "sms_sign_in"]), None);
    }
}
