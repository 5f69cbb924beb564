//! A log whose messages are replaced where they stand in its lines. Each line of a message is searched for in the lines of the log, which
//! may have more around it, and may write some of its signs in another way.

use std::collections::VecDeque;
use std::io::{self, BufRead, Write};

use super::mask::Mask;
use super::prose::Seconds;

/// How far a line of a message may be behind the one before it.
const FARTHEST: usize = 200;
/// Places in a line that are looked at for a line of a message that does not stand in it as it is.
const MOST_TRIED: usize = 64;
/// A line that is broken goes on so many lines below at most.
const NEAR: usize = 3;
/// So much of the rest of a line is looked for, and so much tells where it is whatever stands behind it.
const TELLING: usize = 8;
const LEAST_TELLING: usize = 4;
/// A longer line is none of a log.
const LONGEST_LINE: usize = 64 << 20;

/// A log on its way.
pub(super) struct Log<R> {
    text: R,
    /// The number of the first line that is held, from 1.
    first: u64,
    lines: VecDeque<Line>,
    pub(super) seconds: Seconds,
    pub(super) keep: bool,
}

struct Line {
    before: Vec<u8>,
    after: Vec<u8>,
    claimed: Vec<bool>,
}

/// A line that is held, from 0, and a byte of it.
type Place = (usize, usize);

impl<R: BufRead> Log<R> {
    pub(super) fn new(text: R, seconds: Seconds, keep: bool) -> Self {
        Self {
            text,
            first: 1,
            lines: VecDeque::new(),
            seconds,
            keep,
        }
    }

