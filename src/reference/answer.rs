//! Answers and refusals, and how they become HTTP responses.

use std::time::SystemTime;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::call::Call;
use super::number::respaced;
use super::prefer::PREFERENCE_APPLIED;
use crate::api::Operation;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const CHALLENGE: HeaderValue = HeaderValue::from_static(
    "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", \
     client_id=\"00000003-0000-0000-c000-000000000000\"",
);
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const DIAGNOSTIC: HeaderName = HeaderName::from_static("x-ms-ags-diagnostic");
const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");

/// The answer to a successful request.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: StatusCode,
    pub content: Content,
}

/// The body of an answer.
#[derive(Debug)]
pub(super) enum Content {
    Nothing,
    Json(Value),
    Text(String),
}

impl Answer {
    pub fn json(status: StatusCode, value: Value) -> Self {
        Self { status, content: Content::Json(value) }
    }

    pub fn nothing(status: StatusCode) -> Self {
        Self { status, content: Content::Nothing }
    }
}

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    pub status: StatusCode,
    code: &'static str,
    message: String,
    /// Whether the API itself refuses. Its errors repeat their message inside `innerError`; those of the gateway and
    /// the directory do not.
    own: bool,
    /// An extra header of the refusal.
    header: Option<(HeaderName, HeaderValue)>,
}

/// The code and message of a refusal, for the log. It is attached to the response but not sent.
#[derive(Debug, Clone)]
pub(super) struct Reason(pub String);

