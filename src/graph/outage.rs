//! Handles an endpoint that refuses connections: waits for it, and names the requests that may have broken it.

use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// The pause before the next attempt to connect.
const PAUSE: Duration = Duration::from_millis(200);
/// The endpoint counts as gone after at least this many refused connections in a row.
const REFUSALS: u32 = 8;
/// A request that got no answer at most this long before the first refused connection may be the cause.
const SHORTLY_BEFORE: Duration = Duration::from_secs(2);
/// At most this many lost requests are remembered.
const MOST: usize = 32;
/// A message names at most this many requests.
const SUSPECTS: usize = 3;
/// A message leaves out a body with more characters than this.
const SHORT_BODY: usize = 60;

/// A request whose connection ended before the answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Method and path in short, without user data.
    pub request: String,
    /// Its body.
    pub body: Option<String>,
    /// A curl command that sends it again.
    pub curl: String,
    /// Its scenario, if it has one.
    pub scenario: Option<String>,
    /// Whether it is a write.
    pub writes: bool,
}

impl Lost {
    /// Describes the request.
    fn described(&self) -> String {
        let body = match &self.body {
            None => String::new(),
            Some(body) if body.is_empty() => " with an empty body".to_owned(),
            Some(body) if body.len() <= SHORT_BODY => format!(" with the body `{body}`"),
            Some(body) => format!(" with a body of {} bytes", body.len()),
        };
        let scenario = self.scenario.as_ref().map(|scenario| format!(" ({scenario})")).unwrap_or_default();
        format!("{}{body}{scenario}", self.request)
    }

    /// How likely the request broke the endpoint. A write is likelier than a read, and an odd body likelier than a
    /// plain body.
    fn suspicion(&self) -> (bool, bool) {
        let body: Option<serde_json::Value> = self.body.as_deref().and_then(|body| serde_json::from_str(body).ok());
        let plain = body.is_some_and(|body| {
            body.as_object().is_some_and(|object| !object.is_empty() && object.values().all(serde_json::Value::is_string))
        });
        (self.writes, self.body.is_some() && !plain)
    }
}

/// An endpoint that stopped answering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// One sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// What is known about refused connections.
#[derive(Debug)]
pub struct Outage {
    /// How long to wait for the endpoint.
    wait: Duration,
    state: Mutex<State>,
    /// Why the endpoint counts as gone, once it does.
    gone: watch::Sender<Option<Silence>>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether any answer has come.
    heard: bool,
    /// The time of the first refusal in a row, and the number of refusals since.
    since: Option<Instant>,
    refused: u32,
    /// Lost requests with their times.
    lost: Vec<(Instant, Lost)>,
    /// Whether no request waits for the endpoint any more.
    given_up: bool,
    /// What the report says about an endpoint that came back.
    back: Option<Silence>,
}

impl Outage {
    pub(super) fn new(wait: Duration) -> Self {
        Self { wait, state: Mutex::default(), gone: watch::Sender::new(None) }
    }

    /// Records that an answer came.
    pub(super) fn answered(&self) {
        let mut state = self.state();
        if state.heard
            && let Some(since) = state.since
        {
            let down = humantime::format_duration(Duration::from_millis(u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)));
            let silence = told(&state, &format!("took no connections for {down}"));
            state.back.get_or_insert(silence);
            state.lost.clear();
        }
        state.heard = true;
        (state.since, state.refused, state.given_up) = (None, 0, false);
    }

    /// Records a lost request.
    pub(super) fn lost(&self, lost: Lost) {
        let mut state = self.state();
        if state.lost.len() == MOST {
            state.lost.remove(0);
        }
        state.lost.push((Instant::now(), lost));
    }

    /// Records a refused connection and waits a little. Returns whether to try again.
    pub(super) async fn another_attempt(&self) -> bool {
        {
            let mut state = self.state();
            state.refused = state.refused.saturating_add(1);
            let since = *state.since.get_or_insert_with(Instant::now);
            if state.given_up || !state.heard && since.elapsed() >= self.wait {
                return false;
            }
            if since.elapsed() >= self.wait && state.refused >= REFUSALS {
                state.given_up = true;
                self.gone.send_replace(Some(told(&state, "stopped answering")));
                return false;
            }
        }
        sleep(PAUSE).await;
        true
    }

    /// Whether the endpoint counts as gone.
    pub(super) fn is_gone(&self) -> bool {
        self.gone.borrow().is_some()
    }

    /// Waits until the endpoint counts as gone.
    pub async fn wait_until_gone(&self) -> Silence {
        let mut gone = self.gone.subscribe();
        match gone.wait_for(Option::is_some).await {
            Ok(silence) => silence.clone().unwrap_or(Silence { message: String::new(), hint: None }),
            Err(_) => std::future::pending().await,
        }
    }

    /// Allows sending again. Requests don't wait for the endpoint any more.
    pub(super) fn resume(&self) {
        self.gone.send_replace(None);
    }

    /// What to report about an endpoint that refused connections for a while.
    pub fn back(&self) -> Option<Silence> {
        self.state().back.clone()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it is locked")
    }
}

