//! What a target file may leave open, and what it may not.

use super::support::Folder;

const REMOTE: &str = "name = \"acme\"\nbase_url = \"https://graph.example.com\"\n\
    [[identities]]\nname = \"a\"\nkind = \"application\"\nscopes = [\"UserAuthenticationMethod.ReadWrite.All\"]\ntoken = \"secret-token\"\n\
    [[users]]\nid = \"1\"\n";

#[test]
fn users_of_another_host_are_not_touched_without_consent() {
    let folder = Folder::new();
    folder.write("target.toml", REMOTE);
    let outcome = folder.run(&["--target", "target.toml"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("modify_users = true") && !outcome.stderr.contains("secret-token"), "{}", outcome.stderr);
}

#[test]
fn a_plan_needs_no_consent() {
    let folder = Folder::new();
    folder.write("target.toml", REMOTE);
    let outcome = folder.run(&["--target", "target.toml", "--dry-run", "--rule", "list."]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.ends_with("nothing was sent\n"), "{}", outcome.stdout);
}

#[test]
fn a_version_that_the_target_does_not_have_is_told() {
    let folder = Folder::new();
    folder.write("target.toml", REMOTE);
    let outcome = folder.run(&["--target", "target.toml", "--api-version", "beta", "--dry-run"]);
    assert_eq!(outcome.status, 2);
    assert_eq!(outcome.stderr, "error: the target does not have the version beta\nhint: its versions are v1.0\n");
}
