//! Streams a log: windows of bytes become lines, what stands around them is taken away, they go to the format, and what it leaves
//! over goes on to others.
//!
//! What the stamps in the first 192 KiB have, those behind them are taken to have: one without a date, behind many with dates, is
//! compared with nothing and gives no time, which is noted. So a log without dates has no times that was put behind a
//! long one with dates; by itself it has.

mod lines;

use super::clock::{Clock, Counts};
use super::collect::Log;
use super::contested;
use super::front::Front;
use super::json::Objects;
use super::parts::Parts;
use super::rereader::{Look, Rereader};
use super::rest::Rest;
use super::spacing::Spacing;
use super::writers::Writers;
use super::{ANY_TEXT, BYTE_ORDER_MARK, Kept, Known, Line, TextOptions};
use crate::base::{AnomalyKind, Limits};
use crate::source::{Container, Facts, Found, Walked, Window};

/// A log of some format, in which there may be others.
pub(in crate::source) struct LogReader {
    front: Front,
    /// What was done to all line ends.
    spacing: Spacing,
    /// What takes records out of lines, where they are members of a list.
    objects: Option<Objects>,
    /// What an entry has in front of its first line, where that is empty.
    lone: Vec<u8>,
    writers: Option<Writers>,
    /// A record of several lines of which more is to come, and a line of one.
    record: Option<Kept>,
    begun: Option<Kept>,
    parts: Parts,
    /// Not used by any reader yet.
    clock: Clock,
    /// Those of the part of the log in front of this one.
    earlier: Clocks,
    /// What the stamps of each format have at the beginning of the input.
    usual: Vec<(&'static str, Counts)>,
    /// Whether a format was asked for.
    is_asked: bool,
    limits: Limits,
    /// Each takes what those before it leave over.
    readers: Vec<Reader>,
    rest: Rest,
    /// Lines before the window.
    lines: u64,
    /// Whether the last of them is not at its end.
    continues: bool,
}

/// The clocks of all writers of a log at its end, by their formats.
#[derive(Clone, Default)]
pub struct Clocks {
    all: Vec<(&'static str, Clock)>,
    read: Counts,
}

impl Clocks {
    /// Whether there were stamps, and each says all of the date.
    pub fn know_dates(&self) -> bool {
        self.read.is_any() && !self.read.lacks_dates()
    }

    fn of(&self, name: &str) -> Option<&Clock> {
        let mut all = self.all.iter();
        all.find(|(known, _)| *known == name)
            .map(|(_, clock)| clock)
    }
}

/// So much of a line is taken at once where it may come in pieces.
const PIECE: usize = 1 << 20;

struct Reader {
    known: &'static Known,
    lines: Rereader,
}

impl LogReader {
    pub(super) fn new(known: &'static Known, front: Front, options: &TextOptions) -> Self {
        let clock = Clock::new(options);
        let mut reader = Self {
            objects: front.objects(),
            front,
            lone: Vec::new(),
            spacing: Spacing::default(),
            writers: None,
            record: None,
            begun: None,
            parts: Parts::default(),
            is_asked: options.format.is_some(),
            limits: Limits::default(),
            readers: Vec::new(),
            rest: Rest::new(clock.clone()),
            clock,
            earlier: Clocks::default(),
            usual: Vec::new(),
            lines: 0,
            continues: false,
        };
        // Whatever is left over is read as any text.
        if known.name != ANY_TEXT {
            reader.add(known);
        }
        reader
    }

    /// Looks at the beginning of the input: what the stamps of each writer there have, those behind it have too.
    pub(super) fn look_ahead(&mut self, mut beginning: Self, prefix: &[u8]) {
        const LOOKED_AT: usize = 192 << 10;
        let window = Window {
            bytes: &prefix[..prefix.len().min(LOOKED_AT)],
            origin: 0,
            last: true,
        };
        let (limits, mut found) = (Limits::default(), Found::default());
        beginning.walk(window, &limits, &mut found, &mut Facts::default());
        for reader in &mut beginning.readers {
            self.usual
                .push((reader.known.name, reader.lines.log.counts()));
        }
        self.usual
            .push((ANY_TEXT, beginning.rest.lines.log.counts()));
        self.set_clocks();
    }

