//! Removes secrets from everything that is shown, written or kept. No other code does this.
//!
//! An endpoint may echo a secret in any encoding. So the redactor searches a text as it is, and again with its escapes
//! decoded, one format at a time, three levels deep. Each search looks for the secret as it is, reversed, in
//! hexadecimal and in base64.

mod unescape;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use aho_corasick::AhoCorasick;

use unescape::{MARKS, unescape};

/// The text that replaces a secret.
pub const MARK: &str = "[secret]";

/// A secret with fewer bytes than this counts only as a whole word, because it occurs inside other words by chance.
const SHORT: usize = 4;

/// The automaton finds the first bytes of a form, at most this many; the rest is then compared. So many long tokens
/// don't make the automaton large.
const PREFIX: usize = 12;

/// How many levels of escapes are decoded. Deeper escapes do not happen by accident.
const LEVELS: usize = 3;

/// Replaces secrets in every encoding that an endpoint may use.
#[derive(Debug, Default)]
pub struct Redactor {
    known: Mutex<Secrets>,
}

#[derive(Debug, Default)]
struct Secrets {
    secrets: BTreeSet<String>,
    /// Finds the secrets. It is built on demand, and rebuilt after a new secret is learnt.
    finder: Option<Arc<Finder>>,
}

impl Redactor {
    /// A redactor for these secrets.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let redactor = Self::default();
        secrets.into_iter().for_each(|secret| redactor.learn(secret));
        redactor
    }

    /// Adds a secret.
    pub fn learn(&self, secret: &str) {
        let secret = secret.trim();
        let mut known = self.known.lock().expect("nothing panics while it is locked");
        if !secret.is_empty() && known.secrets.insert(secret.to_owned()) {
            known.finder = None;
        }
    }

    /// The text with secrets replaced.
    pub fn text(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        self.clean(&mut shown);
        shown
    }

    /// Replaces the secrets of a text in place.
    pub fn clean(&self, text: &mut String) {
        for found in self.finder().find(text).into_iter().rev() {
            text.replace_range(found, MARK);
        }
    }

    fn finder(&self) -> Arc<Finder> {
        let mut known = self.known.lock().expect("nothing panics while it is locked");
        let Secrets { secrets, finder } = &mut *known;
        Arc::clone(finder.get_or_insert_with(|| Arc::new(Finder::new(secrets))))
    }
}

/// One encoding of a secret.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    bytes: Vec<u8>,
    /// Whether the form counts only if no letter or digit is next to it.
    word: bool,
    /// Whether the case of ASCII letters matters.
    exact: bool,
}

impl Form {
    /// Whether a text contains the form at `start`.
    fn is_at(&self, text: &[u8], start: usize) -> bool {
        let end = start + self.bytes.len();
        let Some(there) = text.get(start..end) else { return false };
        let letter = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
        let same = if self.exact { there == self.bytes } else { there.eq_ignore_ascii_case(&self.bytes) };
        same && !(self.word && (letter(start.checked_sub(1)) || letter(Some(end))))
    }
}

/// Finds forms of secrets.
#[derive(Debug)]
struct Finder {
    beginnings: Option<AhoCorasick>,
    /// The forms for each prefix.
    forms: Vec<Vec<Form>>,
}

