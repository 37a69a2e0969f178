//! Fetches tokens from the sources that the target names.

use std::fmt;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::Command;

use super::{Secret, SecretSource};

/// How long a program may take to print a token. A person may have to confirm something.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// At most this many characters of a program's error text are shown.
const COMPLAINT_LENGTH: usize = 200;

/// A token can't be fetched. No message shows the token or a part of it.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The environment variable is not set.
    #[error("the environment variable `{0}`, which should hold a token, is not set")]
    Unset(String),
    /// The text is not a token.
    #[error("{origin} {flaw}")]
    Malformed {
        /// The source of the text.
        origin: String,
        /// Why it is not a token.
        flaw: Flaw,
    },
    /// The program does not start.
    #[error("`{program}`, which should print a token, cannot be run: {source}")]
    Start {
        /// The program.
        program: String,
        /// The reason.
        source: io::Error,
    },
    /// The program failed.
    #[error("`{program}`, which should print a token, failed with {status}{}", complaint.as_ref().map(|line| format!(": {line}")).unwrap_or_default())]
    Failed {
        /// The program.
        program: String,
        /// Its exit status.
        status: ExitStatus,
        /// The first line that it wrote to standard error.
        complaint: Option<String>,
    },
    /// The token issuer did not issue a token.
    #[error("{origin}, which should issue a token, {problem}")]
    NotIssued {
        /// Scheme, host and port.
        origin: String,
        /// What it did instead.
        problem: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// The program did not end in time.
    #[error("`{program}`, which should print a token, did not end within {} seconds", timeout.as_secs())]
    Timeout {
        /// The program.
        program: String,
        /// The time limit.
        timeout: Duration,
    },
}

impl TokenError {
    /// What to do about it, without `hint:`.
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unset(_) => Some("set the variable, or name another"),
            Self::Malformed { flaw: Flaw::Empty, .. } => Some("the command that fetches the token may have failed"),
            Self::Malformed { flaw: Flaw::Foreign, .. } => {
                Some("a token is one word, without `Bearer` and without quotation marks around it")
            }
            Self::Start { .. } => Some("the first word of `command` is the program; no shell reads the others"),
            Self::NotIssued { hint, .. } => Some(hint),
            Self::Failed { .. } => Some("run the command by hand to see its whole output"),
            Self::Timeout { .. } => Some("it gets no input, so it must not ask for any"),
        }
    }
}

/// Why a text is not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It is empty.
    #[error("is empty")]
    Empty,
    /// It contains a character that no token contains.
    #[error("contains spaces or characters that no token contains")]
    Foreign,
}

/// Checks that a text can be sent as a bearer token.
///
/// # Errors
///
/// Fails with the reason if it can't.
pub fn check(text: &str) -> Result<(), Flaw> {
    if text.is_empty() {
        Err(Flaw::Empty)
    } else if text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\'')) {
        Ok(())
    } else {
        Err(Flaw::Foreign)
    }
}

/// Fetches a secret. `env` looks up environment variables. A program inherits the environment, gets no input, and has
/// 30 seconds.
///
/// # Errors
///
/// Fails if the variable is not set, the program fails, or the result is empty.
pub async fn resolve(source: &SecretSource, env: &(dyn Fn(&str) -> Option<String> + Send + Sync)) -> Result<Secret, TokenError> {
    let text = match source {
        SecretSource::Literal(secret) => secret.reveal().to_owned(),
        SecretSource::Env(name) => env(name).ok_or_else(|| TokenError::Unset(name.clone()))?,
        SecretSource::Command(words) => {
            let (program, arguments) = words.split_first().map_or(("", &[][..]), |(program, arguments)| (program.as_str(), arguments));
            run(program, arguments, COMMAND_TIMEOUT).await?
        }
    };
    match text.trim() {
        "" => Err(TokenError::Malformed { origin: source.to_string(), flaw: Flaw::Empty }),
        text => Ok(Secret::new(text)),
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(_) => f.write_str("the token in the target file"),
            Self::Env(name) => write!(f, "the environment variable `{name}`"),
            Self::Command(words) => write!(f, "the output of `{}`", words.first().map_or("", String::as_str)),
        }
    }
}

impl TokenError {
    /// Redacts quoted texts with `clean`, then cuts them. If they were cut first, `clean` would not recognise half a
    /// secret.
    #[must_use]
    pub fn cleaned(self, clean: impl Fn(&str) -> String) -> Self {
        let shown = |text: String| shortened(&clean(&text));
        match self {
            Self::Failed { program, status, complaint } => Self::Failed { program, status, complaint: complaint.map(shown) },
            Self::NotIssued { origin, problem, hint } => Self::NotIssued { origin, problem: shown(problem), hint },
            other => other,
        }
    }

    /// Checks that a text from this source is a token.
    ///
    /// # Errors
    ///
    /// Fails with the reason if it is not.
    pub fn check(source: &SecretSource, secret: &Secret) -> Result<(), Self> {
        check(secret.reveal()).map_err(|flaw| Self::Malformed { origin: source.to_string(), flaw })
    }
}

