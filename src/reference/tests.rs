//! Tests the server through a socket, as its callers use it.

mod clients;
mod steady;

use std::sync::Once;

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

use super::{CastUser, Fault, Options, Server, start};
use crate::api::Edition;

const MOBILE: &str = "3179e48a-750b-4051-897c-87b9720928f7";
const ALTERNATE: &str = "b6332ec1-7057-4abe-9331-3d72feddfe41";
const OFFICE: &str = "e37fc753-ff3b-4958-9484-eaa9425c82bc";

/// A server and a client.
struct Fixture {
    server: Server,
    client: Client,
}

impl Fixture {
    async fn new(edition: Edition, faults: &[&str]) -> Self {
        let faults = faults.iter().map(|id| id.parse::<Fault>().unwrap()).collect();
        Self::with(Options { users: 4, edition, faults, ..Options::default() }).await
    }

    async fn with(options: Options) -> Self {
        static CRYPTO: Once = Once::new();
        CRYPTO.call_once(|| {
            // Another test in this process may have installed one.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let server = start(options).await.unwrap();
        Self { server, client: Client::new() }
    }

    fn token(&self, name: &str) -> &str {
        &self.server.cast.identities.iter().find(|identity| identity.name == name).unwrap().token
    }

    fn user(&self, index: usize) -> &CastUser {
        &self.server.cast.users[index]
    }

    fn request(&self, caller: &str, method: &str, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.server.addr);
        self.client.request(Method::from_bytes(method.as_bytes()).unwrap(), url).bearer_auth(self.token(caller))
    }

    /// Sends a request as an administrator about a user, and returns status and body.
    async fn ask(&self, version: &str, method: &str, user: usize, rest: &str, body: Option<Value>) -> (u16, Value) {
        let path = format!("/{version}/users/{}/authentication/phoneMethods{rest}", self.user(user).id);
        self.ask_as("authentication-administrator", method, &path, body).await
    }

    async fn ask_as(&self, caller: &str, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self.request(caller, method, path);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        read(request.send().await.unwrap()).await
    }

    async fn add(&self, user: usize, phone_type: &str, number: &str) -> (u16, Value) {
        self.ask("v1.0", "POST", user, "", Some(json!({ "phoneNumber": number, "phoneType": phone_type }))).await
    }

    async fn state(&self, user: usize) -> String {
        let (_, phone) = self.ask("v1.0", "GET", user, &format!("/{MOBILE}"), None).await;
        phone["smsSignInState"].as_str().unwrap_or_default().to_owned()
    }
}

async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

#[tokio::test]
async fn a_phone_lives_from_create_to_delete() {
    let fixture = Fixture::new(Edition::Current, &[]).await;
    let (status, phone) = fixture.add(0, "mobile", "+1 2065550100x7").await;
    assert_eq!(status, 201);
    assert_eq!(
        (&phone["id"], &phone["phoneNumber"], &phone["smsSignInState"]),
        (&json!(MOBILE), &json!("+1 2065550100x7"), &json!("ready"))
    );
    assert!(phone["@odata.context"].as_str().unwrap().ends_with("/authentication/phoneMethods/$entity"));

    assert_eq!(fixture.add(0, "mobile", "+1 2065550101").await.0, 400);
    assert_eq!(fixture.add(0, "alternateMobile", "+1 2065550102").await.0, 201);
    assert_eq!(fixture.add(0, "office", "+1 2065550103").await.1["smsSignInState"], "notSupported");
    for version in ["v1.0", "beta"] {
        let (status, list) = fixture.ask(version, "GET", 0, "", None).await;
        assert_eq!((status, list["value"].as_array().unwrap().len()), (200, 3));
        assert!(list["value"][0].get("@odata.type").is_none());
    }
    let (_, mobiles) = fixture.ask("v1.0", "GET", 0, "?$filter=phoneType%20eq%20'mobile'&$select=id", None).await;
    assert_eq!(mobiles["value"], json!([{ "id": MOBILE }]));
    assert_eq!(fixture.ask("v1.0", "GET", 0, "/$count", None).await, (200, json!(3)));

    let change = Some(json!({ "phoneNumber": "+1 2065550104" }));
    assert_eq!(fixture.ask("v1.0", "PATCH", 0, &format!("/{OFFICE}"), change.clone()).await, (204, json!("")));
    let (status, phone) = fixture.ask("beta", "PATCH", 0, &format!("/{ALTERNATE}"), change).await;
    assert_eq!((status, &phone["phoneNumber"], &phone["phoneType"]), (200, &json!("+1 2065550104"), &json!("alternateMobile")));
    let (status, _) = fixture.ask("v1.0", "PATCH", 0, &format!("/{OFFICE}"), Some(json!({ "phoneType": "mobile" }))).await;
    assert_eq!(status, 400);

    assert_eq!(fixture.ask("v1.0", "DELETE", 0, &format!("/{MOBILE}"), None).await.0, 400);
    for id in [ALTERNATE, MOBILE, OFFICE] {
        assert_eq!(fixture.ask("v1.0", "DELETE", 0, &format!("/{}", id.to_uppercase()), None).await.0, 204);
        assert_eq!(fixture.ask("v1.0", "GET", 0, &format!("/{id}"), None).await.0, 404);
    }
    fixture.server.stop().await.unwrap();
}

#[tokio::test]
async fn sms_sign_in_follows_policy_and_uniqueness() {
    let fixture = Fixture::new(Edition::Current, &[]).await;
    let (enable, disable) = (format!("/{MOBILE}/enableSmsSignIn"), format!("/{MOBILE}/disableSmsSignIn"));
    fixture.add(0, "mobile", "+1 2065550100").await;
    assert_eq!(fixture.add(2, "mobile", "+1 2065550100").await.1["smsSignInState"], "phoneNumberNotUnique");
    assert_eq!(fixture.add(1, "mobile", "+1 2065550100").await.1["smsSignInState"], "notAllowedByPolicy");

    assert_eq!(fixture.ask("v1.0", "POST", 2, &enable, None).await.1["error"]["code"], "phoneNumberNotUnique");
    assert_eq!(fixture.ask("v1.0", "POST", 1, &enable, None).await.0, 400);
    for _ in 0..2 {
        assert_eq!(fixture.ask("v1.0", "POST", 0, &disable, None).await, (204, json!("")));
        assert_eq!(fixture.state(0).await, "notConfigured");
    }
    for _ in 0..2 {
        assert_eq!(fixture.ask("beta", "POST", 2, &enable, None).await, (204, json!("")));
        assert_eq!(fixture.state(2).await, "ready");
    }
    assert_eq!(fixture.ask("v1.0", "POST", 0, &enable, None).await.0, 400);
    assert_eq!(fixture.state(0).await, "phoneNumberNotUnique");

    let change = Some(json!({ "phoneNumber": "+1 2065550109", "phoneType": "mobile" }));
    assert_eq!(fixture.ask("v1.0", "PATCH", 0, &format!("/{MOBILE}"), change).await.0, 204);
    assert_eq!(fixture.state(0).await, "ready");
}

#[tokio::test]
async fn users_reach_only_their_own_phones() {
    let fixture = Fixture::new(Edition::Current, &[]).await;
    let me = "/v1.0/me/authentication/phoneMethods";
    let kim = fixture.server.cast.identities.iter().find(|identity| identity.user.as_deref() == Some("kim@contoso.example")).unwrap();
    let kim = kim.name.as_str();
    fixture.add(0, "mobile", "+1 2065550100").await;
    assert_eq!(fixture.ask_as(kim, "GET", me, None).await.1["value"].as_array().unwrap().len(), 1);
    let by_name = "/v1.0/users/KIM%40contoso.example/authentication/phoneMethods";
    assert_eq!(fixture.ask_as(kim, "GET", by_name, None).await.0, 200);

    let office = json!({ "phoneNumber": "+1 2065550101", "phoneType": "office" });
    for path in [me, by_name] {
        let (status, error) = fixture.ask_as(kim, "POST", path, Some(office.clone())).await;
        assert_eq!((status, &error["error"]["code"]), (403, &json!("accessDenied")));
    }
    let other = format!("/v1.0/users/{}/authentication/phoneMethods", fixture.user(1).id);
    assert_eq!(fixture.ask_as(kim, "GET", &other, None).await.0, 403);
    assert_eq!(fixture.ask_as("application", "GET", me, None).await.0, 400);
    assert_eq!(fixture.ask_as("application", "GET", &other, None).await.0, 200);
    for name in ["without-role", "administrator-without-permission", "application-without-permission", "personal-account"] {
        assert_eq!(fixture.ask_as(name, "GET", &other, None).await.0, 403, "{name}");
    }
    assert_eq!(fixture.ask_as(kim, "DELETE", &format!("{me}/{MOBILE}"), None).await.0, 204);

    let legacy = Fixture::new(Edition::Legacy, &[]).await;
    assert_eq!(legacy.ask_as(kim, "POST", me, Some(office)).await.0, 201);
    assert_eq!(legacy.ask_as("global-administrator", "GET", me, None).await.0, 200);
}

#[tokio::test]
async fn refusals_look_like_the_live_services() {
    let fixture = Fixture::new(Edition::Current, &[]).await;
    let url = format!("http://{}/v1.0/me/authentication/phoneMethods", fixture.server.addr);
    for (authorization, message) in [(None, true), (Some("Bearer "), true), (Some("Basic YTpi"), true), (Some("Bearer nonsense"), false)] {
        let mut request = fixture.client.get(&url).header("client-request-id", "mine");
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        let response = request.send().await.unwrap();
        let headers = response.headers().clone();
        assert!(headers["www-authenticate"].to_str().unwrap().starts_with("Bearer realm=\"\""));
        assert_eq!(
            (&headers["client-request-id"], &headers["content-type"]),
            (&"mine".parse().unwrap(), &"application/json".parse().unwrap())
        );
        assert!(headers.contains_key("x-ms-ags-diagnostic") && headers.contains_key("date") && !headers.contains_key("odata-version"));
        let request_id = headers["request-id"].to_str().unwrap().to_owned();
        let (status, error) = read(response).await;
        assert_eq!((status, &error["error"]["code"]), (401, &json!("InvalidAuthenticationToken")));
        assert_eq!(error["error"]["message"] == "Access token is empty.", message);
        let inner = &error["error"]["innerError"];
        assert_eq!((&inner["request-id"], &inner["client-request-id"]), (&json!(request_id), &json!("mine")));
        assert_eq!(inner["date"].as_str().unwrap().len(), "2026-01-01T00:00:00".len());
    }

    let nowhere = "/v1.0/users/nobody@contoso.example/authentication/phoneMethods";
    let (status, error) = fixture.ask_as("application", "GET", nowhere, None).await;
    assert_eq!((status, &error["error"]["code"]), (404, &json!("Request_ResourceNotFound")));
    let (status, error) = fixture.add(0, "mobile", "12345").await;
    assert_eq!((status, &error["error"]["code"]), (400, &json!("invalidPhoneNumber")));
    assert_eq!(error["error"]["innerError"]["message"], error["error"]["message"]);
    assert_eq!(fixture.ask("v1.0", "PUT", 0, &format!("/{MOBILE}"), None).await.0, 405);
    assert_eq!(fixture.ask_as("application", "GET", "/v1.0/me/messages", None).await.0, 404);
    let long = Some(json!({ "phoneNumber": "1".repeat(2 << 20) }));
    assert_eq!(fixture.ask("v1.0", "POST", 0, "", long).await.0, 413);
}

#[tokio::test]
async fn an_answer_without_content_has_neither_body_nor_type() {
    let fixture = Fixture::new(Edition::Current, &[]).await;
    fixture.add(0, "office", "+1 2065550100").await;
    let path = format!("/v1.0/users/{}/authentication/phoneMethods/{OFFICE}", fixture.user(0).id);
    let response = fixture.request("application", "DELETE", &path).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers().get("content-type")), (204, None));
    assert_eq!(response.headers()["odata-version"], "4.0");
    assert!(response.text().await.unwrap().is_empty());
}

