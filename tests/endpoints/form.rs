//! Right answers in an odd form. The report names what is wrong once, in one sentence, and blames nothing else.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::common::graph::{Manner, start};
use crate::common::mangled::{Plain, mangled, one_at_a_time};
use crate::common::{Request, Run, listen, reply, run};

fn target() -> String {
    start(&Manner::default())
}

/// A target file for an endpoint that answers like this.
fn answered(answer: impl Fn(&Request, &mut TcpStream) -> bool + Send + Sync + 'static) -> String {
    let target = target();
    let server = target.split('"').find(|text| text.starts_with("http://")).unwrap().to_owned();
    target.replace(&server, &format!("http://{}", listen(answer)))
}

/// Runs the rules of three operations against a right server whose answers have this form.
fn formed(form: impl Fn(Plain) -> Vec<u8> + Send + Sync + 'static) -> Run {
    judged(&mangled(&target(), form))
}

fn judged(target: &str) -> Run {
    run(target, &["--walks", "0", "--rule", "create.", "--rule", "list.", "--rule", "delete."])
}

fn conformant(run: &Run) {
    assert_eq!((run.status, run.rules(&["failed", "blocked", "errored", "warned"])), (Some(0), Vec::new()), "{}", run.all);
}

fn hint(run: &Run) -> &str {
    run.report["notes"][0]["hint"].as_str().unwrap_or_default()
}

/// Checks that nothing is judged. The first note gives the reason, because the answer to every request was like the
/// first.
fn unjudged(run: &Run, sentence: &str, advice: &str) {
    assert_eq!((run.status, run.rules(&["failed", "passed"])), (Some(3), Vec::new()), "{}", run.note());
    assert!(run.note().contains(sentence), "{}", run.note());
    assert!(hint(run).contains(advice), "{}", hint(run));
    assert!(run.report["counts"]["requests"].as_u64().unwrap() < 200, "{}", run.report["counts"]);
}

/// The same target with a request timeout of one second.
fn hasty(target: &str) -> String {
    let kept: Vec<&str> = target.lines().filter(|line| !line.starts_with("request_timeout")).collect();
    format!("request_timeout = \"1s\"\n{}", kept.join("\n"))
}

