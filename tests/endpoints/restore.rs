//! A run puts users back however it ends. The tests cover killed runs, killed restorations, runs that end early, and
//! hundreds of runs in a row.
//!
//! The long versions are ignored by default: `cargo test --test endpoints restore -- --ignored`.

#![cfg(unix)]

use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::common::graph::{Fate, Manner, start_fated};
use crate::common::run;
use crate::common::served::Served;

/// Moments that seem random but are the same in each run of the tests.
struct Moments(u64);

impl Moments {
    /// A random part of `time`.
    fn within(&mut self, time: Duration) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        time * u32::try_from(self.0 >> 48).unwrap() / 0x1_0000
    }
}

fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap().success());
}

/// Waits until a run has written the journal. From then on, the run may change users.
fn wait_for_journal(served: &Served) {
    let clock = Instant::now();
    while served.journals().is_empty() {
        assert!(clock.elapsed() < Duration::from_secs(60), "no journal was written");
        sleep(Duration::from_millis(1));
    }
}

fn survives_kills(count: usize) {
    let served = Served::start();
    let before = served.phones();
    let mut moments = Moments(7);
    let mut time = Duration::from_secs(1);
    let mut unfinished = 0;
    for round in 0..count {
        let clock = Instant::now();
        let mut run = served.program("run").spawn().unwrap();
        sleep(moments.within(time));
        // A kill after the end of the run tests nothing. How long a run takes depends on the machine's load.
        let ended = run.try_wait().unwrap().is_some();
        kill(&mut run);
        time = if ended { clock.elapsed().min(time) } else { (time * 21 / 20).min(Duration::from_secs(10)) };
        served.keeps_no_token();
        if !served.journals().is_empty() {
            unfinished += 1;
            if round % 5 == 0 {
                let changed = served.phones();
                let (status, text) = served.outcome("run", &[]);
                assert!(status == 2 && text.contains("has not put") && text.contains("`--restore-first`"), "{status}: {text}");
                assert_eq!(served.phones(), changed, "a run that refuses to begin changes nothing");
            }
            if round % 2 == 0 {
                let mut restore = served.program("restore").spawn().unwrap();
                sleep(moments.within(Duration::from_millis(100)));
                kill(&mut restore);
            }
        }
        let (status, text) = served.outcome("restore", &[]);
        assert_eq!(status, 0, "round {round}: {text}");
        assert_eq!(served.phones(), before, "round {round}");
        let (status, text) = served.outcome("restore", &[]);
        assert!(status == 0 && text.starts_with("nothing to put back"), "{text}");
    }
    assert!(unfinished * 4 >= count, "of {count} kills, {unfinished} came in the middle of a run");
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn after_a_kill_users_get_back_what_they_had() {
    survives_kills(25);
}

#[test]
#[ignore = "takes half an hour"]
fn after_a_thousand_kills_users_have_what_they_had() {
    survives_kills(1000);
}

/// Runs everything repeatedly on one server: the verdict stays the same, and nothing is left behind.
fn can_be_run_over_and_over(count: usize) {
    let served = Served::start();
    let before = served.phones();
    let at_first = served.open_files();
    let verdict = |text: &str| text.lines().last().unwrap_or_default().split(" — ").next().unwrap_or_default().to_owned();
    let (status, text) = served.outcome("run", &["--seed", "0"]);
    let first = (status, verdict(&text));
    assert!(first.1.starts_with("conformant: "), "{text}");
    let (mut servers, mut runs) = (Vec::new(), Vec::new());
    for seed in 1..count {
        let (status, text, peak) = served.measured("run", &["--seed", &seed.to_string()]);
        assert_eq!((status, verdict(&text)), first, "seed {seed}: {text}");
        assert_eq!(served.phones(), before, "seed {seed}");
        assert!(served.journals().is_empty());
        servers.push(served.memory());
        runs.push(peak);
    }
    // The connections of an ended run may take a moment to close.
    let clock = Instant::now();
    while served.open_files() > at_first {
        assert!(clock.elapsed() < Duration::from_secs(60), "the server had {at_first} open files, and has {}", served.open_files());
        sleep(Duration::from_millis(20));
    }
    does_not_grow("the server", &servers);
    does_not_grow("a run", &runs);
}

/// Checks that memory (in KiB, over time) does not grow. The maximum of the second half equals the maximum of the first
/// half, except for what allocators keep.
fn does_not_grow(what: &str, memory: &[u64]) {
    const KEPT: u64 = 4 << 10;
    let (earlier, later) = memory.split_at(memory.len() / 2);
    let most = |part: &[u64]| part.iter().copied().max().unwrap_or_default();
    assert!(most(later) <= most(earlier) + KEPT, "{what} has come to take more memory, in KiB: {memory:?}");
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_run_leaves_nothing_behind() {
    can_be_run_over_and_over(4);
}

#[test]
#[ignore = "takes half an hour"]
fn a_thousand_runs_leave_nothing_behind() {
    can_be_run_over_and_over(1000);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_run_can_put_users_back_before_it_begins() {
    let served = Served::start();
    let before = served.phones();
    let mut run = served.program("run").spawn().unwrap();
    wait_for_journal(&served);
    kill(&mut run);
    let (status, text) = served.outcome("run", &["--restore-first"]);
    assert_eq!(status, 0, "{text}");
    assert_eq!(served.phones(), before);
    assert!(served.journals().is_empty());
}

#[test]
fn an_interrupted_run_puts_users_back_first() {
    for name in ["TERM", "INT"] {
        let served = Served::start();
        let before = served.phones();
        let run = served.program("run").spawn().unwrap();
        wait_for_journal(&served);
        signal(&run, name);
        let output = run.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        // The run may have ended on its own in the meantime.
        let interrupted = text.contains("the run was interrupted");
        assert_eq!(output.status.code(), Some(if interrupted { 3 } else { 0 }), "{text}");
        assert_eq!(served.phones(), before);
        assert!(served.journals().is_empty());
    }
}

#[test]
fn a_run_that_reaches_its_time_limit_puts_users_back_and_says_so() {
    let served = Served::start();
    let before = served.phones();
    let (status, text) = served.outcome("run", &["--max-duration", "20ms"]);
    assert_eq!(status, 3, "{text}");
    assert!(text.contains("the run reached `--max-duration` (20ms)"), "{text}");
    assert_eq!(served.phones(), before);
    assert!(served.journals().is_empty());
}

#[test]
fn two_runs_at_once_do_not_share_users() {
    let served = Served::start();
    let before = served.phones();
    let mut first = served.program("run").spawn().unwrap();
    wait_for_journal(&served);
    signal(&first, "STOP");
    for command in ["run", "restore"] {
        let (status, text) = served.outcome(command, &[]);
        assert!(status == 2 && text.contains("is under way"), "{command} {status}: {text}");
    }
    // If a process dies, its journal is free for others.
    kill(&mut first);
    let (status, text) = served.outcome("restore", &[]);
    assert_eq!(status, 0, "{text}");
    assert_eq!(served.phones(), before);
}

#[test]
fn a_run_changes_no_user_if_the_journal_cannot_be_written() {
    let served = Served::start();
    let before = served.phones();
    let (status, text) = served.outcome("run", &["--journal-dir", "/dev/null/journals"]);
    assert!(
        status == 2 && text.contains("/dev/null/journals") && text.contains("hint: name another folder with `--journal-dir DIR`"),
        "{status}: {text}"
    );
    assert_eq!(served.phones(), before);

    let output = served.program("run").env("XDG_STATE_HOME", "/dev/null/state").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("the journal /dev/null/state/graph-phone-conformance can't be written"), "{said}");
    assert!(said.contains("hint: name another folder with `--journal-dir DIR`"), "{said}");
    assert_eq!(served.phones(), before);
}

#[test]
fn the_embedded_server_needs_no_journal() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance"));
    let output =
        program.args(["-q", "--rule", "list."]).env("XDG_STATE_HOME", "/dev/null/state").env("HOME", "/dev/null").output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn a_damaged_journal_is_named_and_nothing_is_sent() {
    let served = Served::start();
    let mut run = served.program("run").spawn().unwrap();
    wait_for_journal(&served);
    kill(&mut run);
    let changed = served.phones();
    let path = served.journals().remove(0);
    let text = std::fs::read_to_string(&path).unwrap();
    let half: String = text.lines().take(text.lines().count() / 2).map(|line| format!("{line}\n")).collect();
    for (text, flaw) in
        [(half, "the journal is damaged: "), (text.replace("version = 1", "version = 2"), "4: the journal has version 2, but")]
    {
        std::fs::write(&path, text).unwrap();
        for (command, argument) in [("restore", None), ("run", None), ("run", Some("--restore-first"))] {
            let (status, said) = served.outcome(command, &argument.into_iter().collect::<Vec<_>>());
            assert!(status == 2 && said.contains(&format!("{}:", path.display())) && said.contains(flaw), "{status}: {said}");
        }
    }
    assert_eq!(served.phones(), changed);
}

/// A server whose first user has a phone of each type.
fn furnished() -> Manner {
    let before = &[("mobile", "+1 2065550111"), ("alternateMobile", "+1 2065550112"), ("office", "+1 2065550113x9")];
    Manner { before, ..Manner::default() }
}

/// The maximum number of requests of the preflight.
const PREFLIGHT: usize = 200;

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_write_without_an_answer_is_undone() {
    let lost = |count: usize, request: &crate::common::Request| {
        if count > PREFLIGHT && count.is_multiple_of(11) && request.method != "GET" { Fate::Lost } else { Fate::Answered }
    };
    let (target, look) = start_fated(&furnished(), lost);
    let had = look();
    let run = run(&target, &[]);
    assert_eq!(look(), had, "{}", run.all);
    assert_eq!(run.rules(&["failed", "warned"]), Vec::<String>::new());
    assert!(!run.rules(&["errored"]).is_empty());
    assert_eq!(run.status, Some(3));
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn a_write_that_was_carried_out_is_not_repeated_although_the_answer_asks_for_it() {
    let put_off = |count: usize, request: &crate::common::Request| {
        if count > PREFLIGHT && count.is_multiple_of(7) && request.method != "GET" { Fate::PutOff } else { Fate::Answered }
    };
    let (target, look) = start_fated(&furnished(), put_off);
    let had = look();
    let first = run(&target, &[]);
    assert_eq!(look(), had, "{}", first.all);
    assert_eq!(first.rules(&["failed", "warned"]), Vec::<String>::new(), "{}", first.all);
    assert!(!first.rules(&["errored"]).is_empty());
    assert_eq!(first.status, Some(3));
    assert!(first.all.contains("the user's phones show that it was carried out"), "{}", first.all);

    let (target, look) = start_fated(&furnished(), |_, request| if request.method == "GET" { Fate::Answered } else { Fate::PutOff });
    let had = look();
    let always = run(&target, &[]);
    assert!(always.note().contains("failed while checking whether it was carried out: "), "{}", always.all);
    assert_eq!((always.status, look()), (Some(3), had), "{}", always.all);
}

#[test]
fn a_write_that_is_carried_out_late_is_undone() {
    let once = AtomicBool::new(true);
    let late = move |count: usize, request: &crate::common::Request| {
        let first = count > PREFLIGHT && request.method == "POST" && once.swap(false, Ordering::Relaxed);
        if first { Fate::Late(Duration::from_millis(1200)) } else { Fate::Answered }
    };
    let (target, look) = start_fated(&furnished(), late);
    let had = look();
    let target = target.replace("request_timeout = \"5s\"", "request_timeout = \"600ms\"");
    let run = run(&target, &["--rule", "create."]);
    assert_eq!(look(), had, "{}", run.all);
}

/// Runs against a server that answers reads of the chosen user with this status and body. Returns whether the run sent
/// a write about this user.
fn run_unread(status: u16, body: &'static str, chosen: &'static str) -> (crate::common::Run, bool) {
    let written = Arc::new(AtomicBool::new(false));
    let writes = Arc::clone(&written);
    let (target, look) = start_fated(&furnished(), move |_, request| {
        let about = request.path.contains(chosen);
        if about && request.method == "GET" {
            return Fate::Instead(status, body);
        }
        writes.fetch_or(about, Ordering::Relaxed);
        Fate::Answered
    });
    let had = look();
    let run = run(&target, &[]);
    assert_eq!(look(), had, "{status} {body}: {}", run.all);
    (run, written.load(Ordering::Relaxed))
}

/// The start of the path of every user in the target file.
const USERS: &str = "/users/00000000-0000-4000-8000-00000000000";

#[test]
#[ignore = "slow; .ci/run runs it"]
fn users_whose_phones_cannot_be_read_are_not_changed() {
    let named = r#"{"value":[{"number":"+1 2065550111","type":"mobile"}],"number":"+1 2065550111","type":"mobile"}"#;
    for (status, body) in [(500, "{}"), (200, "<html></html>"), (200, "null {\"value\":[]}"), (200, named)] {
        let (run, written) = run_unread(status, body, USERS);
        assert!(!written, "{status} {body}");
        assert_eq!(run.status, Some(1), "{status} {body}: {}", run.all);
        let failed = run.rules(&["failed"]);
        assert!(failed.iter().any(|rule| rule.starts_with("list.")), "{failed:?}");
        assert!(failed.iter().all(|rule| rule.starts_with("list.") || rule.starts_with("get.")), "{failed:?}");
        let sentence = if body == named {
            "contain an item that can't be read as a phone"
        } else {
            "the phones of every user can't be read before the run"
        };
        assert!(run.all.contains(sentence), "{}", run.all);
    }
    // If a user had no phones, the run deletes the phones that it can't read.
    let (target, look) = start_fated(&Manner::default(), |_, request| match request.method.as_str() {
        "GET" if request.path.ends_with("/phoneMethods") => Fate::Instead(500, "{}"),
        "GET" => Fate::Hidden("<html></html>"),
        _ => Fate::Answered,
    });
    let had = look();
    let unread = run(&target, &[]);
    assert_eq!((unread.status, look()), (Some(1), had), "{}", unread.all);

    // An answer that a phone is not found may be right. It is a mistake only if the run created the phone before.
    let (run, _) = run_unread(404, r#"{"error":{"code":"x","message":"no"}}"#, USERS);
    assert!(matches!(run.status, Some(1 | 3)), "{}", run.all);

    let (run, written) = run_unread(500, "{}", "00000000-0000-4000-8000-000000000001/");
    assert!(!written);
    assert!(run.all.contains("the phones of user 00000000-0000-4000-8000-000000000001 can't be read before the run"), "{}", run.all);
    assert!(run.rules(&["passed"]).len() > 50, "the others are judged: {}", run.all);
}

#[test]
fn an_unfinished_run_keeps_its_earlier_notes() {
    let (target, look) = start_fated(&furnished(), |_, request| match request.method.as_str() {
        "GET" if request.path.contains("00000000-0000-4000-8000-000000000001/") => Fate::Instead(500, "{}"),
        _ => Fate::Answered,
    });
    let had = look();
    let run = run(&target, &["--max-duration", "2s"]);
    assert_eq!((run.status, look()), (Some(3), had), "{}", run.all);
    let notes = run.report["notes"].to_string();
    for part in ["the run reached `--max-duration`", "the phones of user 00000000-0000-4000-8000-000000000001 can't be read before the run"]
    {
        assert!(notes.contains(part), "{part}: {notes}");
    }
}

#[test]
fn a_run_whose_journal_cannot_be_updated_is_not_a_success() {
    let folder = tempfile::tempdir().unwrap();
    let journals = folder.path().to_owned();
    // A folder in the journal's place can be neither replaced nor deleted.
    let (target, look) = start_fated(&furnished(), move |count, _| {
        if count == PREFLIGHT {
            let mut files = std::fs::read_dir(&journals).unwrap().map(|entry| entry.unwrap().path());
            let journal = files.find(|path| path.extension().is_some_and(|end| end == "toml")).unwrap();
            std::fs::remove_file(&journal).unwrap();
            std::fs::create_dir_all(journal.join("occupied")).unwrap();
        }
        Fate::Answered
    });
    let had = look();
    let run = run(&target, &["--journal-dir", folder.path().to_str().unwrap(), "--rule", "list."]);
    assert_eq!((run.status, look()), (Some(3), had), "{}", run.all);
    assert!(run.all.contains("the journal could not be written"), "{}", run.all);
}

/// What a run with `-q` prints to standard error.
fn run_quietly(target: &str, journals: &std::path::Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("target.toml");
    std::fs::write(&file, target).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance"));
    program.args(["-q", "--snapshots", "off", "--rule", "list.", "--target"]).arg(&file).arg("--journal-dir").arg(journals);
    String::from_utf8(program.output().unwrap().stderr).unwrap()
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn the_next_run_puts_users_back_if_a_run_could_not() {
    let stuck = Arc::new(AtomicBool::new(true));
    let sticks = Arc::clone(&stuck);
    let refused = move |count: usize, request: &crate::common::Request| {
        if count > PREFLIGHT && request.method != "GET" && sticks.load(Ordering::Relaxed) { Fate::Refused } else { Fate::Answered }
    };
    let (target, look) = start_fated(&furnished(), refused);
    let had = look();
    let folder = tempfile::tempdir().unwrap();
    let journals = ["--journal-dir", folder.path().to_str().unwrap()];
    let first = run(&target, &journals);
    assert!(matches!(first.status, Some(1 | 3)), "{:?}: {}", first.status, first.all);
    let notes = first.report["notes"].to_string();
    for part in ["are not as the run found them: the mobile phone", "curl -i -X P", "+1 2065550111", "Bearer $TOKEN"] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
    assert_ne!(look(), had);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);

    let quiet = run_quietly(&target, folder.path());
    for part in [
        "note: the phones of user ",
        "are not as the run found them: ",
        "hint: these commands put them back if the endpoint accepts them: curl -i -X P",
    ] {
        assert!(quiet.contains(part), "{part}: {quiet}");
    }

    stuck.store(false, Ordering::Relaxed);
    let second = run(&target, &journals);
    assert_eq!(second.status, Some(0), "{}", second.all);
    assert_eq!(look(), had);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn users_who_no_longer_exist_do_not_block_the_next_run() {
    // Tells which users are deleted: none, the first user, or all.
    let gone = Arc::new(std::sync::Mutex::new(None));
    let now = Arc::clone(&gone);
    let nobody = r#"{"error":{"code":"Request_ResourceNotFound","message":"no"}}"#;
    let (target, _) = start_fated(&furnished(), move |count, request| match *now.lock().unwrap() {
        None if count > PREFLIGHT && request.method != "GET" => Fate::Refused,
        Some(path) if request.path.contains(path) => Fate::Instead(404, nobody),
        _ => Fate::Answered,
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("target.toml");
    std::fs::write(&file, &target).unwrap();
    let restore = || {
        let mut program = Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance"));
        program.args(["restore", "--target"]).arg(&file).arg("--journal-dir").arg(folder.path());
        let output = program.output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let journals = || std::fs::read_dir(folder.path()).unwrap().flatten().filter(|entry| entry.file_name() != "target.toml").count();
    run(&target, &["--journal-dir", folder.path().to_str().unwrap(), "--rule", "update."]);
    assert_eq!(journals(), 1);

    *gone.lock().unwrap() = Some("/users/");
    let (status, said) = restore();
    assert!(status == Some(3) && said.contains("answers 404, as if there were no such user"), "{status:?}: {said}");
    assert!(!said.contains("POST") && journals() == 1, "{said}");

    *gone.lock().unwrap() = Some("/users/00000000-0000-4000-8000-000000000000/");
    let (status, said) = restore();
    assert!(status == Some(0) && said.contains("is no longer known to the endpoint"), "{status:?}: {said}");
    assert_eq!(journals(), 0, "{said}");
}

#[test]
fn a_second_signal_ends_a_run_at_once_and_the_journal_stays() {
    let stuck = Arc::new(AtomicBool::new(false));
    let sticks = Arc::clone(&stuck);
    let (target, look) = start_fated(&furnished(), move |count, _| {
        sticks.fetch_or(count > PREFLIGHT, Ordering::Relaxed);
        if count > PREFLIGHT { Fate::Late(Duration::from_secs(20)) } else { Fate::Answered }
    });
    let had = look();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("target.toml");
    std::fs::write(&file, target.replace("request_timeout = \"5s\"", "request_timeout = \"30s\"")).unwrap();
    let mut run = Command::new(env!("CARGO_BIN_EXE_graph-phone-conformance"))
        .args(["-q", "--snapshots", "off", "--target", file.to_str().unwrap()])
        .env("XDG_STATE_HOME", folder.path())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let clock = Instant::now();
    while look() == had || !stuck.load(Ordering::Relaxed) {
        assert!(clock.elapsed() < Duration::from_secs(60), "the run changed nothing");
        sleep(Duration::from_millis(5));
    }
    signal(&run, "TERM");
    let mut said = std::io::BufReader::new(run.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("press Ctrl-C again to stop immediately") {
        line.clear();
        assert!(std::io::BufRead::read_line(&mut said, &mut line).unwrap() > 0, "it did not say that users are put back");
    }
    signal(&run, "TERM");
    assert_eq!(run.wait().unwrap().code(), Some(130));
    let journals = folder.path().join("graph-phone-conformance");
    assert!(std::fs::read_dir(journals).unwrap().flatten().any(|entry| entry.path().extension().is_some_and(|end| end == "toml")));
}
