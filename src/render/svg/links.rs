//! Links between the marks on arrows and what is told of them below: the number of a finding leads to its line, and the number of
//! that line back to where it was found first, also where these stand in different pictures. Names are those of one figure alone, so
//! that several can stand in one page. A page that has more to say of an arrow is where the arrow itself leads.

use std::collections::BTreeMap;

use svg::Node;
use svg::node::element::{Anchor, Group};

use crate::report::ladder::{Arrow, Ladder, Row};

/// How a page calls an arrow, and where the arrow leads.
pub type AnchorOf = fn(&Arrow) -> Option<[String; 2]>;

/// On which page of a figure a part of it stands.
pub(super) type Places = BTreeMap<String, usize>;

/// The names in a figure.
pub(super) struct Links {
    /// What all of them begin with.
    figure: String,
    /// First and last number in each line of the legend.
    lines: Vec<[usize; 2]>,
    /// The numbers that are drawn, in order.
    drawn: Vec<usize>,
    arrows: Option<AnchorOf>,
    /// Where parts stand that are not in one picture.
    pictures: Option<Pictures>,
}

/// The pictures of one figure.
pub(super) struct Pictures {
    /// How many pages each has.
    pub(super) in_one: usize,
    /// Where they are.
    pub(super) hrefs: Vec<String>,
    pub(super) pages: Places,
}

impl Links {
    pub(super) fn of(ladder: &Ladder) -> Self {
        let mut drawn: Vec<usize> = ladder
            .rows
            .iter()
            .filter_map(|row| match row {
                Row::Arrow(arrow) => Some(&arrow.marks),
                Row::Panel(_) | Row::Fragment(_) => None,
            })
            .flatten()
            .copied()
            .collect();
        drawn.sort_unstable();
        drawn.dedup();
        let lines = ladder.findings.iter();
        Self {
            figure: name(ladder),
            lines: lines.map(|finding| [finding.first, finding.last]).collect(),
            drawn,
            arrows: None,
            pictures: None,
        }
    }

    pub(super) fn with_arrows(self, arrows: AnchorOf) -> Self {
        let arrows = Some(arrows);
        Self { arrows, ..self }
    }

    pub(super) fn across(self, pictures: Pictures) -> Self {
        let pictures = Some(pictures);
        Self { pictures, ..self }
    }

    /// Whether there are any.
    pub(super) fn are_any(&self) -> bool {
        let mut marks = self.drawn.iter();
        let others = self.arrows.is_some() || self.pictures.is_some();
        others || marks.any(|mark| self.line_of(*mark).is_some())
    }

    /// A name that no other part of this figure, nor another figure, has.
    pub(super) fn id(&self, part: &str) -> String {
        format!("{}-{part}", self.figure)
    }

    /// What is drawn of an arrow, leading to where more is said of it.
    pub(super) fn arrow(&self, arrow: &Arrow, group: Group, parts: Vec<Box<dyn Node>>) -> Group {
        match self.arrows.and_then(|anchor| anchor(arrow)) {
            None => parts.into_iter().fold(group, Group::add),
            Some([id, href]) => {
                let anchor = Anchor::new().set("id", id).set("href", href);
                group.add(parts.into_iter().fold(anchor, Anchor::add))
            }
        }
    }

    /// The names of a finding on an arrow, and of the line that tells of it.
    pub(super) fn mark(&self, number: usize) -> Option<[String; 2]> {
        let first = self.line_of(number)?;
        Some([format!("mark-{number}"), format!("finding-{first}")])
    }

    /// The names of a line of the legend, and of the arrow that it tells of.
    pub(super) fn line(&self, first: usize, last: usize) -> Option<[String; 2]> {
        let at = self.drawn.partition_point(|mark| *mark < first);
        let mark = self.drawn.get(at).filter(|mark| **mark <= last)?;
        let known = self.line_of(*mark) == Some(first);
        known.then(|| [format!("finding-{first}"), format!("mark-{mark}")])
    }

    /// The first number in the line that tells of a finding.
    fn line_of(&self, number: usize) -> Option<usize> {
        let at = self.lines.partition_point(|[_, last]| *last < number);
        let [first, _] = self.lines.get(at).filter(|[first, _]| *first <= number)?;
        Some(*first)
    }

    /// A part of the figure that leads to another one.
    pub(super) fn link(&self, [id, to]: [&str; 2], page: usize, drawn: Group) -> Anchor {
        let there = self.pictures.as_ref();
        let there = there.and_then(|pictures| pictures.other(to, page));
        let href = format!("{}#{}", there.unwrap_or_default(), self.id(to));
        Anchor::new()
            .set("id", self.id(id))
            .set("href", href)
            .add(drawn)
    }

    /// The picture in front of this page and the one behind it, if they are not the one that it stands in: by number, and where.
    pub(super) fn beside(&self, page: usize) -> [Option<(usize, &str)>; 2] {
        let Some(pictures) = &self.pictures else {
            return [None, None];
        };
        let own = pictures.of(page);
        [page.checked_sub(1), Some(page + 1)].map(|page| {
            let number = pictures.of(page.filter(|page| *page > 0)?);
            let href = pictures.hrefs.get(number).filter(|_| number != own)?;
            Some((number + 1, href.as_str()))
        })
    }

    /// How many pictures there are.
    pub(super) fn pictures(&self) -> usize {
        let pictures = self.pictures.as_ref();
        pictures.map_or(1, |pictures| pictures.hrefs.len())
    }
}

impl Pictures {
    /// The picture with this page.
    fn of(&self, page: usize) -> usize {
        (page - 1) / self.in_one
    }

    /// Where a part stands, if it is not in the picture with this page.
    fn other(&self, part: &str, page: usize) -> Option<&str> {
        let picture = self.of(*self.pages.get(part)?);
        let href = self.hrefs.get(picture)?;
        (picture != self.of(page)).then_some(href)
    }
}

/// `ladder-9a3f00c2`, by what stands above the figure (FNV-1a).
fn name(ladder: &Ladder) -> String {
    let texts = ladder.title.bytes().chain([0]).chain(ladder.source.bytes());
    let hash = texts.fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    format!("ladder-{hash:08x}")
}
