//! What the scenario has asked of the endpoint, and how far it got.

use tokio::time::Instant;

use crate::api::ApiVersion;
use crate::check::Wanted;
use crate::graph::{Account, Call, PhoneType};
use crate::steps::Halt;

/// What a request is about.
#[derive(Debug, Clone)]
pub struct Resource {
    /// The account whose phones the request is about.
    pub account: Account,
    /// The id of one of the phones, if the request is about one.
    pub phone: Option<String>,
    /// The version of the API.
    pub version: ApiVersion,
}

/// The result of two requests that were sent at once.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// How many of the two were accepted.
    pub(in crate::steps) accepted: usize,
    /// How many of the two phones the list showed afterwards; `None` if the list was not requested or can't be read.
    pub(in crate::steps) phones: Option<usize>,
    /// Whether two users were ready with one number afterwards.
    pub(in crate::steps) both_ready: bool,
}

impl Pair {
    pub(in crate::steps) fn is_as_it_should_be(self) -> bool {
        self.accepted <= 1 && self.phones.is_none_or(|phones| phones <= 1)
    }
}

/// What the scenario has asked for.
#[derive(Debug, Default)]
pub struct Asked {
    /// The phone that the request asked for.
    pub(in crate::steps) requested: Option<Wanted>,
    /// The phone that was deleted to set the scenario up.
    pub(in crate::steps) old: Option<Wanted>,
    /// The phone type of the request.
    pub(in crate::steps) concerned: Option<PhoneType>,
    /// The request that the scenario is about, and when it was sent.
    pub(in crate::steps) call: Option<(Call, Instant)>,
    /// The index of the exchange that is judged.
    pub judged: Option<usize>,
    /// Whether the request should have been refused.
    pub(in crate::steps) expects_refusal: bool,
    /// The result of the last two requests that were sent at once.
    pub(in crate::steps) pair: Option<Pair>,
}

impl Asked {
    /// Records the request that the scenario is about, with the index of its exchange.
    pub(in crate::steps) fn sent(&mut self, call: Call, exchange: usize) {
        self.call = Some((call, Instant::now()));
        self.judged = Some(exchange);
    }

    /// The phone that the request asked for.
    pub(in crate::steps) fn requested(&self) -> Result<&Wanted, Halt> {
        self.requested.as_ref().ok_or_else(|| Halt::Errored("no phone was requested".to_owned()))
    }
}

/// How the scenario went so far.
#[derive(Debug, Default)]
pub struct Trace {
    /// The number of steps that have held.
    pub steps: usize,
    /// The number of exchanges after each step, including the step that did not hold.
    pub sent: Vec<usize>,
    /// Why the scenario ended before its last step.
    pub halt: Option<Halt>,
    /// Whether it did not check that setting up one user left the others unchanged.
    pub relies_on_isolation: bool,
}

impl Trace {
    /// Records the result of a step. `exchanges` is the number of exchanges after it.
    pub(in crate::steps) fn finish_step(&mut self, halt: Option<&Halt>, exchanges: usize) {
        self.sent.push(exchanges);
        match halt {
            Some(halt) => self.halt = Some(halt.clone()),
            None => self.steps += 1,
        }
    }
}
