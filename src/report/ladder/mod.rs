//! The abstract ladder: columns, and rows of arrows and boxes between them, in the order in which they are drawn. It is made once,
//! of a call ([`of_call`]) or of a documented flow ([`of_template`]), and knows nothing of pixels or cells. Its texts are lines
//! without control characters; what else has a meaning where they are drawn is escaped there.

mod arrange;
mod call;
mod caption;
mod columns;
mod crowd;
mod findings;
mod folding;
mod fragments;
mod options;
mod order;
mod script;
mod session;
mod spacing;
mod strands;
mod template;
#[cfg(test)]
pub(crate) mod testing;
mod timing;
mod ways;

pub use call::{of_call, of_calls};
pub(super) use findings::{found_in, in_runs};
pub use options::{ColumnsBy, Labels, Numbering, Options, Timing};
pub use script::{Aside, Script};
pub use spacing::{Need, gaps};
pub use template::of_template;

use crate::base::Ink;

/// A diagram of who sent what to whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladder {
    /// What it shows, in a line.
    pub title: String,
    /// Where it comes from.
    pub source: String,
    /// Who takes part, from left to right.
    pub columns: Vec<Column>,
    /// Networks around neighbouring columns.
    pub frames: Vec<Frame>,
    /// What happens, in order.
    pub rows: Vec<Row>,
    /// What arrows are told apart by where there are several: dialogs.
    pub strands: Vec<String>,
    /// What the marks on arrows stand for, in the order of their numbers.
    pub findings: Vec<Finding>,
    /// What else is to be said.
    pub notes: Vec<String>,
    /// Names that were asked for and are those of no column.
    pub unknown: Vec<String>,
}

/// Someone who takes part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// First line of the head.
    pub label: String,
    /// Second line; may be empty.
    pub detail: String,
    /// All that is known of it.
    pub about: String,
}

/// A network around neighbouring columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its name.
    pub name: String,
    /// The leftmost column.
    pub first: usize,
    /// The rightmost column.
    pub last: usize,
}

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// Something is sent.
    Arrow(Arrow),
    /// Something is to be said of some columns.
    Panel(Panel),
    /// A frame around rows begins, is divided or ends. Frames end in the order in which they have to: the one that began last first.
    Fragment(Edge),
}

/// An edge of a frame around rows, as UML draws combined fragments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Its upper edge.
    Begin {
        /// What is special about the rows in it.
        kind: Fragment,
        /// When they happen.
        when: String,
    },
    /// From here on stands what happens otherwise.
    Or {
        /// When that happens.
        when: String,
    },
    /// Its lower edge.
    End,
}

/// What is special about rows that stand in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// They may be left out.
    Optional,
    /// One part of them happens.
    Alternatives,
    /// They may come several times.
    Repeated,
}

impl Fragment {
    /// The word for it that UML, Mermaid and PlantUML have in common.
    pub fn word(self) -> &'static str {
        match self {
            Self::Optional => "opt",
            Self::Alternatives => "alt",
            Self::Repeated => "loop",
        }
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// Its number; empty where rows are not numbered.
    pub number: String,
    /// The message that it stands for, as all commands know it; none in a documented flow.
    pub message: Option<usize>,
    /// When; empty where that is not known or not wanted.
    pub time: String,
    /// The column that sends it.
    pub from: usize,
    /// The column that gets it.
    pub to: usize,
    /// What it is.
    pub caption: String,
    /// Small print below.
    pub small: Vec<String>,
    /// What kind of message.
    pub kind: Kind,
    /// The dialog, by its place in [`Ladder::strands`].
    pub strand: usize,
    /// The messages that are the same, sent again.
    pub again: Vec<usize>,
    /// How often it was seen.
    pub seen: usize,
    /// Findings about it, by their numbers.
    pub marks: Vec<usize>,
    /// All of its first line, or several lines of it where they are wanted.
    pub about: String,
}

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A SIP request.
    Request,
    /// A SIP response.
    Response,
    /// A message of another protocol.
    Other,
}

/// Something that is said of some columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// Its number; may be empty.
    pub number: String,
    /// The leftmost column that it concerns.
    pub first: usize,
    /// The rightmost one.
    pub last: usize,
    /// What is said.
    pub text: String,
    /// What it is about.
    pub kind: PanelKind,
    /// The rows that it stands for.
    pub folded: Vec<Row>,
}

/// What something is said about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelKind {
    /// What somebody does by himself.
    Action,
    /// Time goes by.
    Gap,
    /// Media flow.
    Media,
    /// Media are held.
    Hold,
    /// Rows that are all alike stand here as one.
    Fold,
}

/// What marks on arrows stand for: one fault, each time that it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The number in the first of its marks.
    pub first: usize,
    /// The number in the last of them.
    pub last: usize,
    /// How bad it is.
    pub ink: Ink,
    /// What was found.
    pub text: String,
}

impl Finding {
    /// Whether a mark is one of its own, by its number.
    pub fn has(&self, mark: usize) -> bool {
        (self.first..=self.last).contains(&mark)
    }

    /// The numbers in its marks: `3`, or `3-7`.
    pub fn numbers(&self) -> String {
        match self.first == self.last {
            true => self.first.to_string(),
            false => format!("{}-{}", self.first, self.last),
        }
    }
}

impl Arrow {
    /// The ink of what is sent: a request stands out, and an answer is good or bad.
    pub fn ink(&self) -> Option<Ink> {
        match self.kind {
            Kind::Request => Some(Ink::Head),
            Kind::Response => {
                let status = self.caption.get(..3)?.parse().ok()?;
                Some(Ink::of_status(status))
            }
            Kind::Other => None,
        }
    }

    /// The caption with how often it was sent and seen: `INVITE (3x, seen 2x)`.
    pub fn label(&self) -> String {
        let mut often = Vec::new();
        if !self.again.is_empty() {
            often.push(format!("{}x", 1 + self.again.len()));
        }
        if self.seen > 1 {
            often.push(format!("seen {}x", self.seen));
        }
        match often.is_empty() {
            true => self.caption.clone(),
            false => format!("{} ({})", self.caption, often.join(", ")),
        }
    }

    /// The leftmost and the rightmost column that it touches.
    pub fn span(&self) -> (usize, usize) {
        (self.from.min(self.to), self.from.max(self.to))
    }
}

impl Row {
    /// Its number; may be empty.
    pub fn number(&self) -> &str {
        match self {
            Self::Arrow(arrow) => &arrow.number,
            Self::Panel(panel) => &panel.number,
            Self::Fragment(_) => "",
        }
    }

    /// When; may be empty.
    pub fn time(&self) -> &str {
        match self {
            Self::Arrow(arrow) => &arrow.time,
            Self::Panel(_) | Self::Fragment(_) => "",
        }
    }
}

impl Ladder {
    /// How many things happen in it.
    pub fn happenings(&self) -> usize {
        let rows = self.rows.iter();
        rows.filter(|row| !matches!(row, Row::Fragment(_))).count()
    }

    /// How many frames around rows stand in each other at most.
    pub fn nesting(&self) -> usize {
        let (mut most, mut now) = (0, 0usize);
        for row in &self.rows {
            match row {
                Row::Fragment(Edge::Begin { .. }) => now += 1,
                Row::Fragment(Edge::End) => now = now.saturating_sub(1),
                _ => {}
            }
            most = most.max(now);
        }
        most
    }
}
