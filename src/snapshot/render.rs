//! Renders an answer for its snapshot.

use crate::graph::Exchange;
use crate::target::Target;

use super::redact::{AnyUser, Hidden, Redaction};

/// The request and the answer, without the parts that differ between runs.
pub fn render(exchange: &Exchange, target: &Target, hidden: &Hidden<'_>, user: AnyUser) -> String {
    let mut redaction = hidden.redaction(user);
    let mut text = format!("{} {}\n{}", exchange.method, path(exchange, target, &mut redaction), exchange.status);
    if let Some(media_type) = exchange.media_type() {
        text.push_str(&format!(" {}", redaction.text(&media_type)));
    }
    // Only the scheme is shown: the rest names hosts and tenants.
    let scheme = exchange.header("www-authenticate").and_then(|challenge| challenge.split([' ', ',']).next());
    if let Some(scheme) = scheme {
        text.push_str(&format!("\nwww-authenticate: {}", redaction.text(scheme)));
    }
    let body = match exchange.json() {
        Some(value) => serde_json::to_string_pretty(&redaction.json(value)).expect("a JSON value can always be written"),
        None => redaction.text(&exchange.body).replace("\r\n", "\n"),
    };
    if !body.trim().is_empty() {
        text.push_str(&format!("\n\n{}", body.trim_end()));
    }
    text
}

/// The path in Graph's form, even if the target serves the version elsewhere. So baselines of other targets can be
/// compared.
fn path(exchange: &Exchange, target: &Target, redaction: &mut Redaction<'_>) -> String {
    let root = target.version_root(exchange.version);
    let path = exchange.url.strip_prefix(root.as_str().trim_end_matches('/')).filter(|path| path.starts_with('/'));
    match path {
        Some(path) => redaction.text(&format!("/{}{path}", exchange.version)),
        None => redaction.text(&exchange.url),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::api::ApiVersion;
    use crate::graph::{Call, Redactor};

    fn rendered(status: u16, headers: &[(&str, &str)], body: &str) -> String {
        let mut target = Target::from_flags("http://localhost:8080/graph", "TOKEN", &["kim@contoso.test".to_owned()]).unwrap();
        target.version_paths.insert(ApiVersion::V1, String::new());
        let exchange = Exchange::new(
            &Call::example(),
            "http://localhost:8080/graph/users/kim%40contoso.test/authentication/phoneMethods".into(),
            Vec::new(),
            None,
            status,
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body.to_owned(),
            Duration::ZERO,
        );
        let secrets = Redactor::default();
        render(&exchange, &target, &Hidden::new(&target, &secrets), AnyUser::Yes)
    }

    #[test]
    fn a_json_body_is_indented() {
        let headers = [("content-type", "application/json; charset=utf-8"), ("www-authenticate", "Bearer realm=\"\"")];
        assert_eq!(
            rendered(401, &headers, r#"{"b":1,"a":"+1 2065550100"}"#),
            "POST /v1.0/users/[user]/authentication/phoneMethods\n401 application/json\nwww-authenticate: Bearer\n\n{\n  \"a\": \"[number 1]\",\n  \"b\": 1\n}"
        );
    }

    #[test]
    fn an_empty_body_is_left_out_and_a_text_stays_as_it_is() {
        assert_eq!(rendered(204, &[], ""), "POST /v1.0/users/[user]/authentication/phoneMethods\n204");
        assert!(rendered(500, &[("content-type", "text/plain")], "no\r\nidea\n").ends_with("\n500 text/plain\n\nno\nidea"));
    }
}
