//! A browser without a window, through the `WebDriver` protocol: the few calls that these tests need.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long the driver may take for one answer; a machine may have much else to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// A browser that ends with the test.
pub struct Browser {
    driver: Child,
    /// What the driver says; it must have somebody to say it to.
    _said: BufReader<ChildStdout>,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts Debian's `chromedriver`, or the one that `CHROMEDRIVER` names, and a browser.
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
        // Whoever runs as root, as containers do, has no sandbox to offer.
        let options = json!({ "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
        let wanted = json!({ "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } });
        let mut browser = Self { driver, _said: said, port, session: String::new() };
        let session = browser.call("POST", "/session", &json!({ "capabilities": { "alwaysMatch": wanted } }));
        browser.session = format!("/session/{}", session["sessionId"].as_str().unwrap());
        browser
    }

    /// Opens a file, at a fragment where there is one, and waits until it is loaded.
    pub fn open(&self, file: &Path, fragment: &str) {
        // From elsewhere, so that another fragment of the same file is loaded like a page of its own.
        self.session("/url", &json!({ "url": "about:blank" }));
        self.session("/url", &json!({ "url": format!("file://{}{fragment}", file.display()) }));
    }

    /// What a function's body comes to in the page.
    pub fn run(&self, script: &str) -> Value {
        self.session("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Waits until an expression holds in the page.
    pub fn wait_until(&self, expression: &str) {
        let begun = Instant::now();
        while self.run(&format!("return Boolean({expression})")) != true {
            assert!(begun.elapsed() < PATIENCE, "it never held: {expression}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Types into whatever has the focus.
    pub fn press(&self, keys: &str) {
        let strokes: Vec<Value> =
            keys.chars().flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))).collect();
        self.session("/actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] }));
    }

    /// How wide the window is, in CSS pixels.
    pub fn set_width(&self, width: u32) {
        self.developer(
            "Emulation.setDeviceMetricsOverride",
            &json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false }),
        );
    }

    /// What the system prefers: `light` or `dark`.
    pub fn set_scheme(&self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.developer("Emulation.setEmulatedMedia", &json!({ "media": "", "features": [feature] }));
    }

    /// Whether pages may run scripts; [`Self::run`] can in any case.
    pub fn set_scripts(&self, allowed: bool) {
        self.developer("Emulation.setScriptExecutionDisabled", &json!({ "value": !allowed }));
    }

    /// The page on paper: the text of a PDF file.
    pub fn print(&self) -> Value {
        self.session("/print", &json!({}))
    }

    /// What has been written to the console since the last call, violations of the page's policy included.
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

    /// One request to the driver, and the value it answers with.
    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.exchange(method, path, body).unwrap_or_else(|error| panic!("the driver does not answer {path}: {error}"));
        let mut answer: Value = serde_json::from_slice(&answer).unwrap();
        assert!(answer["value"]["error"].is_null(), "{path}: {} {body}", answer["value"]["message"]);
        answer["value"].take()
    }

    /// One request to the driver, and the body of its answer. The driver keeps the connection, so that only the length tells the end.
    fn exchange(&self, method: &str, path: &str, body: &Value) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
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
        // The browser ends with its session. Whatever goes wrong here has no say in the test.
        if !self.session.is_empty() {
            let _ = self.exchange("DELETE", &self.session, &json!({}));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
