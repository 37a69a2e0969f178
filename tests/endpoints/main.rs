//! Runs of the program against endpoints of many kinds: right, wrong, naive and hostile ones.
//!
//! They are one crate, because linking one takes seconds.

mod anything;
mod common;
mod company;
mod derivable;
mod form;
mod hostile;
mod lag;
mod proxies;
mod requests;
mod restore;
mod right_servers;
mod secrets;
mod snapshots;
mod tls;
mod tokens;
mod walks;
mod wrong_servers;
