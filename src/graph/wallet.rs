//! The tokens of a target's identities, renewed when they expire.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use url::Url;

use crate::target::{Identity, Secret, SecretSource, Target, TokenError, TokenSource, resolve};

use super::connection::{Connection, ConnectionError};
use super::expiry::lifetime_of;
use super::grant::{self, Granted};
use super::{EnvironmentProxy, Redactor};

/// Give up renewing a token after this many renewals that did not help. A 401 that stays has another reason.
const MOST_USELESS: u32 = 5;

/// Give up renewing a token after this many failed fetches.
const FAILURES: u32 = 3;

/// A token is renewed at most this long before it expires.
const MARGIN: Duration = Duration::from_secs(60);

/// Looks up environment variables.
pub type Environment = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Every identity's token.
pub struct Wallet {
    tokens: Vec<IdentityToken>,
    redactor: Arc<Redactor>,
    env: Environment,
    timeout: Duration,
    connection: Option<Connection>,
}

/// The token of one identity.
struct IdentityToken {
    identity: String,
    source: TokenSource,
    token: Mutex<Token>,
    /// One task fetches a token, and all other tasks that need it wait.
    renewal: tokio::sync::Mutex<Renewal>,
}

/// A token in the wallet.
#[derive(Clone)]
struct Token {
    secret: Secret,
    /// How many tokens the identity had before this one.
    number: u64,
    /// When to renew it, and when it expires; `None` if unknown.
    ends: Option<(Instant, Instant)>,
    /// Whether the endpoint has answered a request with this token with another status than 401.
    accepted: bool,
}

#[derive(Default)]
struct Renewal {
    useless: u32,
    failures: u32,
    last_failure: String,
}

/// A token, lent to one request.
pub(super) struct Lent {
    /// The token.
    pub secret: Secret,
    number: u64,
}

/// An identity has no token.
#[derive(Debug, thiserror::Error)]
pub enum WalletError {
    /// The token can't be fetched.
    #[error("no token for the identity `{identity}`: {source}")]
    Token {
        /// The identity's name.
        identity: String,
        /// The reason.
        source: TokenError,
    },
    /// Connections can't be set up.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
}

impl WalletError {
    /// What to do about it, without `hint:`.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Token { source, .. } => source.hint(),
            Self::Connection(error) => error.hint(),
        }
    }
}

impl Wallet {
    /// Fetches the token of every identity. `env` looks up environment variables, now and at each renewal.
    ///
    /// # Errors
    /// Fails with the first token that can't be fetched.
    pub async fn open(target: &Target, env: Environment) -> Result<Self, WalletError> {
        let redactor = Arc::new(Redactor::new(target.guarded_headers()));
        let grants = target.identities.iter().any(|identity| matches!(identity.token, TokenSource::ClientCredentials(_)));
        let connection = grants.then(|| Connection::to_issuers(target)).transpose()?;
        let mut wallet = Self { tokens: Vec::new(), redactor, env, timeout: target.request_timeout, connection };
        let fetched = futures::future::join_all(target.identities.iter().map(|identity| wallet.fetch(&identity.token))).await;
        // The message of one failed fetch may contain another token, which is known only now.
        let fetched = fetched.into_iter().map(|fetched| fetched.map_err(|error| error.cleaned(|words| wallet.redactor.text(words))));
        let tokens =
            target.identities.iter().zip(fetched).map(|(identity, fetched)| IdentityToken::new(identity, fetched)).collect::<Vec<_>>();
        wallet.tokens = tokens.into_iter().collect::<Result<_, _>>()?;
        Ok(wallet)
    }

    /// The redactor of the tokens, including later ones, and of the target's other secrets.
    pub const fn redactor(&self) -> &Arc<Redactor> {
        &self.redactor
    }

    /// The proxy that the environment names for an address.
    pub(super) fn proxy_for(&self, url: &Url) -> Option<EnvironmentProxy> {
        EnvironmentProxy::find(url, &self.env)
    }

