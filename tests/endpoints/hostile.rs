//! Endpoints that are nothing like a server of this API. A run ends soon, gives the reason in a sentence, and reveals
//! no token.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::common::{Request, Run, listen, reply, run};

const TOKEN: &str = "opaque-Token_1/with+signs=and~more.of&them";
const JSON: (&str, &str) = ("Content-Type", "application/json");

fn target(address: SocketAddr) -> String {
    let mut target = format!(
        "name = \"hostile\"\nbase_url = \"http://{address}\"\nrequest_timeout = \"300ms\"\nmax_retry_wait = \"500ms\"\n\
         [[identities]]\nname = \"administrator\"\nkind = \"application\"\nscopes = [\"UserAuthenticationMethod.ReadWrite.All\"]\ntoken = \"{TOKEN}\"\n"
    );
    for user in 0..4 {
        target.push_str(&format!("[[users]]\nid = \"00000000-0000-4000-8000-00000000000{user}\"\nsms_sign_in = true\n"));
    }
    target
}

/// Runs against an endpoint. The run must end without success and without a panic.
fn survived(answer: impl Fn(&Request, &mut TcpStream) -> bool + Send + Sync + 'static) -> Run {
    survived_at(listen(answer))
}

fn survived_at(address: SocketAddr) -> Run {
    ended(&target(address))
}

/// Runs against a target. The run must end without success and without a panic.
fn ended(target: &str) -> Run {
    let clock = Instant::now();
    let run = run(target, &["-v"]);
    assert!(clock.elapsed() < Duration::from_secs(15), "it took {:?}", clock.elapsed());
    assert!(matches!(run.status, Some(1 | 3)), "{:?}: {}", run.status, run.all);
    assert!(!run.all.contains("panicked"), "{}", run.all);
    assert!(!run.all.contains(TOKEN));
    run
}

/// Runs against an endpoint that can't be judged. The run must say exactly this sentence.
fn unjudged(sentence: &str, answer: impl Fn(&Request, &mut TcpStream) -> bool + Send + Sync + 'static) {
    says(&survived(answer), sentence);
}

/// Like [`unjudged`], for answers that take a busy machine some time.
fn unjudged_in_the_end(sentence: &str, answer: impl Fn(&Request, &mut TcpStream) -> bool + Send + Sync + 'static) {
    says(&ended(&target(listen(answer)).replace("request_timeout = \"300ms\"", "request_timeout = \"10s\"")), sentence);
}

fn says(run: &Run, sentence: &str) {
    assert_eq!(run.status, Some(3));
    assert!(run.note().contains(sentence), "{}", run.note());
    assert_eq!(run.rules(&["failed", "passed", "warned"]), Vec::<String>::new());
}

fn write(stream: &mut TcpStream, bytes: &[u8]) -> bool {
    stream.write_all(bytes).is_ok()
}

fn stall() -> bool {
    std::thread::sleep(Duration::from_secs(5));
    false
}

