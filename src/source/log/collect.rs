//! Where the lines of messages come together. The format says when a message begins and what is said of it; what comes out is
//! put back together, counted, and handed over.

mod open;
mod reads;

use open::{Kind, Open};
use reads::Reads;

use super::clock::{Clock, Counts, Doubt};
use super::restore::{Restored, blank, messages, one_message};
use super::words::is_field;
use super::{Kept, Line, Moment, Noted, quote, stamp};
use crate::base::{AnomalyKind, Layer, Limits, Other, Outcome, Reason, Spoiled, Stamp, Tally, Why};
use crate::source::{Entry, Found, Head, Oddity};

/// What a format talks to.
pub(super) struct Log {
    clock: Clock,
    /// The line that is read.
    line: u64,
    open: Option<Open>,
    reads: Reads,
    /// Messages that others are written between, by the name of their session; the longest waiting first.
    aside: Vec<(Vec<u8>, Open)>,
    entries: Vec<Entry>,
    texts: Vec<u8>,
    tally: Tally,
    /// Whether messages were handed over.
    any: bool,
    oddities: Vec<Oddity>,
    /// Lines that are of nothing that the format knows.
    left: Vec<Kept>,
    longest: usize,
    /// Bytes held for all messages that were not read to their end.
    most_held: usize,
    /// Whether lines may be given to it again.
    rereads: bool,
    /// The message to go on with when the lines since its first doubtful one are read again.
    resumed: Option<Open>,
    /// Whether those lines may be of its body all the same.
    doubtful: bool,
}

/// Messages that are set aside at a time.
const MOST_ASIDE: usize = 64;
/// A line is read again so often.
const MOST_AGAIN: u8 = 3;

