//! What a request asks for, read from its method and path.

use axum::http::{Method, Uri};
use percent_encoding::percent_decode_str;

use super::answer::Refusal;
use super::fault::{Asked, Faults};
use crate::api::{ApiVersion, Edition, Operation};

/// Whose phones a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owner {
    /// Those of whoever is signed in.
    Me,
    /// Those of the user with this object id or user principal name.
    User(String),
}

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    pub version: ApiVersion,
    pub operation: Operation,
    pub owner: Owner,
    /// The id in the path, for operations on one phone.
    pub phone_id: String,
    /// Whether the number of phones is asked for rather than the phones.
    pub count: bool,
}

impl Route {
    pub fn of(method: &Method, uri: &Uri) -> Result<Self, Refusal> {
        let unknown = || Refusal::no_such_path(uri.path());
        let segments: Vec<String> = uri
            .path()
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();

        let (version, rest) = segments.split_first().ok_or_else(unknown)?;
        let version = version.parse().map_err(|_| unknown())?;
        let (owner, rest) = match rest {
            ["me", rest @ ..] => (Owner::Me, rest),
            ["users", user, rest @ ..] => (Owner::User((*user).to_owned()), rest),
            _ => return Err(unknown()),
        };
        let ["authentication", "phoneMethods", rest @ ..] = rest else { return Err(unknown()) };
        let (known, operation, phone_id): (&[Method], _, _) = match *rest {
            [] if method == Method::POST => (&[], Operation::Create, ""),
            [] | ["$count"] => (&[Method::GET], Operation::List, ""),
            [id] if method == Method::PATCH => (&[], Operation::Update, id),
            [id] if method == Method::DELETE => (&[], Operation::Delete, id),
            [id] => (&[Method::GET], Operation::Get, id),
            [id, "enableSmsSignIn" | "microsoft.graph.enableSmsSignIn"] => (&[Method::POST], Operation::EnableSmsSignIn, id),
            [id, "disableSmsSignIn" | "microsoft.graph.disableSmsSignIn"] => (&[Method::POST], Operation::DisableSmsSignIn, id),
            _ => return Err(unknown()),
        };
        // An empty list stands for a method that has been looked at already.
        if !known.is_empty() && !known.contains(method) {
            return Err(Refusal::no_such_method(method.as_str()));
        }
        Ok(Self { version, operation, owner, phone_id: phone_id.to_owned(), count: matches!(*rest, ["$count"]) })
    }
}

/// A request as the rules see it.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub faults: &'a Faults,
    pub edition: Edition,
    pub version: ApiVersion,
    pub operation: Operation,
    pub owner: Owner,
    pub phone_id: String,
    pub count: bool,
    /// Scheme and host under which the caller reached the server.
    pub root: String,
    pub query: Vec<(String, String)>,
}

impl<'a> Call<'a> {
    pub fn new(faults: &'a Faults, edition: Edition, route: Route, host: &str, query: &str) -> Self {
        let Route { version, operation, owner, phone_id, count } = route;
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { faults, edition, version, operation, owner, phone_id, count, root: format!("http://{host}"), query }
    }

    /// Whether the server is to make a mistake in this request.
    pub fn has(&self, mistake: impl Asked) -> bool {
        self.faults.has(mistake, self.operation, self.version)
    }

    /// The value of a query option.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn through_me(&self) -> bool {
        self.owner == Owner::Me
    }

    /// Whether the path has a user principal name where others have an object id.
    pub fn by_user_principal_name(&self) -> bool {
        matches!(&self.owner, Owner::User(user) if user.contains('@'))
    }

    #[cfg(test)]
    pub fn example(faults: &'a Faults, version: ApiVersion) -> Self {
        Self {
            faults,
            edition: Edition::Current,
            version,
            operation: Operation::List,
            owner: Owner::Me,
            phone_id: String::new(),
            count: false,
            root: "http://localhost".to_owned(),
            query: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(method: &Method, path: &str) -> Result<Route, u16> {
        Route::of(method, &path.parse().unwrap()).map_err(|refusal| refusal.status.as_u16())
    }

    #[test]
    fn the_seven_operations_have_their_paths() {
        let phones = "/v1.0/users/kim%40contoso.example/authentication/phoneMethods";
        for (method, path, operation) in [
            (Method::GET, phones.to_owned(), Operation::List),
            (Method::GET, format!("{phones}/$count"), Operation::List),
            (Method::POST, phones.to_owned(), Operation::Create),
            (Method::GET, format!("{phones}/1"), Operation::Get),
            (Method::PATCH, format!("{phones}/1"), Operation::Update),
            (Method::DELETE, format!("{phones}/1/"), Operation::Delete),
            (Method::POST, format!("{phones}/1/enableSmsSignIn"), Operation::EnableSmsSignIn),
            (Method::POST, format!("{phones}/1/disableSmsSignIn"), Operation::DisableSmsSignIn),
        ] {
            let found = route(&method, &path).unwrap();
            assert_eq!(found.operation, operation, "{path}");
            assert_eq!(found.owner, Owner::User("kim@contoso.example".to_owned()));
        }
        let me = route(&Method::GET, "/beta/me/authentication/phoneMethods?$filter=x").unwrap();
        assert_eq!((me.version, me.owner), (ApiVersion::Beta, Owner::Me));
    }

    #[test]
    fn other_paths_and_methods_are_refused() {
        for path in ["/", "/v2.0/me/authentication/phoneMethods", "/v1.0/me", "/v1.0/me/authentication/phoneMethods/1/ring"] {
            assert_eq!(route(&Method::GET, path), Err(404), "{path}");
        }
        for path in ["", "/1", "/1/enableSmsSignIn", "/$count"] {
            assert_eq!(route(&Method::PUT, &format!("/v1.0/me/authentication/phoneMethods{path}")), Err(405), "{path}");
        }
    }
}