    /// The name of an identity, for messages.
    pub(super) fn identity(&self, identity: usize) -> &str {
        &self.tokens[identity].identity
    }

    /// A token for a request. Fails if the token has expired and there is no other.
    pub(super) async fn lend(&self, identity: usize) -> Result<Lent, String> {
        let own = &self.tokens[identity];
        let held = own.held();
        let Some((replaced_at, ends_at)) = held.ends.filter(|_| own.renews()) else { return Ok(held.lent()) };
        if Instant::now() < replaced_at {
            return Ok(held.lent());
        }
        let mut renewal = own.renewal.lock().await;
        if own.held().number == held.number
            && let Err(failure) = self.renew(own, &mut renewal).await
            && Instant::now() >= ends_at
        {
            return Err(failure);
        }
        Ok(own.held().lent())
    }

    /// Records the status of the answer to a request with this token. Returns whether to send the request again with
    /// another token.
    ///
    /// Fails if the token has expired and there is no other.
    pub(super) async fn answered(&self, identity: usize, lent: &Lent, status: u16) -> Result<bool, String> {
        let own = &self.tokens[identity];
        if status != 401 {
            let mut token = own.token.lock().expect("nothing panics while it is locked");
            token.accepted |= token.number == lent.number;
            return Ok(false);
        }
        if !own.renews() {
            let ended = own.held().ends.is_some_and(|(_, ends_at)| Instant::now() >= ends_at);
            let source = "it has expired, and its source gave no new one";
            return if ended { Err(own.failure(source)) } else { Ok(false) };
        }
        let mut renewal = own.renewal.lock().await;
        let held = own.held();
        if held.number != lent.number {
            return Ok(true);
        }
        renewal.useless += u32::from(!held.accepted);
        if renewal.useless >= MOST_USELESS {
            return Ok(false);
        }
        let renewed = self.renew(own, &mut renewal).await;
        // The first token may have expired before its first use, or the endpoint accepts no token of this identity. If
        // there is no other token, the 401 is judged.
        if held.number == 0 && !held.accepted { Ok(renewed.unwrap_or(false)) } else { renewed }
    }

    /// Fetches a token, and returns whether it is a new one.
    async fn renew(&self, own: &IdentityToken, renewal: &mut Renewal) -> Result<bool, String> {
        if renewal.failures >= FAILURES {
            return Err(renewal.last_failure.clone());
        }
        match self.fetch(&own.source).await {
            Ok(fetched) => {
                renewal.failures = 0;
                let mut token = own.token.lock().expect("nothing panics while it is locked");
                if token.secret == fetched.secret {
                    // The source still considers this token valid. From now on only a 401 shows that it has expired.
                    token.ends = None;
                    renewal.useless += 1;
                    return Ok(false);
                }
                *token = Token { number: token.number + 1, ..fetched };
                Ok(true)
            }
            Err(error) => {
                renewal.failures += 1;
                renewal.last_failure = own.failure(&error.cleaned(|words| self.redactor.text(words)).to_string());
                Err(renewal.last_failure.clone())
            }
        }
    }

    async fn fetch(&self, source: &TokenSource) -> Result<Token, TokenError> {
        let (secret, lifetime) = match source {
            TokenSource::Given(given) => {
                let secret = resolve(given, &*self.env).await?;
                self.redactor.learn(secret.reveal());
                TokenError::check(given, &secret)?;
                let lifetime = lifetime_of(&secret);
                (secret, lifetime)
            }
            TokenSource::ClientCredentials(credentials) => {
                let client_secret = resolve(&credentials.client_secret, &*self.env).await?;
                self.redactor.learn(client_secret.reveal());
                let connection = self.connection.as_ref().expect("it is there where any identity has credentials");
                let Granted { token, lifetime } =
                    grant::fetch(connection, credentials, &client_secret, self.timeout, &self.redactor).await?;
                let lifetime = lifetime.or_else(|| lifetime_of(&token));
                (token, lifetime)
            }
        };
        let ends = lifetime.map(|lifetime| {
            let now = Instant::now();
            (now + lifetime.saturating_sub(MARGIN.min(lifetime / 5)), now + lifetime)
        });
        Ok(Token { secret, number: 0, ends, accepted: false })
    }
}

impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wallet").field("identities", &self.tokens.len()).finish_non_exhaustive()
    }
}

impl IdentityToken {
    fn new(identity: &Identity, fetched: Result<Token, TokenError>) -> Result<Self, WalletError> {
        let token = fetched.map_err(|source| WalletError::Token { identity: identity.name.clone(), source })?;
        let renewal = tokio::sync::Mutex::default();
        Ok(Self { identity: identity.name.clone(), source: identity.token.clone(), token: Mutex::new(token), renewal })
    }

    fn held(&self) -> Token {
        self.token.lock().expect("nothing panics while it is locked").clone()
    }

    /// Whether the source may give another token.
    const fn renews(&self) -> bool {
        matches!(self.source, TokenSource::ClientCredentials(_) | TokenSource::Given(SecretSource::Command(_)))
    }

    fn failure(&self, why: &str) -> String {
        format!("no token for the identity `{}`: {why}", self.identity)
    }
}

impl Token {
    fn lent(self) -> Lent {
        Lent { secret: self.secret, number: self.number }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A wallet whose token is the number of fetches so far.
    async fn counting(folder: &std::path::Path) -> Wallet {
        let file = folder.join("fetched");
        let script = format!("echo again >> '{0}'; echo token-$(wc -l < '{0}' | tr -d ' ')", file.display());
        let users = ["1".to_owned()];
        let mut target = Target::from_flags("http://127.0.0.1:1", "TOKEN", &users).unwrap();
        target.identities[0].token = TokenSource::Given(SecretSource::Command(vec!["sh".to_owned(), "-c".to_owned(), script]));
        Wallet::open(&target, Box::new(|_| None)).await.unwrap()
    }

    #[tokio::test]
    async fn an_expired_token_is_replaced_once_for_all_requests() {
        let folder = tempfile::tempdir().unwrap();
        let wallet = counting(folder.path()).await;
        let first = wallet.lend(0).await.unwrap();
        assert_eq!(wallet.answered(0, &first, 200).await, Ok(false));
        let again = futures::future::join_all((0..9).map(|_| wallet.answered(0, &first, 401))).await;
        assert_eq!(again, vec![Ok(true); 9]);
        assert_eq!(wallet.lend(0).await.unwrap().secret.reveal(), "token-2");
        assert_eq!(wallet.redactor().text("token-1 token-2 token-3"), "[secret] [secret] token-3");
    }

    #[tokio::test]
    async fn renewals_stop_if_the_401_stays() {
        for (first, most) in [(200, MOST_USELESS), (401, MOST_USELESS - 1)] {
            let folder = tempfile::tempdir().unwrap();
            let wallet = counting(folder.path()).await;
            let mut lent = wallet.lend(0).await.unwrap();
            let mut tries = u32::from(wallet.answered(0, &lent, first).await.unwrap());
            lent = wallet.lend(0).await.unwrap();
            while wallet.answered(0, &lent, 401).await.unwrap() {
                lent = wallet.lend(0).await.unwrap();
                tries += 1;
            }
            assert_eq!(tries, most);
        }
    }

    #[tokio::test]
    async fn a_token_from_a_variable_is_never_renewed() {
        let target = Target::from_flags("http://127.0.0.1:1", "TOKEN", &["1".to_owned()]).unwrap();
        let wallet = Wallet::open(&target, Box::new(|_| Some("t0ken".to_owned()))).await.unwrap();
        let lent = wallet.lend(0).await.unwrap();
        assert_eq!(wallet.answered(0, &lent, 204).await, Ok(false));
        assert_eq!(wallet.answered(0, &lent, 401).await, Ok(false));
    }
}
