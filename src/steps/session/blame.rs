//! Tells whether a failing answer is wrong by itself, or may be wrong because another scenario changed the user.

use crate::steps::{Halt, Session};
use crate::tenant::{View, by_list, by_reads};

impl Session {
    /// Whether the answer that ended the scenario is wrong by itself: its status is 5xx, it answers an accepted write,
    /// or the users still have the phones that they had before the request, so that no other scenario changed them.
    ///
    /// Reads the users once more and drops these exchanges.
    pub async fn is_wrong_by_itself(&mut self) -> bool {
        let exchanges = self.conversation.exchanges.len();
        let by_itself = self.answer_is_wrong().await;
        self.conversation.exchanges.truncate(exchanges);
        by_itself
    }

    async fn answer_is_wrong(&mut self) -> bool {
        if !matches!(self.trace.halt, Some(Halt::Violated(_))) {
            return false;
        }
        let Some(exchange) = self.asked.judged.and_then(|index| self.conversation.exchanges.get(index)) else { return false };
        if exchange.status >= 500 {
            return true;
        }
        if exchange.succeeded() && !exchange.operation.reads() && !self.asked.expects_refusal {
            return true;
        }
        self.users_are_as_known().await
    }

    /// Whether the list or single reads show the phones that the users had before the request.
    async fn users_are_as_known(&mut self) -> bool {
        for person in 0..self.people.introduced {
            let Some(known) = self.people.lent[person].phones.clone() else { return false };
            let user = self.people.id(person);
            let listed = match self.conversation.view() {
                View::List => by_list(&mut self.conversation, &user).await,
                View::Reads => Ok(None),
            };
            if listed.is_ok_and(|listed| listed.is_some_and(|listed| listed.same_as(&known))) {
                continue;
            }
            let read = by_reads(&mut self.conversation, &user, Some(&known)).await;
            if !read.is_ok_and(|read| read.is_some_and(|read| read.same_as(&known))) {
                return false;
            }
        }
        true
    }
}
