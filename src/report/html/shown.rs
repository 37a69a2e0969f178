//! Text in a page: escaped, without characters that hide or reorder the text next to it.

use maud::{Markup, Render, html};

use crate::report::terminal::text::{clean, indent_json};

/// JSON up to this length stays on one line.
const SHORT_JSON: usize = 80;

/// Text that may come from the endpoint. Maud escapes HTML; this type also spells out bidirectional and other control
/// characters, which would deceive a reader.
pub struct Shown<'a>(pub &'a str);

impl Render for Shown<'_> {
    fn render_to(&self, buffer: &mut String) {
        clean(self.0).as_str().render_to(buffer);
    }
}

/// A body; JSON is indented.
pub fn body(text: &str) -> Markup {
    if text.len() > SHORT_JSON && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        html! { (Shown(&indent_json(text))) }
    } else {
        html! { (Shown(text)) }
    }
}

/// A step's text, with its quoted arguments marked.
pub fn step(text: &str) -> Markup {
    let text = clean(text);
    html! {
        @for (index, piece) in text.split('"').enumerate() {
            @if index % 2 == 0 || !closed(&text, index) {
                @if index % 2 == 1 { "\"" }
                (piece)
            } @else {
                span.argument { "\"" (piece) "\"" }
            }
        }
    }
}

/// Whether the quotation mark before this piece is closed later.
fn closed(text: &str, piece: usize) -> bool {
    text.matches('"').count() > piece
}
