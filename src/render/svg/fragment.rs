//! Frames around rows, as UML draws combined fragments: the word for it in the upper left corner, behind it when that happens, and
//! a dashed line between the parts of one.

use svg::node::element::{Group, Path, Rectangle, Title};

use super::layout::SMALL;
use super::measure::{clean, width, wrapped};
use super::page::{self, Pages};
use crate::report::ladder::{Edge, Fragment};

const LINE: usize = 13;
/// The corner with the word.
const TAB: usize = 18;
/// How many lines tell when.
const MOST_LINES: usize = 4;

/// A frame whose lower edge is not yet drawn.
pub(super) struct Open {
    kind: Fragment,
    when: String,
    /// Where it begins on this page.
    top: usize,
}

impl Pages<'_> {
    pub(super) fn edge(&mut self, edge: &Edge) {
        match edge {
            Edge::Begin { kind, when } => self.begin(*kind, when),
            Edge::Or { when } => self.divide(when),
            Edge::End => self.close(),
        }
    }

    fn begin(&mut self, kind: Fragment, when: &str) {
        let tab = width(kind.word(), SMALL) + 20;
        let (left, right) = self.layout.fragment(self.open_fragments.len());
        let lines = guard(when, right - left - tab - 8);
        let height = TAB.max(LINE * lines.len() + 5);
        // What it stands around begins on the same page.
        self.reserve(height + 50);
        self.y += 5;
        let top = self.y;
        self.open_fragments.push(Open {
            kind,
            when: clean(when),
            top,
        });
        let corner = format!("M{left} {top}h{tab}v{}l-6 6H{left}Z", TAB - 6);
        let word = page::text(kind.word(), left + 7, top + 13, SMALL, "start", "");
        let group = Group::new().add(Title::new(clean(when)));
        let group = group.add(Path::new().set("class", "tab").set("d", corner));
        self.add(group.add(word));
        self.guard(&lines, left + tab + 4, top + 13);
        self.y = top + height + 2;
    }

    fn divide(&mut self, when: &str) {
        let depth = self.open_fragments.len().saturating_sub(1);
        let (left, right) = self.layout.fragment(depth);
        let lines = guard(when, right - left - 16);
        self.reserve(LINE * lines.len() + 58);
        let y = self.y + 3;
        let path = Path::new().set("class", "divided");
        self.behind(Group::new().add(path.set("d", format!("M{left} {y}H{right}"))));
        self.guard(&lines, left + 8, y + 14);
        self.y = y + LINE * lines.len() + 8;
    }

    /// `[The caller hangs up]`
    fn guard(&mut self, lines: &[String], x: usize, baseline: usize) {
        let mut group = Group::new();
        for (number, line) in lines.iter().enumerate() {
            let y = baseline + LINE * number;
            group = group
                .add(page::backing(x - 2, y - 10, width(line, SMALL) + 4, LINE))
                .add(page::text(line, x, y, SMALL, "start", ""));
        }
        self.add(group);
    }

    fn close(&mut self) {
        self.y += 2;
        let depth = self.open_fragments.len().saturating_sub(1);
        if let Some(open) = self.open_fragments.pop() {
            self.outline(&open, depth);
        }
        self.y += 6;
    }

    fn outline(&mut self, open: &Open, depth: usize) {
        let (left, right) = self.layout.fragment(depth);
        let outline = Rectangle::new().set("class", "fragment");
        let outline = outline.set("x", left).set("y", open.top);
        let outline = outline.set("width", right - left);
        let outline = outline.set("height", self.y.saturating_sub(open.top));
        let title = Title::new(format!("{} {}", open.kind.word(), open.when));
        self.behind(Group::new().add(title).add(outline));
    }

    /// Where a page ends, frames that are open end as well.
    pub(super) fn end_fragments(&mut self) {
        let open = std::mem::take(&mut self.open_fragments);
        for (depth, one) in open.iter().enumerate() {
            self.outline(one, depth);
        }
        self.open_fragments = open;
    }

    /// And go on on the next.
    pub(super) fn begin_fragments(&mut self) {
        let y = self.y;
        for open in &mut self.open_fragments {
            open.top = y;
        }
    }
}

fn guard(when: &str, room: usize) -> Vec<String> {
    let mut lines = wrapped(&format!("[{}]", clean(when)), SMALL, room);
    if lines.len() > MOST_LINES {
        let rest = lines.split_off(MOST_LINES - 1).join(" ");
        lines.push(super::measure::short(&rest, SMALL, room));
    }
    lines
}
