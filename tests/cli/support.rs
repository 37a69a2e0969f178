//! Runs the binary and normalises its output.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use regex::Regex;
use tempfile::TempDir;

/// The result of running the binary.
pub struct Outcome {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// The whole result, for a snapshot.
    pub fn shown(&self) -> String {
        let stream = |name: &str, text: &str| if text.is_empty() { String::new() } else { format!("--- {name}\n{text}") };
        normal(&format!("status {}\n{}{}", self.status, stream("stdout", &self.stdout), stream("stderr", &self.stderr)))
    }

    /// The last line of standard output, which has the verdict.
    pub fn verdict(&self) -> &str {
        self.stdout.lines().last().unwrap_or_default()
    }
}

/// An empty folder to run the binary in.
pub struct Folder {
    folder: TempDir,
}

impl Folder {
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The binary in this folder, without environment variables for colours and width.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("XDG_STATE_HOME", self.folder.path().join("state"));
        // The insta variables of these tests must not reach the program, which uses insta too.
        let insta = ["INSTA_UPDATE", "INSTA_FORCE_UPDATE", "INSTA_FORCE_UPDATE_SNAPSHOTS", "INSTA_PENDING_DIR"];
        for variable in ["GITHUB_STEP_SUMMARY", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "CI", "GITHUB_ACTIONS", "TOKEN"]
            .into_iter()
            .chain(insta)
        {
            command.env_remove(variable);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with(arguments, &[])
    }

    /// Runs with these environment variables.
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let output = self.command(arguments).envs(variables.iter().copied()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        // A long run now and then prints how far it has come. How long it takes depends on the machine.
        let progress = Regex::new(r"(?m)^\d+ of \d+ cases.*\n").unwrap();
        let stderr = progress.replace_all(&text(output.stderr), "").into_owned();
        Outcome { status: output.status.code().unwrap(), stdout: text(output.stdout), stderr }
    }
}

/// Runs in a new folder.
pub fn run(arguments: &[&str]) -> Outcome {
    Folder::new().run(arguments)
}

/// A reference server that stops with the test.
pub struct Served {
    child: Child,
    /// Its address, as it printed it.
    pub url: String,
}

impl Served {
    /// Starts `serve` on any free port and writes `target.toml` into the folder.
    pub fn start(folder: &Folder, arguments: &[&str]) -> Self {
        Self::listening(folder, "127.0.0.1:0", arguments)
    }

    /// Starts `serve` on an address and logs to `log.txt`.
    pub fn listening(folder: &Folder, address: &str, arguments: &[&str]) -> Self {
        let mut all = vec!["serve", "--listen", address, "--write-target", "target.toml"];
        all.extend(arguments);
        let log = std::fs::File::create(folder.path("log.txt")).unwrap();
        let mut child = folder.command(&all).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("`{line}` {}", folder.read("log.txt"))).trim().to_owned();
        Self { child, url }
    }

    /// Asks it to stop, and returns its exit status.
    #[cfg(unix)]
    pub fn terminate(mut self) -> i32 {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The output without the parts that differ between runs.
pub fn normal(text: &str) -> String {
    const CHANGING: &[(&str, &str)] = &[
        (r"\b\d+\.\d+ s\b", "[time]"),
        (r"— \d+ requests?", "— [n] requests"),
        (r"os error \d+", "os error [n]"),
        (r"seed \d+", "seed [n]"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:[port]"),
        (r"\+1 \d{3}55501\d\d", "+1 [number]"),
        (r"(request-id: )[0-9a-f-]{36}", "${1}[guid]"),
        (r"users/[0-9a-f-]{36}", "users/[user]"),
        // Line breaks depend on the length of the port.
        (r#"(?s)"@odata\.context": ".*?\$entity","#, r#""@odata.context": "[context]","#),
        // The number of skipped rules depends on the size of the specification.
        (r"SKIP \d+ rules?", "SKIP [n] rules"),
        (r"\d+ skipped", "[n] skipped"),
        (r"not selected: \d+ rules?", "not selected: [n] rules"),
        (r"\d+ would be skipped", "[n] would be skipped"),
        (r"of \d+ rules checked", "of [n] rules checked"),
        (
            r"state \d+ of \d+ requirements; \d+ rest on other evidence. Advisory rules: \d+",
            "state [n] of [n] requirements; [n] rest on other evidence. Advisory rules: [n]",
        ),
        (r"this run needs \d+", "this run needs [n]"),
    ];
    CHANGING.iter().fold(text.to_owned(), |text, (pattern, name)| Regex::new(pattern).unwrap().replace_all(&text, *name).into_owned())
}
