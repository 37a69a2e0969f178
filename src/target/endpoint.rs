//! The address of an endpoint and what every request carries: the service root, versions and headers.

use std::collections::BTreeMap;

use url::Url;

use crate::api::ApiVersion;

use super::document::Value;
use super::error::{Complaint, Mistake};
use super::{Secret, Target, TokenSource, keys};

/// Headers that the harness sets itself, and why a target must not set them.
const RESERVED_HEADERS: &[(&str, &str)] = &[
    ("authorization", "it carries an identity's token"),
    ("content-length", "it follows from the body"),
    ("content-type", "it follows from the body"),
    ("transfer-encoding", "it follows from the body"),
];

impl Target {
    /// The address of a version: the service root plus the version's path segment. It has no slash at the end unless
    /// the whole path is empty.
    pub fn version_root(&self, version: ApiVersion) -> Url {
        let segment = self.version_paths.get(&version).map_or(version.name(), String::as_str);
        let mut url = self.base_url.clone();
        let path = format!("{}/{segment}", self.base_url.path().trim_end_matches('/'));
        url.set_path(path.trim_end_matches('/'));
        url
    }
}

impl Target {
    /// The header values that no output may show. A value that is part of the target's names or addresses is not
    /// guarded, because those are shown anyway.
    pub fn guarded_headers(&self) -> impl Iterator<Item = &str> {
        let users = self.users.iter().flat_map(|user| [Some(user.id.as_str()), user.user_principal_name.as_deref()]);
        let signed_in = self.identities.iter().map(|identity| identity.user.as_deref());
        let shown: Vec<&str> = users.chain(signed_in).flatten().chain([self.name.as_str(), self.base_url.as_str()]).collect();
        self.headers.iter().map(|(_, value)| value.reveal()).filter(move |value| !shown.iter().any(|text| text.contains(value)))
    }

    /// The token addresses of its identities.
    pub fn issuers(&self) -> impl Iterator<Item = &Url> {
        self.identities.iter().filter_map(|identity| match &identity.token {
            TokenSource::ClientCredentials(credentials) => Some(&credentials.token_url),
            TokenSource::Given(_) => None,
        })
    }
}

/// Parses a service root; `subject` is its name in errors.
///
/// # Errors
///
/// Fails unless the text is an absolute http or https address with only host, port and path.
pub(super) fn base_url(subject: &str, text: &str) -> Result<Url, Complaint> {
    const EXAMPLE: &str = "begin it with `http://` or `https://`, such as `http://localhost:8080`";
    // The message does not show the text, because it may contain a password.
    let mut url = Url::parse(text).map_err(|error| Complaint::new(format!("{subject} is not an absolute URL: {error}")).hint(EXAMPLE))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Complaint::new(format!("{subject} must be an http or https URL, not `{}:`", url.scheme())).hint(EXAMPLE));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Complaint::new(format!("{subject} must not contain a user name or a password"))
            .hint("add headers that the endpoint wants to `[headers]`"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Complaint::new(format!("{subject} must end with its path, without `?` and `#`")));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Reads the address of a token issuer.
pub(super) fn token_url(value: Value<'_>) -> Result<Url, Mistake> {
    const EXAMPLE: &str = "an example is `https://login.example.com/oauth2/token`";
    let complain = |problem: String| value.wrong(Complaint::new(format!("`token_url` {problem}")).hint(EXAMPLE));
    let url = Url::parse(value.string()?).map_err(|error| complain(format!("is not an absolute URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(complain(format!("must be an http or https URL, not `{}:`", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(complain("must not contain a user name, a password or `#`".to_owned()));
    }
    Ok(url)
}

/// Refuses a service root that ends with a version, since every path would then contain a version twice.
///
/// # Errors
///
/// Fails if the last path segment is a version.
pub(super) fn without_version(subject: &str, url: &Url) -> Result<(), Complaint> {
    let last = url.path().rsplit('/').next().unwrap_or_default();
    if ApiVersion::ALL.iter().any(|version| version.name().eq_ignore_ascii_case(last)) {
        return Err(Complaint::new(format!("{subject} must not end with the version segment `{last}`"))
            .hint("remove it: the versions to check come from `versions`"));
    }
    Ok(())
}

/// Reads the versions to check.
pub(super) fn versions(value: Value<'_>) -> Result<Vec<ApiVersion>, Mistake> {
    let mut versions = Vec::new();
    for item in value.items()? {
        let version = choice(item, ApiVersion::ALL, ApiVersion::name)?;
        if versions.contains(&version) {
            return Err(item.mistake(format!("`versions` names `{version}` twice")));
        }
        versions.push(version);
    }
    if versions.is_empty() {
        return Err(value.wrong(Complaint::new("`versions` must name at least one version").hint("leave the key out to check `v1.0`")));
    }
    Ok(versions)
}

/// Reads the path segments of versions. The file gives a segment only if it differs from the version's name.
pub(super) fn version_paths(value: Value<'_>) -> Result<BTreeMap<ApiVersion, String>, Mistake> {
    let table = value.table(keys::VERSION_PATHS)?;
    let mut paths = BTreeMap::new();
    for (label, value) in table.entries() {
        let Ok(version) = label.name.parse() else { continue };
        let path = value.string()?.trim_matches('/');
        let plain = |segment: &str| {
            !matches!(segment, "" | "." | "..")
                && segment
                    .chars()
                    .all(|c| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '%' | '\\' | '"' | '<' | '>' | '`' | '{' | '}' | '^' | '|'))
        };
        if !path.is_empty() && !path.split('/').all(plain) {
            return Err(value.mistake(format!(
                "the path of `{version}` must be path segments such as `v1.0` or `graph/v1.0`, or empty, but is `{}`",
                path.escape_debug()
            )));
        }
        paths.insert(version, path.to_owned());
    }
    Ok(paths)
}

/// Reads the headers of every request, in the order of the file.
pub(super) fn headers(value: Value<'_>, env: &dyn Fn(&str) -> Option<String>) -> Result<Vec<(String, Secret)>, Mistake> {
    let mut headers: Vec<(String, Secret)> = Vec::new();
    for (label, value) in value.open_table()? {
        let name = label.name;
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)) {
            return Err(Complaint::new(format!("`{}` is not the name of a header", name.escape_debug())).at(label.at));
        }
        if let Some((_, why)) = RESERVED_HEADERS.iter().find(|(reserved, _)| name.eq_ignore_ascii_case(reserved)) {
            return Err(Complaint::new(format!("the header `{name}` cannot be set: {why}")).at(label.at));
        }
        if headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            return Err(Complaint::new(format!("the header `{name}` is given twice")).at(label.at));
        }
        headers.push((name.to_owned(), header_value(name, value, env)?));
    }
    Ok(headers)
}

