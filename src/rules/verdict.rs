//! What a rule says of a subject.

use super::finding::Line;
use super::rule::Severity;
use super::scene::{DocumentFlow, DocumentRemark, Seen};
use crate::base::Span;
use crate::sip::{Name, Text};
use crate::trace::MessageId;

/// What a rule says of one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is as it has to be.
    Pass,
    /// It is not, and the trace proves it.
    Fail,
    /// The rule says nothing of such a subject.
    NotApplicable,
    /// The trace does not show enough.
    NotProvable,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Pass,
        Self::Fail,
        Self::NotApplicable,
        Self::NotProvable,
    ];

    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not_applicable",
            Self::NotProvable => "not_provable",
        }
    }
}

/// A part of a message that proves something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    pub(super) message: MessageId,
    pub(super) span: Span,
}

/// What is wrong, and where.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// The messages and their parts that prove it, the one to blame first.
    pub(super) places: Vec<At>,
    /// Lines of a document that prove it.
    pub(super) lines: Vec<Line>,
    /// How bad it is at most, where that is less than the rule says.
    pub(super) at_most: Severity,
    pub(super) expected: String,
    pub(super) got: String,
    /// The bytes at the first place: the same fault elsewhere in the journey follows from this one.
    pub(super) bytes: Vec<u8>,
    /// Header fields of the first message whose values are not known.
    left_out: Vec<Name>,
    /// Whether the header section of one of the messages, or the body that a place is in, was not captured to its end.
    breaks_off: bool,
    /// Whether the value that a place is in is not known.
    unknown: bool,
}

/// Only so much of a value is shown.
const MOST_SHOWN: usize = 200;

impl Fault {
    /// This part of a message.
    pub(super) fn at(seen: &Seen<'_>, text: Text<'_>) -> Self {
        Self {
            places: vec![At {
                message: seen.message.id(),
                span: text.span(),
            }],
            lines: Vec::new(),
            at_most: Severity::Error,
            expected: String::new(),
            got: shown(text.bytes()),
            bytes: text.bytes().to_vec(),
            left_out: seen.left_out().map(|field| field.known).collect(),
            breaks_off: seen.breaks_off_around(text.span()),
            unknown: seen.leaves_out_around(text.span()),
        }
    }

    /// This line of a document.
    pub(super) fn written(flow: &DocumentFlow, remark: &DocumentRemark) -> Self {
        Self {
            places: Vec::new(),
            lines: vec![Line {
                input: flow.input,
                line: remark.line,
            }],
            at_most: Severity::Error,
            expected: String::new(),
            got: shown(remark.text.as_bytes()),
            bytes: remark.text.clone().into_bytes(),
            left_out: Vec::new(),
            breaks_off: false,
            unknown: false,
        }
    }

    /// Whatever stood behind what was captured of the messages, it is wrong.
    pub(super) fn whatever_follows(mut self) -> Self {
        self.breaks_off = false;
        self
    }

    /// Less bad than the rule says: a legal explanation cannot be excluded, or it is only advised.
    pub(super) fn at_most(mut self, severity: Severity) -> Self {
        self.at_most = severity;
        self
    }

    /// The message as a whole, of which something is missing: shown at its first line.
    pub(super) fn missing(seen: &Seen<'_>) -> Self {
        let mut fault = Self::at(seen, seen.sip.first_line_text());
        "nothing".clone_into(&mut fault.got);
        fault.bytes.clear();
        fault
    }

    /// What is missing is this header field.
    pub(super) fn about(mut self, name: Name) -> Self {
        self.unknown |= self.left_out.contains(&name);
        self.got = format!("no {}", name.spelling());
        self.bytes = self.got.clone().into_bytes();
        self
    }

    /// What should be there.
    pub(super) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    /// What is there, where it is not the text at the place.
    pub(super) fn got(mut self, got: impl Into<String>) -> Self {
        self.got = got.into();
        self
    }

    /// This part of another message proves it, too.
    pub(super) fn with(mut self, seen: &Seen<'_>, text: Text<'_>) -> Self {
        self.places.push(At {
            message: seen.message.id(),
            span: text.span(),
        });
        self.breaks_off |= seen.breaks_off_around(text.span());
        self.unknown |= seen.leaves_out_around(text.span());
        self
    }
}

/// The text of a value, not too much of it.
pub(super) fn shown(bytes: &[u8]) -> String {
    match bytes.len() > MOST_SHOWN {
        true => format!("{}...", String::from_utf8_lossy(&bytes[..MOST_SHOWN])),
        false => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Takes what a rule says. A subject about which it says nothing is not applicable.
#[derive(Debug, Default)]
pub struct Verdicts {
    pub(super) passed: u32,
    pub(super) not_provable: u32,
    pub(super) faults: Vec<Fault>,
}

impl Verdicts {
    pub(super) fn pass(&mut self) {
        self.passed += 1;
    }

    pub(super) fn not_provable(&mut self) {
        self.not_provable += 1;
    }

    /// Makes it ready for the next subject.
    pub(super) fn clear(&mut self) {
        (self.passed, self.not_provable) = (0, 0);
        self.faults.clear();
    }

    /// Fails. Where a message breaks off, or leaves out a value, nothing is proved that does not hold whatever it is: what seems to be
    /// missing may stand there, and so may another value of a list.
    pub(super) fn fail(&mut self, fault: Fault) {
        match fault.breaks_off || fault.unknown {
            true => self.not_provable(),
            false => self.faults.push(fault),
        }
    }

    /// Passes, or fails with this fault.
    pub(super) fn check(&mut self, holds: bool, fault: impl FnOnce() -> Fault) {
        match holds {
            true => self.pass(),
            false => self.fail(fault()),
        }
    }

    /// Of all that was said of one subject the worst counts.
    pub(super) fn verdict(&self) -> Verdict {
        match self {
            _ if !self.faults.is_empty() => Verdict::Fail,
            _ if self.not_provable > 0 => Verdict::NotProvable,
            _ if self.passed > 0 => Verdict::Pass,
            _ => Verdict::NotApplicable,
        }
    }
}
