//! `completions` and `man`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::support::{Folder, run};

/// Whether a program accepts a text on standard input, and its error text; `None` if the program is missing.
fn judged_by(program: &str, arguments: &[&str], text: &str) -> Option<(bool, String)> {
    let mut child =
        Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().ok()?;
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Some((output.status.success(), String::from_utf8(output.stderr).unwrap()))
}

#[test]
fn every_completion_script_has_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let outcome = run(&["completions", shell]);
        assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""), "{shell}");
        for word in ["graph-phone-conformance", "serve", "merge", "shard", "base-url"] {
            assert!(outcome.stdout.contains(word), "{shell}: {word}");
        }
        // If a shell is missing, it can't check its script; bash is always there.
        if let ("bash" | "zsh" | "fish", Some((accepted, complaint))) = (shell, judged_by(shell, &["-n"], &outcome.stdout)) {
            assert!(accepted, "{shell}: {complaint}");
        }
    }
    assert_eq!(run(&["completions", "basic"]).status, 2);
}

#[test]
fn the_manual_names_every_option() {
    let page = run(&["man"]);
    assert_eq!((page.status, page.stderr.as_str()), (0, ""));
    assert!(page.stdout.contains(".TH graph-phone-conformance 1"), "{}", page.stdout);
    for word in ["\\-\\-shard", "\\-\\-rerun", "graph\\-phone\\-conformance\\-merge(1)", "Exit status"] {
        assert!(page.stdout.contains(word), "{word}\n{}", page.stdout);
    }
    if let Some((accepted, complaint)) = judged_by("groff", &["-man", "-Tutf8", "-wall", "-z"], &page.stdout) {
        assert!(accepted && complaint.is_empty(), "{complaint}");
    }
}

#[test]
fn a_folder_gets_a_page_for_each_command() {
    let folder = Folder::new();
    let written = folder.run(&["man", "pages/man1"]);
    assert_eq!(written.status, 0);
    assert!(written.stdout.contains("pages/man1/graph-phone-conformance.1"), "{}", written.stdout);
    for page in ["", "-run", "-serve", "-merge", "-compare", "-spec", "-faults", "-init", "-completions", "-man"] {
        assert!(folder.read(&format!("pages/man1/graph-phone-conformance{page}.1")).contains(".SH NAME"), "{page}");
    }
    folder.write("file", "");
    let outcome = folder.run(&["man", "file"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.starts_with("error: the pages can't be written into file: "), "{}", outcome.stderr);
}
