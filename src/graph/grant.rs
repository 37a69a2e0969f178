//! Fetches a token with a client's credentials: RFC 6749, section 4.4.

use std::time::Duration;

use serde_json::Value;
use tokio::time::timeout;
use url::form_urlencoded::Serializer;

use crate::target::{ClientCredentials, Secret, TokenError, check};

use super::Redactor;
use super::connection::Connection;
use super::transport::{cause, fault_of};

/// The largest answer that is read, in bytes. A token has a few thousand bytes.
const LARGEST: usize = 256 << 10;

/// A token and its lifetime.
pub(super) struct Granted {
    /// The token.
    pub token: Secret,
    /// Its lifetime; `None` if the issuer does not say.
    pub lifetime: Option<Duration>,
}

/// Asks the issuer for a token. Sends the secret only to `token_url`: redirects are not followed.
pub(super) async fn fetch(
    connection: &Connection,
    credentials: &ClientCredentials,
    secret: &Secret,
    limit: Duration,
    redactor: &Redactor,
) -> Result<Granted, TokenError> {
    let failed =
        |problem: String, hint| TokenError::NotIssued { origin: credentials.token_url.origin().ascii_serialization(), problem, hint };
    let asked = timeout(limit, ask(connection, credentials, secret)).await;
    let (status, body) = match asked {
        Err(_) => return Err(failed(format!("does not answer completely within {}", humantime::format_duration(limit)), SETTINGS)),
        Ok(Err((problem, hint))) => return Err(failed(problem, hint)),
        Ok(Ok(answer)) => answer,
    };
    read(status, &body).map_err(|problem| failed(problem, SETTINGS)).inspect(|granted| redactor.learn(granted.token.reveal()))
}

const SETTINGS: &str = "check `token_url`, `tenant`, `client_id`, `client_secret` and `scope` in the target file";

async fn ask(connection: &Connection, credentials: &ClientCredentials, secret: &Secret) -> Result<(u16, Vec<u8>), (String, &'static str)> {
    let body = Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("client_id", &credentials.client_id)
        .append_pair("client_secret", secret.reveal())
        .append_pair("scope", &credentials.scope)
        .finish();
    let unreachable = |error: reqwest::Error| {
        let fault = fault_of(&error, credentials.token_url.scheme());
        (format!("can't be asked: {}", cause(&error)), fault.hint.unwrap_or(SETTINGS))
    };
    let request = connection
        .to(&credentials.token_url)
        .post(credentials.token_url.clone())
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json")
        .body(body);
    let mut response = request.send().await.map_err(unreachable)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > LARGEST {
            return Err((format!("answers with more than {LARGEST} bytes"), SETTINGS));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((response.status().as_u16(), body))
}

/// Reads the token from an answer, or says what is wrong with the answer.
fn read(status: u16, body: &[u8]) -> Result<Granted, String> {
    if (300..400).contains(&status) {
        return Err(format!("redirects ({status}); the client secret is never sent to another address"));
    }
    let Ok(answer) = serde_json::from_slice::<Value>(body) else {
        let what = if body.trim_ascii_start().starts_with(b"<") { "a web page" } else { "something that is not JSON" };
        return Err(format!("answers {status} with {what}"));
    };
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    if !(200..300).contains(&status) {
        let said: Vec<_> = ["error", "error_description"].into_iter().filter_map(text).collect();
        let said = said.join(": ").lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).collect::<String>();
        return Err(if said.is_empty() { format!("refuses with {status}") } else { format!("refuses with {status}: {said}") });
    }
    let token = text("access_token").ok_or_else(|| format!("answers {status} without an `access_token`"))?;
    check(token).map_err(|flaw| format!("answers with an `access_token` that {flaw}"))?;
    let seconds = answer.get("expires_in").and_then(|value| value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()));
    let lifetime = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).and_then(super::expiry::plausible);
    Ok(Granted { token: Secret::new(token), lifetime })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_with_its_lifetime() {
        for (body, seconds) in [
            (r#"{"token_type":"Bearer","expires_in":3599,"access_token":"t"}"#, Some(3599)),
            (r#"{"access_token":"t","expires_in":"60"}"#, Some(60)),
            (r#"{"access_token":"t","expires_in":0}"#, None),
            (r#"{"access_token":"t","expires_in":-1}"#, None),
            (r#"{"access_token":"t"}"#, None),
        ] {
            let granted = read(200, body.as_bytes()).ok().unwrap();
            assert_eq!((granted.token.reveal(), granted.lifetime.map(|left| left.as_secs())), ("t", seconds), "{body}");
        }
    }

    #[test]
    fn the_error_says_why_an_answer_has_no_token() {
        let told = |status, body: &str| read(status, body.as_bytes()).err().unwrap();
        assert_eq!(
            told(401, r#"{"error":"invalid_client","error_description":"AADSTS7000215: wrong.\r\nTrace ID: 1"}"#),
            "refuses with 401: invalid_client: AADSTS7000215: wrong."
        );
        assert_eq!(told(503, "{}"), "refuses with 503");
        assert_eq!(told(200, "  <html>"), "answers 200 with a web page");
        assert_eq!(told(200, "access_token=t"), "answers 200 with something that is not JSON");
        assert_eq!(told(200, r#"{"access_token":1}"#), "answers 200 without an `access_token`");
        assert_eq!(
            told(200, r#"{"access_token":"a b"}"#),
            "answers with an `access_token` that contains spaces or characters that no token contains"
        );
        assert_eq!(told(302, ""), "redirects (302); the client secret is never sent to another address");
    }
}
