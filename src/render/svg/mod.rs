//! Ladders as pictures: SVG that refers to nothing outside of itself, with texts as text. What a text takes is measured, so that
//! none runs into another; what stands in a message cannot leave the place of a text.

mod fragment;
mod layout;
mod legend;
mod links;
mod measure;
mod page;
mod panel;
mod sheets;
mod style;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use svg::node::element::{Description, Group, Path, Style as Sheet, Title};
use svg::{Document, Node};

use crate::report::ladder::{Arrow, Kind, Ladder, Row};
use layout::{SMALL, TEXT, TURN};
pub use links::AnchorOf;
use links::{Links, Pictures};
use measure::{clean, clean_lines, width};
use page::{Drawn, Pages};
use sheets::{Laid, laid};
pub use style::Theme;

/// How it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The colours.
    pub theme: Theme,
    /// The pages.
    pub paper: Paper,
}

/// The pages that a picture is broken into, turned to landscape where columns need the width. They stand one below the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// One page, as large as need be.
    None,
    /// 210 by 297 mm.
    A4,
    /// 8.5 by 11 inches.
    Letter,
    /// What lies between the margins of a sheet of either, in a document: upright, each in a picture of its own.
    Page,
}

/// Lines of captions, and of what stands below arrows.
const LINE: usize = 15;
const SMALL_LINE: usize = 12;
/// Of what stands below an arrow so many lines stay with it, also where all of them have no room on a page.
const FEW: usize = 4;

/// A ladder, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What it is, as SVG.
    pub source: String,
    /// In points of 1/96 inch.
    pub width: usize,
    /// The same.
    pub height: usize,
}

impl Picture {
    /// More than this programs such as librsvg do not draw, neither from left to right nor from top to bottom.
    pub const MOST: usize = 32_767;

    /// Whether it is larger.
    pub fn is_too_large(&self) -> bool {
        self.width.max(self.height) > Self::MOST
    }
}

/// The ladder as one picture, however high.
pub fn draw(ladder: &Ladder, style: Style) -> Picture {
    let laid = laid(ladder, style.paper);
    whole(&laid, style, &Links::of(&laid.ladder))
}

/// The same for a page that has more to say of arrows: `anchor` tells how each of them is called there, and where it leads.
pub fn draw_in_page(ladder: &Ladder, style: Style, anchor: AnchorOf) -> Picture {
    let laid = laid(ladder, style.paper);
    whole(&laid, style, &Links::of(&laid.ladder).with_arrows(anchor))
}

/// The ladder as pictures that are no higher than what programs draw, each of as many sheets of paper as have room in it. Without
/// paper it is one. `hrefs` tells where the first, the second and so on of several will be, seen from each other.
pub fn pictures(
    ladder: &Ladder,
    style: Style,
    hrefs: impl FnOnce(usize) -> Vec<String>,
) -> Vec<Picture> {
    let laid = laid(ladder, style.paper);
    let in_one = laid.sheets.map_or(1, |sheets| sheets.in_one().max(1));
    let mut links = Links::of(&laid.ladder);
    let mut all = drawn(&laid, &links);
    let count = all.pages.div_ceil(in_one);
    if count > 1 {
        // Only now it is known what stands where.
        links = links.across(Pictures {
            in_one,
            hrefs: hrefs(count),
            pages: all.places,
        });
        all = drawn(&laid, &links);
    }
    let mut groups: Vec<Vec<Group>> = (0..count).map(|_| Vec::new()).collect();
    for part in all.parts {
        groups[(part.page - 1) / in_one].push(part.group);
    }
    let pictures = groups.into_iter().enumerate().map(|(number, groups)| {
        let first = number * in_one + 1;
        let last = (first + in_one - 1).min(all.pages);
        picture(&laid, style, &links, first..=last, all.height, groups)
    });
    pictures.collect()
}

fn whole(laid: &Laid<'_>, style: Style, links: &Links) -> Picture {
    let drawn = drawn(laid, links);
    let groups = drawn.parts.into_iter().map(|part| part.group).collect();
    picture(laid, style, links, 1..=drawn.pages, drawn.height, groups)
}

