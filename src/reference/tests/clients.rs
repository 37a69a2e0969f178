//! Requests that real clients of Graph were seen to send, and the answers they need.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use super::{ALTERNATE, Fixture, MOBILE, OFFICE, Options, read};
use crate::api::Edition;
use crate::reference::Rate;

const ADMIN: &str = "authentication-administrator";

impl Fixture {
    /// The phones of the first user.
    fn phones(&self) -> String {
        format!("/v1.0/users/{}/authentication/phoneMethods", self.user(0).id)
    }

    fn write(&self, method: &str, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.request(ADMIN, method, path).header("content-type", "application/json").body(body)
    }

    /// Sends a GET as an administrator, and returns status and body.
    async fn get(&self, path: &str) -> (u16, Value) {
        self.ask_as(ADMIN, "GET", path, None).await
    }

    /// Sends a batch.
    async fn batch(&self, requests: Value) -> (u16, Value) {
        self.ask_as(ADMIN, "POST", "/v1.0/$batch", Some(json!({ "requests": requests }))).await
    }

    /// The types of the phones in the first user's list with these options.
    async fn types(&self, options: &[(&str, &str)]) -> Vec<String> {
        let options = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(options).finish();
        let (status, list) = self.get(&format!("{}?{options}", self.phones())).await;
        assert_eq!(status, 200, "{options} {list}");
        list["value"].as_array().unwrap().iter().map(|phone| phone["phoneType"].as_str().unwrap_or("?").to_owned()).collect()
    }

    async fn with_three_phones() -> Self {
        let fixture = Self::new(Edition::Current, &[]).await;
        for (index, phone_type) in ["mobile", "alternateMobile", "office"].into_iter().enumerate() {
            assert_eq!(fixture.add(0, phone_type, &format!("+1 206555010{index}")).await.0, 201);
        }
        fixture
    }
}

