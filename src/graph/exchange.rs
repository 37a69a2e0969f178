//! A request and its answer.

use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;

use crate::api::{ApiVersion, Operation};

use super::{Account, Call, Credential};

/// A body larger than this, or headers larger than this in all, are dropped. An answer with three phones is ten times
/// smaller.
const BULK: usize = 16 << 10;

/// A request that was sent and its answer, as plain data.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The operation.
    pub operation: Operation,
    /// The version of the API.
    pub version: ApiVersion,
    /// The addressed account.
    pub account: Account,
    /// The content of the `Authorization` header.
    pub credential: Credential,
    /// HTTP method.
    pub method: &'static str,
    /// Absolute address.
    pub url: String,
    /// Headers as sent, without the token.
    pub request_headers: Vec<(String, String)>,
    /// Body as sent.
    pub request_body: Option<String>,
    /// HTTP status.
    pub status: u16,
    /// Headers as received, names in lower case; bytes that aren't text are replaced.
    pub headers: Vec<(String, String)>,
    /// Body as received, without the flaw; bytes that aren't text are replaced.
    pub body: String,
    /// What keeps clients from reading the body, if anything does.
    pub flaw: Option<String>,
    /// The time from sending to the last byte.
    pub duration: Duration,
    /// The address and the certificate file of the proxy that answers in place of the service.
    mock_proxy: Option<(String, String)>,
    parsed: OnceLock<Option<Value>>,
    /// Whether the body was dropped.
    without_bulk: bool,
}

impl Exchange {
    /// An answer to a request.
    #[expect(clippy::too_many_arguments, reason = "one constructor keeps the parsed body private to this type")]
    pub fn new(
        call: &Call,
        url: String,
        request_headers: Vec<(String, String)>,
        request_body: Option<String>,
        status: u16,
        headers: Vec<(String, String)>,
        body: String,
        duration: Duration,
    ) -> Self {
        let parsed = OnceLock::new();
        let (operation, version, credential, method, account) =
            (call.operation, call.version, call.credential, call.method(), call.account.clone());
        Self {
            operation,
            version,
            account,
            credential,
            method,
            url,
            request_headers,
            request_body,
            status,
            headers,
            body,
            flaw: None,
            duration,
            mock_proxy: None,
            parsed,
            without_bulk: false,
        }
    }

    /// This exchange, answered by a mock proxy with this address and certificate file.
    #[must_use]
    pub fn behind(mut self, mock_proxy: Option<(String, String)>) -> Self {
        self.mock_proxy = mock_proxy;
        self
    }

    /// This exchange, with a body that clients can't read for this reason.
    #[must_use]
    pub fn flawed(mut self, flaw: Option<String>) -> Self {
        self.flaw = flaw;
        self
    }

    /// This exchange without the parsed body, and without a body or headers that are larger than a report needs. A run
    /// keeps thousands of judged answers.
    ///
    /// Bodies and headers are dropped whole. A cut one might end in half a token that the redactor does not recognise.
    #[must_use]
    pub fn without_bulk(mut self) -> Self {
        self.drop_bulk();
        self.parsed = OnceLock::new();
        self
    }

    /// Drops all headers and the answer's body, and keeps the request and the status. The report needs no more of a
    /// case that passed.
    pub fn shorten(&mut self) {
        (self.request_headers, self.headers, self.body) = (Vec::new(), Vec::new(), String::new());
        self.parsed = OnceLock::new();
        self.without_bulk = true;
    }

    /// Whether the body was dropped, so that it can't be judged.
    pub const fn is_without_bulk(&self) -> bool {
        self.without_bulk
    }

    /// Drops a body or headers that are larger than a report needs.
    pub fn drop_bulk(&mut self) {
        if self.body.len() > BULK {
            self.body = format!("(a body of {} bytes)", self.body.len());
            self.parsed = OnceLock::new();
            self.without_bulk = true;
        }
        let mut room = BULK;
        self.headers.retain(|(name, value)| {
            let size = name.len() + value.len();
            room = room.saturating_sub(size);
            room > 0
        });
    }

