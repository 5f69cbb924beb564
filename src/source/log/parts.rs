//! Messages that a logger wrote in several entries, as there is room for so much in one: telephones of Avaya do in syslog.
//!
//! `<166>Jan 12 16:43:54 192.0.2.7 SIPMESSAGE: +01:00 2022 562 1 .TEL | 0 [Part 01 of 02]`, the first part below or behind it, then
//! the same with `[Part 02 of 02]` and the rest, which may go on in the midst of a line. The marks are taken away and the parts put
//! one behind the other, so that every reader finds the entry as if it had never been parted.
//!
//! Parts belong together that count to the same number, come in their order, and are of one writer: what stands in front of the
//! mark is the same, times and numbers aside, or is left out of later parts. Where several such wait, the one belongs that is
//! the same to the last digit; else nothing is guessed, and what is there is read as a message that lacks its rest.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::words::{is_field, is_lettered_field, number};
use super::{Kept, Line, Noted, escapes, quote, stamp};

/// Entries that are not there to their last part, or whose last part is not at its end; and what became of others.
#[derive(Default)]
pub(super) struct Parts {
    waiting: Vec<Waiting>,
    /// Which of them the lines that come now are of.
    current: Option<usize>,
    held: usize,
    ready: Vec<Kept>,
    /// The first lines of messages whose last parts never came, how many came, and of how many.
    lacking: Vec<(u64, u32, u32)>,
}

/// Messages that are waited for at a time.
const MOST_WAITING: usize = 64;
/// A part comes within so many lines of the one before.
const PATIENCE: u64 = 500;

/// An entry of which more is to come.
struct Waiting {
    /// What stands in front of the mark of the last part that came.
    front: Vec<u8>,
    words: Vec<Vec<u8>>,
    came: u32,
    of: u32,
    lines: Vec<Kept>,
    /// Which of the lines have marks, and where.
    marks: Vec<(usize, Mark)>,
    held: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    number: u32,
    of: u32,
    place: std::ops::Range<usize>,
}

impl Parts {
    /// Whether it keeps this line. A part may begin here unless the line can be one of the body of a message.
    pub(super) fn keep(&mut self, line: Line<'_>, may_begin: bool, longest: usize) -> bool {
        if let Some(place) = self.current {
            if line.continues || !self.waiting[place].ends_before(line.text()) {
                self.hold(place, line, longest);
                return true;
            }
            self.current = None;
            if self.waiting[place].is_whole() {
                self.put_together(place);
            }
        }
        let mark = Mark::of(line.text()).filter(|_| !line.continues);
        let place = mark.and_then(|mark| match mark.number {
            1 if may_begin => Some(self.begin(&mark, line)),
            1 => None,
            _ => self.go_on(&mark, line),
        });
        self.lose_patience(line.number);
        // Those who were waited for too long stood in front of it.
        let place = place.map(|_| self.waiting.len() - 1);
        if let Some(place) = place {
            self.current = Some(place);
            self.hold(place, line, longest);
        }
        place.is_some()
    }

    /// The lines that are to be read now.
    pub(super) fn take_ready(&mut self) -> Vec<Kept> {
        std::mem::take(&mut self.ready)
    }

    /// Messages that lack parts: their first lines, how many parts came, and of how many.
    pub(super) fn take_lacking(&mut self) -> Vec<(u64, u32, u32)> {
        std::mem::take(&mut self.lacking)
    }

    /// There are no more lines.
    pub(super) fn end(&mut self) {
        self.current = None;
        while !self.waiting.is_empty() {
            self.put_together(0);
        }
    }

    fn begin(&mut self, mark: &Mark, line: Line<'_>) -> usize {
        let front = line.raw[..mark.place.start].to_vec();
        self.waiting.push(Waiting {
            words: words(&front),
            front,
            came: 1,
            of: mark.of,
            lines: Vec::new(),
            marks: vec![(0, mark.clone())],
            held: 0,
        });
        self.waiting.len() - 1
    }