impl Refusal {
    fn outer(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), own: false, header: None }
    }

    fn own(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), own: true, header: None }
    }

    /// The message for people.
    pub fn message(&self) -> &str {
        &self.message
    }

    fn with(self, name: HeaderName, value: HeaderValue) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    pub fn unauthenticated(message: &str) -> Self {
        Self::outer(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message)
    }

    pub fn denied() -> Self {
        Self::own(StatusCode::FORBIDDEN, "accessDenied", "Request Authorization failed")
    }

    /// The gateway can't parse the request.
    pub fn gateway(message: &str) -> Self {
        Self::outer(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// The gateway does not know a query option.
    pub fn query(message: impl Into<String>) -> Self {
        Self::outer(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    pub fn no_such_path(path: &str) -> Self {
        let message = format!(
            "Nothing is served at '{path}'. This server has phoneMethods and methods, below /{{v1.0 or beta}}/{{me or users/ID}}/authentication,              and $batch."
        );
        Self::outer(StatusCode::NOT_FOUND, "ResourceNotFound", message)
    }

    /// Graph's own clients are known to send this, but Graph does not serve it.
    pub fn action_on_method(path: &str) -> Self {
        let message = format!("Nothing is served at '{path}'. SMS sign-in is switched below phoneMethods, not below methods.");
        Self::outer(StatusCode::NOT_FOUND, "ResourceNotFound", message)
    }

    pub fn no_such_method(method: &str, allow: HeaderValue) -> Self {
        let message = format!("This resource does not take {method}.");
        Self::outer(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message).with(header::ALLOW, allow)
    }

    pub fn unknown_coding(coding: &str) -> Self {
        let message = format!("This server does not read bodies with Content-Encoding: {coding}.");
        let known = HeaderValue::from_static("gzip, deflate, identity");
        Self::outer(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType", message).with(header::ACCEPT_ENCODING, known)
    }

    pub fn failed_dependency() -> Self {
        Self::outer(StatusCode::FAILED_DEPENDENCY, "FailedDependency", "A request that this one depends on has failed.")
    }

    pub fn throttled(seconds: u64) -> Self {
        Self::outer(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", "Please retry again later.").with(header::RETRY_AFTER, seconds.into())
    }

    pub fn no_such_user(user: &str) -> Self {
        let message = format!("Resource '{user}' does not exist or one of its queried reference-property objects are not present.");
        Self::outer(StatusCode::NOT_FOUND, "Request_ResourceNotFound", message)
    }

    pub fn too_large() -> Self {
        Self::outer(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", "The request's body is longer than this server reads.")
    }

    pub fn no_such_phone(id: &str) -> Self {
        Self::own(StatusCode::NOT_FOUND, "resourceNotFound", format!("The user has no phone method with the id [{id}]."))
    }

    /// A rule of the API forbids the request.
    pub fn rule(message: impl Into<String>) -> Self {
        Self::own(StatusCode::BAD_REQUEST, "badRequest", message)
    }

    pub fn bad_number(text: &str) -> Self {
        let mut message =
            "The phone number is not in the form +{country code} {number}x{extension}, in which the extension is optional.".to_owned();
        if let Some(respaced) = respaced(text) {
            message.push_str(&format!(" Write {respaced}."));
        }
        Self::own(StatusCode::BAD_REQUEST, "invalidPhoneNumber", message)
    }

    pub fn taken_number() -> Self {
        let message = "Somebody else signs in with this phone number.";
        Self::own(StatusCode::BAD_REQUEST, "phoneNumberNotUnique", message)
    }

    /// The server failed.
    pub fn failure() -> Self {
        Self::own(StatusCode::INTERNAL_SERVER_ERROR, "internalServerError", "The server failed to process the request.")
    }

    /// The body; a fault may corrupt it.
    fn content(&self, call: Option<&Call<'_>>, trace: &Trace) -> Content {
        let has = |shape| call.is_some_and(|call| call.has(shape));
        let mut inner = json!({ "date": trace.date, "request-id": trace.request_id, "client-request-id": trace.client_request_id_text() });
        if self.own {
            inner["message"] = json!(self.message);
        }
        let mut error = Map::from_iter([("innerError".to_owned(), inner)]);
        if !has(".error-without-code") {
            error.insert("code".to_owned(), json!(self.code));
        }
        if !has(".error-without-message") {
            error.insert("message".to_owned(), json!(self.message));
        }
        if has(".error-as-plain-text") {
            Content::Text(self.message.clone())
        } else if has(".error-without-body") {
            Content::Nothing
        } else if has(".error-not-wrapped") {
            Content::Json(Value::Object(error))
        } else if has(".error-is-a-text") {
            Content::Json(json!({ "error": self.message }))
        } else {
            Content::Json(json!({ "error": error }))
        }
    }
}

/// The ids that link an answer to its request.
#[derive(Debug, Clone)]
pub(super) struct Trace {
    request_id: String,
    client_request_id: HeaderValue,
    date: String,
}

impl Trace {
    pub fn of(headers: &HeaderMap) -> Self {
        let request_id = Uuid::new_v4().to_string();
        let own = HeaderValue::from_str(&request_id).expect("a GUID is a header value");
        let client_request_id = headers.get(CLIENT_REQUEST_ID).cloned().unwrap_or(own);
        // The live service gives the time in UTC, without a time zone.
        let date = humantime::format_rfc3339_seconds(SystemTime::now()).to_string().trim_end_matches('Z').to_owned();
        Self { request_id, client_request_id, date }
    }

    fn client_request_id_text(&self) -> String {
        String::from_utf8_lossy(self.client_request_id.as_bytes()).into_owned()
    }
}

/// Turns an outcome into an HTTP response.
pub(super) fn respond(outcome: Result<Answer, Refusal>, call: Option<&Call<'_>>, trace: &Trace) -> Response {
    match outcome {
        Ok(answer) => accepted(answer, call, trace),
        Err(refusal) => refused(refusal, call, trace),
    }
}

fn accepted(answer: Answer, call: Option<&Call<'_>>, trace: &Trace) -> Response {
    let metadata = call.map(|call| call.preferences.metadata).unwrap_or_default();
    let applied = call.and_then(|call| applied(call, &answer));
    let mut content = answer.content;
    if let Content::Json(value) = &mut content {
        metadata.apply(value);
    }
    let mut response = put(answer.status, content, metadata.content_type(), trace);
    let headers = response.headers_mut();
    headers.insert(ODATA_VERSION, HeaderValue::from_static("4.0"));
    if let Some(applied) = applied {
        headers.insert(PREFERENCE_APPLIED, applied);
    }
    response
}

/// The value of `Preference-Applied`: the caller's preference that the server followed.
fn applied(call: &Call<'_>, answer: &Answer) -> Option<HeaderValue> {
    match (call.operation, &answer.content) {
        (Operation::List, Content::Json(_)) => {
            call.preferences.page_size.and_then(|size| HeaderValue::from_str(&format!("odata.maxpagesize={size}")).ok())
        }
        (Operation::Create | Operation::Update, Content::Json(_)) if call.preferences.representation => {
            Some(HeaderValue::from_static("return=representation"))
        }
        _ => None,
    }
}

fn refused(refusal: Refusal, call: Option<&Call<'_>>, trace: &Trace) -> Response {
    let has = |mistake| call.is_some_and(|call| call.has(mistake));
    let json_type = if has("get.refusal-is-text") { HeaderValue::from_static("text/plain") } else { JSON };
    let mut response = put(refusal.status, refusal.content(call, trace), json_type, trace);
    response.extensions_mut().insert(Reason(format!("{}: {}", refusal.code, refusal.message)));
    let headers = response.headers_mut();
    if refusal.status == StatusCode::UNAUTHORIZED && !has("get.no-challenge") {
        headers.insert(header::WWW_AUTHENTICATE, CHALLENGE);
    }
    headers.extend(refusal.header);
    response
}

fn put(status: StatusCode, content: Content, json_type: HeaderValue, trace: &Trace) -> Response {
    let (body, content_type) = match content {
        Content::Nothing => (Body::empty(), None),
        Content::Json(value) => (Body::from(value.to_string()), Some(json_type)),
        Content::Text(text) => (Body::from(text), Some(HeaderValue::from_static("text/plain"))),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Some(content_type) = content_type {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    headers.insert(REQUEST_ID, HeaderValue::from_str(&trace.request_id).expect("a GUID is a header value"));
    headers.insert(CLIENT_REQUEST_ID, trace.client_request_id.clone());
    let diagnostic = r#"{"ServerInfo":{"DataCenter":"Reference","Slice":"E","Ring":"0","ScaleUnit":"000","RoleInstance":"REFERENCE"}}"#;
    headers.insert(DIAGNOSTIC, HeaderValue::from_static(diagnostic));
    response
}
