//! `restore`: puts users back as an interrupted run found them.

use std::io::Write as _;
use std::process::ExitCode;

use crate::report::{EXIT_CONFORMANT, EXIT_INCONCLUSIVE, Note};

use super::args::RestoreArgs;
use super::{CliError, journal, run};

/// Puts users back and reports those for whom it failed.
pub async fn restore(args: &RestoreArgs) -> Result<ExitCode, CliError> {
    let target = run::named_target(&args.target, &[])?.ok_or_else(|| {
        CliError::new("`restore` needs a target")
            .with_hint("name the target of the run: `--target FILE`, or `--base-url`, `--token-env` and `--user`")
    })?;
    let journal = journal::claim(args.target.journal_dir.as_deref(), &target)?;
    let mut out = anstream::stdout();
    // If standard output is closed, the exit status still reports the result.
    if journal.left().is_none() {
        let _ = writeln!(out, "nothing to put back: no run on the target `{}` left users changed", target.name);
        return Ok(ExitCode::from(EXIT_CONFORMANT));
    }
    target.consent()?;
    let wallet = run::wallet(&target).await?;
    let restored = crate::run::restore(&target, wallet, &journal).await?;
    for Note { message, hint, .. } in restored.gone.iter().chain(&restored.missing) {
        let _ = writeln!(out, "{message}");
        let _ = hint.as_ref().map(|hint| writeln!(out, "hint: {hint}"));
    }
    let left = restored.missing.len();
    if restored.done > 0 || restored.gone.is_empty() && left == 0 {
        let _ = writeln!(out, "{} the phones that the run found", users_have(restored.done));
    }
    if left == 0 {
        return Ok(ExitCode::from(EXIT_CONFORMANT));
    }
    let _ = writeln!(out, "{} not got them back: {} keeps the phones that the run found", users_have(left), journal.path().display());
    Ok(ExitCode::from(EXIT_INCONCLUSIVE))
}

fn users_have(count: usize) -> String {
    if count == 1 { "1 user has".to_owned() } else { format!("{count} users have") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_user_has_and_two_users_have() {
        assert_eq!([0, 1, 2].map(users_have), ["0 users have", "1 user has", "2 users have"]);
    }
}
