//! A server of phone methods that is right, in one of many manners in which a server can be.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{Request, listen, reply};

const IDS: [(&str, &str); 3] = [
    ("mobile", "3179e48a-750b-4051-897c-87b9720928f7"),
    ("alternateMobile", "b6332ec1-7057-4abe-9331-3d72feddfe41"),
    ("office", "e37fc753-ff3b-4958-9484-eaa9425c82bc"),
];
const ALL: &str = "UserAuthenticationMethod.ReadWrite.All";
const OWN: &str = "UserAuthenticationMethod.ReadWrite";

/// Name, kind, permission, role and the signed-in user of everybody who has a token; the token is the name, said twice.
const CAST: [(&str, &str, &str, &str, &str); 10] = [
    ("authentication", "delegated", ALL, "Authentication Administrator", "ada@contoso.com"),
    ("privileged", "delegated", ALL, "Privileged Authentication Administrator", "pat@contoso.com"),
    ("without-role", "delegated", ALL, "", "nora@contoso.com"),
    ("without-permission", "delegated", "User.Read", "Authentication Administrator", "abe@contoso.com"),
    ("user", "delegated", OWN, "", "o'neil+0#EXT#@contoso.onmicrosoft.com"),
    ("user-without-permission", "delegated", "User.Read", "", "o'neil+0#EXT#@contoso.onmicrosoft.com"),
    ("fellow", "delegated", OWN, "", "o'neil+3#EXT#@contoso.onmicrosoft.com"),
    ("application", "application", ALL, "", ""),
    ("application-without-permission", "application", "User.Read.All", "", ""),
    ("personal", "personal", OWN, "", "someone@outlook.com"),
];

/// Which reads show an earlier state, where some do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    /// All of them.
    All,
    /// Each by a part of the lag that is anybody's guess.
    AtRandom,
    /// Every other one, as where two replicas take turns.
    InTurns,
    /// Lists, and no single read.
    Lists,
    /// Single reads, and no list.
    Reads,
}

/// What the documents leave open, as one server has decided it.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of its own")]
pub struct Manner {
    /// Everybody of the cast whom the target names.
    pub cast: &'static [&'static str],
    /// Status of every refusal, but for 401 and 404 and that of a wrong media type.
    pub refusal: u16,
    /// Status of a refusal to create or update a phone under `/me`.
    pub no_self_service: u16,
    /// Status of an update.
    pub updated: u16,
    /// Status of a create whose number is somebody else's sign-in name, and whether the phone is kept all the same.
    pub conflict: (u16, bool),
    /// Whether numbers without the space are taken, and given back with it.
    pub spaces_numbers: bool,
    /// State of a mobile phone whose SMS sign-in is off.
    pub off: &'static str,
    /// Whether a second switch to where the switch is already is refused.
    pub refuses_twice: bool,
    /// Whether an authentication administrator sees whole numbers.
    pub masks: bool,
    /// How long reads lag.
    pub lag: Duration,
    /// Which reads do.
    pub stale: Stale,
    /// What is wrong with the server: it refuses what it has to, and stores it all the same.
    pub stores_what_it_refuses: bool,
    /// Of so many requests one is told to come again, and the status that says so.
    pub throttles: usize,
    pub throttled: u16,
    /// After each so many answers the connection is closed, which no answer says.
    pub closes: usize,
    /// Whether ids are in capitals, lists backwards, and answers full of properties nobody asked for.
    pub extravagant: bool,
    /// Whether the target knows users by id only.
    pub ids_only: bool,
    /// How long tokens are good that a client's credentials were given for, where identities have none of their own.
    pub tokens_live: Option<Duration>,
    /// Whether an application finds a user behind `/me`, which is a mistake.
    pub application_has_me: bool,
    /// Whether a mobile number that a user has given up is still taken when the same user comes back to it. That is wrong.
    pub remembers: bool,
    /// Phones that the first user had before.
    pub before: &'static [(&'static str, &'static str)],
    /// Whether the first of them is no sign-in name, though it could be one.
    pub before_is_off: bool,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            cast: &[],
            refusal: 400,
            no_self_service: 403,
            updated: 204,
            conflict: (201, true),
            spaces_numbers: false,
            off: "notConfigured",
            refuses_twice: false,
            masks: false,
            lag: Duration::ZERO,
            stale: Stale::All,
            stores_what_it_refuses: false,
            throttles: usize::MAX,
            throttled: 429,
            closes: usize::MAX,
            extravagant: false,
            ids_only: false,
            tokens_live: None,
            application_has_me: false,
            remembers: false,
            before: &[],
            before_is_off: false,
        }
    }
}

/// The phones of a user, by type: number and state.
type Phones = BTreeMap<&'static str, (String, String)>;

