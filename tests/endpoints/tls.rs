//! TLS that fails: the report names the phase, the reason, and what to do about it.

use std::net::SocketAddr;
use std::path::Path;

use crate::common::tls::{Authority, Pair, authority, certificate, terminate};
use crate::common::{listen, reply, run};

/// Answers everything with 401, over TLS.
fn serve(pair: &Pair, clients_of: Option<&Authority>) -> SocketAddr {
    terminate(pair, clients_of, listen(|_, stream| reply(stream, 401, &[], b"")))
}

/// The exit status, the first note and its hint.
fn said(base_url: &str, keys: &str) -> (Option<i32>, String, String) {
    let target = format!(
        "name = \"t\"\nbase_url = \"{base_url}\"\nrequest_timeout = \"10s\"\n{keys}\n\
         [[identities]]\nname = \"app\"\nkind = \"application\"\nscopes = [\"UserAuthenticationMethod.ReadWrite.All\"]\ntoken = \"tok3n\"\n\
         [[users]]\nid = \"1\"\n"
    );
    let run = run(&target, &["--rule", "list."]);
    assert!(run.report["notes"][0].is_object(), "{}", run.all);
    (run.status, run.note().to_owned(), run.report["notes"][0]["hint"].as_str().unwrap_or_default().to_owned())
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

const ANSWERED: &str = "every request is answered with 401: the endpoint accepts no token";

#[test]
fn an_authority_is_trusted_if_the_target_file_names_it() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), authority());
    let address = serve(&certificate(&authority, "localhost", false), None);
    let url = format!("https://localhost:{}", address.port());
    let (status, note, hint) = said(&url, "");
    assert_eq!(status, Some(3));
    assert!(note.ends_with("failed while setting up TLS: no trusted authority signed the certificate"), "{note}");
    assert_eq!(hint, "name the file with the certificate of the authority in `ca_file`");
    let ca_file = format!("ca_file = \"{}\"", written(folder.path(), "ca.pem", &authority.pem()));
    assert_eq!(said(&url, &ca_file).1, ANSWERED);
    let (_, note, hint) = said(&format!("https://127.0.0.1:{}", address.port()), &ca_file);
    assert!(note.ends_with("setting up TLS: the certificate is for another host"), "{note}");
    assert_eq!(hint, "write the host as the certificate names it");
    let expired = serve(&certificate(&authority, "localhost", true), None);
    let (_, note, _) = said(&format!("https://localhost:{}", expired.port()), &ca_file);
    assert!(note.ends_with("setting up TLS: the certificate has expired"), "{note}");
}

#[test]
fn certificates_that_openssl_makes_by_default_get_a_clear_message() {
    let folder = tempfile::tempdir().unwrap();
    let made = |is_ca: bool, hosts: &[&str]| {
        let mut params = rcgen::CertificateParams::new(hosts.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>()).unwrap();
        params.is_ca = if is_ca { rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained) } else { rcgen::IsCa::ExplicitNoCa };
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let ca_file = format!("ca_file = \"{}\"", written(folder.path(), "self.pem", &certificate.pem()));
        said(&format!("https://localhost:{}", serve(&(certificate, key), None).port()), &ca_file)
    };
    let (status, note, hint) = made(true, &["localhost"]);
    assert_eq!(status, Some(3));
    assert!(note.ends_with("the certificate is an authority's certificate (CA:TRUE), not a server's"), "{note}");
    assert!(hint.contains("`-addext basicConstraints=critical,CA:FALSE`"), "{hint}");
    let (_, note, hint) = made(false, &[]);
    assert!(note.ends_with("the certificate names no host"), "{note}");
    assert!(hint.contains("`-addext subjectAltName=DNS:HOST`"), "{hint}");
    assert_eq!(made(false, &["localhost"]).1, ANSWERED);
}

#[test]
fn the_client_certificate_of_the_target_file_is_sent() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), authority());
    let address = serve(&certificate(&authority, "localhost", false), Some(&authority));
    let url = format!("https://localhost:{}", address.port());
    let ca_file = format!("ca_file = \"{}\"", written(folder.path(), "ca.pem", &authority.pem()));
    let (status, note, hint) = said(&url, &ca_file);
    assert_eq!(status, Some(3));
    // Either the alert or the end of the connection may come first.
    assert!(note.contains(" failed while setting up TLS: ") || note.contains(" failed while waiting for the answer: "), "{note}");
    assert!(hint.contains("`client_certificate_file`"), "{hint}");
    let (certificate, key) = certificate(&authority, "client", false);
    let both = format!(
        "{ca_file}\nclient_certificate_file = \"{}\"\nclient_key_file = \"{}\"",
        written(folder.path(), "client.pem", &certificate.pem()),
        written(folder.path(), "key.pem", &key.serialize_pem())
    );
    assert_eq!(said(&url, &both).1, ANSWERED);
}

#[test]
fn a_wrong_scheme_is_reported() {
    let plain = listen(|_, stream| reply(stream, 200, &[], b"{}"));
    let (status, note, hint) = said(&format!("https://{plain}"), "");
    assert_eq!(status, Some(3));
    assert!(note.contains("failed while setting up TLS: "), "{note}");
    assert_eq!(hint, "if the port does not speak TLS, the address must begin with `http://`");
    let address = serve(&certificate(&authority(), "localhost", false), None);
    let (status, note, hint) = said(&format!("http://localhost:{}", address.port()), "");
    assert_eq!(status, Some(3), "{note}");
    assert!(hint.contains("begin with `https://`"), "{note}: {hint}");
}
