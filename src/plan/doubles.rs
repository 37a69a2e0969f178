//! Finds identities that share a token. The endpoint can't tell them apart.

use crate::target::{Identity, SecretSource, Target, TokenSource};

use super::Cast;

/// Removes identities until no two have the same token, and returns the names of each removed and kept identity. Of two
/// identities with one token, the one that can manage users stays. `env` looks up environment variables.
pub fn leave_out_doubles(target: &mut Target, env: &dyn Fn(&str) -> Option<String>) -> Vec<(String, String)> {
    let mut order = Cast::new(target).administrators().to_vec();
    let others: Vec<_> = (0..target.identities.len()).filter(|index| !order.contains(index)).collect();
    order.extend(others);
    let (mut kept, mut left_out): (Vec<usize>, Vec<(usize, usize)>) = (Vec::new(), Vec::new());
    for index in order {
        match kept.iter().find(|kept| are_one(&target.identities[**kept], &target.identities[index], env)) {
            Some(double) => left_out.push((index, *double)),
            None => kept.push(index),
        }
    }
    let name = |index: usize| target.identities[index].name.clone();
    left_out.sort_unstable();
    let names = left_out.iter().map(|(index, double)| (name(*index), name(*double))).collect();
    for (index, _) in left_out.iter().rev() {
        target.identities.remove(*index);
    }
    names
}

/// Whether two identities have the same token.
fn are_one(one: &Identity, other: &Identity, env: &dyn Fn(&str) -> Option<String>) -> bool {
    let token = |source: &TokenSource| match source {
        TokenSource::Given(SecretSource::Literal(secret)) => Some(secret.reveal().trim().to_owned()),
        TokenSource::Given(SecretSource::Env(name)) => env(name).map(|text| text.trim().to_owned()),
        _ => None,
    };
    one.token == other.token || token(&one.token).is_some_and(|text| !text.is_empty() && token(&other.token) == Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Secret;

    #[test]
    fn of_identities_with_one_token_the_administrator_stays() {
        let mut target = Target::from_flags("http://localhost:1", "TOKEN", &["kim@contoso.com".to_owned()]).unwrap();
        let administrator = target.identities[0].clone();
        let user =
            |name: &str, token| Identity { name: name.to_owned(), scopes: Vec::new(), roles: Vec::new(), token, ..administrator.clone() };
        let literal = |text: &str| TokenSource::Given(SecretSource::Literal(Secret::new(text)));
        target.identities = vec![
            user("kim", literal("static-token")),
            administrator.clone(),
            user("lee", literal("other-token")),
            user("max", TokenSource::Given(SecretSource::Env("OTHER".to_owned()))),
            user("ann", TokenSource::Given(SecretSource::Env("UNSET".to_owned()))),
        ];
        let env = |name: &str| match name {
            "TOKEN" => Some("static-token\n".to_owned()),
            "OTHER" => Some("other-token".to_owned()),
            _ => None,
        };
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(leave_out_doubles(&mut target, &env), [pair("kim", "administrator"), pair("max", "lee")]);
        assert_eq!(target.identities.iter().map(|identity| identity.name.as_str()).collect::<Vec<_>>(), ["administrator", "lee", "ann"]);
        assert_eq!(leave_out_doubles(&mut target, &env), []);
    }
}
