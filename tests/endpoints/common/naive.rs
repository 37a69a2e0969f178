//! A mock as a developer writes it in an afternoon: one administrator token, users known by name, and made-up ids. It
//! is right except for the mistakes that a test selects.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{Request, converse, listen, reply};

/// The token that it accepts.
pub const TOKEN: &str = "static-token";
/// Its users.
pub const USERS: [&str; 2] = ["kim@contoso.com", "lee@contoso.com"];

const IDS: [(&str, &str); 3] = [
    ("mobile", "3179e48a-750b-4051-897c-87b9720928f7"),
    ("alternateMobile", "b6332ec1-7057-4abe-9331-3d72feddfe41"),
    ("office", "e37fc753-ff3b-4958-9484-eaa9425c82bc"),
];

/// Its mistakes.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mistake of its own")]
pub struct Mistakes {
    /// It stores and shows phones of any type.
    pub any_type: bool,
    /// Its lists omit items that are not phones of a known type.
    pub list_hides: bool,
    /// It makes up an id for every phone.
    pub own_ids: bool,
    /// It keeps a second phone of a type next to the first.
    pub many_of_a_type: bool,
    /// It has no list.
    pub no_list: bool,
    /// It ends if a body is not an object.
    pub dies: Option<Death>,
}

/// What happens after the server ended.
#[derive(Debug, Clone, Copy)]
pub enum Death {
    /// It stays away.
    ForGood,
    /// It comes back after this time.
    Until(Duration),
}

type Phones = BTreeMap<usize, Vec<Value>>;

/// Starts the mock. Its first user has the phones in `before`. Returns the address, and a function that returns every
/// user's phones.
pub fn start(mistakes: Mistakes, before: &[Value]) -> (SocketAddr, impl Fn() -> Phones + use<>) {
    let phones: Phones = BTreeMap::from([(0, before.to_vec()), (1, Vec::new())]);
    let state = Arc::new(Mutex::new((phones, 0)));
    let seen = Arc::clone(&state);
    let respond = move |request: &Request, stream: &mut TcpStream| respond(mistakes, &state, request, stream);
    let look = move || seen.lock().unwrap().0.clone();
    let Some(death) = mistakes.dies else { return (listen(respond), look) };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || live(listener, death, &Arc::new(respond)));
    (address, look)
}

/// Starts a mock without mistakes at a free address.
pub fn start_at(address: SocketAddr) {
    let state = Mutex::new((BTreeMap::from([(0, Vec::new()), (1, Vec::new())]), 0));
    let respond = move |request: &Request, stream: &mut TcpStream| respond(Mistakes::default(), &state, request, stream);
    let listener = TcpListener::bind(address).unwrap();
    std::thread::spawn(move || live(listener, Death::ForGood, &Arc::new(respond)));
}

/// Writes the answer to a request.
fn respond(mistakes: Mistakes, state: &Mutex<(Phones, usize)>, request: &Request, stream: &mut TcpStream) -> bool {
    let mut state = state.lock().unwrap();
    let (status, body) = match answer(mistakes, &mut state, request) {
        Ok(answer) => answer,
        Err((status, code)) => (status, json!({ "error": { "code": code, "message": "no" } })),
    };
    drop(state);
    let text = if body.is_null() { String::new() } else { body.to_string() };
    reply(stream, status, if body.is_null() { &[] } else { &[("Content-Type", "application/json")] }, text.as_bytes())
}

/// Serves until a body is not an object. Serves again after some time if `death` says so.
fn live(mut listener: TcpListener, death: Death, respond: &Arc<impl Fn(&Request, &mut TcpStream) -> bool + Send + Sync + 'static>) {
    let address = listener.local_addr().unwrap();
    loop {
        let dead = Arc::new(AtomicBool::new(false));
        listener.set_nonblocking(true).unwrap();
        while !dead.load(Ordering::Relaxed) {
            let Ok((stream, _)) = listener.accept() else {
                std::thread::sleep(Duration::from_millis(1));
                continue;
            };
            stream.set_nonblocking(false).unwrap();
            let (dead, respond) = (Arc::clone(&dead), Arc::clone(respond));
            std::thread::spawn(move || {
                converse(stream, &|request, stream| {
                    let fatal = !request.body.is_empty()
                        && request.header("content-type").starts_with("application/json")
                        && !serde_json::from_str::<Value>(&request.body).is_ok_and(|body| body.is_object());
                    dead.fetch_or(fatal, Ordering::Relaxed);
                    !dead.load(Ordering::Relaxed) && respond(request, stream)
                })
            });
        }
        drop(listener);
        let Death::Until(returns) = death else { return };
        std::thread::sleep(returns);
        listener = TcpListener::bind(address).unwrap();
    }
}