#[derive(Default)]
struct State {
    requests: usize,
    phones: [Phones; 4],
    past: [Vec<(Instant, Phones)>; 4],
    /// The tokens that were issued: for whom, and until when.
    issued: BTreeMap<String, (String, Instant)>,
}

/// The secret of every client.
pub const CLIENT_SECRET: &str = "c1ient&s3cret+for=all";

impl State {
    /// Another token for the client that a form names; it says that tokens live longer than they do.
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

/// Starts the server, and answers with a target that reaches it. Users 0 and 2 may use SMS sign-in.
pub fn start(manner: &Manner) -> String {
    start_seen(manner).0
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is carried out and answered.
    Answered,
    /// It is carried out, and the connection ends without an answer.
    Lost,
    /// It is carried out after this time, when nobody waits for an answer any more.
    Late(Duration),
    /// It is refused, whoever asks.
    Refused,
    /// It is refused, whatever the token.
    Unauthorized,
    /// It is carried out, and answered as if it had to be sent again.
    PutOff,
    /// It is carried out, and this stands in the place of what its answer shows, where that is no refusal.
    Hidden(&'static str),
    /// It is not carried out, and answered so.
    Instead(u16, &'static str),
}

/// The same, with a look at everybody's phones.
pub fn start_seen(manner: &Manner) -> (String, impl Fn() -> Vec<String> + use<>) {
    start_fated(manner, |_, _| Fate::Answered)
}

/// The same, where this decides what becomes of each request, which is counted.
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
                // What it would have been answered is nobody's business.
                let _ = asked.answer(&mut state, request);
                return reply(stream, 503, &[("Retry-After", "0.02")], b"{}");
            }
            Fate::Late(_) | Fate::Lost => {
                if let Fate::Late(time) = fate {
                    drop(state);
                    std::thread::sleep(time);
                    state = server.lock().unwrap();
                }
                // What it would have been answered is nobody's business.
                let _ = asked.answer(&mut state, request);
                return false;
            }
        }
        let (status, body) = match asked.answer(&mut state, request) {
            Ok((status, Value::Null)) => return reply(stream, status, &[], b"") && stays,
            Ok(answer) => answer,
            Err((status, code)) => (status, json!({ "error": { "code": code, "message": "no" } })),
        };
        drop(state);
        if let Fate::Hidden(shown) = fate
            && status < 300
        {
            return reply(stream, status, &[], shown.as_bytes());
        }
        reply(stream, status, &[("Content-Type", "application/json;odata.metadata=minimal;charset=utf-8")], body.to_string().as_bytes())
            && stays
    });
    let look = move || {
        let state = seen.lock().unwrap();
        let each = |(user, phones): (usize, &Phones)| -> Vec<String> {
            phones.iter().map(|(kind, (number, state))| format!("{user} {kind} {number} {state}")).collect()
        };
        state.phones.iter().enumerate().flat_map(each).collect()
    };
    (manner.target(address), look)
}