    fn set_clocks(&mut self) {
        let clock = |name| self.clock_of(name);
        let clocks: Vec<_> = self
            .readers
            .iter()
            .map(|reader| clock(reader.known.name))
            .collect();
        for (reader, clock) in self.readers.iter_mut().zip(clocks) {
            reader.lines.log.set_clock(clock);
        }
        let clock = self.clock_of(ANY_TEXT);
        self.rest.lines.log.set_clock(clock);
    }

    /// What was done to all line ends of the input.
    pub(super) fn set_spacing(&mut self, spacing: Spacing) {
        self.spacing = spacing;
    }

    pub(super) fn set_writers(&mut self, writers: Option<Writers>) {
        self.writers = writers;
    }

    fn clock_of(&self, name: &str) -> Clock {
        let mut usual = self.usual.iter();
        let usual = usual.find(|(known, _)| *known == name);
        let counts = usual.map(|(_, counts)| *counts).unwrap_or_default();
        let all = self.usual.iter().map(|(_, counts)| *counts);
        let of_all = all.fold(Counts::default(), Counts::and);
        let clock = self.earlier.of(name).unwrap_or(&self.clock);
        clock.clone().expecting(counts, of_all)
    }

    fn add(&mut self, known: &'static Known) {
        let mut log = Log::rereading(self.clock_of(known.name));
        log.set_limits(&self.limits);
        self.readers.push(Reader {
            known,
            lines: Rereader::new((known.make)(), log),
        });
    }

    /// Finishes messages of all readers.
    fn finish_all(&mut self, finish: impl Fn(&mut Log)) {
        for place in 0..self.readers.len() {
            while let Some((kept, others)) = self.readers[place].lines.take_kept() {
                self.read_again(place, &kept, &others);
            }
            let mut goes_on = true;
            while goes_on {
                finish(&mut self.readers[place].lines.log);
                goes_on = self.pass_on(place);
            }
        }
        self.rest.finish(finish);
    }

    /// Gives a line to the reader at this place.
    fn give(&mut self, place: usize, line: Line<'_>) {
        let Some(reader) = self.readers.get_mut(place) else {
            return self.leave(line);
        };
        match reader.lines.look(line) {
            Look::Read => self.read(place, line),
            Look::Kept => {}
            Look::Several(lines) => lines.iter().for_each(|line| self.read(place, line.line())),
            Look::Again(first, others) => self.read_again(place, &first, &others),
            Look::Cut(end, others) => {
                if !end.raw.is_empty() {
                    self.read(place, end.line());
                }
                self.readers[place].lines.log.finish_cut();
                self.pass_on(place);
                others.iter().for_each(|line| self.give(place, line.line()));
            }
        }
    }

    fn read(&mut self, place: usize, line: Line<'_>) {
        let longest = self.limits.message_bytes;
        let lines = &mut self.readers[place].lines;
        lines.line(line, longest);
        if lines.log.take_begun() {
            self.rest.pass_by(line.writer);
        }
        self.pass_on(place);
    }

    /// Reads a line that was kept, and gives those behind it to the same reader.
    fn read_again(&mut self, place: usize, line: &Kept, others: &[Kept]) {
        self.read(place, line.line());
        others.iter().for_each(|line| self.give(place, line.line()));
    }

    /// Gives what a reader left over to the next, and what it has to read again to itself. Whether there was any of that.
    fn pass_on(&mut self, place: usize) -> bool {
        let again = self.readers[place].lines.take_again();
        for left in self.readers[place].lines.log.take_left() {
            let left = self.readers[place].lines.format.handed_on(left);
            self.give(place + 1, left.line());
        }
        for line in &again {
            self.give(place, line.line());
        }
        !again.is_empty()
    }

    /// A line that no reader knows.
    fn leave(&mut self, line: Line<'_>) {
        if self.is_asked {
            return self.leave_to_asked(line);
        }
        let readers = &self.readers;
        let is_read = |known: &Known| readers.iter().any(|reader| reader.known.name == known.name);
        let Some(known) = self.rest.recognise(line, is_read) else {
            return self.rest.line(line);
        };
        let place = self.readers.len();
        self.add(known);
        for earlier in self.rest.take_recent() {
            self.give(place, earlier.line());
        }
        self.give(place, line);
    }

