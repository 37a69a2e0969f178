//! Reads JSON reports of earlier runs.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::report::Report;
use crate::report::read::from_json;

use super::CliError;

/// The largest report that is read, in bytes; a full run writes a hundred times less.
const LARGEST: u64 = 1 << 30;

/// Reads a report from a file.
///
/// # Errors
/// Fails if the file can't be read or is not a report; the error gives the place in the file.
pub fn read(path: &Path) -> Result<Report, CliError> {
    let name = path.display();
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(|error| {
        CliError::new(format!("{name} can't be read: {error}")).with_hint("name a file that `--report json=PATH` wrote")
    })?;
    if bytes.len() as u64 > LARGEST {
        return Err(CliError::new(format!("{name} is too long for a report")).with_hint("name a file that `--report json=PATH` wrote"));
    }
    from_json(&bytes)
        .map_err(|error| CliError::new(format!("{name}: {error}")).with_hint("a report is what `--report json=PATH` wrote, unchanged"))
}
