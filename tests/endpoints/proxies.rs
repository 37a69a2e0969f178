//! Proxies from the environment, and what each party receives.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::common::dev_proxy;
use crate::common::graph::{Fate, Manner, start_fated};
use crate::common::tls::{authority, certificate, proxy, terminate};
use crate::common::{Run, listen, reply, run_in};

const TOKEN: &str = "opaque-Token_1/with+signs=and~more";

fn target(base_url: &str, keys: &str) -> String {
    format!(
        "name = \"t\"\nbase_url = \"{base_url}\"\nmodify_users = true\nrequest_timeout = \"10s\"\n{keys}\n\
         [[identities]]\nname = \"app\"\nkind = \"application\"\nscopes = [\"UserAuthenticationMethod.ReadWrite.All\"]\ntoken = \"{TOKEN}\"\n\
         [[users]]\nid = \"1\"\n"
    )
}

#[test]
fn a_proxy_is_used_only_for_other_hosts_with_consent_and_without_no_proxy() {
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
fn a_broken_proxy_is_named_with_its_variable() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let beyond = target("http://mock.invalid:8080", "allow_insecure_http = true");
    let tried = |variables: &[(&str, &str)]| run_in(variables, &beyond, &["--rule", "list."]);
    let hint = |run: &Run| run.report["notes"][0]["hint"].as_str().unwrap_or_default().to_owned();

    let run = tried(&[("HTTP_PROXY", &format!("http://me:secret@{free}"))]);
    let named =
        format!("failed while connecting: Connection refused (os error 111) (through the proxy http://{free} that HTTP_PROXY names)");
    assert!(run.status == Some(3) && run.note().ends_with(&named), "{}", run.note());
    assert!(hint(&run).contains("`NO_PROXY`") && !run.all.contains("secret"), "{}", run.all);

    let run = tried(&[("ALL_PROXY", &format!("socks5://{free}"))]);
    let named = format!("error: the proxy socks5://{free} that ALL_PROXY names is not supported");
    assert!(run.status == Some(2) && run.all.contains(&named), "{}", run.all);

    let plain = listen(|_, stream| reply(stream, 400, &[], b""));
    let run = tried(&[("http_proxy", &format!("https://{plain}"))]);
    assert!(run.note().contains(&format!("(through the proxy https://{plain} that http_proxy names)")), "{}", run.note());
    assert!(hint(&run).contains("must begin with `http://`"), "{}", hint(&run));

    let refusing = listen(|_, stream| reply(stream, 407, &[], b""));
    let run = tried(&[("HTTP_PROXY", &format!("http://{refusing}"))]);
    let notes = run.report["notes"].to_string();
    assert!(notes.contains(&format!("every request passes the proxy http://{refusing} that HTTP_PROXY names")), "{notes}");

    for without in ["*", "mock.invalid:8080", "invalid"] {
        let run = tried(&[("HTTP_PROXY", &format!("http://{free}")), ("NO_PROXY", without)]);
        assert!(run.note().contains("failed while connecting: ") && !run.note().contains("proxy"), "{without}: {}", run.note());
    }
}

#[test]
fn a_token_passes_a_proxy_only_inside_tls() {
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

/// Runs everything against a server behind the address of Microsoft Graph in China. Returns the number of requests that
/// turn SMS sign-in on or off, and whether the first user has the same phones as before.
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
#[ignore = "slow; .ci/run runs it"]
fn an_operation_that_a_cloud_lacks_is_never_requested() {
    let before = &[("mobile", "+1 2065550111"), ("office", "+1 2065550113")];
    let (run, switched, as_before) = in_china(&Manner { before, ..Manner::default() });
    assert_eq!((run.status, switched, as_before), (Some(0), 0, true), "{}", run.all);
    assert!(run.report["counts"]["walks"].as_u64().unwrap() > 0 && run.rules(&["passed"]).len() > 100);

    let (run, switched, as_before) = in_china(&Manner { before, before_is_off: true, ..Manner::default() });
    assert_eq!((run.status, switched, as_before), (Some(3), 0, false), "{}", run.all);
    let notes = run.report["notes"].to_string();
    let why = "smsSignInState of the mobile phone is ready, but was notConfigured; the cloud `china` (China, operated by 21Vianet) does \
               not have the operation disable-sms-sign-in";
    assert!(notes.contains(why) && !notes.contains("curl"), "{notes}");
    assert_eq!(run.rules(&["failed", "errored"]), Vec::<String>::new());
}

/// Runs against a service that answers 401 at `https://localhost`. `keys` go into the target file, and `variables` into
/// the environment. Returns the number of requests that reached the service. The system trusts its certificate.
fn asked_of_a_service(keys: impl Fn(std::net::SocketAddr) -> String, variables: &[(&str, &str)]) -> (Run, usize) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let plain = listen(move |_, stream| {
        count.fetch_add(1, Ordering::Relaxed);
        reply(stream, 401, &[], b"")
    });
    let (folder, authority) = (tempfile::tempdir().unwrap(), authority());
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(&trusted, authority.pem()).unwrap();
    let service = terminate(&certificate(&authority, "localhost", false), None, plain);
    let other = folder.path().join("other.pem");
    std::fs::write(&other, crate::common::tls::authority().pem()).unwrap();
    let keys = keys(service).replace("TRUSTED", trusted.to_str().unwrap()).replace("OTHER", other.to_str().unwrap());
    let variables = [variables, &[("SSL_CERT_FILE", trusted.to_str().unwrap())]].concat();
    let run = run_in(&variables, &target(&format!("https://localhost:{}", service.port()), &keys), &["--rule", "list."]);
    (run, asked.load(Ordering::Relaxed))
}

