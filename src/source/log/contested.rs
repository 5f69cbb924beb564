//! Two messages that were announced one behind the other, and stand behind both: as two may have written by turns, nothing tells which of
//! them was announced first.

use crate::base::{AnomalyKind, Transport};
use crate::source::{Entry, Found, Head, Oddity, Who};

/// A message in front of which stands an announcement with nothing behind.
#[derive(Clone, Copy)]
pub(super) struct Contested {
    /// The line that the message begins in.
    pub(super) message: u64,
    /// The line that announced what is not there.
    pub(super) announcement: u64,
    /// Its time is not of the announcement.
    pub(super) has_own_time: bool,
}

/// Takes away what was said of such messages, where the next is right behind and nothing was said of that.
pub(super) fn settle(contested: &[Contested], found: &mut Found) {
    for one in contested {
        let place = found
            .entries
            .iter()
            .position(|entry| entry.line == one.message);
        let Some([first, second]) = place.and_then(|at| found.entries.get_mut(at..at + 2)) else {
            continue;
        };
        let text = &found.texts[first.start as usize..][..first.length as usize];
        if !is_unknown(second) || second.line > end_of(first.line, text) {
            continue;
        }
        first.head = Head {
            time: first.head.time.filter(|_| one.has_own_time),
            source: Who::Unknown,
            destination: Who::Unknown,
            transport: Transport::Unknown,
        };
        let (line, message, next) = (one.announcement, first.line, second.line);
        found.oddities.push(Oddity {
            kind: AnomalyKind::LogEntryUnreadable,
            line: Some(line),
            before: 0,
            detail: format!(
                "line {line}: two messages are announced here, one behind the other; nothing tells which is that of line {message} and which \
                 that of line {next}"
            ),
        });
    }
}

fn is_unknown(entry: &Entry) -> bool {
    let head = &entry.head;
    (&head.source, &head.destination) == (&Who::Unknown, &Who::Unknown)
}

/// The last line that a message right behind this one may begin in.
fn end_of(line: u64, text: &[u8]) -> u64 {
    /// Marks and empty lines.
    const BETWEEN: u64 = 4;
    line + memchr::memchr_iter(b'\n', text).count() as u64 + BETWEEN
}

/// Whether an announcement that says that a message has so many bytes may be of one.
pub(super) fn may_announce(told: Option<usize>) -> bool {
    /// What keeps a connection open is shorter.
    const SHORTEST: usize = 16;
    told.is_none_or(|told| told >= SHORTEST)
}