impl Finder {
    fn new(secrets: &BTreeSet<String>) -> Self {
        let mut places: HashMap<Vec<u8>, usize> = HashMap::new();
        let mut forms: Vec<Vec<Form>> = Vec::new();
        for form in secrets.iter().flat_map(|secret| all_forms(secret)) {
            let beginning = form.bytes[..form.bytes.len().min(PREFIX)].to_ascii_lowercase();
            let place = *places.entry(beginning).or_insert(forms.len());
            if place == forms.len() {
                forms.push(Vec::new());
            }
            forms[place].push(form);
        }
        let mut beginnings: Vec<_> = places.into_iter().collect();
        beginnings.sort_by_key(|(_, place)| *place);
        let beginnings = (!forms.is_empty()).then(|| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .build(beginnings.iter().map(|(beginning, _)| beginning))
                .expect("beginnings are far fewer than the automaton's limits")
        });
        Self { beginnings, forms }
    }

    /// The ranges of the secrets in a text, in order.
    fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        self.find_at_level(text.as_bytes(), &|at| at, LEVELS, &mut found);
        found.sort_by_key(|at| at.start);
        let mut merged: Vec<Range<usize>> = Vec::new();
        for at in found {
            let at = floor(text, at.start)..ceil(text, at.end);
            match merged.last_mut() {
                Some(last) if at.start <= last.end => last.end = last.end.max(at.end),
                _ => merged.push(at),
            }
        }
        merged
    }

    /// Finds secrets in a text, and in the text with the escapes of each format decoded. `origin` maps a range of this
    /// text to the range in the original text.
    fn find_at_level(&self, text: &[u8], origin: &dyn Fn(Range<usize>) -> Range<usize>, levels: usize, found: &mut Vec<Range<usize>>) {
        found.extend(self.search(text).into_iter().map(origin));
        for mark in MARKS {
            let Some(read) = (levels > 0).then(|| unescape(text, mark)).flatten() else { continue };
            let origin = |at: Range<usize>| origin(read.origins[at.start].0..read.origins[at.end - 1].1);
            self.find_at_level(&read.bytes, &origin, levels - 1, found);
        }
    }

    fn search(&self, text: &[u8]) -> Vec<Range<usize>> {
        let Some(beginnings) = &self.beginnings else { return Vec::new() };
        let mut found = Vec::new();
        for hit in beginnings.find_overlapping_iter(text) {
            let here = self.forms[hit.pattern().as_usize()].iter().filter(|form| form.is_at(text, hit.start()));
            found.extend(here.map(|form| form.bytes.len()).max().map(|length| hit.start()..hit.start() + length));
        }
        found
    }
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn ceil(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// Every encoding that gives the secret once all escapes are decoded.
fn all_forms(secret: &str) -> Vec<Form> {
    let bytes = secret.as_bytes();
    let mut plain = vec![bytes.to_vec()];
    if secret.contains(' ') {
        // Web forms write a space as `+`.
        plain.push(secret.replace(' ', "+").into_bytes());
    }
    let spelling = |bytes: Vec<u8>| Form { word: bytes.len() < SHORT, exact: false, bytes };
    let mut forms: Vec<Form> = plain.into_iter().map(spelling).collect();
    if bytes.len() >= SHORT {
        forms.push(spelling(secret.chars().rev().collect::<String>().into_bytes()));
        forms.push(spelling(bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()));
        forms.extend(base64_cores(bytes).into_iter().map(|core| Form { bytes: core, word: false, exact: true }));
    }
    forms.retain(|form| !form.bytes.is_empty());
    forms.sort();
    forms.dedup();
    forms
}

/// The base64 characters of a secret for each of three offsets in a longer text. The first and last characters depend
/// on the neighbours in the text, so they are left out.
fn base64_cores(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut cores = Vec::new();
    for offset in 0..3 {
        let mut bytes = vec![0; offset];
        bytes.extend(secret);
        let (first, whole) = ((offset * 8).div_ceil(6), bytes.len() * 8 / 6);
        for alphabet in [&STANDARD, &URL_SAFE] {
            let core: Vec<u8> = (first..whole).map(|index| alphabet[sextet(&bytes, index)]).collect();
            if core.len() >= SHORT {
                cores.push(core);
            }
        }
    }
    cores
}

/// The six bits of a base64 character.
fn sextet(bytes: &[u8], index: usize) -> usize {
    let bit = index * 6;
    let pair = (usize::from(bytes[bit / 8]) << 8) | usize::from(bytes.get(bit / 8 + 1).copied().unwrap_or(0));
    (pair >> (10 - bit % 8)) & 0x3f
}

const STANDARD: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#[cfg(test)]
mod tests;
