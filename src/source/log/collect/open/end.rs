//! Whether a message is at its end in front of a line, where nothing marks that.

use super::progress::Progress;
use super::{Kept, Kind, Open};
use crate::base::Spoiled;
use crate::sip::begins_message;
use crate::source::log::quote;
use crate::source::log::restore::{Restored, blank, messages, one_message};
use crate::source::log::words::is_field;

impl Open {
    /// Whether nothing that is still to come has to be part of it.
    fn may_end(&self) -> bool {
        match self.progress {
            Progress::Head => self.leading.is_some(),
            Progress::Body { .. } => self.is_complete(),
        }
    }

    /// Whether it is at its end in front of these bytes, though nothing marked that.
    pub(in crate::source::log::collect) fn ends_before(
        &mut self,
        bytes: &[u8],
        longest: usize,
    ) -> bool {
        let begun = self.begun.take();
        if self.kind != Kind::Announced || self.leading.is_none() {
            return false;
        }
        let text = bytes.trim_ascii_end();
        self.look_for_lost_end(text);
        let is_next = || text.starts_with(b"```") || begins_message(bytes);
        if self.may_lack_blank() && begins_message(bytes) && self.doubts_blank(longest) {
            return false;
        }
        let is_over = self.is_complete() && !text.is_empty() && !self.is_closed;
        if is_over || self.may_end() && is_next() {
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

    /// The messages of its text, and where they end. What the log says of its length counts where the message says less, unless that is
    /// because another follows.
    pub(in crate::source::log::collect) fn messages(&self) -> (Vec<Restored>, usize) {
        if self.is_settled || self.ends_otherwise() {
            return one_message(&self.text, self.told);
        }
        let usual = messages(&self.text);
        let Some(told) = self.told else {
            return usual;
        };
        let as_long = |found: &[Restored]| found.len() > 1 || found[0].bytes.len() >= told;
        if is_all(&usual, &self.text) && as_long(&usual.0) {
            return usual;
        }
        let all = one_message(&self.text, self.told);
        match is_all(&all, &self.text) && !quote::holds_message(&self.text[usual.1..]) {
            true => all,
            false => usual,
        }
    }

    /// Whether what shows that there is more of it than this stands against nothing that the message says itself.
    pub(in crate::source::log::collect) fn lacks_rest_of(&self, message: &Restored) -> bool {
        let lost_its_blank = message.spoiled.has(Spoiled::SPACES);
        if message.glance.content_length.is_some() && !lost_its_blank {
            return false;
        }
        // Whoever copied it may have taken a carriage return and a blank out of each line, and left out the blank one.
        let line_ends = memchr::memchr_iter(b'\n', &self.text).count();
        let most = self.text.len() + 2 * line_ends + 2;
        let is_shorter = self.told.is_some_and(|told| told > most);
        let lost_its_mark = self.is_closed && self.told.is_none();
        self.lacks || lost_its_mark || is_shorter && !message.spoiled.has(Spoiled::MASKED)
    }

    /// The lines from the start line on that was taken for one of the body.
    pub(in crate::source::log::collect) fn take_begun(&mut self) -> Vec<Kept> {
        let Some(begun) = self.begun.take() else {
            return Vec::new();
        };
        let lines = self.lines_from(begun);
        self.text.truncate(begun);
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
}

/// Whether a text is read to its end, and nothing is doubtful of what was found.
pub(super) fn is_all((found, end): &(Vec<Restored>, usize), text: &[u8]) -> bool {
    let is_sure = |found: &Restored| found.whole && !found.spoiled.has(Spoiled::LENGTH);
    let rest = &text[*end..];
    !found.is_empty() && found.iter().all(is_sure) && blank(rest) == rest.len()
}
