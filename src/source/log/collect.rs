//! Where the lines of messages come together. The format says when a message begins and what is said of it; what comes out is
//! put back together, counted, and handed over.

mod reads;

use reads::Reads;

use super::clock::{Clock, Doubt};
use super::restore::{Restored, blank, messages};
use super::{Line, Moment};
use crate::base::{
    AnomalyKind, Layer, Limits, Other, Outcome, Reason, Spoiled, Tally, Timestamp, Why,
};
use crate::sip::{Glance, begins_message};
use crate::source::{Entry, Found, Head, Oddity};

/// What a format talks to.
pub(super) struct Log {
    clock: Clock,
    /// The line that is read.
    line: u64,
    open: Option<Open>,
    reads: Reads,
    entries: Vec<Entry>,
    texts: Vec<u8>,
    tally: Tally,
    /// Whether messages were handed over.
    any: bool,
    oddities: Vec<Oddity>,
    longest: usize,
    /// Bytes held for all messages that were not read to their end.
    most_held: usize,
}

/// A message that is being collected.
struct Open {
    kind: Kind,
    head: Head,
    text: Vec<u8>,
    /// Bytes of blank lines in front of it; none where nothing else has come yet.
    leading: Option<usize>,
    /// The lines that are in it: where each begins in the text, its number, and its place in the file.
    lines: Vec<(usize, u64)>,
    /// Offset in the file of the first byte, as long as all of them lie there one behind the other.
    offset: Option<u64>,
    /// The line that said what follows.
    announced: u64,
    spoiled: Spoiled,
    progress: Progress,
    /// How far the progress goes: up to the last line end.
    followed: usize,
    cut: bool,
}

/// How it came to be one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The log announced it.
    Announced,
    /// The log announced what was read of a stream at once, and how much that was, where it says so.
    Read(Option<usize>),
    /// Nothing announced it: a start line stood there.
    Stray,
}

/// How far a message has come, to know its end where the log does not mark it.
#[derive(Clone, Copy)]
enum Progress {
    Head,
    /// The body: its length, and how long it is with either line end so far.
    Body {
        length: Option<usize>,
        crlf: usize,
        lf: usize,
    },
}

