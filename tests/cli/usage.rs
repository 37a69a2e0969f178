//! Exit status 2: wrong usage and unreadable files. The error is one sentence with a hint.

use super::support::{Folder, normal, run};

const NO_STEP: &str = "@create @contract
Feature: F

  @id:create.a @must @stated
  Rule: It holds.
    Source: s, Section

    Scenario: One
      Given a user with no phones
      When the cow jumps over the moon
      Then the answer is 201 Created
";

/// Runs a wrong call. It must print only the error.
fn mistake(folder: &Folder, arguments: &[&str]) -> String {
    let outcome = folder.run(arguments);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""), "{arguments:?}");
    outcome.stderr
}

#[test]
fn an_unknown_option() {
    assert!(mistake(&Folder::new(), &["--nope"]).starts_with("error: unexpected argument '--nope' found\n"));
}

#[test]
fn every_mistake_is_one_sentence_and_a_hint() {
    let folder = Folder::new();
    folder.write("unknown-key.toml", "name = \"a\"\nbase_ulr = \"http://localhost\"\n");
    folder.write("bad/a.feature", "Feature: F\n  Rule:\n    Scenari: x\n");
    folder.write("undefined/a.feature", NO_STEP);
    let target = "name = \"a\"\nbase_url = \"http://127.0.0.1:1\"\n[[identities]]\nname = \"a\"\nkind = \"delegated\"\nuser = \"x\"\ntoken = \"t\"\n\
                  scopes = [\"UserAuthenticationMethod.ReadWrite.All\"]\nroles = [\"Authentication Administrator\"]\n[[users]]\nid = \"1\"\n";
    folder.write("role.toml", &target.replace("Administrator", "Admin"));
    folder.write("few.toml", &format!("{target}[phone_numbers]\nprefixes = [\"+1 206555010\"]\ndigits = 1\n"));
    let remote = ["--base-url", "https://graph.example.com", "--token-env", "TOKEN", "--user", "1"];
    let calls: &[&[&str]] = &[
        &["--rule", "create.one-phone-per-tipe"],
        &["--rule", "moon"],
        &["--rule", "one-phone-per-type"],
        &["--rule", "craete."],
        &["--tags", "@create and"],
        &["--tags", "@creat"],
        &["--tags", "@create and not @moon"],
        &["--baseline", "referense", "-q"],
        &["--baseline", "reference", "--snapshots", "off"],
        &["--snapshot-dir", "missing", "-q"],
        &["--target", "role.toml"],
        &["--target", "few.toml"],
        &["--target", "missing.toml"],
        &["--target", "unknown-key.toml"],
        &remote,
        &["--base-url", "http://127.0.0.1:1", "--token-env", "UNSET_TOKEN", "--user", "1"],
        &["--report", "json=missing/report.json"],
        &["--report", "jsno=report.json"],
        &["--fault", "create.answer-200"],
        &["--fault", "moon"],
        &["--features", "bad"],
        &["--features", "undefined"],
        &["--features", "missing"],
        &["spec", "create.answers-20l"],
        &["init", "unknown-key.toml"],
        &["restore"],
        &["restore", "--target", "missing.toml"],
        &["init", "missing/target.toml"],
        &["serve", "--fault", "create.answer-200"],
    ];
    let mut page = String::new();
    for call in calls {
        let text = mistake(&folder, call);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.len() == 2 && lines[0].starts_with("error: ") && lines[1].starts_with("hint: "), "{call:?}\n{text}");
        page.push_str(&format!("$ {}\n{}\n", call.join(" "), normal(&text)));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn feature_files_may_be_in_the_encodings_that_windows_writes() {
    let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("features/list/access.feature")).unwrap();
    let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let folder = Folder::new();
    std::fs::create_dir(folder.path("features")).unwrap();
    let dry = |bytes: &[u8]| {
        std::fs::write(folder.path("features/a.feature"), bytes).unwrap();
        folder.run(&["--features", "features", "--dry-run"])
    };
    let plain = dry(text.as_bytes());
    assert!(plain.status == 0 && plain.stdout.contains("list.token-required"), "{}", plain.stderr);
    for bytes in [utf16, marked] {
        let same = dry(&bytes);
        assert_eq!(
            (same.status, same.stdout.lines().skip(1).collect::<Vec<_>>()),
            (0, plain.stdout.lines().skip(1).collect()),
            "{}",
            same.stderr
        );
    }
}

