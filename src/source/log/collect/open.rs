//! A message that is being collected: what has come of it, and whether more has to come.

use super::{Kept, Line, Restored, blank, messages};
use crate::base::Spoiled;
use crate::sip::{Glance, begins_message};
use crate::source::Head;
use crate::source::log::Noted;
use crate::source::log::restore::content_length;
use crate::source::log::words::{is_about_messages, is_field};

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
    /// What stands behind its Content-Length, if that is not the blank line that ends the header section.
    behind_length: Option<Behind>,
    /// How far the progress goes: up to the last line end.
    followed: usize,
    pub(super) cut: bool,
    /// Parts of its entry are not in the log.
    pub(super) lacks: bool,
    /// How many bytes it has, by what the log says of it.
    pub(super) told: Option<usize>,
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
}

/// How it came to be one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The log announced it.
    Announced,
    /// The log announced what was read of a stream at once, and how much that was, where it says so.
    Read(Option<usize>),
}

/// What a message was in front of a line.
#[derive(Clone, Copy)]
struct Doubted {
    text: usize,
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

/// No other entry is shorter: a body that lacks fewer bytes holds none.
const SHORTEST_ENTRY: usize = 48;

/// How far a message has come, to know its end where the log does not mark it.
#[derive(Clone, Copy)]
enum Progress {
    Head,
    /// The body: its length, and how long it is so far, as it stands there and with either line end.
    Body {
        length: Option<usize>,
        /// The length by what the log says of the message.
        told: Option<usize>,
        raw: usize,
        crlf: usize,
        lf: usize,
    },
}

/// Lines that may be a body whose blank line in front is lost.
#[derive(Clone, Copy, Default)]
struct Behind {
    /// What Content-Length says.
    length: usize,
    /// How long they are, with either line end.
    crlf: usize,
    lf: usize,
    /// The same up to the last that is not blank.
    solid_crlf: usize,
    solid_lf: usize,
}

impl Behind {
    /// Those behind this field, if it is the one.
    fn field(line: &[u8]) -> Option<Self> {
        content_length(line).map(|length| Self {
            length,
            ..Self::default()
        })
    }

    fn follow(&mut self, text: &[u8]) {
        if self.crlf == 0 && text.is_empty() {
            // The blank line is there.
            self.length = 0;
        }
        self.crlf += text.len() + 2;
        self.lf += text.len() + 1;
        if !text.is_empty() {
            (self.solid_crlf, self.solid_lf) = (self.crlf, self.lf);
        }
    }

    /// Whether they are as long as it says; the last line may have no end.
    fn is_body(&self) -> bool {
        let ends = [
            self.solid_crlf,
            self.solid_lf,
            self.solid_crlf.saturating_sub(2),
            self.solid_lf.saturating_sub(1),
        ];
        self.length > 0 && ends.contains(&self.length)
    }
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
            behind_length: None,
            followed: 0,
            cut: false,
            lacks: false,
            told: None,
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

