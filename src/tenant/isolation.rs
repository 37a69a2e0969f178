//! The operations that were seen to change only the user they name.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard};

use crate::api::{ApiVersion, Operation};

/// An operation in a version of the API.
pub type Write = (ApiVersion, Operation);

/// The administrator's writes after which another user still had the same phones.
///
/// Such a write may still change a user with other phones. So if a case relies on this and fails, it runs again without
/// it.
#[derive(Debug, Default)]
pub struct Isolation(Mutex<Writes>);

#[derive(Debug, Default)]
struct Writes {
    seen: BTreeSet<Write>,
    distrusted: bool,
}

impl Isolation {
    /// Whether all these writes left another user unchanged before.
    pub fn covers(&self, writes: &BTreeSet<Write>) -> bool {
        let known = self.lock();
        writes.is_empty() || !known.distrusted && known.seen.is_superset(writes)
    }

    /// Records that these writes left another user unchanged.
    pub fn seen(&self, writes: BTreeSet<Write>) {
        self.lock().seen.extend(writes);
    }

    /// Makes `covers` return false for all writes from now on.
    pub fn distrust(&self) {
        self.lock().distrusted = true;
    }

    fn lock(&self) -> MutexGuard<'_, Writes> {
        self.0.lock().expect("nothing panics while it is locked")
    }
}
