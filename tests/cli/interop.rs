//! Somebody else's mock: what the harness says of Prism, which answers from an `OpenAPI` description and keeps no state.

use std::env;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::support::Folder;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/prism");

struct Prism(Child);

impl Prism {
    fn start(program: &str, description: &str, port: u16) -> Self {
        let arguments = ["mock", description, "--host", "127.0.0.1", "--port", &port.to_string()];
        let child = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut prism = Self(child.unwrap_or_else(|error| panic!("{program} can't be started: {error}")));
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert_eq!(prism.0.try_wait().unwrap(), None, "{program} ended");
            assert!(begun.elapsed() < Duration::from_secs(120), "{program} does not listen");
            std::thread::sleep(Duration::from_millis(100));
        }
        prism
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a report says, without what differs from run to run.
fn summary(report: &Value) -> Value {
    let ids = |outcome: &str| -> Vec<&Value> {
        report["rules"].as_array().unwrap().iter().filter(|rule| rule["outcome"] == outcome).map(|rule| &rule["id"]).collect()
    };
    json!({
        "verdict": report["verdict"],
        "failed": ids("failed"),
        "warned": ids("warned"),
        "errored": ids("errored"),
        "passed": ids("passed"),
        "blocked": report["counts"]["blocked"],
        "skipped": report["counts"]["skipped"],
    })
}

/// `PRISM` is its program, and `OPENAPI` the description to serve. With `UPDATE_EXPECTED` set, what came is what is expected henceforth.
#[test]
#[ignore = "needs PRISM and OPENAPI; .ci/run sets them"]
fn prism_is_judged_as_expected() {
    let (program, description) = (env::var("PRISM").unwrap(), env::var("OPENAPI").unwrap());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let _prism = Prism::start(&program, &description, port);
    let folder = Folder::new();
    let target = fs::read_to_string(Path::new(FOLDER).join("target.toml")).unwrap();
    assert!(target.contains("http://127.0.0.1:4010"));
    folder.write("target.toml", &target.replace("http://127.0.0.1:4010", &format!("http://127.0.0.1:{port}")));
    let outcome = folder.run(&["--target", "target.toml", "--report", "json=report.json", "--snapshots", "off"]);
    println!("{}", outcome.stdout);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (1, ""));
    let found = summary(&serde_json::from_str(&folder.read("report.json")).unwrap());
    let path = Path::new(FOLDER).join("expected.json");
    if env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, format!("{found:#}\n")).unwrap();
    }
    let expected: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(format!("{found:#}"), format!("{expected:#}"), "{} says something else", path.display());
}
