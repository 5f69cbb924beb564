//! The abstract ladder as data: what is the same for most rows is left out.

use serde::Serialize;

use crate::report::ladder::{Edge, Kind, Ladder, PanelKind, Row};

/// A ladder.
#[derive(Serialize)]
pub(super) struct Drawn<'a> {
    title: &'a str,
    source: &'a str,
    columns: Vec<Column<'a>>,
    frames: Vec<Frame<'a>>,
    rows: Vec<DrawnRow<'a>>,
    strands: &'a [String],
    notes: &'a [String],
}

#[derive(Serialize)]
struct Column<'a> {
    label: &'a str,
    detail: &'a str,
    about: &'a str,
}

#[derive(Serialize)]
struct Frame<'a> {
    name: &'a str,
    first: usize,
    last: usize,
}

/// An arrow, a panel, or an edge of a frame around rows.
#[derive(Serialize)]
#[serde(untagged)]
enum DrawnRow<'a> {
    Arrow {
        number: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<usize>,
        time: &'a str,
        from: usize,
        to: usize,
        text: String,
        kind: &'static str,
        strand: usize,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        marks: &'a [usize],
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        small: &'a [String],
    },
    Panel {
        first: usize,
        last: usize,
        text: &'a str,
        kind: &'static str,
        #[serde(skip_serializing_if = "str::is_empty")]
        label: &'a str,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        folded: Vec<Self>,
    },
    Edge {
        edge: &'static str,
        #[serde(skip_serializing_if = "str::is_empty")]
        when: &'a str,
    },
}

impl<'a> Drawn<'a> {
    pub(super) fn of(ladder: &'a Ladder) -> Self {
        let columns = ladder.columns.iter().map(|column| Column {
            label: &column.label,
            detail: &column.detail,
            about: &column.about,
        });
        let frames = ladder.frames.iter().map(|frame| Frame {
            name: &frame.name,
            first: frame.first,
            last: frame.last,
        });
        Self {
            title: &ladder.title,
            source: &ladder.source,
            columns: columns.collect(),
            frames: frames.collect(),
            rows: ladder.rows.iter().map(drawn).collect(),
            strands: &ladder.strands,
            notes: &ladder.notes,
        }
    }
}

fn drawn(row: &Row) -> DrawnRow<'_> {
    match row {
        Row::Arrow(arrow) => DrawnRow::Arrow {
            number: &arrow.number,
            message: arrow.message,
            time: &arrow.time,
            from: arrow.from,
            to: arrow.to,
            text: arrow.label(),
            kind: match arrow.kind {
                Kind::Request => "request",
                Kind::Response => "response",
                Kind::Other => "other",
            },
            strand: arrow.strand,
            marks: &arrow.marks,
            small: &arrow.small,
        },
        Row::Panel(panel) => DrawnRow::Panel {
            first: panel.first,
            last: panel.last,
            text: &panel.text,
            kind: match panel.kind {
                PanelKind::Action => "action",
                PanelKind::Gap => "gap",
                PanelKind::Media => "media",
                PanelKind::Hold => "hold",
                PanelKind::Fold => "fold",
            },
            label: &panel.number,
            folded: panel.folded.iter().map(drawn).collect(),
        },
        Row::Fragment(edge) => {
            let (edge, when) = match edge {
                Edge::Begin { kind, when } => (kind.word(), when.as_str()),
                Edge::Or { when } => ("or", when.as_str()),
                Edge::End => ("end", ""),
            };
            DrawnRow::Edge { edge, when }
        }
    }
}
