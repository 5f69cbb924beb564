//! Pages: on each the heads of all columns above, what happens between their lifelines, and the heads again where it is long.

use svg::Node;
use svg::node::element::{Anchor, Group, Line, Rectangle, Text, Title};

use super::fragment;
use super::layout::{self, Layout, MARGIN, SMALL, TEXT, TITLE};
use super::links::{Links, Places};
use super::measure::{ELLIPSIS, clean, width, wrapped};
use super::sheets::Sheets;
use crate::report::ladder::{Column, Ladder};

/// Without pages: heads stand below as well where the figure is higher than this.
const LONG: usize = 900;
const FOOT: usize = 30;
/// Lines of heads.
const LABEL_LINE: usize = 15;
const DETAIL_LINE: usize = 12;
/// A picture as it grows.
pub(super) struct Pages<'a> {
    pub(super) ladder: &'a Ladder,
    pub(super) layout: &'a Layout,
    sheets: Option<Sheets>,
    /// The next row begins here.
    pub(super) y: usize,
    /// Where the page begins, where its heads do, and its lifelines.
    top: usize,
    /// Where it begins to have something on it.
    blank: usize,
    /// Where the title ends.
    titled: usize,
    heads: usize,
    lifelines: Option<usize>,
    pub(super) links: &'a Links,
    done: Vec<Part>,
    open: Group,
    /// What goes behind all rows of the page.
    behind: Group,
    /// Frames around rows that are not yet closed, the outer first.
    pub(super) open_fragments: Vec<fragment::Open>,
    pages: usize,
    /// Where parts that something leads to were drawn first.
    places: Places,
}

/// What stands on a page.
pub(super) struct Part {
    pub(super) page: usize,
    pub(super) group: Group,
}

/// All that is drawn.
pub(super) struct Drawn {
    pub(super) parts: Vec<Part>,
    pub(super) pages: usize,
    /// Of one page.
    pub(super) height: usize,
    pub(super) places: Places,
}

impl<'a> Pages<'a> {
    pub(super) fn new(
        ladder: &'a Ladder,
        layout: &'a Layout,
        sheets: Option<Sheets>,
        links: &'a Links,
    ) -> Self {
        Self {
            ladder,
            layout,
            sheets,
            y: MARGIN,
            top: 0,
            blank: 0,
            titled: MARGIN,
            heads: 0,
            lifelines: None,
            links,
            done: Vec::new(),
            open: Group::new(),
            behind: Group::new(),
            open_fragments: Vec::new(),
            pages: 1,
            places: Places::new(),
        }
    }

    /// What stands above the figure, and its heads.
    pub(super) fn title(&mut self) {
        let room = self.layout.width - 2 * MARGIN;
        let texts = [
            (&self.ladder.title, TITLE, ""),
            (&self.ladder.source, SMALL, "faint"),
        ];
        for (text, size, class) in texts {
            for part in wrapped(&clean(text), size, room) {
                let y = self.y + size as usize;
                self.add(text_in(&part, MARGIN, y, size, "start", class));
                self.y += size as usize + 4;
            }
        }
        self.y += 8;
        self.titled = self.y;
        self.begin_lifelines();
    }

    pub(super) fn add(&mut self, part: impl Into<Box<dyn Node>>) {
        self.open = std::mem::replace(&mut self.open, Group::new()).add(part);
    }

    pub(super) fn behind(&mut self, part: impl Into<Box<dyn Node>>) {
        self.behind = std::mem::replace(&mut self.behind, Group::new()).add(part);
    }

    /// Where a page ends.
    fn bottom(&self) -> Option<usize> {
        let sheets = self.sheets?;
        Some(self.pages * sheets.height_of(self.layout.width) - FOOT)
    }

    /// Begins a new page where so much does not fit any more.
    pub(super) fn reserve(&mut self, height: usize) {
        let Some(bottom) = self.bottom() else {
            return;
        };
        if self.y + height + 8 <= bottom || self.y == self.blank {
            return;
        }
        let in_figure = self.lifelines.is_some();
        self.end_lifelines(false);
        let open = std::mem::replace(&mut self.open, Group::new());
        self.done_with([open]);
        self.top = bottom + FOOT;
        self.pages += 1;
        self.y = self.top + MARGIN;
        self.blank = self.y;
        if in_figure {
            self.begin_lifelines();
        }
    }

