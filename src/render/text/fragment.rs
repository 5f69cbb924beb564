//! Frames around rows, as UML draws combined fragments: `+-- opt ------+`, with when that happens below.

use super::Pen;
use super::line::{self, Line};
use crate::report::ladder::Edge;

impl Pen<'_> {
    pub(super) fn edge(&mut self, edge: &Edge) {
        let [upper_left, upper_right, lower_left, lower_right] = self.signs.corners;
        let [left, right] = self.signs.sides;
        match edge {
            Edge::Begin { kind, when } => {
                self.across(self.depth, [upper_left, upper_right], kind.word());
                self.depth += 1;
                self.guard(when);
            }
            Edge::Or { when } => {
                self.across(self.depth.saturating_sub(1), [left, right], "");
                self.guard(when);
            }
            Edge::End => {
                self.depth = self.depth.saturating_sub(1);
                self.across(self.depth, [lower_left, lower_right], "");
            }
        }
    }

    /// An edge with a word in it; the frames around it go on.
    fn across(&mut self, depth: usize, [left, right]: [char; 2], word: &str) {
        let (start, end) = self.layout.fragment(depth);
        let mut line = Line::default();
        line.rule(start, end, self.signs.across);
        line.put(start, left.encode_utf8(&mut [0; 4]));
        line.put(end, right.encode_utf8(&mut [0; 4]));
        if !word.is_empty() {
            line.put(start + 2, &format!(" {word} "));
        }
        let depth = std::mem::replace(&mut self.depth, depth);
        self.push(line);
        self.depth = depth;
    }

    /// `[The caller hangs up]`
    fn guard(&mut self, when: &str) {
        let (start, end) = self.layout.fragment(self.depth.saturating_sub(1));
        let text = format!("[{}]", self.signs.clean(when));
        for part in line::wrapped(&text, (end - start).saturating_sub(3)) {
            let mut line = self.bare();
            line.put(start + 1, &format!(" {part} "));
            self.push(line);
        }
    }

    /// The sides of the frames that are open.
    pub(super) fn sides(&self, line: &mut Line) {
        let upright = self.signs.upright.to_string();
        for depth in 0..self.depth {
            let (left, right) = self.layout.fragment(depth);
            line.put(left, &upright);
            line.put(right, &upright);
        }
    }
}
