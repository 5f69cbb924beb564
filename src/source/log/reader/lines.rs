//! The lines of a window on their way to the readers: what stands around them is taken away, those that were written in several are
//! put together, and entries that were written in one get theirs back.

use super::LogReader;
use crate::base::AnomalyKind;
use crate::source::log::front::Bare;
use crate::source::log::json::Objects;
use crate::source::log::words::{is_lettered_field, stamps_at};
use crate::source::log::writers::Writers;
use crate::source::log::{Kept, Line, Log, Noted, colours, spacing, stamp, unfold};

/// What stands in front of a message is no longer.
const LONGEST_FRONT: usize = 256;

impl LogReader {
    pub(super) fn line(&mut self, raw: &[u8], offset: u64) {
        let continues = std::mem::replace(&mut self.continues, !raw.ends_with(b"\n"));
        self.lines += u64::from(!continues);
        let plain = colours::without(raw);
        let coloured = (plain.len() < raw.len()).then_some(raw);
        let plain = self.spacing.line(plain);
        if self.spacing.has_blanks && !continues && self.lines.is_multiple_of(2) {
            self.spacing.has_blanks = spacing::is_blank(&plain);
            if self.spacing.has_blanks {
                return;
            }
        }
        let line = Line {
            // Of a double spaced message not all bytes are its own.
            offset: (plain.len() == raw.len() && !self.spacing.has_blanks).then_some(offset),
            continues,
            coloured,
            ..Line::new(self.lines, &plain)
        };
        if let Some(objects) = &mut self.objects {
            for object in objects.line(line) {
                self.record(Line::new(object.line, &object.bytes));
            }
            return;
        }
        if continues {
            self.read_waiting();
            return self.give_line(line);
        }
        let went_on = self.record.is_some();
        let goes_on = self.front.goes_on(&plain, went_on);
        if !went_on && !goes_on {
            return self.in_turn(line);
        }
        let mut record = self
            .record
            .take()
            .unwrap_or_else(|| Line::new(self.lines, b"").kept());
        record.raw.extend_from_slice(&plain);
        match goes_on && record.raw.len() < self.limits.message_bytes {
            true => self.record = Some(record),
            false => self.record(record.line()),
        }
    }

    /// Reads a line when its turn comes, and those that waited for it.
    fn in_turn(&mut self, line: Line<'_>) {
        let Some(writers) = &mut self.writers else {
            return self.record(line);
        };
        writers.take(line);
        self.read_ready();
        if self.writers.as_ref().is_some_and(Writers::tell_nothing) {
            self.read_waiting();
            self.writers = None;
        }
    }

    /// Reads those whose turn has come.
    fn read_ready(&mut self) {
        let longest = self.limits.message_bytes;
        while let Some(writers) = &mut self.writers
            && let Some(line) = writers.next(longest)
        {
            let is_in_message = writers.is_in_message();
            self.record(line.line());
            let has_ended = is_in_message && !self.logs().any(|log| log.is_open());
            if let Some(writers) = self.writers.as_mut().filter(|_| has_ended) {
                writers.finish();
            }
        }
    }

    /// Reads those who wait for others of which no more come.
    fn read_waiting(&mut self) {
        while self.writers.as_mut().is_some_and(Writers::end) {
            self.read_ready();
        }
    }

    /// There are no more.
    pub(super) fn end_lines(&mut self) {
        self.read_waiting();
        let rest = self.objects.as_mut().and_then(Objects::rest);
        if let Some(object) = rest {
            self.record(Line::new(object.line, &object.bytes));
        }
        if let Some(record) = self.record.take() {
            self.record(record.line());
        }
        if let Some(begun) = self.begun.take() {
            self.give_line(begun.line());
        }
        self.parts.end();
        self.give_ready();
    }

