//! How many messages come out whole if the lines of a log are put together in some way: what says whether lines of several are mixed.

use std::collections::HashMap;

use super::quote::{self, Around};

/// RFC 3261 8.1.1: what every message has; all of them but Via once.
const FIELDS: [&[u8]; 5] = [b"via:", b"from:", b"to:", b"call-id:", b"cseq:"];
const VIA: usize = 0;

/// What stands in front of a line that begins a message. ngrep writes a dot for the carriage return behind it.
pub(super) fn begun(line: &[u8]) -> Option<Around> {
    let line = line.trim_ascii_end();
    let (around, _) = quote::start(line.strip_suffix(b".").unwrap_or(line))?;
    Some(around).filter(|around| !around.is_prose())
}

/// Counts messages, each put together of the lines with one key.
#[derive(Default)]
pub(super) struct Whole {
    open: HashMap<u8, Open>,
    count: usize,
    /// Whether a line of another stood between two of one message.
    pub(super) is_interrupted: bool,
}

/// A message that has begun.
#[derive(Default)]
struct Open {
    writer: u8,
    /// How often each field came.
    fields: [u32; FIELDS.len()],
    /// Whether somebody else wrote since.
    is_left: bool,
}

impl Whole {
    pub(super) fn add(&mut self, key: u8, writer: u8, line: &[u8]) {
        if begun(line).is_some() {
            let open = Open {
                writer,
                ..Open::default()
            };
            let before = self.open.insert(key, open);
            self.count += usize::from(before.is_some_and(|before| before.is_whole()));
            return;
        }
        let Some(open) = self.open.get_mut(&key) else {
            return;
        };
        let line = line.to_ascii_lowercase();
        let is_own = writer == open.writer;
        open.is_left |= !is_own;
        for (count, name) in open.fields.iter_mut().zip(FIELDS) {
            if has_field(&line, name) {
                *count += 1;
                self.is_interrupted |= is_own && open.is_left;
            }
        }
    }

    /// How many there were.
    pub(super) fn count(self) -> usize {
        let open = self.open.into_values();
        self.count + open.filter(|open| open.is_whole()).count()
    }
}

impl Open {
    fn is_whole(&self) -> bool {
        let mut each = self.fields.iter().enumerate();
        each.all(|(field, count)| *count == 1 || field == VIA && *count > 1)
    }
}

/// Whether a name stands there, behind whatever is in front, and not as the end of a longer one.
fn has_field(line: &[u8], name: &[u8]) -> bool {
    memchr::memmem::find(line, name).is_some_and(|at| {
        let before = at.checked_sub(1).map(|before| line[before]);
        before.is_none_or(|before| !before.is_ascii_alphanumeric() && before != b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(lines: &[(u8, &str)]) -> usize {
        let mut whole = Whole::default();
        for (writer, line) in lines {
            whole.add(*writer, *writer, line.as_bytes());
        }
        whole.count()
    }

    #[test]
    fn lines_of_two_are_whole_only_if_they_are_told_apart() {
        let message = [
            "BYE sip:a SIP/2.0",
            "Via: v",
            "Via: w",
            "From: f",
            "To: t",
            "Call-ID: c",
            "CSeq: 1 BYE",
            "",
        ];
        let mixed: Vec<_> = message
            .iter()
            .flat_map(|line| [(1, *line), (2, *line)])
            .collect();
        let as_one: Vec<_> = mixed.iter().map(|(_, line)| (0, *line)).collect();
        assert_eq!((count(&mixed), count(&as_one)), (2, 0));
        let alone = message.map(|line| (0, line));
        assert_eq!(count(&[alone, alone].concat()), 2);
        assert_eq!(count(&alone[..6]), 0);
        let dotted = [vec![(0, "INVITE sip:a SIP/2.0.")], alone[1..].to_vec()].concat();
        assert_eq!(count(&[&dotted[..], &alone].concat()), 2);
        let mut whole = Whole::default();
        for (writer, line) in [
            (1, message[0]),
            (1, message[1]),
            (2, "other"),
            (1, message[3]),
        ] {
            assert!(!whole.is_interrupted);
            whole.add(0, writer, line.as_bytes());
        }
        assert!(whole.is_interrupted);
    }
}
