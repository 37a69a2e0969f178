//! The reference server in its own process, with users who have phones, and runs of the program against it.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

const MOBILE: &str = "3179e48a-750b-4051-897c-87b9720928f7";

/// A server that stops with the test, and the working folder of both programs.
pub struct Served {
    folder: TempDir,
    child: Child,
    address: String,
    users: Vec<String>,
    /// Every token in the target file; the second belongs to an identity that sees unmasked numbers.
    tokens: Vec<String>,
}

impl Served {
    /// Starts a server with six users, whose phones have every state.
    pub fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance"))
            .args(["serve", "--listen", "127.0.0.1:0", "--users", "6", "--write-target", "target.toml"])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit('/').next().unwrap().to_owned();
        let target: toml::Table = std::fs::read_to_string(folder.path().join("target.toml")).unwrap().parse().unwrap();
        let each = |list: &str, key: &str| -> Vec<String> {
            target[list].as_array().unwrap().iter().map(|entry| entry[key].as_str().unwrap().to_owned()).collect()
        };
        let (users, tokens) = (each("users", "id"), each("identities", "token"));
        let served = Self { folder, child, address, users, tokens };
        served.furnish();
        served
    }

    /// Gives the users phones; users 0, 2 and 4 may sign in by SMS.
    fn furnish(&self) {
        for (user, kind, number) in [
            (0, "mobile", "+1 4255550001"),
            (0, "alternateMobile", "+1 4255550002"),
            (0, "office", "+1 4255550003x12"),
            (1, "mobile", "+1 4255550004"),
            (2, "mobile", "+1 4255550005"),
            (2, "office", "+1 4255550006"),
            (3, "office", "+1 4255550007"),
            // The same number as the sign-in name of user 0.
            (4, "mobile", "+1 4255550001"),
        ] {
            self.ask("POST", user, "", Some(&json!({ "phoneType": kind, "phoneNumber": number })));
        }
        self.ask("POST", 2, &format!("/{MOBILE}/disableSmsSignIn"), None);
        let states: Vec<_> =
            self.phones().into_values().flatten().filter_map(|phone| phone.rsplit(' ').next().map(str::to_owned)).collect();
        for state in ["ready", "notAllowedByPolicy", "notConfigured", "phoneNumberNotUnique", "notSupported"] {
            assert!(states.iter().any(|known| known == state), "no phone is {state}: {states:?}");
        }
    }

    /// Every user's phones, as the list shows them.
    pub fn phones(&self) -> BTreeMap<usize, Vec<String>> {
        (0..self.users.len())
            .map(|user| {
                let answer = self.ask("GET", user, "", None);
                let text = |phone: &Value, key: &str| phone[key].as_str().unwrap().to_owned();
                let phone = |phone: &Value| ["phoneType", "phoneNumber", "smsSignInState"].map(|key| text(phone, key)).join(" ");
                let mut phones: Vec<_> = answer["value"].as_array().unwrap().iter().map(phone).collect();
                phones.sort();
                (user, phones)
            })
            .collect()
    }

    fn ask(&self, method: &str, user: usize, path: &str, body: Option<&Value>) -> Value {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{method} /v1.0/users/{}/authentication/phoneMethods{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.users[user],
            self.address,
            self.tokens[1],
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap_or_default()
    }

    /// The program with this target and the test's own state folder.
    pub fn program(&self, command: &str) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance"));
        program.args([command, "--target", "target.toml"]).current_dir(self.folder.path()).env("XDG_STATE_HOME", self.state());
        if command == "run" {
            program.args(["--snapshots", "off"]);
        }
        program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        program
    }

    /// Runs the program to the end; returns the exit status and all output, standard output last.
    pub fn outcome(&self, command: &str, arguments: &[&str]) -> (i32, String) {
        let output = self.program(command).args(arguments).output().unwrap();
        let text = [output.stderr, output.stdout].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (output.status.code().unwrap(), text)
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// The existing journals.
    pub fn journals(&self) -> Vec<PathBuf> {
        files(&self.state()).into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml")).collect()
    }

    /// Checks that no file of the program contains a token.
    pub fn keeps_no_token(&self) {
        for path in files(&self.state()) {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            assert!(!self.tokens.iter().any(|token| text.contains(token)), "{}", path.display());
        }
    }

    /// Runs the program to the end. Also returns its peak memory in KiB, or 0 if the system does not report it.
    pub fn measured(&self, command: &str, arguments: &[&str]) -> (i32, String, u64) {
        let mut child = self.program(command).args(arguments).spawn().unwrap();
        let mut peak = 0;
        while child.try_wait().unwrap().is_none() {
            peak = peak.max(memory(child.id(), "VmHWM"));
            std::thread::sleep(Duration::from_millis(2));
        }
        let output = child.wait_with_output().unwrap();
        let text = [output.stderr, output.stdout].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (output.status.code().unwrap(), text, peak)
    }

    /// The memory of the server in KiB, or 0 if the system does not report it.
    pub fn memory(&self) -> u64 {
        memory(self.child.id(), "VmRSS")
    }

    /// The number of the server's open files, including connections, or 0 if the system does not report it.
    pub fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).map_or(0, Iterator::count)
    }
}

/// A figure in KiB from a process's `/proc` entry.
fn memory(process: u32, figure: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(figure)?.strip_prefix(':'));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}

impl Drop for Served {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.flatten().map(|entry| entry.path()).flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
