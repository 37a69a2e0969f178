//! Reads a target file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use crate::api::{ApiVersion, Cloud, Edition};

use super::credentials::Issuer;
use super::document::{self, Table, Value};
use super::error::{Complaint, Mistake, TargetError};
use super::{PhoneNumbers, Target, User, endpoint, identities, keys, numbers};

/// The default time limit of a request.
pub(super) const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The default time that a read may lag behind a write.
pub(super) const CONSISTENCY_TIMEOUT: Duration = Duration::ZERO;
/// The default for the longest `Retry-After` that the harness obeys.
pub(super) const MAX_RETRY_WAIT: Duration = Duration::from_secs(60);
/// The longest permitted duration. Clocks overflow on longer ones.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

impl Target {
    /// Parses the text of a target file. `path` names the file in errors. `env` looks up the environment variables of
    /// headers. Variables of tokens are looked up later, when a token is needed.
    ///
    /// # Errors
    ///
    /// Fails with the first mistake in the text, and its place.
    pub fn parse(text: &str, path: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, TargetError> {
        target(text, env).map_err(|mistake| mistake.locate(path, text))
    }

    /// Reads a target file; see [`Target::parse`].
    ///
    /// # Errors
    ///
    /// Fails if the file can't be read, or with its first mistake.
    pub fn read(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, TargetError> {
        let name = path.display().to_string();
        let text = crate::encoding::read(path).map_err(|error| TargetError::unreadable(&name, &error))?;
        let mut target = Self::parse(&text, &name, env)?;
        // Relative paths start from the folder of the target file, not from the working directory.
        let folder = path.parent().unwrap_or(Path::new(""));
        for file in [&mut target.ca_file, &mut target.client_certificate_file, &mut target.client_key_file] {
            *file = file.take().map(|file| folder.join(file));
        }
        Ok(target)
    }
}

fn target(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Target, Mistake> {
    let document = document::read(text)?;
    let root = Table::new(keys::ROOT, 0, document.get_ref())?;
    let name = name(root.require("name")?)?;
    let (base_url, cloud) = service_root(root)?;
    let issuer = Issuer { base_url: base_url.clone(), cloud: cloud.or_else(|| Cloud::of(&base_url)) };
    Ok(Target {
        name,
        base_url,
        cloud,
        versions: root.find("versions").map_or(Ok(vec![ApiVersion::V1]), endpoint::versions)?,
        version_paths: root.find("version_paths").map_or(Ok(BTreeMap::new()), endpoint::version_paths)?,
        edition: root.find("edition").map_or(Ok(Edition::Current), |value| endpoint::choice(value, Edition::ALL, Edition::name))?,
        concurrency: root.find("concurrency").map(|value| value.count()).transpose()?.map(|count| count as usize),
        request_timeout: match root.find("request_timeout") {
            Some(value) => match duration(value)? {
                Duration::ZERO => return Err(value.mistake("`request_timeout` must be longer than zero")),
                timeout => timeout,
            },
            None => REQUEST_TIMEOUT,
        },
        consistency_timeout: root.find("consistency_timeout").map_or(Ok(CONSISTENCY_TIMEOUT), duration)?,
        max_retry_wait: root.find("max_retry_wait").map_or(Ok(MAX_RETRY_WAIT), duration)?,
        modify_users: root.find("modify_users").map_or(Ok(false), |value| value.boolean())?,
        allow_insecure_http: root.find("allow_insecure_http").map_or(Ok(false), |value| value.boolean())?,
        ca_file: root.find("ca_file").map(path).transpose()?,
        client_certificate_file: root.find("client_certificate_file").map(path).transpose()?,
        client_key_file: key_file(root)?,
        mock_proxy: mock_proxy(root)?,
        headers: root.find("headers").map_or(Ok(Vec::new()), |value| endpoint::headers(value, env))?,
        identities: root.find("identities").map_or(Ok(Vec::new()), |value| identities::identities(value, &issuer))?,
        users: users(root)?,
        phone_numbers: root.find("phone_numbers").map_or(Ok(PhoneNumbers::default()), numbers::phone_numbers)?,
    })
}

/// The service root, and the cloud if the file names one.
fn service_root(root: Table<'_>) -> Result<(Url, Option<Cloud>), Mistake> {
    let Some(cloud) = root.find("cloud") else {
        let value = root.require("base_url")?;
        let url = endpoint::base_url("`base_url`", value.string()?).map_err(|complaint| value.wrong(complaint))?;
        // With `version_paths`, the root may end with something that looks like a version.
        if root.find("version_paths").is_none() {
            endpoint::without_version("`base_url`", &url).map_err(|complaint| value.wrong(complaint))?;
        }
        return Ok((url, None));
    };
    if root.find("base_url").is_some() {
        let complaint = Complaint::new("`cloud` replaces `base_url`, but both are given");
        return Err(cloud.wrong(complaint.hint("keep `cloud` for Microsoft Graph itself, and `base_url` for any other endpoint")));
    }
    let cloud = endpoint::choice(cloud, Cloud::ALL, Cloud::name)?;
    let url = Url::parse(cloud.root()).expect("the roots of the clouds are addresses");
    Ok((url, Some(cloud)))
}

fn name(value: Value<'_>) -> Result<String, Mistake> {
    let name = value.string()?;
    if name.is_empty() || !name.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        let complaint =
            Complaint::new(format!("`name` must consist of lower-case letters, digits and hyphens, but is `{}`", name.escape_debug()));
        return Err(value.wrong(match host_name(name) {
            Some(name) => complaint.hint(format!("did you mean `{name}`?")),
            None => complaint.hint("an example is `acme-mock`"),
        }));
    }
    Ok(name.to_owned())
}

/// A target name made from any text; `None` if the text has no letter or digit.
pub(super) fn host_name(text: &str) -> Option<String> {
    let words: Vec<_> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join("-").to_ascii_lowercase())
}

fn duration(value: Value<'_>) -> Result<Duration, Mistake> {
    let text = value.as_string().ok_or_else(|| value.wrong_kind("a duration such as \"30s\""))?;
    match humantime::parse_duration(text) {
        Ok(duration) if duration <= LONGEST => Ok(duration),
        Ok(_) => Err(value.mistake(format!("{} must not be longer than a day, but is `{}`", value.subject(), text.escape_debug()))),
        Err(_) => {
            let complaint = Complaint::new(format!("{} must be a duration, but is `{}`", value.subject(), text.escape_debug()));
            Err(value.wrong(complaint.hint("write a number and a unit, such as `30s`, `300ms` or `2m`")))
        }
    }
}

fn path(value: Value<'_>) -> Result<PathBuf, Mistake> {
    value.words().map(PathBuf::from)
}

fn key_file(root: Table<'_>) -> Result<Option<PathBuf>, Mistake> {
    let Some(value) = root.find("client_key_file") else { return Ok(None) };
    if root.find("client_certificate_file").is_none() {
        return Err(value.mistake("`client_key_file` is a certificate's key: name the certificate in `client_certificate_file`"));
    }
    path(value).map(Some)
}

fn mock_proxy(root: Table<'_>) -> Result<Option<Url>, Mistake> {
    let Some(value) = root.find("mock_proxy") else { return Ok(None) };
    let url = endpoint::base_url("`mock_proxy`", value.string()?).map_err(|complaint| value.wrong(complaint))?;
    if url.scheme() != "http" || url.path() != "/" {
        let complaint = Complaint::new("`mock_proxy` must consist of `http://`, a host and a port");
        return Err(value.wrong(complaint.hint("Dev Proxy listens at `http://127.0.0.1:8000`")));
    }
    if root.find("ca_file").is_none() {
        let complaint =
            Complaint::new("`mock_proxy` needs `ca_file`: the run trusts only the proxy's own authority, so nothing can reach the service");
        return Err(value.wrong(complaint.hint("name the PEM file of the authority that signs the proxy's certificates")));
    }
    Ok(Some(url))
}

fn users(root: Table<'_>) -> Result<Vec<User>, Mistake> {
    let none = || Complaint::new("at least one user is needed").hint("add a `[[users]]` table with the `id` of a test user");
    let value = root.find("users").ok_or_else(|| none().at(root.at()))?;
    let mut users = Vec::new();
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for (number, item) in value.items()?.into_iter().enumerate() {
        let table = item.table(keys::USERS)?;
        let id = table.require("id")?;
        let user_principal_name = table.find("user_principal_name");
        for value in [Some(id), user_principal_name].into_iter().flatten() {
            let text = value.words()?;
            if *taken.entry(text.to_lowercase()).or_insert(number) != number {
                return Err(value.mistake(format!("`{text}` is listed as a user twice")));
            }
        }
        let user_principal_name = match user_principal_name {
            Some(value) if !value.string()?.contains('@') => {
                return Err(value.mistake(format!("`user_principal_name` must look like `kim@contoso.com`, but is `{}`", value.string()?)));
            }
            other => other.map(|value| value.string().map(ToOwned::to_owned)).transpose()?,
        };
        let sms_sign_in = table.find("sms_sign_in").map(|value| value.boolean()).transpose()?;
        users.push(User { id: id.string()?.to_owned(), user_principal_name, sms_sign_in });
    }
    if users.is_empty() { Err(value.wrong(none())) } else { Ok(users) }
}

#[cfg(test)]
mod tests {
    use crate::target::{SecretSource, TokenSource};

