//! What stands below the figure: which line is which dialog, what was found, and what else is to be said.

use svg::Node;
use svg::node::element::{Group, Path};

use super::layout::{MARGIN, SMALL};
use super::measure::{clean, wrapped};
use super::page::{self, Pages};
use super::{dashes, style};
use crate::report::ladder::{Finding, Kind};

const LINE: usize = 14;
/// Where texts begin behind samples, and how far behind marks.
const BEHIND_SAMPLE: usize = 56;
const BEHIND_MARK: usize = 8;
/// More dialogs than are told apart are not listed.
const MOST_STRANDS: usize = 24;

impl Pages<'_> {
    pub(super) fn legend(&mut self) {
        let ladder = self.ladder;
        if ladder.strands.len() > 1 {
            for (number, strand) in ladder.strands.iter().enumerate().take(MOST_STRANDS) {
                self.entry(strand, BEHIND_SAMPLE, |_, y| Box::new(sample(number, y)));
            }
            let more = ladder.strands.len().saturating_sub(MOST_STRANDS);
            if more > 0 {
                let more = format!("and {more} more");
                self.entry(&more, BEHIND_SAMPLE, |_, _| Box::new(Group::new()));
            }
        }
        let numbers: Vec<_> = ladder.findings.iter().map(Finding::numbers).collect();
        let widths = numbers.iter().map(|numbers| page::mark_width(numbers));
        let indent = widths.max().unwrap_or_default() + BEHIND_MARK;
        for (finding, numbers) in ladder.findings.iter().zip(&numbers) {
            let (first, last) = (finding.first, finding.last);
            self.entry(&finding.text, indent, |pages, y| {
                pages.line(first, last, page::mark(numbers, MARGIN, y))
            });
        }
        for note in &ladder.notes {
            self.entry(note, 0, |_, _| Box::new(Group::new()));
        }
    }

    /// A text with something in front of it.
    fn entry(
        &mut self,
        text: &str,
        indent: usize,
        front: impl FnOnce(&mut Self, usize) -> Box<dyn Node>,
    ) {
        let room = self.layout.width - 2 * MARGIN - indent;
        let lines = wrapped(&clean(text), SMALL, room);
        self.reserve(LINE * lines.len().clamp(1, 8) + 4);
        let y = self.y + 7;
        let front = front(self, y);
        self.add(front);
        if lines.is_empty() {
            self.y += LINE;
        }
        for line in lines {
            self.reserve(LINE);
            self.add(page::text(
                &line,
                MARGIN + indent,
                self.y + 11,
                SMALL,
                "start",
                "",
            ));
            self.y += LINE;
        }
        self.y += 4;
    }
}

/// How requests of a dialog are drawn.
fn sample(strand: usize, y: usize) -> Group {
    let path = Path::new().set("d", format!("M{MARGIN} {y}h44"));
    let path = path.set("class", format!("s{}", strand % style::STRANDS));
    Group::new().add(match dashes(Kind::Request, strand) {
        Some(dashes) => path.set("stroke-dasharray", dashes),
        None => path,
    })
}
