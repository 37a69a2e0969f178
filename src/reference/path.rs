//! Parses a request's path.
//!
//! Graph writes a key as a path segment, `users/kim`; `OData` also allows parentheses, `users('kim')`. Both mean the
//! same here. Names of resources ignore case, because Microsoft's own list of permissions writes them in two ways.

use axum::http::{HeaderValue, Method};
use percent_encoding::percent_decode_str;
use uuid::Uuid;

use super::answer::Refusal;
use crate::api::{ApiVersion, Edition, Operation};

/// Whose phones a path addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owner {
    /// The signed-in user's.
    Me,
    /// Those of the user with this object id or user principal name.
    User(String),
}

/// The resource of that owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resource {
    /// `phoneMethods`
    Phones,
    /// `phoneMethods/$count`
    Count,
    /// `phoneMethods/{id}`
    Phone,
    /// `phoneMethods/{id}/enableSmsSignIn`
    Enable,
    /// `phoneMethods/{id}/disableSmsSignIn`
    Disable,
    /// `methods`: methods of every kind; this server has only phones.
    Methods,
    /// `methods/{id}`
    Method,
}

impl Resource {
    /// The HTTP methods of the resource, and their operations.
    const fn methods(self, edition: Edition) -> &'static [(&'static str, Operation)] {
        match self {
            Self::Phones => &[("GET", Operation::List), ("POST", Operation::Create)],
            Self::Count | Self::Methods => &[("GET", Operation::List)],
            Self::Method => &[("GET", Operation::Get)],
            Self::Phone => match edition {
                Edition::Current => &[("GET", Operation::Get), ("PATCH", Operation::Update), ("DELETE", Operation::Delete)],
                // The documents of that time use PUT to replace a phone.
                Edition::Legacy => {
                    &[("GET", Operation::Get), ("PUT", Operation::Update), ("PATCH", Operation::Update), ("DELETE", Operation::Delete)]
                }
            },
            Self::Enable => &[("POST", Operation::EnableSmsSignIn)],
            Self::Disable => &[("POST", Operation::DisableSmsSignIn)],
        }
    }

    /// The operation of an HTTP method.
    pub fn operation(self, method: &Method, edition: Edition) -> Result<Operation, Refusal> {
        // HEAD is GET without the body, which is dropped when the answer is sent.
        let name = if method == Method::HEAD { "GET" } else { method.as_str() };
        let found = self.methods(edition).iter().find(|(known, _)| *known == name);
        found.map(|(_, operation)| *operation).ok_or_else(|| Refusal::no_such_method(method.as_str(), self.allow(edition)))
    }

    /// The value of an `Allow` header.
    pub fn allow(self, edition: Edition) -> HeaderValue {
        let mut names: Vec<&str> = self.methods(edition).iter().map(|(name, _)| *name).collect();
        if names.contains(&"GET") {
            names.push("HEAD");
        }
        names.push("OPTIONS");
        HeaderValue::from_str(&names.join(", ")).expect("names of methods make a header value")
    }
}

/// Whether a segment of a path has capital letters.
pub(super) fn in_capitals(segment: &str) -> bool {
    segment.contains(|sign: char| sign.is_ascii_uppercase())
}

/// The parsed path of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub version: ApiVersion,
    pub owner: Owner,
    pub resource: Resource,
    /// The id in the path, for an operation on one phone.
    pub phone_id: String,
}

impl Target {
    pub fn of(path: &str) -> Result<Self, Refusal> {
        let segments = segments(path);
        let names: Vec<String> = segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        // The segment at this place from the end, spelt as in the request.
        let written = |from_end: usize| segments[segments.len() - from_end].clone();
        let unknown = || Refusal::no_such_path(path);

        let (version, rest) = names.split_first().ok_or_else(unknown)?;
        let version = version.parse().map_err(|_| unknown())?;
        let rest = match rest {
            [tenant, rest @ ..] if is_tenant(tenant) => rest,
            _ => rest,
        };
        let (owner, rest) = match rest {
            ["me", rest @ ..] => (Owner::Me, rest),
            ["users", _, rest @ ..] => (Owner::User(without_braces(&written(rest.len() + 1)).to_owned()), rest),
            _ => return Err(unknown()),
        };
        let ["authentication", rest @ ..] = rest else { return Err(unknown()) };
        let (resource, phone_id) = match *rest {
            ["phonemethods"] => (Resource::Phones, String::new()),
            ["phonemethods", "$count"] => (Resource::Count, String::new()),
            ["phonemethods", _] => (Resource::Phone, written(1)),
            ["phonemethods", _, action] => match unqualified(action) {
                "enablesmssignin" => (Resource::Enable, written(2)),
                "disablesmssignin" => (Resource::Disable, written(2)),
                _ => return Err(unknown()),
            },
            ["methods"] => (Resource::Methods, String::new()),
            ["methods", _] => (Resource::Method, written(1)),
            ["methods", _, action] if matches!(unqualified(action), "enablesmssignin" | "disablesmssignin") => {
                return Err(Refusal::action_on_method(path));
            }
            _ => return Err(unknown()),
        };
        Ok(Self { version, owner, resource, phone_id })
    }
}

/// The segments of a path; a key in parentheses becomes its own segment.
fn segments(path: &str) -> Vec<String> {
    let mut segments = Vec::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let segment = percent_decode_str(segment).decode_utf8_lossy().into_owned();
        match segment.strip_suffix(')').and_then(|rest| rest.split_once('(')) {
            Some((name, key)) if !name.is_empty() => {
                segments.push(name.to_owned());
                // An action without parameters has empty parentheses.
                segments.extend(Some(unquoted(key)).filter(|key| !key.is_empty()));
            }
            _ => segments.push(segment),
        }
    }
    segments
}

