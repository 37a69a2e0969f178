//! One exchange over one connection.

use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};
use reqwest::{RequestBuilder, Response};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::api::ApiVersion;
use crate::target::Target;

use super::connection::{Connection, ConnectionError, Keeping};
use super::outage::Lost;
use super::transport::{TOO_FEW_FILES, cause, fault_of, is_malformed, mocked_hint, proxied_hint, unreadable_hint, was_dropped};
use super::wallet::Lent;
use super::{Call, Credential, EnvironmentProxy, Exchange, Phase, TransportError, form, malformed};

/// A token that no endpoint issued.
const GARBAGE: &str = "this-token-was-never-issued";

/// The hint if an answer took too long.
const LATE: &str = "if the endpoint is only slow, raise `request_timeout` in the target file";

/// The hint if no answer begins.
const SLOW: &str =
    "if the endpoint is only slow, raise `request_timeout` in the target file; if it serves one connection at a time, run with `-j 1`";

/// The hint if an answer does not end.
const ENDLESS: &str = "send either Content-Length or `Transfer-Encoding: chunked`";

/// The hint if an answer is compressed.
const COMPRESSED: &str = "configure the endpoint, or the proxy in front of it, to send answers uncompressed";

/// Limits on the time, memory and requests that an endpoint can cost the harness.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The time limit of a request, from connecting to the last byte of the answer.
    pub request_timeout: Duration,
    /// The longest time that a request waits in all while the endpoint throttles it.
    pub max_retry_wait: Duration,
    /// The largest body that is read, in bytes.
    pub body: usize,
    /// How long to wait for an endpoint that refuses connections.
    pub wait: Duration,
    /// The largest number of requests in flight. If it is one, no connection is kept, because the endpoint may serve
    /// one connection at a time.
    pub concurrency: Option<usize>,
}

/// The connections to one endpoint.
#[derive(Debug)]
pub struct Line {
    kept: Connection,
    fresh: Connection,
    roots: Vec<(ApiVersion, Url)>,
    headers: HeaderMap,
    shown_headers: Vec<(String, String)>,
    /// As in [`Exchange::behind`].
    mock_proxy: Option<(String, String)>,
    /// The proxy between this machine and the endpoint, if the environment names one.
    pub proxy: Option<EnvironmentProxy>,
    limits: Limits,
}

impl Line {
    /// The connections to a target's endpoint. Fails if a certificate file can't be used or TLS can't be set up.
    pub(super) fn new(target: &Target, proxy: Option<EnvironmentProxy>, limits: Limits) -> Result<Self, ConnectionError> {
        let to_target = |keeping| Connection::to_target(target, proxy.as_ref(), keeping);
        let (kept, fresh) = (to_target(Keeping::Kept)?, to_target(Keeping::Fresh)?);
        let mut headers = HeaderMap::new();
        let mut shown_headers = Vec::new();
        for (name, value) in &target.headers {
            let key = HeaderName::try_from(name.as_str()).expect("the target file was read");
            let sent = HeaderValue::try_from(value.reveal()).expect("the target file was read");
            shown_headers.push((key.as_str().to_owned(), value.reveal().to_owned()));
            headers.insert(key, sent);
        }
        let mock_proxy = target.mock_proxy.as_ref().zip(target.ca_file.as_ref());
        let mock_proxy =
            mock_proxy.map(|(proxy, authority)| (proxy.as_str().trim_end_matches('/').to_owned(), authority.display().to_string()));
        let roots = target.versions.iter().map(|version| (*version, target.version_root(*version))).collect();
        Ok(Self { kept, fresh, roots, headers, shown_headers, mock_proxy, proxy, limits })
    }

    /// The address of a request.
    fn url(&self, call: &Call) -> Url {
        let root = self.roots.iter().find(|(known, _)| *known == call.version);
        call.url(&root.expect("the plan asks only for the target's versions").1)
    }