    /// The body as JSON, if it is JSON.
    pub fn json(&self) -> Option<&Value> {
        self.parsed.get_or_init(|| serde_json::from_str(&self.body).ok()).as_ref()
    }

    /// The first header with this name, given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The media type of the body, in lower case and without parameters.
    pub fn media_type(&self) -> Option<String> {
        let value = self.header("content-type")?;
        Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// Whether the status is 2xx.
    pub const fn succeeded(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Whether the status is 4xx.
    pub const fn refused(&self) -> bool {
        matches!(self.status, 400..=499)
    }

    /// Method, address and status in short, without user data.
    pub fn summary(&self) -> String {
        let path = self.url.find("/authentication/").map_or(self.url.as_str(), |at| &self.url[at + "/authentication".len()..]);
        format!("{} …{path} answered {}", self.method, self.status)
    }

    /// A curl command that repeats the request, with `$TOKEN` in place of the token.
    pub fn curl(&self) -> String {
        let mut command = format!("curl -i -X {} {}", self.method, single_quoted(&self.url));
        if let Some((proxy, authority)) = &self.mock_proxy {
            // Without all three options, curl could send the request to the real service.
            command.push_str(&format!(" --proxy {} --noproxy '' --cacert {}", shell_word(proxy), shell_word(authority)));
        }
        for (name, value) in &self.request_headers {
            if value.contains("$TOKEN") {
                // Double quotes let the shell insert the token.
                command.push_str(&format!(" -H \"{name}: {value}\""));
            } else if value.is_empty() {
                // curl drops a header that ends in a colon; a semicolon sends it empty.
                command.push_str(&format!(" -H {}", single_quoted(&format!("{name};"))));
            } else {
                command.push_str(&format!(" -H {}", single_quoted(&format!("{name}: {value}"))));
            }
        }
        if let Some(body) = &self.request_body {
            if !self.request_headers.iter().any(|(name, _)| name == "content-type") {
                // Without this, curl declares the body as a form.
                command.push_str(" -H 'content-type:'");
            }
            command.push_str(&format!(" --data-raw {}", single_quoted(body)));
        }
        command
    }
}

/// A word for a POSIX shell, quoted if needed.
pub fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@=,+%".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) { text.to_owned() } else { single_quoted(text) }
}

/// A single-quoted word for a POSIX shell.
fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(headers: &[(&str, &str)], body: Option<&str>) -> Exchange {
        Exchange::new(
            &Call::example(),
            "http://host/v1.0/users/o'hara@contoso.com/authentication/phoneMethods".into(),
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body.map(str::to_owned),
            201,
            vec![("content-type".into(), "Application/JSON; charset=utf-8".into())],
            r#"{"a":1}"#.into(),
            Duration::ZERO,
        )
    }

    #[test]
    fn the_curl_line_survives_a_shell() {
        let exchange = exchange(&[("authorization", "Bearer $TOKEN"), ("content-type", "application/json")], Some("{}"));
        assert_eq!(
            exchange.curl(),
            r#"curl -i -X POST 'http://host/v1.0/users/o'\''hara@contoso.com/authentication/phoneMethods' -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' --data-raw '{}'"#
        );
    }

    #[test]
    fn the_curl_line_sends_only_to_the_mock_proxy() {
        let exchange = exchange(&[], None).behind(Some(("http://127.0.0.1:8000".to_owned(), "my authority.pem".to_owned())));
        assert!(
            exchange.curl().ends_with(" --proxy http://127.0.0.1:8000 --noproxy '' --cacert 'my authority.pem'"),
            "{}",
            exchange.curl()
        );
    }

    #[test]
    fn a_missing_content_type_stays_missing_in_the_curl_line() {
        assert!(exchange(&[], Some("{}")).curl().contains("-H 'content-type:'"));
    }

    #[test]
    fn the_media_type_has_no_parameters() {
        assert_eq!(exchange(&[], None).media_type().as_deref(), Some("application/json"));
    }

    #[test]
    fn a_summary_names_no_user() {
        assert_eq!(exchange(&[], None).summary(), "POST …/phoneMethods answered 201");
    }
}
