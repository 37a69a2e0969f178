//! Groups faults for a page: variants that differ only in their version share one entry.

use super::FaultEntry;

/// The endings of the ids of faults that show in one version only.
const VARIANTS: [&str; 2] = ["-in-v1.0", "-in-beta"];

/// Each fault with the endings of its variants, in the order of the list. A variant whose base fault is not in the list
/// has an entry of its own.
pub fn families(faults: &[FaultEntry]) -> Vec<(&FaultEntry, Vec<&'static str>)> {
    let has = |id: &str| faults.iter().any(|fault| fault.id == id);
    let is_variant = |id: &str| VARIANTS.iter().any(|ending| id.strip_suffix(ending).is_some_and(has));
    let variants = |id: &str| VARIANTS.into_iter().filter(|ending| has(&format!("{id}{ending}"))).collect();
    faults.iter().filter(|fault| !is_variant(&fault.id)).map(|fault| (fault, variants(&fault.id))).collect()
}

/// A fault's id with the endings of its variants.
pub fn named(id: &str, variants: &[&str]) -> String {
    if variants.is_empty() { id.to_owned() } else { format!("{id} (also {})", variants.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_stand_with_their_fault() {
        let fault =
            |id: &str| FaultEntry { id: id.to_owned(), summary: String::new(), kind: String::new(), edition: None, breaks: Vec::new() };
        let faults = ["a.b", "a.b-in-v1.0", "a.b-in-beta", "a.c-in-beta", "a.d"].map(fault);
        let shown: Vec<_> = families(&faults).into_iter().map(|(fault, variants)| named(&fault.id, &variants)).collect();
        assert_eq!(shown, ["a.b (also -in-v1.0, -in-beta)", "a.c-in-beta", "a.d"]);
    }
}
