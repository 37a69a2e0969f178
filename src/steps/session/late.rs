//! Looks again once reads can no longer lag. A refused request may have stored something, and a lagging read shows it
//! late.

use std::fmt;
use std::rc::Rc;

use crate::check::Phones;
use crate::tenant::{Deadline, Observed, look};

use crate::steps::{Halt, Session};

/// An expectation that held at the first look. That look may have read an older state, for which it holds too.
pub struct LateLook {
    person: usize,
    wording: String,
    expected: Rc<dyn Fn(&Phones) -> bool>,
    /// The step that expects it.
    step: usize,
    /// The number of exchanges at the first look.
    exchanges: usize,
}

impl fmt::Debug for LateLook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (step {})", self.wording, self.step)
    }
}

impl Session {
    /// Expects a user's phones to stay as they are. If reads may lag, looks again after the scenario.
    pub(in crate::steps) async fn expect_phones_to_stay(
        &mut self,
        person: usize,
        wording: &str,
        expected: impl Fn(&Phones) -> bool + 'static,
    ) -> Result<(), Halt> {
        self.expect_phones(person, wording, &expected).await?;
        if self.conversation.may_lag() && !self.known().stateless {
            let (wording, exchanges) = (wording.to_owned(), self.conversation.exchanges.len());
            let look = LateLook { person, wording, expected: Rc::new(expected), step: self.trace.steps, exchanges };
            self.aftercare.late.push(look);
        }
        Ok(())
    }

    /// Whether a late look is due.
    pub fn has_late_looks(&self) -> bool {
        self.trace.halt.is_none() && !self.aftercare.late.is_empty()
    }

    /// Waits until no read can lag behind the request, then checks again whether the phones stayed the same.
    pub async fn look_late(&mut self) {
        if self.has_late_looks()
            && let Some((_, asked)) = self.asked.call
        {
            let timeout = self.conversation.endpoint.consistency_timeout;
            Deadline::since(asked, timeout).passes().await;
            for late in std::mem::take(&mut self.aftercare.late) {
                if let Err(halt) = self.holds_still(&late).await {
                    self.trace.steps = late.step;
                    self.trace.halt = Some(halt);
                    return;
                }
            }
        }
    }

    async fn holds_still(&mut self, late: &LateLook) -> Result<(), Halt> {
        if !self.conversation.exchanges[late.exchanges..].iter().all(|exchange| exchange.operation.reads()) {
            // A later write may have changed the phones.
            return Ok(());
        }
        let user = self.people.id(late.person);
        match look(&mut self.conversation, &user, &*late.expected).await? {
            Observed::AsExpected(_) => Ok(()),
            Observed::Otherwise(phones) => {
                let timeout = humantime::format_duration(self.conversation.endpoint.consistency_timeout);
                Err(self.wrong_phones(&late.wording, &phones, &format!("{timeout} ")))
            }
        }
    }
}
