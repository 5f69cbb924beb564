//! The lines of the message that is being collected, as they come: as they are, cleaned, or taken out of a line of the log.

use super::open::{Kind, Open};
use super::{Line, Log};
use crate::base::Spoiled;
use crate::source::Head;
use crate::source::log::announced::Read;
use crate::source::log::{quote, stamp};

/// A line is read again so often.
const MOST_AGAIN: u8 = 3;

impl Log {
    /// A message follows this line, of which this is said.
    pub(in crate::source::log) fn begin(&mut self, line: Line<'_>, head: Head) {
        self.open(Kind::Announced, line, head);
    }

    fn open(&mut self, kind: Kind, line: Line<'_>, head: Head) {
        self.finish();
        if !self.reads_again() {
            let may_doubt = self.rereads && line.again < MOST_AGAIN;
            self.open = Some(Open::new(kind, line, head, may_doubt));
            self.begun = true;
            if let Some(announcement) = self.unanswered.take() {
                self.contest(announcement, false);
            }
        }
    }

    /// The log says how many bytes the message has that begins.
    pub(in crate::source::log) fn tell_length(&mut self, length: Option<usize>) {
        if let Some(open) = &mut self.open {
            open.told = length;
        }
    }

    /// All that has come of the message is of it, by the entry that it is in, however long it says that it is.
    pub(in crate::source::log) fn settle(&mut self) {
        if let Some(open) = &mut self.open {
            open.is_settled = true;
        }
    }

    /// The log keeps every byte of the message that begins, and puts a mark behind the last.
    pub(in crate::source::log) fn expect_mark(&mut self) {
        if let Some(open) = &mut self.open {
            open.is_closed = true;
        }
    }

    /// The mark is here: the message is all that came.
    pub(in crate::source::log) fn finish_at_mark(&mut self) {
        if let Some(open) = &mut self.open {
            let before = open.leading.unwrap_or_default();
            open.told = Some(open.text.len() - before);
        }
        self.finish();
    }

    /// What was read of a stream at once follows this line. A message in it may go on in what is read next from there.
    pub(in crate::source::log) fn begin_read(&mut self, line: Line<'_>, head: Head, read: Read) {
        self.open(Kind::Read(read), line, head);
    }

    /// A line of the message, without what the logger put around it.
    pub(in crate::source::log) fn cleaned(&mut self, line: Line<'_>, bytes: &[u8]) {
        match bytes.len() == line.raw.len() {
            true => self.text(line),
            false => self.piece(line, bytes),
        }
    }

    /// A line of another writer, who got between the lines of the message.
    pub(in crate::source::log) fn between(&mut self, line: Line<'_>) {
        if let Some(open) = &mut self.open {
            open.interrupted = true;
        }
        self.left(line);
    }

    /// The same in front of its first line: whether this is one. Else it may be what was announced.
    pub(in crate::source::log) fn ahead(&mut self, line: Line<'_>, text: &[u8]) -> bool {
        let is_ahead = self.open.as_mut().is_some_and(|open| {
            let is_ahead = open.leading.is_none() && open.kind == Kind::Announced && is_entry(text);
            open.preceded |= is_ahead;
            is_ahead
        });
        if is_ahead {
            self.left(line);
        }
        is_ahead
    }

    /// This line is one of the message, as it is.
    pub(in crate::source::log) fn text(&mut self, line: Line<'_>) {
        let Some(open) = self.open_for(line, line.raw) else {
            return;
        };
        if !open.colour(line, line.raw.len()) && line.offset.is_none() {
            open.spoil(Spoiled::SPACES);
        }
        let follows = open.offset.map(|offset| offset + open.text.len() as u64) == line.offset;
        if open.text.is_empty() {
            open.offset = line.offset;
        } else if !follows {
            open.offset = None;
        }
        self.push(line, line.raw);
    }

    /// This is a line of the message, or several, taken out of what stands in this line of the log.
    pub(in crate::source::log) fn piece(&mut self, line: Line<'_>, bytes: &[u8]) {
        if breaks_off_in_front_of(line, bytes) {
            return;
        }
        let Some(open) = self.open_for(line, bytes) else {
            return;
        };
        open.offset = None;
        open.count_colours(line);
        if open.text.is_empty() || line.offset.is_none() {
            // No place in the file begins it.
            open.spoil(Spoiled::SPACES);
        }
        self.push(line, bytes);
    }

    /// This line is one of the message, which it had in another way, and no less.
    pub(in crate::source::log) fn rewritten(&mut self, line: Line<'_>, bytes: &[u8]) {
        if let Some(open) = self.open_for(line, bytes) {
            open.offset = None;
            self.push(line, bytes);
        }
    }

    /// This is a line of the message, whose line end is one of the log.
    pub(in crate::source::log) fn plain(&mut self, line: Line<'_>, text: &[u8]) {
        if breaks_off_in_front_of(line, text) {
            return;
        }
        let bytes = [text, b"\n"].concat();
        let Some(open) = self.open_for(line, &bytes) else {
            return;
        };
        open.offset = None;
        open.count_carriage(line);
        if !open.colour(line, bytes.len()) && line.offset.is_none() {
            open.spoil(Spoiled::SPACES);
        }
        self.push(line, &bytes);
    }

    /// The message that this is a line of. None: it is at its end, though nothing marked it, and the line is left over.
    fn open_for(&mut self, line: Line<'_>, bytes: &[u8]) -> Option<&mut Open> {
        let longest = self.longest;
        let ends = self
            .open
            .as_mut()
            .is_none_or(|open| open.ends_before(bytes, longest));
        if !ends {
            let open = self.open.as_mut()?;
            open.note(line.noted);
            return Some(open);
        }
        if let Some(mut open) = self.open.take() {
            if open.is_doubted() {
                // It ends in the midst of lines.
                open.go_back();
                self.resumed = Some(open);
                return None;
            }
            let begun = open.take_begun();
            self.open = Some(open);
            self.finish();
            self.left.extend(begun);
        }
        // Other pieces of it may be left over already.
        if self
            .left
            .last()
            .is_none_or(|left| left.number != line.number)
        {
            self.left(line);
        }
        None
    }

    fn push(&mut self, line: Line<'_>, bytes: &[u8]) {
        let longest = self.longest;
        if let Some(open) = &mut self.open {
            open.push(line.number, bytes, longest);
            if open.cut {
                self.finish();
            }
        }
    }

    /// These are bytes of the message as they were sent, which stand in this line in some other way.
    pub(in crate::source::log) fn bytes(&mut self, line: Line<'_>, bytes: &[u8]) {
        if let Some(open) = &mut self.open {
            open.offset = None;
        }
        self.push(line, bytes);
    }
}

/// Whether a line of the log breaks off in what stands in front of a line of the message, which is no empty one then.
fn breaks_off_in_front_of(line: Line<'_>, text: &[u8]) -> bool {
    !line.raw.is_empty() && !line.raw.ends_with(b"\n") && text.trim_ascii().is_empty()
}

/// Whether an entry of some log begins with this line, which has no start line in it.
fn is_entry(text: &[u8]) -> bool {
    /// Numbers and marks may stand in front of the stamp.
    const NEAR: usize = 24;
    let stamped = stamp::find(text).is_some_and(|(_, place)| place.start < NEAR);
    stamped && !quote::has_version(text)
}
