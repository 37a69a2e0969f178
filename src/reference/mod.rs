//! The reference server: the whole API over one store in memory, with every mistake that the harness should notice.
//!
//! It shares no code with the judge. It has its own implementation of phone numbers, permissions and errors. If one
//! side misunderstands the documents, the two disagree.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::timeout;

use crate::api::Edition;

mod access;
mod answer;
mod body;
mod call;
mod cast;
mod fault;
mod filter;
mod number;
mod operations;
mod path;
mod phone;
mod prefer;
mod query;
mod seed;
mod service;
mod store;
#[cfg(test)]
mod tests;
mod wire;

pub use cast::{Cast, CastIdentity, CastKind, CastUser};
pub use fault::{Fault, FaultKind, UnknownFault};
pub use seed::{SeedError, SeedUser};
pub use wire::Rate;

/// How long requests in flight may take after the server is told to stop.
const GRACE: Duration = Duration::from_millis(500);

/// Receives one line per request: method, path, status, and the reason for a refusal.
pub type Log = fn(&str);

/// The options of a server.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address to listen on; port 0 means any free port.
    pub listen: SocketAddr,
    /// The number of test users; at least as many as `seed` has.
    pub users: usize,
    /// The initial users and phones.
    pub seed: Vec<SeedUser>,
    /// The edition of the documents that the server follows.
    pub edition: Edition,
    /// The faults of the server.
    pub faults: Vec<Fault>,
    /// The delay of each answer.
    pub latency: Duration,
    /// The rate limit: further requests get 429; `None` for no limit.
    pub throttle: Option<Rate>,
    /// The log of requests.
    pub log: Option<Log>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            users: 16,
            seed: Vec::new(),
            edition: Edition::Current,
            faults: Vec::new(),
            latency: Duration::ZERO,
            throttle: None,
            log: None,
        }
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    /// The address that it listens on.
    pub addr: SocketAddr,
    /// The identities that can call it, and the users whose phones may be replaced.
    pub cast: Cast,
    wire: Arc<wire::Wire>,
    shutdown: Option<oneshot::Sender<()>>,
    /// `None` after `finished` or `stop` took its result.
    task: Option<JoinHandle<io::Result<()>>>,
}

/// Why a server ended on its own.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It panicked outside of a request.
    #[error("the reference server panicked")]
    Panic(#[source] JoinError),
    /// Its socket failed.
    #[error("the reference server stopped serving")]
    Io(#[source] io::Error),
}

/// Starts a server and returns once it accepts connections.
///
/// # Errors
///
/// Fails if the server can't listen on the address.
pub async fn start(options: Options) -> io::Result<Server> {
    let listener = TcpListener::bind(options.listen).await?;
    let addr = listener.local_addr()?;
    let (wire, cast) = wire::Wire::new(options);
    let (shutdown, stopped) = oneshot::channel::<()>();
    let listener = listener.tap_io(|connection| {
        // Answers are small, so Nagle's algorithm would only delay them. A broken connection fails later on its own.
        let _ = connection.set_nodelay(true);
    });
    let router = Router::new().fallback(wire::serve).with_state(Arc::clone(&wire));
    let task = tokio::spawn(async move {
        axum::serve(listener, router)
            .with_graceful_shutdown(async {
                // Dropping the sender also means that the server must stop.
                let _ = stopped.await;
            })
            .await
    });
    Ok(Server { addr, cast, wire, shutdown: Some(shutdown), task: Some(task) })
}

impl Server {
    /// The phones of every user of the cast, by user id, directly from the store.
    pub fn phones(&self) -> BTreeMap<String, Vec<String>> {
        self.cast.users.iter().map(|user| (user.id.clone(), self.wire.phones(&user.id))).collect()
    }

    /// Stops listening, answers the requests in flight, and ends.
    ///
    /// # Errors
    ///
    /// Fails if the server had failed before.
    pub async fn stop(mut self) -> Result<(), Failure> {
        drop(self.shutdown.take());
        if let Ok(ended) = timeout(GRACE, self.finished()).await {
            return ended;
        }
        // hyper would wait for the first request on an idle connection, and clients keep such connections open.
        if let Some(task) = self.task.take() {
            task.abort();
        }
        Ok(())
    }

    /// Waits until the server ends on its own. This happens only if it fails. The future may be dropped; a later call
    /// waits again.
    ///
    /// # Errors
    ///
    /// Fails if the server panicked or its socket failed.
    pub async fn finished(&mut self) -> Result<(), Failure> {
        let Some(task) = &mut self.task else { return Ok(()) };
        let ended = task.await;
        self.task = None;
        ended.map_err(Failure::Panic)?.map_err(Failure::Io)
    }
}