/// What the endpoint did, and which request most likely caused it.
fn told(state: &State, what: &str) -> Silence {
    let since = state.since.unwrap_or_else(Instant::now);
    let near = state.lost.iter().filter(|(at, _)| *at + SHORTLY_BEFORE >= since).map(|(_, lost)| lost);
    let likeliest = near.clone().map(Lost::suspicion).max();
    // Requests in flight at the same time are lost at the same time, so the message names all that are equally likely.
    let suspects: Vec<&Lost> = near.filter(|lost| Some(lost.suspicion()) == likeliest).take(SUSPECTS).collect();
    match suspects.as_slice() {
        [lost] => Silence {
            message: format!("the endpoint {what} after {}", lost.described()),
            hint: Some(format!("it may have crashed; this command sends the request again: {}", lost.curl)),
        },
        [_, ..] => Silence {
            message: format!("the endpoint {what} after {}", suspects.iter().map(|lost| lost.described()).collect::<Vec<_>>().join(" or ")),
            hint: Some(format!(
                "one of these requests may have crashed it; `-j 1` sends one at a time; this command sends the first again: {}",
                suspects[0].curl
            )),
        },
        [] => Silence { message: format!("the endpoint {what}: it refuses connections"), hint: Some("is it still running?".to_owned()) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(request: &str, body: Option<&str>) -> Lost {
        let (request, body, writes) = (request.to_owned(), body.map(str::to_owned), !request.starts_with("GET"));
        Lost { curl: format!("curl {request}"), scenario: Some("create.a/b".to_owned()), request, body, writes }
    }

    const WAIT: Duration = Duration::from_millis(700);

    #[tokio::test]
    async fn the_likeliest_causes_are_named_after_the_wait() {
        let outage = Outage::new(WAIT);
        outage.answered();
        for lost in [
            lost("GET …/phoneMethods", None),
            lost("POST …/phoneMethods", Some(r#"{"phoneType":"mobile"}"#)),
            lost("POST …/phoneMethods", Some("null")),
            lost("POST …/phoneMethods", Some("[]")),
        ] {
            outage.lost(lost);
        }
        let start = Instant::now();
        while outage.another_attempt().await {}
        assert!(start.elapsed() >= WAIT);
        assert!(outage.is_gone());
        let silence = outage.wait_until_gone().await;
        let message = "the endpoint stopped answering after POST …/phoneMethods with the body `null` (create.a/b) \
                       or POST …/phoneMethods with the body `[]` (create.a/b)";
        assert_eq!(silence.message, message);
        assert!(silence.hint.unwrap().ends_with(": curl POST …/phoneMethods"));
        outage.resume();
        assert!(!outage.is_gone() && !outage.another_attempt().await, "nobody waits a second time");
    }

    #[tokio::test]
    async fn an_endpoint_that_comes_back_is_reported() {
        let outage = Outage::new(WAIT);
        outage.answered();
        outage.lost(lost("DELETE …/phoneMethods/1", None));
        assert!(outage.another_attempt().await);
        outage.answered();
        assert!(!outage.is_gone());
        let message = outage.back().unwrap().message;
        assert!(
            message.starts_with("the endpoint took no connections for ")
                && message.ends_with(" after DELETE …/phoneMethods/1 (create.a/b)"),
            "{message}"
        );
    }

    #[tokio::test]
    async fn an_endpoint_that_never_answered_never_counts_as_gone() {
        let outage = Outage::new(WAIT);
        while outage.another_attempt().await {}
        for _ in 0..2 * REFUSALS {
            assert!(!outage.another_attempt().await);
        }
        assert!(!outage.is_gone());
        outage.answered();
        assert_eq!(outage.back(), None, "it was only late");
        let hasty = Outage::new(Duration::ZERO);
        hasty.answered();
        for _ in 1..REFUSALS {
            assert!(hasty.another_attempt().await, "a few refusals may be a balancer's");
        }
        assert!(!hasty.another_attempt().await && hasty.is_gone());
    }
}
