//! A log whose messages are replaced where they stand in its lines. Each line of a message is searched for in the lines of the log, which
//! may have more around it, and may write some of its signs in another way.

use std::collections::VecDeque;
use std::io::{self, BufRead, Write};

use super::mask::Mask;
use super::prose::Told;
use super::spelled::{Sign, Spelling, sign};

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
    told: Told,
    keep: bool,
}

struct Line {
    before: Vec<u8>,
    after: Vec<u8>,
    claimed: Vec<bool>,
}

/// A line that is held, from 0, and a byte of it.
type Place = (usize, usize);

/// Where a byte of a message stands, or a sign of several.
#[derive(Clone, Copy)]
struct Spot {
    place: Place,
    sign: Sign,
}

impl<R: BufRead> Log<R> {
    pub(super) fn new(text: R, told: Told, keep: bool) -> Self {
        Self {
            text,
            first: 1,
            lines: VecDeque::new(),
            told,
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
                Some(spots) => place = self.claim(&spots, after).unwrap_or(place),
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Writes all lines in front of one.
    pub(super) fn write_before(
        &mut self,
        begin: u64,
        mask: &mut Mask,
        out: &mut impl Write,
    ) -> io::Result<()> {
        while self.first < begin {
            if !self.has(0)? {
                return Ok(());
            }
            let Some(held) = self.lines.pop_front() else {
                return Ok(());
            };
            self.first += 1;
            let mut next = self.lines.iter().take(NEAR);
            let is_in_front = self.first == begin || next.any(|line| line.claimed.contains(&true));
            out.write_all(&held.written(mask, &self.told, is_in_front, self.keep))?;
        }
        Ok(())
    }

    /// Where each sign of a line of a message stands, if it does: from a place on.
    fn find(&mut self, from: Place, text: &[u8]) -> io::Result<Option<Vec<Spot>>> {
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

    fn find_in(&self, row: usize, start: usize, text: &[u8]) -> Option<Vec<Spot>> {
        let line = &self.lines[row];
        let rest = line.before.get(start..)?;
        if let Some(at) = memchr::memmem::find(rest, text) {
            let places = (start + at..).map(|at| (row, at));
            let spots = places.zip(text).map(|(place, byte)| Spot {
                place,
                sign: Sign::itself(*byte),
            });
            return Some(spots.collect());
        }
        let begins = |at: usize| {
            let is_spelled = b"\\&#".contains(&rest[at]);
            rest[at] == text[0]
                || is_spelled && text.starts_with(sign(&rest[at..], Spelling::Json).plain())
        };
        let starts = (0..rest.len()).filter(|at| begins(*at));
        let starts = starts.map(|at| start + at).take(MOST_TRIED);
        let mut ways = starts.flat_map(|at| [false, true].map(|escaped| (at, escaped)));
        ways.find_map(|(at, escaped)| self.matched((row, at), text, escaped))
    }

    /// The same where signs are written in another way, all or only those that are not what they look like; or where a line goes on in
    /// the next.
    fn matched(&self, (mut row, mut at): Place, text: &[u8], escaped: bool) -> Option<Vec<Spot>> {
        let mut spots = Vec::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let line = self.lines.get(row)?.before.as_slice();
            let written = line.get(at..).unwrap_or_default();
            if written.first() != Some(&rest[0]) && is_broken(written, text.len() - rest.len()) {
                (row, at) = self.rest_behind(row, rest)?;
                continue;
            }
            let itself = Sign::itself(*written.first()?);
            let other = sign(written, Spelling::Json);
            let is_percent = written[0] == b'%';
            let both = match escaped && !is_percent {
                true => [other, itself],
                false => [itself, other],
            };
            let fit = both
                .into_iter()
                .find(|sign| rest.starts_with(sign.plain()))?;
            spots.push(Spot {
                place: (row, at),
                sign: fit,
            });
            at += fit.written;
            rest = &rest[fit.plain().len()..];
        }
        Some(spots)
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
    fn claim(&mut self, spots: &[Spot], after: &[u8]) -> Option<Place> {
        let mut rest = after;
        for Spot {
            place: (row, at),
            sign,
        } in spots
        {
            let (own, others) = rest.split_at_checked(sign.plain().len())?;
            rest = others;
            sign.write(&mut self.lines[*row].after[*at..*at + sign.written], own);
        }
        // A line of the log may stand between the parts of a broken one, and something in front of each.
        let end = |spot: &Spot| (spot.place.0, spot.place.1 + spot.sign.written);
        for part in spots.chunk_by(|one, next| one.place.0 == next.place.0) {
            let (first, last) = (part.first()?, part.last()?);
            self.lines[first.place.0].claimed[first.place.1..end(last).1].fill(true);
        }
        spots.last().map(end)
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
    fn written(mut self, mask: &mut Mask, told: &Told, is_in_front: bool, keep: bool) -> Vec<u8> {
        let mut at = 0;
        while at < self.claimed.len() {
            let is_claimed = self.claimed[at];
            let length = self.claimed[at..]
                .iter()
                .take_while(|one| **one == is_claimed)
                .count();
            if !is_claimed {
                mask.prose(&mut self.after[at..at + length], told, is_in_front, keep);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anonymize::key::Key;

    #[test]
    fn how_long_parts_are_stays_in_front_of_them() {
        let text = "195\n===\n193\nOPTIONS sip:bob@a.example SIP/2.0\nRoute: <sip:a.example>\n194\n\nTo: <sip:bob@a.example>\n196\n";
        let before = "OPTIONS sip:bob@a.example SIP/2.0\r\nRoute: <sip:a.example>\r\nTo: <sip:bob@a.example>\r\n";
        let after = before.replace("bob", "zed");
        let mut log = Log::new(text.as_bytes(), Told::nothing(), false);
        let mut mask = Mask::new(Key::new(b"secret"), false, false);
        let mut out = Vec::new();
        log.write_before(4, &mut mask, &mut out).unwrap();
        assert!(log.message(4, before.as_bytes(), after.as_bytes()).unwrap());
        log.write_before(u64::MAX, &mut mask, &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        for kept in ["\n193\nOPTIONS sip:zed@", "\n194\n\nTo: <sip:zed@"] {
            assert!(written.contains(kept), "{written}");
        }
        for number in ["195", "196"] {
            assert!(!written.contains(number), "{written}");
        }
    }

    #[test]
    fn letters_that_json_spells_are_written_so_again() {
        let text = "{\"m\":\"From: \\\"\\u674e\\u660e\\\" <sip:a\\/b>\\r\\n\"}\n";
        let (before, after) = (
            "From: \"\u{674e}\u{660e}\" <sip:a/b>\r\n",
            "From: \"\u{5f20}\u{4f1f}\" <sip:z/b>\r\n",
        );
        let mut log = Log::new(text.as_bytes(), Told::nothing(), false);
        let mut out = Vec::new();
        assert!(log.message(1, before.as_bytes(), after.as_bytes()).unwrap());
        let mut mask = Mask::new(Key::new(b"secret"), false, false);
        log.write_before(u64::MAX, &mut mask, &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert_eq!(
            written,
            text.replace("674e", "5f20")
                .replace("660e", "4f1f")
                .replace("sip:a", "sip:z")
        );
    }
}