    /// A curl command for a request, with `$TOKEN` in place of the token.
    pub fn curl(&self, call: &Call) -> String {
        let (_, shown) = self.request(call, None, &self.kept);
        let body = call.body.as_ref().map(|body| body.text.clone());
        let exchange = Exchange::new(call, self.url(call).to_string(), shown, body, 0, vec![], String::new(), Duration::ZERO);
        exchange.behind(self.mock_proxy.clone()).curl()
    }

    /// The error for a request that reached this phase.
    pub fn failure(&self, call: &Call, phase: Phase, message: impl Into<String>) -> TransportError {
        let origin = self.url(call).origin().ascii_serialization();
        TransportError { phase, method: call.method(), origin, message: message.into(), hint: None }
    }

    /// Describes a request that got no answer.
    pub(super) fn lost(&self, call: &Call, scenario: Option<&str>) -> Lost {
        let path = self.url(call).path().to_owned();
        let path = path.find("/authentication/").map_or(path.as_str(), |at| &path[at + "/authentication".len()..]);
        Lost {
            request: format!("{} …{path}", call.method()),
            body: call.body.as_ref().map(|body| body.text.clone()),
            curl: self.curl(call),
            scenario: scenario.map(str::to_owned),
            writes: !call.operation.reads(),
        }
    }