async fn sent(request: RequestBuilder) -> (u16, Value) {
    read(request.send().await.unwrap()).await
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

const PHONE: &str = r#"{"phoneNumber":"+1 2065550100","phoneType":"mobile"}"#;

#[tokio::test]
async fn bodies_may_be_gzipped() {
    let fixture = Fixture::new(Edition::Current, &[]).await;
    let phones = fixture.phones();
    let packed = |method: &str, path: &str, text: &str, coding: &str| {
        sent(fixture.write(method, path, gzip(text)).header("content-encoding", coding.to_owned()))
    };
    assert_eq!(packed("POST", &phones, PHONE, "gzip").await.0, 201);
    let change = r#"{"phoneNumber":"+1 2065550109"}"#;
    assert_eq!(packed("PATCH", &format!("{phones}/{MOBILE}"), change, "gzip").await.0, 204);
    assert_eq!(fixture.get(&format!("{phones}/{MOBILE}")).await.1["phoneNumber"], "+1 2065550109");

    // The SDK for Go sends a body again uncompressed after 415, and only then.
    let response = fixture.write("POST", &phones, gzip(PHONE)).header("content-encoding", "br").send().await.unwrap();
    assert_eq!((response.status().as_u16(), header(&response, "accept-encoding")), (415, "gzip, deflate, identity"));
    let unknown = fixture.client.post(format!("http://{}{phones}", fixture.server.addr)).header("content-encoding", "br").body("x");
    assert_eq!(sent(unknown).await.0, 401, "who may not call does not learn what is read");
}

#[tokio::test]
async fn paths_are_read_in_any_case_and_a_misspelt_property_is_named() {
    let fixture = Fixture::new(Edition::Current, &[]).await;
    let id = fixture.user(0).id.clone();
    let by_script = "/beta/users/kim@contoso.example/authentication/phonemethods/";
    assert_eq!(sent(fixture.write("POST", by_script, PHONE)).await.0, 201);
    assert_eq!(fixture.get(&format!("/V1.0/Users/{id}/Authentication/PhoneMethods")).await.0, 200);
    let action = format!("/v1.0/users/{id}/authentication/phonemethods/{MOBILE}/disablesmssignin");
    assert_eq!(fixture.ask_as(ADMIN, "POST", &action, None).await.0, 204);

    let lower = json!({ "phoneType": "office", "phonenumber": "+1 2065550101" });
    for (method, path) in [("POST", fixture.phones()), ("PATCH", format!("{}/{MOBILE}", fixture.phones()))] {
        let body = if method == "POST" { lower.clone() } else { json!({ "phonenumber": "+1 2065550101" }) };
        let (status, error) = fixture.ask_as(ADMIN, method, &path, Some(body)).await;
        assert_eq!(status, 400, "{method}");
        let message = error["error"]["message"].as_str().unwrap();
        assert!(message.contains("phonenumber") && message.contains("write phoneNumber"), "{message}");
    }
}

#[tokio::test]
async fn a_batch_of_requests_is_answered_one_by_one() {
    let fixture = Fixture::with_three_phones().await;
    let url = |id: &str| format!("users/kim@contoso.example/authentication/phoneMethods/{id}");
    let (status, answer) = fixture
        .batch(json!([
            { "id": format!("phoneMethod-{OFFICE}"), "method": "DELETE", "url": url(OFFICE) },
            { "id": "slash", "method": "get", "url": format!("/{}?$filter=phoneType eq 'mobile'", url("")), "headers": null },
            { "id": "first", "method": "DELETE", "url": url(MOBILE) },
            { "id": "second", "method": "DELETE", "url": url(ALTERNATE), "dependsOn": ["first"] },
            { "id": "write", "method": "POST", "url": url(""), "headers": { "Content-Type": "application/json" },
              "body": { "phoneType": "office", "phoneNumber": "+1 2065550107" }, "dependsOn": ["slash"] },
            { "id": "untyped", "method": "PATCH", "url": url(MOBILE), "body": { "phoneNumber": "+1 2065550107" } },
            { "id": "count", "method": "GET", "url": format!("{}/$count", url("")) },
            { "id": "nested", "method": "POST", "url": "/$batch", "body": { "requests": [] } },
        ]))
        .await;
    assert_eq!(status, 200);
    let responses = answer["responses"].as_array().unwrap();
    let statuses: Vec<u64> = responses.iter().map(|response| response["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [204, 200, 400, 424, 201, 400, 200, 404]);
    assert_eq!((&responses[0]["id"], responses[0].get("body")), (&json!(format!("phoneMethod-{OFFICE}")), None));
    assert_eq!(responses[1]["body"]["value"][0]["id"], MOBILE);
    assert!(responses[1]["headers"]["Content-Type"].as_str().unwrap().starts_with("application/json"));
    assert_eq!(responses[2]["body"]["error"]["code"], "badRequest");
    assert_eq!(responses[6]["body"], 3);

    let read = json!({ "id": "1", "method": "GET", "url": url("") });
    let many: Vec<Value> = (0..21).map(|id| json!({ "id": id.to_string(), "method": "GET", "url": "/me" })).collect();
    let early = json!({ "id": "0", "method": "GET", "url": "/me", "dependsOn": ["1"] });
    for requests in [json!([]), json!(many), json!([read, read]), json!([early, read]), json!([{ "id": "1" }]), json!({})] {
        assert_eq!(fixture.batch(requests.clone()).await.0, 400, "{requests}");
    }
    let anonymous = fixture.client.post(format!("http://{}/v1.0/$batch", fixture.server.addr));
    assert_eq!(sent(anonymous.header("content-type", "application/json").body("{}")).await.0, 401);
    let response = fixture.request(ADMIN, "GET", "/beta/$batch").send().await.unwrap();
    assert_eq!((response.status().as_u16(), header(&response, "allow")), (405, "POST, OPTIONS"));
}

#[tokio::test]
async fn phones_are_listed_among_methods_with_their_type() {
    let fixture = Fixture::with_three_phones().await;
    let methods = format!("/v1.0/users/{}/authentication/methods", fixture.user(0).id);
    let (status, list) = fixture.get(&methods).await;
    assert_eq!((status, list["value"].as_array().unwrap().len()), (200, 3));
    assert!(list["@odata.context"].as_str().unwrap().ends_with("/authentication/methods"));
    for method in list["value"].as_array().unwrap() {
        assert_eq!(method["@odata.type"], "#microsoft.graph.phoneAuthenticationMethod");
    }
    let (status, method) = fixture.get(&format!("{methods}/{OFFICE}")).await;
    assert_eq!((status, &method["phoneType"], method["@odata.type"].is_string()), (200, &json!("office"), true));
    let (status, error) = fixture.get(&format!("/v1.0/users/{}/authentication/emailMethods", fixture.user(0).id)).await;
    assert_eq!(status, 404);
    assert!(error["error"]["message"].as_str().unwrap().contains("This server has phoneMethods and methods"), "{error}");
}

#[tokio::test]
async fn sms_sign_in_is_not_switched_below_methods() {
    let fixture = Fixture::with_three_phones().await;
    let path =
        |collection: &str| format!("/beta/users/kim@contoso.example/authentication/{collection}/{MOBILE}/microsoft.graph.enableSmsSignIn");
    let (status, error) = fixture.ask_as(ADMIN, "POST", &path("methods"), None).await;
    assert_eq!(status, 404);
    assert!(error["error"]["message"].as_str().unwrap().contains("below phoneMethods"), "{error}");
    assert_eq!(fixture.ask_as(ADMIN, "POST", &path("phoneMethods"), None).await.0, 204);
}

#[tokio::test]
async fn pages_of_any_origin_may_call() {
    let fixture = Fixture::with_three_phones().await;
    let (phones, origin) = (fixture.phones(), "http://localhost:3000");
    let url = format!("http://{}{phones}/{MOBILE}", fixture.server.addr);
    let preflight = fixture.client.request(reqwest::Method::OPTIONS, &url).header("origin", origin);
    let wanted = "authorization,content-type,client-request-id";
    let preflight = preflight.header("access-control-request-method", "PATCH").header("access-control-request-headers", wanted);
    let response = preflight.send().await.unwrap();
    assert_eq!(response.status().as_u16(), 204);
    assert_eq!((header(&response, "access-control-allow-origin"), header(&response, "access-control-allow-headers")), ("*", wanted));
    assert!(header(&response, "access-control-allow-methods").contains("PATCH"));

    for (request, status) in [
        (fixture.request(ADMIN, "GET", &phones), 200),
        (fixture.request(ADMIN, "GET", &format!("{phones}/nonsense")), 404),
        (fixture.client.get(&url), 401),
    ] {
        let response = request.header("origin", origin).send().await.unwrap();
        assert_eq!((response.status().as_u16(), header(&response, "access-control-allow-origin")), (status, "*"));
        assert!(header(&response, "access-control-expose-headers").contains("request-id"));
    }
    let plain = fixture.request(ADMIN, "GET", &phones).send().await.unwrap();
    assert_eq!(header(&plain, "access-control-allow-origin"), "");
    let batch = fixture.client.request(reqwest::Method::OPTIONS, format!("http://{}/v1.0/$batch", fixture.server.addr));
    assert_eq!(header(&batch.send().await.unwrap(), "allow"), "POST, OPTIONS");
}

#[tokio::test]
async fn keys_may_stand_in_parentheses() {
    let fixture = Fixture::with_three_phones().await;
    let id = &fixture.user(0).id;
    for user in [format!("users('{id}')"), "users('kim@contoso.example')".to_owned(), format!("users({id})")] {
        let phone = format!("/v1.0/{user}/authentication/phoneMethods('{MOBILE}')");
        assert_eq!(fixture.get(&phone).await.1["id"], MOBILE, "{phone}");
        assert_eq!(fixture.ask_as(ADMIN, "POST", &format!("{phone}/enableSmsSignIn()"), None).await.0, 204, "{phone}");
    }
}

#[tokio::test]
async fn a_type_may_be_written_in_any_case() {
    let fixture = Fixture::new(Edition::Current, &[]).await;
    let (status, phone) = fixture.add(0, "Mobile", "+1 2065550100").await;
    assert_eq!((status, &phone["phoneType"]), (201, &json!("mobile")));
    assert_eq!(fixture.add(0, "Pager", "+1 2065550100").await.0, 400);
}

#[tokio::test]
async fn a_refused_number_is_shown_as_it_should_be_written() {
    let fixture = Fixture::new(Edition::Current, &[]).await;
    for number in ["+12065550100", "+1 206-555-0100", "+1\u{a0}2065550100", "\u{202a}+1 2065550100", "+1 2065550100 "] {
        let (status, error) = fixture.add(0, "mobile", number).await;
        assert_eq!((status, &error["error"]["code"]), (400, &json!("invalidPhoneNumber")), "{number}");
        assert!(error["error"]["message"].as_str().unwrap().ends_with(" Write +1 2065550100."), "{number} {error}");
    }
    let (_, error) = fixture.add(0, "mobile", "nonsense").await;
    assert!(error["error"]["message"].as_str().unwrap().ends_with("optional."), "{error}");
}

#[tokio::test]
async fn put_replaces_a_phone_only_in_the_legacy_edition() {
    let body = r#"{"phoneNumber":"+1 2065550109","phoneType":"mobile"}"#;
    for (edition, version) in [(Edition::Legacy, "beta"), (Edition::Legacy, "v1.0"), (Edition::Current, "beta")] {
        let fixture = Fixture::new(edition, &[]).await;
        fixture.add(0, "mobile", "+1 2065550100").await;
        let path = format!("/{version}/users/{}/authentication/phoneMethods/{MOBILE}", fixture.user(0).id);
        let response = fixture.write("PUT", &path, body).send().await.unwrap();
        if edition == Edition::Current {
            assert_eq!((response.status().as_u16(), header(&response, "allow")), (405, "GET, PATCH, DELETE, HEAD, OPTIONS"));
        } else {
            let (status, phone) = read(response).await;
            assert_eq!((status, &phone["phoneNumber"]), (200, &json!("+1 2065550109")));
        }
    }
}

#[tokio::test]
async fn a_tenant_and_braces_may_stand_in_a_path() {
    let fixture = Fixture::new(Edition::Current, &[]).await;
    let id = &fixture.user(0).id;
    for path in [
        format!("/v1.0/contoso.onmicrosoft.com/users/{id}/authentication/phoneMethods"),
        format!("/v1.0/myorganization/users/{id}/authentication/phoneMethods"),
        format!("/beta/users/%7B{id}%7D/authentication/phoneMethods"),
        format!("//beta/users/{id}/authentication/phoneMethods/"),
    ] {
        assert_eq!(fixture.get(&path).await.0, 200, "{path}");
    }
}

#[tokio::test]
async fn a_second_phone_is_refused_in_the_words_that_callers_look_for() {
    let fixture = Fixture::with_three_phones().await;
    let (status, error) = fixture.add(0, "mobile", "+1 2065550105").await;
    assert_eq!((status, &error["error"]["message"]), (400, &json!("Mobile phone method is already registered for this account.")));
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_paged() {
    let fixture = Fixture::with_three_phones().await;
    for (filter, types) in [
        (format!("id eq '{OFFICE}'"), &["office"][..]),
        ("phoneNumber eq '+1 2065550100'".to_owned(), &["mobile"]),
        ("phoneType ne 'office'".to_owned(), &["mobile", "alternateMobile"]),
        ("phoneType eq 'mobile' or phoneType eq 'office'".to_owned(), &["mobile", "office"]),
        ("phoneType eq microsoft.graph.authenticationPhoneType'mobile'".to_owned(), &["mobile"]),
        ("smsSignInState eq 'notSupported' and phoneType ne 'office'".to_owned(), &["alternateMobile"]),
    ] {
        assert_eq!(fixture.types(&[("$filter", &filter)]).await, types, "{filter}");
    }
    assert_eq!(fixture.types(&[("$orderby", "phoneNumber desc")]).await, ["office", "alternateMobile", "mobile"]);
    assert_eq!(fixture.types(&[("$top", "0")]).await, [""; 0]);
    assert_eq!(fixture.types(&[("$skip", "2")]).await, ["office"]);

    let phones = fixture.phones();
    assert_eq!(fixture.get(&format!("{phones}?$count=true&$filter=phoneType%20ne%20'office'&$top=1")).await.1["@odata.count"], 2);
    assert_eq!(fixture.get(&format!("{phones}/$count?$filter=phoneType%20ne%20'office'")).await.1, 2);
    assert_eq!(fixture.get(&format!("{phones}/{MOBILE}?$select=phoneNumber")).await.1.get("id"), None);
    for option in ["$expand=x", "$search=x", "$filter=phoneType%20gt%20'a'", "$top=x", "$count=2", "$orderby=x", "$select=x"] {
        let (status, error) = fixture.get(&format!("{phones}?{option}")).await;
        assert_eq!((status, &error["error"]["code"]), (400, &json!("BadRequest")), "{option}");
    }
    let anonymous = fixture.client.get(format!("http://{}{phones}?$top=x", fixture.server.addr));
    assert_eq!(sent(anonymous).await.0, 401);

    // A client that follows pages gets every phone.
    for (first, wish) in [(format!("{phones}?$top=2"), None), (phones.clone(), Some("odata.maxpagesize=2"))] {
        let request = fixture.request(ADMIN, "GET", &first);
        let response = wish.map_or(request.try_clone().unwrap(), |wish| request.header("prefer", wish)).send().await.unwrap();
        assert_eq!(header(&response, "preference-applied"), wish.unwrap_or_default());
        let (_, page) = read(response).await;
        assert_eq!(page["value"].as_array().unwrap().len(), 2);
        let next = page["@odata.nextLink"].as_str().unwrap();
        let (_, last) = sent(fixture.client.get(next).bearer_auth(fixture.token(ADMIN))).await;
        assert_eq!((&last["value"][0]["phoneType"], last.get("@odata.nextLink")), (&json!("office"), None), "{next}");
    }
}

#[tokio::test]
async fn callers_choose_how_much_metadata_they_get() {
    let fixture = Fixture::with_three_phones().await;
    let phones = fixture.phones();
    let accepting = |path: &str, accept: &'static str| fixture.request(ADMIN, "GET", path).header("accept", accept);
    let response = accepting(&phones, "application/json;odata.metadata=none").send().await.unwrap();
    assert!(header(&response, "content-type").starts_with("application/json;odata.metadata=none"));
    assert_eq!(read(response).await.1.get("@odata.context"), None);
    let (_, phone) = sent(accepting(&format!("{phones}/{MOBILE}"), "application/json;odata.metadata=full")).await;
    assert_eq!(phone["@odata.type"], "#microsoft.graph.phoneAuthenticationMethod");
    let (status, again) = sent(fixture.client.get(phone["@odata.id"].as_str().unwrap()).bearer_auth(fixture.token(ADMIN))).await;
    assert_eq!((status, &again["id"]), (200, &json!(MOBILE)));
    assert_eq!(sent(accepting(&phones, "application/json")).await.1["value"][0].get("@odata.type"), None);

    let change = || fixture.write("PATCH", &format!("{phones}/{MOBILE}"), r#"{"phoneNumber":"+1 2065550109"}"#);
    let response = change().header("prefer", "return=representation").send().await.unwrap();
    assert_eq!(header(&response, "preference-applied"), "return=representation");
    assert_eq!(read(response).await.1["phoneNumber"], "+1 2065550109");
    for (name, value) in [("prefer", "include-unknown-enum-members"), ("if-match", "W/\"x\"")] {
        assert_eq!(sent(change().header(name, value)).await.0, 204);
    }
}

#[tokio::test]
async fn a_byte_order_mark_before_a_body_is_skipped() {
    let fixture = Fixture::new(Edition::Current, &[]).await;
    assert_eq!(sent(fixture.write("POST", &fixture.phones(), format!("\u{feff}{PHONE}"))).await.0, 201);
}

#[tokio::test]
async fn a_null_counts_as_a_missing_property() {
    let fixture = Fixture::new(Edition::Current, &[]).await;
    let create =
        json!({ "phoneNumber": "+1 2065550100", "phoneType": "mobile", "id": null, "smsSignInState": null, "createdDateTime": null });
    assert_eq!(fixture.ask("v1.0", "POST", 0, "", Some(create)).await.0, 201);
    let mobile = format!("/{MOBILE}");
    let change = json!({ "phoneNumber": "+1 2065550109", "phoneType": null, "id": null });
    assert_eq!(fixture.ask("v1.0", "PATCH", 0, &mobile, Some(change)).await.0, 204);
    assert_eq!(fixture.ask("v1.0", "PATCH", 0, &mobile, Some(json!({ "phoneNumber": null }))).await.0, 204);
    // A client may send back what it read.
    let (_, phone) = fixture.ask("v1.0", "GET", 0, &mobile, None).await;
    assert_eq!(phone["phoneNumber"], "+1 2065550109");
    assert_eq!(fixture.ask("v1.0", "PATCH", 0, &mobile, Some(phone)).await.0, 204);
}

#[tokio::test]
async fn head_is_get_without_a_body_and_allow_lists_the_methods() {
    let fixture = Fixture::with_three_phones().await;
    for path in [fixture.phones(), format!("{}/{MOBILE}", fixture.phones())] {
        let get = fixture.request(ADMIN, "GET", &path).send().await.unwrap();
        let head = fixture.request(ADMIN, "HEAD", &path).send().await.unwrap();
        assert_eq!((get.status(), header(&get, "content-length")), (head.status(), header(&head, "content-length")));
        assert_eq!(header(&get, "content-type"), header(&head, "content-type"));
        assert!(head.bytes().await.unwrap().is_empty());
    }
    for (method, path, allow) in [
        // A client that has no id.
        ("DELETE", fixture.phones(), "GET, POST, HEAD, OPTIONS"),
        ("GET", format!("{}/{MOBILE}/enableSmsSignIn", fixture.phones()), "POST, OPTIONS"),
        ("HEAD", format!("{}/{MOBILE}/enableSmsSignIn", fixture.phones()), "POST, OPTIONS"),
    ] {
        let response = fixture.request(ADMIN, method, &path).send().await.unwrap();
        assert_eq!((response.status().as_u16(), header(&response, "allow")), (405, allow), "{method} {path}");
    }
}

#[tokio::test]
async fn a_throttled_caller_learns_how_long_to_wait() {
    let rate = Rate { requests: 2, window: std::time::Duration::from_secs(3600) };
    let fixture = Fixture::with(Options { throttle: Some(rate), ..Options::default() }).await;
    let phones = fixture.phones();
    let preflight = fixture.client.request(reqwest::Method::OPTIONS, format!("http://{}{phones}", fixture.server.addr));
    assert_eq!(sent(preflight).await.0, 204);
    assert_eq!(fixture.get(&phones).await.0, 200);
    // Each request of a batch counts separately.
    let url = phones.strip_prefix("/v1.0").unwrap();
    let (status, batch) =
        fixture.batch(json!([{ "id": "1", "method": "GET", "url": url }, { "id": "2", "method": "GET", "url": url }])).await;
    assert_eq!((status, &batch["responses"][0]["status"], &batch["responses"][1]["status"]), (200, &json!(200), &json!(429)));
    let response = fixture.request(ADMIN, "GET", &phones).send().await.unwrap();
    let seconds: u64 = header(&response, "retry-after").parse().unwrap();
    assert!((1..=3600).contains(&seconds));
    let (status, error) = read(response).await;
    assert_eq!((status, &error["error"]["code"]), (429, &json!("TooManyRequests")));
}

#[tokio::test]
async fn answers_may_be_delayed() {
    let latency = std::time::Duration::from_millis(60);
    let fixture = Fixture::with(Options { latency, ..Options::default() }).await;
    let begun = std::time::Instant::now();
    assert_eq!(fixture.get(&fixture.phones()).await.0, 200);
    assert!(begun.elapsed() >= latency);
}
