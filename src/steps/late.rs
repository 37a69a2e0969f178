//! Looks again once reads can no longer lag: something that a refused request stored anyway may show late.

use std::fmt;
use std::rc::Rc;

use crate::api::Operation;
use crate::check::{Mismatch, Phones};
use crate::tenant::{Deadline, Observed, look};

use super::{Halt, Session};

/// An expectation that held at the first look, where a read of an older state would look the same.
pub struct LateLook {
    person: usize,
    wording: String,
    expected: Rc<dyn Fn(&Phones) -> bool>,
    /// The step that expects it.
    step: usize,
    /// The number of exchanges at that time.
    said: usize,
}

impl fmt::Debug for LateLook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (step {})", self.wording, self.step)
    }
}

impl Session {
    /// Expects a user's phones to stay as they are. If reads may lag, looks again after the scenario.
    pub(super) async fn expect_phones_to_stay(
        &mut self,
        person: usize,
        wording: &str,
        expected: impl Fn(&Phones) -> bool + 'static,
    ) -> Result<(), Halt> {
        self.expect_phones(person, wording, &expected).await?;
        if self.conversation.may_lag() && !self.known().stateless {
            let said = self.conversation.exchanges.len();
            self.late.push(LateLook { person, wording: wording.to_owned(), expected: Rc::new(expected), step: self.steps, said });
        }
        Ok(())
    }

    /// Whether a late look is due.
    pub fn has_late_looks(&self) -> bool {
        self.halt.is_none() && !self.late.is_empty()
    }

    /// Waits until no read can lag behind the request, then checks again what was expected to stay the same.
    pub async fn look_late(&mut self) {
        if self.has_late_looks()
            && let Some((_, asked)) = self.asked
        {
            let timeout = self.conversation.endpoint.consistency_timeout;
            Deadline::since(asked, timeout).passes().await;
            for late in std::mem::take(&mut self.late) {
                if let Err(halt) = self.holds_still(&late).await {
                    self.steps = late.step;
                    self.halt = Some(halt);
                    return;
                }
            }
        }
    }

    async fn holds_still(&mut self, late: &LateLook) -> Result<(), Halt> {
        let reads = |operation| matches!(operation, Operation::List | Operation::Get);
        if !self.conversation.exchanges[late.said..].iter().all(|exchange| reads(exchange.operation)) {
            // A later write may have changed it.
            return Ok(());
        }
        let user = self.lent[late.person].id.clone();
        match look(&mut self.conversation, &user, &*late.expected).await? {
            Observed::AsExpected(_) => Ok(()),
            Observed::Otherwise(phones) => {
                self.is_about_phones = true;
                let timeout = humantime::format_duration(self.conversation.endpoint.consistency_timeout);
                let request = self.judged.map(|index| &self.conversation.exchanges[index]);
                let after = request
                    .map_or_else(String::new, |request| format!(", {timeout} after {} had answered {}", request.method, request.status));
                Err(Mismatch::new(&late.wording, format!("{phones}{after}")).into())
            }
        }
    }
}
