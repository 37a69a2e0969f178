//! `run --watch`: a change starts a new run, and an error in a file does not end the watch.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use super::support::{Folder, run};

const FEATURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/features/delete/contract.feature");

struct Watching<'a> {
    child: Child,
    folder: &'a Folder,
}

impl<'a> Watching<'a> {
    fn start(folder: &'a Folder, arguments: &[&str]) -> Self {
        let output = File::create(folder.path("output")).unwrap();
        let mut command = folder.command(arguments);
        command.stdout(output.try_clone().unwrap()).stderr(output);
        Self { child: command.spawn().unwrap(), folder }
    }

    /// Waits until the program has printed a text `times` times.
    fn await_output(&mut self, text: &str, times: usize) {
        let begun = Instant::now();
        while self.folder.read("output").matches(text).count() < times {
            assert_eq!(self.child.try_wait().unwrap(), None, "{}", self.folder.read("output"));
            assert!(begun.elapsed() < Duration::from_secs(120), "no `{text}` in\n{}", self.folder.read("output"));
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Watching<'_> {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn a_change_runs_again_until_ctrl_c() {
    let folder = Folder::new();
    let feature = std::fs::read_to_string(Path::new(FEATURE)).unwrap();
    folder.write("features/delete.feature", &feature);
    let arguments = ["--watch", "--features", "features", "--snapshots", "off", "--rule", "delete.answers-204"];
    let mut watching = Watching::start(&folder, &arguments);
    watching.await_output("watching features: a change runs this again, Ctrl-C ends it", 1);
    watching.await_output("conformant: ", 1);
    folder.write("features/delete.feature", "Feature: F\n  Rule:\n    Scenari: x\n");
    watching.await_output("error: features/delete.feature:", 1);
    watching.await_output("watching features", 2);
    folder.write("features/delete.feature", &feature);
    watching.await_output("watching features", 3);
    assert_eq!(folder.read("output").matches("conformant: ").count(), 2);
    assert!(Command::new("kill").args(["-INT", &watching.child.id().to_string()]).status().unwrap().success());
    assert_eq!(watching.child.wait().unwrap().code(), Some(0));
}

#[test]
fn without_a_file_there_is_nothing_to_watch() {
    let outcome = run(&["--watch"]);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""));
    assert_eq!(
        outcome.stderr,
        "error: --watch waits for a file to change, and this call names none\nhint: name a target file with --target, or feature files with --features\n"
    );
}