    /// A line with what stands around it.
    fn record(&mut self, line: Line<'_>) {
        if self.front.breaks_off_in(line.raw) {
            let number = line.number;
            let log = &mut self.rest.lines.log;
            return log.odd(AnomalyKind::InputCut, number, || {
                format!("line {number} breaks off in what stands in front of every line")
            });
        }
        let front = std::mem::take(&mut self.front);
        let mut raw = line.raw;
        // What was cut in the midst of a line has the next right behind it.
        while let Some(at) = front.inside(raw)
            && (front.is_unmistakable() || !self.may_hold(raw.len()))
        {
            self.give_cut(line.number, &front.stripped_cut(&raw[..at]));
            raw = &raw[at..];
        }
        let bare = front.stripped(raw);
        self.front = front;
        match self.begun.take() {
            None if !bare.goes_on => {
                let is_as_it_was = bare.text.len() == line.raw.len();
                self.give_line(Line {
                    raw: &bare.text,
                    offset: line.offset.filter(|_| is_as_it_was),
                    coloured: line.coloured.filter(|_| is_as_it_was),
                    noted: match bare.is_cut {
                        true => Noted::Cut,
                        false => Noted::Nothing,
                    },
                    front: &bare.front,
                    ..line
                });
            }
            begun => self.go_on(line.number, begun, &bare),
        }
    }

    /// Whether so many bytes may be of the body of a message.
    fn may_hold(&mut self, bytes: usize) -> bool {
        self.logs()
            .any(|log| log.is_in_told_body() && log.lacks(bytes))
    }

    /// Takes a part of a line that was written in several.
    fn go_on(&mut self, number: u64, begun: Option<Kept>, part: &Bare<'_>) {
        let mut line = begun.unwrap_or_else(|| Kept {
            front: part.front.to_vec(),
            ..Line::new(number, b"").kept()
        });
        line.raw.extend_from_slice(&part.text);
        match part.goes_on && line.raw.len() < self.limits.message_bytes {
            true => self.begun = Some(line),
            false => self.give_line(line.line()),
        }
    }

    /// Gives what there is of a line that was cut: the messages that it is of are cut in it too.
    fn give_cut(&mut self, number: u64, bare: &Bare<'_>) {
        if let Some(begun) = self.begun.take() {
            self.give_line(begun.line());
        }
        self.give_line(Line {
            front: &bare.front,
            noted: Noted::Cut,
            ..Line::new(number, &bare.text)
        });
        self.finish_all(Log::finish_cut);
    }

    fn give_line(&mut self, line: Line<'_>) {
        let lone = std::mem::take(&mut self.lone);
        if is_lone_front(line.text()) {
            self.lone = line.text().to_vec();
        }
        let line = Line {
            front: match line.front.is_empty() {
                true => &lone,
                false => line.front,
            },
            ..line
        };
        let is_in_body = self.logs().any(|log| log.is_in_told_body());
        let longest = self.limits.message_bytes;
        let keeps = self.parts.keep(line, !is_in_body, longest);
        self.give_ready();
        match keeps {
            true => {}
            false if is_in_body && !unfold::has_lines(line.raw) => self.give(0, line),
            false => self.give_unfolded(line),
        }
    }

    /// Gives the lines of an entry that was written in one line: what begins in it ends with it.
    fn give_unfolded(&mut self, line: Line<'_>) {
        let unfolded = match line.continues {
            true => None,
            false if unfold::has_lines(line.raw) => Some(line.raw.to_vec()),
            false => unfold::undone(line.text()),
        };
        let Some(text) = unfolded else {
            return self.give(0, line);
        };
        // The stamp of the entry stands in its first line.
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let first = &first[..first.len().min(LONGEST_FRONT)];
        let mut front = line.front.to_vec();
        for (_, place) in stamps_at(first) {
            // Else the next stamp may be read as the year or the zone of this one.
            front.extend_from_slice(b"; ");
            front.extend_from_slice(&first[place]);
        }
        for (number, raw) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let inside = Line {
                offset: None,
                raw,
                coloured: None,
                front: if number == 0 { line.front } else { &front },
                ..line
            };
            self.give(0, inside);
        }
        self.finish_all(|log| log.finish_begun_in(line.number));
    }

    /// Gives on what was put together of parts.
    fn give_ready(&mut self) {
        for line in self.parts.take_ready() {
            self.give_unfolded(line.line());
        }
        for (line, came, of) in self.parts.take_lacking() {
            self.rest
                .lines
                .log
                .odd(AnomalyKind::LogEntryUnreadable, line, || {
                    format!("line {line}: {came} of {of} parts of a message are here")
                });
        }
    }
}

/// Whether this is what a logger puts in front of an entry, and the first line of that is empty.
fn is_lone_front(text: &[u8]) -> bool {
    let ends = matches!(text, [.., b' ' | b'\t']) && text.len() <= LONGEST_FRONT;
    ends && !is_lettered_field(text) && stamp::find(text).is_some()
}
