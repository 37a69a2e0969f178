//! A server that sends right answers in another form.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};

use super::{Request, converse, listen};

/// An answer before its form is changed.
#[derive(Clone)]
pub struct Plain {
    pub status: u16,
    /// Header lines, without the length of the body.
    pub headers: String,
    pub body: Vec<u8>,
}

impl Plain {
    /// The answer in its ordinary form.
    pub fn bytes(&self) -> Vec<u8> {
        let length = if self.status == 204 { String::new() } else { format!("Content-Length: {}\r\n", self.body.len()) };
        let head = format!("HTTP/1.1 {} Status\r\n{}{length}\r\n", self.status, self.headers);
        [head.as_bytes(), &self.body].concat()
    }

    /// The same answer with another header.
    pub fn with(mut self, header: &str) -> Self {
        self.headers.push_str(&format!("{header}\r\n"));
        self
    }
}

/// A target file for a server in front of the server of `target`. `form` writes its answers.
pub fn mangled(target: &str, form: impl Fn(Plain) -> Vec<u8> + Send + Sync + 'static) -> String {
    let server = address_of(target);
    let address = listen(move |request, stream| stream.write_all(&form(ask(server, request))).is_ok());
    target.replace(&server.to_string(), &address.to_string())
}

/// Like [`mangled`], for a server that takes a connection only after the previous one has ended.
pub fn one_at_a_time(target: &str) -> String {
    let server = address_of(target);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            converse(stream, &|request, stream| stream.write_all(&ask(server, request).bytes()).is_ok());
        }
    });
    target.replace(&server.to_string(), &address.to_string())
}

fn address_of(target: &str) -> SocketAddr {
    target.split('"').find_map(|text| text.strip_prefix("http://")).unwrap().parse().unwrap()
}

/// The answer of a server to a request.
fn ask(server: SocketAddr, request: &Request) -> Plain {
    let mut stream = TcpStream::connect(server).unwrap();
    let headers: String = request.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    write!(stream, "{} {} HTTP/1.1\r\n{headers}\r\n{}", request.method, request.path, request.body).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let (first, headers) = head.split_once("\r\n").unwrap_or((&head, ""));
    let is_length = |line: &&str| line.to_ascii_lowercase().starts_with("content-length:");
    let headers = headers.lines().filter(|line| !is_length(line)).map(|line| format!("{line}\r\n")).collect();
    Plain { status: first[9..12].parse().unwrap(), headers, body: answer[end + 4..].to_vec() }
}
