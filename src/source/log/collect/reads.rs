//! Some logs write down what was read of a TCP connection, as it was read: a message may lie in several entries of the log, and
//! an entry may have the end of one message and the beginning of the next.

use super::{Log, Open};
use crate::base::Spoiled;
use crate::sip::begins_message;
use crate::source::Head;
use crate::source::log::announced::Read;
use crate::source::log::restore::{blank, messages};

/// A message in more parts is shown cut: with every part it is looked at again.
const MOST_PARTS: u32 = 64;
/// Peers whose messages are waited for at a time.
const MOST_PEERS: usize = 256;
/// A start line is no longer.
const LONGEST_LINE: usize = 8192;

/// Messages that are not whole yet, the longest waiting first.
#[derive(Default)]
pub(super) struct Reads {
    waiting: Vec<Begun>,
    held: usize,
}

/// The beginning of a message.
pub(super) struct Begun {
    open: Open,
    parts: u32,
    /// Entries of the log that are in it and not accounted for.
    records: u64,
}

impl Reads {
    /// What came from there, or went there, and was not whole.
    fn take(&mut self, head: &Head) -> Option<Begun> {
        Some(self.remove(self.place_of(head)?))
    }

    /// Whether there is any of that.
    pub(super) fn waits(&self, head: &Head) -> bool {
        self.place_of(head).is_some()
    }

    fn place_of(&self, head: &Head) -> Option<usize> {
        let mut waiting = self.waiting.iter().map(|begun| &begun.open.head);
        waiting.position(|begun| {
            begun.source == head.source
                && begun.destination == head.destination
                && begun.transport == head.transport
        })
    }

    fn remove(&mut self, position: usize) -> Begun {
        let begun = self.waiting.remove(position);
        self.held -= begun.open.text.len();
        begun
    }

    fn put(&mut self, begun: Begun) {
        self.held += begun.open.text.len();
        self.waiting.push(begun);
    }

    pub(super) fn take_all(&mut self) -> Vec<Begun> {
        self.held = 0;
        std::mem::take(&mut self.waiting)
    }
}

impl Log {
    pub(super) fn finish_read(&mut self, mut open: Open, read: Read) {
        match read {
            Read::Exact => {}
            Read::Of(length) => open.trim_to(length),
            Read::WithLineEnd => open.trim_line_end(),
        }
        let begun = match self.reads.take(&open.head) {
            // The rest of it was not logged.
            Some(begun) if begins_message(&open.text) => {
                self.give_up(begun);
                None
            }
            begun => begun,
        };
        let Begun {
            open: mut joined,
            parts,
            records,
        } = begun.unwrap_or_else(|| Begun {
            open: open.empty(),
            parts: 0,
            records: 0,
        });
        let records = records + 1;
        if read == Read::WithLineEnd && joined.text.ends_with(b"\r\n") {
            open.trim_first_line_end();
        }
        let own = joined.text.len();
        joined.append(&open);
        joined.cut |= joined.text.len() > self.longest;
        let (mut found, end) = messages(&joined.text);
        let waits = match found.last() {
            Some(last) if !last.whole => Some(last.from),
            _ => begins_line(&joined.text, end),
        };
        let parts = match waits {
            Some(from) if from >= own => 1,
            _ => parts + 1,
        };
        let waits = waits.filter(|_| parts < MOST_PARTS && !joined.cut);
        found.retain(|message| waits.is_none_or(|from| message.from < from));
        for message in &found {
            match message.from.checked_sub(own) {
                Some(from) => {
                    let offset = open.offset.zip(message.at);
                    let offset = offset.map(|(offset, at)| offset + (at - own) as u64);
                    self.found(message, &open, open.line_at(from), offset);
                }
                None => self.found(message, &joined, joined.line_at(message.from), None),
            }
        }
        let any = !found.is_empty();
        let Some(from) = waits else {
            return self.account(&joined, any, end, records);
        };
        if any {
            self.account(&joined.empty(), true, 0, records);
        }
        let begins_here = from >= own;
        self.reads.put(Begun {
            open: joined.behind(from, begins_here.then_some(&open)),
            parts,
            records: if any { 0 } else { records },
        });
        while self.reads.held > self.most_held || self.reads.waiting.len() > MOST_PEERS {
            let longest_waiting = self.reads.remove(0);
            self.give_up(longest_waiting);
        }
    }

