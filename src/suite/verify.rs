//! Compares the catalogue with the documents themselves, for users who have them.

use ring::digest::{SHA256, digest};

use super::statements::quote_parts;
use super::{Document, Statements};

/// Every difference between the catalogue and its documents, in one sentence each: a wrong digest, or a quotation that
/// is not in the text. `read` returns the content of a document's file, or says why it can't.
///
/// A line break or a run of spaces counts as one space.
pub fn verify<E: std::fmt::Display>(statements: &Statements, read: impl Fn(&str) -> Result<Vec<u8>, E>) -> Vec<String> {
    let complaints = statements.documents.iter().map(|document| match read(&document.file) {
        Ok(content) => complaints_about(document, &content, statements),
        Err(error) => vec![format!("{}: {} can't be read: {error}", document.id, document.file)],
    });
    complaints.flatten().collect()
}

fn complaints_about(document: &Document, content: &[u8], statements: &Statements) -> Vec<String> {
    let mut found = Vec::new();
    let sha256: String = digest(&SHA256, content).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    if sha256 != document.sha256 {
        found.push(format!(
            "{}: the digest of {} is {sha256}, not {}: the document has changed",
            document.id, document.file, document.sha256
        ));
    }
    let text = normalize_space(&String::from_utf8_lossy(content));
    let quoted = statements.statements.iter().filter(|statement| statement.document == document.id);
    for statement in quoted.filter(|statement| !contains_quote(&statement.quote, &text)) {
        found.push(format!("{}:{}: {} does not have the words “{}”", statements.path, statement.line, document.file, statement.quote));
    }
    found
}

/// Whether a text contains all parts of a quotation, in order.
fn contains_quote(quote: &str, text: &str) -> bool {
    let mut rest = text;
    quote_parts(quote).all(|part| {
        let part = normalize_space(part);
        let end = rest.find(&part).map(|start| start + part.len());
        rest = &rest[end.unwrap_or(0)..];
        end.is_some() && !part.is_empty()
    })
}

/// A text in which one space replaces each run of white space.
fn normalize_space(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "Add a phone.\n\nIt   is +1 2065555555.";

    fn complaints(quote: &str, document: &str) -> Vec<String> {
        let text = format!(
            "[[document]]\nid = 'd'\ntitle = 'T'\nfile = 'd.txt'\nsha256 = 'ad5d2a5ab4f2fbc2b1a7ed0c4dca1d5d'\nlanguage = 'English'\nlang = 'en'\n\
             version = 'beta'\ndate = '2020'\nedition = 'both'\nabout = 'A'\n[[statement]]\ndocument = 'd'\nsection = 'S'\nquote = '{quote}'\n\
             says = 'It holds.'\nuntested = 'It rings.'\n"
        );
        let mut statements = Statements::parse("s.toml", &text).unwrap();
        // `printf 'Add a phone.\n\nIt   is +1 2065555555.' | sha256sum`
        "399bd1d087a72e15717c26b24d60ebd0ccd392114926b214eb8ceb0a2ca4244c".clone_into(&mut statements.documents[0].sha256);
        verify(&statements, |_| Ok::<_, String>(document.as_bytes().to_vec()))
    }

    #[test]
    fn a_quotation_is_found_whatever_white_space_it_has() {
        for quote in ["Add a phone.", "Add a phone. It is", "Add … +1 2065555555", "phone. It is"] {
            assert_eq!(complaints(quote, DOCUMENT), [""; 0], "{quote}");
        }
    }

    #[test]
    fn a_quotation_with_other_words_or_another_order_is_reported() {
        for quote in ["Adds a phone.", "+1 2065555555 … Add", "", "Add … "] {
            assert_eq!(complaints(quote, DOCUMENT), [format!("s.toml:12: d.txt does not have the words “{quote}”")]);
        }
    }

    #[test]
    fn a_changed_document_is_reported() {
        let found = complaints("Add a phone.", &format!("{DOCUMENT} "));
        assert!(found.len() == 1 && found[0].ends_with("the document has changed"), "{found:?}");
    }

    #[test]
    fn a_missing_document_is_reported() {
        let statements = Statements::embedded().unwrap();
        let found = verify(&statements, |_| Err("it is not there"));
        assert_eq!(found.len(), statements.documents.len());
        assert!(found[0].ends_with(".txt can't be read: it is not there"), "{found:?}");
    }
}
