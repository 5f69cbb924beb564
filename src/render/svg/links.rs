//! Links between the marks on arrows and what is told of them below: the number of a finding leads to its line, and the number of
//! that line back to where it was found first. Names are those of one figure alone, so that several can stand in one page.

use svg::Node;
use svg::node::element::{Anchor, Group};

use crate::report::ladder::{Ladder, Row};

/// The names in a figure.
pub(super) struct Links {
    /// What all of them begin with.
    figure: String,
    /// First and last number in each line of the legend.
    lines: Vec<[usize; 2]>,
    /// The numbers that are drawn, in order.
    drawn: Vec<usize>,
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
        }
    }

    /// None: what belongs together does not stand in one picture.
    pub(super) fn none(ladder: &Ladder) -> Self {
        Self {
            figure: name(ladder),
            lines: Vec::new(),
            drawn: Vec::new(),
        }
    }

    /// Whether there are any.
    pub(super) fn are_any(&self) -> bool {
        self.drawn.iter().any(|mark| self.line_of(*mark).is_some())
    }

    /// A name that no other part of this figure, nor another figure, has.
    pub(super) fn id(&self, part: &str) -> String {
        format!("{}-{part}", self.figure)
    }

    /// The number of a finding on an arrow.
    pub(super) fn mark(&self, number: usize, drawn: Group) -> Box<dyn Node> {
        let Some(first) = self.line_of(number) else {
            return Box::new(drawn);
        };
        let (id, to) = (format!("mark-{number}"), format!("finding-{first}"));
        Box::new(self.link(&id, &to, drawn))
    }

    /// The numbers in front of a line of the legend.
    pub(super) fn line(&self, first: usize, last: usize, drawn: Group) -> Box<dyn Node> {
        let at = self.drawn.partition_point(|mark| *mark < first);
        match self.drawn.get(at).filter(|mark| **mark <= last) {
            Some(mark) if self.line_of(*mark) == Some(first) => {
                let (id, to) = (format!("finding-{first}"), format!("mark-{mark}"));
                Box::new(self.link(&id, &to, drawn))
            }
            _ => Box::new(drawn),
        }
    }

    /// The first number in the line that tells of a finding.
    fn line_of(&self, number: usize) -> Option<usize> {
        let at = self.lines.partition_point(|[_, last]| *last < number);
        let [first, _] = self.lines.get(at).filter(|[first, _]| *first <= number)?;
        Some(*first)
    }

    fn link(&self, id: &str, to: &str, drawn: Group) -> Anchor {
        Anchor::new()
            .set("id", self.id(id))
            .set("href", format!("#{}", self.id(to)))
            .add(drawn)
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