#[tokio::test]
async fn every_malformed_number_has_a_fault_that_accepts_it() {
    for (id, number) in [
        ("empty-number-accepted", ""),
        ("blank-number-accepted", "   "),
        ("letters-accepted", "abc"),
        ("bare-digits-accepted", "12345"),
        ("missing-plus-sign-accepted", "1 2065550100"),
        ("plus-sign-alone-accepted", "+"),
        ("country-code-alone-accepted", "+1"),
        ("missing-country-code-accepted", "+ 0005550100"),
        ("letter-in-number-accepted", "+1 20655a0100"),
        ("letter-as-country-code-accepted", "+a 2065550100"),
        ("empty-extension-accepted", "+1 2065550100x"),
        ("letters-as-extension-accepted", "+1 2065550100xabc"),
        ("two-extensions-accepted", "+1 2065550100x1x2"),
        ("text-behind-number-accepted", "+1 2065550100x12garbage"),
        ("text-before-number-accepted", "00+1 2065550100"),
        ("second-plus-sign-accepted", "+1 +2065550100"),
        ("number-without-space-accepted", "+12065550100"),
    ] {
        let faulty = Fixture::new(Edition::Current, &[&format!("create.{id}")]).await;
        assert_eq!(faulty.add(0, "mobile", number).await.0, 201, "{id}");
        let change = Some(json!({ "phoneNumber": number }));
        assert_eq!(faulty.ask("v1.0", "PATCH", 0, &format!("/{MOBILE}"), change.clone()).await.0, 400, "{id}");

        let faulty = Fixture::new(Edition::Current, &[&format!("update.{id}")]).await;
        assert_eq!(faulty.add(0, "mobile", number).await.0, 400, "{id}");
        faulty.add(0, "mobile", "+1 2065550100").await;
        assert_eq!(faulty.ask("v1.0", "PATCH", 0, &format!("/{MOBILE}"), change).await.0, 204, "{id}");
    }
}

#[tokio::test]
async fn a_server_stops_despite_a_silent_connection() {
    let server = start(Options::default()).await.unwrap();
    let addr = server.addr;
    let silent = tokio::net::TcpStream::connect(addr).await.unwrap();
    server.stop().await.unwrap();
    drop(silent);
    assert!(tokio::net::TcpStream::connect(addr).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_server_runs_until_it_is_stopped() {
    let mut server = start(Options::default()).await.unwrap();
    let waited = tokio::time::timeout(std::time::Duration::from_millis(20), server.finished()).await;
    assert!(waited.is_err());
    server.stop().await.unwrap();
}
