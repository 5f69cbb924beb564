//! How far a message has come, by what it says of its length, by what the log says, or by a body whose blank line in front is lost.

use super::doubt::SHORTEST_ENTRY;
use super::{Kind, Line, Open};
use crate::sip::Glance;
use crate::source::log::restore::content_length;
use crate::source::log::words::is_about_messages;

/// How far a message has come, to know its end where the log does not mark it.
#[derive(Clone, Copy)]
pub(super) enum Progress {
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
pub(super) struct Behind {
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
    pub(super) fn follow(&mut self, line: std::ops::Range<usize>) {
        let start = line.start;
        let is_part = self.holds_messages && self.text[line.clone()].starts_with(b"--");
        if is_part && self.may_lack_blank() {
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
                let told = self.told.and_then(|told| told.checked_sub(head));
                if self.kind == Kind::Announced {
                    self.doubted = None;
                }
                self.progress = Progress::Body {
                    // Who wrote the log knows better how much came than what came: a message may say less than it has.
                    length: length.map(|length| told.map_or(length, |told| told.max(length))),
                    told,
                    raw: 0,
                    crlf: 0,
                    lf: 0,
                };
            }
            Progress::Head => {
                self.exact |= text.len() < raw.len();
                self.holds_messages |= is_about_messages(text);
                self.fields.follow(text);
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

    /// Whether a body is due: what is no header field may be its first line, and the blank one in front of it is lost.
    pub(super) fn may_lack_blank(&self) -> bool {
        let behind = self.behind_length.as_ref();
        let is_due = behind.is_some_and(|behind| behind.length > 0 && behind.crlf == 0);
        matches!(self.progress, Progress::Head) && is_due
    }

    /// Whether a body in which messages may stand is due behind the header section.
    pub(in crate::source::log::collect) fn is_due_body_of_messages(&self) -> bool {
        let says_none = self.behind_length.is_some_and(|behind| behind.length == 0);
        matches!(self.progress, Progress::Head) && self.holds_messages && !says_none
    }

    pub(super) fn begin_body_without_blank(&mut self) {
        self.progress = Progress::Body {
            length: self.behind_length.map(|behind| behind.length),
            told: None,
            raw: 0,
            crlf: 0,
            lf: 0,
        };
    }

    pub(in crate::source::log::collect) fn is_complete(&self) -> bool {
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
    pub(super) fn lengths(&self) -> (usize, usize) {
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

    /// How many bytes of the body are still to come at most.
    pub(in crate::source::log::collect) fn lacking(&self) -> usize {
        let Progress::Body {
            length: Some(length),
            ..
        } = self.progress
        else {
            return 0;
        };
        length.saturating_sub(self.lengths().0)
    }

    /// Whether it can be at its end by what else tells its length than Content-Length where that is looked for: what the log says, or
    /// a body without a blank line in front.
    pub(in crate::source::log::collect) fn ends_otherwise(&self) -> bool {
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

    pub(in crate::source::log::collect) fn is_in_body(&self) -> bool {
        matches!(self.progress, Progress::Body { .. })
    }

    /// Whether the header section has ended, and nothing has come behind it.
    pub(in crate::source::log::collect) fn begins_body(&self) -> bool {
        matches!(self.progress, Progress::Body { raw: 0, .. })
    }

    /// Whether the end of the body is not known.
    pub(in crate::source::log::collect) fn has_no_length(&self) -> bool {
        matches!(self.progress, Progress::Body { length: None, .. })
    }

    /// Takes note of the line end that the next line came with, as it is put down without.
    pub(in crate::source::log::collect) fn count_carriage(&mut self, line: Line<'_>) {
        let has_one = line.raw.ends_with(b"\r\n");
        match self.is_in_body() {
            true => self.carriages += usize::from(has_one),
            false => self.keeps_ends |= has_one && !self.is_announced_so,
        }
    }
}
