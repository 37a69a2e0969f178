//! Answers the preflight requests of browsers. Graph allows every origin to call, and so does this server.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::batch;
use crate::api::Edition;
use crate::reference::path::Target;

/// Further response headers that a page may read.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "Allow, Location, Preference-Applied, Retry-After, WWW-Authenticate, request-id, client-request-id, odata-version, x-ms-ags-diagnostic",
);
const REQUESTS_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// Answers OPTIONS without a token, because browsers send none.
pub(super) fn options(asked: &HeaderMap, path: &str, edition: Edition) -> Response {
    let methods = if batch::version(path).is_some() {
        batch::ALLOW
    } else {
        // A preflight does not check the path, because a browser never shows a page the answer to it. The request
        // itself does.
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

/// Allows pages of every origin to read an answer.
pub(super) fn allow(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}
