//! `$batch`: several requests in one.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use axum::body::{Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::response::Response;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Wire;
use crate::api::ApiVersion;
use crate::reference::answer::{Answer, Refusal, Trace, respond};
use crate::reference::body::without_mark;
use crate::reference::service::Request;

/// The most requests in a batch.
const LARGEST: usize = 20;
pub(super) const ALLOW: HeaderValue = HeaderValue::from_static("POST, OPTIONS");
/// Characters that the addresses in a batch may contain unencoded.
const UNENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

#[derive(Debug, Deserialize)]
struct Batch {
    requests: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    id: String,
    method: String,
    url: String,
    headers: Option<BTreeMap<String, String>>,
    body: Option<Value>,
    depends_on: Option<Vec<String>>,
}

/// The version in a batch's path.
pub(super) fn version(path: &str) -> Option<ApiVersion> {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let version = segments.next()?.to_ascii_lowercase().parse().ok()?;
    let is_batch = segments.next().is_some_and(|name| name.eq_ignore_ascii_case("$batch") || name.eq_ignore_ascii_case("%24batch"));
    (is_batch && segments.next().is_none()).then_some(version)
}

pub(super) async fn answer(wire: &Wire, version: ApiVersion, request: Request) -> Response {
    let line = wire.line(&request.method, &request.uri);
    let trace = Trace::of(&request.headers);
    let outcome = match steps(wire, request) {
        Ok((steps, headers)) => {
            Ok(Answer::json(axum::http::StatusCode::OK, json!({ "responses": run(wire, version, steps, &headers).await })))
        }
        Err(refusal) => Err(refusal),
    };
    let response = respond(outcome, None, &trace);
    wire.tell(line, &response);
    response
}

/// Parses a batch.
fn steps(wire: &Wire, request: Request) -> Result<(Vec<Step>, HeaderMap), Refusal> {
    if request.method != Method::POST {
        return Err(Refusal::no_such_method(request.method.as_str(), ALLOW));
    }
    wire.service.knows(&request.headers)?;
    let Batch { requests } = serde_json::from_slice(without_mark(&request.body?))
        .map_err(|error| Refusal::gateway(&format!("Invalid batch payload format: {error}.")))?;
    if requests.is_empty() {
        return Err(Refusal::gateway("Invalid batch payload format: requests is empty."));
    }
    if requests.len() > LARGEST {
        return Err(Refusal::gateway(&format!("Number of batch request steps exceeds the max value of {LARGEST}.")));
    }
    for (index, step) in requests.iter().enumerate() {
        let earlier = &requests[..index];
        if earlier.iter().any(|other| other.id == step.id) {
            return Err(Refusal::gateway(&format!("Request id {} is used twice in the batch.", step.id)));
        }
        let unknown = |id: &&String| earlier.iter().all(|other| other.id != **id);
        if let Some(id) = step.depends_on.iter().flatten().find(unknown) {
            return Err(Refusal::gateway(&format!("Request {} depends on {id}, and no request before it has this id.", step.id)));
        }
    }
    Ok((requests, request.headers))
}

/// Answers the requests one after another.
async fn run(wire: &Wire, version: ApiVersion, steps: Vec<Step>, outer: &HeaderMap) -> Vec<Value> {
    let mut statuses: HashMap<String, u16> = HashMap::new();
    let mut responses = Vec::new();
    for step in steps {
        let failed = step.depends_on.iter().flatten().any(|id| statuses.get(id).is_some_and(|status| *status >= 400));
        let id = step.id.clone();
        let response = match step.request(version, outer) {
            _ if failed => respond(Err(Refusal::failed_dependency()), None, &Trace::of(outer)),
            Ok(request) => wire.answer(request),
            Err(refusal) => respond(Err(refusal), None, &Trace::of(outer)),
        };
        statuses.insert(id.clone(), response.status().as_u16());
        responses.push(shown(id, response).await);
    }
    responses
}