    /// The entry that this is the next part of, which is the last one then.
    fn go_on(&mut self, mark: &Mark, line: Line<'_>) -> Option<usize> {
        let front = &line.raw[..mark.place.start];
        let own = words(front);
        let fits = |waiting: &Waiting| {
            (waiting.came + 1, waiting.of) == (mark.number, mark.of)
                && waiting.words.starts_with(&own)
        };
        let mut all = (0..self.waiting.len()).filter(|place| fits(&self.waiting[*place]));
        let mut same = all.clone().filter(|at| self.waiting[*at].front == front);
        let place = match (all.next(), all.next(), same.next(), same.next()) {
            (Some(only), None, ..) | (_, _, Some(only), None) => only,
            _ => {
                while let Some(place) = self.waiting.iter().position(fits) {
                    self.put_together(place);
                }
                return None;
            }
        };
        let mut waiting = self.waiting.remove(place);
        waiting.came = mark.number;
        waiting.front = front.to_vec();
        waiting.marks.push((waiting.lines.len(), mark.clone()));
        self.waiting.push(waiting);
        Some(self.waiting.len() - 1)
    }

    fn hold(&mut self, place: usize, line: Line<'_>, longest: usize) {
        let waiting = &mut self.waiting[place];
        match waiting.lines.last_mut().filter(|_| line.continues) {
            Some(last) => last.raw.extend_from_slice(line.raw),
            None => waiting.lines.push(line.kept()),
        }
        waiting.held += line.raw.len();
        self.held += line.raw.len();
        if waiting.held > longest {
            self.current = None;
            self.put_together(place);
        }
        while self.held > 2 * longest || self.waiting.len() > MOST_WAITING {
            // What is read now is the last.
            self.put_together(0);
            self.current = self.current.map(|current| current - 1);
        }
    }

    fn lose_patience(&mut self, now: u64) {
        let is_old = |waiting: &Waiting| {
            let last = waiting.lines.last();
            last.is_some_and(|last| last.number + PATIENCE < now)
        };
        while self.waiting.first().is_some_and(is_old) {
            self.put_together(0);
        }
    }

    fn put_together(&mut self, place: usize) {
        let waiting = self.waiting.remove(place);
        self.held -= waiting.held;
        let together = waiting.together();
        // The start line may have been parted too.
        if !together.iter().any(|line| quote::has_version(&line.raw)) {
            self.ready.extend(waiting.lines);
            return;
        }
        if !waiting.is_whole() {
            let first = waiting.lines.first().map_or(0, |line| line.number);
            self.lacking.push((first, waiting.came, waiting.of));
        }
        self.ready.extend(together);
    }
}

impl Waiting {
    fn is_whole(&self) -> bool {
        self.came == self.of
    }

    /// Whether another entry begins with this line, which has its time where this one has it.
    fn ends_before(&self, text: &[u8]) -> bool {
        let (Some((own, place)), Some((other, start))) =
            (stamp::find(&self.front), stamp::find(text))
        else {
            return false;
        };
        let has = |moment: super::Moment| (moment.date.is_some(), moment.year.is_some());
        let letters = |text: &[u8]| -> Vec<u8> {
            let letters = text.iter().filter(|byte| !byte.is_ascii_digit());
            letters.copied().collect()
        };
        has(own) == has(other)
            && letters(&self.front[..place.start]) == letters(&text[..start.start])
    }

    /// The lines of an entry that was never parted.
    fn together(&self) -> Vec<Kept> {
        let noted = match self.is_whole() {
            true => Noted::Together,
            false => Noted::Lacking,
        };
        let returns = |line: &Kept| line.raw.ends_with(b"\r\n");
        let marked = |(position, _): &(usize, Mark)| returns(&self.lines[*position]);
        let line_end: &[u8] = match self.marks.iter().all(marked) {
            true => b"\r\n",
            false => b"\n",
        };
        // The message has its own line ends: a part that does not end with one ends in the midst of a line.
        let exact = line_end == b"\n" && self.lines.iter().any(returns);
        let mut lines: Vec<Kept> = Vec::with_capacity(self.lines.len());
        let mut marks = self.marks.iter().peekable();
        for (position, line) in self.lines.iter().enumerate() {
            let mark = marks.next_if(|(marked, _)| *marked == position);
            let ends = marks.peek().is_some_and(|(next, _)| *next == position + 1);
            let raw = match &mark {
                Some((_, mark)) => behind(&line.raw[mark.place.end..]),
                None => &line.raw[..],
            };
            // The last line end is the one of the logger.
            let raw = match ends {
                true => raw.strip_suffix(line_end).unwrap_or(raw),
                false => raw,
            };
            if raw.is_empty() && mark.as_ref().is_some_and(|(_, mark)| mark.number > 1) {
                continue;
            }
            let begun = lines.last_mut().filter(|last| !last.raw.ends_with(b"\n"));
            match (begun, &mark) {
                (Some(begun), _) if !begins_line(&begun.raw, raw, exact) => {
                    begun.raw.extend_from_slice(raw);
                    (begun.offset, begun.coloured) = (None, None);
                    continue;
                }
                (Some(begun), _) => begun.raw.extend_from_slice(line_end),
                (None, _) => {}
            }
            let front = match &mark {
                Some((_, mark)) if mark.number == 1 => &line.raw[..mark.place.start],
                _ => b"",
            };
            lines.push(Kept {
                raw: [front, raw].concat(),
                number: line.number,
                offset: line.offset.filter(|_| mark.is_none()),
                again: line.again,
                coloured: line.coloured.clone().filter(|_| mark.is_none()),
                noted,
                front: line.front.clone(),
                writer: line.writer,
            });
        }
        lines
    }
}

