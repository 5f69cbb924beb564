//! Whether the header section of a message is at its end where no empty line shows it: some loggers leave those out, and what others
//! wrote behind a message without a body would go on it.
//!
//! What SIP knows by name is of the head, and so is what has a hyphen in its name, as private fields do; any other line may be an
//! entry of the log, once all that every message has is there and nothing promises a body. It was one if no empty line follows, and no
//! field either that SIP knows, before the message ends: the lines from there on are read again as what they look like.

use super::progress::Progress;
use super::{Kind, Open};
use crate::sip::Name;
use crate::source::log::restore::content_length;
use crate::source::log::words::{is_field, is_lettered_field, split_once};

/// RFC 3261 8.1.1: what every message has.
const OF_ALL: [Name; 5] = [Name::Via, Name::From, Name::To, Name::CallId, Name::CSeq];

/// What the header fields tell that have come.
#[derive(Clone, Copy, Default)]
pub(super) struct Fields {
    /// Which of those that every message has.
    of_all: [bool; OF_ALL.len()],
    length: Option<usize>,
    has_type: bool,
}

impl Fields {
    pub(super) fn follow(&mut self, line: &[u8]) {
        let name = name(line);
        match OF_ALL.iter().position(|one| *one == name) {
            Some(place) => self.of_all[place] = true,
            None if name == Name::ContentLength => self.length = content_length(line),
            None => self.has_type |= name == Name::ContentType,
        }
    }

    /// Whether no more need follow, and no body.
    fn may_be_all(&self) -> bool {
        let has_body = self.length.map_or(self.has_type, |length| length > 0);
        !has_body && self.of_all.iter().all(|has| *has)
    }
}

impl Open {
    /// Takes note of whether the next line may be none of the head.
    pub(super) fn look_for_lost_end(&mut self, line: &[u8]) {
        let may_be_lost =
            self.may_doubt && !self.is_closed && matches!(self.progress, Progress::Head);
        if !may_be_lost || line.is_empty() {
            return;
        }
        match &self.doubted {
            // A field that SIP does not know, or one that was garbled.
            Some(doubted)
                if name(line) != Name::Other
                    && (self.fields.length.is_none() || is_field(&self.text[doubted.text..])) =>
            {
                self.doubted = None;
            }
            None if self.fields.may_be_all() && may_be_entry(line) => {
                self.doubt(false, false);
            }
            _ => {}
        }
    }

    /// The mark behind the message is here: nothing in front of it is of anybody else.
    pub(super) fn settle_head(&mut self) {
        if self.is_doubted_in_head() {
            self.doubted = None;
        }
    }

    /// Whether lines that were taken for some of the head may be of others.
    pub(in crate::source::log::collect) fn is_doubted_in_head(&self) -> bool {
        self.is_doubted() && self.kind == Kind::Announced && matches!(self.progress, Progress::Head)
    }
}

fn name(line: &[u8]) -> Name {
    let colon = memchr::memchr(b':', line);
    colon.map_or(Name::Other, |colon| {
        Name::of(line[..colon].trim_ascii_end())
    })
}

/// Whether a line may be an entry of a log, which stands behind a header section.
fn may_be_entry(line: &[u8]) -> bool {
    let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
    let is_private = || {
        let field = Some(line).filter(|line| is_lettered_field(line));
        let field = field.and_then(|line| split_once(line, b":"));
        field.is_some_and(|(name, _)| name.contains(&b'-'))
    };
    !is_folded && name(line) == Name::Other && !is_private()
}