fn header_value(name: &str, value: Value<'_>, env: &dyn Fn(&str) -> Option<String>) -> Result<Secret, Mistake> {
    let text = match value.as_string() {
        Some(text) => text.to_owned(),
        None if value.is_table() => {
            let variable = value.table(keys::HEADER)?.require("env")?;
            let variable_name = variable_name(variable)?;
            env(variable_name)
                .ok_or_else(|| variable.mistake(format!("the environment variable `{variable_name}` for the header `{name}` is not set")))?
        }
        None => return Err(value.wrong_kind("a string or { env = \"NAME\" }")),
    };
    // A variable's value often ends with a line break, which a header can't contain.
    let text = text.trim();
    if !text.chars().all(|c| c == '\t' || c == ' ' || c.is_ascii_graphic()) {
        return Err(value.mistake(format!("the value of the header `{name}` must be visible ASCII characters")));
    }
    Ok(Secret::new(text))
}

/// Reads the name of an environment variable.
pub(super) fn variable_name(value: Value<'_>) -> Result<&str, Mistake> {
    let name = value.string()?;
    if is_variable_name(name) {
        Ok(name)
    } else {
        // The message does not show the text, because it may be the secret itself.
        let complaint = Complaint::new(format!("{} must be the name of an environment variable", value.subject()));
        Err(value.wrong(complaint.hint("a name consists of letters, digits and `_`")))
    }
}

/// Whether this is a valid name of an environment variable on every system.
pub(super) fn is_variable_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit()) && !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Reads one of a fixed set of words.
pub(super) fn choice<T: Copy>(value: Value<'_>, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T, Mistake> {
    let text = value.string()?;
    all.iter().copied().find(|member| name(*member) == text).ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|member| name(*member)).collect();
        let complaint =
            Complaint::new(format!("{} must be one of {}, not `{}`", value.subject(), keys::quoted(&names), text.escape_debug()));
        value.wrong(match keys::nearest(text, &names) {
            Some(nearest) => complaint.hint(format!("did you mean `{nearest}`?")),
            None => complaint,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_at_the_end_of_a_base_url_are_removed() {
        assert_eq!(base_url("it", "https://h.example/graph//").unwrap().as_str(), "https://h.example/graph");
        assert_eq!(base_url("it", "http://[::1]:80/").unwrap().path(), "/");
    }

    #[test]
    fn a_base_url_is_host_port_and_path() {
        for text in ["", "localhost:8080", "/graph", "ftp://h.example", "https://a@h.example", "https://h.example?x", "https://h.example#"]
        {
            assert!(base_url("it", text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_target_decides_where_a_version_is() {
        let mut target = Target::from_flags("http://localhost:8080/graph/", "TOKEN", &["1".to_owned()]).unwrap();
        target.version_paths.insert(ApiVersion::V1, String::new());
        assert_eq!(target.version_root(ApiVersion::V1).as_str(), "http://localhost:8080/graph");
        assert_eq!(target.version_root(ApiVersion::Beta).as_str(), "http://localhost:8080/graph/beta");
        target.version_paths.insert(ApiVersion::Beta, "a/b".to_owned());
        assert_eq!(target.version_root(ApiVersion::Beta).as_str(), "http://localhost:8080/graph/a/b");
    }
}