    fn follow(&mut self, line: std::ops::Range<usize>) {
        let start = line.start;
        if self.text[line.clone()].starts_with(b"--") && self.may_lack_blank() {
            self.begin_body_without_blank();
        }
        let raw = &self.text[line];
        let text = raw.strip_suffix(b"\r").unwrap_or(raw);
        if let Some(behind) = &mut self.behind_length {
            behind.follow(text);
        } else if matches!(self.progress, Progress::Head) {
            self.behind_length = Behind::field(text);
        }
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
                let head = self.text[leading..self.followed].split_inclusive(|byte| *byte == b'\n');
                let head: usize = head.map(|line| line.trim_ascii_end().len() + 2).sum();
                self.progress = Progress::Body {
                    length,
                    told: self.told.and_then(|told| told.checked_sub(head)),
                    raw: 0,
                    crlf: 0,
                    lf: 0,
                };
            }
            Progress::Head => {
                self.exact |= text.len() < raw.len();
                self.holds_messages |= is_about_messages(text);
            }
            Progress::Body {
                raw: all, crlf, lf, ..
            } => {
                *all += raw.len() + 1;
                *crlf += text.len() + 2;
                *lf += text.len() + 1;
            }
        }
    }

    /// Whether a body of messages is due: what is no header field is its first line, and the blank one in front of it is lost.
    fn may_lack_blank(&self) -> bool {
        let behind = self.behind_length.as_ref();
        let is_due = behind.is_some_and(|behind| behind.length > 0 && behind.crlf == 0);
        matches!(self.progress, Progress::Head) && self.holds_messages && is_due
    }

    fn begin_body_without_blank(&mut self) {
        self.progress = Progress::Body {
            length: self.behind_length.map(|behind| behind.length),
            told: None,
            raw: 0,
            crlf: 0,
            lf: 0,
        };
    }

    /// Whether a start line begins such a body. Else the body is not there.
    fn doubts_blank(&mut self, longest: usize) -> bool {
        let head = self.progress;
        self.begin_body_without_blank();
        let doubts = self.doubts(longest);
        match &mut self.doubted {
            Some(doubted) if doubts => doubted.progress = head,
            _ => self.progress = head,
        }
        doubts
    }

    pub(super) fn is_complete(&self) -> bool {
        let Progress::Body {
            length: Some(length),
            raw,
            crlf,
            lf,
            ..
        } = self.progress
        else {
            return false;
        };
        if self.exact {
            return raw >= length;
        }
        if self.keeps_ends {
            return lf + self.carriages >= length;
        }
        // Not all lines need have the same line end: what follows may be of the body too.
        let is_sure = length < lf + SHORTEST_ENTRY;
        is_sure && (crlf == length || crlf == length + 2 && crlf > 0) || lf + 1 > length
    }

    /// How long the body is that has come: at least, and at most, as line ends and colours may be bytes of it or not.
    fn lengths(&self) -> (usize, usize) {
        let Progress::Body { raw, crlf, lf, .. } = self.progress else {
            return (0, 0);
        };
        match () {
            () if self.exact => (raw, raw + self.colours),
            () if self.keeps_ends => {
                let all = lf + self.carriages;
                // The last line ends may be those of the log.
                let behind = self.text.len() - self.text.trim_ascii_end().len();
                (all, all + behind + self.colours)
            }
            () => (lf, crlf + self.colours),
        }
    }

    /// Whether it can be at its end by what else tells its length than Content-Length where that is looked for: what the log says, or
    /// a body without a blank line in front.
    pub(super) fn ends_otherwise(&self) -> bool {
        self.ends_as_told() || self.behind_length.is_some_and(|behind| behind.is_body())
    }

    /// Whether it can have the length that the log says, which is not the one it says itself.
    fn ends_as_told(&self) -> bool {
        let Progress::Body {
            length,
            told: Some(told),
            ..
        } = self.progress
        else {
            return false;
        };
        // The last line ends may be those of the log.
        let behind = self.text.len() - self.text.trim_ascii_end().len();
        let (least, most) = self.lengths();
        length != Some(told) && least.saturating_sub(behind) <= told && told <= most
    }

    /// Whether what looks like the mark behind the message, so many bytes further on, may be a line of its body, which is shorter
    /// than it says. It was one if another mark follows where the body ends.
    pub(super) fn doubts_end(&mut self, further: usize, longest: usize) -> bool {
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
    pub(super) fn doubts(&mut self, longest: usize) -> bool {
        let Progress::Body {
            length: Some(length),
            raw,
            ..
        } = self.progress
        else {
            return false;
        };
        if self.ends_otherwise() {
            return false;
        }
        let head = self.followed - raw;
        let (least, most) = self.lengths();
        let may_end = least <= length && length <= most;
        let ends = self.is_complete() || may_end && length < least + SHORTEST_ENTRY;
        let doubts = self.may_doubt
            && self.kind == Kind::Announced
            && !ends
            && head.saturating_add(length) <= longest;
        let is_told = self.exact || self.keeps_ends;
        let is_usual = !is_told && (most == length || most == length + 2);
        let known = self.doubted.as_ref();
        // Where the length allows an end it is a better one than where it does not.
        let is_better = known.is_none_or(|known| may_end && !known.is_usual || is_usual);
        if doubts && is_better {
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
        doubts
    }

    pub(super) fn is_doubted(&self) -> bool {
        self.doubted.is_some()
    }

    /// Whether doubtful lines were taken for some of the body, and it does not end where it says.
    pub(super) fn was_wrong(&self) -> bool {
        let Some(doubted) = &self.doubted else {
            return false;
        };
        if self.ends_otherwise() {
            return false;
        }
        let ends = || self.ends_as_it_says() || self.may_end_here() && !doubted.is_usual;
        self.needs_mark || self.ends_with_mark() || !ends()
    }

    /// Whether it may end as well here as where the first doubtful line is, and only what is usual speaks for that.
    pub(super) fn may_be_either(&self) -> bool {
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
        let (found, end) = messages(&self.text);
        let rest = &self.text[end..];
        let is_one = |found: &Restored| found.whole && !found.spoiled.has(Spoiled::LENGTH);
        matches!(&found[..], [found] if is_one(found)) && blank(rest) == rest.len()
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
    pub(super) fn go_back(&mut self) {
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

    /// Takes note of the line end that the next line came with, as it is put down without.
    pub(super) fn count_carriage(&mut self, line: Line<'_>) {
        let has_one = line.raw.ends_with(b"\r\n");
        match self.is_in_body() {
            true => self.carriages += usize::from(has_one),
            false => self.keeps_ends |= has_one && !self.is_announced_so,
        }
    }

    /// Takes note of the colours of the line that comes next. They are bytes of the message if they are in its body, and it has its
    /// length with them.
    pub(super) fn colour(&mut self, line: Line<'_>, length: usize) -> bool {
        let coloured = self.count_colours(line);
        let line = coloured.map(|bytes| (self.text.len(), length, bytes.to_vec()));
        self.coloured.extend(line);
        coloured.is_some()
    }

    /// The same where other bytes of the line are taken away too.
    pub(super) fn count_colours<'a>(&mut self, line: Line<'a>) -> Option<&'a [u8]> {
        let coloured = line.coloured.filter(|_| self.is_in_body());
        let bytes = coloured.map_or(0, |coloured| coloured.len().saturating_sub(line.raw.len()));
        self.colours += bytes;
        coloured
    }

    /// Gives the body its colours back, if it has its length only with them.
    pub(super) fn settle_colours(&mut self) {
        let lines = std::mem::take(&mut self.coloured);
        if lines.is_empty() {
            return;
        }
        let whole = |text: &[u8]| {
            let (found, _) = messages(text);
            let first = found.into_iter().next();
            first.filter(|first| first.whole && !first.spoiled.has(Spoiled::LENGTH))
        };
        let (mut coloured, mut done) = (Vec::with_capacity(2 * self.text.len()), 0);
        for (start, length, bytes) in lines {
            coloured.extend_from_slice(&self.text[done..start.max(done).min(self.text.len())]);
            coloured.extend_from_slice(&bytes);
            done = (start + length).min(self.text.len());
        }
        coloured.extend_from_slice(&self.text[done..]);
        match (whole(&self.text), whole(&coloured)) {
            (None, Some(_)) => self.text = coloured,
            // Nothing tells whether they are of the message.
            (Some(plain), Some(coloured)) if plain.bytes != coloured.bytes => {
                self.spoil(Spoiled::SPACES.and(Spoiled::LENGTH));
            }
            _ => self.spoil(Spoiled::SPACES),
        }
    }

    /// Whether nothing that is still to come has to be part of it.
    fn may_end(&self) -> bool {
        match self.progress {
            Progress::Head => self.leading.is_some(),
            Progress::Body { .. } => self.is_complete(),
        }
    }

    /// Whether it is at its end in front of these bytes, though nothing marked that.
    pub(super) fn ends_before(&mut self, bytes: &[u8], longest: usize) -> bool {
        let begun = self.begun.take();
        if self.kind != Kind::Announced || self.leading.is_none() {
            return false;
        }
        let text = bytes.trim_ascii_end();
        let is_next = || text.starts_with(b"```") || begins_message(bytes);
        if self.may_lack_blank() && begins_message(bytes) && self.doubts_blank(longest) {
            return false;
        }
        if self.is_complete() && !text.is_empty() || self.may_end() && is_next() {
            return true;
        }
        if self.interrupted && !text.is_empty() {
            if !self.goes_on_with(text) {
                return true;
            }
            self.interrupted = false;
            self.spoil(Spoiled::PARTS);
        }
        if begun.is_some() && is_field(text) {
            self.begun = begun;
            return true;
        }
        if self.is_in_body()
            && !self.holds_messages
            && begins_message(bytes)
            && !self.doubts(longest)
        {
            self.begun = Some(self.text.len());
        }
        false
    }

    /// The lines from the start line on that was taken for one of the body.
    pub(super) fn take_begun(&mut self) -> Vec<Kept> {
        let Some(begun) = self.begun.take() else {
            return Vec::new();
        };
        let lines = self.lines_from(begun);
        self.text.truncate(begun);
        lines
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
            });
            at += raw.len();
        }
        lines
    }

    /// Whether a line may be the next of the message after one of somebody else.
    fn goes_on_with(&self, text: &[u8]) -> bool {
        let folds = text.starts_with(b" ") || text.starts_with(b"\t");
        folds
            || match self.is_in_body() {
                true => text.get(1) == Some(&b'=') || text.starts_with(b"<"),
                false => is_field(text),
            }
    }

    pub(super) fn is_in_body(&self) -> bool {
        matches!(self.progress, Progress::Body { .. })
    }

    /// Whether the end of the body is not known.
    pub(super) fn has_no_length(&self) -> bool {
        matches!(self.progress, Progress::Body { length: None, .. })
    }

    /// Takes note of what is noted on one of its lines.
    pub(super) fn note(&mut self, noted: Noted) {
        self.spoil(match noted {
            Noted::Nothing => Spoiled::NOTHING,
            Noted::Together | Noted::Lacking => Spoiled::PARTS,
            Noted::Doubtful => Spoiled::LENGTH,
        });
        self.lacks |= noted == Noted::Lacking;
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