impl Log {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            line: 1,
            open: None,
            reads: Reads::default(),
            entries: Vec::new(),
            texts: Vec::new(),
            tally: Tally::default(),
            any: false,
            oddities: Vec::new(),
            longest: usize::MAX,
            most_held: usize::MAX,
        }
    }

    /// The time of a stamp.
    pub(super) fn time(&mut self, moment: Moment) -> Option<Timestamp> {
        let (time, doubt) = self.clock.moment(moment);
        let line = self.line;
        match (doubt, moment.date) {
            (Some(Doubt::NoSuchDay(year)), Some((month, day))) => {
                self.odd(AnomalyKind::NoSuchDay, line, || {
                    format!("line {line}: {year} has no day {month:02}-{day:02}; is --year right?")
                });
            }
            (Some(Doubt::Unrelated), _) => {
                self.odd(AnomalyKind::TimeUnrelated, line, || {
                    format!("line {line}: nothing compares this time with those before it")
                });
            }
            (Some(Doubt::EitherOrder), Some((month, day))) => {
                self.odd(AnomalyKind::DateAmbiguous, line, || {
                    format!(
                        "line {line}: {day:02}/{month:02} may be {day:02}-{month:02} too; taken for day and month"
                    )
                });
            }
            _ => {}
        }
        time
    }

    /// This line is read now.
    pub(super) fn at(&mut self, line: u64) {
        self.line = line;
    }

    /// This line belongs to no message.
    pub(super) fn other(&mut self) {
        self.tally.count(Outcome::Other(Other::LogLine));
    }

    /// A message follows this line, of which this is said.
    pub(super) fn begin(&mut self, line: Line<'_>, head: Head) {
        self.finish();
        self.open = Some(Open::new(Kind::Announced, line, head));
    }

    /// What was read of a stream at once follows this line, so many bytes where the log says so. A message in it may go on in
    /// what is read next from there.
    pub(super) fn begin_read(&mut self, line: Line<'_>, head: Head, length: Option<usize>) {
        self.finish();
        self.open = Some(Open::new(Kind::Read(length), line, head));
    }

    /// A line that nothing announced, without what the logger put around it. A start line begins a message all the same, of
    /// which nothing is said.
    pub(super) fn outside(&mut self, line: Line<'_>, bytes: &[u8]) {
        self.finish();
        if begins_message(bytes) {
            self.open = Some(Open::new(Kind::Stray, line, Head::default()));
            self.take(line, bytes);
        } else {
            self.other();
        }
    }

    /// A line of the message, without what the logger put around it. A second start line, or the end of a quotation, shows that
    /// the message is at its end though nothing marked it.
    pub(super) fn inside(&mut self, line: Line<'_>, bytes: &[u8]) {
        let Some(open) = self.open.as_ref().filter(|open| open.may_end()) else {
            return self.take(line, bytes);
        };
        let text = bytes.trim_ascii_end();
        let ends = match open.kind {
            // It may be anything from the middle of a message.
            Kind::Read(_) => false,
            Kind::Stray if text.is_empty() => open.is_complete(),
            _ => text.starts_with(b"```") || begins_message(bytes),
        };
        match ends {
            true => self.outside(line, bytes),
            false => self.take(line, bytes),
        }
    }

    fn take(&mut self, line: Line<'_>, bytes: &[u8]) {
        match bytes.len() == line.raw.len() {
            true => self.text(line),
            false => self.piece(line, bytes),
        }
    }

    /// What is said of the message that is being collected, to say more.
    pub(super) fn head(&mut self) -> Option<&mut Head> {
        self.open.as_mut().map(|open| &mut open.head)
    }

    /// Whether a message is being collected.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Whether nothing of the message has come yet.
    pub(super) fn is_empty(&self) -> bool {
        let open = self.open.as_ref();
        open.is_none_or(|open| open.leading.is_none())
    }

    /// This line is one of the message, as it is.
    pub(super) fn text(&mut self, line: Line<'_>) {
        let longest = self.longest;
        if let Some(open) = &mut self.open {
            let follows = match open.offset {
                _ if open.text.is_empty() => true,
                Some(offset) => offset + open.text.len() as u64 == line.offset,
                None => false,
            };
            if open.text.is_empty() {
                open.offset = Some(line.offset);
            } else if !follows {
                open.offset = None;
            }
            open.push(line.number, line.raw, longest);
        }
    }

    /// This is a line of the message, or several, taken out of what stands in this line of the log.
    pub(super) fn piece(&mut self, line: Line<'_>, bytes: &[u8]) {
        let longest = self.longest;
        if let Some(open) = &mut self.open {
            open.offset = None;
            if open.text.is_empty() {
                // No place in the file begins it.
                open.spoiled = open.spoiled.and(Spoiled::SPACES);
            }
            open.push(line.number, bytes, longest);
        }
    }

    /// This is a line of the message, whose line end is one of the log.
    pub(super) fn plain(&mut self, line: Line<'_>, text: &[u8]) {
        self.bytes(line, &[text, b"\n"].concat());
    }

    /// These are bytes of the message as they were sent, which stand in this line in some other way.
    pub(super) fn bytes(&mut self, line: Line<'_>, bytes: &[u8]) {
        let longest = self.longest;
        if let Some(open) = &mut self.open {
            open.offset = None;
            open.push(line.number, bytes, longest);
        }
    }

    /// This is not known of the message any more.
    pub(super) fn spoil(&mut self, spoiled: Spoiled) {
        if let Some(open) = &mut self.open {
            open.spoiled = open.spoiled.and(spoiled);
        }
    }

    /// Whether the message has all that its Content-Length announces.
    pub(super) fn is_complete(&self) -> bool {
        self.open.as_ref().is_some_and(Open::is_complete)
    }

    /// Whether the header section of the message goes on.
    pub(super) fn is_in_head(&self) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| matches!(open.progress, Progress::Head))
    }

    /// Whether the body goes on, and nothing says how far.
    pub(super) fn has_no_length(&self) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| matches!(open.progress, Progress::Body { length: None, .. }))
    }

    /// Whether messages have come together that were not handed over yet.
    pub(super) fn has_found(&self) -> bool {
        !self.entries.is_empty()
    }

    /// Whether there was a message anywhere in the log.
    pub(super) fn has_ever_found(&self) -> bool {
        self.any || !self.entries.is_empty()
    }

    /// Largest message that is collected.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// What was announced is no SIP, and belongs to no message.
    pub(super) fn drop_announced(&mut self) {
        if self.open.take().is_some() {
            self.other();
        }
    }

    /// What this line announces, or begins, is not there in a way that can be read.
    pub(super) fn unreadable(&mut self, line: u64) {
        self.tally.count(UNREADABLE);
        self.odd_announcement(line);
    }

    fn odd_announcement(&mut self, line: u64) {
        self.odd(AnomalyKind::LogEntryUnreadable, line, || {
            format!("line {line}: a message was announced, and none begins here")
        });
    }

    /// The message is at its end.
    pub(super) fn finish(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        match open.kind {
            Kind::Read(length) => self.finish_read(open, length),
            Kind::Announced | Kind::Stray => self.finish_message(&open),
        }
    }

    /// The log is at its end.
    pub(super) fn end(&mut self) {
        self.finish();
        for begun in self.reads.take_all() {
            self.give_up(begun);
        }
    }

    fn finish_message(&mut self, open: &Open) {
        let (found, end) = messages(&open.text);
        for message in &found {
            let offset = open.offset.zip(message.at);
            let offset = offset.map(|(offset, at)| offset + at as u64);
            let line = open.line_at(message.from);
            self.found(message, open, line, offset);
        }
        self.account(open, !found.is_empty(), end, 1);
    }

    fn found(&mut self, message: &Restored, open: &Open, line: u64, offset: Option<u64>) {
        self.entries.push(Entry {
            line,
            layer: Layer::Log,
            head: open.head.clone(),
            start: self.texts.len() as u32,
            length: message.bytes.len() as u32,
            glance: message.glance,
            offset,
            whole: message.whole && !open.cut,
            spoiled: message.spoiled.and(open.spoiled),
        });
        self.texts.extend_from_slice(&message.bytes);
    }

    /// What so many records were, whose messages end here in the text.
    fn account(&mut self, open: &Open, found: bool, end: usize, records: u64) {
        let rest = &open.text[end..];
        let outcome = match rest.len() == blank(rest) {
            _ if found => Outcome::Sip,
            true => Outcome::Other(Other::KeepAlive),
            false if is_http(rest) => Outcome::Other(Other::LogLine),
            false => UNREADABLE,
        };
        for _ in 0..records {
            self.tally.count(outcome);
        }
        if outcome == UNREADABLE {
            self.odd_announcement(open.line_at(end));
        }
        if open.cut {
            let (line, longest) = (open.announced, self.longest);
            self.odd(AnomalyKind::MessageTooLong, line, || {
                format!("line {line}: shown up to byte {longest}")
            });
        }
        for line in rest.split_inclusive(|byte| *byte == b'\n') {
            if found && !line.trim_ascii().is_empty() {
                self.other();
            }
        }
    }

    /// Something odd at a line.
    pub(super) fn odd(&mut self, kind: AnomalyKind, line: u64, detail: impl FnOnce() -> String) {
        self.oddities.push(Oddity {
            kind,
            line: Some(line),
            before: 0,
            detail: detail(),
        });
    }

    pub(super) fn set_limits(&mut self, limits: &Limits) {
        self.longest = limits.message_bytes;
        self.most_held = limits.stream_bytes;
    }

    /// What has come together so far.
    pub(super) fn hand_over(&mut self, found: &mut Found) {
        self.any |= !self.entries.is_empty();
        found.entries.append(&mut self.entries);
        found.texts.append(&mut self.texts);
        found.tally.add(&std::mem::take(&mut self.tally));
        found.oddities.append(&mut self.oddities);
        found.timing = self.clock.timing();
    }
}

