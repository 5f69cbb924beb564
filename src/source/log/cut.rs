//! A message that was cut in the middle of a line, as by a full disk or a crash, with the next entry right behind it. Whoever sends
//! a message may write what looks like one in a header field: it is one only if a message begins below, as that entry would have
//! it. The format says where an entry may begin in a line; the rest is tried here.

use super::words::is_lettered_field;
use super::{Clock, Format, Kept, Line, Log, TextOptions, stamp};
use crate::sip::begins_message;

/// A longer line is not looked into.
const LONGEST: usize = 4096;
/// The first line of a message stands no further below the first of its entry.
const MOST_LINES: usize = 16;

/// A line of a message in which an entry may begin, and those below it.
pub(super) struct Cut {
    line: Kept,
    at: usize,
    below: Vec<Kept>,
    /// What reads the entry, to see whether it is one.
    format: Box<dyn Format>,
    log: Log,
    /// A body of messages is due in front of which a blank line stands: that is no line of the entry.
    body_is_due: bool,
}

/// Whether an entry begins in the line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// That is not known yet.
    Open,
    Entry,
    None,
}

impl Cut {
    /// Where this line of the message that is open may be two.
    pub(super) fn of(line: Line<'_>, format: &dyn Format, log: &Log) -> Option<Self> {
        let text = line.text();
        if line.continues || text.len() > LONGEST || !log.may_be_cut() {
            return None;
        }
        let at = format.entry_inside(text)?;
        let mut cut = Self {
            line: line.kept(),
            at,
            below: Vec::new(),
            format: format.copied(),
            log: Log::new(Clock::new(&TextOptions::default())),
            body_is_due: log.is_due_body_of_messages(),
        };
        let entry = line.kept().split(at).1;
        (cut.read(entry.line()) == Verdict::Open).then_some(cut)
    }

    /// Takes the next line.
    pub(super) fn take(&mut self, line: Line<'_>) -> Verdict {
        self.below.push(line.kept());
        if self.below.len() > MOST_LINES || self.body_is_due && line.text().trim_ascii().is_empty()
        {
            return Verdict::None;
        }
        self.read(line)
    }

    fn read(&mut self, line: Line<'_>) -> Verdict {
        self.format.line(line, &mut self.log);
        if !self.log.take_left().is_empty() {
            return Verdict::None;
        }
        match self.log.first_line().map(begins_message) {
            Some(true) => Verdict::Entry,
            Some(false) => Verdict::None,
            None => Verdict::Open,
        }
    }

    /// How long the lines are at least.
    pub(super) fn length(&self) -> usize {
        let lines = std::iter::once(&self.line).chain(&self.below);
        lines.map(|kept| kept.line().text().len() + 1).sum()
    }

    /// The lines, the first of which is the one that it is about.
    pub(super) fn into_lines(self) -> (Kept, Vec<Kept>) {
        (self.line, self.below)
    }

    /// The same with the line taken for two.
    pub(super) fn into_parts(mut self) -> (Kept, Vec<Kept>) {
        let (end, entry) = self.line.split(self.at);
        self.below.insert(0, entry);
        (end, self.below)
    }
}

/// Where an entry begins in a line which has this sign: with a stamp, or with one of these words.
pub(super) fn inside(
    text: &[u8],
    sign: &[u8],
    words: &[&[u8]],
    mut begins: impl FnMut(&[u8]) -> bool,
) -> Option<usize> {
    memchr::memmem::find(text, sign)?;
    let at = beginnings(text, words).find(|at| begins(&text[*at..]))?;
    (at > 0 && is_of_message(&text[..at])).then_some(at)
}

/// Whether this may be of a message that was cut behind it: else it stands in front of the entry.
pub(super) fn is_of_message(front: &[u8]) -> bool {
    is_lettered_field(front) || stamp::find(front).is_none()
}

/// Where a text has a stamp, or one of these words.
pub(super) fn beginnings(text: &[u8], words: &[&[u8]]) -> impl Iterator<Item = usize> {
    let end_of = |at: usize| Some(at + stamp::read(&text[at..])?.1);
    // What was cut may end like the beginning of a stamp: `192.0.2.1:` in front of `22:13:20`.
    let runs_on = move |at: usize, end: usize| (at + 1..end).any(|at| end_of(at) > Some(end));
    let mut stamped = 0;
    (0..text.len()).filter(move |at| {
        let behind = &text[*at..];
        // The end of a stamp is one too, mostly.
        let is_stamp = end_of(*at)
            .is_some_and(|end| end > std::mem::replace(&mut stamped, end) && !runs_on(*at, end));
        is_stamp || words.iter().any(|word| behind.starts_with(word))
    })
}
