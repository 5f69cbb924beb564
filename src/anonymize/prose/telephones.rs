//! Numbers of telephones around the messages of a log.

use super::Prose;
use crate::anonymize::mask::is_of_word;
use crate::anonymize::telephone;

/// Which of them are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Telephones {
    /// Those that messages have, however they are spelled here.
    Known,
    All,
}

impl Prose<'_> {
    /// Replaces numbers of which only all groups together are one.
    pub(super) fn telephones(&mut self, which: Telephones) {
        let mut at = 0;
        while at < self.text.len() {
            let begins = self.text[..at].last().is_none_or(|byte| !is_of_word(*byte));
            let open = self.done[at..].iter().take(telephone::LONGEST);
            let open = open.take_while(|done| !**done).count();
            let found = telephone::length(&self.text[at..at + open]).filter(|_| begins);
            let Some(length) = found else {
                at += 1;
                continue;
            };
            let number = at..at + length;
            let digits = self.text[number.clone()].iter().copied();
            let digits: Vec<u8> = digits.filter(u8::is_ascii_digit).collect();
            let is_known = self.mask.is_known(&digits);
            if is_known || which == Telephones::All && !self.keep {
                self.mask.number(&mut self.text[number.clone()]);
            }
            if is_known || which == Telephones::All {
                self.done[number.clone()].fill(true);
            }
            at = number.end;
        }
    }
}
