//! Turns a request into its answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::Response;

use super::access::{Callers, authorise};
use super::answer::{Answer, Refusal, Trace, respond};
use super::body::RawBody;
use super::call::Call;
use super::cast::{Cast, Directory};
use super::fault::{Fault, Faults};
use super::operations::{Task, furnish, run};
use super::path::{Owner, Target, in_capitals};
use super::phone::Phone;
use super::prefer::Preferences;
use super::query::Query;
use super::store::Store;
use crate::api::Edition;

/// A received request.
#[derive(Debug)]
pub(super) struct Request {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    /// The decoded body, or why it can't be decoded. Only callers with permission learn the reason.
    pub body: Result<Bytes, Refusal>,
    /// When it arrived.
    pub arrived: Instant,
}

/// The faults that do what a caller asks and then refuse the request, because the caller lacks permission.
pub(super) const DENIED_AFTERWARDS: [&str; 4] =
    [".denied-but-stored", ".denied-but-removed", ".denied-but-enabled", ".denied-but-disabled"];

/// What all requests share.
#[derive(Debug)]
pub(super) struct Service {
    pub edition: Edition,
    faults: Faults,
    directory: Directory,
    callers: Callers,
    store: Mutex<Store>,
}

impl Service {
    pub fn new(edition: Edition, faults: Vec<Fault>, cast: &Cast, directory: Directory, store: Store) -> Self {
        let callers = Callers::new(cast, &directory);
        Self { edition, faults: Faults::new(faults), directory, callers, store: Mutex::new(store) }
    }

    /// A user's phones as stored: type, number, state and id of each, in order.
    pub fn phones(&self, user: &str) -> Vec<String> {
        let Some(user) = self.directory.find(user) else { return Vec::new() };
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let described = |phone: &Phone| format!("{} {} {} {}", phone.kind, phone.number.text, phone.sms_sign_in.name(), phone.id);
        let mut phones: Vec<_> = store.phones(user).iter().map(described).collect();
        phones.sort();
        phones
    }

    /// Whether the server reads the store when a request arrives, and changes it a moment later.
    pub fn delays_writes(&self) -> bool {
        ["create.checked-before-stored", "create.checked-before-registered", "enable-sms-sign-in.checked-before-registered"]
            .into_iter()
            .any(|id| self.faults.include(id))
    }

    /// Answers one request. If the work panics, the answer is 500, because a dropped connection would look like a
    /// network problem.
    pub fn answer(&self, request: Request) -> Response {
        let trace = Trace::of(&request.headers);
        answer_panics_with_500(&trace, || self.respond(request, &trace))
    }

    /// Whether a request has a token of this server.
    pub fn knows(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        self.callers.known(text(headers, header::AUTHORIZATION))
    }

    fn respond(&self, request: Request, trace: &Trace) -> Response {
        let Request { method, uri, headers, mut body, arrived } = request;
        let target = Target::of(uri.path());
        let target = target.and_then(|target| target.resource.operation(&method, self.edition).map(|operation| (target, operation)));
        let (Target { version, owner, resource, phone_id }, operation) = match target {
            Ok(target) => target,
            Err(refusal) => return respond(Err(refusal), None, trace),
        };
        let query = match uri.query() {
            Some(query) if operation.reads() => Query::parse(query).unwrap_or_else(|refusal| {
                body = Err(refusal);
                Query::default()
            }),
            _ => Query::default(),
        };
        let call = Call {
            faults: &self.faults,
            edition: self.edition,
            version,
            operation,
            owner,
            resource,
            phone_id,
            replaces: method == Method::PUT,
            application: self.callers.is_application(text(&headers, header::AUTHORIZATION)),
            root: format!("http://{}", text(&headers, header::HOST).unwrap_or("localhost")),
            preferences: Preferences::of(&headers, query.format.as_deref()),
            uri,
            query,
            arrived,
        };
        respond(self.handle(&call, &headers, body), Some(&call), trace)
    }

    /// Checks the caller, the permission, the user and the body. In this order, a refusal shows callers only what they
    /// may know.
    fn handle(&self, call: &Call<'_>, headers: &HeaderMap, body: Result<Bytes, Refusal>) -> Result<Answer, Refusal> {
        let caller = self.callers.authenticate(call, text(headers, header::AUTHORIZATION))?;
        let addressed = match &call.owner {
            Owner::Me => caller.account,
            Owner::User(_) if call.by_user_principal_name() && call.has(".user-principal-name-unknown") => None,
            Owner::User(user) if call.has("get.user-in-capitals-unknown") && in_capitals(user) => None,
            Owner::User(user) => self.directory.find(user),
        };
        let denied = match authorise(call, &caller, addressed) {
            Ok(()) => None,
            // Only a fault continues after a refusal.
            Err(refusal) if addressed.is_some() && call.has_any(&DENIED_AFTERWARDS) => Some(refusal),
            Err(refusal) => return Err(refusal),
        };
        let user = match (&call.owner, addressed) {
            (_, Some(user)) => user,
            (Owner::User(user), None) if !call.has(".unknown-user-served") => return Err(Refusal::no_such_user(user)),
            // Only a fault serves a caller who is not signed in, or a user who does not exist. It uses the last account
            // in the directory.
            (_, None) => self.directory.len() - 1,
        };
        let body = RawBody { content_type: text(headers, header::CONTENT_TYPE).map(str::to_owned), bytes: body? };

        // A request that panicked was answered with 500. The state that it left is as valid as any other.
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if addressed.is_none() || call.through_me() && !caller.is_work_account() {
            furnish(call, &mut store, user);
        }
        let done = run(Task { call, directory: &self.directory, store: &mut store, user, body: &body });
        denied.map_or(done, Err)
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn answer_panics_with_500(trace: &Trace, work: impl FnOnce() -> Response) -> Response {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| respond(Err(Refusal::failure()), None, trace))
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_with_500() {
        let trace = Trace::of(&HeaderMap::new());
        let response = answer_panics_with_500(&trace, || panic!("a mistake in the server itself"));
        assert_eq!(response.status(), 500);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["error"]["code"], "internalServerError");
    }
}