    /// Replaces a message that begins in a line. False where it is not found there as it was read.
    pub(super) fn message(&mut self, line: u64, before: &[u8], after: &[u8]) -> io::Result<bool> {
        let mut place = (line.saturating_sub(self.first) as usize, 0);
        let mut start = 0;
        for text in before.split_inclusive(|byte| *byte == b'\n') {
            let range = start..start + text.len();
            start = range.end;
            let trimmed = text.trim_ascii();
            let is_left = trimmed.iter().all(|byte| !byte.is_ascii_alphanumeric());
            if is_left && text == &after[range.clone()] {
                continue;
            }
            let skipped = text.len() - text.trim_ascii_start().len();
            let after = &after[range][skipped..skipped + trimmed.len()];
            match self.find(place, trimmed)? {
                Some(places) => place = self.claim(&places, after).unwrap_or(place),
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Writes all lines in front of one.
    pub(super) fn write_before(
        &mut self,
        line: u64,
        mask: &mut Mask,
        out: &mut impl Write,
    ) -> io::Result<()> {
        while self.first < line {
            if !self.has(0)? {
                return Ok(());
            }
            let Some(line) = self.lines.pop_front() else {
                return Ok(());
            };
            self.first += 1;
            out.write_all(&line.written(mask, &self.seconds, self.keep))?;
        }
        Ok(())
    }

    /// Where each byte of a line of a message stands, if it does: from a place on.
    fn find(&mut self, from: Place, text: &[u8]) -> io::Result<Option<Vec<Option<Place>>>> {
        for row in from.0..from.0 + FARTHEST {
            if !self.has(row)? {
                return Ok(None);
            }
            let start = if row == from.0 { from.1 } else { 0 };
            self.has(row + NEAR)?;
            if let Some(found) = self.find_in(row, start, text) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn find_in(&self, row: usize, start: usize, text: &[u8]) -> Option<Vec<Option<Place>>> {
        let line = &self.lines[row];
        let rest = line.before.get(start..)?;
        if let Some(at) = memchr::memmem::find(rest, text) {
            let at = start + at;
            return Some((at..at + text.len()).map(|at| Some((row, at))).collect());
        }
        let starts = memchr::memchr_iter(text[0], rest).take(MOST_TRIED);
        let mut starts = starts.map(|at| start + at);
        starts.find_map(|at| self.matched((row, at), text))
    }

    /// The same where signs are written in another way, or where a line goes on in the next.
    fn matched(&self, (mut row, mut at): Place, text: &[u8]) -> Option<Vec<Option<Place>>> {
        let mut places = Vec::with_capacity(text.len());
        while places.len() < text.len() {
            let rest = &text[places.len()..];
            let line = self.lines.get(row)?.before.as_slice();
            if line.get(at) != Some(&rest[0]) && is_broken(&line[at..], places.len()) {
                (row, at) = self.rest_behind(row, rest)?;
                continue;
            }
            match (&line[at..], rest[0]) {
                ([byte, ..], wanted) if *byte == wanted => {
                    places.push(Some((row, at)));
                    at += 1;
                }
                ([b'\\', byte, ..], wanted) if *byte == wanted && !byte.is_ascii_alphanumeric() => {
                    places.push(Some((row, at + 1)));
                    at += 2;
                }
                (written, wanted) => {
                    at += other_spelling(written, wanted)?;
                    places.push(None);
                }
            }
        }
        Some(places)
    }

    /// Where the rest of a line goes on that was broken at the end of another: there may be a line of the log between them, and something in
    /// front of the rest.
    fn rest_behind(&self, row: usize, rest: &[u8]) -> Option<Place> {
        (row + 1..=row + NEAR).find_map(|row| {
            let line = self.lines.get(row)?.before.as_slice();
            let at_end = without_end(line).len().checked_sub(rest.len());
            let at_end = at_end.filter(|at| &line[*at..*at + rest.len()] == rest);
            let inside = || {
                let begin = &rest[..rest.len().min(TELLING)];
                let ends: &[&[u8]] = match begin.len() < LEAST_TELLING {
                    true => &[b"#0", b"\\"],
                    false => &[b""],
                };
                let mut found = ends.iter().map(|end| [begin, end].concat());
                found.find_map(|wanted| memchr::memmem::find(line, &wanted))
            };
            Some((row, at_end.or_else(inside)?))
        })
    }

    /// Puts what replaces a line where it stands, and says where it ends.
    fn claim(&mut self, places: &[Option<Place>], after: &[u8]) -> Option<Place> {
        let first = places.iter().flatten().next()?;
        let last = places.iter().flatten().next_back()?;
        for (place, byte) in places.iter().zip(after) {
            if let Some((row, at)) = place {
                self.lines[*row].after[*at] = *byte;
            }
        }
        for row in first.0..=last.0 {
            // A line of the log may stand between the parts of a broken one, and something in front of each.
            let mut own = places.iter().flatten().filter(|place| place.0 == row);
            let Some(start) = own.next() else {
                continue;
            };
            let end = own.next_back().unwrap_or(start);
            self.lines[row].claimed[start.1..=end.1].fill(true);
        }
        Some((last.0, last.1 + 1))
    }

    /// Reads until a line is held; false where the log ends before it.
    fn has(&mut self, row: usize) -> io::Result<bool> {
        while self.lines.len() <= row {
            let mut before = Vec::new();
            let mut limited = io::Read::take(&mut self.text, LONGEST_LINE as u64);
            if limited.read_until(b'\n', &mut before)? == 0 {
                return Ok(false);
            }
            self.lines.push_back(Line {
                after: before.clone(),
                claimed: vec![false; before.len()],
                before,
            });
        }
        Ok(true)
    }
}

impl Line {
    /// With what is no message replaced as well.
    fn written(mut self, mask: &mut Mask, seconds: &Seconds, keep: bool) -> Vec<u8> {
        let mut at = 0;
        while at < self.claimed.len() {
            let is_claimed = self.claimed[at];
            let length = self.claimed[at..]
                .iter()
                .take_while(|one| **one == is_claimed)
                .count();
            if !is_claimed {
                mask.prose(&mut self.after[at..at + length], seconds, keep);
            }
            at += length;
        }
        self.after
    }
}

/// Whether a line of a message is broken here: the line of the log is at its end, or only a mark of the logger is behind.
fn is_broken(behind: &[u8], matched: usize) -> bool {
    let behind = without_end(behind);
    matched > 0 && (behind.is_empty() || behind.starts_with(b" [Time:"))
}

/// Without white space at the end, to which a vertical tab belongs.
fn without_end(line: &[u8]) -> &[u8] {
    let is_of = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'\x0b';
    let end = line.iter().rposition(|byte| !is_of(byte));
    &line[..end.map_or(0, |end| end + 1)]
}

/// How long the sign is that stands for a byte, in JSON, XML, or the syslog protocol.
fn other_spelling(written: &[u8], wanted: u8) -> Option<usize> {
    let spellings: &[&[u8]] = match wanted {
        b'\t' => &[b"\\t", b"#011", b"\\u0009"],
        b'<' => &[b"&lt;", b"\\u003c", b"\\u003C"],
        b'>' => &[b"&gt;", b"\\u003e", b"\\u003E"],
        b'&' => &[b"&amp;", b"\\u0026"],
        b'"' => &[b"&quot;", b"\\u0022"],
        b'\'' => &[b"&apos;", b"\\u0027"],
        _ => &[],
    };
    let spelling = spellings
        .iter()
        .find(|spelling| written.starts_with(spelling));
    spelling.map(|spelling| spelling.len())
}