impl Mark {
    /// `[Part 01 of 02]` behind the stamp of an entry.
    fn of(text: &[u8]) -> Option<Self> {
        const FURTHEST: usize = 512;
        let text = &text[..text.len().min(FURTHEST)];
        static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"art "));
        let mut places = FINDER.find_iter(text);
        let mark = places.find_map(|place| Self::at(text, place.checked_sub(1)?))?;
        let is_entry = stamp::find(&text[..mark.place.start]).is_some();
        (is_entry && !is_lettered_field(text)).then_some(mark)
    }

    fn at(text: &[u8], start: usize) -> Option<Self> {
        let rest = text[start..]
            .strip_prefix(b"Part ")
            .or_else(|| text[start..].strip_prefix(b"part "))?;
        let (first, rest) = digits(rest)?;
        let (last, rest) = digits(rest.strip_prefix(b" of ")?)?;
        let mark = |place| Self {
            number: first,
            of: last,
            place,
        };
        let end = text.len() - rest.len();
        let closing = match text[..start].last() {
            Some(b'[') => Some(b']'),
            Some(b'(') => Some(b')'),
            Some(before) if before.is_ascii_alphanumeric() && !escapes::end_in(&text[..start]) => {
                return None;
            }
            _ => None,
        };
        let counts = first >= 1 && last >= 2 && first <= last;
        let place = match closing {
            Some(sign) if rest.first() == Some(&sign) => start - 1..end + 1,
            Some(_) => return None,
            None if rest.first().is_some_and(u8::is_ascii_alphanumeric) => return None,
            None => start..end,
        };
        counts.then(|| mark(place))
    }
}

fn digits(text: &[u8]) -> Option<(u32, &[u8])> {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    Some((number(&text[..length.min(5)])?, &text[length..]))
}

/// What stands behind a mark, without what parts the two.
fn behind(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b":").unwrap_or(text);
    match escapes::line_end(text) {
        0 if text.starts_with(b"\r\n") => &text[2..],
        0 if text.starts_with(b"\n") || text.starts_with(b" ") => &text[1..],
        length => &text[length..],
    }
}

/// What one writer says in front of all parts of an entry: its words without times and numbers.
fn words(front: &[u8]) -> Vec<Vec<u8>> {
    let mut bare = Vec::with_capacity(front.len());
    let mut rest = front;
    while let Some((_, place)) = stamp::find(rest) {
        bare.extend_from_slice(&rest[..place.start]);
        bare.push(b' ');
        rest = &rest[place.end..];
    }
    bare.extend_from_slice(rest);
    let words = bare.split(u8::is_ascii_whitespace);
    let says = |word: &&[u8]| word.iter().any(|byte| !byte.is_ascii_digit());
    words.filter(says).map(<[u8]>::to_vec).collect()
}

/// Whether a part goes on with a new line, where the one before lost its last line end to the logger.
fn begins_line(before: &[u8], next: &[u8], exact: bool) -> bool {
    if escapes::has(before) || escapes::has(next) {
        return false;
    }
    if exact {
        return before.ends_with(b"\r") && !next.starts_with(b"\n");
    }
    let is_sdp = |text: &[u8]| matches!(text, [letter, b'=', ..] if letter.is_ascii_lowercase());
    let is_whole = is_field(before) || before.starts_with(b" ") || quote::has_version(before);
    let is_blank = next.trim_ascii().is_empty() && !next.is_empty();
    let is_name = quote::is_known_field(next) || next.starts_with(b"X-") && is_field(next);
    is_whole && (is_name || is_blank || next.starts_with(b"v=0")) || is_sdp(before) && is_sdp(next)
}
