//! Files that people write in TOML (templates, node files), read key by key, so that every mistake is told with its line, its
//! key and what to write instead.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with such a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {}{what}", key_of(.key))]
pub struct FileError {
    /// The line, from 1.
    pub line: usize,
    /// The key; empty where the file is no TOML.
    pub key: String,
    /// What is wrong.
    pub what: String,
}

fn key_of(key: &str) -> String {
    match key {
        "" => String::new(),
        key => format!("{key}: "),
    }
}

/// A file as it was parsed.
pub(crate) struct Toml<'t> {
    text: &'t str,
    table: Spanned<DeTable<'t>>,
}

impl<'t> Toml<'t> {
    /// Parses a file.
    pub(crate) fn parse(text: &'t str) -> Result<Self, FileError> {
        match DeTable::parse(text) {
            Ok(table) => Ok(Self { text, table }),
            Err(error) => Err(FileError {
                line: line_of(text, &error.span().unwrap_or_default()),
                key: String::new(),
                what: error.message().to_owned(),
            }),
        }
    }

    /// Everything in it.
    pub(crate) fn root(&self) -> Table<'_> {
        Table {
            text: self.text,
            name: "",
            span: self.table.span(),
            table: self.table.get_ref(),
        }
    }
}

/// A table: keys with their values.
#[derive(Clone)]
pub(crate) struct Table<'f> {
    text: &'f str,
    /// The key that it stands under.
    name: &'f str,
    span: Range<usize>,
    table: &'f DeTable<'f>,
}

impl<'f> Table<'f> {
    /// As they stand in the file.
    pub(crate) fn entries(&self) -> Vec<Entry<'f>> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| Entry {
                text: self.text,
                key: key.get_ref(),
                key_span: key.span(),
                value,
            })
            .collect();
        entries.sort_by_key(|entry| entry.key_span.start);
        entries
    }

    /// Where it is written.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// A mistake that concerns all of it.
    pub(crate) fn error(&self, what: impl Into<String>) -> FileError {
        FileError {
            line: line_of(self.text, &self.span),
            key: self.name.to_owned(),
            what: what.into(),
        }
    }
}

/// A key and its value; or one value of a list, under the key of the list.
#[derive(Clone)]
pub(crate) struct Entry<'f> {
    text: &'f str,
    key: &'f str,
    key_span: Range<usize>,
    value: &'f Spanned<DeValue<'f>>,
}