impl Step {
    /// The request as if it came on its own. Its caller is the sender of the batch.
    fn request(self, version: ApiVersion, outer: &HeaderMap) -> Result<Request, Refusal> {
        let wrong = |what: &str| Refusal::gateway(&format!("The {what} of request {} can't be read.", self.id));
        let url = utf8_percent_encode(self.url.trim_start_matches('/'), UNENCODED);
        let uri: Uri = format!("/{version}/{url}").parse().map_err(|_| wrong("url"))?;
        let method = self.method.to_ascii_uppercase().parse().map_err(|_| wrong("method"))?;
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers.iter().flatten() {
            let name: header::HeaderName = name.parse().map_err(|_| wrong("headers"))?;
            headers.insert(name, value.parse().map_err(|_| wrong("headers"))?);
        }
        for name in [header::AUTHORIZATION, header::HOST] {
            match outer.get(&name) {
                Some(value) => headers.insert(name, value.clone()),
                None => headers.remove(name),
            };
        }
        let body = self.body.filter(|body| !body.is_null()).map_or_else(Bytes::new, |body| body.to_string().into());
        Ok(Request { method, uri, headers, body: Ok(body), arrived: Instant::now() })
    }
}

/// An answer in the form that a batch's answer contains.
async fn shown(id: String, response: Response) -> Value {
    let (parts, body) = response.into_parts();
    let headers: Map<String, Value> =
        parts.headers.iter().filter_map(|(name, value)| Some((spelt(name.as_str()), json!(value.to_str().ok()?)))).collect();
    let mut shown = json!({ "id": id, "status": parts.status.as_u16(), "headers": headers });
    // This server's answers are in memory, so reading them can't fail.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if !bytes.is_empty() {
        shown["body"] = serde_json::from_slice(&bytes).unwrap_or_else(|_| json!(String::from_utf8_lossy(&bytes)));
    }
    shown
}

/// A header's name in Graph's spelling. In a batch it matters: Graph's JavaScript client looks for `Content-Type` in
/// exactly this spelling.
fn spelt(name: &str) -> String {
    match name {
        "odata-version" => "OData-Version".to_owned(),
        "request-id" | "client-request-id" => name.to_owned(),
        _ if name.starts_with("x-ms-") => name.to_owned(),
        _ => {
            let words = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
            words.collect::<Vec<_>>().join("-")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_found_in_either_version() {
        assert_eq!(version("/v1.0/$batch"), Some(ApiVersion::V1));
        assert_eq!(version("/Beta/$Batch/"), Some(ApiVersion::Beta));
        assert_eq!(version("/v1.0/%24batch"), Some(ApiVersion::V1));
        for path in ["/$batch", "/v2.0/$batch", "/v1.0/batch", "/v1.0/$batch/1"] {
            assert_eq!(version(path), None, "{path}");
        }
    }

    #[test]
    fn headers_are_spelt_as_graph_spells_them() {
        let names = ["content-type", "www-authenticate", "odata-version", "request-id", "x-ms-ags-diagnostic", "allow"];
        assert_eq!(
            names.map(spelt),
            ["Content-Type", "Www-Authenticate", "OData-Version", "request-id", "x-ms-ags-diagnostic", "Allow"].map(str::to_owned)
        );
    }

    #[test]
    fn an_address_may_have_a_slash_before_it_and_spaces_in_it() {
        let outer = HeaderMap::from_iter([(header::AUTHORIZATION, "Bearer a".parse().unwrap())]);
        for url in ["/me/x?$filter=a eq 'b c'", "me/x?$filter=a%20eq%20'b%20c'"] {
            let step = json!({ "id": "1", "method": "get", "url": url, "headers": { "Authorization": "Bearer b" }, "body": null });
            let request = serde_json::from_value::<Step>(step).unwrap().request(ApiVersion::V1, &outer).unwrap();
            assert_eq!((request.uri.to_string().as_str(), request.method), ("/v1.0/me/x?$filter=a%20eq%20'b%20c'", Method::GET));
            assert_eq!(request.headers[header::AUTHORIZATION], "Bearer a");
        }
    }
}