    /// Nothing more comes of it.
    pub(super) fn give_up(&mut self, begun: Begun) {
        let open = begun.open;
        let (found, end) = messages(&open.text);
        for message in &found {
            self.found(message, &open, open.line_at(message.from), None);
        }
        self.account(&open, !found.is_empty(), end, begun.records);
    }
}

/// Where a start line begins that is not there to its end.
fn begins_line(text: &[u8], end: usize) -> Option<usize> {
    let from = end + blank(&text[end..]);
    let line = &text[from..];
    let is_cut = !line.is_empty() && line.len() < LONGEST_LINE && !line.contains(&b'\n');
    is_cut.then_some(from)
}

impl Open {
    fn append(&mut self, other: &Self) {
        let own = self.text.len();
        let lines = other.lines.iter();
        self.lines
            .extend(lines.map(|(start, line)| (own + start, *line)));
        self.text.extend_from_slice(&other.text);
        self.spoiled = self.spoiled.and(other.spoiled);
        self.cut |= other.cut;
        if own > 0 {
            self.spoiled = self.spoiled.and(Spoiled::PARTS);
        }
    }

    /// What is behind this byte, said to be what is said of another if it begins there.
    fn behind(&self, from: usize, begun: Option<&Self>) -> Self {
        let mut behind = begun.unwrap_or(self).empty();
        behind.text = self.text[from..].to_vec();
        behind.lines = vec![(0, self.line_at(from))];
        let later = self.lines.iter().filter(|(start, _)| *start > from);
        behind
            .lines
            .extend(later.map(|(start, line)| (start - from, *line)));
        behind
    }

    /// A log puts a line end behind what was read and may have taken the carriage returns out of it. Where it says how much that
    /// was, both are undone.
    fn trim_to(&mut self, length: usize) {
        match self.kept_of(length) {
            Some(kept) if kept < length => {
                let text = &self.text[..kept];
                let (text, lines) = with_carriage_returns(text, &self.lines);
                (self.text, self.lines) = (text, lines);
                self.offset = None;
                self.spoiled = self.spoiled.and(Spoiled::LINE_ENDS);
            }
            Some(kept) => self.text.truncate(kept),
            None => {}
        }
    }

    /// How many bytes of the text are what has this length as it is, or with all carriage returns.
    pub(super) fn kept_of(&self, length: usize) -> Option<usize> {
        let end = usize::from(self.text.ends_with(b"\n"));
        let mut ends = [self.text.len() - end, self.text.len()].into_iter();
        ends.find(|kept| {
            let lone = || lone_line_ends(&self.text[..*kept]).count();
            *kept == length || kept + lone() == length
        })
    }
}

impl Open {
    /// The line end that a log puts behind what was read, and lines without a carriage return, are none of it. Where somebody took
    /// them out, what is left is one of the message.
    fn trim_line_end(&mut self) {
        while self.text.ends_with(b"\n\n") {
            self.text.pop();
        }
        if !self.text.ends_with(b"\r\n") && self.text.ends_with(b"\n") {
            self.text.pop();
        }
    }

    /// What was read before ended behind a carriage return, and got the line feed that stands here already.
    fn trim_first_line_end(&mut self) {
        if self.text.starts_with(b"\n") {
            self.text.remove(0);
            self.offset = None;
            let starts = self.lines.iter_mut();
            starts.for_each(|(start, _)| *start = start.saturating_sub(1));
        }
    }
}

/// Where line ends are that have no carriage return.
fn lone_line_ends(text: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'\n', text).filter(|at| !text[..*at].ends_with(b"\r"))
}

/// The text with them, and where its lines begin then.
fn with_carriage_returns(text: &[u8], lines: &[(usize, u64)]) -> (Vec<u8>, Vec<(usize, u64)>) {
    let mut restored = Vec::with_capacity(text.len() + 64);
    let mut moved = Vec::with_capacity(lines.len());
    let mut lines = lines.iter().peekable();
    let mut done = 0;
    for end in lone_line_ends(text).chain([text.len()]) {
        while let Some((start, line)) = lines.next_if(|(start, _)| *start <= end) {
            moved.push((restored.len() + start - done, *line));
        }
        restored.extend_from_slice(&text[done..end]);
        if end < text.len() {
            restored.push(b'\r');
        }
        done = end;
    }
    (restored, moved)
}