    /// How much has room on any page below its heads, also on the first, which has the title.
    pub(super) fn room(&self) -> Option<usize> {
        let page = self.sheets?.height_of(self.layout.width);
        // Frames around rows begin and end on each page.
        let frames = 40 * (1 + self.ladder.nesting());
        Some(page.saturating_sub(self.titled + FOOT + self.head_height() + frames))
    }

    /// Of the lines of a box those that have room on a page.
    pub(super) fn fitting(&self, mut lines: Vec<String>, line: usize) -> Vec<String> {
        let most = self.room().map_or(lines.len(), |room| (room / line).max(1));
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                last.push(ELLIPSIS);
            }
        }
        lines
    }

    fn begin_lifelines(&mut self) {
        self.heads = self.y;
        if !self.ladder.frames.is_empty() {
            self.y += 18;
        }
        let heads = self.heads_at(self.y);
        self.y += self.head_height();
        self.lifelines = Some(self.y);
        self.add(heads);
        self.y += 8;
        self.begin_fragments();
        self.blank = self.y;
    }

    /// Whatever happens has happened.
    pub(super) fn end_of_rows(&mut self) {
        let long = self.sheets.is_none() && self.y > LONG;
        self.end_lifelines(long);
    }

    /// Draws what goes behind all rows of the page, as high as they turned out to be.
    fn end_lifelines(&mut self, with_heads: bool) {
        let Some(begin) = self.lifelines.take() else {
            return;
        };
        self.end_fragments();
        self.y += 8;
        let end = self.y;
        let mut behind = Group::new();
        for x in &self.layout.at {
            let line = Line::new().set("class", "lifeline");
            let line = line
                .set("x1", *x)
                .set("x2", *x)
                .set("y1", begin)
                .set("y2", end);
            behind = behind.add(line);
        }
        let mut open = std::mem::replace(&mut self.open, Group::new());
        if with_heads {
            open = open.add(self.heads_at(self.y));
            self.y += self.head_height();
        }
        let bottom = self.y + 6;
        for frame in &self.ladder.frames {
            let left = self.layout.at[frame.first] - self.layout.reach[frame.first].0 - 8;
            let right = self.layout.at[frame.last] + self.layout.reach[frame.last].1 + 8;
            let name = layout::network(&frame.name);
            let name = super::measure::short(&name, SMALL, right - left - 10);
            let outline = Rectangle::new().set("class", "frame").set("rx", 4);
            let outline = outline.set("x", left).set("y", self.heads);
            let outline = outline
                .set("width", right - left)
                .set("height", bottom - self.heads);
            let name = text_in(&name, left + 6, self.heads + 12, SMALL, "start", "faint");
            behind = behind.add(
                Group::new()
                    .add(Title::new(clean(&frame.name)))
                    .add(outline)
                    .add(name),
            );
        }
        self.y = bottom + 8;
        let rows = std::mem::replace(&mut self.behind, Group::new());
        self.done_with([behind, rows, open]);
    }

    fn done_with(&mut self, groups: impl IntoIterator<Item = Group>) {
        let page = self.pages;
        let parts = groups.into_iter().map(|group| Part { page, group });
        self.done.extend(parts);
    }

    fn head_height(&self) -> usize {
        let heights = self.ladder.columns.iter().map(|one| self.text_height(one));
        heights.max().unwrap_or_default().max(LABEL_LINE) + 9
    }

    fn heads_at(&self, y: usize) -> Group {
        let height = self.head_height();
        let mut heads = Group::new();
        for (number, column) in self.ladder.columns.iter().enumerate() {
            let (x, wide) = (self.layout.at[number], self.layout.heads[number]);
            let outline = Rectangle::new().set("class", "head").set("x", x - wide / 2);
            let outline = outline.set("y", y).set("width", wide).set("height", height);
            let [label, detail] = self.layout.limits.head(column);
            let mut head = Group::new()
                .add(Title::new(clean(&column.about)))
                .add(outline);
            let mut top = y + (height - self.text_height(column)) / 2;
            for line in &label {
                head = head.add(text_in(line, x, top + 11, TEXT, "middle", ""));
                top += LABEL_LINE;
            }
            for line in &detail {
                head = head.add(text_in(line, x, top + 10, SMALL, "middle", "faint"));
                top += DETAIL_LINE;
            }
            heads = heads.add(head);
        }
        heads
    }

    /// Number and time in front of a row.
    pub(super) fn front(&mut self, number: &str, time: &str, y: usize) {
        for (text, x) in [(number, self.layout.number), (time, self.layout.time)] {
            let text = layout::number(text);
            if !text.is_empty() {
                self.add(text_in(&text, x, y, SMALL, "end", "faint"));
            }
        }
    }

    /// The number of a finding on an arrow, leading to the line that tells of it.
    pub(super) fn mark(&mut self, number: usize, drawn: Group) -> Box<dyn Node> {
        self.linked(self.links.mark(number), drawn)
    }

    /// The numbers in front of a line that tells of findings, leading to the first of them on an arrow.
    pub(super) fn line(&mut self, first: usize, last: usize, drawn: Group) -> Box<dyn Node> {
        self.linked(self.links.line(first, last), drawn)
    }

    fn linked(&mut self, names: Option<[String; 2]>, drawn: Group) -> Box<dyn Node> {
        let Some([id, to]) = names else {
            return Box::new(drawn);
        };
        let link = self.links.link([&id, &to], self.pages, drawn);
        self.places.entry(id).or_insert(self.pages);
        Box::new(link)
    }

    pub(super) fn finish(mut self) -> Drawn {
        let open = std::mem::replace(&mut self.open, Group::new());
        self.done_with([open]);
        let wide = self.layout.width;
        let height = match self.sheets {
            Some(sheets) => sheets.height_of(wide),
            None => self.y + MARGIN,
        };
        for page in (1..=self.pages).filter(|_| self.pages > 1) {
            let text = format!("{page} of {}", self.pages);
            let y = page * height - 12;
            let text = text_in(&text, wide / 2, y, SMALL, "middle", "faint");
            let group = Group::new().add(text);
            let group = self.continued(page, height, group);
            self.done.push(Part { page, group });
        }
        Drawn {
            parts: self.done,
            pages: self.pages,
            height,
            places: self.places,
        }
    }

    /// In the margins of the first page of a picture the one before it, and of the last page the one behind it.
    fn continued(&self, page: usize, height: usize, group: Group) -> Group {
        let pictures = self.links.pictures();
        let link = |(number, href): (usize, &str), word: &str, x, y, side| {
            let text = format!("continued {word} picture {number} of {pictures}");
            let text = text_in(&text, x, y, SMALL, side, "faint");
            Anchor::new().set("href", href).add(text)
        };
        let [before, behind] = self.links.beside(page);
        let before = before.map(|one| link(one, "from", MARGIN, (page - 1) * height + 13, "start"));
        let right = self.layout.width - MARGIN;
        let behind = behind.map(|one| link(one, "in", right, page * height - 12, "end"));
        before.into_iter().chain(behind).fold(group, Group::add)
    }

    /// What the texts of a head take.
    fn text_height(&self, column: &Column) -> usize {
        let [label, detail] = self.layout.limits.head(column);
        LABEL_LINE * label.len() + DETAIL_LINE * detail.len()
    }
}

