//! Numbers of telephones in a text, whatever stands between their digits.

use super::{Prose, is_of_word};

/// So many digits in several groups are the number of a telephone.
const SHORTEST_TELEPHONE: usize = 6;
/// Between two of its groups.
const MOST_SIGNS: usize = 2;

impl Prose<'_> {
    /// `(555) 867-5309`, `+49 89 1234567`: numbers of which only all groups together are one.
    pub(super) fn telephones(&mut self) {
        let mut at = 0;
        while at < self.text.len() {
            let begins = self.text[..at].last().is_none_or(|byte| !is_of_word(*byte));
            let end = match begins && !self.done[at] {
                true => self.telephone(at),
                false => None,
            };
            if let Some(end) = end {
                let digits = self.text[at..end].iter().copied();
                let digits: Vec<u8> = digits.filter(u8::is_ascii_digit).collect();
                if !self.keep || self.mask.is_known(&digits) {
                    self.mask.number(&mut self.text[at..end]);
                }
                self.done[at..end].fill(true);
            }
            at = end.unwrap_or(at + 1);
        }
    }

    /// Where a number that begins here ends.
    fn telephone(&self, start: usize) -> Option<usize> {
        let is_digit = |at: usize| {
            let byte = self.text.get(at).filter(|_| !self.done[at]);
            byte.is_some_and(u8::is_ascii_digit)
        };
        let is_international = self.text[start] == b'+';
        let inside = self.text[start..]
            .iter()
            .take(MOST_SIGNS)
            .take_while(|byte| b"+(".contains(byte));
        let mut at = start + inside.count();
        let (mut end, mut digits, mut groups) = (start, 0, 0);
        while is_digit(at) {
            let first = at;
            while is_digit(at) {
                at += 1;
            }
            if self
                .text
                .get(at)
                .is_some_and(|byte| is_of_word(*byte) || *byte == b'_')
            {
                break;
            }
            (end, digits, groups) = (at, digits + at - first, groups + 1);
            let signs = self.text[at..].iter().take(MOST_SIGNS);
            at += signs.take_while(|byte| b" -./()".contains(byte)).count();
        }
        let is_number =
            digits >= SHORTEST_TELEPHONE && groups > 1 || is_international && digits > 1;
        is_number.then_some(end)
    }
}