impl Log {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            line: 1,
            open: None,
            reads: Reads::default(),
            aside: Vec::new(),
            entries: Vec::new(),
            texts: Vec::new(),
            tally: Tally::default(),
            any: false,
            oddities: Vec::new(),
            left: Vec::new(),
            longest: usize::MAX,
            most_held: usize::MAX,
            rereads: false,
            resumed: None,
            doubtful: false,
        }
    }

    /// One whose lines are read again where a message was not as long as it said.
    pub(super) fn rereading(clock: Clock) -> Self {
        Self {
            rereads: true,
            ..Self::new(clock)
        }
    }

    /// What the stamps have that were read.
    pub(super) fn counts(&self) -> Counts {
        self.clock.counts()
    }

    /// Reads its times by this one.
    pub(super) fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// The time of a stamp.
    pub(super) fn time(&mut self, moment: Moment) -> Option<Stamp> {
        if self.reads_again() {
            return None;
        }
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
        time.map(|time| Stamp {
            time,
            digits: Some(moment.digits),
        })
    }

    /// This line is read now.
    pub(super) fn at(&mut self, line: u64) {
        self.line = line;
    }

    /// This line belongs to no message, and the format knows what it is.
    pub(super) fn other(&mut self) {
        if !self.reads_again() {
            self.tally.count(Outcome::Other(Other::LogLine));
        }
    }

    /// This line is of nothing that the format knows; others may.
    pub(super) fn left(&mut self, line: Line<'_>) {
        match &mut self.open {
            _ if self.resumed.is_some() => {}
            Some(open) if open.is_doubted() => open.beside.push(line.kept()),
            _ => self.left.push(line.kept()),
        }
    }

    /// What was left over since the last time.
    pub(super) fn take_left(&mut self) -> Vec<Kept> {
        std::mem::take(&mut self.left)
    }

    /// A message follows this line, of which this is said.
    pub(super) fn begin(&mut self, line: Line<'_>, head: Head) {
        self.open(Kind::Announced, line, head);
    }

    fn open(&mut self, kind: Kind, line: Line<'_>, head: Head) {
        self.finish();
        if !self.reads_again() {
            let may_doubt = self.rereads && line.again < MOST_AGAIN;
            self.open = Some(Open::new(kind, line, head, may_doubt));
        }
    }

    /// The log says how many bytes the message has that begins.
    pub(super) fn tell_length(&mut self, length: Option<usize>) {
        if let Some(open) = &mut self.open {
            open.told = length;
        }
    }

    /// What was read of a stream at once follows this line, so many bytes where the log says so. A message in it may go on in
    /// what is read next from there.
    pub(super) fn begin_read(&mut self, line: Line<'_>, head: Head, length: Option<usize>) {
        self.open(Kind::Read(length), line, head);
    }

    /// A line of the message, without what the logger put around it.
    pub(super) fn cleaned(&mut self, line: Line<'_>, bytes: &[u8]) {
        match bytes.len() == line.raw.len() {
            true => self.text(line),
            false => self.piece(line, bytes),
        }
    }

    /// Another message is written between the lines of the one that is open, which goes by this name until it is taken up again.
    pub(super) fn set_aside(&mut self, name: &[u8]) {
        self.give_up_aside(name);
        if let Some(open) = self.open.take() {
            self.aside.push((name.to_vec(), open));
        }
        let held = |aside: &[(Vec<u8>, Open)]| -> usize {
            aside.iter().map(|(_, open)| open.text.len()).sum()
        };
        while self.aside.len() > MOST_ASIDE || held(&self.aside) > self.most_held {
            let (_, open) = self.aside.remove(0);
            self.finish_message(&open);
        }
    }

    pub(super) fn has_aside(&self, name: &[u8]) -> bool {
        self.aside.iter().any(|(known, _)| known == name)
    }

    /// Goes on with a message that was set aside; the one that is open is at its end.
    pub(super) fn take_up(&mut self, name: &[u8]) -> bool {
        self.finish();
        let place = self.aside.iter().position(|(known, _)| known == name);
        self.open = place.map(|place| self.aside.remove(place).1);
        self.open.is_some()
    }

    /// Nothing more comes of a message that was set aside.
    pub(super) fn give_up_aside(&mut self, name: &[u8]) {
        if let Some(place) = self.aside.iter().position(|(known, _)| known == name) {
            let (_, open) = self.aside.remove(place);
            self.finish_message(&open);
        }
    }

    /// A line of another writer, who got between the lines of the message.
    pub(super) fn between(&mut self, line: Line<'_>) {
        if let Some(open) = &mut self.open {
            open.interrupted = true;
        }
        self.left(line);
    }

    /// The same in front of its first line: whether this is one. Else it may be what was announced.
    pub(super) fn ahead(&mut self, line: Line<'_>, text: &[u8]) -> bool {
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
    pub(super) fn piece(&mut self, line: Line<'_>, bytes: &[u8]) {
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

    /// This is a line of the message, whose line end is one of the log.
    pub(super) fn plain(&mut self, line: Line<'_>, text: &[u8]) {
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
    pub(super) fn bytes(&mut self, line: Line<'_>, bytes: &[u8]) {
        if let Some(open) = &mut self.open {
            open.offset = None;
        }
        self.push(line, bytes);
    }

    /// This is not known of the message any more.
    pub(super) fn spoil(&mut self, spoiled: Spoiled) {
        if let Some(open) = &mut self.open {
            open.spoil(spoiled);
        }
    }

    /// Whether the message has all that its Content-Length announces.
    pub(super) fn is_complete(&self) -> bool {
        self.open.as_ref().is_some_and(Open::is_complete)
    }

    /// Whether lines of the message are still to come, as far as it says itself.
    pub(super) fn lacks_more(&self) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| {
            open.kind == Kind::Announced
                && open.leading.is_some()
                && !open.is_complete()
                && !open.ends_otherwise()
        })
    }

    /// Whether the header section of the message goes on.
    pub(super) fn is_in_head(&self) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| !open.is_in_body())
    }

    /// Whether the body goes on, and the message says how far.
    pub(super) fn is_in_told_body(&self) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.is_in_body() && !open.has_no_length() && !open.is_complete())
    }

    /// Whether the body goes on, and nothing says how far.
    pub(super) fn has_no_length(&self) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(Open::has_no_length)
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

    /// Nothing was announced after all.
    pub(super) fn take_back(&mut self) {
        self.open = None;
    }

    /// What this line announces, or begins, is not there in a way that can be read.
    pub(super) fn unreadable(&mut self, line: u64) {
        self.tally.count(UNREADABLE);
        self.odd_announcement(line);
    }

    /// From this line on there are header fields, and nothing that they are of.
    pub(super) fn headless(&mut self, line: u64) {
        self.tally.count(UNREADABLE);
        self.odd(AnomalyKind::LogEntryUnreadable, line, || {
            format!("line {line}: header fields of SIP, and no start line in front of them")
        });
    }

    fn odd_announcement(&mut self, line: u64) {
        self.odd(AnomalyKind::LogEntryUnreadable, line, || {
            format!("line {line}: a message was announced, and none begins here")
        });
    }

    /// The message is at its end.
    pub(super) fn finish(&mut self) {
        let Some(mut open) = self.open.take() else {
            return;
        };
        if open.was_wrong() {
            let is_either = open.may_be_either();
            open.go_back();
            if is_either {
                open.spoil(Spoiled::LENGTH);
                self.doubtful = true;
            }
            self.resumed = Some(open);
            return;
        }
        self.left.append(&mut open.beside);
        if open.is_doubted() {
            // Only its length tells that what looks like entries of the log is of its body.
            open.is_settled = true;
            open.spoil(Spoiled::LENGTH);
        }
        open.settle_colours();
        match open.kind {
            Kind::Read(length) => self.finish_read(open, length),
            Kind::Announced => self.finish_message(&open),
        }
    }

    /// Whether a line is the mark behind the message, which begins so many bytes further on. Else it is one of its body: the message
    /// says that more is to come.
    pub(super) fn ends_at_mark(&mut self, further: usize) -> bool {
        let longest = self.longest;
        let mut open = self.open.as_mut();
        !open
            .as_mut()
            .is_some_and(|open| open.doubts_end(further, longest))
    }

    /// The same in a format that puts a mark behind every message: without one no message ends that had a doubtful one.
    pub(super) fn ends_at_certain_mark(&mut self, further: usize) -> bool {
        let ends = self.ends_at_mark(further);
        if let Some(open) = self.open.as_mut().filter(|_| !ends) {
            open.needs_mark = true;
        }
        ends
    }

    /// Whether a line that looks like one of another entry is one of the body: the message says that more is to come. If it does not
    /// end there, the lines from this one on are read again.
    pub(super) fn doubts(&mut self) -> bool {
        let longest = self.longest;
        let open = self.open.as_mut();
        open.is_some_and(|open| {
            let doubts = open.doubts(longest);
            open.holds_entry |= doubts;
            doubts
        })
    }

    /// Whether an announcement, which stands behind this in its line, is one of the message that is open: the value of a header
    /// field, or a line of the body.
    pub(super) fn owns(&mut self, front: &[u8]) -> bool {
        let is_name = front.first().is_some_and(u8::is_ascii_alphabetic) && is_field(front);
        self.is_in_head() && !self.is_empty() && is_name || self.doubts()
    }

    /// Whether a line of the message that is open may be none of it.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.open.as_ref().is_some_and(Open::is_doubted)
    }

    /// Whether the lines from the first doubtful one on are to be read again, as none of the body: what is said of the last of them is
    /// void.
    pub(super) fn reads_again(&self) -> bool {
        self.resumed.is_some()
    }

    /// Whether the line that came last is the one to go back to, if it comes to that.
    pub(super) fn moves_doubt(&mut self) -> bool {
        let open = self.open.as_mut();
        open.is_some_and(|open| std::mem::take(&mut open.moved))
    }

    /// Goes back to where the message was in front of the doubtful line, and tells what is to be noted on those that come again.
    pub(super) fn go_back(&mut self) -> Noted {
        self.open = self.resumed.take();
        match std::mem::take(&mut self.doubtful) {
            true => Noted::Doubtful,
            false => Noted::Nothing,
        }
    }

    /// The log is at its end.
    pub(super) fn end(&mut self) {
        self.finish();
        if self.reads_again() {
            return;
        }
        for (_, open) in std::mem::take(&mut self.aside) {
            self.finish_message(&open);
        }
        for begun in self.reads.take_all() {
            self.give_up(begun);
        }
    }

    fn finish_message(&mut self, open: &Open) {
        let (found, end) = match open.is_settled || open.ends_otherwise() {
            true => one_message(&open.text, open.told),
            false => messages(&open.text),
        };
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
            whole: message.whole
                && !open.cut
                && !(open.lacks && message.glance.content_length.is_none()),
            spoiled: message.spoiled.and(open.spoiled),
        });
        self.texts.extend_from_slice(&message.bytes);
    }

    /// What so many records were, whose messages end here in the text.
    fn account(&mut self, open: &Open, found: bool, end: usize, records: u64) {
        let rest = &open.text[end..];
        let is_blank = rest.len() == blank(rest);
        // Something may stand between the announcement and the message.
        let is_ahead = !found && open.kind == Kind::Announced && quote::holds_message(rest);
        let outcome = match () {
            () if found => Outcome::Sip,
            () if is_blank && !open.preceded => Outcome::Other(Other::KeepAlive),
            () if is_ahead || is_http(rest) => Outcome::Other(Other::LogLine),
            () => UNREADABLE,
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
        if (found || is_ahead) && !is_blank {
            self.left.extend(open.lines_from(end));
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
        // The texts of other readers stand in front.
        let texts = found.texts.len() as u32;
        let moved = |entry: Entry| Entry {
            start: entry.start + texts,
            ..entry
        };
        found.entries.extend(self.entries.drain(..).map(moved));
        found.texts.append(&mut self.texts);
        found.tally.add(&std::mem::take(&mut self.tally));
        found.oddities.append(&mut self.oddities);
        if self.any {
            found.timing = found.timing.and(self.clock.timing());
        }
    }
}

const UNREADABLE: Outcome = Outcome::Undecodable(Reason {
    layer: Layer::Log,
    why: Why::Malformed,
});

/// Whether an entry of some log begins with this line, which has no start line in it.
fn is_entry(text: &[u8]) -> bool {
    /// Numbers and marks may stand in front of the stamp.
    const NEAR: usize = 24;
    let stamped = stamp::find(text).is_some_and(|(_, place)| place.start < NEAR);
    stamped && !quote::has_version(text)
}

/// Some loggers write what they say to web servers in the same way.
fn is_http(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n');
    let first = lines.find(|line| !line.trim_ascii().is_empty());
    first.is_some_and(|line| memchr::memmem::find(line, b"HTTP/1.").is_some())
}