    /// Sends a request and reads the whole answer. If `anew`, uses a new connection.
    pub(super) async fn exchange(&self, call: &Call, lent: Option<&Lent>, anew: bool) -> Result<Exchange, TransportError> {
        let started = Instant::now();
        let deadline = started + self.limits.request_timeout;
        let one_at_a_time = self.limits.concurrency == Some(1);
        let fresh = anew || one_at_a_time;
        let (request, shown) = self.request(call, lent, if fresh { &self.fresh } else { &self.kept });
        let mut response = match timeout_at(deadline, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) if !fresh && was_dropped(&error) => return Err(self.broken(call, &error, Phase::Dropped)),
            Ok(Err(error)) => {
                let mut broken = self.broken(call, &error, Phase::Answer);
                let can_be_shown = self.url(call).scheme() == "http" && self.proxy.is_none() && self.mock_proxy.is_none();
                if is_malformed(&error) && can_be_shown && call.operation.reads() {
                    let again = self.request(call, lent, &self.fresh).0.build();
                    let header = timeout_at(deadline, async { malformed::header(&again.ok()?).await }).await;
                    broken.message.extend(header.ok().flatten().map(|header| format!(" in the line `{header}`")));
                }
                return Err(broken);
            }
            Err(_) if one_at_a_time => return Err(self.late(call, Phase::Answer, "")),
            Err(_) => return Err(TransportError { hint: Some(SLOW), ..self.late(call, Phase::Answer, "") }),
        };
        let body = self.body(call, &mut response, deadline).await?;
        let codings = response.headers().get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let text = form::read(&body, codings).map_err(|coding| {
            let message = format!("the answer is compressed ({coding}), although the request has `Accept-Encoding: identity`");
            TransportError { hint: Some(COMPRESSED), ..self.failure(call, Phase::Body, message) }
        })?;
        let (status, headers) = (response.status().as_u16(), response.headers().iter());
        let headers = headers.map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        let (url, body) = (self.url(call).to_string(), call.body.as_ref().map(|body| body.text.clone()));
        let exchange = Exchange::new(call, url, shown, body, status, headers.collect(), text.text, started.elapsed());
        Ok(exchange.behind(self.mock_proxy.clone()).flawed(text.flaw))
    }

    /// Reads the body of an answer.
    async fn body(&self, call: &Call, response: &mut Response, deadline: Instant) -> Result<Vec<u8>, TransportError> {
        let mut body = Vec::new();
        loop {
            match timeout_at(deadline, response.chunk()).await {
                Ok(Ok(None)) => return Ok(body),
                Ok(Ok(Some(chunk))) if body.len() + chunk.len() > self.limits.body => {
                    return Err(self.failure(call, Phase::Body, format!("the body is larger than {} bytes", self.limits.body)));
                }
                Ok(Ok(Some(chunk))) => body.extend_from_slice(&chunk),
                Ok(Err(error)) => return Err(self.broken(call, &error, Phase::Body)),
                Err(_) => {
                    let coding = response.headers().get(TRANSFER_ENCODING).and_then(|coding| coding.to_str().ok());
                    return Err(match coding.filter(|coding| !coding.to_ascii_lowercase().ends_with("chunked")) {
                        None => self.late(call, Phase::Body, ""),
                        Some(coding) => {
                            let why = format!("; with Transfer-Encoding {coding}, the body ends only when the connection closes");
                            TransportError { hint: Some(ENDLESS), ..self.late(call, Phase::Body, &why) }
                        }
                    });
                }
            }
        }
    }

    /// The request, and its headers in a form that may be shown.
    fn request(&self, call: &Call, lent: Option<&Lent>, connection: &Connection) -> (RequestBuilder, Vec<(String, String)>) {
        let url = self.url(call);
        let method = reqwest::Method::from_bytes(call.method().as_bytes()).expect("the methods of the operations are valid");
        let mut request = connection.to(&url).request(method, url.clone()).headers(self.headers.clone());
        let mut shown = self.shown_headers.clone();
        let token = lent.map_or("", |lent| lent.secret.reveal());
        let authorization = match call.credential {
            Credential::Nothing => None,
            Credential::Garbage => Some((format!("Bearer {GARBAGE}"), format!("Bearer {GARBAGE}"))),
            Credential::EmptyBearer => Some(("Bearer ".to_owned(), "Bearer ".to_owned())),
            Credential::Identity(_) => Some((format!("Bearer {token}"), "Bearer $TOKEN".to_owned())),
            Credential::OtherScheme(_) => Some((format!("Basic {token}"), "Basic $TOKEN".to_owned())),
            Credential::BareToken(_) => Some((token.to_owned(), "$TOKEN".to_owned())),
        };
        let as_it_is = |value: String| Some((value.clone(), value));
        for (name, value) in [
            ("accept", as_it_is("application/json".to_owned())),
            ("authorization", authorization),
            ("content-type", call.body.as_ref().and_then(|body| body.content_type.clone()).and_then(as_it_is)),
            ("client-request-id", as_it_is(uuid::Uuid::new_v4().to_string())),
        ] {
            let Some((sent, as_shown)) = value else { continue };
            shown.push((name.to_owned(), as_shown));
            // Every value is a valid header: the wallet refuses other tokens when it reads them.
            if let Ok(mut sent) = HeaderValue::try_from(sent) {
                sent.set_sensitive(name == "authorization");
                request = request.header(name, sent);
            }
        }
        if let Some(body) = &call.body {
            request = request.body(body.text.clone());
        }
        (request, shown)
    }

    /// The error for an exchange that reached its time limit in this phase.
    fn late(&self, call: &Call, phase: Phase, why: &str) -> TransportError {
        let message = format!("no answer within {}{why}", humantime::format_duration(self.limits.request_timeout));
        TransportError { hint: Some(LATE), ..self.failure(call, phase, message) }
    }

    /// The error for an exchange that broke off after it reached this phase.
    fn broken(&self, call: &Call, error: &reqwest::Error, reached: Phase) -> TransportError {
        let fault = fault_of(error, self.url(call).scheme());
        let phase = if fault.phase == Phase::Answer { reached } else { fault.phase };
        let hint = unreadable_hint(error).or(fault.hint);
        let failure = |hint, cause| TransportError { hint, ..self.failure(call, phase, cause) };
        match &self.proxy {
            // Too many open files is a problem of this machine, not of the proxy.
            Some(proxy) if fault.hint != Some(TOO_FEW_FILES) => match proxied_hint(phase, proxy.scheme()) {
                Some(hint) => failure(Some(hint), format!("{} (through {proxy})", cause(error))),
                None => failure(hint, cause(error)),
            },
            _ if self.mock_proxy.is_some() => failure(mocked_hint(phase).or(hint), cause(error)),
            _ => failure(hint, cause(error)),
        }
    }
}