/// What everything is drawn on.
pub(super) fn paper(width: usize, height: usize) -> Rectangle {
    let paper = Rectangle::new().set("class", "paper");
    paper.set("width", width).set("height", height)
}

/// A stretch of paper over what is behind a text.
pub(super) fn backing(x: usize, y: usize, width: usize, height: usize) -> Rectangle {
    paper(width, height).set("x", x).set("y", y)
}

/// A text on its baseline.
pub(super) fn text(text: &str, x: usize, y: usize, size: u32, anchor: &str, class: &str) -> Text {
    text_in(text, x, y, size, anchor, class)
}

fn text_in(text: &str, x: usize, y: usize, size: u32, anchor: &str, class: &str) -> Text {
    let shown = Text::new(text)
        .set("x", x)
        .set("y", y)
        .set("font-size", size);
    let shown = match anchor {
        "start" => shown,
        _ => shown.set("text-anchor", anchor),
    };
    match class {
        "" => shown,
        _ => shown.set("class", class),
    }
}

/// The number of a finding, or the first and the last of several, in a circle that begins at `x` and is as long as they are.
pub(super) fn mark(numbers: &str, x: usize, middle: usize) -> Group {
    let wide = mark_width(numbers);
    let outline = Rectangle::new().set("class", "mark").set("rx", 7);
    let outline = outline.set("x", x).set("y", middle - 7);
    Group::new()
        .add(outline.set("width", wide).set("height", 14))
        .add(text(numbers, x + wide / 2, middle + 4, SMALL, "middle", ""))
}

/// What a mark takes.
pub(super) fn mark_width(numbers: &str) -> usize {
    (width(numbers, SMALL) + 6).max(14)
}
