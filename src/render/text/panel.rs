//! Boxes, media, and lines that stand for what is not drawn.

use super::line::{self, Line};
use super::{Pen, line::width};
use crate::report::ladder::{Panel, PanelKind};

impl Pen<'_> {
    pub(super) fn panel(&mut self, panel: &Panel) {
        let text = self.signs.clean(&panel.text);
        match panel.kind {
            PanelKind::Media if panel.first < panel.last => self.media(panel, &text),
            PanelKind::Action | PanelKind::Hold | PanelKind::Media => self.boxed(panel, &text),
            PanelKind::Gap | PanelKind::Fold => self.pause(panel, &text),
        }
    }

    /// A box over its columns; that of one column stands between its neighbours where it can.
    fn boxed(&mut self, panel: &Panel, text: &str) {
        let at = &self.layout.at;
        let (first, last) = (at[panel.first], at[panel.last]);
        let is_narrow = self.layout.is_narrow;
        let (low, high) = match panel.first == panel.last {
            _ if is_narrow => (self.layout.front, self.layout.end),
            true => (
                panel
                    .first
                    .checked_sub(1)
                    .map_or(self.layout.front, |left| at[left] + 2),
                at.get(panel.last + 1)
                    .map_or(self.layout.end, |right| right - 1),
            ),
            false => (first.saturating_sub(2), (last + 3).min(self.layout.end)),
        };
        let parts = line::wrapped(text, high.saturating_sub(low + 4));
        let widest = parts
            .iter()
            .map(|part| width(part))
            .max()
            .unwrap_or_default();
        let (start, outer) = match panel.first == panel.last || is_narrow {
            true => {
                let outer = (widest + 4).max(last - first + 4);
                let most = high.saturating_sub(outer).max(low);
                let middle = (first + last) / 2;
                (middle.saturating_sub(outer / 2).clamp(low, most), outer)
            }
            false => (low, (high - low).max(widest + 4)),
        };
        let start = start.min(self.layout.end.saturating_sub(outer));
        let end = start + outer - 1;
        let [upper_left, upper_right, lower_left, lower_right] = self.signs.corners;
        let edge = |left: char, right: char, mut line: Line| {
            line.rule(start, end, self.signs.across);
            line.put(start, left.encode_utf8(&mut [0; 4]));
            line.put(end, right.encode_utf8(&mut [0; 4]));
            line
        };
        let upper = edge(upper_left, upper_right, self.bare());
        let lower = edge(lower_left, lower_right, self.bare());
        self.push(upper);
        for (number, part) in parts.iter().enumerate() {
            let mut line = self.bare();
            if number == 0 {
                line.put(0, &self.layout.front(&self.signs, &panel.number, ""));
            }
            line.rule(start, end, ' ');
            let upright = self.signs.upright.to_string();
            line.put(start, &upright);
            line.put(end, &upright);
            line.put_middle(start + 2, end - 2, part);
            self.push(line);
        }
        self.push(lower);
    }

    /// Both ways, as RFC 3665 draws it.
    fn media(&mut self, panel: &Panel, text: &str) {
        let (left, right) = (self.layout.at[panel.first], self.layout.at[panel.last]);
        let room = match self.layout.is_narrow {
            true => self.layout.end - self.layout.front - 2,
            false => right - left - 3,
        };
        for part in line::wrapped(text, room) {
            let mut line = self.bare();
            match self.layout.is_narrow {
                true => self.beyond(&mut line, (left + right) / 2 + 1, &part),
                false => line.put_middle(left + 1, right - 1, &format!(" {part} ")),
            };
            self.push(line);
        }
        let mut line = self.bare();
        line.rule(left + 1, right - 1, self.signs.media);
        line.put(left + 1, self.signs.left);
        line.put(right - 1, self.signs.right);
        self.push(line);
    }

    /// Lifelines are interrupted.
    fn pause(&mut self, panel: &Panel, text: &str) {
        let at = &self.layout.at;
        let (first, last) = (at[panel.first], at[panel.last]);
        let (low, high) = match last - first > 24 {
            true => (first + 1, last - 1),
            false => (self.layout.front, self.layout.end.saturating_sub(1)),
        };
        for part in line::wrapped(text, (high - low).saturating_sub(1)) {
            let mut line = self.with_bars(self.signs.pause);
            line.put_middle(low, high, &format!(" {part} "));
            self.push(line);
        }
    }
}
