//! The operations that were seen to change only the user they name.

use std::collections::BTreeSet;
use std::sync::Mutex;

use crate::api::{ApiVersion, Operation};

/// An operation in a version of the API.
pub type Write = (ApiVersion, Operation);

/// The administrator's writes after which another user still had the same phones.
#[derive(Debug, Default)]
pub struct Isolation(Mutex<BTreeSet<Write>>);

impl Isolation {
    /// Whether all these writes left another user unchanged before.
    pub fn covers(&self, writes: &BTreeSet<Write>) -> bool {
        self.0.lock().expect("nothing panics while it is locked").is_superset(writes)
    }

    /// Records that these writes left another user unchanged.
    pub fn seen(&self, writes: BTreeSet<Write>) {
        self.0.lock().expect("nothing panics while it is locked").extend(writes);
    }
}