impl Manner {
    fn target(&self, address: SocketAddr) -> String {
        let patience = if self.lag.is_zero() { "0s" } else { "2s" };
        let mut target = format!(
            "name = \"right\"\nbase_url = \"http://{address}\"\nversions = [\"v1.0\", \"beta\"]\nrequest_timeout = \"20s\"\nconsistency_timeout = \"{patience}\"\n"
        );
        for (name, kind, scope, role, user) in CAST.iter().filter(|who| self.cast.is_empty() || self.cast.contains(&who.0)) {
            let quoted = |text: &str| if text.is_empty() { String::new() } else { format!("\"{text}\"") };
            let user = if user.is_empty() { String::new() } else { format!("user = \"{user}\"\n") };
            target.push_str(&format!(
                "[[identities]]\nname = \"{name}\"\nkind = \"{kind}\"\nscopes = [\"{scope}\"]\nroles = [{}]\n{user}token = {}\n",
                quoted(role),
                if self.tokens_live.is_some() {
                    format!("{{ client_credentials = {{ client_id = \"{name}\", client_secret = \"{CLIENT_SECRET}\", token_url = \"http://{address}/token\" }} }}")
                } else {
                    format!("\"{name}/{name}\"")
                }
            ));
        }
        for user in 0..4 {
            let name = if self.ids_only { String::new() } else { format!("user_principal_name = \"{}\"\n", principal(user)) };
            target.push_str(&format!("[[users]]\nid = \"{}\"\n{name}sms_sign_in = {}\n", object_id(user), may_use_sms(user)));
        }
        target
    }

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
        let user = self.whose(who, me, name, operation)?;
        let kind = rest.first().map(|id| IDS.iter().find(|known| known.1.eq_ignore_ascii_case(id)).ok_or(UNKNOWN)).transpose()?;
        let masked = self.masks && who.3 == "Authentication Administrator";
        let seen = self.seen(state, user, operation);
        let answer = self.act(state, user, operation, kind.map(|kind| kind.0), request, masked, &seen);
        if self.stores_what_it_refuses && answer.is_err() {
            store(state, user, kind.map(|kind| kind.0), request);
        }
        let now = state.phones[user].clone();
        state.past[user].push((Instant::now(), now));
        answer
    }

    /// The user who is meant, if whoever asks may ask.
    fn whose(&self, who: &(&str, &str, &str, &str, &str), me: bool, name: &str, operation: &str) -> Result<usize, Refusal> {
        let denied = (if self.refusal == 400 { 403 } else { self.refusal }, "accessDenied");
        let user = (0..4).find(|user| {
            let principal = principal(*user);
            if me {
                principal == who.4 || self.is_applications(who.1, *user)
            } else {
                principal.eq_ignore_ascii_case(name) || object_id(*user) == name
            }
        });
        let itself = user.is_some_and(|user| principal(user) == who.4);
        let allowed = match who.1 {
            "application" => (!me || self.application_has_me) && who.2 == ALL,
            "delegated" if itself => who.2 == OWN || who.2 == ALL,
            "delegated" => who.2 == ALL && !who.3.is_empty(),
            _ => false,
        };
        if !allowed {
            return Err(denied);
        }
        if itself && matches!(operation, "create" | "update") {
            return Err((self.no_self_service, "accessDenied"));
        }
        user.ok_or(UNKNOWN)
    }

    /// Whether a user is taken for the one who is signed in where an application calls.
    fn is_applications(&self, kind: &str, user: usize) -> bool {
        self.application_has_me && kind == "application" && user == 2
    }

    #[expect(clippy::too_many_arguments, reason = "a request is all of this")]
    fn act(
        &self,
        state: &mut State,
        user: usize,
        operation: &str,
        kind: Option<&'static str>,
        request: &Request,
        masked: bool,
        seen: &Phones,
    ) -> Answer {
        let refused = (self.refusal, "badRequest");
        match (operation, kind) {
            ("list", _) => {
                let mut value: Vec<Value> = seen.iter().map(|(kind, phone)| self.phone(kind, phone, masked)).collect();
                if self.extravagant {
                    value.reverse();
                }
                Ok((200, json!({ "value": value })))
            }
            ("get", Some(kind)) => Ok((200, self.phone(kind, seen.get(kind).ok_or(UNKNOWN)?, masked))),
            ("create", _) => {
                let body = body(request, refused)?;
                let kind = IDS.iter().find(|known| body["phoneType"] == known.0).ok_or(refused)?.0;
                let number = self.number(&body["phoneNumber"])?;
                let phones = &state.phones[user];
                if phones.contains_key(kind) || kind == "alternateMobile" && !phones.contains_key("mobile") {
                    return Err(refused);
                }
                let fresh = self.registered(state, user, kind, &number);
                let phone = (number, fresh.to_owned());
                let taken = fresh == "phoneNumberNotUnique";
                if !taken || self.conflict.1 {
                    state.phones[user].insert(kind, phone.clone());
                }
                if taken && self.conflict.0 >= 400 {
                    Err((self.conflict.0, "phoneNumberNotUnique"))
                } else {
                    Ok((201, self.phone(kind, &phone, false)))
                }
            }
            (_, Some(kind)) if !state.phones[user].contains_key(kind) => Err(UNKNOWN),
            ("update", Some(kind)) => {
                let body = body(request, refused)?;
                if body.get("phoneType").is_some_and(|other| other != kind) {
                    return Err(refused);
                }
                let number = self.number(&body["phoneNumber"])?;
                let fresh = self.registered(state, user, kind, &number).to_owned();
                state.phones[user].insert(kind, (number, fresh));
                let shown = self.phone(kind, &state.phones[user][kind], false);
                Ok((self.updated, if self.updated == 204 { Value::Null } else { shown }))
            }
            ("delete", Some(kind)) => {
                if kind == "mobile" && state.phones[user].contains_key("alternateMobile") {
                    return Err(refused);
                }
                state.phones[user].remove(kind);
                Ok((204, Value::Null))
            }
            (switch, Some("mobile")) if may_use_sms(user) => {
                let (number, now) = state.phones[user]["mobile"].clone();
                let next = if switch == "disable" { self.off } else { registered(state, user, "mobile", &number) };
                if next == "phoneNumberNotUnique" || self.refuses_twice && next == now {
                    return Err(refused);
                }
                state.phones[user].insert("mobile", (number, next.to_owned()));
                Ok((204, Value::Null))
            }
            _ => Err(refused),
        }
    }

    /// The phones that a read shows, which may be those of a moment ago.
    fn seen(&self, state: &State, user: usize, operation: &str) -> Phones {
        let lag = match self.stale {
            Stale::All => self.lag,
            Stale::AtRandom => self.lag * u32::try_from(state.requests * 7919 % 11).expect("it is less than 11") / 10,
            Stale::InTurns if state.requests.is_multiple_of(2) => self.lag,
            Stale::Lists if operation == "list" => self.lag,
            Stale::Reads if operation == "get" => self.lag,
            _ => Duration::ZERO,
        };
        let Some(then) = Instant::now().checked_sub(lag).filter(|_| !lag.is_zero()) else {
            return state.phones[user].clone();
        };
        state.past[user].iter().rev().find(|(at, _)| *at <= then).map(|(_, phones)| phones.clone()).unwrap_or_default()
    }

    fn phone(&self, kind: &str, (number, state): &(String, String), masked: bool) -> Value {
        let id = id_of(kind).1;
        let number = if masked { format!("{}XXXXXXXX{}", &number[..3], &number[number.len() - 2..]) } else { number.clone() };
        let mut phone = json!({ "id": id, "phoneNumber": number, "phoneType": kind, "smsSignInState": state });
        if self.extravagant {
            phone["id"] = json!(id.to_uppercase());
            phone["@odata.type"] = json!("#microsoft.graph.phoneAuthenticationMethod");
            phone["createdDateTime"] = Value::Null;
        }
        phone
    }

    /// The state that a number has once it is a user's.
    fn registered(&self, state: &State, user: usize, kind: &str, number: &str) -> &'static str {
        let again = |phones: &Phones| phones.get("mobile").is_some_and(|phone| phone.0 == number);
        match registered(state, user, kind, number) {
            "ready" if self.remembers && state.past[user].iter().any(|(_, phones)| again(phones)) => "phoneNumberNotUnique",
            fresh => fresh,
        }
    }

    /// The number as it is kept, if it is one.
    fn number(&self, value: &Value) -> Result<String, Refusal> {
        let refused = (self.refusal, "invalidPhoneNumber");
        let text = value.as_str().ok_or(refused)?;
        let (number, extension) = text.split_once('x').map_or((text, None), |(number, extension)| (number, Some(extension)));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let national = number.strip_prefix("+1").ok_or(refused)?;
        let bare = national.strip_prefix(' ').or(self.spaces_numbers.then_some(national)).ok_or(refused)?;
        if bare.len() != 10 || !digits(bare) || !extension.is_none_or(digits) {
            return Err(refused);
        }
        Ok(format!("+1 {bare}{}", extension.map(|extension| format!("x{extension}")).unwrap_or_default()))
    }
}

