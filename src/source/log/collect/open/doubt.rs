//! Lines that look like none of the body, though the message says that more is to come: how it was in front of them, whether they
//! were of it after all, and the way back.

use super::Open;
use super::end::is_all;
use super::progress::{Behind, Progress};
use crate::base::Spoiled;
use crate::source::log::announced::Read;
use crate::source::log::collect::open::Kind;

/// What a message was in front of a line.
#[derive(Clone, Copy)]
pub(super) struct Doubted {
    pub(super) text: usize,
    lines: usize,
    offset: Option<u64>,
    spoiled: Spoiled,
    progress: Progress,
    behind_length: Option<Behind>,
    followed: usize,
    colours: usize,
    carriages: usize,
    beside: usize,
    /// The message may be at its end there, by its length.
    may_end: bool,
    /// It is, if each of its lines has the line end that the protocol wants.
    is_usual: bool,
}

/// What else is known where a line may be one of the body.
struct Doubts {
    may_end: bool,
    is_usual: bool,
}

/// No other entry is shorter: a body that lacks fewer bytes holds none.
pub(super) const SHORTEST_ENTRY: usize = 48;

impl Open {
    /// Whether a start line begins such a body. Else the body is not there.
    pub(super) fn doubts_blank(&mut self, longest: usize) -> bool {
        let head = self.progress;
        self.begin_body_without_blank();
        let doubts = self.doubts(longest);
        match &mut self.doubted {
            Some(doubted) if doubts => doubted.progress = head,
            _ => self.progress = head,
        }
        doubts
    }

    /// Whether what looks like the mark behind the message, so many bytes further on, may be a line of its body, which is shorter
    /// than it says. It was one if another mark follows where the body ends.
    pub(in crate::source::log::collect) fn doubts_end(
        &mut self,
        further: usize,
        longest: usize,
    ) -> bool {
        self.settle_head();
        if self.ends_otherwise() {
            self.is_settled |= self.doubted.take().is_some();
            return false;
        }
        let Progress::Body {
            length: Some(length),
            ..
        } = self.progress
        else {
            return false;
        };
        let begun = self.text.len() - self.followed + further;
        let (least, most) = self.lengths();
        let (least, most) = (least + begun, most + begun);
        // The last line end may be one of the log.
        let may_end = least.saturating_sub(2) <= length && length <= most;
        if may_end && length < least + SHORTEST_ENTRY {
            let is_usual = self.doubted.as_ref().is_some_and(|known| known.is_usual);
            // What is usual is as likely as what only may be. The last line end may be lost.
            if least + 2 < length && is_usual {
                self.passed_end = true;
                return true;
            }
            self.is_settled |= self.doubted.take().is_some();
            return false;
        }
        let is_short = least < length && self.doubts(longest);
        self.mark = Some(self.text.len() + further);
        is_short
    }

    /// Whether a line that looks like none of the body may be one, as the message says that more is to come.
    pub(in crate::source::log::collect) fn doubts(&mut self, longest: usize) -> bool {
        let doubts = match self.kind {
            Kind::Announced => self.says_more(longest),
            Kind::Read(read) => self.lacks_of(read, longest),
        };
        let Some(Doubts { may_end, is_usual }) = doubts else {
            return false;
        };
        let known = self.doubted.as_ref();
        // Where the length allows an end it is a better one than where it does not.
        let is_better = known.is_none_or(|known| may_end && !known.is_usual || is_usual);
        if is_better {
            self.doubt(may_end, is_usual);
        }
        true
    }

    /// The line that comes next is doubtful.
    pub(super) fn doubt(&mut self, may_end: bool, is_usual: bool) {
        self.moved = true;
        self.doubted = Some(Doubted {
            text: self.text.len(),
            lines: self.lines.len(),
            offset: self.offset,
            spoiled: self.spoiled,
            progress: self.progress,
            behind_length: self.behind_length,
            followed: self.followed,
            colours: self.colours,
            carriages: self.carriages,
            beside: self.beside.len(),
            may_end,
            is_usual,
        });
    }

