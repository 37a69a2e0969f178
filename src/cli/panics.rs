//! Prints panics without the secrets that a message may quote.

use std::io::Write as _;
use std::panic::{PanicHookInfo, set_hook};
use std::sync::Arc;

use crate::graph::Redactor;

/// From now on, hides the secrets that this redactor knows or learns when a panic is printed.
pub fn hide_secrets(redactor: &Arc<Redactor>) {
    let redactor = Arc::clone(redactor);
    set_hook(Box::new(move |info| {
        // If standard error is closed, the exit status still reports the panic.
        let _ = writeln!(std::io::stderr(), "{}", redactor.text(&told(info)));
    }));
}

/// The message and the place of a panic.
fn told(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let message = text.unwrap_or("no message");
    let place = info.location().map(|location| format!(" at {location}")).unwrap_or_default();
    format!("internal error{place}: {message}")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const SECRET: &str = "t0ken/with+signs";
    const CHILD: &str = "cli::panics::tests::a_program_with_a_mistake";

    /// The other test runs this in its own process, because the panic hook is global.
    #[test]
    #[ignore = "panics, as it is there to do"]
    fn a_program_with_a_mistake() {
        hide_secrets(&Arc::new(Redactor::new([SECRET])));
        panic!("Bearer {SECRET}, \"t0ken%2Fwith%2Bsigns\"");
    }

    #[test]
    fn a_panic_shows_no_secret() {
        let program = std::env::current_exe().unwrap();
        let output = Command::new(program).args(["--exact", CHILD, "--ignored", "--nocapture"]).output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert!(!output.status.success());
        assert!(said.contains("internal error at src") && said.contains("Bearer [secret]"), "{said}");
        assert!(!said.contains("t0ken"), "{said}");
    }
}