#[test]
fn a_run_does_not_wait_for_a_silent_endpoint() {
    unjudged("failed while waiting for the answer: no answer within 300ms", |_, _| stall());
    unjudged("failed while reading the body: no answer within 300ms", |_, stream| {
        write(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{") && stall()
    });
    unjudged("failed while reading the body: no answer within 300ms", |_, stream| {
        write(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
        (0..40).all(|_| {
            std::thread::sleep(Duration::from_millis(50));
            write(stream, b" ")
        })
    });
}

#[test]
fn a_broken_answer_counts_as_no_answer() {
    unjudged_in_the_end("connection closed before message completed", |_, _| false);
    unjudged_in_the_end("end of file before message length reached", |_, stream| {
        write(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
        false
    });
    unjudged_in_the_end("failed while waiting for the answer: invalid", |_, stream| write(stream, b"SSH-2.0-OpenSSH_9.6\r\n") && stall());
    unjudged_in_the_end("message head is too large", |_, stream| reply(stream, 200, &[("x", &"a".repeat(1 << 20))], b"{}"));
    unjudged_in_the_end("message head is too large", |_, stream| {
        let line = format!("x: {}\r\n", "a".repeat(1000));
        reply(stream, 200, &[("x", &line.repeat(1000))], b"{}")
    });
}

#[test]
fn a_wrong_content_length_is_noticed() {
    // Bytes beyond the stated length look like the next answer.
    unjudged_in_the_end("this is not the API", |_, stream| {
        write(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}{\"more\": \"than was said\"}")
    });
    unjudged_in_the_end("failed while waiting for the answer", |_, stream| {
        write(stream, b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}") && stall()
    });
}

#[test]
fn a_reset_connection_counts_as_no_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // The server closes the connection without reading the request, which resets it.
            write(&mut stream, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    survived_at(address);
}

#[test]
fn answers_of_any_size_are_handled() {
    unjudged_in_the_end("the body is larger than", |_, stream| {
        write(stream, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while write(stream, format!("10000\r\n{}\r\n", " ".repeat(0x10000)).as_bytes()) {}
        false
    });
    let huge = vec![b' '; 50 << 20];
    unjudged_in_the_end("the body is larger than", move |_, stream| reply(stream, 200, &[JSON], &huge));
    // A body may have a gigabyte of zeros, but not four.
    for (members, sentence) in [(240, "the answer is compressed (gzip)"), (960, "the body is larger than")] {
        let bomb = zeros().repeat(members);
        assert_eq!(bomb.len() <= 1 << 20, members == 240);
        unjudged_in_the_end(sentence, move |_, stream| reply(stream, 200, &[JSON, ("Content-Encoding", "gzip")], &bomb));
    }
}

/// 4,226,000 zeros, gzipped. Repeated copies decompress one after the other.
fn zeros() -> Vec<u8> {
    let mut zeros = b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xed\xc1\x01\r\0\0\0\xc2\xa0\xf7Om\x0f\x07\x14".to_vec();
    zeros.resize(25 + 4094, 0);
    zeros.extend_from_slice(b"\xf0j\xe0q\xfb\xfa\xd0{@\0");
    zeros
}

#[test]
fn a_run_does_not_ask_for_compressed_answers() {
    unjudged("accepts no token", |request, stream| {
        assert_eq!(request.header("accept-encoding"), "identity");
        reply(stream, 401, &[], b"")
    });
}

#[test]
fn the_same_answer_to_everything_is_one_problem() {
    for (status, sentence) in [
        (401, "accepts no token"),
        (403, "no identity may manage users"),
        (404, "either the path or the users are wrong"),
        (500, "is answered with 500"),
    ] {
        unjudged(sentence, move |_, stream| reply(stream, status, &[JSON], br#"{"error":{"code":"c","message":"m"}}"#));
    }
    unjudged("is a web page", |_, stream| reply(stream, 200, &[("Content-Type", "text/html")], b"<html>Sign in</html>"));
    unjudged("answers 429 with Retry-After 3600 after the first try, but max_retry_wait is 500ms", |_, stream| {
        reply(stream, 429, &[("Retry-After", "3600")], b"")
    });
    unjudged("answers 503 with Retry-After 0 after", |_, stream| reply(stream, 503, &[("Retry-After", "0")], b""));
    unjudged("every request is answered with 101", |_, stream| {
        write(stream, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");
        false
    });
    unjudged("bytes that are not UTF-8", |_, stream| reply(stream, 200, &[JSON], b"{\"value\":[\"\xff\xfe\xc0\"]}"));
    unjudged("answers 429 after", |_, stream| reply(stream, 429, &[], b""));
    unjudged("answers 429 with Retry-After 0 after", |_, stream| reply(stream, 429, &[("Retry-After", "0")], b""));
}

#[test]
fn an_endpoint_whose_answers_have_no_content_is_not_the_api() {
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let objects = format!("{}1{}", "{\"value\":".repeat(100_000), "}".repeat(100_000));
    let phones = format!("{{\"value\":[{nested}]}}");
    let answers: [(&[u8], &str); 8] = [
        (b"", "200 and an empty body: this is not the API"),
        (b"{}", "200 and JSON that says nothing"),
        (b"[]", "200 and JSON that says nothing"),
        (b"OK", "200 and a body that is not JSON"),
        (b"{\"value\": \"\xff\xfe\"", "200 and a body that is not UTF-8"),
        (nested.as_bytes(), "200 and JSON that is nested too deeply"),
        (objects.as_bytes(), "200 and JSON that is nested too deeply"),
        (phones.as_bytes(), "200 and JSON that is nested too deeply"),
    ];
    for (body, sentence) in answers {
        let body = body.to_vec();
        unjudged_in_the_end(sentence, move |_, stream| reply(stream, 200, &[JSON], &body));
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_mock_whose_answers_differ_is_judged() {
    // One endpoint answers every request with an empty list. The answers of the other differ only in the status.
    let list = survived(|_, stream| reply(stream, 200, &[JSON], br#"{"value":[]}"#));
    let statuses = survived(|request, stream| {
        let status = match request.method.as_str() {
            "POST" => 201,
            "GET" => 200,
            _ => 204,
        };
        reply(stream, status, &[JSON], b"")
    });
    for run in [list, statuses] {
        assert_eq!(run.status, Some(1), "{}", run.all);
    }
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = listen(|_, stream| {
        let _ = write(stream, b"HTTP/1.1 500 Token received\r\n\r\n");
        panic!("somebody came");
    });
    unjudged_in_the_end("redirects are not followed", move |request, stream| {
        reply(stream, 307, &[("Location", &format!("http://{elsewhere}{}", request.path))], b"")
    });
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_run_gives_up_an_endpoint_that_dies() {
    for dead in [
        (|_: &mut TcpStream| stall()) as fn(&mut TcpStream) -> bool,
        |_| false,
        |stream| reply(stream, 429, &[("Retry-After", "0.2")], b""),
    ] {
        let answered = AtomicUsize::new(0);
        let run = survived(move |_, stream| {
            if answered.fetch_add(1, Ordering::Relaxed) < 60 { reply(stream, 200, &[JSON], br#"{"value":[]}"#) } else { dead(stream) }
        });
        assert!(!run.rules(&["errored"]).is_empty());
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_run_gives_up_an_endpoint_that_asks_for_retries_forever() {
    let given_up = |status: u16| {
        let (answered, asked) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&asked);
        let address = listen(move |_, stream| {
            if answered.fetch_add(1, Ordering::Relaxed) < 60 {
                return reply(stream, 200, &[JSON], br#"{"value":[]}"#);
            }
            count.fetch_add(1, Ordering::Relaxed);
            reply(stream, status, &[("Retry-After", "0")], b"")
        });
        let clock = Instant::now();
        // The number of repetitions has a limit, even if much time is left.
        let run = run(&target(address).replace("max_retry_wait = \"500ms\"", "max_retry_wait = \"10m\""), &["-v"]);
        assert!(clock.elapsed() < Duration::from_secs(120), "it took {:?}", clock.elapsed());
        assert!(asked.load(Ordering::Relaxed) < 1500, "{} requests", asked.load(Ordering::Relaxed));
        assert!(run.all.contains(&format!("answers {status} with Retry-After 0 after 9 tries")), "{}", run.all);
        assert!(!run.rules(&["errored"]).is_empty());
    };
    std::thread::scope(|scope| {
        for status in [429, 503] {
            scope.spawn(move || given_up(status));
        }
    });
}

#[test]
fn a_token_that_comes_back_is_not_shown() {
    let encoded = |keep: &str| {
        let one = |byte: u8| {
            if byte.is_ascii_alphanumeric() || keep.as_bytes().contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        };
        TOKEN.bytes().map(one).collect::<String>()
    };
    let mut forms = vec![
        TOKEN.to_owned(),
        TOKEN.replace('/', "\\/"),
        TOKEN.replace('+', "\\u002B").replace('&', "\\u0026"),
        TOKEN.replace('&', "&amp;"),
    ];
    forms.extend(["", "-_.~", "-_.~/", "-_.!~*'()", "-_.!~*'();/?:@&=+$,#"].map(encoded));
    forms.push(encoded("-_.~").replace('%', "%25"));
    let sent = forms.clone();
    let run = survived(move |_, stream| {
        let body = format!(r#"{{"error": {{"code": "{}", "message": "{}"}}}}"#, sent[1], sent.join(" "));
        let headers: Vec<_> = sent.iter().map(|form| ("x-echo", form.as_str())).chain([JSON]).collect();
        reply(stream, 418, &headers, body.as_bytes())
    });
    for form in forms {
        assert!(!run.all.contains(&form), "{form}");
    }
}
