//! The HTTP layer that every request passes through.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request as HttpRequest, State};
use axum::http::{Method, header};
use axum::response::Response;

use super::answer::{Reason, Trace, respond};
use super::cast::{Cast, assemble};
use super::service::{Request, Service};
use super::store::Store;
use super::{Log, Options, seed};
use throttle::Throttle;

mod batch;
mod coding;
mod cors;
mod throttle;

pub use throttle::Rate;

/// The API and its transport.
#[derive(Debug)]
pub(super) struct Wire {
    service: Service,
    latency: Duration,
    throttle: Option<Throttle>,
    log: Option<Log>,
}

impl Wire {
    pub fn new(options: Options) -> (Arc<Self>, Cast) {
        let (cast, directory) = assemble(&options.seed, options.users, options.edition);
        let mut store = Store::new(directory.len());
        seed::furnish(&mut store, &options.seed);
        let service = Service::new(options.edition, options.faults, &cast, directory, store);
        let throttle = options.throttle.map(Throttle::new);
        (Arc::new(Self { service, latency: options.latency, throttle, log: options.log }), cast)
    }

    /// A user's phones as stored.
    pub fn phones(&self, user: &str) -> Vec<String> {
        self.service.phones(user)
    }

    /// Answers one request, whether it came on its own or in a batch.
    fn answer(&self, request: Request) -> Response {
        let line = self.line(&request.method, &request.uri);
        let response = match self.throttle.as_ref().map_or(Ok(()), Throttle::admit) {
            Ok(()) => self.service.answer(request),
            Err(refusal) => respond(Err(refusal), None, &Trace::of(&request.headers)),
        };
        self.tell(line, &response);
        response
    }

    /// The start of a log line.
    fn line(&self, method: &Method, uri: &axum::http::Uri) -> Option<String> {
        self.log.map(|_| format!("{method} {}", uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str)))
    }

    fn tell(&self, line: Option<String>, response: &Response) {
        if let (Some(log), Some(line)) = (self.log, line) {
            let reason = response.extensions().get::<Reason>().map(|Reason(reason)| format!(" {reason}")).unwrap_or_default();
            log(&format!("{line} {}{reason}", response.status().as_u16()));
        }
    }
}

/// How long a request waits between reading and writing, with the fault that separates the two. It is long enough for
/// another request to arrive.
const WRITE_DELAY: Duration = Duration::from_millis(3);

/// Answers every request of a connection.
pub(super) async fn serve(State(wire): State<Arc<Wire>>, request: HttpRequest) -> Response {
    let (parts, body) = request.into_parts();
    let from_a_page = parts.headers.contains_key(header::ORIGIN);
    let mut response = if parts.method == Method::OPTIONS {
        let line = wire.line(&parts.method, &parts.uri);
        let response = cors::options(&parts.headers, parts.uri.path(), wire.service.edition);
        wire.tell(line, &response);
        response
    } else {
        if !wire.latency.is_zero() {
            tokio::time::sleep(wire.latency).await;
        }
        let body = coding::read(&parts.headers, body).await;
        let arrived = Instant::now();
        if parts.method == Method::POST && wire.service.delays_writes() {
            tokio::time::sleep(WRITE_DELAY).await;
        }
        let request = Request { method: parts.method, uri: parts.uri, headers: parts.headers, body, arrived };
        match batch::version(request.uri.path()) {
            Some(version) => batch::answer(&wire, version, request).await,
            None => wire.answer(request),
        }
    };
    if from_a_page {
        cors::allow(response.headers_mut());
    }
    response
}