async fn run(program: &str, arguments: &[String], timeout: Duration) -> Result<String, TokenError> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(timeout, command.output())
        .await
        .map_err(|_| TokenError::Timeout { program: program.to_owned(), timeout })?
        .map_err(|source| TokenError::Start { program: program.to_owned(), source })?;
    if !output.status.success() {
        let complaint = complaint(&String::from_utf8_lossy(&output.stderr), &String::from_utf8_lossy(&output.stdout));
        return Err(TokenError::Failed { program: program.to_owned(), status: output.status, complaint });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(COMPLAINT_LENGTH).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The first line that a failing program wrote to standard error, without words that may be a token. These are words
/// that the program also wrote to standard output, and words that look like a token.
fn complaint(stderr: &str, stdout: &str) -> Option<String> {
    let line = stderr.lines().map(str::trim).find(|line| !line.is_empty())?;
    let outputs: Vec<_> = stdout.split_whitespace().collect();
    let shown = |word| if outputs.iter().any(|output| str::contains(word, output)) || word.contains("eyJ") { "…" } else { word };
    let line = line.split_whitespace().map(shown).collect::<Vec<_>>().join(" ");
    Some(line.chars().filter(|c| !c.is_control()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "eyJ.secret";

    async fn resolved(source: SecretSource) -> Result<String, String> {
        let env = |name: &str| match name {
            "GOOD" => Some(format!(" {SECRET}\r\n")),
            "BEARER" => Some(format!("Bearer {SECRET}")),
            "EMPTY" => Some("\n".to_owned()),
            _ => None,
        };
        let resolved = resolve(&source, &env).await.and_then(|secret| TokenError::check(&source, &secret).map(|()| secret));
        resolved.map(|secret| secret.reveal().to_owned()).map_err(|error| {
            let text = format!("{error} ({})", error.hint().unwrap_or_default());
            assert!(!text.contains(SECRET) && !format!("{error:?}").contains(SECRET), "{text}");
            text
        })
    }

    fn shell(script: &str) -> SecretSource {
        SecretSource::Command(["sh", "-c", script].map(ToOwned::to_owned).to_vec())
    }

    #[tokio::test]
    async fn white_space_around_a_token_is_removed() {
        assert_eq!(resolved(SecretSource::Literal(Secret::new(SECRET))).await.as_deref(), Ok(SECRET));
        assert_eq!(resolved(SecretSource::Env("GOOD".to_owned())).await.as_deref(), Ok(SECRET));
        assert_eq!(resolved(shell("echo eyJ.secret")).await.as_deref(), Ok(SECRET));
    }

    #[tokio::test]
    async fn a_variable_must_hold_one_word() {
        let error = async |name: &str| resolved(SecretSource::Env(name.to_owned())).await.unwrap_err();
        assert_eq!(
            error("NONE").await,
            "the environment variable `NONE`, which should hold a token, is not set (set the variable, or name another)"
        );
        assert_eq!(
            error("BEARER").await,
            "the environment variable `BEARER` contains spaces or characters that no token contains \
             (a token is one word, without `Bearer` and without quotation marks around it)"
        );
        assert_eq!(error("EMPTY").await, "the environment variable `EMPTY` is empty (the command that fetches the token may have failed)");
    }

    #[tokio::test]
    async fn a_failing_program_shows_its_complaint_but_never_its_output() {
        assert_eq!(
            resolved(shell("echo eyJ.secret; echo >&2; echo please log in >&2; echo more >&2; exit 3")).await.unwrap_err(),
            "`sh`, which should print a token, failed with exit status: 3: please log in (run the command by hand to see its whole output)"
        );
        assert_eq!(
            resolved(shell("exit 4")).await.unwrap_err(),
            "`sh`, which should print a token, failed with exit status: 4 (run the command by hand to see its whole output)"
        );
        assert_eq!(
            resolved(shell("true")).await.unwrap_err(),
            "the output of `sh` is empty (the command that fetches the token may have failed)"
        );
    }

    #[test]
    fn a_complaint_shows_no_word_that_may_be_a_token() {
        assert_eq!(complaint("\n bad 'opaque-1'\tand a=eyJ0.x\u{7}!\nmore", "opaque-1\n").as_deref(), Some("bad … and …"));
        assert_eq!(complaint("  \n", "x"), None);
    }

    #[tokio::test]
    async fn a_missing_program_is_named() {
        let error = resolved(SecretSource::Command(vec!["/nonexistent/az".to_owned()])).await.unwrap_err();
        assert!(error.starts_with("`/nonexistent/az`, which should print a token, cannot be run: "), "{error}");
    }

    #[tokio::test]
    async fn a_program_gets_no_input_and_a_limited_time() {
        assert_eq!(resolved(shell("read line; echo a$line")).await.as_deref(), Ok("a"));
        let error = run("sleep", &["60".to_owned()], Duration::from_millis(20)).await.unwrap_err();
        assert_eq!(error.to_string(), "`sleep`, which should print a token, did not end within 0 seconds");
    }
}
