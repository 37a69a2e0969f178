//! Endpoints for the program, and runs of the program against them.
//!
//! They share nothing with the built-in server. Both sides know only the documents.

pub mod dev_proxy;
pub mod graph;
pub mod mangled;
pub mod naive;
pub mod served;
pub mod tls;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;

use serde_json::Value;

/// A received request.
pub struct Request {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    /// The value of a header, named in lower case; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// Accepts connections while the test runs. `answer` writes the answer to a request, in any form. If it returns
/// `false`, the connection closes.
pub fn listen(answer: impl Fn(&Request, &mut TcpStream) -> bool + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            std::thread::spawn(move || converse(stream, &*answer));
        }
    });
    address
}

fn converse(mut stream: TcpStream, answer: &dyn Fn(&Request, &mut TcpStream) -> bool) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let request = read(&mut reader)?;
        if !answer(&request, &mut stream) {
            return None;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    if reader.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request { method, path, headers, body: String::new() };
    let mut body = vec![0; request.header("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    request.body = String::from_utf8_lossy(&body).into_owned();
    Some(request)
}

/// Writes an answer with its length. Returns whether that worked.
pub fn reply(stream: &mut TcpStream, status: u16, headers: &[(&str, &str)], body: &[u8]) -> bool {
    let mut head = format!("HTTP/1.1 {status} Status\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if status != 204 {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    stream.write_all(&[head.as_bytes(), body].concat()).is_ok()
}

/// The result of a run of the program.
pub struct Run {
    /// The exit status; `None` if a signal ended the program.
    pub status: Option<i32>,
    /// The JSON report.
    pub report: Value,
    /// All output and files.
    pub all: String,
}

impl Run {
    /// The ids of the rules with one of these outcomes.
    pub fn rules(&self, outcomes: &[&str]) -> Vec<String> {
        let rules = self.report["rules"].as_array().expect("a report has rules").iter();
        rules
            .filter(|rule| outcomes.contains(&rule["outcome"].as_str().unwrap()))
            .map(|rule| rule["id"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The walks that deviated, each with its rule.
    pub fn walks(&self) -> Vec<(&str, &Value)> {
        let rules = self.report["rules"].as_array().expect("a report has rules").iter();
        let scenarios =
            rules.flat_map(|rule| rule["scenarios"].as_array().unwrap().iter().map(|scenario| (rule["id"].as_str().unwrap(), scenario)));
        scenarios.filter(|(_, scenario)| scenario["id"].as_str().unwrap().contains("/walk-")).collect()
    }

    /// The first note above the results.
    pub fn note(&self) -> &str {
        self.report["notes"][0]["message"].as_str().unwrap_or_default()
    }
}

/// Runs the program against a target.
pub fn run(target: &str, arguments: &[&str]) -> Run {
    run_in(&[], target, arguments)
}

/// Like [`run`], with these environment variables.
pub fn run_in(variables: &[(&str, &str)], target: &str, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let (file, report) = (folder.path().join("target.toml"), folder.path().join("report.json"));
    std::fs::write(&file, target).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance"))
        .args(["run", "--seed", "7", "--snapshots", "off", "--target"])
        .arg(&file)
        .arg("--report")
        .arg(format!("json={}", report.display()))
        .args(arguments)
        .env("XDG_STATE_HOME", folder.path())
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let written = std::fs::read_to_string(&report).unwrap_or_default();
    let all = [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr), written.as_str().into()].concat();
    Run { status: output.status.code(), report: serde_json::from_str(&written).unwrap_or_default(), all }
}
