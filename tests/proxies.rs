//! Proxies from the environment, and what is said to whom.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::graph::{Fate, Manner, start_fated};
use common::tls::{authority, certificate, proxy, terminate};
use common::{Run, listen, reply, run_in};

const TOKEN: &str = "opaque-Token_1/with+signs=and~more";

fn target(base_url: &str, keys: &str) -> String {
    format!(
        "name = \"t\"\nbase_url = \"{base_url}\"\nmodify_users = true\nrequest_timeout = \"10s\"\n{keys}\n\
         [[identities]]\nname = \"app\"\nkind = \"application\"\nscopes = [\"UserAuthenticationMethod.ReadWrite.All\"]\ntoken = \"{TOKEN}\"\n\
         [[users]]\nid = \"1\"\n"
    )
}

#[test]
fn a_proxy_is_used_beyond_this_machine_with_consent_and_unless_told_otherwise() {
    let passed = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&passed);
    let proxy = listen(move |request, stream| {
        assert!(request.path.starts_with("http://mock.invalid:8080/v1.0/users/"), "{}", request.path);
        count.fetch_add(1, Ordering::Relaxed);
        reply(stream, 401, &[], b"")
    });
    let proxy = format!("http://{proxy}");
    let beyond = target("http://mock.invalid:8080", "allow_insecure_http = true");
    let tried = |variables: &[(&str, &str)], target: &str| {
        let run: Run = run_in(variables, target, &["--rule", "list."]);
        (run.status, passed.swap(0, Ordering::Relaxed) > 0, run.all)
    };

    let (status, by_proxy, all) = tried(&[("HTTP_PROXY", &proxy)], &beyond);
    assert!(status == Some(3) && by_proxy && all.contains("accepts no token"), "{all}");

    let (status, by_proxy, all) = tried(&[("HTTP_PROXY", &proxy), ("NO_PROXY", "mock.invalid")], &beyond);
    assert!(status == Some(3) && !by_proxy && all.contains("failed while connecting"), "{all}");

    let (status, by_proxy, all) = tried(&[("HTTP_PROXY", &proxy)], &beyond.replace("allow_insecure_http", "# allow_insecure_http"));
    assert!(status == Some(2) && !by_proxy && all.contains("allow_insecure_http"), "{all}");

    let here = listen(|_, stream| reply(stream, 401, &[], b""));
    let (status, by_proxy, all) = tried(&[("HTTP_PROXY", &proxy)], &target(&format!("http://{here}"), ""));
    assert!(status == Some(3) && !by_proxy && all.contains("accepts no token"), "{all}");
}

#[test]
fn a_token_passes_a_proxy_inside_of_tls_alone() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), authority());
    let ca_file = folder.path().join("ca.pem");
    std::fs::write(&ca_file, authority.pem()).unwrap();
    let answering = terminate(&certificate(&authority, "mock.invalid", false), None, listen(|_, stream| reply(stream, 401, &[], b"")));
    let (proxy, heard) = proxy(answering);
    let target = target("https://mock.invalid", &format!("ca_file = \"{}\"", ca_file.display()));
    let run = run_in(&[("HTTPS_PROXY", &format!("http://{proxy}"))], &target, &["--rule", "list."]);
    assert!(run.note().contains("accepts no token"), "{}", run.all);
    let heard = String::from_utf8_lossy(&heard.lock().unwrap()).into_owned();
    assert!(heard.starts_with("CONNECT mock.invalid:443 HTTP/1.1\r\n"), "{heard}");
    for secret in [TOKEN, "authorization: Bearer", "phoneMethods"] {
        assert!(!heard.contains(secret), "{secret}");
    }
}

/// Runs everything against a server behind the address of Microsoft Graph in China; how many requests came that switch SMS sign-in,
/// and whether the first user has the same phones as before.
fn in_china(manner: &Manner) -> (Run, usize, bool) {
    const HOST: &str = "microsoftgraph.chinacloudapi.cn";
    let switched = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&switched);
    let (target, look) = start_fated(manner, move |_, request| {
        count.fetch_add(usize::from(request.path.ends_with("SmsSignIn")), Ordering::Relaxed);
        Fate::Answered
    });
    let had = look();
    let address = target.split('"').find_map(|text| text.strip_prefix("http://")).unwrap().to_owned();
    let (folder, authority) = (tempfile::tempdir().unwrap(), authority());
    let ca_file = folder.path().join("ca.pem");
    std::fs::write(&ca_file, authority.pem()).unwrap();
    let (proxy, _) = proxy(terminate(&certificate(&authority, HOST, false), None, address.parse().unwrap()));
    let keys = format!("cloud = \"china\"\nmodify_users = true\nca_file = \"{}\"", ca_file.display());
    let target = target.replace(&format!("base_url = \"http://{address}\""), &keys);
    let run = run_in(&[("HTTPS_PROXY", &format!("http://{proxy}"))], &target, &[]);
    (run, switched.load(Ordering::Relaxed), look() == had)
}

#[test]
fn what_a_cloud_leaves_out_is_never_sent() {
    let before = &[("mobile", "+1 2065550111"), ("office", "+1 2065550113")];
    let (run, switched, as_before) = in_china(&Manner { before, ..Manner::default() });
    assert_eq!((run.status, switched, as_before), (Some(0), 0, true), "{}", run.all);
    assert!(run.report["counts"]["walks"].as_u64().unwrap() > 0 && run.rules(&["passed"]).len() > 100);

    let (run, switched, as_before) = in_china(&Manner { before, before_is_off: true, ..Manner::default() });
    assert_eq!((run.status, switched, as_before), (Some(3), 0, false), "{}", run.all);
    let notes = run.report["notes"].to_string();
    let why = "smsSignInState of the mobile phone is ready, and was notConfigured; the cloud `china` (China, operated by 21Vianet) is \
               documented to leave disable-sms-sign-in out";
    assert!(notes.contains(why) && !notes.contains("curl"), "{notes}");
    assert_eq!(run.rules(&["failed", "errored"]), Vec::<String>::new());
}
