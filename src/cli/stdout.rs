//! Standard output: what can't be written there is an error, and a reader who has seen enough is none.

use std::io::{ErrorKind, Write as _};

use super::CliError;

/// Writes a text, which may hold styles.
///
/// # Errors
/// Fails where the text can't be written, for example to a full disk. A reader who closes the pipe is no error.
pub fn print(text: &str) -> Result<(), CliError> {
    let mut out = anstream::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CliError::new(format!("standard output can't be written: {error}"))),
        _ => Ok(()),
    }
}
