//! The abstract ladder as data: what is the same for most rows is left out.

use serde::Serialize;

use crate::report::ladder::{Kind, Ladder, PanelKind, Row};

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

/// An arrow, by the number of its message, or a panel.
#[derive(Serialize)]
#[serde(untagged)]
enum DrawnRow<'a> {
    Arrow {
        number: &'a str,
        time: &'a str,
        from: usize,
        to: usize,
        text: String,
        kind: &'static str,
        strand: usize,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        marks: &'a [usize],
    },
    Panel {
        first: usize,
        last: usize,
        text: &'a str,
        kind: &'static str,
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
            rows: ladder.rows.iter().map(row).collect(),
            strands: &ladder.strands,
            notes: &ladder.notes,
        }
    }
}

fn row(row: &Row) -> DrawnRow<'_> {
    match row {
        Row::Arrow(arrow) => DrawnRow::Arrow {
            number: &arrow.number,
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
        },
    }
}
