//! Writes to standard output. A failed write is an error, but a closed pipe is not: the reader has seen enough.

use std::io::{ErrorKind, Write as _};

use super::CliError;

/// Writes a text that may contain styles.
///
/// # Errors
/// Fails if the text can't be written, for example because the disk is full. A closed pipe is no error.
pub fn print(text: &str) -> Result<(), CliError> {
    let mut out = anstream::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CliError::new(format!("standard output can't be written: {error}"))),
        _ => Ok(()),
    }
}
