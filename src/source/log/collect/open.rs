//! A message that is being collected: what has come of it.

mod colours;
mod doubt;
mod end;
mod head;
mod progress;

use doubt::Doubted;
use head::Fields;
use progress::{Behind, Progress};

use super::{Kept, Line};
use crate::base::Spoiled;
use crate::source::Head;
use crate::source::log::Noted;
use crate::source::log::announced::Read;
use crate::source::log::restore::blank;

/// A message that is being collected.
pub(super) struct Open {
    pub(super) kind: Kind,
    pub(super) head: Head,
    pub(super) text: Vec<u8>,
    /// Bytes of blank lines in front of it; none where nothing else has come yet.
    pub(super) leading: Option<usize>,
    /// The lines that are in it: where each begins in the text, its number, and its place in the file.
    pub(super) lines: Vec<(usize, u64)>,
    /// Offset in the file of the first byte, as long as all of them lie there one behind the other.
    pub(super) offset: Option<u64>,
    /// The line that said what follows.
    pub(super) announced: u64,
    pub(super) spoiled: Spoiled,
    progress: Progress,
    fields: Fields,
    /// What stands behind its Content-Length, if that is not the blank line that ends the header section.
    behind_length: Option<Behind>,
    /// How far the progress goes: up to the last line end.
    followed: usize,
    pub(super) cut: bool,
    /// Parts of it are not in the log.
    pub(super) lacks: bool,
    /// How many bytes it has, by what the log says of it.
    pub(super) told: Option<usize>,
    /// The log keeps its bytes and puts a mark behind it: it is not at its end where it says so, but where that is.
    pub(super) is_closed: bool,
    /// A line of somebody else stood in front of its first.
    pub(super) preceded: bool,
    /// A line of somebody else stood between its lines, and nothing has followed yet.
    pub(super) interrupted: bool,
    /// Where a line begins in the body that is a start line if a header field follows.
    begun: Option<usize>,
    /// Whether a line that looks like none of the body may be one.
    may_doubt: bool,
    /// How it was in front of the first such line.
    doubted: Option<Doubted>,
    /// Where the last line begins that looks like the mark behind the message.
    mark: Option<usize>,
    /// Whether only a mark can be its end.
    pub(super) needs_mark: bool,
    /// A line that looks like the first of an entry was taken for one of the body.
    pub(super) holds_entry: bool,
    /// It may have been at its end at a mark that was taken for a line of the body.
    passed_end: bool,
    /// The point of doubt was moved to the line that came last.
    pub(super) moved: bool,
    /// All of its lines are in its body, though not all of its line ends can be told.
    pub(super) is_settled: bool,
    /// Bytes of colours in the body.
    colours: usize,
    /// Lines of the body that have colours: where they begin in the text, how long they are there, and what they are with them.
    coloured: Vec<(usize, usize, Vec<u8>)>,
    /// Lines that are of nobody's message if it is as long as it says.
    pub(super) beside: Vec<Kept>,
    /// A header line has the line end of the protocol: the body is there byte by byte.
    exact: bool,
    /// The same of lines that were put down without theirs, though those of the log have another.
    keeps_ends: bool,
    /// The announcement has the line end of the protocol.
    is_announced_so: bool,
    /// Carriage returns that lines of the body came with and were put down without.
    carriages: usize,
    /// The body may hold messages.
    holds_messages: bool,
    /// The line that announced right in front of its announcement, and whether its time stands elsewhere.
    pub(super) contested_by: Option<(u64, bool)>,
}

/// How it came to be one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The log announced it.
    Announced,
    /// The log announced what was read of a stream at once.
    Read(Read),
}

impl Open {
    pub(super) fn new(kind: Kind, line: Line<'_>, head: Head, may_doubt: bool) -> Self {
        Self {
            kind,
            head,
            text: Vec::new(),
            leading: None,
            lines: Vec::new(),
            offset: None,
            announced: line.number,
            spoiled: Spoiled::NOTHING,
            progress: Progress::Head,
            fields: Fields::default(),
            behind_length: None,
            followed: 0,
            cut: false,
            lacks: false,
            told: None,
            is_closed: false,
            preceded: false,
            interrupted: false,
            begun: None,
            may_doubt,
            doubted: None,
            mark: None,
            needs_mark: false,
            holds_entry: false,
            passed_end: false,
            moved: false,
            is_settled: false,
            colours: 0,
            coloured: Vec::new(),
            beside: Vec::new(),
            exact: false,
            keeps_ends: false,
            is_announced_so: line.raw.ends_with(b"\r\n"),
            carriages: 0,
            holds_messages: false,
            contested_by: None,
        }
    }

    /// The same without a text.
    pub(super) fn empty(&self) -> Self {
        Self {
            text: Vec::new(),
            lines: Vec::new(),
            head: self.head.clone(),
            coloured: Vec::new(),
            beside: Vec::new(),
            ..*self
        }
    }

    pub(super) fn push(&mut self, line: u64, bytes: &[u8], longest: usize) {
        // Nothing follows on what was left out.
        if self.cut {
            return;
        }
        let room = longest.saturating_sub(self.text.len());
        self.cut = bytes.len() > room;
        let bytes = &bytes[..bytes.len().min(room)];
        let blank = blank(bytes);
        if self.leading.is_none() && blank < bytes.len() {
            self.leading = Some(self.text.len() + blank);
        }
        self.lines.push((self.text.len(), line));
        self.text.extend_from_slice(bytes);
        while let Some(length) = memchr::memchr(b'\n', &self.text[self.followed..]) {
            let line = self.followed..self.followed + length;
            self.followed = line.end + 1;
            self.follow(line);
        }
    }

    /// An empty line that was taken for the end of the header section is of somebody else, if nothing came behind it.
    pub(super) fn give_back_blank(&mut self) {
        if self.begins_body() && self.followed == self.text.len() {
            self.text.pop();
            if self.text.ends_with(b"\r") {
                self.text.pop();
            }
        }
    }

    /// The lines from this byte on, without blank ones around them.
    pub(super) fn lines_from(&self, byte: usize) -> Vec<Kept> {
        let end = self.text.trim_ascii_end().len();
        let mut at = byte + blank(&self.text[byte..]);
        let mut lines = Vec::new();
        for raw in self.text[at..].split_inclusive(|byte| *byte == b'\n') {
            if at >= end {
                break;
            }
            lines.push(Kept {
                number: self.line_at(at),
                offset: self.offset.map(|offset| offset + at as u64),
                raw: raw.to_vec(),
                again: 0,
                coloured: None,
                noted: Noted::Nothing,
                front: Vec::new(),
                writer: 0,
            });
            at += raw.len();
        }
        lines
    }

    /// Takes note of what is noted on one of its lines.
    pub(super) fn note(&mut self, noted: Noted) {
        self.spoil(match noted {
            Noted::Nothing | Noted::Cut => Spoiled::NOTHING,
            Noted::Together | Noted::Lacking => Spoiled::PARTS,
            Noted::Doubtful => Spoiled::LENGTH,
        });
        self.lacks |= matches!(noted, Noted::Lacking | Noted::Cut);
    }

    pub(super) fn spoil(&mut self, spoiled: Spoiled) {
        self.spoiled = self.spoiled.and(spoiled);
    }

    /// The number of the line that this byte of the text stands in.
    pub(super) fn line_at(&self, byte: usize) -> u64 {
        let after = self.lines.partition_point(|(start, _)| *start <= byte);
        match after.checked_sub(1) {
            Some(position) => self.lines[position].1,
            None => self.announced,
        }
    }
}