/// These pages as a picture.
fn picture(
    laid: &Laid<'_>,
    style: Style,
    links: &Links,
    pages: RangeInclusive<usize>,
    page_height: usize,
    groups: Vec<Group>,
) -> Picture {
    let ladder = &*laid.ladder;
    let wide = laid.layout.width;
    let count = pages.end() + 1 - pages.start();
    let (top, height) = ((pages.start() - 1) * page_height, count * page_height);
    let tenths = |tenths: usize| format!("{}.{}mm", tenths / 10, tenths % 10);
    let (shown_width, shown_height, size) = match laid.sheets {
        Some(sheets) => {
            let (width, height) = (sheets.width, count * sheets.height);
            let size = (sheets::points(width), sheets::points(height));
            (tenths(width), tenths(height), size)
        }
        None => (wide.to_string(), height.to_string(), (wide, height)),
    };
    let (title, description) = (links.id("title"), links.id("description"));
    let document = Document::new()
        .set("viewBox", (0, top, wide, height))
        .set("width", shown_width)
        .set("height", shown_height)
        // What is in an image is hidden from those to whom it is read, and links are not to be.
        .set("role", if links.are_any() { "group" } else { "img" })
        .set("aria-labelledby", format!("{title} {description}"))
        .add(Title::new(clean(&ladder.title)).set("id", title))
        .add(
            Description::new()
                .set("id", description)
                .add(svg::node::Text::new(about(ladder))),
        )
        .add(Sheet::new(style.theme.sheet()))
        .add(page::paper(wide, height).set("y", top));
    // Sheets are whole numbers of units high, which is a hair less than they are.
    let document = match laid.sheets {
        Some(_) => document.set("preserveAspectRatio", "none"),
        None => document,
    };
    let all = groups.into_iter().fold(document, Document::add);
    Picture {
        source: format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{all}\n"),
        width: size.0,
        height: size.1,
    }
}

fn drawn(laid: &Laid<'_>, links: &Links) -> Drawn {
    let mut pages = Pages::new(&laid.ladder, &laid.layout, laid.sheets, links);
    pages.title();
    for row in &laid.ladder.rows {
        match row {
            Row::Arrow(arrow) => pages.arrow(arrow),
            Row::Panel(panel) => pages.panel(panel),
            Row::Fragment(edge) => pages.edge(edge),
        }
    }
    pages.end_of_rows();
    pages.legend();
    pages.finish()
}

/// What somebody is told who does not see it.
fn about(ladder: &Ladder) -> String {
    let columns: Vec<_> = ladder.columns.iter().map(|one| clean(&one.label)).collect();
    let findings = match ladder.findings.len() {
        0 => String::new(),
        1 => ", 1 finding".to_owned(),
        several => format!(", {several} findings"),
    };
    let source = match ladder.source.as_str() {
        "" => String::new(),
        source => format!("{}. ", clean(source)),
    };
    format!(
        "{source}Sequence of {} rows between {}{findings}.",
        ladder.happenings(),
        columns.join(", ")
    )
}