/// Writes an answer with its body changed. An empty body stays empty.
fn body(change: impl Fn(Vec<u8>) -> Vec<u8> + Send + Sync + 'static) -> impl Fn(Plain) -> Vec<u8> + Send + Sync + 'static {
    move |answer| {
        let body = if answer.body.is_empty() { Vec::new() } else { change(answer.body.clone()) };
        Plain { body, ..answer }.bytes()
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_json_flaw_is_one_cause_and_the_rest_is_judged() {
    let runs = [
        ("a byte-order mark before the JSON", formed(body(|json| [b"\xef\xbb\xbf", &*json].concat()))),
        ("a NUL after the JSON", formed(body(|json| [&*json, b"\0"].concat()))),
        (
            "JSON in UTF-16",
            formed(body(|json| {
                let text = format!("\u{feff}{}", String::from_utf8(json).unwrap());
                text.encode_utf16().flat_map(u16::to_le_bytes).collect()
            })),
        ),
        (
            "Content-Encoding gzip on a body that is not compressed",
            formed(|answer| if answer.body.is_empty() { answer.bytes() } else { answer.with("Content-Encoding: gzip").bytes() }),
        ),
    ];
    for (flaw, run) in runs {
        assert_eq!(run.status, Some(1), "{flaw}: {}", run.all);
        assert_eq!(
            run.note(),
            format!("answers come with {flaw}: many clients can't read them; this run ignores the flaw and judges the rest")
        );
        let failed = run.rules(&["failed"]);
        let about_json = |rule: &&String| [".answer-is-a", ".refusal-has-error-object"].iter().any(|part| rule.contains(part));
        assert!(failed.len() > 4 && failed.iter().all(|rule| about_json(&rule)), "{flaw}: {failed:?}");
        assert_eq!(run.rules(&["blocked", "errored", "warned"]), Vec::<String>::new(), "{flaw}: {}", run.all);
        assert!(run.all.contains(&format!("1 root cause for {} failed rules", failed.len())), "{flaw}: {}", run.all);
    }
}

#[test]
fn a_compressed_answer_is_not_judged() {
    let gzip = |bytes: Vec<u8>| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&bytes).unwrap();
        gzip.finish().unwrap()
    };
    let succeeded = formed(move |answer| match answer.status {
        200 | 201 => Plain { body: gzip(answer.body.clone()), ..answer.with("Content-Encoding: gzip") }.bytes(),
        _ => answer.bytes(),
    });
    let unlabelled = formed(body(gzip));
    for run in [succeeded, unlabelled] {
        unjudged(
            &run,
            "the answer is compressed (gzip), although the request has `Accept-Encoding: identity`",
            "send answers uncompressed",
        );
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_204_that_announces_a_body_is_not_empty() {
    for body in ["null", ""] {
        let run = formed(move |answer| match answer.status {
            204 => [answer.with("Content-Length: 4").bytes(), body.as_bytes().to_vec()].concat(),
            _ => answer.bytes(),
        });
        assert_eq!((run.status, run.rules(&["failed"])), (Some(1), vec!["delete.answers-204".to_owned()]), "{}", run.all);
        assert_eq!(run.rules(&["blocked", "errored"]), Vec::<String>::new(), "{}", run.all);
        assert!(run.all.contains("204 with Content-Length 4"), "{}", run.all);
    }
    conformant(&formed(|answer| if answer.status == 204 { answer.with("Content-Length: 0").bytes() } else { answer.bytes() }));
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_204_in_chunks_is_not_empty() {
    for chunks in ["4\r\nnull\r\n0\r\n\r\n", "0\r\n\r\n"] {
        let run = formed(move |answer| match answer.status {
            204 => [answer.with("Transfer-Encoding: chunked").bytes(), chunks.as_bytes().to_vec()].concat(),
            _ => answer.bytes(),
        });
        assert_eq!((run.status, run.rules(&["failed"])), (Some(1), vec!["delete.answers-204".to_owned()]), "{}", run.all);
        assert_eq!(run.rules(&["blocked", "errored"]), Vec::<String>::new(), "{}", run.all);
        assert!(run.all.contains("204 with Transfer-Encoding chunked"), "{}", run.all);
        assert!(run.note().contains("204 comes with Transfer-Encoding"), "{}", run.note());
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn an_endpoint_that_fails_now_and_then_is_one_cause_with_its_frequency() {
    for status in [500, 502, 503, 507] {
        let asked = AtomicU64::new(0);
        let target = mangled(&target(), move |answer| {
            let fails = answer.status == 200 && asked.fetch_add(1, Ordering::Relaxed) % 40 == 39;
            if fails { Plain { status, body: b"<html>Bad gateway</html>".to_vec(), ..answer }.bytes() } else { answer.bytes() }
        });
        let run = judged(&target);
        let failed = run.rules(&["failed"]);
        assert!(run.all.contains(&format!("NOTE list sometimes answers {status}: ")), "{}", run.all);
        let headlines: Vec<&str> = run.all.lines().filter(|line| line.starts_with("FAIL ")).collect();
        let told = |line: &&str| line.contains(&format!(" sometimes answers {status}: "));
        // Three operations answer 200: list, get, and update in beta.
        assert!(headlines.len() <= 3 && headlines.iter().all(told), "{failed:?} {}", run.all);
        assert!(matches!(run.status, Some(1 | 3)), "{}", run.all);
    }
}

#[test]
fn a_malformed_header_is_not_taken_for_another_protocol() {
    for (header, line) in [("X-Fold: a\r\n b", " b"), ("X-Space : a", "X-Space : a"), ("X-Control: a\u{7f}", "X-Control: a")] {
        let run = formed(move |answer| answer.with(header).bytes());
        unjudged(&run, &format!("invalid HTTP header parsed in the line `{line}"), "without a blank before the colon");
    }
}

#[test]
fn odd_framing_and_many_headers_do_not_matter() {
    let many: String = (0..150).map(|number| format!("X-{number}: a\r\n")).collect();
    let run = formed(move |answer| {
        let interim = ["100 Continue", "102 Processing", "103 Early Hints"][answer.body.len() % 3];
        let headers = format!("{}{many}", answer.headers);
        [format!("HTTP/1.1 {interim}\r\n\r\n").into_bytes(), Plain { headers, ..answer }.bytes()].concat()
    });
    conformant(&run);
}

#[test]
fn an_answer_that_ends_with_the_connection_is_reported() {
    let target = mangled(&target(), |answer| answer.with("Transfer-Encoding: identity").bytes());
    let run = run(&hasty(&target), &[]);
    unjudged(
        &run,
        "with Transfer-Encoding identity, the body ends only when the connection closes",
        "send either Content-Length or `Transfer-Encoding: chunked`",
    );
}

#[test]
fn a_server_of_one_connection_at_a_time_is_judged_with_one_request_at_a_time() {
    conformant(&run(&one_at_a_time(&target()), &["-j", "1", "--rule", "list."]));
    let run = run(&hasty(&one_at_a_time(&target())), &[]);
    unjudged(&run, "no answer within 1s", "run with `-j 1`");
}

#[test]
fn a_server_that_requires_a_slash_at_the_end_is_reported() {
    let target = answered(|request, stream| reply(stream, 307, &[("Location", &format!("{}/", request.path))], b""));
    let run = run(&target, &[]);
    unjudged(&run, "redirects are not followed", "they have no slash at the end");
}

#[test]
fn a_404_that_repeats_the_path_says_nothing_about_the_user() {
    let answers: [fn(&str) -> String; 2] = [
        |path| format!(r#"{{"error":{{"code":"NotFound","message":"Nothing is served at {path}"}}}}"#),
        |path| format!(r#"{{"error":{{"code":"Request_ResourceNotFound","message":"Cannot GET {path}"}}}}"#),
    ];
    for body in answers {
        let target =
            answered(move |request, stream| reply(stream, 404, &[("Content-Type", "application/json")], body(&request.path).as_bytes()));
        let run = run(&target, &[]);
        unjudged(&run, "either the path or the users are wrong", "check the path of the base URL");
    }
}

#[test]
fn a_port_that_speaks_only_tls_is_reported_even_if_it_answers_in_plain_text() {
    let pages = ["Client sent an HTTP request to an HTTPS server.\n", "<html>The plain HTTP request was sent to HTTPS port</html>"];
    for page in pages {
        let run = run(&answered(move |_, stream| reply(stream, 400, &[], page.as_bytes())), &[]);
        unjudged(&run, "the port only accepts TLS", "`https://`");
    }
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_mask_may_look_like_anything() {
    for mask in ["#", "∗"] {
        let hidden = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&hidden);
        let server = start(&Manner { masks: true, cast: &["authentication"], ..Manner::default() });
        let target = mangled(&server, move |answer| {
            let text = String::from_utf8(answer.body.clone()).unwrap();
            let masked = text.replace('X', mask);
            count.fetch_add(u64::from(masked != text), Ordering::Relaxed);
            Plain { body: masked.into_bytes(), ..answer }.bytes()
        });
        conformant(&judged(&target));
        assert!(hidden.load(Ordering::Relaxed) > 0, "{mask}");
    }
}

#[cfg(unix)]
#[test]
fn too_few_open_files_are_a_problem_of_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("target.toml");
    // A slow answer keeps its connection open for longer.
    let slow = mangled(&target(), |answer| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        answer.bytes()
    });
    std::fs::write(&file, slow).unwrap();
    let limited = |files: u32, arguments: &str| {
        let program = env!("CARGO_BIN_EXE_graph-phone-conformance");
        let script = format!("ulimit -n {files}; exec {program} --target {} --snapshots off --walks 0 {arguments}", file.display());
        let output = std::process::Command::new("sh").args(["-c", &script]).env("XDG_STATE_HOME", folder.path()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap().replace("\n            ", " "))
    };
    let (status, text) = limited(18, "");
    assert!(status == Some(3) && text.contains("raise `ulimit -n`") && text.contains("with `-j`"), "{text}");
    let (status, text) = limited(20, "-j 1 --rule list.answers-200");
    assert_eq!(status, Some(0), "{text}");
}
