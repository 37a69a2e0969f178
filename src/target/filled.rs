//! A target file that describes the same target as the command-line options.

use std::fmt::Write as _;

use toml::Value;

use crate::api::Cloud;

use super::{SecretSource, Target, TokenSource, User, template};

/// The commented template with the values of a target that options describe. It reads back as the same target.
pub fn filled(target: &Target) -> String {
    let mut placed = false;
    let mut paragraphs = Vec::new();
    for paragraph in template().split("\n\n") {
        if paragraph.contains("[[users]]") {
            // The users from the options replace all examples.
            if !std::mem::replace(&mut placed, true) {
                paragraphs.extend(target.users.iter().map(user));
            }
        } else if paragraph.contains("[[identities]]") {
            paragraphs.push(identity(paragraph, target));
        } else {
            paragraphs.push(setting(paragraph, target));
        }
    }
    paragraphs.join("\n\n").trim_end().to_owned() + "\n"
}

/// A setting at the top of the file. If an option gives its value, the setting has this value.
fn setting(paragraph: &str, target: &Target) -> String {
    let versions: Vec<_> = target.versions.iter().map(|version| quoted(version.name())).collect();
    // A file gives the cloud's name instead of the address of Microsoft Graph.
    let (address, cloud) = match Cloud::of(&target.base_url) {
        Some(cloud) => (None, Some(quoted(cloud.name()))),
        None => (Some(quoted(target.base_url.as_str().trim_end_matches('/'))), None),
    };
    let values = [
        ("name", Some(quoted(&target.name))),
        ("base_url", address),
        ("cloud", cloud),
        ("versions", Some(format!("[{}]", versions.join(", ")))),
    ];
    let line = |line: &str| match values.iter().find(|(key, _)| line.trim_start_matches('#').starts_with(&format!("{key} = "))) {
        Some((key, Some(value))) => format!("{key} = {value}"),
        Some(_) => format!("#{}", line.trim_start_matches('#')),
        None => line.to_owned(),
    };
    paragraph.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The example of an identity. It is commented out unless it is the administrator from the options.
fn identity(paragraph: &str, target: &Target) -> String {
    let known = target.identities.iter().find(|identity| paragraph.contains(&format!("name = {}\n", quoted(&identity.name))));
    let token = known.and_then(|identity| match &identity.token {
        TokenSource::Given(SecretSource::Env(name)) => Some(format!("token = {{ env = {} }}", quoted(name))),
        _ => None,
    });
    let line = |line: &str| {
        let setting = line.strip_prefix('#').unwrap_or(line);
        match &token {
            _ if line.starts_with("# ") => line.to_owned(),
            Some(token) if setting.starts_with("token") => token.clone(),
            // The options do not say who is signed in.
            Some(_) if !setting.starts_with("user") => setting.to_owned(),
            _ => format!("#{setting}"),
        }
    };
    let text = paragraph.lines().map(line).collect::<Vec<_>>().join("\n");
    // The examples name the first user.
    target.users.first().map_or(text.clone(), |user| text.replace("\"kim@contoso.com\"", &quoted(&user.id)))
}

fn user(user: &User) -> String {
    let mut text = format!("[[users]]\nid = {}", quoted(&user.id));
    match &user.user_principal_name {
        // Writing to a `String` can't fail.
        Some(name) => write!(text, "\nuser_principal_name = {}", quoted(name)),
        None => write!(text, "\n#user_principal_name = \"kim@contoso.com\""),
    }
    .unwrap_or_default();
    text + "\n#sms_sign_in = true"
}

fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use crate::api::ApiVersion;

    use super::*;

    fn flagged(users: &[&str]) -> Target {
        let users: Vec<_> = users.iter().map(ToString::to_string).collect();
        Target::from_flags("http://localhost:8080/graph", "MY_TOKEN", &users).unwrap()
    }

    #[test]
    fn it_reads_back_as_the_same_target() {
        for users in [&["kim@contoso.com"][..], &["7", "lee@contoso.com", "o\"neil#x\\y@contoso.com"], &["7", "8"]] {
            for versions in [&[ApiVersion::V1][..], &[ApiVersion::Beta], ApiVersion::ALL] {
                let target = Target { versions: versions.to_vec(), ..flagged(users) };
                let text = filled(&target);
                assert_eq!(Target::parse(&text, "target.toml", &|_| None).unwrap(), target, "{text}");
            }
        }
    }

    #[test]
    fn microsoft_graph_itself_is_given_by_name() {
        let target = Target::from_flags("https://graph.microsoft.us", "T", &["7".to_owned()]).unwrap();
        let read = Target::parse(&filled(&target), "target.toml", &|_| None).unwrap();
        assert_eq!((read.cloud, &read.base_url), (Some(Cloud::UsL4), &target.base_url));
        assert!(read.consent().is_err(), "the file does not allow changes to its users");
    }

    #[test]
    fn commented_out_examples_name_the_user_of_the_options() {
        let text = filled(&flagged(&["sam@contoso.com"]));
        let set: String = text
            .lines()
            .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned() + "\n")
            .collect();
        let set = set.replace("cloud = \"global\"\n", "").replace("api-key = { env = \"API_KEY\" }\n", "api-key = \"x\"\n");
        let target = Target::parse(&set, "target.toml", &|_| None).unwrap();
        assert_eq!(target.users.len(), 1);
        let own = target.identities.iter().filter(|identity| identity.user.as_deref() == Some("sam@contoso.com")).count();
        assert!(own > 2, "{set}");
    }
}
