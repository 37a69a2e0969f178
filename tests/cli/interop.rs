//! Tests with other people's programs: mocks that the harness judges, and clients that use the reference server.
//!
//! `INTEROP` names the folder into which `.ci/run` installs them.

use std::env;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{Folder, Served};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop");

/// A program that listens on a port.
struct Mock(Child);

impl Mock {
    fn start(command: &mut Command, port: u16) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut mock = Self(child.unwrap_or_else(|error| panic!("{command:?} can't be started: {error}")));
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert_eq!(mock.0.try_wait().unwrap(), None, "{command:?} ended");
            assert!(begun.elapsed() < Duration::from_secs(120), "{command:?} does not listen");
            std::thread::sleep(Duration::from_millis(100));
        }
        mock
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The path of an installed program.
pub fn installed(path: &str) -> PathBuf {
    Path::new(&env::var("INTEROP").expect("INTEROP names the folder of the programs")).join(path)
}

pub fn case(mock: &str, file: &str) -> PathBuf {
    Path::new(CASES).join(mock).join(file)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Checks a mock with the command at the top of its target file. The deviations must be exactly those in its
/// expectation file.
///
/// With `UPDATE_EXPECTED` set, the deviations become the new expectations. Existing reasons are kept, and new ones are
/// empty.
fn deviates_as_expected(mock: &str, port: u16) {
    let folder = Folder::new();
    let target = fs::read_to_string(case(mock, "target.toml")).unwrap();
    let moved = regex::Regex::new(r#"(?m)^(base_url = "http://127\.0\.0\.1):\d+"#).unwrap().replace(&target, format!("$1:{port}"));
    assert_ne!(moved, target);
    folder.write("target.toml", &moved);
    let expected = case(mock, "expected.toml");
    let mut arguments = vec!["--target", "target.toml", "--snapshots", "off", "--expect", expected.to_str().unwrap()];
    if env::var_os("UPDATE_EXPECTED").is_some() {
        arguments.extend(["--write-expect", expected.to_str().unwrap()]);
    }
    let outcome = folder.run(&arguments);
    println!("{}", outcome.stdout);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
}

/// Prism answers from an `OpenAPI` description, which `OPENAPI` names, and stores nothing.
#[test]
#[ignore = "needs INTEROP and OPENAPI; .ci/run sets them"]
fn prism_deviates_as_expected() {
    let (port, description) = (free_port(), env::var("OPENAPI").expect("OPENAPI names the description"));
    let arguments = ["mock", &description, "--host", "127.0.0.1", "--port", &port.to_string()];
    let _mock = Mock::start(Command::new(installed("node_modules/.bin/prism")).args(arguments), port);
    deviates_as_expected("prism", port);
}

/// Mockoon stores phones, as far as its templates can.
#[test]
#[ignore = "needs INTEROP; .ci/run sets it"]
fn mockoon_deviates_as_expected() {
    let (port, data) = (free_port(), case("mockoon", "environment.json"));
    let mut command = Command::new(installed("node_modules/.bin/mockoon-cli"));
    command.args(["start", "--disable-log-to-file", "--disable-admin-api", "--data"]).arg(data).args(["--port", &port.to_string()]);
    let _mock = Mock::start(&mut command, port);
    deviates_as_expected("mockoon", port);
}

/// `WireMock` matches requests and stores nothing.
#[test]
#[ignore = "needs INTEROP; .ci/run sets it"]
fn wiremock_deviates_as_expected() {
    let (port, build) = (free_port(), installed("node_modules/wiremock/build"));
    let archive = fs::read_dir(build).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.extension().is_some_and(|e| e == "jar"));
    // WireMock creates folders next to the stubs.
    let folder = Folder::new();
    folder.write("mappings/phone-methods.json", &fs::read_to_string(case("wiremock", "mappings/phone-methods.json")).unwrap());
    let mut command = Command::new("java");
    command.arg("-jar").arg(archive.unwrap()).arg("--root-dir").arg(folder.path(""));
    command.args(["--bind-address", "127.0.0.1", "--global-response-templating", "--port", &port.to_string()]);
    let _mock = Mock::start(&mut command, port);
    deviates_as_expected("wiremock", port);
}

/// Runs a client against `serve`, as an administrator and as one of the users.
fn behaves(program: &Path, script: &str, folder: &Folder) {
    let server = Served::start(folder, &[]);
    let target: toml::Table = folder.read("target.toml").parse().unwrap();
    let output = Command::new(program)
        .arg(script)
        .env("BASE_URL", &server.url)
        .env("TOKEN", target["identities"][0]["token"].as_str().unwrap())
        .env("MEMBER", target["users"][0]["id"].as_str().unwrap())
        .output()
        .unwrap_or_else(|error| panic!("{} can't be started: {error}", program.display()));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("all calls behave"), "{said}");
}

/// Runs a Node client.
fn behaves_in_node(file: &str) {
    // Node looks for modules next to the script.
    let script = installed(file);
    fs::copy(case("clients", file), &script).unwrap();
    behaves(Path::new("node"), script.to_str().unwrap(), &Folder::new());
}

#[test]
#[ignore = "needs INTEROP; .ci/run sets it"]
fn the_reference_server_serves_microsoft_graph_client() {
    behaves_in_node("graph-client.mjs");
}

/// This SDK gzips bodies.
#[test]
#[ignore = "needs INTEROP; .ci/run sets it"]
fn the_reference_server_serves_msgraph_sdk_for_typescript() {
    behaves_in_node("graph-sdk.mjs");
}

#[test]
#[ignore = "needs INTEROP; .ci/run sets it"]
fn the_reference_server_serves_msgraph_sdk() {
    behaves(&installed("python/bin/python"), case("clients", "msgraph_client.py").to_str().unwrap(), &Folder::new());
}
