//! What browsers ask before a page of another origin may call. Graph lets any origin call, and so does this server.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::batch;
use crate::api::Edition;
use crate::reference::path::Target;

/// The headers of answers that a page may read beside the few that it may read anyway.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "Allow, Location, Preference-Applied, Retry-After, WWW-Authenticate, request-id, client-request-id, odata-version, x-ms-ags-diagnostic",
);
const REQUESTS_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// Answers OPTIONS, for which nobody needs a token: browsers send none.
pub(super) fn options(asked: &HeaderMap, path: &str, edition: Edition) -> Response {
    let methods = if batch::version(path).is_some() {
        batch::ALLOW
    } else {
        // Whether the path exists is for the request itself to find out: a browser shows no page the answer to a preflight.
        Target::of(path)
            .map_or(HeaderValue::from_static("GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS"), |target| target.resource.allow(edition))
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ALLOW, methods.clone());
    if asked.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        if let Some(wanted) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
        }
        if asked.contains_key(REQUESTS_PRIVATE_NETWORK) {
            headers.insert(ALLOW_PRIVATE_NETWORK, HeaderValue::from_static("true"));
        }
    }
    response
}

/// Lets a page of any origin read an answer.
pub(super) fn allow(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}