#[test]
fn nothing_is_sent_if_a_report_cannot_be_written() {
    let folder = Folder::new();
    folder.write("file", "mine");
    for (call, complaint) in [
        (&["--report", "json=/"][..], "error: the report / can't be written: Is a directory"),
        (&["--report", "json=file/report.json"], "error: the report file/report.json can't be written: Not a directory"),
        (&["--report", "json="], "error: --report json needs a path\nhint: --report json=PATH\n"),
        (&["--report", "json"], "error: --report json needs a path\nhint: --report json=PATH\n"),
        (&["--report", "json=file", "--report", "json=./file"], "error: the reports json and json can't both be written to ./file\nhint: "),
        (&["--report", "json=new", "--rule", "moon"], "error: no rule"),
    ] {
        let text = mistake(&folder, call);
        assert!(text.starts_with(complaint), "{call:?}\n{text}");
    }
    assert_eq!(folder.read("file"), "mine");
    assert!(!folder.path("new").exists());
}

#[test]
fn a_report_does_not_replace_another_file_of_the_run() {
    let folder = Folder::new();
    let target = "name = \"a\"\nbase_url = \"http://127.0.0.1:1\"\n[[users]]\nid = \"1\"\n";
    folder.write("target.toml", target);
    folder.write("known.toml", "");
    folder.run(&["--rule", "list.answers-200", "--shard", "1/2", "--report", "json=part-1.json"]);
    let part = folder.read("part-1.json");
    for (call, file) in [
        (&["--target", "target.toml", "--report", "json=./target.toml"][..], "target.toml"),
        (&["--expect", "known.toml", "--report", "junit=known.toml"], "known.toml"),
        (&["--write-expect", "new.toml", "--report", "junit=new.toml"], "new.toml"),
        (&["merge", "part-1.json", "part-2.json", "--report", "json=part-1.json"], "part-1.json"),
    ] {
        let text = mistake(&folder, call);
        assert!(text.contains(&format!("would replace {file}, which this run reads or writes itself\nhint: ")), "{call:?}\n{text}");
    }
    assert_eq!([folder.read("target.toml"), folder.read("known.toml"), folder.read("part-1.json")], [target, "", &part]);
    assert!(!folder.path("new.toml").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_printed_is_not_a_success() {
    let folder = Folder::new();
    for report in ["a.json", "b.json"] {
        folder.run(&["--rule", "list.answers-200", "--report", &format!("json={report}")]);
    }
    for (call, status) in [
        (&["spec"][..], 2),
        (&["spec", "--format", "html"], 2),
        (&["faults"], 2),
        (&["init"], 2),
        (&["completions", "bash"], 2),
        (&["man"], 2),
        (&["--help"], 2),
        (&["--version"], 2),
        (&["compare", "a.json", "b.json"], 2),
        (&["--dry-run"], 2),
        (&["--rule", "list.answers-200"], 3),
        (&["--rule", "list.answers-200", "-q"], 3),
        (&["--rule", "list.answers-200", "--report", "json=-"], 3),
        (&["--rule", "list.answers-200", "--report", "github"], 3),
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = folder.command(call).stdout(full).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{call:?}\n{error}");
        assert!(error.lines().any(|line| line.starts_with("error: ") && line.contains("standard output")), "{call:?}\n{error}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_written_at_the_end_is_not_a_success() {
    let outcome = run(&["--rule", "list.", "--report", "json=/dev/full"]);
    assert_eq!(outcome.status, 3, "{}", outcome.stderr);
    assert!(outcome.verdict().starts_with("conformant: "), "{}", outcome.stdout);
    assert!(outcome.stderr.starts_with("error: the report /dev/full can't be written: "), "{}", outcome.stderr);
}

#[test]
fn values_out_of_range() {
    let folder = Folder::new();
    for call in [
        &["--concurrency", "0"][..],
        &["--api-version", "v3"],
        &["--snapshots", "what"],
        &["serve", "--users", "0"],
        &["serve", "--edition", "x"],
        &["-q", "-v"],
        &["--base-url", "http://127.0.0.1:1"],
        &["--target", "a.toml", "--fault", "create.answers-200"],
        &["--max-duration", "0s"],
        &["--max-duration", "soon"],
        &["restore", "--target", "a.toml", "--user", "1"],
    ] {
        assert!(mistake(&folder, call).starts_with("error: "), "{call:?}");
    }
}
