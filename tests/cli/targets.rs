//! What a target file may omit, and what it must contain.

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
fn microsoft_graph_itself_must_be_named() {
    let folder = Folder::new();
    folder.write(
        "target.toml",
        &REMOTE.replace("graph.example.com", "Graph.Microsoft.com.:443").replace("[[identities]]", "modify_users = true\n[[identities]]"),
    );
    let named = "error: graph.microsoft.com. is Microsoft Graph itself, which holds real people's phones; the target `acme` must name it with `cloud`\n\
        hint: if this is a test tenant with test users, set `cloud = \"global\"` instead of the address, and `modify_users = true`, in a target file\n";
    let outcome = folder.run(&["--target", "target.toml"]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (2, named));
    let flags = ["--base-url", "https://dod-graph.microsoft.us", "--token-env", "TOKEN", "--user", "1"];
    let outcome = folder.run_with(&flags, &[("TOKEN", "secret-token")]);
    assert!(outcome.status == 2 && outcome.stderr.contains("set `cloud = \"us-l5\"` instead of"), "{}", outcome.stderr);
}

#[test]
fn a_plan_names_the_operations_that_a_cloud_lacks() {
    let folder = Folder::new();
    folder.write("target.toml", &REMOTE.replace("base_url = \"https://graph.example.com\"", "cloud = \"china\""));
    let outcome = folder.run(&["--target", "target.toml", "--dry-run"]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert!(
        outcome.stdout.starts_with("would run against https://microsoftgraph.chinacloudapi.cn/ (v1.0), the cloud `china`,"),
        "{}",
        outcome.stdout
    );
    let left_out = "does not have the operation disable-sms-sign-in, according to its documents (reference: disable-sms-sign-in, National clouds):\n  disable-sms-sign-in.";
    assert!(outcome.stdout.contains(left_out), "{}", outcome.stdout);
}

#[test]
fn a_version_that_the_target_lacks_is_reported() {
    let folder = Folder::new();
    folder.write("target.toml", REMOTE);
    let outcome = folder.run(&["--target", "target.toml", "--api-version", "beta", "--dry-run"]);
    assert_eq!(outcome.status, 2);
    assert_eq!(outcome.stderr, "error: the target does not have the version beta\nhint: its versions are v1.0\n");
}
