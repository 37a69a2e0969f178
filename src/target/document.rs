//! A TOML document as a tree. Each value knows its place, so that an error can name it.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Complaint, Mistake};
use super::keys;

/// Parses a text as TOML.
///
/// # Errors
///
/// Fails if TOML does not allow the text.
pub(super) fn read(text: &str) -> Result<Spanned<DeTable<'_>>, Mistake> {
    // The error's own text quotes the line, which may contain a token. Only its message is safe to show.
    DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        Complaint::new(format!("this is not valid TOML: {}", error.message().replace('\n', ", "))).at(offset)
    })
}

/// A table in which every key is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table<'d> {
    schema: &'static str,
    at: usize,
    entries: &'d DeTable<'d>,
}

impl<'d> Table<'d> {
    /// Checks that a table contains only keys that [`keys::KEYS`] lists for `schema`.
    ///
    /// # Errors
    ///
    /// Fails with the first unknown key.
    pub(super) fn new(schema: &'static str, at: usize, entries: &'d DeTable<'d>) -> Result<Self, Mistake> {
        let table = Self { schema, at, entries };
        match table.entries().into_iter().find(|(key, _)| keys::find(schema, key.name).is_none()) {
            Some((key, _)) => Err(keys::unknown(schema, key.name).at(key.at)),
            None => Ok(table),
        }
    }

    /// The start of the table.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The value of a key.
    pub(super) fn find(&self, name: &'static str) -> Option<Value<'d>> {
        debug_assert!(keys::find(self.schema, name).is_some(), "`{name}` is read but not documented");
        self.entries().into_iter().find_map(|(key, value)| (key.name == name).then_some(value))
    }

    /// The value of a key that must be there.
    ///
    /// # Errors
    ///
    /// Fails if the key is missing.
    pub(super) fn require(&self, name: &'static str) -> Result<Value<'d>, Mistake> {
        self.find(name).ok_or_else(|| {
            let complaint = Complaint::new(format!("`{name}` is missing {}", keys::describe(self.schema)));
            let meaning = keys::find(self.schema, name).map_or("", |key| key.meaning);
            complaint.hint(format!("`{name}`: {meaning}")).at(self.at)
        })
    }

    /// The keys and values, in the order of the file.
    pub(super) fn entries(&self) -> Vec<(Label<'d>, Value<'d>)> {
        entries(self.entries)
    }
}

/// A key with its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Label<'d> {
    pub(super) name: &'d str,
    pub(super) at: usize,
}

/// A value with its place and its key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'d> {
    key: &'d str,
    /// Whether this is one item of an array.
    item: bool,
    at: usize,
    content: &'d DeValue<'d>,
}

impl<'d> Value<'d> {
    /// A mistake at this value.
    pub(super) fn wrong(&self, complaint: Complaint) -> Mistake {
        complaint.at(self.at)
    }

    /// A mistake at this value.
    pub(super) fn mistake(&self, message: impl Into<String>) -> Mistake {
        self.wrong(Complaint::new(message))
    }

    /// The value as text.
    pub(super) fn string(&self) -> Result<&'d str, Mistake> {
        self.content.as_str().ok_or_else(|| self.wrong_kind("a string"))
    }

    /// The value as text, or `None` if it is a table.
    pub(super) fn as_string(&self) -> Option<&'d str> {
        self.content.as_str()
    }

    /// Whether the value is a table.
    pub(super) fn is_table(&self) -> bool {
        self.content.is_table()
    }

    /// The value as text that is not empty and has no space at either end.
    pub(super) fn words(&self) -> Result<&'d str, Mistake> {
        let text = self.string()?;
        if text.is_empty() {
            Err(self.mistake(format!("{} must not be empty", self.subject())))
        } else if text.trim() != text || text.contains(char::is_control) {
            Err(self.mistake(format!("{} must not contain control characters, nor spaces around it", self.subject())))
        } else {
            Ok(text)
        }
    }

    /// The value as a boolean.
    pub(super) fn boolean(&self) -> Result<bool, Mistake> {
        self.content.as_bool().ok_or_else(|| self.wrong_kind("true or false"))
    }

    /// The value as an integer of at least one.
    pub(super) fn count(&self) -> Result<u32, Mistake> {
        let integer = self.content.as_integer().ok_or_else(|| self.wrong_kind("an integer"))?;
        match u32::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(count) if count > 0 => Ok(count),
            _ => Err(self.mistake(format!("{} must lie between 1 and {}, but is {integer}", self.subject(), u32::MAX))),
        }
    }

    /// The items of an array.
    pub(super) fn items(&self) -> Result<Vec<Value<'d>>, Mistake> {
        let array = self.content.as_array().ok_or_else(|| self.wrong_kind("an array"))?;
        Ok(array.iter().map(|item| Value { key: self.key, item: true, at: item.span().start, content: item.get_ref() }).collect())
    }

    /// The value as a table with the keys that `schema` lists.
    pub(super) fn table(&self, schema: &'static str) -> Result<Table<'d>, Mistake> {
        let entries = self.content.as_table().ok_or_else(|| self.wrong_kind("a table"))?;
        Table::new(schema, self.at, entries)
    }

    /// The entries of a table with arbitrary keys.
    pub(super) fn open_table(&self) -> Result<Vec<(Label<'d>, Value<'d>)>, Mistake> {
        self.content.as_table().map(entries).ok_or_else(|| self.wrong_kind("a table"))
    }

    /// The value's name in a sentence.
    pub(super) fn subject(&self) -> String {
        let key = self.key.escape_debug();
        if self.item { format!("every item of `{key}`") } else { format!("`{key}`") }
    }

    /// The mistake that a value is not `wanted`. It never shows the value, which may be secret.
    pub(super) fn wrong_kind(&self, wanted: &str) -> Mistake {
        self.mistake(format!("{} must be {wanted}, not {}", self.subject(), kind(self.content)))
    }
}

fn entries<'d>(table: &'d DeTable<'d>) -> Vec<(Label<'d>, Value<'d>)> {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, value)| {
            let name: &'d str = key.get_ref();
            let value = Value { key: name, item: false, at: value.span().start, content: value.get_ref() };
            (Label { name, at: key.span().start }, value)
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.at);
    entries
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
