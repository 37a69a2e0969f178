//! A headless browser, driven through the `WebDriver` protocol, with the few calls that these tests need.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long the driver may take for one answer, on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

/// A browser that stops with the test.
pub struct Browser {
    driver: Child,
    /// The driver's output; the driver needs an open reader.
    _said: BufReader<ChildStdout>,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts Debian's `chromedriver`, or the one in `CHROMEDRIVER`, and a browser.
    pub fn start() -> Self {
        let program = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let driver = Command::new(&program).arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut driver = driver.unwrap_or_else(|error| panic!("{program} can't be started ({error}); Debian has it as chromium-driver"));
        let mut said = BufReader::new(driver.stdout.take().unwrap());
        let port = said
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.rsplit_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok());
        let port = port.expect("the driver says on which port it listens");
        // Chromium's sandbox does not work for root, as in containers.
        let options = json!({ "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
        let wanted = json!({ "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } });
        let mut browser = Self { driver, _said: said, port, session: String::new() };
        let session = browser.call("POST", "/session", &json!({ "capabilities": { "alwaysMatch": wanted } }));
        browser.session = format!("/session/{}", session["sessionId"].as_str().unwrap());
        browser
    }

    /// Opens a file, optionally at a fragment, and waits until it is loaded.
    pub fn open(&self, file: &Path, fragment: &str) {
        // Leave the page first, so that another fragment of the same file loads like a new page.
        self.session("/url", &json!({ "url": "about:blank" }));
        self.session("/url", &json!({ "url": format!("file://{}{fragment}", file.display()) }));
    }

    /// The result of a function body that runs in the page.
    pub fn run(&self, script: &str) -> Value {
        self.session("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Waits until an expression is true in the page.
    pub fn wait_until(&self, expression: &str) {
        let begun = Instant::now();
        while self.run(&format!("return Boolean({expression})")) != true {
            assert!(begun.elapsed() < LIMIT, "it never held: {expression}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Types into the focused element.
    pub fn press(&self, keys: &str) {
        let strokes: Vec<Value> =
            keys.chars().flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))).collect();
        self.session("/actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] }));
    }

    /// Sets the width of the window, in CSS pixels.
    pub fn set_width(&self, width: u32) {
        self.developer(
            "Emulation.setDeviceMetricsOverride",
            &json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false }),
        );
    }

    /// Sets the preferred colour scheme: `light` or `dark`.
    pub fn set_scheme(&self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.developer("Emulation.setEmulatedMedia", &json!({ "media": "", "features": [feature] }));
    }

    /// Allows or forbids pages to run scripts; [`Self::run`] always works.
    pub fn set_scripts(&self, allowed: bool) {
        self.developer("Emulation.setScriptExecutionDisabled", &json!({ "value": !allowed }));
    }

    /// Prints the page; returns the PDF file.
    pub fn print(&self) -> Value {
        self.session("/print", &json!({}))
    }

    /// The console messages since the last call, including violations of the page's policy.
    pub fn console(&self) -> Vec<String> {
        let entries = self.session("/se/log", &json!({ "type": "browser" }));
        entries.as_array().unwrap().iter().map(|entry| entry["message"].to_string()).collect()
    }

    fn developer(&self, command: &str, parameters: &Value) {
        self.session("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }));
    }

    fn session(&self, path: &str, body: &Value) -> Value {
        self.call("POST", &format!("{}{path}", self.session), body)
    }

    /// Sends a request to the driver, and returns the value in its answer.
    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.exchange(method, path, body).unwrap_or_else(|error| panic!("the driver does not answer {path}: {error}"));
        let mut answer: Value = serde_json::from_slice(&answer).unwrap();
        assert!(answer["value"]["error"].is_null(), "{path}: {} {body}", answer["value"]["message"]);
        answer["value"].take()
    }

    /// Sends a request to the driver, and returns the body of its answer. The driver keeps the connection open, so only
    /// the length marks the end.
    fn exchange(&self, method: &str, path: &str, body: &Value) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(LIMIT))?;
        let body = body.to_string();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n");
        write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len())?;
        let mut stream = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse().unwrap_or(0),
                None if line.trim_end().is_empty() => break,
                _ => {}
            }
        }
        let mut answer = vec![0; length];
        stream.read_exact(&mut answer)?;
        Ok(answer)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser ends with its session. An error here must not fail the test.
        if !self.session.is_empty() {
            let _ = self.exchange("DELETE", &self.session, &json!({}));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
