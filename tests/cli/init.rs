//! `init`: the file that it writes, and the files that it does not touch.

use super::support::Folder;

#[test]
fn a_file_is_written_that_a_dry_run_takes() {
    let folder = Folder::new();
    let outcome = folder.run(&["init"]);
    assert_eq!(outcome.status, 0);
    insta::assert_snapshot!(outcome.shown());
    let dry = folder.run(&["--target", "target.toml", "--dry-run"]);
    assert_eq!(dry.status, 0, "{}", dry.stderr);
    insta::assert_snapshot!("the_file", folder.read("target.toml"));
}

#[test]
fn a_file_that_is_there_stays_as_it_is() {
    let folder = Folder::new();
    folder.write("mine.toml", "mine");
    let outcome = folder.run(&["init", "mine.toml"]);
    assert_eq!((outcome.status, folder.read("mine.toml").as_str()), (2, "mine"));
    assert_eq!(outcome.stderr, "error: mine.toml exists, and is left as it is\nhint: name another file, or remove this one first\n");
}
