//! A server that follows the documents. Where they allow several behaviours, [`Manner`] chooses one.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{Request, listen, reply};

mod manner;
mod operations;

use manner::{CAST, IDS};
pub use manner::{DefaultMethod, Manner, Stale};
use operations::{id_of, store};

/// The phones of a user by type: number and state.
type Phones = BTreeMap<&'static str, (String, String)>;

#[derive(Default)]
struct State {
    requests: usize,
    /// The phones of each user. If the versions are separate services, the second four entries belong to the other
    /// version.
    phones: [Phones; 8],
    /// The phones that each user had after each request, for reads that lag.
    past: [Vec<(Instant, Phones)>; 8],
    /// The type of the oldest phone of each user.
    first: [Option<&'static str>; 8],
    /// When each user's mobile number will be registered; `None` if nothing is due.
    due: [Option<Instant>; 8],
    /// The issued tokens, each with its identity and the time until which it is valid.
    issued: BTreeMap<String, (String, Instant)>,
}

/// The secret of all clients.
pub const CLIENT_SECRET: &str = "c1ient&s3cret+for=all";

impl State {
    /// Issues a new token for the client in a form. The lifetime in the answer is longer than the real one.
    fn issue(&mut self, form: &str, lifetime: Duration) -> Value {
        let field =
            |name: &str| url::form_urlencoded::parse(form.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        if field("client_secret").as_deref() != Some(CLIENT_SECRET) || field("grant_type").as_deref() != Some("client_credentials") {
            return json!({ "error": "invalid_client" });
        }
        let token = format!("issued-token-{:06}", self.issued.len());
        self.issued.insert(token.clone(), (field("client_id").unwrap_or_default(), Instant::now() + lifetime));
        json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": token })
    }
}

/// A refusal: status and code.
type Refusal = (u16, &'static str);
type Answer = Result<(u16, Value), Refusal>;

const UNKNOWN: Refusal = (404, "Request_ResourceNotFound");
/// The code of a refusal that asks the user to sign in again.
const SIGN_IN_AGAIN: &str = "InteractionRequired";

/// Starts the server and returns the text of a target file for it. Users 0 and 2 may use SMS sign-in.
pub fn start(manner: &Manner) -> String {
    start_seen(manner).0
}

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is carried out and answered.
    Answered,
    /// It is carried out, and the connection closes without an answer.
    Lost,
    /// It is carried out after this time, when the client no longer waits.
    Late(Duration),
    /// It is refused, for any caller.
    Refused,
    /// It is refused with 401, for any token.
    Unauthorized,
    /// It is carried out, but the answer asks the client to send it again.
    PutOff,
    /// It is carried out. Unless the answer is a refusal, this replaces its body.
    Hidden(&'static str),
    /// It is not carried out, and gets this answer.
    Instead(u16, &'static str),
}

/// Like [`start`]; also returns a function that shows every user's phones.
pub fn start_seen(manner: &Manner) -> (String, impl Fn() -> Vec<String> + use<>) {
    start_fated(manner, |_, _| Fate::Answered)
}

/// Like [`start_seen`], but `fate` decides what happens to each request. Its first parameter counts the requests.
pub fn start_fated<F>(manner: &Manner, fate: F) -> (String, impl Fn() -> Vec<String> + use<F>)
where
    F: Fn(usize, &Request) -> Fate + Send + Sync + 'static,
{
    let mut state = State::default();
    for (kind, number) in manner.before {
        let id = id_of(kind);
        let sign_in = if manner.before_is_off { manner.off } else { "ready" };
        state.phones[0].insert(id.0, ((*number).to_owned(), if id.0 == "mobile" { sign_in } else { "notSupported" }.to_owned()));
    }
    let state = std::sync::Arc::new(Mutex::new(state));
    let (server, seen) = (std::sync::Arc::clone(&state), state);
    let asked = manner.clone();
    let address = listen(move |request, stream| {
        let mut state = server.lock().unwrap();
        if let Some(lifetime) = asked.tokens_live.filter(|_| request.path == "/token") {
            let token = state.issue(&request.body, lifetime);
            return reply(stream, 200, &[], token.to_string().as_bytes());
        }
        state.requests += 1;
        if state.requests % asked.throttles == 0 {
            drop(state);
            return reply(stream, asked.throttled, &[("Retry-After", "0.02")], b"{}");
        }
        let stays = !state.requests.is_multiple_of(asked.closes);
        let fate = fate(state.requests, request);
        match fate {
            Fate::Answered | Fate::Hidden(_) => {}
            Fate::Refused => return reply(stream, 403, &[], br#"{"error":{"code":"accessDenied","message":"no"}}"#),
            Fate::Unauthorized => return reply(stream, 401, &[], br#"{"error":{"code":"InvalidAuthenticationToken","message":"no"}}"#),
            Fate::Instead(status, body) => return reply(stream, status, &[("Content-Type", "application/json")], body.as_bytes()),
            Fate::PutOff => {
                // The real answer is dropped.
                let _ = asked.answer(&mut state, request);
                return reply(stream, 503, &[("Retry-After", "0.02")], b"{}");
            }
            Fate::Late(_) | Fate::Lost => {
                if let Fate::Late(time) = fate {
                    drop(state);
                    std::thread::sleep(time);
                    state = server.lock().unwrap();
                }
                // The real answer is dropped.
                let _ = asked.answer(&mut state, request);
                return false;
            }
        }
        let (status, body) = match asked.answer(&mut state, request) {
            Ok((status, Value::Null)) => return reply(stream, status, &[], b"") && stays,
            Ok(answer) => answer,
            Err((status, SIGN_IN_AGAIN)) => {
                let body = json!({ "error": { "code": SIGN_IN_AGAIN, "message": "no" } }).to_string();
                let challenge = "Bearer error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"";
                return reply(stream, status, &[("WWW-Authenticate", challenge)], body.as_bytes()) && stays;
            }
            Err((status, code)) => (status, json!({ "error": { "code": code, "message": "no" } })),
        };
        drop(state);
        if let Fate::Hidden(shown) = fate
            && status < 300
        {
            return reply(stream, status, &[], shown.as_bytes());
        }
        let headers = [("Content-Type", "application/json;odata.metadata=minimal;charset=utf-8"), ("WWW-Authenticate", "Bearer")];
        let headers = if status == 401 { &headers[..] } else { &headers[..1] };
        reply(stream, status, headers, body.to_string().as_bytes()) && stays
    });
    let look = move || {
        let state = seen.lock().unwrap();
        let each = |(user, phones): (usize, &Phones)| -> Vec<String> {
            phones.iter().map(|(kind, (number, state))| format!("{} {kind} {number} {state}", user % 4)).collect()
        };
        state.phones.iter().enumerate().flat_map(each).collect()
    };
    (manner.target(address), look)
}

impl Manner {
    fn answer(&self, state: &mut State, request: &Request) -> Answer {
        let path: Vec<String> =
            request.path.split('/').skip(1).map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let (me, name, rest) = match &path[..] {
            ["v1.0" | "beta", "me", "authentication", "phoneMethods", rest @ ..] => (true, "", rest),
            ["v1.0" | "beta", "users", name, "authentication", "phoneMethods", rest @ ..] => (false, *name, rest),
            _ => return Err(UNKNOWN),
        };
        let operation = match (request.method.as_str(), rest) {
            ("GET", []) => "list",
            ("POST", []) => "create",
            ("GET", [_]) => "get",
            ("PATCH", [_]) => "update",
            ("DELETE", [_]) => "delete",
            ("POST", [_, "enableSmsSignIn"]) => "enable",
            ("POST", [_, "disableSmsSignIn"]) => "disable",
            _ => return Err((405, "MethodNotAllowed")),
        };
        let token = request.header("authorization").strip_prefix("Bearer ").unwrap_or_default();
        let bearer = match (self.tokens_live, state.issued.get(token)) {
            (None, _) => token.split_once('/').filter(|(name, again)| name == again).map(|(name, _)| name),
            (Some(_), issued) => issued.filter(|(_, end)| Instant::now() < *end).map(|(name, _)| name.as_str()),
        };
        let who = CAST.iter().find(|who| Some(who.0) == bearer).ok_or((401, "InvalidAuthenticationToken"))?;
        let beta = path.first() == Some(&"beta");
        let user = self.whose(who, me, name, operation, beta)?;
        let user = if self.versions_apart && beta { user + 4 } else { user };
        let kind = rest.first().map(|id| IDS.iter().find(|known| known.1.eq_ignore_ascii_case(id)).ok_or(UNKNOWN)).transpose()?;
        self.register_what_is_due(state);
        let masked = self.masks && who.3 == "Authentication Administrator";
        let seen = self.seen(state, user, operation);
        let answer = self.act(state, user, operation, kind.map(|kind| kind.0), request, masked, &seen);
        if self.stores_what_it_refuses && answer.is_err() {
            store(state, user, kind.map(|kind| kind.0), request);
        }
        let now = state.phones[user].clone();
        if now.is_empty() {
            state.first[user] = None;
        }
        state.past[user].push((Instant::now(), now));
        answer
    }
}
