//! Entries that have their message in the line which announces it, with escapes for line ends. Where the message was cut, the next
//! entry is right behind it in the same line. What looks like an entry is one only if a message begins in it, and the one
//! around does not hold it, as long as that says that it is.

use std::ops::Range;

use super::audiocodes::AudioCodes;
use super::cut::is_of_message;
use super::margin::Margin;
use super::opensips::OpenSips;
use super::restore::one_message;
use super::ribbon::Ribbon;
use super::{Kept, Line, Noted, escapes};
use crate::sip::begins_message;

/// A longer line is not looked into.
const LONGEST: usize = 64 << 10;
/// No more of an entry stands in front of its announcement.
const LONGEST_FRONT: usize = 512;
/// A start line is no longer.
const LONGEST_START: usize = 8 << 10;

/// Such entries of a format.
pub(super) trait OneLine {
    /// Where the words stand that announce a message, which begins behind them, the first of a text.
    fn announcement(&self, text: &[u8]) -> Option<Range<usize>>;

    /// The message that a text behind such words has.
    fn message(&self, text: &[u8]) -> Vec<u8>;
}

/// Whether one of the formats that have such entries announces a message in a line.
pub(super) fn announces(text: &[u8]) -> bool {
    OpenSips.announcement(text).is_some()
        || Ribbon::default().announcement(text).is_some()
        || AudioCodes::default().announcement(text).is_some()
}

/// The entries of a line, where it has several: all but the last were cut.
pub(super) fn entries(line: Line<'_>, of: &impl OneLine) -> Option<Vec<Kept>> {
    if line.continues || line.text().len() > LONGEST {
        return None;
    }
    let mut rest = line.kept();
    let mut entries = Vec::new();
    while let Some(at) = next(rest.line().text(), of) {
        let (mut entry, behind) = rest.split(at);
        entry.noted = Noted::Cut;
        entries.push(entry);
        rest = behind;
    }
    if entries.is_empty() {
        return None;
    }
    entries.push(rest);
    Some(entries)
}

/// Where an entry begins in a line of a message, which has its line ends, by what stood in front of the one before.
pub(super) fn inside(text: &[u8], front: &Margin, of: &impl OneLine) -> Option<usize> {
    let announcement = of.announcement(text)?;
    let at = begin(text, announcement.start, front)?;
    (at > 0 && is_of_message(&text[..at])).then_some(at)
}

/// Where the second entry of a line begins.
fn next(text: &[u8], of: &impl OneLine) -> Option<usize> {
    let first = of.announcement(text)?;
    let front = Margin::of(&text[..first.start]);
    let message = &text[first.end..];
    let mut behind = 0;
    loop {
        let next = of.announcement(&message[behind..])?;
        let (start, end) = (behind + next.start, behind + next.end);
        if begins(&message[end..])
            && let Some(at) = begin(message, start, &front)
            && !holds(message, at, of)
        {
            return Some(first.end + at);
        }
        behind = end;
    }
}

fn begin(text: &[u8], announcement: usize, front: &Margin) -> Option<usize> {
    let near = announcement.saturating_sub(LONGEST_FRONT);
    Some(near + front.start_in(&text[near..announcement])?)
}

/// Whether a message begins right behind an announcement. Behind a blank line it is one of a body.
fn begins(text: &[u8]) -> bool {
    let text = text[..text.len().min(LONGEST_START)].trim_ascii_start();
    begins_message(&escapes::undone(&text[escapes::line_end(text)..]))
}

/// Whether a text may be one message that is not at its end here, but in its body. What that quotes may have had the escapes
/// itself: they are one byte of it each, or as many as they are here.
fn holds(text: &[u8], here: usize, of: &impl OneLine) -> bool {
    let (found, _) = one_message(&of.message(&text[..here]), None);
    let begun = found
        .first()
        .filter(|begun| begun.glance.ended && !begun.whole);
    let Some((begun, length)) = begun.and_then(|begun| Some((begun, begun.glance.content_length?)))
    else {
        return false;
    };
    let ends = |text: &[u8]| memchr::memchr_iter(b'\n', text).count();
    let body = &begun.bytes[begun.glance.body as usize..];
    let rest = of.message(&text[here..]);
    let rest = rest.trim_ascii_end();
    let carriages = memchr::memchr_iter(b'\r', rest).count();
    let least = body.len() - ends(body) + rest.len() - carriages;
    let most = text.len().saturating_sub(begun.glance.body as usize);
    (least as u64..=most as u64).contains(&length)
}