/// Stores the number of a request that was refused.
fn store(state: &mut State, user: usize, kind: Option<&'static str>, request: &Request) {
    let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
    let kind = kind.or_else(|| IDS.iter().map(|known| known.0).find(|known| body["phoneType"] == *known));
    if let (Some(kind), Some(number)) = (kind, body["phoneNumber"].as_str()) {
        let fresh = registered(state, user, kind, number).to_owned();
        state.phones[user].insert(kind, (number.to_owned(), fresh));
    }
}

/// The state that a number has once it is somebody's.
fn registered(state: &State, user: usize, kind: &str, number: &str) -> &'static str {
    let taken =
        (0..4).any(|other| other != user && state.phones[other].get("mobile").is_some_and(|phone| phone.0 == number && phone.1 == "ready"));
    match (kind, may_use_sms(user)) {
        ("mobile", true) if taken => "phoneNumberNotUnique",
        ("mobile", true) => "ready",
        ("mobile", false) => "notAllowedByPolicy",
        _ => "notSupported",
    }
}

fn body(request: &Request, refused: Refusal) -> Result<Value, Refusal> {
    if !request.header("content-type").starts_with("application/json") {
        return Err((415, "UnsupportedMediaType"));
    }
    serde_json::from_str(&request.body).ok().filter(Value::is_object).ok_or(refused)
}

fn id_of(kind: &str) -> (&'static str, &'static str) {
    *IDS.iter().find(|known| known.0 == kind).expect("only known types are kept")
}

/// Whether the policy allows a user SMS sign-in.
const fn may_use_sms(user: usize) -> bool {
    matches!(user, 0 | 2)
}

/// The name of a user, with every character in it that a path has to escape.
fn principal(user: usize) -> String {
    format!("o'neil+{user}#EXT#@contoso.onmicrosoft.com")
}

fn object_id(user: usize) -> String {
    format!("00000000-0000-4000-8000-00000000000{user}")
}