    /// Whether more is to come of what was read at once, by what the log says of its length, whatever became of line ends.
    fn lacks_of(&self, read: Read, longest: usize) -> Option<Doubts> {
        let Read::Of(length) = read else {
            return None;
        };
        let most = self.text.len() + self.lines.len();
        let lacks = self.may_doubt && self.leading.is_some() && most < length && length <= longest;
        lacks.then_some(Doubts {
            may_end: false,
            is_usual: false,
        })
    }

    /// The same of a message, by what it says itself.
    fn says_more(&self, longest: usize) -> Option<Doubts> {
        let Progress::Body {
            length: Some(length),
            raw,
            ..
        } = self.progress
        else {
            return None;
        };
        if self.ends_otherwise() {
            return None;
        }
        let head = self.followed - raw;
        let (least, most) = self.lengths();
        let may_end = least <= length && length <= most;
        let ends = self.is_complete() || may_end && length < least + SHORTEST_ENTRY;
        let doubts = self.may_doubt && !ends && head.saturating_add(length) <= longest;
        let is_told = self.exact || self.keeps_ends;
        let is_usual = !is_told && (most == length || most == length + 2);
        doubts.then_some(Doubts { may_end, is_usual })
    }

    pub(in crate::source::log::collect) fn is_doubted(&self) -> bool {
        self.doubted.is_some()
    }

    /// Whether doubtful lines were taken for some of the body, and it does not end where it says.
    pub(in crate::source::log::collect) fn was_wrong(&self) -> bool {
        let Some(doubted) = &self.doubted else {
            return false;
        };
        if let Kind::Read(Read::Of(length)) = self.kind {
            return self.kept_of(length).is_none();
        }
        if self.is_doubted_in_head() {
            return true;
        }
        if self.ends_otherwise() {
            return false;
        }
        let ends = || self.ends_as_it_says() || self.may_end_here() && !doubted.is_usual;
        self.needs_mark || self.ends_with_mark() || !ends()
    }

    /// Whether it may end as well here as where the first doubtful line is, and only what is usual speaks for that.
    pub(in crate::source::log::collect) fn may_be_either(&self) -> bool {
        let doubted = self.doubted.as_ref();
        let is_usual = doubted.is_some_and(|doubted| doubted.is_usual);
        is_usual && (self.passed_end || self.may_end_here())
    }

    /// Whether the last of its lines is the mark: it is not doubtful then.
    fn ends_with_mark(&self) -> bool {
        let behind = self
            .mark
            .map(|mark| &self.text[mark.min(self.text.len())..]);
        let end = |text: &[u8]| memchr::memchr(b'\n', text).map_or(text.len(), |end| end + 1);
        behind.is_some_and(|text| text[end(text)..].trim_ascii().is_empty())
    }

    fn ends_as_it_says(&self) -> bool {
        let read = self.messages();
        read.0.len() == 1 && is_all(&read, &self.text)
    }

    /// Whether it can have the length that it says with some of its line ends and colours, where it holds what looks like an entry.
    fn may_end_here(&self) -> bool {
        let Progress::Body {
            length: Some(length),
            ..
        } = self.progress
        else {
            return false;
        };
        // The last line ends may be those of the log.
        let behind = self.text.len() - self.text.trim_ascii_end().len();
        let (least, most) = self.lengths();
        self.holds_entry && least.saturating_sub(behind) <= length && length <= most
    }

    /// Back in front of the first doubtful line, which is none of the body.
    pub(in crate::source::log::collect) fn go_back(&mut self) {
        self.may_doubt = false;
        let Some(doubted) = self.doubted.take() else {
            return;
        };
        self.beside.truncate(doubted.beside);
        self.colours = doubted.colours;
        self.carriages = doubted.carriages;
        self.is_settled = doubted.may_end;
        self.text.truncate(doubted.text);
        self.lines.truncate(doubted.lines);
        self.offset = doubted.offset;
        self.spoiled = doubted.spoiled;
        self.coloured.retain(|(start, ..)| *start < doubted.text);
        self.progress = doubted.progress;
        self.behind_length = doubted.behind_length;
        self.followed = doubted.followed;
        self.begun = None;
        self.mark = None;
        self.needs_mark = false;
        self.holds_entry = false;
        self.passed_end = false;
        self.cut = false;
    }
}
