//! Looking once more when reads no longer may lag: what a refused request has stored all the same may not show at once.

use std::fmt;
use std::rc::Rc;

use crate::api::Operation;
use crate::check::{Mismatch, Phones};
use crate::tenant::{Observed, Patience, look};

use super::{Halt, Session};

/// An expectation that held when it was looked at, and that a read of an earlier state would have met as well.
pub struct LateLook {
    person: usize,
    wording: String,
    expected: Rc<dyn Fn(&Phones) -> bool>,
    /// The step that expects it.
    step: usize,
    /// How much had been said by then.
    said: usize,
}

impl fmt::Debug for LateLook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (step {})", self.wording, self.step)
    }
}

impl Session {
    /// Looks whether a user's phones are as they should stay; where reads may lag, they are looked at again when the scenario is over.
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

    /// Whether something is to be looked at again.
    pub fn has_late_looks(&self) -> bool {
        self.halt.is_none() && !self.late.is_empty()
    }

    /// Waits until nothing may lag behind the request any more, and looks again at what was expected to stay as it was.
    pub async fn look_late(&mut self) {
        if self.has_late_looks()
            && let Some((_, asked)) = self.asked
        {
            let timeout = self.conversation.endpoint.consistency_timeout;
            Patience::since(asked, timeout).ends().await;
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
            // What has been written since may have changed it.
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
