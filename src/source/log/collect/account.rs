//! What becomes of what was collected: messages are put back together, handed over and counted, and what is none is pointed to.

use super::open::{Kind, Open};
use super::{Contested, Log, contested};
use crate::base::{AnomalyKind, Layer, Other, Outcome, Reason, Spoiled, Why};
use crate::source::log::quote;
use crate::source::log::restore::{Restored, blank};
use crate::source::{Entry, Found, Oddity};

const UNREADABLE: Outcome = Outcome::Undecodable(Reason {
    layer: Layer::Log,
    why: Why::Malformed,
});

impl Log {
    /// What was announced is no SIP, and belongs to no message.
    pub(in crate::source::log) fn drop_announced(&mut self) {
        if self.open.take().is_some() {
            self.other();
        }
    }

    /// What this line announces, or begins, is not there in a way that can be read.
    pub(in crate::source::log) fn unreadable(&mut self, line: u64) {
        self.tally.count(UNREADABLE);
        self.odd_announcement(line);
    }

    /// What was announced is a message that cannot be read, and why.
    pub(in crate::source::log) fn lost(&mut self, why: &str) {
        if self.open.take().is_some() {
            let line = self.line;
            self.tally.count(UNREADABLE);
            self.odd(AnomalyKind::LogEntryUnreadable, line, || {
                format!("line {line}: {why}")
            });
        }
    }

    /// From this line on there are header fields, and nothing that they are of.
    pub(in crate::source::log) fn headless(&mut self, line: u64) {
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
    pub(in crate::source::log) fn finish(&mut self) {
        let Some(mut open) = self.open.take() else {
            return;
        };
        if open.was_wrong() {
            let is_either = open.may_be_either();
            self.ended_in_head = open.is_doubted_in_head();
            open.go_back();
            if is_either {
                open.spoil(Spoiled::LENGTH);
                self.doubtful = true;
            }
            self.resumed = Some(open);
            return;
        }
        if open.is_doubted() {
            // Only its length tells that what looks like entries of the log is of its body.
            open.is_settled = true;
            open.spoil(Spoiled::LENGTH);
        }
        self.complete(open);
    }

    /// All of the message has come.
    pub(super) fn complete(&mut self, mut open: Open) {
        self.left.append(&mut open.beside);
        open.settle_colours();
        let is_unanswered = open.lines.is_empty() && contested::may_announce(open.told);
        self.unanswered = is_unanswered.then_some(open.announced);
        match open.kind {
            Kind::Read(read) => self.finish_read(open, read),
            Kind::Announced => self.finish_message(&open),
        }
    }

    /// The message is at its end, as it was cut there.
    pub(in crate::source::log) fn finish_cut(&mut self) {
        if let Some(open) = &mut self.open {
            open.lacks = true;
        }
        self.finish();
    }

    /// The next entry begins, and the mark is missing that stands behind every message: this one was cut. The empty line that the entry
    /// begins with is none of its.
    pub(in crate::source::log) fn finish_unmarked(&mut self) {
        if let Some(open) = &mut self.open {
            open.lacks = true;
            open.give_back_blank();
        }
        self.finish();
    }

    /// The line with this number had an entry to its end, and so the message that was announced or began there.
    pub(in crate::source::log) fn finish_begun_in(&mut self, number: u64) {
        if self
            .open
            .as_ref()
            .is_some_and(|open| open.announced == number)
        {
            self.settle();
            self.finish();
        }
    }

    /// The log is at its end.
    pub(in crate::source::log) fn end(&mut self) {
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

    pub(super) fn finish_message(&mut self, open: &Open) {
        let (found, end) = open.messages();
        for message in &found {
            let offset = open.offset.zip(message.at);
            let offset = offset.map(|(offset, at)| offset + at as u64);
            let line = open.line_at(message.from);
            self.found(message, open, line, offset);
        }
        self.account(open, !found.is_empty(), end, 1);
    }

    pub(super) fn found(
        &mut self,
        message: &Restored,
        open: &Open,
        line: u64,
        offset: Option<u64>,
    ) {
        let contested = open.contested_by;
        let contested = contested.map(|(announcement, has_own_time)| Contested {
            message: line,
            announcement,
            has_own_time,
        });
        self.contested.extend(contested);
        self.entries.push(Entry {
            line,
            layer: Layer::Log,
            head: open.head.clone(),
            start: self.texts.len() as u32,
            length: message.bytes.len() as u32,
            glance: message.glance,
            offset,
            whole: message.whole && !open.cut && !open.lacks_rest_of(message),
            spoiled: message.spoiled.and(open.spoiled),
        });
        self.texts.extend_from_slice(&message.bytes);
    }

    /// What so many records were, whose messages end here in the text.
    pub(super) fn account(&mut self, open: &Open, found: bool, end: usize, records: u64) {
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
    pub(in crate::source::log) fn odd(
        &mut self,
        kind: AnomalyKind,
        line: u64,
        detail: impl FnOnce() -> String,
    ) {
        self.oddities.push(Oddity {
            kind,
            line: Some(line),
            before: 0,
            detail: detail(),
        });
    }

    /// What has come together so far.
    pub(in crate::source::log) fn hand_over(&mut self, found: &mut Found) {
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

/// Some loggers write what they say to web servers in the same way.
fn is_http(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n');
    let first = lines.find(|line| !line.trim_ascii().is_empty());
    first.is_some_and(|line| memchr::memmem::find(line, b"HTTP/1.").is_some())
}
