//! The lines of messages, each kept once.

use std::collections::HashMap;

use crate::base::escape;

/// All lines so far.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) all: Vec<String>,
    known: HashMap<String, usize>,
}

impl Lines {
    /// The lines of a message, as numbers.
    pub(super) fn of(&mut self, bytes: &[u8]) -> Vec<usize> {
        let text = escape::lines(bytes);
        text.lines().map(|line| self.number(line)).collect()
    }

    fn number(&mut self, line: &str) -> usize {
        if let Some(known) = self.known.get(line) {
            return *known;
        }
        let number = self.all.len();
        self.all.push(line.to_owned());
        self.known.insert(line.to_owned(), number);
        number
    }
}
