//! The page of a report: its width, indentation and colours.

use anstyle::{AnsiColor, Style};

use super::text::{clean, clean_line, shorten, wrap};

pub const GOOD: Style = AnsiColor::Green.on_default();
pub const BAD: Style = AnsiColor::Red.on_default().bold();
pub const DOUBTFUL: Style = AnsiColor::Yellow.on_default().bold();
pub const FAINT: Style = Style::new().dimmed();

/// The column at which the text of a field starts: two spaces, a label of up to eight characters, two spaces.
const FIELD_INDENT: usize = 12;

/// Text under construction. The page escapes everything it is given, so that no caller can forget it.
pub struct Page {
    out: String,
    width: usize,
}

/// Styles a text that is already safe.
pub fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

impl Page {
    pub fn new(width: usize) -> Self {
        Self { out: String::new(), width: width.max(2 * FIELD_INDENT) }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    /// The number of characters on a field's line.
    pub fn field_width(&self) -> usize {
        self.width - FIELD_INDENT
    }

    /// Ends a paragraph; does nothing at the top of the page.
    pub fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A line that starts with a coloured word; the rest wraps below it, indented.
    pub fn heading(&mut self, style: Style, word: &str, text: &str) {
        let first_width = self.width.saturating_sub(word.chars().count() + 1);
        let mut lines = wrap(&clean(text), first_width.min(self.width - 2)).into_iter();
        self.raw(&format!("{} {}", paint(style, word), lines.next().unwrap_or_default()));
        for line in lines {
            self.raw(&format!("  {line}"));
        }
    }

    /// Wrapped text.
    pub fn prose(&mut self, indent: usize, text: &str) {
        for line in wrap(&clean(text), self.width - indent) {
            self.raw(&format!("{:indent$}{line}", ""));
        }
    }

    /// Wrapped text in a faint style.
    pub fn aside(&mut self, indent: usize, text: &str) {
        for line in wrap(&clean(text), self.width - indent) {
            self.raw(&format!("{:indent$}{}", "", paint(FAINT, &line)));
        }
    }

    /// A label, with its wrapped text next to it.
    pub fn field(&mut self, label: &str, text: &str) {
        self.heading_field(FAINT, label, text);
    }

    /// A label and the start of its text, on one line.
    pub fn short_field(&mut self, label: &str, text: &str) {
        self.labelled(FAINT, label, &shorten(&clean_line(text), self.field_width()));
    }

    /// The start of a text, on at most `most` lines.
    pub fn lines(&mut self, indent: usize, most: usize, text: &str) {
        let width = self.width - indent;
        if most == 1 {
            // Wrapping would merge spaces, which may be part of the answer.
            return self.raw(&format!("{:indent$}{}", "", shorten(&clean_line(text), width)));
        }
        for line in wrap(&shorten(&clean_line(text), most * width - most), width) {
            self.raw(&format!("{:indent$}{line}", ""));
        }
    }

    /// A field with a highlighted label.
    pub fn heading_field(&mut self, style: Style, label: &str, text: &str) {
        let mut label = label;
        for line in wrap(&clean(text), self.field_width()) {
            self.labelled(style, label, &line);
            label = "";
        }
    }

    /// A label, with lines that stay as they are.
    pub fn verbatim_field(&mut self, label: &str, lines: impl IntoIterator<Item = String>) {
        let mut label = label;
        for line in lines {
            self.labelled(FAINT, label, &clean_line(&line));
            label = "";
        }
    }

    fn labelled(&mut self, style: Style, label: &str, line: &str) {
        // Pad before painting, because escape sequences would count as width.
        let label = format!("{label:<width$}", width = FIELD_INDENT - 4);
        self.raw(&format!("  {}  {line}", paint(style, &label)));
    }

    /// A safe line that may contain styles.
    pub fn raw(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    pub fn into_text(self) -> String {
        self.out
    }
}
