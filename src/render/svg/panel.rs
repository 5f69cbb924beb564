//! Boxes, media, and what stands for what is not drawn.

use svg::node::element::{Group, Path, Rectangle, Title};

use super::layout::{AROUND, TEXT};
use super::measure::{clean, width, wrapped};
use super::page::{self, Pages};
use super::{LINE, chevron, layout};
use crate::report::ladder::{Panel, PanelKind};

impl Pages<'_> {
    pub(super) fn panel(&mut self, panel: &Panel) {
        match panel.kind {
            PanelKind::Media if panel.first < panel.last => self.media(panel),
            PanelKind::Gap => self.gap(panel),
            _ => self.boxed(panel),
        }
    }

    /// A box over its columns.
    fn boxed(&mut self, panel: &Panel) {
        let (low, high) = self.layout.room(panel.first, panel.last);
        let (lines, start, wide) = match panel.first == panel.last {
            true => {
                let lines = self.layout.limits.boxed(&panel.text);
                let wide = layout::widest(&lines, TEXT).div_ceil(2) * 2 + 2 * AROUND;
                (lines, self.layout.at[panel.first] - wide / 2, wide)
            }
            false => {
                let room = high - low - 2 * AROUND;
                let lines = wrapped(&clean(&panel.text), TEXT, room);
                (lines, low, high - low)
            }
        };
        let lines = self.fitting(lines, LINE);
        let height = lines.len() * LINE + 8;
        self.reserve(height + 8);
        let y = self.y + 3;
        self.front(&panel.number, "", y + height / 2 + 4);
        let (class, round) = match panel.kind {
            PanelKind::Fold => ("fold", 6),
            PanelKind::Hold => ("held", 0),
            _ => ("action", 0),
        };
        let outline = Rectangle::new().set("class", class).set("rx", round);
        let outline = outline.set("x", start).set("y", y);
        let outline = outline.set("width", wide).set("height", height);
        let mut group = Group::new()
            .add(Title::new(clean(&panel.text)))
            .add(outline);
        for (number, line) in lines.iter().enumerate() {
            let baseline = y + 15 + number * LINE;
            group = group.add(page::text(
                line,
                start + wide / 2,
                baseline,
                TEXT,
                "middle",
                "",
            ));
        }
        self.add(group);
        self.y = y + height + 6;
    }

    /// Both ways.
    fn media(&mut self, panel: &Panel) {
        let (left, right) = (self.layout.at[panel.first], self.layout.at[panel.last]);
        let lines = wrapped(&clean(&panel.text), TEXT, right - left - 20);
        let lines = self.fitting(lines, LINE);
        self.reserve(14 + lines.len() * LINE);
        let mut group = Group::new().add(Title::new(clean(&panel.text)));
        for line in &lines {
            let wide = width(line, TEXT) + 6;
            let start = (left + right).saturating_sub(wide) / 2;
            group = group
                .add(page::backing(start, self.y, wide, LINE))
                .add(page::text(
                    line,
                    (left + right) / 2,
                    self.y + 12,
                    TEXT,
                    "middle",
                    "",
                ));
            self.y += LINE;
        }
        let y = self.y + 4;
        let heads = chevron(left, y, true) + &chevron(right, y, false);
        let path = format!("M{left} {y}H{right}{heads}");
        self.add(group.add(Path::new().set("class", "media").set("d", path)));
        self.y = y + 10;
    }

    /// Lifelines are interrupted.
    fn gap(&mut self, panel: &Panel) {
        let (Some(left), Some(right)) = (self.layout.at.first(), self.layout.at.last()) else {
            return;
        };
        self.reserve(LINE + 12);
        let (left, right) = (*left, *right);
        let text = clean(&panel.text);
        let text = super::measure::short(&text, TEXT, self.layout.figure());
        let middle = self.layout.within((left + right) / 2, width(&text, TEXT));
        let y = self.y + 4;
        let over = page::backing(left - 6, y, right - left + 12, LINE + 2);
        let group = Group::new().add(over);
        self.add(group.add(page::text(&text, middle, y + 13, TEXT, "middle", "faint")));
        self.y = y + LINE + 8;
    }
}
