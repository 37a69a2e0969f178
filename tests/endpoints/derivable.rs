//! A reader who has only `features/` knows every request that a run sends.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::common::graph::{Fate, Manner, start_fated};
use crate::common::run;
use regex::Regex;
use serde_json::Value;

fn features() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("features")
}

/// The request lines of the seven contracts, such as `POST /{version}/me/…`.
fn request_lines() -> Vec<String> {
    let mut lines = Vec::new();
    for folder in std::fs::read_dir(features()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let contract = std::fs::read_to_string(folder.join("contract.feature")).unwrap();
        lines.extend(contract.lines().map(str::trim).filter(|line| line.contains(" /{version}/")).map(str::to_owned));
    }
    lines
}

/// The pattern of the requests that a request line stands for, in one version.
fn pattern(line: &str, version: &str) -> Regex {
    let segments = line.replace("{version}", version);
    let segments = Regex::new(r"\{[^}]*\}").unwrap().split(&segments).map(regex::escape).collect::<Vec<_>>().join("[^/?]+");
    Regex::new(&format!("^{segments}$")).unwrap()
}

#[test]
#[ignore = "slow; .ci/run runs it"]
fn the_features_describe_each_request_of_a_run() {
    let api: toml::Table = std::fs::read_to_string(features().join("api.toml")).unwrap().parse().unwrap();
    let properties: BTreeSet<&str> = api["property"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    let versions: Vec<&str> = api["wire"]["versions"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    let patterns: Vec<Regex> = request_lines().iter().flat_map(|line| versions.iter().map(|version| pattern(line, version))).collect();
    assert_eq!(patterns.len(), 7 * 2 * 2);

    let sent: Arc<Mutex<BTreeSet<(String, String)>>> = Arc::default();
    let recorded = Arc::clone(&sent);
    let (target, _) = start_fated(&Manner::default(), move |_, request| {
        recorded.lock().unwrap().insert((format!("{} {}", request.method, request.path), request.body.clone()));
        Fate::Answered
    });
    let run = run(&target, &["--walks", "2"]);
    assert_eq!(run.status, Some(0), "{}", run.all);

    let sent = sent.lock().unwrap();
    for (line, body) in sent.iter() {
        assert!(patterns.iter().any(|pattern| pattern.is_match(line)), "no feature describes {line}");
        if let Ok(Value::Object(body)) = serde_json::from_str(body) {
            let known = |name: &String| properties.contains(name.as_str()) || name == "@odata.type";
            assert!(body.keys().all(known), "no feature describes the body {body:?}");
        }
    }
    for pattern in &patterns {
        assert!(sent.iter().any(|(line, _)| pattern.is_match(line)), "no request was sent to {pattern}");
    }
}