    use super::*;

    const START: &str = "name = \"acme\"\nbase_url = \"http://localhost\"\n";
    const USERS: &str = "[[users]]\nid = \"1\"\n";

    fn env(name: &str) -> Option<String> {
        (name == "TENANT").then(|| "contoso\n".to_owned())
    }

    #[test]
    fn missing_keys_have_defaults() {
        let target = Target::parse(&format!("{START}{USERS}"), "t.toml", &env).unwrap();
        assert_eq!((target.versions, target.edition, target.concurrency), (vec![ApiVersion::V1], Edition::Current, None));
        assert_eq!(
            [target.request_timeout, target.consistency_timeout, target.max_retry_wait].map(|duration| duration.as_secs()),
            [30, 0, 60]
        );
        assert!(!target.modify_users && !target.allow_insecure_http);
        assert_eq!(target.phone_numbers, PhoneNumbers::default());
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Target::read(Path::new("nowhere/target.toml"), &env).unwrap_err();
        assert!(error.to_string().starts_with("nowhere/target.toml: the target file cannot be read: "), "{error}");
        assert_eq!(error.hint(), Some("`graph-phone-conformance init FILE` writes a target file to begin with"));
        assert_eq!(error.position(), None);
    }

    #[test]
    fn a_file_is_read_like_its_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("target.toml");
        // Some editors begin a file with a byte order mark and use other line ends.
        let marked = format!("\u{feff}{START}{USERS}").replace('\n', "\r\n");
        std::fs::write(&path, marked.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()).unwrap();
        let parsed = Target::parse(&format!("{START}{USERS}"), "t.toml", &env);
        assert_eq!(Target::read(&path, &env), parsed, "as PowerShell's `>` writes it");
        std::fs::write(&path, marked).unwrap();
        assert_eq!(Target::read(&path, &env), parsed);
    }