const UNREADABLE: Outcome = Outcome::Undecodable(Reason {
    layer: Layer::Log,
    why: Why::Malformed,
});

/// Some loggers write what they say to web servers in the same way.
fn is_http(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n');
    let first = lines.find(|line| !line.trim_ascii().is_empty());
    first.is_some_and(|line| memchr::memmem::find(line, b"HTTP/1.").is_some())
}

impl Open {
    fn new(kind: Kind, line: Line<'_>, head: Head) -> Self {
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
            followed: 0,
            cut: false,
        }
    }

    fn push(&mut self, line: u64, bytes: &[u8], longest: usize) {
        // Nothing follows on what was left out.
        if self.cut || self.text.len().saturating_add(bytes.len()) > longest {
            self.cut = true;
            return;
        }
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

    fn follow(&mut self, line: std::ops::Range<usize>) {
        let start = line.start;
        let text = &self.text[line];
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        match &mut self.progress {
            Progress::Head if text.is_empty() => {
                let Some(leading) = self.leading.filter(|leading| *leading < start) else {
                    return;
                };
                let glance = Glance::at(&self.text[leading..self.followed]);
                let length = match glance {
                    Some(glance) if glance.content_length.is_none() && !glance.content_type => {
                        Some(0)
                    }
                    Some(glance) => glance
                        .content_length
                        .and_then(|length| usize::try_from(length).ok()),
                    None => None,
                };
                self.progress = Progress::Body {
                    length,
                    crlf: 0,
                    lf: 0,
                };
            }
            Progress::Head => {}
            Progress::Body { crlf, lf, .. } => {
                *crlf += text.len() + 2;
                *lf += text.len() + 1;
            }
        }
    }

    fn is_complete(&self) -> bool {
        let Progress::Body {
            length: Some(length),
            crlf,
            lf,
        } = self.progress
        else {
            return false;
        };
        crlf == length || crlf == length + 2 && crlf > 0 || lf + 1 > length
    }

    /// Whether nothing that is still to come has to be part of it.
    fn may_end(&self) -> bool {
        match self.progress {
            Progress::Head => self.leading.is_some(),
            Progress::Body { .. } => self.is_complete(),
        }
    }

    /// The number of the line that this byte of the text stands in.
    fn line_at(&self, byte: usize) -> u64 {
        let after = self.lines.partition_point(|(start, _)| *start <= byte);
        match after.checked_sub(1) {
            Some(position) => self.lines[position].1,
            None => self.announced,
        }
    }
}
