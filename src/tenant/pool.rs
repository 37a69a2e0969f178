//! Users, lent to one scenario at a time.

use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

/// The users that no scenario has.
#[derive(Debug)]
pub struct Pool {
    users: Mutex<Users>,
    returned: Notify,
}

#[derive(Debug)]
struct Users {
    free: Vec<bool>,
    /// When each user was lent last, by the count of loans.
    lent: Vec<u64>,
    loans: u64,
}

/// Users that a scenario has to itself, until it is dropped.
#[derive(Debug)]
pub struct Lease {
    /// Indices into the target's users.
    pub users: Vec<usize>,
    pool: Arc<Pool>,
}

impl Pool {
    /// A pool of so many users.
    pub fn new(users: usize) -> Arc<Self> {
        let users = Users { free: vec![true; users], lent: vec![0; users], loans: 0 };
        Arc::new(Self { users: Mutex::new(users), returned: Notify::new() })
    }

    /// Lends one user for each wish, all of them at once, so that no two scenarios wait for what the other holds.
    ///
    /// A wish is the list of users that would do. The plan makes sure that the wishes can come true
    /// together; as long as they can't now, the caller waits.
    pub async fn lease(self: &Arc<Self>, wishes: &[Vec<usize>]) -> Lease {
        loop {
            // Registered before the look, so that no return in between is missed.
            let returned = self.returned.notified();
            if let Some(users) = self.take(wishes) {
                return Lease { users, pool: Arc::clone(self) };
            }
            returned.await;
        }
    }

    /// Of the users that would do, those that have rested longest: where phones can't be deleted, they are the ones without any.
    fn take(&self, wishes: &[Vec<usize>]) -> Option<Vec<usize>> {
        let mut state = self.users.lock().expect("nothing panics while it is locked");
        let mut wishes = wishes.to_vec();
        for wish in &mut wishes {
            wish.sort_by_key(|user| state.lent[*user]);
        }
        let users = assign(&wishes, &state.free)?;
        state.loans += 1;
        let loan = state.loans;
        for user in &users {
            state.free[*user] = false;
            state.lent[*user] = loan;
        }
        Some(users)
    }
}

/// A user for each wish, no user twice; `None` where there are none.
pub fn assign(wishes: &[Vec<usize>], free: &[bool]) -> Option<Vec<usize>> {
    let Some((first, rest)) = wishes.split_first() else {
        return Some(Vec::new());
    };
    first.iter().copied().filter(|user| free[*user]).find_map(|user| {
        let mut left = free.to_vec();
        left[user] = false;
        let mut users = vec![user];
        users.extend(assign(rest, &left)?);
        Some(users)
    })
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut state = self.pool.users.lock().expect("nothing panics while it is locked");
        for user in &self.users {
            state.free[*user] = true;
        }
        drop(state);
        self.pool.returned.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_met_together_or_not_at_all() {
        // The first wish would do with either, the second only with 0.
        assert_eq!(assign(&[vec![0, 1], vec![0]], &[true, true]), Some(vec![1, 0]));
        assert_eq!(assign(&[vec![0], vec![0]], &[true, true]), None);
        assert_eq!(assign(&[vec![0]], &[false, true]), None);
        assert_eq!(assign(&[], &[true]), Some(vec![]));
    }

    #[tokio::test]
    async fn a_returned_user_is_lent_again() {
        let pool = Pool::new(1);
        let first = pool.lease(&[vec![0]]).await;
        let waiting = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move { pool.lease(&[vec![0]]).await.users.clone() }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        assert_eq!(waiting.await.unwrap(), [0]);
    }
}