impl<'f> Entry<'f> {
    /// The key.
    pub(crate) fn key(&self) -> &'f str {
        self.key
    }

    /// The value, if it is a text.
    pub(crate) fn as_text(&self) -> Option<&'f str> {
        self.value.get_ref().as_str()
    }

    /// The value, which has to be a text.
    pub(crate) fn lines(&self) -> Result<&'f str, FileError> {
        self.as_text()
            .ok_or_else(|| self.error("a text in quotes is needed"))
    }

    /// The value, which has to be a text in one line.
    pub(crate) fn text(&self) -> Result<&'f str, FileError> {
        let text = self.lines()?;
        match text.contains(|letter: char| letter.is_control() && letter != '\t') {
            true => Err(self.error("a line break or another control character cannot stand here")),
            false => Ok(text),
        }
    }

    /// The value, which has to be a text without spaces.
    pub(crate) fn word(&self) -> Result<&'f str, FileError> {
        let word = self.text()?;
        match word.is_empty() || word.contains(char::is_whitespace) {
            true => Err(self.error("a word without spaces is needed")),
            false => Ok(word),
        }
    }

    /// The value, if it is a number of sixteen bits.
    pub(crate) fn number(&self) -> Option<u16> {
        let integer = self.value.get_ref().as_integer()?;
        u16::from_str_radix(integer.as_str(), integer.radix()).ok()
    }

    /// Where its value is written.
    pub(crate) fn span(&self) -> Range<usize> {
        self.value.span()
    }

    /// The line of the value, from 1.
    pub(crate) fn line(&self) -> usize {
        line_of(self.text, &self.value.span())
    }

    /// The values, which have to be a list.
    pub(crate) fn list(&self) -> Result<Vec<Self>, FileError> {
        let all = self.value.get_ref().as_array();
        let all =
            all.ok_or_else(|| self.error("a list is needed: [\"one\"] or [\"one\", \"two\"]"))?;
        let entry = |value| Self {
            value,
            ..self.clone()
        };
        Ok(all.iter().map(entry).collect())
    }

    /// The values, which have to be a list of texts.
    pub(crate) fn texts(&self) -> Result<Vec<String>, FileError> {
        let list = self.list()?;
        let texts = list.iter().map(|one| one.text().map(str::to_owned));
        texts.collect()
    }

    /// The value, which has to be true or false.
    pub(crate) fn flag(&self) -> Result<bool, FileError> {
        let flag = self.value.get_ref().as_bool();
        flag.ok_or_else(|| self.error("true or false is needed"))
    }

    /// The value, if it is a table.
    pub(crate) fn as_table(&self) -> Option<Table<'f>> {
        let table = self.value.get_ref().as_table()?;
        Some(Table {
            text: self.text,
            name: self.key,
            span: self.value.span(),
            table,
        })
    }

    /// The value, which has to be a table.
    pub(crate) fn table(&self) -> Result<Table<'f>, FileError> {
        self.as_table()
            .ok_or_else(|| self.error("a table is needed: { key = \"value\" }"))
    }

    /// The tables, each of which has a head `[[key]]` of its own.
    pub(crate) fn tables(&self) -> Result<Vec<Table<'f>>, FileError> {
        let one = || {
            let key = self.key;
            self.error(format!("each {key} is a table of its own: write [[{key}]]"))
        };
        let all = self.value.get_ref().as_array().ok_or_else(one)?;
        let table = |value| {
            let entry = Self {
                value,
                ..self.clone()
            };
            entry.as_table().ok_or_else(one)
        };
        all.iter().map(table).collect()
    }

    /// A mistake in the value.
    pub(crate) fn error(&self, what: impl Into<String>) -> FileError {
        self.at(&self.value.span(), what)
    }

    /// A key that nobody knows.
    pub(crate) fn unknown(&self, known: &[&str]) -> FileError {
        self.at(&self.key_span, unknown("key", self.key, known))
    }

    fn at(&self, span: &Range<usize>, what: impl Into<String>) -> FileError {
        FileError {
            line: line_of(self.text, span),
            key: self.key.to_owned(),
            what: what.into(),
        }
    }
}

fn line_of(text: &str, at: &Range<usize>) -> usize {
    let before = text.as_bytes().get(..at.start).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// What is not known, with the known one that looks most like it.
pub(crate) fn unknown(kind: &str, given: &str, known: &[&str]) -> String {
    match nearest(given, known.iter().copied()) {
        Some(other) => format!("unknown {kind} {given:?}; is {other:?} meant?"),
        None if known.is_empty() => format!("unknown {kind} {given:?}; there is none"),
        None => format!("unknown {kind} {given:?}; there are {}", known.join(", ")),
    }
}

/// The known word that looks most like one that is not known, if any looks like it.
pub fn nearest<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let known = known.into_iter();
    let (distance, other) = known.map(|other| (distance(given, other), other)).min()?;
    let is_near = distance <= 1 + given.chars().count() / 3 && distance < other.chars().count();
    is_near.then_some(other)
}

/// The only known word that begins so.
pub fn begun<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let mut begun = known.into_iter().filter(|known| known.starts_with(given));
    let only = begun.next().filter(|_| !given.is_empty())?;
    begun.next().is_none().then_some(only)
}

/// The known word that an unknown one is meant to be where others than the known ones are all right, too: it has one letter more, less
/// or other, or two in each other's place.
pub(crate) fn misspelt<'k>(
    given: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<&'k str> {
    let (mut near, length) = (None, given.chars().count());
    for other in known {
        let is_near = match distance(given, other) {
            0 if given == other => return None,
            0 | 1 => true,
            2 => sorted(given) == sorted(other),
            _ => false,
        };
        if is_near && length > 2 {
            near = near.or(Some(other));
        }
    }
    near
}

fn sorted(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.to_lowercase().chars().collect();
    letters.sort_unstable();
    letters
}

/// How many letters have to be changed, added or left out to get from one word to the other, in any case.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for letter in one.to_lowercase().chars() {
        let mut diagonal = row[0];
        row[0] += 1;
        for (at, expected) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *expected);
            diagonal = row[at + 1];
            row[at + 1] = changed.min(row[at] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
