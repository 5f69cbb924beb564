//! Lines of names and values, one of which is the text: `time="2026-11-22T10:00:00Z" level=info msg="got\nOPTIONS sip:b SIP/2.0\r\n.."`.

use std::borrow::Cow;

use super::Bare;
use crate::source::log::{escapes, quote};

/// What stands in front of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field(Vec<u8>);

/// Lines are of such fields that have so many of them.
const FEWEST: usize = 2;

impl Field {
    /// The one with a message in a text of which most lines have fields.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a [u8]> + Clone) -> Option<Self> {
        let written = lines.filter(|line| !line.trim_ascii().is_empty());
        let of_fields = written.clone().filter(|line| has_fields(line));
        if of_fields.clone().count() * 4 < written.count() * 3 {
            return None;
        }
        let mut found = of_fields.filter_map(|line| {
            let values = memchr::memmem::find_iter(line, b"=\"");
            let mut names = values.filter_map(|at| {
                let name = line[..at].rsplit(|byte| *byte == b' ').next()?;
                Some(Self([name, b"=\""].concat()))
            });
            names.find(|field| {
                field
                    .taken(line)
                    .is_some_and(|bare| quote::has_version(&bare.text))
            })
        });
        found.next()
    }

    /// The text of a line, and the rest of it.
    pub(super) fn taken(&self, raw: &[u8]) -> Option<Bare<'static>> {
        let mut places = memchr::memmem::find_iter(raw, &self.0);
        let start = places.find(|at| *at == 0 || raw[at - 1] == b' ')?;
        let value = &raw[start + self.0.len()..];
        let (inside, behind) = escapes::quoted(value);
        let mut text = escapes::undone(inside);
        escapes::end_line(&mut text);
        let rest = behind.unwrap_or_default().trim_ascii_end();
        Some(Bare {
            front: Cow::Owned([rest, b" ", &raw[..start]].concat()),
            text: Cow::Owned(text),
            goes_on: false,
            is_cut: behind.is_none(),
        })
    }
}

fn has_fields(line: &[u8]) -> bool {
    let words = line.split(|byte| *byte == b' ').take(8);
    let is_field = |word: &&[u8]| {
        let name = memchr::memchr(b'=', word).map(|at| &word[..at]);
        name.is_some_and(|name| {
            !name.is_empty()
                && name
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_.@-".contains(byte))
        })
    };
    let first = line.split(|byte| *byte == b' ').next();
    first.as_ref().is_some_and(is_field) && words.filter(is_field).count() >= FEWEST
}
