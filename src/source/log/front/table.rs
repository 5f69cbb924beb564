//! A table (CSV) whose first line names the columns, one of which has the entries, as stores of logs give them out: quotation marks stand
//! around a value that has a comma or several lines, and are doubled inside.

use std::borrow::Cow;

use super::Bare;
use crate::source::log::{colours, escapes, quote};

/// Which column has the entries, of how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    column: usize,
    of: usize,
    between: u8,
}

const MOST_COLUMNS: usize = 64;

impl Table {
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        /// So many records show it.
        const LOOKED_AT: usize = 1000;
        let line = text.split(|byte| *byte == b'\n').next()?;
        let between = *b",;".iter().find(|sign| is_heading(line, **sign))?;
        let of = values(line, between).len();
        let mut found = vec![(0, 0); of];
        let (mut all, mut alike) = (0, 0);
        for record in records(text).skip(1).take(LOOKED_AT) {
            let values = values(record, between);
            all += 1;
            alike += usize::from(values.len() == of);
            for (value, (times, length)) in values.iter().zip(&mut found) {
                if quote::has_version(value) {
                    *times += 1;
                    *length += value.len();
                }
            }
        }
        let columns = found.iter().enumerate().rev();
        let (column, (times, _)) = columns.max_by_key(|(_, counted)| **counted)?;
        let is_one = *times > 0 && alike * 4 >= all * 3;
        is_one.then_some(Self {
            column,
            of,
            between,
        })
    }

    /// The entry of a record, and what the other columns say.
    pub(super) fn taken(&self, raw: &[u8]) -> Option<Bare<'static>> {
        /// Others are none of a time or an address.
        const LONGEST: usize = 64;
        let mut values = values(raw, self.between);
        if values.len() != self.of {
            return None;
        }
        let entry = values.remove(self.column);
        let mut text = colours::without(&entry).into_owned();
        escapes::end_line(&mut text);
        let short = values.iter().filter(|value| value.len() <= LONGEST);
        let short: Vec<&[u8]> = short.map(|value| &value[..]).collect();
        Some(Bare {
            front: Cow::Owned(short.join(&b"; "[..])),
            text: Cow::Owned(text),
            goes_on: false,
            is_cut: false,
        })
    }
}

/// Whether a line is the names of columns.
fn is_heading(line: &[u8], between: u8) -> bool {
    let names = values(line, between);
    let is_name = |name: &Vec<u8>| {
        let mut bytes = name.iter();
        !name.is_empty()
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"@_. -".contains(byte))
    };
    (2..=MOST_COLUMNS).contains(&names.len()) && names.iter().all(is_name)
}

/// Whether a record goes on behind a line, by whether it did in front of it.
pub(super) fn goes_on(line: &[u8], went_on: bool) -> bool {
    let marks = memchr::memchr_iter(b'"', line).count();
    went_on != (marks % 2 == 1)
}

/// The records of a text.
pub(super) fn records(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut went_on = false;
    text.split_inclusive(move |byte| {
        went_on ^= *byte == b'"';
        *byte == b'\n' && !went_on
    })
}

/// The values of a record.
fn values(record: &[u8], between: u8) -> Vec<Vec<u8>> {
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    let record = record.strip_suffix(b"\r").unwrap_or(record);
    let mut values = vec![Vec::new()];
    let (mut inside, mut at) = (false, 0);
    while let Some(byte) = record.get(at) {
        let doubled = inside && record.get(at + 1) == Some(&b'"');
        match (byte, values.last_mut()) {
            (b'"', Some(value)) if doubled => {
                value.push(b'"');
                at += 1;
            }
            (b'"', _) => inside = !inside,
            (byte, _) if *byte == between && !inside => values.push(Vec::new()),
            (byte, Some(value)) => value.push(*byte),
            (_, None) => {}
        }
        at += 1;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_its_values() {
        let record = b"\"a,b\",c,\"x \"\"y\"\"\nz\",\r\n";
        let expected: [&[u8]; 4] = [b"a,b", b"c", b"x \"y\"\nz", b""];
        assert_eq!(values(record, b','), expected);
        let text = [&record[..], b"1,2\n", b"\"3"].concat();
        let lengths: Vec<_> = records(&text).map(<[u8]>::len).collect();
        assert_eq!(lengths, [record.len(), 4, 2]);
    }

    #[test]
    fn the_column_with_the_messages_is_the_one() {
        let start = "BYE sip:b SIP/2.0";
        let table = |text: String| Table::of(text.as_bytes()).map(|table| (table.column, table.of));
        assert_eq!(table(format!("Date,Line\n1,a\n2,{start}\n")), Some((1, 2)));
        assert_eq!(table(format!("\"a\";\"b\"\n\"{start}\";2\n")), Some((0, 2)));
        assert_eq!(table("Date,Line\n1,a\n".to_owned()), None);
        assert_eq!(table(format!("Hello, world\n{start}\nTo: b\n")), None);
        assert_eq!(table(format!("Via: a,b\n{start},\n")), None);
    }
}
