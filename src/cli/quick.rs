//! A target that is described by options, not by a file: the command that writes the file, and messages that name it.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::api::ApiVersion;
use crate::graph::shell_word;
use crate::plan::{Plan, Reason};

use super::CliError;
use super::args::{FlagArgs, TargetArgs};

/// The command that writes a target file from these options; `None` if there are no options.
pub fn init_command(flags: &FlagArgs, versions: &[ApiVersion]) -> Option<String> {
    let mut words = vec![format!("{} init target.toml --base-url {}", env!("CARGO_PKG_NAME"), shell_word(flags.base_url.as_ref()?))];
    words.extend(flags.token_env.iter().map(|name| format!("--token-env {}", shell_word(name))));
    words.extend(flags.user.iter().map(|user| format!("--user {}", shell_word(user))));
    words.extend(versions.iter().map(|version| format!("--api-version {version}")));
    Some(words.join(" "))
}

/// Tells the user what the command does.
pub fn advice(init: &str) -> String {
    format!("a target file can say more than these options; this command writes one: {init}")
}

/// If an option can supply what a skipped scenario needs, its reason names this option. If only a target file can, the
/// report names the command that writes one.
pub fn suggest_options(plan: &mut Plan) {
    // The reasons already say what was left out.
    plan.narrowed = None;
    for skipped in &mut plan.skipped {
        if let Reason::Lacks(lack) = &mut skipped.reason {
            lack.add = lack.option.map(str::to_owned);
        }
    }
}

/// The command that puts the users of a target back.
pub fn restore_command(target: &TargetArgs) -> String {
    let TargetArgs { file, flags: FlagArgs { base_url, token_env, user }, journal_dir } = target;
    let path = |path: &PathBuf| path.display().to_string();
    let values = [("--target", file.as_ref().map(path)), ("--base-url", base_url.clone()), ("--token-env", token_env.clone())];
    let users = user.iter().map(|user| ("--user", Some(user.clone())));
    let options = values.into_iter().chain(users).chain([("--journal-dir", journal_dir.as_ref().map(path))]);
    let options = options.filter_map(|(name, value)| Some(format!(" {name} {}", shell_word(&value?))));
    format!("{} restore{}", env!("CARGO_PKG_NAME"), options.collect::<String>())
}

/// If the hint mentions a target file, adds the command that writes one.
pub fn append_init_command(hint: &mut String, init: &str) {
    if hint.contains("target file") {
        hint.push_str(&format!("; this command writes the file: {init}"));
    }
}

/// Adds the command to the hint of an error.
pub fn add_init_hint(result: Result<ExitCode, CliError>, flags: &FlagArgs, versions: &[ApiVersion]) -> Result<ExitCode, CliError> {
    result.map_err(|mut error| {
        if let (Some(hint), Some(init)) = (&mut error.hint, init_command(flags, versions)) {
            append_init_command(hint, &init);
        }
        error
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_restore_command_names_the_target() {
        let flags = FlagArgs { base_url: Some("http://h".to_owned()), token_env: Some("T".to_owned()), user: vec!["7".to_owned()] };
        let by_options = TargetArgs { file: None, flags, journal_dir: None };
        assert_eq!(restore_command(&by_options), "graph-phone-conformance restore --base-url http://h --token-env T --user 7");
        let none = FlagArgs { base_url: None, token_env: None, user: Vec::new() };
        let by_file = TargetArgs { file: Some("my mock.toml".into()), flags: none, journal_dir: Some("/j".into()) };
        assert_eq!(restore_command(&by_file), "graph-phone-conformance restore --target 'my mock.toml' --journal-dir /j");
    }

    #[test]
    fn the_init_command_repeats_the_options() {
        let flags = |base_url: Option<&str>| FlagArgs {
            base_url: base_url.map(str::to_owned),
            token_env: Some("T".to_owned()),
            user: vec!["kim@contoso.com".to_owned(), "it's".to_owned()],
        };
        assert_eq!(init_command(&flags(None), &[]), None);
        assert_eq!(
            init_command(&flags(Some("http://h:1/a")), &[ApiVersion::Beta]).unwrap(),
            r"graph-phone-conformance init target.toml --base-url http://h:1/a --token-env T --user kim@contoso.com --user 'it'\''s' --api-version beta"
        );
    }
}
