//! A stand-in for Dev Proxy. It reads the same configuration files and answers like the plugins that they name.
//!
//! It behaves like dotnet/dev-proxy 2c61640, but only as far as the files in `tests/interop/devproxy` need it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex::Regex;
use serde_json::{Map, Value, json};

use super::tls::{Authority, certificate, proxy, terminate};
use super::{Request, listen, reply};

const HOST: &str = "graph.microsoft.com";

/// Status, headers and body of an answer.
type Answer = (u16, Vec<(String, String)>, String);

/// Starts the stand-in with the configuration in a folder. This authority signs its certificates.
pub fn start(folder: &Path, authority: &Authority) -> SocketAddr {
    let config = json_file(&folder.join("devproxyrc.json"));
    let plugins = config["plugins"].as_array().unwrap().iter();
    let plugins: Vec<Plugin> = plugins.map(|plugin| Plugin::read(folder, plugin, &config)).collect();
    let plain = listen(move |request, stream| {
        let url = format!("https://{HOST}{}", request.path);
        let answer = plugins.iter().find_map(|plugin| plugin.answer(request, &url));
        // Here, Dev Proxy would send the request to the real service.
        let Some((status, headers, body)) = answer else { panic!("{} {url} is mocked by no plugin", request.method) };
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        reply(stream, status, &headers, body.as_bytes())
    });
    proxy(terminate(&certificate(authority, HOST, false), None, plain)).0
}

fn json_file(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

enum Plugin {
    /// Answers with the first matching mock; the second field tells whether it refuses all other requests.
    GraphMockResponse(Vec<Value>, bool),
    /// Stores the items of one collection.
    CrudApi { url: String, actions: Vec<Value>, data: Mutex<Vec<Value>> },
    /// Answers one of every `one_of` requests with 429.
    GraphRandomError { one_of: usize, retry_after: u64, seen: AtomicUsize },
}

impl Plugin {
    fn read(folder: &Path, plugin: &Value, config: &Value) -> Self {
        let section = &config[plugin["configSection"].as_str().unwrap()];
        let file = |name: &Value| json_file(&folder.join(name.as_str().unwrap()));
        match plugin["name"].as_str().unwrap() {
            "GraphMockResponsePlugin" => {
                let mocks = file(&section["mocksFile"])["mocks"].as_array().unwrap().clone();
                Self::GraphMockResponse(mocks, section["blockUnmockedRequests"] == true)
            }
            "CrudApiPlugin" => {
                let api = file(&section["apiFile"]);
                Self::CrudApi {
                    url: api["baseUrl"].as_str().unwrap().to_owned(),
                    actions: api["actions"].as_array().unwrap().clone(),
                    data: Mutex::new(file(&api["dataFile"]).as_array().unwrap().clone()),
                }
            }
            "GraphRandomErrorPlugin" => {
                assert_eq!(section["allowedErrors"], json!([429]));
                let (rate, retry_after) = (section["rate"].as_u64().unwrap(), section["retryAfterInSeconds"].as_u64().unwrap());
                Self::GraphRandomError { one_of: usize::try_from(100 / rate).unwrap(), retry_after, seen: AtomicUsize::new(0) }
            }
            other => panic!("the plugin {other} is not known"),
        }
    }

    fn answer(&self, request: &Request, url: &str) -> Option<Answer> {
        match self {
            Self::GraphMockResponse(mocks, blocks) => {
                let mock = mocks.iter().find(|mock| {
                    let pattern = mock["request"]["url"].as_str().unwrap();
                    let regex = format!("^{}$", regex::escape(pattern).replace(r"\*", ".*"));
                    mock["request"]["method"].as_str().unwrap_or("GET") == request.method && Regex::new(&regex).unwrap().is_match(url)
                });
                match mock {
                    Some(mock) => Some(mocked(&mock["response"])),
                    None if *blocks => {
                        let message = format!("No mock response found for {} {url}", request.method);
                        Some(mocked(&json!({ "statusCode": 502, "body": { "error": { "code": "Bad Gateway", "message": message } } })))
                    }
                    None => None,
                }
            }
            Self::CrudApi { url: base, actions, data } => {
                let path = url.split('?').next().unwrap();
                actions.iter().find_map(|action| {
                    let method = match action["action"].as_str().unwrap() {
                        "create" => "POST",
                        "getAll" | "getOne" => "GET",
                        "merge" => "PATCH",
                        "delete" => "DELETE",
                        other => panic!("the action {other} is not known"),
                    };
                    let item = match action["url"].as_str() {
                        None => (path == base).then_some(""),
                        Some("/{id}") => path.strip_prefix(base)?.strip_prefix('/').map(|rest| rest.split('/').next().unwrap()),
                        Some(other) => panic!("the action's address {other} is not known"),
                    };
                    (method == request.method).then(|| crud(method, item?, request, &mut data.lock().unwrap())).flatten()
                })
            }
            Self::GraphRandomError { one_of, retry_after, seen } => {
                let number = seen.fetch_add(1, Ordering::Relaxed) + 1;
                number.is_multiple_of(*one_of).then(|| {
                    let error = json!({ "code": "Too Many Requests", "message": "Some error was generated by the proxy. " });
                    let mut answer = mocked(&json!({ "statusCode": 429, "body": { "error": error } }));
                    answer.1.push(("Retry-After".to_owned(), retry_after.to_string()));
                    answer
                })
            }
        }
    }
}

/// An answer with the headers of Microsoft Graph, in Dev Proxy's form.
fn mocked(response: &Value) -> Answer {
    let id = uuid::Uuid::new_v4().to_string();
    let headers = [("Cache-Control", "no-store"), ("x-ms-ags-diagnostic", ""), ("request-id", &id), ("client-request-id", &id)];
    let mut headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let body = if response["body"].is_null() {
        String::new()
    } else {
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        serde_json::to_string_pretty(&response["body"]).unwrap()
    };
    (u16::try_from(response["statusCode"].as_u64().unwrap_or(200)).unwrap(), headers, body)
}

/// Applies a request to the items of a collection, or to the item with this id.
fn crud(method: &str, id: &str, request: &Request, data: &mut Vec<Value>) -> Option<Answer> {
    let json_headers = || vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())];
    let answer = |status: u16, body: &Value| Some((status, json_headers(), serde_json::to_string_pretty(body).unwrap()));
    let exception = || answer(500, &json!({ "ClassName": "Newtonsoft.Json.JsonReaderException", "HResult": -2_146_233_088 }));
    let object = || serde_json::from_str::<Map<String, Value>>(&request.body);
    if id.is_empty() {
        return match (method, object()) {
            ("GET", _) => answer(200, &Value::Array(data.clone())),
            (_, Err(_)) => exception(),
            (_, Ok(object)) => {
                data.push(Value::Object(object));
                answer(201, data.last().unwrap())
            }
        };
    }
    let Some(index) = data.iter().position(|item| item["id"] == id) else {
        return answer(404, &json!({ "error": { "message": "Not found" } }));
    };
    match (method, object()) {
        ("GET", _) => return answer(200, &data[index]),
        ("DELETE", _) => drop(data.remove(index)),
        (_, Err(_)) => return exception(),
        (_, Ok(object)) => data[index].as_object_mut().unwrap().extend(object),
    }
    Some((204, Vec::new(), String::new()))
}
