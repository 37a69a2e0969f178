//! When a token expires, if the token itself says so.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::target::Secret;

/// The remaining lifetime of a token. `None` if it is no JWT, or an expired one, because a mock accepts expired tokens.
pub(super) fn lifetime_of(token: &Secret) -> Option<Duration> {
    let payload = token.reveal().split('.').nth(1)?;
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?).ok()?;
    let end = UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(claims.get("exp")?.as_f64()?).ok()?)?;
    end.duration_since(SystemTime::now()).ok().and_then(plausible)
}

/// The lifetime, if it is longer than zero and shorter than a leap year.
pub(super) fn plausible(lifetime: Duration) -> Option<Duration> {
    (!lifetime.is_zero() && lifetime < Duration::from_secs(366 * 24 * 60 * 60)).then_some(lifetime)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> Secret {
        Secret::new(format!("e30.{}.signature", URL_SAFE_NO_PAD.encode(claims)))
    }

    #[test]
    fn the_expiry_in_a_token_gives_its_lifetime() {
        let soon = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 100;
        let left = lifetime_of(&token(&format!(r#"{{"exp":{soon}}}"#))).unwrap();
        assert!(left > Duration::from_secs(90) && left <= Duration::from_secs(100), "{left:?}");
    }

    #[test]
    fn a_token_without_a_plausible_expiry_has_no_lifetime() {
        for claims in [r#"{"exp":1}"#, r#"{"exp":1e300}"#, r#"{"exp":"soon"}"#, "{}", "x", r#"{"exp":-5}"#, r#"{"exp":99999999999}"#] {
            assert_eq!(lifetime_of(&token(claims)), None, "{claims}");
        }
        assert_eq!(lifetime_of(&Secret::new("opaque")), None);
    }
}
