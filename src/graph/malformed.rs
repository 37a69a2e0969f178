//! Finds the malformed header of an answer. The HTTP library refuses such an answer without naming the header.

use std::fmt::Write as _;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// At most this many bytes of the answer are examined.
const HEAD: usize = 64 << 10;

/// Sends a request once more, over plain HTTP. Returns the first malformed header of the answer.
pub(super) async fn header(request: &reqwest::Request) -> Option<String> {
    let url = request.url();
    let mut head = format!("{} {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", request.method(), url.path(), url.authority());
    for (name, value) in request.headers() {
        write!(head, "{name}: {}\r\n", value.to_str().ok()?).ok()?;
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(url.socket_addrs(|| None).ok()?.as_slice()).await.ok()?;
    stream.write_all(head.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    // Stop after the headers, because some servers keep the connection open.
    while answer.len() < HEAD && !answer.windows(4).any(|bytes| bytes == b"\r\n\r\n") && stream.read_buf(&mut answer).await.ok()? > 0 {}
    first(&String::from_utf8_lossy(&answer))
}

/// The first line in the head of an answer that is not a valid header.
fn first(answer: &str) -> Option<String> {
    let lines = answer.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let mut headers = lines.skip_while(|line| line.starts_with("HTTP/1.1 1")).skip(1).take_while(|line| !line.is_empty());
    headers.find(|line| !is_header(line)).map(str::to_owned)
}

fn is_header(line: &str) -> bool {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    line.split_once(':').is_some_and(|(name, value)| {
        !name.is_empty() && name.chars().all(is_token) && !value.chars().any(|c| c.is_ascii_control() && c != '\t')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_malformed_header_is_found() {
        let found = |header: &str| first(&format!("HTTP/1.1 200 OK\r\nX-Good: a: b\tc\r\n{header}\r\n\r\nno header"));
        for (header, line) in [
            ("X-Space : a", Some("X-Space : a")),
            ("X-Fold: a\r\n b", Some(" b")),
            ("X-Control: \u{1b}[31m", Some("X-Control: \u{1b}[31m")),
            ("nothing", Some("nothing")),
            (": a", Some(": a")),
            ("X-Empty:", None),
            ("X-Latin: caf\u{fffd}", None),
        ] {
            assert_eq!(found(header).as_deref(), line, "{header}");
        }
    }
}