    /// The same where a format was asked for: it is not changed for another, and where it finds nothing, nothing else is read.
    fn leave_to_asked(&mut self, line: Line<'_>) {
        let mut readers = self.readers.iter();
        match readers.all(|reader| reader.lines.log.has_ever_found()) {
            true => self.rest.line(line),
            false => self.rest.lines.log.other(),
        }
    }

    fn end(&mut self) {
        self.end_lines();
        let mut place = 0;
        while let Some(reader) = self.readers.get_mut(place) {
            if let Some((line, others)) = reader.lines.take_kept() {
                self.read_again(place, &line, &others);
                continue;
            }
            reader.lines.end();
            if !self.pass_on(place) {
                place += 1;
            }
        }
        self.rest.end();
        let lines = self.lines;
        if !self.logs().any(|log| log.has_ever_found()) {
            self.rest.lines.log.odd(AnomalyKind::NoMessage, 1, || {
                format!("no SIP message in {lines} lines; is it of another format?")
            });
        }
    }

    fn logs(&mut self) -> impl Iterator<Item = &mut Log> {
        let readers = self.readers.iter_mut().map(|reader| &mut reader.lines.log);
        readers.chain([&mut self.rest.lines.log])
    }
}

impl Container for LogReader {
    fn formats(&self) -> Vec<&'static str> {
        let readers = self
            .readers
            .iter()
            .filter(|reader| reader.lines.log.has_ever_found());
        let names = readers.map(|reader| reader.known.name);
        let rest = self.rest.lines.log.has_ever_found().then_some(ANY_TEXT);
        names.chain(rest).collect()
    }

    fn clocks(&self) -> Option<Clocks> {
        let mut clocks = Clocks::default();
        let readers = self.readers.iter();
        let logs = readers.map(|reader| (reader.known.name, &reader.lines.log));
        for (name, log) in logs.chain([(ANY_TEXT, &self.rest.lines.log)]) {
            clocks.read = clocks.read.and(log.counts());
            if log.counts().is_any() {
                clocks.all.push((name, log.clock_of_next_part()));
            }
        }
        // Who is silent in this part goes on from the one before.
        let silent = self.earlier.all.iter();
        let silent = silent.filter(|(name, _)| clocks.of(name).is_none());
        let silent: Vec<_> = silent.cloned().collect();
        clocks.all.extend(silent);
        Some(clocks)
    }

    fn go_on_from(&mut self, clocks: &Clocks) {
        self.earlier = clocks.clone();
        self.set_clocks();
    }

    fn walk(
        &mut self,
        window: Window<'_>,
        limits: &Limits,
        found: &mut Found,
        _: &mut Facts,
    ) -> Walked {
        self.limits = limits.clone();
        self.logs().for_each(|log| log.set_limits(limits));
        let begins = window.origin == 0 && self.lines == 0;
        let mut at = match begins && window.bytes.starts_with(BYTE_ORDER_MARK) {
            true => BYTE_ORDER_MARK.len(),
            false => 0,
        };
        while let Some(length) = memchr::memchr(b'\n', &window.bytes[at..]) {
            let end = at + length + 1;
            self.line(&window.bytes[at..end], window.origin + at as u64);
            at = end;
        }
        let rest = &window.bytes[at..];
        let readers = &self.readers;
        let takes_pieces = self.objects.is_some()
            || readers
                .iter()
                .any(|reader| reader.lines.format.takes_pieces());
        let longest = match takes_pieces {
            true => limits.record_bytes.min(PIECE),
            false => limits.record_bytes,
        };
        let too_long = rest.len() >= longest;
        if too_long && !takes_pieces {
            let line = self.lines + u64::from(!self.continues);
            self.rest
                .lines
                .log
                .odd(AnomalyKind::InputDamaged, line, || {
                    format!("line {line} is longer than {} bytes", limits.record_bytes)
                });
        }
        if (window.last || too_long) && !rest.is_empty() {
            self.line(rest, window.origin + at as u64);
            at = window.bytes.len();
        }
        if window.last {
            self.end();
        }
        self.logs().for_each(|log| log.hand_over(found));
        // Several readers found them.
        found.entries.sort_by_key(|entry| entry.line);
        let contested: Vec<_> = self.logs().flat_map(Log::take_contested).collect();
        contested::settle(&contested, found);
        Walked {
            consumed: at,
            needs: (window.bytes.len() - at).saturating_mul(2),
        }
    }
}
