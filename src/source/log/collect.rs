//! Where the lines of messages come together. The format says when a message begins and what is said of it; what comes out is
//! put back together, counted, and handed over.

mod account;
mod aside;
mod doubt;
mod lines;
mod open;
mod reads;

use open::{Kind, Open};
use reads::Reads;

use super::clock::{Clock, Counts, Doubt};
use super::contested::{self, Contested};
use super::{Kept, Line, Moment};
use crate::base::{AnomalyKind, Limits, Other, Outcome, Spoiled, Stamp, Tally};
use crate::source::{Entry, Head, Oddity};

/// What a format talks to.
pub(super) struct Log {
    clock: Clock,
    /// The line that is read.
    line: u64,
    open: Option<Open>,
    /// Whether a message has begun since this was asked last.
    begun: bool,
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
    /// Whether the message is at its end in front of them.
    ended_in_head: bool,
    /// The line that announced last, where nothing stood behind.
    unanswered: Option<u64>,
    contested: Vec<Contested>,
}

impl Log {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            line: 1,
            open: None,
            begun: false,
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
            ended_in_head: false,
            unanswered: None,
            contested: Vec::new(),
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

    /// The clock of what follows in the next part of the log.
    pub(super) fn clock_of_next_part(&self) -> Clock {
        self.clock.of_next_part()
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

    /// Whether a message has begun since the last time.
    pub(super) fn take_begun(&mut self) -> bool {
        std::mem::take(&mut self.begun)
    }

    /// What is said of the message that is being collected, to say more.
    pub(super) fn head(&mut self) -> Option<&mut Head> {
        self.open.as_mut().map(|open| &mut open.head)
    }

    /// Whether a message is being collected.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Whether what is being collected was read of a stream in which a message has begun and not ended.
    pub(super) fn goes_on(&self) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| matches!(open.kind, Kind::Read(_)) && self.reads.waits(&open.head))
    }

    /// Whether nothing of the message has come yet.
    pub(super) fn is_empty(&self) -> bool {
        let open = self.open.as_ref();
        open.is_none_or(|open| open.leading.is_none())
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

    /// Whether a body has come without a blank line in front, or as much as the log says.
    pub(super) fn ends_otherwise(&self) -> bool {
        self.open.as_ref().is_some_and(Open::ends_otherwise)
    }

    /// Whether the message may have been cut: more of it is to come, as far as it says, or a mark.
    pub(super) fn may_be_cut(&self) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.is_closed || !open.is_complete())
    }

    /// Whether so many bytes of the body are still to come, as far as the message says.
    pub(super) fn lacks(&self, bytes: usize) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.lacking() >= bytes)
    }

    /// Whether a body is due in which messages may stand, and a blank line in front of it.
    pub(super) fn is_due_body_of_messages(&self) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(Open::is_due_body_of_messages)
    }

    /// The first line of the message that is not blank.
    pub(super) fn first_line(&self) -> Option<&[u8]> {
        let open = self.open.as_ref()?;
        Some(&open.text[open.leading?..])
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

    /// Whether the last message is as long as it says.
    pub(super) fn ended_as_told(&self) -> bool {
        let last = self.entries.last();
        last.is_some_and(|entry| entry.whole && !entry.spoiled.has(Spoiled::LENGTH))
    }

    /// Largest message that is collected.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// The message that begins was announced behind this line, which announced one too.
    pub(super) fn contest(&mut self, announcement: u64, has_own_time: bool) {
        if let Some(open) = &mut self.open {
            open.contested_by = Some((announcement, has_own_time));
        }
    }

    /// Messages of which this may not be said.
    pub(super) fn take_contested(&mut self) -> Vec<Contested> {
        std::mem::take(&mut self.contested)
    }

    /// Nothing was announced after all.
    pub(super) fn take_back(&mut self) {
        self.open = None;
    }

    pub(super) fn set_limits(&mut self, limits: &Limits) {
        self.longest = limits.message_bytes;
        self.most_held = limits.stream_bytes;
    }
}
