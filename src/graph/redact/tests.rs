use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use super::*;

const SECRET: &str = "s3cr3t/with+sig\"ns=";

#[test]
fn a_secret_is_found_in_every_spelling() {
    let redactor = Redactor::new([SECRET]);
    for echo in [
        SECRET,
        "s3cr3t%2Fwith%2Bsig%22ns%3D",
        r#"{"a":"s3cr3t/with+sig\"ns="}"#,
        "S3CR3T%2fwith%2bsig%22ns%3d",
        "s3cr3t%252Fwith%252Bsig%2522ns%253D",
        "s3cr3t/with%2Bsig%22ns%3D",
        r#"s3cr3t\/with+sig\"ns="#,
        r"s3cr3t/with\u002Bsig\u0022ns=",
        r#"s3cr3t\\/with+sig\\\"ns="#,
        "s3cr3t/with+sig&quot;ns=",
        "&#115;3cr3t&sol;with&#x2b;sig&quot;ns&equals;",
        "=sn\"gis+htiw/t3rc3s",
    ] {
        assert_eq!(redactor.text(&format!("before {echo} after")).matches(MARK).count(), 1, "{echo}");
    }
}

#[test]
fn the_text_around_a_secret_stays() {
    let redactor = Redactor::new(["hunter2"]);
    assert_eq!(redactor.text("ü%20hunter%32&amp;é hunter2"), "ü%20[secret]&amp;é [secret]");
}

#[test]
fn base64_is_found_at_every_offset() {
    // "ab" + SECRET, "abc" + SECRET, "abcd" + SECRET
    let redactor = Redactor::new(["hunter2hunter2"]);
    for echo in ["YWJodW50ZXIyaHVudGVyMg==", "YWJjaHVudGVyMmh1bnRlcjI=", "YWJjZGh1bnRlcjJodW50ZXIy"] {
        assert!(redactor.text(echo).contains(MARK), "{echo}");
    }
}

#[test]
fn a_short_secret_is_not_replaced_inside_words() {
    assert_eq!(Redactor::new(["abc", ""]).text("abcabc abc, \"abc\""), "abcabc [secret], \"[secret]\"");
}

#[test]
fn a_secret_that_is_learnt_late_is_found_too() {
    let redactor = Redactor::new(["first-secret"]);
    assert_eq!(redactor.text("first-secret second-secret"), "[secret] second-secret");
    redactor.learn(" second-secret\n");
    assert_eq!(redactor.text("first-secret second-secret"), "[secret] [secret]");
}

#[test]
fn tokens_that_begin_alike_are_told_apart() {
    let redactor = Redactor::new(["eyJhbGciOiJub25lIn0.one", "eyJhbGciOiJub25lIn0.one.longer"]);
    assert_eq!(redactor.text("eyJhbGciOiJub25lIn0.one.longer eyJhbGciOiJub25lIn0.two"), "[secret] eyJhbGciOiJub25lIn0.two");
}

/// The name of an encoding, and the encoding.
type Way = (&'static str, fn(&str) -> String);

/// The encodings in which endpoints echo what they received.
const WAYS: &[Way] = &[
    ("as it is", str::to_owned),
    ("upper case", str::to_ascii_uppercase),
    ("percent", |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()),
    ("percent, lower case", |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string().to_ascii_lowercase()),
    ("percent, every byte", |text| text.bytes().map(|byte| format!("%{byte:02X}")).collect()),
    ("percent, twice", |text| utf8_percent_encode(&utf8_percent_encode(text, NON_ALPHANUMERIC).to_string(), NON_ALPHANUMERIC).to_string()),
    ("a form", |text| url::form_urlencoded::byte_serialize(text.as_bytes()).collect()),
    ("JSON", |text| serde_json::Value::from(text).to_string()),
    ("JSON in JSON", |text| serde_json::Value::from(serde_json::Value::from(text).to_string()).to_string()),
    ("JSON, ASCII only", |text| text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()),
    ("HTML", |text| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")),
    ("HTML, every character", |text| text.chars().map(|letter| format!("&#x{:X};", u32::from(letter))).collect()),
    ("HTML, decimal", |text| text.chars().map(|letter| format!("&#{};", u32::from(letter))).collect()),
    ("a shell", |text| text.replace('\'', r"'\''")),
    ("hexadecimal", |text| text.bytes().map(|byte| format!("{byte:02X}")).collect()),
    ("backwards", |text| text.chars().rev().collect()),
];

/// Typical secrets: tokens, keys, passphrases.
fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9_-]{4,12}\\.[A-Za-z0-9_-]{4,60}\\.[A-Za-z0-9_-]{4,40}",
        "[!-~]{4,40}",
        "[!-~]([ -~]{2,20})[!-~]",
        "[%&\\\\\"'+/=;#<>]{4,12}",
        "[^\\p{C}\\s]{4,12}",
        Just("a%2Bb&amp;c\\u0041".to_owned()),
    ]
}

proptest! {
    #[test]
    fn no_secret_survives(before in "[a-z \"]{0,8}", secret in secret(), after in "[a-z \"]{0,8}", way in 0..WAYS.len()) {
        let (name, write) = WAYS[way];
        let echo = write(&secret);
        let shown = Redactor::new([secret.as_str()]).text(&format!("{before}{echo}{after}"));
        prop_assert!(!shown.contains(&echo), "{name}: {shown}");
        prop_assert!(shown.contains(MARK), "{name}: {shown}");
    }

    #[test]
    fn no_text_makes_the_redactor_panic(text in any::<String>(), secret in any::<String>()) {
        let _ = Redactor::new([secret.as_str()]).text(&text);
    }

    #[test]
    fn a_text_without_secrets_stays_as_it_is(text in "[a-m%&;\\\\\"0-9 ]{0,60}") {
        prop_assert_eq!(Redactor::new(["nopqrstu", "vwxyz"]).text(&text), text);
    }
}