/// The text of a key: `'kim'`, `id='kim'` or `kim`.
fn unquoted(key: &str) -> String {
    let value = key.split_once('=').filter(|(name, _)| !name.contains('\'')).map_or(key, |(_, value)| value).trim();
    match value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(text) => text.replace("''", "'"),
        None => value.to_owned(),
    }
}

/// The name of an action without its namespace.
fn unqualified(action: &str) -> &str {
    action.strip_prefix("microsoft.graph.").unwrap_or(action)
}

/// Whether a segment names the tenant, which may come before the user.
fn is_tenant(segment: &str) -> bool {
    let is_domain = segment.contains('.') && segment.parse::<ApiVersion>().is_err();
    segment == "myorganization" || is_domain || Uuid::parse_str(segment).is_ok()
}

/// .NET may print an object id in braces.
fn without_braces(user: &str) -> &str {
    user.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "/v1.0/users/kim%40contoso.example/authentication";

    fn found(method: &Method, path: &str, edition: Edition) -> Result<Operation, u16> {
        let operation = Target::of(path).and_then(|target| target.resource.operation(method, edition));
        operation.map_err(|refusal| refusal.status.as_u16())
    }

    #[test]
    fn the_seven_operations_have_their_paths() {
        for (method, path, operation) in [
            (Method::GET, "/phoneMethods", Operation::List),
            (Method::HEAD, "/phoneMethods", Operation::List),
            (Method::GET, "/phoneMethods/$count", Operation::List),
            (Method::POST, "/phoneMethods", Operation::Create),
            (Method::GET, "/phoneMethods/1", Operation::Get),
            (Method::PATCH, "/phoneMethods/1", Operation::Update),
            (Method::DELETE, "/phoneMethods/1/", Operation::Delete),
            (Method::POST, "/phoneMethods/1/enableSmsSignIn", Operation::EnableSmsSignIn),
            (Method::POST, "/phoneMethods/1/disableSmsSignIn", Operation::DisableSmsSignIn),
            (Method::GET, "/methods", Operation::List),
            (Method::GET, "/methods/1", Operation::Get),
        ] {
            let path = format!("{USER}{path}");
            assert_eq!(found(&method, &path, Edition::Current), Ok(operation), "{method} {path}");
            assert_eq!(Target::of(&path).unwrap().owner, Owner::User("kim@contoso.example".to_owned()));
        }
        let me = Target::of("/beta/me/authentication/phoneMethods").unwrap();
        assert_eq!((me.version, me.owner), (ApiVersion::Beta, Owner::Me));
    }

    #[test]
    fn one_target_has_many_spellings() {
        let target = Target::of("/v1.0/users/Kim/authentication/phoneMethods/Id/enableSmsSignIn").unwrap();
        assert_eq!((&target.owner, target.phone_id.as_str()), (&Owner::User("Kim".to_owned()), "Id"));
        for path in [
            "/V1.0/Users/Kim/Authentication/PHONEMETHODS/Id/EnableSmsSignIn",
            "//v1.0//users/Kim/authentication/phoneMethods/Id/microsoft.graph.enableSmsSignIn/",
            "/v1.0/users('Kim')/authentication/phoneMethods('Id')/enableSmsSignIn()",
            "/v1.0/users(%27Kim%27)/authentication/phoneMethods(Id)/microsoft.graph.enableSmsSignIn()",
            "/v1.0/users(id='Kim')/authentication/phonemethods/Id/enablesmssignin",
            "/v1.0/users/%7BKim%7D/authentication/phoneMethods/Id/enableSmsSignIn",
            "/v1.0/contoso.onmicrosoft.com/users/Kim/authentication/phoneMethods/Id/enableSmsSignIn",
            "/v1.0/3179e48a-750b-4051-897c-87b9720928f7/users/Kim/authentication/phoneMethods/Id/enableSmsSignIn",
        ] {
            assert_eq!(Target::of(path).unwrap(), target, "{path}");
        }
        let quoted = Target::of("/v1.0/users('o''neil%40contoso.example')/authentication/phoneMethods").unwrap();
        assert_eq!(quoted.owner, Owner::User("o'neil@contoso.example".to_owned()));
    }

    #[test]
    fn other_paths_and_methods_are_refused() {
        for path in [
            "/",
            "/v2.0/me/authentication/phoneMethods",
            "/v1.0/me",
            "/v1.0/me/authentication/phoneMethods/1/ring",
            "/v1.0/a.b",
            "/v1.0/v1.0/me/authentication/phoneMethods",
        ] {
            assert_eq!(found(&Method::GET, path, Edition::Current), Err(404), "{path}");
        }
        for path in ["/phoneMethods", "/phoneMethods/1", "/phoneMethods/1/enableSmsSignIn", "/phoneMethods/$count", "/methods"] {
            assert_eq!(found(&Method::PUT, &format!("{USER}{path}"), Edition::Current), Err(405), "{path}");
        }
        assert_eq!(found(&Method::PUT, &format!("{USER}/phoneMethods/1"), Edition::Legacy), Ok(Operation::Update));
    }

    #[test]
    fn allow_lists_the_supported_methods() {
        assert_eq!(Resource::Phones.allow(Edition::Current), "GET, POST, HEAD, OPTIONS");
        assert_eq!(Resource::Phone.allow(Edition::Legacy), "GET, PUT, PATCH, DELETE, HEAD, OPTIONS");
        assert_eq!(Resource::Enable.allow(Edition::Current), "POST, OPTIONS");
    }
}
