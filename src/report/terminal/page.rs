//! The page that the report is written on: its width, its indentation and its few colours.

use anstyle::{AnsiColor, Style};

use super::text::{clean, clean_line, shorten, wrap};

pub const GOOD: Style = AnsiColor::Green.on_default();
pub const BAD: Style = AnsiColor::Red.on_default().bold();
pub const DOUBTFUL: Style = AnsiColor::Yellow.on_default().bold();
pub const FAINT: Style = Style::new().dimmed();

/// Where the text of a field begins: two spaces, a label of at most eight, two spaces.
const FIELD_INDENT: usize = 12;

/// Text under construction. Whatever is given to it is escaped here, so that no caller can forget it.
pub struct Page {
    out: String,
    width: usize,
}

/// Puts text, which has to be safe already, into a style.
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

    /// The number of characters that a field's line has room for.
    pub fn field_width(&self) -> usize {
        self.width - FIELD_INDENT
    }

    /// Ends a paragraph; nothing at the top of the page.
    pub fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A line that begins with a word in colour; what does not fit goes on below, indented.
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

    /// Wrapped text that may be overlooked.
    pub fn aside(&mut self, indent: usize, text: &str) {
        for line in wrap(&clean(text), self.width - indent) {
            self.raw(&format!("{:indent$}{}", "", paint(FAINT, &line)));
        }
    }

    /// A label and its text, wrapped beside it.
    pub fn field(&mut self, label: &str, text: &str) {
        self.heading_field(FAINT, label, text);
    }

    /// A label and the beginning of its text, on one line.
    pub fn short_field(&mut self, label: &str, text: &str) {
        self.labelled(FAINT, label, &shorten(&clean_line(text), self.field_width()));
    }

    /// The beginning of a text, on so many lines.
    pub fn lines(&mut self, indent: usize, most: usize, text: &str) {
        let width = self.width - indent;
        for line in wrap(&shorten(&clean_line(text), most * width - most), width) {
            self.raw(&format!("{:indent$}{line}", ""));
        }
    }

    /// A field whose label stands out.
    pub fn heading_field(&mut self, style: Style, label: &str, text: &str) {
        let mut label = label;
        for line in wrap(&clean(text), self.field_width()) {
            self.labelled(style, label, &line);
            label = "";
        }
    }

    /// A label and lines that are shown as they are.
    pub fn verbatim_field(&mut self, label: &str, lines: impl IntoIterator<Item = String>) {
        let mut label = label;
        for line in lines {
            self.labelled(FAINT, label, &clean_line(&line));
            label = "";
        }
    }

    fn labelled(&mut self, style: Style, label: &str, line: &str) {
        // Padded before it is painted: escape sequences would count as width.
        let label = format!("{label:<width$}", width = FIELD_INDENT - 4);
        self.raw(&format!("  {}  {line}", paint(style, &label)));
    }

    /// A line that is safe and may hold styles.
    pub fn raw(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    pub fn into_text(self) -> String {
        self.out
    }
}
