//! Whether a line that looks like one of another entry is one of the body, as the message says that it is longer; and the way back
//! where it was not.

use super::Log;
use super::open::Open;
use crate::source::log::Noted;
use crate::source::log::words::is_lettered_field;

impl Log {
    /// Whether a line is the mark behind the message, which begins so many bytes further on. Else it is one of its body: the message
    /// says that more is to come.
    pub(in crate::source::log) fn ends_at_mark(&mut self, further: usize) -> bool {
        let longest = self.longest;
        let mut open = self.open.as_mut();
        !open
            .as_mut()
            .is_some_and(|open| open.doubts_end(further, longest))
    }

    /// The same in a format that puts a mark behind every message: without one no message ends that had a doubtful one.
    pub(in crate::source::log) fn ends_at_certain_mark(&mut self, further: usize) -> bool {
        let ends = self.ends_at_mark(further);
        if let Some(open) = self.open.as_mut().filter(|_| !ends) {
            open.needs_mark = true;
        }
        ends
    }

    /// Whether a line that looks like one of another entry is one of the body: the message says that more is to come. If it does not
    /// end there, the lines from this one on are read again.
    pub(in crate::source::log) fn doubts(&mut self) -> bool {
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
    pub(in crate::source::log) fn owns(&mut self, front: &[u8]) -> bool {
        self.is_in_head() && !self.is_empty() && is_lettered_field(front) || self.doubts()
    }

    /// Whether a line of the message that is open may be none of it.
    pub(in crate::source::log) fn is_in_doubt(&self) -> bool {
        self.open.as_ref().is_some_and(Open::is_doubted)
    }

    /// Whether the lines from the first doubtful one on are to be read again, as none of the body: what is said of the last of them is
    /// void.
    pub(in crate::source::log) fn reads_again(&self) -> bool {
        self.resumed.is_some()
    }

    /// Whether the line that came last is the one to go back to, if it comes to that.
    pub(in crate::source::log) fn moves_doubt(&mut self) -> bool {
        let open = self.open.as_mut();
        open.is_some_and(|open| std::mem::take(&mut open.moved))
    }

    /// Goes back to where the message was in front of the doubtful line, and tells what is to be noted on those that come again.
    pub(in crate::source::log) fn go_back(&mut self) -> Noted {
        self.open = self.resumed.take();
        if std::mem::take(&mut self.ended_in_head)
            && let Some(open) = self.open.take()
        {
            self.complete(open);
        }
        match std::mem::take(&mut self.doubtful) {
            true => Noted::Doubtful,
            false => Noted::Nothing,
        }
    }
}