/// A target file for the mock, with its one identity.
pub fn target(address: SocketAddr) -> String {
    let mut target = format!(
        "name = \"naive\"\nbase_url = \"http://{address}\"\n[[identities]]\nname = \"administrator\"\nkind = \"delegated\"\n\
         scopes = [\"UserAuthenticationMethod.ReadWrite.All\"]\nroles = [\"Authentication Administrator\"]\nuser = \"admin@contoso.com\"\ntoken = \"{TOKEN}\"\n"
    );
    for user in USERS {
        target.push_str(&format!("[[users]]\nid = \"{user}\"\nuser_principal_name = \"{user}\"\n"));
    }
    target
}

type Answer = Result<(u16, Value), (u16, &'static str)>;

fn answer(mistakes: Mistakes, (phones, made): &mut (Phones, usize), request: &Request) -> Answer {
    if request.header("authorization") != format!("Bearer {TOKEN}") {
        return Err((401, "InvalidAuthenticationToken"));
    }
    let path: Vec<String> = request.path.split('/').skip(1).map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let ["v1.0", "users", user, "authentication", "phoneMethods", rest @ ..] = &path[..] else { return Err((404, "notFound")) };
    let user = USERS.iter().position(|known| known == user).ok_or((404, "Request_ResourceNotFound"))?;
    let sent: Value = serde_json::from_str(&request.body).unwrap_or_default();
    let is_json = request.header("content-type").starts_with("application/json");
    let refused = (400, "badRequest");
    let number = || sent["phoneNumber"].as_str().and_then(number).ok_or(refused);
    let has = |phones: &Phones, kind: &str| phones[&user].iter().any(|phone| phone["phoneType"] == kind);
    let at =
        rest.first().map(|id| phones[&user].iter().position(|phone| phone["id"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(id))));
    match (request.method.as_str(), rest, at.flatten()) {
        ("GET", [], _) if mistakes.no_list => Err((404, "notFound")),
        ("GET", [], _) => {
            let known = |phone: &&Value| !mistakes.list_hides || IDS.iter().any(|known| phone["phoneType"] == known.0);
            Ok((200, json!({ "value": phones[&user].iter().filter(known).collect::<Vec<_>>() })))
        }
        ("POST", [], _) if !is_json => Err((415, "UnsupportedMediaType")),
        ("POST", [], _) => {
            let number = number()?;
            let known = IDS.iter().find(|known| sent["phoneType"] == known.0);
            if known.is_none() && (!mistakes.any_type || sent["phoneType"].is_null()) {
                return Err(refused);
            }
            let taken = known.is_some_and(|(kind, _)| {
                has(phones, kind) && !mistakes.many_of_a_type || *kind == "alternateMobile" && !has(phones, "mobile")
            });
            if taken {
                return Err(refused);
            }
            *made += 1;
            let id = known.filter(|_| !mistakes.own_ids).map_or_else(|| format!("Phone-{made}"), |known| known.1.to_owned());
            let state = if known.is_some_and(|known| known.0 == "mobile") { "notAllowedByPolicy" } else { "notSupported" };
            let phone = json!({ "id": id, "phoneNumber": number, "phoneType": sent["phoneType"], "smsSignInState": state });
            phones.get_mut(&user).unwrap().push(phone.clone());
            Ok((201, phone))
        }
        ("GET" | "PATCH" | "DELETE" | "POST", [_, ..], None) => Err((404, "itemNotFound")),
        ("GET", [_], Some(at)) => Ok((200, phones[&user][at].clone())),
        ("PATCH", [_], _) if !is_json => Err((415, "UnsupportedMediaType")),
        ("PATCH", [_], Some(at)) => {
            let number = number()?;
            if !sent["phoneType"].is_null() && sent["phoneType"] != phones[&user][at]["phoneType"] {
                return Err(refused);
            }
            phones.get_mut(&user).unwrap()[at]["phoneNumber"] = json!(number);
            Ok((204, Value::Null))
        }
        ("DELETE", [_], Some(at)) => {
            let mobiles = phones[&user].iter().filter(|phone| phone["phoneType"] == "mobile").count();
            if phones[&user][at]["phoneType"] == "mobile" && mobiles == 1 && has(phones, "alternateMobile") {
                return Err(refused);
            }
            phones.get_mut(&user).unwrap().remove(at);
            Ok((204, Value::Null))
        }
        // The policy does not allow SMS sign-in for any user.
        ("POST", [_, "enableSmsSignIn" | "disableSmsSignIn"], Some(_)) => Err(refused),
        _ => Err((405, "methodNotAllowed")),
    }
}

/// A number in the documented form.
fn number(text: &str) -> Option<String> {
    let (number, extension) = text.split_once('x').map_or((text, None), |(number, extension)| (number, Some(extension)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (country, rest) = number.strip_prefix('+')?.split_once(' ')?;
    let is_one = digits(country) && country.len() <= 3 && !country.starts_with('0') && digits(rest) && extension.is_none_or(digits);
    is_one.then(|| text.to_owned())
}
