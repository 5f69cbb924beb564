//! A format that reads lines, some of them again: what looks like another entry may be of the body of the message that is open, if
//! that says that it is longer. Where it does not end as it says, the lines since then are read as what they look like.

use super::cut::{Cut, Verdict};
use super::{Format, Kept, Line, Log, Noted};

pub(super) struct Rereader {
    pub(super) format: Box<dyn Format>,
    pub(super) log: Log,
    doubted: Doubted,
    cut: Option<Cut>,
}

/// What becomes of a line.
pub(super) enum Look {
    /// It is to be read.
    Read,
    /// It is kept until it is plain what it is.
    Kept,
    /// These are to be read instead.
    Several(Vec<Kept>),
    /// The first is to be read, the others are to be looked at.
    Again(Kept, Vec<Kept>),
    /// The same, and the message ends behind the first.
    Cut(Kept, Vec<Kept>),
}

/// What was read since the doubtful line of the message that is open which is gone back to.
#[derive(Default)]
struct Doubted {
    /// What the format was behind that line, which is what it was in front.
    format: Option<Box<dyn Format>>,
    lines: Vec<Kept>,
    held: usize,
}

impl Rereader {
    pub(super) fn new(format: Box<dyn Format>, log: Log) -> Self {
        Self {
            format,
            log,
            doubted: Doubted::default(),
            cut: None,
        }
    }

    /// Looks whether a message was cut in this line, or in one that is kept.
    pub(super) fn look(&mut self, line: Line<'_>) -> Look {
        let Some(mut cut) = self.cut.take() else {
            if let Some(entries) = self.format.entries_in(line) {
                return Look::Several(entries);
            }
            self.cut = Cut::of(line, &*self.format, &self.log);
            return match self.cut {
                Some(_) => Look::Kept,
                None => Look::Read,
            };
        };
        match cut.take(line) {
            Verdict::Open => {
                self.cut = Some(cut);
                Look::Kept
            }
            // The body may hold what looks like one, as the message says that as much of it is to come.
            Verdict::Entry if !(self.log.lacks(cut.length()) && self.log.doubts()) => {
                let (end, others) = cut.into_parts();
                Look::Cut(end, others)
            }
            _ => {
                let (first, others) = cut.into_lines();
                Look::Again(first, others)
            }
        }
    }

    /// The lines that are kept when there are no more: no message begins in them.
    pub(super) fn take_kept(&mut self) -> Option<(Kept, Vec<Kept>)> {
        self.cut.take().map(Cut::into_lines)
    }

    pub(super) fn line(&mut self, line: Line<'_>, longest: usize) {
        self.log.at(line.number);
        self.format.line(line, &mut self.log);
        if self.log.is_in_doubt() {
            self.doubted.held += line.raw.len();
            if self.doubted.held > longest {
                self.log.finish();
            }
        }
        if self.log.moves_doubt() {
            self.doubted = Doubted {
                format: Some(self.format.copied()),
                ..Doubted::default()
            };
        }
        if self.log.is_in_doubt() || self.log.reads_again() {
            self.doubted.lines.push(line.kept());
        } else if self.doubted.format.is_some() {
            self.doubted = Doubted::default();
        }
    }

    pub(super) fn end(&mut self) {
        self.format.end(&mut self.log);
        self.log.end();
    }

    /// The lines to read again, as the message that they were taken for the body of does not end where it says.
    pub(super) fn take_again(&mut self) -> Vec<Kept> {
        if !self.log.reads_again() {
            return Vec::new();
        }
        let noted = self.log.go_back();
        let Doubted { format, lines, .. } = std::mem::take(&mut self.doubted);
        if let Some(format) = format {
            self.format = format;
        }
        let again = |kept: Kept| Kept {
            again: kept.again.saturating_add(1),
            noted: match noted {
                Noted::Nothing => kept.noted,
                noted => noted,
            },
            ..kept
        };
        lines.into_iter().map(again).collect()
    }
}