impl Pages<'_> {
    fn arrow(&mut self, arrow: &Arrow) {
        let (first, last) = arrow.span();
        // At the left end of the arrow.
        let limits = self.layout.limits;
        let (start, small) = (self.layout.at[first] + layout::BELOW, limits.small(arrow));
        let lines = limits.caption(arrow);
        let above = 3 + LINE * lines.len().max(1);
        // What is too high for any page goes on on the next, whatever stands below the arrow.
        let is_long = self
            .room()
            .is_some_and(|room| above + 12 + SMALL_LINE * small.len() > room);
        let together = if is_long {
            FEW.min(small.len())
        } else {
            small.len()
        };
        self.reserve(above + 12 + SMALL_LINE * together);
        let y = self.y;
        let line = y + above;
        self.front(&arrow.number, &arrow.time, line + 4);
        let strand = match arrow.kind {
            Kind::Other => "o".to_owned(),
            Kind::Request | Kind::Response => (arrow.strand % style::STRANDS).to_string(),
        };
        let mut parts: Vec<Box<dyn Node>> = Vec::new();
        let (left, right) = (self.layout.at[first], self.layout.at[last]);
        let taken = layout::caption_width(&lines, arrow);
        let begin = match first == last {
            true => right + TURN + 8,
            false => (left + right).saturating_sub(taken) / 2,
        };
        // Lifelines and frames in between do not go through the text.
        if first != last {
            let backing = page::backing(begin - 2, y, taken + 4, LINE * lines.len());
            parts.push(Box::new(backing));
        }
        let (path, head) = match first == last {
            true => (turn(right, line), chevron(right, line, true)),
            false => {
                let (from, to) = (self.layout.at[arrow.from], self.layout.at[arrow.to]);
                let to_left = to < from;
                let head = match arrow.kind {
                    Kind::Request => triangle(to, line, to_left),
                    Kind::Response | Kind::Other => chevron(to, line, to_left),
                };
                (format!("M{from} {line}H{to}"), head)
            }
        };
        let mut path = Path::new()
            .set("d", path)
            .set("class", format!("s{strand}"));
        if let Some(dashes) = dashes(arrow.kind, arrow.strand) {
            path = path.set("stroke-dasharray", dashes);
        }
        let filled = arrow.kind == Kind::Request && first != last;
        let class = if filled { "h" } else { "s" };
        let head = Path::new()
            .set("d", head)
            .set("class", format!("{class}{strand}"));
        parts.push(Box::new(path));
        parts.push(Box::new(head));
        let text = taken
            - arrow
                .marks
                .iter()
                .map(|one| layout::mark(*one))
                .sum::<usize>();
        for (number, part) in lines.iter().enumerate() {
            let (middle, baseline) = (begin + text / 2, y + 12 + LINE * number);
            let text = page::text(part, middle, baseline, TEXT, "middle", "");
            parts.push(Box::new(text));
        }
        let group = Group::new().add(Title::new(clean_lines(&arrow.about)));
        let mut group = self.links.arrow(arrow, group, parts);
        let mut x = begin + text;
        for mark in &arrow.marks {
            let drawn = page::mark(&mark.to_string(), x + 4, line - 10);
            group = group.add(self.mark(*mark, drawn));
            x += layout::mark(*mark);
        }
        let below = |part: &String, top: usize| {
            Group::new()
                .add(page::backing(start - 2, top, width(part, SMALL) + 4, 12))
                .add(page::text(part, start, top + 9, SMALL, "start", ""))
        };
        let (small, further) = small.split_at(together);
        for (number, part) in small.iter().enumerate() {
            group = group.add(below(part, line + 4 + SMALL_LINE * number));
        }
        self.add(group);
        self.y = line + 4 + SMALL_LINE * small.len();
        for part in further {
            self.reserve(SMALL_LINE);
            self.add(below(part, self.y));
            self.y += SMALL_LINE;
        }
        self.y += 6;
    }
}

/// The filled head of a request.
fn triangle(x: usize, y: usize, to_left: bool) -> String {
    let back = if to_left { x + 9 } else { x - 9 };
    format!("M{x} {y}L{back} {}V{}Z", y - 4, y + 4)
}

/// The open head of everything else.
fn chevron(x: usize, y: usize, to_left: bool) -> String {
    let back = if to_left { x + 8 } else { x - 8 };
    format!("M{back} {}L{x} {y}L{back} {}", y - 4, y + 4)
}

/// Out of a column and back into it.
fn turn(x: usize, y: usize) -> String {
    let out = x + TURN;
    format!("M{x} {}H{out}V{y}H{x}", y - 10)
}

/// Requests are drawn through, responses in dashes, both with so many dots in between as tell dialogs apart; all else is dotted.
fn dashes(kind: Kind, strand: usize) -> Option<String> {
    let dots = " 2 3".repeat(strand % style::STRANDS);
    match kind {
        Kind::Request if dots.is_empty() => None,
        Kind::Request => Some(format!("14 3{dots}")),
        Kind::Response => Some(format!("6 3{dots}")),
        Kind::Other => Some("2 4".to_owned()),
    }
}