#[test]
fn the_service_is_reached_without_a_mock_proxy() {
    let (run, asked) = asked_of_a_service(|_| String::new(), &[]);
    assert!(asked > 0 && run.note().contains("accepts no token"), "{}", run.all);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn nothing_is_sent_if_the_mock_proxy_is_not_running() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for variables in [&[][..], &[("NO_PROXY", "*"), ("HTTPS_PROXY", "")]] {
        let keys = |_| format!("mock_proxy = \"http://{free}\"\nca_file = \"TRUSTED\"");
        let (run, asked) = asked_of_a_service(keys, variables);
        assert_eq!((run.status, asked), (Some(3), 0), "{}", run.all);
        assert_eq!(run.report["notes"][0]["hint"], "check that the proxy in `mock_proxy` is running; nothing was sent to the service");
    }
}

#[test]
fn nothing_is_sent_if_the_mock_proxy_lets_the_service_answer() {
    let keys = |service| format!("mock_proxy = \"http://{}\"\nca_file = \"OTHER\"", proxy(service).0);
    let (run, asked) = asked_of_a_service(keys, &[]);
    assert_eq!((run.status, asked), (Some(3), 0), "{}", run.all);
    let hint =
        "configure the proxy in `mock_proxy` to watch this host, and name its authority in `ca_file`; nothing was sent to the service";
    assert_eq!(run.report["notes"][0]["hint"], hint, "{}", run.all);
}

/// Checks the stand-in for Dev Proxy with the configuration in a folder. The deviations must be exactly those in its
/// expectation file. With `UPDATE_EXPECTED` set, they become the new expectations.
fn dev_proxy_deviates_as_expected(name: &str, statuses: &[i32]) -> Run {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/devproxy").join(name);
    let (folder, authority) = (tempfile::tempdir().unwrap(), authority());
    let ca_file = folder.path().join("ca.pem");
    std::fs::write(&ca_file, authority.pem()).unwrap();
    let address = dev_proxy::start(&case, &authority);
    let target = std::fs::read_to_string(case.join("target.toml")).unwrap();
    let moved = target.replace("127.0.0.1:8000", &address.to_string()).replace("dev-proxy.pem", ca_file.to_str().unwrap());
    let expected = case.join("expected.toml");
    let mut arguments = vec!["--expect", expected.to_str().unwrap()];
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        arguments.extend(["--write-expect", expected.to_str().unwrap()]);
    }
    let run = run_in(&[], &moved, &arguments);
    let rules = run.report["rules"].as_array().unwrap().iter();
    let unexpected =
        rules.filter(|rule| rule["expected"] == false && ["failed", "blocked", "errored"].contains(&rule["outcome"].as_str().unwrap()));
    let unexpected: Vec<_> = unexpected.map(|rule| format!("{} {}", rule["id"], rule["outcome"])).collect();
    let printed = run.all.split("\n{").next().unwrap();
    assert!(unexpected.is_empty(), "{unexpected:#?}\n{printed}");
    assert!(run.status.is_some_and(|status| statuses.contains(&status)), "{printed}");
    run
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn the_published_mocks_of_dev_proxy_deviate_as_expected() {
    dev_proxy_deviates_as_expected("graph-mocks", &[0]);
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn the_crud_api_of_dev_proxy_deviates_as_expected_even_with_throttling() {
    // Its only phone can't be put back, because a new one gets no id, so the run is unfinished.
    let run = dev_proxy_deviates_as_expected("crud", &[3]);
    assert!(run.report["counts"]["retries"].as_u64().unwrap() > 0, "{}", run.report["counts"]);
    let curl = run.all.split("curl -i -X ").nth(1).unwrap();
    assert!(curl.contains(" --proxy http://127.0.0.1:") && curl.contains(" --noproxy '' --cacert "), "{curl}");
}