    #[test]
    fn every_key_can_be_set() {
        let text = r#"
            name = "acme-mock"
            base_url = "http://127.0.0.1:8080/"
            versions = ["v1.0", "beta"]
            version_paths = { "v1.0" = "", beta = "/x/beta/" }
            edition = "legacy"
            concurrency = 8
            request_timeout = "300ms"
            modify_users = true
            ca_file = "proxy.pem"
            mock_proxy = "http://127.0.0.1:8000"

            [headers]
            x-tenant = { env = "TENANT" }
            accept-language = "en"

            [[identities]]
            name = "administrator"
            kind = "delegated"
            scopes = ["UserAuthenticationMethod.ReadWrite.All"]
            user = "admin@contoso.com"
            token = { command = ["az", "account"] }

            [[users]]
            id = "1"
            user_principal_name = "kim@contoso.com"
            sms_sign_in = true

            [phone_numbers]
            prefixes = ["+1 206555"]
            digits = 4
        "#;
        let target = Target::parse(text, "t.toml", &env).unwrap();
        assert_eq!(target.version_paths[&ApiVersion::Beta], "x/beta");
        assert_eq!(
            target.headers.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect::<Vec<_>>(),
            [("x-tenant", "contoso"), ("accept-language", "en")]
        );
        assert_eq!(target.identities[0].token, TokenSource::Given(SecretSource::Command(vec!["az".to_owned(), "account".to_owned()])));
        assert_eq!(target.users[0].sms_sign_in, Some(true));
        assert_eq!(target.request_timeout, Duration::from_millis(300));
        assert_eq!(target.mock_proxy.unwrap().as_str(), "http://127.0.0.1:8000/");
    }
}
