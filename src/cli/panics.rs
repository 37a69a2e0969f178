//! What is said where the program itself has a mistake: without the secrets that a message may quote.

use std::io::Write as _;
use std::panic::{PanicHookInfo, set_hook};
use std::sync::Arc;

use crate::graph::Redactor;

/// From now on no panic shows a secret that this redactor knows, or comes to know.
pub fn hide_secrets(redactor: &Arc<Redactor>) {
    let redactor = Arc::clone(redactor);
    set_hook(Box::new(move |info| {
        // Where nobody listens, the exit status still tells.
        let _ = writeln!(std::io::stderr(), "{}", redactor.text(&told(info)));
    }));
}

/// What a panic says, and where it came up.
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

    /// Run by the other test in a process of its own: a hook is everybody's.
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
