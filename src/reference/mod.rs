//! The reference server: the whole API over one store in memory, and every mistake that the harness should notice.
//!
//! It shares no code with the judge. What it knows of phone numbers, permissions and errors is written here a second time, so that
//! a misunderstanding on one side shows as a disagreement instead of passing unseen.

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
pub use fault::{Fault, FaultInfo, FaultKind, UnknownFault};
pub use seed::{SeedError, SeedUser};
pub use wire::Rate;

/// How long requests under way may take once the server is to stop.
const GRACE: Duration = Duration::from_millis(500);

/// Takes one line for each request: its method, its path, the status of the answer, and why it was refused if it was.
pub type Log = fn(&str);

/// What server to start.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 for any that is free.
    pub listen: SocketAddr,
    /// How many test users there are; at least those of `seed`.
    pub users: usize,
    /// Users and phones to start with.
    pub seed: Vec<SeedUser>,
    /// Which generation of the documents the server keeps to.
    pub edition: Edition,
    /// The mistakes it makes.
    pub faults: Vec<Fault>,
    /// How long each answer is held back.
    pub latency: Duration,
    /// How many requests are answered before others get 429; `None` for all.
    pub throttle: Option<Rate>,
    /// Where requests are logged.
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

/// A server that is running.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Who can call it, and whose phones may be replaced.
    pub cast: Cast,
    wire: Arc<wire::Wire>,
    shutdown: Option<oneshot::Sender<()>>,
    /// `None` once its end has been told.
    task: Option<JoinHandle<io::Result<()>>>,
}

/// Why a server came to an end that nobody asked for.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It panicked, outside of any one request.
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
/// If the address can't be listened on.
pub async fn start(options: Options) -> io::Result<Server> {
    let listener = TcpListener::bind(options.listen).await?;
    let addr = listener.local_addr()?;
    let (wire, cast) = wire::Wire::new(options);
    let (shutdown, stopped) = oneshot::channel::<()>();
    let listener = listener.tap_io(|connection| {
        // Answers are small: waiting for more to send would only delay them. A connection that has failed fails by itself later.
        let _ = connection.set_nodelay(true);
    });
    let router = Router::new().fallback(wire::serve).with_state(Arc::clone(&wire));
    let task = tokio::spawn(async move {
        axum::serve(listener, router)
            .with_graceful_shutdown(async {
                // Dropping the sender counts as asking for the end.
                let _ = stopped.await;
            })
            .await
    });
    Ok(Server { addr, cast, wire, shutdown: Some(shutdown), task: Some(task) })
}

impl Server {
    /// What every user of the cast has, by the user's id: a look into the store, whatever the API shows of it.
    pub fn phones(&self) -> BTreeMap<String, Vec<String>> {
        self.cast.users.iter().map(|user| (user.id.clone(), self.wire.phones(&user.id))).collect()
    }

    /// Stops listening, answers what is under way and ends.
    ///
    /// # Errors
    ///
    /// If the server had failed before it could be stopped.
    pub async fn stop(mut self) -> Result<(), Failure> {
        drop(self.shutdown.take());
        if let Ok(ended) = timeout(GRACE, self.finished()).await {
            return ended;
        }
        // hyper waits for the first request of a connection that never sent one. Clients open such connections in reserve.
        if let Some(task) = self.task.take() {
            task.abort();
        }
        Ok(())
    }

    /// Waits until the server ends by itself, which it does only when it fails. May be dropped and called again.
    ///
    /// # Errors
    ///
    /// If the server panicked, or its socket failed.
    pub async fn finished(&mut self) -> Result<(), Failure> {
        let Some(task) = &mut self.task else { return Ok(()) };
        let ended = task.await;
        self.task = None;
        ended.map_err(Failure::Panic)?.map_err(Failure::Io)
    }
}
