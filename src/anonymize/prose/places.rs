//! Addresses in a text, which are replaced, and their ports and times, which stay.

use super::{Prose, Told, is_of_word};

const LONGEST_PORT: usize = 5;
/// `14-11@`.
const DAY: usize = 6;

impl Prose<'_> {
    pub(super) fn addresses(&mut self) {
        let mut at = 0;
        while at < self.text.len() {
            let is_inside = at > 0 && is_of_word(self.text[at - 1]);
            let length = match is_inside {
                true => None,
                false => self.address(at),
            };
            let Some(length) = length else {
                at += 1;
                continue;
            };
            let end = at + length;
            self.done[at..end].fill(true);
            at = end.max(self.port(end));
        }
    }

    fn address(&mut self, at: usize) -> Option<usize> {
        let may_begin = self.text[at].is_ascii_hexdigit() || self.text[at] == b':';
        if !may_begin {
            return None;
        }
        let text = &mut *self.text;
        let found = self.mask.known_at(text, at);
        found.or_else(|| self.mask.address_at(text, at))
    }

    /// The end of a port or of the length of a prefix behind an address, which stays.
    fn port(&mut self, at: usize) -> usize {
        let inside = usize::from(self.text[at..].starts_with(b"]"));
        let at = at + inside;
        if !matches!(self.text.get(at), Some(b':' | b'/')) {
            return at;
        }
        let digits = self.text[at + 1..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit());
        let end = at + 1 + digits.count();
        let goes_on = self.text.get(end).is_some_and(|byte| is_of_word(*byte));
        if goes_on || end > at + 1 + LONGEST_PORT {
            return at;
        }
        self.done[at..end].fill(true);
        end
    }

    /// Times, which the reader of the log finds; a part of something longer is none.
    pub(super) fn stamps(&mut self, told: &Told) {
        let mut at = 0;
        while at < self.text.len() {
            let begins = match &self.text[..at] {
                [.., before, b':'] => !before.is_ascii_digit(),
                [.., before] => !is_of_word(*before),
                [] => true,
            };
            let may_begin = self.text[at].is_ascii_digit() || self.text[at].is_ascii_uppercase();
            let stamp = match begins && may_begin && !self.done[at] {
                true => (told.stamp)(&self.text[at..]),
                false => None,
            };
            let Some(length) = stamp else {
                at += 1;
                continue;
            };
            let end = at + length;
            let goes_on = match self.text.get(end..) {
                Some([b':', next, ..]) => is_of_word(*next) || *next == b':',
                Some([next, ..]) => is_of_word(*next),
                _ => false,
            };
            if !goes_on {
                let day = self.day(at);
                self.done[day..end].fill(true);
            }
            at = end;
        }
    }

    /// Where the day begins that AudioCodes writes in front of a time: `14-11@22:13:20`.
    fn day(&self, time: usize) -> usize {
        let start = time.saturating_sub(DAY);
        let is_day = match &self.text[start..time] {
            [day @ .., b'@'] => {
                let mut numbers = day.split(|byte| *byte == b'-');
                day.len() == DAY - 1
                    && day[2] == b'-'
                    && numbers.all(|number| number.iter().all(u8::is_ascii_digit))
            }
            _ => false,
        };
        let begins = !self.text[..start]
            .last()
            .is_some_and(|byte| is_of_word(*byte));
        if is_day && begins { start } else { time }
    }
}
