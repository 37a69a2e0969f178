//! From a request on the wire to its answer.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use futures::FutureExt as _;

use super::Options;
use super::access::{Callers, authorise};
use super::answer::{Answer, Refusal, Trace, respond};
use super::body::RawBody;
use super::call::{Call, Owner, Route};
use super::cast::{Cast, Directory, assemble};
use super::fault::{Access, Effect, Faults};
use super::operations::{Task, furnish, run};
use super::phone::Phone;
use super::store::Store;
use crate::api::Edition;

/// Bytes that a body may have; a phone needs a hundred.
const LONGEST_BODY: usize = 1 << 20;

/// Everything that requests share.
#[derive(Debug)]
pub(super) struct Service {
    edition: Edition,
    faults: Faults,
    directory: Directory,
    callers: Callers,
    store: Mutex<Store>,
}

impl Service {
    pub fn new(options: Options) -> (Arc<Self>, Cast) {
        let (cast, directory) = assemble(options.users, options.edition);
        let callers = Callers::new(&cast, &directory);
        let store = Mutex::new(Store::new(directory.len()));
        let service = Self { edition: options.edition, faults: Faults::new(options.faults), directory, callers, store };
        (Arc::new(service), cast)
    }

    /// A user's phones as they are kept: type, number, state and id of each, in order.
    pub fn phones(&self, user: &str) -> Vec<String> {
        let Some(user) = self.directory.find(user) else { return Vec::new() };
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let described = |phone: &Phone| format!("{} {} {} {}", phone.kind, phone.number.text, phone.sms_sign_in.name(), phone.id);
        let mut phones: Vec<_> = store.phones(user).iter().map(described).collect();
        phones.sort();
        phones
    }

    async fn answer(&self, request: Request, trace: &Trace) -> Response {
        let (parts, body) = request.into_parts();
        let route = match Route::of(&parts.method, &parts.uri) {
            Ok(route) => route,
            Err(refusal) => return respond(Err(refusal), None, trace),
        };
        let host = text(&parts.headers, header::HOST).unwrap_or("localhost");
        let call = Call::new(&self.faults, self.edition, route, host, parts.uri.query().unwrap_or_default());
        let outcome = self.handle(&call, &parts.headers, body).await;
        respond(outcome, Some(&call), trace)
    }

    /// Who calls, whether they may, whose phones, what the body says: in this order, so that nobody learns more than they may.
    async fn handle(&self, call: &Call<'_>, headers: &HeaderMap, body: Body) -> Result<Answer, Refusal> {
        let caller = self.callers.authenticate(call, text(headers, header::AUTHORIZATION))?;
        let addressed = match &call.owner {
            Owner::Me => caller.account,
            Owner::User(_) if call.by_user_principal_name() && call.has(Access::UserPrincipalNameUnknown) => None,
            Owner::User(user) => self.directory.find(user),
        };
        let denied = match authorise(call, &caller, addressed) {
            Ok(()) => None,
            // Only a fault goes on.
            Err(refusal) if addressed.is_some() && call.has(Effect::DeniedAfterwards) => Some(refusal),
            Err(refusal) => return Err(refusal),
        };
        let user = match (&call.owner, addressed) {
            (_, Some(user)) => user,
            (Owner::User(user), None) if !call.has(Access::UnknownUserServed) => return Err(Refusal::no_such_user(user)),
            // Whoever comes last in the directory: only a fault serves somebody who isn't signed in, or isn't there.
            (_, None) => self.directory.len() - 1,
        };
        let content_type = text(headers, header::CONTENT_TYPE).map(str::to_owned);
        let bytes = to_bytes(body, LONGEST_BODY).await.map_err(|_| Refusal::too_large())?;

        // A request that panicked has been answered with 500, and what it left behind is as good as any other state.
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if addressed.is_none() || call.through_me() && !caller.is_work_account() {
            furnish(call, &mut store, user);
        }
        let done = run(Task { call, directory: &self.directory, store: &mut store, user, body: &RawBody { content_type, bytes } });
        denied.map_or(done, Err)
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Answers one request.
pub(super) async fn serve(State(service): State<Arc<Service>>, request: Request) -> Response {
    let trace = Trace::of(request.headers());
    whatever_happens(service.answer(request, &trace), &trace).await
}

/// Answers 500 where the work panics: a dropped connection would look like the network's doing.
async fn whatever_happens(work: impl Future<Output = Response>, trace: &Trace) -> Response {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| respond(Err(Refusal::failure()), None, trace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_like_any_other_failure() {
        let trace = Trace::of(&HeaderMap::new());
        let response = whatever_happens(async { panic!("a mistake in the server itself") }, &trace).await;
        assert_eq!(response.status(), 500);
        let body = to_bytes(response.into_body(), LONGEST_BODY).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["error"]["code"], "internalServerError");
    }
}
