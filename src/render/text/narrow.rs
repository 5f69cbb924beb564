//! Figures with columns so near to each other that nothing can be written between them. Each head has a line of its own, and from
//! there its lifeline goes on; texts go beyond what they belong to:
//!
//! ```text
//!     UE
//!     |   P-CSCF (proxy)
//!     |   |   S-CSCF
//!     |   |   |   AS
//!     |   |   |   |
//! 1   INVITE  |   |
//!     |-->|   |   |
//! 2   | INVITE    |
//!     |   |-->|   |
//! ```

use super::Pen;
use super::line::{Line, width};
use crate::report::ladder::{Column, Ladder};

impl Pen<'_> {
    /// The heads: above from left to right, and below the other way round.
    pub(super) fn staggered(&mut self, ladder: &Ladder, above: bool) {
        let count = ladder.columns.len();
        for place in 0..count {
            let number = match above {
                true => place,
                false => count - 1 - place,
            };
            let networks = ladder.frames.iter();
            let network = networks
                .filter(|frame| (frame.first..=frame.last).contains(&number))
                .map(|frame| frame.name.as_str());
            let text = match above {
                true => head(&ladder.columns[number], network),
                false => ladder.columns[number].label.clone(),
            };
            self.staggered_head(number, &text);
        }
    }

    fn staggered_head(&mut self, column: usize, text: &str) {
        let (begin, end) = (self.layout.front, self.layout.end);
        let text = self.signs.clean(text);
        let text = self.legend.shown(&text, end - begin, &self.signs);
        let at = self.layout.at[column];
        // Where it has no room behind its lifeline, it ends there.
        let start = match at + width(&text) <= end {
            true => at,
            false => (at + 1).saturating_sub(width(&text)).max(begin),
        };
        let mut line = Line::default();
        for x in &self.layout.at[..column] {
            line.put(*x, self.signs.bar.encode_utf8(&mut [0; 4]));
        }
        match start < at {
            true => line.put(start - 1, &format!(" {text}")),
            false => line.put(start, &text),
        }
        self.push(line);
    }

    /// A text with its middle there, or as near as it can; tells where it begins.
    pub(super) fn beyond(&self, line: &mut Line, middle: usize, text: &str) -> usize {
        let (begin, end) = (self.layout.front, self.layout.end);
        let text = format!(" {text} ");
        let start = middle.saturating_sub(width(&text) / 2);
        let start = start.min(end.saturating_sub(width(&text))).max(begin);
        line.put(start, &text);
        start
    }
}

/// `pcscf1.home1.net (P-CSCF, home1.net)`
fn head<'a>(column: &'a Column, network: impl Iterator<Item = &'a str>) -> String {
    let told = std::iter::once(column.detail.as_str()).chain(network);
    let told: Vec<_> = told.filter(|text| !text.is_empty()).collect();
    match told.is_empty() {
        true => column.label.clone(),
        false => format!("{} ({})", column.label, told.join(", ")),
    }
}
