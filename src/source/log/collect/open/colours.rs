//! Colours of lines in a body: bytes of the message, if it has its length with them.

use super::{Line, Open};
use crate::base::Spoiled;
use crate::source::log::restore::messages;

impl Open {
    /// Takes note of the colours of the line that comes next. They are bytes of the message if they are in its body, and it has its
    /// length with them.
    pub(in crate::source::log::collect) fn colour(
        &mut self,
        line: Line<'_>,
        length: usize,
    ) -> bool {
        let coloured = self.count_colours(line);
        let line = coloured.map(|bytes| (self.text.len(), length, bytes.to_vec()));
        self.coloured.extend(line);
        coloured.is_some()
    }

    /// The same where other bytes of the line are taken away too.
    pub(in crate::source::log::collect) fn count_colours<'a>(
        &mut self,
        line: Line<'a>,
    ) -> Option<&'a [u8]> {
        let coloured = line.coloured.filter(|_| self.is_in_body());
        let bytes = coloured.map_or(0, |coloured| coloured.len().saturating_sub(line.raw.len()));
        self.colours += bytes;
        coloured
    }

    /// Gives the body its colours back, if it has its length only with them.
    pub(in crate::source::log::collect) fn settle_colours(&mut self) {
        let lines = std::mem::take(&mut self.coloured);
        if lines.is_empty() {
            return;
        }
        let whole = |text: &[u8]| {
            let (found, _) = messages(text);
            let first = found.into_iter().next();
            first.filter(|first| first.whole && !first.spoiled.has(Spoiled::LENGTH))
        };
        let (mut coloured, mut done) = (Vec::with_capacity(2 * self.text.len()), 0);
        for (start, length, bytes) in lines {
            coloured.extend_from_slice(&self.text[done..start.max(done).min(self.text.len())]);
            coloured.extend_from_slice(&bytes);
            done = (start + length).min(self.text.len());
        }
        coloured.extend_from_slice(&self.text[done..]);
        match (whole(&self.text), whole(&coloured)) {
            (None, Some(_)) => self.text = coloured,
            // Nothing tells whether they are of the message.
            (Some(plain), Some(coloured)) if plain.bytes != coloured.bytes => {
                self.spoil(Spoiled::SPACES.and(Spoiled::LENGTH));
            }
            _ => self.spoil(Spoiled::SPACES),
        }
    }
}
